//! Products of matrices and vectors, dense and sparse.

use super::body::{self, Body, Numbers, Run, Values, by_numbers};
use super::bounds::depth;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
#[cfg(feature = "gpu")]
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Sites};
#[cfg(feature = "gpu")]
use crate::arith::{Exact, PerSite};
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
use crate::kernels::Num;
use crate::kernels::csr::{self, Csr};
use crate::kernels::inputs;
use crate::kernels::product;
use crate::measure::vector::Truth;
use crate::random::word;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend([
        &Product::Axpy as &dyn Subject,
        &Product::Gemv,
        &Product::Gemm,
        &Sparse,
    ]);
}

/// A dense product.
#[derive(Debug)]
enum Product {
    Axpy,
    Gemv,
    Gemm,
}

pub(super) const CONDITION: Choice<f64> = Choice::new(
    "sum of magnitudes by magnitude of the sum, for each result; 1: normal numbers",
    1.0,
    [1.0, 1e300],
);

const fn card(
    what: (&'static str, &'static str),
    size: Choice<usize>,
    slots: &'static [Slot],
) -> Card {
    Card {
        accumulation: &[product::ACCUMULATION],
        ordered: true,
        condition: Some(CONDITION),
        ..Card::new(what, product::SITES, size, slots)
    }
}

static AXPY: Card = Card {
    ordered: false,
    ..card(
        ("axpy", "y + a x"),
        Choice::new("numbers of x and y", 1000, [0, 1 << 26]),
        &[
            Slot::new("a", "one number"),
            Slot::new("x", "a row of n numbers"),
            Slot::new("y", "a row of n numbers"),
        ],
    )
};
static GEMV: Card = card(
    ("gemv", "A x of a square matrix"),
    Choice::new("rows and columns", 100, [0, 1 << 13]),
    &[
        Slot::new("a", "the matrix, m rows of n numbers"),
        Slot::new("x", "a row of n numbers"),
    ],
);
static GEMM: Card = card(
    ("gemm", "A B of square matrices"),
    Choice::new("rows and columns", 32, [0, 1 << 12]),
    &[
        Slot::new("a", "the first matrix, m rows of k numbers"),
        Slot::new("b", "the second matrix, k rows of n numbers"),
    ],
);

impl Product {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (sites, order, inputs) = run.parts();
        Ok(match self {
            Self::Axpy => {
                let (x, y) = (inputs.values("x")?, inputs.values("y")?);
                product::axpy(sites, inputs.scalar("a")?, x, y)?
            }
            Self::Gemv => product::gemv(sites, order, inputs.matrix("a")?, inputs.values("x")?)?,
            Self::Gemm => {
                let (a, b) = (inputs.matrix("a")?, inputs.matrix("b")?);
                product::gemm(sites, order, a, b)?
            }
        })
    }

    /// Inputs of which each result has the condition number.
    fn cancelling(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let arrays = match self {
            Self::Axpy => {
                let mut x = inputs::normal(n + 1, seed);
                let a = x.split_off(n);
                // (|a x| + |y|) / |a x + y| with y = -a x (c - 1) / (c + 1).
                let back = -a[0] * ((condition - 1.0) / (condition + 1.0));
                let y = x.iter().map(|x| back * x).collect();
                vec![Array::row("a", a), Array::row("x", x), Array::row("y", y)]
            }
            Self::Gemv => {
                let (a, x) = inputs::cancelling(n, n, condition, seed)?;
                vec![Array::square("a", n, a), Array::row("x", x)]
            }
            Self::Gemm => {
                let (a, x) = inputs::cancelling(n, n, condition, seed)?;
                // Each column x times a power of two.
                let scale = |j: usize| [0.5, 1.0, 2.0][j % 3];
                let b = (0..n * n).map(|at| x[at / n] * scale(at % n)).collect();
                vec![Array::square("a", n, a), Array::square("b", n, b)]
            }
        };
        Ok(Inputs::new(arrays))
    }
}

impl Body for Product {
    fn card(&self) -> &Card {
        match self {
            Self::Axpy => &AXPY,
            Self::Gemv => &GEMV,
            Self::Gemm => &GEMM,
        }
    }

