//! Loops over values that share a scale.
//!
//! The definition, for any host and mode, a block at a time:
//!
//! ```text
//!   x ──> x / s to odd, 53 digits ──> integer by the rounder ──> cut to the codes ──> host's s (q - z)
//! ```
//!
//! The way for f32 does all of it in one pass with f32s. In the modes without random words: a
//! quotient to odd has 24 digits, and no more than 17 + 2 decide an integer of a code's size. With
//! up to 23 random bits, of variant A, by the remainder, which is exact as that of every division:
//!
//! ```text
//!   k = floor(|x| / s)     r = |x| - k s     away from zero where r >= s T,    T = 1 - R / 2^N
//! ```
//!
//! and s T is a float and its error, by a fused product. All ways give the same bits (`tests/integer`
//! compares them, and with exact integers).

use std::marker::PhantomData;
use std::ops::Range;

use fearless_simd::{Level, dispatch};

use super::{Affine, Integer, IntegerCode};
use crate::arith::odd::Odd;
use crate::chop::cpu::Counter;
use crate::chop::fast::lane32::{Instruction, Mode, Numbers};
use crate::chop::fast::mode;
use crate::chop::{Host, Rounder};
use crate::format::{Format, Signedness};
use crate::plan::{Carrier, Recipe, host32};
use crate::random::Key;
use crate::rounding::{Rounding, Saturation, Variant};

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
    /// Least codes less zero points; one for all where all are the same.
    first: Vec<f32>,
    /// From the least to the greatest code: the same everywhere, and exact.
    span: f32,
}

