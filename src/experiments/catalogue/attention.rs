//! Attention: softmax inside, and in blocks.

use std::num::NonZeroUsize;

use super::body::{Body, Run, Values};
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem, bounds};
use crate::arith::Sites;
use crate::kernels::attention::{self, Algorithm, Attention, Shape};
use crate::kernels::inputs;
use crate::kernels::softmax::Variant;
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([&STANDARD as &dyn Subject, &FLASH]);
}

#[derive(Debug)]
struct Heads {
    card: Card,
    flash: bool,
}

/// Numbers of a query, key or value that is generated.
const WIDTH: usize = 32;
/// Keys of a block.
const BLOCK: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

const fn heads(name: &'static str, about: &'static str, flash: bool) -> Heads {
    Heads {
        card: Card {
            accumulation: &[
                crate::kernels::softmax::ACCUMULATION,
                attention::SCORE_ACCUMULATION,
                attention::VALUE_ACCUMULATION,
            ],
            ordered: true,
            condition: Some(Choice::new("deviation of the scores", 1.0, [0.0, 1e6])),
            ..Card::new(
                (name, about),
                attention::SITES,
                Choice::new("queries, and as many keys, of 32 numbers", 64, [1, 1 << 16]),
                const {
                    &[
                        Slot::new("q", "queries, a row each"),
                        Slot::new("k", "keys, a row each, as long as a query"),
                        Slot::new("v", "values, a row for each key"),
                    ]
                },
            )
        },
        flash,
    }
}

static STANDARD: Heads = heads("attention", "softmax(Q K^T / sqrt d) V", false);
static FLASH: Heads = heads(
    "attention-flash",
    "the same in blocks of 16 keys (FlashAttention-2)",
    true,
);

impl Heads {
    /// The kernel's shape and room for the result.
    fn shape(&self, inputs: &Inputs) -> Result<(Shape, Vec<f64>), SubjectError> {
        let (q, k, v) = (inputs.array("q")?, inputs.array("k")?, inputs.array("v")?);
        let refuse = |array, problem| Err(SubjectError::array(array, problem));
        if k.columns() != q.columns() {
            return refuse("k", "its rows are not as long as those of q; make them so");
        }
        if v.rows() != k.rows() {
            return refuse("v", "it has not as many rows as k; give each key a value");
        }
        let shape = Shape {
            queries: q.rows(),
            keys: k.rows(),
            width: q.columns(),
            value_width: v.columns(),
        };
        // No more than q and v have numbers, each at least one a row.
        let room = q.rows().saturating_mul(v.columns());
        match room <= 1 << 30 {
            true => Ok((shape, vec![0.0; room])),
            false => refuse(
                "v",
                "a result of more than 2^30 numbers; give fewer queries",
            ),
        }
    }
}

fn told(error: attention::ShapeError) -> SubjectError {
    SubjectError::Breakdown(error.to_string())
}

impl Body for Heads {
    fn card(&self) -> &Card {
        &self.card
    }

    /// Normal numbers; queries times the condition, so that scores have it for their deviation.
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let mut all = inputs::normal(3 * n * WIDTH, seed);
        let v = all.split_off(2 * n * WIDTH);
        let k = all.split_off(n * WIDTH);
        all.iter_mut().for_each(|q| *q *= condition);
        Ok(Inputs::new(vec![
            Array::new("q", n, WIDTH, all)?,
            Array::new("k", n, WIDTH, k)?,
            Array::new("v", n, WIDTH, v)?,
        ]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let (sites, order, inputs) = run.parts();
        let algorithm = match self.flash {
            true => Algorithm::Flash(BLOCK),
            false => Algorithm::Standard(Variant::ThreePassReload),
        };
        let attention = Attention::default()
            .with_algorithm(algorithm)
            .with_order(order);
        let (shape, mut result) = self.shape(inputs)?;
        let (q, k, v) = (
            inputs.values("q")?,
            inputs.values("k")?,
            inputs.values("v")?,
        );
        attention
            .evaluate(sites, shape, q, k, v, &mut result)
            .map_err(told)?;
        Ok(result)
    }

    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let (shape, mut result) = self.shape(inputs)?;
        let (q, k, v) = (
            inputs.values("q")?,
            inputs.values("k")?,
            inputs.values("v")?,
        );
        Attention::default()
            .reference(shape, q, k, v, &mut result)
            .map_err(told)?;
        Ok(Truth::from(result))
    }

    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        self.shape(inputs).ok()?;
        let arrays = [inputs.array("q"), inputs.array("k"), inputs.array("v")];
        let [Ok(q), Ok(k), Ok(v)] = arrays else {
            return None;
        };
        let block = self.flash.then_some(BLOCK.get());
        bounds::attention::theorem([q, k, v], block, truth.magnitude())
    }
}
