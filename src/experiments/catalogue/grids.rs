//! The seven-point Laplacian on a cube of points.

use super::body::{self, Body, Numbers, Run, Values, by_numbers};
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::{Arith, Sites};
use crate::kernels::Num;
use crate::kernels::inputs;
use crate::kernels::operator::Operator;
use crate::kernels::stencil::{self, Laplacian};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([&Grid::Stencil as &dyn Subject, &Grid::Jacobi]);
}

#[derive(Debug)]
enum Grid {
    Stencil,
    Jacobi,
}

/// Steps of the iteration.
const STEPS: usize = 10;

const U: Slot = Slot::new("u", "the cube, m^3 numbers");

const SIZE: Choice<usize> = Choice::new("points of a side", 10, [0, 256]);

static STENCIL: Card = Card {
    accumulation: &[stencil::NEIGHBOURS],
    ..Card::new(
        ("stencil", "the seven-point Laplacian of a cube of points"),
        stencil::SITES,
        SIZE,
        &[U],
    )
};

static JACOBI: Card = Card {
    name: "jacobi",
    about: "ten steps of Jacobi's iteration for the Laplacian of a cube",
    slots: &[U, Slot::new("b", "the right-hand side, m^3 numbers")],
    ..STENCIL
};

/// The cube whose points an array holds.
fn cube(u: &[f64]) -> Result<Laplacian, SubjectError> {
    let side = (0..=SIZE.greatest).find(|side| side.pow(3) >= u.len());
    match side.filter(|side| side.pow(3) == u.len()) {
        Some(side) => Ok(Laplacian::new(side)),
        None => Err(SubjectError::array(
            "u",
            format!(
                "it has {} numbers, which fill no cube of up to {} a side; give m^3",
                u.len(),
                SIZE.greatest
            ),
        )),
    }
}

impl Grid {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let u = run.inputs.values("u")?;
        let cube = cube(u)?;
        let input = run.sites.at(stencil::NEIGHBOURS);
        let rounded = |x: &[f64]| -> Vec<Num<S>> { x.iter().map(|x| input.num(*x)).collect() };
        let mut u = rounded(u);
        match self {
            Self::Stencil => Ok(cube.apply(run.sites, &u)?),
            Self::Jacobi => {
                let b = rounded(run.inputs.values("b")?);
                for _ in 0..STEPS {
                    u = cube.jacobi(run.sites, &u, &b)?;
                }
                Ok(u)
            }
        }
    }
}

impl Body for Grid {
    fn card(&self) -> &Card {
        match self {
            Self::Stencil => &STENCIL,
            Self::Jacobi => &JACOBI,
        }
    }

    /// Normal numbers.
    fn generate(&self, side: usize, _: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let points = side.pow(3);
        let mut all = inputs::normal(2 * points, seed);
        let b = all.split_off(points);
        Ok(Inputs::new(match self {
            Self::Stencil => vec![Array::row("u", all)],
            Self::Jacobi => vec![Array::row("u", all), Array::row("b", b)],
        }))
    }

    by_numbers!(stencil::UPDATE);

    /// A product of a row of seven entries (Higham (3.11)): 6 and ones are exact. Of the input, the
    /// product, five sums and the difference 8 roundings.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        if matches!(self, Self::Jacobi) {
            return None;
        }
        let greatest = inputs.values("u").ok()?.iter().map(|x| x.abs());
        let factor = 12.0 * greatest.fold(0.0, f64::max) / truth.magnitude();
        Some(Theorem::normwise(factor, |_| 8))
    }
}
