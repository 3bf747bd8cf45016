//! The exact sum of products: two wide fixed-point numbers, one a sign, and their difference; or,
//! where the operands do not reach far, one integer of 128 bits.

use super::LANES;
use super::packed::Packed;
use crate::arith::Wide;
use crate::arith::functions::Unrounded;
use crate::measure::exact::ExactSum;

/// A sum without rounding.
pub(crate) struct Kulisch {
    positive: ExactSum,
    negative: ExactSum,
    /// Infinities and NaN, added as the host adds them.
    special: Option<f64>,
    /// Has an addend been negative or -0?
    below: bool,
}

impl Kulisch {
    pub fn new() -> Self {
        Self {
            positive: ExactSum::new(),
            negative: ExactSum::new(),
            special: None,
            below: false,
        }
    }

    /// Adds x.
    pub fn add(&mut self, x: f64) {
        self.add_product(x, 1.0);
    }

    /// Adds a b.
    pub fn add_product(&mut self, a: f64, b: f64) {
        if !a.is_finite() || !b.is_finite() {
            self.special = Some(self.special.unwrap_or(0.0) + a * b);
            return;
        }
        let negative = a.is_sign_negative() != b.is_sign_negative();
        self.below |= negative;
        match negative {
            true => self.negative.add_product(a.abs(), b.abs()),
            false => self.positive.add_product(a.abs(), b.abs()),
        }
    }

    /// Has an infinity or NaN been added?
    pub fn special(&self) -> bool {
        self.special.is_some()
    }

    /// The sum. An exact zero has the sign that `down`, a mode toward negative, gives it
    /// (IEEE 754-2019, 6.3).
    pub fn value(&self, down: bool) -> Unrounded {
        if let Some(special) = self.special {
            return special.into();
        }
        match self.positive.minus(&self.negative) {
            None => Unrounded::Zero {
                negative: down && self.below,
            },
            Some((negative, significand, exponent)) => Wide::positive(exponent + 127, significand)
                .negated_if(negative)
                .into(),
        }
    }
}

/// The exact sums of LANES entries, where 128 bits hold them.
pub(super) fn fixed_sums(a: &Packed, b: &Packed, depth: usize) -> Option<[Unrounded; LANES]> {
    let products = a.facts.times(b.facts);
    let carries = depth.max(1).ilog2() as i32 + 1;
    if products.top - products.low + carries > 125 {
        return None;
    }
    let (a, b) = (a.fixed()?, b.fixed()?.as_chunks::<LANES>().0);
    let mut sums = [0i128; LANES];
    for (a, b) in a.iter().zip(b) {
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum += i128::from(*a) * i128::from(*b);
        }
    }
    Some(sums.map(|sum| integer(sum, products.low)))
}

/// sum x 2^low.
pub(super) fn integer(sum: i128, low: i32) -> Unrounded {
    let magnitude = sum.unsigned_abs();
    let zeros = magnitude.leading_zeros();
    match sum {
        0 => Unrounded::Zero { negative: false },
        _ => Wide::positive(low + 127 - zeros as i32, magnitude << zeros)
            .negated_if(sum < 0)
            .into(),
    }
}
