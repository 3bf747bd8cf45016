//! The rows of a sweep for people: a line for each combination, the worst of its seeds.

use std::fmt;

use roundoff::experiments::Row;
use roundoff::{Rounding, Saturation};

use crate::{names, show};

/// Lines that a person reads.
const MOST: usize = 200;

/// A combination and the worst of its rows.
struct Line {
    key: Vec<String>,
    rows: u64,
    failed: u64,
    absolute: Option<f64>,
    relative: Option<f64>,
    bits: Option<f64>,
    backward: Option<f64>,
    sum: Option<f64>,
    top: Option<f64>,
    not_finite: u64,
    vanished: u64,
}

/// Lines in the order of their first rows.
#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
    left_out: u64,
}

/// What makes a combination; the kernel is a title.
const AXES: [&str; 7] = [
    "kernel",
    "format",
    "rounding",
    "saturation",
    "accumulator",
    "size",
    "condition",
];

fn key(row: &Row) -> Vec<String> {
    let rounding: Result<Rounding, _> = row.rounding.parse();
    vec![
        row.kernel.clone(),
        row.format.clone(),
        rounding.map_or(row.rounding.clone(), names::short),
        row.saturation.clone(),
        row.accumulator.clone(),
        row.size.to_string(),
        row.condition.map_or("-".to_owned(), show::short),
    ]
}

fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

impl Table {
    pub fn add(&mut self, row: &Row) {
        let key = key(row);
        // The last lines first: rows of one combination are near each other.
        let at = self.lines.iter().rposition(|line| line.key == key);
        let at = match at {
            Some(at) => at,
            None if self.lines.len() == MOST => {
                self.left_out += 1;
                return;
            }
            None => {
                self.lines.push(Line {
                    key,
                    rows: 0,
                    failed: 0,
                    absolute: None,
                    relative: None,
                    bits: None,
                    backward: None,
                    sum: None,
                    top: None,
                    not_finite: 0,
                    vanished: 0,
                });
                self.lines.len() - 1
            }
        };
        let line = &mut self.lines[at];
        line.rows += 1;
        line.failed += u64::from(row.is_failed());
        line.absolute = greater(line.absolute, row.max_absolute_error);
        line.relative = greater(line.relative, row.max_relative_error);
        let fewer = greater(
            line.bits.map(|bits| -bits),
            row.significant_bits.map(|bits| -bits),
        );
        line.bits = fewer.map(|bits| -bits);
        line.backward = greater(line.backward, row.backward);
        line.sum = greater(line.sum, row.max_sum_error);
        line.top = match (line.top, row.top_changed) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        line.not_finite += row.not_finite;
        line.vanished += row.vanished;
    }

    /// The axes that more than one value is on; format and rounding always.
    fn axes(&self) -> Vec<usize> {
        let varies = |axis: usize| {
            let first = self.lines.first().map(|line| &line.key[axis]);
            let plain = match axis {
                3 => first.is_some_and(|value| *value != Saturation::default().to_string()),
                4 => first.is_some_and(|value| value != "same"),
                _ => false,
            };
            plain || self.lines.iter().any(|line| Some(&line.key[axis]) != first)
        };
        (1..AXES.len())
            .filter(|axis| *axis <= 2 || varies(*axis))
            .collect()
    }
}

/// A column of figures: its heading, and a line's cell.
type Column = (&'static str, fn(&Line) -> String);

fn figure(x: Option<f64>) -> String {
    x.map_or("-".to_owned(), show::short)
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axes = self.axes();
        let mut columns: Vec<Column> = vec![
            ("max abs", |line| figure(line.absolute)),
            ("max rel", |line| figure(line.relative)),
            ("bits", |line| {
                line.bits
                    .map_or("-".to_owned(), |bits| format!("{bits:.1}"))
            }),
        ];
        let any = |has: fn(&Line) -> bool| self.lines.iter().any(has);
        let is_softmax = any(|line| line.top.is_some());
        if any(|line| line.backward.is_some()) {
            columns.push(("backward", |line| figure(line.backward)));
        }
        if is_softmax {
            columns.push(("|1-sum|", |line| figure(line.sum)));
        }
        columns.push(("inf/NaN", |line| line.not_finite.to_string()));
        columns.push(("to 0", |line| line.vanished.to_string()));
        if is_softmax {
            columns.push(("top", |line| figure(line.top)));
        }
        let has_runs = any(|line| line.rows > 1);
        if has_runs {
            columns.push(("runs", |line| line.rows.to_string()));
        }
        if any(|line| line.failed > 0) {
            columns.push(("failed", |line| line.failed.to_string()));
        }
        let headings: Vec<&str> = axes
            .iter()
            .map(|axis| AXES[*axis])
            .chain(columns.iter().map(|column| column.0))
            .collect();
        let alignment: String = axes
            .iter()
            .map(|axis| if *axis >= 5 { '>' } else { '<' })
            .chain(columns.iter().map(|_| '>'))
            .collect();
        let cells = self.lines.iter().map(|line| {
            let axes = axes.iter().map(|axis| line.key[*axis].clone());
            axes.chain(columns.iter().map(|column| column.1(line)))
                .collect()
        });
        let table = show::table(&alignment, &headings, cells.collect());
        let mut lines = table.lines();
        writeln!(f, "  {}", lines.next().unwrap_or_default())?;
        // Too wide for a column: a title above the lines of each kernel.
        let mut kernel = None;
        for (line, text) in self.lines.iter().zip(lines) {
            if kernel.replace(&line.key[0]) != Some(&line.key[0]) {
                writeln!(f, "{}", line.key[0])?;
            }
            writeln!(f, "  {text}")?;
        }
        if self.left_out > 0 {
            writeln!(
                f,
                "  ... and {} rows of other combinations; -o writes all",
                self.left_out
            )?;
        }
        let of = if has_runs { "all runs" } else { "all rows" };
        writeln!(
            f,
            "\nErrors beside the exact result, the largest of {of}. bits: significant bits, the fewest;\n\
             inf/NaN and to 0: elements that became so and are not."
        )?;
        match is_softmax {
            true => writeln!(f, "top: rows whose greatest element is another."),
            false => Ok(()),
        }
    }
}
