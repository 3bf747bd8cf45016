//! The range with the least mean square error of the quantised values.
//!
//! The extremes, times 1/100, 2/100, ... 1: the candidate whose codes, rounded to nearest-even,
//! leave the least sum of (x - value)^2; of equals the widest. A search over a grid, as everywhere:
//! the error is neither convex nor smooth in the range (Choukroun et al., arXiv 1902.06822;
//! Nagel et al., *A White Paper on Neural Network Quantization*, arXiv 2106.08295).

use fearless_simd::dispatch;

use crate::instructions::level;
use crate::integer::{Affine, Integer};

/// How many shares of the extremes are tried.
const SHARES: u32 = 100;
/// Sums side by side, in a fixed order.
const LANES: usize = 8;

pub(super) fn least(integer: Integer, values: &[f64], extremes: (f64, f64)) -> (f64, f64) {
    let mut best = (f64::INFINITY, extremes);
    for share in (1..=SHARES).rev() {
        let share = f64::from(share) / f64::from(SHARES);
        let range = (extremes.0 * share, extremes.1 * share);
        // The extremes are finite; a range without a scale is none to choose.
        let Ok(affine) = Affine::covering(integer, range.0, range.1) else {
            continue;
        };
        let error = dispatch!(level(), _simd => error(integer, affine, values));
        if error < best.0 {
            best = (error, range);
        }
    }
    best.1
}

/// The sum of squares, in units of the scale's square so that none of them leaves f64's range
/// before the values themselves do.
#[inline(always)]
fn error(integer: Integer, affine: Affine, values: &[f64]) -> f64 {
    let scale = f64::from(affine.scale());
    let zero = affine.zero_point();
    let first = f64::from(integer.least() - zero);
    let last = f64::from(integer.greatest() - zero);
    let mut sums = [0.0; LANES];
    let mut take = |values: &[f64]| {
        for (x, sum) in values.iter().zip(&mut sums) {
            let steps = x / scale;
            let nearest = nearest(steps);
            let code = if nearest < first { first } else { nearest };
            let code = if code > last { last } else { code };
            let error = steps - code;
            *sum += error * error;
        }
    };
    let (chunks, rest) = values.as_chunks::<LANES>();
    chunks.iter().for_each(|chunk| take(chunk));
    take(rest);
    sums.iter().sum::<f64>() * scale * scale
}

/// To an integer; past 2^51, where codes end long before, anything as far out.
#[inline(always)]
fn nearest(x: f64) -> f64 {
    const ANCHOR: f64 = 1.5 * (1u64 << 52) as f64;
    (x + ANCHOR) - ANCHOR
}
