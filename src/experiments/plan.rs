//! A plan: every combination of kernels, formats, roundings, saturations, accumulators, sizes,
//! condition numbers and seeds.
//!
//! ```
//! use roundoff::experiments::Plan;
//! use roundoff::{Format, Rounding};
//! let plan = Plan::of(&["sum", "dot"])?
//!     .formats(&[Format::BINARY16, Format::BFLOAT16])
//!     .roundings(&[Rounding::NearestTiesToEven, Rounding::STOCHASTIC])
//!     .sizes(&[100, 1000])
//!     .seeds(0..3);
//! assert_eq!(plan.len(), 2 * 2 * 2 * 2 * 3);
//! # Ok::<(), roundoff::experiments::SubjectError>(())
//! ```
//!
//! Trials are in one order: kernels, sizes, conditions, seeds, then formats, roundings, saturations,
//! accumulators, the last one fastest. So those with the same inputs are neighbours. A choice that a
//! kernel does not have (a condition number of a stencil, an accumulator of GELU) is not varied for it.

use std::sync::Arc;

use thiserror::Error;

use super::accumulator::Accumulator;
use super::catalogue::{self, Inputs, Subject, SubjectError};
use super::trial::Trial;
use crate::format::Format;
use crate::nearest::did_you_mean;
use crate::numbers::{Numbers, NumbersParseError};
use crate::random::{stream_of, word64};
use crate::rounding::{Rounding, Saturation};

/// Trials that a plan has at most.
const MOST: u64 = 1 << 40;

/// Why there is no such plan.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    /// A part that is none.
    #[error("\"{text}\" is no part of a plan: write 3/64 for the third of 64 parts")]
    Shard {
        /// What was asked for.
        text: String,
    },
    /// No such format.
    #[error(transparent)]
    Numbers(#[from] NumbersParseError),
    /// No such kernel, or no such size or condition of one.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// A site that no kernel of the plan has.
    #[error("no kernel of this plan has a site \"{site}\": {known}")]
    Site {
        /// What was asked for.
        site: String,
        /// The sites there are.
        known: String,
    },
    /// An accumulator or site in numbers that share scales.
    #[error(
        "{numbers} at {place}: its numbers share scales, and an operation has one result; name it among \
         the formats, where it rounds the inputs, and take numbers that stand by themselves here, such \
         as binary32"
    )]
    Shared {
        /// The numbers.
        numbers: String,
        /// Where: `an accumulator`, `site output`.
        place: String,
    },
    /// Numbers that share scales, and a kernel without an input that they could round.
    #[error(
        "{kernel} has no inputs for {numbers} to round, and operations do not round to it: leave one out"
    )]
    NoInputs {
        /// The kernel.
        kernel: &'static str,
        /// The numbers.
        numbers: String,
    },
    /// Blocks along an axis that the arrays of kernels have not.
    #[error(
        "{numbers}: arrays of a kernel have rows and columns: say +axis=1 for blocks along the rows, \
         +axis=0 along the columns"
    )]
    Axis {
        /// The numbers.
        numbers: String,
    },
    /// No trial at all.
    #[error("the plan has no trials: give it a kernel, a format and a seed at least")]
    Empty,
    /// More trials than can be numbered.
    #[error("the plan has more than 2^40 trials: leave out some sizes or seeds")]
    TooMany,
}

/// Inputs of the user's instead of generated ones.
#[derive(Clone, Debug)]
pub struct Given {
    /// What they are called in rows: their file, and after `#` a hash of their bits.
    pub label: String,
    /// They.
    pub inputs: Inputs,
}

impl Given {
    /// Inputs from somewhere: the label is the name and 16 hexadecimal digits of their bits, which are
    /// the same wherever the inputs lie and in whatever order they are named.
    ///
    /// ```
    /// use roundoff::experiments::catalogue::{Array, Inputs};
    /// use roundoff::experiments::plan::Given;
    /// let of = |name: &str| {
    ///     let inputs = Inputs::new(vec![Array::row("x", vec![1.0, 2.0])]);
    ///     Given::new(name, inputs).label.replace(name, "")
    /// };
    /// assert_eq!(of("here/x.npy"), of("there/y.npy"));
    /// ```
    pub fn new(name: &str, inputs: Inputs) -> Self {
        let mut arrays: Vec<_> = inputs.arrays().iter().collect();
        arrays.sort_by_key(|array| array.name());
        let mut hash = 0;
        for array in arrays {
            let words = [array.rows() as u64, array.columns() as u64];
            for word in [stream_of(array.name())].into_iter().chain(words) {
                hash = word64(hash, word, 0);
            }
            for x in array.values() {
                hash = word64(hash, x.to_bits(), 0);
            }
        }
        Self {
            label: format!("{name}#{hash:016x}"),
            inputs,
        }
    }
}

/// What the inputs of a label are, wherever they lie: the hash of their bits, or all of it without one.
pub(super) fn content(label: &str) -> &str {
    label.rsplit_once('#').map_or(label, |(_, hash)| hash)
}

