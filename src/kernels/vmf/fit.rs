//! The maximum-likelihood fit.
//!
//! The mean direction is that of the sum of the points. The concentration solves A_d(kappa) = R
//! with R the length of the points' mean: Newton's method on the ratio of Bessel functions, with
//!
//! ```text
//! A_d' = 1 - A_d^2 - (d - 1) A_d / kappa,
//! ```
//!
//! from R (d - R^2)/(1 - R^2) (Banerjee, Dhillon, Ghosh and Sra, *Clustering on the unit hypersphere
//! using von Mises-Fisher distributions*, 2005, section 4), inside the bounds
//! R (d - 2)/(1 - R^2) <= kappa <= R d/(1 - R^2) (Sra, *A short note on parameter approximation for
//! von Mises-Fisher distributions*, 2012; Hornik and Gruen, 2014).

use super::{VmfError, VonMisesFisher, check_dimension, complement, dot, order};
use crate::kernels::bessel::ratio_iv;

/// What a fit found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The distribution of greatest likelihood.
    pub distribution: VonMisesFisher,
    /// Points.
    pub count: usize,
    /// The length of the points' mean, R.
    pub resultant: f64,
    /// The concentration from (n R^2 - 1)/(n - 1), whose expectation is A_d^2. In high dimensions
    /// the likelihood's is too great by about d/(2n) of its standard error squared: the mean
    /// direction follows the sample.
    pub unbiased_kappa: f64,
    /// The standard error of the concentration, 1/sqrt(n A_d').
    pub standard_error: f64,
}

/// A_d'(kappa), which is A_d's variance: 1 - A^2 - (d - 1) A / kappa.
fn slope(dimension: usize, kappa: f64) -> f64 {
    if kappa == 0.0 {
        return 1.0 / dimension as f64;
    }
    let (a, rest) = (
        ratio_iv(order(dimension), kappa),
        complement(dimension, kappa),
    );
    // A_d is kappa/d and less: the difference cancels for great kappa only, where (d - 1)/(2 kappa^2)
    // is what is left.
    let exact = rest * (1.0 + a) - (dimension as f64 - 1.0) * a / kappa;
    let tail = 0.5 * (dimension as f64 - 1.0) / (kappa * kappa);
    match kappa > 1e6 * dimension as f64 || exact <= 0.0 {
        true => tail,
        false => exact,
    }
}

/// The concentration whose mean resultant length is R: the inverse of A_d.
///
/// # Errors
/// [`VmfError::Dimension`], [`VmfError::Resultant`] unless 0 <= R < 1.
///
/// ```
/// use roundoff::kernels::vmf::{concentration, mean_resultant_length};
/// let kappa = concentration(8192, mean_resultant_length(8192, 5000.0)?)?;
/// assert!((kappa - 5000.0).abs() < 1e-10);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn concentration(dimension: usize, resultant: f64) -> Result<f64, VmfError> {
    check_dimension(dimension)?;
    if !(0.0..1.0).contains(&resultant) {
        return Err(VmfError::Resultant(resultant));
    }
    if resultant == 0.0 {
        return Ok(0.0);
    }
    let (d, r) = (dimension as f64, resultant);
    let spread = (1.0 - r) * (1.0 + r);
    let (mut low, mut high) = (r * (d - 2.0) / spread, r * d / spread);
    let mut kappa = r * (d - r * r) / spread;
    // Newton doubles the digits; the bounds halve should it ever leave them.
    for _ in 0..100 {
        // A_d - R, from whichever of A_d and 1 - A_d has the more digits.
        let excess = match r < 0.5 {
            true => ratio_iv(order(dimension), kappa) - r,
            false => (1.0 - r) - complement(dimension, kappa),
        };
        match excess > 0.0 {
            true => high = kappa,
            false => low = kappa,
        }
        let mut next = kappa - excess / slope(dimension, kappa);
        if !(next >= low && next <= high) {
            next = 0.5 * (low + high);
        }
        let done = (next - kappa).abs() <= 2.0 * f64::EPSILON * kappa;
        kappa = next;
        if done {
            break;
        }
    }
    Ok(kappa)
}

impl VonMisesFisher {
    /// The distribution of greatest likelihood for points of length 1, one after another.
    ///
    /// # Errors
    /// [`VmfError::Dimension`]; [`VmfError::Points`] for no points or parts of one;
    /// [`VmfError::Normalize`] for a point whose length is off 1 by more than 10^-3 (or NaN);
    /// [`VmfError::Mean`] where the points cancel, [`VmfError::Resultant`] where they all agree.
    pub fn fit(dimension: usize, points: &[f64]) -> Result<Fit, VmfError> {
        check_dimension(dimension)?;
        if points.is_empty() || !points.len().is_multiple_of(dimension) {
            return Err(VmfError::Points {
                dimension,
                numbers: points.len(),
            });
        }
        let count = points.len() / dimension;
        let mut sum = vec![0.0; dimension];
        for (index, point) in points.chunks_exact(dimension).enumerate() {
            let length = dot(point, point).sqrt();
            // NaN is off too.
            if length.is_nan() || (length - 1.0).abs() > 1e-3 {
                return Err(VmfError::Normalize { index, length });
            }
            sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        let n = count as f64;
        let resultant = dot(&sum, &sum).sqrt() / n;
        let kappa = concentration(dimension, resultant)?;
        let square = (n * resultant * resultant - 1.0) / (n - 1.0);
        let unbiased_kappa = match square > 0.0 {
            true => concentration(dimension, square.sqrt())?,
            false => 0.0,
        };
        Ok(Fit {
            distribution: Self::new(&sum, kappa)?,
            count,
            resultant,
            unbiased_kappa,
            standard_error: 1.0 / (n * slope(dimension, kappa)).sqrt(),
        })
    }
}
