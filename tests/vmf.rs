//! The von Mises-Fisher distribution against references, closed forms, samples and bad input.

use std::path::Path;

use rand::SeedableRng;
use rand::rngs::StdRng;
use roundoff::kernels::vmf::{
    VmfError, VonMisesFisher, concentration, log_normalizer, log_peak, mean_resultant_length,
};

fn axis(dimension: usize, at: usize) -> Vec<f64> {
    let mut mean = vec![0.0; dimension];
    mean[at] = 1.0;
    mean
}

fn parse_hex(text: &str) -> f64 {
    // 0x1.8p-3: digits before and after the point, a power of two.
    let (digits, power) = text[2..].split_once('p').expect("a power");
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let integer = u64::from_str_radix(&format!("{whole}{fraction}"), 16).expect("digits");
    let power: i32 = power.parse().expect("an exponent");
    integer as f64 * 2f64.powi(power - 4 * fraction.len() as i32)
}

/// tests/data/bessel/vmf.csv, of interval arithmetic.
#[test]
fn references() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bessel/vmf.csv");
    let text = std::fs::read_to_string(path).expect("part of the repository");
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let dimension: usize = fields[0].parse().expect("a dimension");
        let kappa = parse_hex(fields[1]);
        let [peak, ratio, entropy] =
            [2, 3, 4].map(|at| fields[at].parse::<f64>().expect("a number"));
        let d = dimension as f64;
        // The parts that cancel: v log kappa, log I, d log(2 pi)/2.
        let size = 1.0 + d * (1.0 + kappa.ln().abs() + d.ln());
        let close = |a: f64, b: f64, bound: f64| (a - b).abs() <= bound;
        let value = log_peak(dimension, kappa).expect("valid");
        assert!(
            close(value, peak, 4e-16 * size),
            "log peak {dimension} {kappa}: {value} {peak}"
        );
        let value = mean_resultant_length(dimension, kappa).expect("valid");
        assert!(
            close(value, ratio, 1e-15 * ratio),
            "A {dimension} {kappa}: {value} {ratio}"
        );
        let value = VonMisesFisher::new(&axis(dimension, 0), kappa)
            .expect("valid")
            .entropy();
        assert!(
            close(value, entropy, 4e-16 * (size + kappa.min(d))),
            "entropy {dimension} {kappa}: {value} {entropy}"
        );
        // The inverse: as far as the rounded A_d has digits of kappa.
        if ratio < 1.0 {
            let found = concentration(dimension, ratio).expect("valid");
            let rest = 1.0 - ratio;
            let bound = 1e-14 + 4e-16 / rest;
            assert!(
                close(found / kappa, 1.0, bound),
                "{dimension} {kappa}: {found}"
            );
        }
        rows += 1;
    }
    assert_eq!(rows, 110);
}

#[test]
fn three_dimensions_in_closed_form() {
    for kappa in [0.1, 1.0, 3.0, 20.0, 100.0_f64] {
        let exact = (kappa / (4.0 * std::f64::consts::PI * kappa.sinh())).ln();
        let value = log_normalizer(3, kappa).expect("valid");
        assert!(
            (value - exact).abs() < 4e-16 * (5.0 + kappa),
            "{value} {exact}"
        );
    }
}

/// Uniform: log of the sphere's area, 2 pi^(d/2) / Gamma(d/2).
#[test]
fn no_concentration() {
    let pi = std::f64::consts::PI;
    for (dimension, area) in [
        (2, 2.0 * pi),
        (3, 4.0 * pi),
        (4, 2.0 * pi * pi),
        (8, pi.powi(4) / 3.0),
    ] {
        let uniform = VonMisesFisher::new(&axis(dimension, 1), 0.0).expect("valid");
        assert!((uniform.entropy() - area.ln()).abs() < 4e-15);
        assert!(
            (uniform.log_density(&axis(dimension, 0)).expect("valid") + area.ln()).abs() < 4e-15
        );
        assert_eq!(uniform.mean_resultant_length(), 0.0);
    }
}

