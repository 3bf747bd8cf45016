//! One result by every path: vector loops and single blocks, hosts, threads, axes, in place or not.

use half::{bf16, f16};
use roundoff::block::{BlockFormat, BlockRounder, Length, ScaleRule};
use roundoff::{Rounding, Saturation, Threads};

use crate::{formats, values};

fn rounder(format: BlockFormat, rounding: Rounding) -> BlockRounder {
    BlockRounder::new(format)
        .with_rounding(rounding)
        .with_saturation(Saturation::Finite)
        .with_seed(11)
}

fn bits(values: &[f32]) -> Vec<u32> {
    let one = |x: &f32| if x.is_nan() { 0x7fc0_0000 } else { x.to_bits() };
    values.iter().map(one).collect()
}

/// f64 goes block by block, f32 by vectors: the same but for the last rounding to the host.
#[test]
fn hosts_agree() {
    for (format, _) in formats() {
        for rule in ScaleRule::ALL {
            let format = format.with_rule(rule);
            for rounding in Rounding::ALL {
                let rounder = rounder(format, rounding);
                for spread in [2, 30] {
                    let input = values(1024 + 21, spread, 5);
                    let mut narrow = input.clone();
                    rounder.round_slice(&mut narrow).unwrap();
                    let mut wide: Vec<f64> = input.iter().map(|x| f64::from(*x)).collect();
                    rounder.round_slice(&mut wide).unwrap();
                    let wide: Vec<f32> = wide.iter().map(|x| *x as f32).collect();
                    assert_eq!(bits(&narrow), bits(&wide), "{format} {rounding}");
                }
            }
        }
    }
}

#[test]
fn half_hosts_agree() {
    for (format, _) in formats() {
        for rounding in Rounding::ALL {
            let rounder = rounder(format, rounding);
            let input: Vec<f16> = values(512, 3, 6).into_iter().map(f16::from_f32).collect();
            let mut halves = input.clone();
            rounder.round_slice(&mut halves).unwrap();
            let mut wide: Vec<f64> = input.iter().map(|x| x.to_f64()).collect();
            rounder.round_slice(&mut wide).unwrap();
            for (i, (half, wide)) in halves.iter().zip(&wide).enumerate() {
                let nearest = f16::from_f32(odd_f32(*wide));
                assert_eq!(half.to_bits(), nearest.to_bits(), "{format} {rounding} {i}");
            }
            let input: Vec<bf16> = values(512, 30, 6).into_iter().map(bf16::from_f32).collect();
            let mut halves = input.clone();
            rounder.round_slice(&mut halves).unwrap();
            let mut wide: Vec<f64> = input.iter().map(|x| x.to_f64()).collect();
            rounder.round_slice(&mut wide).unwrap();
            for (i, (half, wide)) in halves.iter().zip(&wide).enumerate() {
                let nearest = bf16::from_f32(odd_f32(*wide));
                assert_eq!(half.to_bits(), nearest.to_bits(), "{format} {rounding} {i}");
            }
        }
    }
}

/// An f32 rounded to odd, from which a rounding to fewer digits is right.
fn odd_f32(x: f64) -> f32 {
    let cut = x.to_bits() & !((1 << 29) - 1);
    let exact = f64::from_bits(cut) == x;
    f64::from_bits(if exact { cut } else { cut | 1 << 29 }) as f32
}

#[test]
fn threads_change_nothing() {
    let shapes: [&[usize]; 4] = [&[1 << 19], &[700, 750], &[1024, 512], &[3, 333, 525]];
    let input = values(700 * 750, 6, 12);
    for format in [BlockFormat::MXFP4, BlockFormat::NVFP4, BlockFormat::MXINT8] {
        for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            for axis in [-1, 0] {
                for shape in shapes {
                    let count = shape.iter().product();
                    let Some(input) = input.get(..count) else {
                        continue;
                    };
                    let rounder = rounder(format.with_axis(axis), rounding);
                    let mut many = input.to_vec();
                    rounder.round_tensor(&mut many, shape).unwrap();
                    let one = rounder.clone().with_threads(Threads::One);
                    let mut single = vec![0.0; count];
                    one.round_tensor_into(input, &mut single, shape).unwrap();
                    assert_eq!(
                        bits(&many),
                        bits(&single),
                        "{format} {rounding} {shape:?} {axis}"
                    );
                    let mut decoded = vec![0.0f32; count];
                    rounder
                        .encode(input, shape)
                        .unwrap()
                        .decode(&mut decoded)
                        .unwrap();
                    assert_eq!(
                        bits(&many),
                        bits(&decoded),
                        "{format} {rounding} {shape:?} {axis}"
                    );
                }
            }
        }
    }
}

