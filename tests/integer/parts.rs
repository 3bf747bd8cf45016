//! What shares a scale: tensors, channels, groups; threads.

use crate::*;

/// A small tensor of shape 2 x 3 x 5 that tells its parts apart.
pub fn tensor() -> Vec<f32> {
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
