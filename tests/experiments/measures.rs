//! Figures against counting by hand, quantiles against printed tables.

use roundoff::measure::confidence::{
    cestac_bits, free_bits, normal_bits, normal_shift, samples_needed,
};
use roundoff::measure::vector::{Figures, Truth};
use roundoff::measure::{apart, quantiles, ulp};
use roundoff::{Format, Subnormals};

/// Every finite value of a small format, ascending, zero once, from its codes.
fn values(format: &Format) -> Vec<f64> {
    let width = format.width().unwrap();
    let mut all: Vec<f64> = (0..1u64 << width)
        .filter_map(|code| format.decode(code).ok())
        .filter(|x| x.is_finite())
        .collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

#[test]
fn apart_counts_the_values_between_in_every_pair_of_small_formats() {
    for format in [
        Format::OCP_E2M1,
        Format::OCP_E3M2,
        Format::OCP_E2M3,
        Format::OCP_E4M3,
        Format::OCP_E5M2,
        Format::E3M4,
        Format::OCP_E2M1.with_subnormals(Subnormals::Flushed),
    ] {
        let flushed = format.subnormals() != Subnormals::Kept;
        let is_there = |x: &f64| !flushed || *x == 0.0 || x.abs() >= format.least_normal();
        let all: Vec<f64> = values(&format.with_subnormals(Subnormals::Kept))
            .into_iter()
            .filter(is_there)
            .collect();
        for (i, x) in all.iter().enumerate() {
            for (j, y) in all.iter().enumerate() {
                assert_eq!(
                    apart(&format, *x, *y),
                    i.abs_diff(j) as u64,
                    "{format} {x} {y}"
                );
            }
        }
    }
}

#[test]
fn an_ulp_is_the_step_to_the_next_value() {
    for format in [
        Format::OCP_E4M3,
        Format::OCP_E5M2,
        Format::BINARY16,
        Format::BFLOAT16,
    ] {
        for x in values(&format) {
            // The step away from zero, from a value below the greatest of its magnitude.
            let next = if x < 0.0 {
                format.next_down(x)
            } else {
                format.next_up(x)
            };
            if let Some(next) = next.filter(|next| next.is_finite()) {
                assert_eq!(ulp(&format, x), (next - x).abs(), "{format} {x}");
            }
        }
    }
    assert_eq!(ulp(&Format::BINARY64, 1.0), f64::EPSILON);
    assert_eq!(ulp(&Format::BINARY64, 0.0), 5e-324);
    assert_eq!(apart(&Format::BINARY64, 1.0, 1.0 + 3.0 * f64::EPSILON), 3);
    assert_eq!(
        apart(&Format::BINARY64, f64::MIN, f64::MAX),
        2 * (0x7fef_ffff_ffff_ffff)
    );
    assert_eq!(apart(&Format::BINARY64, 0.0, 5e-324), 1);
}

#[test]
fn figures_of_odd_vectors() {
    let format = Format::BINARY32;
    let none = Figures::of(&Truth::default(), &[], Some(&format));
    assert_eq!((none.count, none.normwise, none.worst), (0, 0.0, None));
    assert_eq!((none.snr_db, none.cosine), (None, None));
    let inf = f64::INFINITY;
    // A reference that is not finite has no error; a result that is not is counted.
    let truth = Truth::from(vec![1.0, f64::NAN, inf, 4.0]);
    let figures = Figures::of(&truth, &[1.0, 2.0, 3.0, f64::NAN], Some(&format));
    assert_eq!(
        (figures.count, figures.finite, figures.not_finite),
        (4, 1, 1)
    );
    assert_eq!((figures.absolute, figures.normwise), (0.0, inf));
    assert_eq!((figures.significant_bits, figures.worst), (0.0, Some(3)));
    // Squares that an f64 does not hold.
    for scale in [1e300, 1e-300, 5e-324] {
        let truth = Truth::from(vec![3.0 * scale, 4.0 * scale]);
        let figures = Figures::of(&truth, &[3.0 * scale, 0.0], None);
        assert_eq!(figures.vanished, 1);
        assert!((figures.cosine.unwrap() - 0.6).abs() < 1e-15, "{scale}");
        let snr = figures.snr_db.unwrap();
        assert!(
            (snr - 10.0 * (25f64 / 16.0).log10()).abs() < 1e-12,
            "{scale} {snr}"
        );
    }
    // More digits than an f64: 2^-60 off.
    let truth = Truth::new(vec![1.0], vec![2f64.powi(-60)]);
    let figures = Figures::of(&truth, &[1.0], Some(&Format::BINARY64));
    assert_eq!(figures.absolute, 2f64.powi(-60));
    assert_eq!(figures.ulps, Some(2f64.powi(-8)));
    let opposite = Figures::of(&Truth::from(vec![1.0, 2.0]), &[-1.0, -2.0], None);
    assert!((opposite.cosine.unwrap() + 1.0).abs() < 1e-15);
    let exact = Figures::of(&Truth::from(vec![1.0]), &[1.0], None);
    assert_eq!((exact.snr_db, exact.significant_bits), (Some(inf), 53.0));
}

/// Vectors of any length against the formulas, a pair after the other: pairs side by side, and the rest
/// that fills no block, have the same figures.
#[test]
fn figures_are_those_of_the_formulas() {
    let odd = [
        0.0,
        -0.0,
        f64::NAN,
        f64::INFINITY,
        5e-324,
        -1e-310,
        1e300,
        3.0,
    ];
    let value = |at: u64| {
        let word = roundoff::random::word64(7, 0, at);
        match word % 11 {
            0 => odd[(word >> 8) as usize % odd.len()],
            _ => ((word >> 11) as f64 * 2f64.powi(-53) - 0.5) * 2f64.powi((word % 41) as i32 - 20),
        }
    };
    let formats = [
        Format::BINARY64,
        Format::BINARY16,
        Format::OCP_E4M3,
        Format::OCP_E8M0,
        Format::OCP_E2M1.with_subnormals(Subnormals::Flushed),
        Format::custom(53, -1022, 1023, Subnormals::Rounded).unwrap(),
        Format::custom(2, 900, 1023, Subnormals::Kept).unwrap(),
    ];
    for (case, n) in [1, 2, 127, 128, 129, 300, 1024].into_iter().enumerate() {
        let at = |i: u64| value(10_000 * case as u64 + i);
        // One in three as it was: no deviation.
        let high: Vec<f64> = (0..n).map(|i| at(2 * i)).collect();
        let result: Vec<f64> = (0..n)
            .map(|i| {
                if i % 3 == 0 {
                    at(2 * i)
                } else {
                    at(2 * i) * 1.01 + at(2 * i + 1) * 0.01
                }
            })
            .collect();
        let low: Vec<f64> = high.iter().map(|x| x * 2f64.powi(-55)).collect();
        let truth = Truth::new(high.clone(), low.clone());
        for format in &formats {
            let found = Figures::of(&truth, &result, Some(format));
            let (mut finite, mut lost, mut vanished) = (0, 0, 0);
            let (mut absolute, mut relative, mut ulps, mut far) = (0f64, 0f64, 0f64, 0u64);
            let (mut worst, mut is_lost) = (None, false);
            for i in 0..n as usize {
                let (x, y) = (high[i], result[i]);
                if !x.is_finite() {
                    continue;
                }
                if !y.is_finite() {
                    worst = if is_lost { worst } else { Some(i) };
                    (is_lost, lost) = (true, lost + 1);
                    continue;
                }
                finite += 1;
                let low = if low[i].is_finite() { low[i] } else { 0.0 };
                let d = ((y - x) - low).abs();
                if !is_lost && (worst.is_none() || d > absolute) {
                    worst = Some(i);
                }
                absolute = absolute.max(d);
                vanished += u64::from(x != 0.0 && y == 0.0);
                if d > 0.0 {
                    relative = relative.max(d / x.abs());
                    ulps = ulps.max(d / ulp(format, x));
                    far = far.max(apart(format, x, y));
                }
            }
            assert_eq!((found.count, found.finite), (n, finite));
            assert_eq!((found.not_finite, found.vanished), (lost, vanished));
            assert_eq!((found.absolute, found.componentwise), (absolute, relative));
            assert_eq!(
                (found.ulps, found.apart),
                (Some(ulps), Some(far)),
                "{format} {n}"
            );
            assert_eq!(found.worst, worst, "{format} {n}");
        }
    }
}

/// Places of values of wide formats and of subnormal f64s, counted in integers.
#[test]
fn ulps_and_places_at_the_ends_of_an_f64() {
    let least = f64::MIN_POSITIVE;
    assert_eq!(ulp(&Format::BINARY64, least), 5e-324);
    assert_eq!(ulp(&Format::BINARY64, f64::MAX), 2f64.powi(971));
    assert_eq!(ulp(&Format::BFLOAT16, 1e-310), 2f64.powi(-133));
    assert_eq!(apart(&Format::BINARY64, least - 5e-324, least), 1);
    assert_eq!(apart(&Format::BINARY64, -5e-324, 5e-324), 2);
    let wide = Format::custom(24, -1022, 1023, Subnormals::Kept).unwrap();
    // 2^23 values a binade, from 2^-1022 to 2^1023.
    assert_eq!(apart(&wide, least, 2f64.powi(1023)), 2045 << 23);
    assert_eq!(apart(&wide, 0.0, least), 1 << 23);
    // Between two values: to the nearer, a tie to the even place.
    let three = Format::custom(2, 0, 4, Subnormals::Kept).unwrap();
    for (x, place) in [
        (0.25, 0),
        (0.26, 1),
        (0.75, 2),
        (1.25, 2),
        (1.26, 3),
        (1.75, 4),
        (2.5, 4),
    ] {
        assert_eq!(apart(&three, 0.0, x), place, "{x}");
        assert_eq!(apart(&three, -x, 0.0), place, "{x}");
    }
    let high = Format::custom(2, 900, 1023, Subnormals::Kept).unwrap();
    assert_eq!(apart(&high, 0.0, 2f64.powi(899)), 1);
    assert_eq!(apart(&high, 0.0, 5e-324), 0);
}

/// Abramowitz and Stegun, tables 26.2, 26.8 and 26.10; NIST/SEMATECH e-Handbook, 1.3.6.7.
#[test]
fn quantiles_are_those_of_printed_tables() {
    for (p, expected) in [
        (0.5, 0.0),
        (0.9, 1.281552),
        (0.975, 1.959964),
        (0.995, 2.575829),
    ] {
        assert!((quantiles::normal(p) - expected).abs() < 1e-6, "{p}");
        assert!((quantiles::normal(1.0 - p) + expected).abs() < 1e-6, "{p}");
    }
    assert!((quantiles::normal(1e-10) + 6.361341).abs() < 1e-6);
    for (p, freedom, expected) in [
        (0.95, 1, 3.841),
        (0.05, 5, 1.145),
        (0.975, 10, 20.483),
        (0.025, 29, 16.047),
        (0.025, 2, 0.0506),
        (0.95, 100, 124.342),
        (0.025, 100, 74.222),
    ] {
        let found = quantiles::chi_squared(p, freedom);
        assert!((found - expected).abs() < 1e-3, "{p} {freedom} {found}");
    }
    for (p, freedom, expected) in [
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.95, 5, 2.015),
        (0.995, 30, 2.750),
        (0.975, 100, 1.984),
    ] {
        let found = quantiles::student(p, freedom);
        assert!((found - expected).abs() < 1e-3, "{p} {freedom} {found}");
        assert!((quantiles::student(1.0 - p, freedom) + found).abs() < 1e-9);
    }
    for wrong in [f64::NAN, -0.1, 1.1] {
        assert!(quantiles::normal(wrong).is_nan());
        assert!(quantiles::chi_squared(wrong, 3).is_nan());
        assert!(quantiles::student(wrong, 3).is_nan());
    }
    assert!(quantiles::chi_squared(0.5, 0).is_nan() && quantiles::student(0.5, 0).is_nan());
}