/// Samples drawn from one distribution, `n` points.
fn draw(distribution: &VonMisesFisher, n: usize, seed: u64) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut points = vec![0.0; n * distribution.dimension()];
    for point in points.chunks_mut(distribution.dimension()) {
        distribution.sample_into(&mut rng, point).expect("as long");
    }
    points
}

/// The fit recovers kappa within its standard error in high dimensions, where the functions
/// themselves over- and underflow.
#[test]
fn fits_of_samples() {
    for (dimension, kappa, n, seed) in [
        (2, 0.7, 4000, 1),
        (2, 500.0, 4000, 2),
        (3, 10.0, 4000, 3),
        (64, 80.0, 2000, 4),
        (2048, 1500.0, 400, 5),
        (8192, 5000.0, 200, 6),
        (32768, 20000.0, 100, 7),
        (32768, 400000.0, 60, 8),
    ] {
        let mut mean = axis(dimension, 1);
        mean[0] = -0.5;
        let truth = VonMisesFisher::new(&mean, kappa).expect("valid");
        let points = draw(&truth, n, seed);
        let fit = VonMisesFisher::fit(dimension, &points).expect("valid");
        let off = (fit.unbiased_kappa - kappa) / fit.standard_error;
        println!(
            "d {dimension} kappa {kappa}: {} (unbiased {}), standard error {}, off by {off:.2} of it",
            fit.distribution.kappa(),
            fit.unbiased_kappa,
            fit.standard_error
        );
        assert!(off.abs() < 2.5, "{dimension} {kappa}: {fit:?}");
        // The likelihood is stationary there: A_d(kappa) = R.
        let a = fit.distribution.mean_resultant_length();
        assert!(
            (a - fit.resultant).abs() < 4e-16 + 1e-14 * (1.0 - a),
            "{a} {}",
            fit.resultant
        );
        let alignment: f64 = fit
            .distribution
            .mean()
            .iter()
            .zip(truth.mean())
            .map(|(a, b)| a * b)
            .sum();
        // 1 - cos is about (d - 1)/(2 n kappa A_d).
        let expected = (dimension as f64 - 1.0) / (2.0 * n as f64 * kappa * a);
        assert!(1.0 - alignment < 12.0 * expected.max(1e-4), "{alignment}");
    }
}

/// A million dimensions.
#[test]
fn a_fit_in_a_million_dimensions() {
    let (dimension, kappa, n) = (1_000_000, 700_000.0, 12);
    let truth = VonMisesFisher::new(&axis(dimension, 3), kappa).expect("valid");
    let fit = VonMisesFisher::fit(dimension, &draw(&truth, n, 11)).expect("valid");
    let off = (fit.unbiased_kappa - kappa) / fit.standard_error;
    println!(
        "kappa {kappa}: {}, off by {off:.2} of {}",
        fit.unbiased_kappa, fit.standard_error
    );
    assert!(
        off.abs() < 2.5,
        "{} {}",
        fit.unbiased_kappa,
        fit.standard_error
    );
}

/// D(p || q) of one mean direction, from the reference values of log C_d + kappa and A_d.
#[test]
fn divergence_in_high_dimensions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bessel/vmf.csv");
    let text = std::fs::read_to_string(path).expect("part of the repository");
    let rows: Vec<(usize, f64, f64, f64)> = text
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let number = |at: usize| fields[at].parse::<f64>().expect("a number");
            (
                number(0) as usize,
                parse_hex(fields[1]),
                number(2),
                number(3),
            )
        })
        .filter(|(_, kappa, ..)| *kappa >= 1.0)
        .collect();
    let mut pairs = 0;
    for (a, b) in rows.iter().zip(&rows[1..]) {
        if a.0 != b.0 {
            continue;
        }
        let (d, kappa, peak, ratio) = *a;
        let exact = peak - b.2 - (1.0 - ratio) * (kappa - b.1);
        let of = |kappa| VonMisesFisher::new(&axis(d, 0), kappa).expect("valid");
        let value = of(kappa).divergence(&of(b.1)).expect("one dimension");
        let size = 1.0 + d as f64 * (1.0 + b.1.ln().abs() + (d as f64).ln()) + b.1;
        assert!(
            (value - exact).abs() <= 1e-15 * size && value >= -1e-15 * size,
            "{d} {kappa} {}: {value} {exact}",
            b.1
        );
        pairs += 1;
    }
    assert!(pairs > 60, "{pairs}");
}

