//! Integer quantisation against exact integers and plain definitions written here.

use roundoff::integer::{
    Affine, Calibration, CalibrationError, Granularity, Integer, IntegerError, IntegerQuantizer,
    IntegerScheme, Symmetry,
};
use roundoff::numbers::{Numbers, NumbersError, Quantizer};
use roundoff::random::{Words, word64};
use roundoff::{Rounding, Signedness, Threads, Variant};

use num_bigint::BigInt;
use rand::Rng;

const SEED: u64 = 5;

fn roundings() -> Vec<Rounding> {
    let stochastic = |variant, bits| Rounding::stochastic(variant, bits).expect("1 to 53 bits");
    let mut all = Rounding::ALL.to_vec();
    all.push(stochastic(Variant::A, 3));
    all.push(stochastic(Variant::B, 4));
    all.push(stochastic(Variant::C, 5));
    all
}

/// All kinds of integers of so many bits.
fn kinds(bits: u32) -> Vec<Integer> {
    let mut all = Vec::new();
    for signedness in [Signedness::Signed, Signedness::Unsigned] {
        for symmetry in [Symmetry::Symmetric, Symmetry::Asymmetric] {
            all.push(Integer::new(bits, signedness, symmetry).expect("2 to 16 bits"));
        }
    }
    all
}

/// A finite f64 as integer x 2^exponent.
fn parts(x: f64) -> (BigInt, i64) {
    let bits = x.to_bits();
    let field = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (significand, exponent) = match field {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, field - 1075),
    };
    let significand = BigInt::from(significand);
    (if x < 0.0 { -significand } else { significand }, exponent)
}

/// x / s as a fraction with a positive denominator.
fn quotient(x: f64, s: f64) -> (BigInt, BigInt) {
    let ((a, i), (b, j)) = (parts(x), parts(s));
    let zero = BigInt::from(0);
    assert!(b > zero);
    match i - j {
        up @ 0.. => (a << up as usize, b),
        down => (a, b << (-down) as usize),
    }
}

/// The oracle: numerator / denominator to an integer.
fn to_integer(numerator: BigInt, denominator: BigInt, rounding: Rounding, random: u64) -> BigInt {
    let zero = BigInt::from(0);
    let negative = numerator < zero;
    let magnitude = if negative { -numerator } else { numerator };
    let (kept, rest) = (&magnitude / &denominator, &magnitude % &denominator);
    let inexact = rest > zero;
    let odd = &kept % 2 == BigInt::from(1);
    let half = BigInt::cmp(&(&rest * 2), &denominator);
    let away = match rounding {
        Rounding::NearestTiesToEven => half.is_gt() || (half.is_eq() && odd),
        Rounding::NearestTiesToAway => half.is_ge(),
        Rounding::NearestTiesToZero => half.is_gt(),
        Rounding::TowardZero => false,
        Rounding::TowardPositive => inexact && !negative,
        Rounding::TowardNegative => inexact && negative,
        Rounding::ToOdd => inexact && !odd,
        Rounding::StochasticEqual => inexact && random >> 63 == 0,
        Rounding::Stochastic { variant, bits } => {
            let n = usize::from(bits.get());
            let r = BigInt::from(random >> (64 - n));
            let one = BigInt::from(1);
            match variant {
                Variant::A => (rest << n) / &denominator + r >= one << n,
                Variant::B => (rest << (n + 1)) / &denominator + 2 * r + &one >= one << (n + 1),
                Variant::C => {
                    let scaled = rest << n;
                    let (whole, left) = (&scaled / &denominator, &scaled % &denominator);
                    let tie = BigInt::cmp(&(left * 2), &denominator);
                    let odd = &whole % 2 == one;
                    let up = tie.is_gt() || (tie.is_eq() && odd);
                    whole + i32::from(up) + r >= one << n
                }
            }
        }
    };
    let integer = kept + i32::from(away);
    if negative { -integer } else { integer }
}

/// The code of a finite x.
fn code(integer: Integer, affine: Affine, x: f64, rounding: Rounding, random: u64) -> i32 {
    let (a, b) = quotient(x, f64::from(affine.scale()));
    let code = to_integer(a, b, rounding, random) + affine.zero_point();
    let clamped = code.clamp(integer.least().into(), integer.greatest().into());
    i32::try_from(clamped).expect("17 bits")
}

/// The value of a code as the host's nearest.
fn value32(affine: Affine, code: i32) -> f32 {
    let product = f64::from(affine.scale()) * f64::from(code - affine.zero_point());
    product as f32
}

