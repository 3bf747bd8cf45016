//! The distribution with every operation rounded: log density for scores and classification, mean
//! resultant length, entropy, divergence, Newton's method for the concentration, and samples.
//!
//! Formulas are those of [`super`] as they stand in textbooks, without the native functions' ways around
//! cancellation: what a format does to them is the question.

mod sample;

pub use sample::sample_into;

use super::VmfError;
use super::{check_dimension, check_kappa, check_length, order};
use crate::arith::{Arith, Site, Sites};
use crate::kernels::bessel::emulated::{self as bessel, Kind, Rule};

/// Products of coordinates.
pub const PRODUCT: Site = Site::new(9, "product");
/// Their sum.
pub const ACCUMULATION: Site = Site::new(10, "accumulation");
/// v log kappa - d/2 log(2 pi) - log I.
pub const NORMALIZER: Site = Site::new(11, "normalizer");
/// kappa times the sum, plus the normaliser.
pub const SCORE: Site = Site::new(12, "score");

/// A_d, as the exponential of a difference of two logarithms of I.
pub const RATIO: Site = Site::new(13, "ratio");
/// Sums and products with A_d: entropy, divergence, a step of Newton's method.
pub const MOMENT: Site = Site::new(14, "moment");
/// The constants of Wood's algorithm.
pub const ENVELOPE: Site = Site::new(15, "envelope");
/// Its proposals and their test.
pub const REJECTION: Site = Site::new(16, "rejection");
/// From a cosine and a normal vector to a direction.
pub const DIRECTION: Site = Site::new(17, "direction");

/// The sites of log I and those of the distribution, in order.
pub const SITES: &[Site] = &[
    bessel::INPUT,
    bessel::LEADING,
    bessel::COEFFICIENT,
    bessel::TERM,
    bessel::EXPONENTIAL,
    bessel::SUM,
    bessel::LOGARITHM,
    bessel::RECURRENCE,
    bessel::OUTPUT,
    PRODUCT,
    ACCUMULATION,
    NORMALIZER,
    SCORE,
    RATIO,
    MOMENT,
    ENVELOPE,
    REJECTION,
    DIRECTION,
];

/// log C_d(kappa), every operation at its site; log I by the expansion that the rule picks.
///
/// # Errors
/// [`VmfError::Dimension`], [`VmfError::Kappa`], which must be positive here.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::bessel::emulated::PaperRule;
/// use roundoff::kernels::vmf::{emulated, log_normalizer};
/// let value = emulated::log_normalizer(&Native, &PaperRule, 2048, 1500.0)?;
/// assert!((value - log_normalizer(2048, 1500.0)?).abs() < 1e-10);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn log_normalizer<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    dimension: usize,
    kappa: f64,
) -> Result<f64, VmfError> {
    check(dimension, kappa)?;
    let v = order(dimension);
    let a = sites.at(NORMALIZER);
    let log_i = a.num(bessel::evaluate(sites, rule, Kind::I, v, kappa));
    let power = a.mul(a.num(v), a.log(a.num(kappa)));
    let area = a.mul(
        a.num(0.5 * dimension as f64),
        a.log(a.num(2.0 * std::f64::consts::PI)),
    );
    Ok(a.value(a.sub(a.sub(power, area), log_i)))
}

/// kappa m.x + log C_d(kappa), every operation at its site: products and their sum in order.
///
/// # Errors
/// [`VmfError::Length`] unless the vectors are as long as each other.
pub fn log_density<S: Sites>(
    sites: &S,
    mean: &[f64],
    kappa: f64,
    log_normalizer: f64,
    x: &[f64],
) -> Result<f64, VmfError> {
    check_length(mean.len(), x.len())?;
    let (input, product) = (sites.at(bessel::INPUT), sites.at(PRODUCT));
    let (accumulation, score) = (sites.at(ACCUMULATION), sites.at(SCORE));
    let mut sum = accumulation.num(0.0);
    for (m, x) in mean.iter().zip(x) {
        sum = accumulation.add(sum, product.mul(input.num(*m), input.num(*x)));
    }
    let scaled = score.mul(score.num(kappa), sum);
    Ok(score.value(score.add(scaled, score.num(log_normalizer))))
}

fn check(dimension: usize, kappa: f64) -> Result<(), VmfError> {
    check_dimension(dimension)?;
    check_kappa(kappa)?;
    match kappa == 0.0 {
        true => Err(VmfError::Kappa(kappa)),
        false => Ok(()),
    }
}

