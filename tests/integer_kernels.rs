//! Integer kernels against their formulas in exact arithmetic, and against the real functions.

use roundoff::integer::{Affine, Calibration, Integer};
use roundoff::kernels::integer::{
    Dyadic, IntegerKernelError, LayerNorm, Requantize, Rescale, ShiftExp, ShiftGelu, Shiftmax,
    linear, square_root, square_root_of_paper,
};
use roundoff::random::Words;

use num_bigint::BigUint;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// floor(a / b), for b > 0.
fn floor(a: i128, b: i128) -> i128 {
    a.div_euclid(b)
}

// Square root.

#[test]
fn square_roots_are_floors() {
    let exact = |n: u64| u64::try_from(BigUint::from(n).sqrt()).expect("32 bits");
    for n in 0..200_000 {
        assert_eq!(square_root(n), exact(n), "{n}");
    }
    let mut words = Words::new(3, 0);
    for bits in 1..=64 {
        for _ in 0..500 {
            let n = words.next_u64() >> (64 - bits);
            assert_eq!(square_root(n), exact(n), "{n}");
            let root = exact(n);
            for near in [root * root, (root * root).saturating_sub(1)] {
                assert_eq!(square_root(near), exact(near), "{near}");
                let ours = square_root_of_paper(near);
                assert!(
                    ours == exact(near) || ours == exact(near) + 1,
                    "{near}: {ours}"
                );
            }
        }
    }
    assert_eq!(square_root(u64::MAX), 0xffff_ffff);
    assert_eq!(square_root_of_paper(0), 0);
    // The iteration that the documentation speaks of.
    assert_eq!((square_root(3), square_root_of_paper(3)), (1, 2));
}

// Multiply and shift.

/// m 2^-shift x, exactly, and rounded as said.
fn rescaled(factor: Dyadic, x: i32, rescale: Rescale) -> i32 {
    let product = i128::from(x) * i128::from(factor.multiplier());
    let shift = factor.shift();
    let cut = |x: i128| x.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    if let Rescale::Gemmlowp = rescale {
        // SQRDMULH: (2 a b + 2^31) >> 32. Then a division by a power of two, ties away.
        let left = (31 - shift).max(0);
        let x = i128::from(cut(i128::from(x) << left));
        let high = floor(2 * x * i128::from(factor.multiplier()) + (1 << 31), 1 << 32);
        let divisor = 1i128 << (shift - 31).max(0);
        let magnitude = (2 * high.abs() + divisor) / (2 * divisor);
        return cut(high.signum() * magnitude);
    }
    let (numerator, denominator) = match shift {
        0.. => (product, 1i128 << shift),
        _ => (product << -shift, 1),
    };
    let whole = floor(numerator, denominator);
    let twice = 2 * (numerator - whole * denominator);
    cut(match rescale {
        Rescale::TowardNegative => whole,
        Rescale::NearestTiesUp => whole + i128::from(twice >= denominator),
        Rescale::NearestTiesToEven => {
            whole + i128::from(twice > denominator || (twice == denominator && whole % 2 != 0))
        }
        Rescale::Gemmlowp => unreachable!("above"),
    })
}

#[test]
fn multiply_and_shift_is_the_exact_product_rounded() {
    let mut words = Words::new(4, 0);
    let mut factors = vec![
        1.0,
        0.5,
        0.25,
        0.75,
        2f64.powi(-31),
        2f64.powi(29),
        1.5 * 2f64.powi(-20),
        0.1,
        1e6,
    ];
    for _ in 0..300 {
        let exponent = (words.next_u32() % 60) as i32 - 31;
        factors.push((1.0 + f64::from(words.next_u32()) / 4_294_967_296.0) * 2f64.powi(exponent));
    }
    for factor in factors {
        let dyadic = Dyadic::nearest(factor).expect("in range");
        let relative = (dyadic.value() - factor).abs() / factor;
        assert!(relative <= 2f64.powi(-31), "{factor}: {relative:e}");
        assert!(dyadic.multiplier() >= 1 << 30);
        let mut inputs = vec![0, 1, -1, i32::MAX, i32::MIN, 1 << 30];
        inputs.extend((0..200).map(|i| (words.next_u32() as i32) >> (i % 32)));
        // Near ties of the result.
        inputs.extend((-200..200).map(|i| i * ((0.5 / factor).min(1e6) as i32).max(1)));
        for x in inputs {
            for rescale in Rescale::ALL {
                let expected = rescaled(dyadic, x, rescale);
                assert_eq!(
                    dyadic.apply(x, rescale),
                    expected,
                    "{x} x {factor} {rescale:?}"
                );
            }
        }
    }
}

