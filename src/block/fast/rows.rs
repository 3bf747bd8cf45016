//! Quotients of blocks, rounded and multiplied again, sixteen values at a time.
//!
//! A row is an array of constant length, and its block's numbers are loop invariants: so the
//! compiler keeps them in registers, and makes one vector of a row.

use fearless_simd::dispatch;

use super::{CHUNK, DOUBT, Fast, Marks};
use crate::chop::fast::lane32::{Instruction, Mode, Scaled, Way, draw};
use crate::chop::fast::{Keys, ends, mode};
use crate::rounding::{Rounding, Variant};

/// Values of a row: those of the widest vector.
pub(super) const ROW: usize = 16;

type Row<T> = [T; ROW];

/// Are blocks of that length whole rows?
pub(super) fn is_rows(length: usize, source: &[f32]) -> bool {
    length.is_multiple_of(ROW) && source.len().is_multiple_of(ROW)
}

/// Whole blocks of `length` values; the last one may be shorter.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub fast: &'a Fast,
    pub keys: Keys,
    /// Index of the first value, for its random word.
    pub from: u32,
    pub length: usize,
    pub source: &'a [f32],
    /// What a value is multiplied by to be a quotient, and an element to be the result; one a block.
    pub per: &'a [f32],
    pub factors: &'a [f32],
    /// A second factor, the tensor's.
    pub tensor: f32,
}

impl Job<'_> {
    /// One of the blocks.
    pub fn of_block(&self, i: usize) -> Self {
        let from = i * self.length;
        let end = (from + self.length).min(self.source.len());
        Self {
            from: self.from.wrapping_add(from as u32),
            source: &self.source[from..end],
            per: &self.per[i..],
            factors: &self.factors[i..],
            ..*self
        }
    }

    /// Does it all, and where some quotient is not known well enough, marks the blocks that have one.
    pub fn settle<T>(
        &self,
        marks: &mut [u32],
        target: &mut [T],
        run: impl Fn(&Self, &mut [T]) -> bool,
    ) -> bool {
        if !run(self, &mut *target) {
            return false;
        }
        for (i, (target, bad)) in target.chunks_mut(self.length).zip(marks).enumerate() {
            *bad |= u32::from(run(&self.of_block(i), target));
        }
        true
    }

    /// To a slice as long as the source; true if some quotient is not known well enough.
    pub fn values(&self, target: &mut [f32]) -> bool {
        match &self.fast.nearest {
            Some(nearest) if is_rows(self.length, self.source) => nearest.values(self, target),
            _ => self.by_mode(target),
        }
    }

    fn by_mode(self, target: &mut [f32]) -> bool {
        match self.fast.rounding {
            Rounding::NearestTiesToEven => self.by_rule::<mode::NearestEven>(target),
            Rounding::NearestTiesToAway => self.by_rule::<mode::NearestAway>(target),
            Rounding::NearestTiesToZero => self.by_rule::<mode::NearestZero>(target),
            Rounding::TowardZero => self.by_rule::<mode::Zero>(target),
            Rounding::TowardPositive => self.by_rule::<mode::Up>(target),
            Rounding::TowardNegative => self.by_rule::<mode::Down>(target),
            Rounding::ToOdd => self.by_rule::<mode::Odd>(target),
            Rounding::Stochastic {
                variant: Variant::A,
                ..
            } => self.by_rule::<mode::Stochastic>(target),
            Rounding::Stochastic { .. } => self.by_rule::<mode::StochasticHalf>(target),
            Rounding::StochasticEqual => self.by_rule::<mode::StochasticEqual>(target),
        }
    }

    fn by_rule<M: Mode>(self, target: &mut [f32]) -> bool {
        let way = Scaled::<M, Instruction, { ends::ANY }>::new(self.fast.numbers);
        match self.fast.is_exact() {
            true => self.round::<_, false>(way, target),
            false => self.round::<_, true>(way, target),
        }
    }

    #[inline(never)]
    fn round<W: Way, const DOUBTFUL: bool>(self, way: W, target: &mut [f32]) -> bool {
        let whole = is_rows(self.length, self.source);
        dispatch!(self.fast.level, _simd => match whole {
            true => self.blocks::<W, DOUBTFUL>(way, target),
            false => self.lines::<W, DOUBTFUL>(way, target),
        })
    }

    /// Blocks of whole rows.
    #[inline(always)]
    fn blocks<W: Way, const DOUBTFUL: bool>(self, way: W, target: &mut [f32]) -> bool {
        let most = self.fast.greatest;
        let mut failed = [0; ROW];
        let mut index = self.from;
        let blocks = self.source.chunks(self.length);
        let blocks = blocks.zip(target.chunks_mut(self.length));
        for ((source, target), (per, factor)) in blocks.zip(self.per.iter().zip(self.factors)) {
            let rows = source.as_chunks().0.iter();
            for (x, y) in rows.zip(target.as_chunks_mut().0) {
                let numbers = Numbers {
                    way,
                    keys: &self.keys,
                    most,
                    per: [*per; ROW],
                    factor: [*factor; ROW],
                    tensor: self.tensor,
                };
                *y = numbers.row::<DOUBTFUL>(index, x, &mut failed);
                index = index.wrapping_add(ROW as u32);
            }
        }
        failed != [0; ROW]
    }

    /// Blocks of any length: each value has its block's numbers beside it.
    #[inline(always)]
    fn lines<W: Way, const DOUBTFUL: bool>(self, way: W, target: &mut [f32]) -> bool {
        let (mut pers, mut factors) = ([0.0; CHUNK], [0.0; CHUNK]);
        let numbers = self.per.iter().zip(self.factors);
        let spread = pers
            .chunks_mut(self.length)
            .zip(factors.chunks_mut(self.length));
        for ((pers, factors), (per, factor)) in spread.zip(numbers) {
            pers.fill(*per);
            factors.fill(*factor);
        }
        let most = self.fast.greatest;
        let mut failed = [0; ROW];
        let mut index = self.from;
        let numbers = pers.as_chunks().0.iter().zip(factors.as_chunks().0);
        let rows = self.source.chunks(ROW).zip(target.chunks_mut(ROW));
        for ((source, target), (per, factor)) in rows.zip(numbers) {
            // The last row ends with zeros.
            let mut x = [0.0; ROW];
            x[..source.len()].copy_from_slice(source);
            let numbers = Numbers {
                way,
                keys: &self.keys,
                most,
                per: *per,
                factor: *factor,
                tensor: self.tensor,
            };
            let y = numbers.row::<DOUBTFUL>(index, &x, &mut failed);
            target.copy_from_slice(&y[..target.len()]);
            index = index.wrapping_add(ROW as u32);
        }
        failed != [0; ROW]
    }
}

