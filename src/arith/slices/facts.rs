//! What is known of operands before a loop over them starts: how many digits they have and how far
//! they reach. Whether a host holds a product or a sum exactly follows from that.
//!
//! ```text
//!     value      1.0110100 x 2^e
//!                `-digits' least <= e <= top         every value is a multiple of 2^low,
//!                                                    low = least - (digits - 1)
//! ```

use fearless_simd::dispatch;

use super::LANES;
use crate::format::scaled;

/// Bounds that hold for all values that are finite and not zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Facts {
    /// Are all values finite?
    pub finite: bool,
    /// No magnitude is 2^(top + 1) or more.
    pub top: i32,
    /// No magnitude is below 2^least.
    pub least: i32,
    /// All values are multiples of 2^low.
    pub low: i32,
    /// No value has more digits.
    pub digits: u32,
    /// No magnitude is greater.
    pub greatest: f64,
}

impl Facts {
    /// Of zeros alone: as of ones, which is no bound that zeros break.
    pub const ZEROS: Self = Self {
        finite: true,
        top: 0,
        least: 0,
        low: 0,
        digits: 1,
        greatest: 0.0,
    };

    /// Of all the products of two.
    pub fn times(self, other: Self) -> Self {
        Self {
            finite: self.finite && other.finite,
            top: self.top + other.top + 1,
            least: self.least + other.least,
            low: self.low + other.low,
            digits: self.digits + other.digits,
            greatest: up(self.greatest * other.greatest),
        }
    }

    /// Of both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            finite: self.finite && other.finite,
            top: self.top.max(other.top),
            least: self.least.min(other.least),
            low: self.low.min(other.low),
            digits: self.digits.max(other.digits),
            greatest: self.greatest.max(other.greatest),
        }
    }

    /// After rounding to a format of that precision whose lowest step is 2^step.
    pub fn rounded(self, precision: u32, step: i32) -> Self {
        Self {
            // A carry may reach the next binade.
            top: self.top.max(step) + 1,
            least: self.least.max(step),
            low: self.low.max(self.least - precision as i32 + 1).max(step),
            digits: self.digits.min(precision),
            greatest: up(self.greatest * (1.0 + scaled(1, 1 - precision as i32)) + scaled(1, step)),
            ..self
        }
    }

    /// Does a host of that many digits, with exponents from `least` (of its lowest digit) to
    /// `greatest`, hold all of them exactly?
    pub fn fit(self, digits: u32, least: i32, greatest: i32) -> bool {
        self.digits <= digits && self.low >= least && self.top <= greatest
    }
}

/// No less than what the host rounded to nearest.
fn up(x: f64) -> f64 {
    x * (1.0 + f64::EPSILON)
}

/// A host float whose slices have facts.
pub(super) trait Known: Copy {
    /// Its bits.
    type Word;
    /// The facts of a slice.
    fn facts(values: &[Self]) -> Facts;
    /// Lane by lane, so that the loop becomes vectors: the greatest magnitude, the least one that
    /// is not zero, less one, and all bits that are set.
    fn extremes(values: &[Self]) -> [[Self::Word; LANES]; 3];
}

macro_rules! known {
    ($float:ident, $word:ident, $fraction:literal, $bias:literal) => {
        impl Known for $float {
            type Word = $word;

            #[inline(always)]
            fn extremes(values: &[Self]) -> [[$word; LANES]; 3] {
                const MAGNITUDE: $word = $word::MAX >> 1;
                let (mut greatest, mut least, mut ones) =
                    ([0; LANES], [$word::MAX; LANES], [0; LANES]);
                let mut take = |values: &[$float]| {
                    for (((x, greatest), least), ones) in
                        values.iter().zip(&mut greatest).zip(&mut least).zip(&mut ones)
                    {
                        let magnitude = x.to_bits() & MAGNITUDE;
                        *greatest = magnitude.max(*greatest);
                        // Zero wraps around to the greatest word.
                        *least = magnitude.wrapping_sub(1).min(*least);
                        *ones |= magnitude;
                    }
                };
                let (whole, rest) = values.as_chunks::<LANES>();
                for values in whole {
                    take(values);
                }
                take(rest);
                [greatest, least, ones]
            }

            fn facts(values: &[Self]) -> Facts {
                const HIDDEN: $word = 1 << $fraction;
                const SIGN: $word = 1 << ($word::BITS - 1);
                const INFINITY: $word = (SIGN - 1) >> $fraction << $fraction;
                let [greatest, least, ones] = dispatch!(crate::instructions::level(), _simd => Self::extremes(values));
                let greatest = greatest.into_iter().fold(0, $word::max);
                let least = least.into_iter().fold($word::MAX, $word::min).wrapping_add(1);
                let ones = ones.into_iter().fold(0, |all, word| all | word);
                if greatest >= INFINITY {
                    let finite: Vec<$float> =
                        values.iter().copied().filter(|x| x.is_finite()).collect();
                    return Facts { finite: false, ..Self::facts(&finite) };
                }
                if greatest == 0 {
                    return Facts::ZEROS;
                }
                // The fraction's digits, and the hidden one: subnormals have fewer.
                let digits = $fraction + 1 - (ones | HIDDEN).trailing_zeros();
                let exponent = |magnitude: $word| match magnitude >> $fraction {
                    0 => magnitude.ilog2() as i32 + 1 - $bias - $fraction,
                    field => field as i32 - $bias,
                };
                let lowest = (least >> $fraction).max(1) as i32 - $bias - (digits as i32 - 1);
                Facts {
                    finite: true,
                    top: exponent(greatest),
                    least: exponent(least),
                    low: lowest,
                    digits,
                    greatest: f64::from($float::from_bits(greatest)),
                }
            }
        }
    };
}
known!(f32, u32, 23, 127);
known!(f64, u64, 52, 1023);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values() {
        let facts = f32::facts(&[0.0, -1.5, 0.375, 6.0]);
        assert_eq!(
            facts,
            Facts {
                finite: true,
                top: 2,
                least: -2,
                low: -3,
                digits: 2,
                greatest: 6.0
            }
        );
        assert_eq!(f64::facts(&[0.0, -0.0]), Facts::ZEROS);
        assert_eq!(f64::facts(&[]), Facts::ZEROS);
        assert!(!f64::facts(&[f64::NAN, 1.0]).finite);
        assert_eq!(f64::facts(&[f64::INFINITY, 4.0]).top, 2);
        let subnormal = f32::facts(&[f32::from_bits(5), f32::from_bits(0x0080_0000)]);
        assert_eq!((subnormal.least, subnormal.low), (-147, -149));
        assert_eq!(subnormal.top, -126);
    }
}
