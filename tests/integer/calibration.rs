//! Scales, zero points and the ways to find them, against plain definitions.

use crate::*;

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
