//! P A = L U by Gaussian elimination with partial pivoting, and solutions by it.
//!
//! ```text
//!     l_ik = a_ik / a_kk          multiplier
//!     a_ij = a_ij - l_ik a_kj     product, update
//! ```
//!
//! To nearest with unit roundoff u and g_n = n u / (1 - n u), |P A - L U| <= g_n |L| |U| (Higham,
//! *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, theorem 9.3), and a solution y
//! has (A + E) y = b with |E| <= g_3n |L| |U| (theorem 9.4).

use thiserror::Error;

use super::inputs::InputError;
use super::sites::sites;
use super::triangular;
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Sites};
use crate::kernels::Num;

sites! {
    /// Entries of A and b, rounded as they come.
    INPUT "input"
    /// Quotients by the pivot.
    MULTIPLIER "multiplier"
    /// Multipliers times the pivot's row.
    PRODUCT "product"
    /// Rows less those.
    UPDATE "update"
    /// Both substitutions.
    SUBSTITUTION "substitution"
}

/// Why there is no factorisation.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FactorError {
    /// A matrix of the wrong shape.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A pivot that nothing can be divided by.
    #[error(
        "pivot {step} is {value}: in this arithmetic the matrix is singular, not positive definite, \
         or out of range; scale it, or use a format of more digits or range"
    )]
    Pivot {
        /// At which step, from 0.
        step: usize,
        /// What it was.
        value: f64,
    },
}

/// L and U in one matrix, and where the rows came from.
#[derive(Clone, Debug)]
pub struct Lu<T> {
    n: usize,
    entries: Vec<T>,
    rows: Vec<usize>,
}

impl<T: Copy> Lu<T> {
    /// Rows and columns.
    pub const fn n(&self) -> usize {
        self.n
    }

    /// Row by row: U on and above the diagonal, L below it (its diagonal is ones).
    pub fn entries(&self) -> &[T] {
        &self.entries
    }

    /// Which row of A row i of L U is.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }
}

/// Factors A.
///
/// # Errors
/// [`FactorError::Input`] unless A is square; [`FactorError::Pivot`] where a column has no pivot.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::arith::slices::Matrix;
/// use roundoff::kernels::lu::{factor, solve};
/// let a = [0.0, 2.0, 4.0, 1.0];
/// let lu = factor(&Native, Matrix::new(&a, 2, 2)?)?;
/// assert_eq!(lu.rows(), [1, 0]);
/// assert_eq!(solve(&Native, &lu, &[2.0, 5.0])?, [1.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn factor<S: Sites>(sites: &S, a: Matrix<'_, f64>) -> Result<Lu<Num<S>>, FactorError> {
    let n = InputError::square(&a)?;
    let (input, multiplier) = (sites.at(INPUT), sites.at(MULTIPLIER));
    let (product, update) = (sites.at(PRODUCT), sites.at(UPDATE));
    let mut entries: Vec<Num<S>> = (0..n * n)
        .map(|at| input.num(a.get(at / n, at % n).unwrap_or(0.0)))
        .collect();
    let mut rows: Vec<usize> = (0..n).collect();
    for k in 0..n {
        let mut pivot = k;
        for i in k + 1..n {
            let (one, best) = (entries[i * n + k], entries[pivot * n + k]);
            if input.greater(input.abs(one), input.abs(best)) {
                pivot = i;
            }
        }
        let value = input.value(entries[pivot * n + k]);
        if value.is_nan() || input.equal(entries[pivot * n + k], input.num(0.0)) {
            return Err(FactorError::Pivot { step: k, value });
        }
        rows.swap(k, pivot);
        for j in 0..n {
            entries.swap(k * n + j, pivot * n + j);
        }
        for i in k + 1..n {
            let l = multiplier.div(entries[i * n + k], entries[k * n + k]);
            entries[i * n + k] = l;
            for j in k + 1..n {
                let lu = product.mul(l, entries[k * n + j]);
                entries[i * n + j] = update.sub(entries[i * n + j], lu);
            }
        }
    }
    Ok(Lu { n, entries, rows })
}

/// x with A x = b, by the factors.
///
/// # Errors
/// [`InputError::Length`] unless b is as long as A.
pub fn solve<S: Sites>(sites: &S, lu: &Lu<Num<S>>, b: &[f64]) -> Result<Vec<Num<S>>, InputError> {
    InputError::check_length("right-hand side", lu.n, b.len())?;
    let input = sites.at(INPUT);
    let b: Vec<Num<S>> = b.iter().map(|b| input.num(*b)).collect();
    Ok(substitute(sites.at(SUBSTITUTION), lu, &b))
}

/// Both substitutions, one arithmetic throughout; b is as long as A.
pub(super) fn substitute<A: Arith>(arith: &A, lu: &Lu<A::Num>, b: &[A::Num]) -> Vec<A::Num> {
    let mut x: Vec<A::Num> = lu.rows.iter().map(|row| b[*row]).collect();
    let entry = |i, j| lu.entries[i * lu.n + j];
    triangular::forward(arith, true, entry, &mut x);
    triangular::back(arith, entry, &mut x);
    x
}
