//! Products of vectors and matrices, every operation a site: AXPY, dot, GEMV, GEMM.
//!
//! ```text
//!     axpy:  y + a x        dot:  x^T y        gemv:  A x        gemm:  A B
//! ```
//!
//! To nearest, |x^T y - fl| <= g_n |x|^T |y|, |A x - fl| <= g_n |A| |x|, |A B - fl| <= g_n |A| |B|
//! (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, (3.5), (3.11), (3.13)).
//!
//! At full speed, one rounding everywhere, they are
//! [`SumOfProducts`](crate::arith::slices::SumOfProducts); here every operation has a site.

use super::Num;
use super::inputs::InputError;
use super::order::Order;
use super::sites::sites;
use super::summation::ordered;
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Sites};

sites! {
    /// Operands, rounded as they come.
    INPUT "input"
    /// Products.
    PRODUCT "product"
    /// Their sums.
    ACCUMULATION "accumulation"
    /// Results, rounded as they go.
    OUTPUT "output"
}

/// y + a x.
///
/// # Errors
/// [`InputError::Length`] unless x is as long as y.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::product::axpy;
/// assert_eq!(axpy(&Native, 2.0, &[1.0, 3.0], &[0.5, 0.0])?, [2.5, 6.0]);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
pub fn axpy<S: Sites>(sites: &S, a: f64, x: &[f64], y: &[f64]) -> Result<Vec<Num<S>>, InputError> {
    InputError::check_length("vector", y.len(), x.len())?;
    let (input, product) = (sites.at(INPUT), sites.at(PRODUCT));
    let (accumulation, output) = (sites.at(ACCUMULATION), sites.at(OUTPUT));
    let a = input.num(a);
    let element = |(x, y): (&f64, &f64)| {
        let ax = product.mul(a, input.num(*x));
        output.convert(accumulation.add(input.num(*y), ax))
    };
    Ok(x.iter().zip(y).map(element).collect())
}

/// The inner product.
///
/// # Errors
/// [`InputError::Length`] unless y is as long as x.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::order::Order;
/// use roundoff::kernels::product::dot;
/// assert_eq!(dot(&Native, Order::Pairwise, &[1.0, 2.0], &[3.0, 4.0])?, 11.0);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
pub fn dot<S: Sites>(sites: &S, order: Order, x: &[f64], y: &[f64]) -> Result<Num<S>, InputError> {
    InputError::check_length("second vector", x.len(), y.len())?;
    Ok(inner(sites, order, &rounded(sites, x), &rounded(sites, y)))
}

/// A x.
///
/// # Errors
/// [`InputError::Length`] unless x has as many values as A has columns.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::arith::slices::Matrix;
/// use roundoff::kernels::order::Order;
/// use roundoff::kernels::product::gemv;
/// let a = Matrix::new(&[1.0, 2.0, 3.0, 4.0], 2, 2)?;
/// assert_eq!(gemv(&Native, Order::Sequential, a, &[1.0, 1.0])?, [3.0, 7.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gemv<S: Sites>(
    sites: &S,
    order: Order,
    a: Matrix<'_, f64>,
    x: &[f64],
) -> Result<Vec<Num<S>>, InputError> {
    InputError::check_length("vector", a.columns(), x.len())?;
    let x = rounded(sites, x);
    let rows = (0..a.rows()).map(|i| line(sites, a, i));
    Ok(rows.map(|row| inner(sites, order, &row, &x)).collect())
}

/// A B, row after row.
///
/// # Errors
/// [`InputError::Length`] unless B has as many rows as A has columns.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::arith::slices::Matrix;
/// use roundoff::kernels::order::Order;
/// use roundoff::kernels::product::gemm;
/// let a = Matrix::new(&[1.0, 2.0], 1, 2)?;
/// assert_eq!(gemm(&Native, Order::Sequential, a, a.transposed())?, [5.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gemm<S: Sites>(
    sites: &S,
    order: Order,
    a: Matrix<'_, f64>,
    b: Matrix<'_, f64>,
) -> Result<Vec<Num<S>>, InputError> {
    InputError::check_length("second matrix", a.columns(), b.rows())?;
    let columns: Vec<Vec<Num<S>>> = (0..b.columns())
        .map(|j| line(sites, b.transposed(), j))
        .collect();
    let mut c = Vec::new();
    for i in 0..a.rows() {
        let row = line(sites, a, i);
        c.extend(
            columns
                .iter()
                .map(|column| inner(sites, order, &row, column)),
        );
    }
    Ok(c)
}

fn rounded<S: Sites>(sites: &S, x: &[f64]) -> Vec<Num<S>> {
    let input = sites.at(INPUT);
    x.iter().map(|x| input.num(*x)).collect()
}

/// A row of a matrix.
fn line<S: Sites>(sites: &S, a: Matrix<'_, f64>, i: usize) -> Vec<Num<S>> {
    let input = sites.at(INPUT);
    let entry = |j| input.num(a.get(i, j).unwrap_or(0.0));
    (0..a.columns()).map(entry).collect()
}

fn inner<S: Sites>(sites: &S, order: Order, x: &[Num<S>], y: &[Num<S>]) -> Num<S> {
    let product = sites.at(PRODUCT);
    let terms: Vec<Num<S>> = x.iter().zip(y).map(|(x, y)| product.mul(*x, *y)).collect();
    sites
        .at(OUTPUT)
        .convert(ordered(order, sites.at(ACCUMULATION), &terms))
}
