//! The way for f32s: all of it in one pass.
//!
//! In the modes without random words: a quotient to odd has 24 digits, and no more than 17 + 2 decide
//! an integer of a code's size. With up to 23 random bits, of variant A, by the remainder, which is
//! exact as that of every division:
//!
//! ```text
//!   k = floor(|x| / s)     r = |x| - k s     away from zero where r >= s T,    T = 1 - R / 2^N
//! ```
//!
//! and s T is a float and its error, by a fused product. All ways give the same bits (`tests/integer`
//! compares them, and with exact integers).
//!
//! Where each column has a scale, several long rows go together, a piece of each in turn:
//!
//! ```text
//!   row 0   1111 5555 ...
//!   row 1   2222 6666          scales are read from the nearest cache for all but the first,
//!   row 2   3333 7777          and the next cache has to give a quarter of them only
//!   row 3   4444 8888
//! ```

use std::marker::PhantomData;

use fearless_simd::{Level, dispatch};

use super::cpu::integers;
use super::scalings::{Column, Each, EachScale, Runs, Same, Scaling, Scalings};
use crate::arith::odd::Odd;
use crate::chop::cpu::Counter;
use crate::chop::fast::lane32::{Instruction, Mode, Numbers};
use crate::chop::fast::mode;
use crate::plan::{Carrier, Recipe, host32};
use crate::random::{Key, Weyl};
use crate::rounding::{Rounding, Saturation, Variant};

/// Values of a row that are done before those of the next one.
const PIECE: usize = 64;

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
    pub fn serves(scale: f32) -> bool {
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
        self.run(counter, Same(scaling, scaling.scale), source, target);
    }

    /// Their codes less zero points; NaN stays NaN.
    pub fn steps(&self, counter: Counter, scaling: Scaling, source: &[f32], steps: &mut [f32]) {
        self.run(counter, Same(scaling, 1.0), Some(source), steps);
    }

    /// Short runs of values that share a scale.
    pub fn round_runs(
        &self,
        counter: Counter,
        runs: Runs<'_>,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        self.run(counter, runs, source, target);
    }

    /// A scale each: those of the column from `from` on, so many as are done
    /// [together](Column::together).
    pub fn round_each(
        &self,
        counter: Counter,
        (column, from): (&Column, usize),
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        let Column {
            scales,
            first,
            span,
        } = column;
        let scales = &scales[from..];
        if let [first] = first[..] {
            let last = first + span;
            let each = EachScale {
                scales,
                first,
                last,
            };
            return self.run(counter, each, source, target);
        }
        let first = &first[from..];
        let each = Each {
            scales,
            first,
            span: *span,
        };
        self.run(counter, each, source, target);
    }

    fn run<S: Scalings>(
        &self,
        counter: Counter,
        scalings: S,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        // Rows whose random words have more than one key are not done together.
        let row = scalings.row().unwrap_or(target.len());
        let keys = counter.parts(target.len()).count();
        let parts = match keys {
            ..=1 => target.len(),
            _ => row,
        };
        for (n, target) in target.chunks_mut(parts.max(1)).enumerate() {
            let (at, len) = (n * parts, target.len());
            let source = source.map(|source| &source[at..at + len]);
            self.parts(counter.after(at), scalings, source, target);
        }
    }

    /// A row, whatever the keys, or several of one key.
    fn parts<S: Scalings>(
        &self,
        counter: Counter,
        scalings: S,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        for (index, range) in counter.parts(target.len()) {
            let job = Job {
                level: self.level,
                from: index as u32,
                scalings: scalings.after(range.start),
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

/// An integer next to x / s, and that of the exact quotient in the mode.
trait Way: Copy {
    const RANDOM: bool;
    /// The state of the random words at an index; any, where there are none.
    fn at(self, index: u32) -> Weyl;
    fn integer(self, x: f32, scale: f32, at: Weyl) -> f32;
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
    fn at(self, _: u32) -> Weyl {
        Weyl::steps(0)
    }

    #[inline(always)]
    fn integer(self, x: f32, scale: f32, _: Weyl) -> f32 {
        M::integer::<Instruction>(f32::odd_div(x, scale), 0, &self.0)
    }
}

/// By the remainder, with a random word.
#[derive(Clone, Copy)]
struct Remainder(Numbers, Key);

impl Way for Remainder {
    const RANDOM: bool = true;
    #[inline(always)]
    fn at(self, index: u32) -> Weyl {
        self.1.at(index)
    }

    #[inline(always)]
    fn integer(self, x: f32, scale: f32, at: Weyl) -> f32 {
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
        let threshold = self.0.threshold(at.word());
        let least = scale * threshold;
        let error = scale.mul_add(threshold, -least);
        // Two floats differ by more than an error is; where they are equal, it decides.
        let away = if rest - least >= error { 1.0 } else { 0.0 };
        (whole + away).copysign(x)
    }
}

/// Values whose random words have one key: a row or a part of it, or whole rows.
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
        let row = scalings.row().unwrap_or(count);
        dispatch!(level, _simd => if count <= row {
            let mut at = 0;
            while at < count {
                let index = from.wrapping_add(at as u32);
                let (taken, scalings) = scalings.of(at, count - at);
                let part = at..at + taken;
                let source = source.map(|source| &source[part.clone()]);
                Self::part(way, index, scalings, source, &mut target[part]);
                at += taken;
            }
        } else {
            let whole = row / PIECE * PIECE;
            for column in (0..whole).step_by(PIECE) {
                for at in (column..count).step_by(row) {
                    let index = from.wrapping_add(at as u32);
                    let (_, scalings) = scalings.of(column, PIECE);
                    // Of constant length: no loop over a rest.
                    let source = source.map(|x| &x[at..].first_chunk::<PIECE>().expect("a piece")[..]);
                    let target = target[at..].first_chunk_mut::<PIECE>().expect("a piece");
                    Self::part(way, index, scalings, source, target);
                }
            }
            for at in (whole..count).step_by(row) {
                let index = from.wrapping_add(at as u32);
                let rest = at..at + row - whole;
                let source = source.map(|source| &source[rest.clone()]);
                let (_, scalings) = scalings.of(whole, row - whole);
                Self::part(way, index, scalings, source, &mut target[rest]);
            }
        });
    }

    #[inline(always)]
    fn part<W: Way>(
        way: W,
        from: u32,
        scalings: impl Iterator<Item = (Scaling, f32)>,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        match source {
            Some(source) => {
                let pairs = target.iter_mut().zip(source).map(|(y, x)| (*x, y));
                Self::pairs(way, from, pairs.zip(scalings));
            }
            None => {
                let pairs = target.iter_mut().map(|y| (*y, y));
                Self::pairs(way, from, pairs.zip(scalings));
            }
        }
    }

    #[inline(always)]
    fn pairs<'a, W: Way>(
        way: W,
        from: u32,
        pairs: impl Iterator<Item = ((f32, &'a mut f32), (Scaling, f32))>,
    ) {
        const ONE: Weyl = Weyl::steps(1);
        let mut at = way.at(from);
        for ((x, y), (scaling, factor)) in pairs {
            let Scaling { scale, first, last } = scaling;
            let code = way.integer(x, scale, at);
            let code = if code < first { first } else { code };
            let code = if code > last { last } else { code };
            // One zero.
            *y = code * factor + 0.0;
            if W::RANDOM {
                at = at.then(ONE);
            }
        }
    }
}
