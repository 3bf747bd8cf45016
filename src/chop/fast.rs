//! Rounding by float operations and by one integer addition, where that is proven equal to the
//! definition: `agreement.rs` compares all 2^32 f32 words. Here the loops; in this folder the ways
//! that they go.
//!
//! * **Scaled**: multiply so that one step of the format is 1, round to an integer, scale back.
//!   Both scalings are exact, being powers of two.
//! * **Shifted**: for formats that share the host's exponents (bfloat16, tf32) add to the digits
//!   to drop, then clear them. A carry runs into the exponent, which is right.
//! * **Stochastic**: R / 2^N is a float's fraction as it is drawn, so 1 - R / 2^N takes one
//!   subtraction; the step is 1, so the fraction of a value is what `floor` leaves.
//!
//! All answer only where the result is finite and in range. A block with any other value is done
//! again, each rounded magnitude saturated by the definition's own `saturate`: so NaN, infinities
//! and overflow have one text.

#[macro_use]
mod choice;
#[macro_use]
mod modes;
#[macro_use]
mod scaled;
#[macro_use]
mod shifted;

use std::marker::PhantomData;

pub(crate) use modes::{mode, with_mode};

use crate::format::Subnormals;
use crate::plan::Recipe;
use crate::random::{Key, Weyl};
use crate::rounding::Rounding;

/// What is at the ends of a format's range, where the loop is to have no more than it needs.
pub(crate) mod ends {
    /// Subnormals or none, values of both signs.
    pub const ANY: u8 = 0;
    /// Subnormals.
    pub const KEPT: u8 = 1;
    /// Subnormals that are flushed after rounding.
    pub const FLUSHED: u8 = 2;
    /// Subnormals or one digit, and no negative values.
    pub const UNSIGNED: u8 = 3;
    /// Subnormals, and what is past an end becomes that end, infinities too.
    pub const CLAMPED: u8 = 4;
}

