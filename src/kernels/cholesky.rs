//! A = R^T R of a symmetric positive definite matrix, R upper triangular, and solutions by it.
//!
//! ```text
//!     r_jj = sqrt(a_jj - sum_k<j r_kj^2)
//!     r_ij = (a_ij - sum_k<i r_ki r_kj) / r_ii      i < j
//! ```
//!
//! To nearest with unit roundoff u and g_n = n u / (1 - n u), |A - R^T R| <= g_(n+1) |R^T| |R|
//! (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, theorem 10.3); where
//! 20 n^(3/2) kappa u <= 1 it does not break down (Wilkinson; there 10.1.1).

use super::inputs::InputError;
use super::lu::FactorError;
use super::sites::sites;
use super::triangular;
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Sites};
use crate::kernels::Num;

sites! {
    /// Entries of A and b, rounded as they come.
    INPUT "input"
    /// Products of entries of R.
    PRODUCT "product"
    /// Entries of A less those.
    UPDATE "update"
    /// Square roots.
    ROOT "root"
    /// Quotients by them.
    QUOTIENT "quotient"
    /// Both substitutions.
    SUBSTITUTION "substitution"
}

/// R.
#[derive(Clone, Debug)]
pub struct Cholesky<T> {
    n: usize,
    entries: Vec<T>,
}

impl<T: Copy> Cholesky<T> {
    /// Rows and columns.
    pub const fn n(&self) -> usize {
        self.n
    }

    /// R row by row, zeros below the diagonal.
    pub fn entries(&self) -> &[T] {
        &self.entries
    }
}

/// Factors A, of which the upper triangle is read.
///
/// # Errors
/// [`FactorError::Input`] unless A is square; [`FactorError::Pivot`] where what a root is taken of
/// is not positive.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::arith::slices::Matrix;
/// use roundoff::kernels::cholesky::{factor, solve};
/// let a = [4.0, 2.0, 2.0, 10.0];
/// let r = factor(&Native, Matrix::new(&a, 2, 2)?)?;
/// assert_eq!(r.entries(), [2.0, 1.0, 0.0, 3.0]);
/// assert_eq!(solve(&Native, &r, &[6.0, 12.0])?, [1.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn factor<S: Sites>(sites: &S, a: Matrix<'_, f64>) -> Result<Cholesky<Num<S>>, FactorError> {
    let n = InputError::square(&a)?;
    let (input, product, update) = (sites.at(INPUT), sites.at(PRODUCT), sites.at(UPDATE));
    let (root, quotient) = (sites.at(ROOT), sites.at(QUOTIENT));
    let zero = input.num(0.0);
    let mut r = vec![zero; n * n];
    for j in 0..n {
        for i in 0..=j {
            let a = input.num(a.get(i, j).unwrap_or(0.0));
            let rest = (0..i).fold(a, |rest, k| {
                update.sub(rest, product.mul(r[k * n + i], r[k * n + j]))
            });
            r[i * n + j] = if i < j {
                quotient.div(rest, r[i * n + i])
            } else if update.greater(rest, zero) {
                root.sqrt(rest)
            } else {
                let value = update.value(rest);
                return Err(FactorError::Pivot { step: j, value });
            };
        }
    }
    Ok(Cholesky { n, entries: r })
}

/// x with A x = b, by the factor.
///
/// # Errors
/// [`InputError::Length`] unless b is as long as A.
pub fn solve<S: Sites>(
    sites: &S,
    r: &Cholesky<Num<S>>,
    b: &[f64],
) -> Result<Vec<Num<S>>, InputError> {
    InputError::check_length("right-hand side", r.n, b.len())?;
    let (input, substitution) = (sites.at(INPUT), sites.at(SUBSTITUTION));
    let mut x: Vec<Num<S>> = b.iter().map(|b| input.num(*b)).collect();
    triangular::forward(substitution, false, |i, j| r.entries[j * r.n + i], &mut x);
    triangular::back(substitution, |i, j| r.entries[i * r.n + j], &mut x);
    Ok(x)
}
