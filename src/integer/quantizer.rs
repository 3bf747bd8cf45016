//! Rounds to the values of integer codes, and makes and reads the codes.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::cpu::{self, BLOCK};
use super::fast::Fast;
use super::granularity::Parts;
use super::scalings::{Column, Runs, Scaling};
use super::{Affine, Calibration, CalibrationError, Granularity, Integer, IntegerError};
use crate::chop::cpu::over_tasks;
use crate::chop::{Host, Rounder, Threads};
use crate::instructions::level;
use crate::rounding::Rounding;

/// Values a task of a thread takes.
const TASK: usize = 1 << 16;

mod sealed {
    pub trait Sealed {}
    impl Sealed for i8 {}
    impl Sealed for u8 {}
    impl Sealed for i16 {}
    impl Sealed for u16 {}
    impl Sealed for i32 {}
}

/// An integer type that holds codes: i8, u8, i16, u16 or i32.
pub trait IntegerCode: Copy + Send + Sync + sealed::Sealed + 'static {
    /// The least and the greatest code that it holds.
    const RANGE: (i32, i32);
    /// Its name.
    const NAME: &'static str;
    /// The low bits of `code`.
    fn truncated(code: i32) -> Self;
    /// The code.
    fn integer(self) -> i32;
}

macro_rules! integer_code {
    ($($word:ident)*) => { $(
        impl IntegerCode for $word {
            const RANGE: (i32, i32) = ($word::MIN as i32, $word::MAX as i32);
            const NAME: &'static str = stringify!($word);
            #[inline(always)]
            fn truncated(code: i32) -> Self {
                code as $word
            }
            #[inline(always)]
            fn integer(self) -> i32 {
                self as i32
            }
        }
    )* };
}
integer_code!(i8 u8 i16 u16 i32);

/// Integers, scales and zero points of a tensor's parts, a rounding and a seed: everything that
/// decides a result.
///
/// ```
/// use roundoff::integer::{Calibration, Granularity, Integer, IntegerQuantizer};
/// // Two rows, two scales.
/// let weights = [1.0f32, -0.5, 0.25, 127.0, -127.0, 3.4];
/// let per_row = Granularity::Channel { axis: 0 };
/// let quantizer =
///     IntegerQuantizer::calibrated(Integer::INT8, Calibration::Extremes, per_row, &[2, 3], &weights)?;
///
/// let mut codes = [0i8; 6];
/// quantizer.encode(&weights, &mut codes)?;
/// assert_eq!(codes, [127, -64, 32, 127, -127, 3]);
///
/// let mut values = weights;
/// quantizer.round_slice(&mut values)?;
/// assert_eq!(values[3..], [127.0, -127.0, 3.0]);
/// # Ok::<(), roundoff::integer::IntegerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct IntegerQuantizer {
    integer: Integer,
    granularity: Granularity,
    shape: Vec<usize>,
    parts: Parts,
    affines: Vec<Affine>,
    scalings: Vec<Scaling>,
    /// The same, where each value of a row has a scale of its own for the way for f32s.
    column: Option<Column>,
    /// How many share a scale, where they are few, the same everywhere, and all scales are for that way.
    short_run: Option<usize>,
    /// Rounds quotients to integers.
    rounder: Rounder,
    threads: Threads,
    fast: Option<Fast>,
}

impl IntegerQuantizer {
    /// With given scales and zero points, one for each part of a tensor of that shape, in row-major
    /// order. To nearest, ties to even, seed 0.
    ///
    /// # Errors
    /// [`IntegerError::Axis`] or [`IntegerError::Group`] where the shape has no such parts,
    /// [`IntegerError::Scales`] where there are not as many, [`IntegerError::ZeroPoint`] where a
    /// zero point is not for these codes.
    pub fn new(
        integer: Integer,
        granularity: Granularity,
        shape: &[usize],
        affines: Vec<Affine>,
    ) -> Result<Self, IntegerError> {
        let parts = Parts::new(granularity, shape)?;
        if affines.len() != parts.count {
            return Err(IntegerError::Scales {
                scales: affines.len(),
                parts: parts.count,
            });
        }
        for affine in &affines {
            Affine::new(integer, affine.scale(), affine.zero_point())?;
        }
        let scalings = affines.iter().map(|affine| Scaling::new(integer, *affine));
        let scalings: Vec<Scaling> = scalings.collect();
        let column = match parts.is_striped() {
            true => Column::new(&scalings),
            false => None,
        };
        let served = |scaling: &Scaling| Fast::serves(scaling.scale);
        let short = |run: &usize| *run < BLOCK && scalings.iter().all(served);
        let short_run = parts.even_run().filter(|_| parts.count > 1).filter(short);
        Ok(Self {
            integer,
            granularity,
            shape: shape.to_vec(),
            parts,
            scalings,
            column,
            short_run,
            affines,
            rounder: Rounder::new(cpu::integers()).with_threads(Threads::One),
            threads: Threads::Auto,
            fast: Fast::new(level(), Rounding::default()),
        })
    }

