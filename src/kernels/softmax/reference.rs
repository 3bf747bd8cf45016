//! The exact results, to the nearest f64 but for about one in 2^45.

// Loops over lanes index several arrays alike, which is what vectorises.
#![allow(clippy::needless_range_loop)]

use super::{Function, RoomError};
use crate::instructions::level;
use crate::native::double_double::{DoubleDouble, pair, two_sum};
use crate::native::fused::with_fma;

/// A row's exact result by double-double arithmetic.
///
/// | row | softmax, log-softmax | log-sum-exp |
/// |---|---|---|
/// | empty | empty | -infinity |
/// | -infinity among others | 0, -infinity there | as without it |
/// | -infinity only | NaN | -infinity |
/// | +infinity, no NaN | NaN | infinity |
/// | NaN | NaN | NaN |
///
/// # Errors
/// [`RoomError`] if `result` has not [`Function::values`] places; then nothing is written.
///
/// ```
/// use roundoff::kernels::softmax::{Function, reference};
/// let mut result = [0.0; 2];
/// reference(Function::Softmax, &[0.0, std::f64::consts::LN_2], &mut result)?;
/// assert_eq!(result, [1.0 / 3.0, 2.0 / 3.0]);
/// # Ok::<(), roundoff::kernels::softmax::RoomError>(())
/// ```
pub fn reference(function: Function, row: &[f64], result: &mut [f64]) -> Result<(), RoomError> {
    function.check(row.len(), result.len())?;
    for (y, high) in result.iter_mut().zip(reference_pairs(function, row).high) {
        *y = high;
    }
    Ok(())
}

/// Values as the nearest f64s and what those leave.
#[derive(Clone, Debug)]
pub(crate) struct Pairs {
    pub high: Vec<f64>,
    pub low: Vec<f64>,
}

/// Values side by side, in loops that become vectors.
const LANES: usize = 16;

/// The same, each value as a pair.
pub(crate) fn reference_pairs(function: Function, row: &[f64]) -> Pairs {
    let all = |value: DoubleDouble| Pairs {
        high: vec![value.high; function.values(row.len())],
        low: vec![value.low; function.values(row.len())],
    };
    let maximum = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let has_nan = row.iter().any(|x| x.is_nan());
    if !maximum.is_finite() || has_nan {
        return all(DoubleDouble::new(match function {
            Function::LogSumExp if !has_nan => maximum,
            _ => f64::NAN,
        }));
    }
    // What fills the last lanes up adds nothing.
    let mut x = row.to_vec();
    x.resize(row.len().next_multiple_of(LANES), f64::NEG_INFINITY);
    let mut pairs = Pairs {
        high: vec![0.0; x.len()],
        low: vec![0.0; x.len()],
    };
    let sum = with_fma!(
        level(),
        pairs.exponentials(&x, maximum),
        pairs.exponentials(&x, maximum)
    );
    match function {
        Function::Softmax => with_fma!(level(), pairs.divide(sum), pairs.divide(sum)),
        Function::LogSoftmax => {
            let logarithm = sum.log();
            with_fma!(
                level(),
                pairs.differences(&x, maximum, logarithm),
                pairs.differences(&x, maximum, logarithm)
            );
        }
        Function::LogSumExp => return all(DoubleDouble::new(maximum) + sum.log()),
    }
    pairs.high.truncate(row.len());
    pairs.low.truncate(row.len());
    pairs
}

/// As many values as there are lanes, each as a pair.
type Lanes<'a> = (&'a mut [f64; LANES], &'a mut [f64; LANES]);

impl Pairs {
    #[inline(always)]
    fn lanes(&mut self) -> impl Iterator<Item = Lanes<'_>> {
        // Their lengths are multiples.
        let (high, _) = self.high.as_chunks_mut();
        let (low, _) = self.low.as_chunks_mut();
        high.iter_mut().zip(low)
    }

    /// e^(x - maximum) of each x; their sum: 16 side by side, value i in sum i mod 16, then those.
    #[inline(always)]
    fn exponentials(&mut self, x: &[f64], maximum: f64) -> DoubleDouble {
        let (mut sum, mut sum_low) = ([0.0; LANES], [0.0; LANES]);
        let (x, _) = x.as_chunks::<LANES>();
        for (x, (high, low)) in x.iter().zip(self.lanes()) {
            for i in 0..LANES {
                // Exact, halved so that it cannot overflow; and below -746 it does not count how far.
                let half = two_sum(x[i] * 0.5, -maximum * 0.5);
                let near = half.high > -400.0;
                let e = DoubleDouble {
                    high: if near { 2.0 * half.high } else { -800.0 },
                    low: if near { 2.0 * half.low } else { 0.0 },
                };
                let e = e.exp();
                (high[i], low[i]) = (e.high, e.low);
            }
            for i in 0..LANES {
                let next = pair(sum[i], sum_low[i]) + pair(high[i], low[i]);
                (sum[i], sum_low[i]) = (next.high, next.low);
            }
        }
        let sums = sum.iter().zip(sum_low);
        sums.fold(DoubleDouble::ZERO, |sum, (high, low)| {
            sum + pair(*high, low)
        })
    }

    #[inline(always)]
    fn divide(&mut self, by: DoubleDouble) {
        for (high, low) in self.lanes() {
            for i in 0..LANES {
                let quotient = pair(high[i], low[i]).divide(by);
                (high[i], low[i]) = (quotient.high, quotient.low);
            }
        }
    }

    /// x - maximum - logarithm of each x; what is too far away for an f64 is -infinity.
    #[inline(always)]
    fn differences(&mut self, x: &[f64], maximum: f64, logarithm: DoubleDouble) {
        let (x, _) = x.as_chunks::<LANES>();
        for (x, (high, low)) in x.iter().zip(self.lanes()) {
            for i in 0..LANES {
                let far = two_sum(x[i], -maximum);
                let near = far.high > f64::NEG_INFINITY;
                let value = far - logarithm;
                high[i] = if near { value.high } else { f64::NEG_INFINITY };
                low[i] = if near { value.low } else { 0.0 };
            }
        }
    }
}
