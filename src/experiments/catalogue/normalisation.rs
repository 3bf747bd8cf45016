//! Layer and RMS normalisation of rows.

use super::body::{Body, by_numbers};
use super::bounds::running;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::Sites;
use crate::kernels::Num;
use crate::kernels::inputs;
use crate::kernels::normalisation::{self, Normalisation};
use crate::kernels::order::Order;
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
            name,
            about,
            sites: normalisation::SITES,
            accumulation: &[normalisation::MEAN, normalisation::VARIANCE],
            ordered: true,
            size: Choice {
                about: "values of a row; as many rows as make 8192 values, one at least",
                default: 256,
                least: 1,
                greatest: 1 << 26,
            },
            condition: Some(Choice {
                about: "mean of the inputs, whose deviation is 1",
                default: 0.0,
                least: 0.0,
                greatest: 1e15,
            }),
            slots: &[Slot {
                name: "x",
                about: "rows of numbers",
                structure: false,
            }],
            maps: true,
        },
        normalisation,
    }
}

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

/// Values that all rows have together, one row of more aside.
const VALUES: usize = 8192;

/// The normalised rows, one after the other.
fn numbers<S: Sites>(
    normalisation: Normalisation,
    sites: &S,
    x: &Array,
) -> Result<Vec<Num<S>>, SubjectError> {
    let mut all = Vec::new();
    for row in x.each_row() {
        all.extend(normalisation.evaluate(sites, row, &[], &[])?);
    }
    Ok(all)
}

impl Norm {
    fn numbers<S: Sites>(
        &self,
        sites: &S,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Vec<Num<S>>, SubjectError> {
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
        let rows = (VALUES / n.max(1)).max(1);
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
