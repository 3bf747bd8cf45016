//! `+ - * /` and the square root, rounded to odd. Quotient and root begin with 53 digits by the machine;
//! the exact rest, a word of 256 bits, gives the others and says whether anything is lost.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{Wide, product, within_limit};

/// a - b of two-word integers, modulo 2^256.
#[inline(always)]
const fn difference(a: (u128, u128), b: (u128, u128)) -> (u128, u128) {
    let (low, borrow) = a.1.overflowing_sub(b.1);
    (a.0.wrapping_sub(b.0).wrapping_sub(borrow as u128), low)
}

impl Wide {
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
