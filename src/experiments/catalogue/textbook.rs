//! Examples that textbooks warn with: a sum that stalls, a cancellation, an unstable recurrence. (The
//! ill-conditioned problem is among the systems: `lu-hilbert`.)

use super::body::{Body, by_numbers, truth};
use super::bounds::depth;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::{Arith, Native, Sites};
use crate::kernels::inputs::uniform;
use crate::kernels::order::Order;
use crate::kernels::quadratic::{self, Formula};
use crate::kernels::{Num, harmonic, muller};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([&Harmonic as &dyn Subject, &TEXTBOOK, &STABLE, &Muller]);
}

/// Terms or steps, an array of one number: it decides what is computed, and is not rounded.
const COUNT: &[Slot] = &[Slot {
    name: "n",
    about: "how many, one whole number",
    structure: true,
}];

fn count(n: usize) -> Inputs {
    Inputs::new(vec![Array::row("n", vec![n as f64])])
}

/// The harmonic sum.
#[derive(Debug)]
struct Harmonic;

const HARMONIC: Card = Card {
    name: "harmonic",
    about: "1 + 1/2 + ... + 1/n, which stops growing in every format",
    sites: harmonic::SITES,
    accumulation: &[harmonic::ACCUMULATION],
    ordered: true,
    size: Choice {
        about: "terms",
        default: 1000,
        least: 0,
        greatest: 1 << 26,
    },
    condition: None,
    slots: COUNT,
    maps: false,
};

impl Harmonic {
    fn numbers<S: Sites>(
        &self,
        sites: &S,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Vec<Num<S>>, SubjectError> {
        let n = inputs.whole("n", HARMONIC.size.greatest)?;
        Ok(vec![harmonic::sum(sites, order, n)])
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
            name,
            about,
            sites: quadratic::SITES,
            accumulation: &[],
            ordered: false,
            size: Choice {
                about: "equations",
                default: 100,
                least: 0,
                greatest: 1 << 24,
            },
            condition: Some(Choice {
                about: "p^2 / q, or up to 8 times that: how far apart the roots are",
                default: 100.0,
                least: 2.0,
                greatest: 1e15,
            }),
            slots: &[
                Slot {
                    name: "p",
                    about: "half the sum of the roots, a row of n numbers",
                    structure: false,
                },
                Slot {
                    name: "q",
                    about: "their product, a row of n numbers",
                    structure: false,
                },
            ],
            maps: false,
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
    fn numbers<S: Sites>(
        &self,
        sites: &S,
        _: Order,
        inputs: &Inputs,
    ) -> Result<Vec<Num<S>>, SubjectError> {
        let (p, q) = (inputs.values("p")?, inputs.values("q")?);
        if p.len() != q.len() {
            return Err(SubjectError::Array {
                array: "q".to_owned(),
                problem: format!("{} values beside {} of p: give as many", q.len(), p.len()),
            });
        }
        let pairs = p.iter().zip(q);
        Ok(pairs
            .map(|(p, q)| quadratic::root(sites, self.formula, *p, *q))
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

const MULLER: Card = Card {
    name: "muller",
    about: "x' = 108 - (815 - 1500 / before) / x from 4 and 17/4: to 5, and rounded to 100",
    sites: muller::SITES,
    accumulation: &[],
    ordered: false,
    size: Choice {
        about: "steps",
        default: 20,
        least: 0,
        greatest: 1 << 20,
    },
    condition: None,
    slots: COUNT,
    maps: false,
};

impl Body for Muller {
    fn card(&self) -> &Card {
        &MULLER
    }

    fn generate(&self, n: usize, _: f64, _: u64) -> Result<Inputs, SubjectError> {
        Ok(count(n))
    }

    fn values<S: Sites>(
        &self,
        sites: &S,
        _: Order,
        inputs: &Inputs,
    ) -> Result<Vec<f64>, SubjectError> {
        let n = inputs.whole("n", MULLER.size.greatest)?;
        let x = muller::iterate(sites, n);
        Ok(vec![sites.at(muller::SUBTRACTION).value(x)])
    }

    /// By its closed form: the recurrence itself goes astray in 128 digits too.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let n = inputs.whole("n", MULLER.size.greatest)?;
        Ok(truth(&[muller::exact(n)]))
    }
}
