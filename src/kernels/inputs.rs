//! Inputs by seed, with a condition number to choose. The same seed gives the same bits on every
//! machine.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use crate::arith::slices::Matrix;
use crate::arith::{Arith, Native};
use crate::random::{Words, word};

/// Inputs that a kernel refuses.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum InputError {
    /// A vector that does not fit.
    #[error("the {what} has {found} values and needs {expected}")]
    Length {
        /// Of what.
        what: &'static str,
        /// Values it needs.
        expected: usize,
        /// Values it has.
        found: usize,
    },
    /// Not square.
    #[error("a {rows} x {columns} matrix: this kernel needs as many rows as columns")]
    NotSquare {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// Not a power of two.
    #[error("{0} values: a radix-2 transform needs a power of two, such as 1024")]
    PowerOfTwo(usize),
    /// No condition number.
    #[error(
        "condition number {0}: it must be finite and {least}",
        least = "1 or more"
    )]
    Condition(f64),
    /// A sparse matrix whose parts do not fit together.
    #[error("sparse row {row}: {problem}")]
    Sparse {
        /// Where.
        row: usize,
        /// What does not fit.
        problem: &'static str,
    },
}

impl InputError {
    pub(super) fn check_length(
        what: &'static str,
        expected: usize,
        found: usize,
    ) -> Result<(), Self> {
        match expected == found {
            true => Ok(()),
            false => Err(Self::Length {
                what,
                expected,
                found,
            }),
        }
    }

    /// The size of a square matrix.
    pub(super) fn square(a: &Matrix<'_, f64>) -> Result<usize, Self> {
        let (rows, columns) = (a.rows(), a.columns());
        match rows == columns {
            true => Ok(rows),
            false => Err(Self::NotSquare { rows, columns }),
        }
    }

    fn check_condition(condition: f64) -> Result<(), Self> {
        match condition.is_finite() && condition >= 1.0 {
            true => Ok(()),
            false => Err(Self::Condition(condition)),
        }
    }
}

/// Values of the normal distribution with mean 0 and deviation 1.
///
/// ```
/// use roundoff::kernels::inputs::normal;
/// assert_eq!(normal(3, 1), normal(3, 1));
/// assert_ne!(normal(3, 1), normal(3, 2));
/// ```
pub fn normal(n: usize, seed: u64) -> Vec<f64> {
    let mut words = Words::new(seed, 0);
    (0..n).map(|_| StandardNormal.sample(&mut words)).collect()
}

/// A uniform number in [0, 1), the one at an index.
///
/// ```
/// use roundoff::kernels::inputs::uniform;
/// assert!((0.0..1.0).contains(&uniform(7, 0)));
/// assert_ne!(uniform(7, 0), uniform(7, 1));
/// ```
pub fn uniform(seed: u64, index: u64) -> f64 {
    f64::from(word(seed, u64::MAX, index)) / (f64::from(1u32 << 31) * 2.0)
}

/// Terms with sum |x_i| / |sum x_i| = `condition`, but for the rounding of one or two of them.
///
/// Pairs x, -x in random order, and one term (two, if n is even) that is the sum: 2 S / (c - 1)
/// for pairs of magnitudes that sum up to S. With condition 1, or fewer than 3 terms: magnitudes.
///
/// # Errors
/// [`InputError::Condition`] below 1 or not finite.
///
/// ```
/// use roundoff::kernels::inputs::terms;
/// let x = terms(101, 1000.0, 7)?;
/// let (sum, magnitudes) = x.iter().fold((0.0, 0.0), |(s, m), x| (s + x, m + x.abs()));
/// assert!((magnitudes / sum / 1000.0 - 1.0f64).abs() < 1e-9);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
pub fn terms(n: usize, condition: f64, seed: u64) -> Result<Vec<f64>, InputError> {
    InputError::check_condition(condition)?;
    if condition == 1.0 || n < 3 {
        return Ok(normal(n, seed).into_iter().map(f64::abs).collect());
    }
    let singles = 2 - n % 2;
    let mut x = normal((n - singles) / 2, seed);
    let magnitudes: f64 = x.iter().map(|x| x.abs()).sum();
    x.extend(x.clone().iter().map(|x| -x));
    let sum = 2.0 * magnitudes / (condition - 1.0);
    x.extend(vec![sum / singles as f64; singles]);
    let mut words = Words::new(seed, 1);
    for last in (1..n).rev() {
        let at = words.next_u64() % (last as u64 + 1);
        x.swap(last, at as usize);
    }
    Ok(x)
}

