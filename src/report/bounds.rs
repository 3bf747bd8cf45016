//! The a-priori bounds that plots draw in, as points (n, bound).
//!
//! "Higham" is *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002.

use crate::Format;
use crate::experiments::catalogue::{gamma_of, probable_of};

/// gamma_n = n u / (1 - n u), u = 2^-p: what n roundings to nearest can come to (Higham, lemma 3.1).
/// It holds for n u < 1; beyond there is no point.
///
/// ```
/// use roundoff::{Format, report::bounds};
/// let points = bounds::gamma(Format::BFLOAT16, [1.0, 128.0, 256.0]);
/// assert_eq!(points, [(1.0, 1.0 / 255.0), (128.0, 1.0)]);
/// ```
pub fn gamma(format: Format, sizes: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    let u = format.unit_roundoff();
    let bound = |n: f64| gamma_of(n * u).map(|gamma| (n, gamma));
    sizes.into_iter().filter_map(bound).collect()
}

/// About lambda sqrt(n) u: what n roundings come to with a probability of at least
/// 1 - 2 n exp(-lambda^2 (1 - u)^2 / 2), if their errors are independent and of mean zero
/// ([`probable_gamma`](crate::experiments::catalogue::probable_gamma), where lambda is 4).
///
/// ```
/// use roundoff::{Format, report::bounds};
/// let (_, bound) = bounds::probabilistic(Format::BINARY16, 1.0, [4.0])[0];
/// assert!((bound * 2f64.powi(10) - 1.0).abs() < 0.002);
/// ```
pub fn probabilistic(
    format: Format,
    lambda: f64,
    sizes: impl IntoIterator<Item = f64>,
) -> Vec<(f64, f64)> {
    let u = format.unit_roundoff();
    let sizes = sizes.into_iter().filter(|n| *n >= 0.0);
    sizes.map(|n| (n, probable_of(lambda, n, u))).collect()
}

/// u = 2^-p for every precision p: one rounding to nearest (Higham, theorem 2.2).
///
/// ```
/// use roundoff::report::bounds;
/// assert_eq!(bounds::unit_roundoff([3, 11]), [(3.0, 0.125), (11.0, 2f64.powi(-11))]);
/// ```
pub fn unit_roundoff(precisions: impl IntoIterator<Item = u32>) -> Vec<(f64, f64)> {
    let bound = |p: u32| {
        (
            f64::from(p),
            crate::format::scaled(1, -(p.min(1074) as i32)),
        )
    };
    precisions.into_iter().map(bound).collect()
}
