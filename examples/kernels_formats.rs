//! Where the kernels break: the errors of each in a few formats, and the site that costs most.
//!
//! ```text
//! cargo run --release --example kernels_formats
//! ```
//!
//! A table a kernel: a line a format, with every site in it; then the sites, each alone in the
//! format while the others are in binary64. The one with the greatest error is the first to widen.
//! An error of `inf` is a result that is not finite, or no result.

use std::error::Error;

use roundoff::arith::functions::Unrounded;
use roundoff::arith::slices::Matrix;
use roundoff::arith::{Arith, Exact, PerSite, Reference, Site, Sites};
use roundoff::kernels::errors::forward;
use roundoff::kernels::gelu::{self, Gelu};
use roundoff::kernels::normalisation::{self, Normalisation};
use roundoff::kernels::operator::Operator;
use roundoff::kernels::order::Order;
use roundoff::kernels::product;
use roundoff::kernels::stencil::{self, Laplacian};
use roundoff::kernels::summation::{self, Summation};
use roundoff::kernels::{
    Num, cholesky, conjugate_gradient, csr, fft, horner, inputs, lu, newton, refinement,
};
use roundoff::{Format, Rounder};

const FORMATS: [Format; 4] = [
    Format::BINARY32,
    Format::BINARY16,
    Format::BFLOAT16,
    Format::OCP_E5M2,
];

/// A kernel with its inputs, over any arithmetic: nothing where it cannot go on.
trait Case {
    const NAME: &'static str;
    const SITES: &'static [Site];
    fn run<S: Sites>(&self, sites: &S) -> Option<Vec<Num<S>>>;
}

macro_rules! case {
    ($case:ident $name:literal $sites:expr, |$self:ident, $with:ident| $body:expr) => {
        impl Case for $case {
            const NAME: &'static str = $name;
            const SITES: &'static [Site] = $sites;
            fn run<S: Sites>(&self, $with: &S) -> Option<Vec<Num<S>>> {
                let $self = self;
                $body
            }
        }
    };
}

struct Sum(Summation, Vec<f64>);
case!(Sum "sum" summation::SITES, |case, sites| Some(vec![case.0.sum(sites, &case.1)]));

struct Kahan(Vec<f64>);
case!(Kahan "sum, Kahan" summation::SITES,
    |case, sites| Some(vec![Summation::Kahan.sum(sites, &case.0)]));

/// Two rows of numbers.
struct Axpy(Vec<f64>, Vec<f64>);
case!(Axpy "AXPY, a = 1/3" product::SITES,
    |case, sites| product::axpy(sites, 1.0 / 3.0, &case.0, &case.1).ok());

struct Dot(Vec<f64>, Vec<f64>);
case!(Dot "dot product of 1000" product::SITES,
    |case, sites| product::dot(sites, Order::Sequential, &case.0, &case.1).ok().map(|x| vec![x]));

/// Two square matrices.
struct Gemm(Vec<f64>, Vec<f64>, usize);
case!(Gemm "GEMM of 32^2" product::SITES, |case, sites| {
    let a = Matrix::new(&case.0, case.2, case.2).ok()?;
    let b = Matrix::new(&case.1, case.2, case.2).ok()?;
    product::gemm(sites, Order::Sequential, a, b).ok()
});

struct Gemv(Vec<f64>, Vec<f64>);
case!(Gemv "GEMV of 32 x 100" product::SITES, |case, sites| {
    let a = Matrix::new(&case.0, case.0.len() / case.1.len(), case.1.len()).ok()?;
    product::gemv(sites, Order::Sequential, a, &case.1).ok()
});

/// A matrix and a right-hand side.
struct Solve(Vec<f64>, Vec<f64>);

impl Solve {
    fn matrix(&self) -> Option<Matrix<'_, f64>> {
        Matrix::new(&self.0, self.1.len(), self.1.len()).ok()
    }
}