fn one(integer: Integer, affine: Affine) -> IntegerQuantizer {
    IntegerQuantizer::new(integer, Granularity::Tensor, &[1], vec![affine]).expect("one scale")
}

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

/// A small tensor of shape 2 x 3 x 5 that tells its parts apart.
fn tensor() -> Vec<f32> {
    (0..30)
        .map(|i| ((i * 7 % 30) as f32 - 11.0) * 0.37)
        .collect()
}

/// Which part an element belongs to, by coordinates.
fn part(granularity: Granularity, [i, j, k]: [usize; 3]) -> usize {
    match granularity {
        Granularity::Tensor => 0,
        Granularity::Channel { axis } => [i, j, k][axis],
        Granularity::Group { length } => (i * 3 + j) * 5usize.div_ceil(length) + k / length,
    }
}

#[test]
fn every_part_has_a_scale_of_its_own() {
    let values = tensor();
    let granularities = [
        Granularity::Tensor,
        Granularity::Channel { axis: 0 },
        Granularity::Channel { axis: 1 },
        Granularity::Channel { axis: 2 },
        Granularity::Group { length: 1 },
        Granularity::Group { length: 2 },
        Granularity::Group { length: 3 },
        Granularity::Group { length: 5 },
        Granularity::Group { length: 99 },
    ];
    for granularity in granularities {
        for integer in [Integer::INT8, Integer::UINT8] {
            for rounding in [
                Rounding::NearestTiesToEven,
                Rounding::TowardPositive,
                Rounding::STOCHASTIC,
            ] {
                let quantizer = IntegerQuantizer::calibrated(
                    integer,
                    Calibration::Extremes,
                    granularity,
                    &[2, 3, 5],
                    &values,
                )
                .expect("values")
                .with_rounding(rounding)
                .with_seed(SEED);
                let mut members: Vec<Vec<f32>> = Vec::new();
                let mut numbers = Vec::new();
                for (at, value) in values.iter().enumerate().take(30) {
                    let number = part(granularity, [at / 15, at / 5 % 3, at % 5]);
                    if members.len() <= number {
                        members.resize(number + 1, Vec::new());
                    }
                    members[number].push(*value);
                    numbers.push(number);
                }
                assert_eq!(quantizer.affines().len(), members.len(), "{granularity}");
                for (affine, members) in quantizer.affines().iter().zip(&members) {
                    let own = Calibration::Extremes
                        .affine(integer, members)
                        .expect("values");
                    assert_eq!(*affine, own, "{granularity}");
                }
                let mut rounded = values.clone();
                quantizer.round_slice(&mut rounded).expect("the tensor");
                let mut codes = vec![0i32; 30];
                quantizer.encode(&values, &mut codes).expect("the tensor");
                let mut decoded = vec![0f32; 30];
                quantizer.decode(&codes, &mut decoded).expect("codes");
                assert_eq!(decoded, rounded, "{granularity}");
                for at in 0..30 {
                    let affine = quantizer.affines()[numbers[at]];
                    let random = word64(SEED, 0, at as u64);
                    let own = code(integer, affine, values[at].into(), rounding, random);
                    assert_eq!(codes[at], own, "{granularity} {integer} {rounding} at {at}");
                    assert_eq!(rounded[at], value32(affine, own));
                }
                // In pieces, into another slice, and in f64.
                let mut pieces = values.clone();
                let (head, tail) = pieces.split_at_mut(13);
                quantizer.round_slice_at(head, 0).expect("a piece");
                quantizer.round_slice_at(tail, 13).expect("a piece");
                assert_eq!(pieces, rounded, "{granularity} in pieces");
                let mut into = vec![0f32; 30];
                quantizer.round_into(&values, &mut into).expect("as long");
                assert_eq!(into, rounded);
                let mut wide: Vec<f64> = values.iter().map(|x| f64::from(*x)).collect();
                quantizer.round_slice(&mut wide).expect("the tensor");
                assert!(wide.iter().zip(&rounded).all(|(x, y)| *x as f32 == *y));
            }
        }
    }
}