/// Along another axis a deterministic mode does what it does along the last one of the transpose.
#[test]
fn an_axis_is_a_transposition() {
    let (rows, columns) = (70, 45);
    let input = values(rows * columns, 4, 8);
    let transposed = |x: &[f32], rows: usize, columns: usize| -> Vec<f32> {
        (0..rows * columns)
            .map(|i| x[i % rows * columns + i / rows])
            .collect()
    };
    for (format, _) in formats() {
        for rounding in [Rounding::NearestTiesToEven, Rounding::TowardPositive] {
            let mut along = input.clone();
            let first = rounder(format.with_axis(0), rounding);
            first.round_tensor(&mut along, &[rows, columns]).unwrap();
            let mut other = transposed(&input, rows, columns);
            let last = rounder(format, rounding);
            last.round_tensor(&mut other, &[columns, rows]).unwrap();
            assert_eq!(
                bits(&transposed(&along, rows, columns)),
                bits(&other),
                "{format} {rounding}"
            );
        }
    }
}

/// Blocks of all lengths, short ones at the end, on every line: each is rounded by itself.
#[test]
fn blocks_are_alone() {
    for length in [1u32, 2, 3, 7, 8, 16, 17, 32, 33, 64, 100, 128, 2000] {
        let length = std::num::NonZeroU32::new(length).unwrap();
        for base in [BlockFormat::MXFP8_E4M3, BlockFormat::MXFP4] {
            let format = base.with_length(Length::Of(length));
            let rounder = rounder(format, Rounding::NearestTiesToEven);
            let (rows, columns) = (5, 77);
            let input = values(rows * columns, 5, 13);
            let mut whole = input.clone();
            rounder.round_tensor(&mut whole, &[rows, columns]).unwrap();
            let mut parts = input.clone();
            for line in parts.chunks_mut(columns) {
                for block in line.chunks_mut(length.get() as usize) {
                    rounder.round_slice(block).unwrap();
                }
            }
            assert_eq!(bits(&whole), bits(&parts), "{format}");
        }
    }
}

/// A tensor of one block, and one of blocks as long as it.
#[test]
fn one_scale_for_all() {
    let input = values(3000, 6, 14);
    for rounding in Rounding::ALL {
        for rule in ScaleRule::ALL {
            let base = BlockFormat::MXINT8.with_rule(rule);
            let mut tensor = input.clone();
            let whole = rounder(base.with_length(Length::Tensor), rounding);
            whole.round_tensor(&mut tensor, &[30, 100]).unwrap();
            let mut block = input.clone();
            let length = std::num::NonZeroU32::new(3000).unwrap();
            let long = rounder(base.with_length(Length::Of(length)), rounding);
            long.round_slice(&mut block).unwrap();
            assert_eq!(bits(&tensor), bits(&block), "{rule} {rounding}");
        }
    }
}

/// To nearest and toward zero, rounding again changes nothing, where the scale is a power of two.
#[test]
fn rounding_again_changes_nothing() {
    for (format, _) in formats() {
        if !format.scales_by_powers_of_two() {
            continue;
        }
        for rule in [ScaleRule::Floor, ScaleRule::RoundUp, ScaleRule::Ceil] {
            let rounder = rounder(format.with_rule(rule), Rounding::TowardZero);
            let mut once = values(1024, 9, 15);
            rounder.round_slice(&mut once).unwrap();
            let mut twice = once.clone();
            rounder.round_slice(&mut twice).unwrap();
            assert_eq!(bits(&once), bits(&twice), "{format} {rule}");
        }
    }
}

/// The tensor's scale that a first pass finds, given beforehand: the pass keeps what it finds of every
/// block, and reads a long tensor's beginning last.
#[test]
fn a_known_tensor_scale_gives_the_same() {
    for (count, threads) in [
        (4096, Threads::Auto),
        ((1 << 21) + 16 * 5 + 3, Threads::One),
        ((1 << 21) + 16 * 5 + 3, Threads::Auto),
    ] {
        let input = values(count, 5, 16);
        let rounder = rounder(BlockFormat::NVFP4, Rounding::NearestTiesToEven);
        let rounder = rounder.with_threads(threads);
        let codes = rounder.encode(&input, &[count]).unwrap();
        let mut found = input.clone();
        rounder.round_slice(&mut found).unwrap();
        let greatest = input.iter().fold(0f32, |most, x| most.max(x.abs()));
        assert_eq!(codes.tensor_scale(), greatest / (448.0 * 6.0));
        let known = rounder.with_tensor_scale(codes.tensor_scale()).unwrap();
        assert!(codes == known.encode(&input, &[count]).unwrap());
        let mut told = input;
        known.round_slice(&mut told).unwrap();
        assert_eq!(bits(&found), bits(&told));
    }
}

