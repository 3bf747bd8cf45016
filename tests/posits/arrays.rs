//! Arrays, by `Quantizer`: the same bits one by one and in f32, f64 and threads.

use roundoff::numbers::{Numbers, Quantizer};
use roundoff::random::word64;
use roundoff::{Rounding, Threads};

const NAMES: [&str; 9] = [
    "posit8",
    "posit16",
    "posit32",
    "takum8",
    "takum16",
    "takum-log8",
    "takum-log16",
    "lns:6.9",
    "lns:10.2",
];

/// f32s of all exponents, and specials.
fn words(count: u64) -> Vec<f32> {
    let mut values: Vec<f32> = (0..count)
        .map(|i| f32::from_bits(word64(1, 0, i) as u32))
        .filter(|x| x.is_finite())
        .collect();
    values.extend([
        0.0,
        -0.0,
        f32::MAX,
        f32::MIN,
        1e-45,
        -1e-45,
        f32::NAN,
        f32::INFINITY,
    ]);
    values
}

fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

#[test]
fn arrays_hold_values() {
    for name in NAMES {
        let numbers: Numbers = name.parse().unwrap();
        assert_eq!(numbers.to_string(), name);
        for rounding in Rounding::ALL {
            let quantizer = Quantizer::new(numbers.clone())
                .with_rounding(rounding)
                .with_seed(3);
            let values = words(2000);
            let mut once = values.clone();
            quantizer.round_slice(&mut once).unwrap();
            for (x, y) in values.iter().zip(&once) {
                assert_eq!(x.is_finite(), !y.is_nan(), "{name} {rounding} of {x:e}");
                assert!(!y.is_infinite(), "{name} {rounding} of {x:e}");
                // A subnormal f32 has too few digits to tell which power it was.
                let kept = y.abs() < f32::MIN_POSITIVE && *y != 0.0;
                assert!(
                    kept || same(*y, again(&quantizer, *y)),
                    "{name} {rounding} of {y:e}"
                );
            }
        }
    }
}

fn again(quantizer: &Quantizer, y: f32) -> f32 {
    let mut twice = [y];
    quantizer.round_slice(&mut twice).unwrap();
    twice[0]
}

#[test]
fn f64_arrays_round_alike() {
    for name in NAMES {
        for rounding in Rounding::ALL {
            let quantizer = Quantizer::new(name.parse().unwrap()).with_rounding(rounding);
            // Within the range of every host.
            let mut narrow = words(500);
            narrow.retain(|x| (1e-20..1e20).contains(&x.abs()));
            let mut wide: Vec<f64> = narrow.iter().map(|x| f64::from(*x)).collect();
            quantizer.round_slice(&mut narrow).unwrap();
            quantizer.round_slice(&mut wide).unwrap();
            for (x, y) in narrow.iter().zip(&wide) {
                assert_eq!(*x, *y as f32, "{name} {rounding}");
            }
        }
    }
}

#[test]
fn threads_change_nothing() {
    let values: Vec<f32> = (0..300_000)
        .map(|i| word64(2, 2, i) as i32 as f32)
        .collect();
    for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let quantizer = Quantizer::new("posit16".parse().unwrap()).with_rounding(rounding);
        let (mut one, mut many) = (values.clone(), values.clone());
        quantizer
            .clone()
            .with_threads(Threads::One)
            .round_slice(&mut one)
            .unwrap();
        quantizer.round_slice(&mut many).unwrap();
        assert_eq!(one, many);
    }
}
