//! A plot as an SVG.
//!
//! ```text
//!   title
//!   what y means
//!        +-----------------------+
//!   10⁻² |      x x              |   x: not finite
//!   10⁻⁴ |    o--o--o            |
//!        +-----------------------+   v: zero, on a logarithmic axis
//!         1    10   100
//!              what x means
//!   o a series   o another   - - a bound
//!   what could not be drawn
//! ```

use super::super::axis::{Axis, Tick};
use super::super::number;
use super::super::picture::Picture;
use super::super::svg::{Anchor, Ink, Path, Svg, fitted, text_width, wrapped};
use super::super::thin;
use super::{MARKERS, Placed, Plot, Point, Series};

pub(in super::super) const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const TOP: f64 = 58.0;
const RIGHT: f64 = 16.0;
/// Pixels of a letter.
const TITLE: f64 = 17.0;
pub(in super::super) const LABEL: f64 = 14.0;
const NOTE: f64 = 13.0;
/// Up to so many points of a plot tell their values.
const TOLD: usize = 1500;
/// Up to so many entries of the legend.
pub(in super::super) const ENTRIES: usize = 24;

/// The rectangle of the data, in pixels.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

pub(super) fn picture(plot: &Plot) -> Picture {
    let (x, y) = plot.axes();
    let mut svg = Svg::new(WIDTH);
    let y_ticks = y.ticks(8);
    let frame = frame(&y_ticks);
    headings(&mut svg, plot.title(), plot.labels().1, frame);
    grid(&mut svg, frame, &y_ticks);
    let mut bottom = ticks_below(&mut svg, frame, &x, plot.labels().0);
    let placed = data(&mut svg, plot, frame, (&x, &y));
    svg.group(Ink::Dim, " fill=\"none\" stroke=\"currentColor\"", |svg| {
        let rectangle = [frame.left, frame.top, frame.width, frame.height];
        svg.rectangle(rectangle, "", None);
    });
    bottom = legend(&mut svg, plot, x.names().is_none(), bottom);
    bottom = notes_below(&mut svg, &notes(&placed), bottom);
    svg.finish(bottom + 12.0, plot.title())
}

/// With room for the labels of y.
pub(in super::super) fn frame(y_ticks: &[Tick]) -> Frame {
    let labels = y_ticks.iter().map(|tick| text_width(&tick.label, LABEL));
    let left = labels.fold(24.0, f64::max).min(WIDTH / 3.0) + 18.0;
    Frame {
        left,
        top: TOP,
        width: WIDTH - RIGHT - left,
        height: HEIGHT,
    }
}

pub(in super::super) fn headings(svg: &mut Svg, title: &str, y: &str, frame: Frame) {
    let room = svg.width() - 24.0;
    let title = fitted(title, TITLE, room);
    svg.group(Ink::Text, "", |svg| {
        svg.text(12.0, 24.0, TITLE, Anchor::Start, &title)
    });
    let y = fitted(y, LABEL, room);
    let at = frame.top - 10.0;
    svg.group(Ink::Dim, "", |svg| {
        svg.text(12.0, at, LABEL, Anchor::Start, &y)
    });
}

/// Lines across, and the numbers beside them.
pub(in super::super) fn grid(svg: &mut Svg, frame: Frame, ticks: &[Tick]) {
    let height = |tick: &Tick| frame.top + frame.height * (1.0 - tick.at);
    svg.group(Ink::Grid, " stroke=\"currentColor\"", |svg| {
        let mut path = Path::default();
        for tick in ticks {
            path.add('M', &[frame.left, height(tick)])
                .add('h', &[frame.width]);
        }
        svg.path(&path, "", None);
    });
    labels_beside(svg, frame, ticks);
}

/// The numbers or names left of the frame.
pub(in super::super) fn labels_beside(svg: &mut Svg, frame: Frame, ticks: &[Tick]) {
    let (at, room) = (frame.left - 7.0, frame.left - 10.0);
    svg.group(Ink::Text, "", |svg| {
        for tick in ticks {
            let y = frame.top + frame.height * (1.0 - tick.at) + 5.0;
            svg.text(at, y, LABEL, Anchor::End, &fitted(&tick.label, LABEL, room));
        }
    });
}

/// Lines of small text under everything else; returns the lowest one's place.
pub(in super::super) fn notes_below(svg: &mut Svg, notes: &[String], mut bottom: f64) -> f64 {
    bottom += if notes.is_empty() { 0.0 } else { 5.0 };
    for note in notes {
        bottom += NOTE + 6.0;
        let fitted = fitted(note, NOTE, WIDTH - 24.0);
        svg.group(Ink::Dim, "", |svg| {
            svg.text(12.0, bottom, NOTE, Anchor::Start, &fitted)
        });
    }
    bottom
}

