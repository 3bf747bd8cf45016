//! Zeros, NaN, infinities, scales out of range, bad shapes.

use roundoff::block::{BlockError, BlockFormat, BlockRounder, Length, ScaleRule, Specials};
use roundoff::{CodeError, Format, Saturation};

use crate::formats;

#[test]
fn a_block_of_zeros_is_zeros() {
    for (format, oracle) in formats() {
        let rounder = BlockRounder::new(format);
        let codes = rounder.encode(&[0.0f32, -0.0, 0.0], &[3]).unwrap();
        assert_eq!(codes.scales()[0], 0, "{format}");
        assert_eq!(codes.tensor_scale(), 1.0);
        let mut values = [0.0f32, -0.0, 0.0];
        rounder.round_slice(&mut values).unwrap();
        assert_eq!(values, [0.0; 3]);
        let signed = oracle.elements.signed_zero;
        assert_eq!(values[1].is_sign_negative(), signed, "{format}");
        assert!(!values[0].is_sign_negative());
    }
}

/// OCP MX v1.0, 5.1: under a scale that is NaN every value is.
#[test]
fn a_block_with_a_special_is_nan() {
    for (format, _) in formats() {
        let length = match format.length() {
            Length::Of(length) => length.get() as usize,
            Length::Tensor => continue,
        };
        for special in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut values = vec![1.0f32; 3 * length];
            values[length + 1] = special;
            let rounder = BlockRounder::new(format);
            let codes = rounder.encode(&values, &[3 * length]);
            rounder.round_slice(&mut values).unwrap();
            for (i, x) in values.iter().enumerate() {
                assert_eq!(x.is_nan(), i / length == 1, "{format} {special} {i}");
            }
            match format.scale().has_nan() {
                true => {
                    let mut decoded = vec![0.0f32; 3 * length];
                    let codes = codes.unwrap();
                    codes.decode(&mut decoded).unwrap();
                    for (i, x) in decoded.iter().enumerate() {
                        assert_eq!(x.is_nan(), i / length == 1, "{format} {special} {i}");
                    }
                }
                false => {
                    let expected = BlockError::NaN {
                        block: 1,
                        scale: format.scale().to_string(),
                    };
                    assert_eq!(codes.unwrap_err(), expected);
                }
            }
        }
    }
}

/// P3109, 5: the scale is that of the greatest finite magnitude.
#[test]
fn specials_of_elements() {
    let format = BlockFormat::MXFP8_E5M2.with_specials(Specials::Element);
    let mut values = [f32::INFINITY, 3.0, f32::NAN, -1.0, f32::NEG_INFINITY];
    BlockRounder::new(format).round_slice(&mut values).unwrap();
    assert_eq!(values[0], f32::INFINITY);
    assert_eq!((values[1], values[3]), (3.0, -1.0));
    assert!(values[2].is_nan());
    assert_eq!(values[4], f32::NEG_INFINITY);

    // Saturated, an infinity is the greatest element.
    let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
    let mut values = [f32::INFINITY, 2f32.powi(15)];
    rounder.round_slice(&mut values).unwrap();
    assert_eq!(values, [57344.0, 32768.0]);

    // E2M1 has no NaN: no code.
    let format = BlockFormat::MXFP4.with_specials(Specials::Element);
    let error = BlockRounder::new(format).encode(&[1.0f32, f32::NAN], &[2]);
    assert!(matches!(
        error,
        Err(BlockError::Code(CodeError::NaN { index: 1, .. }))
    ));
}

