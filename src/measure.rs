//! How wrong: the errors of rounded values beside their references.
//!
//! With x the reference and y the rounded value, over the n pairs in which both are finite
//! (Higham, *Accuracy and stability of numerical algorithms*, 2nd ed., 2002, section 1.2):
//!
//! | figure | formula | over |
//! |---|---|---|
//! | absolute error | abs(y - x), largest and mean | finite pairs |
//! | relative error | abs(y - x) / abs(x), largest and mean | finite pairs with x not zero |
//! | signal to noise in dB | 10 log10(sum x^2 / sum (y - x)^2) | finite pairs |
//!
//! An infinity or NaN on either side has no error; it is counted instead. A zero reference has no
//! relative error (0/0 is not zero, and a format without zero would make it infinite).
//!
//! | count | pairs in which |
//! |---|---|
//! | overflowed | x is finite and lies past the range after rounding with an unbounded exponent (IEEE 754, 7.4), whether it became an infinity, a NaN or the end of the range |
//! | underflowed | x is not zero and became a zero |
//! | subnormal | y is subnormal in the format and not zero |
//! | nan | y is NaN |
//!
//! # The same bits for any cut
//!
//! Differences, quotients and squares are f64, each rounded once. Blocks of [`BLOCK`] pairs, counted
//! from the beginning, are summed in one fixed order of 16 side-by-side sums; the blocks' sums are
//! added exactly, in any order. So the figures depend neither on the slices that the pairs came in,
//! nor on the machine, nor on threads that take whole blocks each ([`Errors::starting_at`],
//! [`Errors::merge`]).

mod apart;
mod block;
pub mod confidence;
pub(crate) mod exact;
pub mod quantiles;
pub mod vector;

use fearless_simd::Level;

pub use apart::{apart, ulp};

use crate::chop::{Host, LengthError, Rounder, Threads};
use crate::format::Format;
use block::{Range, Tally};
use exact::ExactSum;

/// Pairs that are summed in one fixed order. Threads that share an array take multiples of it.
pub const BLOCK: usize = block::BLOCK;

/// The figures; see the [module](self) for their formulas. Those over no pair at all are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// All pairs.
    pub count: u64,
    /// Pairs in which both are finite: those that the absolute error is over.
    pub finite: u64,
    /// The largest absolute error.
    pub max_absolute: Option<f64>,
    /// The mean absolute error.
    pub mean_absolute: Option<f64>,
    /// The largest relative error.
    pub max_relative: Option<f64>,
    /// The mean relative error.
    pub mean_relative: Option<f64>,
    /// Signal to noise in dB: infinite where nothing changed; `None` where there is no signal
    /// and no noise.
    pub snr_db: Option<f64>,
    /// Finite references past the range of the format.
    pub overflowed: u64,
    /// References that were not zero and became zero.
    pub underflowed: u64,
    /// Results that are subnormal and not zero.
    pub subnormal: u64,
    /// Results that are NaN.
    pub nan: u64,
    /// References that are NaN.
    pub nan_reference: u64,
}

/// Whether a value is past the range once it is rounded with an unbounded exponent.
#[derive(Clone, Copy, Debug)]
struct Judge {
    /// Rounds to the same digits, with room above.
    wide: Rounder,
    /// What that takes values times: 1/4 where the format reaches the end of f64.
    scale: f64,
    range: Range,
}

impl Judge {
    fn new(rounder: &Rounder, range: Range) -> Option<Self> {
        let format = rounder.format();
        let (scale, emin, emax) = match format.emax() {
            emax @ ..1023 => (1.0, format.emin(), emax + 1),
            emax => (0.25, -1022, emax),
        };
        let wide = Format::custom(format.precision(), emin, emax, format.subnormals()).ok()?;
        Some(Self {
            wide: Rounder::new(wide)
                .with_rounding(rounder.rounding())
                .with_seed(rounder.seed())
                .with_stream(rounder.stream())
                .with_threads(Threads::One),
            scale,
            range,
        })
    }

    fn is_past(&self, x: f64, index: u64) -> bool {
        let rounded = self.wide.round_at(x * self.scale, index);
        let (least, greatest) = (self.range.least, self.range.greatest);
        rounded > greatest * self.scale || rounded < least * self.scale
    }
}

