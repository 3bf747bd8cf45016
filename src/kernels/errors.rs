//! How wrong a result is: forward, backward, componentwise, residual.
//!
//! Definitions of Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, with the
//! maximum norm of vectors and its matrix norm (the greatest sum of a row's magnitudes), computed
//! in 128 digits:
//!
//! | error | formula | there |
//! |---|---|---|
//! | forward | norm(y - x) / norm(x) | 1.2 |
//! | componentwise forward | max abs(y_i - x_i) / abs(x_i) | 1.2 |
//! | residual | norm(b - A y) | 1.10 |
//! | normwise backward | norm(b - A y) / (norm(A) norm(y) + norm(b)) | theorem 7.1 (Rigal, Gaches) |
//! | componentwise backward | max abs(b - A y)_i / (abs(A) abs(y) + abs(b))_i | theorem 7.3 (Oettli, Prager) |
//!
//! 0/0 counts as 0, and what divides by zero else is infinite. A result that is not finite has an
//! infinite error where the reference is finite.

use super::inputs::InputError;
use crate::arith::functions::Unrounded;
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Reference};

/// The errors of a vector beside its exact values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forward {
    /// norm(y - x) / norm(x).
    pub normwise: f64,
    /// max |y_i - x_i| / |x_i|.
    pub componentwise: f64,
}

/// The errors of a solution y of A x = b, as far as they can be told without x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backward {
    /// norm(b - A y).
    pub residual: f64,
    /// norm(b - A y) / (norm(A) norm(y) + norm(b)).
    pub normwise: f64,
    /// max |b - A y|_i / (|A| |y| + |b|)_i.
    pub componentwise: f64,
}

/// |x|, and infinity for what is not a number: the worst there is.
fn magnitude(x: Unrounded) -> Unrounded {
    match x {
        Unrounded::Nan => Unrounded::Infinity { negative: false },
        x => Reference.abs(x),
    }
}

fn quotient(x: Unrounded, y: Unrounded) -> f64 {
    match x {
        Unrounded::Zero { .. } => 0.0,
        _ => Reference.value(magnitude(Reference.div(x, y))),
    }
}

fn greatest(values: impl Iterator<Item = Unrounded>) -> Unrounded {
    values.fold(Reference.num(0.0), |greatest, x| {
        Reference.maximum(greatest, magnitude(x))
    })
}

/// The errors of `result` beside `exact`: of what both have, if one is longer.
///
/// ```
/// use roundoff::arith::{Arith, Reference};
/// use roundoff::kernels::errors::forward;
/// let exact = [1.0, 4.0].map(|x| Reference.num(x));
/// let errors = forward(&exact, &[1.5, 4.0]);
/// assert_eq!((errors.normwise, errors.componentwise), (0.125, 0.5));
/// ```
pub fn forward(exact: &[Unrounded], result: &[f64]) -> Forward {
    let r = Reference;
    let differences: Vec<Unrounded> = exact
        .iter()
        .zip(result)
        .map(|(x, y)| magnitude(r.sub(r.num(*y), *x)))
        .collect();
    let norm = greatest(exact.iter().copied());
    Forward {
        normwise: quotient(greatest(differences.iter().copied()), norm),
        componentwise: differences
            .iter()
            .zip(exact)
            .map(|(difference, x)| quotient(*difference, *x))
            .fold(0.0, f64::max),
    }
}

/// The errors of `y` as a solution of A x = b.
///
/// # Errors
/// [`InputError::Length`] unless A has as many columns as y has values and as many rows as b.
///
/// ```
/// use roundoff::arith::slices::Matrix;
/// use roundoff::kernels::errors::backward;
/// let a = [2.0, 0.0, 0.0, 4.0];
/// let errors = backward(Matrix::new(&a, 2, 2)?, &[1.0, 1.0], &[2.0, 5.0])?;
/// assert_eq!((errors.residual, errors.normwise), (1.0, 1.0 / 9.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn backward(a: Matrix<'_, f64>, y: &[f64], b: &[f64]) -> Result<Backward, InputError> {
    InputError::check_length("solution", a.columns(), y.len())?;
    InputError::check_length("right-hand side", a.rows(), b.len())?;
    let r = Reference;
    let (mut norm, mut residuals, mut componentwise) = (r.num(0.0), Vec::new(), 0f64);
    for (i, b) in b.iter().enumerate() {
        let (mut row, mut residual, mut scale) = (r.num(0.0), r.num(*b), r.num(b.abs()));
        for (j, y) in y.iter().enumerate() {
            let a = r.num(a.get(i, j).unwrap_or(0.0));
            let product = r.mul(a, r.num(*y));
            row = r.add(row, r.abs(a));
            residual = r.sub(residual, product);
            scale = r.add(scale, r.abs(product));
        }
        norm = r.maximum(norm, row);
        let residual = magnitude(residual);
        componentwise = componentwise.max(quotient(residual, scale));
        residuals.push(residual);
    }
    let residual = greatest(residuals.into_iter());
    let norm_y = greatest(y.iter().map(|y| r.num(*y)));
    let norm_b = greatest(b.iter().map(|b| r.num(*b)));
    Ok(Backward {
        residual: r.value(residual),
        normwise: quotient(residual, r.add(r.mul(norm, norm_y), norm_b)),
        componentwise,
    })
}
