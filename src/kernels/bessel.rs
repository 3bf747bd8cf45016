//! log I_v(x) and log K_v(x), the modified Bessel functions on a logarithmic scale, where the
//! functions themselves over- and underflow.
//!
//! ```
//! use roundoff::kernels::bessel::{log_iv, log_kv};
//! // I_1000(1) is 2.3e-2869.
//! assert_eq!(log_iv(1000.0, 1.0), -6605.27510929789);
//! assert_eq!(log_kv(1000.0, 1.0), 6597.674206338348);
//! ```
//!
//! For every order v >= 0 and argument x > 0 that an f64 holds. The error, over max(1, |log|), is
//! below 4 x 2^-53 everywhere and about 0.35 x 2^-53 in the median. Negative, infinite and NaN
//! arguments give the limit where there is one, else NaN: the table is in `docs/bessel.md`, with
//! every formula and the map of regions.
//!
//! After A. Plesner, H. H. B. Sorensen and S. Hauberg, *Accurate computation of the logarithm of
//! modified Bessel functions on GPUs*, arXiv 2409.08729, with other formulas: the uniform expansion's
//! logarithm in 1/sqrt(v^2 + x^2), its leading terms in pairs of floats, and what remains as fitted
//! polynomials.
//!
//! # Arrays
//!
//! [`Quantity::evaluate`] takes arrays. It vectorises and uses threads; a value does not depend on
//! either, nor on the machine.
//!
//! ```
//! use roundoff::Threads;
//! use roundoff::kernels::bessel::{Quantity, ratio_iv};
//! let (v, x) = ([0.0, 511.0], [1.5, 700.0]);
//! let mut ratios = [0.0; 2];
//! Quantity::RatioI.evaluate(Threads::Auto, &v, &x, &mut ratios)?;
//! assert_eq!(ratios[1], ratio_iv(511.0, 700.0));
//! # Ok::<(), roundoff::kernels::bessel::ShapeError>(())
//! ```
//!
//! # The map
//!
//! | file | what is in it |
//! |---|---|
//! | `region.rs` | which formula serves where |
//! | `action.rs` | the leading terms M and log w in pairs of floats |
//! | `uniform.rs` | log I and log K but for small arguments |
//! | `axis.rs` | v = 0: polynomials in one variable |
//! | `small.rs` | small arguments: power series, Temme's method, recurrence |
//! | `ratio.rs` | ratios of neighbouring orders, derivatives |
//! | `limits.rs` | zero, negative, infinite and NaN |
//! | `surface.rs`, `tables/` | polynomials in two variables; `tests/data/bessel/surfaces.py` makes them |
//! | `batch.rs` | arrays: sorted by region, in lanes, in threads |
//! | [`emulated`] | the expansions of the literature over any arithmetic |

// Loops over lanes index several arrays alike, which is what vectorises.
#![allow(clippy::needless_range_loop)]

mod action;
mod axis;
mod batch;
pub mod emulated;
mod limits;
mod quantities;
mod quantity;
mod ratio;
mod region;
mod small;
mod surface;
mod uniform;

pub use quantity::{Quantity, QuantityError, ShapeError};

use crate::chop::Threads;
use quantities::{LogI, LogK, RatioI, RatioK};
use ratio::{COMPLEMENT, RATIO, SLOPE};

/// log I_v(x).
///
/// ```
/// // I_0(0) = 1, and the limits where there are any.
/// use roundoff::kernels::bessel::log_iv;
/// assert_eq!(log_iv(0.0, 0.0), 0.0);
/// assert_eq!(log_iv(1.0, 0.0), f64::NEG_INFINITY);
/// assert_eq!(log_iv(2.5, 1e-300), -1729.8726612992812);
/// ```
pub fn log_iv(v: f64, x: f64) -> f64 {
    batch::scalar::<LogI<false>>(v, x)
}

/// log K_v(x).
///
/// ```
/// use roundoff::kernels::bessel::log_kv;
/// // K_(1/2)(x) = sqrt(pi/(2x)) e^-x (DLMF 10.39.2).
/// let x = 700.25_f64;
/// let exact = -703.2999273544253;
/// assert!((log_kv(0.5, x) - exact).abs() <= 2.3e-13);
/// ```
pub fn log_kv(v: f64, x: f64) -> f64 {
    batch::scalar::<LogK<false>>(v, x)
}

/// log I_v(x) and log K_v(x), for little more than the price of one.
///
/// ```
/// use roundoff::kernels::bessel::{log_iv, log_iv_kv, log_kv};
/// assert_eq!(log_iv_kv(3.0, 50.0), (log_iv(3.0, 50.0), log_kv(3.0, 50.0)));
/// ```
pub fn log_iv_kv(v: f64, x: f64) -> (f64, f64) {
    batch::scalar_pair(v, x)
}

