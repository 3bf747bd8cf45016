//! Blocks that share a power of two: the values that the CPU gives, and its errors.

use roundoff::block::{BlockError, BlockFormat, BlockRounder, ScaleRule};
use roundoff::gpu::{Gpu, GpuError};
use roundoff::{Format, Rounding, Saturation};

use crate::support::{assert_same, gpu, words32};

const RULES: [ScaleRule; 4] = [
    ScaleRule::Floor,
    ScaleRule::Ceil,
    ScaleRule::RoundUp,
    ScaleRule::Even,
];

fn formats() -> Vec<BlockFormat> {
    vec![
        BlockFormat::MXFP8_E4M3,
        BlockFormat::MXFP8_E5M2,
        BlockFormat::MXFP6_E3M2,
        BlockFormat::MXFP6_E2M3,
        BlockFormat::MXFP4,
        BlockFormat::MXINT8,
        BlockFormat::MSFP12,
        BlockFormat::block_floating_point(20, 8, 5).expect("a format"),
        BlockFormat::block_floating_point(4, 5, 7).expect("a format"),
    ]
}

/// Values of about one size in each stretch of 24, the sizes anything that an f32 holds; some
/// stretches have a zero, few a NaN or an infinity.
fn values() -> Vec<f32> {
    let mut words = roundoff::random::Words::new(4, 4);
    let mut next = || rand::Rng::next_u32(&mut words);
    let mut values = Vec::new();
    for _ in 0..200 {
        let field = next() % 255;
        let special = next() % 24;
        for i in 0..24 {
            let word = next();
            let near = field.saturating_sub(word >> 9 & 7);
            let x = f32::from_bits(word & 0x807f_ffff | near << 23);
            values.push(match (i == special, word % 8) {
                (true, 0) => f32::NAN,
                (true, 1) => f32::NEG_INFINITY,
                (true, _) => 0.0 * x,
                _ => x,
            });
        }
    }
    // Blocks of zeros, and powers of two and their neighbours alone in a block.
    values.extend([-0.0; 40]);
    for exponent in 1..255u32 {
        for word in [
            exponent << 23,
            (exponent << 23) - 1,
            exponent << 23 | 0x7f_ffff,
        ] {
            values.push(f32::from_bits(word));
            values.extend([0.0; 31]);
        }
    }
    values
}

/// One rounder over one tensor, on both.
fn agree(gpu: &Gpu, rounder: &BlockRounder, values: &[f32], shape: &[usize]) {
    let (mut there, mut here) = (values.to_vec(), values.to_vec());
    let on_gpu = gpu.round_blocks(rounder, &mut there, shape);
    let on_cpu = rounder.round_tensor(&mut here, shape);
    let what = || {
        let (format, rounding) = (rounder.format(), rounder.rounding());
        format!("{format} {rounding} {} {shape:?}", rounder.saturation())
    };
    match on_cpu {
        Ok(()) => {
            on_gpu.unwrap_or_else(|error| panic!("{}: {error}", what()));
            assert_same(&there, &here, values, what);
        }
        Err(error) => assert_eq!(on_gpu, Err(GpuError::Block(error)), "{}", what()),
    }
}

#[test]
fn formats_rules_and_roundings() {
    let Some(gpu) = gpu() else { return };
    let values = values();
    for format in formats() {
        for rule in RULES {
            for rounding in Rounding::ALL {
                let rounder = BlockRounder::new(format.with_rule(rule))
                    .with_rounding(rounding)
                    .with_saturation(Saturation::Finite)
                    .with_seed(6)
                    .with_stream(2);
                agree(gpu, &rounder, &values, &[values.len()]);
            }
        }
    }
}

#[test]
fn shapes_and_chunks() {
    let Some(gpu) = gpu() else { return };
    let values = values();
    let rounder = BlockRounder::new(BlockFormat::MXFP4)
        .with_rounding(Rounding::STOCHASTIC)
        .with_saturation(Saturation::Finite);
    for (count, shape) in [
        (0, vec![0]),
        (1, vec![1]),
        (31, vec![31]),
        (33, vec![33]),
        (1000, vec![10, 100]),
        (1000, vec![1000]),
        (1024, vec![4, 8, 32]),
        (4095, vec![585, 7]),
    ] {
        let values = &values[..count];
        agree(gpu, &rounder, values, &shape);
        let small = gpu.clone().with_chunk(512).with_row(2);
        agree(&small, &rounder, values, &shape);
    }
}

#[test]
fn a_scale_past_its_format_is_the_error_of_the_cpu() {
    let Some(gpu) = gpu() else { return };
    let narrow = BlockFormat::block_floating_point(4, 5, 8).expect("a format");
    let rounder = BlockRounder::new(narrow);
    let mut values = vec![1f32; 4000];
    (values[1003], values[3000]) = (1e30, 1e31);
    for shape in [vec![4000], vec![40, 100], vec![400, 10]] {
        agree(&gpu.clone().with_chunk(1024), &rounder, &values, &shape);
        let error = rounder.round_tensor(&mut values.clone(), &shape);
        assert!(matches!(error, Err(BlockError::ScaleRange { .. })));
    }
}

#[test]
fn what_is_not_there_is_said() {
    let Some(gpu) = gpu() else { return };
    let mut values = words32(&Format::BINARY16, 0)[..64].to_vec();
    let searched = BlockFormat::MXFP4.with_rule(ScaleRule::MeanSquare);
    for format in [BlockFormat::NVFP4, searched] {
        let error = gpu.round_blocks(&BlockRounder::new(format), &mut values, &[64]);
        assert!(
            matches!(error, Err(GpuError::Unsupported { .. })),
            "{error:?}"
        );
    }
    let shape = gpu.round_blocks(&BlockRounder::new(BlockFormat::MXFP4), &mut values, &[63]);
    assert!(
        matches!(shape, Err(GpuError::Block(BlockError::Shape { .. }))),
        "{shape:?}"
    );
}
