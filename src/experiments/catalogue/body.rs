//! What a file of the catalogue writes for a kernel; [`Subject`] comes from it.

use std::fmt::Debug;

use super::super::arithmetic::Arithmetic;
use super::{Card, Inputs, Subject, SubjectError, Theorem};
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Reference, Sites};
#[cfg(feature = "gpu")]
use crate::arith::{Exact, PerSite};
#[cfg(feature = "gpu")]
use crate::gpu::{Gpu, GpuError};
use crate::kernels::Num;
use crate::kernels::errors::Backward;
use crate::kernels::lu::FactorError;
use crate::kernels::order::Order;
use crate::kernels::softmax::Rows;
use crate::measure::vector::Truth;

/// A run: the arithmetic of each site, the order of sums, the arrays.
#[derive(Debug)]
pub(super) struct Run<'a, S> {
    pub sites: &'a S,
    pub order: Order,
    pub inputs: &'a Inputs,
}

impl<S> Clone for Run<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Run<'_, S> {}

impl<'a, S> Run<'a, S> {
    /// All three.
    pub fn parts(self) -> (&'a S, Order, &'a Inputs) {
        (self.sites, self.order, self.inputs)
    }
}

impl<'a> Run<'a, Reference> {
    /// In 128 digits.
    pub fn reference(inputs: &'a Inputs) -> Self {
        Self {
            sites: &Reference,
            order: Order::Sequential,
            inputs,
        }
    }
}

/// A run's numbers, which are its result once they are values.
pub(super) type Numbers<S> = Result<Vec<Num<S>>, SubjectError>;
/// A run's result.
pub(super) type Values = Result<Vec<f64>, SubjectError>;

/// A kernel, generic over its sites.
pub(super) trait Body: Sync + Debug {
    fn card(&self) -> &Card;

    /// Inputs; size and condition are in their range.
    fn generate(&self, size: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError>;

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values;

    /// The same on a GPU; of most kernels there is no shader.
    #[cfg(feature = "gpu")]
    fn on_gpu(&self, _: &Gpu, _: Run<'_, PerSite<Exact>>) -> Values {
        Err(no_shader(self.card()))
    }

    fn operations(&self, inputs: &Inputs) -> u64 {
        2 * inputs.count()
    }

    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError>;

    fn backward(&self, _: &Inputs, _: &[f64]) -> Option<Backward> {
        None
    }

    fn theorem(&self, _: &Inputs, _: &Truth) -> Option<Theorem> {
        None
    }

    fn rows(&self, _: &Inputs, _: &Truth, _: &[f64]) -> Option<Rows> {
        None
    }
}

/// Of a kernel that no shader computes.
#[cfg(feature = "gpu")]
pub(super) fn no_shader(card: &Card) -> SubjectError {
    SubjectError::Gpu(GpuError::Unsupported {
        what: format!("the kernel {}", card.name),
    })
}

impl<B: Body> Subject for B {
    fn card(&self) -> &Card {
        Body::card(self)
    }

    fn generate(&self, size: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let card = Body::card(self);
        let range = card.size;
        if !(range.least..=range.greatest).contains(&size) {
            return Err(SubjectError::Size {
                kernel: card.name,
                size,
                about: range.about,
                least: range.least,
                greatest: range.greatest,
            });
        }
        if let Some(range) = card.condition
            && !(range.least..=range.greatest).contains(&condition)
        {
            return Err(SubjectError::Condition {
                kernel: card.name,
                condition,
                about: range.about,
                least: range.least,
                greatest: range.greatest,
            });
        }
        Body::generate(self, size, condition, seed)
    }

    fn run(
        &self,
        arithmetic: Arithmetic<'_>,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Vec<f64>, SubjectError> {
        match arithmetic {
            Arithmetic::Exact(sites) => self.values(Run {
                sites,
                order,
                inputs,
            }),
            Arithmetic::Any(sites) => self.values(Run {
                sites,
                order,
                inputs,
            }),
        }
    }

    #[cfg(feature = "gpu")]
    fn run_on_gpu(
        &self,
        gpu: &Gpu,
        sites: &PerSite<Exact>,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Vec<f64>, SubjectError> {
        let run = Run {
            sites,
            order,
            inputs,
        };
        self.on_gpu(gpu, run)
    }

    fn operations(&self, inputs: &Inputs) -> u64 {
        Body::operations(self, inputs)
    }

    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        Body::reference(self, inputs)
    }

    fn backward(&self, inputs: &Inputs, result: &[f64]) -> Option<Backward> {
        Body::backward(self, inputs, result)
    }

    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        Body::theorem(self, inputs, truth)
    }

    fn rows(&self, inputs: &Inputs, truth: &Truth, result: &[f64]) -> Option<Rows> {
        Body::rows(self, inputs, truth, result)
    }
}

/// `values` and `reference` of a body whose `numbers` computes over any sites and in any order: the
/// values of the numbers at a site, and the numbers of the reference.
macro_rules! by_numbers {
    ($site:expr) => {
        fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
            Ok(body::values(run.sites, $site, &self.numbers(run)?))
        }

        fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
            Ok(body::truth(&self.numbers(Run::reference(inputs))?))
        }
    };
}
pub(super) use by_numbers;

/// That a stochastic run has one part at most: a shader gives each one random words of its own, where a
/// kernel goes on counting.
#[cfg(feature = "gpu")]
pub(super) fn one_part(
    sites: &PerSite<Exact>,
    what: &str,
    parts: usize,
) -> Result<(), SubjectError> {
    let mut ariths = sites.ariths().iter();
    match parts > 1 && ariths.any(|arith| arith.exactly().is_random()) {
        false => Ok(()),
        true => Err(SubjectError::Gpu(GpuError::Unsupported {
            what: format!(
                "a stochastic run of {parts} {what}, whose random words follow each other"
            ),
        })),
    }
}

/// The f64s of numbers: no operation, so that no trace or random word is spent on it.
pub(super) fn values<S: Sites>(
    sites: &S,
    site: crate::arith::Site,
    numbers: &[Num<S>],
) -> Vec<f64> {
    let arith = sites.at(site);
    numbers.iter().map(|x| arith.value(*x)).collect()
}

/// 106 digits of a reference's numbers.
pub(super) fn truth(numbers: &[Unrounded]) -> Truth {
    Truth::of(numbers)
}

/// The greatest of the reference's numbers, 0 of none.
pub(super) fn greatest(numbers: &[Unrounded]) -> f64 {
    let values = numbers.iter().map(|x| Reference.value(*x));
    values.fold(0.0, f64::max)
}

impl From<FactorError> for SubjectError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::Input(error) => error.into(),
            pivot => Self::Breakdown(pivot.to_string()),
        }
    }
}

/// sum |x_i| |y_i| to an f64: what bounds are relative to.
pub(super) fn magnitude(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let r = Reference;
    let sum = pairs.fold(r.num(0.0), |sum, (x, y)| {
        r.add(sum, r.mul(r.num(x.abs()), r.num(y.abs())))
    });
    r.value(sum)
}
