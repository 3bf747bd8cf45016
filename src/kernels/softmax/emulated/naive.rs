//! Nothing is subtracted: e^x / sum e^x.

use super::super::{EXPONENTIAL, LOGARITHM, SUBTRACTION};
use super::{Algorithm, Common, Num};
use crate::arith::{Arith, Binary, Operand, Sites, Unary};

pub struct Naive<'a, S> {
    pub common: Common<'a, S>,
}

impl<S: Sites> Algorithm<S> for Naive<'_, S> {
    type Total = Num<S>;
    type Divisor = Num<S>;

    fn keep(&self, x: &mut [Num<S>]) {
        let exponential = self.common.sites.at(EXPONENTIAL);
        exponential.unary_each(Unary::Exp, x);
    }

    fn begin(&self, kept: Num<S>) -> Num<S> {
        self.common.load(kept)
    }

    fn push(&self, total: Num<S>, kept: &[Num<S>]) -> Num<S> {
        self.common.add_all(total, kept)
    }

    fn merge(&self, left: Num<S>, right: Num<S>) -> Num<S> {
        self.common.add(left, right)
    }

    fn divisor(&self, total: Num<S>) -> Num<S> {
        self.common.divisor(total)
    }

    fn softmax(&self, kept: &mut [Num<S>], divisor: Num<S>) {
        self.common.divide(kept, divisor);
    }

    fn logarithm(&self, total: Num<S>) -> Num<S> {
        self.common.sites.at(LOGARITHM).log(total)
    }

    fn log_softmax(&self, x: &mut [Num<S>], _: Num<S>, logarithm: Num<S>) {
        let subtraction = self.common.sites.at(SUBTRACTION);
        subtraction.binary_each(Binary::Subtract, x, Operand::Same(logarithm));
    }

    fn log_sum_exp(&self, _: Num<S>, logarithm: Num<S>) -> Num<S> {
        logarithm
    }
}
