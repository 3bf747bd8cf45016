//! Sums and inner products.

#[cfg(feature = "gpu")]
use super::body::no_shader;
use super::body::{self, Body, Numbers, Run, Values, by_numbers, magnitude};
use super::bounds::{depth, kahan};
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
#[cfg(feature = "gpu")]
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Reference, Sites};
#[cfg(feature = "gpu")]
use crate::arith::{Exact, PerSite};
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
use crate::kernels::inputs;
use crate::kernels::order::Order;
use crate::kernels::product;
use crate::kernels::summation::{self, Summation};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend(SUMS.iter().map(|sum| sum as &dyn Subject));
    all.push(&Dot);
}

/// A way to add.
#[derive(Debug)]
struct Sum {
    card: Card,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Ordered,
    Kahan,
    Exact,
}

const fn sum(name: &'static str, about: &'static str, way: Way) -> Sum {
    let card = Card {
        accumulation: &[summation::ACCUMULATION],
        ordered: matches!(way, Way::Ordered),
        condition: Some(CONDITION),
        maps: true,
        ..Card::new(
            (name, about),
            summation::SITES,
            Choice::new("terms", 1000, [0, 1 << 26]),
            const { &[Slot::new("x", "the terms: each row is a sum")] },
        )
    };
    Sum { card, way }
}

const CONDITION: Choice<f64> = Choice::new(
    "sum of magnitudes over magnitude of the sum",
    1.0,
    [1.0, 1e15],
);

static SUMS: [Sum; 3] = [
    sum(
        "sum",
        "x_1 + ... + x_n, every addition rounded",
        Way::Ordered,
    ),
    sum(
        "sum-kahan",
        "x_1 + ... + x_n, compensated (Kahan)",
        Way::Kahan,
    ),
    sum(
        "sum-exact",
        "x_1 + ... + x_n exactly, rounded once",
        Way::Exact,
    ),
];

impl Way {
    fn summation(self, order: Order) -> Summation {
        match self {
            Self::Ordered => Summation::Ordered(order),
            Self::Kahan => Summation::Kahan,
            Self::Exact => Summation::Exact,
        }
    }
}

impl Body for Sum {
    fn card(&self) -> &Card {
        &self.card
    }

    fn generate(&self, size: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let x = inputs::terms(size, condition, seed)?;
        Ok(Inputs::new(vec![Array::row("x", x)]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let (sites, order, inputs) = run.parts();
        let summation = self.way.summation(order);
        let rows = inputs.array("x")?.each_row();
        let sums: Vec<_> = rows.map(|row| summation.sum(sites, row)).collect();
        Ok(body::values(sites, summation::OUTPUT, &sums))
    }

    #[cfg(feature = "gpu")]
    fn on_gpu(&self, gpu: &Gpu, run: Run<'_, PerSite<Exact>>) -> Values {
        if self.way != Way::Ordered {
            return Err(no_shader(&self.card));
        }
        let rows = run.inputs.matrix("x")?;
        Ok(gpu.sums_at_sites(run.sites, run.order, rows)?)
    }

    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let r = Reference;
        let rows = inputs.array("x")?.each_row();
        let total = |row: &[f64]| {
            let terms = row.iter().map(|x| r.num(*x));
            terms.fold(r.num(0.0), |sum, x| r.add(sum, x))
        };
        Ok(body::truth(&rows.map(total).collect::<Vec<_>>()))
    }

    /// Higham (4.4), (4.6), (4.8), with a rounding of each term besides. One row only.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let x = inputs.array("x").ok().filter(|x| x.rows() == 1)?;
        let n = x.columns();
        let factor = magnitude(x.values().iter().map(|x| (*x, 1.0))) / truth.magnitude();
        match self.way {
            Way::Ordered => Some(Theorem::normwise(factor, move |order| depth(order, n) + 1)),
            Way::Exact => Some(Theorem::normwise(factor, |_| 2)),
            Way::Kahan => Some(kahan::theorem(x.values(), truth.magnitude())),
        }
    }
}

/// An inner product.
#[derive(Debug)]
struct Dot;

const DOT: Card = Card {
    accumulation: &[product::ACCUMULATION],
    ordered: true,
    condition: Some(CONDITION),
    ..Card::new(
        ("dot", "x_1 y_1 + ... + x_n y_n"),
        product::SITES,
        Choice::new("products", 1000, [0, 1 << 26]),
        &[
            Slot::new("x", "a row of n numbers"),
            Slot::new("y", "a row of n numbers"),
        ],
    )
};

impl Dot {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (sites, order, inputs) = run.parts();
        let (x, y) = (inputs.values("x")?, inputs.values("y")?);
        Ok(vec![product::dot(sites, order, x, y)?])
    }
}

impl Body for Dot {
    fn card(&self) -> &Card {
        &DOT
    }

    /// Normal numbers; where the condition is more than 1 the last product is what brings the sum
    /// down to the magnitudes over the condition, but for its rounding.
    fn generate(&self, size: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let mut both = inputs::normal(2 * size, seed);
        if condition == 1.0 {
            both.iter_mut().for_each(|x| *x = x.abs());
        }
        let mut y = both.split_off(size);
        let mut x = both;
        let last = size.saturating_sub(1);
        if condition > 1.0 && size >= 2 && x[last] != 0.0 {
            let products = x.iter().zip(&y).take(last).map(|(x, y)| x * y);
            let (sum, magnitude) = products.fold((0.0, 0.0), |(s, m), p: f64| (s + p, m + p.abs()));
            // (m + |w - s|) / |w| = condition, w the whole sum: of s >= w on the other side.
            let whole = (magnitude + sum.abs()) / (condition + 1.0);
            let whole = if sum < 0.0 { -whole } else { whole };
            x[last] = 1.0 + x[last].abs().min(1.0);
            y[last] = (whole - sum) / x[last];
        }
        Ok(Inputs::new(vec![Array::row("x", x), Array::row("y", y)]))
    }

    by_numbers!(product::OUTPUT);

    #[cfg(feature = "gpu")]
    fn on_gpu(&self, gpu: &Gpu, run: Run<'_, PerSite<Exact>>) -> Values {
        // y x, so that the kernel's first operand is the column that is rounded first.
        let (sites, order, inputs) = run.parts();
        let (x, y) = (inputs.values("x")?, inputs.values("y")?);
        Ok(gpu.product(sites, order, Matrix::row(y), Matrix::column(x))?)
    }

    /// Higham (3.5), with a rounding of each number besides.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let (x, y) = (inputs.values("x").ok()?, inputs.values("y").ok()?);
        let (n, size) = (x.len(), magnitude(x.iter().copied().zip(y.iter().copied())));
        let factor = size / truth.magnitude();
        Some(Theorem::normwise(factor, move |order| depth(order, n) + 3))
    }
}