#[test]
fn threads_change_nothing() {
    let values: Vec<f32> = (0..500_000)
        .map(|i| ((i * 37) % 1009) as f32 * 0.01 - 4.0)
        .collect();
    for granularity in [
        Granularity::Tensor,
        Granularity::Channel { axis: 0 },
        Granularity::Channel { axis: 1 },
        Granularity::Group { length: 128 },
    ] {
        for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            let shape = [500, 1000];
            let quantizer = IntegerQuantizer::calibrated(
                Integer::INT4,
                Calibration::Extremes,
                granularity,
                &shape,
                &values,
            )
            .expect("values")
            .with_rounding(rounding);
            let mut many = values.clone();
            quantizer.round_slice(&mut many).expect("the tensor");
            let mut alone = values.clone();
            let single = quantizer.with_threads(Threads::One);
            single.round_slice(&mut alone).expect("the tensor");
            assert_eq!(many, alone, "{granularity} {rounding}");
        }
    }
}

#[test]
fn scales_and_zero_points() {
    let symmetric = Affine::covering(Integer::INT8, -1.0, 2.54).expect("a range");
    assert_eq!((symmetric.scale(), symmetric.zero_point()), (0.02, 0));
    let asymmetric = Affine::covering(Integer::UINT8, -1.0, 1.55).expect("a range");
    assert_eq!((asymmetric.scale(), asymmetric.zero_point()), (0.01, 100));
    // Zero is in every range.
    let positive = Affine::covering(Integer::UINT8, 3.0, 5.1).expect("a range");
    assert_eq!((positive.scale(), positive.zero_point()), (0.02, 0));
    let negative = Affine::covering(Integer::UINT8, -5.1, -3.0).expect("a range");
    assert_eq!((negative.scale(), negative.zero_point()), (0.02, 255));
    let zero = Affine::covering(Integer::INT8, 0.0, 0.0).expect("zeros");
    assert_eq!((zero.scale(), zero.zero_point()), (1.0, 0));
    let tiny = Affine::covering(Integer::INT8, 0.0, 1e-300).expect("a range");
    assert_eq!(tiny.scale(), f32::MIN_POSITIVE);
    for integer in kinds(8) {
        for (least, greatest) in [
            (0.0, 1e300),
            (f64::MIN, f64::MAX),
            (f64::NAN, 1.0),
            (0.0, f64::INFINITY),
        ] {
            let refused = Affine::covering(integer, least, greatest);
            assert!(
                matches!(refused, Err(IntegerError::Range { .. })),
                "{integer} {least} {greatest}"
            );
        }
    }
}

/// Bell-shaped values with a few far out.
fn bell(count: usize) -> Vec<f32> {
    let mut words = Words::new(9, 0);
    let uniform = |words: &mut Words| f64::from(words.next_u32()) / 4_294_967_296.0;
    (0..count)
        .map(|i| {
            let sum: f64 = (0..12).map(|_| uniform(&mut words)).sum();
            let x = sum - 6.0;
            (if i % 1000 == 0 { 8.0 * x } else { x }) as f32
        })
        .collect()
}

fn sum_of_squares(integer: Integer, affine: Affine, values: &[f32]) -> f64 {
    values
        .iter()
        .map(|x| {
            let x = f64::from(*x);
            let code = code(integer, affine, x, Rounding::NearestTiesToEven, 0);
            (x - affine.value(code)).powi(2)
        })
        .sum()
}

#[test]
fn percentiles_are_by_nearest_rank() {
    let values: Vec<f32> = (1..=1000)
        .map(|i| if i % 2 == 0 { i as f32 } else { -(i as f32) })
        .collect();
    let range = |name: &str, integer| {
        let calibration: Calibration = name.parse().expect(name);
        calibration.range(integer, &values).expect("values")
    };
    assert_eq!(range("percentile:99.9", Integer::INT8), (-999.0, 999.0));
    assert_eq!(range("percentile:100", Integer::INT8), (-1000.0, 1000.0));
    assert_eq!(range("percentile:50", Integer::INT8), (-500.0, 500.0));
    assert_eq!(range("percentile:0.001", Integer::INT8), (-1.0, 1.0));
    // In order -999, -997, ..., -1, 2, 4, ..., 1000: rank 999 from either end.
    assert_eq!(range("percentile:99.9", Integer::UINT8), (-997.0, 998.0));
    assert_eq!(range("extremes", Integer::UINT8), (-999.0, 1000.0));
}

