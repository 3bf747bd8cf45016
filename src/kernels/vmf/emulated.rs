//! The log density with every operation rounded, for scores and classification.

use super::VmfError;
use super::{check_dimension, check_kappa, order};
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

/// The sites of log I and those of the density, in order.
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
    check_dimension(dimension)?;
    check_kappa(kappa)?;
    if kappa == 0.0 {
        return Err(VmfError::Kappa(kappa));
    }
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
    if mean.len() != x.len() {
        return Err(VmfError::Length {
            expected: mean.len(),
            found: x.len(),
        });
    }
    let (input, product) = (sites.at(bessel::INPUT), sites.at(PRODUCT));
    let (accumulation, score) = (sites.at(ACCUMULATION), sites.at(SCORE));
    let mut sum = accumulation.num(0.0);
    for (m, x) in mean.iter().zip(x) {
        sum = accumulation.add(sum, product.mul(input.num(*m), input.num(*x)));
    }
    let scaled = score.mul(score.num(kappa), sum);
    Ok(score.value(score.add(scaled, score.num(log_normalizer))))
}