macro_rules! lane {
    ($module:ident, $float:ident, $word:ident, $host:ident) => {
        pub(crate) mod $module {
            use super::*;
            use crate::plan::$host::{
                FRACTION, INFINITY, Plan, RULE_CARRY, SIGN, WIDTH, round_word, saturate,
            };

            /// Values a block: a few kilobytes, done in the nearest cache.
            pub const BLOCK: usize = 256;

            /// Bits for `random`, as the plan wants them: from the first one down. Of two words
            /// where more than 32 are wanted.
            #[inline(always)]
            pub fn draw(keys: &Keys, index: u32, long: bool) -> $word {
                let second = if long { keys.second.word(index) } else { 0 };
                joined(keys.first.word(index), second)
            }

            /// One word, or the two of a wider host.
            #[inline(always)]
            pub fn joined(first: u32, second: u32) -> $word {
                let low = if WIDTH > 32 { second as $word } else { 0 };
                $word::from(first) << (WIDTH - 32) | low
            }

            /// What a loop does with a value. A trait and not a closure, which is not always inlined.
            trait Step {
                /// How many random words it looks at.
                const WORDS: u32;
                fn step(&mut self, x: $float, random: $word) -> $float;
            }

            /// At most a block of values.
            #[inline(always)]
            fn steps<'a, S: Step>(
                mut step: S,
                keys: &Keys,
                from: u32,
                pairs: impl ExactSizeIterator<Item = ($float, &'a mut $float)>,
            ) -> S {
                const ONE: Weyl = Weyl::steps(1);
                let mut at = keys.first.at(from);
                if S::WORDS == 0 {
                    for (x, y) in pairs {
                        *y = step.step(x, 0);
                    }
                } else if WIDTH == 32 {
                    for (x, y) in pairs {
                        *y = step.step(x, joined(at.word(), 0));
                        at = at.then(ONE);
                    }
                } else {
                    // First all random words, in vectors of their own width: beside wider values
                    // they would fill half a vector.
                    let (mut first, mut second) = ([0; BLOCK], [0; BLOCK]);
                    let (first, second) = (&mut first[..pairs.len()], &mut second[..pairs.len()]);
                    let mut beside = keys.second.at(from);
                    for (first, second) in first.iter_mut().zip(second.iter_mut()) {
                        *first = at.word();
                        at = at.then(ONE);
                        if S::WORDS > 1 {
                            *second = beside.word();
                            beside = beside.then(ONE);
                        }
                    }
                    for ((x, y), (first, second)) in pairs.zip(first.iter().zip(second.iter())) {
                        let second = if S::WORDS > 1 { *second } else { 0 };
                        *y = step.step(x, joined(*first, second));
                    }
                }
                step
            }

            /// Has the format all its subnormals? Then the definition takes fewer instructions.
            pub fn kept(plan: &Plan) -> bool {
                plan.bottom == plan.emin + plan.dropped && plan.flush == 0
            }

            /// Does all that is past an end become that end?
            pub fn clamps(plan: &Plan) -> bool {
                plan.over == plan.max
                    && plan.over_negative & !SIGN == plan.max_negative
                    && plan.infinity == plan.over
                    && plan.infinity_negative == plan.over_negative
                    && plan.zero == 0
            }

            /// The definition, at most a block of values, with so many random words each. `KEPT` may
            /// hold where [`kept`] does.
            #[inline(always)]
            pub fn define<'a, const WORDS: u32, const KEPT: bool>(
                plan: &Plan,
                keys: &Keys,
                from: u32,
                pairs: impl ExactSizeIterator<Item = ($float, &'a mut $float)>,
            ) {
                let mut plan = *plan;
                // Said again, so that the compiler knows it and drops what it then need not do.
                if WORDS == 0 {
                    plan.random = 0;
                }
                if KEPT {
                    plan.bottom = plan.emin + plan.dropped;
                    plan.flush = 0;
                }
                steps(Define::<WORDS>(plan), keys, from, pairs);
            }

            struct Define<const WORDS: u32>(Plan);

            impl<const N: u32> Step for Define<N> {
                const WORDS: u32 = N;
                #[inline(always)]
                fn step(&mut self, x: $float, random: $word) -> $float {
                    <$float>::from_bits(round_word(x.to_bits(), random, self.0))
                }
            }

            /// A way to round one value, and to see that the answer counts.
            pub trait Way: Copy {
                /// The rounded value and whether it is one.
                fn round(&self, x: $float, random: $word) -> ($float, bool);
                /// Does it look at the random word?
                const RANDOM: bool;
            }

            /// A way whose answers past the greatest value, and of infinities, [`Saturated`] mends.
            pub trait Grid: Way {
                /// The magnitude on the grid, the exponent unbounded: as the definition's
                /// `round_magnitude`, but where x is not finite any word.
                fn magnitude(&self, x: $float, random: $word) -> $word;
                /// The plan.
                fn plan(&self) -> &Plan;
            }

            /// One block; true if some value of it is not for this way: what it became is then no
            /// answer, and the block is to be done again.
            #[inline(always)]
            pub fn attempt<'a, W: Way>(
                way: &W,
                keys: &Keys,
                from: u32,
                pairs: impl ExactSizeIterator<Item = ($float, &'a mut $float)>,
            ) -> bool {
                let step = Attempt {
                    way: *way,
                    failed: 0,
                };
                steps(step, keys, from, pairs).failed != 0
            }

            struct Attempt<W> {
                way: W,
                /// A word, not a bool: LLVM makes vectors of this reduction.
                failed: $word,
            }

            impl<W: Way> Step for Attempt<W> {
                const WORDS: u32 = W::RANDOM as u32;
                #[inline(always)]
                fn step(&mut self, x: $float, random: $word) -> $float {
                    let (rounded, counts) = self.way.round(x, random);
                    self.failed |= $word::from(!counts);
                    rounded
                }
            }

            lane_modes!($float, $word);
            lane_scaled!($float, $word);
            lane_shifted!($float, $word);
            lane_choice!($word);
        }
    };
}

/// What random words are made of along 2^32 values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    pub first: Key,
    pub second: Key,
    /// Are more than 32 bits wanted?
    pub long: bool,
}

lane!(lane32, f32, u32, host32);
lane!(lane64, f64, u64, host64);
