//! Solutions by factors: the normwise backward error.
//!
//! A solution y by the factors of a matrix B of n rows has (B + E) y = b, and so a normwise backward
//! error of at most norm(E) / norm(B). B is A with its entries rounded.
//!
//! | factors | abs(E) | abs of the factors | source |
//! |---|---|---|---|
//! | L U | gamma_3n abs(L) abs(U) | column j: 2^n - 1 times its greatest entry, as with pivots no entry of L is above 1 and a step doubles entries at most | Higham, theorem 9.4, section 9.4 |
//! | R^T R | gamma_(3n+1) abs(R^T) abs(R) | sqrt(b_ii b_jj) / (1 - gamma_(n+1)) | Higham, theorems 10.3, 10.4, 10.5 |
//!
//! "Higham" is *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002. Elimination hardly ever
//! grows as 2^n, and the bound is out of reach from some n on: a backward error is never above 1, so
//! there is none where it would be. Cholesky's has no such factor.

use super::{Bound, Theorem, after, gamma, probable_gamma};
use crate::arith::slices::Matrix;

/// The greatest sum of a row's magnitudes.
fn norm(a: &Matrix<'_, f64>) -> f64 {
    let sum = |i| (0..a.columns()).map(|j| entry(a, i, j).abs()).sum();
    (0..a.rows()).map(sum).fold(0.0, f64::max)
}

fn entry(a: &Matrix<'_, f64>, i: usize, j: usize) -> f64 {
    a.get(i, j).unwrap_or(0.0)
}

fn backward(worst: f64, probable: f64) -> Option<Bound> {
    (worst < 1.0).then_some(Bound {
        figure: "backward",
        worst,
        probable,
    })
}

/// Of elimination with partial pivoting.
pub fn lu(a: &Matrix<'_, f64>) -> Option<Theorem> {
    let n = a.rows();
    let greatest = |j| (0..n).map(|i| entry(a, i, j).abs()).fold(0.0, f64::max);
    let columns: f64 = (0..a.columns()).map(greatest).sum();
    let factor = columns / norm(a);
    (a.columns() == n && factor.is_finite()).then(|| {
        Theorem::new(move |u, _| {
            // Of rounded entries, and a step's roundings double a little more than twice.
            let growth = (libm::exp2(n as f64) - 1.0) * libm::pow(1.0 + u, 2.0 * n as f64 + 1.0);
            let of = |gamma: f64| u + gamma * growth * factor;
            backward(of(gamma(3 * n, u)?), of(probable_gamma(3 * n, u)))
        })
    })
}

/// Of Cholesky's factors, A being symmetric: one triangle is read.
pub fn cholesky(a: &Matrix<'_, f64>) -> Option<Theorem> {
    let n = a.rows();
    let is_symmetric =
        a.columns() == n && (0..n).all(|i| (0..i).all(|j| entry(a, i, j) == entry(a, j, i)));
    let roots: Vec<f64> = (0..n).map(|i| entry(a, i, i).sqrt()).collect();
    let greatest = roots.iter().copied().fold(0.0, f64::max);
    let factor = greatest * roots.iter().sum::<f64>() / norm(a);
    (is_symmetric && factor.is_finite()).then(|| {
        Theorem::new(move |u, _| {
            let shrunk = 1.0 - gamma(n + 1, u)?;
            if shrunk <= 0.0 {
                return None;
            }
            let of = |gamma: f64| after(u, gamma / shrunk * factor);
            backward(of(gamma(3 * n + 1, u)?), of(probable_gamma(3 * n + 1, u)))
        })
    })
}
