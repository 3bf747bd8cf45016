//! The figures of `roundoff::measure`, against sums of exact integers and hand-made cases.

use half::{bf16, f16};
use roundoff::chop::Host;
use roundoff::measure::{BLOCK, Errors, Summary};
use roundoff::random::word;
use roundoff::{Format, Rounder, Rounding, Saturation};

fn summary<T: Host>(rounder: &Rounder, x: &[T]) -> Summary {
    let mut y = x.to_vec();
    rounder.round_slice(&mut y);
    let mut errors = Errors::of_rounding(rounder);
    errors.add(x, &y).unwrap();
    errors.summary()
}

/// Integers below 2^27 in units of 2^-20.
fn units(count: usize) -> Vec<i64> {
    (0..count as u64)
        .map(|i| i64::from(word(5, 0, i) as i32 >> 4))
        .collect()
}

#[test]
fn sums_equal_those_of_integers() {
    let units = units(10 * BLOCK + 77);
    let x: Vec<f64> = units.iter().map(|n| *n as f64 / 1048576.0).collect();
    let rounder = Rounder::new(Format::BFLOAT16);
    let mut y = x.clone();
    rounder.round_slice(&mut y);
    let (mut absolute, mut square, mut square_error, mut most) = (0i128, 0i128, 0i128, 0i128);
    for (n, y) in units.iter().zip(&y) {
        // 8 digits of at most 28: y is a whole number of units.
        let m = y * 1048576.0;
        assert_eq!(m, m.round());
        let error = i128::from((m as i64 - n).abs());
        absolute += error;
        square += i128::from(*n) * i128::from(*n);
        square_error += error * error;
        most = most.max(error);
    }
    let found = summary(&rounder, &x);
    let count = units.len() as f64;
    assert_eq!(found.count, units.len() as u64);
    assert_eq!(found.max_absolute, Some(most as f64 / 1048576.0));
    assert_eq!(
        found.mean_absolute,
        Some(absolute as f64 / 1048576.0 / count)
    );
    let snr = 10.0 * (square as f64 / square_error as f64).log10();
    assert!(
        (found.snr_db.unwrap() - snr).abs() < 1e-12,
        "{found:?} {snr}"
    );
    // Relative errors: quotients in a plain loop, near enough.
    let ratios: Vec<f64> = x
        .iter()
        .zip(&y)
        .filter(|(x, _)| **x != 0.0)
        .map(|(x, y)| ((y - x) / x).abs())
        .collect();
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    assert!((found.mean_relative.unwrap() / mean - 1.0).abs() < 1e-12);
    assert_eq!(found.max_relative, ratios.into_iter().reduce(f64::max));
}

#[test]
fn the_same_bits_for_any_cut_and_any_parts() {
    let count = 7 * BLOCK + 123;
    let x: Vec<f32> = (0..count as u64)
        .map(|i| f32::from_bits(word(9, 1, i)))
        .collect();
    let rounder = Rounder::new(Format::OCP_E4M3)
        .with_rounding(Rounding::STOCHASTIC)
        .with_seed(3);
    let mut y = x.clone();
    rounder.round_slice(&mut y);
    let whole = summary(&rounder, &x);
    assert!(whole.overflowed > 0 && whole.underflowed > 0 && whole.nan > 0);
    assert!(whole.subnormal > 0 && whole.nan_reference > 0);

    for seed in 0..20 {
        let mut errors = Errors::of_rounding(&rounder);
        let (mut at, mut step) = (0, 0);
        while at < count {
            let length = (word(seed, 0, step) as usize % (3 * BLOCK)).min(count - at);
            errors
                .add(&x[at..at + length], &y[at..at + length])
                .unwrap();
            at += length;
            step += 1;
        }
        assert_eq!(errors.summary(), whole);
    }
    for blocks in 1..8 {
        let mut parts = Vec::new();
        for (n, x) in x.chunks(blocks * BLOCK).enumerate() {
            let at = n * blocks * BLOCK;
            let mut part = Errors::of_rounding(&rounder).starting_at(at as u64);
            part.add(x, &y[at..at + x.len()]).unwrap();
            parts.push(part);
        }
        let all = parts
            .into_iter()
            .reduce(|mut all, part| {
                all.merge(part);
                all
            })
            .unwrap();
        assert_eq!(all.summary(), whole, "parts of {blocks} blocks");
    }
}

/// (overflowed, underflowed, subnormal, nan) of f32 values, one at a time.
fn counts(rounder: &Rounder, x: f32) -> (u64, u64, u64, u64) {
    let found = summary(rounder, &[x]);
    (
        found.overflowed,
        found.underflowed,
        found.subnormal,
        found.nan,
    )
}

