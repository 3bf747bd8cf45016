//! Softmax, log-softmax and log-sum-exp.
//!
//! The analysis of P. Blanchard, D. J. Higham, N. J. Higham, *Accurately computing the log-sum-exp and
//! softmax functions*, IMA J. Numer. Anal. 41(4), 2021, sections 3 and 4, for all variants and without
//! its O(u^2): every term of the sum is
//!
//! ```text
//!     e^(x_i - m + t_i) (1 + r_k)       |t_i| <= t, |r_k| <= gamma_k
//! ```
//!
//! * t is what the exponents are off: x_i as it comes is off by u |x_i|, x_i - m as it is rounded by
//!   u |x_i - m|. It does not matter what m is: softmax does not change with it.
//! * k counts what multiplies: the rounding of e^x, of the accumulator's, of each addition.
//!
//! | variant | t, to first order | roundings of a term in the sum |
//! |---|---|---|
//! | naive | u max abs(x) | 2 + depth |
//! | three-pass | u (max abs(x) + range) | 2 + depth |
//! | online | u (max abs(x) + 2 range): a sum that is rescaled has the way of m behind it | 2 + 3 depth |
//! | two-pass | u (max abs(x) + 2 log 2 / 2), x - n log 2 being two fused steps | 2 + 2 depth |
//!
//! A quotient of two of these is off by e^(2 t) (1 + gamma) - 1, a logarithm by t + gamma.

use super::{Bound, Theorem, after, depth, gamma, probable_gamma};
use crate::kernels::order::Order;
use crate::kernels::softmax::{Function, LAZY, Softmax, Variant};

/// What the bound takes of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    count: usize,
    /// The greatest magnitude.
    most: f64,
    /// Greatest less least.
    range: f64,
}

impl Row {
    pub const fn new(count: usize, most: f64, range: f64) -> Self {
        Self { count, most, range }
    }
}

/// The relative error of softmax of a row, with gamma or its probable sister.
pub fn quotient(
    softmax: Softmax,
    row: Row,
    u: f64,
    order: Order,
    gamma: &dyn Fn(usize) -> Option<f64>,
) -> Option<f64> {
    Way::new(softmax, row, u, order)?.quotient(gamma)
}

/// Of rows, whose results have that greatest magnitude. None where an input is not finite.
pub fn theorem<'a>(
    softmax: Softmax,
    rows: impl Iterator<Item = &'a [f64]>,
    magnitude: f64,
) -> Option<Theorem> {
    let mut found: Vec<Row> = Vec::new();
    for row in rows.filter(|row| !row.is_empty()) {
        if row.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let least = row.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        found.push(Row {
            count: row.len(),
            most: greatest.max(-least),
            range: greatest - least,
        });
    }
    if found.is_empty() {
        return None;
    }
    Some(Theorem::new(move |u, order| {
        let with = |gamma: &dyn Fn(usize) -> Option<f64>| -> Option<f64> {
            let mut errors = found.iter().map(|row| {
                let way = Way::new(softmax, *row, u, order)?;
                match softmax.function {
                    Function::Softmax => way.quotient(gamma),
                    Function::LogSoftmax => Some(way.log_softmax(gamma, magnitude)? / magnitude),
                    Function::LogSumExp => Some(way.log_sum_exp(gamma, magnitude)? / magnitude),
                }
            });
            errors.try_fold(0.0, |worst: f64, error| Some(worst.max(error?)))
        };
        let worst = with(&|n| gamma(n, u))?;
        worst.is_finite().then_some(Bound {
            figure: "normwise",
            // Of the rounding of these figures themselves.
            worst: worst * (1.0 + 1e-12),
            probable: with(&|n| Some(probable_gamma(n, u)))?,
        })
    }))
}

/// A row's way through a variant.
struct Way {
    softmax: Softmax,
    u: f64,
    row: Row,
    /// t.
    exponent: f64,
    /// Roundings of a term in the sum.
    sum: usize,
    /// The greatest |x - m|, x and m as they are rounded; of the pair, of |x - n log 2| for its own n.
    difference: f64,
    /// The greatest magnitude of the sum's logarithm.
    logarithm: f64,
}