/// x and rows a_i of as many values, with sum_j |a_ij x_j| / |sum_j a_ij x_j| = `condition` in each
/// row, but for the rounding of one or two terms: [`terms`] over x, whose magnitudes are powers of two,
/// so that the quotients are exact.
///
/// # Errors
/// [`InputError::Condition`] below 1 or not finite.
///
/// ```
/// use roundoff::kernels::inputs::cancelling;
/// let (a, x) = cancelling(2, 101, 1000.0, 7)?;
/// for row in a.chunks(101) {
///     let terms = || row.iter().zip(&x).map(|(a, x)| a * x);
///     let magnitudes: f64 = terms().map(f64::abs).sum();
///     assert!((magnitudes / terms().sum::<f64>().abs() / 1000.0 - 1.0).abs() < 1e-9);
/// }
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
pub fn cancelling(
    rows: usize,
    n: usize,
    condition: f64,
    seed: u64,
) -> Result<(Vec<f64>, Vec<f64>), InputError> {
    let mut words = Words::new(seed, 2);
    let mut power = || {
        let word = words.next_u64();
        let magnitude = f64::from_bits((1021 + word % 5) << 52);
        if word >> 63 == 0 {
            magnitude
        } else {
            -magnitude
        }
    };
    let x: Vec<f64> = (0..n).map(|_| power()).collect();
    let mut a = Vec::with_capacity(rows.saturating_mul(n));
    for row in 0..rows as u64 {
        // A seed a row.
        let terms = terms(n, condition, seed.wrapping_add(row << 32))?;
        a.extend(terms.iter().zip(&x).map(|(term, x)| term / x));
    }
    InputError::check_condition(condition)?;
    Ok((a, x))
}

/// An n x n matrix, row by row, with singular values from 1 down to 1 / `condition`, each the same
/// quotient below the last, and random singular vectors (Higham 28.3, `randsvd` mode 3).
///
/// # Errors
/// [`InputError::Condition`] below 1 or not finite.
pub fn randsvd(n: usize, condition: f64, seed: u64) -> Result<Vec<f64>, InputError> {
    let mut a = diagonal(n, condition)?;
    let mut words = Words::new(seed, 0);
    reflect_rows(&mut a, n, &mut words);
    transpose(&mut a, n);
    reflect_rows(&mut a, n, &mut words);
    Ok(a)
}

/// A symmetric positive definite n x n matrix, row by row, with such eigenvalues.
///
/// # Errors
/// [`InputError::Condition`] below 1 or not finite.
pub fn positive_definite(n: usize, condition: f64, seed: u64) -> Result<Vec<f64>, InputError> {
    let mut a = diagonal(n, condition)?;
    for _ in 0..2 {
        reflect_rows(&mut a, n, &mut Words::new(seed, 0));
        transpose(&mut a, n);
    }
    for i in 0..n {
        for j in 0..i {
            let mean = 0.5 * (a[i * n + j] + a[j * n + i]);
            (a[i * n + j], a[j * n + i]) = (mean, mean);
        }
    }
    Ok(a)
}

/// condition^(-i / (n - 1)) on the diagonal.
fn diagonal(n: usize, condition: f64) -> Result<Vec<f64>, InputError> {
    InputError::check_condition(condition)?;
    let mut a = vec![0.0; n * n];
    for i in 0..n {
        let power = -(i as f64) / (n.max(2) - 1) as f64;
        a[i * n + i] = Native.pow(condition, power);
    }
    Ok(a)
}

fn transpose(a: &mut [f64], n: usize) {
    for i in 0..n {
        for j in 0..i {
            a.swap(i * n + j, j * n + i);
        }
    }
}

/// Q A, with Q random: the product of reflections by normal vectors of 2 to n entries (Stewart
/// 1980).
fn reflect_rows(a: &mut [f64], n: usize, words: &mut Words) {
    for from in (0..n.saturating_sub(1)).rev() {
        let v: Vec<f64> = (from..n).map(|_| StandardNormal.sample(words)).collect();
        let square: f64 = v.iter().map(|v| v * v).sum();
        if square == 0.0 {
            continue;
        }
        for j in 0..n {
            let column = (from..n).map(|i| a[i * n + j]);
            let along: f64 = column.zip(&v).map(|(a, v)| a * v).sum();
            for (i, v) in (from..n).zip(&v) {
                a[i * n + j] -= 2.0 * along / square * v;
            }
        }
    }
}
