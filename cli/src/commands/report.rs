//! `roundoff report`: an experiment's rows as one HTML page.

use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::report::page::MOST_ROWS;
use roundoff::report::table::{Cell, Keep};
use roundoff::report::{Page, Table};

use super::plot::publish;
use crate::failure::Failure;
use crate::show;

/// Makes one HTML page of an experiment's rows: tables that sort, figures that zoom
#[derive(Args, Debug)]
#[command(after_help = "\
Without --x, --y and --group the page draws the columns whose names speak of errors
against the sizes, or else the formats. What is the same in all rows is told once.

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
    let figures = figures.completed(&varying);
    let name = rows.file_name().unwrap_or_default().to_string_lossy();
    let mut page = Page::new(figures.title.as_deref().unwrap_or(&name));
    let mut shown = &varying;
    if table.len() > 1 {
        for (name, cell) in table.constants() {
            page = page.fact(name, &cell.to_string());
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

impl Figures {
    /// With columns where none were named.
    fn completed(&self, table: &Table) -> Self {
        let mut all = self.clone();
        let is_number = |name: &str| {
            let numbers = table.column(name).unwrap_or_default();
            numbers.iter().all(|cell| !matches!(cell, Cell::Text(_)))
        };
        let names = || table.names().iter();
        if all.x.is_none() {
            let first = |known: &[&str]| {
                known
                    .iter()
                    .find_map(|known| names().find(|name| name == known))
                    .cloned()
            };
            all.x = first(&["size", "n", "precision", "condition", "format", "rounding"])
                .or_else(|| names().find(|name| !is_number(name)).cloned());
        }
        if all.y.is_empty() {
            let tells = |name: &&String| name.contains("error") && is_number(name);
            all.y = names().filter(tells).take(4).cloned().collect();
        }
        if all.group.is_empty() {
            // What tells rows of one x apart, as far as a legend can.
            let tells = |name: &&String| {
                let known = [
                    "kernel",
                    "variant",
                    "format",
                    "rounding",
                    "accumulator",
                    "saturation",
                ];
                known.contains(&name.as_str()) && Some(*name) != all.x.as_ref()
            };
            all.group = names().filter(tells).take(3).cloned().collect();
        }
        all
    }

    fn draw(&self, mut page: Page, rows: &Path, x: &str) -> Result<Page, Failure> {
        let group: Vec<&str> = self.group.iter().map(String::as_str).collect();
        let mut wanted = vec![x];
        wanted.extend(self.y.iter().map(String::as_str));
        wanted.extend(&group);
        wanted.extend(self.bound.as_deref());
        let table = Table::read(rows, Keep::Columns(&wanted))?;
        for y in &self.y {
            let mut plot = table.plot(x, y, &group)?;
            if let Some(bound) = &self.bound {
                plot = table.add_bound(plot, x, bound, &group)?;
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
