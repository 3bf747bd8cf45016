//! Newton's iteration for a reciprocal and a square root.
//!
//! ```text
//!     1 / a:      x <- x (2 - a x)         the relative error e becomes e^2
//!     sqrt a:     x <- (x + a / x) / 2     it becomes e^2 / (2 (1 + e)): Heron's rule
//! ```
//!
//! Rounded, it stops at a few units in the last place (Muller et al., *Handbook of Floating-Point
//! Arithmetic*, 2nd ed., 2018, 4.7).

use super::Num;
use super::sites::sites;
use crate::arith::{Arith, Sites};

sites! {
    /// a and the first x, rounded as they come.
    INPUT "input"
    /// a x or a / x.
    PRODUCT "product"
    /// 2 - a x, or x + a / x.
    RESIDUAL "residual"
    /// The next x.
    UPDATE "update"
}

/// x_0, ..., x_steps for 1 / a.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::newton::reciprocal;
/// assert_eq!(reciprocal(&Native, 2.0, 0.75, 2), [0.75, 0.375, 0.46875]);
/// ```
pub fn reciprocal<S: Sites>(sites: &S, a: f64, start: f64, steps: usize) -> Vec<Num<S>> {
    let (input, residual) = (sites.at(INPUT), sites.at(RESIDUAL));
    let (a, two) = (input.num(a), residual.num(2.0));
    iterate(input.num(start), steps, |x| {
        let rest = residual.sub(two, sites.at(PRODUCT).mul(a, x));
        sites.at(UPDATE).mul(x, rest)
    })
}

/// x_0, ..., x_steps for the square root of a.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::newton::square_root;
/// assert_eq!(square_root(&Native, 4.0, 1.0, 2), [1.0, 2.5, 2.05]);
/// ```
pub fn square_root<S: Sites>(sites: &S, a: f64, start: f64, steps: usize) -> Vec<Num<S>> {
    let (input, update) = (sites.at(INPUT), sites.at(UPDATE));
    let (a, half) = (input.num(a), update.num(0.5));
    iterate(input.num(start), steps, |x| {
        let sum = sites.at(RESIDUAL).add(x, sites.at(PRODUCT).div(a, x));
        update.mul(half, sum)
    })
}

fn iterate<T: Copy>(start: T, steps: usize, next: impl Fn(T) -> T) -> Vec<T> {
    std::iter::successors(Some(start), |x| Some(next(*x)))
        .take(steps.saturating_add(1))
        .collect()
}