    /// Normal numbers; or, by the condition, sums that cancel.
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        if condition > 1.0 {
            return self.cancelling(n, condition, seed);
        }
        let take = |from: &mut Vec<f64>, n: usize| from.split_off(from.len() - n);
        let arrays = match self {
            Self::Axpy => {
                let mut all = inputs::normal(1 + 2 * n, seed);
                let (x, y) = (take(&mut all, n), take(&mut all, n));
                vec![Array::row("a", all), Array::row("x", x), Array::row("y", y)]
            }
            Self::Gemv => {
                let mut all = inputs::normal(n * n + n, seed);
                let x = take(&mut all, n);
                vec![Array::square("a", n, all), Array::row("x", x)]
            }
            Self::Gemm => {
                let mut all = inputs::normal(2 * n * n, seed);
                let b = take(&mut all, n * n);
                vec![Array::square("a", n, all), Array::square("b", n, b)]
            }
        };
        Ok(Inputs::new(arrays))
    }

    by_numbers!(product::OUTPUT);

    #[cfg(feature = "gpu")]
    fn on_gpu(&self, gpu: &Gpu, run: Run<'_, PerSite<Exact>>) -> Values {
        let (sites, order, inputs) = run.parts();
        Ok(match self {
            Self::Axpy => {
                let (x, y) = (inputs.values("x")?, inputs.values("y")?);
                gpu.axpy_at_sites(sites, inputs.scalar("a")?, x, y)?
            }
            Self::Gemv => {
                let x = Matrix::column(inputs.values("x")?);
                gpu.product(sites, order, inputs.matrix("a")?, x)?
            }
            Self::Gemm => {
                let (a, b) = (inputs.matrix("a")?, inputs.matrix("b")?);
                gpu.product(sites, order, a, b)?
            }
        })
    }

    fn operations(&self, inputs: &Inputs) -> u64 {
        let times = match self {
            Self::Gemm => inputs.array("b").map_or(1, |b| b.columns() as u64),
            Self::Axpy | Self::Gemv => 1,
        };
        inputs.count().saturating_mul(times)
    }

    /// Higham (3.5), (3.11), (3.13), with a rounding of each operand besides.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let terms = match self {
            Self::Axpy => 2,
            Self::Gemv | Self::Gemm => inputs.array("a").ok()?.columns(),
        };
        let of = inputs.magnitudes();
        let size = body::greatest(&self.numbers(Run::reference(&of)).ok()?);
        let factor = size / truth.magnitude();
        Some(Theorem::normwise(factor, move |order| {
            depth(order, terms) + 3
        }))
    }
}

/// A sparse product.
#[derive(Debug)]
struct Sparse;

/// Entries of a row, at most.
const ENTRIES: usize = 7;

const SPARSE: Card = Card {
    accumulation: &[csr::ACCUMULATION],
    ordered: true,
    condition: Some(CONDITION),
    ..Card::new(
        ("csr", "A x of a sparse matrix in compressed rows"),
        csr::SITES,
        Choice::new(
            "rows and columns, each row of 7 entries",
            1000,
            [0, 1 << 21],
        ),
        &[
            Slot::structure("starts", "where rows begin: n + 1 numbers from 0"),
            Slot::structure("columns", "the column of each entry"),
            Slot::new("values", "each entry"),
            Slot::new("x", "a row of n numbers"),
        ],
    )
};

/// Whole numbers of an array.
fn places(inputs: &Inputs, name: &str) -> Result<Vec<usize>, SubjectError> {
    let whole = |x: &f64| {
        let is_whole = *x >= 0.0 && *x < 9e15 && x.fract() == 0.0;
        is_whole.then_some(*x as usize)
    };
    let values = inputs.values(name)?;
    values
        .iter()
        .map(whole)
        .collect::<Option<_>>()
        .ok_or_else(|| {
            SubjectError::array(name, "it holds something else than whole numbers from 0")
        })
}

impl Sparse {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (sites, order, inputs) = run.parts();
        let x = inputs.values("x")?;
        let (starts, columns) = (places(inputs, "starts")?, places(inputs, "columns")?);
        let a = Csr::new(x.len(), starts, columns, inputs.values("values")?.to_vec())?;
        let input = sites.at(csr::INPUT);
        let x: Vec<Num<S>> = x.iter().map(|x| input.num(*x)).collect();
        Ok(a.with_order(order).product(sites, &x)?)
    }
}

impl Body for Sparse {
    fn card(&self) -> &Card {
        &SPARSE
    }

    /// Normal entries in random columns, the diagonal among them; or, by the condition, of sums that
    /// cancel.
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let each = ENTRIES.min(n);
        let starts = (0..=n).map(|row| (row * each) as f64).collect();
        let mut columns = Vec::with_capacity(n * each);
        for row in 0..n {
            let mut found = vec![row];
            let mut draw = 0u64;
            while found.len() < each {
                let index = (row as u64) << 32 | draw;
                let column = word(seed, 2, index) as usize % n;
                // Small matrices: the next free column rather than many draws.
                let free = (0..n)
                    .map(|i| (column + i) % n)
                    .find(|c| !found.contains(c));
                found.extend(free);
                draw += 1;
            }
            found.sort_unstable();
            columns.extend(found.iter().map(|column| *column as f64));
        }
        let mut values = inputs::normal(n * each + n, seed);
        let mut x = values.split_off(n * each);
        if condition > 1.0 {
            // Powers of two, by which quotients are exact.
            (_, x) = inputs::cancelling(0, n, condition, seed)?;
            values.clear();
            for (row, columns) in columns.chunks(each.max(1)).enumerate() {
                let terms = inputs::terms(each, condition, seed.wrapping_add((row as u64) << 32))?;
                let entries = terms.iter().zip(columns);
                values.extend(entries.map(|(term, column)| term / x[*column as usize]));
            }
        }
        Ok(Inputs::new(vec![
            Array::row("starts", starts),
            Array::row("columns", columns),
            Array::row("values", values),
            Array::row("x", x),
        ]))
    }

    by_numbers!(csr::OUTPUT);

    /// Higham (3.11), with a rounding of each operand besides.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let of = inputs.magnitudes();
        let size = body::greatest(&self.numbers(Run::reference(&of)).ok()?);
        let factor = size / truth.magnitude();
        let starts = inputs.values("starts").ok()?;
        let most = starts
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .fold(0.0, f64::max);
        let terms = most as usize;
        Some(Theorem::normwise(factor, move |order| {
            depth(order, terms) + 3
        }))
    }
}