#[test]
fn tflites_own_multipliers() {
    // As its test of `QuantizeMultiplier` has them (quantization_util_test.cc); TFLite counts shifts
    // to the left of a fraction of 31 bits.
    for (factor, multiplier, left) in [
        (0.25, 1 << 30, -1),
        (0.50 - 5e-9, 2_147_483_627, -1),
        (0.50 - 1e-10, 1 << 30, 0),
        (0.50, 1 << 30, 0),
        (0.75, 1_610_612_736, 0),
        (1.0 - 1e-9, 2_147_483_646, 0),
        (1.0 + 1e-9, 1_073_741_825, 1),
        (1.25, 1_342_177_280, 1),
    ] {
        let dyadic = Dyadic::nearest(factor).expect("in range");
        assert_eq!(
            (dyadic.multiplier(), 31 - dyadic.shift()),
            (multiplier, left),
            "{factor}"
        );
    }
    // A carry out of 31 bits.
    let dyadic = Dyadic::nearest(1.0 - 2f64.powi(-40)).expect("in range");
    assert_eq!((dyadic.multiplier(), dyadic.shift()), (1 << 30, 30));
}

// Linear layers.

#[test]
fn linear_layers_are_their_formula() {
    let mut words = Words::new(5, 0);
    let int8 = Integer::INT8;
    let uint8 = Integer::UINT8;
    let weight = Affine::new(int8, 0.01, 0).expect("a scale");
    let input = Affine::new(uint8, 0.02, 37).expect("a scale");
    let output = Affine::new(uint8, 0.05, 120).expect("a scale");
    let (rows, columns) = (13, 64);
    let code = |words: &mut Words, integer: Integer| {
        let span = (integer.greatest() - integer.least() + 1) as u32;
        integer.least() + (words.next_u32() % span) as i32
    };
    let w: Vec<i32> = (0..rows * columns)
        .map(|_| code(&mut words, int8))
        .collect();
    let x: Vec<i32> = (0..columns).map(|_| code(&mut words, uint8)).collect();
    let bias: Vec<i32> = (0..rows).map(|_| words.next_u32() as i32 >> 16).collect();
    for rescale in Rescale::ALL {
        let requantize = Requantize::new(input, weight, output, uint8, rescale).expect("a factor");
        let factor = f64::from(0.02f32) * f64::from(0.01f32) / f64::from(0.05f32);
        let factor = Dyadic::nearest(factor).expect("in range");
        let codes = linear(&w, weight, &x, input, &bias, &requantize).expect("sums of 32 bits");
        for i in 0..rows {
            let sum: i128 = (0..columns)
                .map(|k| i128::from(w[i * columns + k]) * i128::from(x[k] - 37))
                .sum();
            let sum = i32::try_from(sum + i128::from(bias[i])).expect("32 bits");
            let expected = (rescaled(factor, sum, rescale) + 120).clamp(0, 255);
            assert_eq!(codes[i], expected, "{rescale:?} output {i}");
            // And the real layer, to half a step, or a step where the shift cuts.
            let real = f64::from(sum) * f64::from(0.02f32) * f64::from(0.01f32);
            let near = (f64::from(codes[i]) - 120.0) * f64::from(0.05f32);
            let inside = codes[i] > 0 && codes[i] < 255;
            assert!(!inside || (real - near).abs() <= 0.0501, "{real} {near}");
        }
    }
}

// ShiftExp, and what is made of it.

/// Algorithm 1, with divisions in the place of shifts.
fn shift_exp(x: i128, one: i128, n: u32) -> i128 {
    let powers = x + floor(x, 2) - floor(x, 16);
    let powers = powers.max(-i128::from(n) * one);
    let q = floor(-powers, one);
    let r = -(powers + q * one);
    let chord = floor(-r, 2) + one;
    chord << (n - q as u32)
}

#[test]
fn shift_exp_is_its_formula() {
    for scale in [
        1.0,
        0.5,
        0.1,
        1.0 / 64.0,
        1.0 / 127.0,
        0.003,
        2f64.powi(-24),
    ] {
        let one = (1.0 / scale).round_ties_even() as i128;
        for n in [0, 8, 15, 23, 30] {
            let exp = ShiftExp::new(scale, n).expect("in range");
            assert_eq!(i128::from(exp.unit()), one << n);
            for x in (0..4000).chain((0..60).map(|k| 1i64 << k)) {
                assert_eq!(
                    i128::from(exp.of(-x)),
                    shift_exp(-i128::from(x), one, n),
                    "{x} {scale} {n}"
                );
                assert_eq!(exp.of(x), exp.unit());
            }
        }
    }
}

