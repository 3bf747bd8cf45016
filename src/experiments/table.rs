//! Rows to and from CSV, JSON lines and Parquet, one at a time: no table is in memory as a whole.
//!
//! | file | figures that are missing | infinities, NaN |
//! |---|---|---|
//! | CSV | empty | `inf`, `-inf`, `NaN` |
//! | JSON lines | `null` | `"Infinity"`, `"-Infinity"`, `"NaN"` |
//! | Parquet | null | themselves |
//!
//! Figures have as many digits as read back the same bits.

mod comma;
mod lines;
mod parquet;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use thiserror::Error;

use super::row::Row;

pub use comma::{CommaReader, CommaWriter};
pub use lines::{json_of, row_of, write_line};
pub use parquet::{ParquetReader, ParquetWriter};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Comma-separated values with a heading.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
}

impl Layout {
    /// By a file's name; none of another ending than `.csv`, `.jsonl`, `.ndjson`, `.parquet`.
    ///
    /// ```
    /// use roundoff::experiments::table::Layout;
    /// assert_eq!(Layout::of("a/rows.CSV".as_ref()), Some(Layout::Csv));
    /// assert_eq!(Layout::of("rows.txt".as_ref()), None);
    /// ```
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// A table that cannot be read.
#[derive(Debug, Error)]
pub enum TableError {
    /// The system says no.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something that is no table of this schema.
    #[error("{}{problem}", place(*.row))]
    Row {
        /// From 1; 0 of the heading.
        row: u64,
        /// What is wrong.
        problem: String,
    },
    /// A file whose name says nothing.
    #[error("the name must end in .csv, .jsonl or .parquet; rename or convert the file")]
    Layout,
}

fn place(row: u64) -> String {
    match row {
        0 => String::new(),
        row => format!("row {row}: "),
    }
}

impl TableError {
    fn row(row: u64, problem: impl std::fmt::Display) -> Self {
        Self::Row {
            row,
            // Names come from files.
            problem: problem.to_string().chars().take(300).collect(),
        }
    }
}

/// Writes rows.
#[derive(Debug)]
pub struct Writer<W: Write + Send>(Kind<W>);

enum Kind<W: Write + Send> {
    Csv(Box<CommaWriter<W>>),
    /// And room for a line.
    JsonLines(W, Vec<u8>),
    Parquet(Box<ParquetWriter<W>>),
}

impl<W: Write + Send> std::fmt::Debug for Kind<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Csv(_) => "Csv",
            Self::JsonLines(..) => "JsonLines",
            Self::Parquet(_) => "Parquet",
        })
    }
}

impl<W: Write + Send> Writer<W> {
    /// Into a file or any other writer; best a buffered one.
    ///
    /// # Errors
    /// Those of the writer.
    ///
    /// ```
    /// use roundoff::experiments::Row;
    /// use roundoff::experiments::table::{Layout, Writer};
    /// let mut writer = Writer::new(Layout::JsonLines, Vec::new())?;
    /// writer.write(&Row { kernel: "sum".to_owned(), ..Row::default() })?;
    /// let text = String::from_utf8(writer.finish()?)?;
    /// assert!(text.contains("\"kernel\":\"sum\""));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(layout: Layout, into: W) -> io::Result<Self> {
        Ok(Self(match layout {
            Layout::Csv => Kind::Csv(Box::new(CommaWriter::new(into)?)),
            Layout::JsonLines => Kind::JsonLines(into, Vec::new()),
            Layout::Parquet => Kind::Parquet(Box::new(ParquetWriter::new(into)?)),
        }))
    }

    /// One row more.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        match &mut self.0 {
            Kind::Csv(writer) => writer.write(row),
            Kind::JsonLines(writer, line) => {
                line.clear();
                write_line(row, line)?;
                writer.write_all(line)
            }
            Kind::Parquet(writer) => writer.write(row),
        }
    }

    /// The end: everything is written.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        match self.0 {
            Kind::Csv(writer) => writer.finish(),
            Kind::JsonLines(mut writer, _) => {
                writer.flush()?;
                Ok(writer)
            }
            Kind::Parquet(writer) => writer.finish(),
        }
    }
}

/// The rows of a file, one at a time.
pub type Rows = Box<dyn Iterator<Item = Result<Row, TableError>>>;

/// Opens a table by its name.
///
/// # Errors
/// [`TableError`] if there is none, or its heading is not this schema's.
pub fn open(path: &Path) -> Result<Rows, TableError> {
    let layout = Layout::of(path).ok_or(TableError::Layout)?;
    // Asked first: opening a pipe waits for its other end.
    if !std::fs::metadata(path)?.is_file() {
        let problem = "it is no regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem).into());
    }
    let mut file = File::open(path)?;
    Ok(match layout {
        Layout::Csv => Box::new(CommaReader::new(BufReader::new(file))?),
        Layout::JsonLines => Box::new(json_lines(BufReader::new(file))),
        Layout::Parquet => {
            file.seek(SeekFrom::Start(0))?;
            Box::new(ParquetReader::new(file)?)
        }
    })
}

/// A line is no longer than this: no file makes us read all of it as one line.
const LONGEST: u64 = 1 << 20;

/// The rows of JSON lines.
pub fn json_lines<R: BufRead + 'static>(from: R) -> impl Iterator<Item = Result<Row, TableError>> {
    let mut from = from;
    let mut number = 0;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        number += 1;
        let mut limited = io::Read::take(&mut from, LONGEST);
        match limited.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(row_of(&line).map_err(|problem| TableError::row(number, problem))),
            Err(error) => Some(Err(error.into())),
        }
    })
}
