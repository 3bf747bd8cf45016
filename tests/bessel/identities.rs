//! What holds between the functions, at any point.

use proptest::prelude::*;
use roundoff::kernels::bessel::{log_iv, log_kv, ratio_iv, ratio_kv, slope_iv, slope_kv};

/// 2^-53.
use crate::decimal::UNIT;

fn magnitude(low: i32, high: i32) -> impl Strategy<Value = f64> {
    (1.0..2.0, low..high).prop_map(|(m, e)| m * 2f64.powi(e))
}

fn point() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        (0.0..24.0, 1e-9..24.0),
        (0.0..60.0, 1e-9..60.0),
        (magnitude(-1000, 1000), magnitude(-1000, 1000)),
        (magnitude(-20, 20), magnitude(-20, 20)),
    ]
}

/// What an error of the arguments' or the log's own rounding may be.
fn size(values: &[f64]) -> f64 {
    values.iter().fold(1.0, |most, value| value.abs().max(most))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// I_v K_(v+1) + I_(v+1) K_v = 1/x (DLMF 10.28.2), divided by I_v K_v.
    #[test]
    fn wronskian((v, x) in point()) {
        let product = log_iv(v, x) + log_kv(v, x);
        let sum = (ratio_iv(v, x) + ratio_kv(v, x)).ln();
        prop_assume!(sum.is_finite());
        let all = product + sum + x.ln();
        let bound = 6.0 * UNIT * size(&[log_iv(v, x), log_kv(v, x), x.ln(), sum]) + 12.0 * UNIT;
        prop_assert!(all.abs() <= bound, "{all:e} at ({v:e}, {x:e})");
    }

    /// I_(v-1) - I_(v+1) = (2v/x) I_v (DLMF 10.29.1), and the like for K.
    #[test]
    fn recurrence((v, x) in (0.0..100.0, 0.01..100.0)) {
        let v = v + 1.0;
        let i = 1.0 / ratio_iv(v - 1.0, x) - ratio_iv(v, x);
        let k = ratio_kv(v, x) - 1.0 / ratio_kv(v - 1.0, x);
        let exact = 2.0 * v / x;
        let bound = 16.0 * UNIT * (exact + 2.0);
        prop_assert!((i - exact).abs() <= bound, "I: {i} {exact} at ({v}, {x})");
        prop_assert!((k - exact).abs() <= bound, "K: {k} {exact} at ({v}, {x})");
    }

    /// No jump where one formula hands over to another: across a border of w or x, the value moves
    /// by its slope and no more than the errors of two evaluations.
    #[test]
    fn continuity(
        border in prop::sample::select(&[512.0, 48.0, 24.0, 12.0, 6.0, 3.0, 1.5][..]),
        angle in 0.001..1.5_f64,
        step in magnitude(-52, -40),
    ) {
        let (v, x) = (border * angle.sin(), border * angle.cos());
        let (below, above) = (x * (1.0 - step), x * (1.0 + step));
        for (log, slope) in [(log_iv as fn(f64, f64) -> f64, slope_iv as fn(f64, f64) -> f64), (log_kv, slope_kv)] {
            let moved = log(v, above) - log(v, below);
            let expected = slope(v, x) * (above - below);
            let bound = 4.0 * UNIT * size(&[log(v, x)]) + 1e-9 * expected.abs();
            prop_assert!((moved - expected).abs() <= bound, "{moved:e} {expected:e} at ({v}, {x})");
        }
    }

    /// The same where x falls below 1 and 0.5, between the orders K climbs from, and where v leaves 0.
    #[test]
    fn continuity_of_k(
        v in 0.0..24.0_f64,
        x in 0.001..1.0_f64,
        far in 0.001..300.0_f64,
        step in magnitude(-52, -40),
    ) {
        for border in [1.0, 0.5] {
            let moved = log_kv(v, border * (1.0 + step)) - log_kv(v, border * (1.0 - step));
            let expected = slope_kv(v, border) * (2.0 * border * step);
            let bound = 4.0 * UNIT * size(&[log_kv(v, border)]) + 1e-9 * expected.abs();
            prop_assert!((moved - expected).abs() <= bound, "{moved:e} {expected:e} at ({v}, {border})");
        }
        // The derivative in v is 0 at v = 0.
        for log in [log_iv as fn(f64, f64) -> f64, log_kv] {
            let (axis, beside) = (log(0.0, far), log(1e-12, far));
            // I_v has v log(x/2) in it.
            let bound = 4.0 * UNIT * size(&[axis]) + 1e-12 * (1.0 + far.ln().abs());
            prop_assert!((axis - beside).abs() <= bound, "{axis} {beside} at {far}");
        }
        let half = v.floor() + 0.5;
        let moved = log_kv(half * (1.0 + step), x) - log_kv(half * (1.0 - step), x);
        // The derivative in v is below log(2v/x) + 1.
        let most = 2.0 * half * step * ((2.0 * half / x).ln() + 1.0);
        let bound = 4.0 * UNIT * size(&[log_kv(half, x)]);
        prop_assert!((-bound..=most + bound).contains(&moved), "{moved:e} at ({half}, {x})");
    }

    /// Orders 1/2 and 3/2 in closed form (DLMF 10.39.1, 10.39.2); the platform's functions judge.
    #[test]
    fn half_integers(x in prop_oneof![0.1..700.0_f64, 1e-3..1.0_f64]) {
        let x: f64 = x;
        let half = 0.5 * (std::f64::consts::FRAC_PI_2 / x).ln();
        let k = half - x;
        prop_assert!((log_kv(0.5, x) - k).abs() <= 6.0 * UNIT * size(&[half, x]), "K at {x}");
        let k = half - x + (1.0 / x).ln_1p();
        prop_assert!((log_kv(1.5, x) - k).abs() <= 8.0 * UNIT * size(&[half, x, k]), "K at {x}");
        let sinh = (-(-2.0 * x).exp_m1()).ln();
        let i = x + sinh - 0.5 * (2.0 * std::f64::consts::PI * x).ln();
        prop_assert!((log_iv(0.5, x) - i).abs() <= 8.0 * UNIT * size(&[half, x, sinh]), "I at {x}");
    }
}
