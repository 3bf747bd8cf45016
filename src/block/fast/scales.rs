//! The greatest magnitude of each block, and its scale.

use std::hint::black_box;

use fearless_simd::{Level, dispatch};

use super::{DOUBT, Fast, Marks, Rule};
use crate::chop::fast::lane32::{Instruction, Scaled, Way};
use crate::chop::fast::{ends, mode};

impl Fast {
    /// The word of the greatest magnitude of each block. NaN and infinities are the greatest.
    pub(super) fn greatest(&self, length: usize, source: &[f32], words: &mut [u32]) {
        dispatch!(self.level, _simd => match length {
            16 => greatest::<16>(source, words),
            32 => greatest::<32>(source, words),
            64 => greatest::<64>(source, words),
            _ => {
                for (block, word) in source.chunks_exact(length).zip(words) {
                    *word = magnitude(block);
                }
            }
        });
    }

    /// The greatest word of all.
    pub fn greatest_of(level: Level, values: &[f32]) -> u32 {
        dispatch!(level, _simd => magnitude(values))
    }

    /// Scales, reciprocals and marks of blocks.
    pub(super) fn scales(&self, blocks: usize, tensor: f32, marks: &mut Marks) -> bool {
        let words = &marks.greatest[..blocks];
        let targets = marks
            .per
            .iter_mut()
            .zip(&mut marks.scales)
            .zip(&mut marks.bad);
        match self.rule {
            Rule::Power { carry } => dispatch!(self.level, _simd => {
                let (least, most) = self.fields;
                let emax = self.emax as u32;
                let mut any = 0;
                for (word, ((per, scale), bad)) in words.iter().zip(targets) {
                    let field = (word.wrapping_add(carry) >> 23).wrapping_sub(emax);
                    // Subnormal magnitudes, infinities and NaN are for the definition.
                    let within = (*word >= 1 << 23) & (*word < 0x7f80_0000) & (field >= least) & (field <= most)
                        & (field < 254);
                    let zero = *word == 0;
                    let field = if within { field } else { 127 };
                    *scale = f32::from_bits(field << 23);
                    *per = f32::from_bits((254 - field) << 23);
                    *bad = u32::from(!within & !zero);
                    any |= *bad;
                }
                any != 0
            }),
            Rule::Quotient { scale, up: false } => {
                let way = Scaled::<mode::NearestEven, Instruction, { ends::ANY }>::new(scale);
                dispatch!(self.level, _simd => self.quotients(way, tensor, words, targets))
            }
            Rule::Quotient { scale, up: true } => {
                let way = Scaled::<mode::Up, Instruction, { ends::ANY }>::new(scale);
                dispatch!(self.level, _simd => self.quotients(way, tensor, words, targets))
            }
        }
    }

    #[inline(always)]
    fn quotients<'a>(
        &self,
        way: impl Way,
        tensor: f32,
        words: &[u32],
        targets: impl Iterator<Item = ((&'a mut f32, &'a mut f32), &'a mut u32)>,
    ) -> bool {
        let per_greatest = 1.0 / (self.greatest * tensor);
        let (most, clamps) = (self.greatest_scale, u32::from(self.clamps));
        // The tensor's scale and all that is made of it are normal, or all blocks are bad.
        let range = 2f32.powi(-120)..2f32.powi(120);
        let strange = u32::from(!range.contains(&per_greatest) || !range.contains(&tensor));
        let mut any = 0;
        for (word, ((per, scale), bad)) in words.iter().zip(targets) {
            let quotient = f32::from_bits(*word) * per_greatest;
            let low = quotient - quotient * DOUBT;
            let high = quotient + quotient * DOUBT;
            let past = u32::from(high > most) & (clamps ^ 1);
            let (low, _) = way.round(low.min(most), 0);
            let (high, _) = way.round(high.min(most), 0);
            let whole = high * tensor;
            let odd = (low != high)
                | (*word >= 0x7f80_0000)
                | (quotient < 1e-30) & (*word != 0)
                | (whole < 1e-30) & (high != 0.0)
                | (whole > 1e30);
            *scale = high;
            *per = if high == 0.0 { 0.0 } else { 1.0 / whole };
            *bad = u32::from(odd) | past | strange;
            any |= *bad;
        }
        any != 0
    }
}

/// The greatest magnitude's word.
#[inline(always)]
fn magnitude(block: &[f32]) -> u32 {
    block
        .iter()
        .fold(0, |most, x| most.max(x.to_bits() & 0x7fff_ffff))
}

#[inline(always)]
fn greatest<const LENGTH: usize>(source: &[f32], words: &mut [u32]) {
    for (block, word) in source.as_chunks::<LENGTH>().0.iter().zip(words) {
        // Vectors along the block. Unhidden, the compiler makes them across blocks and gathers: ten
        // times slower. Its length stays known: that is what unrolls the loop.
        let block: &[f32; LENGTH] = black_box(block);
        *word = magnitude(block);
    }
}
