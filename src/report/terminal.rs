//! A plot in characters.

use super::axis::{Axis, Tick};
use super::plot::draw::{ENTRIES, notes};
use super::plot::{Placed, Plot};

/// What a plot in characters is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Characters {
    /// Braille patterns: 2 by 4 dots a character. Letters where there is more than one series.
    #[default]
    Braille,
    /// Braille patterns in the colours of a terminal.
    Colour,
    /// Letters, and nothing beyond ASCII.
    Ascii,
}

/// Colours of ANSI terminals, in the order of the series; told apart on dark and light.
const ANSI: [u8; 6] = [34, 31, 32, 33, 35, 36];

/// Each character has so many dots across and down.
const DOTS: (usize, usize) = (2, 4);

impl Plot {
    /// The plot in lines of at most `width` characters (20 to 500), about a third as many high.
    ///
    /// Series are marked by letters a, b, c, ... or colours; bounds by dots.
    pub fn text(&self, width: usize, characters: Characters) -> String {
        let width = width.clamp(20, 500);
        let rows = (width / 4).clamp(8, 20);
        let (x, y) = self.axes();
        let plain = |tick: Tick| Tick {
            label: shown(&tick.label, characters),
            ..tick
        };
        let y_ticks: Vec<Tick> = y.ticks(rows / 3).into_iter().map(plain).collect();
        let margin = y_ticks.iter().map(|tick| tick.label.chars().count()).max();
        let margin = margin.unwrap_or(0).min(width / 3);
        let columns = width - margin - 2;
        let mut canvas = Canvas::new(columns, rows);
        let all = self.draw(&mut canvas, (&x, &y), characters);

        let (x_label, y_label) = self.labels();
        let mut lines = Vec::new();
        for heading in [self.title(), y_label] {
            if !heading.is_empty() {
                lines.push(cut(&shown(heading, characters), width));
            }
        }
        let upright = if characters == Characters::Ascii {
            '|'
        } else {
            '│'
        };
        for row in 0..rows {
            let here = |tick: &&Tick| ((1.0 - tick.at) * (rows - 1) as f64).round() as usize == row;
            let label = y_ticks.iter().find(here).map_or("", |tick| &tick.label);
            let label = cut(label, margin);
            let line = format!("{label:>margin$} {upright}{}", canvas.row(row, characters));
            lines.push(line.trim_end().to_owned());
        }
        let (corner, level) = match characters {
            Characters::Ascii => ("+", "-"),
            _ => ("└", "─"),
        };
        lines.push(format!("{:margin$} {corner}{}", "", level.repeat(columns)));
        let below: Vec<Tick> = x.ticks(columns / 10).into_iter().map(plain).collect();
        lines.push(
            format!("{:margin$}  {}", "", spread(&below, columns))
                .trim_end()
                .to_owned(),
        );
        let label = cut(&shown(x_label, characters), columns);
        let space = margin + 2 + (columns - label.chars().count()) / 2;
        lines.push(format!("{:space$}{label}", "").trim_end().to_owned());
        lines.extend(self.legend(width, characters));
        lines.extend(
            notes(&all)
                .iter()
                .map(|note| cut(&shown(note, characters), width)),
        );
        lines.join("\n") + "\n"
    }

    fn draw(
        &self,
        canvas: &mut Canvas,
        axes: (&Axis, &Axis),
        characters: Characters,
    ) -> Vec<Placed> {
        let colours = self.colours();
        let measured = self.series().iter().filter(|series| !series.bound).count();
        // Dots of two series look alike without colours.
        let letters = match characters {
            Characters::Ascii => true,
            Characters::Braille => measured > 1,
            Characters::Colour => false,
        };
        let mut all: Vec<Placed> = Vec::new();
        for bound in [true, false] {
            for (series, colour) in self.series().iter().zip(&colours) {
                if series.bound != bound {
                    continue;
                }
                let placed = Placed::new(series, axes, 0.0);
                let mark = match (letters, bound) {
                    (true, false) => Some(letter(colour.unwrap_or(0))),
                    (_, true) if characters == Characters::Ascii => Some('.'),
                    (_, true) => Some('·'),
                    (false, false) => None,
                };
                // Letters along a line would hide one another.
                if axes.0.names().is_none() && (bound || !letters) {
                    canvas.line(&placed.line(), mark, *colour);
                }
                for point in &placed.inside {
                    canvas.point(point.at, mark, *colour);
                }
                let edge = |ups: f64| move |across: &f64| (*across, ups);
                let top = placed.not_finite.iter().map(edge(1.0));
                let bottom = placed.below.iter().map(edge(0.0));
                let cross = if characters == Characters::Ascii {
                    'x'
                } else {
                    '×'
                };
                let down = if characters == Characters::Ascii {
                    'v'
                } else {
                    '▼'
                };
                top.for_each(|at| canvas.point(at, Some(cross), *colour));
                bottom.for_each(|at| canvas.point(at, Some(down), *colour));
                all.push(placed);
            }
        }
        all
    }