/// log(e^-x I_v(x)): log I_v(x) - x without the cancellation.
///
/// ```
/// // e^-x I_0(x) falls like 1/sqrt(2 pi x) (DLMF 10.40.1).
/// let value = roundoff::kernels::bessel::log_iv_scaled(0.0, 1e30);
/// assert_eq!(value, -35.45771492811536);
/// ```
pub fn log_iv_scaled(v: f64, x: f64) -> f64 {
    batch::scalar::<LogI<true>>(v, x)
}

/// log(e^x K_v(x)): log K_v(x) + x without the cancellation.
///
/// ```
/// // e^x K_0(x) falls like sqrt(pi/(2x)) (DLMF 10.40.2).
/// let value = roundoff::kernels::bessel::log_kv_scaled(0.0, 1e30);
/// assert_eq!(value, -34.31298504226596);
/// ```
pub fn log_kv_scaled(v: f64, x: f64) -> f64 {
    batch::scalar::<LogK<true>>(v, x)
}

/// I_(v+1)(x) / I_v(x), from 0 to 1; its relative error is a few units of 2^-53.
///
/// The mean resultant length of a von Mises-Fisher distribution in d dimensions is that of
/// v = d/2 - 1.
///
/// ```
/// // I_(3/2)(x) / I_(1/2)(x) = coth x - 1/x.
/// let ratio = roundoff::kernels::bessel::ratio_iv(0.5, 2.0);
/// assert!((ratio - 0.5373147207275481).abs() < 1.2e-16);
/// ```
pub fn ratio_iv(v: f64, x: f64) -> f64 {
    batch::scalar::<RatioI<RATIO>>(v, x)
}

/// 1 - I_(v+1)(x) / I_v(x), which a ratio near 1 has no digits for. Its relative error is a few units
/// of 2^-53 where v^2 + x^2 >= 24^2, its absolute error below.
///
/// ```
/// // About (2v + 1)/(2x) for great x (DLMF 10.40.1).
/// let value = roundoff::kernels::bessel::ratio_iv_complement(0.0, 1e20);
/// assert!((value - 0.5e-20).abs() < 1e-35);
/// ```
pub fn ratio_iv_complement(v: f64, x: f64) -> f64 {
    batch::scalar::<RatioI<COMPLEMENT>>(v, x)
}

/// K_(v+1)(x) / K_v(x), above 1 for v >= 0; its relative error is a few units of 2^-53.
///
/// ```
/// // K_(3/2)(x) / K_(1/2)(x) = 1 + 1/x.
/// assert_eq!(roundoff::kernels::bessel::ratio_kv(0.5, 4.0), 1.25);
/// ```
pub fn ratio_kv(v: f64, x: f64) -> f64 {
    batch::scalar::<RatioK<RATIO>>(v, x)
}

/// The derivative of log I_v(x) in x: I_v'(x) / I_v(x).
///
/// ```
/// // I_0'(x) = I_1(x) (DLMF 10.29.3).
/// use roundoff::kernels::bessel::{ratio_iv, slope_iv};
/// assert_eq!(slope_iv(0.0, 3.0), ratio_iv(0.0, 3.0));
/// ```
pub fn slope_iv(v: f64, x: f64) -> f64 {
    batch::scalar::<RatioI<SLOPE>>(v, x)
}

/// The derivative of log K_v(x) in x: K_v'(x) / K_v(x).
///
/// ```
/// // K_0'(x) = -K_1(x) (DLMF 10.29.3).
/// use roundoff::kernels::bessel::{ratio_kv, slope_kv};
/// assert_eq!(slope_kv(0.0, 3.0), -ratio_kv(0.0, 3.0));
/// ```
pub fn slope_kv(v: f64, x: f64) -> f64 {
    batch::scalar::<RatioK<SLOPE>>(v, x)
}

/// log I_v(x) into `i` and log K_v(x) into `k`; all four slices as long as each other.
///
/// # Errors
/// [`ShapeError`] if they are not; then nothing is written.
pub fn log_iv_kv_arrays(
    threads: Threads,
    v: &[f64],
    x: &[f64],
    i: &mut [f64],
    k: &mut [f64],
) -> Result<(), ShapeError> {
    ShapeError::check(v.len(), x.len(), i.len())?;
    ShapeError::check(v.len(), x.len(), k.len())?;
    batch::array_pair(threads, v, x, i, k);
    Ok(())
}
