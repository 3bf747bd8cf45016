//! What a set of numbers has to say so that everything else works on it.

use std::fmt;

use crate::arith::evaluate;
use crate::arith::functions::Unrounded;
use crate::arith::{Binary, Ternary, Unary, Wide};
use crate::format::{CodeError, Format};
use crate::plan::{Recipe, host128};
use crate::random::Key;
use crate::rounding::{Rounding, Saturation};

/// Where a magnitude lies between two neighbours of a set of numbers.
///
/// ```text
///   kept                      magnitude            kept + 1
///    |----------------------------|-------------------|
///    0                   fraction / 2^128             1
/// ```
///
/// What is measured is the set's own affair: fixed point counts steps of one size; posits count
/// codes, so that a tie is half a code (Posit standard 2022, 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The neighbour nearer to zero, as an integer: its last bit says whether a tie leaves it.
    pub kept: u128,
    /// How far it is to the next one, in 2^-128. What lies below is jammed into the last bit, so
    /// that 0 says "exact".
    pub fraction: u128,
}

impl Position {
    /// |x| in steps of 2^step. From 2^128 steps on it stands at the last integer.
    ///
    /// ```
    /// use roundoff::arith::Wide;
    /// use roundoff::numbers::Position;
    /// let position = Position::in_steps(Wide::from_f64(-2.75), -1);
    /// assert_eq!((position.kept, position.fraction), (5, 1 << 127));
    /// ```
    pub fn in_steps(x: Wide, step: i32) -> Self {
        if x.is_zero() {
            return Self {
                kept: 0,
                fraction: 0,
            };
        }
        let significand = x.significand();
        let exponent = i64::from(x.exponent()) - i64::from(step);
        let (kept, fraction) = match exponent {
            128.. => (u128::MAX, 0),
            127 => (significand, 0),
            0..=126 => (
                significand >> (127 - exponent),
                significand << (exponent + 1),
            ),
            -128..=-1 => {
                let below = (-1 - exponent) as u32;
                let whole = significand >> below;
                (0, whole | u128::from(whole << below != significand))
            }
            _ => (0, 1),
        };
        Self { kept, fraction }
    }

    /// The same where the magnitude is only near to the true one, which has endless digits.
    #[must_use]
    pub const fn inexact(self) -> Self {
        Self {
            kept: self.kept,
            fraction: self.fraction | 1,
        }
    }
}

/// Rounding and saturation, folded for sets that are no [`Format`] (P3109's projection, 4.7.3).
///
/// The question "away from zero?" is the crate's one definition of rounding
/// (`shaders/round.wgsl`), on words of 128 bits.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    rounding: Rounding,
    saturation: Saturation,
    plan: host128::Plan,
}

impl Projection {
    /// Of a rounding and a saturation.
    pub fn new(rounding: Rounding, saturation: Saturation) -> Self {
        // The plan's threshold and rule are the mode's; its grid is not looked at.
        let recipe = Recipe {
            format: Format::BINARY64,
            rounding,
            saturation,
            carrier: crate::chop::Carriers::F64.carrier(),
        };
        Self {
            rounding,
            saturation,
            plan: host128::Plan::new(&recipe).expect("a binary128 carries every Format"),
        }
    }

    /// The rounding.
    pub const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// The saturation.
    pub const fn saturation(&self) -> Saturation {
        self.saturation
    }

    /// Does a magnitude go to the neighbour farther from zero? `random`: 64 random bits, of which
    /// a stochastic mode takes the first.
    ///
    /// ```
    /// use roundoff::numbers::{Position, Projection};
    /// use roundoff::{Rounding, Saturation};
    /// let half = Position { kept: 3, fraction: 1 << 127 };
    /// let even = Projection::new(Rounding::NearestTiesToEven, Saturation::None);
    /// let down = Projection::new(Rounding::TowardNegative, Saturation::None);
    /// assert!(even.is_away(half, false, 0));
    /// assert!(!down.is_away(half, false, 0) && down.is_away(half, true, 0));
    /// ```
    #[inline]
    pub fn is_away(&self, position: Position, negative: bool, random: u64) -> bool {
        let sign = if negative { host128::SIGN } else { 0 };
        let random = u128::from(random) << 64;
        position.fraction > host128::threshold_of(position.kept, 0, sign, random, self.plan)
    }

