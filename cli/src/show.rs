//! Numbers, tables and JSON on standard output.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table};
pub use roundoff::report::number::{exact as number, short};
use serde_json::{Value, json};

use crate::failure::Failure;

/// Writes to standard output; a reader that has gone away ends the command quietly.
///
/// # Errors
/// [`Failure::Closed`] or [`Failure::Stdout`].
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Stdout(error),
        })
}

/// A line on standard error, beside output that is data. Nobody waits for it: where standard error is
/// closed it is lost.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "roundoff: {}", printable(text));
}

/// A JSON document.
///
/// # Errors
/// As [`print()`].
pub fn print_json(value: &Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// A number for JSON, which has no infinities and NaN of its own: those are strings.
pub fn json_number(x: f64) -> Value {
    match x {
        _ if x.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        _ => json!(x),
    }
}

/// A figure that may not exist.
pub fn json_figure(x: Option<f64>) -> Value {
    x.map_or(Value::Null, json_number)
}

/// Text from a file, without what would command the terminal.
pub fn printable(text: &str) -> String {
    let safe = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(safe).collect()
}

/// A sentence without what is too long to be read: of a word of more letters than a path may well have,
/// its beginning.
///
/// ```
/// let name = "x".repeat(9000);
/// let told = roundoff_cli::show::cut(&format!("unknown format {name}: see the list"));
/// assert_eq!(told.len(), 15 + 400 + 3 + 13);
/// ```
pub fn cut(sentence: &str) -> String {
    const MOST: usize = 400;
    let word = |word: &str| match word.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &word[..end]),
        None => word.to_owned(),
    };
    let words = sentence
        .split_inclusive(' ')
        .map(|text| match text.strip_suffix(' ') {
            Some(text) => word(text) + " ",
            None => word(text),
        });
    words.collect()
}

/// How many of something, by its singular: `1 trial`, `2 trials`.
pub fn count(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

/// Rows below headings, in columns that are as wide as they must be: `<` left, `>` right.
pub fn table(alignment: &str, headings: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(headings);
    for row in rows {
        table.add_row(row);
    }
    for (column, side) in table.column_iter_mut().zip(alignment.chars()) {
        column.set_padding((0, 2));
        column.set_cell_alignment(match side {
            '>' => CellAlignment::Right,
            _ => CellAlignment::Left,
        });
    }
    let mut text: String = table
        .lines()
        .flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()])
        .collect();
    text.truncate(text.trim_end().len());
    text + "\n"
}
