//! The maximum of the row is known: e^(x - m) / sum e^(x - m).

use super::super::{EXPONENTIAL, LOGARITHM, SUBTRACTION};
use super::{Algorithm, Common, Num};
use crate::arith::{Arith, Binary, Operand, Sites, Unary};

pub struct ThreePass<'a, S: Sites> {
    pub common: Common<'a, S>,
    pub maximum: Num<S>,
    /// Are exponentials kept, or computed again? The same numbers, but for random words.
    pub reload: bool,
}

impl<S: Sites> ThreePass<'_, S> {
    /// x - maximum, in the places of x.
    fn differences(&self, x: &mut [Num<S>]) {
        let subtraction = self.common.sites.at(SUBTRACTION);
        subtraction.binary_each(Binary::Subtract, x, Operand::Same(self.maximum));
    }

    fn exponentials(&self, x: &mut [Num<S>]) {
        self.differences(x);
        let exponential = self.common.sites.at(EXPONENTIAL);
        exponential.unary_each(Unary::Exp, x);
    }

    /// Terms of what was kept, in its places.
    fn terms(&self, kept: &mut [Num<S>]) {
        if !self.reload {
            self.exponentials(kept);
        }
    }
}

impl<S: Sites> Algorithm<S> for ThreePass<'_, S> {
    type Total = Num<S>;
    type Divisor = Num<S>;

    fn keep(&self, x: &mut [Num<S>]) {
        if self.reload {
            self.exponentials(x);
        }
    }

    fn begin(&self, kept: Num<S>) -> Num<S> {
        let mut term = [kept];
        self.terms(&mut term);
        self.common.load(term[0])
    }

    fn push(&self, total: Num<S>, kept: &[Num<S>]) -> Num<S> {
        if self.reload {
            return self.common.add_all(total, kept);
        }
        let mut terms = kept.to_vec();
        self.terms(&mut terms);
        self.common.add_all(total, &terms)
    }

    fn merge(&self, left: Num<S>, right: Num<S>) -> Num<S> {
        self.common.add(left, right)
    }

    fn divisor(&self, total: Num<S>) -> Num<S> {
        self.common.divisor(total)
    }

    fn softmax(&self, kept: &mut [Num<S>], divisor: Num<S>) {
        self.terms(kept);
        self.common.divide(kept, divisor);
    }

    fn logarithm(&self, total: Num<S>) -> Num<S> {
        self.common.sites.at(LOGARITHM).log(total)
    }

    fn log_softmax(&self, x: &mut [Num<S>], _: Num<S>, logarithm: Num<S>) {
        self.differences(x);
        let subtraction = self.common.sites.at(SUBTRACTION);
        subtraction.binary_each(Binary::Subtract, x, Operand::Same(logarithm));
    }

    fn log_sum_exp(&self, _: Num<S>, logarithm: Num<S>) -> Num<S> {
        self.common.sites.at(LOGARITHM).add(self.maximum, logarithm)
    }
}
