//! The pictures of `docs/kernels`, `gemm.md` and the attention of `softmax.md`: how the errors of each kernel grow, format by format.
//!
//! ```text
//! cargo run --release --features report --example kernel_pictures [FOLDER]      docs/images
//! ```
//!
//! Errors are beside the same kernel in 128 digits. A cross at the upper edge is a result that is not
//! finite, or no result.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::Path;

use roundoff::arith::functions::Unrounded;
use roundoff::arith::slices::{Accumulator, Aligned, Matrix, Order, SumOfProducts};
use roundoff::arith::{Arith, Exact, Native, PerSite, Reference};
use roundoff::kernels::attention::{Algorithm, Attention, Shape};
use roundoff::kernels::errors::forward;
use roundoff::kernels::gelu::Gelu;
use roundoff::kernels::normalisation::Normalisation;
use roundoff::kernels::stencil::Laplacian;
use roundoff::kernels::summation::Summation;
use roundoff::kernels::{
    cholesky, conjugate_gradient, csr, fft, horner, inputs, lu, newton, refinement,
};
use roundoff::report::{Plot, Scale, Series, bounds};
use roundoff::{Format, Rounder, Rounding};

type Points = Vec<(f64, f64)>;
type Fallible<T> = Result<T, Box<dyn Error>>;

const FORMATS: [Format; 4] = [
    Format::BINARY32,
    Format::BINARY16,
    Format::BFLOAT16,
    Format::OCP_E5M2,
];

fn arith(format: Format) -> Exact {
    Exact::new(&Rounder::new(format))
}

fn error(exact: &[Unrounded], result: &[f64]) -> f64 {
    forward(exact, result).normwise
}

/// Powers of two from 2^low to 2^high.
fn powers(low: u32, high: u32) -> impl Iterator<Item = usize> + Clone {
    (low..=high).map(|k| 1 << k)
}

fn sums() -> Fallible<Plot> {
    let sizes = || powers(2, 14);
    let mut plot = Plot::new("A sum of n magnitudes in bfloat16", "n", "relative error");
    let nearest = Rounder::new(Format::BFLOAT16);
    let stochastic = nearest.with_rounding(Rounding::STOCHASTIC);
    let pairwise = Summation::Ordered(Order::Pairwise);
    for (name, summation, rounder) in [
        ("sequential", Summation::default(), nearest),
        ("sequential, stochastic", Summation::default(), stochastic),
        ("pairwise", pairwise, nearest),
        ("Kahan", Summation::Kahan, nearest),
    ] {
        let mut points = Points::new();
        for n in sizes() {
            let terms = inputs::terms(n, 1.0, 1)?;
            let exact = summation.sum(&Reference, &terms);
            let result = summation.sum(&Exact::new(&rounder), &terms);
            points.push((n as f64, error(&[exact], &[result])));
        }
        plot = plot.with(Series::new(name, points));
    }
    let sizes = || sizes().map(|n| n as f64);
    let gamma = bounds::gamma(Format::BFLOAT16, sizes());
    let probable = bounds::probabilistic(Format::BFLOAT16, 1.0, sizes());
    Ok(plot
        .with(Series::bound("γₙ", gamma).coloured_as("sequential"))
        .with(Series::bound("√n u", probable).coloured_as("sequential, stochastic")))
}

/// Condition numbers 1 to 10^6, two a decade.
fn conditions() -> impl Iterator<Item = f64> + Clone {
    (0..=12).map(|k| 10f64.powf(f64::from(k) / 2.0))
}

