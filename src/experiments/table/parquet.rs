//! Apache Parquet: text as strings, whole numbers as UINT_64, figures as optional doubles; 16,384
//! rows a group, so that a table of any length is written in some 50 MB.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::{Type, TypePtr};

use super::TableError;
use crate::experiments::row::{COLUMNS, Cell, Kind, Row};

/// Rows of a group.
const GROUP: usize = 1 << 14;

/// A column of the rows that wait.
enum Waiting {
    Text(Vec<ByteArray>),
    Count(Vec<i64>),
    /// Values there are, and for each row whether there is one.
    Figure(Vec<f64>, Vec<i16>),
}

impl Waiting {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::new()),
            Kind::Count => Self::Count(Vec::new()),
            Kind::Figure => Self::Figure(Vec::new(), Vec::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            // Most say what the row before says: the same bytes.
            (Self::Text(column), Cell::Text(text)) => match column.last() {
                Some(last) if last.data() == text.as_bytes() => column.push(last.clone()),
                _ => column.push(text.into_owned().into_bytes().into()),
            },
            // The same 64 bits; the logical type says that they have no sign.
            (Self::Count(column), Cell::Count(count)) => column.push(count as i64),
            (Self::Figure(column, there), Cell::Figure(figure)) => {
                there.push(i16::from(figure.is_some()));
                column.extend(figure);
            }
            // The kinds of a row's cells are those of the columns.
            _ => {}
        }
    }
}

/// Writes rows as Parquet.
#[allow(missing_debug_implementations)]
pub struct ParquetWriter<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Waiting>,
    rows: usize,
}

fn schema() -> Result<TypePtr, ParquetError> {
    let column = |column: &crate::experiments::row::Column| {
        let (physical, logical, repetition) = match column.kind {
            Kind::Text => (
                Physical::BYTE_ARRAY,
                Some(LogicalType::String),
                Repetition::REQUIRED,
            ),
            Kind::Count => (
                Physical::INT64,
                Some(LogicalType::integer(64, false)),
                Repetition::REQUIRED,
            ),
            Kind::Figure => (Physical::DOUBLE, None, Repetition::OPTIONAL),
        };
        Type::primitive_type_builder(column.name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
            .map(Arc::new)
    };
    let fields: Result<Vec<TypePtr>, _> = COLUMNS.iter().map(column).collect();
    let schema = Type::group_type_builder("roundoff").with_fields(fields?);
    Ok(Arc::new(schema.build()?))
}

/// The system's error inside one of the parquet crate.
fn plain(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Into a file or any other writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(into: W) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("roundoff {}", env!("CARGO_PKG_VERSION")))
            .build();
        let schema = schema().map_err(plain)?;
        Ok(Self {
            writer: SerializedFileWriter::new(into, schema, Arc::new(properties)).map_err(plain)?,
            columns: Vec::new(),
            rows: 0,
        })
    }

    /// One row more; written with its group.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        if self.columns.is_empty() {
            self.columns = COLUMNS
                .iter()
                .map(|column| Waiting::of(column.kind))
                .collect();
        }
        for (column, cell) in self.columns.iter_mut().zip(row.cells()) {
            column.push(cell);
        }
        self.rows += 1;
        match self.rows == GROUP {
            true => self.group().map_err(plain),
            false => Ok(()),
        }
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in self.columns.drain(..) {
            let Some(mut writer) = group.next_column()? else {
                break;
            };
            match column {
                Waiting::Text(values) => {
                    writer
                        .typed::<ByteArrayType>()
                        .write_batch(&values, None, None)?;
                }
                Waiting::Count(values) => {
                    writer
                        .typed::<Int64Type>()
                        .write_batch(&values, None, None)?;
                }
                Waiting::Figure(values, there) => {
                    let typed = writer.typed::<DoubleType>();
                    typed.write_batch(&values, Some(&there), None)?;
                }
            }
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    /// The end: the last group, and what says where everything is.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.group().map_err(plain)?;
        self.writer.into_inner().map_err(plain)
    }
}

/// Reads rows of Parquet, a group at a time.
#[allow(missing_debug_implementations)]
pub struct ParquetReader {
    rows: RowIter<'static>,
    row: u64,
}

impl ParquetReader {
    /// The schema is looked at at once.
    ///
    /// # Errors
    /// [`TableError::Row`] where it is not this one's.
    pub fn new(file: File) -> Result<Self, TableError> {
        let told = |error: ParquetError| {
            TableError::row(0, format!("{error}; copy the file again, or sweep again"))
        };
        let reader = SerializedFileReader::new(file).map_err(told)?;
        let metadata = parquet::file::reader::FileReader::metadata(&reader);
        let found = metadata.file_metadata().schema();
        let names = COLUMNS.iter().map(|column| column.name);
        let fields = match found.is_group() {
            true => found.get_fields(),
            false => &[],
        };
        if !fields.iter().map(|field| field.name()).eq(names) {
            return Err(TableError::row(
                0,
                "the columns are not those of a sweep of this version",
            ));
        }
        Ok(Self {
            rows: RowIter::from_file_into(Box::new(reader)),
            row: 0,
        })
    }

    fn row(&self, row: parquet::record::Row) -> Result<Row, TableError> {
        let columns = row.into_columns().into_iter().zip(COLUMNS);
        let cell =
            |((_, field), column): ((String, Field), &crate::experiments::row::Column)| match (
                column.kind,
                field,
            ) {
                (Kind::Text, Field::Str(text)) => Ok(Cell::Text(text.into())),
                (Kind::Count, Field::ULong(count)) => Ok(Cell::Count(count)),
                (Kind::Figure, Field::Double(x)) => Ok(Cell::Figure(Some(x))),
                (Kind::Figure, Field::Null) => Ok(Cell::Figure(None)),
                _ => Err(TableError::row(
                    self.row,
                    format!("column {}: of another type", column.name),
                )),
            };
        let cells: Result<Vec<Cell<'_>>, TableError> = columns.map(cell).collect();
        Row::from_cells(cells?).ok_or_else(|| TableError::row(self.row, "it is too short"))
    }
}

impl Iterator for ParquetReader {
    type Item = Result<Row, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        self.row += 1;
        Some(match row {
            Ok(row) => self.row(row),
            Err(error) => Err(TableError::row(self.row, error)),
        })
    }
}