/// The greatest error over codes of a scale down to -10.
fn exponential_error(scale: f64) -> f64 {
    let exp = ShiftExp::new(scale, 23).expect("in range");
    let codes = (10.0 / scale) as i64;
    (0..codes)
        .map(|x| {
            let real = libm::exp(-(x as f64) * scale);
            (exp.of(-x) as f64 / exp.unit() as f64 / real - 1.0).abs()
        })
        .fold(0.0, f64::max)
}

#[test]
fn shift_exp_is_near_the_exponential() {
    let error = exponential_error(2f64.powi(-12));
    println!("ShiftExp, scale 2^-12, down to -10: {error:.4} relative");
    // The chord, 6.15%, times the slope's 0.36% of 10.
    assert!((0.05..0.11).contains(&error), "{error}");
}

fn softmax_exactly(row: &[i32], scale: f64, bits: u32) -> Vec<i128> {
    let one = (1.0 / scale).round_ties_even() as i128;
    let most = i128::from(*row.iter().max().expect("values"));
    let e: Vec<i128> = row
        .iter()
        .map(|x| shift_exp(i128::from(*x) - most, one, 15))
        .collect();
    divided(&e, e.iter().sum(), bits)
}

/// IntDiv: a times floor(2^62 / b).
fn divided(a: &[i128], b: i128, bits: u32) -> Vec<i128> {
    let reciprocal = floor(1 << 62, b);
    a.iter()
        .map(|a| floor(a * reciprocal, 1 << (63 - bits)))
        .collect()
}

fn row(words: &mut Words, length: usize, spread: f64) -> Vec<i32> {
    (0..length)
        .map(|_| {
            let x: f64 = StandardNormal.sample(words);
            (x * spread).round() as i32
        })
        .collect()
}

#[test]
fn shiftmax_is_its_formula_and_near_softmax() {
    let mut words = Words::new(6, 0);
    let mut worst = 0f64;
    for length in [1, 2, 10, 197, 1000] {
        for scale in [1.0 / 8.0, 1.0 / 32.0, 1.0 / 127.0, 1.0 / 4096.0] {
            for bits in [4, 8, 16] {
                let softmax = Shiftmax::new(scale, bits).expect("in range");
                for _ in 0..20 {
                    let row = row(&mut words, length, 2.0 / scale);
                    let codes = softmax.evaluate(&row).expect("a row");
                    let exact = softmax_exactly(&row, scale, bits);
                    assert!(codes.iter().zip(&exact).all(|(x, y)| i128::from(*x) == *y));
                    let most = *row.iter().max().expect("values");
                    let e: Vec<f64> = row
                        .iter()
                        .map(|x| libm::exp(f64::from(x - most) * scale))
                        .collect();
                    let sum: f64 = e.iter().sum();
                    for (code, e) in codes.iter().zip(&e) {
                        let error = (f64::from(*code) * softmax.scale() - e / sum).abs();
                        assert!(error < 0.035 + softmax.scale(), "{error}");
                        if bits == 16 {
                            worst = worst.max(error);
                        }
                    }
                    let whole: f64 = codes.iter().map(|y| f64::from(*y) * softmax.scale()).sum();
                    assert!(whole <= 1.0, "{whole}");
                }
            }
        }
    }
    println!("Shiftmax, 16 bits: {worst:.4} absolute");
}

#[test]
fn shift_gelu_is_its_formula_and_near_gelu() {
    let mut words = Words::new(7, 0);
    let mut worst = 0f64;
    for scale in [1.0 / 8.0, 1.0 / 32.0, 1.0 / 127.0] {
        for bits in [4, 8, 16] {
            let gelu = ShiftGelu::new(scale, bits).expect("in range");
            let one = (1.0 / scale).round_ties_even() as i128;
            for _ in 0..20 {
                let row = row(&mut words, 300, 1.5 / scale);
                let codes = gelu.evaluate(&row).expect("a row");
                let scaled = |x: i128| x + floor(x, 2) + floor(x, 8) + floor(x, 16);
                let most = row
                    .iter()
                    .map(|x| scaled((*x).into()))
                    .max()
                    .expect("values")
                    .max(0);
                let base = shift_exp(-most, one, 23);
                for (x, code) in row.iter().zip(&codes) {
                    let e = shift_exp(scaled((*x).into()) - most, one, 23);
                    let sigmoid = divided(&[e], e + base, bits)[0];
                    assert_eq!(i128::from(*code), i128::from(*x) * sigmoid);
                    let real = f64::from(*x) * scale;
                    let real = real / 2.0 * (1.0 + libm::erf(real / std::f64::consts::SQRT_2));
                    let error = (*code as f64 * gelu.scale() - real).abs();
                    let step = f64::from(*x).abs() * gelu.scale();
                    assert!(error < 0.1 + step, "{x} {scale} {bits}: {error}");
                    if bits == 16 {
                        worst = worst.max(error);
                    }
                }
            }
        }
    }
    println!("ShiftGELU, 16 bits: {worst:.4} absolute");
    // Rows without a positive value.
    let gelu = ShiftGelu::new(1.0 / 32.0, 8).expect("in range");
    let codes = gelu.evaluate(&[-32, -64]).expect("a row");
    assert!((codes[0] as f64 * gelu.scale() + 0.16).abs() < 0.05);
}

