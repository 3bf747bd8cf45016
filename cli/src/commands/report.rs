//! `roundoff report`: an experiment's rows as one HTML page.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::report::page::MOST_ROWS;
use roundoff::report::table::{Cell, Keep};
use roundoff::report::{Page, Scale, Table};

use super::plot::publish;
use crate::failure::Failure;
use crate::show;

/// Makes one HTML page of an experiment's rows: tables that sort, figures that zoom
#[derive(Args, Debug)]
#[command(after_help = "\
Without --x, --y and --group the page draws a sweep's figures, or columns whose names
speak of errors, against sizes or formats. What is the same in all rows is told once.

Examples:
  roundoff report rows.csv -o report.html
  roundoff report rows.parquet --x size --y error --group format -o report.html")]
pub struct Report {
    /// The rows: .csv, .jsonl or .parquet
    #[arg(value_name = "ROWS")]
    input: PathBuf,

    /// Where the page goes
    #[arg(short, long, value_name = "PAGE.html")]
    output: PathBuf,

    #[command(flatten)]
    figures: Figures,
}

/// What is drawn.
#[derive(Args, Clone, Debug, Default)]
pub struct Figures {
    /// The column along x: numbers, or names such as formats
    #[arg(long, value_name = "COLUMN")]
    x: Option<String>,

    /// The columns along y, a figure each
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    y: Vec<String>,

    /// One series for each value of these columns
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    group: Vec<String>,

    /// A column with a bound, drawn into each figure
    #[arg(long, value_name = "COLUMN")]
    bound: Option<String>,

    /// The page's heading
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// The column that a sweep's bounds are of.
    #[arg(skip)]
    bounded: Option<String>,
}

impl Report {
    pub fn run(&self) -> Result<(), Failure> {
        page(&self.input, &self.output, &self.figures)?;
        show::print(&format!("Written to {}.\n", self.output.display()))
    }
}

/// Writes the page of a file of rows.
///
/// # Errors
/// [`Failure`] for rows that cannot be read or drawn, or a page that cannot be written.
pub(super) fn page(rows: &Path, output: &Path, figures: &Figures) -> Result<(), Failure> {
    let table = Table::read(rows, Keep::First(MOST_ROWS))?;
    let varying = table.varying();
    let mut figures = figures.completed(&varying);
    figures.bounded = bounded(&table);
    let name = rows.file_name().unwrap_or_default().to_string_lossy();
    let mut page = Page::new(figures.title.as_deref().unwrap_or(&name));
    let mut shown = &varying;
    if table.len() > 1 {
        for (name, cell) in table.constants() {
            if *cell != Cell::Empty {
                page = page.fact(name, &cell.to_string());
            }
        }
    } else {
        shown = &table;
    }
    page = page.command(&command());
    if let Some(x) = &figures.x {
        page = figures.draw(page, rows, x)?;
    }
    page = page.heading("Rows").table("Sort by a column's name", shown);
    publish(page.html().as_bytes(), output)
}

/// Columns along x, the first that varies; those of a sweep and usual names.
const ACROSS: [&str; 6] = ["size", "n", "condition", "precision", "format", "rounding"];
/// Columns along y of a sweep, where they vary.
const UP: [&str; 5] = [
    "normwise",
    "max_relative_error",
    "backward",
    "significant_bits",
    "max_sum_error",
];
/// Columns that tell the rows of one x apart.
const APART: [&str; 8] = [
    "kernel",
    "variant",
    "format",
    "rounding",
    "accumulator",
    "sites",
    "condition",
    "saturation",
];
/// Figures that nobody asked for by name.
const FIGURES: usize = 4;
/// Series of those.
const SERIES: usize = 24;

/// The figure that a sweep's bounds are of, where it is one; a row without a theorem names none.
fn bounded(table: &Table) -> Option<String> {
    let cells = table.column("bounded").unwrap_or_default().iter();
    let mut named = cells.filter(|cell| **cell != Cell::Empty);
    let first = named.next()?;
    named.all(|cell| cell == first).then(|| first.to_string())
}

impl Figures {
    /// With columns where none were named: from the names of a table's columns that vary.
    fn completed(&self, table: &Table) -> Self {
        let mut all = self.clone();
        let cells = |name: &str| table.column(name).unwrap_or_default();
        let has = |name: &&str| !cells(name).is_empty();
        let is_number = |name: &str| {
            let some = cells(name)
                .iter()
                .any(|cell| matches!(cell, Cell::Number(_)));
            some && cells(name)
                .iter()
                .all(|cell| !matches!(cell, Cell::Text(_)))
        };
        let owned = |name: &str| name.to_owned();
        if all.x.is_none() {
            all.x = ACROSS.into_iter().find(has).map(owned);
        }
        if all.y.is_empty() {
            let known = UP.into_iter().filter(|name| is_number(name)).map(owned);
            all.y = known.take(FIGURES).collect();
        }
        if all.y.is_empty() {
            let names = table.names().iter();
            let errors = names.filter(|name| name.contains("error") && is_number(name));
            all.y = errors.take(FIGURES).cloned().collect();
        }
        if all.group.is_empty() {
            // As many as a legend can show; a column that follows from the others tells nothing apart.
            let mut series = vec![String::new(); table.len()];
            let different = |names: &[String]| names.iter().collect::<HashSet<_>>().len();
            for name in APART.into_iter().filter(has) {
                let named = series.iter().zip(cells(name));
                let finer: Vec<String> =
                    named.map(|(one, cell)| format!("{one}, {cell}")).collect();
                let more = different(&series) + 1..=SERIES;
                if all.x.as_deref() != Some(name) && more.contains(&different(&finer)) {
                    series = finer;
                    all.group.push(name.to_owned());
                }
            }
        }
        all
    }

    fn draw(&self, mut page: Page, rows: &Path, x: &str) -> Result<Page, Failure> {
        let group: Vec<&str> = self.group.iter().map(String::as_str).collect();
        let mut wanted = vec![x];
        wanted.extend(self.y.iter().map(String::as_str));
        wanted.extend(&group);
        let own = |y: &String| self.bounded.as_ref() == Some(y);
        let own_bound = self.y.iter().any(own).then_some("bound");
        wanted.extend(self.bound.as_deref().or(own_bound));
        let table = Table::read(rows, Keep::Columns(&wanted))?;
        for y in &self.y {
            let mut plot = table.plot(x, y, &group)?;
            let own_bound = own(y).then_some("bound");
            if let Some(bound) = self.bound.as_deref().or(own_bound) {
                plot = table.add_bound(plot, x, bound, &group)?;
            }
            // Bits are logarithms already.
            if y.contains("bits") {
                plot = plot.y_scale(Scale::Linear);
            }
            page = page.picture(&format!("{y} against {x}"), &plot.picture());
        }
        // One picture of two parameters.
        if let (Some(y), Some(rows)) = (self.y.first(), group.first()) {
            let map = table.heat(x, rows, y)?;
            page = page.picture(
                &format!("the greatest {y} over {x} and {rows}"),
                &map.picture(),
            );
        }
        Ok(page)
    }
}

/// The command line as it was given, for a shell.
fn command() -> String {
    let words = std::env::args_os().enumerate().map(|(place, word)| {
        let word = match place {
            0 => "roundoff".to_owned(),
            _ => word.to_string_lossy().into_owned(),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+".contains(c);
        match !word.is_empty() && word.chars().all(plain) {
            true => word,
            false => format!("'{}'", word.replace('\'', "'\\''")),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
