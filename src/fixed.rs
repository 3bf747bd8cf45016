//! Fixed point Q(i, f): the multiples of 2^-f, and what becomes of a value past the ends.
//!
//! ```text
//!   q4.4, 8 bits:       s i i i . f f f f        step 1/16, from -8 to 7.9375
//!
//!   8.3 saturates       7.9375                   the nearest end
//!   8.3 wraps           8.3125 - 16 = -7.6875    the bits above the sign are lost
//! ```
//!
//! A fixed-point format that saturates is a [`Format`] as any other: [`Format::fixed`], or by name
//! `q4.4` and `uq8.8`. Everything that takes a [`Format`] takes it: [`Rounder`], codes, arithmetic
//! with one rounding an operation, kernels, sweeps. Rounding is the crate's definition.
//!
//! What wraps around, as the registers of a processor do, keeps only the remainder modulo 2^i of
//! the rounded value, and so is no rounding in the sense of a `Rounder` (it is not monotone). It
//! has a rounder of its own here, [`Wrapping`]: the same definition on the unbounded grid of
//! multiples of 2^-f, then the remainder, which is exact. [`Wrapped`] is its number system, by name
//! `q4.4-wrap`, with arithmetic.
//!
//! MATLAB's `fi` and SystemC call the two `Saturate` and `Wrap`, `SC_SAT` and `SC_WRAP`.

mod narrow;
mod system;

use fearless_simd::dispatch;
use thiserror::Error;

use crate::chop::BLOCK;
use crate::chop::codes::Code;
use crate::chop::cpu::{TASK, over_tasks};
use crate::chop::{Carriers, Host, LengthError, Rounder, Threads};
use crate::format::{CodeError, FixedPoint, Format, FormatError, Signedness, Subnormals, scaled};
use crate::instructions::level;
use crate::rounding::Rounding;

pub use system::Wrapped;

/// Why there is no such wrapping number system.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WrapError {
    /// Only fixed point wraps around.
    #[error("{format} is not a fixed-point format: only those wrap around; use q4.4 or uq8.8")]
    NotFixed {
        /// The format's name.
        format: String,
    },
    /// The grid without ends leaves the range of an f64.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// No name of a fixed-point format that wraps around.
    #[error(
        "unknown fixed-point format \"{name}\": use q4.4-wrap or uq8.8-wrap (bits before and after the point)"
    )]
    Name {
        /// What was asked for.
        name: String,
    },
}

/// Rounds to a fixed-point format and wraps around: the rounded value modulo 2^i.
///
/// NaN stays NaN, and an infinity, which has no remainder, becomes one.
///
/// ```
/// use roundoff::fixed::Wrapping;
/// use roundoff::Rounding;
/// let wrap = Wrapping::new("q4.4".parse()?)?;
/// assert_eq!(wrap.round(8.3), -7.6875);
/// assert_eq!(wrap.with_rounding(Rounding::TowardZero).round(-8.1f32), 7.9375);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Wrapping {
    format: Format,
    point: FixedPoint,
    /// On the grid without ends: an f32 host has no more than 24 digits, and with more a plan
    /// would not fit in its words.
    narrow: Rounder,
    wide: Rounder,
    /// 2^i, and its reciprocal.
    period: f64,
    per_period: f64,
    /// Have f32s the digits and the range for the remainder?
    narrow_remainders: bool,
    threads: Threads,
}

/// The multiples of 2^-f that a host of so many digits holds: below 2^(digits - f) all of them, and
/// above every number of the host is one.
fn grid(point: FixedPoint, digits: i32) -> Result<Format, FormatError> {
    let emin = digits - 1 - point.fraction_bits;
    Format::custom(digits as u32, emin, 1023, Subnormals::Kept)
}

impl Wrapping {
    /// To nearest, ties to even, seed 0.
    ///
    /// # Errors
    /// [`WrapError::NotFixed`] unless it is a fixed-point format.
    pub fn new(format: Format) -> Result<Self, WrapError> {
        let point = format.fixed_point().ok_or_else(|| WrapError::NotFixed {
            format: format.to_string(),
        })?;
        Ok(Self {
            format,
            point,
            narrow: Rounder::new(grid(point, 24)?),
            wide: Rounder::new(grid(point, 53)?),
            period: scaled(1, point.integer_bits),
            per_period: scaled(1, -point.integer_bits),
            narrow_remainders: point.width() <= 24
                && (0..=100).contains(&point.integer_bits)
                && point.fraction_bits.abs() <= 100,
            threads: Threads::Auto,
        })
    }

    fn map(self, change: impl Fn(Rounder) -> Rounder) -> Self {
        Self {
            narrow: change(self.narrow),
            wide: change(self.wide),
            ..self
        }
    }

    /// With another rounding.
    #[must_use]
    pub fn with_rounding(self, rounding: Rounding) -> Self {
        self.map(|rounder| rounder.with_rounding(rounding))
    }

