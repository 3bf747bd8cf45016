//! Arithmetic that saturates and that wraps.

use crate::*;

#[test]
fn arithmetic_is_the_exact_result_rounded_once() {
    for q in [Q::new(true, 3, 3), Q::new(false, 2, 3), Q::new(true, 1, 5)] {
        let (least, greatest) = q.ends();
        for rounding in roundings() {
            let rounder = Rounder::new(q.format())
                .with_rounding(rounding)
                .with_seed(SEED);
            let arith = Exact::new(&rounder);
            let (mut plain, mut drawn) = (0u64, 0u64);
            let mut check = |result: f64, numerator: i128, denominator: i128, what: &str| {
                let random = word64(SEED, 0, drawn);
                drawn += u64::from(rounding.is_stochastic());
                plain += 1;
                let sign = denominator.signum();
                let steps = to_integer(sign * numerator, denominator.abs(), rounding, random);
                assert_eq!(result, q.value(q.saturated(steps)), "{what} {rounding}");
            };
            for a in least..=greatest {
                for b in least..=greatest {
                    let (x, y) = (q.value(a), q.value(b));
                    let what = |sign| format!("{x} {sign} {y}");
                    check(arith.add(x, y), a + b, 1, &what("+"));
                    check(arith.sub(x, y), a - b, 1, &what("-"));
                    check(arith.mul(x, y), a * b, 1 << q.f, &what("x"));
                    if b != 0 {
                        check(arith.div(x, y), a << q.f, b, &what("/"));
                    }
                }
            }
            assert!(plain > 1000);
        }
    }
}

#[test]
fn arithmetic_that_wraps_is_the_exact_result_modulo_the_period() {
    for q in [Q::new(true, 3, 3), Q::new(false, 2, 3), Q::new(true, 9, -4)] {
        let (least, greatest) = q.ends();
        let numbers: Numbers = Wrapped::new(q.format()).expect("fixed point").into();
        assert_eq!(numbers.to_string().parse(), Ok(numbers.clone()));
        for rounding in roundings() {
            let quantizer = Quantizer::new(numbers.clone())
                .with_rounding(rounding)
                .with_seed(SEED);
            let arith = NumbersArith::new(&quantizer).expect("scalars");
            let mut drawn = 0u64;
            let mut check = |result: f64, numerator: i128, denominator: i128, what: &str| {
                let random = word64(SEED, 0, drawn);
                drawn += u64::from(rounding.is_stochastic());
                let sign = denominator.signum();
                let steps = to_integer(sign * numerator, denominator.abs(), rounding, random);
                assert_eq!(result, q.value(q.wrapped(steps)), "{what} {rounding}");
            };
            // A product's steps are a b 2^-f, a quotient's a / b 2^f.
            let (up, down) = (1i128 << q.f.max(0), 1i128 << (-q.f).max(0));
            for a in least..=greatest {
                for b in least..=greatest {
                    let (x, y) = (q.value(a), q.value(b));
                    let what = |sign| format!("{x} {sign} {y}");
                    check(arith.add(x, y), a + b, 1, &what("+"));
                    check(arith.mul(x, y), a * b * down, up, &what("x"));
                    if b != 0 {
                        check(arith.div(x, y), a * up, b * down, &what("/"));
                    }
                }
            }
        }
        // Slices as the rounder's, and values past 2^128 steps.
        for rounding in roundings() {
            let values: Vec<f64> = (-999..999).map(|i| f64::from(i) * 0.173).collect();
            let quantizer = Quantizer::new(numbers.clone())
                .with_rounding(rounding)
                .with_seed(SEED);
            let wrapping = Wrapping::new(q.format()).expect("fixed point");
            let wrapping = wrapping.with_rounding(rounding).with_seed(SEED);
            let mut ours = values.clone();
            quantizer.round_slice(&mut ours).expect("scalars");
            let mut theirs = values.clone();
            wrapping.round_slice(&mut theirs);
            assert_eq!(ours, theirs, "{numbers} {rounding}");
            let mut ours: Vec<f32> = values.iter().map(|x| *x as f32).collect();
            let mut theirs = ours.clone();
            quantizer.round_slice(&mut ours).expect("scalars");
            wrapping.round_slice(&mut theirs);
            assert_eq!(ours, theirs, "{numbers} {rounding}");
        }
        let arith = NumbersArith::new(&Quantizer::new(numbers)).expect("scalars");
        for huge in [
            f64::MAX,
            2f64.powi(140),
            2f64.powi(128),
            -2f64.powi(127),
            -f64::MAX,
        ] {
            assert_eq!(arith.num(huge), 0.0);
        }
        assert!(arith.num(f64::INFINITY).is_nan());
    }
}
