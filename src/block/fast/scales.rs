//! The greatest magnitude of each block, and its scale.

use fearless_simd::{Bytes, Level, Simd, SimdBase, dispatch, f32x16, u32x16};

use super::rows::ROW;
use super::{DOUBT, Fast, Marks, Rule};
use crate::chop::Threads;
use crate::chop::cpu::{PARALLEL_BYTES, TASK};
use crate::chop::fast::lane32::{Instruction, Scaled, Way};
use crate::chop::fast::{ends, mode};

impl Fast {
    /// The word of the greatest magnitude of each block. NaN and infinities are the greatest.
    pub(super) fn greatest(&self, length: usize, source: &[f32], words: &mut [u32]) {
        dispatch!(self.level, simd => match length {
            // Said to be constant, so that the loop over a block's rows is unrolled.
            16 => greatest(simd, 16, source, words),
            32 => greatest(simd, 32, source, words),
            _ => greatest(simd, length, source, words),
        });
    }

    /// The greatest word of all.
    pub fn greatest_of(level: Level, threads: Threads, values: &[f32]) -> u32 {
        let part = |values: &[f32]| dispatch!(level, _simd => magnitude(values));
        #[cfg(feature = "rayon")]
        if threads == Threads::Auto && size_of_val(values) >= PARALLEL_BYTES {
            use rayon::prelude::*;
            let parts = values.par_chunks(TASK).map(part);
            return parts.reduce(|| 0, u32::max);
        }
        let _ = (threads, PARALLEL_BYTES, TASK);
        // The beginning last, so that some of it is still in the cache when rounding begins there.
        let (first, rest) = values.split_at(values.len().min(1 << 21));
        part(rest).max(part(first))
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

/// The greatest magnitude's word of each block: sixteen blocks side by side where they are whole rows.
///
/// ```text
///   a  a0 a1 a2 a3 ..   b  b0 b1 b2 b3 ..                a vector a block, row on row
///   max(a0, a1) max(a2, a3) .. max(b0, b1) max(b2, b3)    neighbours of two vectors, in one
///   ..                                                   4 times: one vector, a word a block
/// ```
#[inline(always)]
fn greatest<S: Simd>(simd: S, length: usize, source: &[f32], words: &mut [u32]) {
    let whole = match length.is_multiple_of(ROW) {
        true => source.len() / (ROW * length),
        false => 0,
    };
    let (sixteens, rest) = source.split_at(whole * ROW * length);
    let (targets, last) = words.split_at_mut(whole * ROW);
    let magnitude_bits = u32x16::splat(simd, 0x7fff_ffff);
    let blocks = sixteens.chunks_exact(ROW * length);
    for (blocks, words) in blocks.zip(targets.as_chunks_mut().0) {
        let mut most = [u32x16::splat(simd, 0); ROW];
        for (most, block) in most.iter_mut().zip(blocks.chunks_exact(length)) {
            for row in block.as_chunks().0 {
                let x: u32x16<S> = f32x16::load_array_ref(simd, row).bitcast();
                *most = most.max(x & magnitude_bits);
            }
        }
        for half in [8, 4, 2, 1] {
            for i in 0..half {
                let (a, b) = (most[2 * i], most[2 * i + 1]);
                most[i] = a.unzip_low(b).max(a.unzip_high(b));
            }
        }
        most[0].store_array(words);
    }
    for (block, word) in rest.chunks(length).zip(last) {
        *word = magnitude(block);
    }
}
