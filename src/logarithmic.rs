//! Logarithmic numbers: a sign and the logarithm to the base 2, in fixed point (Swartzlander and
//! Alexopoulos, *The sign/logarithm number system*, IEEE Trans. Computers 24(12), 1975).
//!
//! ```text
//!   s  c c c c c c  m m m m m m m m m        lns:6.9, 16 bits
//!   |  `--- i ----' `------ f ------'
//!   |  the logarithm + 2^(i-1), so that codes of positive values are in their order
//!   `- negative
//!
//!   value = +- 2^(c.m - 2^(i-1));   0 000...0 is zero, 1 000...0 is NaN
//! ```
//!
//! Products, quotients, square roots: sums, differences and halves of codes, exact but for the half.
//! Sums are what costs: 2^a + 2^b is no power on the grid unless a = b.
//!
//! An f64 holds few of these values. The f64 nearest to a value stands for it: operands that are such
//! f64s are taken for the exact power, so products have no error where the sum of codes has a place. Of
//! up to 16 fraction bits the nearest f32 does as well, so that f32 arrays hold values too.
//!
//! Rounding is in the logarithm: to nearest means the nearer code, which is the nearer value in
//! *ratio*; a tie in the logarithm goes to the even code. Past the greatest value it is that; no
//! nearest mode makes a zero. The stochastic modes keep the mean: their probabilities are distances
//! in value.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::bit_string::{BitStrings, Layout, Scale, number, scalar_system};
use crate::numbers::Projection;
use crate::random::Key;

/// Logarithmic numbers of so many integer and fraction bits.
///
/// ```
/// use roundoff::logarithmic::Logarithmic;
/// use roundoff::numbers::{Projection, ScalarSystem};
/// use roundoff::{Rounding, Saturation};
/// let numbers: Logarithmic = "lns:6.9".parse()?;
/// let nearest = Projection::new(Rounding::NearestTiesToEven, Saturation::None);
/// // 512 log2 3 = 811.5008, to nearest 812: 2^(812 / 512) = 3.00202...
/// let three = numbers.round_f64(3.0, &nearest, 0);
/// assert!((three - 3.00202).abs() < 1e-5);
/// # Ok::<(), roundoff::logarithmic::LogarithmicError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Logarithmic {
    strings: BitStrings,
}

/// Why there are no such logarithmic numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogarithmicError {
    /// Bits out of range.
    #[error(
        "logarithms of {integer} integer and {fraction} fraction bits: they have 1 to 10 integer \
         bits, so that an f64 holds the values, and at most 31 bits in all, such as lns:6.9"
    )]
    Bits {
        /// Bits before the point.
        integer: u32,
        /// Bits behind it.
        fraction: u32,
    },
    /// Not a name of logarithmic numbers.
    #[error(
        "\"{name}\" names no logarithmic numbers: say lns:6.9 (integer and fraction bits of the \
         logarithm)"
    )]
    Name {
        /// What was asked for.
        name: String,
    },
}

impl Logarithmic {
    /// Logarithms of `integer` bits before the point, one of which is their sign, and `fraction` bits
    /// behind it: values from 2^(-2^(integer-1)) to just below 2^(2^(integer-1)), in
    /// 1 + integer + fraction bits.
    ///
    /// # Errors
    /// [`LogarithmicError::Bits`] unless 1 <= integer <= 10 and integer + fraction <= 31.
    pub const fn new(integer: u32, fraction: u32) -> Result<Self, LogarithmicError> {
        if integer < 1 || integer > 10 || fraction > 31 - integer {
            return Err(LogarithmicError::Bits { integer, fraction });
        }
        Ok(Self {
            strings: BitStrings {
                width: (1 + integer + fraction) as u8,
                layout: Layout::Fixed {
                    integer: integer as u8,
                },
                scale: Scale::LogTwo,
            },
        })
    }

    pub(crate) const fn strings(&self) -> &BitStrings {
        &self.strings
    }

    /// There is no quicker way.
    const fn quick(&self, _: &Projection, _: f64) -> Option<f64> {
        None
    }

    /// Bits of the logarithm before the point.
    pub const fn integer_bits(&self) -> u32 {
        self.strings.width() - 1 - self.fraction_bits()
    }

    /// Bits of the logarithm behind the point.
    pub const fn fraction_bits(&self) -> u32 {
        self.strings.layout.finest(self.strings.width())
    }
}

impl fmt::Display for Logarithmic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!(
            "lns:{}.{}",
            self.integer_bits(),
            self.fraction_bits()
        ))
    }
}

impl FromStr for Logarithmic {
    type Err = LogarithmicError;

    /// Reads `lns:6.9`, in any case.
    fn from_str(name: &str) -> Result<Self, LogarithmicError> {
        let lower = name.trim().to_ascii_lowercase();
        let bits = lower
            .strip_prefix("lns:")
            .and_then(|bits| bits.split_once('.'))
            .and_then(|(integer, fraction)| Some((number(integer)?, number(fraction)?)));
        let (integer, fraction) = bits.ok_or_else(|| LogarithmicError::Name {
            name: name.to_owned(),
        })?;
        Self::new(integer, fraction)
    }
}

scalar_system!(Logarithmic
    /// One by one, with a place in f32.
    fn round_f32s(
        &self,
        projection: &Projection,
        key: Key,
        from: u32,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) -> bool {
        self.strings.round_f32s(projection, key, from, source, target);
        true
    }
);