    /// With another seed for the stochastic modes.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        self.map(|rounder| rounder.with_seed(seed))
    }

    /// With another stream of the same seed.
    #[must_use]
    pub fn with_stream(self, stream: u64) -> Self {
        self.map(|rounder| rounder.with_stream(stream))
    }

    /// In threads or not.
    #[must_use]
    pub fn with_threads(self, threads: Threads) -> Self {
        Self {
            threads,
            ..self.map(|rounder| rounder.with_threads(threads))
        }
    }

    /// The format that the results are values of.
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// The rounding.
    pub const fn rounding(&self) -> Rounding {
        self.wide.rounding()
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.wide.seed()
    }

    /// The stream.
    pub const fn stream(&self) -> u64 {
        self.wide.stream()
    }

    fn grid<T: Host>(&self) -> &Rounder {
        match T::CARRIER {
            Carriers::F64 => &self.wide,
            Carriers::F32 | Carriers::F16 | Carriers::Bf16 => &self.narrow,
        }
    }

    /// One value. A stochastic mode takes the random word at index 0: see [`Wrapping::round_at`].
    pub fn round<T: Host>(&self, x: T) -> T {
        self.round_at(x, 0)
    }

    /// One value as if it stood at `index` of a slice.
    pub fn round_at<T: Host>(&self, x: T, index: u64) -> T {
        let rounded = self.grid::<T>().round_at(x, index);
        T::from_f64(self.remainder(rounded.to_f64()))
    }

    /// A multiple of the step, less a multiple of 2^i. Exact: the remainder has as many digits as
    /// a code has bits.
    #[inline(always)]
    fn remainder(&self, x: f64) -> f64 {
        let turns = x * self.per_period;
        // Past the range of f64 there are whole turns only.
        let turns = match turns.is_infinite() {
            true if x.is_finite() => 0.0,
            true => f64::NAN,
            false => turns,
        };
        let part = turns - turns.floor();
        let part = match self.point.signedness {
            Signedness::Signed if part >= 0.5 => part - 1.0,
            _ => part,
        };
        part * self.period
    }

    /// The same of f32s, where codes are so narrow that no operation rounds.
    #[inline(always)]
    fn narrow_remainder(&self, x: f32) -> f32 {
        let turns = x * self.per_period as f32;
        let part = turns - turns.floor();
        let high = (self.point.signedness == Signedness::Signed) & (part >= 0.5);
        let y = (part - if high { 1.0 } else { 0.0 }) * self.period as f32;
        // Of an infinity it would have a sign that depends on the machine.
        if y.is_nan() { f32::NAN } else { y }
    }

    /// A slice in place. The value at i takes the random word i.
    pub fn round_slice<T: Host>(&self, values: &mut [T]) {
        self.round_slice_at(values, 0);
    }

    /// A slice in place as a part of a longer one that begins at `index` there.
    pub fn round_slice_at<T: Host>(&self, values: &mut [T], index: u64) {
        self.over(None, values, index);
    }

    /// A slice into another.
    ///
    /// # Errors
    /// [`LengthError`] if the two are not as long; then nothing is written.
    pub fn round_into<T: Host>(&self, source: &[T], target: &mut [T]) -> Result<(), LengthError> {
        if source.len() != target.len() {
            return Err(LengthError {
                source_len: source.len(),
                target_len: target.len(),
            });
        }
        self.over(Some(source), target, 0);
        Ok(())
    }

    /// In place where there is no source. Not in one pass: a few thousand bytes at a time, which are
    /// in the nearest cache when the remainder is taken.
    fn over<T: Host>(&self, source: Option<&[T]>, target: &mut [T], index: u64) {
        let grid = self.grid::<T>().with_threads(Threads::One);
        over_tasks(self.threads, target, TASK, |at, part| {
            let whole = source.map(|source| &source[at..at + part.len()]);
            if let Some(narrow) = T::as_narrow(part) {
                let counter = grid.counter(index.wrapping_add(at as u64)).0;
                if self.narrow_pass(counter, whole.and_then(T::as_narrow_ref), narrow) {
                    return;
                }
            }
            for (i, part) in part.chunks_mut(BLOCK).enumerate() {
                let at = at + i * BLOCK;
                let index = index.wrapping_add(at as u64);
                let source = source.map(|source| &source[at..at + part.len()]);
                let done = match source {
                    Some(source) => grid.round_into_at(source, part, index),
                    None => {
                        grid.round_slice_at(part, index);
                        Ok(())
                    }
                };
                done.expect("as long");
                self.remainders(part);
            }
        });
    }

    /// The remainders of values of the grid.
    fn remainders<T: Host>(&self, values: &mut [T]) {
        let way = *self;
        if self.narrow_remainders
            && let Some(values) = T::as_narrow(values)
        {
            return dispatch!(level(), _simd => for x in values {
                *x = way.narrow_remainder(*x);
            });
        }
        dispatch!(level(), _simd => for x in values {
            *x = T::from_f64(way.remainder(x.to_f64()));
        });
    }

    /// Rounds a slice and writes the codes, two's complement where the format is signed.
    ///
    /// # Errors
    /// [`CodeError`] if the codes are wider than `C`, the slices are not as long, or a value is NaN
    /// or infinite. The codes before that value are written, those from it on are not to be used.
    ///
    /// ```
    /// use roundoff::fixed::Wrapping;
    /// let mut codes = [0u8; 3];
    /// Wrapping::new("q4.4".parse()?)?.encode(&[1.0f32, -1.0, 8.0], &mut codes)?;
    /// assert_eq!(codes, [0x10, 0xf0, 0x80]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encode<T: Host, C: Code>(&self, values: &[T], codes: &mut [C]) -> Result<(), CodeError> {
        let mut rounded = values.to_vec();
        self.round_slice(&mut rounded);
        // They are values of the format: nothing is rounded again.
        Rounder::new(self.format)
            .with_threads(self.threads)
            .encode(&rounded, codes)
    }
}
