//! Double-double numbers: the unevaluated sum of two f64, about 106 digits.
//!
//! T. J. Dekker, *A floating-point technique for extending the available precision*, 1971; the
//! names and bounds are those of M. Joldes, J.-M. Muller and V. Popescu, *Tight and rigorous error
//! bounds for basic building blocks of double-word arithmetic*, 2017. References are made of these.
//! Nothing but `log` branches, so that loops over them vectorise.

use std::ops::{Add, Mul, Neg, Sub};

use super::log::{INVERSE_FACTORIALS, polynomial};
use super::twofold;

/// high + low, with high the f64 nearest the sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubleDouble {
    pub high: f64,
    pub low: f64,
}

/// a + b exactly, as the rounded sum and its error (Knuth's TwoSum). NaN for infinities.
#[inline(always)]
pub fn two_sum(a: f64, b: f64) -> DoubleDouble {
    let (high, low) = twofold::two_sum(a, b);
    DoubleDouble { high, low }
}

/// The same where |a| >= |b| or a = 0 (Dekker's Fast2Sum).
#[inline(always)]
fn fast_two_sum(a: f64, b: f64) -> DoubleDouble {
    let (high, low) = twofold::quick_two_sum(a, b);
    DoubleDouble { high, low }
}

/// a b exactly.
#[inline(always)]
pub fn two_product(a: f64, b: f64) -> DoubleDouble {
    let (high, low) = twofold::two_product(a, b);
    DoubleDouble { high, low }
}

impl DoubleDouble {
    pub const ZERO: Self = Self::new(0.0);
    pub const ONE: Self = Self::new(1.0);
    /// log 2.
    pub const LOG_2: Self = Self {
        high: std::f64::consts::LN_2,
        low: 2.319_046_813_846_299_6e-17,
    };

    pub const fn new(high: f64) -> Self {
        Self { high, low: 0.0 }
    }

    /// The nearest f64.
    pub fn value(self) -> f64 {
        self.high
    }

    /// Quotient (their DWDivDW2, bound 15 u^2).
    #[inline(always)]
    pub fn divide(self, by: Self) -> Self {
        let first = self.high / by.high;
        let rest = self - by * Self::new(first);
        let second = rest.high / by.high;
        fast_two_sum(first, second)
    }

    /// Times a power of two, which is exact but where it underflows.
    #[inline(always)]
    fn times_power_of_two(self, factor: f64) -> Self {
        Self {
            high: self.high * factor,
            low: self.low * factor,
        }
    }

    /// e^x, about 100 digits of it, for x up to 709; 0 below -746.
    ///
    /// ```text
    ///     x = k log 2 + 256 r
    ///     e^r - 1 = r (1 + r/2! + r^2/3! + ... + r^10/11!)     what is left out is below 2^-120 of it
    ///     eight times:  e^(2t) - 1 = 2 (e^t - 1) + (e^t - 1)^2
    /// ```
    ///
    /// |r| is below 2^-9.5, so that from r^5/6! on 53 digits of the terms are enough. Nothing branches:
    /// a loop over this vectorises.
    #[inline(always)]
    pub fn exp(self) -> Self {
        let vanishes = self.high < LEAST_EXP;
        let high = if vanishes { LEAST_EXP } else { self.high };
        let low = if vanishes { 0.0 } else { self.low };
        let k = nearest_integer(high * std::f64::consts::LOG2_E);
        let r = Self { high, low } - Self::LOG_2 * Self::new(k);
        let r = r.times_power_of_two(1.0 / 256.0);
        let tail = polynomial(&INVERSE_FACTORIALS[4..10], r.high);
        let mut series = INVERSES[0] + r * Self::new(tail);
        for inverse in &INVERSES[1..] {
            series = *inverse + r * series;
        }
        let mut minus_one = r * series;
        for _ in 0..8 {
            minus_one = minus_one.times_power_of_two(2.0) + minus_one * minus_one;
        }
        // In two steps: 2^k itself may be below the least f64.
        let half = nearest_integer(0.5 * k);
        let result = (Self::ONE + minus_one)
            .times_power_of_two(power_of_two(half))
            .times_power_of_two(power_of_two(k - half));
        Self {
            high: if vanishes { 0.0 } else { result.high },
            low: if vanishes { 0.0 } else { result.low },
        }
    }

