//! Integers with the way their scales are found: all that a tensor needs to become integers.

use std::fmt;
use std::str::FromStr;

use super::{Calibration, Granularity, Integer, IntegerError, IntegerQuantizer};
use crate::chop::Host;

/// Integers, calibration, granularity: a number system of tensors, by name.
///
/// ```
/// use roundoff::integer::{Granularity, IntegerScheme};
/// let scheme: IntegerScheme = "int4/mse/group:64".parse()?;
/// assert_eq!(scheme.granularity, Granularity::Group { length: 64 });
/// assert_eq!(scheme.to_string(), "int4/mse/group:64");
/// assert_eq!("int8/extremes/tensor".parse::<IntegerScheme>()?.to_string(), "int8");
/// # Ok::<(), roundoff::integer::IntegerError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntegerScheme {
    /// The codes.
    pub integer: Integer,
    /// How the range is found.
    pub calibration: Calibration,
    /// What shares a scale.
    pub granularity: Granularity,
}

impl From<Integer> for IntegerScheme {
    /// One scale for all, by the extremes.
    fn from(integer: Integer) -> Self {
        Self {
            integer,
            calibration: Calibration::default(),
            granularity: Granularity::default(),
        }
    }
}

impl fmt::Display for IntegerScheme {
    /// What is not the default stands after the integers' name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = self.integer.to_string();
        if self.calibration != Calibration::default() {
            name += &format!("/{}", self.calibration);
        }
        if self.granularity != Granularity::default() {
            name += &format!("/{}", self.granularity);
        }
        f.pad(&name)
    }
}

impl FromStr for IntegerScheme {
    type Err = IntegerError;

    fn from_str(name: &str) -> Result<Self, IntegerError> {
        let mut words = name.trim().split('/');
        let mut scheme = Self::from(words.next().unwrap_or_default().parse::<Integer>()?);
        for word in words {
            match word.parse() {
                Ok(granularity) => scheme.granularity = granularity,
                Err(IntegerError::Granularity { .. }) => scheme.calibration = word.parse()?,
                Err(error) => return Err(error),
            }
        }
        Ok(scheme)
    }
}

impl IntegerScheme {
    /// Is it a name of integers, perhaps a wrong one?
    pub(crate) fn is_name(name: &str) -> bool {
        let lower = name.trim().to_ascii_lowercase();
        let rest = lower.strip_prefix('u').unwrap_or(&lower);
        rest.strip_prefix("int")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// The quantizer of a tensor.
    ///
    /// # Errors
    /// As [`IntegerQuantizer::calibrated`].
    pub fn calibrate<T: Host>(
        &self,
        shape: &[usize],
        values: &[T],
    ) -> Result<IntegerQuantizer, IntegerError> {
        let Self {
            integer,
            calibration,
            granularity,
        } = *self;
        IntegerQuantizer::calibrated(integer, calibration, granularity, shape, values)
    }
}
