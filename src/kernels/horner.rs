//! p(x) = c_0 + c_1 x + ... + c_n x^n by Horner's rule.
//!
//! ```text
//!     y = c_n;   y = y x + c_k     for k = n - 1, ..., 0
//! ```
//!
//! To nearest, |y - p(x)| <= g_2n sum |c_k| |x|^k (Higham, *Accuracy and Stability of Numerical
//! Algorithms*, 2nd ed., 2002, (5.3)).

use super::Num;
use super::sites::sites;
use crate::arith::{Arith, Sites};

sites! {
    /// x and the coefficients, rounded as they come.
    INPUT "input"
    /// Products with x.
    PRODUCT "product"
    /// Sums with a coefficient.
    SUM "sum"
}

/// p(x), coefficients from c_0 up; 0 of none.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::horner::evaluate;
/// assert_eq!(evaluate(&Native, &[1.0, 2.0, 3.0], 2.0), 17.0);
/// ```
pub fn evaluate<S: Sites>(sites: &S, coefficients: &[f64], x: f64) -> Num<S> {
    let (input, product, sum) = (sites.at(INPUT), sites.at(PRODUCT), sites.at(SUM));
    let x = input.num(x);
    let mut rest = coefficients.iter().rev().map(|c| input.num(*c));
    let first = rest.next().unwrap_or_else(|| input.num(0.0));
    rest.fold(first, |y, c| sum.add(product.mul(y, x), c))
}
