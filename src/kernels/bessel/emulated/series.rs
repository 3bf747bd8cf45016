//! The power series of I (DLMF 10.25.2) on a logarithmic scale: the logarithms of the terms
//!
//! ```text
//! v log(x/2) - log Gamma(v + 1),   each next one + 2 log(x/2) - log(k (k + v)),
//! ```
//!
//! and the logarithm of the sum of their exponentials.

use super::{Num, Point, TERM};
use crate::arith::{Arith, Sites};

/// No more terms than this, however great x is.
const MOST: usize = 20_000;

/// How many terms after the first there are to be.
pub(crate) fn count(v: f64, x: f64) -> usize {
    // The greatest term is near k = (w - v)/2; past it they fall like a Gaussian of variance k.
    let peak = 0.5 * x * (x / (v + (v * v + x * x).sqrt()));
    (peak + 10.0 * (peak + 1.0).sqrt() + 20.0).min(MOST as f64) as usize
}

impl<S: Sites> Point<'_, S> {
    pub(super) fn series(&self) -> Num<S> {
        let term = self.sites.at(TERM);
        let count = count(self.exact.0, self.exact.1);

        let log = term.log(term.mul(term.num(0.5), self.x));
        let order = term.add(self.v, term.num(1.0));
        let mut now = term.sub(term.mul(self.v, log), term.log_gamma(order));
        let twice = term.mul(term.num(2.0), log);
        let mut terms = vec![now];
        for k in 1..=count {
            let k = term.num(k as f64);
            let divisor = term.log(term.mul(k, term.add(k, self.v)));
            now = term.add(now, term.sub(twice, divisor));
            terms.push(now);
        }
        self.log_sum(&terms, |_| 1.0)
    }
}
