//! The von Mises-Fisher distribution: the normal distribution of directions, on the unit sphere of
//! 2 to 10^6 and more dimensions.
//!
//! ```text
//! density  C_d(kappa) e^(kappa m.x),  |m| = |x| = 1
//! C_d(kappa) = kappa^v / ((2 pi)^(d/2) I_v(kappa)),  v = d/2 - 1
//! A_d(kappa) = I_(v+1)(kappa) / I_v(kappa) = E(m.x)
//! ```
//!
//! (Mardia and Jupp, *Directional Statistics*, 2000, section 9.3.) In high dimensions I_v over- and
//! underflows; its logarithm does not.
//!
//! ```
//! use rand::SeedableRng;
//! use roundoff::kernels::vmf::VonMisesFisher;
//!
//! let mut mean = vec![0.0; 64];
//! mean[0] = 1.0;
//! let truth = VonMisesFisher::new(&mean, 50.0)?;
//! let mut rng = rand::rngs::StdRng::seed_from_u64(1);
//! let mut points = vec![0.0; 64 * 1000];
//! for point in points.chunks_mut(64) {
//!     truth.sample_into(&mut rng, point)?;
//! }
//! let fit = VonMisesFisher::fit(64, &points)?;
//! assert!((fit.unbiased_kappa - 50.0).abs() < 3.0 * fit.standard_error);
//! # Ok::<(), roundoff::kernels::vmf::VmfError>(())
//! ```
//!
//! Directions are slices of f64; points one after another. Sums over dimensions run in order, so
//! results are the same on every machine.

pub mod emulated;
mod fit;
mod sample;

use thiserror::Error;

pub use fit::{Fit, concentration};

use crate::arith::{Arith, Native};
use crate::kernels::bessel::{log_iv_scaled, ratio_iv, ratio_iv_complement};
use crate::native::log::log;

/// What keeps a distribution, a fit or a density from being computed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VmfError {
    /// A sphere of directions needs two dimensions.
    #[error("{0} dimensions: directions need 2 or more")]
    Dimension(usize),
    /// A vector of another length.
    #[error("a vector of {found} numbers where {expected} dimensions are expected")]
    Length {
        /// Dimensions there should be.
        expected: usize,
        /// Numbers there are.
        found: usize,
    },
    /// Not a multiple of the dimension.
    #[error("{numbers} numbers are not points of {dimension} dimensions: give whole points")]
    Points {
        /// The dimension.
        dimension: usize,
        /// Numbers there are.
        numbers: usize,
    },
    /// No direction.
    #[error("the mean has length {0}: give a vector with a direction")]
    Mean(f64),
    /// A concentration that is negative, infinite or NaN.
    #[error("the concentration {0} is not a finite number >= 0")]
    Kappa(f64),
    /// A mean resultant length outside [0, 1).
    #[error(
        "a mean resultant length of {0}: it is in [0, 1), and 1 only if all points agree, when no \
         finite concentration fits"
    )]
    Resultant(f64),
    /// A point that is not on the sphere.
    #[error("point {index} has length {length}: normalise the points to length 1")]
    Normalize {
        /// Which point.
        index: usize,
        /// How long it is.
        length: f64,
    },
}

/// v = d/2 - 1.
fn order(dimension: usize) -> f64 {
    0.5 * dimension as f64 - 1.0
}

/// log x to an ulp.
fn ln(x: f64) -> f64 {
    let (high, low) = log(0.0, x, 0.0);
    high + low
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).fold(0.0, |sum, (x, y)| sum + x * y)
}

fn check_dimension(dimension: usize) -> Result<(), VmfError> {
    match dimension {
        0 | 1 => Err(VmfError::Dimension(dimension)),
        _ => Ok(()),
    }
}

fn check_kappa(kappa: f64) -> Result<(), VmfError> {
    match kappa >= 0.0 && kappa.is_finite() {
        true => Ok(()),
        false => Err(VmfError::Kappa(kappa)),
    }
}