/// Likelihood fits of many points in few dimensions: kappa itself within 3 standard errors, over
/// several seeds, and not always on one side.
#[test]
fn errors_of_fits_are_as_said() {
    let truth = VonMisesFisher::new(&[0.0, 2.0, 0.0, 1.0, 0.0], 4.0).expect("valid");
    let offs: Vec<f64> = (0..60)
        .map(|seed| {
            let fit = VonMisesFisher::fit(5, &draw(&truth, 1000, 100 + seed)).expect("valid");
            (fit.distribution.kappa() - 4.0) / fit.standard_error
        })
        .collect();
    let square = offs.iter().map(|off| off * off).sum::<f64>() / offs.len() as f64;
    assert!(
        (0.5..1.7).contains(&square),
        "mean square of the error over its standard: {square}"
    );
    assert!(offs.iter().any(|off| *off > 0.0) && offs.iter().any(|off| *off < 0.0));
}

/// The height m.x of samples has the moments that the ratio of Bessel functions gives.
#[test]
fn moments_of_samples() {
    for (dimension, kappa) in [(2, 3.0), (3, 0.0), (5, 0.5), (20, 1e6), (10, 1e12)] {
        let truth = VonMisesFisher::new(&axis(dimension, 0), kappa).expect("valid");
        let points = draw(&truth, 20_000, 9);
        let n = 20_000.0;
        let spread = points
            .chunks(dimension)
            .map(|point| {
                let length: f64 = point.iter().map(|x| x * x).sum();
                assert!((length - 1.0).abs() < 1e-12);
                // 1 - m.x without cancellation.
                0.5 * ((point[0] - 1.0).powi(2) + point[1..].iter().map(|x| x * x).sum::<f64>())
            })
            .sum::<f64>()
            / n;
        let expected =
            roundoff::kernels::bessel::ratio_iv_complement(0.5 * dimension as f64 - 1.0, kappa);
        assert!(
            (spread / expected - 1.0).abs() < 0.03,
            "{dimension} {kappa}: {spread} {expected}"
        );
    }
}

/// The density integrates to 1 over the circle, and the entropy is what its definition says.
#[test]
fn the_circle_by_quadrature() {
    let distribution = VonMisesFisher::new(&[1.0, 0.0], 2.5).expect("valid");
    let n = 256;
    let (mut mass, mut entropy) = (0.0, 0.0);
    for i in 0..n {
        let angle = 2.0 * std::f64::consts::PI * f64::from(i) / f64::from(n);
        let log = distribution
            .log_density(&[angle.cos(), angle.sin()])
            .expect("valid");
        let weight = log.exp() * 2.0 * std::f64::consts::PI / f64::from(n);
        mass += weight;
        entropy -= weight * log;
    }
    assert!((mass - 1.0).abs() < 1e-14, "{mass}");
    assert!((entropy - distribution.entropy()).abs() < 1e-14);
}

