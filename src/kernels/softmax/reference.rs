//! The exact results, to the nearest f64 but for about one in 2^45.

use super::{Function, RoomError};
use crate::native::double_double::{DoubleDouble, two_sum};

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
    for (y, (high, _)) in result.iter_mut().zip(reference_pairs(function, row)) {
        *y = high;
    }
    Ok(())
}

/// The same, each value as the nearest f64 and what that leaves.
pub(crate) fn reference_pairs(function: Function, row: &[f64]) -> Vec<(f64, f64)> {
    let maximum = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let has_nan = row.iter().any(|x| x.is_nan());
    if !maximum.is_finite() || has_nan {
        let value = match function {
            Function::LogSumExp if !has_nan => maximum,
            _ => f64::NAN,
        };
        return vec![(value, 0.0); function.values(row.len())];
    }
    // Exact, halved so that it cannot overflow; and below -746 it does not count how far.
    let difference = |x: f64| match two_sum(x * 0.5, -maximum * 0.5) {
        half if half.high.is_finite() && half.high > -400.0 => half + half,
        _ => DoubleDouble::new(-800.0),
    };
    let exponentials: Vec<DoubleDouble> = row.iter().map(|x| difference(*x).exp()).collect();
    let sum = exponentials
        .iter()
        .fold(DoubleDouble::ZERO, |sum, e| sum + *e);
    let pair = |value: DoubleDouble| (value.high, value.low);
    match function {
        Function::Softmax => {
            let quotients = exponentials.into_iter().map(|e| e.divide(sum));
            quotients.map(pair).collect()
        }
        Function::LogSoftmax => {
            let logarithm = sum.log();
            let far = row.iter().map(|x| match two_sum(*x, -maximum) {
                far if far.high.is_finite() => pair(far - logarithm),
                _ => (f64::NEG_INFINITY, 0.0),
            });
            far.collect()
        }
        Function::LogSumExp => vec![pair(DoubleDouble::new(maximum) + sum.log())],
    }
}
