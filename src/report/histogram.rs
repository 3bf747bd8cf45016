//! The values of a tensor against the range of a format: what underflows, what is subnormal, what
//! overflows.

use super::axis::{Axis, Span};
use super::number::{self, grouped, percent, power};
use super::picture::Picture;
use super::plot::draw::{WIDTH, frame, grid, headings, notes_below, ticks_below};
use super::svg::{Anchor, Ink, Path, Svg, text_width};
use super::terminal::{Characters, shown};
use crate::Format;

/// Exponent of the least positive f64.
const LEAST: i32 = -1074;
/// Bars of a picture; more binades share one.
const BARS: i32 = 160;
/// A mark of the format further than this from all values is told, not drawn.
const NEAR: i32 = 40;

/// How many values a tensor has in each binade, 2^e to 2^(e+1), and where the format ends.
///
/// ```
/// use roundoff::Format;
/// use roundoff::report::Histogram;
/// let mut histogram = Histogram::new(Format::OCP_E4M3);
/// histogram.add(&[0.0, 1e-4, 2e-3, 1.0, -448.0, 449.0, f64::NAN]);
/// let parts = histogram.parts();
/// assert_eq!((parts.zeros, parts.below, parts.subnormal), (1, 1, 1));
/// assert_eq!((parts.normal, parts.above, parts.nan), (2, 1, 1));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    format: Format,
    title: String,
    /// Of finite values that are not zero, from [`LEAST`].
    binades: Vec<u64>,
    parts: Parts,
}

/// Values by their place in a format; magnitudes, before any rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// All of them.
    pub count: u64,
    /// 0 and -0.
    pub zeros: u64,
    /// Above zero and below the least positive value of the format.
    pub below: u64,
    /// From there to below the least normal one.
    pub subnormal: u64,
    /// From there to the greatest finite one.
    pub normal: u64,
    /// Finite, above that.
    pub above: u64,
    /// Infinities.
    pub infinite: u64,
    /// NaN.
    pub nan: u64,
    /// Below zero.
    pub negative: u64,
}