/// Marks and numbers or names below, and what they mean; returns the lowest line's place.
pub(in super::super) fn ticks_below(svg: &mut Svg, frame: Frame, x: &Axis, label: &str) -> f64 {
    let mut ticks = x.ticks((frame.width / 70.0) as usize);
    let base = frame.top + frame.height;
    let slot = frame.width / ticks.len().max(1) as f64;
    let mut deepest = 0.0f64;
    // Names that do not fit side by side are turned, and where even that is narrow, thinned out.
    let widest = ticks.iter().map(|tick| text_width(&tick.label, LABEL));
    let turned = x.names().is_some() && widest.fold(0.0, f64::max) > slot - 6.0;
    if turned {
        let every = (16.0 / slot).ceil().max(1.0) as usize;
        ticks = ticks.into_iter().step_by(every).collect();
    }
    let across = |tick: &Tick| frame.left + frame.width * tick.at;
    svg.group(Ink::Dim, " stroke=\"currentColor\"", |svg| {
        let mut path = Path::default();
        for tick in &ticks {
            path.add('M', &[across(tick), base]).add('v', &[5.0]);
        }
        svg.path(&path, "", None);
    });
    svg.group(Ink::Text, "", |svg| {
        for tick in &ticks {
            if turned {
                let text = fitted(&tick.label, LABEL, 150.0);
                deepest = deepest.max(text_width(&text, LABEL) * 0.6);
                svg.turned(
                    across(tick) + 4.0,
                    base + 17.0,
                    LABEL,
                    Anchor::End,
                    -35,
                    &text,
                );
            } else {
                svg.text(
                    across(tick),
                    base + 21.0,
                    LABEL,
                    Anchor::Middle,
                    &tick.label,
                );
            }
        }
    });
    let bottom = base + 42.0 + deepest;
    let label = fitted(label, LABEL, frame.width);
    let middle = frame.left + frame.width / 2.0;
    svg.group(Ink::Dim, "", |svg| {
        svg.text(middle, bottom, LABEL, Anchor::Middle, &label)
    });
    bottom
}

/// The points and lines; returns where the points are.
fn data(svg: &mut Svg, plot: &Plot, frame: Frame, axes: (&Axis, &Axis)) -> Vec<Placed> {
    let colours = plot.colours();
    let names = axes.0.names().map_or(0, <[String]>::len);
    let measured = plot.series().iter().filter(|series| !series.bound).count();
    // Side by side over a name, so that equal ones do not hide each other.
    let apart = (0.7 / measured.max(1) as f64).min(0.15) / names.max(1) as f64;
    let mut number = 0;
    let mut all = Vec::new();
    for series in plot.series() {
        let beside = names > 0 && !series.bound;
        let aside = match beside {
            true => apart * (f64::from(number) - (measured as f64 - 1.0) / 2.0),
            false => 0.0,
        };
        number += i32::from(!series.bound);
        all.push(Placed::new(series, axes, aside));
    }
    let total: usize = all.iter().map(|placed| placed.inside.len()).sum();
    let view = format!(
        "<svg x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\">\n",
        frame.left, frame.top, frame.width, frame.height
    );
    svg.raw(&view);
    if total == 0 {
        svg.group(Ink::Dim, "", |svg| {
            let (x, y) = (frame.width / 2.0, frame.height / 2.0);
            svg.text(x, y, LABEL, Anchor::Middle, "no finite values");
        });
    }
    let each = plot.series().iter().zip(&all).zip(&colours);
    // Bounds below the points.
    for ((series, placed), colour) in each.clone().filter(|((series, _), _)| series.bound) {
        svg.group(
            ink(*colour),
            " fill=\"none\" stroke=\"currentColor\"",
            |svg| {
                bound(svg, frame, series, placed, names);
            },
        );
    }
    for ((series, placed), colour) in each.filter(|((series, _), _)| !series.bound) {
        let shape = colour.unwrap_or(0);
        svg.group(
            ink(*colour),
            " fill=\"none\" stroke=\"currentColor\"",
            |svg| {
                points(
                    svg,
                    frame,
                    series,
                    placed,
                    (names > 0, total <= TOLD, shape),
                );
                edges(svg, frame, placed);
            },
        );
    }
    svg.raw("</svg>\n");
    all
}

fn ink(colour: Option<usize>) -> Ink {
    colour.map_or(Ink::Dim, Ink::Series)
}

