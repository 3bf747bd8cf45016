//! A x = b by conjugate gradients, for a symmetric positive definite operator.
//!
//! ```text
//!     x = 0, r = p = b
//!     alpha = (r, r) / (p, A p)        inner, ratio, operator
//!     x = x + alpha p                  update
//!     r = r - alpha A p                update
//!     beta = (r, r) / (before)         inner, ratio
//!     p = r + beta p                   direction
//! ```
//!
//! M. R. Hestenes and E. Stiefel, *Methods of conjugate gradients for solving linear systems*, 1952.
//! Exactly, norm_A(x - x_k) <= 2 ((sqrt kappa - 1) / (sqrt kappa + 1))^k norm_A(x), and x_n = x;
//! rounded, the true residual stops falling at about kappa u norm(b) (Greenbaum 1997).

use super::Num;
use super::inputs::InputError;
use super::operator::Operator;
use super::order::Order;
use super::sites::sites;
use super::summation::ordered;
use crate::arith::{Arith, Sites};

sites! {
    /// b, rounded as it comes.
    INPUT "input"
    /// A p, in one arithmetic.
    OPERATOR "operator"
    /// Products and sums of inner products.
    INNER "inner"
    /// alpha and beta.
    RATIO "ratio"
    /// x and r.
    UPDATE "update"
    /// p.
    DIRECTION "direction"
}

/// x_1, x_2, ... of `steps` steps; fewer where (r, r) or (p, A p) is not positive and finite: done,
/// or lost.
///
/// # Errors
/// [`InputError`] where b does not fit the operator.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::conjugate_gradient::solve;
/// use roundoff::kernels::order::Order;
/// use roundoff::kernels::stencil::Laplacian;
/// let iterates = solve(&Native, &Laplacian::new(2), Order::Sequential, &[3.0; 8], 10)?;
/// assert_eq!(iterates, [[1.0; 8]]);
/// # Ok::<(), roundoff::kernels::inputs::InputError>(())
/// ```
pub fn solve<S: Sites, O: Operator>(
    sites: &S,
    operator: &O,
    order: Order,
    b: &[f64],
    steps: usize,
) -> Result<Vec<Vec<Num<S>>>, InputError> {
    InputError::check_length("right-hand side", operator.size(), b.len())?;
    let (input, inner, ratio) = (sites.at(INPUT), sites.at(INNER), sites.at(RATIO));
    let (update, direction) = (sites.at(UPDATE), sites.at(DIRECTION));
    let dot = |x: &[Num<S>], y: &[Num<S>]| {
        let terms: Vec<Num<S>> = x.iter().zip(y).map(|(x, y)| inner.mul(*x, *y)).collect();
        ordered(order, inner, &terms)
    };
    let divides = |x| {
        let x = inner.value(x);
        x > 0.0 && x.is_finite()
    };
    let mut r: Vec<Num<S>> = b.iter().map(|b| input.num(*b)).collect();
    let mut p = r.clone();
    let mut x = vec![update.num(0.0); r.len()];
    let mut square = dot(&r, &r);
    let mut iterates = Vec::new();
    while iterates.len() < steps && divides(square) {
        let ap = operator.apply(sites.at(OPERATOR), &p)?;
        let curvature = dot(&p, &ap);
        if !divides(curvature) {
            break;
        }
        let alpha = ratio.div(square, curvature);
        for i in 0..x.len() {
            x[i] = update.add(x[i], update.mul(alpha, p[i]));
            r[i] = update.sub(r[i], update.mul(alpha, ap[i]));
        }
        iterates.push(x.clone());
        let next = dot(&r, &r);
        let beta = ratio.div(next, square);
        square = next;
        for (p, r) in p.iter_mut().zip(&r) {
            *p = direction.add(*r, direction.mul(beta, *p));
        }
    }
    Ok(iterates)
}