#[test]
fn mean_square_error_is_the_least_of_all_shares() {
    let values = bell(2000);
    for integer in [
        Integer::INT4,
        Integer::INT8,
        "uint4".parse().expect("a name"),
    ] {
        let affine = Calibration::MeanSquareError
            .affine(integer, &values)
            .expect("values");
        let best = sum_of_squares(integer, affine, &values);
        let (least, greatest) = Calibration::Extremes
            .range(integer, &values)
            .expect("values");
        let mut lowest = f64::INFINITY;
        for share in 1..=100 {
            let share = f64::from(share) / 100.0;
            let candidate =
                Affine::covering(integer, least * share, greatest * share).expect("a range");
            lowest = lowest.min(sum_of_squares(integer, candidate, &values));
        }
        assert!(
            (best - lowest).abs() <= 1e-9 * lowest,
            "{integer}: {best} {lowest}"
        );
        let extremes = Calibration::Extremes
            .affine(integer, &values)
            .expect("values");
        assert!(best <= sum_of_squares(integer, extremes, &values));
    }
}

/// TensorRT's calibration as its slides write it, with dense arrays.
fn entropy_of_slides(values: &[f32], codes: usize, bins: usize) -> f64 {
    let greatest = values.iter().fold(0f32, |most, x| most.max(x.abs()));
    let mut histogram = vec![0f64; bins];
    for x in values {
        let bin = (f64::from(x.abs()) / f64::from(greatest) * bins as f64) as usize;
        histogram[bin.min(bins - 1)] += 1.0;
    }
    histogram[0] = histogram[1];
    let mut best = (f64::INFINITY, bins);
    for end in codes..=bins {
        let mut p = histogram[..end].to_vec();
        p[end - 1] += histogram[end..].iter().sum::<f64>();
        let mut q = vec![0f64; end];
        for code in 0..codes {
            let inside = |bin: &usize| bin * codes / end == code;
            let members: Vec<usize> = (0..end)
                .filter(inside)
                .filter(|bin| histogram[*bin] > 0.0)
                .collect();
            let sum: f64 = members.iter().map(|bin| histogram[*bin]).sum();
            for bin in &members {
                q[*bin] = sum / members.len() as f64;
            }
        }
        let (sum_p, sum_q): (f64, f64) = (p.iter().sum(), q.iter().sum());
        let divergence: f64 = p
            .iter()
            .zip(&q)
            .filter(|(p, _)| **p > 0.0)
            .map(|(p, q)| p / sum_p * ((p / sum_p) / (q / sum_q)).ln())
            .sum();
        if divergence < best.0 - 1e-12 {
            best = (divergence, end);
        }
    }
    ((best.1 as f64 + 0.5) / bins as f64).min(1.0) * f64::from(greatest)
}

#[test]
fn entropy_is_that_of_the_slides() {
    let values = bell(20_000);
    let int4 = Integer::INT4;
    let expected = entropy_of_slides(&values, 8, 2048);
    let (least, greatest) = Calibration::Entropy.range(int4, &values).expect("values");
    let bin = f64::from(values.iter().fold(0f32, |most, x| most.max(x.abs()))) / 2048.0;
    assert_eq!(least, -greatest);
    assert!(
        (greatest - expected).abs() < 1.5 * bin,
        "{greatest}, slides {expected}"
    );
    // Clipped, for there are values far out; and the asymmetric range is cut to the extremes.
    let (_, most) = Calibration::Extremes.range(int4, &values).expect("values");
    assert!(greatest < most);
    let positive: Vec<f32> = values.iter().map(|x| x.abs()).collect();
    let (low, _) = Calibration::Entropy
        .range(Integer::UINT8, &positive)
        .expect("values");
    let least = positive
        .iter()
        .fold(f32::INFINITY, |least, x| least.min(*x));
    assert_eq!(low, f64::from(least));
}