fn solutions() -> Fallible<Plot> {
    let title = "A x = b, n = 20: LU and Cholesky";
    let mut plot = Plot::new(title, "condition number", "forward error");
    let b = inputs::normal(20, 2);
    for format in [Format::BINARY32, Format::BINARY16, Format::BFLOAT16] {
        let (mut general, mut definite) = (Points::new(), Points::new());
        for condition in conditions() {
            let a = inputs::randsvd(20, condition, 3)?;
            let a = Matrix::new(&a, 20, 20)?;
            let exact = lu::solve(&Reference, &lu::factor(&Reference, a)?, &b)?;
            let arith = arith(format);
            let solved = lu::factor(&arith, a).ok();
            let solved = solved.and_then(|factors| lu::solve(&arith, &factors, &b).ok());
            general.push((condition, solved.map_or(f64::NAN, |x| error(&exact, &x))));
            let a = inputs::positive_definite(20, condition, 3)?;
            let a = Matrix::new(&a, 20, 20)?;
            let factors = cholesky::factor(&Reference, a)?;
            let exact = cholesky::solve(&Reference, &factors, &b)?;
            let solved = cholesky::factor(&arith, a).ok();
            let solved = solved.and_then(|factors| cholesky::solve(&arith, &factors, &b).ok());
            definite.push((condition, solved.map_or(f64::NAN, |x| error(&exact, &x))));
        }
        let name = format!("LU, {format}");
        let u = format.unit_roundoff();
        let bound = conditions().map(|condition| (condition, condition * u));
        plot = plot
            .with(Series::new(&name, general))
            .with(Series::new(format!("Cholesky, {format}"), definite))
            .with(Series::bound(format!("κ u, {format}"), bound).coloured_as(name));
    }
    Ok(plot)
}

fn refinements() -> Fallible<Plot> {
    let title = "Refinement: binary32, residual in binary64, κ = 100";
    let mut plot = Plot::new(title, "step", "forward error").x_scale(Scale::Linear);
    let a = inputs::randsvd(20, 100.0, 3)?;
    let a = Matrix::new(&a, 20, 20)?;
    let b = inputs::normal(20, 2);
    let exact = lu::solve(&Reference, &lu::factor(&Reference, a)?, &b)?;
    for format in FORMATS {
        let sites = PerSite::rounders(refinement::SITES)
            .with_rounder("factor", &Rounder::new(format))?
            .with_rounder("residual", &Rounder::new(Format::BINARY64))?
            .with_rounders(&Rounder::new(Format::BINARY32))
            .build()?;
        let iterates = refinement::refine(&sites, a, &b, 12)?;
        let points = iterates.iter().enumerate();
        let points = points.map(|(step, x)| (step as f64, error(&exact, x)));
        plot = plot.with(Series::new(format!("factors in {format}"), points));
    }
    let u = Format::BINARY32.unit_roundoff();
    Ok(plot.with(Series::bound("u of binary32", [(0.0, u), (12.0, u)])))
}

fn gradients() -> Fallible<Plot> {
    let title = "Conjugate gradients: the Laplacian of 6 x 6 x 6 points";
    let mut plot = Plot::new(title, "step", "forward error").x_scale(Scale::Linear);
    let (cube, b) = (Laplacian::new(6), inputs::normal(216, 4));
    let solve = |steps| conjugate_gradient::solve(&Reference, &cube, Order::Sequential, &b, steps);
    let exact = solve(80)?.pop().unwrap_or_default();
    for format in FORMATS {
        let iterates = conjugate_gradient::solve(&arith(format), &cube, Order::Sequential, &b, 40)?;
        let points = iterates.iter().enumerate();
        let points = points.map(|(step, x)| ((step + 1) as f64, error(&exact, x)));
        plot = plot.with(Series::new(format.to_string(), points));
    }
    Ok(plot)
}

fn jacobi() -> Fallible<Plot> {
    let title = "Jacobi: the Laplacian of 6 x 6 x 6 points";
    let mut plot = Plot::new(title, "step", "forward error").x_scale(Scale::Linear);
    let (cube, b) = (Laplacian::new(6), inputs::normal(216, 4));
    let system = |steps| conjugate_gradient::solve(&Reference, &cube, Order::Sequential, &b, steps);
    let exact = system(80)?.pop().unwrap_or_default();
    for format in FORMATS {
        let arith = arith(format);
        let b = arith.nums(&b);
        let mut u = vec![0.0; b.len()];
        let mut points = Points::new();
        for step in 1..=120 {
            u = cube.jacobi(&arith, &u, &b)?;
            points.push((f64::from(step), error(&exact, &u)));
        }
        plot = plot.with(Series::new(format.to_string(), points));
    }
    // The greatest eigenvalue of the iteration, cos(pi / 7).
    let rate = (1..=120).map(|step| {
        (
            f64::from(step),
            Native.pow(0.900_968_867_902_419, f64::from(step)),
        )
    });
    Ok(plot.with(Series::bound("cos(π/7)^k", rate)))
}

