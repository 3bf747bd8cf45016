//! Which range of real numbers the codes should stand for: found from data.
//!
//! Values far out are few. Codes that reach them are far apart, and all other values pay for it;
//! codes that do not clip them. Four ways to choose:
//!
//! | | the range is | source |
//! |---|---|---|
//! | extremes | the least and the greatest value | Jacob et al., arXiv 1712.05877, 3.1 |
//! | percentile:p | what p percent of the magnitudes (symmetric) or of each tail lie in | Wu et al., arXiv 2004.09602 |
//! | mse | the one of 100 shares of the extremes with the least mean square error | Choukroun et al., arXiv 1902.06822 |
//! | entropy | that whose codes tell the distribution best, by the Kullback-Leibler divergence | Migacz, *8-bit Inference with TensorRT*, GTC 2017 |
//!
//! Values that are not finite are left out. The figures are f64 sums in a fixed order: no bit of a
//! range depends on the machine.

mod entropy;
mod extremes;
mod percentile;
mod squares;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Affine, Integer, IntegerError, Symmetry};
use crate::chop::Host;

/// How the range is found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Calibration {
    /// From the least value to the greatest.
    #[default]
    Extremes,
    /// Without the farthest values.
    Percentile(Percentile),
    /// The least mean square error.
    MeanSquareError,
    /// The least Kullback-Leibler divergence.
    Entropy,
}

/// A percentage above 0 and up to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentile(f64);

impl Percentile {
    /// # Errors
    /// [`CalibrationError::Percentile`] unless 0 < percent <= 100.
    pub fn new(percent: f64) -> Result<Self, CalibrationError> {
        match percent > 0.0 && percent <= 100.0 {
            true => Ok(Self(percent)),
            false => Err(CalibrationError::Percentile { percent }),
        }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Why calibration found no range.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CalibrationError {
    /// Nothing to calibrate on.
    #[error(
        "no finite value to calibrate on{}: give data with values, or a scale",
        part.map_or(String::new(), |part| format!(" in channel or group {part}"))
    )]
    NoValues {
        /// Which channel or group, from 0, where there are several.
        part: Option<usize>,
    },
    /// Not a percentage.
    #[error("percentile {percent}: a percentile is above 0 and at most 100, such as 99.9")]
    Percentile {
        /// What was asked for.
        percent: f64,
    },
    /// No such calibration.
    #[error("unknown calibration \"{name}\": use extremes, percentile:99.9, mse or entropy")]
    Name {
        /// What was asked for.
        name: String,
    },
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extremes => f.pad("extremes"),
            Self::Percentile(Percentile(percent)) => f.pad(&format!("percentile:{percent}")),
            Self::MeanSquareError => f.pad("mse"),
            Self::Entropy => f.pad("entropy"),
        }
    }
}

impl FromStr for Calibration {
    type Err = CalibrationError;

    fn from_str(name: &str) -> Result<Self, CalibrationError> {
        let unknown = || CalibrationError::Name {
            name: name.to_owned(),
        };
        match name.split_once(':') {
            None if name == "extremes" => Ok(Self::Extremes),
            None if name == "mse" => Ok(Self::MeanSquareError),
            None if name == "entropy" => Ok(Self::Entropy),
            Some(("percentile", percent)) => {
                let percent: f64 = percent.parse().map_err(|_| unknown())?;
                Percentile::new(percent).map(Self::Percentile)
            }
            _ => Err(unknown()),
        }
    }
}

impl Calibration {
    /// The range that codes of `integer` should stand for, given these values: least and greatest.
    ///
    /// # Errors
    /// [`CalibrationError::NoValues`] if no value is finite.
    ///
    /// ```
    /// use roundoff::integer::{Calibration, Integer};
    /// let range = Calibration::Extremes.range(Integer::INT8, &[0.5f32, -2.0, f32::NAN])?;
    /// assert_eq!(range, (-2.0, 0.5));
    /// # Ok::<(), roundoff::integer::CalibrationError>(())
    /// ```
    pub fn range<T: Host>(
        self,
        integer: Integer,
        values: &[T],
    ) -> Result<(f64, f64), CalibrationError> {
        self.range_of(integer, std::iter::once(values))
    }

    /// The same for values in several slices.
    pub(super) fn range_of<'a, T: Host>(
        self,
        integer: Integer,
        slices: impl Iterator<Item = &'a [T]> + Clone,
    ) -> Result<(f64, f64), CalibrationError> {
        let extremes =
            extremes::of(slices.clone()).ok_or(CalibrationError::NoValues { part: None })?;
        if self == Self::Extremes {
            return Ok(extremes);
        }
        let mut finite: Vec<f64> = Vec::new();
        for slice in slices {
            let values = slice.iter().map(|x| x.to_f64());
            finite.extend(values.filter(|x| x.is_finite()));
        }
        Ok(match self {
            Self::Extremes => extremes,
            Self::Percentile(Percentile(percent)) => match integer.symmetry() {
                Symmetry::Symmetric => percentile::of_magnitudes(finite, percent),
                Symmetry::Asymmetric => percentile::of_tails(finite, percent),
            },
            Self::MeanSquareError => squares::least(integer, &finite, extremes),
            Self::Entropy => entropy::least(integer, &finite, extremes),
        })
    }

    /// The scale and the zero point for these values.
    ///
    /// # Errors
    /// [`IntegerError::Calibration`] if no value is finite, [`IntegerError::Range`] if no scale
    /// serves.
    pub fn affine<T: Host>(self, integer: Integer, values: &[T]) -> Result<Affine, IntegerError> {
        let (least, greatest) = self.range(integer, values)?;
        Affine::covering(integer, least, greatest)
    }
}