/// D(p || q) = cross entropy - entropy >= 0.
#[test]
fn divergence() {
    let p = VonMisesFisher::new(&[1.0, 1.0, 0.0], 3.0).expect("valid");
    let q = VonMisesFisher::new(&[1.0, 0.0, 0.5], 7.0).expect("valid");
    let cosine: f64 = p.mean().iter().zip(q.mean()).map(|(a, b)| a * b).sum();
    let cross = -(q.log_normalizer() + q.kappa() * p.mean_resultant_length() * cosine);
    let value = p.divergence(&q).expect("one dimension");
    assert!(value > 0.0 && (value - (cross - p.entropy())).abs() < 1e-14);
}

#[test]
fn bad_input() {
    assert_eq!(
        VonMisesFisher::new(&[1.0], 1.0),
        Err(VmfError::Dimension(1))
    );
    assert_eq!(
        VonMisesFisher::new(&[0.0, 0.0], 1.0),
        Err(VmfError::Mean(0.0))
    );
    assert!(matches!(
        VonMisesFisher::new(&[f64::NAN, 1.0], 1.0),
        Err(VmfError::Mean(_))
    ));
    assert!(matches!(
        VonMisesFisher::new(&[f64::INFINITY, 1.0], 1.0),
        Err(VmfError::Mean(_))
    ));
    for kappa in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(log_peak(3, kappa), Err(VmfError::Kappa(_))));
    }
    // Any length of the mean, however great or small.
    for scale in [1e-300, 1e300] {
        let distribution = VonMisesFisher::new(&[3.0 * scale, 4.0 * scale], 1.0).expect("valid");
        assert!((distribution.mean()[0] - 0.6).abs() < 1e-15);
    }
    for resultant in [-0.1, 1.0, f64::NAN] {
        assert!(matches!(
            concentration(3, resultant),
            Err(VmfError::Resultant(_))
        ));
    }
    assert_eq!(concentration(3, 0.0), Ok(0.0));
    assert!(
        concentration(2, 1.0 - f64::EPSILON)
            .expect("valid")
            .is_finite()
    );
    assert!(matches!(
        VonMisesFisher::fit(3, &[]),
        Err(VmfError::Points { .. })
    ));
    assert!(matches!(
        VonMisesFisher::fit(3, &[1.0; 4]),
        Err(VmfError::Points { .. })
    ));
    assert!(matches!(
        VonMisesFisher::fit(2, &[1.0, 1.0]),
        Err(VmfError::Normalize { index: 0, .. })
    ));
    assert!(matches!(
        VonMisesFisher::fit(2, &[f64::NAN, 1.0]),
        Err(VmfError::Normalize { .. })
    ));
    assert!(matches!(
        VonMisesFisher::fit(2, &[1.0, 0.0, 1.0, 0.0]),
        Err(VmfError::Resultant(_))
    ));
    assert!(VonMisesFisher::fit(2, &[1.0, 0.0, -1.0, 0.0]).is_err());
    let distribution = VonMisesFisher::new(&[1.0, 0.0], 1.0).expect("valid");
    assert_eq!(
        distribution.log_density(&[1.0]).unwrap_err().to_string(),
        "a vector of 1 numbers where 2 dimensions are expected"
    );
    let mut rng = StdRng::seed_from_u64(1);
    assert!(distribution.sample_into(&mut rng, &mut [0.0; 3]).is_err());
    let other = VonMisesFisher::new(&[1.0, 0.0, 0.0], 1.0).expect("valid");
    assert!(distribution.divergence(&other).is_err());
}

