//! Rounds to any set of numbers.

use std::sync::Arc;

use super::{Kind, Numbers, NumbersError, Projection, ScalarSystem};
use crate::block::BlockRounder;
use crate::chop::cpu::{Counter, TASK, over_tasks};
use crate::chop::{BLOCK, Host, LengthError, Rounder, Threads};
use crate::integer::{IntegerError, IntegerQuantizer, IntegerScheme};
use crate::random::Key;
use crate::rounding::{Rounding, Saturation};

/// Numbers, rounding, saturation and seed: everything that decides a result, for any set of
/// numbers. For floats it is a [`Rounder`] and gives its bits.
///
/// ```
/// use roundoff::numbers::Quantizer;
/// use roundoff::{Format, Rounding};
/// let quantizer = Quantizer::new(Format::OCP_E2M1.into()).with_rounding(Rounding::TowardZero);
/// let mut values = [0.9f32, -5.9];
/// quantizer.round_slice(&mut values)?;
/// assert_eq!(values, [0.5, -4.0]);
/// # Ok::<(), roundoff::numbers::NumbersError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Quantizer {
    numbers: Numbers,
    rounding: Rounding,
    saturation: Saturation,
    seed: u64,
    stream: u64,
    threads: Threads,
    pub(super) way: Way,
}

/// Who rounds.
#[derive(Clone, Debug)]
pub(super) enum Way {
    Float(Box<Rounder>),
    Block(Box<BlockRounder>),
    /// Each tensor has a quantizer of its own.
    Integer(IntegerScheme),
    Scalar(Arc<dyn ScalarSystem>, Box<Projection>),
}

impl Quantizer {
    /// To nearest, ties to even, no saturation, seed 0.
    pub fn new(numbers: Numbers) -> Self {
        Self {
            way: Way::new(&numbers, Rounding::default(), Saturation::default()),
            numbers,
            rounding: Rounding::default(),
            saturation: Saturation::default(),
            seed: 0,
            stream: 0,
            threads: Threads::default(),
        }
    }

    /// With another rounding.
    #[must_use]
    pub fn with_rounding(self, rounding: Rounding) -> Self {
        let way = Way::new(&self.numbers, rounding, self.saturation);
        Self {
            rounding,
            way,
            ..self
        }
        .settled()
    }

    /// With another saturation.
    #[must_use]
    pub fn with_saturation(self, saturation: Saturation) -> Self {
        let way = Way::new(&self.numbers, self.rounding, saturation);
        Self {
            saturation,
            way,
            ..self
        }
        .settled()
    }

