//! Running error analysis: a kernel says itself how wrong it can be, by running in an arithmetic
//! whose numbers carry a bound of their error (J. H. Wilkinson, *Error analysis revisited*, IMA Bull. 22,
//! 1986; Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, section 3.3).
//!
//! ```text
//!     a number is a disc: a centre, computed in f64, and a radius;
//!     what the kernel computes in any format of unit roundoff u is inside:
//!
//!     a + b      r = ra + rb                          then every result once more:
//!     a b        r = |a| rb + |b| ra + ra rb          r + u (|c| + r)
//!     a / b      r = (ra + |a / b| rb) / (|b| - rb)
//!     f(a)       f monotone: its values at a - ra and a + ra
//! ```
//!
//! The centre's own roundings are in the radius too. The bound of a result is its radius and what the
//! centre is off the reference: formulas that are no more than near, such as an expansion that
//! ends, count with what they leave.
//!
//! Numbers that a kernel compares and that are nearer to each other than their radii could send it
//! another way; there is no bound then. The greater of two such numbers is a disc that holds both.

use std::cell::Cell;
use std::cmp::Ordering;

use super::{Bound, Theorem};
use crate::arith::{Arith, Binary, Native, Ternary, Unary};
use crate::kernels::order::Order;
use crate::measure::vector::Truth;

/// A number and what it can be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    centre: f64,
    radius: f64,
}

/// Arithmetic of discs at a unit roundoff.
#[derive(Debug)]
pub struct Running {
    u: f64,
    is_undecided: Cell<bool>,
}

/// More than the roundings of a radius, and of an end of a disc, come to.
const MORE: f64 = 1.0 + 16.0 * f64::EPSILON;

impl Running {
    /// An operation's result before it is rounded; infinite radii are no bound.
    fn rounded(&self, centre: f64, radius: f64) -> Disc {
        let exact = (radius + 2.0 * f64::EPSILON * centre.abs()) * MORE;
        Disc {
            centre,
            radius: (exact + self.u * (centre.abs() + exact)) * MORE,
        }
    }

    /// Nothing is known.
    fn unknown(&self, centre: f64) -> Disc {
        Disc {
            centre,
            radius: f64::INFINITY,
        }
    }

    /// A function that is monotone where the disc is.
    fn monotone(&self, operation: Unary, x: Disc) -> Disc {
        let f = |x| Native.unary(operation, x);
        let ends = [
            (x.centre - x.radius).next_down(),
            (x.centre + x.radius).next_up(),
        ]
        .map(f);
        let centre = f(x.centre);
        let far = ends.map(|end| (end - centre).abs() + 2.0 * f64::EPSILON * end.abs());
        match ends.iter().all(|end| end.is_finite()) {
            true => self.rounded(centre, far[0].max(far[1])),
            false => self.unknown(centre),
        }
    }

    fn sum(&self, x: Disc, y: Disc, centre: f64) -> Disc {
        self.rounded(centre, x.radius + y.radius)
    }

    fn product(x: Disc, y: Disc) -> Disc {
        let (a, b) = (x.centre.abs(), y.centre.abs());
        Disc {
            centre: x.centre * y.centre,
            radius: a * y.radius + b * x.radius + x.radius * y.radius,
        }
    }

    fn quotient(&self, x: Disc, y: Disc) -> Disc {
        let centre = x.centre / y.centre;
        let least = y.centre.abs() * (1.0 - 2.0 * f64::EPSILON) - y.radius;
        match least > 0.0 {
            true => self.rounded(centre, (x.radius + centre.abs() * y.radius) / least),
            false => self.unknown(centre),
        }
    }
}

impl Arith for Running {
    type Num = Disc;

    fn num(&self, x: f64) -> Disc {
        self.rounded(x, 0.0)
    }

    fn value(&self, x: Disc) -> f64 {
        x.centre
    }

    fn unary(&self, operation: Unary, x: Disc) -> Disc {
        match operation {
            Unary::Convert => self.rounded(x.centre, x.radius),
            Unary::Negate => self.rounded(-x.centre, x.radius),
            Unary::Abs => self.rounded(x.centre.abs(), x.radius),
            Unary::Recip => self.quotient(
                Disc {
                    centre: 1.0,
                    radius: 0.0,
                },
                x,
            ),
            Unary::Sqrt
            | Unary::Rsqrt
            | Unary::Cbrt
            | Unary::Exp
            | Unary::Exp2
            | Unary::Exp10
            | Unary::ExpMinusOne
            | Unary::Log
            | Unary::Log2
            | Unary::Log10
            | Unary::LogOnePlus
            | Unary::Softplus
            | Unary::ArcTan
            | Unary::ArcSinh
            | Unary::Sinh
            | Unary::Tanh
            | Unary::Erf
            | Unary::Erfc => self.monotone(operation, x),
            // Even, and monotone on either side of 0.
            Unary::Cosh if x.centre.abs() >= x.radius => self.monotone(operation, x),
            // Its slope, psi, is at least psi(0.9) = -0.755 there and below log x (DLMF 5.9.13).
            Unary::LogGamma if x.centre - x.radius >= 0.9 => {
                let slope = libm::log(x.centre + x.radius).max(0.76);
                self.rounded(Native.unary(operation, x.centre), slope * MORE * x.radius)
            }
            _ => self.unknown(Native.unary(operation, x.centre)),
        }
    }

