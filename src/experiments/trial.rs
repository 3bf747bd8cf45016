//! One trial: a kernel on one input in one arithmetic, and the row that it makes.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::accumulator::Accumulator;
use super::arithmetic::{self, Arithmetic};
use super::catalogue::{Inputs, Slot, Subject, SubjectError, Theorem};
use super::plan::{GENERATED, Given, PlanError, content};
use super::row::{Row, SCHEMA};
use crate::arith::{Exact, PerSite, Site};
use crate::chop::Rounder;
use crate::format::Format;
#[cfg(feature = "gpu")]
use crate::gpu::{Gpu, GpuError};
use crate::measure::vector::{Figures, Truth};
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
    /// makes of each array, blocks along its rows.
    ///
    /// # Errors
    /// [`SubjectError::Array`], where it cannot be rounded so.
    pub fn inputs<'a>(&self, inputs: &'a Inputs) -> Result<Cow<'a, Inputs>, SubjectError> {
        if !self.format.shares_scales() {
            return Ok(Cow::Borrowed(inputs));
        }
        let quantizer = Quantizer::new(self.format.clone())
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.seed);
        let mut inputs = inputs.clone();
        for (stream, array) in (0..).zip(inputs.arrays_mut()) {
            let is_places = |slot: &&Slot| slot.name == array.name() && slot.structure;
            if self.kernel.card().slots.iter().any(|slot| is_places(&slot)) {
                continue;
            }
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
        let mut row = self.blank(place);
        let mut times = Times::default();
        match self.fill(&mut row, &mut times, prepared) {
            Ok(()) => {}
            // An error's text is as long as its names: one line, no more than a screen.
            Err(error) => row.error = error.to_string().chars().take(400).collect(),
        }
        (row, times)
    }

    /// The row of a result that is there already.
    pub fn judge(&self, place: &Place, prepared: &Prepared, result: &[f64]) -> Row {
        let mut row = self.blank(place);
        if let Ok((inputs, truth)) = &prepared.made {
            self.measure(&mut row, inputs, truth, &prepared.theorem, result);
        }
        row
    }

    /// What was tried, and nothing that came out.
    fn blank(&self, place: &Place) -> Row {
        Row {
            format: self.format.to_string(),
            rounding: self.rounding.to_string(),
            saturation: self.saturation.to_string(),
            seed: self.seed,
            kernel: self.kernel.name().to_owned(),
            accumulator: self.accumulator.to_string(),
            sites: self.sites_text(),
            size: self.size as u64,
            condition: self.condition,
            input_seed: self.input_seed,
            input: self.input.clone(),
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device: "cpu".to_owned(),
            plan: place.plan.clone(),
            trials: place.trials,
            index: place.index,
            trial: format!("{:016x}", self.identity()),
            ..Row::default()
        }
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
    ) -> Result<(), SubjectError> {
        let (inputs, truth) = match &prepared.made {
            Ok(made) => (&made.0, &made.1),
            Err(error) => return Err(error.clone()),
        };
        let started = Instant::now();
        let result = caught(|| self.result(inputs));
        times.kernel = started.elapsed();
        let result = result?;
        let started = Instant::now();
        self.measure(row, inputs, truth, &prepared.theorem, &result);
        times.measuring = started.elapsed();
        Ok(())
    }

    fn measure(
        &self,
        row: &mut Row,
        inputs: &Inputs,
        truth: &Truth,
        theorem: &Option<Theorem>,
        result: &[f64],
    ) {
        let figures = Figures::of(truth, result, self.float());
        let of_finite = |figure: f64| (figures.finite > 0).then_some(figure);
        row.bits = format!("{:016x}", hash(result));
        row.count = figures.count;
        row.finite = figures.finite;
        row.not_finite = figures.not_finite;
        row.vanished = figures.vanished;
        row.max_absolute_error = of_finite(figures.absolute);
        row.max_relative_error = of_finite(figures.componentwise);
        row.normwise = (figures.count > 0).then_some(figures.normwise);
        row.ulps = figures.ulps.and_then(of_finite);
        row.apart = figures.apart.and_then(|apart| of_finite(apart as f64));
        row.significant_bits = (figures.count > 0).then_some(figures.significant_bits);
        row.snr_db = figures.snr_db;
        row.cosine = figures.cosine;
        if let Some(backward) = self.kernel.backward(inputs, result) {
            row.residual = Some(backward.residual);
            row.backward = Some(backward.normwise);
            row.componentwise_backward = Some(backward.componentwise);
        }
        if let Some(rows) = self.kernel.rows(inputs, truth, result) {
            row.max_sum_error = rows.sum;
            row.top_changed = Some(rows.top_changed as f64);
        }
        let order = self.accumulator.order;
        let bound = |u| theorem.as_ref()?.bound(u, order);
        if let Some(bound) = self.unit().and_then(bound) {
            row.bounded = bound.figure.to_owned();
            row.bound = Some(bound.worst);
            row.probable_bound = Some(bound.probable);
        }
        if let Some(worst) = figures.worst {
            row.worst = Some(worst as f64);
            row.worst_reference = truth.high().get(worst).copied();
            row.worst_result = result.get(worst).copied();
            let x = inputs.array("x").ok().map(|x| x.values());
            row.worst_input = x
                .filter(|x| self.kernel.card().maps && x.len() == result.len())
                .and_then(|x| x.get(worst).copied());
        }
    }

    /// The largest relative error of an operation at any site: u to nearest, else 2u; none where some
    /// site's, or the inputs', numbers are no floats.
    pub fn unit(&self) -> Option<f64> {
        if self.format.shares_scales() {
            return None;
        }
        let unit = |site: &Site| match self.format_at(*site) {
            Numbers::Float(format) => Some(format.unit_roundoff()),
            _ => None,
        };
        let units: Option<Vec<f64>> = self.kernel.sites().iter().map(unit).collect();
        let unit = units?.into_iter().fold(0.0, f64::max);
        Some(match self.rounding {
            Rounding::NearestTiesToEven
            | Rounding::NearestTiesToAway
            | Rounding::NearestTiesToZero => unit,
            _ => 2.0 * unit,
        })
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

/// What a row's trial was: the way back.
///
/// # Errors
/// [`PlanError`] where a name in it is none of this version's.
impl TryFrom<&Row> for Trial {
    type Error = RowError;

    fn try_from(row: &Row) -> Result<Self, RowError> {
        let wrong = |column: &'static str, why: String| RowError { column, why };
        let site = |text: &str| {
            let (name, format) = text
                .split_once('=')
                .ok_or_else(|| wrong("sites", "write name=format;name=format".to_owned()))?;
            let format = format.parse().map_err(|error| told("sites", error))?;
            Ok((name.to_owned(), format))
        };
        if row.schema != SCHEMA {
            let why = format!("{}; this version reads {SCHEMA}", row.schema);
            return Err(wrong("schema", why));
        }
        Ok(Self {
            kernel: super::catalogue::find(&row.kernel).map_err(|error| told("kernel", error))?,
            format: row.format.parse().map_err(|error| told("format", error))?,
            rounding: row
                .rounding
                .parse()
                .map_err(|error| told("rounding", error))?,
            saturation: row
                .saturation
                .parse()
                .map_err(|error| told("saturation", error))?,
            accumulator: row
                .accumulator
                .parse()
                .map_err(|error: PlanError| told("accumulator", error))?,
            size: usize::try_from(row.size).map_err(|error| told("size", error))?,
            condition: row.condition,
            seed: row.seed,
            input_seed: row.input_seed,
            sites: row
                .sites
                .split(';')
                .filter(|text| !text.is_empty())
                .map(site)
                .collect::<Result<_, _>>()?,
            input: row.input.clone(),
        })
    }
}

/// A row that is no trial of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {why}")]
pub struct RowError {
    /// Which column.
    pub column: &'static str,
    /// What is wrong with it.
    pub why: String,
}

fn told(column: &'static str, error: impl std::fmt::Display) -> RowError {
    RowError {
        column,
        why: error.to_string(),
    }
}

impl Trial {
    /// Are these its inputs, bit by bit, wherever they lie now?
    pub fn is_of(&self, given: &Given) -> bool {
        content(&self.input) == content(&given.label)
    }

    /// Are its inputs generated, so that nothing else is needed to run it?
    pub fn is_generated(&self) -> bool {
        self.input == GENERATED
    }
}

/// 64 bits of the bits of a result; all NaNs are one. Quick between, mixed at the end.
fn hash(result: &[f64]) -> u64 {
    let hash = result.iter().fold(result.len() as u64, |hash, x| {
        let bits = if x.is_nan() { f64::NAN } else { *x }.to_bits();
        // An odd number near 2^64 over the golden ratio (Knuth, volume 3, 6.4).
        (hash.rotate_left(23) ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    word64(hash, 0, 0)
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
