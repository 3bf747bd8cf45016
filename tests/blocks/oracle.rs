//! What a block has to become, in exact rational numbers, from the formulas of the specifications:
//! nothing of the crate but its random words.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use roundoff::random::word64;
use roundoff::{Rounding, Variant};

use crate::floats;

/// A rational number; the denominator is positive.
#[derive(Clone, Debug)]
pub struct Ratio {
    n: BigInt,
    d: BigInt,
}

impl Ratio {
    pub fn of(x: f64) -> Self {
        assert!(x.is_finite());
        let (significand, exponent) = floats::integer(x);
        let mut n = BigInt::from(significand);
        if x < 0.0 {
            n = -n;
        }
        let one = BigInt::from(1);
        match exponent {
            0.. => Self {
                n: n << exponent,
                d: one,
            },
            _ => Self {
                n,
                d: one << -exponent,
            },
        }
    }

    pub fn power(exponent: i32) -> Self {
        let one = BigInt::from(1);
        match exponent {
            0.. => Self {
                n: one.clone() << exponent,
                d: one,
            },
            _ => Self {
                n: one.clone(),
                d: one << -exponent,
            },
        }
    }

    pub fn times(&self, other: &Self) -> Self {
        Self {
            n: &self.n * &other.n,
            d: &self.d * &other.d,
        }
    }

    pub fn over(&self, other: &Self) -> Self {
        assert!(other.n.sign() == Sign::Plus);
        Self {
            n: &self.n * &other.d,
            d: &self.d * &other.n,
        }
    }

    pub fn minus(&self, other: &Self) -> Self {
        Self {
            n: &self.n * &other.d - &other.n * &self.d,
            d: &self.d * &other.d,
        }
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self {
            n: &self.n * &other.d + &other.n * &self.d,
            d: &self.d * &other.d,
        }
    }

    pub fn abs(&self) -> Self {
        Self {
            n: self.n.magnitude().clone().into(),
            d: self.d.clone(),
        }
    }

    pub fn is_negative(&self) -> bool {
        self.n.sign() == Sign::Minus
    }

    pub fn floor_of_scaled(&self, bits: u32) -> BigInt {
        (&self.n << bits) / &self.d
    }

    /// floor(log2) of a positive number.
    pub fn log2(&self) -> i32 {
        let guess = self.n.bits() as i64 - self.d.bits() as i64;
        let guess = guess as i32;
        match self.cmp(&Self::power(guess)) {
            Ordering::Less => guess - 1,
            _ => guess,
        }
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Ratio {}
impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.n * &other.d).cmp(&(&other.n * &self.d))
    }
}

/// The magnitudes of a format in order of their codes.
#[derive(Clone, Debug)]
pub struct Set {
    pub values: Vec<f64>,
    /// Digits of a significand.
    pub digits: u32,
    /// Is there a negative zero?
    pub signed_zero: bool,
}

impl Set {
    /// Exponent and fraction fields, a bias, and the number of codes that are finite magnitudes.
    pub fn fields(exponent_bits: u32, fraction_bits: u32, bias: i32, finite: usize) -> Self {
        let mut values = Vec::new();
        for e in 0..1i32 << exponent_bits {
            for f in 0..1u32 << fraction_bits {
                let one = 2f64.powi(-(fraction_bits as i32));
                values.push(match e {
                    0 => f64::from(f) * one * 2f64.powi(1 - bias),
                    _ => (1.0 + f64::from(f) * one) * 2f64.powi(e - bias),
                });
            }
        }
        values.truncate(finite);
        Self {
            values,
            digits: fraction_bits + 1,
            signed_zero: true,
        }
    }

    /// Integers k / 2^(digits - 1).
    pub fn integers(digits: u32) -> Self {
        let step = 2f64.powi(1 - digits as i32);
        let values = (0..1u32 << digits).map(|k| f64::from(k) * step).collect();
        Self {
            values,
            digits,
            signed_zero: false,
        }
    }

    /// Powers of two.
    pub fn powers(least: i32, greatest: i32) -> Self {
        let values = (least..=greatest).map(|e| 2f64.powi(e)).collect();
        Self {
            values,
            digits: 1,
            signed_zero: false,
        }
    }

    pub fn greatest(&self) -> f64 {
        *self.values.last().unwrap()
    }

    pub fn emax(&self) -> i32 {
        Ratio::of(self.greatest()).log2()
    }

    /// Rounds a magnitude; past the greatest it is that. Below the least of a set without zero it is
    /// the least.
    pub fn round(&self, x: &Ratio, negative: bool, rounding: Rounding, random: u64) -> f64 {
        if *x >= Ratio::of(self.greatest()) {
            return self.greatest();
        }
        let above = self.values.partition_point(|value| Ratio::of(*value) <= *x);
        if above == 0 {
            return self.values[0];
        }
        let (low, high) = (self.values[above - 1], self.values[above]);
        let (a, b) = (Ratio::of(low), Ratio::of(high));
        let part = x.minus(&a).over(&b.minus(&a));
        let half = part.cmp(&Ratio::power(-1));
        let exact = part.cmp(&Ratio::of(0.0)) == Ordering::Equal;
        let odd = (above - 1) % 2 == 1;
        let away = match rounding {
            _ if exact => false,
            Rounding::NearestTiesToEven => {
                half == Ordering::Greater || half == Ordering::Equal && odd
            }
            Rounding::NearestTiesToAway => half != Ordering::Less,
            Rounding::NearestTiesToZero => half == Ordering::Greater,
            Rounding::TowardZero => false,
            Rounding::TowardPositive => !negative,
            Rounding::TowardNegative => negative,
            Rounding::ToOdd => !odd,
            Rounding::StochasticEqual => random >> 63 == 0,
            Rounding::Stochastic {
                variant: Variant::A,
                bits,
            } => {
                let n = u32::from(bits.get());
                part.floor_of_scaled(n) + BigInt::from(random >> (64 - n)) >= BigInt::from(1) << n
            }
            other => panic!("the oracle has no {other}"),
        };
        if away { high } else { low }
    }
}

