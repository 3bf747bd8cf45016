//! Loops over values that share a scale.
//!
//! The definition, for any host and mode, a block at a time:
//!
//! ```text
//!   x ──> x / s to odd, 53 digits ──> integer by the rounder ──> cut to the codes ──> host's s (q - z)
//! ```
//!
//! The way for f32 in the modes without random words does all of it in one pass with f32s: a
//! quotient to odd has 24 digits, and no more than 17 + 2 decide an integer of a code's size. Both
//! give the same bits (`tests/integer` compares them, and both with exact integers).

use std::marker::PhantomData;
use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::{Affine, Integer, IntegerCode};
use crate::arith::odd::Odd;
use crate::chop::fast::lane32::{Instruction, Mode, Numbers};
use crate::chop::fast::mode;
use crate::chop::{Host, Rounder};
use crate::format::{Format, Signedness};
use crate::plan::{Carrier, Recipe, host32};
use crate::rounding::{Rounding, Saturation};

/// Values at a time: they and what becomes of them stay in the nearest cache.
pub(super) const BLOCK: usize = 1024;

/// Bits of the integers that quotients are rounded to: more than any code less any zero point.
const INTEGER_BITS: i32 = 24;

/// The format of rounded quotients.
pub(super) fn integers() -> Format {
    Format::fixed(Signedness::Signed, INTEGER_BITS, 0).expect("24 bits are a format")
}

/// Values of one scale, as numbers of a loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaling {
    pub scale: f32,
    /// Least and greatest code less the zero point.
    pub first: f32,
    pub last: f32,
}

/// Values that have a scale each, number by number: so that a loop loads vectors.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    scales: Vec<f32>,
    first: Vec<f32>,
    last: Vec<f32>,
}

impl FromIterator<Scaling> for Column {
    fn from_iter<I: IntoIterator<Item = Scaling>>(scalings: I) -> Self {
        let mut column = Self::default();
        for scaling in scalings {
            column.scales.push(scaling.scale);
            column.first.push(scaling.first);
            column.last.push(scaling.last);
        }
        column
    }
}

impl Scaling {
    pub fn new(integer: Integer, affine: Affine) -> Self {
        let zero = affine.zero_point();
        Self {
            scale: affine.scale(),
            // At most 17 bits: exact.
            first: (integer.least() - zero) as f32,
            last: (integer.greatest() - zero) as f32,
        }
    }
}

/// Past every code, and below every fraction that a mode sees: quotients of what is farther out
/// are no more than that, and all operations to odd stay in f64's range.
const FAR: f64 = (1u64 << 40) as f64;

/// Codes less zero points of values, by the definition; NaN stays NaN. `index` is that of the first
/// value.
pub(super) fn steps<T: Host>(
    rounder: &Rounder,
    level: Level,
    scaling: Scaling,
    values: &[T],
    index: u64,
    steps: &mut [f64],
) {
    dispatch!(level, _simd => quotients(scaling.scale, values, steps));
    rounder.round_slice_at(steps, index);
    let (first, last) = (f64::from(scaling.first), f64::from(scaling.last));
    dispatch!(level, _simd => for x in steps.iter_mut() {
        let low = if *x < first { first } else { *x };
        *x = if low > last { last } else { low };
    });
}

#[inline(always)]
fn quotients<T: Host>(scale: f32, values: &[T], quotients: &mut [f64]) {
    let scale = f64::from(scale);
    // The ends of what the quotient is taken of. A tiny value stays on its side of zero.
    let (most, least) = (scale * FAR, scale / (FAR * FAR * FAR));
    for (y, x) in quotients.iter_mut().zip(values) {
        let x = x.to_f64();
        let magnitude = x.abs();
        let near = if magnitude > most { most } else { magnitude };
        let tiny = (near < least) & (near > 0.0);
        let near = if tiny { least } else { near };
        *y = f64::odd_div(near.copysign(x), scale);
    }
}

/// The values of codes less zero points.
pub(super) fn values<T: Host>(level: Level, scale: f32, steps: &[f64], values: &mut [T]) {
    let scale = f64::from(scale);
    dispatch!(level, _simd => for (y, x) in values.iter_mut().zip(steps) {
        // One zero.
        *y = T::from_f64(x * scale + 0.0);
    });
}

/// The codes of steps from the zero point; where the first NaN is.
pub(super) fn codes<T: Host, C: IntegerCode>(
    level: Level,
    steps: &[T],
    zero: i32,
    codes: &mut [C],
) -> Option<usize> {
    let nan = dispatch!(level, _simd => {
        let mut nan = 0u32;
        for (code, x) in codes.iter_mut().zip(steps) {
            // 24 bits at most.
            let x = x.to_f32();
            *code = C::truncated(x as i32 + zero);
            nan |= u32::from(x.is_nan());
        }
        nan != 0
    });
    let first = || steps.iter().position(|x| x.to_f32().is_nan());
    if nan { first() } else { None }
}

/// The way for f32s, where it serves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fast {
    level: Level,
    rounding: Rounding,
    numbers: Numbers,
}

