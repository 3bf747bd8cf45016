//! What all variants have in common: inputs in, sum, results out.

pub(crate) use online::LAZY;
#[cfg(feature = "gpu")]
pub(crate) use two_pass::{LOG_2, LOG_2_REST, LOG2_E};

mod naive;
mod online;
mod three_pass;
mod two_pass;

use super::{ACCUMULATION, INPUT, MAXIMUM, OUTPUT, SCALING};
use super::{Function, Scaling, Softmax, Variant};
use crate::arith::{Arith, Sites};
use crate::kernels::Num;
use crate::kernels::order::Accumulate;

/// A variant: what it keeps of an input, how that adds up, how results come out of the sum.
trait Algorithm<S: Sites> {
    /// The sum: a number, or a number and its exponent or maximum.
    type Total: Copy;
    /// What divides by the sum.
    type Divisor: Copy;

    /// What is kept of an input between the passes: itself, or its exponential.
    fn keep(&self, x: Num<S>) -> Num<S>;
    /// A sum of one term.
    fn begin(&self, kept: Num<S>) -> Self::Total;
    /// One term more.
    fn push(&self, total: Self::Total, kept: Num<S>) -> Self::Total;
    /// Two sums in one.
    fn merge(&self, left: Self::Total, right: Self::Total) -> Self::Total;
    /// Ready to divide.
    fn divisor(&self, total: Self::Total) -> Self::Divisor;
    /// Softmax of what was kept.
    fn softmax(&self, kept: Num<S>, divisor: Self::Divisor) -> Num<S>;
    /// The logarithm of the sum's number.
    fn logarithm(&self, total: Self::Total) -> Num<S>;
    /// Log-softmax of an input.
    fn log_softmax(&self, x: Num<S>, total: Self::Total, logarithm: Num<S>) -> Num<S>;
    /// Log-sum-exp.
    fn log_sum_exp(&self, total: Self::Total, logarithm: Num<S>) -> Num<S>;
}

/// The sites, and how the sum divides.
struct Common<'a, S> {
    sites: &'a S,
    scaling: Scaling,
}

// Not derived: the sites themselves need not be.
impl<S> Clone for Common<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Common<'_, S> {}

impl<S: Sites> Common<'_, S> {
    /// Is it -infinity: masked?
    fn is_masked(&self, x: Num<S>) -> bool {
        self.sites.at(INPUT).value(x) == f64::NEG_INFINITY
    }

    /// A sum's first term, in the accumulator.
    fn load(&self, term: Num<S>) -> Num<S> {
        self.sites.at(ACCUMULATION).convert(term)
    }

    fn add(&self, sum: Num<S>, term: Num<S>) -> Num<S> {
        self.sites.at(ACCUMULATION).add(sum, term)
    }

    fn divisor(&self, sum: Num<S>) -> Num<S> {
        match self.scaling {
            Scaling::Reciprocal => self.sites.at(SCALING).recip(sum),
            Scaling::Divide => sum,
        }
    }

    fn divide(&self, term: Num<S>, divisor: Num<S>) -> Num<S> {
        let scaling = self.sites.at(SCALING);
        match self.scaling {
            Scaling::Reciprocal => scaling.mul(term, divisor),
            Scaling::Divide => scaling.div(term, divisor),
        }
    }
}

pub fn evaluate<S: Sites>(softmax: &Softmax, sites: &S, row: &[f64], result: &mut [f64]) {
    let input = sites.at(INPUT);
    let inputs: Vec<Num<S>> = row.iter().map(|x| input.num(*x)).collect();
    let Some((first, rest)) = inputs.split_first() else {
        let output = sites.at(OUTPUT);
        result.fill(output.value(output.num(f64::NEG_INFINITY)));
        return;
    };
    let common = Common {
        sites,
        scaling: softmax.scaling,
    };
    let three_pass = |reload| {
        let maximum = sites.at(MAXIMUM);
        three_pass::ThreePass {
            common,
            maximum: rest
                .iter()
                .fold(maximum.convert(*first), |m, x| maximum.maximum(m, *x)),
            reload,
        }
    };
    match softmax.variant {
        Variant::Naive => run(softmax, sites, &naive::Naive { common }, &inputs, result),
        Variant::ThreePassRecompute => run(softmax, sites, &three_pass(false), &inputs, result),
        Variant::ThreePassReload => run(softmax, sites, &three_pass(true), &inputs, result),
        Variant::TwoPass => run(
            softmax,
            sites,
            &two_pass::TwoPass::new(common),
            &inputs,
            result,
        ),
        Variant::Online => run(
            softmax,
            sites,
            &online::Online { common, slack: 0.0 },
            &inputs,
            result,
        ),
        Variant::OnlineLazy => {
            let slack = online::LAZY;
            run(
                softmax,
                sites,
                &online::Online { common, slack },
                &inputs,
                result,
            );
        }
    }
}

/// The terms of a sum, by their places.
struct Terms<'a, S: Sites, A> {
    algorithm: &'a A,
    kept: &'a [Num<S>],
}

impl<S: Sites, A: Algorithm<S>> Accumulate for Terms<'_, S, A> {
    type Sum = A::Total;

    fn begin(&mut self, place: usize) -> A::Total {
        self.algorithm.begin(self.kept[place])
    }

    fn push(&mut self, sum: A::Total, place: usize) -> A::Total {
        self.algorithm.push(sum, self.kept[place])
    }

    fn merge(&mut self, left: A::Total, right: A::Total) -> A::Total {
        self.algorithm.merge(left, right)
    }
}

fn run<S: Sites, A: Algorithm<S>>(
    softmax: &Softmax,
    sites: &S,
    algorithm: &A,
    inputs: &[Num<S>],
    result: &mut [f64],
) {
    let kept: Vec<Num<S>> = inputs.iter().map(|x| algorithm.keep(*x)).collect();
    let mut terms = Terms::<S, A> {
        algorithm,
        kept: &kept,
    };
    let Some(total) = softmax.order.accumulate(kept.len(), &mut terms) else {
        return;
    };
    let output = sites.at(OUTPUT);
    let out = |y: Num<S>| output.value(output.convert(y));
    match softmax.function {
        Function::Softmax => {
            let divisor = algorithm.divisor(total);
            for (y, kept) in result.iter_mut().zip(&kept) {
                *y = out(algorithm.softmax(*kept, divisor));
            }
        }
        Function::LogSoftmax => {
            let logarithm = algorithm.logarithm(total);
            for (y, x) in result.iter_mut().zip(inputs) {
                *y = out(algorithm.log_softmax(*x, total, logarithm));
            }
        }
        Function::LogSumExp => {
            let logarithm = algorithm.logarithm(total);
            result.fill(out(algorithm.log_sum_exp(total, logarithm)));
        }
    }
}