    fn legend(&self, width: usize, characters: Characters) -> Vec<String> {
        let colours = self.colours();
        let mut lines = vec![String::new()];
        let mut used = 0;
        let named = self.series().iter().zip(colours);
        let named: Vec<_> = named
            .filter(|(series, _)| !series.name.is_empty())
            .collect();
        let more = named.len().saturating_sub(ENTRIES);
        for (series, colour) in named.into_iter().take(ENTRIES) {
            let mark = match (series.bound, characters) {
                (true, Characters::Ascii) => '.',
                (true, _) => '·',
                (false, Characters::Colour) => '●',
                (false, _) => letter(colour.unwrap_or(0)),
            };
            let name = cut(&shown(&series.name, characters), width.saturating_sub(4));
            let length = name.chars().count() + 4;
            if used > 0 && used + length > width {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                *line += &format!("{} {name}  ", painted(mark, colour, characters));
            }
            used += length;
        }
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        lines
            .iter()
            .map(|line| line.trim_end().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    }
}

/// a to z, then A to Z, then again.
fn letter(number: usize) -> char {
    let letters = ('a'..='z').chain('A'..='Z');
    letters.cycle().nth(number % 52).unwrap_or('a')
}

fn painted(mark: char, colour: Option<usize>, characters: Characters) -> String {
    match (colour, characters) {
        (Some(colour), Characters::Colour) => {
            format!("\x1b[{}m{mark}\x1b[0m", ANSI[colour % ANSI.len()])
        }
        _ => mark.to_string(),
    }
}

/// The text as a terminal may show it: no control characters, in ASCII if need be.
pub(super) fn shown(text: &str, characters: Characters) -> String {
    let safe = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c });
    if characters != Characters::Ascii {
        return safe.collect();
    }
    let mut plain = String::new();
    let mut raised = false;
    for c in safe {
        let superscript = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|s| s == c);
        let digit = superscript.and_then(|digit| char::from_digit(digit as u32, 10));
        let (raises, c) = match (digit, c) {
            (Some(digit), _) => (true, digit),
            (None, '⁻') => (true, '-'),
            (None, '×') => (false, 'x'),
            (None, '▼') => (false, 'v'),
            (None, c) if c.is_ascii() => (false, c),
            _ => (false, '?'),
        };
        if raises && !raised {
            plain.push('^');
        }
        raised = raises;
        plain.push(c);
    }
    plain
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

/// Labels under their places; those without room are left out.
fn spread(ticks: &[Tick], columns: usize) -> String {
    let mut line = vec![' '; columns];
    let mut free = 0;
    for tick in ticks {
        let label: Vec<char> = tick.label.chars().collect();
        let middle = (tick.at * columns.saturating_sub(1) as f64).round() as usize;
        let start = middle
            .saturating_sub(label.len() / 2)
            .min(columns.saturating_sub(label.len()));
        let places = line.get_mut(start..start + label.len());
        if let Some(places) = places.filter(|_| start >= free) {
            places.copy_from_slice(&label);
            free = start + label.len() + 2;
        }
    }
    line.into_iter().collect()
}

/// Characters to draw on.
struct Canvas {
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    /// Bits of the Braille pattern.
    dots: u8,
    mark: Option<char>,
    colour: Option<usize>,
}

impl Canvas {
    fn new(columns: usize, rows: usize) -> Self {
        Self {
            columns,
            rows,
            cells: vec![Cell::default(); columns * rows],
        }
    }

    /// The dot of a place, 0 to 1 along each axis.
    fn dot(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let last = |cells: usize, dots: usize| (cells * dots).saturating_sub(1) as f64;
        let (across, down) = (last(self.columns, DOTS.0), last(self.rows, DOTS.1));
        ((x * across).round(), ((1.0 - y) * down).round())
    }

    /// Sets a dot, or a mark in its character.
    ///
    /// ```text
    ///   bits of a pattern, U+2800 + bits:   0 3
    ///                                       1 4
    ///                                       2 5
    ///                                       6 7
    /// ```
    fn set(&mut self, (x, y): (f64, f64), mark: Option<char>, colour: Option<usize>) {
        let (most_x, most_y) = ((self.columns * DOTS.0) as f64, (self.rows * DOTS.1) as f64);
        if !(0.0..most_x).contains(&x) || !(0.0..most_y).contains(&y) {
            return;
        }
        let (x, y) = (x as usize, y as usize);
        let at = y / DOTS.1 * self.columns + x / DOTS.0;
        let bit = match (x % DOTS.0, y % DOTS.1) {
            (0, 3) => 6,
            (_, 3) => 7,
            (across, down) => across * 3 + down,
        };
        if let Some(cell) = self.cells.get_mut(at) {
            // What comes later, the points, is above what came before, the bounds.
            if cell.mark.is_some() && mark.is_none() {
                cell.dots = 0;
            }
            *cell = Cell {
                dots: cell.dots | 1 << bit,
                mark,
                colour,
            };
        }
    }

    fn point(&mut self, at: (f64, f64), mark: Option<char>, colour: Option<usize>) {
        self.set(self.dot(at), mark, colour);
    }

    /// Dots from point to point.
    fn line(&mut self, points: &[(f64, f64)], mark: Option<char>, colour: Option<usize>) {
        for (from, to) in points.iter().zip(points.iter().skip(1)) {
            let (from, to) = (self.dot(*from), self.dot(*to));
            let (across, down) = (to.0 - from.0, to.1 - from.1);
            // Bounds may lead far out of the canvas.
            let steps = across.abs().max(down.abs()).clamp(1.0, 4000.0);
            for step in 0..=steps as u32 {
                let part = f64::from(step) / steps;
                let at = (from.0 + across * part, from.1 + down * part);
                self.set((at.0.round(), at.1.round()), mark, colour);
            }
        }
    }

    fn row(&self, row: usize, characters: Characters) -> String {
        let cells = self
            .cells
            .iter()
            .skip(row * self.columns)
            .take(self.columns);
        let mut text = String::new();
        for cell in cells {
            let pattern = char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or(' ');
            text += &match (cell.mark, cell.dots) {
                (Some(mark), _) => painted(mark, cell.colour, characters),
                (None, 0) => " ".to_owned(),
                (None, _) => painted(pattern, cell.colour, characters),
            };
        }
        text
    }
}
