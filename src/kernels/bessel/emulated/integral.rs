//! K as an integral (DLMF 10.32.9) by the trapezoidal rule, on a logarithmic scale:
//!
//! ```text
//! K_v(x) = integral from 0 of e^(g(t)) dt,   g(t) = log cosh(v t) - x cosh t
//! ```
//!
//! The integrand is analytic and even and falls like e^(-x e^t / 2), so the rule's error falls
//! exponentially with the number of nodes (Trefethen and Weideman, 2014).

use super::{Num, OUTPUT, Point, TERM};
use crate::arith::{Arith, Sites};
use crate::native::log::exp;

/// Where the integrand is e^-40 of its greatest value, past which it is left out.
pub(crate) fn end(v: f64, x: f64) -> f64 {
    let g = |t: f64| {
        let growth = exp(t.min(700.0));
        v * t - 0.5 * x * (growth + 1.0 / growth)
    };
    // The greatest is at sinh t = v/x; doubled, then halved between.
    let mut at = 1e-3;
    let mut greatest = g(0.0);
    while at < 750.0 && g(at) > greatest - 40.0 {
        greatest = greatest.max(g(at));
        at *= 1.1;
    }
    at
}

impl<S: Sites> Point<'_, S> {
    pub(super) fn integral(&self, nodes: usize) -> Num<S> {
        let (term, output) = (self.sites.at(TERM), self.sites.at(OUTPUT));
        let step = end(self.exact.0, self.exact.1) / nodes.max(1) as f64;
        let log_two = term.num(std::f64::consts::LN_2);
        let terms: Vec<Num<S>> = (0..=nodes)
            .map(|node| {
                let t = term.num(node as f64 * step);
                // log cosh y = y + log(1 + e^(-2y)) - log 2.
                let y = term.mul(self.v, t);
                let fall = term.softplus(term.mul(term.num(-2.0), y));
                let log_cosh = term.sub(term.add(y, fall), log_two);
                term.sub(log_cosh, term.mul(self.x, term.cosh(t)))
            })
            .collect();
        let sum = self.log_sum(&terms, |node| if node == 0 { 0.5 } else { 1.0 });
        output.add(sum, output.log(output.num(step)))
    }
}