fn check_length(expected: usize, found: usize) -> Result<(), VmfError> {
    match expected == found {
        true => Ok(()),
        false => Err(VmfError::Length { expected, found }),
    }
}

/// log C_d(kappa) + kappa: the log density at the mean. For kappa = 0, minus the log of the
/// sphere's area.
///
/// # Errors
/// [`VmfError::Dimension`], [`VmfError::Kappa`].
///
/// ```
/// use roundoff::kernels::vmf::log_peak;
/// // The circle has length 2 pi.
/// let uniform = log_peak(2, 0.0)?;
/// assert!((uniform + (2.0 * std::f64::consts::PI).ln()).abs() < 1e-15);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn log_peak(dimension: usize, kappa: f64) -> Result<f64, VmfError> {
    check_dimension(dimension)?;
    check_kappa(kappa)?;
    let v = order(dimension);
    let area = 0.5 * dimension as f64 * ln(2.0 * std::f64::consts::PI);
    let q = 0.25 * kappa * kappa;
    if q <= v + 1.0 {
        // kappa^-v I_v(kappa) = 2^-v / Gamma(v + 1) (1 + q/(v + 1) + ...) (DLMF 10.25.2): what
        // cancels between v log kappa and log I is not there.
        let (mut term, mut sum, mut k) = (1.0, 1.0, 1.0);
        while term > 1e-17 * sum {
            term *= q / (k * (v + k));
            sum += term;
            k += 1.0;
        }
        let gamma = Native.log_gamma(v + 1.0);
        return Ok(v * std::f64::consts::LN_2 + gamma - area - ln(sum) + kappa);
    }
    Ok(v * ln(kappa) - log_iv_scaled(v, kappa) - area)
}

/// log C_d(kappa), the logarithm of the normalising constant.
///
/// # Errors
/// [`VmfError::Dimension`], [`VmfError::Kappa`].
///
/// ```
/// use roundoff::kernels::vmf::log_normalizer;
/// // C_3(kappa) = kappa / (4 pi sinh kappa).
/// let value = log_normalizer(3, 2.0)?;
/// assert!((value - (2.0 / (4.0 * std::f64::consts::PI * 2f64.sinh())).ln()).abs() < 1e-15);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn log_normalizer(dimension: usize, kappa: f64) -> Result<f64, VmfError> {
    Ok(log_peak(dimension, kappa)? - kappa)
}

/// A_d(kappa), the length of the mean of a point: 0 for the uniform distribution, towards 1 with
/// growing kappa.
///
/// # Errors
/// [`VmfError::Dimension`], [`VmfError::Kappa`].
///
/// ```
/// use roundoff::kernels::vmf::mean_resultant_length;
/// // A_3(kappa) = coth kappa - 1/kappa.
/// let value = mean_resultant_length(3, 2.0)?;
/// assert!((value - (1.0 / 2f64.tanh() - 0.5)).abs() < 2e-16);
/// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
/// ```
pub fn mean_resultant_length(dimension: usize, kappa: f64) -> Result<f64, VmfError> {
    check_dimension(dimension)?;
    check_kappa(kappa)?;
    Ok(ratio_iv(order(dimension), kappa))
}

/// 1 - A_d(kappa), which A_d near 1 has no digits for.
fn complement(dimension: usize, kappa: f64) -> f64 {
    ratio_iv_complement(order(dimension), kappa)
}

/// A distribution of directions: a mean direction and a concentration.
#[derive(Clone, Debug, PartialEq)]
pub struct VonMisesFisher {
    mean: Vec<f64>,
    kappa: f64,
    log_peak: f64,
}

