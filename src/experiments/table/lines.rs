//! One JSON object a line.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Map, Value, json, to_writer};

use crate::experiments::row::{COLUMNS, Cell, Kind, Row};

/// A value as JSON: what is not finite by its name.
fn value(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Text(text) => Value::String(text.into_owned()),
        Cell::Count(count) => json!(count),
        Cell::Figure(None) => Value::Null,
        Cell::Figure(Some(x)) if x.is_nan() => json!("NaN"),
        Cell::Figure(Some(f64::INFINITY)) => json!("Infinity"),
        Cell::Figure(Some(f64::NEG_INFINITY)) => json!("-Infinity"),
        Cell::Figure(Some(x)) => json!(x),
    }
}

/// A row as a JSON object.
pub fn json_of(row: &Row) -> Value {
    let names = COLUMNS.iter().map(|column| column.name.to_owned());
    Value::Object(names.zip(row.cells().map(value)).collect())
}

/// The same in a line, its end too, with the columns in their order and nothing held.
///
/// # Errors
/// Those of the writer.
pub fn write_line(row: &Row, into: &mut impl Write) -> io::Result<()> {
    let mut before = '{';
    for (column, cell) in COLUMNS.iter().zip(row.cells()) {
        write!(into, "{before}\"{}\":", column.name)?;
        before = ',';
        match cell {
            Cell::Text(text) => to_writer(&mut *into, &*text)?,
            number => to_writer(&mut *into, &value(number))?,
        }
    }
    into.write_all(b"}\n")
}

/// The row of a JSON object.
///
/// # Errors
/// What is wrong with it.
pub fn row_of(line: &[u8]) -> Result<Row, String> {
    let mut object: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let cell = |column: &crate::experiments::row::Column| {
        let value = object.remove(column.name);
        let wrong = |what| Err(format!("column {}: no {what}", column.name));
        match (column.kind, value) {
            (_, None) => wrong("value"),
            (Kind::Text, Some(Value::String(text))) => Ok(Cell::Text(Cow::Owned(text))),
            (Kind::Text, _) => wrong("text"),
            (Kind::Count, Some(value)) => match value.as_u64() {
                Some(count) => Ok(Cell::Count(count)),
                None => wrong("whole number"),
            },
            (Kind::Figure, Some(value)) => match (value.as_f64(), value.as_str()) {
                _ if value.is_null() => Ok(Cell::Figure(None)),
                (Some(x), _) => Ok(Cell::Figure(Some(x))),
                (_, Some("NaN")) => Ok(Cell::Figure(Some(f64::NAN))),
                (_, Some("Infinity")) => Ok(Cell::Figure(Some(f64::INFINITY))),
                (_, Some("-Infinity")) => Ok(Cell::Figure(Some(f64::NEG_INFINITY))),
                _ => wrong("number"),
            },
        }
    };
    let cells: Result<Vec<Cell<'_>>, String> = COLUMNS.iter().map(cell).collect();
    Row::from_cells(cells?).ok_or_else(|| "it is too short".to_owned())
}