impl Way {
    fn new(softmax: Softmax, row: Row, u: f64, order: Order) -> Option<Self> {
        let Row { count, most, range } = row;
        let depth = depth(order, count);
        let log_n = libm::log(count as f64);
        // x and m are rounded as they come, m once more in the maximum's format.
        let wide = range + 4.0 * u * most;
        let input = u * most;
        let (exponent, steps, difference, logarithm) = match softmax.variant {
            Variant::Naive => (input, depth, 0.0, most + log_n),
            Variant::ThreePassRecompute | Variant::ThreePassReload => {
                (input + u * wide, depth, wide, log_n + 4.0 * u * most)
            }
            Variant::Online => {
                let exponent = input + 2.0 * u * wide;
                (exponent, 3 * depth, wide, log_n + 4.0 * u * most)
            }
            Variant::OnlineLazy => {
                let exponent = input + 2.0 * u * wide;
                (exponent, 3 * depth, wide, log_n + LAZY + 4.0 * u * most)
            }
            Variant::TwoPass => {
                // Differences of the exponents n must be exact.
                if 3.0 * most + 2.0 > 1.0 / u {
                    return None;
                }
                // Half of log 2, and what n is off the nearest integer.
                let rest = 0.4 + 5.0 * u * most;
                let split = 3.0 * u * u * (most + 1.0);
                let exponent = input + 2.0 * u * rest * (1.0 + u) + split;
                (exponent, 2 * depth, rest, log_n + rest)
            }
        };
        Some(Self {
            softmax,
            u,
            row,
            exponent,
            sum: 2 + steps,
            difference,
            logarithm,
        })
    }

    /// Softmax, relative: exponential, two of scaling, the pair's own, output.
    fn quotient(&self, gamma: &dyn Fn(usize) -> Option<f64>) -> Option<f64> {
        Some(after(
            libm::expm1(2.0 * self.exponent),
            gamma(self.sum + 5)?,
        ))
    }

    /// The sum's logarithm before it is rounded.
    fn of_sum(&self, gamma: &dyn Fn(usize) -> Option<f64>) -> Option<f64> {
        Some(self.exponent + gamma(self.sum)?)
    }

    /// An error before the last operation and the output's rounding, with these.
    fn rounded(&self, error: f64, magnitude: f64) -> f64 {
        let two = after(self.u, self.u);
        error * (1.0 + two) + two * magnitude
    }

    /// m + log sum, or log sum + n log 2 by two fused steps.
    fn log_sum_exp(&self, gamma: &dyn Fn(usize) -> Option<f64>, magnitude: f64) -> Option<f64> {
        let (u, before) = (self.u, self.of_sum(gamma)?);
        let logarithm = u * (self.logarithm + before);
        let error = match self.softmax.variant {
            // Its logarithm is the last operation.
            Variant::Naive => before,
            Variant::TwoPass => {
                let part = 3.0 * u * (self.row.most + 1.0);
                let first = u * (1.0 + u) * (self.logarithm + before + part);
                before + logarithm * (1.0 + u) + first + self.split()
            }
            _ => before + logarithm,
        };
        Some(self.rounded(error, magnitude))
    }

    /// (x - m) - log sum, or (x - n log 2) - log sum, or x - log sum.
    fn log_softmax(&self, gamma: &dyn Fn(usize) -> Option<f64>, magnitude: f64) -> Option<f64> {
        let (u, before) = (self.u, self.of_sum(gamma)?);
        let logarithm = before + u * (self.logarithm + before);
        let minuend = match self.softmax.variant {
            Variant::Naive => 0.0,
            Variant::TwoPass => {
                let far = self.row.range + 2.0 * self.difference;
                2.0 * u * far * (1.0 + u) + self.split()
            }
            _ => u * self.difference,
        };
        Some(self.rounded(u * self.row.most + minuend + logarithm, magnitude))
    }

    /// What n log 2 is off, log 2 being two numbers of the format.
    fn split(&self) -> f64 {
        3.0 * self.u * self.u * (self.row.most + 1.0)
    }
}
