//! How wrong rows are.

use super::Function;
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

/// |1 - sum|: four rounded sums, so that no addition waits for the last one, and beside them what all
/// additions lost.
fn off_one(result: &[f64]) -> f64 {
    let (mut sums, mut lost) = ([0.0; 4], [0.0; 4]);
    for part in result.chunks(4) {
        for ((sum, lost), y) in sums.iter_mut().zip(&mut lost).zip(part) {
            let next = two_sum(*sum, *y);
            *sum = next.high;
            *lost += next.low;
        }
    }
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
    let greatest = |row: &[f64]| {
        // Not f64::max, which asks for NaN first.
        let greater = |most, x: &f64| if *x > most { *x } else { most };
        row.iter().fold(f64::NEG_INFINITY, greater)
    };
    if reference.iter().all(|x| x.is_nan()) {
        return true;
    }
    let (x, y) = (greatest(reference), greatest(result));
    reference
        .iter()
        .zip(result)
        .any(|(a, b)| *a == x && *b == y)
}
