//! A number of 128 digits: what the elementary functions compute in, and a reference for kernels.
//!
//! ```text
//!      value = +- 1.ddd...ddd x 2^exponent
//!                 `-- 127 --'
//!      significand = 1ddd...ddd, a 128-bit integer; 0 for zero
//! ```
//!
//! `+ - * /` and the square root are *rounded to odd*: where the exact result does not fit, the
//! last digit is set. That keeps every fact a later rounding to fewer than 127 digits needs, in
//! any direction (Boldo & Melquiond, *Emulation of FMA and correctly rounded sums: proved
//! algorithms using rounding to odd*, 2008), and 1 - 10^-1000 stays below 1.
//!
//! Integers rather than pairs of floats: a product is four multiplications of 64 bits, 22 digits
//! are left over for the errors of a function that promises 106, no step depends on whether the
//! machine fuses multiplication and addition, and the exponent cannot overflow on the way.

mod operations;

use std::cmp::Ordering;

use crate::format::split;

/// Where exponents stop: far past any format, far from the end of i32.
const LIMIT: i32 = 1 << 28;

/// A finite number of 128 digits; zero has no sign.
///
/// ```
/// use roundoff::arith::Wide;
/// let third = Wide::from(1) / Wide::from(3);
/// assert_eq!(third.to_f64(), 1.0 / 3.0);
/// // To odd: what was cut off is not forgotten.
/// assert_ne!(third * Wide::from(3), Wide::from(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wide {
    negative: bool,
    exponent: i32,
    significand: u128,
}

/// a b as (high, low) words of 128 bits.
#[inline(always)]
pub(crate) const fn product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = (1 << 64) - 1;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let (low, high) = (a0 * b0, a1 * b1);
    let middle = a1 * b0 + (low >> 64);
    let other = a0 * b1 + (middle & HALF);
    (
        high + (middle >> 64) + (other >> 64),
        other << 64 | (low & HALF),
    )
}

/// The high word of a b: the product of two fixed-point fractions, at most 2^-128 too small.
#[inline(always)]
pub(crate) const fn fraction_product(a: u128, b: u128) -> u128 {
    product(a, b).0
}

impl Wide {
    /// 0.
    pub const ZERO: Self = Self {
        negative: false,
        exponent: -LIMIT,
        significand: 0,
    };
    /// 1.
    pub const ONE: Self = Self::power_of_two(0);

    /// 2^exponent.
    pub const fn power_of_two(exponent: i32) -> Self {
        Self::positive(exponent, 1 << 127)
    }

    /// significand / 2^127 x 2^exponent; the significand's first bit is set.
    pub(crate) const fn positive(exponent: i32, significand: u128) -> Self {
        Self {
            negative: false,
            exponent,
            significand,
        }
    }

    /// fraction / 2^128 x 2^scale, any fraction.
    #[inline(always)]
    pub(crate) const fn from_fraction(fraction: u128, scale: i32) -> Self {
        if fraction == 0 {
            return Self::ZERO;
        }
        let zeros = fraction.leading_zeros();
        Self::positive(scale - 1 - zeros as i32, fraction << zeros)
    }

    /// The magnitude as a fraction of 128 bits, rounded down; it must be below 1.
    #[inline(always)]
    pub(crate) const fn to_fraction(self) -> u128 {
        debug_assert!(self.exponent < 0);
        let shift = -1 - self.exponent;
        if shift < 128 {
            self.significand >> shift
        } else {
            0
        }
    }

    /// floor(x) modulo 2^64 (as i64 wraps) and x - floor(x) as a fraction of 128 bits, rounded down.
    #[inline(always)]
    pub(crate) const fn floor_and_fraction(self) -> (i64, u128) {
        let e = self.exponent;
        let (whole, fraction) = if e < 0 {
            (0, self.to_fraction())
        } else if e < 127 {
            (
                (self.significand >> (127 - e)) as i64,
                self.significand << (e + 1),
            )
        } else if e < 191 {
            ((self.significand << (e - 127)) as i64, 0)
        } else {
            (0, 0)
        };
        if !self.negative {
            (whole, fraction)
        } else if fraction == 0 && (e >= 0 || self.significand == 0) {
            (whole.wrapping_neg(), 0)
        } else {
            let rest = if fraction == 0 {
                u128::MAX
            } else {
                fraction.wrapping_neg()
            };
            (whole.wrapping_neg().wrapping_sub(1), rest)
        }
    }

