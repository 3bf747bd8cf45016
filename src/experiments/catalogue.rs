//! Every kernel by name, as an object: inputs by seed, a run in any arithmetic, a reference of
//! higher precision, backward errors and a-priori bounds.
//!
//! ```
//! use roundoff::experiments::{Arithmetic, arithmetic, catalogue};
//! use roundoff::measure::vector::Figures;
//! use roundoff::{Format, Rounder};
//! let softmax = catalogue::find("softmax-two-pass")?;
//! let inputs = softmax.generate(128, 8.0, 1)?;
//! let sites = arithmetic::rounders(softmax.sites(), |_| Rounder::new(Format::BFLOAT16))?;
//! let result = softmax.run(Arithmetic::Exact(&sites), Default::default(), &inputs)?;
//! let truth = softmax.reference(&inputs)?;
//! let figures = Figures::of(&truth, &result, Some(&Format::BFLOAT16));
//! assert!((4.0..9.0).contains(&figures.significant_bits));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attention;
mod bessel;
mod body;
mod bounds;
mod elementwise;
mod grids;
mod inputs;
mod normalisation;
mod products;
mod softmax;
mod sums;
mod systems;
mod textbook;
mod transform;

use std::fmt::Debug;

use thiserror::Error;

pub use bounds::{Bound, Theorem, gamma, probable_gamma};
#[cfg(feature = "report")]
pub(crate) use bounds::{gamma_of, probable_of};
pub use inputs::{Array, Inputs};

use super::arithmetic::Arithmetic;
use crate::arith::Site;
#[cfg(feature = "gpu")]
use crate::arith::{Exact, PerSite};
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
use crate::kernels::errors::Backward;
use crate::kernels::inputs::InputError;
use crate::kernels::order::Order;
use crate::kernels::softmax::Rows;
use crate::measure::vector::Truth;
use crate::nearest::nearest;

/// A number that an experiment chooses, and where it may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice<T> {
    /// What it is of this kernel.
    pub about: &'static str,
    /// The one that is taken where none is said.
    pub default: T,
    /// The least.
    pub least: T,
    /// The greatest.
    pub greatest: T,
}

impl<T: Copy> Choice<T> {
    const fn new(about: &'static str, default: T, [least, greatest]: [T; 2]) -> Self {
        Self {
            about,
            default,
            least,
            greatest,
        }
    }
}

/// An array that a kernel takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name: `x`.
    pub name: &'static str,
    /// What it is, and its shape.
    pub about: &'static str,
    /// Places and lengths, which no rounding of the inputs touches.
    pub structure: bool,
}

impl Slot {
    const fn new(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            about,
            structure: false,
        }
    }

    const fn structure(name: &'static str, about: &'static str) -> Self {
        Self {
            structure: true,
            ..Self::new(name, about)
        }
    }
}

/// What a kernel says about itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// Its name.
    pub name: &'static str,
    /// In one line.
    pub about: &'static str,
    /// Its sites.
    pub sites: &'static [Site],
    /// Those of them that an accumulator's format goes to.
    pub accumulation: &'static [Site],
    /// Does the order of its sums matter?
    pub ordered: bool,
    /// Its size.
    pub size: Choice<usize>,
    /// Its condition number, or what is hard for it; none where there is nothing to choose.
    pub condition: Option<Choice<f64>>,
    /// The arrays that it takes.
    pub slots: &'static [Slot],
    /// Is it an array to an array: of each row of `x` a row, or a number?
    pub maps: bool,
}

impl Card {
    /// No accumulator, no order, no condition, no map: what has them says so.
    const fn new(
        (name, about): (&'static str, &'static str),
        sites: &'static [Site],
        size: Choice<usize>,
        slots: &'static [Slot],
    ) -> Self {
        Self {
            name,
            about,
            sites,
            accumulation: &[],
            ordered: false,
            size,
            condition: None,
            slots,
            maps: false,
        }
    }
}

