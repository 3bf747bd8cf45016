//! A value over two parameters: error over precision and size, say.

use thiserror::Error;

use super::axis::{Axis, Choice, Scale};
use super::number;
use super::picture::Picture;
use super::plot::draw::{Frame, LABEL, WIDTH, headings, labels_beside, notes_below, ticks_below};
use super::svg::{Anchor, Ink, Path, Svg, text_width};

/// Cells of a picture across and up; more are put together.
const MOST: (usize, usize) = (260, 130);
/// Up to so many cells tell their value to a pointer.
const TOLD: usize = 2500;

/// A table of values as colours.
///
/// ```
/// use roundoff::report::HeatMap;
/// let errors = vec![1e-1, 1e-2, 1e-3, 1e-4, f64::NAN, 0.0];
/// let map = HeatMap::new("error", "digits", ["4", "8", "12"], "terms", ["10", "100"], errors)?;
/// assert!(map.picture().svg().contains("not finite"));
/// # Ok::<(), roundoff::report::heat::HeatMapError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    title: String,
    x: Choice,
    y: Choice,
    scale: Scale,
    values: Vec<f64>,
}

/// Why there is no map.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{values} values for {columns} columns and {rows} rows: give one for each cell, row by row"
)]
pub struct HeatMapError {
    values: usize,
    columns: usize,
    rows: usize,
}

impl HeatMap {
    /// A map: names of the columns from left to right and of the rows from below, and the values
    /// row by row.
    ///
    /// # Errors
    /// [`HeatMapError`] unless there is one value for each cell.
    pub fn new<T: Into<String>, U: Into<String>>(
        title: &str,
        x_label: &str,
        columns: impl IntoIterator<Item = T>,
        y_label: &str,
        rows: impl IntoIterator<Item = U>,
        values: Vec<f64>,
    ) -> Result<Self, HeatMapError> {
        let (mut x, mut y) = (Choice::new(x_label), Choice::new(y_label));
        x.names = columns.into_iter().map(Into::into).collect();
        y.names = rows.into_iter().map(Into::into).collect();
        let (columns, rows) = (x.names.len(), y.names.len());
        if columns.checked_mul(rows) != Some(values.len()) {
            return Err(HeatMapError {
                values: values.len(),
                columns,
                rows,
            });
        }
        Ok(Self {
            title: title.to_owned(),
            x,
            y,
            scale: Scale::Auto,
            values,
        })
    }

    /// How values are spread over the colours, if not by [`Scale::Auto`].
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Drawn as a picture, 640 pixels wide.
    ///
    /// Of more than 260 columns or 130 rows neighbours share a cell, which has the greatest of their
    /// values, or is not finite if one of them is not.
    pub fn picture(&self) -> Picture {
        let grid = self.thinned();
        let mut colours = Choice::new("");
        colours.scale = self.scale;
        let values = || grid.values.iter().copied();
        let colours = colours.fit(values()).tight(values());
        let mut svg = Svg::new(WIDTH);
        let none = std::iter::empty();
        let (x, y) = (self.x.fit(none.clone()), self.y.fit(none));
        let every = (self.y.names.len() * 17).div_ceil(300).max(1);
        let y_ticks: Vec<_> = y.ticks(2).into_iter().step_by(every).collect();
        let widest = y_ticks.iter().map(|tick| text_width(&tick.label, LABEL));
        let left = widest.fold(24.0, f64::max).min(WIDTH / 3.0) + 18.0;
        let frame = Frame {
            left,
            top: 58.0,
            width: WIDTH - left - 100.0,
            height: (grid.rows as f64 * 40.0).clamp(80.0, 300.0),
        };
        headings(&mut svg, &self.title, &self.y.label, frame);
        labels_beside(&mut svg, frame, &y_ticks);
        let mut bottom = ticks_below(&mut svg, frame, &x, &self.x.label);
        cells(&mut svg, frame, &grid, &colours);
        scale_bar(&mut svg, frame, &colours);
        let mut notes = Vec::new();
        let count = |of: &dyn Fn(&f64) -> bool| self.values.iter().filter(|x| of(x)).count();
        let cells = |count: usize| match count {
            1 => "1 cell".to_owned(),
            _ => format!("{} cells", number::grouped(count as u64)),
        };
        match count(&|x| !x.is_finite()) {
            0 => {}
            some => notes.push(format!("dark, {}: not finite", cells(some))),
        }
        match count(&|x| x.is_finite() && colours.place(*x).is_none()) {
            0 => {}
            some => notes.push(format!("white, {}: zero or less", cells(some))),
        }
        if grid.values.len() < self.values.len() {
            let (columns, rows) = (self.x.names.len(), self.y.names.len());
            notes.push(format!(
                "{columns} x {rows} values: a cell has the greatest of several"
            ));
        }
        bottom = notes_below(&mut svg, &notes, bottom);
        svg.finish(bottom + 12.0, &self.title)
    }

