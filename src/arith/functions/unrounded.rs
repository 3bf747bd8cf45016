//! What a function returns before anything is rounded to a format.

use crate::arith::wide::Wide;

/// The exact result as far as any rounding to 106 digits or fewer needs it.
///
/// Also what the functions take, so that they can be chained: a reference of more than 100 digits
/// is arithmetic on these. As an operand, `Near` is taken for the number that it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unrounded {
    /// Not a number: the operand was not one, or is outside the domain.
    Nan,
    /// An infinity: a pole, or the limit at an infinite operand.
    Infinity {
        /// Below zero?
        negative: bool,
    },
    /// Exactly zero.
    Zero {
        /// -0?
        negative: bool,
    },
    /// The result itself; where that has more than 128 digits, rounded to odd.
    Exact(Wide),
    /// Close to the result, which has more than 113 digits (endless ones, as a rule): within the
    /// function's bound, and on the right side of every number that it is close to by a theorem
    /// (x for sin x, 1 for cosh x).
    Near(Wide),
}

/// Layout of a binary128 word.
const FRACTION: u32 = 112;
const BIAS: i32 = 16383;
const INFINITY: u128 = 0x7fff << FRACTION;
const NOT_A_NUMBER: u128 = INFINITY | 1 << (FRACTION - 1);

impl Unrounded {
    pub(crate) const ONE: Self = Self::Exact(Wide::ONE);

    /// An exact number, which gets the sign of +0 where it is zero.
    #[inline(always)]
    pub(crate) const fn exact(x: Wide) -> Self {
        if x.is_zero() {
            Self::Zero { negative: false }
        } else {
            Self::Exact(x)
        }
    }

    /// -x.
    #[inline(always)]
    pub(crate) fn negated_if(self, negative: bool) -> Self {
        match self {
            Self::Nan => Self::Nan,
            Self::Infinity { negative: n } => Self::Infinity {
                negative: n != negative,
            },
            Self::Zero { negative: n } => Self::Zero {
                negative: n != negative,
            },
            Self::Exact(x) => Self::Exact(x.negated_if(negative)),
            Self::Near(x) => Self::Near(x.negated_if(negative)),
        }
    }

    /// The binary128 word (IEEE 754-2019, 3.4), rounded to odd: cut off after 113 digits, fewer
    /// below 2^-16382, and the last digit set where anything was lost.
    ///
    /// ```text
    /// s eeeeeeeeeeeeeee ffff...ffff
    ///   `---- 15 -----' `-- 112 --'
    /// ```
    ///
    /// Past the greatest finite number that is the greatest finite number, whose last digit is
    /// one; below the least it is the least.
    ///
    /// ```
    /// use roundoff::arith::functions::exp;
    /// // e^-100000 is no zero: rounded up, it is the least number of any format.
    /// assert_eq!(exp((-1e5).into()).to_odd_128(), 1);
    /// ```
    #[inline(always)]
    pub fn to_odd_128(self) -> u128 {
        let (x, inexact) = match self {
            Self::Nan => return NOT_A_NUMBER,
            Self::Infinity { negative } => return INFINITY | (negative as u128) << 127,
            Self::Zero { negative } => return (negative as u128) << 127,
            Self::Exact(x) => (x, false),
            Self::Near(x) => (x, true),
        };
        let sign = (x.is_negative() as u128) << 127;
        if x.exponent() > BIAS {
            return sign | (INFINITY - 1);
        }
        let small = (1 - BIAS - x.exponent()).max(0);
        let shift = 15 + small as u32;
        if shift >= 128 {
            return sign | 1;
        }
        let kept = x.significand() >> shift;
        let lost = inexact || kept << shift != x.significand();
        // The hidden digit adds one to the exponent field.
        let field = if small > 0 {
            0
        } else {
            x.exponent() + BIAS - 1
        };
        sign | (((field as u128) << FRACTION) + kept) | lost as u128
    }

    /// The nearest f64 (of `Near`: of the number it holds).
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Nan => f64::NAN,
            Self::Infinity { negative } => f64::INFINITY.copysign(sign(negative)),
            Self::Zero { negative } => 0_f64.copysign(sign(negative)),
            Self::Exact(x) | Self::Near(x) if x.to_f64() == 0.0 => {
                0_f64.copysign(sign(x.is_negative()))
            }
            Self::Exact(x) | Self::Near(x) => x.to_f64(),
        }
    }
}

fn sign(negative: bool) -> f64 {
    if negative { -1.0 } else { 1.0 }
}

impl From<f64> for Unrounded {
    #[inline(always)]
    fn from(x: f64) -> Self {
        let negative = x.is_sign_negative();
        if x.is_nan() {
            Self::Nan
        } else if x.is_infinite() {
            Self::Infinity { negative }
        } else if x == 0.0 {
            Self::Zero { negative }
        } else {
            Self::Exact(Wide::from_f64(x))
        }
    }
}

impl From<Wide> for Unrounded {
    #[inline(always)]
    fn from(x: Wide) -> Self {
        Self::exact(x)
    }
}
