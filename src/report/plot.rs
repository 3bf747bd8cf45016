//! Points over two axes, with bounds drawn in: error against size, precision, format.

pub(super) mod draw;

use super::axis::{Axis, Choice, Scale, Span};
use super::picture::Picture;

/// Points of one kind, with a name in the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
    pub(super) bound: bool,
    like: Option<String>,
}

impl Series {
    /// Measured points (x, y). Where an x has several, a line goes through their medians; more than
    /// 400 with other xs that are not in order are a cloud. A y that is not finite is marked at the upper edge, and one that a logarithmic axis
    /// has no place for at the lower one.
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self {
            name: name.into(),
            points: points.into_iter().collect(),
            bound: false,
            like: None,
        }
    }

    /// A bound, drawn as a dashed line.
    pub fn bound(name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self {
            bound: true,
            ..Self::new(name, points)
        }
    }

    /// In the colour of the series of that name, if there is one.
    pub fn coloured_as(mut self, name: impl Into<String>) -> Self {
        self.like = Some(name.into());
        self
    }
}

/// A plot.
///
/// ```
/// use roundoff::report::{Characters, Plot, Series};
/// let plot = Plot::new("u", "digits", "unit roundoff")
///     .with(Series::new("", (2..12).map(|p| (f64::from(p), 0.5f64.powi(p)))));
/// assert_eq!(plot.text(40, Characters::Ascii).lines().map(str::len).max(), Some(40));
/// let (width, height) = plot.picture().size();
/// assert!(width > height);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    title: String,
    x: Choice,
    y: Choice,
    series: Vec<Series>,
}

impl Plot {
    /// An empty one: its title and what the axes mean.
    pub fn new(title: &str, x: &str, y: &str) -> Self {
        Self {
            title: title.to_owned(),
            x: Choice {
                keeps_zeros: true,
                ..Choice::new(x)
            },
            y: Choice::new(y),
            series: Vec::new(),
        }
    }

    /// Adds a series; the order is that of the legend and the colours.
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// How x is spread, if not by [`Scale::Auto`].
    pub fn x_scale(mut self, scale: Scale) -> Self {
        self.x.scale = scale;
        self
    }

    /// The same for y.
    pub fn y_scale(mut self, scale: Scale) -> Self {
        self.y.scale = scale;
        self
    }

    /// Names along x, of formats for instance: a point at the first has x = 0, at the next x = 1.
    pub fn x_names<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.x.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Drawn as a picture, 640 pixels wide.
    pub fn picture(&self) -> Picture {
        draw::picture(self)
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn labels(&self) -> (&str, &str) {
        (&self.x.label, &self.y.label)
    }

    pub(super) fn series(&self) -> &[Series] {
        &self.series
    }

    /// The axes, with room for every point, and for bounds up to a hundred times off them.
    pub(super) fn axes(&self) -> (Axis, Axis) {
        let points = |bound: bool| {
            let some = self.series.iter().filter(move |s| s.bound == bound);
            some.flat_map(|series| series.points.iter().copied())
        };
        let xs = points(false).chain(points(true)).map(|(x, _)| x);
        let log_y = self.y.fit(points(false).map(|(_, y)| y)).is_log();
        let counted = move |y: &f64| y.is_finite() && (!log_y || *y > 0.0);
        let measured = Span::of(points(false).map(|(_, y)| y).filter(counted));
        let near = move |y: &f64| match measured {
            None => true,
            Some(span) => (span.low / 100.0..=span.high * 100.0).contains(y),
        };
        let bounds = points(true).map(|(_, y)| y).filter(near);
        let ys = points(false).map(|(_, y)| y).chain(bounds);
        (self.x.fit(xs), self.y.fit(ys))
    }

    /// The colour of each series: none for a bound of its own.
    pub(super) fn colours(&self) -> Vec<Option<usize>> {
        let measured: Vec<&Series> = self.series.iter().filter(|s| !s.bound).collect();
        let of = |name: &str| measured.iter().position(|series| series.name == name);
        let mut next = 0;
        let colour = |series: &Series| match &series.like {
            Some(like) => of(like),
            None if series.bound => None,
            None => Some(next).inspect(|_| next += 1),
        };
        self.series.iter().map(colour).collect()
    }
}

/// The points of a series on the axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Placed {
    /// In order of x: places, 0 to 1 along each axis, and values.
    pub inside: Vec<Point>,
    /// Places along x of points whose y is not finite.
    pub not_finite: Vec<f64>,
    /// Places along x of points whose y is too small for a logarithmic axis.
    pub below: Vec<f64>,
    /// Points whose x has no place.
    pub lost: usize,
    /// Did they come in another order?
    shuffled: bool,
}

/// Up to so many points of a series are markers.
pub(super) const MARKERS: usize = 400;

/// A point: where it is, and its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub at: (f64, f64),
    pub value: (f64, f64),
}

impl Placed {
    /// Puts the points of a series on the axes; `aside` moves them along x.
    pub fn new(series: &Series, (x, y): (&Axis, &Axis), aside: f64) -> Self {
        let mut placed = Self::default();
        for value in &series.points {
            let Some(across) = x.place(value.0).map(|across| across + aside) else {
                placed.lost += 1;
                continue;
            };
            match y.place(value.1) {
                Some(up) => placed.inside.push(Point {
                    at: (across, up),
                    value: *value,
                }),
                None if value.1.is_finite() => placed.below.push(across),
                None => placed.not_finite.push(across),
            }
        }
        let ordered = placed.inside.is_sorted_by(|a, b| a.at.0 <= b.at.0);
        placed.shuffled = !ordered;
        if placed.shuffled {
            placed.inside.sort_by(|a, b| a.at.0.total_cmp(&b.at.0));
        }
        placed
    }

    /// Is there one y for each x, and are they few or did they come in order? Others are a cloud.
    pub fn is_function(&self) -> bool {
        let few = self.inside.len() <= MARKERS;
        (few || !self.shuffled) && self.inside.is_sorted_by(|a, b| a.at.0 < b.at.0)
    }

    /// The line through the points: of a cloud through the medians, unless nearly every x is another.
    pub fn line(&self) -> Vec<(f64, f64)> {
        if self.is_function() {
            return self.inside.iter().map(|point| point.at).collect();
        }
        let medians = self.medians();
        match 2 * medians.len() <= self.inside.len() {
            true => medians,
            false => Vec::new(),
        }
    }

    /// At each x the median place, the lower one of two.
    fn medians(&self) -> Vec<(f64, f64)> {
        let together = self.inside.chunk_by(|a, b| a.at.0 == b.at.0);
        let median = |points: &[Point]| {
            let mut ups: Vec<f64> = points.iter().map(|point| point.at.1).collect();
            ups.sort_by(f64::total_cmp);
            Some((points.first()?.at.0, *ups.get((ups.len() - 1) / 2)?))
        };
        together.filter_map(median).collect()
    }
}