    /// As many cells as a picture shows.
    fn thinned(&self) -> Grid {
        let (columns, rows) = (self.x.names.len(), self.y.names.len());
        let (wide, high) = (
            columns.div_ceil(MOST.0).max(1),
            rows.div_ceil(MOST.1).max(1),
        );
        let worse = |a: f64, b: f64| match (a.is_finite(), b.is_finite()) {
            (true, true) => a.max(b),
            (false, _) => a,
            (_, false) => b,
        };
        let mut grid = Grid {
            columns: columns.div_ceil(wide),
            rows: rows.div_ceil(high),
            values: Vec::new(),
            names: Vec::new(),
        };
        for group in self.values.chunks(columns.max(1) * high) {
            let mut worst = vec![None; grid.columns];
            for row in group.chunks(columns.max(1)) {
                for (cell, values) in worst.iter_mut().zip(row.chunks(wide)) {
                    let all = values.iter().copied().chain(*cell);
                    *cell = all.reduce(worse);
                }
            }
            grid.values.extend(worst.into_iter().flatten());
        }
        if grid.values.len() == self.values.len() && self.values.len() <= TOLD {
            let across = |y: &String| {
                let name = move |x: &String| format!("{x}, {y}");
                self.x.names.iter().map(name).collect::<Vec<_>>()
            };
            grid.names = self.y.names.iter().flat_map(across).collect();
        }
        grid
    }
}

/// What is drawn.
struct Grid {
    columns: usize,
    rows: usize,
    values: Vec<f64>,
    /// What each cell tells before its value; empty where there are too many.
    names: Vec<String>,
}

fn cells(svg: &mut Svg, frame: Frame, grid: &Grid, colours: &Axis) {
    let (width, height) = (
        frame.width / grid.columns.max(1) as f64,
        frame.height / grid.rows.max(1) as f64,
    );
    // Numbers in the cells where all fit.
    let texts: Vec<String> = match grid.values.len() <= 240 && height >= 18.0 {
        true => grid.values.iter().map(|x| written(*x)).collect(),
        false => Vec::new(),
    };
    let widest = texts.iter().map(|text| text_width(text, 12.0));
    let fits = !texts.is_empty() && widest.fold(0.0, f64::max) < width - 4.0;
    for (row, values) in grid.values.chunks(grid.columns.max(1)).enumerate() {
        let y = frame.top + frame.height - (row + 1) as f64 * height;
        let mut column = 0;
        // Equal neighbours are one rectangle, unless each tells its value.
        let alike =
            |a: &f64, b: &f64| grid.names.is_empty() && colour(colours, *a) == colour(colours, *b);
        for run in values.chunk_by(alike) {
            let Some(value) = run.first() else { continue };
            let x = frame.left + column as f64 * width;
            let (fill, ink) = colour(colours, *value);
            let at = row * grid.columns + column;
            let told = grid
                .names
                .get(at)
                .map(|name| format!("{name}: {}", number::short(*value)));
            // A little over the edge, so that no gap shows between neighbours.
            let over = |side: f64| if fits { side - 1.0 } else { side + 0.3 };
            let rectangle = [x, y, over(width * run.len() as f64), over(height)];
            svg.rectangle(rectangle, &format!(" fill=\"{fill}\""), told.as_deref());
            // Crosses, so that they are not taken for a dark page.
            if !value.is_finite() && !fits && !grid.names.is_empty() {
                let mut cross = Path::default();
                let (middle, up) = (x + width / 2.0, y + height / 2.0);
                let half = 5.0f64.min(width / 3.0).min(height / 3.0);
                cross.add('M', &[middle - half, up - half]);
                cross.add('l', &[2.0 * half, 2.0 * half]);
                cross.add('m', &[-2.0 * half, 0.0]);
                cross.add('l', &[2.0 * half, -2.0 * half]);
                svg.path(&cross, " stroke=\"#ffffff\" stroke-opacity=\"0.6\"", None);
            }
            if let Some(text) = texts.get(at).filter(|_| fits) {
                svg.raw(&format!("<g color=\"{ink}\" pointer-events=\"none\">"));
                let (x, y) = (x + width / 2.0, y + height / 2.0 + 4.0);
                svg.text(x, y, 12.0, Anchor::Middle, text);
                svg.raw("</g>\n");
            }
            column += run.len();
        }
    }
}

