//! Each operation rounded once, with random words drawn by operation and operands.

use std::cmp::Ordering;

use super::exact::Exactly;
use super::functions::Unrounded;
use super::operations::{Binary, Ternary, Unary};
use super::{Arith, draw};
use crate::chop::Rounder;

/// [`Exact`](super::Exact) but for its random words: a function of (seed, operation, operands), not of a counter.
///
/// Equal questions get equal answers, commuted and negated ones too, so code that relies on
/// x - x = 0, x y = y x or f(-x) = -f(x) keeps working under stochastic rounding. In return the errors
/// of equal operations are not independent: what sums n equal terms has n equal errors.
///
/// ```
/// use roundoff::arith::{Alike, Arith};
/// use roundoff::{Format, Rounder, Rounding};
/// let rounder = Rounder::new(Format::BFLOAT16).with_rounding(Rounding::STOCHASTIC);
/// for seed in 0..100 {
///     let a = Alike::new(&rounder.with_seed(seed));
///     let third = || a.div(a.num(1.0), a.num(3.0));
///     assert_eq!(a.sub(third(), third()), 0.0);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Alike {
    exactly: Exactly,
}

impl Alike {
    /// As a rounder says, its seed included.
    pub fn new(rounder: &Rounder) -> Self {
        Self {
            exactly: Exactly::new(rounder),
        }
    }

    /// Format, rounding and saturation.
    pub const fn exactly(&self) -> &Exactly {
        &self.exactly
    }
}

impl Arith for Alike {
    type Num = f64;

    fn num(&self, x: f64) -> f64 {
        self.exactly.num_alike(x, self.exactly.seed())
    }

    fn value(&self, x: f64) -> f64 {
        x
    }

    fn unary(&self, operation: Unary, x: f64) -> f64 {
        self.exactly.unary_alike(operation, x, self.exactly.seed())
    }

    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        self.exactly
            .binary_alike(operation, x, y, self.exactly.seed())
    }

    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        self.exactly
            .ternary_alike(operation, x, y, z, self.exactly.seed())
    }

    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        x.partial_cmp(&y)
    }
}

/// The operations of an [`Exactly`] with random words that are a function of seed, operation and
/// operands: equal operands round alike, commuted and negated ones too.
impl Exactly {
    /// Random words where the mode looks at them.
    #[inline(always)]
    fn drawn(&self, words: impl FnOnce() -> u64) -> u64 {
        if self.is_random() { words() } else { 0 }
    }

    pub(crate) fn num_alike(&self, x: f64, seed: u64) -> f64 {
        let random = self.drawn(|| draw::unary(Unary::Convert, x, seed));
        self.num(x, random)
    }

    pub(crate) fn exact_alike(&self, exact: Unrounded, seed: u64) -> f64 {
        let random = self.drawn(|| draw::unary(Unary::Convert, exact.to_f64(), seed));
        self.round(exact, random)
    }

    pub(crate) fn unary_alike(&self, operation: Unary, x: f64, seed: u64) -> f64 {
        let random = self.drawn(|| draw::unary(operation, x, seed));
        self.unary(operation, x, random)
    }

    pub(crate) fn binary_alike(&self, operation: Binary, x: f64, y: f64, seed: u64) -> f64 {
        let random = self.drawn(|| draw::binary(operation, x, y, seed));
        self.binary(operation, x, y, random)
    }

    pub(crate) fn ternary_alike(
        &self,
        operation: Ternary,
        x: f64,
        y: f64,
        z: f64,
        seed: u64,
    ) -> f64 {
        let random = self.drawn(|| draw::ternary(operation, x, y, z, seed));
        self.ternary(operation, x, y, z, random)
    }
}