#[test]
fn a_scale_past_its_format() {
    // Exponents from -3 to 4.
    let format = BlockFormat::block_floating_point(4, 3, 2).unwrap();
    let rounder = BlockRounder::new(format);
    let mut values = [1.0f32, 2.0, 1.0, 1.0, 40.0, 1.0, 1e30, 1.0];
    let error = rounder.round_slice(&mut values.clone()).unwrap_err();
    let BlockError::ScaleRange {
        block,
        index,
        wanted,
        greatest,
        ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!((*block, *index, *wanted, *greatest), (2, 4, 32.0, 16.0));
    assert!(error.to_string().contains("saturate"), "{error}");
    assert_eq!(rounder.encode(&values, &[8]).unwrap_err(), error);
    // Cut off at 15/8 x 16.
    let rounder = rounder.with_saturation(Saturation::Finite);
    rounder.round_slice(&mut values).unwrap();
    assert_eq!(values[4..], [30.0, 0.0, 30.0, 0.0]);
    // Below the least scale digits are lost, and nothing is wrong.
    let mut small = [0.02f32, 0.03];
    BlockRounder::new(format).round_slice(&mut small).unwrap();
    assert_eq!(small, [0.015625, 0.03125]);
    // An f64 reaches past E8M0.
    let mut wide = [2f64.powi(400), 1.0];
    let error = BlockRounder::new(BlockFormat::MXFP4).round_slice(&mut wide);
    assert!(matches!(
        error,
        Err(BlockError::ScaleRange {
            block: 0,
            index: 0,
            ..
        })
    ));
}

#[test]
fn the_ends_of_the_hosts() {
    for (format, _) in formats() {
        for rule in ScaleRule::ALL {
            let rounder =
                BlockRounder::new(format.with_rule(rule)).with_saturation(Saturation::Finite);
            let mut values = vec![f32::MAX, f32::MIN_POSITIVE, 1e-45, -f32::MAX, -1e-45, 0.0];
            values.resize(64, 1.0);
            rounder.round_slice(&mut values).unwrap();
            assert!(
                values.iter().all(|x| !x.is_nan()),
                "{format} {rule} {values:?}"
            );
            let mut tiny = vec![1e-45f32, -1e-45, 3e-45, 0.0];
            rounder.round_slice(&mut tiny).unwrap();
            assert!(
                tiny.iter().all(|x| x.abs() <= 6e-45),
                "{format} {rule} {tiny:?}"
            );
            let mut wide = vec![f64::MAX, 5e-324, -f64::MAX, 1.0];
            rounder.round_slice(&mut wide).unwrap();
            assert!(wide.iter().all(|x| !x.is_nan()), "{format} {rule} {wide:?}");
            let mut tiny = vec![5e-324f64, -5e-324, 0.0];
            rounder.round_slice(&mut tiny).unwrap();
            assert!(
                tiny.iter().all(|x| x.abs() < 1e-300),
                "{format} {rule} {tiny:?}"
            );
        }
    }
}

#[test]
fn bad_shapes_are_refused() {
    let rounder = BlockRounder::new(BlockFormat::MXFP4);
    let mut six = [1.0f32; 6];
    for shape in [&[5][..], &[2, 2], &[usize::MAX, usize::MAX], &[0, 6]] {
        let error = rounder.round_tensor(&mut six, shape);
        assert!(
            matches!(error, Err(BlockError::Shape { values: 6, .. })),
            "{shape:?}"
        );
    }
    for axis in [2, -3, i32::MAX, i32::MIN] {
        let rounder = BlockRounder::new(BlockFormat::MXFP4.with_axis(axis));
        let error = rounder.round_tensor(&mut six, &[2, 3]).unwrap_err();
        assert_eq!(error, BlockError::Axis { axis, rank: 2 });
    }
    // Nothing to round is no error, whatever the axes.
    for shape in [&[0][..], &[3, 0], &[0, 0, 5]] {
        for axis in [-1, 0] {
            let rounder = BlockRounder::new(BlockFormat::MXFP4.with_axis(axis));
            rounder.round_tensor::<f32>(&mut [], shape).unwrap();
            let codes = rounder.encode::<f32>(&[], shape).unwrap();
            assert!(codes.scales().is_empty() && codes.elements().is_empty());
            codes.decode::<f32>(&mut []).unwrap();
        }
    }
    // A scalar is a vector of one.
    let mut one = [3.3f32];
    rounder.round_tensor(&mut one, &[]).unwrap();
    assert_eq!(one, [3.0]);
    let mut short = [0.0f32; 5];
    let error = rounder.round_tensor_into(&six, &mut short, &[6]);
    assert!(matches!(error, Err(BlockError::Values(_))));
}

#[test]
fn formats_that_are_none() {
    assert_eq!(
        BlockFormat::new(Format::OCP_E2M1, Format::OCP_E8M0, 0),
        Err(BlockError::Length)
    );
    let zero = BlockFormat::new(Format::OCP_E8M0, Format::OCP_E8M0, 4);
    assert!(matches!(zero, Err(BlockError::NoZero { .. })));
    let wide = BlockFormat::new(Format::BINARY32, Format::BINARY64, 4);
    assert!(matches!(wide, Err(BlockError::Digits { digits: 77, .. })));
    let far = BlockFormat::new(Format::precision_only(3).unwrap(), Format::OCP_E8M0, 4);
    assert!(matches!(far, Err(BlockError::Range { .. })));
    for digits in [0, 53, u32::MAX] {
        let error = BlockFormat::block_floating_point(digits, 8, 4);
        assert_eq!(error, Err(BlockError::Mantissa { digits }));
    }
    for bits in [0, 11, u32::MAX] {
        let error = BlockFormat::block_floating_point(4, bits, 4);
        assert_eq!(
            error,
            Err(BlockError::ExponentBits {
                exponent_bits: bits
            })
        );
    }
    for bits in [0, 1, 33] {
        let error = BlockFormat::dynamic_fixed_point(bits);
        assert!(matches!(error, Err(BlockError::Mantissa { .. })));
    }
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let error = BlockRounder::new(BlockFormat::NVFP4).with_tensor_scale(scale);
        assert!(matches!(error, Err(BlockError::TensorScale { .. })));
    }
    let error = BlockRounder::new(BlockFormat::MXFP4).with_tensor_scale(1.0);
    assert!(matches!(error, Err(BlockError::TensorScale { .. })));
}