/// To two digits.
fn written(x: f64) -> String {
    match x.abs() {
        size if !x.is_finite() || size == 0.0 => number::exact(x).replace("NaN", "×"),
        size if (0.01..1000.0).contains(&size) => {
            number::exact(format!("{x:.1e}").parse().unwrap_or(x))
        }
        _ => format!("{x:.0e}"),
    }
}

/// Colours from blue through green to yellow (after van der Walt and Smith's viridis), which the
/// colour-blind and a grey printer tell apart.
const STOPS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [72, 40, 120],
    [62, 73, 137],
    [49, 104, 142],
    [38, 130, 142],
    [31, 158, 137],
    [53, 183, 121],
    [110, 206, 88],
    [253, 231, 37],
];

/// The colour of a value, and that of text on it.
fn colour(colours: &Axis, value: f64) -> (String, &'static str) {
    match colours.place(value) {
        Some(place) => shade(place),
        None if value.is_finite() => ("#ffffff".to_owned(), "#000000"),
        None => ("#26262e".to_owned(), "#ffffff"),
    }
}

/// In 64 steps, so that neighbours can share a rectangle.
fn shade(place: f64) -> (String, &'static str) {
    let place = (place.clamp(0.0, 1.0) * 63.0).round() / 63.0 * (STOPS.len() - 1) as f64;
    let below = (place as usize).min(STOPS.len() - 2);
    let part = place - below as f64;
    let mix = |channel: usize| {
        let (low, high) = (
            f64::from(STOPS[below][channel]),
            f64::from(STOPS[below + 1][channel]),
        );
        (low + (high - low) * part).round() as u8
    };
    let [red, green, blue] = [mix(0), mix(1), mix(2)];
    let light = 3 * u32::from(red) + 6 * u32::from(green) + u32::from(blue) > 1150;
    let ink = if light { "#000000" } else { "#ffffff" };
    (format!("#{red:02x}{green:02x}{blue:02x}"), ink)
}

/// What the colours mean, right of the map.
fn scale_bar(svg: &mut Svg, frame: Frame, colours: &Axis) {
    let left = frame.left + frame.width + 18.0;
    let step = frame.height / 64.0;
    for number in 0..64 {
        let y = frame.top + frame.height - step * f64::from(number + 1);
        let (fill, _) = shade(f64::from(number) / 63.0);
        let fill = format!(" fill=\"{fill}\"");
        svg.rectangle([left, y, 16.0, step + 0.3], &fill, None);
    }
    svg.group(Ink::Text, "", |svg| {
        for tick in colours.ticks((frame.height / 40.0) as usize) {
            let y = frame.top + frame.height * (1.0 - tick.at) + 5.0;
            svg.text(left + 21.0, y, LABEL, Anchor::Start, &tick.label);
        }
    });
}