impl Frame {
    /// In pixels from the frame's upper left corner.
    fn pixels(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x * self.width, (1.0 - y) * self.height)
    }
}

fn bound(svg: &mut Svg, frame: Frame, series: &Series, placed: &Placed, names: usize) {
    let mut path = Path::default();
    if names > 0 {
        let half = 0.35 * frame.width / names as f64;
        for point in &placed.inside {
            let (x, y) = frame.pixels(point.at);
            path.add('M', &[x - half, y]).add('h', &[2.0 * half]);
        }
    } else {
        let line: Vec<_> = placed.inside.iter().map(|p| frame.pixels(p.at)).collect();
        path = thin::line(&line);
        // One point alone is a dash.
        if let [(x, y)] = line[..] {
            path = Path::default();
            path.add('M', &[x - 8.0, y]).add('h', &[16.0]);
        }
    }
    let dashed = " stroke-width=\"1.6\" stroke-dasharray=\"6 4\"";
    svg.path(&path, dashed, Some(&series.name));
}

fn points(
    svg: &mut Svg,
    frame: Frame,
    series: &Series,
    placed: &Placed,
    (names, told, shape): (bool, bool, usize),
) {
    let pixels = |points: &[Point]| -> Vec<(f64, f64)> {
        points.iter().map(|point| frame.pixels(point.at)).collect()
    };
    let function = placed.is_function();
    let few = placed.inside.len() <= MARKERS;
    let line: Vec<_> = match names {
        true => Vec::new(),
        false => placed
            .line()
            .into_iter()
            .map(|at| frame.pixels(at))
            .collect(),
    };
    if !function && !few {
        let cloud = thin::cells(&pixels(&placed.inside), frame.width, frame.height);
        svg.path(
            &cloud,
            " fill=\"currentColor\" stroke=\"none\" fill-opacity=\"0.55\"",
            None,
        );
    }
    if line.len() > 1 {
        svg.path(
            &thin::line(&line),
            " stroke-width=\"1.8\" stroke-linejoin=\"round\"",
            None,
        );
    }
    if !few {
        return;
    }
    // Where a line shows the middle, the points are pale.
    let pale = if function || names {
        ""
    } else {
        " fill-opacity=\"0.45\""
    };
    let filled = format!(" fill=\"currentColor\" stroke=\"none\"{pale}");
    let mut together = Path::default();
    for point in &placed.inside {
        let (x, y) = frame.pixels(point.at);
        if told {
            let mut alone = Path::default();
            marker(&mut alone, shape, x, y);
            let (across, up) = (number::short(point.value.0), number::short(point.value.1));
            let told = match names {
                true => format!("{}: {up}", series.name),
                false => format!("{}: {up} at {across}", series.name),
            };
            svg.path(&alone, &filled, Some(told.trim_start_matches(": ")));
        } else {
            marker(&mut together, shape, x, y);
        }
    }
    svg.path(&together, &filled, None);
}

/// A shape of about 8 pixels, another for each of six series.
fn marker(path: &mut Path, shape: usize, x: f64, y: f64) {
    match shape % 6 {
        0 => {
            path.add('M', &[x - 3.8, y])
                .add('a', &[3.8, 3.8, 0.0, 1.0, 0.0, 7.6, 0.0]);
            path.add('a', &[3.8, 3.8, 0.0, 1.0, 0.0, -7.6, 0.0]);
        }
        1 => {
            path.add('M', &[x - 3.4, y - 3.4]).add('h', &[6.8]);
            path.add('v', &[6.8]).add('h', &[-6.8]);
        }
        2 => {
            path.add('M', &[x, y - 4.6])
                .add('l', &[4.4, 7.8])
                .add('h', &[-8.8]);
        }
        3 => {
            path.add('M', &[x, y - 4.8]).add('l', &[4.4, 4.8]);
            path.add('l', &[-4.4, 4.8]).add('l', &[-4.4, -4.8]);
        }
        4 => {
            path.add('M', &[x, y + 4.6])
                .add('l', &[4.4, -7.8])
                .add('h', &[-8.8]);
        }
        _ => {
            path.add('M', &[x - 4.4, y - 1.4]).add('h', &[3.0]);
            path.add('v', &[-3.0]).add('h', &[2.8]).add('v', &[3.0]);
            path.add('h', &[3.0]).add('v', &[2.8]).add('h', &[-3.0]);
            path.add('v', &[3.0]).add('h', &[-2.8]).add('v', &[-3.0]);
            path.add('h', &[-3.0]);
        }
    }
    path.0.push('z');
}