#[test]
fn layer_norm_is_its_formula_and_near_the_real_one() {
    let mut words = Words::new(8, 0);
    let mut worst = 0f64;
    for length in [2usize, 10, 64, 768] {
        for spread in [3.0, 40.0, 1000.0] {
            let gains: Vec<f64> = (0..length)
                .map(|i| 0.5 + i as f64 / length as f64)
                .collect();
            let shifts: Vec<f64> = (0..length).map(|i| (i % 7) as f64 - 3.0).collect();
            let norm = LayerNorm::new(length, &gains, &shifts).expect("lists");
            for _ in 0..20 {
                let row = row(&mut words, length, spread);
                let codes = norm.evaluate(&row).expect("a row");
                let n = length as i128;
                let sum: i128 = row.iter().map(|x| i128::from(*x)).sum();
                let (whole, rest) = (floor(sum, n), sum.rem_euclid(n));
                let up = 2 * rest > n || (2 * rest == n && whole % 2 != 0);
                let mean = whole + i128::from(up);
                let squares: i128 = row.iter().map(|x| (i128::from(*x) - mean).pow(2)).sum();
                let root = BigUint::from(squares as u128).sqrt();
                let root = i128::from(u64::try_from(root).expect("small")).max(1);
                let factor = floor((1 << 31) - 1, root);
                let unit = (length as f64).sqrt() / 2f64.powi(30);
                let real_mean = sum as f64 / length as f64;
                let variance: f64 = row
                    .iter()
                    .map(|x| (f64::from(*x) - real_mean).powi(2))
                    .sum::<f64>()
                    / length as f64;
                for i in 0..length {
                    let y = floor((i128::from(row[i]) - mean) * factor, 2);
                    let shift = (shifts[i] / gains[i] / unit).floor() as i128;
                    assert_eq!(i128::from(codes[i]), y + shift);
                    if variance > 4.0 {
                        let real = (f64::from(row[i]) - real_mean) / variance.sqrt() * gains[i]
                            + shifts[i];
                        let error = (codes[i] as f64 * norm.scale(i) - real).abs();
                        // The mean to half a unit, the root to one.
                        let bound = 0.5 / variance.sqrt() + 6.0 / (root as f64);
                        assert!(error <= bound * gains[i], "{error} {bound}");
                        if spread > 30.0 && length > 60 {
                            worst = worst.max(error);
                        }
                    }
                }
            }
        }
    }
    println!("I-LayerNorm, deviations of 40 codes and more: {worst:.4} absolute");
    let norm = LayerNorm::new(3, &[], &[]).expect("lists");
    assert_eq!(norm.evaluate(&[7, 7, 7]), Ok(vec![0, 0, 0]));
}

#[test]
fn a_network_layer_from_floats_and_back() {
    // Weights and inputs calibrated, multiplied as integers, and compared with the real product.
    let mut words = Words::new(9, 0);
    let (rows, columns) = (32, 100);
    let normal = |words: &mut Words, count: usize| -> Vec<f32> {
        (0..count).map(|_| StandardNormal.sample(words)).collect()
    };
    let (w, x) = (
        normal(&mut words, rows * columns),
        normal(&mut words, columns),
    );
    let int8 = Integer::INT8;
    let extremes = Calibration::Extremes;
    let weight = extremes.affine(int8, &w).expect("values");
    let input = extremes.affine(int8, &x).expect("values");
    let real: Vec<f32> = (0..rows)
        .map(|i| (0..columns).map(|k| w[i * columns + k] * x[k]).sum())
        .collect();
    let output = extremes.affine(int8, &real).expect("values");
    let code = |affine: Affine, x: &f32| (x / affine.scale()).round_ties_even() as i32;
    let wq: Vec<i32> = w.iter().map(|x| code(weight, x)).collect();
    let xq: Vec<i32> = x.iter().map(|x| code(input, x)).collect();
    let requantize =
        Requantize::new(input, weight, output, int8, Rescale::default()).expect("a factor");
    let codes = linear(&wq, weight, &xq, input, &[], &requantize).expect("sums");
    for (code, real) in codes.iter().zip(&real) {
        let near = output.value(*code);
        assert!(
            (near - f64::from(*real)).abs() < 0.02 * 30.0,
            "{near} {real}"
        );
    }
}