/// Every operation rounded: near the native value in formats with digits enough.
#[test]
fn emulated() {
    use roundoff::arith::{Exact, Native, PerSite, Reference};
    use roundoff::kernels::bessel::emulated::PaperRule;
    use roundoff::kernels::vmf::emulated::{SITES, log_density, log_normalizer as emulated};
    use roundoff::{Format, Rounder};
    let (d, kappa) = (64, 90.0);
    let exact = log_normalizer(d, kappa).expect("valid");
    // The paper's nine terms there have 12 digits.
    let wide = emulated(&Reference, &PaperRule, d, kappa).expect("valid");
    assert!((wide - exact).abs() < 1e-11, "{wide} {exact}");
    let native = emulated(&Native, &PaperRule, d, kappa).expect("valid");
    assert!((native - exact).abs() < 1e-11);
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let narrow = emulated(&half, &PaperRule, d, kappa).expect("valid");
    assert!(
        (narrow - exact).abs() < 1.0 && narrow != exact,
        "{narrow} {exact}"
    );

    let distribution = VonMisesFisher::new(&vec![1.0; d], kappa).expect("valid");
    let x =
        VonMisesFisher::new(&(1..=d).map(|i| i as f64).collect::<Vec<_>>(), 1.0).expect("valid");
    let exact = distribution.log_density(x.mean()).expect("one length");
    let value =
        log_density(&Native, distribution.mean(), kappa, native, x.mean()).expect("one length");
    assert!((value - exact).abs() < 1e-11);
    // A narrow accumulator alone.
    let sites = PerSite::new(SITES)
        .with("accumulation", half.clone())
        .expect("a site")
        .with_default(|_| Exact::new(&Rounder::new(Format::BINARY64)))
        .build()
        .expect("all sites");
    let value =
        log_density(&sites, distribution.mean(), kappa, native, x.mean()).expect("one length");
    assert!(
        (value - exact).abs() > 1e-3 && (value - exact).abs() < 1.0,
        "{value} {exact}"
    );
    assert!(log_density(&Native, &[1.0], kappa, native, x.mean()).is_err());
    assert!(matches!(
        emulated(&Native, &PaperRule, 3, 0.0),
        Err(VmfError::Kappa(_))
    ));
}

/// The rest of the distribution in wide arithmetic is the native one, and in narrow ones near it.
#[test]
fn emulated_moments() {
    use roundoff::arith::{Exact, Reference};
    use roundoff::kernels::bessel::emulated::Expansion;
    use roundoff::kernels::vmf::emulated as e;
    use roundoff::{Format, Rounder};
    let rule = Expansion::Uniform { terms: 13 };
    let close = |a: f64, b: f64, bound: f64| {
        assert!((a - b).abs() <= bound * b.abs().max(1.0), "{a} {b}");
    };
    for (d, kappa, other) in [
        (64, 90.0, 40.0),
        (2048, 1500.0, 900.0),
        (1_000_000, 2e5, 3e5),
    ] {
        let p = VonMisesFisher::new(&axis(d, 0), kappa).expect("valid");
        let mut mean = axis(d, 0);
        mean[1] = 0.75;
        let q = VonMisesFisher::new(&mean, other).expect("valid");
        let ratio = p.mean_resultant_length();
        let check = |value: Result<f64, VmfError>, exact: f64, bound: f64| {
            close(value.expect("valid"), exact, bound);
        };
        // Differences of logarithms as great as d.
        let bound = 1e-13 * (d as f64).max(64.0);
        check(
            e::mean_resultant_length(&Reference, &rule, d, kappa),
            ratio,
            bound,
        );
        check(e::entropy(&Reference, &rule, d, kappa), p.entropy(), bound);
        let exact = p.divergence(&q).expect("one dimension");
        check(
            e::divergence(&Reference, &rule, d, (kappa, other), 0.8),
            exact,
            bound,
        );
        check(
            e::concentration(&Reference, &rule, d, ratio, 6),
            kappa,
            bound,
        );
    }
    // Binary32 keeps three digits of A_64 and so of kappa; bfloat16 has none.
    let exact = mean_resultant_length(64, 90.0).expect("valid");
    let single = Exact::new(&Rounder::new(Format::BINARY32));
    let value = e::mean_resultant_length(&single, &rule, 64, 90.0).expect("valid");
    assert!(
        value != exact && (value - exact).abs() < 1e-4,
        "{value} {exact}"
    );
    let kappa = e::concentration(&single, &rule, 64, exact, 4).expect("valid");
    assert!(kappa != 90.0 && (kappa - 90.0).abs() < 0.1, "{kappa}");
    let narrow = Exact::new(&Rounder::new(Format::BFLOAT16));
    let value = e::mean_resultant_length(&narrow, &rule, 64, 90.0).expect("valid");
    let off = (value - exact).abs();
    assert!(off.is_nan() || off >= 1e-2, "{value} {exact}");
    for resultant in [0.0, 1.0, -0.5, f64::NAN] {
        let error = e::concentration(&single, &rule, 64, resultant, 4);
        assert!(matches!(error, Err(VmfError::Resultant(_))));
    }
    assert_eq!(
        e::entropy(&single, &rule, 1, 1.0),
        Err(VmfError::Dimension(1))
    );
    assert!(e::divergence(&single, &rule, 3, (1.0, 0.0), 1.0).is_err());
    // Whatever the arithmetic makes of it: no panic.
    let one = Exact::new(&Rounder::new(Format::OCP_E2M1));
    for steps in [0, 1, 5] {
        e::concentration(&one, &rule, 64, 0.5, steps).expect("valid");
    }
}

