//! How wrong rows are.

// Loops over lanes index several arrays alike, which is what vectorises.
#![allow(clippy::needless_range_loop)]

use fearless_simd::dispatch;

use super::Function;
use crate::instructions::level;
use crate::native::double_double::two_sum;

/// The errors of one row, or the worst of several.
///
/// Errors are over elements of which result and reference are finite; others are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RowErrors {
    /// Rows there were.
    pub rows: u64,
    /// Elements there were.
    pub elements: u64,
    /// The largest |y - reference|. `None` over no element.
    pub absolute: Option<f64>,
    /// The largest |y - reference| / |reference|, over references that are not zero.
    pub relative: Option<f64>,
    /// Softmax only: the largest |1 - the row's sum|, over rows all of whose results are finite.
    pub sum: Option<f64>,
    /// Results that are infinite or NaN where the reference is finite.
    pub not_finite: u64,
    /// Rows with such a result.
    pub rows_not_finite: u64,
    /// Results of zero where the reference is not zero.
    pub vanished: u64,
    /// Rows whose greatest reference is not among the greatest results: for a classifier, answers
    /// that changed.
    pub top_changed: u64,
}

impl RowErrors {
    /// One row's errors; of slices that are not as long, the pairs that both have.
    ///
    /// ```
    /// use roundoff::kernels::softmax::{Function, RowErrors};
    /// let errors = RowErrors::of(Function::Softmax, &[0.25, 0.75], &[0.25, 0.5]);
    /// assert_eq!(errors.absolute, Some(0.25));
    /// assert_eq!(errors.relative, Some(1.0 / 3.0));
    /// assert_eq!(errors.sum, Some(0.25));
    /// assert_eq!(errors.top_changed, 0);
    /// ```
    pub fn of(function: Function, reference: &[f64], result: &[f64]) -> Self {
        let mut errors = Self {
            rows: 1,
            ..Self::default()
        };
        for (x, y) in reference.iter().zip(result) {
            errors.elements += 1;
            if x.is_finite() && y.is_finite() {
                let absolute = (y - x).abs();
                errors.absolute = greater(errors.absolute, Some(absolute));
                if *x != 0.0 {
                    errors.relative = greater(errors.relative, Some(absolute / x.abs()));
                    errors.vanished += u64::from(*y == 0.0);
                }
            }
            errors.not_finite += u64::from(x.is_finite() && !y.is_finite());
        }
        errors.rows_not_finite = u64::from(errors.not_finite > 0);
        let Rows { sum, top_changed } = Rows::of(function, reference, result);
        Self {
            sum,
            top_changed,
            ..errors
        }
    }

    /// The errors of both: the worst, and the counts added.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            elements: self.elements + other.elements,
            absolute: greater(self.absolute, other.absolute),
            relative: greater(self.relative, other.relative),
            sum: greater(self.sum, other.sum),
            not_finite: self.not_finite + other.not_finite,
            rows_not_finite: self.rows_not_finite + other.rows_not_finite,
            vanished: self.vanished + other.vanished,
            top_changed: self.top_changed + other.top_changed,
        }
    }
}

/// What a row of probabilities has besides the errors of its elements, or the worst of several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rows {
    /// Softmax only: the largest |1 - the row's sum|, over rows all of whose results are finite.
    pub sum: Option<f64>,
    /// Rows whose greatest reference is not among the greatest results.
    pub top_changed: u64,
}

impl Rows {
    /// Of one row; of slices that are not as long, the pairs that both have.
    ///
    /// ```
    /// use roundoff::kernels::softmax::{Function, Rows};
    /// let row = Rows::of(Function::Softmax, &[0.25, 0.75], &[0.5, 0.25]);
    /// assert_eq!((row.sum, row.top_changed), (Some(0.25), 1));
    /// ```
    pub fn of(function: Function, reference: &[f64], result: &[f64]) -> Self {
        let is_softmax = function == Function::Softmax && !result.is_empty();
        let off = is_softmax.then(|| off_one(result));
        Self {
            sum: off.filter(|off| off.is_finite()),
            top_changed: match function {
                Function::LogSumExp => 0,
                _ => u64::from(!top_is_kept(reference, result)),
            },
        }
    }

    /// The worst of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            sum: greater(self.sum, other.sum),
            top_changed: self.top_changed + other.top_changed,
        }
    }
}

/// Values side by side, in loops that become vectors.
const LANES: usize = 16;

/// |1 - sum|: 16 rounded sums, so that no addition waits for the last one, and beside them what all
/// additions lost.
fn off_one(result: &[f64]) -> f64 {
    #[inline(always)]
    fn add(sums: &mut [f64; LANES], lost: &mut [f64; LANES], part: &[f64; LANES]) {
        for i in 0..LANES {
            let next = two_sum(sums[i], part[i]);
            sums[i] = next.high;
            lost[i] += next.low;
        }
    }
    let (mut sums, mut lost) = ([0.0; LANES], [0.0; LANES]);
    let (parts, rest) = result.as_chunks();
    let mut last = [0.0; LANES];
    last[..rest.len()].copy_from_slice(rest);
    dispatch!(level(), _simd => {
        for part in parts {
            add(&mut sums, &mut lost, part);
        }
    });
    add(&mut sums, &mut lost, &last);
    let (sum, more) = sums.iter().fold((0.0, 0.0), |(sum, lost), part| {
        let next = two_sum(sum, *part);
        (next.high, lost + next.low)
    });
    ((sum - 1.0) + (more + lost.iter().sum::<f64>())).abs()
}

fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

/// Is some place of the greatest reference also one of the greatest result? Yes where there is no
/// reference to have.
fn top_is_kept(reference: &[f64], result: &[f64]) -> bool {
    if reference.iter().all(|x| x.is_nan()) {
        return true;
    }
    let (x, y) = (greatest(reference), greatest(result));
    reference
        .iter()
        .zip(result)
        .any(|(a, b)| *a == x && *b == y)
}

/// The greatest of a row; -infinity where all are NaN.
fn greatest(row: &[f64]) -> f64 {
    // Not f64::max, which asks for NaN first.
    let greater = |most: f64, x: f64| if x > most { x } else { most };
    let (parts, rest) = row.as_chunks::<LANES>();
    let mut most = [f64::NEG_INFINITY; LANES];
    dispatch!(level(), _simd => {
        for part in parts {
            for i in 0..LANES {
                most[i] = if part[i] > most[i] { part[i] } else { most[i] };
            }
        }
    });
    let all = most.iter().chain(rest);
    all.fold(f64::NEG_INFINITY, |most, x| greater(most, *x))
}
