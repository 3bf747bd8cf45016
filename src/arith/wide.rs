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

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

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

/// a - b of two-word integers, modulo 2^256.
#[inline(always)]
const fn difference(a: (u128, u128), b: (u128, u128)) -> (u128, u128) {
    let (low, borrow) = a.1.overflowing_sub(b.1);
    (a.0.wrapping_sub(b.0).wrapping_sub(borrow as u128), low)
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
        let bits = x.to_bits();
        let field = (bits >> 52 & 0x7ff) as i32;
        let fraction = bits & ((1 << 52) - 1);
        let significand = if field == 0 {
            fraction
        } else {
            fraction | 1 << 52
        };
        if significand == 0 || field == 0x7ff {
            return Self::ZERO;
        }
        let zeros = significand.leading_zeros();
        Self {
            negative: bits >> 63 != 0,
            exponent: (if field == 0 { 1 } else { field }) - 1075 + 63 - zeros as i32,
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

    /// About the first 53 digits: significand / 2^127, in [1, 2).
    #[inline(always)]
    const fn leading(self) -> f64 {
        (self.significand >> 64) as u64 as f64 * (1.0 / (1u64 << 63) as f64)
    }

    /// The square root of a number that is not negative, rounded to odd; of |x| otherwise.
    pub fn sqrt(self) -> Self {
        if self.significand == 0 {
            return Self::ZERO;
        }
        // square: the significand times 2^127 or 2^128, so that the exponent is even; its root has
        // 128 bits.
        let odd = self.exponent & 1 != 0;
        let square = if odd {
            (self.significand, 0)
        } else {
            (self.significand >> 1, self.significand << 127)
        };
        let x = self.leading() * if odd { 2.0 } else { 1.0 };
        // 53 digits by the machine, then root += remainder / (2 root), twice.
        let estimate = x.sqrt();
        let halves = 0.5 / estimate;
        let mut root = ((estimate * (1u64 << 63) as f64) as u64 as u128) << 64;
        let rest = difference(square, product(root, root));
        // |rest| < 2^205, then 2^153; `estimate` is the root in units of 2^127.
        let part = (rest.0 as i128 >> 14) as i64 as f64;
        root = root.saturating_add_signed(((part * halves) as i64 as i128) << 15);
        let rest = difference(square, product(root, root));
        let part = (rest.0 << 36 | rest.1 >> 92) as i64 as f64;
        let step = part * halves * (1.0 / (1u64 << 35) as f64);
        root = root.saturating_add_signed(step as i64 as i128);
        let mut rest = difference(square, product(root, root));
        while (rest.0 as i128) < 0 {
            root = root.wrapping_sub(1);
            rest = difference(square, product(root, root));
        }
        loop {
            // (root + 1)^2 = root^2 + 2 root + 1
            let twice = (root >> 127, root << 1 | 1);
            let less = difference(rest, twice);
            if (less.0 as i128) < 0 || root == u128::MAX {
                break;
            }
            root += 1;
            rest = less;
        }
        let inexact = rest.0 != 0 || rest.1 != 0;
        Self::positive(self.exponent >> 1, root | inexact as u128)
    }

    /// 1 / x, rounded to odd; zero for zero.
    #[inline(always)]
    pub fn recip(self) -> Self {
        Self::ONE / self
    }

    #[inline(always)]
    const fn multiply(self, other: Self) -> Self {
        if self.significand == 0 || other.significand == 0 {
            return Self::ZERO;
        }
        let (high, low) = product(self.significand, other.significand);
        let carry = high >> 127 != 0;
        let (high, low) = if carry {
            (high, low)
        } else {
            (high << 1 | low >> 127, low << 1)
        };
        Self {
            negative: self.negative != other.negative,
            exponent: within_limit(self.exponent as i64 + other.exponent as i64 + carry as i64),
            significand: high | (low != 0) as u128,
        }
    }

    fn divide(self, other: Self) -> Self {
        if self.significand == 0 || other.significand == 0 {
            return Self::ZERO;
        }
        let (a, b) = (self.significand, other.significand);
        let below = a < b;
        // dividend: a times 2^127 or 2^128, so that the quotient has 128 bits.
        let dividend = if below { (a, 0) } else { (a >> 1, a << 127) };
        let inverse = 1.0 / other.leading();
        let estimate = self.leading() * inverse * if below { 2.0 } else { 1.0 };
        // |rest| < 2^204, then 2^153. 52 digits by the machine, then quotient += remainder / b, twice.
        let mut quotient = ((estimate * (1u64 << 63) as f64) as u64 as u128) << 64;
        let rest = difference(dividend, product(quotient, b));
        let part = (rest.0 as i128 >> 15) as i64 as f64;
        quotient = quotient.saturating_add_signed(((part * inverse) as i64 as i128) << 16);
        let rest = difference(dividend, product(quotient, b));
        let part = (rest.0 << 36 | rest.1 >> 92) as i64 as f64;
        let step = part * inverse * (1.0 / (1u64 << 35) as f64);
        quotient = quotient.saturating_add_signed(step as i64 as i128);
        let mut rest = difference(dividend, product(quotient, b));
        while (rest.0 as i128) < 0 {
            quotient = quotient.wrapping_sub(1);
            let (low, carry) = rest.1.overflowing_add(b);
            rest = (rest.0.wrapping_add(carry as u128), low);
        }
        while rest.0 != 0 || rest.1 >= b {
            quotient += 1;
            rest = difference(rest, (0, b));
        }
        Self {
            negative: self.negative != other.negative,
            exponent: within_limit(self.exponent as i64 - other.exponent as i64 - below as i64),
            significand: quotient | (rest.1 != 0) as u128,
        }
    }

    #[inline(always)]
    const fn sum(self, other: Self) -> Self {
        // The exponent of zero is the least there is, so it is never the greater.
        let swap = self.exponent < other.exponent
            || (self.exponent == other.exponent && self.significand < other.significand);
        let (great, small) = if swap { (other, self) } else { (self, other) };
        if small.significand == 0 {
            return great;
        }
        let distance = (great.exponent - small.exponent) as u32;
        let (high, low) = match distance {
            0 => (small.significand, 0),
            1..128 => (
                small.significand >> distance,
                small.significand << (128 - distance),
            ),
            128 => (0, small.significand),
            _ => (0, 1),
        };
        if great.negative == small.negative {
            let (sum, carry) = great.significand.overflowing_add(high);
            let (sum, low) = if carry {
                (sum >> 1 | 1 << 127, low | (sum & 1))
            } else {
                (sum, low)
            };
            return Self {
                negative: great.negative,
                exponent: within_limit(great.exponent as i64 + carry as i64),
                significand: sum | (low != 0) as u128,
            };
        }
        let (high, low) = difference((great.significand, 0), (high, low));
        if high == 0 {
            return Self::from_fraction(low, 0)
                .scaled(great.exponent - 127)
                .negated_if(great.negative);
        }
        let zeros = high.leading_zeros();
        let (high, low) = if zeros == 0 {
            (high, low)
        } else {
            (high << zeros | low >> (128 - zeros), low << zeros)
        };
        Self {
            negative: great.negative,
            exponent: within_limit(great.exponent as i64 - zeros as i64),
            significand: high | (low != 0) as u128,
        }
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

impl Neg for Wide {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.negated_if(true)
    }
}

impl Add for Wide {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.sum(other)
    }
}

impl Sub for Wide {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.sum(-other)
    }
}

impl Mul for Wide {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.multiply(other)
    }
}

/// Division by zero gives zero: whoever divides looks first.
impl Div for Wide {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.divide(other)
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
