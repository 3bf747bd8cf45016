//! Every rule, every mode, every format with a name: scales and elements against the oracle.

use roundoff::block::{BlockFormat, BlockRounder, Length, ScaleRule, Specials};
use roundoff::{Rounding, Saturation};

use crate::oracle::{Blocks, Ratio, Rule, Way};
use crate::{formats, values};

const RULES: [(ScaleRule, Rule); 6] = [
    (ScaleRule::Floor, Rule::Floor),
    (ScaleRule::Ceil, Rule::Ceil),
    (ScaleRule::RoundUp, Rule::RoundUp),
    (ScaleRule::Even, Rule::Even),
    (ScaleRule::Nearest, Rule::Nearest),
    (ScaleRule::LargestExact, Rule::LargestExact),
];

fn length(format: &BlockFormat) -> usize {
    match format.length() {
        Length::Of(length) => length.get() as usize,
        Length::Tensor => usize::MAX,
    }
}

/// The binary32 scale of a tensor, to nearest: the machine's own division is right to nearest, and
/// the divisor is a small integer.
fn tensor_scale(format: &BlockFormat, oracle: &Blocks, values: &[f32]) -> f64 {
    let most = values.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    if !format.has_tensor_scale() || most == 0.0 {
        return 1.0;
    }
    let scale = most / (oracle.elements.greatest() * oracle.scales.greatest()) as f32;
    f64::from(scale.max(f32::from_bits(1)))
}

/// Compares codes and values with the oracle.
fn check(format: BlockFormat, oracle: &Blocks, rule: Rule, rounding: Rounding, input: &[f32]) {
    let seed = 3;
    let rounder = BlockRounder::new(format)
        .with_rounding(rounding)
        .with_saturation(Saturation::Finite)
        .with_seed(seed);
    let codes = rounder.encode(input, &[input.len()]).unwrap();
    let mut rounded = input.to_vec();
    rounder.round_slice(&mut rounded).unwrap();
    let tensor = tensor_scale(&format, oracle, input);
    assert_eq!(f64::from(codes.tensor_scale()), tensor, "{format}");
    let (scales, elements) = (
        codes.scale_values().unwrap(),
        codes.element_values().unwrap(),
    );
    let length = length(&format);
    for (n, block) in input.chunks(length).enumerate() {
        let at = n * length;
        let block: Vec<f64> = block.iter().map(|x| f64::from(*x)).collect();
        let way = Way {
            rounding,
            seed,
            index: at as u64,
        };
        let (scale, expected) = oracle.block(&block, tensor, rule, way);
        assert_eq!(scales[n], scale, "{format} {rounding}: scale of {block:?}");
        for (i, element) in expected.iter().enumerate() {
            let told = format!(
                "{format} {rounding}: value {i}, {:e}, of {block:?}",
                block[i]
            );
            assert_eq!(elements[at + i].to_bits(), element.to_bits(), "{told}");
            let value = (element * (scale * tensor)) as f32;
            assert_eq!(
                rounded[at + i].to_bits(),
                value.to_bits(),
                "{told}: by {scale:e}"
            );
        }
    }
}

#[test]
fn scales_and_elements_are_the_oracles() {
    for (format, oracle) in formats() {
        for (rule, same) in RULES {
            for (n, rounding) in Rounding::ALL.into_iter().enumerate() {
                let format = format.with_rule(rule);
                // Near each other and far apart; with a short block at the end.
                let near = values(2 * length(&format) + 5, 3, n as u64);
                let far = values(2 * length(&format), 20, n as u64 + 100);
                check(format, &oracle, same, rounding, &near);
                check(format, &oracle, same, rounding, &far);
            }
        }
    }
}

/// Every magnitude that a rule decides at: each float next to a binade's end and to a greatest
/// element, in the block of a power of two and of a few others.
#[test]
fn rules_turn_where_they_should() {
    for (format, oracle) in formats() {
        for (rule, same) in RULES {
            let format = format.with_rule(rule);
            let mut turning: Vec<f32> = Vec::new();
            for value in &oracle.elements.values {
                for scale in [1.0, 0.75, 1.125] {
                    let value = (*value * scale) as f32;
                    let bits = value.to_bits();
                    turning.extend([bits, bits + 1, bits.saturating_sub(1)].map(f32::from_bits));
                }
            }
            for most in turning {
                let block = [most, -most / 3.0, most / 7.0, 0.0];
                check(format, &oracle, same, Rounding::NearestTiesToEven, &block);
            }
        }
    }
}

/// The search has an error as small as that of the best of its candidates.
#[test]
fn mean_square_search_finds_the_least() {
    let rounding = Rounding::NearestTiesToEven;
    for (format, oracle) in formats() {
        let format = format.with_rule(ScaleRule::MeanSquare);
        let input = values(6 * length(&format), 3, 9);
        let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
        let codes = rounder.encode(&input, &[input.len()]).unwrap();
        let mut rounded = input.clone();
        rounder.round_slice(&mut rounded).unwrap();
        let tensor = tensor_scale(&format, &oracle, &input);
        let (scales, elements) = (
            codes.scale_values().unwrap(),
            codes.element_values().unwrap(),
        );
        for (n, block) in input.chunks(length(&format)).enumerate() {
            let block: Vec<f64> = block.iter().map(|x| f64::from(*x)).collect();
            let way = Way {
                rounding,
                seed: 0,
                index: 0,
            };
            let most = block.iter().fold(0.0f64, |most, x| most.max(x.abs()));
            let target = Ratio::of(most)
                .over(&Ratio::of(tensor))
                .over(&Ratio::of(oracle.elements.greatest()));
            let candidates = (8..=32).map(|j| {
                let target = target.times(&Ratio::of(f64::from(j) / 16.0));
                let scale = oracle.scales.round(&target, false, rounding, 0);
                oracle.squared_error(&block, scale, tensor, way)
            });
            let least = candidates.min().unwrap();
            let own = oracle.squared_error(&block, scales[n], tensor, way);
            // The search adds in f64: a tie may go either way.
            let bound = least.times(&Ratio::of(1.0 + 1e-12));
            assert!(own <= bound, "{format}: block {n}, scale {}", scales[n]);
            let expected = oracle.quantised(&block, scales[n], tensor, way);
            let at = n * length(&format);
            assert_eq!(
                elements[at..at + block.len()],
                expected,
                "{format}: block {n}"
            );
            for (i, element) in expected.iter().enumerate() {
                let value = (element * (scales[n] * tensor)) as f32;
                assert_eq!(rounded[at + i], value, "{format}: block {n}, value {i}");
            }
        }
    }
}

/// A scale under which a value becomes NaN is never the best one: E4M3 has no infinity for what is
/// past its greatest value, and the first scales tried are too small.
#[test]
fn mean_square_search_avoids_nan() {
    let format = BlockFormat::MXFP8_E4M3
        .with_specials(Specials::Element)
        .with_rule(ScaleRule::MeanSquare);
    for most in [448.0f32, 300.0, 1.7, 1e-5] {
        let mut block = [most, -most / 3.0, most / 7.0, 0.0];
        BlockRounder::new(format).round_slice(&mut block).unwrap();
        let error = (block[0] - most).abs();
        assert!(error <= most / 16.0, "{most}: {block:?}");
    }
}
