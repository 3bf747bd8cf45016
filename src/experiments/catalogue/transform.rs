//! The fast Fourier transform.

use super::body::{self, Body, Numbers, Run, Values, by_numbers};
use super::bounds::{LAMBDA, after, gamma_of};
use super::{
    Array, Bound, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem, gamma, probable_gamma,
};
use crate::arith::Sites;
use crate::kernels::fft;
use crate::kernels::inputs;
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.push(&Fft);
}

#[derive(Debug)]
struct Fft;

const CARD: Card = Card {
    accumulation: &[fft::BUTTERFLY],
    ..Card::new(
        (
            "fft",
            "the discrete Fourier transform of complex numbers, radix 2",
        ),
        fft::SITES,
        Choice::new("complex numbers, a power of two", 1024, [1, 1 << 24]),
        &[Slot::new(
            "x",
            "complex numbers: a row each, real and imaginary part",
        )],
    )
};

fn complex(inputs: &Inputs) -> Result<Vec<(f64, f64)>, SubjectError> {
    let x = inputs.array("x")?;
    match x.columns() {
        2 => Ok(x.each_row().map(|row| (row[0], row[1])).collect()),
        columns => Err(SubjectError::array(
            "x",
            format!("its rows have {columns} numbers; give a real and an imaginary part"),
        )),
    }
}

impl Fft {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let numbers = fft::transform(run.sites, &complex(run.inputs)?)?;
        Ok(numbers.iter().flat_map(|(re, im)| [*re, *im]).collect())
    }
}

impl Body for Fft {
    fn card(&self) -> &Card {
        &CARD
    }

    /// Normal parts.
    fn generate(&self, n: usize, _: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let parts = inputs::normal(2 * n, seed);
        Ok(Inputs::new(vec![Array::new("x", n, 2, parts)?]))
    }

    by_numbers!(fft::BUTTERFLY);

    /// Higham, theorem 24.2, with mu = u and the inputs' own rounding; from the 2-norm to the
    /// maximum norm of 2n parts by sqrt(2n).
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let n = inputs.array("x").ok()?.rows();
        let levels = f64::from(n.max(1).ilog2());
        // Of the reference's 2-norm, over the maximum norm.
        let square: f64 = truth.high().iter().map(|x| x * x).sum();
        let factor = square.sqrt() / truth.magnitude();
        Some(Theorem::new(move |u, _| {
            let root = std::f64::consts::SQRT_2;
            let level = levels * (u + gamma(4, u)? * (root + u));
            let all = gamma_of(level)?;
            let worst = after(all, u) * factor;
            let rounding = levels.sqrt() * (u + probable_gamma(4, u) * (root + u)) + u;
            worst.is_finite().then_some(Bound {
                figure: "normwise",
                worst,
                probable: LAMBDA * rounding * factor,
            })
        }))
    }
}
