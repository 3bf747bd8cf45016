//! Conversions worked by hand from OCP MX v1.0 (5: formats, 6.3: conversion) and from the vendors'
//! recipes.

use roundoff::block::{BlockFormat, BlockRounder, Length, ScaleRule};

/// OCP MX v1.0, tables 1 and 2 to 6: bits of an element, values a block, greatest and least values.
#[test]
fn formats_are_the_specifications() {
    for (format, width, greatest, least_normal, least_subnormal) in [
        (
            BlockFormat::MXFP8_E5M2,
            8,
            57344.0,
            2f64.powi(-14),
            2f64.powi(-16),
        ),
        (
            BlockFormat::MXFP8_E4M3,
            8,
            448.0,
            2f64.powi(-6),
            2f64.powi(-9),
        ),
        (BlockFormat::MXFP6_E3M2, 6, 28.0, 0.25, 0.0625),
        (BlockFormat::MXFP6_E2M3, 6, 7.5, 1.0, 0.125),
        (BlockFormat::MXFP4, 4, 6.0, 1.0, 0.5),
        (BlockFormat::MXINT8, 8, 1.984375, 1.0, 0.015625),
    ] {
        let element = format.element();
        assert_eq!(element.width(), Some(width), "{format}");
        assert_eq!(element.greatest(), greatest, "{format}");
        assert_eq!(element.least_normal(), least_normal, "{format}");
        assert_eq!(element.least_subnormal(), Some(least_subnormal), "{format}");
        assert_eq!(format.scale().width(), Some(8), "{format}");
        assert!(
            matches!(format.length(), Length::Of(n) if n.get() == 32),
            "{format}"
        );
    }
    assert_eq!(BlockFormat::MXINT8.bits_per_value(), Some(8.25));
    assert_eq!(BlockFormat::MSFP12.bits_per_value(), Some(4.5));
}

struct Case {
    format: BlockFormat,
    rule: ScaleRule,
    block: &'static [f32],
    /// The scale's code.
    scale: u8,
    elements: &'static [f64],
}

const CASES: &[Case] = &[
    // The greatest is 7 = 1.75 x 2^2, E of E2M1 is 2: scale 2^0; 7 is cut off at 6.
    Case {
        format: BlockFormat::MXFP4,
        rule: ScaleRule::Floor,
        block: &[7.0, -3.5, 0.25, 0.75, 5.0],
        scale: 127,
        elements: &[6.0, -4.0, 0.0, 1.0, 4.0],
    },
    // Rounded up 7 / 6 needs 2^1: 3.5 is a tie and goes to 4.
    Case {
        format: BlockFormat::MXFP4,
        rule: ScaleRule::RoundUp,
        block: &[7.0, -3.5, 0.25, 0.75, 5.0],
        scale: 128,
        elements: &[4.0, -2.0, 0.0, 0.5, 2.0],
    },
    // To two digits 7 = 1.11b x 2^2 is 10.0b x 2^2, a binade up.
    Case {
        format: BlockFormat::MXFP4,
        rule: ScaleRule::Even,
        block: &[7.0, 1.0],
        scale: 128,
        elements: &[4.0, 0.5],
    },
    // 6.5 is 1.101b: to two digits 1.1b, the same binade.
    Case {
        format: BlockFormat::MXFP4,
        rule: ScaleRule::Even,
        block: &[6.5, 1.0],
        scale: 127,
        elements: &[6.0, 1.0],
    },
    // 2^2 itself: ceil(log2 4) = 2. Anything more: 3.
    Case {
        format: BlockFormat::MXFP4,
        rule: ScaleRule::Ceil,
        block: &[4.0, 1.0],
        scale: 127,
        elements: &[4.0, 1.0],
    },
    Case {
        format: BlockFormat::MXFP4,
        rule: ScaleRule::Ceil,
        block: &[4.5, 1.0],
        scale: 128,
        elements: &[2.0, 0.5],
    },
    // E of E4M3 is 8: 500 is within 2^8 and 2^9, and past 448.
    Case {
        format: BlockFormat::MXFP8_E4M3,
        rule: ScaleRule::Floor,
        block: &[500.0, 1.0, 1.0 / 1024.0],
        scale: 127,
        elements: &[448.0, 1.0, 0.0],
    },
    // NVIDIA's recipe for MXFP8: 500 / 448 rounded up to 2.
    Case {
        format: BlockFormat::MXFP8_E4M3,
        rule: ScaleRule::RoundUp,
        block: &[500.0, 1.0],
        scale: 128,
        elements: &[256.0, 0.5],
    },
    // 127 / 64 is the greatest integer; 1.999 is cut off there.
    Case {
        format: BlockFormat::MXINT8,
        rule: ScaleRule::Floor,
        block: &[1.999, -1.0, 0.0078125, 0.0234375],
        scale: 127,
        elements: &[1.984375, -1.0, 0.0, 0.03125],
    },
    // 2688 = 6 x 448: the tensor's scale is 1, the block's the greatest, 448 (code 0x7e).
    Case {
        format: BlockFormat::NVFP4,
        rule: ScaleRule::Nearest,
        block: &[2688.0, 1344.0, -448.0, 100.0],
        scale: 0x7e,
        elements: &[6.0, 3.0, -1.0, 0.0],
    },
];

#[test]
fn conversions_worked_by_hand() {
    for case in CASES {
        let format = case.format.with_rule(case.rule);
        let rounder = BlockRounder::new(format);
        let codes = rounder.encode(case.block, &[case.block.len()]).unwrap();
        assert_eq!(codes.scales(), [case.scale], "{format} {:?}", case.block);
        let elements = codes.element_values().unwrap();
        assert_eq!(elements, case.elements, "{format} {:?}", case.block);
    }
}

/// Four values at 32 each: the layout of OCP's packed elements and of the scales.
#[test]
fn packed_bytes_worked_by_hand() {
    let rounder = BlockRounder::new(BlockFormat::MXFP4);
    let mut tensor = vec![0.0f32; 2 * 33];
    // Row 0: element codes 2 and 4 (1, 2), then the second block: 3.0 = 1.5 x 2^1, scale 2^-1, code 7.
    tensor[0] = 4.0;
    tensor[1] = 1.0;
    tensor[32] = 3.0;
    tensor[33] = -0.5;
    let codes = rounder.encode(&tensor, &[2, 33]).unwrap();
    // A block of zeros has the scale of code 0.
    assert_eq!(codes.scales(), [127, 126, 124, 0]);
    let mut elements = [0u8; 33];
    elements[0] = 6 | 2 << 4;
    // Value 32 in the low half, value 33, -4 at that scale, in the high half.
    elements[16] = 7 | 0xe << 4;
    assert_eq!(codes.elements(), elements);
}
