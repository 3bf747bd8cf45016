//! A picture: SVG, and PNG drawn from it.

use std::sync::Arc;

use resvg::{tiny_skia, usvg};
use thiserror::Error;

use super::svg::escape;

/// DejaVu Sans, cut down to Latin, Greek and some signs; `font/LICENSE` is its licence.
const FONT: &[u8] = include_bytes!("font/DejaVuSans-subset.ttf");

/// Verdana has the same widths.
const FAMILIES: &str = "DejaVu Sans, Verdana, sans-serif";

/// The widest and highest PNG in pixels.
const MOST_PIXELS: f32 = 16384.0;

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    body: String,
    width: u32,
    height: u32,
    title: String,
}

/// Why there is no PNG.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PngError {
    /// A scale of nothing, or one that makes too many pixels.
    #[error(
        "a PNG of {width} x {height} pixels times {scale}: sides of 1 to 16384 pixels can be drawn"
    )]
    Scale {
        /// What was asked for.
        scale: f32,
        /// Pixels at scale 1.
        width: u32,
        /// Pixels at scale 1.
        height: u32,
    },
    /// What resvg or the encoder says.
    #[error("the SVG cannot be drawn: {0}")]
    Draw(String),
}

impl Picture {
    pub(super) fn new(body: String, width: u32, height: u32, title: &str) -> Self {
        Self {
            body,
            width,
            height,
            title: title.to_owned(),
        }
    }

    /// Several beside each other, so many a row: each as it is, its upper left corner in a grid.
    ///
    /// ```
    /// use roundoff::report::{Picture, Plot};
    /// let one = Plot::new("nothing", "x", "y").picture();
    /// let (width, height) = one.size();
    /// let all = Picture::grid("three times nothing", 2, &[one.clone(), one.clone(), one]);
    /// assert_eq!(all.size(), (2 * width, 2 * height));
    /// ```
    pub fn grid(title: &str, columns: usize, pictures: &[Self]) -> Self {
        let columns = columns.max(1);
        let (mut body, mut width, mut top) = (String::new(), 0, 0);
        let across = pictures
            .iter()
            .map(|picture| picture.width)
            .max()
            .unwrap_or(0);
        for row in pictures.chunks(columns) {
            let mut left = 0;
            for picture in row {
                let (wide, high) = picture.size();
                body += &format!(
                    "<svg x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" \
                     viewBox=\"0 0 {wide} {high}\">\n{}</svg>\n",
                    picture.body
                );
                left += across;
            }
            width = left.max(width);
            top += row.iter().map(|picture| picture.height).max().unwrap_or(0);
        }
        Self::new(body, width, top, title)
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Pixels across and down, at scale 1.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// A file's content: it names its fonts and needs nothing else.
    pub fn svg(&self) -> String {
        let (width, height) = (self.width, self.height);
        self.tagged(&format!(
            " xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\""
        ))
    }

    /// For the inside of a page, which says how wide it is.
    pub(super) fn inline(&self) -> String {
        self.tagged("")
    }

    fn tagged(&self, attributes: &str) -> String {
        let (width, height, title) = (self.width, self.height, escape(&self.title));
        format!(
            "<svg{attributes} viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILIES}\" role=\"img\" aria-label=\"{title}\">\n\
             <path class=\"paper\" fill=\"#ffffff\" d=\"M0 0h{width}v{height}h-{width}z\"/>\n{}</svg>\n",
            self.body
        )
    }

    /// A PNG of `scale` times the size. Letters that the font in this crate lacks (it has Latin,
    /// Greek and mathematical signs) are missing in it.
    ///
    /// # Errors
    /// [`PngError::Scale`] where a side would have less than 1 or more than 16384 pixels.
    ///
    /// ```
    /// use roundoff::report::Plot;
    /// let png = Plot::new("nothing", "x", "y").picture().png(1.0)?;
    /// assert!(png.starts_with(b"\x89PNG"));
    /// # Ok::<(), roundoff::report::PngError>(())
    /// ```
    pub fn png(&self, scale: f32) -> Result<Vec<u8>, PngError> {
        let (width, height) = (self.width as f32 * scale, self.height as f32 * scale);
        let fits = |side: f32| (1.0..=MOST_PIXELS).contains(&side);
        let refused = || PngError::Scale {
            scale,
            width: self.width,
            height: self.height,
        };
        if !fits(width) || !fits(height) {
            return Err(refused());
        }
        let draw = |error: String| PngError::Draw(error);
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        let options = usvg::Options {
            font_family: "DejaVu Sans".to_owned(),
            fontdb: Arc::new(fonts),
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_str(&self.svg(), &options).map_err(|e| draw(e.to_string()))?;
        let mut pixels = tiny_skia::Pixmap::new(width.ceil() as u32, height.ceil() as u32)
            .ok_or_else(refused)?;
        let scaled = tiny_skia::Transform::from_scale(scale, scale);
        resvg::render(&tree, scaled, &mut pixels.as_mut());
        pixels.encode_png().map_err(|e| draw(e.to_string()))
    }
}
