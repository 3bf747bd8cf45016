//! Quotients rounded to nearest, ties to even, by an addition: rows of sixteen values in registers.
//!
//! A float so great that its last digit is worth one step of the elements, added to a magnitude,
//! leaves no room for what lies below the step: the addition itself rounds, to nearest even. What
//! was added is taken away again, as a float for the value and as a word for the code:
//!
//! ```text
//!   q                        1.0110111 x 2^e        its binade, at least that of the least normal
//!   anchor   2^(24 - p) times the binade: of 2^23 steps
//!   q + anchor   = 1.00...0101 x ..                 the word's last digits count the steps
//!
//!   element  (q + anchor) - anchor                  exact
//!   code     word(q + anchor) - word(anchor)  +  (binades above the least normal one) << (p - 1)
//! ```
//!
//! With a hidden digit a number of steps from 2^(p-1) on is the code itself in the first normal
//! binade, and one of 2^p carries into the exponent. The digits are few (22 at most) and the values
//! far from f32's ends, so no addition rounds twice or overflows.

use fearless_simd::{Bytes, Simd, SimdBase, dispatch, f32x16, u32x16};

use super::DOUBT;
use super::rows::{Job, ROW};
use crate::format::{Format, Subnormals};
use crate::rounding::Rounding;

/// The numbers of an elements' format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearest {
    /// The greatest element.
    most: f32,
    /// The word of the least normal binade, and what makes a binade's word the anchor's.
    least: u32,
    anchor: u32,
    /// Added to a value: -0 changes nothing, 0 makes -0 a 0.
    zero: f32,
    /// Where its codes are for this way.
    pub coding: Option<Coding>,
}

/// Where a code's parts are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coding {
    /// From an f32's exponent to a code's.
    exponent: u32,
    /// From an f32's sign to a code's, which is this bit.
    sign: u32,
    sign_bit: u32,
}

impl Nearest {
    /// Of elements that are f32s, `greatest` the greatest one.
    pub fn new(format: &Format, rounding: Rounding, greatest: f32) -> Option<Self> {
        let digits = format.precision();
        if rounding != Rounding::NearestTiesToEven || format.subnormals() != Subnormals::Kept {
            return None;
        }
        Some(Self {
            most: greatest,
            least: ((format.emin() + 127) as u32) << 23,
            anchor: (24 - digits) << 23,
            zero: if format.has_negative_zero() {
                -0.0
            } else {
                0.0
            },
            coding: Coding::new(format),
        })
    }
}

impl Coding {
    /// Of codes that fit in a byte and count the values from zero on.
    fn new(format: &Format) -> Option<Self> {
        let width = format.code_width().ok().filter(|width| *width <= 8)?;
        let digits = format.precision();
        let counts = format.encode(format.least_positive()) == Ok(1)
            && format.encode(format.least_normal()) == Ok(1 << (digits - 1));
        (counts && format.is_signed() && format.has_negative_zero()).then_some(Self {
            exponent: 24 - digits,
            sign: 32 - width,
            sign_bit: 1 << (width - 1),
        })
    }
}

/// A row's magnitudes on the grid, above their anchors, and where they come from.
struct Rounded<S: Simd> {
    source: u32x16<S>,
    binade: u32x16<S>,
    anchor: u32x16<S>,
    sum: f32x16<S>,
}

/// What becomes of them.
trait Target: Copy {
    type Item;
    fn put<S: Simd>(self, simd: S, rounded: Rounded<S>, factor: f32, row: &mut [Self::Item; ROW]);
}

/// Values: elements times their block's factor and the tensor's.
#[derive(Clone, Copy)]
struct Values {
    tensor: f32,
    zero: f32,
}

impl Target for Values {
    type Item = f32;
    #[inline(always)]
    fn put<S: Simd>(self, simd: S, rounded: Rounded<S>, factor: f32, row: &mut [f32; ROW]) {
        let anchor: f32x16<S> = rounded.anchor.bitcast();
        let magnitude: u32x16<S> = ((rounded.sum - anchor) * factor * self.tensor).bitcast();
        let sign = rounded.source & u32x16::splat(simd, 1 << 31);
        let value: f32x16<S> = (magnitude | sign).bitcast();
        (value + self.zero).store_array(row);
    }
}

