//! E8M0 on f32s. Its least value, 2^-127, is half the least normal f32: no plan of 32-bit words has
//! a binade there, so the definition goes by way of f64. Here all binades move up by one instead.
//!
//! ```text
//!     x                   s 00000000 1ff...ff   from 2^-127 to 2^-126, no hidden digit
//!                         s eeeeeeee fff...ff   from 2^-126 on
//!
//!     moved by one field    00000001 ff...ff0   the same digits behind a hidden one:
//!                          eeeeeeee+1 fff...ff   n + min(n, one field)
//! ```
//!
//! Then a mode's addend is added and all digits go, as in formats that share the host's exponents.
//! What this way does not do, a block goes by the definition for: magnitudes past 2^127, infinities,
//! NaN, and negative values below 2^-127, which are zero or not as the mode says.

use fearless_simd::{Level, dispatch};

use super::cpu::Counter;
use super::fast::lane32::{Mode, Way, attempt};
use super::fast::with_mode;
use crate::format::Format;
use crate::instructions::level;
use crate::plan::Recipe;
use crate::plan::host32::{FRACTION, NOT_A_NUMBER, Plan, RULE_FLIPPED, SIGN};
use crate::rounding::Rounding;

/// One exponent field.
const FIELD: u32 = 1 << FRACTION;
/// 2^-127 and 2^127.
const LEAST: u32 = FIELD / 2;
const GREATEST: u32 = 254 * FIELD;

/// A rounding to E8M0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Powers {
    level: Level,
    rounding: Rounding,
    moved: Moved,
}

/// The numbers of it.
#[derive(Clone, Copy, Debug)]
struct Moved {
    /// Of the format whose least value is 2^-126.
    plan: Plan,
    /// Makes the parity of a moved field that of the code.
    parity: u32,
    /// What negative values become.
    negative: f32,
}

impl Powers {
    /// None for other formats, and for more random bits than a word of 32 has room for.
    pub fn new(recipe: &Recipe) -> Option<Self> {
        let format = recipe.format;
        if format.has_zero() || (format.emin(), format.emax()) != (-127, 127) {
            return None;
        }
        let normal = Recipe {
            format: Format {
                emin: -126,
                ..format
            },
            ..*recipe
        };
        let plan = Plan::new(&normal)?;
        let negative = match plan.over_negative {
            NOT_A_NUMBER => NOT_A_NUMBER,
            _ => LEAST,
        };
        Some(Self {
            level: level(),
            rounding: recipe.rounding,
            moved: Moved {
                plan,
                parity: plan.rule / RULE_FLIPPED * FIELD,
                negative: f32::from_bits(negative),
            },
        })
    }

    #[cfg(test)]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// `source` rounded into `target`, which is as long; false where a value is not for this way.
    pub fn part(&self, counter: &Counter, source: &[f32], target: &mut [f32]) -> bool {
        with_mode!(self.rounding, |mode| self
            .run(mode, counter, source, target))
    }

    fn run<M: Mode>(&self, mode: M, counter: &Counter, source: &[f32], target: &mut [f32]) -> bool {
        let way = ByAddition(self.moved, mode);
        let mut failed = false;
        for (index, range) in counter.parts(source.len()) {
            let keys = counter.keys(self.rounding, index);
            let (source, target) = (&source[range.clone()], &mut target[range]);
            failed |= dispatch!(self.level, _simd => {
                let pairs = source.iter().copied().zip(target.iter_mut());
                attempt(&way, &keys, index as u32, pairs)
            });
        }
        !failed
    }
}

#[derive(Clone, Copy)]
struct ByAddition<M>(Moved, M);

impl<M: Mode> Way for ByAddition<M> {
    const RANDOM: bool = M::RANDOM;

    #[inline(always)]
    fn round(&self, x: f32, random: u32) -> (f32, bool) {
        let Moved {
            plan,
            parity,
            negative,
        } = &self.0;
        let word = x.to_bits();
        // Below the least value only that one is left, as there is no zero.
        let magnitude = (word & !SIGN).max(LEAST);
        let moved = magnitude + magnitude.min(FIELD);
        let addend = M::addend(moved ^ parity, false, random, plan);
        let rounded = moved.wrapping_add(addend) & !(FIELD - 1);
        let rounded = rounded - (rounded / 2).min(FIELD);
        let result = if word >= SIGN {
            *negative
        } else {
            f32::from_bits(rounded)
        };
        let zero_or_not = word.wrapping_sub(SIGN) < LEAST;
        (result, (rounded <= GREATEST) & !zero_or_not)
    }
}
