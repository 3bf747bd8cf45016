//! One entry at a time, every operation by [`Exactly`]: right for every format, mode and operand,
//! and what the loops over many entries must equal.

use super::order::Adder;
use super::words::{Step, word};
use crate::arith::exact::Exactly;
use crate::arith::functions::Unrounded;
use crate::arith::operations::{Binary, Ternary};
use crate::chop::Rounder;
use crate::rounding::Rounding;

/// The rounders of products and sums, folded once.
pub(super) struct Rules {
    product: Option<(Rounder, Exactly)>,
    accumulator: (Rounder, Exactly),
}

impl Rules {
    pub fn new(product: Option<&Rounder>, accumulator: &Rounder) -> Self {
        Self {
            product: product.map(|rounder| (*rounder, Exactly::new(rounder))),
            accumulator: (*accumulator, Exactly::new(accumulator)),
        }
    }

    /// The product as a term, if products are rounded.
    pub fn term(&self, a: f64, b: f64, position: u64) -> Option<f64> {
        let (rounder, exactly) = self.product.as_ref()?;
        let random = word(rounder, Step::Product, position);
        Some(exactly.binary(Binary::Multiply, a, b, random))
    }

    /// An exact sum rounded, as the term at a position is.
    pub fn round_sum(&self, exact: Unrounded, position: u64) -> f64 {
        let (rounder, exactly) = &self.accumulator;
        exactly.round(exact, word(rounder, Step::Term, position))
    }

    /// Are products exact?
    pub const fn is_fused(&self) -> bool {
        self.product.is_none()
    }

    /// Is the mode of sums toward negative?
    pub fn is_down(&self) -> bool {
        self.accumulator.1.rounding() == Rounding::TowardNegative
    }

    /// What the output's entry n held, as the accumulator begins.
    pub fn start(&self, x: f64, n: u64) -> f64 {
        let (rounder, exactly) = &self.accumulator;
        exactly.num(x, word(rounder, Step::Start, n))
    }
}

/// Terms and sums of one entry.
pub(super) struct Single<'a> {
    pub rules: &'a Rules,
    pub a: &'a dyn Fn(usize) -> f64,
    pub b: &'a dyn Fn(usize) -> f64,
    /// Position of the entry's first term.
    pub position: u64,
}

impl Single<'_> {
    fn word(&self, step: Step, k: usize) -> u64 {
        word(&self.rules.accumulator.0, step, self.position + k as u64)
    }

    fn term(&self, k: usize) -> Option<f64> {
        self.rules
            .term((self.a)(k), (self.b)(k), self.position + k as u64)
    }
}

impl Adder for Single<'_> {
    type Sum = f64;

    fn zero(&self) -> f64 {
        0.0
    }

    fn leaf(&mut self, k: usize) -> f64 {
        let random = self.word(Step::Term, k);
        let exactly = &self.rules.accumulator.1;
        match self.term(k) {
            Some(term) => exactly.num(term, random),
            None => exactly.binary(Binary::Multiply, (self.a)(k), (self.b)(k), random),
        }
    }

    fn terms(&mut self, sum: &mut f64, from: usize, to: usize) {
        for k in from..to {
            let random = self.word(Step::Term, k);
            let exactly = &self.rules.accumulator.1;
            *sum = match self.term(k) {
                Some(term) => exactly.binary(Binary::Add, *sum, term, random),
                None => exactly.ternary(Ternary::Fma, (self.a)(k), (self.b)(k), *sum, random),
            };
        }
    }

    fn part(&mut self, sum: &mut f64, part: &f64, k: usize) {
        let random = self.word(Step::Part, k);
        let exactly = &self.rules.accumulator.1;
        *sum = exactly.binary(Binary::Add, *sum, *part, random);
    }
}
