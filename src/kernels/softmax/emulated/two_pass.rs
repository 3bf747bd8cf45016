//! Exponentials as pairs (m, n), value m 2^n: n a float, so that nothing over- or underflows.
//!
//! ```text
//! n = x log2(e) to the nearest integer    pair-exponent: product and integer, each rounded
//! r = x - n log 2                         subtraction: two fused steps, log 2 in two parts
//! m = e^r, between 0.7 and 1.42           pair-mantissa: correctly rounded
//! ```
//!
//! The paper's e^r is a polynomial of a few operations; here it is one rounding, so that the figure
//! shows what the pair costs and not how good somebody's polynomial is. Nothing needs n to be the
//! nearest integer: where its format is coarse, r is greater. So this variant has a range too, that
//! of n: past |x| = 2^p log 2 the steps of n are greater than 1, and m leaves its range soon after.
//!
//! A sum takes the greater exponent; the other mantissa is scaled down, which rounds only below the
//! normal numbers of the accumulator:
//!
//! ```text
//! (m, n) + (m', n') = (m 2^(n - N) + m' 2^(n' - N), N),   N = max(n, n')
//! ```

use super::super::{ACCUMULATION, LOGARITHM, PAIR_EXPONENT, PAIR_MANTISSA, SCALING, SUBTRACTION};
use super::{Algorithm, Common, FEW, Num};
use crate::arith::{Arith, Binary, Operand, Sites, Ternary, Unary};

/// log2(e) and log 2, to the nearest f64; then what is left of log 2.
pub const LOG2_E: f64 = std::f64::consts::LOG2_E;
pub const LOG_2: f64 = std::f64::consts::LN_2;
pub const LOG_2_REST: f64 = 2.319_046_813_846_299_6e-17;

pub struct TwoPass<'a, S: Sites> {
    common: Common<'a, S>,
    log2_e: Num<S>,
    /// log 2 in two parts of the subtraction's format (Cody and Waite).
    log_2: [Num<S>; 2],
    /// The same for the logarithm.
    log_2_back: [Num<S>; 2],
}

/// m 2^n.
#[derive(Clone, Copy)]
pub struct Pair<N> {
    mantissa: N,
    exponent: N,
}

/// Several of them.
struct Pairs<'a, N> {
    mantissas: &'a [N],
    exponents: &'a [N],
}

fn in_two_parts<A: Arith>(arith: &A) -> [A::Num; 2] {
    let high = arith.num(LOG_2);
    let rest = (LOG_2 - arith.value(high)) + LOG_2_REST;
    [high, arith.num(rest)]
}

impl<'a, S: Sites> TwoPass<'a, S> {
    pub fn new(common: Common<'a, S>) -> Self {
        let sites = common.sites;
        Self {
            common,
            log2_e: sites.at(PAIR_EXPONENT).num(LOG2_E),
            log_2: in_two_parts(sites.at(SUBTRACTION)),
            log_2_back: in_two_parts(sites.at(LOGARITHM)),
        }
    }

    /// x - n log 2, in the places of x.
    fn reduce(&self, x: &mut [Num<S>], exponents: &[Num<S>]) {
        let subtraction = self.common.sites.at(SUBTRACTION);
        let mut down = exponents.to_vec();
        let counting = self.common.sites.at(PAIR_EXPONENT);
        counting.unary_each(Unary::Negate, &mut down);
        for part in self.log_2 {
            let mut next = down.clone();
            subtraction.ternary_each(
                Ternary::Fma,
                &mut next,
                Operand::Same(part),
                Operand::Each(x),
            );
            x.copy_from_slice(&next);
        }
    }

    /// e^x of inputs that are not masked: mantissas in the places of x, and the exponents.
    fn exponentials(&self, x: &mut [Num<S>]) -> Vec<Num<S>> {
        let sites = self.common.sites;
        let counting = sites.at(PAIR_EXPONENT);
        let mut exponents = x.to_vec();
        counting.binary_each(Binary::Multiply, &mut exponents, Operand::Same(self.log2_e));
        counting.unary_each(Unary::RoundTiesToEven, &mut exponents);
        self.reduce(x, &exponents);
        sites.at(PAIR_MANTISSA).unary_each(Unary::Exp, x);
        exponents
    }

    /// e^x of one that is not masked.
    fn exponential(&self, x: Num<S>) -> Pair<Num<S>> {
        let mut mantissa = [x];
        let exponents = self.exponentials(&mut mantissa);
        Pair {
            mantissa: mantissa[0],
            exponent: exponents[0],
        }
    }

    /// Several at once, up to the first that raises the exponent; how many that were.
    fn push_many(&self, total: &mut Pair<Num<S>>, pairs: &Pairs<'_, Num<S>>) -> usize {
        let counting = self.common.sites.at(PAIR_EXPONENT);
        let mut greatest = pairs.exponents.to_vec();
        counting.binary_each(
            Binary::Maximum,
            &mut greatest,
            Operand::Same(total.exponent),
        );
        let bits = |x: Num<S>| counting.value(x).to_bits();
        let rises = |greatest: &Num<S>| bits(*greatest) != bits(total.exponent);
        let count = greatest.iter().position(rises).unwrap_or(greatest.len());
        let (mantissas, exponents) = (&pairs.mantissas[..count], &pairs.exponents[..count]);
        let mut down = exponents.to_vec();
        counting.binary_each(Binary::Subtract, &mut down, Operand::Same(total.exponent));
        let mut scaled = mantissas.to_vec();
        let accumulation = self.common.sites.at(ACCUMULATION);
        accumulation.binary_each(Binary::Scale, &mut scaled, Operand::Each(&down));
        for ((scaled, exponent), mantissa) in scaled.iter_mut().zip(exponents).zip(mantissas) {
            if counting.equal(*exponent, total.exponent) {
                *scaled = *mantissa;
            }
        }
        total.mantissa = self.common.add_all(total.mantissa, &scaled);
        count
    }