fn sparse() -> Fallible<Plot> {
    let title = "A sparse product, 20 rows of n entries";
    let mut plot = Plot::new(title, "n", "error over |A| |x|, componentwise");
    let sizes = || powers(1, 8);
    for format in FORMATS {
        let mut points = Points::new();
        for n in sizes() {
            let a = inputs::normal(20 * n, 5);
            let rows = csr::Csr::of(Matrix::new(&a, 20, n)?);
            // Values of the format, so that storing them costs nothing.
            let rounder = Rounder::new(format);
            let x: Vec<f64> = inputs::normal(n, 6)
                .iter()
                .map(|x| rounder.round(*x))
                .collect();
            let (reference, rounded): (Vec<Unrounded>, _) =
                (x.iter().map(|x| Reference.num(*x)).collect(), arith(format));
            let exact = rows.product(&Reference, &reference)?;
            let result = rows.product(&rounded, &x)?;
            let sizes = a
                .chunks(n)
                .map(|row| row.iter().zip(&x).map(|(a, x)| (a * x).abs()).sum());
            let worst = exact
                .iter()
                .zip(&result)
                .zip(sizes)
                .map(|((exact, y), size): (_, f64)| {
                    let difference = Reference.sub(Reference.num(*y), *exact);
                    Reference.value(difference).abs() / size
                });
            // f64::max would drop a NaN.
            let worst = worst.fold(0.0, |a: f64, b| if a.is_nan() || a > b { a } else { b });
            points.push((n as f64, worst));
        }
        // One more rounding for the entries of A.
        let bound = bounds::gamma(format, sizes().map(|n| n as f64 + 1.0));
        let bound = bound.into_iter().map(|(n, gamma)| (n - 1.0, gamma));
        plot = plot
            .with(Series::new(format.to_string(), points))
            .with(Series::bound(format!("γ, {format}"), bound).coloured_as(format.to_string()));
    }
    Ok(plot)
}

fn transforms() -> Fallible<Plot> {
    let mut plot = Plot::new(
        "FFT of n normal values",
        "n",
        "error in the 2-norm, relative",
    );
    let sizes = || powers(1, 12);
    for format in FORMATS {
        let mut points = Points::new();
        for n in sizes() {
            let values = inputs::normal(2 * n, 8);
            let values: Vec<(f64, f64)> = values.chunks(2).map(|z| (z[0], z[1])).collect();
            let exact = fft::transform(&Reference, &values)?;
            let result = fft::transform(&arith(format), &values)?;
            let (mut off, mut all) = (0.0, 0.0);
            for (exact, result) in exact.iter().zip(&result) {
                for (x, y) in [(exact.0, result.0), (exact.1, result.1)] {
                    off += Reference.value(Reference.sub(Reference.num(y), x)).powi(2);
                    all += Reference.value(x).powi(2);
                }
            }
            points.push((n as f64, (off / all).sqrt()));
        }
        // Higham, theorem 24.2: log2(n) eta / (1 - log2(n) eta), eta = u + gamma_4 (sqrt(2) + u);
        // twiddles rounded once.
        let u = format.unit_roundoff();
        let eta = u + 4.0 * u / (1.0 - 4.0 * u) * (2f64.sqrt() + u);
        let bound = sizes().map(|n| (n as f64, f64::from(n.ilog2()) * eta));
        let bound = bound
            .filter(|(_, eta)| *eta < 1.0)
            .map(|(n, eta)| (n, eta / (1.0 - eta)));
        plot = plot
            .with(Series::new(format.to_string(), points))
            .with(Series::bound(format!("bound, {format}"), bound).coloured_as(format.to_string()));
    }
    Ok(plot)
}

