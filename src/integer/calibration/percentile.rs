//! Without the farthest values: percentiles by nearest rank, so that the ends are values that occur.
//!
//! The p-th percentile of n values in order is that of rank ceil(p n / 100), from 1 (Hyndman and
//! Fan, *Sample Quantiles in Statistical Packages*, 1996, definition 1).

/// The range [-t, t], t the percentile of the magnitudes.
pub(super) fn of_magnitudes(mut values: Vec<f64>, percent: f64) -> (f64, f64) {
    values.iter_mut().for_each(|x| *x = x.abs());
    let end = at(&mut values, percent);
    (-end, end)
}

/// The range from the (100 - p)-th percentile to the p-th. Below 50 percent the ends change places.
pub(super) fn of_tails(mut values: Vec<f64>, percent: f64) -> (f64, f64) {
    let high = at(&mut values, percent);
    // The p-th from the other end.
    values.iter_mut().for_each(|x| *x = -*x);
    let low = -at(&mut values, percent);
    (low.min(high), low.max(high))
}

/// 0 where there is no value.
fn at(values: &mut [f64], percent: f64) -> f64 {
    // The product first: of 99.9 and 1000 it is 99900, though 99.9 is no f64.
    let rank = (percent * values.len() as f64 / 100.0).ceil() as usize;
    let place = rank.clamp(1, values.len().max(1)) - 1;
    if place >= values.len() {
        return 0.0;
    }
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}