    /// With another seed for the stochastic modes.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }.settled()
    }

    /// With another stream of the same seed: one a tensor, say.
    #[must_use]
    pub fn with_stream(self, stream: u64) -> Self {
        Self { stream, ..self }.settled()
    }

    /// In threads or not.
    #[must_use]
    pub fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }.settled()
    }

    /// Tells whoever rounds what does not change the way.
    fn settled(mut self) -> Self {
        let (seed, stream, threads) = (self.seed, self.stream, self.threads);
        match &mut self.way {
            Way::Float(rounder) => {
                let settled = rounder.with_seed(seed).with_stream(stream);
                **rounder = settled.with_threads(threads);
            }
            Way::Block(rounder) => {
                let settled = rounder.clone().with_seed(seed).with_stream(stream);
                **rounder = settled.with_threads(threads);
            }
            Way::Integer(_) | Way::Scalar(..) => {}
        }
        self
    }

    /// The numbers.
    pub const fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The rounding.
    pub const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// The saturation.
    pub const fn saturation(&self) -> Saturation {
        self.saturation
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The stream.
    pub const fn stream(&self) -> u64 {
        self.stream
    }

    /// The rounder, where the numbers are floats.
    pub fn rounder(&self) -> Option<&Rounder> {
        match &self.way {
            Way::Float(rounder) => Some(rounder),
            Way::Block(_) | Way::Integer(_) | Way::Scalar(..) => None,
        }
    }

    /// The rounder, where the numbers are blocks.
    pub fn block_rounder(&self) -> Option<&BlockRounder> {
        match &self.way {
            Way::Block(rounder) => Some(rounder),
            Way::Float(_) | Way::Integer(_) | Way::Scalar(..) => None,
        }
    }

    /// The random bits of the value at an index.
    pub(super) fn random(&self, index: u64) -> u64 {
        match self.rounding.is_stochastic() {
            true => Key::new(self.seed, self.stream, index).word64(index as u32),
            false => 0,
        }
    }

    /// A slice in place, as one vector. The value at i takes the random word i.
    ///
    /// # Errors
    /// [`NumbersError`] where blocks cannot be rounded as asked; sets whose numbers stand by
    /// themselves have none.
    pub fn round_slice<T: Host>(&self, values: &mut [T]) -> Result<(), NumbersError> {
        let shape = [values.len()];
        self.round_tensor(values, &shape)
    }

    /// A slice into another.
    ///
    /// # Errors
    /// [`NumbersError::Length`] if the two are not as long; as [`Quantizer::round_slice`].
    pub fn round_into<T: Host>(&self, source: &[T], target: &mut [T]) -> Result<(), NumbersError> {
        if source.len() != target.len() {
            return Err(LengthError {
                source_len: source.len(),
                target_len: target.len(),
            }
            .into());
        }
        match &self.way {
            Way::Float(rounder) => Ok(rounder.round_into(source, target)?),
            Way::Block(rounder) => {
                Ok(rounder.round_tensor_into(source, target, &[source.len()])?)
            }
            Way::Integer(scheme) => {
                let quantizer = self.calibrated(scheme, source, &[source.len()])?;
                Ok(quantizer.round_into(source, target)?)
            }
            Way::Scalar(system, projection) => {
                self.scalars(&**system, projection, Some(source), target);
                Ok(())
            }
        }
    }

    /// A tensor in place, in row-major order. Only blocks and integers look at the shape: it
    /// says which values share a scale. The value at index i of the slice takes the random word i.
    ///
    /// # Errors
    /// [`NumbersError::Shape`] if the shape is not that of so many values; as
    /// [`Quantizer::round_slice`].
    pub fn round_tensor<T: Host>(
        &self,
        values: &mut [T],
        shape: &[usize],
    ) -> Result<(), NumbersError> {
        let count = shape.iter().try_fold(1usize, |n, len| n.checked_mul(*len));
        if count != Some(values.len()) {
            return Err(NumbersError::Shape {
                values: values.len(),
                shape: shape.to_vec(),
            });
        }
        match &self.way {
            Way::Float(rounder) => rounder.round_slice(values),
            Way::Block(rounder) => rounder.round_tensor(values, shape)?,
            Way::Integer(scheme) => {
                let quantizer = self.calibrated(scheme, values, shape)?;
                quantizer.round_slice(values)?;
            }
            Way::Scalar(system, projection) => self.scalars(&**system, projection, None, values),
        }
        Ok(())
    }

    /// The integers of a tensor, their scales found from its values.
    ///
    /// # Errors
    /// As [`IntegerScheme::calibrate`].
    pub(super) fn calibrated<T: Host>(
        &self,
        scheme: &IntegerScheme,
        values: &[T],
        shape: &[usize],
    ) -> Result<IntegerQuantizer, IntegerError> {
        let quantizer = scheme.calibrate(shape, values)?;
        let quantizer = quantizer.with_rounding(self.rounding).with_seed(self.seed);
        Ok(quantizer
            .with_stream(self.stream)
            .with_threads(self.threads))
    }

    /// Numbers that stand by themselves, in threads.
    fn scalars<T: Host>(
        &self,
        system: &dyn ScalarSystem,
        projection: &Projection,
        source: Option<&[T]>,
        target: &mut [T],
    ) {
        let counter = Counter {
            seed: self.seed,
            stream: self.stream,
            index: 0,
        };
        over_tasks(self.threads, target, TASK, |at, target| {
            let source = source.map(|source| &source[at..at + target.len()]);
            for (index, range) in counter.after(at).parts(target.len()) {
                let key = Key::new(self.seed, self.stream, index);
                let source = source.map(|source| &source[range.clone()]);
                let target = &mut target[range];
                let from = index as u32;
                if let Some(narrow) = T::as_narrow(target) {
                    let source = source.and_then(T::as_narrow_ref);
                    if system.round_f32s(projection, key, from, source, narrow) {
                        continue;
                    }
                } else if by_wide(system, projection, source, target) {
                    continue;
                }
                one_by_one(projection, key, from, source, target, |x, random| {
                    T::from_f64(system.round_f64(x.to_f64(), projection, random))
                });
            }
        });
    }
}

/// Through f64s, a few at a time; false, and nothing written, where the system has no loop for them.
fn by_wide<T: Host>(
    system: &dyn ScalarSystem,
    projection: &Projection,
    source: Option<&[T]>,
    target: &mut [T],
) -> bool {
    let mut room = [0.0; BLOCK];
    for (i, target) in target.chunks_mut(BLOCK).enumerate() {
        let room = &mut room[..target.len()];
        let from = i * BLOCK;
        T::widen(
            source.map_or(&*target, |source| &source[from..from + room.len()]),
            room,
        );
        // The first call decides.
        if !system.round_f64s(projection, room) {
            return false;
        }
        for (y, x) in target.iter_mut().zip(room) {
            *y = T::from_f64(*x);
        }
    }
    true
}

/// Value after value, each with its random bits: `round(x, random)`.
pub(crate) fn one_by_one<T: Copy>(
    projection: &Projection,
    key: Key,
    from: u32,
    source: Option<&[T]>,
    target: &mut [T],
    round: impl Fn(T, u64) -> T,
) {
    let stochastic = projection.rounding().is_stochastic();
    for (i, y) in target.iter_mut().enumerate() {
        let x = source.map_or(*y, |source| source[i]);
        let random = match stochastic {
            true => key.word64(from.wrapping_add(i as u32)),
            false => 0,
        };
        *y = round(x, random);
    }
}

impl Way {
    fn new(numbers: &Numbers, rounding: Rounding, saturation: Saturation) -> Self {
        match numbers.kind() {
            Kind::Float(format) => Self::Float(Box::new(
                Rounder::new(format)
                    .with_rounding(rounding)
                    .with_saturation(saturation),
            )),
            Kind::Block(format) => Self::Block(Box::new(
                BlockRounder::new(format)
                    .with_rounding(rounding)
                    .with_saturation(saturation),
            )),
            Kind::Integer(scheme) => Self::Integer(scheme),
            Kind::Scalar(system) => {
                Self::Scalar(system, Box::new(Projection::new(rounding, saturation)))
            }
        }
    }
}
