//! The parts of a sweep in one: the same bits as one run.

use thiserror::Error;

use super::row::Row;
use super::table::{Rows, TableError};

/// What the parts came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows written.
    pub rows: u64,
    /// Trials that were in several parts, the same in each.
    pub twice: u64,
    /// Trials of the plan that are in no part.
    pub missing: u64,
    /// The place of the first of them.
    pub first_missing: Option<u64>,
}

/// Parts that do not fit together.
#[derive(Debug, Error)]
pub enum MergeError {
    /// A part that cannot be read.
    #[error("{part}: {source}")]
    Table {
        /// The part.
        part: String,
        /// Why.
        source: TableError,
    },
    /// A part of another plan, schema or version.
    #[error(
        "{part}: its {column} is {found}, that of {first} {expected}: merge parts of one sweep"
    )]
    Foreign {
        /// The part.
        part: String,
        /// Which column tells.
        column: &'static str,
        /// What it says.
        found: String,
        /// The first part.
        first: String,
        /// What that says.
        expected: String,
    },
    /// A part whose rows are not in the plan's order.
    #[error("{part}: trial {index} comes after a later one: sort its rows by index")]
    Order {
        /// The part.
        part: String,
        /// The row's index.
        index: u64,
    },
    /// One trial, two results.
    #[error(
        "trial {index} is in {first} and in {second}, and {columns} differ: one of them was computed \
         otherwise; `roundoff replay` says which"
    )]
    Differ {
        /// The trial's index.
        index: u64,
        /// A part.
        first: String,
        /// Another.
        second: String,
        /// What differs.
        columns: String,
    },
    /// A row that cannot be written.
    #[error(transparent)]
    Sink(#[from] std::io::Error),
}

/// A part and its next row.
struct Part {
    name: String,
    rows: Rows,
    next: Option<Row>,
}

impl Part {
    fn advance(&mut self) -> Result<Option<Row>, MergeError> {
        let next = self.rows.next().transpose();
        let next = next.map_err(|source| MergeError::Table {
            part: self.name.clone(),
            source,
        })?;
        let row = std::mem::replace(&mut self.next, next);
        match (&row, &self.next) {
            (Some(row), Some(next)) if next.index <= row.index => Err(MergeError::Order {
                part: self.name.clone(),
                index: next.index,
            }),
            _ => Ok(row),
        }
    }
}

/// Merges parts, named, each in the plan's order; rows go to `sink` in that order. No part is in
/// memory as a whole.
///
/// # Errors
/// [`MergeError`]; by then `sink` may have taken rows.
pub fn merge(
    parts: Vec<(String, Rows)>,
    mut sink: impl FnMut(Row) -> std::io::Result<()>,
) -> Result<Merged, MergeError> {
    let mut all = Vec::new();
    for (name, rows) in parts {
        let mut part = Part {
            name,
            rows,
            next: None,
        };
        part.advance()?;
        all.push(part);
    }
    let identity = |row: &Row| {
        [
            ("schema", row.schema.to_string()),
            ("version", row.version.clone()),
            ("plan", row.plan.clone()),
            ("number of trials", row.trials.to_string()),
        ]
    };
    let mut of: Option<(String, [(&'static str, String); 4])> = None;
    let mut merged = Merged::default();
    let mut expected = 0;
    let mut trials = 0;
    // The part whose next row comes first.
    let first = |all: &[Part]| {
        let heads = all.iter().enumerate();
        let heads = heads.filter_map(|(at, part)| Some((part.next.as_ref()?.index, at)));
        heads.min().map(|(_, at)| at)
    };
    while let Some(at) = first(&all) {
        let Some(row) = all[at].advance()? else {
            break;
        };
        let found = identity(&row);
        let (name, known) = of.get_or_insert_with(|| (all[at].name.clone(), found.clone()));
        let differs = found.iter().zip(&*known).find(|(x, y)| x != y);
        if let Some(((column, found), (_, expected))) = differs {
            return Err(MergeError::Foreign {
                part: all[at].name.clone(),
                column,
                found: found.clone(),
                first: name.clone(),
                expected: expected.clone(),
            });
        }
        let again = all.iter().position(|part| {
            part.next
                .as_ref()
                .is_some_and(|next| next.index == row.index)
        });
        if let Some(again) = again {
            // Taken, or refused as foreign, when its turn comes; here only compared.
            let next = all[again].next.as_ref();
            let columns = next.map(|next| next.differs(&row)).unwrap_or_default();
            let is_foreign = next.is_some_and(|next| identity(next) != found);
            if !columns.is_empty() && !is_foreign {
                return Err(MergeError::Differ {
                    index: row.index,
                    first: all[at].name.clone(),
                    second: all[again].name.clone(),
                    columns: columns.join(", "),
                });
            }
            merged.twice += 1;
            continue;
        }
        if row.index > expected {
            merged.missing += row.index - expected;
            merged.first_missing.get_or_insert(expected);
        }
        expected = row.index + 1;
        trials = row.trials;
        merged.rows += 1;
        sink(row)?;
    }
    if trials > expected {
        merged.missing += trials - expected;
        merged.first_missing.get_or_insert(expected);
    }
    Ok(merged)
}
