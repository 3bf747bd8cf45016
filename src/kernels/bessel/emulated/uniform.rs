//! The uniform expansion (DLMF 10.41.3, 10.41.4), with w = sqrt(v^2 + x^2) and p = v/w:
//!
//! ```text
//! I_v(x) ~ e^M / sqrt(2 pi w)   (1 + U_1(p)/v + U_2(p)/v^2 + ...)      M = w - v asinh(v/x)
//! K_v(x) ~ sqrt(pi/(2w)) e^-M   (1 - U_1(p)/v + U_2(p)/v^2 - ...)
//! ```
//!
//! U_k(p) is p^k times a polynomial in p^2, so U_k(p)/v^k is w^-k times that: v = 0 is no exception.

use std::sync::LazyLock;

use super::{COEFFICIENT, Kind, LEADING, Num, Point, SUM, TERM};
use crate::arith::{Arith, Sites};

/// The most terms there are.
const MOST: usize = 20;

/// U_k(p) / p^k as a polynomial in p^2, k = 0 to 20, by DLMF 10.41.9:
/// U_(k+1) = p^2 (1 - p^2) U_k'/2 + (1/8) integral of (1 - 5 t^2) U_k. Neighbouring coefficients
/// differ in sign, so that nothing cancels and f64 has them to a few ulps.
pub(crate) static DEBYE: LazyLock<Vec<Vec<f64>>> = LazyLock::new(|| {
    let mut all = vec![vec![1.0]];
    for k in 0..MOST {
        let mut next = vec![0.0; k + 2];
        for (j, c) in all[k].iter().enumerate() {
            // The coefficient of p^e.
            let e = (k + 2 * j) as f64;
            next[j] += c * (0.5 * e + 0.125 / (e + 1.0));
            next[j + 1] -= c * (0.5 * e + 0.625 / (e + 3.0));
        }
        all.push(next);
    }
    all
});

impl<S: Sites> Point<'_, S> {
    pub(super) fn uniform(&self, terms: usize) -> Num<S> {
        let (leading, coefficient) = (self.sites.at(LEADING), self.sites.at(COEFFICIENT));
        let (term, sum) = (self.sites.at(TERM), self.sites.at(SUM));
        let w = leading.sqrt(leading.add(leading.mul(self.v, self.v), leading.mul(self.x, self.x)));
        let angle = leading.arcsinh(leading.div(self.v, self.x));
        let action = leading.sub(w, leading.mul(self.v, angle));

        let p = coefficient.div(self.v, w);
        let square = coefficient.mul(p, p);
        let step = term.recip(w);
        let (mut power, mut total) = (term.num(1.0), sum.num(1.0));
        for (k, debye) in DEBYE.iter().enumerate().skip(1).take(terms) {
            power = term.mul(power, step);
            let mut value = coefficient.num(0.0);
            for c in debye.iter().rev() {
                value = coefficient.add(coefficient.mul(value, square), coefficient.num(*c));
            }
            let product = term.mul(power, value);
            total = match self.kind == Kind::K && k % 2 == 1 {
                true => sum.sub(total, product),
                false => sum.add(total, product),
            };
        }
        self.assemble(action, self.half_log(w), total)
    }
}