/// Takes pairs of references and results, in slices of any length, and gives their [`Summary`].
///
/// ```
/// use roundoff::measure::Errors;
/// use roundoff::{Format, Rounder};
/// let rounder = Rounder::new(Format::BINARY16);
/// let values = [1.0f32, 0.1, 1e-9, 1e6];
/// let mut rounded = values;
/// rounder.round_slice(&mut rounded);
///
/// let mut errors = Errors::of_rounding(&rounder);
/// errors.add(&values, &rounded)?;
/// let summary = errors.summary();
/// assert_eq!((summary.overflowed, summary.underflowed), (1, 1));
/// assert_eq!(summary.max_relative, Some(1.0));
/// # Ok::<(), roundoff::LengthError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Errors<T> {
    level: Level,
    range: Range,
    judge: Option<Judge>,
    start: u64,
    counted: u64,
    /// Pairs that wait for their block to be full.
    waiting: Vec<(T, T)>,
    tally: Tally,
    overflowed: u64,
    underflowed: u64,
    sums: [ExactSum; 4],
}

impl<T: Host> Default for Errors<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Host> Errors<T> {
    /// For results of any computation: what is not finite where the reference is has overflowed,
    /// and nothing is subnormal.
    pub fn new() -> Self {
        Self::with(
            Range {
                least: f64::MIN,
                greatest: f64::MAX,
                least_normal: 0.0,
            },
            None,
        )
    }

    /// For values that this rounder has rounded, in order from index 0 of its stream.
    pub fn of_rounding(rounder: &Rounder) -> Self {
        let wide = &rounder.plans::<T>().wide;
        let range = Range {
            least: -f64::from_bits(wide.max_negative),
            greatest: f64::from_bits(wide.max),
            // Fixed point has one step for all: nothing in it is worse than the rest.
            least_normal: match rounder.format().fixed_point() {
                Some(_) => 0.0,
                None => rounder.format().least_normal(),
            },
        };
        Self::with(range, Judge::new(rounder, range))
    }

    fn with(range: Range, judge: Option<Judge>) -> Self {
        Self {
            level: crate::instructions::level(),
            range,
            judge,
            start: 0,
            counted: 0,
            waiting: Vec::new(),
            tally: Tally::default(),
            overflowed: 0,
            underflowed: 0,
            sums: std::array::from_fn(|_| ExactSum::new()),
        }
    }

    /// For a part of a longer array that begins at `index` there. The parts' figures,
    /// [merged](Errors::merge), are those of the whole, bit for bit, where every part but the last
    /// has a multiple of [`BLOCK`] pairs.
    #[must_use]
    pub fn starting_at(self, index: u64) -> Self {
        Self {
            start: index,
            ..self
        }
    }

    /// Takes pairs: `reference[i]` and `result[i]`.
    ///
    /// # Errors
    /// [`LengthError`] if the two are not as long; then nothing is taken.
    pub fn add(&mut self, reference: &[T], result: &[T]) -> Result<(), LengthError> {
        if reference.len() != result.len() {
            return Err(LengthError {
                source_len: reference.len(),
                target_len: result.len(),
            });
        }
        let missing = match self.waiting.len() {
            0 => 0,
            some => (BLOCK - some).min(reference.len()),
        };
        let pairs = |x: &[T], y: &[T]| -> Vec<(T, T)> {
            x.iter().copied().zip(y.iter().copied()).collect()
        };
        let (head, reference) = reference.split_at(missing);
        let (head_result, result) = result.split_at(missing);
        self.waiting.extend(pairs(head, head_result));
        if self.waiting.len() == BLOCK {
            let (x, y): (Vec<T>, Vec<T>) = self.waiting.drain(..).unzip();
            self.block(&x, &y);
        }
        let whole = reference.len() / BLOCK * BLOCK;
        let (blocks, rest) = reference.split_at(whole);
        let (blocks_result, rest_result) = result.split_at(whole);
        for (x, y) in blocks
            .chunks_exact(BLOCK)
            .zip(blocks_result.chunks_exact(BLOCK))
        {
            self.block(x, y);
        }
        self.waiting.extend(pairs(rest, rest_result));
        Ok(())
    }

