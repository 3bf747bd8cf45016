//! The rounder: rounds a value, a slice, a view.

#[cfg(test)]
mod agreement;
pub mod codes;
pub(crate) mod cpu;
pub(crate) mod fast;
mod host;
mod layout;
pub(crate) mod pack;
mod powers;
mod steps;
#[cfg(feature = "ndarray")]
mod views;

pub use host::Host;

use rand::Rng;
use thiserror::Error;

use crate::format::Format;
use crate::plan::{Recipe, host64};
use crate::rounding::{Rounding, Saturation};
use cpu::Counter;
pub(crate) use host::{BLOCK, Carried, Carriers};
use host::{CounterAt, Plans};

/// Whether arrays of four mebibytes and more are split among threads. The bits do not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// Where it pays, on all cores (feature `rayon`).
    #[default]
    Auto,
    /// In the calling thread.
    One,
}

/// Two slices that should have the same length.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{source_len} values to round and room for {target_len}: make the two slices as long")]
pub struct LengthError {
    /// Values there are.
    pub source_len: usize,
    /// Room there is.
    pub target_len: usize,
}

/// Format, rounding, saturation and seed: everything that decides a result.
///
/// ```
/// use roundoff::{Format, Rounder, Rounding, Saturation};
/// let rounder = Rounder::new(Format::OCP_E4M3)
///     .with_rounding(Rounding::NearestTiesToAway)
///     .with_saturation(Saturation::Finite);
/// let mut values = [0.3f32, 1000.0, -17.0];
/// rounder.round_slice(&mut values);
/// assert_eq!(values, [0.3125, 448.0, -18.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rounder {
    format: Format,
    rounding: Rounding,
    saturation: Saturation,
    seed: u64,
    stream: u64,
    threads: Threads,
    plans: [Plans; 4],
}

impl Rounder {
    /// To nearest, ties to even, no saturation, seed 0.
    pub fn new(format: Format) -> Self {
        Self::build(format, Rounding::default(), Saturation::default())
    }

    fn build(format: Format, rounding: Rounding, saturation: Saturation) -> Self {
        let plans = Carriers::ALL.map(|carrier| {
            Plans::new(Recipe {
                format,
                rounding,
                saturation,
                carrier: carrier.carrier(),
            })
        });
        Self {
            format,
            rounding,
            saturation,
            seed: 0,
            stream: 0,
            threads: Threads::default(),
            plans,
        }
    }

    /// With another rounding.
    #[must_use]
    pub fn with_rounding(self, rounding: Rounding) -> Self {
        let Self {
            seed,
            stream,
            threads,
            ..
        } = self;
        Self {
            seed,
            stream,
            threads,
            ..Self::build(self.format, rounding, self.saturation)
        }
    }

    /// With another saturation.
    #[must_use]
    pub fn with_saturation(self, saturation: Saturation) -> Self {
        let Self {
            seed,
            stream,
            threads,
            ..
        } = self;
        Self {
            seed,
            stream,
            threads,
            ..Self::build(self.format, self.rounding, saturation)
        }
    }

    /// With another seed for the stochastic modes.
    #[must_use]
    pub const fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// With another stream of the same seed: one a tensor, say, so that equal positions of two
    /// tensors have independent random words.
    #[must_use]
    pub const fn with_stream(self, stream: u64) -> Self {
        Self { stream, ..self }
    }

    /// In threads or not.
    #[must_use]
    pub const fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }
    }

    /// The format.
    pub const fn format(&self) -> &Format {
        &self.format
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

    pub(crate) const fn threads(&self) -> Threads {
        self.threads
    }

    pub(crate) fn plans<T: Host>(&self) -> &Plans {
        match T::CARRIER {
            Carriers::F32 => &self.plans[0],
            Carriers::F64 => &self.plans[1],
            Carriers::F16 => &self.plans[2],
            Carriers::Bf16 => &self.plans[3],
        }
    }

    pub(crate) fn counter(&self, index: u64) -> CounterAt {
        CounterAt(Counter {
            seed: self.seed,
            stream: self.stream,
            index,
        })
    }

    /// One value. A stochastic mode takes the random word at index 0: see [`Rounder::round_at`].
    ///
    /// ```
    /// use roundoff::{Format, Rounder};
    /// assert_eq!(Rounder::new(Format::BFLOAT16).round(3.1415927f32), 3.140625);
    /// ```
    pub fn round<T: Host>(&self, x: T) -> T {
        self.round_at(x, 0)
    }

    /// One value as if it stood at `index` of a slice.
    pub fn round_at<T: Host>(&self, x: T, index: u64) -> T {
        x.one(self.plans::<T>(), &self.counter(index))
    }

    /// One value, a stochastic mode's random bits from the caller's own generator.
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use roundoff::{Format, Rounder, Rounding};
    /// let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    /// let rounder = Rounder::new(Format::OCP_E2M1).with_rounding(Rounding::STOCHASTIC);
    /// assert!([4.0, 6.0].contains(&rounder.round_with(4.5, &mut rng)));
    /// ```
    pub fn round_with<T: Host>(&self, x: T, rng: &mut impl Rng) -> T {
        let plans = self.plans::<T>();
        let random = match self.rounding.is_stochastic() {
            true => rng.next_u64(),
            false => 0,
        };
        let rounded = host64::round_word(x.to_f64().to_bits(), random, plans.wide);
        T::from_f64(f64::from_bits(rounded))
    }

    /// A slice in place. The value at i takes the random word i.
    pub fn round_slice<T: Host>(&self, values: &mut [T]) {
        self.round_slice_at(values, 0);
    }

    /// A slice in place as a part of a longer one that begins at `index` there.
    pub fn round_slice_at<T: Host>(&self, values: &mut [T], index: u64) {
        T::round(
            self.plans::<T>(),
            &self.counter(index),
            self.threads,
            None,
            values,
        );
    }

    /// A slice into another.
    ///
    /// # Errors
    /// [`LengthError`] if the two are not as long; then nothing is written.
    pub fn round_into<T: Host>(&self, source: &[T], target: &mut [T]) -> Result<(), LengthError> {
        self.round_into_at(source, target, 0)
    }

    /// A slice into another as a part of a longer one that begins at `index` there.
    ///
    /// # Errors
    /// [`LengthError`] if the two are not as long; then nothing is written.
    pub fn round_into_at<T: Host>(
        &self,
        source: &[T],
        target: &mut [T],
        index: u64,
    ) -> Result<(), LengthError> {
        if source.len() != target.len() {
            return Err(LengthError {
                source_len: source.len(),
                target_len: target.len(),
            });
        }
        T::round(
            self.plans::<T>(),
            &self.counter(index),
            self.threads,
            Some(source),
            target,
        );
        Ok(())
    }
}
