//! The recurrence (DLMF 10.29.1) by ratios, in the direction in which all terms are positive:
//!
//! ```text
//! I:  down from v + 24,  I_n / I_(n-1) = 1 / (2n/x + I_(n+1)/I_n)
//! K:  up from |mu| <= 1/2,  K_(n+1) / K_n = 2n/x + K_(n-1)/K_n
//! ```

use super::{EXPONENTIAL, Kind, Num, Point, RECURRENCE};
use crate::arith::{Arith, Sites};

/// How far above v the recurrence of I begins.
const ABOVE: usize = 24;
/// Nodes of the integral that the recurrence of K begins with.
pub(crate) const NODES: usize = 64;

/// How many orders above one between -1/2 and 1/2 v is, and that one.
pub(crate) fn steps(v: f64) -> (usize, f64) {
    let steps = (v + 0.5) as usize;
    (steps, v - steps as f64)
}

impl<S: Sites> Point<'_, S> {
    pub(super) fn recurrence(&self, terms: usize) -> Num<S> {
        match self.kind {
            Kind::I => self.down(terms),
            Kind::K => self.up(),
        }
    }

    /// log of the ratio of two values given by their logarithms, as the ratio.
    fn ratio(&self, above: Num<S>, below: Num<S>) -> Num<S> {
        let exponential = self.sites.at(EXPONENTIAL);
        exponential.exp(exponential.sub(above, below))
    }

    fn down(&self, terms: usize) -> Num<S> {
        let a = self.sites.at(RECURRENCE);
        let order = |n: usize| a.add(self.v, a.num(n as f64));
        let exact = |n: usize| self.exact.0 + n as f64;
        let mut log = self.at_order(order(ABOVE), exact(ABOVE)).uniform(terms);
        let above = self
            .at_order(order(ABOVE + 1), exact(ABOVE + 1))
            .uniform(terms);
        let mut ratio = self.ratio(above, log);
        for n in (1..=ABOVE).rev() {
            let slope = a.div(a.mul(a.num(2.0), order(n)), self.x);
            ratio = a.recip(a.add(slope, ratio));
            log = a.sub(log, a.log(ratio));
        }
        log
    }

    fn up(&self) -> Num<S> {
        let a = self.sites.at(RECURRENCE);
        let (steps, low) = steps(self.exact.0);
        // K_-mu = K_mu (DLMF 10.27.3): the integral takes either sign.
        let mu = a.sub(self.v, a.num(steps as f64));
        let base = self.at_order(mu, low.abs()).integral(NODES);
        if steps == 0 {
            return base;
        }
        let mut log = self
            .at_order(a.add(mu, a.num(1.0)), low + 1.0)
            .integral(NODES);
        let mut ratio = self.ratio(log, base);
        for n in 1..steps {
            let order = a.add(mu, a.num(n as f64));
            let slope = a.div(a.mul(a.num(2.0), order), self.x);
            ratio = a.add(slope, a.recip(ratio));
            log = a.add(log, a.log(ratio));
        }
        log
    }
}
