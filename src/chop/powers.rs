//! E8M0, whose values are the powers of two from 2^-127 to 2^127, by one integer addition: a mode's
//! addend on the digits, then all digits go, as in formats that share the host's exponents.
//!
//! In an f32 the least value is half the least normal one: no plan of 32-bit words has a binade
//! there, and the definition goes by way of f64. Here all binades move up by one instead.
//!
//! ```text
//!     x                   s 00000000 1ff...ff   from 2^-127 to 2^-126, no hidden digit
//!                         s eeeeeeee fff...ff   from 2^-126 on
//!
//!     moved by one field    00000001 ff...ff0   the same digits behind a hidden one:
//!                          eeeeeeee+1 fff...ff   n + min(n, one field)
//! ```
//!
//! What this way does not do, a block goes by the definition for: magnitudes past 2^127, infinities,
//! NaN, and negative values below 2^-127, which are zero or not as the mode says.

use fearless_simd::{Level, dispatch};

use super::Threads;
use super::cpu::{Counter, TASK, over_tasks};
use super::fast::with_mode;
use crate::format::Format;
use crate::instructions::level;
use crate::plan::Recipe;
use crate::rounding::Rounding;

macro_rules! powers {
    ($module:ident, $float:ident, $word:ident, $integer:ident, $lane:ident, $host:ident) => {
        pub(crate) mod $module {
            use super::*;
            use crate::chop::fast::$lane::{BLOCK, Mode, Way, attempt};
            use crate::plan::$host::{FRACTION, NOT_A_NUMBER, Plan, RULE_FLIPPED, SIGN, WIDTH};

            /// One exponent field.
            const FIELD: $word = 1 << FRACTION;
            /// Is 2^-127 half the least normal value?
            const MOVES: bool = WIDTH == 32;
            /// 2^-127 and 2^127.
            const LEAST: $word = if MOVES {
                FIELD / 2
            } else {
                (BIAS - 127) * FIELD
            };
            const GREATEST: $word = (BIAS + 127) * FIELD;
            const BIAS: $word = (1 << (WIDTH - FRACTION - 2)) - 1;

            /// A rounding to E8M0.
            #[derive(Clone, Copy, Debug)]
            pub struct Powers {
                level: Level,
                rounding: Rounding,
                numbers: Numbers,
            }

            #[derive(Clone, Copy, Debug)]
            struct Numbers {
                /// Of the format, where that moves, less its least value.
                plan: Plan,
                /// Makes the parity of a field that of the code.
                parity: $word,
                /// What negative values become.
                negative: $float,
            }

            impl Powers {
                /// None for other formats, and for more random bits than one word has room for.
                pub fn new(recipe: &Recipe) -> Option<Self> {
                    let format = recipe.format;
                    let bits = match recipe.rounding {
                        Rounding::Stochastic { bits, .. } => bits.get(),
                        _ => 0,
                    };
                    if format.has_zero() || (format.emin(), format.emax()) != (-127, 127) || bits > 32
                    {
                        return None;
                    }
                    let normal = Recipe {
                        format: Format {
                            emin: if MOVES { -126 } else { -127 },
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
                        numbers: Numbers {
                            plan,
                            parity: plan.rule / RULE_FLIPPED * FIELD,
                            negative: <$float>::from_bits(negative),
                        },
                    })
                }

                /// With chosen instructions.
                #[cfg(test)]
                pub fn at(self, level: Level) -> Self {
                    Self { level, ..self }
                }

                /// `source` rounded into `target`, which is as long, in threads where asked for; in
                /// place where there is no source. `definition` does the blocks that this way does not.
                pub fn round(
                    &self,
                    counter: &Counter,
                    threads: Threads,
                    source: Option<&[$float]>,
                    target: &mut [$float],
                    definition: impl Fn(&Counter, &[$float], &mut [$float]) + Sync,
                ) {
                    over_tasks(threads, target, TASK, |at, target| {
                        for (i, target) in target.chunks_mut(BLOCK).enumerate() {
                            let at = at + i * BLOCK;
                            let counter = counter.after(at);
                            let mut copy = [0.0; BLOCK];
                            let source = match source {
                                Some(source) => &source[at..at + target.len()],
                                None => {
                                    let copy = &mut copy[..target.len()];
                                    copy.copy_from_slice(target);
                                    &*copy
                                }
                            };
                            if !self.part(&counter, source, target) {
                                definition(&counter, source, target);
                            }
                        }
                    });
                }

                /// The same in this thread; false where a value is not for this way.
                pub fn part(
                    &self,
                    counter: &Counter,
                    source: &[$float],
                    target: &mut [$float],
                ) -> bool {
                    with_mode!(self.rounding, |mode| self.run(mode, counter, source, target))
                }

                fn run<M: Mode>(
                    &self,
                    mode: M,
                    counter: &Counter,
                    source: &[$float],
                    target: &mut [$float],
                ) -> bool {
                    let way = ByAddition(self.numbers, mode);
                    let mut failed = false;
                    for (index, range) in counter.parts(source.len()) {
                        let keys = counter.keys(self.rounding, index);
                        let (source, target) = (&source[range.clone()], &mut target[range]);
                        failed |= dispatch!(self.level, _simd => {
                            let mut failed = false;
                            for (i, target) in target.chunks_mut(BLOCK).enumerate() {
                                let from = (index as u32).wrapping_add((i * BLOCK) as u32);
                                let pairs = source[i * BLOCK..].iter().copied().zip(target);
                                failed |= attempt(&way, &keys, from, pairs);
                            }
                            failed
                        });
                    }
                    !failed
                }
            }

            #[derive(Clone, Copy)]
            struct ByAddition<M>(Numbers, M);

            impl<M: Mode> Way for ByAddition<M> {
                const RANDOM: bool = M::RANDOM;

                #[inline(always)]
                fn round(&self, x: $float, random: $word) -> ($float, bool) {
                    let Numbers {
                        plan,
                        parity,
                        negative,
                    } = &self.0;
                    let word = x.to_bits();
                    // Below the least value only that one is left, as there is no zero. Signed: AVX2
                    // compares no others.
                    let magnitude = ((word & !SIGN) as $integer).max(LEAST as $integer) as $word;
                    let moved = match MOVES {
                        true => magnitude + magnitude.min(FIELD),
                        false => magnitude,
                    };
                    let addend = M::addend(moved ^ parity, false, random, plan);
                    let rounded = moved.wrapping_add(addend) & !(FIELD - 1);
                    let rounded = match MOVES {
                        true => rounded - (rounded / 2).min(FIELD),
                        false => rounded,
                    };
                    let result = if word & SIGN != 0 {
                        *negative
                    } else {
                        <$float>::from_bits(rounded)
                    };
                    let zero_or_not = word.wrapping_sub(SIGN) < LEAST;
                    (result, (rounded <= GREATEST) & !zero_or_not)
                }
            }
        }
    };
}

powers!(powers32, f32, u32, i32, lane32, host32);
powers!(powers64, f64, u64, i64, lane64, host64);