case!(Solve "LU, solution" lu::SITES, |case, sites| {
    let factors = lu::factor(sites, case.matrix()?).ok()?;
    lu::solve(sites, &factors, &case.1).ok()
});

struct Definite(Solve);
case!(Definite "Cholesky, solution" cholesky::SITES, |case, sites| {
    let factors = cholesky::factor(sites, case.0.matrix()?).ok()?;
    cholesky::solve(sites, &factors, &case.0.1).ok()
});

struct Refined(Solve);
case!(Refined "LU with 10 refinements" refinement::SITES, |case, sites| {
    refinement::refine(sites, case.0.matrix()?, &case.0.1, 10).ok()?.pop()
});

struct RefinedByGmres(Solve);
case!(RefinedByGmres "LU with 10 refinements by GMRES, condition 1000" refinement::SITES,
|case, sites| {
    let (matrix, b) = (case.0.matrix()?, &case.0.1);
    refinement::refine_by_gmres(sites, matrix, b, 10).ok()?.pop()
});

struct Gradients(Vec<f64>);
case!(Gradients "conjugate gradient, 6^3 Laplacian, 40 steps" conjugate_gradient::SITES,
|case, sites| {
    let cube = Laplacian::new(6);
    conjugate_gradient::solve(sites, &cube, Order::Sequential, &case.0, 40).ok()?.pop()
});

struct Sparse(csr::Csr, Vec<f64>);
case!(Sparse "sparse product" csr::SITES, |case, sites| {
    let input = sites.at(csr::INPUT);
    let x: Vec<Num<S>> = case.1.iter().map(|x| input.num(*x)).collect();
    case.0.product(sites, &x).ok()
});

struct Stencil(Vec<f64>);
case!(Stencil "seven-point Laplacian" stencil::SITES, |case, sites| {
    let input = sites.at(stencil::UPDATE);
    let x: Vec<Num<S>> = case.0.iter().map(|x| input.num(*x)).collect();
    Laplacian::new(6).apply(sites, &x).ok()
});

struct Jacobi(Vec<f64>, Vec<f64>);
case!(Jacobi "Jacobi's iteration, 6^3 points, 20 steps" stencil::SITES, |case, sites| {
    let input = sites.at(stencil::UPDATE);
    let [mut u, b] = [&case.0, &case.1]
        .map(|x| x.iter().map(|x| input.num(*x)).collect::<Vec<Num<S>>>());
    for _ in 0..20 {
        u = Laplacian::new(6).jacobi(sites, &u, &b).ok()?;
    }
    Some(u)
});

struct Transform(Vec<(f64, f64)>);
case!(Transform "FFT of 256" fft::SITES, |case, sites| {
    Some(fft::transform(sites, &case.0).ok()?.into_iter().flat_map(|(re, im)| [re, im]).collect())
});

struct Horner(Vec<f64>);
case!(Horner "Horner, e^x of degree 12 at -3" horner::SITES,
    |case, sites| Some(vec![horner::evaluate(sites, &case.0, -3.0)]));

struct Newton;
case!(Newton "Newton, reciprocal of 3, 6 steps" newton::SITES,
    |_case, sites| newton::reciprocal(sites, 3.0, 0.3, 6).pop().map(|x| vec![x]));

struct Layer(Normalisation, Vec<f64>);
case!(Layer "layer normalisation, mean 30" normalisation::SITES,
    |case, sites| case.0.evaluate(sites, &case.1, &[], &[]).ok());

struct Rms(Vec<f64>);
case!(Rms "RMS normalisation, deviation 100" normalisation::SITES,
    |case, sites| Normalisation::RMS.evaluate(sites, &case.0, &[], &[]).ok());

struct GeluRow(Vec<f64>);
case!(GeluRow "GELU by tanh" gelu::SITES,
    |case, sites| Some(case.0.iter().map(|x| Gelu::Tanh.evaluate(sites, *x)).collect()));

