//! Labelled rows: from an experiment, or from a file of CSV, JSON lines or Parquet; and plots of
//! their columns.

mod read;
mod view;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::number;
use crate::nearest::nearest;

pub use read::Keep;

/// What is in a row under a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A number; NaN and infinities too.
    Number(f64),
    /// Text, and integers that no f64 holds.
    Text(Arc<str>),
}

impl Cell {
    /// Is it the same, NaN as NaN?
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            _ => self == other,
        }
    }
}

impl From<f64> for Cell {
    fn from(x: f64) -> Self {
        Self::Number(x)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Display for Cell {
    /// Exact.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Number(x) => f.pad(&number::exact(*x)),
            Self::Text(text) => f.pad(text),
        }
    }
}

/// Why rows cannot be read or drawn.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// The system says no.
    #[error("{}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not a kind of file that is read.
    #[error("{}: the name must end in .csv, .jsonl or .parquet; rename or convert the file", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
    },
    /// Damaged, or something else than its name says.
    #[error("{}: {told}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line where there are lines.
        told: String,
    },
    /// A row of another length than the header.
    #[error("a row of {found} cells under {expected} columns: give one cell for each column")]
    Cells {
        /// Cells of the row.
        found: usize,
        /// Columns.
        expected: usize,
    },
    /// No such column.
    #[error("there is no column \"{name}\": {}", columns(.name, .known))]
    Column {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Text where a number is needed.
    #[error("column \"{column}\", row {row}: \"{text}\" is no number; choose a column of numbers")]
    NotANumber {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What is there.
        text: String,
    },
    /// More names than a picture can show.
    #[error(
        "column \"{column}\" has {found} different values and a picture shows {most}: choose another column, or fewer rows"
    )]
    TooMany {
        /// The column, or several.
        column: String,
        /// How many.
        found: usize,
        /// How many can be shown.
        most: usize,
    },
}

/// The nearest of them, and all.
fn columns(name: &str, known: &str) -> String {
    if known.is_empty() {
        return "its rows have no columns".to_owned();
    }
    let all = format!("the columns are {known}");
    match nearest(name, known.split(", ")) {
        Some(near) => format!("did you mean {near}? {}", all.replacen("the", "The", 1)),
        None => all,
    }
}

/// Rows under named columns.
///
/// ```
/// use roundoff::report::{Characters, Table};
/// let mut rows = Table::new(["format", "n", "error"]);
/// for n in [10.0, 100.0, 1000.0] {
///     rows.push(["bfloat16".into(), n.into(), (n * 0.004).into()])?;
/// }
/// let plot = rows.plot("n", "error", &["format"])?;
/// assert!(plot.text(60, Characters::Ascii).contains("bfloat16"));
/// assert!(rows.plot("m", "error", &[]).is_err());
/// # Ok::<(), roundoff::report::TableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    names: Vec<String>,
    /// As many as names, each as long as there are rows.
    columns: Vec<Vec<Cell>>,
    rows: usize,
    /// Rows there are, where not all were kept.
    all: usize,
    /// Which columns are not the same in all of these.
    varies: Vec<bool>,
}

impl Table {
    /// No rows yet.
    pub fn new<T: Into<String>>(columns: impl IntoIterator<Item = T>) -> Self {
        let names: Vec<String> = columns.into_iter().map(Into::into).collect();
        Self {
            columns: vec![Vec::new(); names.len()],
            varies: vec![false; names.len()],
            names,
            rows: 0,
            all: 0,
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`TableError::Cells`] unless it has a cell for each column.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), TableError> {
        let row: Vec<Cell> = row.into_iter().collect();
        if row.len() != self.columns.len() {
            return Err(TableError::Cells {
                found: row.len(),
                expected: self.columns.len(),
            });
        }
        for ((column, varies), cell) in self.columns.iter_mut().zip(&mut self.varies).zip(row) {
            *varies |= column.first().is_some_and(|first| !first.is_same(&cell));
            column.push(cell);
        }
        self.rows += 1;
        self.all += 1;
        Ok(())
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Has it no rows?
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many rows the file has, of which [`Table::len`] were kept.
    pub fn rows_in_file(&self) -> usize {
        self.all
    }

    /// A column's cells.
    ///
    /// # Errors
    /// [`TableError::Column`] if there is none of that name.
    pub fn column(&self, name: &str) -> Result<&[Cell], TableError> {
        let place = self.names.iter().position(|known| known == name);
        let column = place.and_then(|place| self.columns.get(place));
        column.map(Vec::as_slice).ok_or_else(|| TableError::Column {
            name: name.to_owned(),
            known: self.names.join(", "),
        })
    }

    /// The columns that are the same in every row of the file, with what they have: all, of a single
    /// row.
    pub fn constants(&self) -> impl Iterator<Item = (&str, &Cell)> {
        let columns = self.names.iter().zip(&self.columns).zip(&self.varies);
        let constant = columns.filter(|(_, varies)| !**varies);
        constant.filter_map(|((name, column), _)| Some((name.as_str(), column.first()?)))
    }

    /// The other columns.
    pub fn varying(&self) -> Self {
        let columns = self.names.iter().zip(&self.columns).zip(&self.varies);
        let (names, columns): (Vec<_>, Vec<_>) = columns
            .filter(|(_, varies)| **varies)
            .map(|((name, column), _)| (name.clone(), column.clone()))
            .unzip();
        Self {
            varies: vec![true; names.len()],
            names,
            columns,
            ..*self
        }
    }

    /// The cells of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = Vec<&Cell>> {
        (0..self.rows).map(|row| {
            self.columns
                .iter()
                .filter_map(|column| column.get(row))
                .collect()
        })
    }

    /// Is every cell of a column a number or empty?
    pub(super) fn is_numeric(cells: &[Cell]) -> bool {
        cells.iter().all(|cell| !matches!(cell, Cell::Text(_)))
    }
}
