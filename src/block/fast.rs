//! Blocks of f32 by vector instructions, where that gives the definition's bits.
//!
//! A chunk of a few thousand bytes at a time, which is in the nearest cache when it is read again:
//!
//! ```text
//!   1. the greatest magnitude of each block, as words                        scales.rs
//!   2. scale and reciprocal of each block
//!   3. each value times the reciprocal, cut off at the greatest element,     rows.rs
//!      rounded as `chop` rounds, times the scale, straight to the target
//!      to nearest even, whole rows: to values and to codes                   nearest.rs
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

mod nearest;
mod rows;
mod scales;

use fearless_simd::Level;

use self::nearest::Nearest;
use self::rows::{Job, is_rows};

use super::definition::Definition;
use super::{BlockFormat, ScaleRule, Specials};
use crate::chop::cpu::Counter;
use crate::chop::fast::lane32::{Choice, Numbers, choice};
use crate::chop::{Carriers, Host};
use crate::instructions::{level, rounds_floats};
use crate::plan::{Recipe, host32};
use crate::rounding::{Rounding, Saturation};

/// Values that are done together.
pub(super) const CHUNK: usize = 1024;
/// The shortest block for these loops, and how many a chunk has of them.
pub(super) const SHORTEST: usize = 8;
pub(super) const BLOCKS: usize = CHUNK / SHORTEST;

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
    /// The quicker way for whole rows, where it serves.
    nearest: Option<Nearest>,
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

/// What is known of each block of a chunk.
pub(super) struct Marks {
    /// Magnitudes, as words.
    pub greatest: [u32; BLOCKS],
    /// Reciprocals of the scales, the tensor's included.
    per: [f32; BLOCKS],
    pub scales: [f32; BLOCKS],
    /// Blocks that are not for this way.
    pub bad: [u32; BLOCKS],
}

/// What a chunk needs.
pub(super) struct Room {
    pub marks: Marks,
    /// A chunk's values, where their host is no f32 or they are rounded in place.
    pub held: [f32; CHUNK],
    /// A chunk's elements, or values that go to another host.
    pub made: [f32; CHUNK],
}

impl Room {
    pub fn new() -> Box<Self> {
        Box::new(Self {
            marks: Marks {
                greatest: [0; BLOCKS],
                per: [0.0; BLOCKS],
                scales: [0.0; BLOCKS],
                bad: [0; BLOCKS],
            },
            held: [0.0; CHUNK],
            made: [0.0; CHUNK],
        })
    }

    /// A chunk's values as f32s, where they are none or will be written over.
    pub fn hold<T: Host>(&mut self, values: &[T], in_place: bool) {
        let held = &mut self.held[..values.len()];
        match T::as_narrow_ref(values) {
            Some(narrow) if in_place => held.copy_from_slice(narrow),
            Some(_) => {}
            None => held
                .iter_mut()
                .zip(values)
                .for_each(|(y, x)| *y = x.to_f32()),
        }
    }
}

/// Whole blocks side by side, at most a chunk of them.
pub(super) struct Blocks<'a> {
    pub counter: Counter,
    /// Values a block; the chunk's, where the scale is known.
    pub length: usize,
    /// The tensor's scale.
    pub tensor: f32,
    /// The one scale of all, where the tensor is one block.
    pub known: Option<f32>,
    pub source: &'a [f32],
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
            nearest: Nearest::new(element, rounding, greatest),
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

    /// The values of blocks, and a mark on those that are not for this way: is there one?
    pub fn values(&self, blocks: &Blocks, marks: &mut Marks, target: &mut [f32]) -> bool {
        let bad = self.prepare(blocks, marks);
        let Marks {
            per,
            scales,
            bad: marked,
            ..
        } = marks;
        let job = self.job(blocks, per, (scales, blocks.tensor));
        job.settle(marked, target, |job, target| job.values(target)) | bad
    }

    /// The same of their elements.
    pub fn elements(&self, blocks: &Blocks, marks: &mut Marks, target: &mut [f32]) -> bool {
        let bad = self.prepare(blocks, marks);
        let Marks {
            per, bad: marked, ..
        } = marks;
        let job = self.job(blocks, per, (&[1.0; BLOCKS], 1.0));
        job.settle(marked, target, |job, target| job.values(target)) | bad
    }

    /// The same of the codes of their elements, signs and magnitudes; none where only elements are
    /// to be had.
    pub fn codes(&self, blocks: &Blocks, marks: &mut Marks, target: &mut [u8]) -> Option<bool> {
        let nearest = self.nearest.as_ref()?;
        let coding = nearest.coding?;
        if !is_rows(blocks.length, blocks.source) {
            return None;
        }
        let bad = self.prepare(blocks, marks);
        let Marks {
            per, bad: marked, ..
        } = marks;
        let job = self.job(blocks, per, (&[1.0; BLOCKS], 1.0));
        Some(
            job.settle(marked, target, |job, target| {
                nearest.codes(coding, job, target)
            }) | bad,
        )
    }

    /// Scales and first marks.
    fn prepare(&self, blocks: &Blocks, marks: &mut Marks) -> bool {
        let count = blocks.source.len().div_ceil(blocks.length);
        let bad = match blocks.known {
            None => {
                let words = &mut marks.greatest[..count];
                self.greatest(blocks.length, blocks.source, words);
                self.scales(count, blocks.tensor, marks)
            }
            Some(scale) => {
                marks.scales[..count].fill(scale);
                marks.per[..count].fill(1.0 / (scale * blocks.tensor));
                marks.bad[..count].fill(0);
                // Not a block of zeros.
                marks.greatest[..count].fill(1);
                false
            }
        };
        bad | (self.tiny > 0.0 && self.mark_tiny(blocks.length, blocks.source, marks))
    }

    fn job<'a>(
        &'a self,
        blocks: &Blocks<'a>,
        per: &'a [f32],
        (factors, tensor): (&'a [f32], f32),
    ) -> Job<'a> {
        Job {
            fast: self,
            keys: blocks.counter.keys(self.rounding, blocks.counter.index),
            from: blocks.counter.index as u32,
            length: blocks.length,
            source: blocks.source,
            per,
            factors,
            tensor,
        }
    }
}