/// The forward error beside the same kernel in 128 digits.
fn error<C: Case>(case: &C, exact: &[Unrounded], sites: &PerSite<Exact>) -> f64 {
    let Some(result) = case.run(sites) else {
        return f64::INFINITY;
    };
    forward(exact, &result).normwise
}

fn table<C: Case>(case: &C) -> Result<(), Box<dyn Error>> {
    let exact = case.run(&Reference).ok_or("no reference")?;
    println!("\n### {}\n", C::NAME);
    let names = C::SITES.iter().map(|site| site.name());
    let names: Vec<&str> = names.collect();
    println!("| format | all sites | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
    for format in FORMATS {
        let (narrow, wide) = (Rounder::new(format), Rounder::new(Format::BINARY64));
        let all = PerSite::rounders(C::SITES).with_rounders(&narrow).build()?;
        let mut line = format!("| {format} | {:.1e} |", error(case, &exact, &all));
        let mut alone = Vec::new();
        for name in &names {
            let sites = PerSite::rounders(C::SITES)
                .with_rounder(name, &narrow)?
                .with_rounders(&wide)
                .build()?;
            alone.push(error(case, &exact, &sites));
        }
        let worst = alone.iter().copied().fold(0.0, f64::max);
        for error in alone {
            // What is at the level of binary64 is no error of the site.
            let text = match error {
                error if error < 1e-14 => "-".to_owned(),
                error if error == worst => format!("**{error:.1e}**"),
                error => format!("{error:.1e}"),
            };
            line += &format!(" {text} |");
        }
        println!("{line}");
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "Forward errors, norm(y - x) / norm(x). A column of a site: that site alone in the format."
    );
    let terms = inputs::terms(1000, 1.0, 1)?;
    table(&Sum(Summation::default(), terms.clone()))?;
    table(&Kahan(terms))?;
    let (x, y) = (inputs::normal(1000, 11), inputs::normal(1000, 12));
    table(&Axpy(x.clone(), y.clone()))?;
    table(&Dot(x, y))?;
    table(&Gemv(inputs::normal(3200, 13), inputs::normal(100, 14)))?;
    table(&Gemm(
        inputs::normal(1024, 15),
        inputs::normal(1024, 16),
        32,
    ))?;
    let system = |a| Solve(a, inputs::normal(20, 2));
    table(&system(inputs::randsvd(20, 10.0, 3)?))?;
    table(&Definite(system(inputs::positive_definite(20, 10.0, 3)?)))?;
    table(&Refined(system(inputs::randsvd(20, 10.0, 3)?)))?;
    let hard = inputs::randsvd(20, 1000.0, 3)?;
    table(&RefinedByGmres(system(hard)))?;
    table(&Gradients(inputs::normal(216, 4)))?;
    let mut sparse = inputs::normal(400, 5);
    sparse
        .iter_mut()
        .filter(|a| a.abs() < 1.0)
        .for_each(|a| *a = 0.0);
    let rows = csr::Csr::of(Matrix::new(&sparse, 20, 20)?);
    table(&Sparse(rows, inputs::normal(20, 6)))?;
    table(&Stencil(inputs::normal(216, 7)))?;
    table(&Jacobi(inputs::normal(216, 7), inputs::normal(216, 10)))?;
    let values = inputs::normal(512, 8);
    table(&Transform(values.chunks(2).map(|z| (z[0], z[1])).collect()))?;
    let factorials = (1..=12).scan(1.0, |c, k| {
        *c /= f64::from(k);
        Some(*c)
    });
    table(&Horner(std::iter::once(1.0).chain(factorials).collect()))?;
    table(&Newton)?;
    let row = inputs::normal(256, 9);
    let shifted = row.iter().map(|x| x + 30.0).collect();
    table(&Layer(Normalisation::LAYER, shifted))?;
    table(&Rms(row.iter().map(|x| 100.0 * x).collect()))?;
    table(&GeluRow(row))?;
    Ok(())
}
