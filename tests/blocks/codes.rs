//! Codes there and back.

use roundoff::block::{BlockCodes, BlockError, BlockFormat, BlockRounder, Length};
use roundoff::{Format, Rounding, Saturation};

use crate::{formats, values};

/// Every element code under every scale code: value = element x scale by exact products of f64.
#[test]
fn every_code_decodes_to_its_product() {
    for (format, oracle) in formats() {
        let width = format.element().width().unwrap();
        let codes = 1usize << width;
        let per_block = std::num::NonZeroU32::new(codes as u32).unwrap();
        let format = format.with_length(Length::Of(per_block));
        let mut elements = vec![0u8; codes * width as usize / 8 * 256];
        // Codes in order, packed, once a scale.
        let mut bits = 0usize;
        for _ in 0..256 {
            for code in 0..codes {
                for i in 0..width as usize {
                    elements[bits / 8] |= ((code >> i & 1) as u8) << (bits % 8);
                    bits += 1;
                }
            }
        }
        let scales: Vec<u8> = (0..=255).collect();
        let shape = [256, codes];
        let tensor = BlockCodes::from_parts(format, &shape, 1.0, scales, elements).unwrap();
        let mut decoded = vec![0.0f64; 256 * codes];
        tensor.decode(&mut decoded).unwrap();
        let magnitudes = codes / 2;
        for (at, value) in decoded.iter().enumerate() {
            let (scale_code, code) = (at / codes, at % codes);
            let scale = match oracle.scales.values.get(scale_code % 128) {
                _ if format.scale().precision() == 1 => {
                    oracle.scales.values.get(scale_code).copied()
                }
                // E4M3: a sign that scales do not use.
                Some(value) if scale_code < 128 => Some(*value),
                Some(value) => Some(-value),
                None => None,
            };
            let element = match format == BlockFormat::MXINT8.with_length(format.length()) {
                true => Some(f64::from(code as u8 as i8) / 64.0),
                false => {
                    let magnitude = oracle.elements.values.get(code % magnitudes).copied();
                    match (magnitude, code % magnitudes) {
                        // E5M2 has an infinity.
                        (None, 0x7c) if format.element() == &Format::OCP_E5M2 => {
                            Some(f64::INFINITY)
                        }
                        (magnitude, _) => magnitude,
                    }
                    .map(|magnitude| {
                        if code >= magnitudes {
                            -magnitude
                        } else {
                            magnitude
                        }
                    })
                }
            };
            let expected = element.zip(scale).map(|(element, scale)| element * scale);
            let told = format!("{format}: element code {code:#x}, scale code {scale_code:#x}");
            match expected.filter(|x| !x.is_nan()) {
                Some(expected) => assert_eq!(*value, expected, "{told}"),
                None => assert!(value.is_nan(), "{told}: {value}"),
            }
        }
    }
}

/// What was encoded decodes to what rounding gives, and encodes to itself.
#[test]
fn codes_there_and_back() {
    for (format, _) in formats() {
        for axis in [0, 1] {
            for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
                let rounder = BlockRounder::new(format.with_axis(axis))
                    .with_rounding(rounding)
                    .with_saturation(Saturation::Finite);
                let shape = [37, 41];
                let input = values(37 * 41, 6, 4);
                let codes = rounder.encode(&input, &shape).unwrap();
                let mut decoded = vec![0.0f32; input.len()];
                codes.decode(&mut decoded).unwrap();
                let mut rounded = input.clone();
                rounder.round_tensor(&mut rounded, &shape).unwrap();
                assert_eq!(decoded, rounded, "{format}");
                let parts = BlockCodes::from_parts(
                    *codes.format(),
                    &shape,
                    codes.tensor_scale(),
                    codes.scales().to_vec(),
                    codes.elements().to_vec(),
                );
                assert_eq!(parts.unwrap(), codes);
            }
        }
    }
}

/// Slabs that do not end with a byte, in planes that do.
#[test]
fn slabs_share_bytes() {
    let length = std::num::NonZeroU32::new(3).unwrap();
    for (format, _) in formats() {
        let format = format.with_axis(1).with_length(Length::Of(length));
        let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
        let shape = [5, 4, 2];
        let mut values = values(40, 2, 14);
        let codes = rounder.encode(&values, &shape).unwrap();
        let mut decoded = vec![0.0f32; values.len()];
        codes.decode(&mut decoded).unwrap();
        rounder.round_tensor(&mut values, &shape).unwrap();
        assert_eq!(decoded, values, "{format}");
    }
}

/// Codes in the place of others are those in new memory, and none after an error.
#[test]
fn codes_in_the_place_of_others() {
    let mut codes = BlockRounder::new(BlockFormat::MXFP4)
        .encode(&[6.0f32; 5000], &[50, 100])
        .unwrap();
    for (format, _) in formats() {
        let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
        for count in [3000, 37, 4096, 0] {
            let input = values(count, 3, 15);
            rounder.encode_into(&input, &[count], &mut codes).unwrap();
            assert_eq!(codes, rounder.encode(&input, &[count]).unwrap(), "{format}");
        }
        rounder
            .encode_into(&[1.0f32; 64], &[64], &mut codes)
            .unwrap();
        let error = rounder.encode_into(&[1.0f32; 4], &[5], &mut codes);
        assert!(matches!(error, Err(BlockError::Shape { .. })));
        assert_eq!((codes.shape(), codes.count()), (&[0][..], 0));
        codes.decode::<f32>(&mut []).unwrap();
    }
}

#[test]
fn bytes_that_do_not_fit_are_refused() {
    let format = BlockFormat::MXFP4;
    let parts = |scales: usize, elements: usize| {
        BlockCodes::from_parts(format, &[40], 1.0, vec![127; scales], vec![0; elements])
    };
    assert!(parts(2, 20).is_ok());
    assert!(matches!(
        parts(1, 20),
        Err(BlockError::Bytes {
            what: "scales",
            needed: 2,
            ..
        })
    ));
    assert!(matches!(
        parts(2, 21),
        Err(BlockError::Bytes {
            what: "elements",
            needed: 20,
            ..
        })
    ));
    let strange = BlockCodes::from_parts(format, &[40], 2.0, vec![127; 2], vec![0; 20]);
    assert!(matches!(strange, Err(BlockError::TensorScale { .. })));
    let huge = BlockCodes::from_parts(format, &[usize::MAX, 3], 1.0, vec![], vec![]);
    assert!(matches!(huge, Err(BlockError::Shape { .. })));
    let mut short = [0.0f32; 39];
    assert!(matches!(
        parts(2, 20).unwrap().decode(&mut short),
        Err(BlockError::Values(_))
    ));
}
