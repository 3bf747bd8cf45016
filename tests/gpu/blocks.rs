//! Blocks that share a scale: the values that the CPU gives, and its errors.

use roundoff::block::{
    BlockCodes, BlockError, BlockFormat, BlockRounder, Length, ScaleRule, Specials,
};
use roundoff::gpu::{Gpu, GpuError};
use roundoff::{Domain, Format, Rounding, Saturation, Signedness, Variant};

use crate::support::{Bits, assert_same, gpu, words32};

fn p3109() -> Format {
    Format::p3109(6, 3, Signedness::Signed, Domain::Extended).expect("a format")
}

/// Scales that are powers of two, and scales with digits.
fn formats() -> Vec<BlockFormat> {
    let block =
        |element, scale, length| BlockFormat::new(element, scale, length).expect("a format");
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
        BlockFormat::NVFP4,
        block(Format::OCP_E2M3, Format::OCP_E5M2, 8),
        block(Format::OCP_E4M3, Format::BFLOAT16, 11),
        block(p3109(), Format::BINARY16, 24).with_specials(Specials::Element),
        BlockFormat::MXFP8_E4M3.with_specials(Specials::Element),
        BlockFormat::dynamic_fixed_point(9).expect("a format"),
        BlockFormat::NVFP4.with_length(Length::Tensor),
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

/// One rounder over one tensor, on both: its values, and its codes and what they decode to.
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
    codes_agree(gpu, rounder, values, shape);
}

/// The codes of a tensor of any host, and its values again.
fn codes_agree<T: Bits>(gpu: &Gpu, rounder: &BlockRounder, values: &[T], shape: &[usize]) {
    let what = || {
        format!(
            "codes of {} {} {shape:?}",
            rounder.format(),
            rounder.rounding()
        )
    };
    let on_cpu = rounder.encode(values, shape);
    let on_gpu = gpu.encode_blocks(rounder, values, shape);
    let codes = match (on_cpu, on_gpu) {
        (Ok(here), Ok(there)) => {
            assert!(there == here, "{}", what());
            here
        }
        (Err(here), there) => return assert_eq!(there, Err(GpuError::Block(here)), "{}", what()),
        (Ok(_), Err(error)) => panic!("{}: {error}", what()),
    };
    let (mut there, mut here) = (values.to_vec(), values.to_vec());
    match gpu.decode_blocks(&codes, &mut there) {
        Ok(()) => {}
        // A block of values so small that its scale is 0, times infinity, is the CPU's to decode.
        Err(GpuError::Unsupported { .. }) => {
            let scales = codes.scale_values().expect("codes of scales");
            let infinities = rounder.format().element().has_infinities();
            return assert!(infinities && scales.contains(&0.0), "{}", what());
        }
        Err(error) => panic!("{}: {error}", what()),
    }
    codes.decode(&mut here).expect("as long");
    assert_same(&there, &here, values, what);
}

#[test]
fn formats_rules_and_roundings() {
    let Some(gpu) = gpu() else { return };
    let all = values();
    // Where a format has one scale for the tensor, NaN would be all there is.
    let finite: Vec<f32> = all.iter().copied().filter(|x| x.is_finite()).collect();
    let stochastic = [(Variant::B, 8), (Variant::C, 40)];
    let stochastic = stochastic.map(|(variant, bits)| Rounding::stochastic(variant, bits));
    for (n, format) in formats().into_iter().enumerate() {
        let values = match format.length() {
            Length::Tensor => &finite[..2000],
            Length::Of(_) => &all,
        };
        for rule in ScaleRule::ALL {
            let searched = matches!(rule, ScaleRule::LargestExact | ScaleRule::MeanSquare);
            for (m, rounding) in Rounding::ALL
                .into_iter()
                .chain(stochastic.iter().flatten().copied())
                .enumerate()
            {
                // The CPU tries scales one after the other: a few modes of each will do.
                if searched && m % 4 != n % 4 {
                    continue;
                }
                let values = if searched { &values[..1500] } else { values };
                let rounder = BlockRounder::new(format.with_rule(rule))
                    .with_rounding(rounding)
                    .with_saturation(Saturation::Finite)
                    .with_seed(6)
                    .with_stream(2);
                agree(gpu, &rounder, values, &[values.len()]);
            }
        }
    }
}