/// Samples with every operation rounded: in wide arithmetic the native ones, in narrow ones of the
/// same mean cosine, A_d, within the standard error of 4,000 of them.
#[test]
fn emulated_samples() {
    use roundoff::arith::{Exact, Native, Reference};
    use roundoff::kernels::vmf::emulated::sample_into;
    use roundoff::{Format, Rounder};
    let rng = || StdRng::seed_from_u64(5);
    for (d, kappa) in [(2, 1.5), (3, 0.0), (10, 300.0), (64, 50.0), (2048, 1500.0)] {
        let mean: Vec<f64> = (0..d).map(|i| (i % 7) as f64 - 2.5).collect();
        let truth = VonMisesFisher::new(&mean, kappa).expect("valid");
        let (mut native, mut wide, mut exact) = (rng(), rng(), rng());
        for _ in 0..20 {
            let [mut a, mut b, mut c] = [vec![0.0; d], vec![0.0; d], vec![0.0; d]];
            truth.sample_into(&mut native, &mut a).expect("as long");
            sample_into(&Native, &truth, &mut wide, &mut b).expect("as long");
            sample_into(&Reference, &truth, &mut exact, &mut c).expect("as long");
            for ((a, b), c) in a.iter().zip(&b).zip(&c) {
                assert!(
                    (a - b).abs() < 1e-12 && (a - c).abs() < 1e-12,
                    "{a} {b} {c}"
                );
            }
        }
    }

    let (d, kappa, n) = (16, 20.0, 4000);
    let truth = VonMisesFisher::new(&axis(d, 0), kappa).expect("valid");
    let a = truth.mean_resultant_length();
    // The variance of the cosine is A_d' (Mardia and Jupp, 9.3).
    let slope = 1.0 - a * a - (d as f64 - 1.0) * a / kappa;
    let error = (slope / n as f64).sqrt();
    let moments = |format: Format| {
        let rounder = Rounder::new(format);
        let (arith, mut rng) = (Exact::new(&rounder), rng());
        let (mut cosine, mut length, mut point) = (0.0, 0.0, vec![0.0; d]);
        for _ in 0..n {
            sample_into(&arith, &truth, &mut rng, &mut point).expect("as long");
            assert!(point.iter().all(|x| rounder.round(*x) == *x), "{point:?}");
            cosine += point[0] / n as f64;
            length += point.iter().map(|x| x * x).sum::<f64>().sqrt() / n as f64;
        }
        (cosine, length)
    };
    for (format, off) in [
        // The mean of 4000 lengths is itself off by about 1e-13.
        (Format::BINARY64, 1e-12),
        (Format::BINARY32, 1e-7),
        (Format::BINARY16, 1e-3),
        (Format::BFLOAT16, 1e-2),
    ] {
        let (cosine, length) = moments(format);
        assert!(
            (cosine - a).abs() < 4.0 * error,
            "{format}: {cosine} {a} {error}"
        );
        assert!((length - 1.0).abs() < off, "{format}: {length}");
    }

    // Formats that hold neither kappa nor its square: an answer or NaN, and no endless loop.
    let (mut rng, mut point) = (rng(), vec![0.0; d]);
    for format in [Format::OCP_E2M1, Format::OCP_E5M2] {
        let arith = Exact::new(&Rounder::new(format));
        for _ in 0..5 {
            sample_into(&arith, &truth, &mut rng, &mut point).expect("as long");
        }
    }
    let short = sample_into(&Native, &truth, &mut rng, &mut point[1..]);
    assert!(matches!(
        short,
        Err(VmfError::Length {
            expected: 16,
            found: 15
        })
    ));
}