/// Why a kernel of the catalogue did not run.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SubjectError {
    /// No kernel of that name.
    #[error("unknown kernel \"{name}\": {}", known(.near))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name.
        near: Option<&'static str>,
    },
    /// A size out of its range.
    #[error("{kernel} of size {size}: the size ({about}) is {least} to {greatest}")]
    Size {
        /// The kernel.
        kernel: &'static str,
        /// What was asked for.
        size: usize,
        /// What the size is.
        about: &'static str,
        /// The least.
        least: usize,
        /// The greatest.
        greatest: usize,
    },
    /// A condition number out of its range.
    #[error("{kernel} at condition {condition}: the condition ({about}) is {least} to {greatest}")]
    Condition {
        /// The kernel.
        kernel: &'static str,
        /// What was asked for.
        condition: f64,
        /// What the condition is.
        about: &'static str,
        /// The least.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// Inputs that lack an array, or have one that does not fit.
    #[error("array \"{array}\": {problem}")]
    Array {
        /// Which.
        array: String,
        /// What is wrong with it, and what to give.
        problem: String,
    },
    /// Inputs that the kernel refuses.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The GPU did not run it, and why.
    #[cfg(feature = "gpu")]
    #[error(transparent)]
    Gpu(#[from] crate::gpu::GpuError),
    /// A computation that breaks down: a pivot of zero, no step that makes progress.
    #[error("{0}")]
    Breakdown(String),
}

fn known(near: &Option<&'static str>) -> String {
    match near {
        Some(near) => format!("did you mean {near}? `roundoff sweep --list` lists the kernels"),
        None => "`roundoff sweep --list` lists the kernels".to_owned(),
    }
}

impl SubjectError {
    fn array(name: &str, problem: impl Into<String>) -> Self {
        Self::Array {
            array: name.to_owned(),
            problem: problem.into(),
        }
    }
}

/// A kernel of the catalogue.
pub trait Subject: Sync + Debug {
    /// Name, sites, what may be chosen, what it takes.
    fn card(&self) -> &Card;

    /// Inputs of a size and a condition number, by seed: the same bits on every machine.
    ///
    /// # Errors
    /// [`SubjectError`] where size or condition are out of their range.
    fn generate(&self, size: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError>;

    /// The result, every operation in the arithmetic of its site; `order` is that of sums.
    ///
    /// # Errors
    /// [`SubjectError`] where inputs do not fit or the computation breaks down. What is infinite or
    /// NaN is a result.
    fn run(
        &self,
        arithmetic: Arithmetic<'_>,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Vec<f64>, SubjectError>;

    /// The result on a GPU, every operation at its site, random words counted from 0: the bits of
    /// [`Subject::run`].
    ///
    /// # Errors
    /// As [`Subject::run`]; [`SubjectError::Gpu`] for kernels that have no shader, formats and modes that
    /// the shaders do not serve, and what goes wrong on the GPU.
    #[cfg(feature = "gpu")]
    fn run_on_gpu(
        &self,
        gpu: &Gpu,
        sites: &PerSite<Exact>,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Vec<f64>, SubjectError>;

    /// About how many operations a run takes: whether a GPU pays.
    fn operations(&self, inputs: &Inputs) -> u64;

    /// The result in higher precision.
    ///
    /// # Errors
    /// [`SubjectError`] where inputs do not fit, or even there the computation breaks down.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError>;

    /// Residual and backward errors of a result, where the kernel solves an equation.
    fn backward(&self, inputs: &Inputs, result: &[f64]) -> Option<Backward>;

    /// What the error on these inputs can be at most, by theorem and with probability; none where
    /// none is known.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem>;

    /// What rows of probabilities have besides: sums that are not 1, greatest elements that changed.
    fn rows(&self, _: &Inputs, _: &Truth, _: &[f64]) -> Option<Rows> {
        None
    }

    /// Its name.
    fn name(&self) -> &'static str {
        self.card().name
    }

    /// Its sites.
    fn sites(&self) -> &'static [Site] {
        self.card().sites
    }
}

/// All of them, in the order of the documentation.
pub fn all() -> Vec<&'static dyn Subject> {
    let mut all = Vec::new();
    softmax::add(&mut all);
    attention::add(&mut all);
    sums::add(&mut all);
    products::add(&mut all);
    grids::add(&mut all);
    systems::add(&mut all);
    transform::add(&mut all);
    elementwise::add(&mut all);
    normalisation::add(&mut all);
    bessel::add(&mut all);
    textbook::add(&mut all);
    all
}

/// Other names.
const ALIASES: [(&str, &str); 10] = [
    ("softmax", "softmax-three-pass-recompute"),
    ("log-softmax", "log-softmax-three-pass-recompute"),
    ("log-sum-exp", "log-sum-exp-three-pass-recompute"),
    ("summation", "sum"),
    ("cg", "conjugate-gradient"),
    ("gelu", "gelu-erf"),
    ("newton", "newton-sqrt"),
    ("spmv", "csr"),
    ("quadratic", "quadratic-textbook"),
    ("hilbert", "lu-hilbert"),
];

/// The kernel of that name.
///
/// # Errors
/// [`SubjectError::Unknown`] with the nearest name, where one is near.
///
/// ```
/// use roundoff::experiments::catalogue::find;
/// assert_eq!(find("cholesky")?.name(), "cholesky");
/// let error = find("cholesk").unwrap_err().to_string();
/// assert!(error.contains("did you mean cholesky?"));
/// # Ok::<(), roundoff::experiments::SubjectError>(())
/// ```
pub fn find(name: &str) -> Result<&'static dyn Subject, SubjectError> {
    let wanted = name.to_ascii_lowercase().replace('_', "-");
    let wanted = ALIASES
        .iter()
        .find(|(alias, _)| *alias == wanted)
        .map_or(wanted.as_str(), |(_, name)| name);
    let all = all();
    let names = || all.iter().map(|subject| subject.name());
    all.iter()
        .find(|subject| subject.name() == wanted)
        .copied()
        .ok_or_else(|| SubjectError::Unknown {
            name: name.chars().take(80).collect(),
            near: nearest(wanted, names().chain(ALIASES.map(|(alias, _)| alias))),
        })
}