impl FromIterator<Scaling> for Column {
    fn from_iter<I: IntoIterator<Item = Scaling>>(scalings: I) -> Self {
        let mut column = Self::default();
        for scaling in scalings {
            column.scales.push(scaling.scale);
            column.first.push(scaling.first);
            column.span = scaling.last - scaling.first;
        }
        if column.first.windows(2).all(|pair| pair[0] == pair[1]) {
            column.first.truncate(1);
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
///
/// A sum with 1.5 x 2^23, whose step is 1, has the integer in its last bits. Steps have 17 at most.
pub(super) fn codes<T: Host, C: IntegerCode>(
    level: Level,
    steps: &[T],
    zero: i32,
    codes: &mut [C],
) -> Option<usize> {
    const ANCHOR: f32 = 1.5 * (1u32 << 23) as f32;
    let shift = zero.wrapping_sub(ANCHOR.to_bits() as i32);
    let nan = dispatch!(level, _simd => {
        let mut nan = 0u32;
        for (code, x) in codes.iter_mut().zip(steps) {
            let x = x.to_f32();
            *code = C::truncated(((x + ANCHOR).to_bits() as i32).wrapping_add(shift));
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

    /// None for modes that it does not know, and on machines without a fused multiply-add.
    pub fn new(level: Level, rounding: Rounding) -> Option<Self> {
        let known = match rounding {
            Rounding::Stochastic { variant, bits } => {
                variant == Variant::A && u32::from(bits.get()) <= 23
            }
            Rounding::StochasticEqual => false,
            _ => true,
        };
        if !known || !fuses(level) {
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

    /// Values of one scale; in place where there is no source. The first one's random word is the
    /// counter's.
    pub fn round(
        &self,
        counter: Counter,
        scaling: Scaling,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        let same = |_: Range<usize>| Same(scaling, scaling.scale);
        self.run(counter, same, source, target);
    }

    /// Their codes less zero points; NaN stays NaN.
    pub fn steps(&self, counter: Counter, scaling: Scaling, source: &[f32], steps: &mut [f32]) {
        self.run(counter, |_| Same(scaling, 1.0), Some(source), steps);
    }

    /// A scale each: those of the column from `from` on.
    pub fn round_each(
        &self,
        counter: Counter,
        (column, from): (&Column, usize),
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        let part = |part: Range<usize>| from + part.start..from + part.end;
        let Column {
            scales,
            first,
            span,
        } = column;
        if let [first] = first[..] {
            let last = first + span;
            let each = |range| EachScale {
                scales: &scales[part(range)],
                first,
                last,
            };
            return self.run(counter, each, source, target);
        }
        let each = |range: Range<usize>| Each {
            scales: &scales[part(range.clone())],
            first: &first[part(range)],
            span: *span,
        };
        self.run(counter, each, source, target);
    }

    fn run<S: Scalings>(
        &self,
        counter: Counter,
        scalings: impl Fn(Range<usize>) -> S,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        for (index, range) in counter.parts(target.len()) {
            let job = Job {
                level: self.level,
                from: index as u32,
                scalings: scalings(range.clone()),
                source: source.map(|source| &source[range.clone()]),
                target: &mut target[range],
            };
            let n = self.numbers;
            match self.rounding {
                Rounding::NearestTiesToEven => job.run(Quotient::<mode::NearestEven>::new(n)),
                Rounding::NearestTiesToAway => job.run(Quotient::<mode::NearestAway>::new(n)),
                Rounding::NearestTiesToZero => job.run(Quotient::<mode::NearestZero>::new(n)),
                Rounding::TowardZero => job.run(Quotient::<mode::Zero>::new(n)),
                Rounding::TowardPositive => job.run(Quotient::<mode::Up>::new(n)),
                Rounding::TowardNegative => job.run(Quotient::<mode::Down>::new(n)),
                Rounding::ToOdd => job.run(Quotient::<mode::Odd>::new(n)),
                Rounding::Stochastic { .. } => {
                    let keys = counter.keys(self.rounding, index);
                    job.run(Remainder(n, keys.first));
                }
                // Never made.
                Rounding::StochasticEqual => {}
            }
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

/// A scale each, the zero point the same.
#[derive(Clone, Copy)]
struct EachScale<'a> {
    scales: &'a [f32],
    first: f32,
    last: f32,
}

impl Scalings for EachScale<'_> {
    #[inline(always)]
    fn of(self, count: usize) -> impl Iterator<Item = (Scaling, f32)> {
        let Self { first, last, .. } = self;
        self.scales[..count].iter().map(move |scale| {
            let scale = *scale;
            (Scaling { scale, first, last }, scale)
        })
    }
}

/// A scale and a zero point each.
#[derive(Clone, Copy)]
struct Each<'a> {
    scales: &'a [f32],
    first: &'a [f32],
    span: f32,
}

impl Scalings for Each<'_> {
    #[inline(always)]
    fn of(self, count: usize) -> impl Iterator<Item = (Scaling, f32)> {
        let numbers = self.scales[..count].iter().zip(&self.first[..count]);
        numbers.map(move |(scale, first)| {
            let (scale, first) = (*scale, *first);
            let last = first + self.span;
            (Scaling { scale, first, last }, scale)
        })
    }
}

/// An integer next to x / s, and that of the exact quotient in the mode.
trait Way: Copy {
    const RANDOM: bool;
    /// `index` is that of the random word.
    fn integer(self, x: f32, scale: f32, index: u32) -> f32;
}

/// By the quotient to odd.
struct Quotient<M>(Numbers, PhantomData<M>);

impl<M> Copy for Quotient<M> {}
impl<M> Clone for Quotient<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Quotient<M> {
    const fn new(numbers: Numbers) -> Self {
        Self(numbers, PhantomData)
    }
}

impl<M: Mode> Way for Quotient<M> {
    const RANDOM: bool = false;
    #[inline(always)]
    fn integer(self, x: f32, scale: f32, _: u32) -> f32 {
        M::integer::<Instruction>(f32::odd_div(x, scale), 0, &self.0)
    }
}

/// By the remainder, with a random word.
#[derive(Clone, Copy)]
struct Remainder(Numbers, Key);

impl Way for Remainder {
    const RANDOM: bool = true;
    #[inline(always)]
    fn integer(self, x: f32, scale: f32, index: u32) -> f32 {
        // Past every code; below it a remainder is exact.
        const MOST: f32 = (1 << 18) as f32;
        let (far, x_magnitude) = (scale * MOST, x.abs());
        // NaN stays NaN.
        let magnitude = if x_magnitude > far { far } else { x_magnitude };
        // The nearest quotient may be the integer above the exact one.
        let whole = (magnitude / scale).floor();
        let rest = (-whole).mul_add(scale, magnitude);
        let above = rest < 0.0;
        let whole = if above { whole - 1.0 } else { whole };
        let rest = if above { rest + scale } else { rest };
        let threshold = self.0.threshold(self.1.word(index));
        let least = scale * threshold;
        let error = scale.mul_add(threshold, -least);
        // Two floats differ by more than an error is; where they are equal, it decides.
        let away = if rest - least >= error { 1.0 } else { 0.0 };
        (whole + away).copysign(x)
    }
}

/// Values whose random words have one key.
struct Job<'a, S> {
    level: Level,
    from: u32,
    scalings: S,
    source: Option<&'a [f32]>,
    target: &'a mut [f32],
}

impl<S: Scalings> Job<'_, S> {
    #[inline(never)]
    fn run<W: Way>(self, way: W) {
        let Self {
            level,
            from,
            scalings,
            source,
            target,
        } = self;
        let count = target.len();
        dispatch!(level, _simd => match source {
            Some(source) => {
                let pairs = target.iter_mut().zip(source).map(|(y, x)| (*x, y));
                Self::pairs(way, from, pairs.zip(scalings.of(count)));
            }
            None => {
                let pairs = target.iter_mut().map(|y| (*y, y));
                Self::pairs(way, from, pairs.zip(scalings.of(count)));
            }
        });
    }

    #[inline(always)]
    fn pairs<'a, W: Way>(
        way: W,
        from: u32,
        pairs: impl Iterator<Item = ((f32, &'a mut f32), (Scaling, f32))>,
    ) {
        let mut index = from;
        for ((x, y), (scaling, factor)) in pairs {
            let Scaling { scale, first, last } = scaling;
            let code = way.integer(x, scale, index);
            let code = if code < first { first } else { code };
            let code = if code > last { last } else { code };
            // One zero.
            *y = code * factor + 0.0;
            if W::RANDOM {
                index = index.wrapping_add(1);
            }
        }
    }
}
