//! Fixed point that wraps around, as a set of numbers with arithmetic.

use std::fmt;
use std::str::FromStr;

use super::{WrapError, Wrapping};
use crate::arith::Wide;
use crate::arith::functions::Unrounded;
use crate::chop::Threads;
use crate::format::{CodeError, FixedPoint, Format};
use crate::numbers::{Position, Projection, ScalarSystem};
use crate::random::Key;

/// Fixed point that wraps around: the set of a fixed-point format, in which every result is the
/// exact one, rounded, modulo 2^i.
///
/// ```
/// use roundoff::arith::Arith;
/// use roundoff::numbers::{Numbers, NumbersArith, Quantizer};
/// let numbers: Numbers = "q4.4-wrap".parse()?;
/// let arith = NumbersArith::new(&Quantizer::new(numbers))?;
/// assert_eq!(arith.add(7.0, 1.5), -7.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrapped {
    format: Format,
    point: FixedPoint,
}

impl Wrapped {
    /// Of a fixed-point format.
    ///
    /// # Errors
    /// [`WrapError::NotFixed`] for another.
    pub fn new(format: Format) -> Result<Self, WrapError> {
        let point = format.fixed_point().ok_or_else(|| WrapError::NotFixed {
            format: format.to_string(),
        })?;
        Ok(Self { format, point })
    }

    /// The format that its values are values of.
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// Is it a name of such numbers, perhaps a wrong one?
    pub(crate) fn is_name(name: &str) -> bool {
        name.trim().to_ascii_lowercase().ends_with("-wrap")
    }

    /// So many steps, modulo 2^i.
    fn value(&self, steps: u128, negative: bool) -> f64 {
        // Codes have at most 53 bits.
        let width = self.point.width() as u32;
        let steps = if negative {
            steps.wrapping_neg()
        } else {
            steps
        };
        let code = steps & ((1 << width) - 1);
        self.format.fixed_value(code as u64, width)
    }

    fn finite(&self, x: Wide, exact: bool, projection: &Projection, random: u64) -> f64 {
        let step = -self.point.fraction_bits;
        // Past 2^127 steps a number is an integer, 2^spare times its 128 digits.
        let spare = i64::from(x.exponent()) - i64::from(step) - 127;
        if spare >= 0 {
            let shift = u32::try_from(spare).unwrap_or(u32::MAX);
            let steps = x.significand().checked_shl(shift).unwrap_or(0);
            return self.value(steps, x.is_negative());
        }
        let position = Position::in_steps(x, step);
        let position = if exact { position } else { position.inexact() };
        let steps = projection.integer(position, x.is_negative(), random);
        self.value(steps, x.is_negative())
    }
}

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-wrap", self.point))
    }
}

impl FromStr for Wrapped {
    type Err = WrapError;

    /// Reads `q4.4-wrap` and `uq8.8-wrap`.
    fn from_str(name: &str) -> Result<Self, WrapError> {
        let lower = name.trim().to_ascii_lowercase();
        let base = lower.strip_suffix("-wrap").unwrap_or_default();
        let format = base.parse().map_err(|_| WrapError::Name {
            name: name.to_owned(),
        })?;
        Self::new(format)
    }
}

impl ScalarSystem for Wrapped {
    fn round_exact(&self, exact: Unrounded, projection: &Projection, random: u64) -> f64 {
        match exact {
            Unrounded::Nan | Unrounded::Infinity { .. } => f64::NAN,
            Unrounded::Zero { .. } => 0.0,
            Unrounded::Exact(x) => self.finite(x, true, projection, random),
            Unrounded::Near(x) => self.finite(x, false, projection, random),
        }
    }

    fn code_width(&self) -> u32 {
        self.point.width() as u32
    }

    fn encode(&self, x: f64) -> Result<u64, CodeError> {
        self.format.encode(x)
    }

    fn decode(&self, code: u64) -> f64 {
        self.format.value_of_code(code)
    }

    /// By [`Wrapping`], where no random word is wanted.
    fn round_f32s(
        &self,
        projection: &Projection,
        _: Key,
        _: u32,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) -> bool {
        if projection.rounding().is_stochastic() {
            return false;
        }
        let Ok(wrapping) = Wrapping::new(self.format) else {
            return false;
        };
        if let Some(source) = source {
            target.copy_from_slice(source);
        }
        wrapping
            .with_rounding(projection.rounding())
            .with_threads(Threads::One)
            .round_slice(target);
        true
    }
}