#[test]
fn every_calibration_serves_every_width() {
    let values = bell(3000);
    let calibrations = ["extremes", "percentile:99", "mse", "entropy"];
    for bits in [2, 5, 8, 12, 16] {
        for integer in kinds(bits) {
            for name in calibrations {
                let calibration: Calibration = name.parse().expect(name);
                assert_eq!(calibration.to_string(), name);
                let (least, greatest) = calibration.range(integer, &values).expect("values");
                let (low, high) = Calibration::Extremes
                    .range(integer, &values)
                    .expect("values");
                let most = high.max(-low);
                assert!(
                    least <= greatest && -most <= least && greatest <= most,
                    "{name} {integer}"
                );
                assert!(
                    Affine::covering(integer, least, greatest).is_ok(),
                    "{name} {integer}"
                );
                // One value, all equal, zeros.
                for few in [&[1.5f32][..], &[-2.0; 9], &[0.0; 4]] {
                    assert!(
                        calibration.affine(integer, few).is_ok(),
                        "{name} {integer} {few:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn names() {
    for bits in 2..=16 {
        for integer in kinds(bits) {
            assert_eq!(integer.to_string().parse(), Ok(integer));
        }
    }
    assert_eq!("int8-symmetric".parse(), Ok(Integer::INT8));
    assert_eq!("UINT8-asymmetric".parse(), Ok(Integer::UINT8));
    for name in [
        "int",
        "int-8",
        "int8-",
        "int8.0",
        "int+8",
        "sint8",
        "",
        "int8-full",
    ] {
        let refused = name.parse::<Integer>();
        assert!(matches!(refused, Err(IntegerError::Name { .. })), "{name}");
    }
    for name in ["int1", "int17", "uint0", "int99999999999"] {
        assert!(
            matches!(name.parse::<Integer>(), Err(IntegerError::Bits { .. })),
            "{name}"
        );
    }
    for name in ["tensor", "channel:3", "group:128"] {
        let granularity: Granularity = name.parse().expect(name);
        assert_eq!(granularity.to_string(), name);
    }
    for name in ["", "channel", "channel:", "channel:-1", "group:x", "row"] {
        let refused = name.parse::<Granularity>();
        assert!(
            matches!(refused, Err(IntegerError::Granularity { .. })),
            "{name}"
        );
    }
    assert_eq!("group:0".parse::<Granularity>(), Err(IntegerError::Group));
    for name in [
        "percentile:0",
        "percentile:101",
        "percentile:nan",
        "percentile:-5",
    ] {
        let refused = name.parse::<Calibration>();
        assert!(
            matches!(refused, Err(CalibrationError::Percentile { .. })),
            "{name}"
        );
    }
    for name in ["percentile", "percentile:", "kl", "percentile:x"] {
        let refused = name.parse::<Calibration>();
        assert!(
            matches!(refused, Err(CalibrationError::Name { .. })),
            "{name}"
        );
    }
}

#[test]
fn schemes_are_numbers_by_name() {
    for name in [
        "int8",
        "uint4/mse",
        "int4/group:64",
        "int16-asymmetric/percentile:99.9/channel:1",
    ] {
        let scheme: IntegerScheme = name.parse().expect(name);
        assert_eq!(scheme.to_string(), name);
        let numbers: Numbers = name.parse().expect(name);
        assert_eq!(numbers, Numbers::Integer(scheme));
        assert_eq!(numbers.to_string(), name);
    }
    for name in [
        "int8/",
        "int8/what",
        "int8/group:0",
        "int1",
        "int8/percentile:200",
        "int8x",
    ] {
        let refused = name.parse::<Numbers>();
        assert!(refused.is_err(), "{name}");
    }
    let values = tensor();
    for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let scheme: IntegerScheme = "int4/channel:1".parse().expect("a scheme");
        let own = scheme.calibrate(&[2, 3, 5], &values).expect("values");
        let own = own.with_rounding(rounding).with_seed(SEED).with_stream(7);
        let mut expected = values.clone();
        own.round_slice(&mut expected).expect("the tensor");
        let quantizer = Quantizer::new(scheme.into());
        let quantizer = quantizer
            .with_rounding(rounding)
            .with_seed(SEED)
            .with_stream(7);
        let mut rounded = values.clone();
        quantizer
            .round_tensor(&mut rounded, &[2, 3, 5])
            .expect("the tensor");
        assert_eq!(rounded, expected);
        // A slice has one axis.
        let refused = quantizer.round_slice(&mut rounded);
        assert!(matches!(
            refused,
            Err(NumbersError::Integer(IntegerError::Axis { .. }))
        ));
        let numbers = Quantizer::new("int8".parse::<Numbers>().expect("a scheme"));
        let mut into = vec![0.0; 30];
        numbers.round_into(&values, &mut into).expect("as long");
        let mut place = values.clone();
        numbers.round_slice(&mut place).expect("a slice");
        assert_eq!(into, place);
    }
}

#[test]
fn bad_input_gets_typed_errors() {
    let uint8 = Integer::UINT8;
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e-40] {
        let refused = Affine::new(uint8, scale, 0);
        assert!(
            matches!(refused, Err(IntegerError::Scale { .. })),
            "{scale}"
        );
    }
    for zero_point in [-1, 256, i32::MIN, i32::MAX] {
        let refused = Affine::new(uint8, 1.0, zero_point);
        assert!(
            matches!(refused, Err(IntegerError::ZeroPoint { .. })),
            "{zero_point}"
        );
    }
    let no_values = |values: &[f32], granularity, shape: &[usize]| {
        IntegerQuantizer::calibrated(uint8, Calibration::Extremes, granularity, shape, values)
            .map(|_| ())
            .expect_err("no values")
    };
    let nan = [f32::NAN, f32::INFINITY];
    let missing = CalibrationError::NoValues { part: None };
    assert_eq!(
        no_values(&nan, Granularity::Tensor, &[2]),
        missing.clone().into()
    );
    for name in ["extremes", "percentile:99", "mse", "entropy"] {
        let calibration: Calibration = name.parse().expect(name);
        assert_eq!(calibration.range(uint8, &nan), Err(missing.clone()));
        assert_eq!(calibration.range::<f64>(uint8, &[]), Err(missing.clone()));
    }
    let rows = [1.0, 2.0, f32::NAN, f32::NAN];
    let channel = Granularity::Channel { axis: 0 };
    let second = CalibrationError::NoValues { part: Some(1) };
    assert_eq!(no_values(&rows, channel, &[2, 2]), second.into());
    let refused = no_values(&rows, Granularity::Channel { axis: 2 }, &[2, 2]);
    assert!(matches!(refused, IntegerError::Axis { axis: 2, .. }));
    let refused = no_values(&rows, Granularity::Group { length: 0 }, &[2, 2]);
    assert_eq!(refused, IntegerError::Group);
    let refused = no_values(&rows, channel, &[3, 2]);
    assert!(matches!(refused, IntegerError::Shape { .. }));
    let refused = no_values(&rows, channel, &[usize::MAX, 2]);
    assert!(matches!(refused, IntegerError::Shape { .. }));
    let huge = Calibration::Extremes.affine(uint8, &[1e300f64]);
    assert!(matches!(huge, Err(IntegerError::Range { .. })));

    let affine = Affine::new(uint8, 1.0, 0).expect("a code");
    let refused = IntegerQuantizer::new(uint8, channel, &[2, 2], vec![affine]);
    assert!(matches!(
        refused,
        Err(IntegerError::Scales {
            scales: 1,
            parts: 2
        })
    ));
    let other = Affine::new(uint8, 1.0, 200).expect("a code");
    let refused = IntegerQuantizer::new(Integer::INT8, Granularity::Tensor, &[1], vec![other]);
    assert!(matches!(refused, Err(IntegerError::ZeroPoint { .. })));
    let rows = IntegerQuantizer::new(uint8, channel, &[2, 2], vec![affine; 2]).expect("rows");
    let refused = rows.round_slice(&mut [1.0f32; 5]);
    assert!(matches!(refused, Err(IntegerError::Shape { .. })));
    let refused = rows.round_slice_at(&mut [1.0f32; 2], usize::MAX);
    assert!(matches!(refused, Err(IntegerError::Shape { .. })));
    let refused = rows.encode(&[1.0f32; 4], &mut [0u8; 3]);
    assert!(matches!(refused, Err(IntegerError::Length { .. })));
    let refused = rows.encode(&[1.0f32; 4], &mut [0i8; 4]);
    assert!(matches!(
        refused,
        Err(IntegerError::Room { room: "i8", .. })
    ));
    let refused = rows.encode(&[1.0, 2.0, 3.0, f32::NAN], &mut [0u8; 4]);
    assert_eq!(refused, Err(IntegerError::NaN { index: 3 }));
    let uint4: Integer = "uint4".parse().expect("a name");
    let four = one(uint4, Affine::new(uint4, 1.0, 0).expect("a code"));
    let refused = four.decode(&[3u8, 16], &mut [0f32; 2]);
    assert!(matches!(
        refused,
        Err(IntegerError::NotACode {
            code: 16,
            index: 1,
            ..
        })
    ));

    // Tensors without values have nothing to calibrate, and nothing to round.
    for shape in [&[0usize][..], &[3, 0], &[0, 4]] {
        for granularity in [
            Granularity::Tensor,
            channel,
            Granularity::Group { length: 2 },
        ] {
            let empty = IntegerQuantizer::calibrated::<f32>(
                uint8,
                Calibration::Entropy,
                granularity,
                shape,
                &[],
            )
            .expect("nothing to do");
            assert_eq!(empty.affines(), []);
            assert_eq!(empty.round_slice::<f32>(&mut []), Ok(()));
            assert!(empty.round_slice(&mut [1.0f32]).is_err());
        }
    }
}