fn polynomial() -> Fallible<Plot> {
    let title = "Horner: the series of e^x to degree 20";
    let mut plot = Plot::new(title, "x", "relative error");
    let factorials = (1..=20).scan(1.0, |c, k| {
        *c /= f64::from(k);
        Some(*c)
    });
    let coefficients: Vec<f64> = std::iter::once(1.0).chain(factorials).collect();
    for format in FORMATS {
        let points = (-32..=16).map(|k| {
            let x = f64::from(k) / 4.0;
            let exact = horner::evaluate(&Reference, &coefficients, x);
            (
                x,
                error(
                    &[exact],
                    &[horner::evaluate(&arith(format), &coefficients, x)],
                ),
            )
        });
        plot = plot.with(Series::new(format.to_string(), points));
    }
    Ok(plot)
}

fn iterations() -> Fallible<Plot> {
    let title = "Newton: 1/3 and the square root of 3";
    let mut plot = Plot::new(title, "step", "relative error").x_scale(Scale::Linear);
    let third = Reference.div(Reference.num(1.0), Reference.num(3.0));
    let root = Reference.sqrt(Reference.num(3.0));
    for format in FORMATS {
        let arith = arith(format);
        let points = |exact: Unrounded, iterates: Vec<f64>| -> Points {
            let points = iterates.iter().enumerate();
            points
                .map(|(step, x)| (step as f64, error(&[exact], &[*x])))
                .collect()
        };
        let reciprocals = newton::reciprocal(&arith, 3.0, 0.2, 7);
        let roots = newton::square_root(&arith, 3.0, 1.0, 7);
        plot = plot
            .with(Series::new(
                format!("1/3, {format}"),
                points(third, reciprocals),
            ))
            .with(Series::new(format!("√3, {format}"), points(root, roots)));
    }
    Ok(plot)
}

fn normalisations(rms: bool) -> Fallible<Plot> {
    let (normalisation, title, label) = match rms {
        false => (
            Normalisation::LAYER,
            "Layer normalisation of 256 values, deviation 1",
            "mean",
        ),
        true => (
            Normalisation::RMS,
            "RMS normalisation of 256 values",
            "deviation",
        ),
    };
    let mut plot = Plot::new(title, label, "forward error");
    let row = inputs::normal(256, 9);
    for format in FORMATS {
        let mut points = Points::new();
        for k in -8..=20 {
            let by = 10f64.powf(f64::from(k) / 4.0);
            let values: Vec<f64> = match rms {
                false => row.iter().map(|x| x + by).collect(),
                true => row.iter().map(|x| x * by).collect(),
            };
            let exact = normalisation.evaluate(&Reference, &values, &[], &[])?;
            let result = normalisation.evaluate(&arith(format), &values, &[], &[])?;
            points.push((by, error(&exact, &result)));
        }
        plot = plot.with(Series::new(format.to_string(), points));
    }
    Ok(plot)
}

fn activations() -> Fallible<Plot> {
    let title = "GELU in bfloat16, beside x Φ(x)";
    let mut plot = Plot::new(title, "x", "relative error");
    let arith = arith(Format::BFLOAT16);
    let rounder = Rounder::new(Format::BFLOAT16);
    for gelu in Gelu::ALL {
        let points = (-80..=40).filter(|k| *k != 0).map(|k| {
            let x = rounder.round(f64::from(k) / 16.0);
            let exact = Gelu::Erf.evaluate(&Reference, x);
            (x, error(&[exact], &[gelu.evaluate(&arith, x)]))
        });
        plot = plot.with(Series::new(format!("{gelu:?}").to_lowercase(), points));
    }
    let u = Format::BFLOAT16.unit_roundoff();
    Ok(plot.with(Series::bound("u", [(-5.0, u), (2.5, u)])))
}