#[test]
fn confidence_of_few_and_odd_samples() {
    assert_eq!(samples_needed(0.95, 0.95), Some(59));
    for wrong in [0.0, 1.0, f64::NAN, -1.0, 2.0] {
        assert_eq!(samples_needed(wrong, 0.95), None);
        assert_eq!(samples_needed(0.95, wrong), None);
        assert_eq!(normal_shift(10, wrong, 0.95), None);
        assert_eq!(cestac_bits(&[1.0, 1.0], wrong), None);
    }
    assert_eq!(normal_bits(&[], 0.95, 0.95), None);
    assert_eq!(free_bits(1.0, &[], 0.95, 0.95), None);
    // A NaN among the samples leaves no bit.
    let mut samples = vec![1.0; 60];
    assert_eq!(free_bits(1.0, &samples, 0.95, 0.95), Some(53.0));
    samples[7] = f64::NAN;
    assert_eq!(free_bits(1.0, &samples, 0.95, 0.95), Some(0.0));
    assert_eq!(normal_bits(&samples, 0.95, 0.95), Some(0.0));
    assert_eq!(cestac_bits(&[1.0, f64::INFINITY, 1.0], 0.95), Some(0.0));
    // 0 beside 0 is right, anything beside it is not.
    assert_eq!(free_bits(0.0, &[0.0; 59], 0.95, 0.95), Some(53.0));
    assert_eq!(free_bits(0.0, &[1e-300; 59], 0.95, 0.95), Some(0.0));
    // Sohier et al. 2021: 30 samples, probability 0.99, confidence 0.95.
    assert!((normal_shift(30, 0.99, 0.95).unwrap() - 1.792).abs() < 1e-3);
}

