//! Loops over arrays: the instruction set, the way for the plan, blocks, threads.

use fearless_simd::{Level, dispatch};

use super::Threads;
use super::fast::{Keys, mode};
use crate::plan::Recipe;
use crate::random::Key;
use crate::rounding::Rounding;

/// Arrays of this many bytes and more are worth threads: below it the fork costs more.
const PARALLEL_BYTES: usize = 1 << 20;
/// Values a task of a thread takes.
const TASK: usize = 1 << 16;

/// Which random words an array gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter {
    pub seed: u64,
    pub stream: u64,
    /// Index of the first value.
    pub index: u64,
}

impl Counter {
    /// The keys at `index`, which serve up to the next multiple of 2^32.
    pub fn keys(&self, rounding: Rounding, index: u64) -> Keys {
        let first = Key::new(self.seed, self.stream, index);
        Keys {
            first,
            second: first.other(),
            long: matches!(rounding, Rounding::Stochastic { bits, .. } if bits.get() > 32),
        }
    }
}

/// Does the machine round a float to an integer in one instruction? Without, integers are faster.
fn rounds_floats(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return level.as_sse4_2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return !level.is_fallback();
}

macro_rules! arrays {
    ($module:ident, $float:ident, $lane:ident, $host:ident) => {
        pub(crate) mod $module {
            use super::*;
            use crate::chop::fast::$lane::{
                BLOCK, Choice, Numbers, Scaled, Shifted, Way, attempt, choice, define,
            };
            use crate::plan::$host::Plan;

            /// `source` rounded into `target`, which is as long.
            pub fn round(
                plan: &Plan,
                recipe: &Recipe,
                counter: &Counter,
                threads: Threads,
                source: &[$float],
                target: &mut [$float],
            ) {
                over_tasks(threads, target, counter.index, |index, at, target| {
                    let source = &source[at..at + target.len()];
                    segment(plan, recipe, &counter.keys(recipe.rounding, index), index as u32, source, target);
                });
            }

            /// The same in place: a block is copied aside, then rounded back.
            pub fn round_in_place(
                plan: &Plan,
                recipe: &Recipe,
                counter: &Counter,
                threads: Threads,
                values: &mut [$float],
            ) {
                over_tasks(threads, values, counter.index, |index, _, values| {
                    let keys = counter.keys(recipe.rounding, index);
                    let mut aside = [0.0; ASIDE];
                    for (i, part) in values.chunks_mut(ASIDE).enumerate() {
                        let aside = &mut aside[..part.len()];
                        aside.copy_from_slice(part);
                        let from = (index as u32).wrapping_add((i * ASIDE) as u32);
                        segment(plan, recipe, &keys, from, aside, part);
                    }
                });
            }

            /// Values set aside at a time in place: they stay in the nearest cache.
            const ASIDE: usize = 8 * BLOCK;

            /// Values that share their keys, in one thread.
            fn segment(
                plan: &Plan,
                recipe: &Recipe,
                keys: &Keys,
                from: u32,
                source: &[$float],
                target: &mut [$float],
            ) {
                let level = Level::new();
                let chosen = match rounds_floats(level) {
                    true => choice(plan, recipe),
                    false => Choice::Definition,
                };
                let numbers = Numbers::new(plan, recipe);
                let job = Job { level, plan, keys, from, source, target };
                match recipe.rounding {
                    Rounding::NearestTiesToEven => job.run(chosen, numbers, mode::NearestEven),
                    Rounding::NearestTiesToAway => job.run(chosen, numbers, mode::NearestAway),
                    Rounding::NearestTiesToZero => job.run(chosen, numbers, mode::NearestZero),
                    Rounding::TowardZero => job.run(chosen, numbers, mode::Zero),
                    Rounding::TowardPositive => job.run(chosen, numbers, mode::Up),
                    Rounding::TowardNegative => job.run(chosen, numbers, mode::Down),
                    Rounding::ToOdd => job.run(chosen, numbers, mode::Odd),
                    Rounding::Stochastic { .. } => job.run(chosen, numbers, mode::Stochastic),
                    Rounding::StochasticEqual => job.run(chosen, numbers, mode::StochasticEqual),
                }
            }

            struct Job<'a> {
                level: Level,
                plan: &'a Plan,
                keys: &'a Keys,
                from: u32,
                source: &'a [$float],
                target: &'a mut [$float],
            }

            impl Job<'_> {
                fn run<M: crate::chop::fast::$lane::Mode>(self, chosen: Choice, numbers: Numbers, mode: M) {
                    match chosen {
                        Choice::Definition => self.define::<M>(),
                        Choice::Shifted => self.blocks::<M, _>(Shifted(numbers, mode)),
                        Choice::Scaled { flush: false } => self.blocks::<M, _>(Scaled::<M, false>(numbers, mode)),
                        Choice::Scaled { flush: true } => self.blocks::<M, _>(Scaled::<M, true>(numbers, mode)),
                    }
                }

                fn blocks<M: crate::chop::fast::$lane::Mode, W: Way>(self, way: W) {
                    let Self { level, plan, keys, from, source, target } = self;
                    dispatch!(level, _simd => {
                        for (i, (source, target)) in source.chunks(BLOCK).zip(target.chunks_mut(BLOCK)).enumerate() {
                            let from = from.wrapping_add((i * BLOCK) as u32);
                            if attempt(&way, keys, from, source, target) {
                                redo::<M>(level, plan, keys, from, source, target);
                            }
                        }
                    })
                }

                fn define<M: crate::chop::fast::$lane::Mode>(self) {
                    let Self { level, plan, keys, from, source, target } = self;
                    redo::<M>(level, plan, keys, from, source, target);
                }
            }

            /// By the definition. Two loops a host, whatever the mode.
            fn redo<M: crate::chop::fast::$lane::Mode>(
                level: Level, plan: &Plan, keys: &Keys, from: u32, source: &[$float], target: &mut [$float],
            ) {
                match M::RANDOM {
                    true => defined::<true>(level, plan, keys, from, source, target),
                    false => defined::<false>(level, plan, keys, from, source, target),
                }
            }

            #[inline(never)]
            fn defined<const RANDOM: bool>(
                level: Level, plan: &Plan, keys: &Keys, from: u32, source: &[$float], target: &mut [$float],
            ) {
                dispatch!(level, _simd => define::<RANDOM>(plan, keys, from, source, target));
            }
        }
    };
}

