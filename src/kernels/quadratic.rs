//! The root of least magnitude of x^2 - 2 p x + q = 0, p > 0 and 0 < q < p^2: by the textbook, and
//! without its cancellation.
//!
//! ```text
//!     d = p^2 - q                  square, discriminant
//!     r = sqrt(d)                  root
//!     textbook   p - r             subtraction
//!     stable     q / (p + r)       sum, quotient
//! ```
//!
//! Where p^2 is far above q, p and r agree in their first digits, and what rounding has done to r stands
//! that much higher in p - r. The other formula, the product of the roots being q, only adds
//! (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, section 1.8).

use super::sites::sites;
use crate::arith::{Arith, Sites};
use crate::kernels::Num;

sites! {
    /// p and q, rounded as they come.
    INPUT "input"
    /// p^2.
    SQUARE "square"
    /// p^2 - q.
    DISCRIMINANT "discriminant"
    /// Its square root.
    ROOT "root"
    /// The textbook's p less that.
    SUBTRACTION "subtraction"
    /// p and the root.
    SUM "sum"
    /// q over their sum.
    QUOTIENT "quotient"
}

/// How the root is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Formula {
    /// p - sqrt(p^2 - q).
    Textbook,
    /// q / (p + sqrt(p^2 - q)).
    Stable,
}

/// The root of least magnitude; NaN where there is no real one.
///
/// ```
/// use roundoff::arith::Exact;
/// use roundoff::kernels::quadratic::{Formula, root};
/// use roundoff::{Format, Rounder};
/// let half = Exact::new(&Rounder::new(Format::BINARY16));
/// // 0.0250156...
/// assert_eq!(root(&half, Formula::Textbook, 20.0, 1.0), 0.03125);
/// // 1 / 39.96875, the sum as binary16 has it.
/// assert_eq!(root(&half, Formula::Stable, 20.0, 1.0), 0.0250244140625);
/// ```
pub fn root<S: Sites>(sites: &S, formula: Formula, p: f64, q: f64) -> Num<S> {
    let input = sites.at(INPUT);
    let (p, q) = (input.num(p), input.num(q));
    let square = sites.at(SQUARE).mul(p, p);
    let discriminant = sites.at(DISCRIMINANT).sub(square, q);
    let root = sites.at(ROOT).sqrt(discriminant);
    match formula {
        Formula::Textbook => sites.at(SUBTRACTION).sub(p, root),
        Formula::Stable => sites.at(QUOTIENT).div(q, sites.at(SUM).add(p, root)),
    }
}
