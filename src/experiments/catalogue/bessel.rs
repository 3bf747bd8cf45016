//! Logarithms of Bessel functions, and the von Mises-Fisher density.

use super::body::{self, Body, Run, Values};
use super::bounds::running;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::Arith;
#[cfg(feature = "gpu")]
use crate::arith::{Exact, PerSite};
use crate::arith::{Native, Reference, Sites};
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
use crate::kernels::bessel::emulated::{self, Kind, PaperRule, evaluate, evaluate_number};
use crate::kernels::bessel::{log_iv, log_kv};
use crate::kernels::inputs::{self, uniform};
use crate::kernels::vmf;
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([&I as &dyn Subject, &K, &Density]);
}

#[derive(Debug)]
struct Logarithm {
    card: Card,
    kind: Kind,
}

const fn logarithm(name: &'static str, about: &'static str, kind: Kind) -> Logarithm {
    Logarithm {
        card: Card {
            accumulation: &[emulated::SUM],
            condition: Some(Choice::new(
                "v and x are up to so much, the same number in each octave",
                1000.0,
                [1.0, 1e15],
            )),
            ..Card::new(
                (name, about),
                emulated::SITES,
                Choice::new("points", 100, [0, 1 << 24]),
                const { &[Slot::new("x", "points: a row each, v and x")] },
            )
        },
        kind,
    }
}

static I: Logarithm = logarithm(
    "log-iv",
    "log I_v(x) by the expansions of arXiv 2409.08729",
    Kind::I,
);
static K: Logarithm = logarithm(
    "log-kv",
    "log K_v(x) by the expansions of arXiv 2409.08729",
    Kind::K,
);

fn points(inputs: &Inputs) -> Result<impl Iterator<Item = (f64, f64)> + '_, SubjectError> {
    let x = inputs.array("x")?;
    match x.columns() {
        2 => Ok(x.each_row().map(|row| (row[0], row[1]))),
        columns => Err(SubjectError::array(
            "x",
            format!("its rows have {columns} numbers; give v and x"),
        )),
    }
}

impl Body for Logarithm {
    fn card(&self) -> &Card {
        &self.card
    }

    /// c^t for uniform t: v from 1, x from 1/c.
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let point = |at: u64| {
            let power = |t: f64| Native.pow(condition, t);
            let v = power(uniform(seed, 2 * at));
            [v, power(2.0 * uniform(seed, 2 * at + 1) - 1.0)]
        };
        let values = (0..n as u64).flat_map(point).collect();
        Ok(Inputs::new(vec![Array::new("x", n, 2, values)?]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let at = |(v, x)| evaluate(run.sites, &PaperRule, self.kind, v, x);
        Ok(points(run.inputs)?.map(at).collect())
    }

    #[cfg(feature = "gpu")]
    fn on_gpu(&self, gpu: &Gpu, run: Run<'_, PerSite<Exact>>) -> Values {
        let sites = run.sites;
        let (v, x): (Vec<f64>, Vec<f64>) = points(run.inputs)?.unzip();
        // A shader's points begin at words of their own, the kernel's go on.
        body::one_part(sites, "points", v.len())?;
        let mut results = vec![0f32; v.len()];
        gpu.log_bessel(sites, &PaperRule, self.kind, &v, &x, &mut results)?;
        Ok(results.into_iter().map(f64::from).collect())
    }

    fn operations(&self, inputs: &Inputs) -> u64 {
        // Some forty a point.
        20 * inputs.count()
    }

    /// The native ones: within 4 units roundoff of binary64.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let at = |(v, x)| match self.kind {
            Kind::I => log_iv(v, x),
            Kind::K => log_kv(v, x),
        };
        Ok(Truth::from(points(inputs)?.map(at).collect::<Vec<_>>()))
    }

    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let points: Vec<(f64, f64)> = points(inputs).ok()?.collect();
        let kind = self.kind;
        Some(running::theorem(truth, move |arith, _| {
            let at = |(v, x): &(f64, f64)| evaluate_number(arith, &PaperRule, kind, *v, *x);
            points.iter().map(at).collect()
        }))
    }
}

/// The log density of directions.
#[derive(Debug)]
struct Density;

/// Directions that are generated.
const DIRECTIONS: usize = 16;

const DENSITY: Card = Card {
    accumulation: &[vmf::emulated::ACCUMULATION, emulated::SUM],
    condition: Some(Choice::new("concentration kappa", 50.0, [1e-3, 1e9])),
    ..Card::new(
        ("vmf", "the von Mises-Fisher log density of directions"),
        vmf::emulated::SITES,
        Choice::new("dimensions", 64, [2, 1 << 20]),
        &[
            Slot::new("mean", "the mean direction, of length 1"),
            Slot::new("kappa", "the concentration, one number"),
            Slot::new("x", "directions of length 1, a row each"),
        ],
    )
};

fn told(error: vmf::VmfError) -> SubjectError {
    SubjectError::Breakdown(error.to_string())
}

impl Body for Density {
    fn card(&self) -> &Card {
        &DENSITY
    }

    /// Directions scattered about the mean: it and a normal vector, of length 1.
    fn generate(&self, d: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let mut all = inputs::normal(d * (DIRECTIONS + 1), seed);
        let unit = |row: &mut [f64]| {
            let square: f64 = row.iter().map(|x| x * x).sum();
            let length = square.sqrt();
            if length > 0.0 {
                row.iter_mut().for_each(|x| *x /= length);
            }
        };
        all.chunks_mut(d).for_each(unit);
        let (mean, x) = all.split_at_mut(d);
        for row in x.chunks_mut(d) {
            row.iter_mut().zip(&*mean).for_each(|(x, m)| *x += m);
            unit(row);
        }
        Ok(Inputs::new(vec![
            Array::row("mean", mean.to_vec()),
            Array::row("kappa", vec![condition]),
            Array::new("x", DIRECTIONS, d, x.to_vec())?,
        ]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let (sites, _, inputs) = run.parts();
        let (mean, kappa) = (inputs.values("mean")?, inputs.scalar("kappa")?);
        let rule = &PaperRule;
        let normalizer =
            vmf::emulated::log_normalizer(sites, rule, mean.len(), kappa).map_err(told)?;
        let rows = inputs.array("x")?.each_row();
        rows.map(|x| vmf::emulated::log_density(sites, mean, kappa, normalizer, x).map_err(told))
            .collect()
    }

    /// The native normalising constant; the products in 128 digits.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let (mean, kappa) = (inputs.values("mean")?, inputs.scalar("kappa")?);
        let normalizer = vmf::log_normalizer(mean.len(), kappa).map_err(told)?;
        let r = Reference;
        let mut all = Vec::new();
        for x in inputs.array("x")?.each_row() {
            if x.len() != mean.len() {
                let problem = "its rows are not as long as the mean; make them so";
                return Err(SubjectError::array("x", problem));
            }
            let pairs = mean.iter().zip(x);
            let dot = pairs.fold(r.num(0.0), |sum, (m, x)| {
                r.add(sum, r.mul(r.num(*m), r.num(*x)))
            });
            all.push(r.add(r.mul(r.num(kappa), dot), r.num(normalizer)));
        }
        Ok(body::truth(&all))
    }
}