    /// log x for a positive normal x, within 2^-98 of it or of 1: a first value by a series, then one Newton step
    /// y + (x e^-y - 1), which squares its error.
    pub fn log(self) -> Self {
        // x = m 2^k with m in [0.7, 1.42), so that log 1 is 0: z = (m - 1) / (m + 1) within 0.18;
        // log m = 2 (z + z^3 / 3 + z^5 / 5 ...), 12 terms.
        let is_low = self.high.to_bits() << 12 < 0.707f64.to_bits() << 12;
        let k = f64::from((self.high.to_bits() >> 52) as i32 - 1022 - i32::from(is_low));
        let half = nearest_integer(0.5 * k);
        let m = self
            .times_power_of_two(power_of_two(-half))
            .times_power_of_two(power_of_two(half - k));
        let z = (m.high - 1.0) / (m.high + 1.0);
        let series = (0..12)
            .rev()
            .fold(0.0, |sum, n| sum * z * z + 1.0 / f64::from(2 * n + 1));
        let first = Self::new(2.0 * z * series);
        let log_m = first + (m * (-first).exp() - Self::ONE);
        log_m + Self::LOG_2 * Self::new(k)
    }
}

/// e^x of less is no f64.
const LEAST_EXP: f64 = -746.0;

/// 1/5!, 1/4!, 1/3!, 1/2!, 1.
const INVERSES: [DoubleDouble; 5] = [
    pair(1.0 / 120.0, 1.1564823173178714e-19),
    pair(1.0 / 24.0, 2.3129646346357427e-18),
    pair(1.0 / 6.0, 9.25185853854297e-18),
    pair(0.5, 0.0),
    pair(1.0, 0.0),
];

/// high + low.
pub const fn pair(high: f64, low: f64) -> DoubleDouble {
    DoubleDouble { high, low }
}

/// 1.5 2^52: adding it leaves no room for a fraction.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// For |x| < 2^51.
#[inline(always)]
fn nearest_integer(x: f64) -> f64 {
    (x + SHIFT) - SHIFT
}

/// 2^k for an integer k from -1022 to 1023: k and the bias in the last bits of a sum, shifted to an
/// exponent's place.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    f64::from_bits((k + (SHIFT + 1023.0)).to_bits() << 52)
}

impl Add for DoubleDouble {
    type Output = Self;

    /// Their AccurateDWPlusDW, bound 3 u^2.
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let high = two_sum(self.high, other.high);
        let low = two_sum(self.low, other.low);
        let sum = fast_two_sum(high.high, high.low + low.high);
        fast_two_sum(sum.high, sum.low + low.low)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self {
            high: -self.high,
            low: -self.low,
        }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    /// Their DWTimesDW2, bound 5 u^2.
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        fast_two_sum(product.high, product.low + cross)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mpmath at 300 bits: x, and e^x as two f64.
    #[allow(clippy::approx_constant)]
    const EXP: [(f64, f64, f64); 6] = [
        (1.0, 2.718281828459045, 1.4456468917292502e-16),
        (-0.3, 0.7408182206817179, -1.805530505953e-18),
        (1e-09, 1.000000001, -8.224037093664211e-17),
        (88.25, 2.120742930535254e+38, 1.3744173199953419e+22),
        (-87.7, 8.172857694873629e-39, 6.41547075456441e-55),
        (700.0, 1.0142320547350045e+304, 1.6666571920734673e+287),
    ];
    #[allow(clippy::approx_constant)]
    const LOG: [(f64, f64, f64); 5] = [
        (2.0, 0.6931471805599453, 2.3190468138462996e-17),
        (1.0000001, 9.999999505838704e-08, 1.5249709528441489e-24),
        (0.7, -0.35667494393873245, 4.82556379937662e-18),
        (12345.678, 9.421061321291832, -1.9085650743481053e-16),
        (1e+300, 690.7755278982137, 2.3747660028800243e-14),
    ];

    fn close(got: DoubleDouble, high: f64, low: f64, beside: f64) {
        let error = (got - DoubleDouble { high, low }).value().abs();
        assert!(
            error <= 2f64.powi(-98) * beside,
            "{got:?} is not {high} + {low}"
        );
    }

    #[test]
    fn exponentials_and_logarithms_are_those_of_mpmath() {
        for (x, high, low) in EXP {
            close(DoubleDouble::new(x).exp(), high, low, high);
        }
        for (x, high, low) in LOG {
            close(DoubleDouble::new(x).log(), high, low, high.abs().max(1.0));
        }
    }

    #[test]
    fn the_least_exponentials_vanish_gradually() {
        assert_eq!(DoubleDouble::new(-745.0).exp().value(), 5e-324);
        assert_eq!(DoubleDouble::new(-746.0).exp().value(), 0.0);
        assert_eq!(DoubleDouble::new(f64::NEG_INFINITY).exp().value(), 0.0);
    }
}