/// Codes: their numbers, and the word of the least normal binade.
#[derive(Clone, Copy)]
struct Codes(Coding, u32);

impl Target for Codes {
    type Item = u8;
    #[inline(always)]
    fn put<S: Simd>(self, _: S, rounded: Rounded<S>, _: f32, row: &mut [u8; ROW]) {
        let Self(coding, least) = self;
        let steps = rounded.sum.bitcast::<u32x16<S>>() - rounded.anchor;
        let binades = (rounded.binade - least) >> coding.exponent;
        let sign = (rounded.source >> coding.sign) & coding.sign_bit;
        let codes = ((steps + binades) | sign).to_array();
        for (code, word) in row.iter_mut().zip(codes) {
            *code = word as u8;
        }
    }
}

impl Nearest {
    /// Values of a job of whole rows; true if some quotient is not known well enough.
    pub fn values(&self, job: &Job<'_>, target: &mut [f32]) -> bool {
        let values = Values {
            tensor: job.tensor,
            zero: self.zero,
        };
        self.by_rule(job, values, target)
    }

    /// Their codes, signs and magnitudes.
    pub fn codes(&self, coding: Coding, job: &Job<'_>, target: &mut [u8]) -> bool {
        self.by_rule(job, Codes(coding, self.least), target)
    }

    fn by_rule<T: Target>(&self, job: &Job<'_>, how: T, target: &mut [T::Item]) -> bool {
        match job.fast.is_exact() {
            true => self.run::<T, false>(job, how, target),
            false => self.run::<T, true>(job, how, target),
        }
    }

    #[inline(never)]
    fn run<T: Target, const DOUBTFUL: bool>(
        &self,
        job: &Job<'_>,
        how: T,
        target: &mut [T::Item],
    ) -> bool {
        dispatch!(job.fast.level, simd => match job.length {
            // Said to be constant, so that the loop over a block's rows is unrolled.
            16 => self.blocks::<_, _, DOUBTFUL>(simd, job, 16, how, target),
            32 => self.blocks::<_, _, DOUBTFUL>(simd, job, 32, how, target),
            length => self.blocks::<_, _, DOUBTFUL>(simd, job, length, how, target),
        })
    }

    #[inline(always)]
    fn blocks<S: Simd, T: Target, const DOUBTFUL: bool>(
        &self,
        simd: S,
        job: &Job<'_>,
        length: usize,
        how: T,
        target: &mut [T::Item],
    ) -> bool {
        // By value: stores to the target cannot change them.
        let numbers = *self;
        let word = |word| u32x16::splat(simd, word);
        let number = |number| f32x16::splat(simd, number);
        let (magnitude_bits, exponent_bits) = (word(0x7fff_ffff), word(0x7f80_0000));
        let (least, to_anchor) = (word(numbers.least), word(numbers.anchor));
        let most = number(numbers.most);
        let (lower, higher) = (number(1.0 - DOUBT), number(1.0 + DOUBT));
        let mut apart = word(0);
        let blocks = job.source.chunks(length).zip(target.chunks_mut(length));
        for ((source, target), (per, factor)) in blocks.zip(job.per.iter().zip(job.factors)) {
            for (x, row) in source.as_chunks().0.iter().zip(target.as_chunks_mut().0) {
                let source: u32x16<S> = f32x16::load_array_ref(simd, x).bitcast();
                let magnitude: f32x16<S> = (source & magnitude_bits).bitcast();
                let quotient = (magnitude * *per).min(most);
                let binade = (quotient.bitcast::<u32x16<S>>() & exponent_bits).max(least);
                let anchor = binade + to_anchor;
                let float: f32x16<S> = anchor.bitcast();
                let sum = if DOUBTFUL {
                    let (low, high) = (quotient * lower + float, quotient * higher + float);
                    apart |= low.bitcast::<u32x16<S>>() ^ high.bitcast::<u32x16<S>>();
                    high
                } else {
                    quotient + float
                };
                let rounded = Rounded {
                    source,
                    binade,
                    anchor,
                    sum,
                };
                how.put(simd, rounded, *factor, row);
            }
        }
        DOUBTFUL && apart.reduce_max() != 0
    }
}