    /// With scales and zero points found from a tensor's values, which are in row-major order.
    ///
    /// A tensor without values has no scale to find and needs none.
    ///
    /// # Errors
    /// [`IntegerError::Shape`] if the shape is not that of so many values,
    /// [`IntegerError::Calibration`] where a part has no finite value, [`IntegerError::Range`] where
    /// no scale serves one; as [`IntegerQuantizer::new`].
    pub fn calibrated<T: Host>(
        integer: Integer,
        calibration: Calibration,
        granularity: Granularity,
        shape: &[usize],
        values: &[T],
    ) -> Result<Self, IntegerError> {
        let count = shape.iter().try_fold(1usize, |n, len| n.checked_mul(*len));
        if count != Some(values.len()) {
            return Err(IntegerError::Shape {
                values: values.len(),
                shape: shape.to_vec(),
            });
        }
        let parts = Parts::new(granularity, shape)?;
        let affine = |part: usize| {
            let slices = parts
                .ranges_of(part, values.len())
                .map(|range| &values[range]);
            let (least, greatest) =
                calibration
                    .range_of(integer, slices)
                    .map_err(|error| match error {
                        CalibrationError::NoValues { .. } if parts.count > 1 => {
                            CalibrationError::NoValues { part: Some(part) }
                        }
                        other => other,
                    })?;
            Affine::covering(integer, least, greatest)
        };
        let affines = (0..parts.count).map(affine).collect::<Result<_, _>>()?;
        Self::new(integer, granularity, shape, affines)
    }

    /// With another rounding.
    #[must_use]
    pub fn with_rounding(self, rounding: Rounding) -> Self {
        Self {
            rounder: self.rounder.with_rounding(rounding),
            fast: Fast::new(level(), rounding),
            ..self
        }
    }