impl VonMisesFisher {
    /// With the direction of `mean`, of any length, and the concentration `kappa` >= 0.
    ///
    /// # Errors
    /// [`VmfError::Dimension`], [`VmfError::Mean`] for a mean without direction,
    /// [`VmfError::Kappa`].
    pub fn new(mean: &[f64], kappa: f64) -> Result<Self, VmfError> {
        let log_peak = log_peak(mean.len(), kappa)?;
        let greatest = mean.iter().fold(0.0, |most: f64, x| {
            if x.abs() > most || x.is_nan() {
                x.abs()
            } else {
                most
            }
        });
        if !(greatest > 0.0 && greatest.is_finite()) {
            return Err(VmfError::Mean(greatest));
        }
        // Over the greatest first: no square over- or underflows.
        let mut mean: Vec<f64> = mean.iter().map(|x| x / greatest).collect();
        let length = dot(&mean, &mean).sqrt();
        mean.iter_mut().for_each(|x| *x /= length);
        Ok(Self {
            mean,
            kappa,
            log_peak,
        })
    }

    /// d.
    pub fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// The mean direction, of length 1.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The concentration.
    pub fn kappa(&self) -> f64 {
        self.kappa
    }

    /// log C_d(kappa).
    pub fn log_normalizer(&self) -> f64 {
        self.log_peak - self.kappa
    }

    /// The log density at x, which is taken to have length 1.
    ///
    /// # Errors
    /// [`VmfError::Length`].
    pub fn log_density(&self, x: &[f64]) -> Result<f64, VmfError> {
        check_length(self.dimension(), x.len())?;
        // kappa (m.x - 1) = -kappa |m - x|^2 / 2: no cancellation near the mean.
        let distance = self
            .mean
            .iter()
            .zip(x)
            .fold(0.0, |sum, (m, x)| sum + (m - x) * (m - x));
        Ok(self.log_peak - 0.5 * self.kappa * distance)
    }

    /// A_d(kappa).
    pub fn mean_resultant_length(&self) -> f64 {
        ratio_iv(order(self.dimension()), self.kappa)
    }

    /// The differential entropy, in nats: -log C_d - kappa A_d.
    ///
    /// ```
    /// use roundoff::kernels::vmf::VonMisesFisher;
    /// // Uniform on the sphere of three dimensions: log of its area.
    /// let uniform = VonMisesFisher::new(&[0.0, 0.0, 1.0], 0.0)?;
    /// assert!((uniform.entropy() - (4.0 * std::f64::consts::PI).ln()).abs() < 1e-15);
    /// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
    /// ```
    pub fn entropy(&self) -> f64 {
        self.kappa * complement(self.dimension(), self.kappa) - self.log_peak
    }

    /// The Kullback-Leibler divergence of `self` from `other`, in nats: how much is lost where
    /// `other` stands for `self`.
    ///
    /// # Errors
    /// [`VmfError::Length`] if the dimensions differ.
    ///
    /// ```
    /// use roundoff::kernels::vmf::VonMisesFisher;
    /// let p = VonMisesFisher::new(&[1.0, 0.0, 0.0], 5.0)?;
    /// let q = VonMisesFisher::new(&[0.6, 0.8, 0.0], 5.0)?;
    /// assert_eq!(p.divergence(&p)?, 0.0);
    /// // kappa A_d (1 - m.n) between equally concentrated ones.
    /// let expected = 5.0 * p.mean_resultant_length() * 0.4;
    /// assert!((p.divergence(&q)? - expected).abs() < 1e-15);
    /// # Ok::<(), roundoff::kernels::vmf::VmfError>(())
    /// ```
    pub fn divergence(&self, other: &Self) -> Result<f64, VmfError> {
        if self.dimension() != other.dimension() {
            return Err(VmfError::Length {
                expected: self.dimension(),
                found: other.dimension(),
            });
        }
        let distance = self
            .mean
            .iter()
            .zip(&other.mean)
            .fold(0.0, |sum, (m, n)| sum + (m - n) * (m - n));
        let spread = complement(self.dimension(), self.kappa);
        Ok(
            self.log_peak - other.log_peak - spread * (self.kappa - other.kappa)
                + 0.5 * other.kappa * (1.0 - spread) * distance,
        )
    }
}