/// What is varied.
#[derive(Clone, Debug)]
pub struct Plan {
    kernels: Vec<&'static dyn Subject>,
    formats: Vec<Numbers>,
    roundings: Vec<Rounding>,
    saturations: Vec<Saturation>,
    accumulators: Vec<Accumulator>,
    sizes: Vec<usize>,
    conditions: Vec<f64>,
    seeds: Vec<u64>,
    input_seed: Option<u64>,
    sites: Vec<(String, Numbers)>,
    given: Option<Arc<Given>>,
}

impl Plan {
    /// Kernels by name, in binary32, to nearest, seed 0, of their own sizes and conditions.
    ///
    /// # Errors
    /// [`SubjectError::Unknown`], with the nearest name.
    pub fn of<N: AsRef<str>>(kernels: &[N]) -> Result<Self, SubjectError> {
        let kernels: Result<_, _> = kernels
            .iter()
            .map(|name| catalogue::find(name.as_ref()))
            .collect();
        Ok(Self {
            kernels: kernels?,
            formats: vec![Format::BINARY32.into()],
            roundings: vec![Rounding::default()],
            saturations: vec![Saturation::default()],
            accumulators: vec![Accumulator::default()],
            sizes: Vec::new(),
            conditions: Vec::new(),
            seeds: vec![0],
            input_seed: None,
            sites: Vec::new(),
            given: None,
        })
    }

    /// In these formats, or any other [`Numbers`]: posits, fixed point. Numbers that share scales, such
    /// as blocks, round the inputs, along their rows, or along the columns with `+axis=0` in the name;
    /// operations are then in the accumulator's format, or binary32.
    #[must_use]
    pub fn formats<N: Clone + Into<Numbers>>(mut self, formats: &[N]) -> Self {
        self.formats = formats.iter().cloned().map(Into::into).collect();
        self
    }

    /// With these roundings.
    #[must_use]
    pub fn roundings(mut self, roundings: &[Rounding]) -> Self {
        self.roundings = roundings.to_vec();
        self
    }

    /// With these saturations.
    #[must_use]
    pub fn saturations(mut self, saturations: &[Saturation]) -> Self {
        self.saturations = saturations.to_vec();
        self
    }

    /// With these accumulators.
    #[must_use]
    pub fn accumulators(mut self, accumulators: &[Accumulator]) -> Self {
        self.accumulators = accumulators.to_vec();
        self
    }

    /// Of these sizes; of none: each kernel's own.
    #[must_use]
    pub fn sizes(mut self, sizes: &[usize]) -> Self {
        self.sizes = sizes.to_vec();
        self
    }

    /// Of these condition numbers; of none: each kernel's own.
    #[must_use]
    pub fn conditions(mut self, conditions: &[f64]) -> Self {
        self.conditions = conditions.to_vec();
        self
    }

    /// With these seeds, of inputs and of stochastic roundings.
    #[must_use]
    pub fn seeds(mut self, seeds: impl IntoIterator<Item = u64>) -> Self {
        self.seeds = seeds.into_iter().collect();
        self
    }

    /// With the same inputs for all seeds, which are then those of stochastic roundings only.
    #[must_use]
    pub const fn input_seed(mut self, seed: u64) -> Self {
        self.input_seed = Some(seed);
        self
    }

    /// With the site of that name, where a kernel has it, always in that format.
    #[must_use]
    pub fn site(mut self, name: &str, format: impl Into<Numbers>) -> Self {
        self.sites.retain(|(known, _)| known != name);
        self.sites.push((name.to_owned(), format.into()));
        self
    }

    /// With the user's inputs instead of generated ones: sizes and conditions do not matter then.
    #[must_use]
    pub fn given(mut self, given: Given) -> Self {
        self.given = Some(Arc::new(given));
        self
    }

    /// The user's inputs, if there are some.
    pub fn inputs(&self) -> Option<&Arc<Given>> {
        self.given.as_ref()
    }

    /// The kernels.
    pub fn kernels(&self) -> &[&'static dyn Subject] {
        &self.kernels
    }

