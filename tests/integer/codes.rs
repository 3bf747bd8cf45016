//! Codes and values are the exact quotient rounded once.

use crate::*;

/// Values about the steps and ties of a scale, past the ends, and far away.
fn values(integer: Integer, affine: Affine, words: &mut Words) -> Vec<f32> {
    let s = f64::from(affine.scale());
    let (least, greatest) = (
        integer.least() - affine.zero_point(),
        integer.greatest() - affine.zero_point(),
    );
    let mut all = Vec::new();
    let mut near = |x: f64| {
        let x = x as f32;
        all.extend([x, x.next_up(), x.next_down()]);
    };
    let span = greatest - least;
    for i in 0..=(span + 6).min(600) {
        // All codes where there are few, else some.
        let steps = match span + 6 <= 600 {
            true => least - 3 + i,
            false => least - 3 + (words.next_u32() % (span + 6) as u32) as i32,
        };
        for part in [0.0, 0.25, 0.5, 0.75] {
            near(s * (f64::from(steps) + part));
        }
    }
    for far in [1e-45, 1e-38, 1e-20, 1e20, 3e38] {
        near(far);
        near(-far);
    }
    all.extend([0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN]);
    all
}

#[test]
fn codes_and_values_are_the_exact_quotient_rounded_once() {
    let mut words = Words::new(1, 0);
    for bits in [2, 3, 4, 8, 16] {
        for integer in kinds(bits) {
            let zeros = match integer.symmetry() {
                Symmetry::Symmetric => vec![0],
                Symmetry::Asymmetric => vec![
                    integer.least(),
                    integer.greatest(),
                    (integer.least() + integer.greatest()) / 2,
                ],
            };
            // Powers of two, thirds, tenths, and the ends of what the vector loop takes.
            for scale in [
                1.0f32,
                0.1,
                1.0 / 3.0,
                0.007_874_016,
                1e-35,
                3e33,
                f32::MIN_POSITIVE,
                1e37,
            ] {
                let zero = zeros[words.next_u32() as usize % zeros.len()];
                let affine = Affine::new(integer, scale, zero).expect("a code");
                let narrow = values(integer, affine, &mut words);
                let wide: Vec<f64> = narrow.iter().map(|x| f64::from(*x)).collect();
                for rounding in roundings() {
                    let quantizer = one(integer, affine).with_rounding(rounding).with_seed(SEED);
                    let mut rounded = narrow.clone();
                    quantizer.round_slice(&mut rounded).expect("one scale");
                    let mut defined = narrow.clone();
                    let definition = quantizer.clone().by_definition();
                    definition.round_slice(&mut defined).expect("one scale");
                    let mut rounded64 = wide.clone();
                    quantizer.round_slice(&mut rounded64).expect("one scale");
                    let numbers: Vec<f32> = narrow
                        .iter()
                        .map(|x| if x.is_nan() { 0.0 } else { *x })
                        .collect();
                    let mut codes = vec![0i32; narrow.len()];
                    quantizer.encode(&numbers, &mut codes).expect("codes");
                    for (i, x) in narrow.iter().enumerate() {
                        let what = || {
                            format!("{x:e} / {scale:e}, zero point {zero}, {integer} {rounding}")
                        };
                        assert_eq!(rounded[i].to_bits(), defined[i].to_bits(), "{}", what());
                        if x.is_nan() {
                            assert!(rounded[i].is_nan() && rounded64[i].is_nan());
                            continue;
                        }
                        let random = word64(SEED, 0, i as u64);
                        let expected = match *x {
                            f32::INFINITY => integer.greatest(),
                            f32::NEG_INFINITY => integer.least(),
                            x => code(integer, affine, x.into(), rounding, random),
                        };
                        assert_eq!(codes[i], expected, "code of {}", what());
                        assert_eq!(rounded[i], value32(affine, expected), "{}", what());
                        assert_eq!(rounded64[i], affine.value(expected), "f64 {}", what());
                        assert!(rounded[i] != 0.0 || rounded[i].is_sign_positive());
                    }
                }
            }
        }
    }
}

#[test]
fn values_of_codes_come_back_as_they_are() {
    for bits in 2..=16 {
        for integer in kinds(bits) {
            let zero = match integer.symmetry() {
                Symmetry::Symmetric => 0,
                Symmetry::Asymmetric => integer.least() / 2 + integer.greatest() / 3,
            };
            let affine = Affine::new(integer, 0.3, zero).expect("a code");
            let quantizer = one(integer, affine);
            let codes: Vec<i32> = (integer.least()..=integer.greatest()).collect();
            let mut decoded = vec![0f32; codes.len()];
            quantizer.decode(&codes, &mut decoded).expect("codes");
            let mut again = vec![0i32; codes.len()];
            quantizer.encode(&decoded, &mut again).expect("codes");
            assert_eq!(again, codes, "{integer}");
            for rounding in Rounding::ALL.iter().filter(|r| !r.is_stochastic()) {
                // f64s hold the values exactly: no mode moves them.
                let mut exact: Vec<f64> = codes.iter().map(|code| affine.value(*code)).collect();
                let before = exact.clone();
                let quantizer = quantizer.clone().with_rounding(*rounding);
                quantizer.round_slice(&mut exact).expect("one scale");
                assert_eq!(exact, before, "{integer} {rounding}");
            }
        }
    }
}
