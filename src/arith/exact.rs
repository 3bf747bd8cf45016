//! The exact result of every operation, rounded once: in any format of up to 53 digits, any mode.
//!
//! Two ways to the same bits:
//!
//! * **By the host**: `+ - * / sqrt fma faa` of f64, rounded to odd ([`odd`](super::odd)), then by
//!   the definition of rounding. Where the mode does not need more digits than an f64 has, and
//!   operands and result are far from the ends of its range.
//! * **In 128 digits**: everything else, and every other operation
//!   ([`functions`](super::functions)), as a binary128 word rounded to odd, then by the same
//!   definition on words of 128 bits.
//!
//! ```text
//!   x, y ──> x + y in 53 digits, to odd ──> round_word (u64) ──┐
//!      └───> exact, 113 digits, to odd ──> round_word (u128) ──┴──> a value of the format
//! ```

mod exactly;

use std::cell::Cell;
use std::cmp::Ordering;

pub use exactly::Exactly;

use super::operations::{Binary, Ternary, Unary};
use super::{Arith, Operand, abreast};
use crate::chop::Rounder;
use crate::random::Key;

/// Arithmetic in the format, rounding and saturation of a [`Rounder`]: numbers are f64s that hold
/// values of the format.
///
/// ```
/// use roundoff::arith::{Arith, Exact};
/// use roundoff::{Format, Rounder, Rounding};
/// let up = Exact::new(&Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive));
/// // 1 + 2^-60 is 1 in f64. Rounded up once, it is the value after 1.
/// assert_eq!(up.add(1.0, 2f64.powi(-60)), 1.0009765625);
/// ```
///
/// A stochastic mode takes the random word at (seed, stream, number of the operation), from 0; so a
/// run replays from its seed, and [`Exact::operations`] says where it stands. Operands may be of
/// any format.
#[derive(Clone, Debug)]
pub struct Exact {
    exactly: Exactly,
    stream: u64,
    operations: Cell<u64>,
}

impl Exact {
    /// As a rounder says, its seed and stream included.
    pub fn new(rounder: &Rounder) -> Self {
        Self {
            exactly: Exactly::new(rounder),
            stream: rounder.stream(),
            operations: Cell::new(0),
        }
    }

    /// The same with another stream of random words, from its beginning: one a site, say, or one a
    /// thread.
    #[must_use]
    pub fn with_stream(&self, stream: u64) -> Self {
        Self {
            exactly: self.exactly.clone(),
            stream,
            operations: Cell::new(0),
        }
    }

    /// The same with the specials of P3109: [`Exactly::with_p3109_specials`].
    #[must_use]
    pub fn with_p3109_specials(&self) -> Self {
        Self {
            exactly: self.exactly.with_p3109_specials(),
            ..self.clone()
        }
    }

    /// Format, rounding and saturation.
    pub const fn exactly(&self) -> &Exactly {
        &self.exactly
    }

    /// A rounder that this is made of.
    #[cfg(feature = "gpu")]
    pub(crate) fn rounder(&self) -> Rounder {
        let exactly = &self.exactly;
        Rounder::new(*exactly.format())
            .with_rounding(exactly.rounding())
            .with_saturation(exactly.saturation())
            .with_seed(exactly.seed())
            .with_stream(self.stream)
    }

    /// Roundings so far that took a random word: none, unless the mode is stochastic.
    pub fn operations(&self) -> u64 {
        self.operations.get()
    }

    /// Goes on as if so many had been.
    pub fn set_operations(&self, operations: u64) {
        self.operations.set(operations);
    }

    #[inline(always)]
    fn random(&self) -> u64 {
        match self.exactly.is_random() {
            true => self.draw(),
            false => 0,
        }
    }

    #[inline(never)]
    fn draw(&self) -> u64 {
        let index = self.operations.get();
        self.operations.set(index.wrapping_add(1));
        Key::new(self.exactly.seed(), self.stream, index).word64(index as u32)
    }
}

impl Arith for Exact {
    type Num = f64;

    #[inline(always)]
    fn num(&self, x: f64) -> f64 {
        self.exactly.num(x, self.random())
    }

    #[inline(always)]
    fn value(&self, x: f64) -> f64 {
        x
    }

    #[inline(always)]
    fn unary(&self, operation: Unary, x: f64) -> f64 {
        self.exactly.unary(operation, x, self.random())
    }

    #[inline(always)]
    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        self.exactly.binary(operation, x, y, self.random())
    }

    #[inline(always)]
    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        self.exactly.ternary(operation, x, y, z, self.random())
    }

    #[inline(always)]
    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        x.partial_cmp(&y)
    }

    fn abreast(&self) -> usize {
        match self.exactly.is_random() {
            true => 1,
            false => abreast::MOST,
        }
    }

    fn nums(&self, x: &[f64]) -> Vec<f64> {
        let mut nums = x.to_vec();
        self.unary_each(Unary::Convert, &mut nums);
        nums
    }

    fn unary_each(&self, operation: Unary, x: &mut [f64]) {
        match self.exactly.is_random() {
            true => abreast::unary(self, operation, x),
            false => self.exactly.unary_each(operation, x),
        }
    }

    fn binary_each(&self, operation: Binary, x: &mut [f64], y: Operand<'_, f64>) {
        match self.exactly.is_random() {
            true => abreast::binary(self, operation, x, y),
            false => self.exactly.binary_each(operation, x, y),
        }
    }

    fn ternary_each(
        &self,
        operation: Ternary,
        x: &mut [f64],
        y: Operand<'_, f64>,
        z: Operand<'_, f64>,
    ) {
        match self.exactly.is_random() {
            true => abreast::ternary(self, operation, x, y, z),
            false => self.exactly.ternary_each(operation, x, y, z),
        }
    }

    fn fold(&self, operation: Binary, x: f64, y: &[f64]) -> f64 {
        match self.exactly.is_random() {
            true => abreast::fold(self, operation, x, y),
            false => self.exactly.fold(operation, x, y),
        }
    }
}
