//! The text of an SVG.
//!
//! Every colour is both a presentation attribute, for viewers and for PNG, and a class, so that a
//! page's style sheet can give it another one in the dark: style sheets beat attributes.

use std::fmt::Write;

use super::picture::Picture;

/// Colours of the series, told apart by the colour-blind too (after Paul Tol's bright and vibrant
/// schemes).
pub(super) const COLOURS: [&str; 8] = [
    "#0077bb", "#cc3311", "#009988", "#e06c10", "#aa3377", "#2090c0", "#666666", "#88801a",
];

/// Class and colour of what is no series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Titles, labels.
    Text,
    /// Less important text, the frame.
    Dim,
    /// Lines of the grid.
    Grid,
    /// A colour of a series.
    Series(usize),
}

impl Ink {
    fn class_and_colour(self) -> (String, &'static str) {
        match self {
            Self::Text => ("ink".to_owned(), "#222222"),
            Self::Dim => ("dim".to_owned(), "#5c5c5c"),
            Self::Grid => ("grid".to_owned(), "#dedede"),
            Self::Series(number) => {
                let number = number % COLOURS.len();
                (format!("s{number}"), COLOURS[number])
            }
        }
    }
}

/// Where a text's position is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// About the width of a text in pixels: DejaVu Sans has digits of 0.636 em, and its letters of an
/// ordinary text have 0.6 on average.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let narrow = |c: char| "il.,:;'|!()[]⁰¹²³⁴⁵⁶⁷⁸⁹⁻ ".contains(c);
    let em = |c: char| match c {
        c if narrow(c) => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        c if c.is_uppercase() => 0.7,
        // Ideographs and the like are squares.
        c if c as u32 >= 0x1100 => 1.0,
        _ => 0.62,
    };
    size * text.chars().map(em).sum::<f64>()
}

/// The text, cut with an ellipsis where it is wider.
pub(super) fn fitted(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = text_width("…", size);
    for c in text.chars() {
        used += text_width(c.encode_utf8(&mut [0; 4]), size);
        if used > width {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

/// The text in lines of a width, cut after a space or a sign; the last of so many lines is [`fitted`].
pub(super) fn wrapped(text: &str, size: f64, width: f64, lines: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in text.split_inclusive([' ', ',', ';', '/', '-', '_', '=']) {
        let (count, Some(line)) = (all.len(), all.last_mut()) else {
            break;
        };
        let fits = text_width(&format!("{line}{word}"), size) <= width;
        match fits || line.is_empty() || count >= lines {
            true => line.push_str(word),
            false => all.push(word.to_owned()),
        }
    }
    all.iter()
        .map(|line| fitted(line.trim_end(), size, width))
        .collect()
}

/// Text between or in tags. What XML 1.0 has no room for (2.2, Char) becomes U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// A coordinate to a tenth of a pixel, with a space before it where `text` needs one.
pub(super) fn coordinate(text: &mut String, x: f64) {
    // No picture is a million pixels wide: the cast is safe, NaN becomes 0.
    let tenths = (x.clamp(-1e6, 1e6) * 10.0).round() as i64;
    if text.ends_with(|c: char| c.is_ascii_digit()) && tenths >= 0 {
        text.push(' ');
    }
    if tenths < 0 {
        text.push('-');
    }
    let (whole, part) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    // Writing to a String cannot fail.
    let _ = match part {
        0 => write!(text, "{whole}"),
        _ => write!(text, "{whole}.{part}"),
    };
}

/// A path's data.
#[derive(Debug, Default)]
pub(super) struct Path(pub String);

impl Path {
    /// A command with its coordinates.
    pub fn add(&mut self, command: char, coordinates: &[f64]) -> &mut Self {
        self.0.push(command);
        for x in coordinates {
            coordinate(&mut self.0, *x);
        }
        self
    }
}

/// An SVG on its way.
#[derive(Debug)]
pub(super) struct Svg {
    body: String,
    width: f64,
}

impl Svg {
    pub fn new(width: f64) -> Self {
        Self {
            body: String::new(),
            width,
        }
    }

    pub fn width(&self) -> f64 {
        self.width
    }

    /// Opens a group of a colour: what is in it is drawn with `currentColor`.
    pub fn group(&mut self, ink: Ink, attributes: &str, draw: impl FnOnce(&mut Self)) {
        let (class, colour) = ink.class_and_colour();
        self.body += &format!("<g class=\"{class}\" color=\"{colour}\"{attributes}>");
        draw(self);
        self.body += "</g>\n";
    }

    /// Text of SVG as it is.
    pub fn raw(&mut self, text: &str) {
        self.body += text;
    }

    /// A path; attributes begin with a space. `told` is what a pointer on it is shown.
    pub fn path(&mut self, path: &Path, attributes: &str, told: Option<&str>) {
        if path.0.is_empty() {
            return;
        }
        self.body += &format!("<path d=\"{}\"{attributes}", path.0);
        match told {
            Some(told) => self.body += &format!("><title>{}</title></path>", escape(told)),
            None => self.body += "/>",
        }
    }

    pub fn rectangle(&mut self, at: [f64; 4], attributes: &str, told: Option<&str>) {
        let [x, y, width, height] = at;
        let mut path = Path::default();
        path.add('M', &[x, y]).add('h', &[width]);
        path.add('v', &[height]).add('h', &[-width]);
        path.0.push('z');
        self.path(&path, attributes, told);
    }

    /// A line of text of `size` pixels.
    pub fn text(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, text: &str) {
        self.turned(x, y, size, anchor, 0, text);
    }

    /// The same, turned clockwise by so many degrees.
    pub fn turned(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, by: i32, text: &str) {
        let (mut at, mut up) = (String::new(), String::new());
        coordinate(&mut at, x);
        coordinate(&mut up, y);
        let mut attributes = match anchor {
            Anchor::Start => String::new(),
            Anchor::Middle => " text-anchor=\"middle\"".to_owned(),
            Anchor::End => " text-anchor=\"end\"".to_owned(),
        };
        if by != 0 {
            attributes += &format!(" transform=\"rotate({by} {at} {up})\"");
        }
        self.body += &format!(
            "<text x=\"{at}\" y=\"{up}\" font-size=\"{size}\"{attributes} fill=\"currentColor\">{}</text>",
            escape(text)
        );
    }

    /// The picture, so many pixels high.
    pub fn finish(self, height: f64, title: &str) -> Picture {
        Picture::new(self.body, self.width as u32, height.ceil() as u32, title)
    }
}
