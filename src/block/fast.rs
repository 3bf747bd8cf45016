//! Blocks of f32 by vector instructions, where that gives the definition's bits.
//!
//! A few thousand bytes at a time, so that everything but the source and the target stays in the
//! nearest cache:
//!
//! ```text
//!   1. the greatest magnitude of each block, as words
//!   2. scale and reciprocal of each block
//!   3. each value times the reciprocal, cut off at the greatest element, rounded as `chop` rounds
//!   4. each element times the scale
//! ```
//!
//! Where the scale is a power of two all products are exact, and its exponent is the magnitude's
//! word with a constant added ([`Rule::Power`]):
//!
//! ```text
//!   0 eeeeeeee fffffffffffffffffffffff   m
//! +            ccccccccccccccccccccccc   carries into e where the rule rounds up
//! ```
//!
//! Where it is not, a quotient is known within 2^-22 only. It is rounded once a little lower and
//! once a little higher: if the results agree, the exact quotient's rounding, which is between
//! them, is the same. If not, or where any other assumption fails, the block is marked, and done
//! again by the [definition](super::definition).

use std::hint::black_box;

use fearless_simd::{Level, dispatch};

use super::definition::Definition;
use super::{BlockFormat, ScaleRule, Specials};
use crate::chop::Carriers;
use crate::chop::cpu::Counter;
use crate::chop::fast::lane32::{Choice, Instruction, Mode, Numbers, Scaled, Way, choice, draw};
use crate::chop::fast::{Keys, mode};
use crate::instructions::{level, rounds_floats};
use crate::plan::{Recipe, host32};
use crate::rounding::{Rounding, Saturation};

/// Values that are done together.
pub(super) const CHUNK: usize = 1024;
/// The shortest block for these loops, and how many a chunk has of them.
pub(super) const SHORTEST: usize = 8;
const BLOCKS: usize = CHUNK / SHORTEST;

/// A quotient by a rounded reciprocal of a rounded product, and the product with it: four roundings
/// to f32, and then the step up or down is one.
const DOUBT: f32 = 1.0 / (1 << 21) as f32;

/// How a scale comes from a magnitude's word.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// The exponent of word + carry, less the elements' own.
    Power { carry: u32 },
    /// The magnitude over the greatest element, rounded.
    Quotient { scale: Numbers, up: bool },
}

/// A block format and a rounding made ready for vector loops.
#[derive(Clone, Debug)]
pub(super) struct Fast {
    level: Level,
    rounding: Rounding,
    numbers: Numbers,
    rule: Rule,
    /// Exponent of the elements' greatest value.
    emax: i32,
    /// Fields of the least and greatest powers of two that are scales here, and whose reciprocals
    /// are normal.
    fields: (u32, u32),
    greatest: f32,
    greatest_scale: f32,
    clamps: bool,
    /// A quotient below this has to be looked at again: a mode that asks for its sign alone.
    tiny: f32,
}

/// What a chunk needs.
pub(super) struct Room {
    /// Magnitudes, as words.
    pub greatest: [u32; BLOCKS],
    per: [f32; BLOCKS],
    /// The scales.
    pub scales: [f32; BLOCKS],
    /// Blocks that are not for this way, and whether there is one.
    pub bad: [u32; BLOCKS],
    pub any_bad: bool,
    pers: [f32; CHUNK],
    spread: [f32; CHUNK],
    /// The elements.
    pub elements: [f32; CHUNK],
}

impl Room {
    pub fn new() -> Box<Self> {
        Box::new(Self {
            greatest: [0; BLOCKS],
            per: [0.0; BLOCKS],
            scales: [0.0; BLOCKS],
            bad: [0; BLOCKS],
            any_bad: false,
            pers: [0.0; CHUNK],
            spread: [0.0; CHUNK],
            elements: [0.0; CHUNK],
        })
    }
}

fn numbers(format: &crate::Format, rounding: Rounding) -> Option<(Numbers, f32)> {
    let recipe = Recipe {
        format: *format,
        rounding,
        saturation: Saturation::Finite,
        carrier: Carriers::F32.carrier(),
    };
    let plan = host32::Plan::new(&recipe)?;
    let chosen = choice(&plan, &recipe, rounds_floats(level()));
    (chosen == Choice::Scaled { flush: false })
        .then(|| (Numbers::new(&plan, &recipe), f32::from_bits(plan.max)))
}

