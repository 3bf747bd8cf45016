//! What all variants have in common: inputs in, sum, results out.

pub(crate) use online::LAZY;
#[cfg(feature = "gpu")]
pub(crate) use two_pass::{LOG_2, LOG_2_REST, LOG2_E};

mod naive;
mod online;
mod three_pass;
mod two_pass;

use std::ops::Range;

use super::{ACCUMULATION, INPUT, MAXIMUM, OUTPUT, SCALING, SITES};
use super::{Function, Scaling, Softmax, Variant};
use crate::arith::{Arith, Binary, Operand, Sites, Unary};
use crate::kernels::Num;
use crate::kernels::order::Accumulate;

/// A variant: what it keeps of inputs, how that adds up, how results come out of the sum.
///
/// Inputs come in slices: of one where the order of operations counts ([`Arith::abreast`]), else of
/// many, which then have each operation side by side.
trait Algorithm<S: Sites> {
    /// The sum: a number, or a number and its exponent or maximum.
    type Total: Copy;
    /// What divides by the sum.
    type Divisor: Copy;

    /// What is kept of inputs between the passes, in their places: themselves, or exponentials.
    fn keep(&self, x: &mut [Num<S>]);
    /// A sum of one term.
    fn begin(&self, kept: Num<S>) -> Self::Total;
    /// More terms, one after the other.
    fn push(&self, total: Self::Total, kept: &[Num<S>]) -> Self::Total;
    /// Two sums in one.
    fn merge(&self, left: Self::Total, right: Self::Total) -> Self::Total;
    /// Ready to divide.
    fn divisor(&self, total: Self::Total) -> Self::Divisor;
    /// Softmax of what was kept, in its places.
    fn softmax(&self, kept: &mut [Num<S>], divisor: Self::Divisor);
    /// The logarithm of the sum's number.
    fn logarithm(&self, total: Self::Total) -> Num<S>;
    /// Log-softmax of inputs, in their places.
    fn log_softmax(&self, x: &mut [Num<S>], total: Self::Total, logarithm: Num<S>);
    /// Log-sum-exp.
    fn log_sum_exp(&self, total: Self::Total, logarithm: Num<S>) -> Num<S>;
}

/// How many terms are tried at once where one of them may change what all are relative to; twice as
/// many after those that did not.
const FEW: usize = 16;

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

    /// The runs of inputs that are not.
    fn shown<'x>(&self, x: &'x [Num<S>]) -> impl Iterator<Item = &'x [Num<S>]> {
        x.chunk_by(|a, b| self.is_masked(*a) == self.is_masked(*b))
            .filter(|run| !self.is_masked(run[0]))
    }

    /// A sum's first term, in the accumulator.
    fn load(&self, term: Num<S>) -> Num<S> {
        self.sites.at(ACCUMULATION).convert(term)
    }

    fn add(&self, sum: Num<S>, term: Num<S>) -> Num<S> {
        self.sites.at(ACCUMULATION).add(sum, term)
    }

    fn add_all(&self, sum: Num<S>, terms: &[Num<S>]) -> Num<S> {
        self.sites.at(ACCUMULATION).fold(Binary::Add, sum, terms)
    }

    fn divisor(&self, sum: Num<S>) -> Num<S> {
        match self.scaling {
            Scaling::Reciprocal => self.sites.at(SCALING).recip(sum),
            Scaling::Divide => sum,
        }
    }

    fn divide(&self, terms: &mut [Num<S>], divisor: Num<S>) {
        let operation = match self.scaling {
            Scaling::Reciprocal => Binary::Multiply,
            Scaling::Divide => Binary::Divide,
        };
        let scaling = self.sites.at(SCALING);
        scaling.binary_each(operation, terms, Operand::Same(divisor));
    }
}

