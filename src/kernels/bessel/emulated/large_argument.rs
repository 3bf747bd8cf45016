//! The expansion for large arguments (DLMF 10.40.1, 10.40.2, with a_k(v) of 10.17.1):
//!
//! ```text
//! I_v(x) ~ e^x / sqrt(2 pi x) (1 - a_1/x + a_2/x^2 - ...)
//! K_v(x) ~ sqrt(pi/(2x)) e^-x (1 + a_1/x + a_2/x^2 + ...)
//! a_k / a_(k-1) = (4 v^2 - (2k - 1)^2) / (8 k)
//! ```

use super::{COEFFICIENT, Kind, Num, Point, SUM, TERM};
use crate::arith::{Arith, Sites};

impl<S: Sites> Point<'_, S> {
    pub(super) fn large_argument(&self, terms: usize) -> Num<S> {
        let (coefficient, term, sum) = (
            self.sites.at(COEFFICIENT),
            self.sites.at(TERM),
            self.sites.at(SUM),
        );
        let square = coefficient.mul(coefficient.num(4.0), coefficient.mul(self.v, self.v));
        let (mut power, mut total) = (term.num(1.0), sum.num(1.0));
        for k in 1..=terms {
            let k = k as f64;
            let odd = coefficient.num((2.0 * k - 1.0) * (2.0 * k - 1.0));
            let numerator = coefficient.sub(square, odd);
            let denominator = coefficient.mul(coefficient.num(8.0 * k), self.x);
            power = term.mul(power, coefficient.div(numerator, denominator));
            if self.kind == Kind::I {
                power = term.neg(power);
            }
            total = sum.add(total, power);
        }
        self.assemble(self.x, self.half_log(self.x), total)
    }
}
