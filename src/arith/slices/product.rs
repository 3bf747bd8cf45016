//! Products of matrices and vectors: the doors, and what fits through them. `entries` does the work,
//! `spread` gives it to threads.

mod entries;
mod spread;

use super::matrix::{Matrix, MatrixMut};
use super::packed::SliceHost;
use super::sum::SumOfProducts;
use super::{ShapeError, SliceError};
use crate::format::Format;
use entries::Product;

pub(super) use spread::each_chunk;

impl SumOfProducts {
    /// x . y, the sum of the products of their elements.
    ///
    /// ```
    /// use roundoff::arith::slices::SumOfProducts;
    /// use roundoff::{Format, Rounder};
    /// let half = SumOfProducts::new(Rounder::new(Format::BINARY16));
    /// assert_eq!(half.dot(&[1.0, 2048.0, 1.0], &[1.0, 1.0, 1.0])?, 2048.0);
    /// # Ok::<(), roundoff::arith::slices::SliceError>(())
    /// ```
    ///
    /// # Errors
    /// [`SliceError`] if they are not as long, or the result's format does not fit in T.
    pub fn dot<T: SliceHost>(&self, x: &[T], y: &[T]) -> Result<T, SliceError> {
        same_length(x, y)?;
        let mut result = [T::from_f64(0.0)];
        self.gemm(
            Matrix::row(x),
            Matrix::column(y),
            MatrixMut::row(&mut result),
        )?;
        Ok(result[0])
    }

    /// y = y + a x.
    ///
    /// # Errors
    /// As [`SumOfProducts::dot`].
    pub fn axpy<T: SliceHost>(&self, a: T, x: &[T], y: &mut [T]) -> Result<(), SliceError> {
        same_length(x, y)?;
        self.gemm_add(Matrix::row(&[a]), Matrix::row(x), MatrixMut::row(y))
    }

    /// y = A x.
    ///
    /// # Errors
    /// [`SliceError`] if shapes do not fit, or the result's format does not fit in T.
    pub fn gemv<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        x: &[T],
        y: &mut [T],
    ) -> Result<(), SliceError> {
        self.gemm(a, Matrix::column(x), MatrixMut::column(y))
    }

    /// C = A B.
    ///
    /// ```
    /// use roundoff::arith::slices::{Matrix, MatrixMut, SumOfProducts};
    /// use roundoff::{Format, Rounder};
    /// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [0.5, 0.0, 0.0, 0.25]);
    /// let mut c = [0.0; 4];
    /// SumOfProducts::new(Rounder::new(Format::OCP_E4M3)).gemm(
    ///     Matrix::new(&a, 2, 2)?,
    ///     Matrix::new(&b, 2, 2)?,
    ///     MatrixMut::new(&mut c, 2, 2)?,
    /// )?;
    /// assert_eq!(c, [0.5, 0.5, 1.5, 1.0]);
    /// # Ok::<(), roundoff::arith::slices::SliceError>(())
    /// ```
    ///
    /// # Errors
    /// As [`SumOfProducts::gemv`].
    pub fn gemm<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        b: Matrix<'_, T>,
        c: MatrixMut<'_, T>,
    ) -> Result<(), SliceError> {
        self.multiply(a, b, c, false)
    }

    /// C = C + A B: the accumulators begin with C, rounded as they are; a pairwise sum is added to
    /// it.
    ///
    /// # Errors
    /// As [`SumOfProducts::gemv`].
    pub fn gemm_add<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        b: Matrix<'_, T>,
        c: MatrixMut<'_, T>,
    ) -> Result<(), SliceError> {
        self.multiply(a, b, c, true)
    }

    fn multiply<T: SliceHost>(
        &self,
        a: Matrix<'_, T>,
        b: Matrix<'_, T>,
        c: MatrixMut<'_, T>,
        add: bool,
    ) -> Result<(), SliceError> {
        if a.columns() != b.rows() {
            return Err(SliceError::Shape(ShapeError::Inner {
                a_rows: a.rows(),
                a_columns: a.columns(),
                b_rows: b.rows(),
                b_columns: b.columns(),
            }));
        }
        if (c.rows, c.columns) != (a.rows(), b.columns()) {
            return Err(SliceError::Shape(ShapeError::Output {
                rows: a.rows(),
                columns: b.columns(),
                c_rows: c.rows,
                c_columns: c.columns,
            }));
        }
        let stored = self.output.unwrap_or(*self.accumulator.rounder());
        holds::<T>(stored.format())?;
        if c.rows > 0 && c.columns > 0 {
            Product::new(self, a, b, add).into(c, self.threads);
        }
        Ok(())
    }
}

pub(super) fn same_length<T>(x: &[T], y: &[T]) -> Result<(), ShapeError> {
    match x.len() == y.len() {
        true => Ok(()),
        false => Err(ShapeError::Lengths {
            x: x.len(),
            y: y.len(),
        }),
    }
}

/// Does a host hold every value of a format?
pub(super) fn holds<T: SliceHost>(format: &Format) -> Result<(), SliceError> {
    let carrier = T::CARRIER.carrier();
    let (precision, emax) = (i32::from(carrier.precision), i32::from(carrier.emax));
    let digits = format.precision() as i32;
    // The host's own lowest step is 2^(2 - emax - precision).
    let fits = digits <= precision
        && format.emax() <= emax
        && format.emin() - digits + 1 >= 2 - emax - precision;
    match fits {
        true => Ok(()),
        false => Err(SliceError::Host {
            format: format.to_string(),
            host: if precision == 24 { "f32" } else { "f64" },
        }),
    }
}
