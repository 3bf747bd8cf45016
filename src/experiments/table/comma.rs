//! CSV.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Read, Write};

use super::TableError;
use crate::experiments::row::{COLUMNS, Cell, Kind, Row};

/// Writes rows as CSV.
#[derive(Debug)]
pub struct CommaWriter<W: Write> {
    writer: csv::Writer<W>,
    /// A number's digits: room that stays.
    digits: String,
}

impl<W: Write> CommaWriter<W> {
    /// The heading is written at once.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(into: W) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(into);
        writer
            .write_record(COLUMNS.iter().map(|column| column.name))
            .map_err(plain)?;
        Ok(Self {
            writer,
            digits: String::new(),
        })
    }

    /// One row more.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        for cell in row.cells() {
            let field = match &cell {
                Cell::Text(text) => text,
                number => {
                    self.digits.clear();
                    digits(number, &mut self.digits).map_err(io::Error::other)?;
                    self.digits.as_str()
                }
            };
            self.writer.write_field(field).map_err(plain)?;
        }
        // The end of the record.
        self.writer.write_record(None::<&[u8]>).map_err(plain)
    }

    /// The end.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}

/// The system's error inside one of the csv crate.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The shortest digits that read back the same.
fn digits(cell: &Cell<'_>, into: &mut String) -> fmt::Result {
    match cell {
        Cell::Text(_) | Cell::Figure(None) => Ok(()),
        Cell::Count(count) => write!(into, "{count}"),
        Cell::Figure(Some(x)) if *x == 0.0 || (1e-4..1e7).contains(&x.abs()) => {
            write!(into, "{x}")
        }
        Cell::Figure(Some(x)) if x.is_finite() => write!(into, "{x:e}"),
        Cell::Figure(Some(x)) => write!(into, "{x}"),
    }
}

/// Reads rows of CSV.
#[allow(missing_debug_implementations)]
pub struct CommaReader<R: Read> {
    records: csv::StringRecordsIntoIter<R>,
    row: u64,
}

impl<R: Read> CommaReader<R> {
    /// The heading is read at once.
    ///
    /// # Errors
    /// [`TableError::Row`] where it is not this schema's.
    pub fn new(from: R) -> Result<Self, TableError> {
        let mut reader = csv::Reader::from_reader(from);
        let told = |error: csv::Error| {
            TableError::row(0, format!("{error}; give rows that `roundoff sweep` wrote"))
        };
        let heading = reader.headers().map_err(told)?;
        let names = COLUMNS.iter().map(|column| column.name);
        if !heading.iter().eq(names) {
            return Err(TableError::row(
                0,
                "the heading is not that of a sweep of this version; give rows that `roundoff sweep` wrote",
            ));
        }
        Ok(Self {
            records: reader.into_records(),
            row: 0,
        })
    }

    fn row(&self, record: &csv::StringRecord) -> Result<Row, TableError> {
        let cell = |(field, column): (&str, &crate::experiments::row::Column)| {
            let wrong =
                |what| TableError::row(self.row, format!("column {}: no {what}", column.name));
            Ok(match column.kind {
                Kind::Text => Cell::Text(Cow::Owned(field.to_owned())),
                Kind::Count => Cell::Count(field.parse().map_err(|_| wrong("whole number"))?),
                Kind::Figure if field.is_empty() => Cell::Figure(None),
                Kind::Figure => Cell::Figure(Some(field.parse().map_err(|_| wrong("number"))?)),
            })
        };
        let cells: Result<Vec<Cell<'_>>, TableError> =
            record.iter().zip(COLUMNS).map(cell).collect();
        Row::from_cells(cells?).ok_or_else(|| TableError::row(self.row, "it is too short"))
    }
}

impl<R: Read> Iterator for CommaReader<R> {
    type Item = Result<Row, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.records.next()?;
        self.row += 1;
        Some(match record {
            Ok(record) => self.row(&record),
            Err(error) => Err(TableError::row(self.row, error)),
        })
    }
}
