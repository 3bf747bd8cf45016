//! Rows from a file: CSV, JSON lines, Parquet.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use super::{Cell, Table, TableError};

/// What of a file is kept in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep<'a> {
    /// These columns, of every row.
    Columns(&'a [&'a str]),
    /// All columns, of so many rows; the others are counted.
    First(usize),
}

impl Table {
    /// Reads a file of rows; the end of its name says which kind it is: `.csv`, `.jsonl` (also
    /// `.ndjson`) or `.parquet`.
    ///
    /// In JSON, which has no NaN and infinities, the strings "NaN", "Infinity" and "-Infinity" are
    /// numbers, and a row that lacks a column has an empty cell there.
    ///
    /// # Errors
    /// [`TableError`] for what cannot be opened or read, with the line; for a column asked for that
    /// the file does not have.
    pub fn read(path: &Path, keep: Keep<'_>) -> Result<Self, TableError> {
        let kind = path
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        let read = match kind.to_ascii_lowercase().as_str() {
            "csv" => csv,
            "jsonl" | "ndjson" => json_lines,
            "parquet" => parquet,
            _ => {
                return Err(TableError::Kind {
                    path: path.to_owned(),
                });
            }
        };
        let failed = |source| TableError::Open {
            path: path.to_owned(),
            source,
        };
        // Asked first: opening a pipe waits for its other end.
        let found = std::fs::metadata(path).map_err(failed)?;
        if !found.is_file() {
            return Err(TableError::Damaged {
                path: path.to_owned(),
                told: "it is no regular file; name a .csv, .jsonl or .parquet file".to_owned(),
            });
        }
        let file = File::open(path).map_err(failed)?;
        read(file, keep).map_err(|wrong| match wrong {
            Wrong::Column { name, known } => TableError::Column { name, known },
            Wrong::Damaged(told) => TableError::Damaged {
                path: path.to_owned(),
                told,
            },
        })
    }
}

/// What a reader says; the path comes later.
enum Wrong {
    Column { name: String, known: String },
    Damaged(String),
}

impl Wrong {
    fn told(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Rows on their way into a table.
struct Filling<'a> {
    keep: Keep<'a>,
    table: Table,
    /// Where the columns kept are in the file.
    places: Vec<usize>,
    /// Texts that were there before: most are there often.
    texts: HashSet<Arc<str>>,
}

impl<'a> Filling<'a> {
    fn new(names: Vec<String>, keep: Keep<'a>) -> Result<Self, Wrong> {
        let mut places = Vec::new();
        match keep {
            Keep::First(_) => places.extend(0..names.len()),
            Keep::Columns(wanted) => {
                for name in wanted {
                    let place = names.iter().position(|known| known == name);
                    places.push(place.ok_or_else(|| Wrong::Column {
                        name: (*name).to_owned(),
                        known: names.join(", "),
                    })?);
                }
            }
        }
        let kept = places.iter().filter_map(|place| names.get(*place).cloned());
        Ok(Self {
            keep,
            table: Table::new(kept),
            places,
            texts: HashSet::new(),
        })
    }

