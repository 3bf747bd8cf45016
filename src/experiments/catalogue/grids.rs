//! The seven-point Laplacian on a cube of points.

use super::body::{Body, by_numbers};
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::{Arith, Sites};
use crate::kernels::Num;
use crate::kernels::inputs;
use crate::kernels::operator::Operator;
use crate::kernels::order::Order;
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

const U: Slot = Slot {
    name: "u",
    about: "the cube, m^3 numbers",
    structure: false,
};

const SIZE: Choice<usize> = Choice {
    about: "points of a side",
    default: 10,
    least: 0,
    greatest: 256,
};

static STENCIL: Card = Card {
    name: "stencil",
    about: "the seven-point Laplacian of a cube of points",
    sites: stencil::SITES,
    accumulation: &[stencil::NEIGHBOURS],
    ordered: false,
    size: SIZE,
    condition: None,
    slots: &[U],
    maps: false,
};

static JACOBI: Card = Card {
    name: "jacobi",
    about: "ten steps of Jacobi's iteration for the Laplacian of a cube",
    slots: &[
        U,
        Slot {
            name: "b",
            about: "the right-hand side, m^3 numbers",
            structure: false,
        },
    ],
    ..STENCIL
};

/// The cube whose points an array holds.
fn cube(u: &[f64]) -> Result<Laplacian, SubjectError> {
    let side = (0..=SIZE.greatest).find(|side| side.pow(3) >= u.len());
    match side.filter(|side| side.pow(3) == u.len()) {
        Some(side) => Ok(Laplacian::new(side)),
        None => Err(SubjectError::Array {
            array: "u".to_owned(),
            problem: format!(
                "it has {} numbers, which fill no cube of up to {} a side; give m^3",
                u.len(),
                SIZE.greatest
            ),
        }),
    }
}

impl Grid {
    fn numbers<S: Sites>(
        &self,
        sites: &S,
        _: Order,
        inputs: &Inputs,
    ) -> Result<Vec<Num<S>>, SubjectError> {
        let u = inputs.values("u")?;
        let cube = cube(u)?;
        let input = sites.at(stencil::NEIGHBOURS);
        let rounded = |x: &[f64]| -> Vec<Num<S>> { x.iter().map(|x| input.num(*x)).collect() };
        let mut u = rounded(u);
        match self {
            Self::Stencil => Ok(cube.apply(sites, &u)?),
            Self::Jacobi => {
                let b = rounded(inputs.values("b")?);
                for _ in 0..STEPS {
                    u = cube.jacobi(sites, &u, &b)?;
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
