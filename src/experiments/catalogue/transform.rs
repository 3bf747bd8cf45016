//! The fast Fourier transform.

use super::body::Body;
use super::bounds::{LAMBDA, after, gamma_of};
use super::{
    Array, Bound, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem, gamma, probable_gamma,
};
use crate::arith::{Arith, Reference, Sites};
use crate::kernels::fft;
use crate::kernels::inputs;
use crate::kernels::order::Order;
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.push(&Fft);
}

#[derive(Debug)]
struct Fft;

const CARD: Card = Card {
    name: "fft",
    about: "the discrete Fourier transform of complex numbers, radix 2",
    sites: fft::SITES,
    accumulation: &[fft::BUTTERFLY],
    ordered: false,
    size: Choice {
        about: "complex numbers, a power of two",
        default: 1024,
        least: 1,
        greatest: 1 << 24,
    },
    condition: None,
    slots: &[Slot {
        name: "x",
        about: "complex numbers: a row each, real and imaginary part",
        structure: false,
    }],
    maps: false,
};

fn complex(inputs: &Inputs) -> Result<Vec<(f64, f64)>, SubjectError> {
    let x = inputs.array("x")?;
    match x.columns() {
        2 => Ok(x.each_row().map(|row| (row[0], row[1])).collect()),
        columns => Err(SubjectError::Array {
            array: "x".to_owned(),
            problem: format!("its rows have {columns} numbers; give a real and an imaginary part"),
        }),
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

    fn values<S: Sites>(
        &self,
        sites: &S,
        _: Order,
        inputs: &Inputs,
    ) -> Result<Vec<f64>, SubjectError> {
        let arith = sites.at(fft::BUTTERFLY);
        let numbers = fft::transform(sites, &complex(inputs)?)?;
        let parts = numbers.iter().flat_map(|(re, im)| [*re, *im]);
        Ok(parts.map(|part| arith.value(part)).collect())
    }

    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let numbers = fft::transform(&Reference, &complex(inputs)?)?;
        let parts: Vec<_> = numbers.iter().flat_map(|(re, im)| [*re, *im]).collect();
        Ok(Truth::of(&parts))
    }

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