arrays!(arrays32, f32, lane32, host32);
arrays!(arrays64, f64, lane64, host64);

/// Calls `work(index, offset, part)` for parts of `values` that end where the keys change, in
/// threads where that is asked for and pays.
pub(crate) fn over_tasks<T: Send>(
    threads: Threads,
    values: &mut [T],
    index: u64,
    work: impl Fn(u64, usize, &mut [T]) + Sync,
) {
    // One part more where 2^32 values share a key and a task straddles two.
    let split = |index: u64, offset: usize, part: &mut [T]| {
        let left = usize::try_from((1u64 << 32) - (index & 0xffff_ffff)).unwrap_or(usize::MAX);
        let (head, tail) = part.split_at_mut(left.min(part.len()));
        work(index, offset, head);
        if !tail.is_empty() {
            work(index.wrapping_add(left as u64), offset + left, tail);
        }
    };
    let task = |number: usize, part: &mut [T]| {
        let offset = number * TASK;
        split(index.wrapping_add(offset as u64), offset, part);
    };
    #[cfg(feature = "rayon")]
    if threads == Threads::Auto && size_of_val(values) >= PARALLEL_BYTES {
        use rayon::prelude::*;
        values
            .par_chunks_mut(TASK)
            .enumerate()
            .for_each(|(n, part)| task(n, part));
        return;
    }
    let _ = (threads, PARALLEL_BYTES);
    values
        .chunks_mut(TASK)
        .enumerate()
        .for_each(|(n, part)| task(n, part));
}
