//! Codes: what the CPU encodes and decodes, bit for bit, and its errors.

use roundoff::chop::codes::Code;
use roundoff::gpu::{Gpu, GpuError};
use roundoff::{CodeError, Format, Rounder, Rounding};

use crate::support::{Bits, assert_same, formats, gpu, words32, words64};

/// Named formats whose codes have at most 32 bits.
fn encoded() -> impl Iterator<Item = (Format, u32)> {
    let coded = |format: Format| format.width().map(|width| (format, width));
    formats()
        .into_iter()
        .filter_map(coded)
        .filter(|(_, width)| *width <= 32)
}

/// Numbers alone where the format has no NaN.
fn numbers<T: Bits>(format: &Format, values: Vec<T>) -> Vec<T> {
    let mut values = values;
    if format.encode(f64::NAN).is_err() {
        values.retain(|x| Rounder::new(*format).round(x.to_f64()).is_finite());
    }
    values
}

fn encode_alike<T: Bits>(gpu: &Gpu, rounder: &Rounder, values: &[T], width: u32) {
    let what = || format!("{} {}", rounder.format(), rounder.rounding());
    let packed = gpu.encode_packed(rounder, values).expect("codes");
    assert!(
        packed == rounder.encode_packed(values).expect("codes"),
        "{}",
        what()
    );
    fn whole<T: Bits, C: Code + PartialEq>(gpu: &Gpu, rounder: &Rounder, values: &[T]) -> bool {
        let (mut there, mut here) = (
            vec![C::default(); values.len()],
            vec![C::default(); values.len()],
        );
        gpu.encode(rounder, values, &mut there).expect("codes");
        rounder.encode(values, &mut here).expect("codes");
        there == here
    }
    if width <= 8 {
        assert!(whole::<T, u8>(gpu, rounder, values), "{}", what());
    }
    if width <= 16 {
        assert!(whole::<T, u16>(gpu, rounder, values), "{}", what());
    }
    assert!(whole::<T, u32>(gpu, rounder, values), "{}", what());
}

#[test]
fn every_named_format_is_encoded_alike() {
    let Some(gpu) = gpu() else { return };
    for (format, width) in encoded() {
        let narrow = numbers(&format, words32(&format, 999));
        let wide = numbers(&format, words64(&format, 999));
        for rounding in [
            Rounding::NearestTiesToEven,
            Rounding::STOCHASTIC,
            Rounding::ToOdd,
        ] {
            let rounder = Rounder::new(format).with_rounding(rounding).with_seed(8);
            encode_alike(gpu, &rounder, &narrow, width);
            encode_alike(gpu, &rounder, &wide, width);
        }
    }
}