impl Fast {
    /// None where some block might not be for this way, or few would.
    pub fn new(format: &BlockFormat, rounding: Rounding, definition: &Definition) -> Option<Self> {
        let (element, scale) = (&format.element, &format.scale);
        let (own, greatest) = numbers(element, rounding)?;
        let digits = element.precision();
        // Elements, their steps and their products with a scale are far from the ends of f32.
        if format.specials != Specials::Block
            || element.emin() - (digits as i32) < -60
            || element.emax() > 60
            || digits > 22
        {
            return None;
        }
        let fraction = (1 << 23) - 1;
        let power = match format.rule {
            ScaleRule::Floor => Some(0),
            ScaleRule::Ceil => Some(fraction),
            ScaleRule::Even => Some(1 << (23 - digits)),
            ScaleRule::RoundUp => Some(fraction - (greatest.to_bits() & fraction)),
            _ => None,
        };
        let rule = match (format.rule, power) {
            (ScaleRule::MeanSquare | ScaleRule::LargestExact, _) => return None,
            (_, Some(carry)) if format.scales_by_powers_of_two() => Rule::Power { carry },
            (ScaleRule::Nearest | ScaleRule::RoundUp, _) if scale.precision() > 1 => {
                let up = format.rule == ScaleRule::RoundUp;
                let rounding = match up {
                    true => Rounding::TowardPositive,
                    false => Rounding::NearestTiesToEven,
                };
                if digits + scale.precision() > 24 || scale.emax() > 60 || scale.emin() < -60 {
                    return None;
                }
                let (scale, _) = numbers(scale, rounding)?;
                Rule::Quotient { scale, up }
            }
            _ => return None,
        };
        let field = |exponent: i32| (exponent + 127).clamp(1, 253) as u32;
        Some(Self {
            level: level(),
            rounding,
            numbers: own,
            rule,
            emax: element.emax(),
            fields: (field(scale.emin()), field(scale.emax())),
            greatest,
            greatest_scale: scale.greatest() as f32,
            clamps: definition.clamps(),
            tiny: match rounding {
                Rounding::TowardPositive
                | Rounding::TowardNegative
                | Rounding::ToOdd
                | Rounding::StochasticEqual => 2f32.powi(-100),
                _ => 0.0,
            },
        })
    }

    /// Are all scales powers of two, and the values f32s without a rounding?
    pub const fn is_exact(&self) -> bool {
        matches!(self.rule, Rule::Power { .. })
    }

    /// Elements of whole blocks of `length` values, at most a chunk of them; of all values, where the
    /// scale is `known`.
    pub fn elements(
        &self,
        counter: &Counter,
        length: usize,
        tensor: f32,
        known: Option<f32>,
        source: &[f32],
        room: &mut Room,
    ) {
        let blocks = source.len().div_ceil(length);
        let mut bad = match known {
            None => {
                self.greatest(length, source, &mut room.greatest[..blocks]);
                self.scales(blocks, tensor, room)
            }
            Some(scale) => {
                room.scales[..blocks].fill(scale);
                room.per[..blocks].fill(1.0 / (scale * tensor));
                room.bad[..blocks].fill(0);
                // Not a block of zeros.
                room.greatest[..blocks].fill(1);
                false
            }
        };
        dispatch!(self.level, _simd => {
            match length {
                16 => spread::<16>(blocks, room),
                32 => spread::<32>(blocks, room),
                64 => spread::<64>(blocks, room),
                _ => {
                    let targets = room.pers.chunks_mut(length).zip(room.spread.chunks_mut(length));
                    for (i, (per, scale)) in targets.take(blocks).enumerate() {
                        per.fill(room.per[i]);
                        scale.fill(room.scales[i]);
                    }
                }
            }
        });
        let keys = counter.keys(self.rounding, counter.index);
        let Room {
            pers,
            elements,
            bad: marks,
            ..
        } = room;
        let job = Job {
            fast: self,
            keys,
            from: counter.index as u32,
            source,
            pers: &pers[..source.len()],
            target: &mut elements[..source.len()],
        };
        if job.by_mode() {
            // Which of them it is, block by block.
            let blocks = source.chunks(length).zip(pers.chunks(length));
            let targets = elements.chunks_mut(length).zip(marks);
            for (i, ((source, pers), (target, flag))) in blocks.zip(targets).enumerate() {
                let from = (counter.index as u32).wrapping_add((i * length) as u32);
                let failed = Job {
                    fast: self,
                    keys,
                    from,
                    source,
                    pers: &pers[..source.len()],
                    target: &mut target[..source.len()],
                }
                .by_mode();
                *flag |= u32::from(failed);
            }
            bad = true;
        }
        room.any_bad = bad;
    }

