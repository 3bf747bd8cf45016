//! The exact sum of products: two wide fixed-point numbers, one a sign, and their difference.

use crate::arith::Wide;
use crate::arith::functions::Unrounded;
use crate::measure::exact::ExactSum;

/// A sum without rounding.
pub(super) struct Kulisch {
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