    /// Is it an integer?
    pub const fn is_integer(self) -> bool {
        self.significand == 0 || self.last_digit() >= 0
    }

    /// Exponent of the last digit that is one.
    pub(crate) const fn last_digit(self) -> i32 {
        self.exponent - 127 + self.significand.trailing_zeros() as i32
    }

    /// The significand without trailing zeros.
    pub(crate) const fn odd_part(self) -> u128 {
        if self.significand == 0 {
            return 0;
        }
        self.significand >> self.significand.trailing_zeros()
    }

    /// Is it zero?
    #[inline(always)]
    pub const fn is_zero(self) -> bool {
        self.significand == 0
    }

    /// Is it below zero?
    #[inline(always)]
    pub const fn is_negative(self) -> bool {
        self.negative
    }

    /// floor(log2 |x|).
    #[inline(always)]
    pub const fn exponent(self) -> i32 {
        self.exponent
    }

    /// The 128 digits, the first of them one; 0 for zero.
    #[inline(always)]
    pub const fn significand(self) -> u128 {
        self.significand
    }

    /// |x|.
    #[inline(always)]
    pub const fn abs(self) -> Self {
        Self {
            negative: false,
            ..self
        }
    }

    /// x, or -x where `negative`.
    #[inline(always)]
    pub const fn negated_if(self, negative: bool) -> Self {
        Self {
            negative: self.negative != (negative && self.significand != 0),
            ..self
        }
    }

    /// x 2^power.
    #[inline(always)]
    pub const fn scaled(self, power: i32) -> Self {
        if self.significand == 0 {
            return self;
        }
        Self {
            exponent: within_limit(self.exponent as i64 + power as i64),
            ..self
        }
    }

    /// A finite f64, exactly; zero for what is not finite.
    #[inline(always)]
    pub const fn from_f64(x: f64) -> Self {
        let (significand, place) = split(x);
        if significand == 0 || !x.is_finite() {
            return Self::ZERO;
        }
        let zeros = significand.leading_zeros();
        Self {
            negative: x.is_sign_negative(),
            exponent: place + 63 - zeros as i32,
            significand: (significand as u128) << (64 + zeros),
        }
    }

    /// The nearest f64, a tie to the even one; infinite past its range.
    pub const fn to_f64(self) -> f64 {
        if self.significand == 0 {
            return 0.0;
        }
        let sign = (self.negative as u64) << 63;
        if self.exponent > 1023 {
            return f64::from_bits(sign | f64::INFINITY.to_bits());
        }
        // Digits below the f64's last one: 75, more where it is subnormal.
        let small = if self.exponent < -1022 {
            -1022 - self.exponent
        } else {
            0
        };
        if small > 53 {
            return f64::from_bits(sign);
        }
        let shift = 75 + small;
        let (kept, lost) = if shift == 128 {
            (0, self.significand)
        } else {
            (self.significand >> shift, self.significand << (128 - shift))
        };
        let up = lost > 1 << 127 || (lost == 1 << 127 && kept & 1 == 1);
        // The hidden digit adds one to the field, a carry one more.
        let field = if small > 0 { 0 } else { self.exponent + 1022 };
        f64::from_bits(sign | (((field as u64) << 52) + kept as u64 + up as u64))
    }
}

const fn within_limit(exponent: i64) -> i32 {
    if exponent > LIMIT as i64 {
        LIMIT
    } else if exponent < -(LIMIT as i64) {
        -LIMIT
    } else {
        exponent as i32
    }
}

impl From<i32> for Wide {
    #[inline(always)]
    fn from(x: i32) -> Self {
        Self::from_fraction((x.unsigned_abs() as u128) << 96, 32).negated_if(x < 0)
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = (self.exponent, self.significand).cmp(&(other.exponent, other.significand));
        match (self.negative, other.negative) {
            (false, false) => magnitude,
            (true, true) => magnitude.reverse(),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}
