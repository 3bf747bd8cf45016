//! Operations on blocks against exact rational numbers: element by element, sums, products (P3109, 5).

use std::num::NonZeroU32;

use roundoff::arith::{Binary, Ternary, Unary};
use roundoff::block::{BlockCodes, BlockError, BlockFormat, BlockRounder, Length, ScaleRule};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Saturation};

use crate::oracle::{Blocks, Ratio, Rule, Set, Way};
use crate::{formats, values};

fn encoded(format: BlockFormat, values: &[f32]) -> BlockCodes {
    let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
    rounder.encode(values, &[values.len()]).unwrap()
}

fn decoded(codes: &BlockCodes) -> Vec<f64> {
    let mut values = vec![0.0; codes.count()];
    codes.decode(&mut values).unwrap();
    values
}

/// Scales and elements of blocks of exact results, by the oracle.
fn check(codes: &BlockCodes, oracle: &Blocks, rule: Rule, rounding: Rounding, results: &[Ratio]) {
    let Length::Of(length) = codes.format().length() else {
        panic!("blocks");
    };
    let (scales, elements) = (
        codes.scale_values().unwrap(),
        codes.element_values().unwrap(),
    );
    let length = length.get() as usize;
    for (n, block) in results.chunks(length).enumerate() {
        let at = n * length;
        let way = Way {
            rounding,
            seed: 9,
            index: at as u64,
        };
        let most = block.iter().map(Ratio::abs).max().unwrap();
        let scale = match most == Ratio::of(0.0) {
            true => oracle.scales.values[0],
            false => oracle.scale(&most, rule, way),
        };
        let told = format!("{} {rounding}: block {n}", codes.format());
        assert_eq!(scales[n], scale, "{told}");
        for (i, x) in block.iter().enumerate() {
            let magnitude = match scale {
                0.0 => 0.0,
                _ => oracle.element(&x.abs(), x.is_negative(), &Ratio::of(scale), way, i as u64),
            };
            let expected = if x.is_negative() {
                -magnitude
            } else {
                magnitude
            };
            assert_eq!(elements[at + i], expected, "{told}, value {i}");
        }
    }
}

/// Sums, differences, products and quotients of blocks near each other and so far apart that their
/// sums have more digits than any machine number.
#[test]
fn elementwise_results_are_exact_and_rounded_once() {
    let none = |format: &BlockFormat| !format.has_tensor_scale();
    for (format, oracle) in formats().into_iter().filter(|(format, _)| none(format)) {
        for (rule, same) in [
            (ScaleRule::Floor, Rule::Floor),
            (ScaleRule::RoundUp, Rule::RoundUp),
            (ScaleRule::Nearest, Rule::Nearest),
        ] {
            for (n, rounding) in Rounding::ALL.into_iter().enumerate() {
                let rounder = BlockRounder::new(format.with_rule(rule))
                    .with_rounding(rounding)
                    .with_saturation(Saturation::Finite)
                    .with_seed(9);
                for spread in [2, 40] {
                    let x = encoded(BlockFormat::MXFP6_E2M3, &values(70, spread, n as u64));
                    // No zeros, which nothing is divided by.
                    let y = values(70, spread, n as u64 + 50).into_iter();
                    let y: Vec<f32> = y.map(|y| if y == 0.0 { 0.75 } else { y }).collect();
                    let y = encoded(BlockFormat::MXFP8_E5M2, &y);
                    let (a, b) = (decoded(&x), decoded(&y));
                    let exact = |operation: &dyn Fn(&Ratio, &Ratio) -> Ratio| -> Vec<Ratio> {
                        let pairs = a.iter().zip(&b);
                        pairs
                            .map(|(a, b)| operation(&Ratio::of(*a), &Ratio::of(*b)))
                            .collect()
                    };
                    let own = |operation| rounder.binary(operation, &x, &y).unwrap();
                    let told = |operation, results: Vec<Ratio>| {
                        check(&own(operation), &oracle, same, rounding, &results);
                    };
                    told(Binary::Add, exact(&|a, b| a.plus(b)));
                    told(Binary::Subtract, exact(&|a, b| a.minus(b)));
                    told(Binary::Multiply, exact(&|a, b| a.times(b)));
                    if b.iter().all(|b| *b != 0.0) {
                        let sign = |b: &Ratio| if b.is_negative() { -1.0 } else { 1.0 };
                        let over =
                            |a: &Ratio, b: &Ratio| a.times(&Ratio::of(sign(b))).over(&b.abs());
                        told(Binary::Divide, exact(&over));
                    }
                    let fused = rounder.ternary(Ternary::Fma, &x, &y, &x).unwrap();
                    let results = exact(&|a, b| a.times(b).plus(a));
                    check(&fused, &oracle, same, rounding, &results);
                }
            }
        }
    }
}

