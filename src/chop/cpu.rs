//! Loops over arrays: the instruction set, the way for the plan, blocks, threads.

use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::Threads;
use super::fast::{Keys, ends, with_mode};
use crate::instructions::{level, rounds_floats};
use crate::plan::Recipe;
use crate::random::Key;
use crate::rounding::Rounding;

/// Arrays of this many bytes and more are worth threads: below it the fork costs more.
pub(crate) const PARALLEL_BYTES: usize = 1 << 22;
/// Values a task of a thread takes.
pub(crate) const TASK: usize = 1 << 16;

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

    /// The same words from the value at `offset` on.
    pub fn after(&self, offset: usize) -> Self {
        let index = self.index.wrapping_add(offset as u64);
        Self { index, ..*self }
    }

    /// Parts of `len` values that share their keys.
    pub(crate) fn parts(self, len: usize) -> impl Iterator<Item = (u64, Range<usize>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let index = self.after(at).index;
            let left = (1u64 << 32) - (index & 0xffff_ffff);
            let end = at + usize::try_from(left).unwrap_or(usize::MAX).min(len - at);
            let part = at..end;
            at = end;
            (!part.is_empty()).then_some((index, part))
        })
    }
}

macro_rules! arrays {
    ($module:ident, $float:ident, $lane:ident, $host:ident) => {
        pub(crate) mod $module {
            use super::*;
            use crate::chop::fast::$lane::{
                Added, BLOCK, Choice, Instruction, Grid, Mode, Numbers, Saturated, Scaled, Shifted,
                attempt, choice_of_all, clamps, define, kept,
            };
            use crate::plan::$host::Plan;

            /// A plan made ready to go over arrays.
            #[derive(Clone, Copy, Debug)]
            pub struct Pass<'a> {
                plan: &'a Plan,
                rounding: Rounding,
                level: Level,
                chosen: Choice,
                numbers: Numbers,
            }

            impl<'a> Pass<'a> {
                pub fn new(plan: &'a Plan, recipe: &Recipe) -> Self {
                    Self::at(level(), plan, recipe)
                }

                /// With chosen instructions.
                pub fn at(level: Level, plan: &'a Plan, recipe: &Recipe) -> Self {
                    Self {
                        plan,
                        rounding: recipe.rounding,
                        level,
                        chosen: choice_of_all(plan, recipe, rounds_floats(level)),
                        numbers: Numbers::new(plan, recipe),
                    }
                }

                /// The same by the definition alone.
                #[cfg(test)]
                #[allow(dead_code)] // Only f32 has few enough words to try them all.
                pub fn by_definition(self) -> Self {
                    let chosen = Choice::Definition;
                    Self { chosen, ..self }
                }

                /// `source` rounded into `target`, which is as long, in threads where asked for;
                /// in place where there is no source.
                pub fn round(
                    &self,
                    counter: &Counter,
                    threads: Threads,
                    source: Option<&[$float]>,
                    target: &mut [$float],
                ) {
                    over_tasks(threads, target, TASK, |at, target| {
                        let source = source.map(|source| &source[at..at + target.len()]);
                        self.part(&counter.after(at), source, target);
                    });
                }

                /// The same in this thread.
                pub fn part(
                    &self,
                    counter: &Counter,
                    source: Option<&[$float]>,
                    target: &mut [$float],
                ) {
                    for (index, range) in counter.parts(target.len()) {
                        let job = Job {
                            level: self.level,
                            plan: self.plan,
                            keys: counter.keys(self.rounding, index),
                            from: index as u32,
                            source: source.map(|source| &source[range.clone()]),
                            target: &mut target[range],
                        };
                        self.run(job);
                    }
                }

                fn run(&self, job: Job) {
                    let (chosen, numbers) = (self.chosen, self.numbers);
                    with_mode!(self.rounding, |mode| job.run(chosen, numbers, mode));
                }
            }

            /// Values that share their keys, in one thread.
            struct Job<'a> {
                level: Level,
                plan: &'a Plan,
                keys: Keys,
                from: u32,
                source: Option<&'a [$float]>,
                target: &'a mut [$float],
            }

            impl Job<'_> {
                fn run<M: Mode>(self, chosen: Choice, numbers: Numbers, mode: M) {
                    match chosen {
                        Choice::Definition => {
                            let Self { level, plan, keys, from, source, target, .. } = self;
                            by_definition::<M>(level, plan, &keys, from, source, target);
                        }
                        Choice::Shifted => self.vectors(Shifted(numbers, mode)),
                        Choice::Scaled { flush: false } | Choice::Unsigned
                            if kept(self.plan) && clamps(self.plan) =>
                        {
                            self.vectors(Scaled::<M, Instruction, { ends::CLAMPED }>::new(numbers))
                        }
                        Choice::Scaled { flush: false } if kept(self.plan) => {
                            self.vectors(Scaled::<M, Instruction, { ends::KEPT }>::new(numbers))
                        }
                        Choice::Scaled { flush: false } => {
                            self.vectors(Scaled::<M, Instruction, { ends::ANY }>::new(numbers))
                        }
                        Choice::Scaled { flush: true } => {
                            self.vectors(Scaled::<M, Instruction, { ends::FLUSHED }>::new(numbers))
                        }
                        Choice::Unsigned => {
                            self.vectors(Scaled::<M, Instruction, { ends::UNSIGNED }>::new(numbers))
                        }
                        Choice::Added { flush: false } => {
                            self.blocks(Scaled::<M, Added, { ends::ANY }>::new(numbers))
                        }
                        Choice::Added { flush: true } => {
                            self.blocks(Scaled::<M, Added, { ends::FLUSHED }>::new(numbers))
                        }
                    }
                }

                /// With the best instructions.
                fn vectors<W: Grid>(self, way: W) {
                    dispatch!(self.level, _simd => self.blocks(way))
                }

                /// With the caller's instructions.
                #[inline(always)]
                fn blocks<W: Grid>(self, way: W) {
                    let Self { level, keys, from, source, target, .. } = self;
                    let mut copy = [0.0; BLOCK];
                    for (i, target) in target.chunks_mut(BLOCK).enumerate() {
                        let offset = i * BLOCK;
                        let from = from.wrapping_add(offset as u32);
                        let source = match source {
                            Some(source) => &source[offset..offset + target.len()],
                            None => {
                                let copy = &mut copy[..target.len()];
                                copy.copy_from_slice(target);
                                &*copy
                            }
                        };
                        let pairs = source.iter().copied().zip(&mut *target);
                        if attempt(&way, &keys, from, pairs) {
                            saturated(level, &way, &keys, from, source, target);
                        }
                    }
                }
            }

            /// One block, whatever is in it.
            #[inline(never)]
            fn saturated<W: Grid>(
                level: Level,
                way: &W,
                keys: &Keys,
                from: u32,
                source: &[$float],
                target: &mut [$float],
            ) {
                let way = Saturated(*way);
                dispatch!(level, _simd => {
                    attempt(&way, keys, from, source.iter().copied().zip(target))
                });
            }

            /// By the definition. Six loops a host, whatever the mode.
            fn by_definition<M: Mode>(
                level: Level,
                plan: &Plan,
                keys: &Keys,
                from: u32,
                source: Option<&[$float]>,
                target: &mut [$float],
            ) {
                let defined = match (M::RANDOM, keys.long, kept(plan)) {
                    (false, _, false) => defined::<0, false>,
                    (false, _, true) => defined::<0, true>,
                    (true, false, false) => defined::<1, false>,
                    (true, false, true) => defined::<1, true>,
                    (true, true, false) => defined::<2, false>,
                    (true, true, true) => defined::<2, true>,
                };
                defined(level, plan, keys, from, source, target);
            }

            #[inline(never)]
            fn defined<const WORDS: u32, const KEPT: bool>(
                level: Level,
                plan: &Plan,
                keys: &Keys,
                from: u32,
                source: Option<&[$float]>,
                target: &mut [$float],
            ) {
                dispatch!(level, _simd => for (i, target) in target.chunks_mut(BLOCK).enumerate() {
                    let offset = i * BLOCK;
                    let from = from.wrapping_add(offset as u32);
                    match source {
                        Some(source) => {
                            let pairs = target.iter_mut().zip(&source[offset..]);
                            define::<WORDS, KEPT>(plan, keys, from, pairs.map(|(y, x)| (*x, y)));
                        }
                        None => {
                            let pairs = target.iter_mut().map(|y| (*y, y));
                            define::<WORDS, KEPT>(plan, keys, from, pairs);
                        }
                    }
                });
            }
        }
    };
}

arrays!(arrays32, f32, lane32, host32);
arrays!(arrays64, f64, lane64, host64);

/// Calls `work(offset, part)` for parts of `values`, in threads where that is asked for and pays.
/// All parts but the last have `task` values.
pub(crate) fn over_tasks<T: Send>(
    threads: Threads,
    values: &mut [T],
    task: usize,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    #[cfg(feature = "rayon")]
    if threads == Threads::Auto && size_of_val(values) >= PARALLEL_BYTES {
        use rayon::prelude::*;
        values
            .par_chunks_mut(task)
            .enumerate()
            .for_each(|(n, part)| work(n * task, part));
        return;
    }
    let _ = (threads, PARALLEL_BYTES);
    for (n, part) in values.chunks_mut(task).enumerate() {
        work(n * task, part);
    }
}