    fn binary(&self, operation: Binary, x: Disc, y: Disc) -> Disc {
        let centre = Native.binary(operation, x.centre, y.centre);
        match operation {
            Binary::Add | Binary::Subtract => self.sum(x, y, centre),
            Binary::Multiply => {
                let product = Self::product(x, y);
                self.rounded(product.centre, product.radius)
            }
            Binary::Divide => self.quotient(x, y),
            Binary::Minimum | Binary::Maximum | Binary::MinimumNumber | Binary::MaximumNumber => {
                self.rounded(centre, x.radius.max(y.radius))
            }
            // A partial derivative of it is 1 at most.
            Binary::Hypot => self.sum(x, y, centre),
            _ => self.unknown(centre),
        }
    }

    fn ternary(&self, operation: Ternary, x: Disc, y: Disc, z: Disc) -> Disc {
        let centre = Native.ternary(operation, x.centre, y.centre, z.centre);
        match operation {
            Ternary::Fma => self.sum(Self::product(x, y), z, centre),
            Ternary::Faa => self.rounded(centre, x.radius + y.radius + z.radius),
            Ternary::Clamp => self.unknown(centre),
        }
    }

    fn compare(&self, x: Disc, y: Disc) -> Option<Ordering> {
        let apart = (x.centre - y.centre).abs();
        // False of NaN too.
        let is_clear = apart > (x.radius + y.radius) * MORE;
        if !is_clear {
            self.is_undecided.set(true);
        }
        x.centre.partial_cmp(&y.centre)
    }

    /// Either, where they overlap.
    fn greater_of(&self, x: Disc, y: Disc) -> Disc {
        let (most, other) = match y.centre > x.centre {
            true => (y, x),
            false => (x, y),
        };
        let apart = (most.centre - other.centre) * MORE;
        match apart > (most.radius + other.radius) * MORE {
            true => most,
            false => Disc {
                centre: most.centre,
                radius: most.radius.max(apart + other.radius),
            },
        }
    }
}

/// Of a kernel that `run` runs, and its reference.
pub fn theorem(
    truth: &Truth,
    run: impl Fn(&Running, Order) -> Option<Vec<Disc>> + Send + Sync + 'static,
) -> Theorem {
    let truth = truth.clone();
    Theorem::new(move |u, order| {
        let arith = Running {
            u,
            is_undecided: Cell::new(false),
        };
        let discs = run(&arith, order)?;
        let pairs = truth.high().iter().zip(truth.low()).zip(&discs);
        let worst = pairs.fold(0.0, |worst: f64, ((high, low), disc)| {
            let off = ((disc.centre - high) - low).abs();
            let error = (off + disc.radius) * MORE + f64::EPSILON * f64::EPSILON * high.abs();
            // NaN: nothing is known.
            if error <= worst { worst } else { error }
        });
        let worst = worst / truth.magnitude() * MORE;
        let is_known = worst.is_finite() && !arith.is_undecided.get();
        (is_known && discs.len() == truth.len()).then_some(Bound {
            figure: "normwise",
            worst,
            // Of each operation the worst: where many are summed there would be sqrt(n) to win.
            probable: worst,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(u: f64) -> Running {
        Running {
            u,
            is_undecided: Cell::new(false),
        }
    }

    /// Operations on numbers from the ends of discs, rounded by u either way, stay inside.
    #[test]
    fn discs_hold_what_their_ends_give() {
        let a = at(2f64.powi(-8));
        let x = a.num(0.75);
        let y = a.num(-1.25);
        let ends = |disc: Disc| [disc.centre - disc.radius, disc.centre + disc.radius];
        let holds = |disc: Disc, value: f64| {
            for off in [1.0 - a.u, 1.0, 1.0 + a.u] {
                assert!(
                    (value * off - disc.centre).abs() <= disc.radius,
                    "{disc:?} {value}"
                );
            }
        };
        for p in ends(x) {
            for q in ends(y) {
                holds(a.add(x, y), p + q);
                holds(a.sub(x, y), p - q);
                holds(a.mul(x, y), p * q);
                holds(a.div(x, y), p / q);
                holds(a.fma(x, y, x), p * q + p);
            }
            holds(a.exp(x), libm::exp(p));
            holds(a.log(x), libm::log(p));
            holds(a.erf(x), libm::erf(p));
            holds(a.tanh(x), libm::tanh(p));
            holds(a.recip(x), 1.0 / p);
            holds(a.sqrt(x), p.sqrt());
            holds(a.rsqrt(x), 1.0 / p.sqrt());
            holds(a.cosh(x), libm::cosh(p));
            holds(a.log_gamma(a.add(x, x)), libm::lgamma(2.0 * p));
        }
        // 3 u and no more than a little besides: two inputs and the sum.
        let sum = a.add(a.num(1.0), a.num(1.0));
        assert!((sum.radius / a.u - 4.0).abs() < 0.05, "{sum:?}");
    }

    #[test]
    fn what_may_go_another_way_has_no_bound() {
        let a = at(2f64.powi(-8));
        assert!(a.less(a.num(1.0), a.num(2.0)));
        assert!(!a.is_undecided.get());
        assert!(a.less(a.num(1.0), a.num(1.001)));
        assert!(a.is_undecided.get());
        // One of two that overlap: 3 stands for both, 9 for itself.
        let [three, near, nine] = [3.0, 3.01, 9.0].map(|x| a.num(x));
        let both = a.greater_of(three, near);
        assert_eq!(both.centre, near.centre);
        assert!(both.centre - both.radius <= three.centre - three.radius);
        assert_eq!(a.greater_of(nine, three), nine);
        // A divisor that may be zero, a logarithm of what may be negative.
        let near_zero = a.sub(a.num(1.0), a.num(1.001));
        assert_eq!(a.recip(near_zero).radius, f64::INFINITY);
        assert_eq!(a.log(near_zero).radius, f64::INFINITY);
        assert_eq!(a.cos(a.num(1.0)).radius, f64::INFINITY);
    }
}