/// Blocks of every kind of length, in lines that end with a block or do not: f64s block by block, f32s
/// by vectors, values and codes, which are packed at once or afterwards.
#[test]
fn every_length_is_the_same() {
    for (format, _) in formats() {
        for length in [1, 3, 7, 8, 9, 12, 16, 17, 24, 32, 48, 100, 500, 1024, 1500] {
            let of = std::num::NonZeroU32::new(length).unwrap();
            let format = format.with_length(Length::Of(of));
            for rounding in [
                Rounding::NearestTiesToEven,
                Rounding::TowardPositive,
                Rounding::STOCHASTIC,
            ] {
                let rounder = rounder(format, rounding);
                for shape in [
                    [2, 3 * length as usize],
                    [3, 2 * length as usize + 1],
                    [1, 2049],
                ] {
                    let input = values(shape[0] * shape[1], 4, 12);
                    let mut narrow = input.clone();
                    rounder.round_tensor(&mut narrow, &shape).unwrap();
                    let mut apart = vec![0.0; input.len()];
                    rounder
                        .round_tensor_into(&input, &mut apart, &shape)
                        .unwrap();
                    let wide: Vec<f64> = input.iter().map(|x| f64::from(*x)).collect();
                    let mut rounded = wide.clone();
                    rounder.round_tensor(&mut rounded, &shape).unwrap();
                    let rounded: Vec<f32> = rounded.iter().map(|x| *x as f32).collect();
                    let told = format!("{format} {rounding} {shape:?}");
                    assert_eq!(bits(&narrow), bits(&rounded), "{told}");
                    assert_eq!(bits(&apart), bits(&rounded), "{told}");
                    let codes = rounder.encode(&input, &shape).unwrap();
                    assert_eq!(codes, rounder.encode(&wide, &shape).unwrap(), "{told}");
                    let mut decoded = vec![0.0; input.len()];
                    codes.decode(&mut decoded).unwrap();
                    assert_eq!(decoded, rounded, "{told}");
                }
            }
        }
    }
}

/// Blocks with a NaN, an infinity, zeros only, tiny or huge values between others, and values next to
/// the ties of every element: f64s block by block, f32s by vectors, in every rule.
#[test]
fn strange_blocks_among_others() {
    for (format, _) in formats() {
        for length in [16u32, 32, 48, 20] {
            let of = std::num::NonZeroU32::new(length).unwrap();
            for rule in ScaleRule::ALL {
                let format = format.with_length(Length::Of(of)).with_rule(rule);
                let slow = matches!(rule, ScaleRule::MeanSquare | ScaleRule::LargestExact);
                let blocks = if slow { 20 } else { 150 };
                let input = strange(&format, blocks * length as usize, length as usize);
                let shape = [input.len()];
                let rounder = rounder(format, Rounding::NearestTiesToEven);
                let mut narrow = vec![0.0; input.len()];
                rounder
                    .round_tensor_into(&input, &mut narrow, &shape)
                    .unwrap();
                let wide: Vec<f64> = input.iter().map(|x| f64::from(*x)).collect();
                let mut rounded = wide.clone();
                rounder.round_tensor(&mut rounded, &shape).unwrap();
                let rounded: Vec<f32> = rounded.iter().map(|x| *x as f32).collect();
                assert_eq!(bits(&narrow), bits(&rounded), "{format}");
                let (codes, same) = (
                    rounder.encode(&input, &shape),
                    rounder.encode(&wide, &shape),
                );
                assert_eq!(codes, same, "{format}");
                assert_eq!(codes.is_ok(), format.scale().has_nan(), "{format}");
            }
        }
    }
}

/// Values of which every fifth block is strange.
fn strange(format: &BlockFormat, count: usize, length: usize) -> Vec<f32> {
    let mut input = values(count, 4, 31);
    let element = format.element();
    for (n, block) in input.chunks_mut(length).enumerate() {
        match n {
            3 => block[length - 1] = f32::NAN,
            8 => block[0] = f32::NEG_INFINITY,
            13 => block.fill(-0.0),
            18 => block.iter_mut().for_each(|x| *x *= 1e-37),
            23 => block.iter_mut().for_each(|x| *x *= 1e36),
            28 => block.iter_mut().for_each(|x| *x = f32::from_bits(7)),
            _ if n % 2 == 0 => {
                // Midpoints of neighbours times the scale there would be, and the floats beside.
                let scale = 2f64.powi(n as i32 % 7) * [1.0, 1.125, 0.3][n % 3];
                let mut q = element.greatest();
                for (i, x) in block.iter_mut().enumerate().skip(1) {
                    let next = element.next_down(q).unwrap_or(0.0);
                    let tie = ((q + next) / 2.0 * scale) as f32;
                    *x = [tie, tie.next_up(), -tie.next_down()][i % 3];
                    q = if next > 0.0 { next } else { element.greatest() };
                }
                block[0] = (element.greatest() * scale) as f32;
            }
            _ => {}
        }
    }
    input
}