    /// With another seed for the stochastic modes.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self {
            rounder: self.rounder.with_seed(seed),
            ..self
        }
    }

    /// With another stream of the same seed.
    #[must_use]
    pub fn with_stream(self, stream: u64) -> Self {
        Self {
            rounder: self.rounder.with_stream(stream),
            ..self
        }
    }

    /// In threads or not.
    #[must_use]
    pub fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }
    }

    /// By the definition alone: the same bits, slower.
    #[doc(hidden)]
    #[must_use]
    pub fn by_definition(self) -> Self {
        Self { fast: None, ..self }
    }

    /// The integers.
    pub const fn integer(&self) -> Integer {
        self.integer
    }

    /// Which values share a scale.
    pub const fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// The shape of the tensor.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Scales and zero points, in row-major order of the parts.
    pub fn affines(&self) -> &[Affine] {
        &self.affines
    }

    /// The rounding.
    pub const fn rounding(&self) -> Rounding {
        self.rounder.rounding()
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.rounder.seed()
    }

    /// Are there so many values from `index` on? With one scale for all there may be any number.
    fn check(&self, values: usize, index: usize) -> Result<(), IntegerError> {
        let all = self
            .shape
            .iter()
            .fold(1, |n: usize, len| n.saturating_mul(*len));
        let fits = index.checked_add(values).is_some_and(|end| end <= all);
        let one = self.granularity == Granularity::Tensor && self.parts.count == 1;
        match fits || one || values == 0 {
            true => Ok(()),
            false => Err(IntegerError::Shape {
                values: index.saturating_add(values),
                shape: self.shape.clone(),
            }),
        }
    }

    /// The values in parts of one scale each.
    fn runs(
        &self,
        from: usize,
        to: usize,
    ) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + use<> {
        let one = self.granularity == Granularity::Tensor;
        let parts = self.parts;
        let whole = (one && from < to).then_some((0, from..to));
        let several = (!one).then(|| parts.between(from, to));
        whole.into_iter().chain(several.into_iter().flatten())
    }

    /// The tensor in place, to the nearest values of codes: quantised and dequantised, *fake
    /// quantisation*. NaN stays NaN, infinities go to the ends. The value at i takes the random
    /// word i.
    ///
    /// # Errors
    /// [`IntegerError::Shape`] if the tensor has not so many values (with one scale for all there
    /// may be any number).
    pub fn round_slice<T: Host>(&self, values: &mut [T]) -> Result<(), IntegerError> {
        self.round_slice_at(values, 0)
    }

    /// A part of the tensor that begins at `index` there.
    ///
    /// # Errors
    /// As [`IntegerQuantizer::round_slice`].
    pub fn round_slice_at<T: Host>(
        &self,
        values: &mut [T],
        index: usize,
    ) -> Result<(), IntegerError> {
        self.check(values.len(), index)?;
        over_tasks(self.threads, values, TASK, |at, part| {
            self.part(None, part, index + at);
        });
        Ok(())
    }

    /// The tensor into another slice.
    ///
    /// # Errors
    /// [`IntegerError::Length`] if the two are not as long; as [`IntegerQuantizer::round_slice`].
    pub fn round_into<T: Host>(&self, source: &[T], target: &mut [T]) -> Result<(), IntegerError> {
        self.round_into_at(source, target, 0)
    }

    /// A part of the tensor that begins at `index` there, into another slice.
    ///
    /// # Errors
    /// As [`IntegerQuantizer::round_into`].
    pub fn round_into_at<T: Host>(
        &self,
        source: &[T],
        target: &mut [T],
        index: usize,
    ) -> Result<(), IntegerError> {
        if source.len() != target.len() {
            return Err(IntegerError::Length {
                values: source.len(),
                codes: target.len(),
            });
        }
        self.check(source.len(), index)?;
        over_tasks(self.threads, target, TASK, |at, part| {
            let source = &source[at..at + part.len()];
            self.part(Some(source), part, index + at);
        });
        Ok(())
    }

    /// One thread's part.
    fn part<T: Host>(&self, source: Option<&[T]>, target: &mut [T], index: usize) {
        if let Some(fast) = &self.fast
            && self.striped(fast, source, target, index)
        {
            return;
        }
        if let (Some(fast), Some(length)) = (&self.fast, self.short_run)
            && let Some(target) = T::as_narrow(target)
        {
            let counter = self.rounder.counter(index as u64).0;
            let runs = Runs {
                scalings: &self.scalings,
                length,
                at: index,
            };
            return fast.round_runs(counter, runs, source.and_then(narrow), target);
        }
        let mut room = [0.0; BLOCK];
        for (number, range) in self.runs(index, index + target.len()) {
            let scaling = self.scalings[number];
            let at = range.start;
            let target = &mut target[at - index..range.end - index];
            let source = source.map(|source| &source[at - index..range.end - index]);
            if let Some(fast) = &self.fast
                && Fast::serves(scaling.scale)
                && let Some(target) = T::as_narrow(target)
            {
                let counter = self.rounder.counter(at as u64).0;
                fast.round(counter, scaling, source.and_then(narrow), target);
                continue;
            }
            for (block, target) in target.chunks_mut(BLOCK).enumerate() {
                let offset = block * BLOCK;
                let steps = &mut room[..target.len()];
                let from = match source {
                    Some(source) => &source[offset..offset + target.len()],
                    None => &*target,
                };
                let index = (at + offset) as u64;
                cpu::steps(&self.rounder, level(), scaling, from, index, steps);
                cpu::values(level(), scaling.scale, steps, target);
            }
        }
    }

    /// Row after row where each value of a row has a scale of its own; true if that serves.
    fn striped<T: Host>(
        &self,
        fast: &Fast,
        source: Option<&[T]>,
        target: &mut [T],
        index: usize,
    ) -> bool {
        let (Some(column), Some(target)) = (&self.column, T::as_narrow(target)) else {
            return false;
        };
        let source = source.and_then(narrow);
        let mut at = 0;
        while at < target.len() {
            let place = (index + at) % column.len();
            let end = at + column.together(place, target.len() - at);
            let source = source.map(|source| &source[at..end]);
            let counter = self.rounder.counter((index + at) as u64).0;
            fast.round_each(counter, (column, place), source, &mut target[at..end]);
            at = end;
        }
        true
    }

    /// Rounds the tensor and writes its codes.
    ///
    /// # Errors
    /// [`IntegerError::Room`] if `C` does not hold all codes, [`IntegerError::Length`] if the slices
    /// are not as long, [`IntegerError::NaN`] if a value is NaN: then the codes before it are
    /// written, those from it on are not to be used. As [`IntegerQuantizer::round_slice`].
    pub fn encode<T: Host, C: IntegerCode>(
        &self,
        values: &[T],
        codes: &mut [C],
    ) -> Result<(), IntegerError> {
        self.encode_at(values, codes, 0)
    }

    /// [`IntegerQuantizer::encode`] for a part of the tensor that begins at `index` there.
    ///
    /// # Errors
    /// As [`IntegerQuantizer::encode`]; the index in the error counts from the part's beginning.
    pub fn encode_at<T: Host, C: IntegerCode>(
        &self,
        values: &[T],
        codes: &mut [C],
        index: usize,
    ) -> Result<(), IntegerError> {
        self.lengths::<C>(values.len(), codes.len())?;
        self.check(values.len(), index)?;
        let bad = AtomicUsize::new(usize::MAX);
        over_tasks(self.threads, codes, TASK, |at, part| {
            let values = &values[at..at + part.len()];
            if let Some(nan) = self.codes(values, part, index + at) {
                bad.fetch_min(at + nan, Ordering::Relaxed);
            }
        });
        match bad.into_inner() {
            usize::MAX => Ok(()),
            index => Err(IntegerError::NaN { index }),
        }
    }

    fn lengths<C: IntegerCode>(&self, values: usize, codes: usize) -> Result<(), IntegerError> {
        if values != codes {
            return Err(IntegerError::Length { values, codes });
        }
        let (least, greatest) = (self.integer.least(), self.integer.greatest());
        match C::RANGE.0 <= least && greatest <= C::RANGE.1 {
            true => Ok(()),
            false => Err(IntegerError::Room {
                integer: self.integer.to_string(),
                least,
                greatest,
                room: C::NAME,
            }),
        }
    }

    /// One thread's codes; where the first NaN is.
    fn codes<T: Host, C: IntegerCode>(
        &self,
        values: &[T],
        codes: &mut [C],
        index: usize,
    ) -> Option<usize> {
        let (mut narrow_steps, mut steps) = ([0.0; BLOCK], [0.0; BLOCK]);
        for (number, range) in self.runs(index, index + values.len()) {
            let zero = self.affines[number].zero_point();
            let scaling = self.scalings[number];
            let fast = self.fast.filter(|_| Fast::serves(scaling.scale));
            let mut at = range.start;
            while at < range.end {
                let end = (at + BLOCK).min(range.end);
                let values = &values[at - index..end - index];
                let codes = &mut codes[at - index..end - index];
                let nan = match (fast, narrow(values)) {
                    (Some(fast), Some(values)) => {
                        let steps = &mut narrow_steps[..values.len()];
                        let counter = self.rounder.counter(at as u64).0;
                        fast.steps(counter, scaling, values, steps);
                        cpu::codes(level(), steps, zero, codes)
                    }
                    _ => {
                        let steps = &mut steps[..values.len()];
                        cpu::steps(&self.rounder, level(), scaling, values, at as u64, steps);
                        cpu::codes(level(), steps, zero, codes)
                    }
                };
                if let Some(nan) = nan {
                    return Some(at - index + nan);
                }
                at = end;
            }
        }
        None
    }

    /// The values of the tensor's codes.
    ///
    /// # Errors
    /// [`IntegerError::Length`] if the slices are not as long, [`IntegerError::NotACode`] if a code
    /// is none of these integers: then the values before it are written. As
    /// [`IntegerQuantizer::round_slice`].
    ///
    /// ```
    /// use roundoff::integer::{Affine, Granularity, Integer, IntegerQuantizer};
    /// let affine = Affine::new(Integer::UINT8, 0.5, 10)?;
    /// let quantizer =
    ///     IntegerQuantizer::new(Integer::UINT8, Granularity::Tensor, &[3], vec![affine])?;
    /// let mut values = [0.0f32; 3];
    /// quantizer.decode(&[10u8, 12, 0], &mut values)?;
    /// assert_eq!(values, [0.0, 1.0, -5.0]);
    /// # Ok::<(), roundoff::integer::IntegerError>(())
    /// ```
    pub fn decode<T: Host, C: IntegerCode>(
        &self,
        codes: &[C],
        values: &mut [T],
    ) -> Result<(), IntegerError> {
        if values.len() != codes.len() {
            return Err(IntegerError::Length {
                values: values.len(),
                codes: codes.len(),
            });
        }
        self.check(values.len(), 0)?;
        let (least, greatest) = (self.integer.least(), self.integer.greatest());
        for (number, range) in self.runs(0, values.len()) {
            let affine = self.affines[number];
            for index in range {
                let code = codes[index].integer();
                if !(least..=greatest).contains(&code) {
                    return Err(IntegerError::NotACode {
                        code,
                        index,
                        integer: self.integer.to_string(),
                        least,
                        greatest,
                    });
                }
                values[index] = T::from_f64(affine.value(code));
            }
        }
        Ok(())
    }
}

/// The slice itself where the host is f32.
fn narrow<T: Host>(values: &[T]) -> Option<&[f32]> {
    T::as_narrow_ref(values)
}