/// What a row is rounded with.
struct Numbers<'a, W> {
    way: W,
    keys: &'a Keys,
    most: f32,
    per: Row<f32>,
    factor: Row<f32>,
    tensor: f32,
}

impl<W: Way> Numbers<'_, W> {
    #[inline(always)]
    fn row<const DOUBTFUL: bool>(
        &self,
        from: u32,
        source: &Row<f32>,
        failed: &mut Row<u32>,
    ) -> Row<f32> {
        let (way, most, tensor) = (self.way, self.most, self.tensor);
        // By comparisons, which are one instruction each: `min` and `max` look for NaN as well, and a
        // block with one is done by the definition.
        let cut = |q: f32| {
            let q = if q < most { q } else { most };
            if q > -most { q } else { -most }
        };
        let mut target = [0.0; ROW];
        for i in 0..ROW {
            let random = if W::RANDOM {
                draw(self.keys, from.wrapping_add(i as u32), false)
            } else {
                0
            };
            let quotient = source[i] * self.per[i];
            target[i] = if DOUBTFUL {
                let (low, _) = way.round(cut(quotient - quotient * DOUBT), random);
                let (high, _) = way.round(cut(quotient + quotient * DOUBT), random);
                failed[i] |= low.to_bits() ^ high.to_bits();
                // The first product is exact.
                (high * self.factor[i]) * tensor
            } else {
                way.round(cut(quotient), random).0 * self.factor[i]
            };
        }
        target
    }
}

impl Fast {
    /// Marks blocks with a quotient so close to zero that its sign alone counts, in the modes that ask
    /// for it.
    pub(super) fn mark_tiny(&self, length: usize, source: &[f32], marks: &mut Marks) -> bool {
        let (tiny, mut any) = (self.tiny, 0);
        dispatch!(self.level, _simd => {
            let numbers = marks.per.iter().zip(&mut marks.bad);
            for (block, (per, bad)) in source.chunks(length).zip(numbers) {
                let found = block.iter().fold(0, |found, x| {
                    found | u32::from(((x * per).abs() < tiny) & (*x != 0.0))
                });
                *bad |= found;
                any |= found;
            }
        });
        any != 0
    }
}