/// Crosses at the upper edge, triangles at the lower one, one a column of two pixels.
fn edges(svg: &mut Svg, frame: Frame, placed: &Placed) {
    let columns = |places: &[f64]| {
        let mut columns: Vec<i64> = places
            .iter()
            .map(|x| (x * frame.width / 2.0) as i64)
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns.into_iter().map(|column| 2.0 * column as f64)
    };
    let mut crosses = Path::default();
    for x in columns(&placed.not_finite) {
        crosses.add('M', &[x - 4.0, 4.0]).add('l', &[8.0, 8.0]);
        crosses.add('m', &[-8.0, 0.0]).add('l', &[8.0, -8.0]);
    }
    svg.path(&crosses, " stroke-width=\"2\"", Some("not finite"));
    let mut triangles = Path::default();
    for x in columns(&placed.below) {
        triangles
            .add('M', &[x - 4.5, frame.height - 9.0])
            .add('h', &[9.0]);
        triangles.add('l', &[-4.5, 7.5]).add('z', &[]);
    }
    svg.path(&triangles, " stroke-width=\"1.4\"", Some("zero or less"));
}

/// Entries in rows from left to right; returns the lowest line's place.
fn legend(svg: &mut Svg, plot: &Plot, lines: bool, mut bottom: f64) -> f64 {
    let named = plot.series().iter().zip(plot.colours());
    let named: Vec<_> = named
        .filter(|(series, _)| !series.name.is_empty())
        .collect();
    if named.is_empty() {
        return bottom;
    }
    bottom += LABEL + 14.0;
    let mut left = 12.0;
    let more = named.len().saturating_sub(ENTRIES);
    for (series, colour) in named.into_iter().take(ENTRIES) {
        // Names differ at their ends as often as not: none is cut that three lines hold.
        let name = wrapped(&series.name, LABEL, WIDTH - 24.0 - 33.0, 3);
        let widths = name.iter().map(|line| text_width(line, LABEL));
        let width = 34.0 + widths.fold(0.0, f64::max) + 16.0;
        if (left + width > WIDTH || name.len() > 1) && left > 12.0 {
            (left, bottom) = (12.0, bottom + LABEL + 8.0);
        }
        let middle = bottom - 5.0;
        svg.group(
            ink(colour),
            " fill=\"none\" stroke=\"currentColor\"",
            |svg| {
                let mut line = Path::default();
                line.add('M', &[left, middle]).add('h', &[26.0]);
                let style = match series.bound {
                    true => " stroke-width=\"1.6\" stroke-dasharray=\"6 4\"",
                    false => " stroke-width=\"1.8\"",
                };
                // Over names no line joins the points.
                if series.bound || lines {
                    svg.path(&line, style, None);
                }
                if !series.bound {
                    let mut sample = Path::default();
                    marker(&mut sample, colour.unwrap_or(0), left + 13.0, middle);
                    svg.path(&sample, " fill=\"currentColor\" stroke=\"none\"", None);
                }
            },
        );
        svg.group(Ink::Text, "", |svg| {
            for (number, line) in name.iter().enumerate() {
                let below = number as f64 * (LABEL + 3.0);
                svg.text(left + 33.0, bottom + below, LABEL, Anchor::Start, line);
            }
        });
        bottom += (name.len() - 1) as f64 * (LABEL + 3.0);
        left += width;
    }
    if more > 0 {
        bottom += LABEL + 8.0;
        svg.group(Ink::Dim, "", |svg| {
            svg.text(
                12.0,
                bottom,
                LABEL,
                Anchor::Start,
                &format!("and {more} more"),
            );
        });
    }
    bottom
}

/// What the marks at the edges mean, and what could not be drawn.
pub(in super::super) fn notes(placed: &[Placed]) -> Vec<String> {
    let count = |of: &dyn Fn(&Placed) -> usize| placed.iter().map(of).sum::<usize>();
    let points = |count: usize| match count {
        1 => "1 point".to_owned(),
        _ => format!("{} points", number::grouped(count as u64)),
    };
    let mut notes = Vec::new();
    match count(&|placed| placed.not_finite.len()) {
        0 => {}
        some => notes.push(format!("× {}: not finite", points(some))),
    }
    match count(&|placed| placed.below.len()) {
        0 => {}
        some => notes.push(format!("▼ {}: zero or less", points(some))),
    }
    match count(&|placed| placed.lost) {
        0 => {}
        some => notes.push(format!("{} without a place on the x axis", points(some))),
    }
    notes
}