/// A_d(kappa), every operation at its site: e^(log I_(v+1) - log I_v).
///
/// # Errors
/// [`VmfError::Dimension`], [`VmfError::Kappa`], which must be positive here.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::bessel::emulated::PaperRule;
/// use roundoff::kernels::vmf::{emulated, mean_resultant_length};
/// let value = emulated::mean_resultant_length(&Native, &PaperRule, 64, 90.0)?;
/// assert!((value - mean_resultant_length(64, 90.0)?).abs() < 1e-11);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn mean_resultant_length<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    dimension: usize,
    kappa: f64,
) -> Result<f64, VmfError> {
    check(dimension, kappa)?;
    let a = sites.at(RATIO);
    let v = order(dimension);
    let log_i = |v: f64| a.num(bessel::evaluate(sites, rule, Kind::I, v, kappa));
    Ok(a.value(a.exp(a.sub(log_i(v + 1.0), log_i(v)))))
}

/// The entropy in nats, -(log C_d + kappa A_d), every operation at its site.
///
/// # Errors
/// As [`mean_resultant_length`].
pub fn entropy<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    dimension: usize,
    kappa: f64,
) -> Result<f64, VmfError> {
    let log_c = log_normalizer(sites, rule, dimension, kappa)?;
    let ratio = mean_resultant_length(sites, rule, dimension, kappa)?;
    let a = sites.at(MOMENT);
    let product = a.mul(a.num(kappa), a.num(ratio));
    Ok(a.value(a.neg(a.add(a.num(log_c), product))))
}

/// The Kullback-Leibler divergence in nats of the distribution of concentration `kappa` from that
/// of `other`, whose means have the given cosine:
/// log C_d(kappa) - log C_d(other) + A_d (kappa - other cosine), every operation at its site.
///
/// # Errors
/// As [`mean_resultant_length`], for both concentrations.
pub fn divergence<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    dimension: usize,
    (kappa, other): (f64, f64),
    cosine: f64,
) -> Result<f64, VmfError> {
    let log_c = log_normalizer(sites, rule, dimension, kappa)?;
    let of_other = log_normalizer(sites, rule, dimension, other)?;
    let ratio = mean_resultant_length(sites, rule, dimension, kappa)?;
    let a = sites.at(MOMENT);
    let along = a.mul(a.num(other), a.num(cosine));
    let moment = a.mul(a.num(ratio), a.sub(a.num(kappa), along));
    Ok(a.value(a.add(a.sub(a.num(log_c), a.num(of_other)), moment)))
}

/// The concentration whose mean resultant length is R: Banerjee's start and so many steps of
/// Newton's method, every operation at its site. NaN where the arithmetic leaves the positive
/// numbers.
///
/// # Errors
/// [`VmfError::Dimension`]; [`VmfError::Resultant`] unless 0 < R < 1.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::bessel::emulated::PaperRule;
/// use roundoff::kernels::vmf::{emulated, mean_resultant_length};
/// let resultant = mean_resultant_length(64, 90.0)?;
/// let kappa = emulated::concentration(&Native, &PaperRule, 64, resultant, 3)?;
/// assert!((kappa - 90.0).abs() < 1e-7);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn concentration<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    dimension: usize,
    resultant: f64,
    steps: usize,
) -> Result<f64, VmfError> {
    check_dimension(dimension)?;
    if !(resultant > 0.0 && resultant < 1.0) {
        return Err(VmfError::Resultant(resultant));
    }
    let a = sites.at(MOMENT);
    let (one, d, r) = (a.num(1.0), a.num(dimension as f64), a.num(resultant));
    let square = a.mul(r, r);
    // R (d - R^2)/(1 - R^2) (Banerjee et al., 2005).
    let mut kappa = a.div(a.mul(r, a.sub(d, square)), a.sub(one, square));
    for _ in 0..steps {
        let Ok(ratio) = mean_resultant_length(sites, rule, dimension, a.value(kappa)) else {
            return Ok(f64::NAN);
        };
        let ratio = a.num(ratio);
        // A_d' = 1 - A_d^2 - (d - 1) A_d / kappa.
        let last = a.div(a.mul(a.sub(d, one), ratio), kappa);
        let slope = a.sub(a.sub(one, a.mul(ratio, ratio)), last);
        kappa = a.sub(kappa, a.div(a.sub(ratio, r), slope));
    }
    Ok(a.value(kappa))
}
