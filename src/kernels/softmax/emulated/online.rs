//! The maximum so far: the sum is of e^(x - m), and is rescaled when m rises by more than a slack.

use super::super::{ACCUMULATION, EXPONENTIAL, LOGARITHM, MAXIMUM, SUBTRACTION};
use super::{Algorithm, Common, FEW, Num};
use crate::arith::{Arith, Binary, Operand, Sites, Unary};

/// log 256: how far the maximum of the lazy variant may lag behind. Terms are then up to 256,
/// which every 8-bit format but those of few exponents holds.
pub const LAZY: f64 = 5.545177444479562;

pub struct Online<'a, S> {
    pub common: Common<'a, S>,
    /// How far m may lag behind the maximum.
    pub slack: f64,
}

/// The sum of e^(x - maximum). Nothing but masked inputs so far: a sum of zero.
#[derive(Clone, Copy)]
pub struct Scaled<N> {
    maximum: N,
    sum: N,
}

impl<S: Sites> Online<'_, S> {
    fn difference(&self, x: Num<S>, maximum: Num<S>) -> Num<S> {
        self.common.sites.at(SUBTRACTION).sub(x, maximum)
    }

    fn exponential(&self, difference: Num<S>) -> Num<S> {
        self.common.sites.at(EXPONENTIAL).exp(difference)
    }

    fn rises(&self, difference: Num<S>) -> bool {
        self.common.sites.at(SUBTRACTION).value(difference) > self.slack
    }

    /// `sum` e^`difference`, in the accumulator.
    fn rescale(&self, sum: Num<S>, difference: Num<S>) -> Num<S> {
        let factor = self.exponential(difference);
        self.common.sites.at(ACCUMULATION).mul(sum, factor)
    }

    fn is_empty(&self, total: Scaled<Num<S>>) -> bool {
        self.common.is_masked(total.maximum)
    }

    /// x less a number, in the places of x.
    fn differences(&self, x: &mut [Num<S>], less: Num<S>) {
        let subtraction = self.common.sites.at(SUBTRACTION);
        subtraction.binary_each(Binary::Subtract, x, Operand::Same(less));
    }

    /// e^x, in the places of x.
    fn exponentials(&self, x: &mut [Num<S>]) {
        let exponential = self.common.sites.at(EXPONENTIAL);
        exponential.unary_each(Unary::Exp, x);
    }

    /// One that is not masked.
    fn push_one(&self, total: Scaled<Num<S>>, x: Num<S>) -> Scaled<Num<S>> {
        if self.is_empty(total) {
            return self.begin(x);
        }
        let difference = self.difference(x, total.maximum);
        if !self.rises(difference) {
            let sum = self.common.add(total.sum, self.exponential(difference));
            return Scaled { sum, ..total };
        }
        let maximum = self.common.sites.at(MAXIMUM).maximum(total.maximum, x);
        let sum = self.rescale(total.sum, self.difference(total.maximum, maximum));
        let term = self.exponential(self.difference(x, maximum));
        Scaled {
            maximum,
            sum: self.common.add(sum, term),
        }
    }

    /// Several at once, none masked, up to the first that raises the maximum; how many that were.
    fn push_many(&self, total: &mut Scaled<Num<S>>, x: &[Num<S>]) -> usize {
        if x.len() == 1 || self.is_empty(*total) {
            return 0;
        }
        let mut terms = x.to_vec();
        self.differences(&mut terms, total.maximum);
        let rises = terms.iter().position(|difference| self.rises(*difference));
        terms.truncate(rises.unwrap_or(x.len()));
        self.exponentials(&mut terms);
        total.sum = self.common.add_all(total.sum, &terms);
        terms.len()
    }
}

impl<S: Sites> Algorithm<S> for Online<'_, S> {
    type Total = Scaled<Num<S>>;
    type Divisor = Scaled<Num<S>>;

    fn keep(&self, _: &mut [Num<S>]) {}

    fn begin(&self, x: Num<S>) -> Scaled<Num<S>> {
        let accumulation = self.common.sites.at(ACCUMULATION);
        let maximum = self.common.sites.at(MAXIMUM).convert(x);
        let sum = match self.common.is_masked(x) {
            true => accumulation.num(0.0),
            false => self
                .common
                .load(self.exponential(self.difference(x, maximum))),
        };
        Scaled { maximum, sum }
    }

    fn push(&self, mut total: Scaled<Num<S>>, x: &[Num<S>]) -> Scaled<Num<S>> {
        for mut x in self.common.shown(x) {
            let mut many = FEW;
            while let Some((first, others)) = x.split_first() {
                let several = &x[..many.min(x.len())];
                match self.push_many(&mut total, several) {
                    0 => {
                        total = self.push_one(total, *first);
                        x = others;
                    }
                    done => {
                        many = if done == several.len() { 2 * many } else { FEW };
                        x = &x[done..];
                    }
                }
            }
        }
        total
    }

    fn merge(&self, left: Scaled<Num<S>>, right: Scaled<Num<S>>) -> Scaled<Num<S>> {
        if self.is_empty(right) {
            return left;
        }
        if self.is_empty(left) {
            return right;
        }
        let difference = self.difference(right.maximum, left.maximum);
        let (maximum, left, right) = match self.rises(difference) {
            false => (left.maximum, left.sum, self.rescale(right.sum, difference)),
            true => {
                let maximum = self
                    .common
                    .sites
                    .at(MAXIMUM)
                    .maximum(left.maximum, right.maximum);
                let left = self.rescale(left.sum, self.difference(left.maximum, maximum));
                (maximum, left, right.sum)
            }
        };
        Scaled {
            maximum,
            sum: self.common.add(left, right),
        }
    }

    fn divisor(&self, total: Scaled<Num<S>>) -> Scaled<Num<S>> {
        Scaled {
            sum: self.common.divisor(total.sum),
            ..total
        }
    }

    fn softmax(&self, x: &mut [Num<S>], divisor: Scaled<Num<S>>) {
        self.differences(x, divisor.maximum);
        self.exponentials(x);
        self.common.divide(x, divisor.sum);
    }

    fn logarithm(&self, total: Scaled<Num<S>>) -> Num<S> {
        self.common.sites.at(LOGARITHM).log(total.sum)
    }

    fn log_softmax(&self, x: &mut [Num<S>], total: Scaled<Num<S>>, logarithm: Num<S>) {
        self.differences(x, total.maximum);
        self.differences(x, logarithm);
    }

    fn log_sum_exp(&self, total: Scaled<Num<S>>, logarithm: Num<S>) -> Num<S> {
        self.common
            .sites
            .at(LOGARITHM)
            .add(total.maximum, logarithm)
    }
}
