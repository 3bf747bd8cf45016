//! The range whose codes tell the distribution of magnitudes best: TensorRT's calibration.
//!
//! ```text
//!   histogram of |x|:  | | | | | | | | | | | | | | | |      bins from 0 to the greatest
//!   candidate:         | | | | | | | | | |............      i bins; what is past them is clipped
//!   P:                 the i bins, the clipped values added to the last
//!   Q:                 the i bins in groups, one for each code; the mean of a group
//!                      in each of its bins that is not empty
//!   the least sum P log(P / Q) wins; threshold = (i + 1/2) bins
//! ```
//!
//! S. Migacz, *8-bit Inference with TensorRT*, GTC 2017, slides 28 to 37, where there are 2048 bins
//! and 128 codes. Here the codes are those of `integer` (for magnitudes: 2^(b-1), or 2^b where all
//! codes are for positive values), and there are 16 bins a code, 2048 at least. Asymmetric codes
//! take the threshold at both ends, each cut to the extremes, as ONNX Runtime's calibrator does
//! (`calibrate.py`, `get_entropy_threshold`).

use crate::format::Signedness;
use crate::integer::{Integer, Symmetry};

/// The fewest bins.
const BINS: usize = 2048;
/// Bins a code.
const BINS_PER_CODE: usize = 16;
/// The candidates begin with one bin a code and go up by so many codes' bins over this.
const CANDIDATES_PER_DOUBLING: usize = 128;

pub(super) fn least(integer: Integer, values: &[f64], extremes: (f64, f64)) -> (f64, f64) {
    let (low, high) = extremes;
    // An unsigned symmetric code sees no negative values.
    let blind =
        integer.symmetry() == Symmetry::Symmetric && integer.signedness() == Signedness::Unsigned;
    let magnitude = |x: f64| if blind { x.max(0.0) } else { x.abs() };
    let greatest = magnitude(high).max(magnitude(low));
    let threshold = match greatest > 0.0 {
        true => {
            let codes = 1usize
                << match integer.signedness() {
                    Signedness::Unsigned if low >= 0.0 || blind => integer.bits(),
                    _ => integer.bits() - 1,
                };
            let bins = BINS.max(codes * BINS_PER_CODE);
            let counts = histogram(values.iter().map(|x| magnitude(*x)), greatest, bins);
            threshold(&counts, codes) * greatest
        }
        false => 0.0,
    };
    match integer.symmetry() {
        Symmetry::Symmetric => (-threshold, threshold),
        Symmetry::Asymmetric => (low.max(-threshold), high.min(threshold)),
    }
}

/// How many magnitudes lie in each bin. The last bin has its upper end.
fn histogram(magnitudes: impl Iterator<Item = f64>, greatest: f64, bins: usize) -> Vec<u64> {
    let mut counts = vec![0; bins];
    for x in magnitudes {
        let bin = (x / greatest * bins as f64) as usize;
        if let Some(count) = counts.get_mut(bin.min(bins - 1)) {
            *count += 1;
        }
    }
    // Exact zeros have a code of their own whatever the threshold: they say nothing about it
    // (TensorRT and its descendants leave the first bin's weight out).
    if let [first, second, ..] = counts.as_mut_slice() {
        *first = *second;
    }
    counts
}

/// The best number of bins plus one half, as a share of all.
fn threshold(counts: &[u64], codes: usize) -> f64 {
    let bins = counts.len();
    // Bins that are not empty: where, and how many before.
    let filled: Vec<(usize, f64)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(bin, count)| (bin, *count as f64))
        .collect();
    let total: f64 = filled.iter().map(|(_, count)| count).sum();
    let mut best = (f64::INFINITY, bins);
    let step = (codes / CANDIDATES_PER_DOUBLING).max(1);
    for end in (codes..=bins).step_by(step) {
        let inside = filled.partition_point(|(bin, _)| *bin < end);
        let Some(divergence) = divergence(&filled[..inside], total, end, codes) else {
            continue;
        };
        if divergence < best.0 {
            best = (divergence, end);
        }
    }
    let (_, end) = best;
    ((end as f64 + 0.5) / bins as f64).min(1.0)
}

/// The Kullback-Leibler divergence of Q from P; none where Q has nothing in it.
fn divergence(inside: &[(usize, f64)], total: f64, end: usize, codes: usize) -> Option<f64> {
    let kept: f64 = inside.iter().map(|(_, count)| count).sum();
    let clipped = total - kept;
    // P has the clipped values in its last bin. If that is empty, Q has nothing there, and no
    // candidate for the values' place.
    let last_filled = inside.last().is_some_and(|(bin, _)| bin + 1 == end);
    if kept == 0.0 || (clipped > 0.0 && !last_filled) {
        return None;
    }
    let group = |bin: usize| (bin * codes / end).min(codes - 1);
    let mut sum = 0.0;
    let mut rest = inside;
    while let Some((first, _)) = rest.first() {
        let number = group(*first);
        let length = rest.partition_point(|(bin, _)| group(*bin) == number);
        let (members, others) = rest.split_at(length);
        let mean = members.iter().map(|(_, count)| count).sum::<f64>() / length as f64;
        for (bin, count) in members {
            let more = if bin + 1 == end { clipped } else { 0.0 };
            let p = (count + more) / total;
            let q = mean / kept;
            sum += p * libm::log(p / q);
        }
        rest = others;
    }
    Some(sum)
}
