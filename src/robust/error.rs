//! Why there is no answer, or what it is if it is no.

use thiserror::Error;

use super::confidence::ConfidenceError;
use super::report::Report;
use crate::faults::FaultError;
use crate::format::{Format, FormatError};

/// Why there is no answer, or what the answer is if it is no.
#[derive(Clone, Debug, Error)]
pub enum RobustError {
    /// The bits are not kept, or branches that should be stable are not.
    #[error("{0}")]
    Failed(Box<Report>),
    /// Nothing was asked for.
    #[error("how many bits shall it keep? Say .keeps_bits(6)")]
    NoFloor,
    /// Bits out of range.
    #[error("{0} bits: a check can ask for 0 to 53")]
    Floor(f64),
    /// Probability or confidence.
    #[error(transparent)]
    Confidence(#[from] ConfidenceError),
    /// A list of no inputs.
    #[error("no inputs: a check over inputs needs one or more")]
    NoInputs,
    /// A list of no sites.
    #[error("no sites: give a kernel's SITES, or use .check")]
    NoSites,
    /// The code returned nothing.
    #[error("the code returns no value for input {}: nothing to compare", row + 1)]
    Empty {
        /// Which input, from 0.
        row: usize,
    },
    /// Exact arithmetic gives NaN.
    #[error(
        "in exact arithmetic value {place} of the result is NaN for input {}: nothing to compare \
         (numbers of check_real are NaN in threads that the code starts itself)",
        row + 1
    )]
    Reference {
        /// Which input, from 0.
        row: usize,
        /// Which value, from 0.
        place: usize,
    },
    /// Faults that the format's codes cannot have.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// Faults of a format whose values have no codes.
    #[error(
        "{0} has no codes, so no bits to flip: take a format of so many bits, without a baseline"
    )]
    NoCodes(Format),
    /// Faults at a site that the code does not have.
    #[error("faults at site \"{name}\": {known}")]
    FaultSite {
        /// What was asked for.
        name: String,
        /// The sites there are, in words.
        known: String,
    },
    /// A precision that the format's range does not go with.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// More digits than the baseline has.
    #[cfg(feature = "report")]
    #[error(
        "test \"{name}\" needs {} of precision to keep its bits, and needed {before} before: find \
         the change that costs them, or take it with `roundoff accept {name:?}`\n{report}",
        digits(*needs)
    )]
    NeedsMore {
        /// The test.
        name: String,
        /// The digits that it needs; none where 53 are not enough.
        needs: Option<u32>,
        /// The digits that it needed.
        before: u32,
        /// With as many digits as before.
        report: Box<Report>,
    },
    /// Baseline or record that cannot be used.
    #[cfg(feature = "report")]
    #[error(transparent)]
    Baseline(#[from] super::baseline::BaselineError),
}

#[cfg(feature = "report")]
fn digits(needs: Option<u32>) -> String {
    match needs {
        Some(needs) => format!("{needs} digits"),
        None => "more than 53 digits".to_owned(),
    }
}
