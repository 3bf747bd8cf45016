//! Linear systems A x = b: by factors, refined, by conjugate gradients.

use super::body::{self, Body, Numbers, Run, Values};
use super::bounds::factors;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::{Reference, Site, Sites};
use crate::kernels::csr::Csr;
use crate::kernels::errors::{self, Backward};
use crate::kernels::{cholesky, conjugate_gradient, inputs, lu, refinement};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend(SYSTEMS.iter().map(|system| system as &dyn Subject));
}

/// A way to solve a system.
#[derive(Debug)]
struct System {
    card: Card,
    way: Way,
    output: Site,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Lu,
    /// LU of the Hilbert matrix.
    Hilbert,
    Cholesky,
    Refinement,
    Gmres,
    ConjugateGradient,
}

/// Corrections of a refinement.
const CORRECTIONS: usize = 10;

const RANDSVD: Option<Choice<f64>> = Some(Choice::new(
    "greatest over least singular value of A",
    100.0,
    [1.0, 1e15],
));

const fn system(
    what: (&'static str, &'static str),
    way: Way,
    sites: &'static [Site],
    accumulation: &'static [Site],
    output: Site,
    condition: Option<Choice<f64>>,
) -> System {
    System {
        card: Card {
            accumulation,
            ordered: matches!(way, Way::ConjugateGradient),
            condition,
            ..Card::new(
                what,
                sites,
                Choice::new("rows and columns of A", 32, [1, 1 << 11]),
                const {
                    &[
                        Slot::new("a", "the matrix, n rows of n numbers"),
                        Slot::new("b", "the right-hand side, n numbers"),
                    ]
                },
            )
        },
        way,
        output,
    }
}

static SYSTEMS: [System; 6] = [
    system(
        ("lu", "A x = b by elimination with partial pivoting"),
        Way::Lu,
        lu::SITES,
        &[lu::UPDATE, lu::SUBSTITUTION],
        lu::SUBSTITUTION,
        RANDSVD,
    ),
    system(
        (
            "lu-hilbert",
            "the same for the Hilbert matrix, whose condition number is about e^(3.5 n)",
        ),
        Way::Hilbert,
        lu::SITES,
        &[lu::UPDATE, lu::SUBSTITUTION],
        lu::SUBSTITUTION,
        None,
    ),
    system(
        (
            "cholesky",
            "A x = b by R^T R, A symmetric positive definite",
        ),
        Way::Cholesky,
        cholesky::SITES,
        &[cholesky::UPDATE, cholesky::SUBSTITUTION],
        cholesky::SUBSTITUTION,
        RANDSVD,
    ),
    system(
        (
            "refinement",
            "A x = b by LU and ten corrections, in three precisions",
        ),
        Way::Refinement,
        refinement::SITES,
        &[refinement::RESIDUAL],
        refinement::WORKING,
        RANDSVD,
    ),
    system(
        (
            "refinement-gmres",
            "A x = b by LU and ten corrections by GMRES",
        ),
        Way::Gmres,
        refinement::SITES,
        &[refinement::RESIDUAL],
        refinement::WORKING,
        RANDSVD,
    ),
    system(
        (
            "conjugate-gradient",
            "A x = b by up to 4n conjugate gradient steps, A symmetric positive definite",
        ),
        Way::ConjugateGradient,
        conjugate_gradient::SITES,
        &[conjugate_gradient::INNER],
        conjugate_gradient::UPDATE,
        RANDSVD,
    ),
];

/// The last iterate.
fn last<T>(iterates: Vec<Vec<T>>, of: &str) -> Result<Vec<T>, SubjectError> {
    iterates.into_iter().last().ok_or_else(|| {
        SubjectError::Breakdown(format!(
            "{of} made no step: in this arithmetic the first one is not finite or not positive; use a \
             format of more range or digits"
        ))
    })
}

impl System {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (sites, order, inputs) = run.parts();
        let (a, b) = (inputs.matrix("a")?, inputs.values("b")?);
        match self.way {
            Way::Lu | Way::Hilbert => Ok(lu::solve(sites, &lu::factor(sites, a)?, b)?),
            Way::Cholesky => {
                let factor = cholesky::factor(sites, a)?;
                Ok(cholesky::solve(sites, &factor, b)?)
            }
            Way::Refinement => last(refinement::refine(sites, a, b, CORRECTIONS)?, "refinement"),
            Way::Gmres => {
                let iterates = refinement::refine_by_gmres(sites, a, b, CORRECTIONS)?;
                last(iterates, "refinement")
            }
            Way::ConjugateGradient => {
                let a = Csr::of(a).with_order(order);
                // Rounded, it is not done after n steps: directions are no longer conjugate.
                let steps = 4 * b.len();
                let iterates = conjugate_gradient::solve(sites, &a, order, b, steps)?;
                last(iterates, "the conjugate gradient iteration")
            }
        }
    }
}

impl Body for System {
    fn card(&self) -> &Card {
        &self.card
    }

    /// A as its way needs it; b normal, of the Hilbert system the sums of its rows, so that x is
    /// near ones.
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let a = match self.way {
            Way::Hilbert => (0..n * n)
                .map(|at| 1.0 / (at / n + at % n + 1) as f64)
                .collect(),
            Way::Cholesky | Way::ConjugateGradient => {
                inputs::positive_definite(n, condition, seed)?
            }
            _ => inputs::randsvd(n, condition, seed)?,
        };
        let b = match self.way {
            Way::Hilbert => a.chunks(n).map(|row: &[f64]| row.iter().sum()).collect(),
            _ => inputs::normal(n, seed.wrapping_add(1)),
        };
        Ok(Inputs::new(vec![
            Array::square("a", n, a),
            Array::row("b", b),
        ]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        Ok(body::values(run.sites, self.output, &self.numbers(run)?))
    }

    /// By LU in 128 digits, whatever the way.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let (a, b) = (inputs.matrix("a")?, inputs.values("b")?);
        let factors = lu::factor(&Reference, a)?;
        Ok(body::truth(&lu::solve(&Reference, &factors, b)?))
    }

    fn backward(&self, inputs: &Inputs, result: &[f64]) -> Option<Backward> {
        let (a, b) = (inputs.matrix("a").ok()?, inputs.values("b").ok()?);
        errors::backward(a, result, b).ok()
    }

    fn theorem(&self, inputs: &Inputs, _: &Truth) -> Option<Theorem> {
        let a = inputs.matrix("a").ok()?;
        match self.way {
            Way::Lu | Way::Hilbert => factors::lu(&a),
            Way::Cholesky => factors::cholesky(&a),
            Way::Refinement | Way::Gmres | Way::ConjugateGradient => None,
        }
    }
}
