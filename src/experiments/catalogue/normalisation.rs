//! Layer and RMS normalisation of rows.

use super::body::{self, Body, Numbers, Run, Values, by_numbers};
use super::bounds::running;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::Sites;
use crate::kernels::inputs;
use crate::kernels::normalisation::{self, Normalisation};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([&LAYER as &dyn Subject, &RMS]);
}

#[derive(Debug)]
struct Norm {
    card: Card,
    normalisation: Normalisation,
}

const fn norm(name: &'static str, about: &'static str, normalisation: Normalisation) -> Norm {
    Norm {
        card: Card {
            accumulation: &[normalisation::MEAN, normalisation::VARIANCE],
            ordered: true,
            condition: Some(DEVIATES),
            maps: true,
            ..Card::new(
                (name, about),
                normalisation::SITES,
                Choice::new(ROWS, 256, [1, 1 << 26]),
                const { &[Slot::new("x", "rows of numbers")] },
            )
        },
        normalisation,
    }
}

/// What the size is of kernels that take rows.
pub(super) const ROWS: &str = "values of a row; as many rows as make 8192 values, one at least";
const DEVIATES: Choice<f64> =
    Choice::new("mean of the inputs, whose deviation is 1", 0.0, [0.0, 1e15]);

static LAYER: Norm = norm(
    "layer-norm",
    "(x_i - mean) / sqrt(variance + 1e-5)",
    Normalisation::LAYER,
);
static RMS: Norm = norm(
    "rms-norm",
    "x_i / sqrt(mean square + 1e-5)",
    Normalisation::RMS,
);

/// As many rows of n values as make 8192, one at least.
pub(super) fn rows(n: usize) -> usize {
    (8192 / n.max(1)).max(1)
}

/// The normalised rows, one after the other.
fn numbers<S: Sites>(normalisation: Normalisation, sites: &S, x: &Array) -> Numbers<S> {
    let mut all = Vec::new();
    for row in x.each_row() {
        all.extend(normalisation.evaluate(sites, row, &[], &[])?);
    }
    Ok(all)
}

impl Norm {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (sites, order, inputs) = run.parts();
        numbers(
            self.normalisation.with_order(order),
            sites,
            inputs.array("x")?,
        )
    }
}

impl Body for Norm {
    fn card(&self) -> &Card {
        &self.card
    }

    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let rows = rows(n);
        let mut x = inputs::normal(rows * n, seed);
        x.iter_mut().for_each(|x| *x += condition);
        Ok(Inputs::new(vec![Array::new("x", rows, n, x)?]))
    }

    by_numbers!(normalisation::OUTPUT);

    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let (norm, x) = (self.normalisation, inputs.array("x").ok()?.clone());
        Some(running::theorem(truth, move |arith, order| {
            numbers(norm.with_order(order), arith, &x).ok()
        }))
    }
}
