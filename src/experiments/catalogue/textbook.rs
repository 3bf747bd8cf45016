//! Examples that textbooks warn with: a sum that stalls, a cancellation, an unstable recurrence. (The
//! ill-conditioned problem is among the systems: `lu-hilbert`.)

use super::body::{self, Body, Numbers, Run, Values, by_numbers};
use super::bounds::depth;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::{Arith, Native, Sites};
use crate::kernels::inputs::uniform;
use crate::kernels::quadratic::{self, Formula};
use crate::kernels::{harmonic, muller};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([&Harmonic as &dyn Subject, &TEXTBOOK, &STABLE, &Muller]);
}

/// Terms or steps, an array of one number: it decides what is computed, and is not rounded.
const COUNT: &[Slot] = &[Slot::structure("n", "how many, one whole number")];

fn count(n: usize) -> Inputs {
    Inputs::new(vec![Array::row("n", vec![n as f64])])
}

/// The harmonic sum.
#[derive(Debug)]
struct Harmonic;

const HARMONIC: Card = Card {
    accumulation: &[harmonic::ACCUMULATION],
    ordered: true,
    ..Card::new(
        (
            "harmonic",
            "1 + 1/2 + ... + 1/n, which stops growing in every format",
        ),
        harmonic::SITES,
        Choice::new("terms", 1000, [0, 1 << 26]),
        COUNT,
    )
};

impl Harmonic {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let n = run.inputs.whole("n", HARMONIC.size.greatest)?;
        Ok(vec![harmonic::sum(run.sites, run.order, n)])
    }
}

impl Body for Harmonic {
    fn card(&self) -> &Card {
        &HARMONIC
    }

    fn generate(&self, n: usize, _: f64, _: u64) -> Result<Inputs, SubjectError> {
        Ok(count(n))
    }

    by_numbers!(harmonic::OUTPUT);

    /// Higham (4.4), (4.6), with the roundings of k, of 1 / k and of the output besides; all terms are
    /// positive.
    fn theorem(&self, inputs: &Inputs, _: &Truth) -> Option<Theorem> {
        let n = inputs.whole("n", HARMONIC.size.greatest).ok()?;
        (n > 0).then(|| Theorem::normwise(1.0, move |order| depth(order, n) + 3))
    }
}

/// Quadratic equations by a formula.
#[derive(Debug)]
struct Quadratic {
    card: Card,
    formula: Formula,
}

const fn quadratic(name: &'static str, about: &'static str, formula: Formula) -> Quadratic {
    Quadratic {
        card: Card {
            condition: Some(Choice::new(
                "p^2 / q, or up to 8 times that: how far apart the roots are",
                100.0,
                [2.0, 1e15],
            )),
            ..Card::new(
                (name, about),
                quadratic::SITES,
                Choice::new("equations", 100, [0, 1 << 24]),
                const {
                    &[
                        Slot::new("p", "half the sum of the roots, a row of n numbers"),
                        Slot::new("q", "their product, a row of n numbers"),
                    ]
                },
            )
        },
        formula,
    }
}

static TEXTBOOK: Quadratic = quadratic(
    "quadratic-textbook",
    "the lesser root of x^2 - 2 p x + q: p - sqrt(p^2 - q)",
    Formula::Textbook,
);
static STABLE: Quadratic = quadratic(
    "quadratic-stable",
    "the same without cancellation: q / (p + sqrt(p^2 - q))",
    Formula::Stable,
);

impl Quadratic {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (p, q) = (run.inputs.values("p")?, run.inputs.values("q")?);
        if p.len() != q.len() {
            let problem = format!("{} values beside {} of p: give as many", q.len(), p.len());
            return Err(SubjectError::array("q", problem));
        }
        let pairs = p.iter().zip(q);
        Ok(pairs
            .map(|(p, q)| quadratic::root(run.sites, self.formula, *p, *q))
            .collect())
    }
}

impl Body for Quadratic {
    fn card(&self) -> &Card {
        &self.card
    }

    /// q uniform in [1, 2), p in sqrt(2 c) times [1, 2).
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let root = Native.sqrt(2.0 * condition);
        let places = 0..n as u64;
        let p = places
            .clone()
            .map(|at| root * (1.0 + uniform(seed, 2 * at)));
        let q = places.map(|at| 1.0 + uniform(seed, 2 * at + 1));
        Ok(Inputs::new(vec![
            Array::row("p", p.collect()),
            Array::row("q", q.collect()),
        ]))
    }

    by_numbers!(quadratic::SUBTRACTION);
}

/// Muller's recurrence.
#[derive(Debug)]
struct Muller;

const MULLER: Card = Card::new(
    (
        "muller",
        "x' = 108 - (815 - 1500 / before) / x from 4 and 17/4: to 5, and rounded to 100",
    ),
    muller::SITES,
    Choice::new("steps", 20, [0, 1 << 20]),
    COUNT,
);

impl Body for Muller {
    fn card(&self) -> &Card {
        &MULLER
    }

    fn generate(&self, n: usize, _: f64, _: u64) -> Result<Inputs, SubjectError> {
        Ok(count(n))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let n = run.inputs.whole("n", MULLER.size.greatest)?;
        let x = muller::iterate(run.sites, n);
        Ok(body::values(run.sites, muller::SUBTRACTION, &[x]))
    }

    /// By its closed form: the recurrence itself goes astray in 128 digits too.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let n = inputs.whole("n", MULLER.size.greatest)?;
        Ok(body::truth(&[muller::exact(n)]))
    }
}
