//! Dot products of blocks.

use super::{BlockCodes, BlockError, Length};
use crate::arith::slices::{Accumulator, SumOfProducts};
use crate::chop::Rounder;

impl BlockCodes {
    /// The dot product of two tensors of blocks as vectors, every rounding as `sum` says: its products
    /// are of values, element times scale, which are exact.
    ///
    /// With [`SumOfProducts::fused`] and an exact accumulator it is P3109's BlockDotProduct (5): the
    /// exact sum, projected once.
    ///
    /// # Errors
    /// [`BlockError::Pair`] if the shapes differ.
    ///
    /// ```
    /// use roundoff::arith::slices::SumOfProducts;
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// use roundoff::{Format, Rounder};
    /// let x = BlockRounder::new(BlockFormat::MXFP4).encode(&[1.0f32, 2.0, 3.0], &[3])?;
    /// let y = BlockRounder::new(BlockFormat::MXINT8).encode(&[0.5f32, 0.25, -1.0], &[3])?;
    /// let exact = SumOfProducts::new(Rounder::new(Format::BINARY32)).fused();
    /// assert_eq!(x.dot(&y, &exact)?, -2.0);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn dot(&self, other: &Self, sum: &SumOfProducts) -> Result<f64, BlockError> {
        let (x, y) = self.pair(other)?;
        Ok(sum.dot(&x, &y)?)
    }

    /// The dot product block by block (OCP MX v1.0, 6.1 and 6.2):
    ///
    /// ```text
    ///   Dot(A, B)        = X(A) X(B) sum_i P_i(A) P_i(B)      exact, then rounded by `accumulator`
    ///   DotGeneral(A, B) = sum_j Dot(A_j, B_j)                each addition rounded by `accumulator`
    /// ```
    ///
    /// The specification leaves the precision and the order to the implementation.
    ///
    /// # Errors
    /// [`BlockError::Pair`] if the shapes differ.
    pub fn dot_by_blocks(&self, other: &Self, accumulator: &Rounder) -> Result<f64, BlockError> {
        let (x, y) = self.pair(other)?;
        let length = match (self.format().length(), other.format().length()) {
            (Length::Of(a), Length::Of(b)) => a.min(b).get() as usize,
            (Length::Of(a), Length::Tensor) | (Length::Tensor, Length::Of(a)) => a.get() as usize,
            (Length::Tensor, Length::Tensor) => x.len().max(1),
        };
        let block = SumOfProducts::new(*accumulator)
            .fused()
            .with_accumulator(Accumulator::Exact {
                rounder: *accumulator,
            });
        let sums = x.chunks(length).zip(y.chunks(length));
        let sums = sums
            .map(|(x, y)| block.dot(x, y))
            .collect::<Result<Vec<f64>, _>>()?;
        let ones = vec![1.0; sums.len()];
        Ok(SumOfProducts::new(*accumulator).fused().dot(&sums, &ones)?)
    }

    /// The values of both, which have to be of one shape.
    pub(super) fn pair(&self, other: &Self) -> Result<(Vec<f64>, Vec<f64>), BlockError> {
        if self.shape() != other.shape() {
            return Err(BlockError::Pair {
                x: self.shape().to_vec(),
                y: other.shape().to_vec(),
            });
        }
        Ok((self.values()?, other.values()?))
    }
}