    /// Is it a plan that can be run?
    ///
    /// # Errors
    /// [`PlanError::Empty`], [`PlanError::TooMany`], [`PlanError::Site`], [`PlanError::Shared`],
    /// [`PlanError::NoInputs`], [`PlanError::Axis`].
    pub fn check(&self) -> Result<(), PlanError> {
        match self.count() {
            0 => return Err(PlanError::Empty),
            1..=MOST => {}
            _ => return Err(PlanError::TooMany),
        }
        let sums = self.accumulators.iter().filter_map(|one| {
            let place = || "an accumulator".to_owned();
            one.format.as_ref().map(|numbers| (place(), numbers))
        });
        let sites = self.sites.iter();
        let mut all = sums.chain(sites.map(|(name, numbers)| (format!("site {name}"), numbers)));
        if let Some((place, numbers)) = all.find(|(_, numbers)| numbers.shares_scales()) {
            return Err(PlanError::Shared {
                numbers: numbers.to_string(),
                place,
            });
        }
        let is_fixed =
            |kernel: &&&dyn Subject| kernel.card().slots.iter().all(|slot| slot.structure);
        let shared = self.formats.iter().find(|format| format.shares_scales());
        if let (Some(numbers), Some(kernel)) = (shared, self.kernels.iter().find(is_fixed)) {
            return Err(PlanError::NoInputs {
                kernel: kernel.name(),
                numbers: numbers.to_string(),
            });
        }
        let has_no_axis = |numbers: &&Numbers| match numbers {
            Numbers::Block(format) => format.scales_shape(&[1, 1]).is_err(),
            _ => false,
        };
        if let Some(numbers) = self.formats.iter().find(has_no_axis) {
            let numbers = numbers.to_string();
            return Err(PlanError::Axis { numbers });
        }
        let mut known: Vec<&str> = Vec::new();
        for site in self.kernels.iter().flat_map(|kernel| kernel.sites()) {
            if !known.contains(&site.name()) {
                known.push(site.name());
            }
        }
        match self
            .sites
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            Some((name, _)) => Err(PlanError::Site {
                site: name.chars().take(80).collect(),
                known: did_you_mean(name, known.iter().copied(), || {
                    format!("there are {}", known.join(", "))
                }),
            }),
            None => Ok(()),
        }
    }

    /// How many of each choice a kernel has: sizes, conditions, seeds, formats, roundings,
    /// saturations, accumulators.
    fn radices(&self, kernel: &dyn Subject) -> [usize; 7] {
        let card = kernel.card();
        let generated = self.given.is_none();
        let or_own = |own: bool, count: usize| if own { count.max(1) } else { 1 };
        [
            or_own(generated, self.sizes.len()),
            or_own(generated && card.condition.is_some(), self.conditions.len()),
            self.seeds.len(),
            self.formats.len(),
            self.roundings.len(),
            self.saturations.len(),
            match card.accumulation.is_empty() && !card.ordered {
                true => self.accumulators.len().min(1),
                false => self.accumulators.len(),
            },
        ]
    }

    fn count_of(&self, kernel: &dyn Subject) -> u64 {
        let radices = self.radices(kernel);
        radices
            .iter()
            .fold(1u64, |count, radix| count.saturating_mul(*radix as u64))
    }

    fn count(&self) -> u64 {
        let counts = self.kernels.iter().map(|kernel| self.count_of(*kernel));
        counts.fold(0, u64::saturating_add)
    }

    /// How many trials.
    pub fn len(&self) -> u64 {
        self.count()
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The trial at a place, from 0; none past the last.
    pub fn trial(&self, index: u64) -> Option<Trial> {
        let mut rest = index;
        let kernel = self.kernels.iter().find(|kernel| {
            let count = self.count_of(**kernel);
            let here = rest < count;
            if !here {
                rest -= count;
            }
            here
        })?;
        let mut places = [0; 7];
        for (place, radix) in places.iter_mut().zip(self.radices(*kernel)).rev() {
            *place = (rest % radix as u64) as usize;
            rest /= radix as u64;
        }
        let [
            size,
            condition,
            seed,
            format,
            rounding,
            saturation,
            accumulator,
        ] = places;
        let card = kernel.card();
        let own = card.condition.map(|condition| condition.default);
        let seed = self.seeds[seed];
        let accumulates = !card.accumulation.is_empty() || card.ordered;
        Some(Trial {
            kernel: *kernel,
            format: self.formats[format].clone(),
            rounding: self.roundings[rounding],
            saturation: self.saturations[saturation],
            accumulator: match accumulates {
                true => self.accumulators[accumulator].clone(),
                false => Accumulator::default(),
            },
            size: match self.given {
                Some(_) => 0,
                None => self.sizes.get(size).copied().unwrap_or(card.size.default),
            },
            condition: match (own, &self.given) {
                (Some(own), None) => Some(self.conditions.get(condition).copied().unwrap_or(own)),
                _ => None,
            },
            seed,
            input_seed: self.input_seed.unwrap_or(seed),
            sites: self
                .sites
                .iter()
                .filter(|(name, _)| kernel.sites().iter().any(|site| site.name() == name))
                .cloned()
                .collect(),
            input: match &self.given {
                Some(given) => given.label.clone(),
                None => GENERATED.to_owned(),
            },
        })
    }

    /// The whole plan as text: one trial differs, this differs.
    fn text(&self) -> String {
        let kernels: Vec<&str> = self.kernels.iter().map(|kernel| kernel.name()).collect();
        let given = self.given.as_ref().map(|given| content(&given.label));
        let sites = self
            .sites
            .iter()
            .map(|(name, format)| format!("{name}={format}"));
        let sites: Vec<String> = sites.collect();
        format!(
            "{} {kernels:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {sites:?} {given:?}",
            super::row::SCHEMA,
            names(&self.formats),
            names(&self.roundings),
            names(&self.saturations),
            names(&self.accumulators),
            self.sizes,
            self.conditions,
            self.seeds,
            self.input_seed,
        )
    }

    /// 16 hexadecimal digits that no other plan is likely to have.
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", word64(stream_of(&self.text()), 0, 0))
    }
}

/// What generated inputs are called in rows.
pub(super) const GENERATED: &str = "generated";

fn names(all: &[impl std::fmt::Display]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
