//! Which expansion serves where.

use super::{Expansion, Kind};
use crate::native::log::log;

/// Picks an expansion for a function at a point. A closure is one, and so is an expansion itself.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::bessel::emulated::{Expansion, Kind, evaluate};
/// let rule = |_: Kind, v: f64, x: f64| match v + x > 40.0 {
///     true => Expansion::Uniform { terms: 13 },
///     false => Expansion::Recurrence { terms: 13 },
/// };
/// let value = evaluate(&Native, &rule, Kind::I, 3.0, 4.0);
/// assert!((value - roundoff::kernels::bessel::log_iv(3.0, 4.0)).abs() < 1e-13);
/// ```
pub trait Rule {
    /// For v >= 0 and x > 0.
    fn pick(&self, kind: Kind, v: f64, x: f64) -> Expansion;
}

impl<F: Fn(Kind, f64, f64) -> Expansion> Rule for F {
    fn pick(&self, kind: Kind, v: f64, x: f64) -> Expansion {
        self(kind, v, x)
    }
}

impl Rule for Expansion {
    fn pick(&self, _: Kind, _: f64, _: f64) -> Expansion {
        *self
    }
}

/// The paper's rule (arXiv 2409.08729), made for binary64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaperRule;

impl Rule for PaperRule {
    fn pick(&self, kind: Kind, v: f64, x: f64) -> Expansion {
        let ln = |value: f64| log(0.0, value, 0.0).0;
        // v = 0 is below every line.
        let below = |slope: f64, height: f64| v == 0.0 || slope * ln(x) + height > ln(v);
        if x > 1400.0 && v < 3.05 || below(0.6229, -3.2318) && v > 3.1 {
            Expansion::LargeArgument { terms: 3 }
        } else if x > 30.0 && v < 15.3919 || below(0.5113, 0.7939) && x > 59.6925 {
            Expansion::LargeArgument { terms: 20 }
        } else if x > 274.2377 && v > 0.3 || v > 163.6993 {
            Expansion::Uniform { terms: 4 }
        } else if x > 84.4153 && v > 0.46 || v > 56.9971 {
            Expansion::Uniform { terms: 6 }
        } else if x > 35.9074 && v > 0.6 || v > 20.1534 {
            Expansion::Uniform { terms: 9 }
        } else if x > 19.6931 && v > 0.7 || v > 12.6964 {
            Expansion::Uniform { terms: 13 }
        } else {
            match kind {
                Kind::I => Expansion::Series,
                Kind::K => Expansion::Integral { nodes: 600 },
            }
        }
    }
}
