//! What the tests share.

use roundoff::arith::functions::Unrounded;
use roundoff::arith::slices::Matrix;
use roundoff::arith::{Arith, Exact, Reference};
use roundoff::{Format, Rounder};

/// Every operation rounded to nearest.
pub fn exact(format: Format) -> Exact {
    Exact::new(&Rounder::new(format))
}

pub fn square(values: &[f64], n: usize) -> Matrix<'_, f64> {
    Matrix::new(values, n, n).unwrap()
}

/// Inputs that the format has: rounding them is then no error.
pub fn rounded(format: Format, mut values: Vec<f64>) -> Vec<f64> {
    Rounder::new(format).round_slice(&mut values);
    values
}

/// n u / (1 - n u) (Higham 3.1).
pub fn gamma(n: usize, format: Format) -> f64 {
    let nu = n as f64 * format.unit_roundoff();
    assert!(nu < 1.0);
    nu / (1.0 - nu)
}

/// The sum of terms in 128 digits.
pub fn total(terms: impl Iterator<Item = Unrounded>) -> Unrounded {
    terms.fold(Reference.num(0.0), |sum, x| Reference.add(sum, x))
}