impl Histogram {
    /// Of no values yet.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            title: format!("Values against {format}"),
            binades: vec![0; 2098],
            parts: Parts::default(),
        }
    }

    /// With another title.
    pub fn titled(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// Counts more values.
    pub fn add(&mut self, values: &[f64]) {
        let (least, normal, greatest) = (
            self.format.least_positive(),
            self.format.least_normal(),
            self.format.greatest(),
        );
        let parts = &mut self.parts;
        for x in values {
            parts.count += 1;
            parts.negative += u64::from(*x < 0.0);
            let size = x.abs();
            let part = match size {
                _ if size.is_nan() => &mut parts.nan,
                _ if size == 0.0 => &mut parts.zeros,
                _ if size.is_infinite() => &mut parts.infinite,
                _ if size > greatest => &mut parts.above,
                _ if size >= normal => &mut parts.normal,
                _ if size >= least => &mut parts.subnormal,
                _ => &mut parts.below,
            };
            *part += 1;
            if size > 0.0 && size.is_finite() {
                let place = exponent(size) - LEAST;
                if let Some(count) = self.binades.get_mut(place as usize) {
                    *count += 1;
                }
            }
        }
    }

    /// How many are where.
    pub fn parts(&self) -> Parts {
        self.parts
    }

    /// The marks of the format: name, value, exponent of its binade.
    fn marks(&self) -> Vec<(&'static str, f64, i32)> {
        let format = self.format;
        let subnormal = format.least_subnormal().map(|x| ("least subnormal", x));
        let others = [
            ("least normal", format.least_normal()),
            ("greatest", format.greatest()),
        ];
        let marks = subnormal.into_iter().chain(others);
        marks.map(|(name, x)| (name, x, exponent(x))).collect()
    }

    /// First and last exponent with values, or with marks where those are near.
    fn range(&self) -> (i32, i32) {
        let taken = |place: &usize| self.binades.get(*place).is_some_and(|count| *count > 0);
        let all = 0..self.binades.len();
        let ends = all.clone().find(taken).zip(all.rev().find(taken));
        let ends = ends.map(|(low, high)| (low as i32 + LEAST, high as i32 + LEAST));
        let (low, high) = ends.unwrap_or((self.format.emin(), self.format.emax()));
        let near = |e: &i32| (low - NEAR..=high + NEAR).contains(e);
        let marks = self.marks().into_iter().map(|(_, _, e)| e).filter(near);
        marks.fold((low, high), |(low, high), e| (low.min(e), high.max(e)))
    }

    /// Bars: first exponent, how many binades, and the values there.
    fn bars(&self, most: i32) -> (i32, Vec<(i32, u64)>) {
        let (low, high) = self.range();
        let width =
            (high - low + 1).div_euclid(most).max(0) + i32::from((high - low + 1) % most != 0);
        let width = width.max(1);
        let first = low.div_euclid(width) * width;
        let count = |from: i32| {
            let binades = from.max(LEAST)..(from + width).min(1024);
            let counts = binades.filter_map(|e| self.binades.get((e - LEAST) as usize));
            (from, counts.sum())
        };
        let bars = (first..=high).step_by(width as usize).map(count);
        (width, bars.collect())
    }

    /// Which series' colour a bar has: inside the format, subnormal, or outside.
    fn colour(&self, e: i32) -> usize {
        let least = exponent(self.format.least_positive());
        match e {
            _ if e > exponent(self.format.greatest()) || e < least => 1,
            _ if e < exponent(self.format.least_normal()) => 3,
            _ => 0,
        }
    }

    /// In words: how much is where.
    pub fn summary(&self) -> Vec<String> {
        let parts = self.parts;
        let share = |part: u64| percent(part, parts.count);
        let mut lines = vec![format!(
            "{} values: {} zero, {} below the least positive value,",
            grouped(parts.count),
            share(parts.zeros),
            share(parts.below)
        )];
        lines.push(format!(
            "{} subnormal, {} normal, {} above the greatest",
            share(parts.subnormal),
            share(parts.normal),
            share(parts.above)
        ));
        if parts.infinite + parts.nan > 0 {
            lines.push(format!(
                "{} infinite, {} NaN",
                grouped(parts.infinite),
                grouped(parts.nan)
            ));
        }
        if parts.negative > 0 && !self.format.is_signed() {
            let negative = grouped(parts.negative);
            lines.push(format!("{negative} negative: the format has no sign"));
        }
        lines
    }

    /// Drawn as a picture, 640 pixels wide: counts on a logarithmic axis, so that tails show.
    pub fn picture(&self) -> Picture {
        let (width, bars) = self.bars(BARS);
        // A bar's width free at either end.
        let low = bars.first().map_or(0, |bar| bar.0) - width;
        let high = bars.last().map_or(1, |bar| bar.0 + width) + width;
        let x = Axis::binades(low, high);
        let most = bars.iter().map(|bar| bar.1).max().unwrap_or(0).max(1) as f64;
        // Room above the bars for the marks' names; a single value is still a bar.
        let y = Axis::log(
            10,
            Span {
                low: 0.6,
                high: (most * libm::pow(most / 0.6, 0.3)).max(4.0),
            },
        );
        let mut svg = Svg::new(WIDTH);
        let ticks = y.ticks(6);
        let frame = frame(&ticks);
        headings(&mut svg, &self.title, "values in a binade", frame);
        grid(&mut svg, frame, &ticks);
        let bottom = ticks_below(&mut svg, frame, &x, "magnitude");
        let across = |e: f64| {
            let place = (e - f64::from(low)) / f64::from(high - low);
            frame.left + frame.width * place.clamp(0.0, 1.0)
        };
        let base = frame.top + frame.height;
        for (e, count) in &bars {
            let Some(up) = y.place(*count as f64) else {
                continue;
            };
            let left = across(f64::from(*e));
            let bar = across(f64::from(e + width)) - left;
            let gap = if bar > 4.0 { 1.0 } else { 0.0 };
            let top = base - up.min(1.0) * frame.height;
            let told = format!(
                "{} to {}: {}",
                power(2, *e),
                power(2, e + width),
                grouped(*count)
            );
            svg.group(Ink::Series(self.colour(*e)), "", |svg| {
                let rectangle = [left, top, bar - gap, base - top];
                svg.rectangle(rectangle, " fill=\"currentColor\"", Some(&told));
            });
        }
        let mut notes = self.summary();
        let (shown, off): (Vec<_>, Vec<_>) = self
            .marks()
            .into_iter()
            .partition(|(_, _, e)| (low..=high).contains(e));
        let place = |value: f64| across(libm::log2(value));
        svg.group(Ink::Text, " stroke=\"currentColor\"", |svg| {
            for (_, value, _) in &shown {
                let mut line = Path::default();
                line.add('M', &[place(*value), frame.top]);
                line.add('v', &[frame.height]);
                svg.path(
                    &line,
                    " stroke-width=\"1.5\" stroke-dasharray=\"4 3\"",
                    None,
                );
            }
        });
        for ((name, value, _), row) in shown.into_iter().zip(1..) {
            let text = format!("{name} {}", written(value));
            let (x, y) = (place(value), frame.top + 17.0 * f64::from(row));
            let room = text_width(&text, 13.0);
            // On the side where there is room, before what it would hide.
            let (left, anchor) = match x + room + 14.0 < frame.left + frame.width {
                true => (x + 5.0, Anchor::Start),
                false => (x - 5.0 - room, Anchor::End),
            };
            let behind = " class=\"paper\" fill=\"#ffffff\"";
            svg.rectangle([left, y - 12.0, room, 16.0], behind, None);
            let at = match anchor {
                Anchor::Start => left,
                _ => left + room,
            };
            svg.group(Ink::Text, "", |svg| svg.text(at, y, 13.0, anchor, &text));
        }
        for (name, value, _) in off {
            notes.push(format!("{name} {}: outside of the picture", written(value)));
        }
        svg.group(Ink::Dim, " fill=\"none\" stroke=\"currentColor\"", |svg| {
            let rectangle = [frame.left, frame.top, frame.width, frame.height];
            svg.rectangle(rectangle, "", None);
        });
        let bottom = notes_below(&mut svg, &notes, bottom);
        svg.finish(bottom + 12.0, &self.title)
    }

    /// In characters, `width` of them across: a line for some binades, its bar by the logarithm.
    pub fn text(&self, width: usize, ascii: bool) -> String {
        let (binades, bars) = self.bars(24);
        let most = bars.iter().map(|bar| bar.1).max().unwrap_or(0).max(2) as f64;
        let name = |e: i32| if ascii { format!("2^{e}") } else { power(2, e) };
        let numbers = bars
            .iter()
            .map(|bar| grouped(bar.1).len())
            .max()
            .unwrap_or(1);
        let names = bars.iter().map(|bar| name(bar.0).chars().count()).max();
        let names = names.unwrap_or(1);
        let room = width
            .clamp(30, 500)
            .saturating_sub(names + numbers + 22)
            .max(4);
        let block = if ascii { "#" } else { "█" };
        let marks = self.marks();
        let characters = if ascii {
            Characters::Ascii
        } else {
            Characters::Braille
        };
        let mut text = format!("{}\n", shown(&self.title, characters));
        for (e, count) in &bars {
            let length = match count {
                0 => 0,
                count => {
                    1 + (libm::log10(*count as f64) / libm::log10(most) * (room - 1) as f64)
                        as usize
                }
            };
            let here = |mark: &&(&str, f64, i32)| (*e..e + binades).contains(&mark.2);
            let told: Vec<&str> = marks.iter().filter(here).map(|mark| mark.0).collect();
            let line = format!(
                "{:>names$} {}{} {:>numbers$}  {}",
                name(*e),
                block.repeat(length.min(room)),
                " ".repeat(room.saturating_sub(length)),
                grouped(*count),
                told.join(", ")
            );
            text += line.trim_end();
            text.push('\n');
        }
        text + &self.summary().join("\n") + "\n"
    }
}

/// A power of two that is not short as one, any other number in digits.
fn written(x: f64) -> String {
    match number::short(x) {
        plain if plain.len() <= 5 => plain,
        _ if libm::exp2(f64::from(exponent(x))) == x => power(2, exponent(x)),
        digits => digits,
    }
}

/// floor(log2 x) of x > 0.
fn exponent(x: f64) -> i32 {
    let bits = x.to_bits();
    match (bits >> 52 & 0x7ff) as i32 {
        // Subnormal: bit k is 2^(k - 1074).
        0 => LEAST + 63 - bits.max(1).leading_zeros() as i32,
        field => field - 1023,
    }
}