/// One distribution a class on the directions of handwritten digits: how many of the test half are
/// told apart, natively and with every operation of the scores rounded.
#[test]
fn digits_are_told_apart() {
    use npyz::NpyFile;
    use roundoff::arith::{Exact, Native, Sites};
    use roundoff::kernels::vmf::emulated::log_density;
    use roundoff::{Format, Rounder};
    fn accuracy<S: Sites>(
        sites: &S,
        classes: &[VonMisesFisher],
        images: &[f64],
        labels: &[u8],
    ) -> f64 {
        let right = images.chunks(64).zip(labels).filter(|(image, label)| {
            let score = |class: &VonMisesFisher| {
                let log_c = class.log_normalizer();
                log_density(sites, class.mean(), class.kappa(), log_c, image).expect("64 pixels")
            };
            let scores: Vec<f64> = classes.iter().map(score).collect();
            let mine = scores[usize::from(**label)];
            let others = scores.iter().enumerate();
            others
                .filter(|(class, _)| *class != usize::from(**label))
                .all(|(_, other)| mine > *other)
        });
        right.count() as f64 / labels.len() as f64
    }
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples/data")
            .join(name);
        std::fs::read(path).expect("part of the repository")
    };
    let half = |name: &str| -> (Vec<f64>, Vec<u8>) {
        let (images, labels) = (
            read(&format!("{name}_images.npy")),
            read(&format!("{name}_labels.npy")),
        );
        let images = NpyFile::new(&images[..])
            .expect("npy")
            .into_vec::<f32>()
            .expect("f32");
        let mut images: Vec<f64> = images.into_iter().map(f64::from).collect();
        for image in images.chunks_mut(64) {
            let length = image.iter().map(|x| x * x).sum::<f64>().sqrt();
            image.iter_mut().for_each(|x| *x /= length);
        }
        let labels = NpyFile::new(&labels[..])
            .expect("npy")
            .into_vec::<u8>()
            .expect("u8");
        (images, labels)
    };
    let ((images, labels), (test_images, test_labels)) = (half("train"), half("test"));
    let classes: Vec<VonMisesFisher> = (0..10)
        .map(|digit| {
            let points: Vec<f64> = images
                .chunks(64)
                .zip(&labels)
                .filter(|(_, label)| **label == digit)
                .flat_map(|(image, _)| image.iter().copied())
                .collect();
            VonMisesFisher::fit(64, &points)
                .expect("points")
                .distribution
        })
        .collect();
    let native = accuracy(&Native, &classes, &test_images, &test_labels);
    assert!((0.87..0.9).contains(&native), "{native}");
    let of = |format: Format| {
        let arith = Exact::new(&Rounder::new(format));
        accuracy(&arith, &classes, &test_images, &test_labels)
    };
    let (half, narrow) = (of(Format::BINARY16), of(Format::OCP_E4M3));
    // Where accuracy falls: between 11 digits and 4.
    assert!((half - native).abs() < 0.01, "{half} {native}");
    assert!(narrow < 0.7, "{narrow}");
}
