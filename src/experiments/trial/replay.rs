//! The way back: a row's trial, and whether inputs are its own.

use super::Trial;
use crate::experiments::catalogue;
use crate::experiments::plan::{GENERATED, Given, PlanError, content};
use crate::experiments::row::{Row, SCHEMA};

/// What a row's trial was: the way back.
///
/// # Errors
/// [`PlanError`] where a name in it is none of this version's.
impl TryFrom<&Row> for Trial {
    type Error = RowError;

    fn try_from(row: &Row) -> Result<Self, RowError> {
        let wrong = |column: &'static str, why: String| RowError { column, why };
        let site = |text: &str| {
            let (name, format) = text
                .split_once('=')
                .ok_or_else(|| wrong("sites", "write name=format;name=format".to_owned()))?;
            let format = format.parse().map_err(|error| told("sites", error))?;
            Ok((name.to_owned(), format))
        };
        if row.schema != SCHEMA {
            let why = format!("{}; this version reads {SCHEMA}", row.schema);
            return Err(wrong("schema", why));
        }
        Ok(Self {
            kernel: catalogue::find(&row.kernel).map_err(|error| told("kernel", error))?,
            format: row.format.parse().map_err(|error| told("format", error))?,
            rounding: row
                .rounding
                .parse()
                .map_err(|error| told("rounding", error))?,
            saturation: row
                .saturation
                .parse()
                .map_err(|error| told("saturation", error))?,
            accumulator: row
                .accumulator
                .parse()
                .map_err(|error: PlanError| told("accumulator", error))?,
            size: usize::try_from(row.size).map_err(|error| told("size", error))?,
            condition: row.condition,
            seed: row.seed,
            input_seed: row.input_seed,
            sites: row
                .sites
                .split(';')
                .filter(|text| !text.is_empty())
                .map(site)
                .collect::<Result<_, _>>()?,
            input: row.input.clone(),
        })
    }
}

/// A row that is no trial of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {why}")]
pub struct RowError {
    /// Which column.
    pub column: &'static str,
    /// What is wrong with it.
    pub why: String,
}

fn told(column: &'static str, error: impl std::fmt::Display) -> RowError {
    RowError {
        column,
        why: error.to_string(),
    }
}

impl Trial {
    /// Are these its inputs, bit by bit, wherever they lie now?
    pub fn is_of(&self, given: &Given) -> bool {
        content(&self.input) == content(&given.label)
    }

    /// Are its inputs generated, so that nothing else is needed to run it?
    pub fn is_generated(&self) -> bool {
        self.input == GENERATED
    }
}
