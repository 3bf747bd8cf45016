//! Stochastic runs: the same computation under several seeds, and what the results have in common.
//!
//! ```
//! use roundoff::arith::{Arith, Samples, sampled};
//! use roundoff::{Format, Rounder, Rounding};
//! let half = Rounder::new(Format::BINARY16).with_rounding(Rounding::STOCHASTIC);
//! // 0.1 ten times, summed in binary16.
//! let sums = sampled(&half, 100, |arith| {
//!     let tenth = arith.num(0.1);
//!     (0..10).fold(0.0, |sum, _| arith.add(sum, tenth))
//! });
//! let samples = Samples::new(&sums);
//! assert!((samples.mean() - 1.0).abs() < 0.001);
//! let bits = samples.significant_bits().expect("more than one sample");
//! assert!((8.0..13.0).contains(&bits), "{bits}");
//! ```

use super::Exact;
use crate::chop::Rounder;

/// The results of `runs` runs: run i has the rounder's seed + i, everything else is the same.
///
/// A deterministic rounding gives the same result each time.
pub fn sampled<T>(rounder: &Rounder, runs: u64, mut run: impl FnMut(&Exact) -> T) -> Vec<T> {
    (0..runs)
        .map(|i| {
            let seed = rounder.seed().wrapping_add(i);
            run(&Exact::new(&rounder.with_seed(seed)))
        })
        .collect()
}

/// What the results of several runs have in common.
///
/// D. Stott Parker, *Monte Carlo arithmetic: exploiting randomness in floating-point arithmetic*,
/// UCLA, 1997; D. Sohier et al., *Confidence intervals for stochastic arithmetic*, ACM TOMS 47(2),
/// 2021.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Samples {
    count: usize,
    mean: f64,
    deviation: Option<f64>,
}

impl Samples {
    /// Of the results of a quantity. One NaN makes the mean NaN.
    pub fn new(values: &[f64]) -> Self {
        // Welford's recurrences: no sum of squares that cancels or overflows.
        let (mut mean, mut squares) = (0.0, 0.0);
        for (i, x) in values.iter().enumerate() {
            let step = x - mean;
            mean += step / (i + 1) as f64;
            squares += step * (x - mean);
        }
        Self {
            count: values.len(),
            mean: if values.is_empty() { f64::NAN } else { mean },
            deviation: match values.len() {
                0 | 1 => None,
                n => Some((squares / (n - 1) as f64).sqrt()),
            },
        }
    }

    /// How many.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Their mean; NaN of none.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// Their standard deviation, that of n - 1 degrees of freedom; none of fewer than two.
    pub const fn deviation(&self) -> Option<f64> {
        self.deviation
    }

    /// log2(|mean| / deviation), no less than 0 and no more than 53 (Stott Parker 1997): how many
    /// binary digits the runs have in common. None of fewer than two runs.
    pub fn significant_bits(&self) -> Option<f64> {
        let deviation = self.deviation?;
        let bits = match deviation == 0.0 {
            true => f64::from(f64::MANTISSA_DIGITS),
            false => libm::log2(self.mean.abs() / deviation),
        };
        // Of NaN and infinite results nothing is known.
        Some(match bits.is_nan() {
            true => 0.0,
            false => bits.clamp(0.0, f64::from(f64::MANTISSA_DIGITS)),
        })
    }
}
