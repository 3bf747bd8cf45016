//! The fused dot product: an exact sum of products, rounded once.

use thiserror::Error;

use super::Posit;
use crate::arith::slices::Kulisch;
use crate::numbers::{Projection, ScalarSystem};

/// Vectors that a quire cannot multiply.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QuireError {
    /// Of different lengths.
    #[error("vectors of {x} and {y} values: make them as long")]
    Lengths {
        /// Values of the first.
        x: usize,
        /// Values of the other.
        y: usize,
    },
}

impl Posit {
    /// The sum of products x_i y_i without rounding, then rounded once: what the standard's quire
    /// gives (2022, 5.11, qMulAdd and qToP). NaR, or an infinity among the f64s, makes NaR.
    ///
    /// The quire here has a place for every product of f64s, so it never overflows.
    ///
    /// # Errors
    /// [`QuireError::Lengths`] if the vectors are not as long.
    ///
    /// ```
    /// use roundoff::numbers::Projection;
    /// use roundoff::posit::Posit;
    /// use roundoff::{Rounding, Saturation};
    /// let nearest = Projection::new(Rounding::NearestTiesToEven, Saturation::None);
    /// let (x, y) = ([4096.0, 1.0, -4096.0], [4096.0, 1.0, 4096.0]);
    /// assert_eq!(Posit::POSIT16.fused_dot(&x, &y, &nearest, 0)?, 1.0);
    /// # Ok::<(), roundoff::posit::QuireError>(())
    /// ```
    pub fn fused_dot(
        &self,
        x: &[f64],
        y: &[f64],
        projection: &Projection,
        random: u64,
    ) -> Result<f64, QuireError> {
        if x.len() != y.len() {
            return Err(QuireError::Lengths {
                x: x.len(),
                y: y.len(),
            });
        }
        let mut quire = Kulisch::new();
        for (x, y) in x.iter().zip(y) {
            quire.add_product(*x, *y);
        }
        let sum = match quire.special() {
            // An infinity is NaR before it meets anything.
            true => f64::NAN.into(),
            false => quire.value(false),
        };
        Ok(self.round_exact(sum, projection, random))
    }
}