    /// Elements to values.
    pub fn values(&self, tensor: f32, room: &Room, target: &mut [f32]) {
        let pairs = || room.elements.iter().zip(&room.spread);
        match self.rule {
            Rule::Power { .. } => dispatch!(self.level, _simd => {
                for (y, (element, scale)) in target.iter_mut().zip(pairs()) {
                    *y = element * scale;
                }
            }),
            // The first product is exact.
            Rule::Quotient { .. } => dispatch!(self.level, _simd => {
                for (y, (element, scale)) in target.iter_mut().zip(pairs()) {
                    *y = (element * scale) * tensor;
                }
            }),
        }
    }

    /// The word of the greatest magnitude of each block. NaN and infinities are the greatest.
    fn greatest(&self, length: usize, source: &[f32], words: &mut [u32]) {
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
    fn scales(&self, blocks: usize, tensor: f32, room: &mut Room) -> bool {
        let words = &room.greatest[..blocks];
        let targets = room.per.iter_mut().zip(&mut room.scales).zip(&mut room.bad);
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
                let way = Scaled::<mode::NearestEven, Instruction, false>::new(scale);
                dispatch!(self.level, _simd => self.quotients(way, tensor, words, targets))
            }
            Rule::Quotient { scale, up: true } => {
                let way = Scaled::<mode::Up, Instruction, false>::new(scale);
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
        // times slower.
        *word = magnitude(black_box(block));
    }
}

/// Each block's numbers, once a value.
#[inline(always)]
fn spread<const LENGTH: usize>(blocks: usize, room: &mut Room) {
    let pers = room.pers.as_chunks_mut::<LENGTH>().0.iter_mut();
    let scales = room.spread.as_chunks_mut::<LENGTH>().0.iter_mut();
    let from = room.per.iter().zip(&room.scales);
    for ((pers, scales), (per, scale)) in pers.zip(scales).zip(from).take(blocks) {
        // Hidden for the same reason: stores, not scatters.
        *black_box(pers) = [*per; LENGTH];
        *black_box(scales) = [*scale; LENGTH];
    }
}

/// A chunk of quotients to be rounded.
struct Job<'a> {
    fast: &'a Fast,
    keys: Keys,
    from: u32,
    source: &'a [f32],
    pers: &'a [f32],
    target: &'a mut [f32],
}

impl Job<'_> {
    /// True if a block has to be done again.
    fn by_mode(self) -> bool {
        match self.fast.rounding {
            Rounding::NearestTiesToEven => self.by_rule::<mode::NearestEven>(),
            Rounding::NearestTiesToAway => self.by_rule::<mode::NearestAway>(),
            Rounding::NearestTiesToZero => self.by_rule::<mode::NearestZero>(),
            Rounding::TowardZero => self.by_rule::<mode::Zero>(),
            Rounding::TowardPositive => self.by_rule::<mode::Up>(),
            Rounding::TowardNegative => self.by_rule::<mode::Down>(),
            Rounding::ToOdd => self.by_rule::<mode::Odd>(),
            Rounding::Stochastic { .. } => self.by_rule::<mode::Stochastic>(),
            Rounding::StochasticEqual => self.by_rule::<mode::StochasticEqual>(),
        }
    }

    fn by_rule<M: Mode>(self) -> bool {
        let way = Scaled::<M, Instruction, false>::new(self.fast.numbers);
        match self.fast.is_exact() {
            true => self.round::<_, false>(way),
            false => self.round::<_, true>(way),
        }
    }

    #[inline(never)]
    fn round<W: Way, const DOUBTFUL: bool>(self, way: W) -> bool {
        dispatch!(self.fast.level, _simd => self.each::<W, DOUBTFUL>(way))
    }

    #[inline(always)]
    fn each<W: Way, const DOUBTFUL: bool>(self, way: W) -> bool {
        let Self {
            fast,
            keys,
            from,
            source,
            pers,
            target,
        } = self;
        let (most, tiny) = (fast.greatest, fast.tiny);
        let mut failed: u32 = 0;
        let mut index = from;
        for (y, (x, per)) in target.iter_mut().zip(source.iter().zip(pers)) {
            let random = if W::RANDOM {
                draw(&keys, index, false)
            } else {
                0
            };
            index = index.wrapping_add(1);
            let quotient = x * per;
            let cut = |q: f32| q.min(most).max(-most);
            failed |= u32::from((quotient.abs() < tiny) & (*x != 0.0));
            *y = if DOUBTFUL {
                let (low, _) = way.round(cut(quotient - quotient * DOUBT), random);
                let (high, _) = way.round(cut(quotient + quotient * DOUBT), random);
                failed |= u32::from(low != high);
                high
            } else {
                way.round(cut(quotient), random).0
            };
        }
        failed != 0
    }
}
