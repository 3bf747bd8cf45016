//! Samples: A. T. A. Wood, *Simulation of the von Mises Fisher distribution*, 1994, algorithm VM*.
//!
//! w = m.x has a density proportional to (1 - w^2)^((d-3)/2) e^(kappa w); it is drawn by rejection
//! from a transformed beta distribution. The rest of x is uniform on the sphere orthogonal to m.

use rand::Rng;
use rand_distr::{Beta, Distribution, Open01, StandardNormal};

use super::{VmfError, VonMisesFisher, check_length, dot, ln};

impl VonMisesFisher {
    /// A random direction, of length 1, into `target`.
    ///
    /// # Errors
    /// [`VmfError::Length`] unless `target` has as many numbers as there are dimensions.
    pub fn sample_into<R: Rng + ?Sized>(
        &self,
        rng: &mut R,
        target: &mut [f64],
    ) -> Result<(), VmfError> {
        check_length(self.dimension(), target.len())?;
        let (along, across) = self.height(rng);
        // A normal vector less its part along the mean has a uniform direction across it.
        loop {
            target
                .iter_mut()
                .for_each(|x| *x = StandardNormal.sample(rng));
            let part = dot(target, &self.mean);
            target
                .iter_mut()
                .zip(&self.mean)
                .for_each(|(x, m)| *x -= part * m);
            let length = dot(target, target).sqrt();
            if length > 1e-3 {
                let factor = across / length;
                let means = target.iter_mut().zip(&self.mean);
                means.for_each(|(x, m)| *x = factor * *x + along * m);
                return Ok(());
            }
        }
    }

    /// A random direction, of length 1.
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Vec<f64> {
        let mut point = vec![0.0; self.dimension()];
        // As long as the dimension.
        let _ = self.sample_into(rng, &mut point);
        point
    }

    /// w and sqrt(1 - w^2).
    fn height<R: Rng + ?Sized>(&self, rng: &mut R) -> (f64, f64) {
        let (m, kappa) = (self.dimension() as f64 - 1.0, self.kappa);
        // b = m/(2 kappa + sqrt(4 kappa^2 + m^2)), whatever overflows.
        let b = if m > kappa {
            let ratio = 2.0 * kappa / m;
            1.0 / (ratio + (ratio * ratio + 1.0).sqrt())
        } else {
            let ratio = 0.5 * m / kappa;
            ratio / (1.0 + (ratio * ratio + 1.0).sqrt())
        };
        // The mode x0 = (1 - b)/(1 + b) of the envelope, as 1 - x0; log(1 - x0^2).
        let from_one = 2.0 * b / (1.0 + b);
        let log_square = ln(4.0 * b) - 2.0 * ln(1.0 + b);
        // The shape is 1/2 and more, so there is such a distribution; the mode stands in for none.
        let beta = Beta::new(0.5 * m, 0.5 * m);
        loop {
            let z: f64 = match &beta {
                Ok(beta) => beta.sample(rng),
                Err(_) => 0.5,
            };
            // w = (1 - (1 + b) z)/(1 - (1 - b) z), and 1 - w, 1 - w^2 without cancellation.
            let below = 1.0 - (1.0 - b) * z;
            let w = (1.0 - (1.0 + b) * z) / below;
            let w_from_one = 2.0 * b * z / below;
            let square = 4.0 * b * z * (1.0 - z) / (below * below);
            // 1 - x0 w.
            let product = from_one + (1.0 - from_one) * w_from_one;
            let u: f64 = Open01.sample(rng);
            if kappa * (from_one - w_from_one) + m * (ln(product) - log_square) >= ln(u) {
                return (w, square.sqrt());
            }
        }
    }
}
