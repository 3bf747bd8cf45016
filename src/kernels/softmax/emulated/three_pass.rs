//! The maximum of the row is known: e^(x - m) / sum e^(x - m).

use super::super::{EXPONENTIAL, LOGARITHM, SUBTRACTION};
use super::{Algorithm, Common, Num};
use crate::arith::{Arith, Sites};

pub struct ThreePass<'a, S: Sites> {
    pub common: Common<'a, S>,
    pub maximum: Num<S>,
    /// Are exponentials kept, or computed again? The same numbers, but for a stochastic rounding.
    pub reload: bool,
}

impl<S: Sites> ThreePass<'_, S> {
    fn exponential(&self, x: Num<S>) -> Num<S> {
        let sites = self.common.sites;
        sites
            .at(EXPONENTIAL)
            .exp(sites.at(SUBTRACTION).sub(x, self.maximum))
    }

    fn term(&self, kept: Num<S>) -> Num<S> {
        match self.reload {
            true => kept,
            false => self.exponential(kept),
        }
    }
}

impl<S: Sites> Algorithm<S> for ThreePass<'_, S> {
    type Total = Num<S>;
    type Divisor = Num<S>;

    fn keep(&self, x: Num<S>) -> Num<S> {
        match self.reload {
            true => self.exponential(x),
            false => x,
        }
    }

    fn begin(&self, kept: Num<S>) -> Num<S> {
        self.common.load(self.term(kept))
    }

    fn push(&self, total: Num<S>, kept: Num<S>) -> Num<S> {
        self.common.add(total, self.term(kept))
    }

    fn merge(&self, left: Num<S>, right: Num<S>) -> Num<S> {
        self.common.add(left, right)
    }

    fn divisor(&self, total: Num<S>) -> Num<S> {
        self.common.divisor(total)
    }

    fn softmax(&self, kept: Num<S>, divisor: Num<S>) -> Num<S> {
        self.common.divide(self.term(kept), divisor)
    }

    fn logarithm(&self, total: Num<S>) -> Num<S> {
        self.common.sites.at(LOGARITHM).log(total)
    }

    fn log_softmax(&self, x: Num<S>, _: Num<S>, logarithm: Num<S>) -> Num<S> {
        let subtraction = self.common.sites.at(SUBTRACTION);
        subtraction.sub(subtraction.sub(x, self.maximum), logarithm)
    }

    fn log_sum_exp(&self, _: Num<S>, logarithm: Num<S>) -> Num<S> {
        self.common.sites.at(LOGARITHM).add(self.maximum, logarithm)
    }
}