    /// The integer that a magnitude goes to.
    #[inline]
    pub fn integer(&self, position: Position, negative: bool, random: u64) -> u128 {
        let away = self.is_away(position, negative, random);
        position.kept.saturating_add(u128::from(away))
    }
}

/// A set of numbers of which each stands by itself: fixed point, integers, posits, takum,
/// logarithmic numbers. ([`Format`]s have their own, faster way through [`Rounder`](crate::Rounder);
/// blocks share a scale.)
///
/// An f64 holds a value of the set. Only [`round_exact`](Self::round_exact) and the codes have to
/// be written; the rest follows from them.
pub trait ScalarSystem: fmt::Debug + fmt::Display + Send + Sync {
    /// An exact result, rounded to a value of the set between whose neighbours it lies. What the
    /// set has no value for (NaN, infinities, a value past the ends) is decided here as well, by
    /// the projection's saturation or the set's own standard. `random`: 64 random bits.
    fn round_exact(&self, exact: Unrounded, projection: &Projection, random: u64) -> f64;

    /// Bits of a code, at most 64.
    fn code_width(&self) -> u32;

    /// The code of a value of the set.
    ///
    /// # Errors
    /// [`CodeError::NotAValue`] or [`CodeError::NaN`] for other numbers.
    fn encode(&self, x: f64) -> Result<u64, CodeError>;

    /// The value of a code that has no bit too many.
    fn decode(&self, code: u64) -> f64;

    /// Is `x` one of its values?
    fn contains(&self, x: f64) -> bool {
        self.encode(x).is_ok()
    }

    /// An f64, rounded.
    fn round_f64(&self, x: f64, projection: &Projection, random: u64) -> f64 {
        self.round_exact(x.into(), projection, random)
    }

    /// A slice of f32 rounded into another of its length (in place where there is no source), by
    /// loops over vectors; false, and nothing written, where there is none for this projection: the
    /// values then go one by one. The random word of the value at i is `key.word(from + i)`. The
    /// bits have to be those of [`round_f64`](Self::round_f64).
    fn round_f32s(
        &self,
        projection: &Projection,
        key: Key,
        from: u32,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) -> bool {
        let _ = (projection, key, from, source, target);
        false
    }

    /// The same for f64s in place, by modes without random words.
    fn round_f64s(&self, projection: &Projection, values: &mut [f64]) -> bool {
        let _ = (projection, values);
        false
    }

    /// The number that an f64 of the set stands for: itself, but where no f64 holds the values
    /// (logarithmic numbers).
    fn unrounded(&self, x: f64) -> Unrounded {
        x.into()
    }

    /// A function of one number: the exact result, rounded once.
    fn unary(&self, operation: Unary, x: f64, projection: &Projection, random: u64) -> f64 {
        let exact = evaluate::unary(operation, self.unrounded(x));
        self.round_exact(exact, projection, random)
    }

    /// A function of two numbers.
    fn binary(
        &self,
        operation: Binary,
        x: f64,
        y: f64,
        projection: &Projection,
        random: u64,
    ) -> f64 {
        let exact = evaluate::binary(operation, self.unrounded(x), self.unrounded(y));
        self.round_exact(exact, projection, random)
    }

    /// A function of three numbers.
    fn ternary(
        &self,
        operation: Ternary,
        [x, y, z]: [f64; 3],
        projection: &Projection,
        random: u64,
    ) -> f64 {
        let [x, y, z] = [x, y, z].map(|x| self.unrounded(x));
        self.round_exact(evaluate::ternary(operation, x, y, z), projection, random)
    }
}
