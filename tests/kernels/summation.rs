//! Sums: the stall in bfloat16, Higham's bounds, exact ones against big integers.

use num_bigint::BigInt;
use roundoff::arith::{Arith, Native, PerSite, Reference};
use roundoff::kernels::inputs::{InputError, normal, terms};
use roundoff::kernels::order::Order;
use roundoff::kernels::summation::{SITES, Summation};
use roundoff::{Format, Rounder};

use super::support::{exact, gamma, rounded, total};

fn methods() -> [Summation; 5] {
    ["sequential", "pairwise", "blocked:32", "kahan", "exact"].map(|name| name.parse().unwrap())
}

#[test]
fn a_sum_of_ones_in_bfloat16_stalls_at_256() {
    let arith = exact(Format::BFLOAT16);
    let sums = methods().map(|method| method.sum(&arith, &[1.0; 4096]));
    assert_eq!(sums, [256.0, 4096.0, 4096.0, 4096.0, 4096.0]);
    // With a sum in more digits it does not, and rounds once at the end.
    let sites = PerSite::rounders(SITES)
        .with_rounder("accumulation", &Rounder::new(Format::BINARY32))
        .unwrap()
        .with_rounders(&Rounder::new(Format::BFLOAT16))
        .build()
        .unwrap();
    assert_eq!(Summation::default().sum(&sites, &[1.0; 1001]), 1000.0);
}

/// The harmonic series "converges" (Higham, chapter 4). The terms at which it does were computed
/// with fractions of integers.
#[test]
fn the_harmonic_sum_stalls() {
    let sum = |format: Format, n: u32| {
        let reciprocals: Vec<f64> = (1..=n).map(|k| 1.0 / f64::from(k)).collect();
        Summation::default().sum(&exact(format), &reciprocals)
    };
    // bfloat16 stalls at 5.0625 from the 65th term on, binary16 at 7.0859375 from the 513th.
    assert_eq!(sum(Format::BFLOAT16, 64), 5.0625);
    assert_eq!(sum(Format::BFLOAT16, 5000), 5.0625);
    assert!(sum(Format::BINARY16, 511) < sum(Format::BINARY16, 512));
    assert_eq!(sum(Format::BINARY16, 512), 7.0859375);
    assert_eq!(sum(Format::BINARY16, 20_000), 7.0859375);
}

#[test]
fn every_method_keeps_its_bound() {
    for format in [Format::BFLOAT16, Format::BINARY16, Format::BINARY32] {
        let u = format.unit_roundoff();
        for n in [1, 2, 31, 100] {
            for condition in [1.0, 10.0, 1e4] {
                for seed in 0..5 {
                    let x = rounded(format, terms(n, condition, seed).unwrap());
                    let wide = |x: &f64| Reference.num(*x);
                    let sum = Reference.value(total(x.iter().map(wide)));
                    let magnitudes: f64 = x.iter().map(|x| x.abs()).sum();
                    let log = (n as f64).log2().ceil() as usize;
                    let bounds = [
                        gamma(n - 1, format) * magnitudes,
                        gamma(log, format) * magnitudes,
                        gamma(32 + n.div_ceil(32), format) * magnitudes,
                        // (4.8), with a constant for its second term.
                        (2.0 * u + 4.0 * n as f64 * u * u) * magnitudes,
                        u * sum.abs(),
                    ];
                    for (method, bound) in methods().into_iter().zip(bounds) {
                        let error = (method.sum(&exact(format), &x) - sum).abs();
                        let slack = bound * (1.0 + 1e-12) + format.least_positive();
                        assert!(error <= slack, "{format} {method} {n} {condition}: {error}");
                    }
                }
            }
        }
    }
}

