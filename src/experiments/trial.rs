//! One trial: a kernel on one input in one arithmetic, and the row that it makes.

mod outcome;
mod replay;

pub use replay::RowError;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::accumulator::Accumulator;
use super::arithmetic::{self, Arithmetic};
use super::catalogue::{Inputs, Slot, Subject, SubjectError, Theorem};
use super::plan::{Given, content};
use super::row::Row;
use crate::arith::{Exact, PerSite, Site};
use crate::chop::Rounder;
use crate::format::Format;
#[cfg(feature = "gpu")]
use crate::gpu::{Device, Devices, Gpu, GpuError, Ran};
use crate::measure::vector::Truth;
use crate::numbers::{Numbers, Quantizer};
use crate::random::{stream_of, word64};
use crate::rounding::{Rounding, Saturation};

/// What sums of numbers that share scales are in.
static SINGLE: Numbers = Numbers::Float(Format::BINARY32);

/// All that decides a result.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The kernel.
    pub kernel: &'static dyn Subject,
    /// The format of every site that has none of its own. One whose numbers share scales is that of
    /// the inputs alone: operations are in the accumulator's, or binary32.
    pub format: Numbers,
    /// The rounding of every site.
    pub rounding: Rounding,
    /// The saturation of every site.
    pub saturation: Saturation,
    /// How sums are made.
    pub accumulator: Accumulator,
    /// The kernel's size.
    pub size: usize,
    /// Its condition number, if it has one.
    pub condition: Option<f64>,
    /// The seed of stochastic roundings.
    pub seed: u64,
    /// The seed of the inputs.
    pub input_seed: u64,
    /// Sites with a format of their own.
    pub sites: Vec<(String, Numbers)>,
    /// `generated`, or what the user's inputs are called.
    pub input: String,
}

/// Inputs and their reference: what trials of the same inputs share.
#[derive(Debug)]
pub struct Prepared {
    made: Result<(Inputs, Truth), SubjectError>,
    theorem: Option<Theorem>,
    /// How long it took.
    pub time: Duration,
}

/// Where a trial stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The plan's fingerprint.
    pub plan: String,
    /// Trials of the plan.
    pub trials: u64,
    /// The place among them, from 0.
    pub index: u64,
}

impl From<&Row> for Place {
    /// Where a row's trial stood.
    fn from(row: &Row) -> Self {
        Self {
            plan: row.plan.clone(),
            trials: row.trials,
            index: row.index,
        }
    }
}

/// How long the parts of a trial took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    /// The kernel itself.
    pub kernel: Duration,
    /// Figures and bounds.
    pub measuring: Duration,
}

impl Trial {
    /// Its identity: a hash of all that decides it, its place in a plan aside.
    pub fn identity(&self) -> u64 {
        let condition = self.condition.map(f64::to_bits);
        let text = format!(
            "{} {} {} {} {} {} {} {condition:?} {} {} {}",
            self.kernel.name(),
            self.format,
            self.rounding,
            self.saturation,
            self.accumulator,
            self.sites_text(),
            self.size,
            self.seed,
            self.input_seed,
            content(&self.input),
        );
        word64(stream_of(&text), 0, 0)
    }

    /// Do two trials have the same inputs?
    pub fn shares_inputs(&self, other: &Self) -> bool {
        self.kernel.name() == other.kernel.name()
            && self.size == other.size
            && self.condition.map(f64::to_bits) == other.condition.map(f64::to_bits)
            && self.input_seed == other.input_seed
            && content(&self.input) == content(&other.input)
    }

    /// The format of a site: its own, an accumulator's, or that of all.
    pub fn format_at(&self, site: Site) -> &Numbers {
        let own = self.sites.iter().find(|(name, _)| name == site.name());
        let accumulates = self.kernel.card().accumulation.contains(&site);
        match (own, &self.accumulator.format) {
            (Some((_, format)), _) => format,
            (None, Some(format)) if accumulates => format,
            _ => self.of_operations(),
        }
    }

    /// The format of operations whose site has none: that of all. Numbers that share scales are none
    /// that an operation can round to; products of them are summed in something wider (OCP
    /// Microscaling Formats 1.0, 6.2: in binary32).
    fn of_operations(&self) -> &Numbers {
        match (self.format.shares_scales(), &self.accumulator.format) {
            (false, _) => &self.format,
            (true, Some(format)) => format,
            (true, None) => &SINGLE,
        }
    }