fn products() -> Fallible<Plot> {
    let title = "Dot products of n magnitudes in E4M3, by accumulator";
    let mut plot = Plot::new(title, "n", "relative error");
    let e4m3 = Rounder::new(Format::OCP_E4M3);
    let narrow = SumOfProducts::new(Rounder::new(Format::BFLOAT16)).fused();
    let wide = SumOfProducts::new(Rounder::new(Format::BINARY32)).fused();
    let tensor_core = Accumulator::Aligned(Aligned::h100(&Format::OCP_E4M3));
    for (name, sum) in [
        ("bfloat16", narrow),
        (
            "bfloat16, blocks of 64",
            narrow.with_order(Order::Blocked { k: 64 }),
        ),
        ("bfloat16, pairwise", narrow.with_order(Order::Pairwise)),
        ("H100, 13 bits", wide.with_accumulator(tensor_core)),
        ("binary32", wide),
    ] {
        let mut points = Points::new();
        for n in powers(2, 14) {
            let values = |seed| {
                inputs::normal(n, seed)
                    .into_iter()
                    .map(|x| e4m3.round(x.abs()))
            };
            let (x, y): (Vec<f64>, Vec<f64>) = (values(1).collect(), values(2).collect());
            // Products of 8 digits and less: these sums are exact in f64.
            let exact: f64 = x.iter().zip(&y).map(|(x, y)| x * y).sum();
            points.push((n as f64, (sum.dot(&x, &y)? - exact).abs() / exact));
        }
        plot = plot.with(Series::new(name, points));
    }
    let gamma = bounds::gamma(Format::BFLOAT16, powers(2, 14).map(|n| n as f64));
    Ok(plot.with(Series::bound("γₙ of bfloat16", gamma).coloured_as("bfloat16")))
}

fn attentions() -> Fallible<Plot> {
    let title = "Attention: 4 queries of width 16, values from 0 to 1";
    let mut plot = Plot::new(title, "keys", "forward error");
    let flash = Algorithm::Flash(NonZeroUsize::new(64).ok_or("no block")?);
    let algorithms = [("standard", Algorithm::default()), ("flash, 64", flash)];
    for format in [Format::BINARY16, Format::BFLOAT16] {
        for (name, algorithm) in algorithms {
            let attention = Attention::default().with_algorithm(algorithm);
            let mut points = Points::new();
            for keys in powers(3, 12) {
                let shape = Shape {
                    queries: 4,
                    keys,
                    width: 16,
                    value_width: 4,
                };
                let (q, k) = (inputs::normal(4 * 16, 1), inputs::normal(16 * keys, 2));
                let v: Vec<f64> = inputs::normal(4 * keys, 3)
                    .iter()
                    .map(|v| v.abs().min(1.0))
                    .collect();
                let (mut exact, mut result) = (vec![0.0; 16], vec![0.0; 16]);
                attention.evaluate(&Native, shape, &q, &k, &v, &mut exact)?;
                attention.evaluate(&arith(format), shape, &q, &k, &v, &mut result)?;
                // binary64 is exact enough beside these formats.
                let exact: Vec<Unrounded> = exact.iter().map(|x| Reference.num(*x)).collect();
                points.push((keys as f64, error(&exact, &result)));
            }
            plot = plot.with(Series::new(format!("{name}, {format}"), points));
        }
    }
    Ok(plot)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = folder.unwrap_or_else(|| "docs/images".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for (name, plot) in [
        ("sum", sums()?),
        ("solve", solutions()?),
        ("refinement", refinements()?),
        ("conjugate-gradient", gradients()?),
        ("jacobi", jacobi()?),
        ("sparse", sparse()?),
        ("fft", transforms()?),
        ("horner", polynomial()?),
        ("newton", iterations()?),
        ("layer-normalisation", normalisations(false)?),
        ("rms-normalisation", normalisations(true)?),
        ("gelu", activations()?),
        ("dot", products()?),
        ("attention", attentions()?),
    ] {
        let path = folder.join(format!("kernel-{name}.svg"));
        std::fs::write(&path, plot.picture().svg())?;
        println!("{}", path.display());
    }
    Ok(())
}