/// A rule, by its formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    Floor,
    Ceil,
    RoundUp,
    Even,
    Nearest,
    LargestExact,
}

/// A block format as the specifications write it.
#[derive(Clone, Debug)]
pub struct Blocks {
    pub elements: Set,
    pub scales: Set,
}

/// What rounds elements.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub rounding: Rounding,
    pub seed: u64,
    /// Index of the block's first value.
    pub index: u64,
}

impl Blocks {
    /// The scale of a block of greatest magnitude m > 0 (over the tensor's scale).
    pub fn scale(&self, m: &Ratio, rule: Rule, way: Way) -> f64 {
        let near = |target: &Ratio| {
            self.scales
                .round(target, false, Rounding::NearestTiesToEven, 0)
        };
        let emax = self.elements.emax();
        let most = Ratio::of(self.elements.greatest());
        let log2 = m.log2();
        match rule {
            Rule::Floor => near(&Ratio::power(log2 - emax)),
            Rule::Ceil => {
                let exact = *m == Ratio::power(log2);
                near(&Ratio::power(log2 + i32::from(!exact) - emax))
            }
            Rule::Even => {
                // To the digits of an element, ties to even; then floor.
                let p = self.elements.digits as i32;
                let steps = m.over(&Ratio::power(log2 + 1 - p));
                let twice = steps.floor_of_scaled(1);
                let low = steps.floor_of_scaled(0);
                let tie = steps.times(&Ratio::of(2.0))
                    == Ratio {
                        n: twice.clone(),
                        d: 1.into(),
                    };
                let half_or_more = &twice - &low * 2 == BigInt::from(1);
                let odd = &low % 2 == BigInt::from(1);
                let up = half_or_more && (!tie || odd);
                let rounded = if up { low + 1 } else { low };
                let carried = rounded == BigInt::from(1) << p;
                near(&Ratio::power(log2 + i32::from(carried) - emax))
            }
            Rule::RoundUp => {
                let target = m.over(&most);
                self.scales
                    .round(&target, false, Rounding::TowardPositive, 0)
            }
            Rule::Nearest => near(&m.over(&most)),
            Rule::LargestExact => {
                let half = self.elements.greatest() / 2.0;
                let upper = self.elements.values.iter().rev().take_while(|q| **q > half);
                let mut best: Option<(Ratio, f64)> = None;
                for q in upper.take(64) {
                    let scale = near(&m.over(&Ratio::of(*q)));
                    let element = match scale {
                        0.0 => 0.0,
                        _ => self.element(m, false, &Ratio::of(scale), way, 0),
                    };
                    let error = Ratio::of(element).times(&Ratio::of(scale)).minus(m).abs();
                    let better = best
                        .as_ref()
                        .is_none_or(|(least, s)| error < *least || error == *least && scale < *s);
                    if better {
                        best = Some((error, scale));
                    }
                }
                best.unwrap().1
            }
        }
    }

    /// A magnitude over the scale, as an element's magnitude.
    pub fn element(&self, x: &Ratio, negative: bool, scale: &Ratio, way: Way, i: u64) -> f64 {
        let random = word64(way.seed, 0, way.index + i);
        self.elements
            .round(&x.over(scale), negative, way.rounding, random)
    }

    /// Scale and elements of a block of finite values.
    pub fn block(&self, block: &[f64], tensor: f64, rule: Rule, way: Way) -> (f64, Vec<f64>) {
        let most = block.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        let scale = match most {
            0.0 => self.scales.values[0],
            _ => self.scale(&Ratio::of(most).over(&Ratio::of(tensor)), rule, way),
        };
        (scale, self.quantised(block, scale, tensor, way))
    }

    /// The elements, the scale known.
    pub fn quantised(&self, block: &[f64], scale: f64, tensor: f64, way: Way) -> Vec<f64> {
        let whole = Ratio::of(scale).times(&Ratio::of(tensor));
        let element = |(i, x): (usize, &f64)| {
            let negative = x.is_sign_negative();
            let magnitude = match scale {
                0.0 => 0.0,
                _ => self.element(&Ratio::of(x.abs()), negative, &whole, way, i as u64),
            };
            match negative && (magnitude != 0.0 || self.elements.signed_zero) {
                true => -magnitude,
                false => magnitude,
            }
        };
        block.iter().enumerate().map(element).collect()
    }

    /// The exact sum of squared errors of a block.
    pub fn squared_error(&self, block: &[f64], scale: f64, tensor: f64, way: Way) -> Ratio {
        let whole = Ratio::of(scale).times(&Ratio::of(tensor));
        let elements = self.quantised(block, scale, tensor, way);
        let mut sum = Ratio::of(0.0);
        for (x, element) in block.iter().zip(&elements) {
            let error = Ratio::of(*element).times(&whole).minus(&Ratio::of(*x));
            sum = sum.plus(&error.times(&error));
        }
        sum
    }
}