    fn load(&self, pair: Pair<Num<S>>) -> Pair<Num<S>> {
        Pair {
            mantissa: self.common.load(pair.mantissa),
            ..pair
        }
    }

    fn add(&self, left: Pair<Num<S>>, right: Pair<Num<S>>) -> Pair<Num<S>> {
        let counting = self.common.sites.at(PAIR_EXPONENT);
        let exponent = counting.maximum(left.exponent, right.exponent);
        let scaled = |pair: Pair<Num<S>>| match counting.equal(pair.exponent, exponent) {
            true => pair.mantissa,
            false => {
                let down = counting.sub(pair.exponent, exponent);
                self.common
                    .sites
                    .at(ACCUMULATION)
                    .scale(pair.mantissa, down)
            }
        };
        Pair {
            mantissa: self.common.add(scaled(left), scaled(right)),
            exponent,
        }
    }
}

impl<S: Sites> Algorithm<S> for TwoPass<'_, S> {
    type Total = Option<Pair<Num<S>>>;
    type Divisor = Option<Pair<Num<S>>>;

    fn keep(&self, _: &mut [Num<S>]) {}

    fn begin(&self, x: Num<S>) -> Self::Total {
        let shown = !self.common.is_masked(x);
        shown.then(|| self.load(self.exponential(x)))
    }

    fn push(&self, mut total: Self::Total, x: &[Num<S>]) -> Self::Total {
        for x in self.common.shown(x) {
            let mut mantissas = x.to_vec();
            let exponents = self.exponentials(&mut mantissas);
            let pair = |at: usize| Pair {
                mantissa: mantissas[at],
                exponent: exponents[at],
            };
            let (mut sum, mut at) = match total {
                Some(sum) => (sum, 0),
                None => (self.load(pair(0)), 1),
            };
            let mut many = FEW;
            while at < x.len() {
                let several = at..x.len().min(at + many);
                let pairs = Pairs {
                    mantissas: &mantissas[several.clone()],
                    exponents: &exponents[several.clone()],
                };
                // Of one alone the order of operations counts.
                if x.len() > 1 {
                    at += self.push_many(&mut sum, &pairs);
                }
                many *= 2;
                if at < several.end {
                    // One that raises it.
                    sum = self.add(sum, pair(at));
                    at += 1;
                    many = FEW;
                }
            }
            total = Some(sum);
        }
        total
    }

    fn merge(&self, left: Self::Total, right: Self::Total) -> Self::Total {
        match (left, right) {
            (Some(left), Some(right)) => Some(self.add(left, right)),
            (left, right) => left.or(right),
        }
    }

    fn divisor(&self, total: Self::Total) -> Self::Divisor {
        total.map(|pair| Pair {
            mantissa: self.common.divisor(pair.mantissa),
            ..pair
        })
    }

    /// (m / sum) 2^(n - N); 0/0 where every input is masked.
    fn softmax(&self, x: &mut [Num<S>], divisor: Self::Divisor) {
        let sites = self.common.sites;
        let scaling = sites.at(SCALING);
        let Some(divisor) = divisor else {
            x.fill_with(|| scaling.num(f64::NAN));
            return;
        };
        for x in x.chunk_by_mut(|a, b| self.common.is_masked(*a) == self.common.is_masked(*b)) {
            if self.common.is_masked(x[0]) {
                x.fill_with(|| scaling.num(0.0));
                continue;
            }
            let mut up = self.exponentials(x);
            let counting = sites.at(PAIR_EXPONENT);
            counting.binary_each(Binary::Subtract, &mut up, Operand::Same(divisor.exponent));
            self.common.divide(x, divisor.mantissa);
            scaling.binary_each(Binary::Scale, x, Operand::Each(&up));
        }
    }

    fn logarithm(&self, total: Self::Total) -> Num<S> {
        let logarithm = self.common.sites.at(LOGARITHM);
        match total {
            Some(pair) => logarithm.log(pair.mantissa),
            None => logarithm.num(f64::NEG_INFINITY),
        }
    }

    fn log_softmax(&self, x: &mut [Num<S>], total: Self::Total, logarithm: Num<S>) {
        if let Some(pair) = total {
            for x in x.chunk_by_mut(|a, b| self.common.is_masked(*a) == self.common.is_masked(*b)) {
                if !self.common.is_masked(x[0]) {
                    self.reduce(x, &vec![pair.exponent; x.len()]);
                }
            }
        }
        let subtraction = self.common.sites.at(SUBTRACTION);
        subtraction.binary_each(Binary::Subtract, x, Operand::Same(logarithm));
    }

    fn log_sum_exp(&self, total: Self::Total, logarithm: Num<S>) -> Num<S> {
        let site = self.common.sites.at(LOGARITHM);
        match total {
            // The lesser part first.
            Some(pair) => self
                .log_2_back
                .iter()
                .rev()
                .fold(logarithm, |sum, part| site.fma(pair.exponent, *part, sum)),
            None => logarithm,
        }
    }
}
