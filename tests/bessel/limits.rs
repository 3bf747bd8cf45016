//! Zero, negative, infinite and NaN arguments: the table of `docs/bessel.md`.

use roundoff::kernels::bessel::Quantity::{self, *};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Quantities in the order of `Quantity::ALL`.
const TABLE: &[(f64, f64, [f64; 8])] = &[
    // v, x: log I, log K, both scaled, ratios of I and K, slopes of I and K
    (0.0, 0.0, [0.0, INF, 0.0, INF, 0.0, INF, 0.0, -INF]),
    (-0.0, -0.0, [0.0, INF, 0.0, INF, 0.0, INF, 0.0, -INF]),
    (2.5, 0.0, [-INF, INF, -INF, INF, 0.0, INF, INF, -INF]),
    (-3.0, 0.0, [-INF, INF, -INF, INF, INF, 0.0, INF, -INF]),
    (2.5, INF, [INF, -INF, -INF, -INF, 1.0, 1.0, 1.0, -1.0]),
    (INF, 2.5, [-INF, INF, -INF, INF, 0.0, INF, INF, -INF]),
    (INF, 0.0, [-INF, INF, -INF, INF, 0.0, INF, INF, -INF]),
    (INF, INF, [NAN; 8]),
    (NAN, 1.0, [NAN; 8]),
    (1.0, NAN, [NAN; 8]),
    (1.0, -1.0, [NAN; 8]),
    (2.0, -INF, [NAN; 8]),
];

#[test]
fn the_table() {
    for &(v, x, expected) in TABLE {
        for (quantity, expected) in Quantity::ALL.into_iter().zip(expected) {
            let value = quantity.at(v, x);
            let same = value == expected || (value.is_nan() && expected.is_nan());
            assert!(same, "{quantity} ({v}, {x}) is {value}, not {expected}");
        }
    }
}

/// I_-n = I_n, K_-v = K_v (DLMF 10.27.1, 10.27.3); I of other negative orders may be negative.
#[test]
fn negative_orders() {
    for quantity in [LogI, LogK, LogIScaled, LogKScaled, SlopeI, SlopeK] {
        assert_eq!(quantity.at(-3.0, 2.0), quantity.at(3.0, 2.0), "{quantity}");
    }
    for quantity in [LogK, LogKScaled, SlopeK] {
        assert_eq!(
            quantity.at(-2.25, 2.0),
            quantity.at(2.25, 2.0),
            "{quantity}"
        );
    }
    for quantity in [LogI, LogIScaled, SlopeI, RatioI] {
        assert!(quantity.at(-2.25, 2.0).is_nan(), "{quantity}");
    }
    assert_eq!(RatioI.at(-3.0, 2.0), 1.0 / RatioI.at(2.0, 2.0));
    assert_eq!(RatioK.at(-3.25, 2.0), 1.0 / RatioK.at(2.25, 2.0));
    // K_(1/2) / K_(-1/2) = 1.
    assert_eq!(RatioK.at(-0.5, 2.0), 1.0);
    let between = RatioK.at(-0.25, 2.0);
    let expected = (LogK.at(0.75, 2.0) - LogK.at(0.25, 2.0)).exp();
    assert!((between - expected).abs() < 1e-15 * expected);
    assert_eq!(RatioK.at(-0.25, 0.0), INF);
    assert_eq!(RatioK.at(-0.75, 0.0), 0.0);
}

/// Finite wherever the true value is: every pair of extreme magnitudes.
#[test]
fn finite_wherever_the_truth_is() {
    let mut values = vec![5e-324, 1e-310, f64::MIN_POSITIVE, 1e300, 1e308, f64::MAX];
    values.extend((-100..=100).map(|e| 1.7 * 10f64.powi(3 * e)));
    for &x in &values {
        for &v in values.iter().chain(&[0.0]) {
            for quantity in Quantity::ALL {
                let value = quantity.at(v, x);
                // |log| < max(v, 1) 1500 + x, ratios and slopes < 2(v + 1)/x + 1.
                let infinite = match quantity {
                    LogI | LogK | LogIScaled | LogKScaled => v > 1e304 || x > 1e304,
                    _ => (v / 1e304 + 1e-304) / x > 1.0 || v > 1e307 || x > 1e307,
                };
                assert!(!value.is_nan(), "{quantity} ({v:e}, {x:e}) is {value}");
                assert!(
                    value.is_finite() || infinite,
                    "{quantity} ({v:e}, {x:e}) is {value}"
                );
            }
        }
    }
}

#[test]
fn binary32() {
    assert_eq!(LogI.at_f32(0.0, 0.0), 0.0);
    assert!(LogI.at_f32(f32::NAN, 1.0).is_nan());
    assert_eq!(
        LogI.at_f32(1e30, 1e-30),
        LogI.at(f64::from(1e30f32), f64::from(1e-30f32)) as f32
    );
    assert_eq!(SlopeK.at_f32(1e30, 1e-30), f32::NEG_INFINITY);
}