/// Normal samples of a known deviation: the bits stated with 95% confidence are kept by 95% of
/// fresh samples in at least 93% of 10,000 experiments (three deviations below 95%).
#[test]
fn stated_bits_are_kept_as_often_as_stated() {
    let (probability, confidence) = (0.95, 0.95);
    let deviation = 2f64.powi(-20);
    // Of normal deviates beyond z times the deviation there are 5%.
    let z = 1.959963984540054;
    let mut kept = 0;
    let experiments = 10_000;
    for seed in 0..experiments {
        let samples: Vec<f64> = roundoff::kernels::inputs::normal(20, seed)
            .iter()
            .map(|x| 1.0 + deviation * x)
            .collect();
        let bits = normal_bits(&samples, probability, confidence).unwrap();
        kept += u64::from((-bits).exp2() >= z * deviation);
    }
    let share = kept as f64 / experiments as f64;
    assert!(share > 0.93, "{share}");
    // One-sided, at 97.5%: the interval's other end is not asked for.
    assert!((share - 0.975).abs() < 0.01, "{share}");
}

/// Every pair of values of small formats as a vector of two, beside counting.
#[test]
fn the_most_values_apart_is_that_of_any_element() {
    for format in [Format::OCP_E2M1, Format::OCP_E2M3, Format::OCP_E3M2] {
        let all = values(&format);
        for (i, x) in all.iter().enumerate() {
            for (j, y) in all.iter().enumerate() {
                // After a pair that is far apart, one that is nearer, and the other way round.
                let (a, b) = (all[0], all[i / 2]);
                let expected = i.abs_diff(j).max(i / 2) as u64;
                let of = |x: [f64; 2], y: [f64; 2]| {
                    Figures::of(&Truth::from(x.to_vec()), &y, Some(&format)).apart
                };
                assert_eq!(of([*x, a], [*y, b]), Some(expected), "{format} {x} {y}");
                assert_eq!(of([a, *x], [b, *y]), Some(expected), "{format} {x} {y}");
            }
        }
    }
}
