//! A linear operator that an iteration applies: sparse rows, a stencil.

use super::Num;
use super::inputs::InputError;
use crate::arith::Sites;

/// A square matrix that is known by what it does.
pub trait Operator {
    /// Rows and columns.
    fn size(&self) -> usize;

    /// A x, every operation at a site of the operator's own.
    ///
    /// # Errors
    /// [`InputError::Length`] unless x has [`size`](Operator::size) values.
    fn apply<S: Sites>(&self, sites: &S, x: &[Num<S>]) -> Result<Vec<Num<S>>, InputError>;
}