/// Searches look at sums of squares in f64: many blocks, so that ties and near ones occur.
#[test]
fn searched_scales() {
    let Some(gpu) = gpu() else { return };
    let mut words = roundoff::random::Words::new(5, 5);
    // Few digits: greatest magnitudes and errors that are the same.
    let coarse: Vec<f32> = (0..16_000)
        .map(|_| (rand::Rng::next_u32(&mut words) % 97) as f32 - 48.0)
        .collect();
    for format in [
        BlockFormat::MXFP4,
        BlockFormat::NVFP4,
        BlockFormat::MXFP6_E2M3,
    ] {
        for rule in [ScaleRule::LargestExact, ScaleRule::MeanSquare] {
            for values in [&coarse, &values()] {
                let rounder = BlockRounder::new(format.with_rule(rule));
                let rounder = rounder.with_saturation(Saturation::Finite);
                agree(gpu, &rounder, values, &[values.len()]);
            }
        }
    }
}

#[test]
fn shapes_axes_and_chunks() {
    let Some(gpu) = gpu() else { return };
    let values = values();
    let formats = [
        BlockFormat::MXFP4,
        BlockFormat::NVFP4,
        BlockFormat::MXFP4.with_rule(ScaleRule::MeanSquare),
        BlockFormat::NVFP4.with_length(Length::Tensor),
    ];
    for format in formats {
        let stochastic = |axis| {
            BlockRounder::new(format.with_axis(axis))
                .with_rounding(Rounding::STOCHASTIC)
                .with_saturation(Saturation::Finite)
        };
        for (count, shape) in [
            (0, vec![0]),
            (1, vec![1]),
            (31, vec![31]),
            (33, vec![33]),
            (1000, vec![10, 100]),
            (1000, vec![1000]),
            (1024, vec![4, 8, 32]),
            (4095, vec![585, 7]),
            (3960, vec![2, 3, 66, 10]),
            (4096, vec![4, 64, 16]),
        ] {
            let values = &values[..count];
            for axis in 0..shape.len() as i32 {
                agree(gpu, &stochastic(axis), values, &shape);
                let small = gpu.clone().with_chunk(512).with_row(2);
                agree(&small, &stochastic(axis), values, &shape);
            }
        }
    }
}

/// Values and codes of a tensor of one dimension are those of the CPU.
fn tensors_agree<T: Bits>(
    gpu: &Gpu,
    rounder: &BlockRounder,
    values: &[T],
    what: impl Fn() -> String,
) {
    let (mut there, mut here) = (values.to_vec(), values.to_vec());
    let shape = [values.len()];
    gpu.round_blocks(rounder, &mut there, &shape)
        .expect("a GPU");
    rounder.round_tensor(&mut here, &shape).expect("in range");
    assert_same(&there, &here, values, what);
    codes_agree(gpu, rounder, values, &shape);
}

/// f64 tensors: formats, rules that follow at once, modes; values with all digits.
#[test]
fn tensors_of_f64() {
    let Some(gpu) = gpu() else { return };
    let mut words = roundoff::random::Words::new(9, 9);
    let mut next = || u64::from(rand::Rng::next_u32(&mut words));
    let mut values: Vec<f64> = Vec::new();
    for stretch in 0..150 {
        let field = 1023 - 400 + next() % 800;
        for i in 0..24 {
            let near = field.saturating_sub(next() % 8);
            let x = f64::from_bits(
                (next() << 63) | (near << 52) | (next() << 20) | (next() & 0xf_ffff),
            );
            values.push(match (stretch % 9, i) {
                (3, 5) => f64::NAN,
                (4, 5) => f64::NEG_INFINITY,
                (_, 7) => 0.0 * x,
                (5, _) => 0.0,
                (6, _) => f64::from(x as f32),
                _ => x,
            });
        }
    }
    let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let rules = [
        ScaleRule::Floor,
        ScaleRule::Ceil,
        ScaleRule::Even,
        ScaleRule::RoundUp,
        ScaleRule::Nearest,
    ];
    for format in formats() {
        let values = match format.length() {
            Length::Tensor => &finite[..2000],
            Length::Of(_) => &values,
        };
        for rule in rules {
            for rounding in Rounding::ALL {
                let rounder = BlockRounder::new(format.with_rule(rule))
                    .with_rounding(rounding)
                    .with_saturation(Saturation::Finite)
                    .with_seed(8);
                tensors_agree(gpu, &rounder, values, || {
                    format!("f64: {format} {rule} {rounding}")
                });
            }
        }
    }
    let small = gpu.clone().with_chunk(512).with_row(2);
    let rounder =
        BlockRounder::new(BlockFormat::NVFP4.with_axis(0)).with_rounding(Rounding::STOCHASTIC);
    codes_agree(&small, &rounder, &finite[..2000], &[200, 10]);
}