#[test]
fn bad_input_gets_typed_errors() {
    for scale in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY, 1e-9] {
        assert!(
            matches!(
                Shiftmax::new(scale, 8),
                Err(IntegerKernelError::Scale { .. })
            ),
            "{scale}"
        );
        assert!(matches!(
            ShiftGelu::new(scale, 8),
            Err(IntegerKernelError::Scale { .. })
        ));
    }
    for bits in [0, 1, 17, u32::MAX] {
        assert_eq!(
            Shiftmax::new(0.1, bits),
            Err(IntegerKernelError::Bits { bits })
        );
        assert_eq!(
            ShiftGelu::new(0.1, bits),
            Err(IntegerKernelError::Bits { bits })
        );
    }
    let softmax = Shiftmax::new(0.1, 8).expect("in range");
    assert!(matches!(
        softmax.evaluate(&[]),
        Err(IntegerKernelError::Empty { .. })
    ));
    let far = softmax.evaluate(&[0, i32::MIN]);
    assert!(matches!(
        far,
        Err(IntegerKernelError::Input { index: 1, .. })
    ));
    let gelu = ShiftGelu::new(0.1, 8).expect("in range");
    assert!(matches!(
        gelu.evaluate(&[]),
        Err(IntegerKernelError::Empty { .. })
    ));
    assert!(matches!(
        gelu.evaluate(&[i32::MAX]),
        Err(IntegerKernelError::Input { .. })
    ));
    for factor in [0.0, -1.0, 1e-10, 2e9, f64::NAN, f64::INFINITY] {
        let refused = Dyadic::nearest(factor);
        assert!(
            matches!(refused, Err(IntegerKernelError::Factor { .. })),
            "{factor}"
        );
    }
    assert!(matches!(
        LayerNorm::new(0, &[], &[]),
        Err(IntegerKernelError::Empty { .. })
    ));
    let refused = LayerNorm::new(3, &[1.0], &[]);
    assert!(matches!(refused, Err(IntegerKernelError::Length { .. })));
    for gain in [0.0, f64::NAN, f64::INFINITY] {
        let refused = LayerNorm::new(1, &[gain], &[]);
        assert!(
            matches!(refused, Err(IntegerKernelError::Scale { .. })),
            "{gain}"
        );
    }
    let refused = LayerNorm::new(1, &[], &[1e30]);
    assert!(matches!(refused, Err(IntegerKernelError::Scale { .. })));
    let norm = LayerNorm::new(2, &[], &[]).expect("lists");
    assert!(matches!(
        norm.evaluate(&[1]),
        Err(IntegerKernelError::Length { .. })
    ));
    assert!(matches!(
        norm.evaluate(&[1, i32::MAX]),
        Err(IntegerKernelError::Input { .. })
    ));
    let int8 = Integer::INT8;
    let one = Affine::new(int8, 1.0, 0).expect("a scale");
    let requantize = Requantize::new(one, one, one, int8, Rescale::default()).expect("a factor");
    let refused = linear(&[1, 2, 3], one, &[1, 2], one, &[], &requantize);
    assert!(matches!(refused, Err(IntegerKernelError::Length { .. })));
    let refused = linear(&[1, 2], one, &[1, 2], one, &[1, 2], &requantize);
    assert!(matches!(refused, Err(IntegerKernelError::Length { .. })));
    let refused = linear(&[i32::MAX, i32::MAX], one, &[2, 2], one, &[], &requantize);
    assert!(matches!(
        refused,
        Err(IntegerKernelError::Accumulator { index: 0, .. })
    ));
    assert_eq!(linear(&[], one, &[], one, &[], &requantize), Ok(vec![]));
    let tiny = Affine::new(int8, 1e-30, 0).expect("a scale");
    let refused = Requantize::new(tiny, one, one, int8, Rescale::default());
    assert!(matches!(refused, Err(IntegerKernelError::Factor { .. })));
}
