//! Kahan's sum: 2 u + O(n u^2) times sum |x_i| (Higham, *Accuracy and Stability of Numerical
//! Algorithms*, 2nd ed., 2002, (4.8)), with all that the O holds.
//!
//! Every operation of the loop is off by a factor of 1 + d, |d| <= u, and nothing else is assumed, so
//! that the bound is one for every rounding:
//!
//! ```text
//!     y = (x + c)(1 + d1)            c what the last addition lost
//!     s' = (s + y)(1 + d2)           off by e = d2 (s + y)
//!     c' = ((s - s')(1 + d3) + y)(1 + d4)
//! ```
//!
//! The corrected sum z = s + c moves by
//!
//! ```text
//!     z' - z - x = d1 (x + c) - d3 (y + e) - d4 (e + d3 (y + e))
//! ```
//!
//! so bounds of s, c and of z's error follow from those of the term before. The result is s: z, and c
//! besides.

use super::{Bound, Theorem};

/// Of these terms; `sum` is the magnitude of their sum. A term is rounded as it comes, the sum as it
/// goes.
pub fn theorem(terms: &[f64], sum: f64) -> Theorem {
    let terms: Vec<f64> = terms.iter().map(|x| x.abs()).collect();
    Theorem::new(move |u, _| {
        let worst = error(&terms, u);
        // As the sum goes out.
        let worst = (worst * (1.0 + u) + u * sum) / sum;
        worst.is_finite().then_some(Bound {
            figure: "normwise",
            worst,
            // Two roundings of each term: there is no sqrt(n) to win.
            probable: worst,
        })
    })
}

/// What s can be off at most.
fn error(magnitudes: &[f64], u: f64) -> f64 {
    // Bounds of |sum of the terms|, |s|, |c| and of z's error.
    let (mut total, mut s, mut c, mut off) = (0.0, 0.0, 0.0, 0.0);
    for x in magnitudes {
        let x = x * (1.0 + u);
        let y = (x + c) * (1.0 + u);
        let e = u * (s + y);
        let step = y + e;
        off += u * (x + c) + u * step + u * (e + u * step);
        c = (e + u * step) * (1.0 + u);
        total += x;
        s = total + off + c;
    }
    let inputs = u * magnitudes.iter().sum::<f64>();
    // These sums of positive numbers are rounded themselves.
    (off + c + inputs) * (1.0 + 4.0 * magnitudes.len() as f64 * f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Higham's 2 u, the last addition's u, and two roundings of ours: input and output.
    #[test]
    fn to_first_order_it_is_highams() {
        let u = 2f64.powi(-40);
        let terms = vec![1.0; 100];
        let bound = theorem(&terms, 100.0).bound(u, Default::default());
        let units = bound.map_or(0.0, |bound| bound.worst / u);
        assert!((units - 5.0).abs() < 0.1, "{units}");
    }
}