/// The rules that search, of f64 tensors: values with all digits and of few, alike and far apart.
#[test]
fn searched_scales_of_f64() {
    let Some(gpu) = gpu() else { return };
    let mut words = roundoff::random::Words::new(11, 11);
    let mut next = || u64::from(rand::Rng::next_u32(&mut words));
    let mut values: Vec<f64> = Vec::new();
    for stretch in 0..60 {
        let field = 1023 - 180 + next() % 360;
        for i in 0..32 {
            let near = field - next() % if stretch % 7 == 0 { 19 } else { 4 };
            let x = f64::from_bits(
                (next() << 63) | (near << 52) | (next() << 20) | (next() & 0xf_ffff),
            );
            values.push(match (stretch % 6, i) {
                (1, 5) => f64::NAN,
                (2, 5) => f64::INFINITY,
                (_, 7) => 0.0 * x,
                // Errors that are the same, and ties.
                (3, _) => (next() % 97) as f64 - 48.0,
                (4, _) => f64::from(x as f32),
                _ => x,
            });
        }
    }
    let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    for (n, format) in formats().into_iter().enumerate() {
        let values = match format.length() {
            Length::Tensor => &finite[..1000],
            Length::Of(_) => &values,
        };
        for (m, rounding) in Rounding::ALL.iter().enumerate() {
            if n % 4 != m % 4 {
                continue;
            }
            for rule in [ScaleRule::LargestExact, ScaleRule::MeanSquare] {
                let rounder = BlockRounder::new(format.with_rule(rule))
                    .with_rounding(*rounding)
                    .with_saturation(Saturation::Finite)
                    .with_seed(8);
                tensors_agree(gpu, &rounder, values, || {
                    format!("f64: {format} {rule} {rounding}")
                });
            }
        }
    }
}

/// f16 and bfloat16 tensors: one rounding more, to the host.
#[test]
fn tensors_of_halves() {
    let Some(gpu) = gpu() else { return };
    let values: Vec<f32> = values()
        .into_iter()
        .filter(|x| x.abs() < 6e4 || x.is_nan())
        .collect();
    for format in formats() {
        let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
        fn one<T: Bits>(gpu: &Gpu, rounder: &BlockRounder, values: &[f32]) {
            let values: Vec<T> = values.iter().map(|x| T::from_f64(f64::from(*x))).collect();
            let (mut there, mut here) = (values.clone(), values.clone());
            gpu.round_blocks(rounder, &mut there, &[values.len()])
                .expect("a GPU");
            rounder
                .round_tensor(&mut here, &[values.len()])
                .expect("in range");
            assert_same(&there, &here, &values, || rounder.format().to_string());
            codes_agree(gpu, rounder, &values, &[values.len()]);
        }
        one::<half::f16>(gpu, &rounder, &values[..3000]);
        one::<half::bf16>(gpu, &rounder, &values[..3000]);
    }
}

/// Codes that no rounder makes: the least integer, signed and great scales, NaN among both.
#[test]
fn codes_from_elsewhere() {
    let Some(gpu) = gpu() else { return };
    let mut served = 0;
    for format in [
        BlockFormat::MXINT8,
        BlockFormat::MXFP8_E5M2,
        BlockFormat::MXFP4,
        BlockFormat::NVFP4,
    ] {
        for scale in 0..=255u8 {
            let bits = format.element().width().expect("a width") as usize;
            let elements: Vec<u8> = (0..40 * bits as u32 / 8)
                .map(|i| (i * 37 + 128) as u8)
                .collect();
            let blocks = 40usize.div_ceil(match format.length() {
                Length::Of(length) => length.get() as usize,
                Length::Tensor => 40,
            });
            let codes = BlockCodes::from_parts(format, &[40], 1.0, vec![scale; blocks], elements);
            let codes = codes.expect("as many as there must be");
            let (mut there, mut here) = ([0f32; 40], [0f32; 40]);
            match gpu.decode_blocks(&codes, &mut there) {
                Ok(()) => served += 1,
                Err(GpuError::Unsupported { .. }) => continue,
                Err(error) => panic!("{format}: {error}"),
            }
            codes.decode(&mut here).expect("as long");
            // The sign of a NaN says nothing.
            let plain = |x: f32| if x.is_nan() { f32::NAN } else { x };
            let (there, here) = (there.map(plain), here.map(plain));
            assert_same(&there, &here, &here, || {
                format!("{format}, scales {scale:#x}")
            });
        }
    }
    assert_eq!(served, 1024);
    let codes = BlockRounder::new(BlockFormat::MXFP4)
        .encode(&[1f32; 40], &[40])
        .expect("codes");
    let error = gpu.decode_blocks(&codes, &mut [0f32; 39]);
    assert!(
        matches!(error, Err(GpuError::Block(BlockError::Values(_)))),
        "{error:?}"
    );
}