#[test]
fn overflow_is_ieee_754_s() {
    let none = Saturation::None;
    let cut = Saturation::Finite;
    let (rne, rz) = (Rounding::NearestTiesToEven, Rounding::TowardZero);
    let (up, down) = (Rounding::TowardPositive, Rounding::TowardNegative);
    // binary16: 65504, next 65536. OCP E4M3: 448, next 480; 448 is the even one.
    for (format, rounding, saturation, x, overflows) in [
        (Format::BINARY16, rne, none, 65519.99, 0),
        (Format::BINARY16, rne, none, 65520.0, 1),
        (Format::BINARY16, rne, cut, 65520.0, 1),
        (Format::BINARY16, rne, cut, -65520.0, 1),
        (Format::BINARY16, rne, cut, 65519.0, 0),
        (Format::BINARY16, rz, none, 65535.0, 0),
        (Format::BINARY16, rz, none, 65536.0, 1),
        (Format::BINARY16, up, none, 65504.01, 1),
        (Format::BINARY16, up, none, -65535.0, 0),
        (Format::BINARY16, down, none, -65504.01, 1),
        (Format::BINARY16, rne, none, f32::INFINITY, 0),
        (Format::OCP_E4M3, rne, none, 464.0, 0),
        (Format::OCP_E4M3, rne, none, 464.01, 1),
        (Format::OCP_E4M3, rne, cut, 464.0, 0),
        (Format::OCP_E4M3, rne, cut, 464.01, 1),
        (Format::OCP_E2M1, rne, none, 6.99, 0),
        (Format::OCP_E2M1, rne, none, 7.0, 1),
        (Format::BINARY32, rne, none, f32::MAX, 0),
    ] {
        let rounder = Rounder::new(format)
            .with_rounding(rounding)
            .with_saturation(saturation);
        let found = counts(&rounder, x);
        assert_eq!(found.0, overflows, "{format} {rounding} {saturation} {x}");
    }
    // Where f64 itself ends: 11 digits, the last binade.
    let rounder = Rounder::new(Format::precision_only(11).unwrap());
    for saturation in [none, cut] {
        let found = summary(&rounder.with_saturation(saturation), &[f64::MAX, 1e300]);
        assert_eq!(found.overflowed, 1);
    }
    // Where the host ends before the format: bfloat16's digits in an f16.
    let rounder = Rounder::new(Format::BFLOAT16);
    for saturation in [none, cut] {
        let found = summary(
            &rounder.with_saturation(saturation),
            &[f16::MAX, f16::from_f32(65280.0)],
        );
        assert_eq!(found.overflowed, 1, "{saturation}");
    }
    // Below an unsigned range: cut to zero, which is no underflow.
    let unsigned: Format = "Binary8p3ue".parse().unwrap();
    let rounder = Rounder::new(unsigned).with_saturation(cut);
    assert_eq!(counts(&rounder, -3.0), (1, 0, 0, 0));
    assert_eq!(counts(&rounder, -1e-30), (0, 1, 0, 0));
}

#[test]
fn small_and_special_values_are_counted() {
    let half = Rounder::new(Format::BINARY16);
    assert_eq!(counts(&half, 2f32.powi(-25)), (0, 1, 0, 0));
    assert_eq!(counts(&half, -(2f32.powi(-24))), (0, 0, 1, 0));
    assert_eq!(counts(&half, 6.09e-5), (0, 0, 1, 0));
    assert_eq!(counts(&half, 2f32.powi(-14)), (0, 0, 0, 0));
    assert_eq!(counts(&half, -0.0), (0, 0, 0, 0));
    assert_eq!(counts(&half, f32::NAN), (0, 0, 0, 1));
    assert_eq!(counts(&half, f32::INFINITY), (0, 0, 0, 0));
    // No infinity: a NaN made by overflow. An infinite reference is no overflow.
    let e4m3 = Rounder::new(Format::OCP_E4M3);
    assert_eq!(counts(&e4m3, 1e4), (1, 0, 0, 1));
    assert_eq!(counts(&e4m3, f32::INFINITY), (0, 0, 0, 1));
    // No zero: it has an error, and no relative one.
    let found = summary(&Rounder::new(Format::OCP_E8M0), &[0.0f64]);
    assert_eq!(found.max_absolute, Some(2f64.powi(-127)));
    assert_eq!(found.max_relative, None);
    assert_eq!(found.snr_db, Some(f64::NEG_INFINITY));
}

#[test]
fn nothing_has_no_figures_and_no_change_is_no_error() {
    let half = Rounder::new(Format::BINARY16);
    let none = summary::<f32>(&half, &[]);
    assert_eq!(none, Summary::default());
    let same = summary(&half, &[bf16::from_f32(1.0), bf16::from_f32(-2.0)]);
    assert_eq!(same.max_absolute, Some(0.0));
    assert_eq!(same.mean_relative, Some(0.0));
    assert_eq!(same.snr_db, Some(f64::INFINITY));
    let nans = summary(&half, &[f32::NAN; 3]);
    assert_eq!((nans.nan, nans.nan_reference, nans.finite), (3, 3, 0));
    assert_eq!((nans.max_absolute, nans.snr_db), (None, None));
    let mut errors = Errors::<f32>::new();
    assert!(errors.add(&[1.0], &[]).is_err());
}

#[test]
fn squares_past_the_range_of_f64_still_count() {
    // y = x (1 + 2^-10) everywhere: 20 log10(2^10) dB at any scale.
    let expected = 20.0 * 10.0 * 2f64.log10();
    for exponent in [-1010, -600, -301, 0, 451, 600, 1020] {
        let x = vec![2f64.powi(exponent); 3000];
        let y: Vec<f64> = x.iter().map(|x| x * (1.0 + 2f64.powi(-10))).collect();
        let mut errors = Errors::new();
        errors.add(&x, &y).unwrap();
        let found = errors.summary();
        assert!(
            (found.snr_db.unwrap() - expected).abs() < 1e-10,
            "2^{exponent}: {found:?}"
        );
        assert_eq!(found.mean_relative, Some(2f64.powi(-10)));
        assert_eq!(found.mean_absolute, Some(2f64.powi(exponent - 10)));
    }
    // Blocks of very different sizes meet exactly.
    let mut x = vec![2f64.powi(-600); BLOCK];
    x.extend(vec![2f64.powi(600); BLOCK]);
    let y: Vec<f64> = x.iter().map(|x| x * 1.5).collect();
    let mut errors = Errors::new();
    errors.add(&x, &y).unwrap();
    let found = errors.summary();
    assert!((found.snr_db.unwrap() - 20.0 * 2f64.log10()).abs() < 1e-12);
    assert_eq!(found.mean_absolute, Some(2f64.powi(598)));
}
