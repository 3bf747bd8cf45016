//! Arithmetic on whole slices of f32 or f64: element by element, sums of products, products of
//! matrices. Every operation is the exact one, rounded once.
//!
//! ```
//! use roundoff::arith::slices::{Accumulator, Matrix, MatrixMut, Order, SumOfProducts};
//! use roundoff::{Format, Rounder};
//! let (a, b) = (vec![0.1f32; 6], vec![3.0f32; 6]);
//! let mut c = vec![0f32; 4];
//! // Products exact, sums in bfloat16 by pairs, stored in E4M3.
//! let sum = SumOfProducts::new(Rounder::new(Format::BFLOAT16))
//!     .fused()
//!     .with_order(Order::Pairwise)
//!     .with_output(Rounder::new(Format::OCP_E4M3));
//! sum.gemm(
//!     Matrix::new(&a, 2, 3)?,
//!     Matrix::new(&b, 3, 2)?,
//!     MatrixMut::new(&mut c, 2, 2)?,
//! )?;
//! assert_eq!(c, [0.875; 4]);
//! # Ok::<(), roundoff::arith::slices::SliceError>(())
//! ```
//!
//! # How it is fast, and right
//!
//! Before a loop starts, a look at the operands says how many digits they have and how far they
//! reach (`facts`). From that follows which of several loops gives the exact result rounded once
//! (`ways`); each loop is one rounding as a type, LANES entries side by side (`passes`, `near`).
//! A loop that meets a value out of its range says so, and the next one does it again. The last is
//! one entry at a time, by [`Exactly`](super::exact::Exactly), and answers everything. So the bits
//! depend on none of that: nor on threads, since a random word is a function of seed, stream, entry
//! and term (`words`). `docs/gemm.md` has the orders, the accumulators and figures.

mod aligned;
mod elementwise;
mod facts;
mod kulisch;
mod matrix;
mod near;
mod order;
mod packed;
mod passes;
mod product;
mod single;
mod sum;
#[cfg(test)]
mod tests;
mod tile;
mod ways;
mod words;

use thiserror::Error;

pub(crate) use kulisch::Kulisch;

pub use aligned::{Aligned, AlignedError};
pub use elementwise::{binary, ternary, unary};
pub use matrix::{Matrix, MatrixMut};
pub use packed::SliceHost;
pub use sum::{Accumulator, Order, OrderError, SumOfProducts};

/// Entries that the loops have side by side.
const LANES: usize = 64;

/// Slices and matrices whose shapes do not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ShapeError {
    /// A slice that is not as long as its matrix is large.
    #[error(
        "{len} values for a matrix of {rows} rows and {columns} columns: give exactly rows x columns"
    )]
    Values {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
        /// Values there are.
        len: usize,
    },
    /// A stride that makes rows overlap, or end after the slice.
    #[error(
        "{rows} rows of {columns} columns, {stride} values apart, in {len} values: the stride must be at \
         least the columns, and (rows - 1) x stride + columns at most the values"
    )]
    Stride {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
        /// From row to row.
        stride: usize,
        /// Values there are.
        len: usize,
    },
    /// Operands of a product of matrices that do not fit together.
    #[error(
        "a {a_rows} x {a_columns} matrix times a {b_rows} x {b_columns} matrix: the first must have \
         as many columns as the second has rows"
    )]
    Inner {
        /// Rows of the first.
        a_rows: usize,
        /// Columns of the first.
        a_columns: usize,
        /// Rows of the second.
        b_rows: usize,
        /// Columns of the second.
        b_columns: usize,
    },
    /// An output of another shape than the result.
    #[error(
        "a result of {rows} x {columns} and room for {c_rows} x {c_columns}: make the output as large"
    )]
    Output {
        /// Rows of the result.
        rows: usize,
        /// Columns of the result.
        columns: usize,
        /// Rows of the output.
        c_rows: usize,
        /// Columns of the output.
        c_columns: usize,
    },
    /// Vectors that should have the same length.
    #[error("vectors of {x} and {y} values: make them as long")]
    Lengths {
        /// Values of the first.
        x: usize,
        /// Values of the other.
        y: usize,
    },
}

/// Why arithmetic on slices cannot start. Nothing has been written then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SliceError {
    /// Shapes that do not fit.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A format whose values the slice cannot hold.
    #[error(
        "an {host} slice does not hold every value of {format}: use f64 slices, or round the output \
         to a narrower format"
    )]
    Host {
        /// Of the values to be stored.
        format: String,
        /// Of the slice.
        host: &'static str,
    },
}