impl Fast {
    /// Scales for which residuals and quotients are in the range of f32.
    const SCALES: std::ops::Range<f32> =
        f32::from_bits((127 - 100) << 23)..f32::from_bits((127 + 100) << 23);

    /// None for stochastic modes, and on machines without a fused multiply-add.
    pub fn new(level: Level, rounding: Rounding) -> Option<Self> {
        if rounding.is_stochastic() || !fuses(level) {
            return None;
        }
        let recipe = Recipe {
            format: integers(),
            rounding,
            saturation: Saturation::Finite,
            carrier: Carrier {
                precision: 24,
                emax: 127,
            },
        };
        let plan = host32::Plan::new(&recipe)?;
        Some(Self {
            level,
            rounding,
            numbers: Numbers::new(&plan, &recipe),
        })
    }

    /// Does it serve this scale?
    pub fn serves(&self, scale: f32) -> bool {
        Self::SCALES.contains(&scale)
    }

    /// Values of one scale; in place where there is no source.
    pub fn round(&self, scaling: Scaling, source: Option<&[f32]>, target: &mut [f32]) {
        self.run(Same(scaling, scaling.scale), source, target);
    }

    /// Their codes less zero points; NaN stays NaN.
    pub fn steps(&self, scaling: Scaling, source: &[f32], steps: &mut [f32]) {
        self.run(Same(scaling, 1.0), Some(source), steps);
    }

    /// A scale each: those of a part of the column.
    pub fn round_each(
        &self,
        column: &Column,
        part: Range<usize>,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        let each = Each {
            scales: &column.scales[part.clone()],
            first: &column.first[part.clone()],
            last: &column.last[part],
        };
        self.run(each, source, target);
    }

    fn run<S: Scalings>(&self, scalings: S, source: Option<&[f32]>, target: &mut [f32]) {
        let (level, n) = (self.level, self.numbers);
        match self.rounding {
            Rounding::NearestTiesToEven => {
                Loop::<mode::NearestEven>::run(level, n, scalings, source, target);
            }
            Rounding::NearestTiesToAway => {
                Loop::<mode::NearestAway>::run(level, n, scalings, source, target);
            }
            Rounding::NearestTiesToZero => {
                Loop::<mode::NearestZero>::run(level, n, scalings, source, target);
            }
            Rounding::TowardZero => Loop::<mode::Zero>::run(level, n, scalings, source, target),
            Rounding::TowardPositive => Loop::<mode::Up>::run(level, n, scalings, source, target),
            Rounding::TowardNegative => Loop::<mode::Down>::run(level, n, scalings, source, target),
            Rounding::ToOdd => Loop::<mode::Odd>::run(level, n, scalings, source, target),
            // Never made.
            Rounding::Stochastic { .. } | Rounding::StochasticEqual => {}
        }
    }
}

/// Has the machine a fused multiply-add, and one instruction that rounds to an integer?
fn fuses(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return level.as_avx2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return !level.is_fallback();
}

/// The scaling of each value, and what its code is multiplied by.
trait Scalings: Copy {
    fn of(self, count: usize) -> impl Iterator<Item = (Scaling, f32)>;
}

#[derive(Clone, Copy)]
struct Same(Scaling, f32);

impl Scalings for Same {
    #[inline(always)]
    fn of(self, _: usize) -> impl Iterator<Item = (Scaling, f32)> {
        std::iter::repeat((self.0, self.1))
    }
}

#[derive(Clone, Copy)]
struct Each<'a> {
    scales: &'a [f32],
    first: &'a [f32],
    last: &'a [f32],
}

impl Scalings for Each<'_> {
    #[inline(always)]
    fn of(self, count: usize) -> impl Iterator<Item = (Scaling, f32)> {
        let ends = self.first[..count].iter().zip(&self.last[..count]);
        let numbers = self.scales[..count].iter().zip(ends);
        numbers.map(|(scale, (first, last))| {
            let (scale, first, last) = (*scale, *first, *last);
            (Scaling { scale, first, last }, scale)
        })
    }
}

/// One mode's loops.
struct Loop<M>(PhantomData<M>);

impl<M: Mode> Loop<M> {
    #[inline(never)]
    fn run<S: Scalings>(
        level: Level,
        numbers: Numbers,
        scalings: S,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        let count = target.len();
        dispatch!(level, _simd => match source {
            Some(source) => {
                let pairs = target.iter_mut().zip(source).map(|(y, x)| (*x, y));
                Self::pairs(numbers, pairs.zip(scalings.of(count)));
            }
            None => {
                let pairs = target.iter_mut().map(|y| (*y, y));
                Self::pairs(numbers, pairs.zip(scalings.of(count)));
            }
        });
    }

    #[inline(always)]
    fn pairs<'a>(
        numbers: Numbers,
        pairs: impl Iterator<Item = ((f32, &'a mut f32), (Scaling, f32))>,
    ) {
        for ((x, y), (scaling, factor)) in pairs {
            let Scaling { scale, first, last } = scaling;
            let code = M::integer::<Instruction>(f32::odd_div(x, scale), 0, &numbers);
            let code = if code < first { first } else { code };
            let code = if code > last { last } else { code };
            // One zero.
            *y = code * factor + 0.0;
        }
    }
}