fn decode_alike<T: Bits>(gpu: &Gpu, format: &Format, width: u32, zero: T) {
    // Every code of up to 16 bits, some of the longer ones.
    let step = if width > 16 {
        (1u64 << width) / 65_521
    } else {
        1
    };
    let codes: Vec<u32> = (0..1u64 << width)
        .step_by(step as usize)
        .map(|code| code as u32)
        .collect();
    let (mut there, mut here) = (vec![zero; codes.len()], vec![zero; codes.len()]);
    gpu.decode_slice(format, &codes, &mut there)
        .expect("values");
    format.decode_slice(&codes, &mut here).expect("values");
    assert_same(&there, &here, &[], || {
        format!("{format}, codes every {step}")
    });
    if width <= 8 {
        let codes: Vec<u8> = codes.iter().map(|code| *code as u8).collect();
        gpu.decode_slice(format, &codes, &mut there)
            .expect("values");
        assert_same(&there, &here, &[], || format!("{format}, bytes"));
    }
    // The same again from packed bits, and back.
    let mut held = 0u64;
    let mut bits = 0;
    let mut packed = Vec::new();
    for code in &codes {
        held |= u64::from(*code) << bits;
        bits += width;
        while bits >= 8 {
            packed.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        packed.push(held as u8);
    }
    gpu.decode_packed(format, &packed, &mut there)
        .expect("values");
    assert_same(&there, &here, &[], || format!("{format}, packed"));
}

#[test]
fn every_code_is_decoded_alike() {
    let Some(gpu) = gpu() else { return };
    for (format, width) in encoded() {
        decode_alike(gpu, &format, width, 0f32);
        decode_alike(gpu, &format, width, 0f64);
        decode_alike(gpu, &format, width, half::bf16::ZERO);
    }
}

#[test]
fn sizes_and_chunks_change_no_code() {
    let Some(gpu) = gpu() else { return };
    let values = words32(&Format::OCP_E3M2, 65_537);
    let values = numbers(&Format::OCP_E3M2, values);
    let rounder = Rounder::new(Format::OCP_E3M2).with_rounding(Rounding::STOCHASTIC);
    for size in [0, 1, 31, 32, 33, 1000, 65_537] {
        let values = &values[..size];
        encode_alike(gpu, &rounder, values, 6);
        encode_alike(
            &gpu.clone().with_chunk(12_345).with_row(3),
            &rounder,
            values,
            6,
        );
        let packed = rounder.encode_packed(values).expect("codes");
        let (mut there, mut here) = (vec![0f32; size], vec![0f32; size]);
        let chunked = gpu.clone().with_chunk(12_345);
        chunked
            .decode_packed(&Format::OCP_E3M2, &packed, &mut there)
            .expect("values");
        Format::OCP_E3M2
            .decode_packed(&packed, &mut here)
            .expect("values");
        assert_same(&there, &here, values, || format!("{size}"));
    }
}

#[test]
fn the_errors_are_those_of_the_cpu() {
    let Some(gpu) = gpu() else { return };
    let code = |result: Result<(), GpuError>| match result {
        Err(GpuError::Code(error)) => error,
        other => panic!("{other:?}"),
    };
    // NaN where the format has none, in the second chunk, not the first NaN in memory alone.
    let gpu = gpu.clone().with_chunk(512);
    let mut values = vec![1f32; 1000];
    (values[777], values[900]) = (f32::NAN, f32::NAN);
    let rounder = Rounder::new(Format::OCP_E2M1);
    let mut codes = vec![0u8; 1000];
    let here = rounder.encode(&values, &mut codes).expect_err("NaN");
    assert_eq!(code(gpu.encode(&rounder, &values, &mut codes)), here);
    assert!(matches!(here, CodeError::NaN { index: 777, .. }));
    // A code with too many bits.
    let mut given = vec![0u8; 1000];
    (given[300], given[200]) = (0x10, 0xff);
    let here = Format::OCP_E2M1
        .decode_slice(&given, &mut values)
        .expect_err("no code");
    assert_eq!(
        code(gpu.decode_slice(&Format::OCP_E2M1, &given, &mut values)),
        here
    );
    assert!(matches!(
        here,
        CodeError::NotACode {
            index: 200,
            code: 0xff,
            ..
        }
    ));
    // Lengths, width, no encoding.
    let short = code(gpu.encode(&rounder, &values, &mut codes[1..]));
    assert!(matches!(
        short,
        CodeError::Length {
            values: 1000,
            codes: 999
        }
    ));
    let half = Rounder::new(Format::BINARY16);
    let narrow = code(gpu.encode(&half, &values, &mut codes));
    assert!(matches!(
        narrow,
        CodeError::TooWide {
            width: 16,
            room: 8,
            ..
        }
    ));
    let bare = Format::custom(5, -10, 10, roundoff::Subnormals::Kept).expect("a format");
    let none = code(gpu.encode(&Rounder::new(bare), &values, &mut codes));
    assert!(matches!(none, CodeError::NoEncoding { .. }));
    let packed = code(gpu.decode_packed(&Format::OCP_E2M1, &given[..499], &mut values));
    assert!(matches!(
        packed,
        CodeError::Length {
            values: 1000,
            codes: 998
        }
    ));
}
