//! FFT, Horner, normalisation, GELU.

use roundoff::arith::functions::Unrounded;
use roundoff::arith::{Arith, Native, PerSite, Reference};
use roundoff::kernels::gelu::Gelu;
use roundoff::kernels::horner;
use roundoff::kernels::inputs::normal;
use roundoff::kernels::normalisation::{self, Normalisation};
use roundoff::kernels::{fft, newton, order::Order};
use roundoff::{Format, Rounder};

use super::support::{exact, gamma, rounded, total};

/// The sum of the definition, in 128 digits.
fn definition(x: &[(f64, f64)]) -> Vec<(Unrounded, Unrounded)> {
    let (r, n) = (Reference, x.len());
    (0..n)
        .map(|k| {
            let terms = x.iter().enumerate().map(|(j, (re, im))| {
                let angle = r.num(-2.0 * (j * k % n) as f64 / n as f64);
                let (c, s, re, im) = (r.cos_pi(angle), r.sin_pi(angle), r.num(*re), r.num(*im));
                (
                    r.sub(r.mul(re, c), r.mul(im, s)),
                    r.add(r.mul(re, s), r.mul(im, c)),
                )
            });
            let (re, im): (Vec<Unrounded>, Vec<Unrounded>) = terms.unzip();
            (total(re.into_iter()), total(im.into_iter()))
        })
        .collect()
}

#[test]
fn transforms_keep_their_bound() {
    for format in [Format::BFLOAT16, Format::BINARY32, Format::BINARY64] {
        let u = format.unit_roundoff();
        for bits in [0, 1, 2, 5, 7] {
            let n = 1 << bits;
            let values = rounded(format, normal(2 * n, 4));
            let x: Vec<(f64, f64)> = values.chunks(2).map(|z| (z[0], z[1])).collect();
            let y = fft::transform(&exact(format), &x).unwrap();
            let (mut error, mut norm) = (0.0, 0.0);
            for (y, z) in y.iter().zip(definition(&x)) {
                for (y, z) in [(y.0, z.0), (y.1, z.1)] {
                    let off = Reference.value(Reference.sub(z, Reference.num(y)));
                    error += off * off;
                    norm += Reference.value(z) * Reference.value(z);
                }
            }
            let eta = u + gamma(4, format) * (2f64.sqrt() + u);
            let levels = f64::from(bits) * eta;
            let relative = (error / norm).sqrt();
            assert!(
                relative <= levels / (1.0 - levels),
                "{format} {n} {relative}"
            );
            assert!(relative > 0.01 * u || bits == 0, "{format} {n} {relative}");
        }
    }
}

#[test]
fn twiddles_are_rounded_once() {
    // The transform of a one at place 1 is the twiddles themselves.
    let n = 2048;
    let mut x = vec![(0.0, 0.0); n];
    x[1].0 = 1.0;
    for format in [
        Format::BFLOAT16,
        Format::BINARY16,
        Format::BINARY32,
        Format::BINARY64,
    ] {
        let arith = exact(format);
        let y = fft::transform(&arith, &x).unwrap();
        for (k, y) in y.iter().enumerate().take(n / 2) {
            // The angle is an f64: an operation takes operands of any format.
            let angle = -2.0 * k as f64 / n as f64;
            let twiddle = (arith.cos_pi(angle), arith.sin_pi(angle));
            assert_eq!(*y, twiddle, "{format} {k}");
        }
    }
}

#[test]
fn a_transform_of_one_number_or_of_none_that_fits() {
    assert_eq!(
        fft::transform(&Native, &[(3.0, 4.0)]).unwrap(),
        [(3.0, 4.0)]
    );
    for n in [0, 3, 12] {
        let error = fft::transform(&Native, &vec![(1.0, 0.0); n]).unwrap_err();
        assert!(error.to_string().contains("power of two"), "{error}");
    }
    // e^(2 pi i j / 8) has one line, at 1.
    let x: Vec<(f64, f64)> = (0..8)
        .map(|j| {
            (
                Native.cos_pi(f64::from(j) / 4.0),
                Native.sin_pi(f64::from(j) / 4.0),
            )
        })
        .collect();
    for (k, y) in fft::transform(&Native, &x).unwrap().iter().enumerate() {
        let expected = if k == 1 { 8.0 } else { 0.0 };
        assert!(
            (y.0 - expected).abs() < 1e-14 && y.1.abs() < 1e-14,
            "{k} {y:?}"
        );
    }
}

#[test]
fn horner_keeps_its_bound() {
    for format in [Format::BFLOAT16, Format::BINARY32] {
        for seed in 0..20 {
            let c = rounded(format, normal(10, seed));
            let x = rounded(format, normal(1, seed + 100))[0];
            let r = Reference;
            let powers = std::iter::successors(Some(r.num(1.0)), |p| Some(r.mul(*p, r.num(x))));
            let terms: Vec<Unrounded> = c
                .iter()
                .zip(powers)
                .map(|(c, p)| r.mul(r.num(*c), p))
                .collect();
            let magnitudes = r.value(total(terms.iter().map(|x| r.abs(*x))));
            let y = horner::evaluate(&exact(format), &c, x);
            let error = r.value(r.sub(total(terms.into_iter()), r.num(y)));
            let bound = gamma(18, format) * magnitudes;
            assert!(error.abs() <= bound, "{format} {seed}: {error} {bound}");
        }
    }
    assert_eq!(horner::evaluate(&Native, &[], 2.0), 0.0);
    assert!(horner::evaluate(&Native, &[1.0, f64::NAN], 2.0).is_nan());
}

