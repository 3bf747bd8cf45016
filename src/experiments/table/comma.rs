//! CSV.

use std::io::{self, Read, Write};

use super::TableError;
use crate::experiments::row::{COLUMNS, Cell, Kind, Row};

/// Writes rows as CSV.
#[derive(Debug)]
pub struct CommaWriter<W: Write>(csv::Writer<W>);

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
        Ok(Self(writer))
    }

    /// One row more.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        for cell in row.cells() {
            self.0.write_field(text(cell)).map_err(plain)?;
        }
        // The end of the record.
        self.0.write_record(None::<&[u8]>).map_err(plain)
    }

    /// The end.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(|error| error.into_error())
    }
}

/// The system's error inside one of the csv crate.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn text(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => text,
        Cell::Count(count) => count.to_string(),
        Cell::Figure(None) => String::new(),
        // The shortest digits that read back the same.
        Cell::Figure(Some(x)) if x == 0.0 || (1e-4..1e7).contains(&x.abs()) => x.to_string(),
        Cell::Figure(Some(x)) if x.is_finite() => format!("{x:e}"),
        Cell::Figure(Some(x)) => x.to_string(),
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
        let told = |error: csv::Error| TableError::row(0, error);
        let heading = reader.headers().map_err(told)?;
        let names = COLUMNS.iter().map(|column| column.name);
        if !heading.iter().eq(names) {
            return Err(TableError::row(
                0,
                "the heading is not that of a sweep of this version",
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
                Kind::Text => Cell::Text(field.to_owned()),
                Kind::Count => Cell::Count(field.parse().map_err(|_| wrong("whole number"))?),
                Kind::Figure if field.is_empty() => Cell::Figure(None),
                Kind::Figure => Cell::Figure(Some(field.parse().map_err(|_| wrong("number"))?)),
            })
        };
        let cells: Result<Vec<Cell>, TableError> = record.iter().zip(COLUMNS).map(cell).collect();
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
