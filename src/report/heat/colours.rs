//! The colours of a map's cells, and what they mean.

use super::super::axis::{Axis, Choice, Scale};
use super::super::plot::draw::{Frame, LABEL};
use super::super::svg::{Anchor, COLOURS, Ink, Svg, fitted, text_width};

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

/// White on it.
const NOT_FINITE: &str = "#26262e";

/// What gives a value its colour.
pub(super) enum Colours<'a> {
    /// Where it is along an axis.
    Scale(Axis),
    /// It is the number of a name.
    Kinds(&'a [String]),
}

impl<'a> Colours<'a> {
    pub fn new(
        scale: Scale,
        ends: Option<(f64, f64)>,
        kinds: &'a [String],
        values: &[f64],
    ) -> Self {
        if !kinds.is_empty() {
            return Self::Kinds(kinds);
        }
        let ends = ends.map(|(low, high)| [low, high]);
        let values = match &ends {
            Some(ends) => ends,
            None => values,
        };
        let mut choice = Choice::new("");
        choice.scale = scale;
        let values = || values.iter().copied();
        Self::Scale(choice.fit(values()).tight(values()))
    }

    pub fn are_scale(&self) -> bool {
        matches!(self, Self::Scale(_))
    }

    /// Has a finite value a colour?
    pub fn has(&self, value: f64) -> bool {
        match self {
            Self::Scale(axis) => axis.place(value).is_some(),
            Self::Kinds(names) => value >= 0.0 && value < names.len() as f64,
        }
    }

    /// What a finite value without a colour is.
    pub fn lacks(&self) -> &'static str {
        match self {
            Self::Scale(_) => "zero or less",
            Self::Kinds(_) => "none of these",
        }
    }

    /// The colour of a value, and that of text on it.
    pub fn of(&self, value: f64) -> (String, &'static str) {
        if !value.is_finite() {
            return (NOT_FINITE.to_owned(), "#ffffff");
        }
        let none = ("#ffffff".to_owned(), "#000000");
        match self {
            Self::Scale(axis) => axis.place(value).map_or(none, shade),
            Self::Kinds(_) if self.has(value) => (
                COLOURS[value as usize % COLOURS.len()].to_owned(),
                "#ffffff",
            ),
            Self::Kinds(_) => none,
        }
    }

    /// What they mean: a scale right of the map, names below it. Returns the lowest line's place.
    pub fn explain(&self, svg: &mut Svg, frame: Frame, bottom: f64) -> f64 {
        match self {
            Self::Scale(axis) => {
                scale_bar(svg, frame, axis);
                bottom
            }
            Self::Kinds(names) => legend(svg, names, bottom),
        }
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
fn scale_bar(svg: &mut Svg, frame: Frame, axis: &Axis) {
    let left = frame.left + frame.width + 18.0;
    let step = frame.height / 64.0;
    for number in 0..64 {
        let y = frame.top + frame.height - step * f64::from(number + 1);
        let (fill, _) = shade(f64::from(number) / 63.0);
        let fill = format!(" fill=\"{fill}\"");
        svg.rectangle([left, y, 16.0, step + 0.3], &fill, None);
    }
    svg.group(Ink::Text, "", |svg| {
        for tick in axis.ticks((frame.height / 40.0) as usize) {
            let y = frame.top + frame.height * (1.0 - tick.at) + 5.0;
            svg.text(left + 21.0, y, LABEL, Anchor::Start, &tick.label);
        }
    });
}

/// Names in rows from left to right.
fn legend(svg: &mut Svg, names: &[String], mut bottom: f64) -> f64 {
    bottom += LABEL + 14.0;
    let mut left = 12.0;
    for (name, colour) in names.iter().zip(COLOURS.iter().cycle()) {
        let name = fitted(name, LABEL, svg.width() - 24.0 - 22.0);
        let width = 24.0 + text_width(&name, LABEL) + 16.0;
        if left + width > svg.width() && left > 12.0 {
            (left, bottom) = (12.0, bottom + LABEL + 8.0);
        }
        let fill = format!(" fill=\"{colour}\"");
        svg.rectangle([left, bottom - 12.0, 16.0, 14.0], &fill, None);
        svg.group(Ink::Text, "", |svg| {
            svg.text(left + 22.0, bottom, LABEL, Anchor::Start, &name);
        });
        left += width;
    }
    bottom
}