/// A sum of f64s as an integer times 2^-1100, rounded to nearest even by integers.
fn by_integers(x: &[f64]) -> f64 {
    let mut sum = BigInt::from(0);
    for x in x {
        let bits = x.to_bits();
        let field = (bits >> 52 & 0x7ff) as i32;
        let fraction = (bits & ((1 << 52) - 1)) | u64::from(field > 0) << 52;
        let term = BigInt::from(fraction) << (field.max(1) - 1) as usize;
        sum += if *x < 0.0 { -term } else { term };
    }
    let negative = sum < BigInt::from(0);
    let magnitude = if negative { -sum } else { sum };
    let drop = (magnitude.bits() as usize).saturating_sub(53);
    let (mut top, half) = (&magnitude >> drop, (BigInt::from(1) << drop) >> 1usize);
    let rest = &magnitude - (&top << drop);
    let odd = &top & BigInt::from(1) == BigInt::from(1);
    if drop > 0 && (rest > half || (rest == half && odd)) {
        top += 1;
    }
    let top = u64::try_from(top).unwrap() as f64;
    let scaled = top * 2f64.powi(drop as i32 - 537) * 2f64.powi(-537);
    if negative { -scaled } else { scaled }
}

#[test]
fn exact_sums_are_those_of_integers() {
    for seed in 0..200 {
        let mut x = normal(40, seed);
        for (i, x) in x.iter_mut().enumerate() {
            *x *= 2f64.powi(((seed * 31 + i as u64 * 17) % 130) as i32 - 65);
        }
        let expected = by_integers(&x);
        assert_eq!(Summation::Exact.sum(&Native, &x), expected);
        assert_eq!(Summation::Exact.sum(&exact(Format::BINARY64), &x), expected);
        x.extend(x.clone().iter().map(|x| -x));
        x.push(2f64.powi(-200));
        assert_eq!(Summation::Exact.sum(&Native, &x), 2f64.powi(-200));
    }
    // A tie in 11 digits, and in 53, that the smallest term breaks.
    let half = exact(Format::BINARY16);
    for (x, expected) in [
        ([1.0, 2f64.powi(-11), 2f64.powi(-24)], 1.0 + 2f64.powi(-10)),
        ([1.0, 2f64.powi(-11), -(2f64.powi(-24))], 1.0),
        ([1.0, 2f64.powi(-11), 0.0], 1.0),
    ] {
        assert_eq!(Summation::Exact.sum(&half, &x), expected);
    }
    for (last, expected) in [(1.0, 1.0 + f64::EPSILON), (-1.0, 1.0), (0.0, 1.0)] {
        let x = [1.0, 2f64.powi(-53), last * 2f64.powi(-120)];
        assert_eq!(Summation::Exact.sum(&Native, &x), expected);
    }
}

#[test]
fn the_ends() {
    let arith = exact(Format::BINARY16);
    for method in methods() {
        assert_eq!(method.sum(&arith, &[]), 0.0, "{method}");
        assert_eq!(method.sum(&arith, &[3.0]), 3.0, "{method}");
        assert!(method.sum(&arith, &[f64::NAN, 1.0]).is_nan(), "{method}");
        let opposite = [f64::INFINITY, f64::NEG_INFINITY];
        assert!(method.sum(&arith, &opposite).is_nan(), "{method}");
        assert_eq!(method.to_string().parse(), Ok(method));
    }
    assert_eq!(Summation::Exact.sum(&arith, &[6e4; 4]), f64::INFINITY);
    for name in ["", "blocked:0", "kahn"] {
        let error = name.parse::<Summation>().unwrap_err();
        assert!(error.to_string().contains("kahan or exact"), "{error}");
    }
    assert_eq!("pairwise".parse(), Ok(Summation::Ordered(Order::Pairwise)));
}

#[test]
fn terms_have_their_condition_number() {
    for n in [3, 4, 100, 101] {
        for condition in [1.0, 2.0, 1e6] {
            let x = terms(n, condition, 3).unwrap();
            assert_eq!(x.len(), n);
            let sum = Reference.value(total(x.iter().map(|x| Reference.num(*x))));
            let magnitudes: f64 = x.iter().map(|x| x.abs()).sum();
            let ratio = magnitudes / sum.abs() / condition;
            assert!((ratio - 1.0).abs() < 1e-12, "{n} {condition} {ratio}");
        }
    }
    for condition in [0.5, f64::NAN, f64::INFINITY] {
        let error = terms(9, condition, 3).unwrap_err();
        assert!(matches!(error, InputError::Condition(_)), "{error}");
    }
}