    /// Adds a row, or counts it.
    fn row(&mut self, mut cell: impl FnMut(usize, &mut HashSet<Arc<str>>) -> Cell) {
        let full = matches!(self.keep, Keep::First(most) if self.table.rows >= most.max(1));
        self.table.all += 1;
        let columns = self.table.columns.iter_mut().zip(&mut self.table.varies);
        for ((column, varies), place) in columns.zip(&self.places) {
            if full && *varies {
                continue;
            }
            let cell = cell(*place, &mut self.texts);
            *varies |= column.first().is_some_and(|first| !first.is_same(&cell));
            if !full {
                column.push(cell);
            }
        }
        self.table.rows += usize::from(!full);
    }
}

/// Text as a cell: a number where an f64 holds it.
fn parsed(text: &str, texts: &mut HashSet<Arc<str>>) -> Cell {
    let text = text.trim();
    if text.is_empty() {
        return Cell::Empty;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Integers above 2^53, seeds for instance, would lose digits.
    let long = digits.len() > 15 && digits.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(x) if !long => Cell::Number(x),
        _ => interned(text, texts),
    }
}

fn interned(text: &str, texts: &mut HashSet<Arc<str>>) -> Cell {
    if let Some(known) = texts.get(text) {
        return Cell::Text(Arc::clone(known));
    }
    let new: Arc<str> = text.into();
    texts.insert(Arc::clone(&new));
    Cell::Text(new)
}

fn csv(file: File, keep: Keep<'_>) -> Result<Table, Wrong> {
    let mut reader = csv::ReaderBuilder::new().from_reader(BufReader::new(file));
    let names = reader.headers().map_err(Wrong::told)?;
    let names: Vec<String> = names.iter().map(str::to_owned).collect();
    if names.is_empty() {
        return Err(Wrong::Damaged(
            "it is empty; the first line names the columns".to_owned(),
        ));
    }
    let mut filling = Filling::new(names, keep)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(Wrong::told)? {
        filling.row(|place, texts| parsed(record.get(place).unwrap_or_default(), texts));
    }
    Ok(filling.table)
}

/// The longest line of JSON that is read.
const LONGEST: usize = 1 << 24;

fn json_lines(file: File, keep: Keep<'_>) -> Result<Table, Wrong> {
    let mut reader = BufReader::new(file);
    let mut filling: Option<(Vec<String>, Filling<'_>)> = None;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let mut limited = std::io::Read::take(&mut reader, LONGEST as u64);
        if limited.read_until(b'\n', &mut line).map_err(Wrong::told)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let wrong = |told: &str| Wrong::Damaged(format!("line {number}: {told}"));
        let value = serde_json::from_slice(&line).map_err(|error| {
            let told = error.to_string();
            wrong(told.split(" at line ").next().unwrap_or(&told))
        })?;
        let Value::Object(row) = value else {
            return Err(wrong("it is no JSON object; write one row a line"));
        };
        // The first row names the columns.
        let (names, filling) = match &mut filling {
            Some(known) => known,
            None => {
                let names: Vec<String> = row.keys().cloned().collect();
                let new = Filling::new(names.clone(), keep)?;
                filling.insert((names, new))
            }
        };
        if let Some(new) = row.keys().find(|key| !names.contains(key)) {
            return Err(wrong(&format!("column \"{new}\" is not in the first row")));
        }
        filling.row(|place, texts| {
            match names
                .get(place)
                .and_then(|name| row.get(name))
                .unwrap_or(&Value::Null)
            {
                Value::Null => Cell::Empty,
                Value::Number(number) => parsed(&number.to_string(), texts),
                Value::String(text) => match text.as_str() {
                    "NaN" => Cell::Number(f64::NAN),
                    "Infinity" => Cell::Number(f64::INFINITY),
                    "-Infinity" => Cell::Number(f64::NEG_INFINITY),
                    "" => Cell::Empty,
                    text => interned(text, texts),
                },
                other => interned(&other.to_string(), texts),
            }
        });
    }
    match filling {
        Some((_, filling)) => Ok(filling.table),
        None => Err(Wrong::Damaged(
            "it has no rows, and so no columns".to_owned(),
        )),
    }
}

fn parquet(file: File, keep: Keep<'_>) -> Result<Table, Wrong> {
    let bytes = file.metadata().map_err(Wrong::told)?.len();
    // The crate asserts some of what a damaged file breaks.
    let read = std::panic::catch_unwind(|| parquet_rows(file, bytes, keep));
    read.unwrap_or_else(|_| Err(damaged()))
}

fn damaged() -> Wrong {
    Wrong::Damaged("its Parquet pages are damaged; copy or write it again".to_owned())
}

fn parquet_rows(file: File, bytes: u64, keep: Keep<'_>) -> Result<Table, Wrong> {
    let reader = SerializedFileReader::new(file).map_err(Wrong::told)?;
    let groups = reader.metadata().row_groups().iter();
    for column in groups.flat_map(|group| group.columns()) {
        let start = column
            .dictionary_page_offset()
            .unwrap_or(column.data_page_offset());
        let (start, length) = (
            u64::try_from(start),
            u64::try_from(column.compressed_size()),
        );
        let end = start.ok().zip(length.ok());
        let end = end.and_then(|(start, length)| start.checked_add(length));
        if end.is_none_or(|end| end > bytes) {
            return Err(damaged());
        }
    }
    let schema = reader.metadata().file_metadata().schema();
    let fields = schema.get_fields().iter();
    let names: Vec<String> = fields.map(|field| field.name().to_owned()).collect();
    let mut filling = Filling::new(names, keep)?;
    for row in reader.get_row_iter(None).map_err(Wrong::told)? {
        let row = row.map_err(Wrong::told)?;
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        filling.row(|place, texts| match fields.get(place) {
            None | Some(Field::Null) => Cell::Empty,
            Some(Field::Double(x)) => Cell::Number(*x),
            Some(Field::Float(x)) => Cell::Number(f64::from(*x)),
            Some(Field::Str(text)) => match text.as_str() {
                "" => Cell::Empty,
                text => interned(text, texts),
            },
            // Integers, truth values, times: as they are written.
            Some(other) => parsed(&other.to_string(), texts),
        });
    }
    Ok(filling.table)
}