/// As many values as the issue asks for, and one submission and read-back for what fits.
#[test]
fn sizes_and_counts() {
    let Ok(gpu) = Gpu::new() else { return };
    let mut words = roundoff::random::Words::new(7, 5);
    for size in [0, 1, 31, 32, 33, 1000, 65_537] {
        let values: Vec<f32> = (0..size)
            .map(|_| f32::from_bits(rand::Rng::next_u32(&mut words) & 0x87ff_ffff | 0x3000_0000))
            .collect();
        for format in [BlockFormat::MXFP8_E5M2, BlockFormat::NVFP4] {
            let rounder = BlockRounder::new(format).with_rounding(Rounding::STOCHASTIC);
            let before = gpu.counts();
            agree(&gpu, &rounder, &values, &[size]);
            let after = gpu.counts();
            // Rounded, encoded, decoded.
            let each = 3 * u64::from(size > 0);
            assert_eq!(after.submissions - before.submissions, each);
            assert_eq!(after.read_backs - before.read_backs, each);
        }
    }
}

/// A scale of the tensor that is known beforehand.
#[test]
fn a_tensor_scale_of_ones_own() {
    let Some(gpu) = gpu() else { return };
    let values = &values()[..4000];
    for scale in [1e-30f32, 0.7, 3.0, 1e20] {
        let rounder = BlockRounder::new(BlockFormat::NVFP4).with_tensor_scale(scale);
        agree(gpu, &rounder.expect("a scale"), values, &[values.len()]);
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
        if shape.len() > 1 {
            let first = BlockRounder::new(narrow.with_axis(0));
            agree(&gpu.clone().with_chunk(1024), &first, &values, &shape);
        }
        let error = rounder.round_tensor(&mut values.clone(), &shape);
        assert!(matches!(error, Err(BlockError::ScaleRange { .. })));
    }
}

#[test]
fn what_is_not_there_is_said() {
    let Some(gpu) = gpu() else { return };
    let mut values = words32(&Format::BINARY16, 0)[..64].to_vec();
    let plain = BlockRounder::new;
    let far = BlockFormat::block_floating_point(4, 10, 8).expect("a format");
    let wide = BlockFormat::new(Format::BINARY32, Format::OCP_E4M3, 8).expect("a format");
    let bits = Rounding::stochastic(Variant::A, 30).expect("30 bits");
    let long = |length| Length::Of(std::num::NonZeroU32::new(length).expect("a length"));
    let searched = BlockFormat::MXFP4.with_rule(ScaleRule::MeanSquare);
    for rounder in [
        plain(far),
        plain(wide).with_rounding(bits),
        plain(BlockFormat::MXFP4.with_length(long((1 << 14) + 1))),
        plain(searched.with_length(long((1 << 11) + 1))),
    ] {
        let mut values = vec![1f32; 1 << 15];
        let error = gpu.round_blocks(&rounder, &mut values, &[1 << 15]);
        assert!(
            matches!(error, Err(GpuError::Unsupported { .. })),
            "{error:?}"
        );
        assert!(values.iter().all(|x| *x == 1.0), "nothing is half done");
        let error = gpu.encode_blocks(&rounder, &values, &[1 << 15]);
        assert!(matches!(error, Err(GpuError::Unsupported { .. })));
    }
    for (rounder, x) in [
        (plain(BlockFormat::MXFP4), 1e200f64),
        (plain(searched), 1e100),
    ] {
        let error = gpu.round_blocks(&rounder, &mut [x; 32], &[32]);
        assert!(
            matches!(error, Err(GpuError::Unsupported { .. })),
            "{error:?}"
        );
    }
    // The longest of both.
    let values_there: Vec<f32> = (0..1 << 15).map(|i| (i as f32).sin()).collect();
    agree(
        gpu,
        &plain(BlockFormat::MXFP4.with_length(long(1 << 14))),
        &values_there,
        &[1 << 15],
    );
    agree(
        gpu,
        &plain(searched.with_length(long(1 << 11))),
        &values_there[..1 << 12],
        &[1 << 12],
    );
    let shape = gpu.round_blocks(&BlockRounder::new(BlockFormat::MXFP4), &mut values, &[63]);
    assert!(
        matches!(shape, Err(GpuError::Block(BlockError::Shape { .. }))),
        "{shape:?}"
    );
}