pub fn evaluate<S: Sites>(softmax: &Softmax, sites: &S, row: &[f64], result: &mut [f64]) {
    let inputs = sites.at(INPUT).nums(row);
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
        // Computed again they are the same where no order of operations counts.
        let reload = reload || abreast(sites) > 1;
        three_pass::ThreePass {
            common,
            maximum: maximum.fold(Binary::Maximum, maximum.convert(*first), rest),
            reload,
        }
    };
    match softmax.variant {
        Variant::Naive => run(softmax, sites, &naive::Naive { common }, inputs, result),
        Variant::ThreePassRecompute => run(softmax, sites, &three_pass(false), inputs, result),
        Variant::ThreePassReload => run(softmax, sites, &three_pass(true), inputs, result),
        Variant::TwoPass => {
            let algorithm = two_pass::TwoPass::new(common);
            run(softmax, sites, &algorithm, inputs, result);
        }
        Variant::Online => {
            let algorithm = online::Online { common, slack: 0.0 };
            run(softmax, sites, &algorithm, inputs, result);
        }
        Variant::OnlineLazy => {
            let slack = online::LAZY;
            run(
                softmax,
                sites,
                &online::Online { common, slack },
                inputs,
                result,
            );
        }
    }
}

/// The terms of a sum, by their places.
struct Terms<'a, S: Sites, A> {
    algorithm: &'a A,
    kept: &'a [Num<S>],
    /// How many at once.
    abreast: usize,
}

impl<S: Sites, A: Algorithm<S>> Accumulate for Terms<'_, S, A> {
    type Sum = A::Total;

    fn begin(&mut self, place: usize) -> A::Total {
        self.algorithm.begin(self.kept[place])
    }

    fn push(&mut self, sum: A::Total, place: usize) -> A::Total {
        self.push_all(sum, place..place + 1)
    }

    fn push_all(&mut self, sum: A::Total, places: Range<usize>) -> A::Total {
        let slices = self.kept[places].chunks(self.abreast);
        slices.fold(sum, |sum, kept| self.algorithm.push(sum, kept))
    }

    fn merge(&mut self, left: A::Total, right: A::Total) -> A::Total {
        self.algorithm.merge(left, right)
    }
}

/// How many inputs may have each operation side by side, at every site.
fn abreast<S: Sites>(sites: &S) -> usize {
    let each = SITES.iter().map(|site| sites.at(*site).abreast());
    each.min().unwrap_or(1).max(1)
}

fn run<S: Sites, A: Algorithm<S>>(
    softmax: &Softmax,
    sites: &S,
    algorithm: &A,
    inputs: Vec<Num<S>>,
    result: &mut [f64],
) {
    let abreast = abreast(sites);
    let mut kept = inputs.clone();
    for kept in kept.chunks_mut(abreast) {
        algorithm.keep(kept);
    }
    let mut terms = Terms::<S, A> {
        algorithm,
        kept: &kept,
        abreast,
    };
    let Some(total) = softmax.order.accumulate(kept.len(), &mut terms) else {
        return;
    };
    let output = sites.at(OUTPUT);
    let out = |results: &mut [Num<S>], y: &mut [f64]| {
        output.unary_each(Unary::Convert, results);
        for (y, result) in y.iter_mut().zip(results) {
            *y = output.value(*result);
        }
    };
    match softmax.function {
        Function::Softmax => {
            let divisor = algorithm.divisor(total);
            for (y, kept) in result.chunks_mut(abreast).zip(kept.chunks_mut(abreast)) {
                algorithm.softmax(kept, divisor);
                out(kept, y);
            }
        }
        Function::LogSoftmax => {
            let logarithm = algorithm.logarithm(total);
            let mut inputs = inputs;
            for (y, x) in result.chunks_mut(abreast).zip(inputs.chunks_mut(abreast)) {
                algorithm.log_softmax(x, total, logarithm);
                out(x, y);
            }
        }
        Function::LogSumExp => {
            let logarithm = algorithm.logarithm(total);
            out(&mut [algorithm.log_sum_exp(total, logarithm)], result);
        }
    }
}
