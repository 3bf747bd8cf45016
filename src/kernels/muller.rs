//! Muller's recurrence, which goes to 5 and in any rounded arithmetic to 100.
//!
//! ```text
//!     x_0 = 4, x_1 = 17/4,   x_(n+1) = 108 - (815 - 1500 / x_(n-1)) / x_n
//! ```
//!
//! All solutions are (a 100^(n+1) + b 5^(n+1) + c 3^(n+1)) / (a 100^n + b 5^n + c 3^n). These
//! beginnings have a = 0; any rounding has not, and 100 wins (J.-M. Muller et al., *Handbook of
//! Floating-Point Arithmetic*, 2nd ed., 2018, section 1.3.2.1).

use super::sites::sites;
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Reference, Sites};
use crate::kernels::Num;

sites! {
    /// 4, 17/4, 108, 815 and 1500, rounded once.
    CONSTANT "constant"
    /// Both quotients.
    QUOTIENT "quotient"
    /// Both differences.
    SUBTRACTION "subtraction"
}

/// x_n.
///
/// ```
/// use roundoff::arith::Native;
/// use roundoff::kernels::muller::iterate;
/// assert_eq!(iterate(&Native, 1), 4.25);
/// assert!((iterate(&Native, 30) - 100.0).abs() < 1e-9);
/// ```
pub fn iterate<S: Sites>(sites: &S, n: usize) -> Num<S> {
    let (constant, quotient) = (sites.at(CONSTANT), sites.at(QUOTIENT));
    let subtraction = sites.at(SUBTRACTION);
    let [c108, c815, c1500] = [108.0, 815.0, 1500.0].map(|c| constant.num(c));
    let (mut before, mut x) = (constant.num(4.0), constant.num(4.25));
    if n == 0 {
        return before;
    }
    for _ in 1..n {
        let inner = subtraction.sub(c815, quotient.div(c1500, before));
        (before, x) = (x, subtraction.sub(c108, quotient.div(inner, x)));
    }
    x
}

/// x_n without the recurrence: (5 + 3 r) / (1 + r), r = (3/5)^n.
///
/// ```
/// use roundoff::kernels::muller::exact;
/// assert_eq!(exact(1).to_f64(), 4.25);
/// assert!((exact(30).to_f64() - 5.0).abs() < 1e-6);
/// ```
pub fn exact(n: usize) -> Unrounded {
    let r = Reference;
    let [one, three, five] = [1.0, 3.0, 5.0].map(|x| r.num(x));
    let each = r.div(three, five);
    let power = (0..n).fold(one, |power, _| r.mul(power, each));
    r.div(r.add(five, r.mul(three, power)), r.add(one, power))
}