#[test]
fn a_normalised_row_has_no_mean_and_variance_one() {
    let row = normal(100, 1);
    let layer = Normalisation::LAYER.with_epsilon(0.0);
    let y = layer.evaluate(&Native, &row, &[], &[]).unwrap();
    let mean = y.iter().sum::<f64>() / 100.0;
    let variance = y.iter().map(|y| y * y).sum::<f64>() / 100.0;
    assert!(mean.abs() < 1e-15 && (variance - 1.0).abs() < 1e-14);
    // Shift and scale change nothing, gains and shifts do.
    let moved: Vec<f64> = row.iter().map(|x| 8.0 * x + 3.0).collect();
    let again = layer
        .evaluate(&Native, &moved, &[2.0; 100], &[1.0; 100])
        .unwrap();
    for (y, z) in y.iter().zip(&again) {
        assert!((2.0 * y + 1.0 - z).abs() < 1e-13);
    }
    assert!(layer.evaluate(&Native, &row, &[1.0], &[]).is_err());
    assert!(layer.evaluate(&Native, &row, &[], &[1.0]).is_err());
    assert_eq!(layer.evaluate(&Native, &[], &[], &[]), Ok(vec![]));
}

#[test]
fn rms_fails_in_binary16_at_the_square() {
    // 256^2 is past 65504: the squares overflow, everything becomes 0.
    let row: Vec<f64> = (0..64)
        .map(|i| if i % 2 == 0 { 300.0 } else { -300.0 })
        .collect();
    let rms = Normalisation::RMS.with_order(Order::Pairwise);
    let half = Rounder::new(Format::BINARY16);
    let y = rms
        .evaluate(&exact(Format::BINARY16), &row, &[], &[])
        .unwrap();
    assert!(y.iter().all(|y| *y == 0.0));
    let build = |names: &[&str]| {
        let wide = Rounder::new(Format::BINARY32);
        names
            .iter()
            .try_fold(PerSite::rounders(normalisation::SITES), |sites, name| {
                sites.with_rounder(name, &wide)
            })
            .and_then(|sites| sites.with_rounders(&half).build())
            .unwrap()
    };
    // Squares and their sum in binary32 mend it; squares alone do not.
    let y = rms.evaluate(&build(&["square"]), &row, &[], &[]).unwrap();
    assert!(y.iter().all(|y| *y == 0.0));
    let y = rms
        .evaluate(&build(&["square", "variance"]), &row, &[], &[])
        .unwrap();
    assert!(y.iter().all(|y| (y.abs() - 1.0).abs() < 2e-3), "{y:?}");
}

/// mpmath, 50 digits: x, x ncdf(x), the tanh formula, the logistic one.
const GELU: [[f64; 4]; 3] = [
    [
        1.0,
        0.8413447460685429,
        0.8411919906082767,
        0.8457957659328212,
    ],
    [
        -2.5,
        -0.015524163314440337,
        -0.015084266089998582,
        -0.03498616504857007,
    ],
    [
        0.125,
        0.06871727810376412,
        0.06871719862422339,
        0.06912347337810465,
    ],
];

#[test]
fn gelu_is_that_of_mpmath() {
    for [x, erf, tanh, sigmoid] in GELU {
        for (gelu, expected) in Gelu::ALL.into_iter().zip([erf, tanh, sigmoid]) {
            let y = gelu.evaluate(&Native, x);
            assert!(
                (y - expected).abs() <= 4e-16 * x.abs(),
                "{gelu:?} {x}: {y} {expected}"
            );
        }
    }
}

#[test]
fn the_approximations_of_gelu_are_as_far_off_as_is_said() {
    let worst = |gelu: Gelu| {
        (-800..800)
            .map(|k| f64::from(k) / 100.0)
            .map(|x| (gelu.evaluate(&Native, x) - Gelu::Erf.evaluate(&Native, x)).abs())
            .fold(0.0, f64::max)
    };
    let (tanh, sigmoid) = (worst(Gelu::Tanh), worst(Gelu::Sigmoid));
    assert!((4.6e-4..4.8e-4).contains(&tanh), "{tanh}");
    assert!((2.0e-2..2.1e-2).contains(&sigmoid), "{sigmoid}");
    // Zero stays; in binary16 e^(-1.702 x) underflows and x stays.
    let arith = exact(Format::BFLOAT16);
    assert_eq!(Gelu::Tanh.evaluate(&arith, 0.0), 0.0);
    assert_eq!(
        Gelu::Sigmoid.evaluate(&exact(Format::BINARY16), 6.0e4),
        6.0e4
    );
    assert!(Gelu::Erf.evaluate(&arith, f64::NAN).is_nan());
}

/// The twins of what no library has: plain f64, and libm.
#[test]
fn natively_they_are_what_plain_f64_gives() {
    for (i, x) in normal(200, 21).into_iter().enumerate() {
        let c = normal(8, i as u64);
        let plain = c.iter().rev().fold(0.0, |y, c| y * x + c);
        assert_eq!(horner::evaluate(&Native, &c, x), plain);
        let exact = 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
        let off = (Gelu::Erf.evaluate(&Native, x) - exact).abs();
        assert!(off <= 8.0 * f64::EPSILON * x.abs(), "{x}: {off:e}");
        let a = x.abs() + 0.5;
        let inverse = *newton::reciprocal(&Native, a, 0.9 / a, 6).last().unwrap();
        assert!((inverse * a - 1.0).abs() <= 2.0 * f64::EPSILON, "{a}");
        let root = *newton::square_root(&Native, a, a, 12).last().unwrap();
        assert!((root / a.sqrt() - 1.0).abs() <= 2.0 * f64::EPSILON, "{a}");
    }
}
