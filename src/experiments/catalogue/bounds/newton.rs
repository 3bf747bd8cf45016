//! Newton's iterations, from one relative error to the next.
//!
//! With |d_i| <= u and x = (1 + e) / a, or (1 + e) sqrt a (after Muller et al., *Handbook of
//! Floating-Point Arithmetic*, 2nd ed., 2018, 4.7, with the rounding of every operation):
//!
//! ```text
//!     1 / a       x' = x (2 - a x (1 + d1)) (1 + d2) (1 + d3)
//!                 1 + e' = (1 - e^2 - d1 (1 + e)^2) (1 + d2) (1 + d3)
//!     sqrt a      x' = (x + a / x (1 + d1)) / 2 (1 + d2) (1 + d3)
//!                 1 + e' = (1 + (e^2 + d1) / (2 (1 + e))) (1 + d2) (1 + d3)
//! ```

use super::{Bound, Theorem, after};

/// Which iteration.
#[derive(Clone, Copy, Debug)]
pub enum Iteration {
    Reciprocal,
    SquareRoot,
}

impl Iteration {
    /// |e'| at most, from |e| at most.
    fn next(self, e: f64, u: f64) -> f64 {
        let exact = match self {
            Self::Reciprocal => e * e + u * (1.0 + e) * (1.0 + e),
            Self::SquareRoot => (e * e + u) / (2.0 * (1.0 - e)),
        };
        after(exact, after(u, u))
    }
}

/// After so many steps from starts that are off by a relative `start` at most.
pub fn theorem(iteration: Iteration, start: f64, steps: usize) -> Theorem {
    Theorem::new(move |u, _| {
        // Both x_0 and a are rounded as they come, which moves 1 / a by u / (1 - u) at most.
        let moved = u / (1.0 - u);
        let first = after(after(start, u), moved);
        let last = (0..steps).try_fold(first, |e, _| (e < 1.0).then(|| iteration.next(e, u)))?;
        let worst = after(last, moved) * (1.0 + 1e-12);
        (worst < 1.0).then_some(Bound {
            figure: "normwise",
            worst,
            // A handful of roundings: there is no sqrt(n) to win.
            probable: worst,
        })
    })
}
