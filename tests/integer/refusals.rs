//! Bad input gets typed errors.

use crate::*;

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