    /// Numbers, rounding, saturation and seed of a site.
    pub fn quantizer_at(&self, site: Site) -> Quantizer {
        Quantizer::new(self.format_at(site).clone())
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.seed)
    }

    /// The rounder of each site, in their order; none where some site's numbers are no floats.
    pub fn rounders(&self) -> Option<Vec<Rounder>> {
        let rounder = |site: &Site| match self.format_at(*site) {
            Numbers::Float(format) => Some(
                Rounder::new(*format)
                    .with_rounding(self.rounding)
                    .with_saturation(self.saturation)
                    .with_seed(self.seed),
            ),
            _ => None,
        };
        self.kernel.sites().iter().map(rounder).collect()
    }

    /// The format of all sites that have none of their own, if it is one of floats.
    fn float(&self) -> Option<&Format> {
        match &self.format {
            Numbers::Float(format) => Some(format),
            _ => None,
        }
    }

    /// Inputs and reference, the user's inputs instead of generated ones if there are some.
    pub fn prepare(&self, given: Option<&Given>) -> Prepared {
        let started = Instant::now();
        let make = || {
            let inputs = match given {
                Some(given) => given.inputs.clone(),
                None => {
                    let condition = self.condition.unwrap_or(1.0);
                    self.kernel
                        .generate(self.size, condition, self.input_seed)?
                }
            };
            let truth = self.kernel.reference(&inputs)?;
            let theorem = self.kernel.theorem(&inputs, &truth);
            Ok(((inputs, truth), theorem))
        };
        let (made, theorem) = match caught(make) {
            Ok((made, theorem)) => (Ok(made), theorem),
            Err(error) => (Err(error), None),
        };
        Prepared {
            made,
            theorem,
            time: started.elapsed(),
        }
    }

    /// What the kernel is run on: the inputs, or, in a format whose numbers share scales, what that
    /// makes of each array: blocks along its rows, or the axis that the format names. A row alone has
    /// but one, and lies along that.
    ///
    /// # Errors
    /// [`SubjectError::Array`], where it cannot be rounded so.
    pub fn inputs<'a>(&self, inputs: &'a Inputs) -> Result<Cow<'a, Inputs>, SubjectError> {
        if !self.format.shares_scales() {
            return Ok(Cow::Borrowed(inputs));
        }
        let quantizer = |numbers: Numbers| {
            Quantizer::new(numbers)
                .with_rounding(self.rounding)
                .with_saturation(self.saturation)
                .with_seed(self.seed)
        };
        let rows = quantizer(self.format.clone());
        let alone = quantizer(match &self.format {
            Numbers::Block(format) => Numbers::Block(format.with_axis(-1)),
            other => other.clone(),
        });
        let mut inputs = inputs.clone();
        for (stream, array) in (0..).zip(inputs.arrays_mut()) {
            let is_places = |slot: &&Slot| slot.name == array.name() && slot.structure;
            if self.kernel.card().slots.iter().any(|slot| is_places(&slot)) {
                continue;
            }
            let quantizer = if array.rows() == 1 { &alone } else { &rows };
            // Apart from those of the sites.
            let quantizer = quantizer.clone().with_stream(u64::MAX - stream);
            let shape = [array.rows(), array.columns()];
            let rounded = quantizer.round_tensor(array.values_mut(), &shape);
            rounded.map_err(|error| SubjectError::Array {
                array: array.name().to_owned(),
                problem: error.to_string(),
            })?;
        }
        Ok(Cow::Owned(inputs))
    }

    /// The result itself.
    ///
    /// # Errors
    /// [`SubjectError`], as the kernel says.
    pub fn result(&self, inputs: &Inputs) -> Result<Vec<f64>, SubjectError> {
        let inputs = &*self.inputs(inputs)?;
        let told = |error: &dyn std::fmt::Display| SubjectError::Breakdown(error.to_string());
        let (sites, order) = (self.kernel.sites(), self.accumulator.order);
        if let Some(rounders) = self.rounders() {
            let sites: Result<PerSite<Exact>, _> =
                arithmetic::rounders(sites, |site| rounders[site.index()]);
            let sites = sites.map_err(|error| told(&error))?;
            return self.kernel.run(Arithmetic::Exact(&sites), order, inputs);
        }
        let ariths = arithmetic::numbers(sites, |site| self.quantizer_at(site))?;
        let any = arithmetic::any(sites, &ariths).map_err(|error| told(&error))?;
        self.kernel.run(Arithmetic::Any(&any), order, inputs)
    }

    /// The same on a GPU: the same bits.
    ///
    /// # Errors
    /// [`SubjectError`], as the kernel says; [`SubjectError::Gpu`] for what the shaders do not serve.
    #[cfg(feature = "gpu")]
    pub fn result_on_gpu(&self, gpu: &Gpu, inputs: &Inputs) -> Result<Vec<f64>, SubjectError> {
        let inputs = &*self.inputs(inputs)?;
        let Some(rounders) = self.rounders() else {
            return Err(SubjectError::Gpu(GpuError::Unsupported {
                what: format!("arithmetic in {}", self.of_operations()),
            }));
        };
        let sites = arithmetic::rounders(self.kernel.sites(), |site| rounders[site.index()])
            .map_err(|error| SubjectError::Breakdown(error.to_string()))?;
        self.kernel
            .run_on_gpu(gpu, &sites, self.accumulator.order, inputs)
    }

    /// Runs it. A trial that fails is a row with its error.
    ///
    /// ```
    /// use roundoff::experiments::Plan;
    /// use roundoff::experiments::trial::Place;
    /// let trial = Plan::of(&["sum"])?.trial(0).ok_or("no trial")?;
    /// let (row, _) = trial.run(&Place::default(), &trial.prepare(None));
    /// assert!(row.error.is_empty() && row.bound >= row.normwise);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self, place: &Place, prepared: &Prepared) -> (Row, Times) {
        self.run_by(place, prepared, |_, inputs| self.result(inputs))
    }

    /// The same where devices say: on a GPU, or, of kernels that have no shader and of what
    /// [`Device::Auto`] leaves there, on the CPU. The row says which it was; all else in it is the same.
    /// Where a GPU was asked for and does not do it, the row has the reason.
    #[cfg(feature = "gpu")]
    pub fn run_on(&self, devices: &Devices, place: &Place, prepared: &Prepared) -> (Row, Times) {
        self.run_by(place, prepared, |row, inputs| {
            let operations = self.kernel.operations(inputs);
            let Some(gpu) = devices
                .for_operations(operations)
                .map_err(SubjectError::Gpu)?
            else {
                return self.result(inputs);
            };
            match self.result_on_gpu(gpu, inputs) {
                // Where it was not asked for, the CPU goes on.
                Err(SubjectError::Gpu(_)) if devices.device() == Device::Auto => {
                    self.result(inputs)
                }
                result => {
                    row.device = Ran::Gpu(gpu.adapter().to_string()).to_string();
                    result
                }
            }
        })
    }

    fn run_by(
        &self,
        place: &Place,
        prepared: &Prepared,
        result: impl FnOnce(&mut Row, &Inputs) -> Result<Vec<f64>, SubjectError>,
    ) -> (Row, Times) {
        let mut row = self.blank(place);
        let mut times = Times::default();
        match self.fill(&mut row, &mut times, prepared, result) {
            Ok(()) => {}
            // An error's text is as long as its names: one line, no more than a screen.
            Err(error) => row.error = error.to_string().chars().take(400).collect(),
        }
        (row, times)
    }

    fn sites_text(&self) -> String {
        let sites = self
            .sites
            .iter()
            .map(|(name, format)| format!("{name}={format}"));
        sites.collect::<Vec<_>>().join(";")
    }

    fn fill(
        &self,
        row: &mut Row,
        times: &mut Times,
        prepared: &Prepared,
        result: impl FnOnce(&mut Row, &Inputs) -> Result<Vec<f64>, SubjectError>,
    ) -> Result<(), SubjectError> {
        let (inputs, truth) = match &prepared.made {
            Ok(made) => (&made.0, &made.1),
            Err(error) => return Err(error.clone()),
        };
        let started = Instant::now();
        let result = caught(|| result(row, inputs));
        times.kernel = started.elapsed();
        let result = result?;
        let started = Instant::now();
        self.measure(row, inputs, truth, &prepared.theorem, &result);
        times.measuring = started.elapsed();
        Ok(())
    }
}

impl Prepared {
    /// Inputs and reference.
    ///
    /// # Errors
    /// [`SubjectError`], where there are none.
    pub const fn made(&self) -> Result<&(Inputs, Truth), &SubjectError> {
        self.made.as_ref()
    }
}

/// A panic is a mistake of ours, and one row's error: the sweep goes on.
fn caught<T>(make: impl FnOnce() -> Result<T, SubjectError>) -> Result<T, SubjectError> {
    catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        Err(SubjectError::Breakdown(format!(
            "the kernel panicked: {}",
            text.unwrap_or("no message")
        )))
    })
}