    /// At most [`BLOCK`] pairs.
    fn block(&mut self, reference: &[T], result: &[T]) {
        let (mut x, mut y) = ([0.0; BLOCK], [0.0; BLOCK]);
        T::widen(reference, &mut x[..reference.len()]);
        T::widen(result, &mut y[..result.len()]);
        // What fills the block up is a value of the range, and changes no sum and no count.
        let filled = (BLOCK - reference.len()) as u64;
        let (own, [square, square_error]) = block::tally(self.level, &x, &y, &self.range);
        let sums = [
            (own.sum_absolute, 0),
            (own.sum_relative, 0),
            (own.sum_square, square),
            (own.sum_square_error, square_error),
        ];
        for (sum, (value, exponent)) in self.sums.iter_mut().zip(sums) {
            sum.add(value, exponent);
        }
        self.underflowed += own.vanished;
        if own.outside > 0 {
            self.ends(&x[..reference.len()], &y[..reference.len()]);
        }
        self.tally.absorb(&own);
        self.tally.finite -= filled;
        self.counted += reference.len() as u64;
    }

    /// A block in which some reference is outside the range: one pair at a time.
    #[cold]
    fn ends(&mut self, x: &[f64], y: &[f64]) {
        let range = self.range;
        for (i, (&x, &y)) in x.iter().zip(y).enumerate() {
            let outside = x > range.greatest || x < range.least;
            if !x.is_finite() || (y.is_finite() && !outside) {
                continue;
            }
            let index = self.start.wrapping_add(self.counted + i as u64);
            let past = !y.is_finite() || self.judge.is_some_and(|judge| judge.is_past(x, index));
            self.overflowed += u64::from(past);
            // Cut to the end of an unsigned range, which is zero.
            self.underflowed -= u64::from(past && y == 0.0);
        }
    }

    /// Takes another part's pairs, those that follow this one's.
    pub fn merge(&mut self, next: Self) {
        let mut next = next;
        self.flush();
        next.flush();
        for (sum, more) in self.sums.iter_mut().zip(&next.sums) {
            sum.merge(more);
        }
        self.tally.absorb(&next.tally);
        self.counted += next.counted;
        self.overflowed += next.overflowed;
        self.underflowed += next.underflowed;
    }

    /// Ends the block that waits.
    fn flush(&mut self) {
        if !self.waiting.is_empty() {
            let (x, y): (Vec<T>, Vec<T>) = self.waiting.drain(..).unzip();
            self.block(&x, &y);
        }
    }

    /// The figures of all pairs so far.
    pub fn summary(&self) -> Summary {
        let mut all = self.clone();
        all.flush();
        let tally = &all.tally;
        let [absolute, relative, square, square_error] = all.sums.each_ref().map(ExactSum::value);
        let over = |count: u64, value: f64| (count > 0).then_some(value);
        let mean = |count: u64, (sum, exponent): (f64, i32)| {
            over(count, times_power(sum / count as f64, exponent))
        };
        Summary {
            count: all.counted,
            finite: tally.finite,
            max_absolute: over(tally.finite, tally.max_absolute),
            mean_absolute: mean(tally.finite, absolute),
            max_relative: over(tally.nonzero, tally.max_relative),
            mean_relative: mean(tally.nonzero, relative),
            snr_db: decibels(square, square_error),
            overflowed: all.overflowed,
            underflowed: all.underflowed,
            subnormal: tally.subnormal,
            nan: tally.nan,
            nan_reference: tally.nan_reference,
        }
    }
}

impl Tally {
    /// Counts and maxima of more pairs. The sums have a home of their own.
    fn absorb(&mut self, more: &Self) {
        let greater = |a: f64, b: f64| if a > b { a } else { b };
        self.max_absolute = greater(self.max_absolute, more.max_absolute);
        self.max_relative = greater(self.max_relative, more.max_relative);
        self.finite += more.finite;
        self.nonzero += more.nonzero;
        self.subnormal += more.subnormal;
        self.nan += more.nan;
        self.nan_reference += more.nan_reference;
    }
}

/// x 2^exponent, in steps that no product leaves the range of f64 in before the last.
fn times_power(x: f64, exponent: i32) -> f64 {
    let mut left = exponent;
    let mut x = x;
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        x *= f64::from_bits(((1023 + step) as u64) << 52);
        left -= step;
    }
    x
}

/// 10 log10 of a quotient, each number as (y, e) for y 2^e.
fn decibels(signal: (f64, i32), noise: (f64, i32)) -> Option<f64> {
    match (signal.0 == 0.0, noise.0 == 0.0) {
        (true, true) => None,
        (true, false) => Some(f64::NEG_INFINITY),
        (false, true) => Some(f64::INFINITY),
        _ => {
            let octaves = f64::from(signal.1 - noise.1);
            let ratio = libm::log10(signal.0 / noise.0);
            Some(10.0 * (ratio + octaves * std::f64::consts::LOG10_2)).filter(|db| !db.is_nan())
        }
    }
}