/// What is no number makes its block NaN; what has no pair is refused.
#[test]
fn what_operations_refuse() {
    let x = encoded(BlockFormat::MXFP8_E4M3, &values(64, 2, 1));
    let mut with_zero = vec![1.0f32; 64];
    with_zero[40] = 0.0;
    let y = encoded(BlockFormat::MXFP4, &with_zero);
    let rounder = BlockRounder::new(BlockFormat::MXFP6_E3M2);
    let quotients = decoded(&rounder.binary(Binary::Divide, &x, &y).unwrap());
    assert!(quotients[..32].iter().all(|x| x.is_finite()));
    assert!(quotients[32..].iter().all(|x| x.is_nan()));
    let roots = rounder.unary(Unary::Sqrt, &encoded(BlockFormat::MXFP4, &[-1.0; 32]));
    assert!(decoded(&roots.unwrap()).iter().all(|x| x.is_nan()));
    let short = encoded(BlockFormat::MXFP4, &[1.0; 63]);
    let error = rounder.binary(Binary::Add, &x, &short).unwrap_err();
    assert!(matches!(error, BlockError::Pair { .. }), "{error}");
    let none = encoded(BlockFormat::MXFP4, &[]);
    assert_eq!(rounder.unary(Unary::Abs, &none).unwrap().count(), 0);
    // A scale without NaN has no code for it.
    let plain = BlockRounder::new(BlockFormat::MSFP12);
    let error = plain.binary(Binary::Divide, &x, &y).unwrap_err();
    assert!(matches!(error, BlockError::NaN { .. }), "{error}");
}

/// BlockReduceAdd and BlockReduceMultiply, along both axes, in every mode.
#[test]
fn sums_and_products_of_blocks() {
    let outputs = [
        (Format::OCP_E4M3, Set::fields(4, 3, 7, 0x7f)),
        (Format::OCP_E5M2, Set::fields(5, 2, 15, 0x7c)),
        (Format::BINARY16, Set::fields(5, 10, 15, 0x7c00)),
    ];
    for (format, _) in formats() {
        let five = NonZeroU32::new(5).unwrap();
        for axis in [0, 1] {
            let format = format.with_axis(axis).with_length(Length::Of(five));
            let shape = [12usize, 7];
            let input: Vec<f32> = values(84, 2, 8).iter().map(|x| x + 0.5).collect();
            let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
            let codes = rounder.encode(&input, &shape).unwrap();
            let all = decoded(&codes);
            // The blocks in row-major order of the tensor with its axis cut.
            let mut blocks: Vec<Vec<f64>> = Vec::new();
            match axis {
                0 => {
                    for rows in [0..5, 5..10, 10..12] {
                        for column in 0..7 {
                            blocks.push(rows.clone().map(|row| all[row * 7 + column]).collect());
                        }
                    }
                }
                _ => {
                    for row in all.chunks(7) {
                        blocks.extend(row.chunks(5).map(<[f64]>::to_vec));
                    }
                }
            }
            for (output, set) in &outputs {
                for rounding in Rounding::ALL {
                    let output = Rounder::new(*output)
                        .with_rounding(rounding)
                        .with_saturation(Saturation::Finite)
                        .with_seed(4);
                    let sums = codes.reduce_add(&output).unwrap();
                    let products = codes.reduce_multiply(&output).unwrap();
                    assert_eq!((sums.len(), products.len()), (blocks.len(), blocks.len()));
                    for (n, block) in blocks.iter().enumerate() {
                        let told = format!("{format} {rounding}: {block:?}");
                        let random = word64(4, 0, n as u64);
                        let expected = |exact: Ratio| {
                            let negative = exact.is_negative();
                            let magnitude = set.round(&exact.abs(), negative, rounding, random);
                            if negative { -magnitude } else { magnitude }
                        };
                        let exact = block.iter().map(|x| Ratio::of(*x));
                        let sum = exact.clone().fold(Ratio::of(0.0), |sum, x| sum.plus(&x));
                        let product = exact.fold(Ratio::of(1.0), |product, x| product.times(&x));
                        assert_eq!(sums[n], expected(sum), "{told}");
                        assert_eq!(products[n], expected(product), "{told}");
                    }
                }
            }
        }
    }
}

/// A long product needs more digits than 128, and is still rounded once.
#[test]
fn long_products_are_exact() {
    let ones = vec![1.0f32 + 1.0 / 64.0; 32];
    let codes = encoded(BlockFormat::MXINT8, &ones);
    // (65/64)^32 has 193 digits; within 2^-128 of it there is no binary64.
    let exact = (0..32).fold(Ratio::of(1.0), |product, _| {
        product.times(&Ratio::of(65.0 / 64.0))
    });
    for (rounding, above) in [
        (Rounding::TowardPositive, true),
        (Rounding::TowardNegative, false),
    ] {
        let rounder = Rounder::new(Format::BINARY64).with_rounding(rounding);
        let own = codes.reduce_multiply(&rounder).unwrap()[0];
        let other = if above {
            own.next_down()
        } else {
            own.next_up()
        };
        assert_eq!(Ratio::of(own) > exact, above, "{own:e}");
        assert_eq!(Ratio::of(other) < exact, above, "{own:e}");
    }
    let nan = BlockRounder::new(BlockFormat::MXINT8);
    let nan = nan.encode(&[1.0f32, f32::NAN], &[2]).unwrap();
    let single = Rounder::new(Format::BINARY32);
    assert!(nan.reduce_add(&single).unwrap()[0].is_nan());
    assert!(nan.reduce_multiply(&single).unwrap()[0].is_nan());
    let zero = encoded(BlockFormat::MXINT8, &[0.0, -3.0, 2.0]);
    assert_eq!(zero.reduce_multiply(&single).unwrap(), [0.0]);
}
