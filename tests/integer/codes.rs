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

/// Random words by remainders and by the definition: scales of any digits, quotients next to where
/// few and many random bits decide, across a change of keys; a scale for each column too.
#[test]
fn random_words_in_one_pass() {
    let mut words = Words::new(3, 0);
    let uniform = |words: &mut Words| f64::from(words.next_u32()) / 4_294_967_296.0;
    let index = (1usize << 32) - 100;
    for bits in [1, 8, 22, 23, 24] {
        let rounding = Rounding::Stochastic {
            variant: Variant::A,
            bits: RandomBits::new(bits).expect("bits"),
        };
        for n in 0..200 {
            let integer = [Integer::INT8, Integer::INT4, Integer::UINT8][n % 3];
            let exponent = f64::from(words.next_u32() % 190) - 95.0;
            let scale = ((1.0 + uniform(&mut words)) * exponent.exp2()) as f32;
            let zero = if n % 3 == 2 { 100 } else { 0 };
            let affine = Affine::new(integer, scale, zero).expect("a code");
            let quantizer = one(integer, affine).with_rounding(rounding).with_seed(SEED);
            let steps = f64::from(1u32 << bits.min(23));
            let mut values: Vec<f32> = (0..300)
                .map(|i| {
                    let whole = f64::from(words.next_u32() % 280) - 140.0;
                    let random = word64(SEED, 0, (index + i) as u64) >> (64 - u32::from(bits));
                    let threshold = 1.0 - (random as f64 / f64::from(1u32 << bits));
                    let fraction = match i % 3 {
                        0 => uniform(&mut words),
                        1 => (uniform(&mut words) * steps).floor() / steps,
                        // Where this word decides.
                        _ => threshold,
                    };
                    let x = ((whole.abs() + fraction) * f64::from(scale)) as f32;
                    let x = [x, x.next_up(), x.next_down()][i / 3 % 3];
                    x.copysign(whole as f32)
                })
                .collect();
            values.extend([
                f32::NAN,
                f32::INFINITY,
                f32::NEG_INFINITY,
                0.0,
                -0.0,
                1e-45,
                -3e38,
            ]);
            let mut defined = values.clone();
            let definition = quantizer.clone().by_definition();
            definition
                .round_slice_at(&mut defined, index)
                .expect("one scale");
            let mut rounded = values.clone();
            quantizer
                .round_slice_at(&mut rounded, index)
                .expect("one scale");
            for (i, x) in values.iter().enumerate() {
                let same = rounded[i].to_bits() == defined[i].to_bits()
                    || rounded[i].is_nan() && defined[i].is_nan();
                assert!(same, "{x:e} / {scale:e}, {integer} {rounding}: {rounded:?}");
            }
        }
    }
}

/// Values that begin at an index of the tensor, whole and from a later one on.
fn rounds_by_definition(
    quantizer: &IntegerQuantizer,
    values: &[f32],
    begin: usize,
    skipped: usize,
    what: &str,
) {
    let mut rounded = vec![0.0; values.len()];
    let done = quantizer.round_into_at(values, &mut rounded, begin);
    done.expect("as long");
    let mut defined = values.to_vec();
    let definition = quantizer.clone().by_definition();
    let done = definition.round_slice_at(&mut defined, begin);
    done.expect("the shape");
    assert_eq!(rounded, defined, "{what}");
    let mut part = values[skipped..].to_vec();
    let done = quantizer.round_slice_at(&mut part, begin + skipped);
    done.expect("a part");
    assert_eq!(part, defined[skipped..], "{what}");
}

/// A scale for each column, with zero points that are the same and that are not: short rows, which are
/// done several at once, and long ones, of which four are done side by side; from the middle of a
/// row on, and where random words change their key, in the middle of the four.
#[test]
fn columns_by_vectors() {
    let mut words = Words::new(4, 0);
    for (rows, columns, from) in [
        (37, 131, 200),
        (400, 3, 7),
        (9, 2100, 1000),
        (1 << 22, 2100, (1usize << 32) / 2100 * 2100 - 4200),
    ] {
        let count = (rows * columns).min(9 * columns.max(600));
        let begin = if rows == 1 << 22 { from } else { 0 };
        let values: Vec<f32> = (0..count)
            .map(|_| (f64::from(words.next_u32()) / 2e7 - 107.0) as f32)
            .collect();
        for integer in [Integer::INT8, Integer::UINT8] {
            let affines = (0..columns).map(|column| {
                let zero = match integer.symmetry() {
                    Symmetry::Symmetric => 0,
                    Symmetry::Asymmetric => column * 255 / columns,
                };
                let scale = 0.01 + 1.7 * column as f32 / columns as f32;
                Affine::new(integer, scale, zero as i32).expect("a code")
            });
            let granularity = Granularity::Channel { axis: 1 };
            let quantizer =
                IntegerQuantizer::new(integer, granularity, &[rows, columns], affines.collect())
                    .expect("a scale each")
                    .with_seed(SEED)
                    .with_threads(Threads::One);
            for rounding in roundings() {
                let quantizer = quantizer.clone().with_rounding(rounding);
                let what = format!("{integer} {rounding} {rows} x {columns}");
                rounds_by_definition(&quantizer, &values, begin, from % count, &what);
            }
        }
    }
}

/// Short runs that share a scale: groups, and channels that come again; from anywhere, and where random
/// words change their key.
#[test]
fn runs_by_vectors() {
    let mut words = Words::new(5, 0);
    let channels = Granularity::Channel { axis: 1 };
    for (granularity, shape, scales) in [
        (Granularity::Group { length: 128 }, vec![6, 512], 24),
        (Granularity::Group { length: 100 }, vec![6, 512], 36),
        (Granularity::Group { length: 7 }, vec![300, 14], 600),
        (channels, vec![40, 3, 50], 3),
        (channels, vec![1 << 24, 3, 100], 3),
    ] {
        let all = shape.iter().product::<usize>();
        let count = all.min(6000);
        let begin = if all > 6000 { (1 << 32) - 2003 } else { 0 };
        let values: Vec<f32> = (0..count)
            .map(|_| (f64::from(words.next_u32()) / 2e7 - 107.0) as f32)
            .collect();
        let affines = (0..scales).map(|i| {
            let scale = 0.01 + 1.7 * i as f32 / scales as f32;
            Affine::new(Integer::UINT8, scale, i * 255 / scales).expect("a code")
        });
        let quantizer =
            IntegerQuantizer::new(Integer::UINT8, granularity, &shape, affines.collect())
                .expect("a scale each")
                .with_seed(SEED)
                .with_threads(Threads::One);
        for rounding in roundings() {
            let quantizer = quantizer.clone().with_rounding(rounding);
            let what = format!("{granularity} {rounding}");
            rounds_by_definition(&quantizer, &values, begin, 57, &what);
        }
    }
}
