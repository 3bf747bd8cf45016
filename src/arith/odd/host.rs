//! Which formats a host carries, and how many digits a mode looks at.

use std::fmt;

use thiserror::Error;

use crate::format::Format;
use crate::rounding::{Rounding, Variant};

/// A host by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OddHost {
    /// 24 digits.
    F32,
    /// 53 digits.
    F64,
}

impl fmt::Display for OddHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

impl OddHost {
    /// Digits of its significand.
    pub const fn precision(self) -> u32 {
        match self {
            Self::F32 => f32::MANTISSA_DIGITS,
            Self::F64 => f64::MANTISSA_DIGITS,
        }
    }

    /// Exponents of its greatest, its least normal and its least value.
    const fn exponents(self) -> [i32; 3] {
        match self {
            Self::F32 => [127, -126, -149],
            Self::F64 => [1023, -1022, -1074],
        }
    }
}

/// Why a host does not carry a format's arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CarryError {
    /// Too few digits.
    #[error(
        "{format} rounded {rounding} has to see {needed} digits of an operation's result, and an \
         {host} host has {have}: with that rounding it carries a precision of {most} or less"
    )]
    Digits {
        /// What was asked for.
        format: String,
        /// In that rounding.
        rounding: Rounding,
        /// Of which host.
        host: OddHost,
        /// Digits that decide the rounding.
        needed: u32,
        /// Digits of the host.
        have: u32,
        /// The greatest precision that would do; 0 if none does.
        most: u32,
    },
    /// Products, quotients or their errors leave the host's range.
    #[error(
        "the products and quotients of {format} and their errors lie between 2^{low} and \
         2^{high}, past the range of an {host} host: take a wider host or fewer exponents"
    )]
    Range {
        /// What was asked for.
        format: String,
        /// Of which host.
        host: OddHost,
        /// Exponent of the lowest digit.
        low: i32,
        /// Exponent of the highest digit.
        high: i32,
    },
}

/// How many digits of a result, the last of them sticky, a rounding to `precision` digits sees.
///
/// ```text
/// directed, to odd, StochasticEqual   kept s        is it exact?
/// nearest                             kept h s      below, at or above the half?
/// stochastic, N random bits           kept N s      floor(v 2^N), variant A
///                                     kept N h s    variants B and C look at one bit more
/// ```
pub const fn digits(precision: u32, rounding: Rounding) -> u32 {
    precision
        + match rounding {
            Rounding::TowardZero
            | Rounding::TowardPositive
            | Rounding::TowardNegative
            | Rounding::ToOdd
            | Rounding::StochasticEqual => 1,
            Rounding::NearestTiesToEven
            | Rounding::NearestTiesToAway
            | Rounding::NearestTiesToZero => 2,
            Rounding::Stochastic { variant, bits } => {
                bits.get() as u32
                    + match variant {
                        Variant::A => 1,
                        Variant::B | Variant::C => 2,
                    }
            }
        }
}

/// Does rounding the [`Odd`](super::Odd) result of an operation on values of `format` to `format` give the
/// exact result rounded once? For every operation of [`Odd`](super::Odd), subnormal results included.
///
/// ```
/// use roundoff::arith::odd::{OddHost, carried};
/// use roundoff::{Format, Rounding};
/// let nearest = Rounding::NearestTiesToEven;
/// assert!(carried(OddHost::F32, &Format::BINARY16, nearest).is_ok());
/// assert!(carried(OddHost::F64, &Format::BINARY32, Rounding::STOCHASTIC).is_ok());
/// let error = carried(OddHost::F64, &Format::BINARY64, nearest).unwrap_err();
/// assert!(error.to_string().contains("a precision of 51 or less"));
/// ```
///
/// # Errors
/// [`CarryError`] with the precision that would do, or the range that is left.
pub fn carried(host: OddHost, format: &Format, rounding: Rounding) -> Result<(), CarryError> {
    let precision = format.precision();
    let needed = digits(precision, rounding);
    let have = host.precision();
    if needed > have {
        return Err(CarryError::Digits {
            format: format.to_string(),
            rounding,
            host,
            needed,
            have,
            most: (have + precision).saturating_sub(needed),
        });
    }
    // All values are multiples of 2^step, below 2^(emax + 1) and of p digits. With P host digits:
    //   products      multiples of 2^(2 step)
    //   a - s b       s = a / b has P digits, b has p: multiple of 2^(exponent of a - P - p + 1)
    //   a - s^2       multiple of 2^(step - 2 P + 1)
    let (p, host_p) = (precision as i32, have as i32);
    let emax = format.emax();
    let step = format.emin() - p + 1;
    let low = (2 * step)
        .min(step - host_p - p + 1)
        .min(step - 2 * host_p + 1);
    // Products and one addend more; quotients. The least quotient, which has to be normal, is
    // about as far below 1 as the greatest one is above.
    let quotient = emax + 1 - step;
    let high = (2 * emax + 2).max(quotient).max(emax + 2);
    let [greatest, normal, least] = host.exponents();
    if low < least || high > greatest || -quotient < normal {
        return Err(CarryError::Range {
            format: format.to_string(),
            host,
            low: low.min(-quotient),
            high,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_carries_what() {
        use Rounding::{NearestTiesToEven, TowardPositive};
        let fits = |host, format, rounding| carried(host, &format, rounding).is_ok();
        assert!(!fits(OddHost::F32, Format::OCP_E4M3, Rounding::STOCHASTIC));
        assert!(fits(OddHost::F32, Format::OCP_E5M2, NearestTiesToEven));
        // Products of bfloat16 reach 2^256.
        assert!(matches!(
            carried(OddHost::F32, &Format::BFLOAT16, TowardPositive),
            Err(CarryError::Range { .. })
        ));
        assert!(fits(OddHost::F64, Format::BFLOAT16, TowardPositive));
        assert!(fits(OddHost::F64, Format::BINARY32, NearestTiesToEven));
        let error = carried(OddHost::F64, &Format::BINARY64, TowardPositive);
        assert!(matches!(
            error,
            Err(CarryError::Digits {
                needed: 54,
                have: 53,
                most: 52,
                ..
            })
        ));
    }
}
