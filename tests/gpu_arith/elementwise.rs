//! Operations element by element.

use super::support::{SATURATIONS, assert_same, gpu};
use super::{SIZES, p3109, rounder, roundings, tame, troubled};
use roundoff::arith::{Binary, Ternary, Unary, slices};
use roundoff::gpu::Gpu;
use roundoff::{Format, Rounder, Rounding, Subnormals};

const BINARY: [Binary; 6] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::Scale,
    Binary::Maximum,
];

fn binary(gpu: &Gpu, operation: Binary, rounder: &Rounder, x: &[f32], y: &[f32]) {
    let (mut there, mut here) = (vec![0f32; x.len()], vec![0f32; x.len()]);
    gpu.binary(operation, rounder, x, y, &mut there)
        .expect("GPU");
    slices::binary(operation, rounder, x, y, &mut here).expect("as long");
    assert_same(&there, &here, x, || {
        format!("{operation} in {} {}", rounder.format(), rounder.rounding())
    });
}

fn unary(gpu: &Gpu, operation: Unary, rounder: &Rounder, operand: &Format, x: &[f32]) {
    let (mut there, mut here) = (vec![0f32; x.len()], vec![0f32; x.len()]);
    gpu.unary(operation, rounder, operand, x, &mut there)
        .expect("GPU");
    slices::unary(operation, rounder, x, &mut here).expect("as long");
    assert_same(&there, &here, x, || {
        format!("{operation} in {} {}", rounder.format(), rounder.rounding())
    });
}

/// x y + z and x + y + z.
fn ternary(gpu: &Gpu, rounder: &Rounder, x: &[f32], y: &[f32], z: &[f32]) {
    for operation in [Ternary::Fma, Ternary::Faa] {
        let (mut there, mut here) = (vec![0f32; x.len()], vec![0f32; x.len()]);
        gpu.ternary(operation, rounder, x, y, z, &mut there)
            .expect("GPU");
        slices::ternary(operation, rounder, x, y, z, &mut here).expect("as long");
        assert_same(&there, &here, x, || {
            format!("{operation} in {} {}", rounder.format(), rounder.rounding())
        });
    }
}

fn values(format: &Format) -> Vec<f32> {
    let width = format.width().expect("an encoding");
    (0..1u64 << width)
        .map(|code| format.decode(code).expect("a code") as f32)
        .collect()
}

/// All pairs of values of a format, in two slices.
fn pairs(format: &Format) -> (Vec<f32>, Vec<f32>) {
    let values = values(format);
    let all = values.iter().flat_map(|x| values.iter().map(|y| (*x, *y)));
    all.unzip()
}

fn all_pairs(gpu: &Gpu, format: Format, rounders: impl Iterator<Item = Rounder>) {
    let (x, y) = pairs(&format);
    for rounder in rounders {
        for operation in BINARY {
            binary(gpu, operation, &rounder, &x, &y);
        }
    }
}

/// Every 8-bit format that 32-bit words serve: all pairs for + - * / and the others of two numbers, all
/// pairs with a third number for fma and faa, all values for the square root; three modes a format, in turn.
#[test]
fn all_pairs_of_every_format_of_eight_bits() {
    let Some(gpu) = gpu() else { return };
    let modes = roundings();
    let mut served = 0;
    for (n, format) in super::oracle::formats::eight_bits().into_iter().enumerate() {
        let exact = rounder(format, Rounding::NearestTiesToEven);
        if let Err(error) = gpu.binary(Binary::Add, &exact, &[], &[], &mut []) {
            super::support::skipped(&format!("{format}: {error}"));
            continue;
        }
        served += 1;
        let (x, y) = pairs(&format);
        let z: Vec<f32> = x
            .iter()
            .cycle()
            .skip(77 * 256)
            .zip(&y)
            .map(|(x, _)| *x)
            .collect();
        let all = values(&format);
        for mode in (0..3).map(|k| modes[(n + 4 * k) % modes.len()]) {
            let rounder = rounder(format, mode);
            for operation in BINARY {
                binary(gpu, operation, &rounder, &x, &y);
            }
            ternary(gpu, &rounder, &x, &y, &z);
            unary(gpu, Unary::Sqrt, &rounder, &format, &all);
        }
    }
    assert!(served > 12, "{served} formats");
}

#[test]
fn all_pairs_of_formats_of_eight_bits() {
    let Some(gpu) = gpu() else { return };
    for format in [
        Format::OCP_E4M3,
        Format::OCP_E5M2.with_subnormals(Subnormals::Flushed),
        p3109(),
    ] {
        let rounders = roundings().into_iter().map(|mode| rounder(format, mode));
        all_pairs(gpu, format, rounders);
    }
}

#[test]
#[ignore = "minutes: every 8-bit format, mode and saturation"]
fn proof_of_all_pairs() {
    let Some(gpu) = gpu() else { return };
    for format in super::oracle::formats::eight_bits() {
        if gpu
            .binary(Binary::Add, &Rounder::new(format), &[], &[], &mut [])
            .is_err()
        {
            println!("skipped: {format}, beyond 32-bit words");
            continue;
        }
        let rounders = roundings().into_iter().flat_map(|mode| {
            SATURATIONS.map(|saturation| rounder(format, mode).with_saturation(saturation))
        });
        all_pairs(gpu, format, rounders);
    }
}

#[test]
fn words_that_make_trouble() {
    let Some(gpu) = gpu() else { return };
    let count = 20_000;
    let [x, y, z] = [1, 2, 3].map(|seed| troubled(seed, count));
    for format in [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::TF32,
        Format::BINARY32,
        Format::BINARY32.with_subnormals(Subnormals::Rounded),
    ] {
        for mode in roundings() {
            let rounder = rounder(format, mode);
            for operation in BINARY {
                binary(gpu, operation, &rounder, &x, &y);
            }
            ternary(gpu, &rounder, &x, &y, &z);
            for operation in [
                Unary::Convert,
                Unary::Negate,
                Unary::Abs,
                Unary::Sqrt,
                Unary::Recip,
            ] {
                unary(gpu, operation, &rounder, &format, &x);
            }
        }
    }
}

#[test]
fn sizes_and_grids() {
    let Some(gpu) = gpu() else { return };
    let rounder = rounder(Format::BINARY16, Rounding::STOCHASTIC);
    for size in SIZES {
        let x = tame(7, size, Format::BINARY16, 8.0);
        let y = tame(8, size, Format::BINARY16, 8.0);
        for (row, chunk) in [(1, 1 << 20), (7, 4096), (65_535, 100_000)] {
            let gpu = gpu.clone().with_row(row).with_chunk(chunk);
            binary(&gpu, Binary::Multiply, &rounder, &x, &y);
            unary(&gpu, Unary::Exp, &rounder, &Format::BINARY16, &x);
        }
    }
}

/// Functions that have no table, and need none.
fn is_direct(operation: Unary) -> bool {
    use Unary::{Abs, Convert, Negate, Recip, Sqrt};
    matches!(operation, Abs | Convert | Negate | Recip | Sqrt)
}

#[test]
fn every_function_of_formats_of_eight_bits() {
    let Some(gpu) = gpu() else { return };
    for format in [
        Format::OCP_E5M2,
        Format::OCP_E4M3,
        p3109(),
        Format::OCP_E2M1,
    ] {
        let x = values(&format);
        for &operation in Unary::ALL {
            for mode in roundings() {
                // Into the format itself, and into a wider one.
                unary(gpu, operation, &rounder(format, mode), &format, &x);
                unary(
                    gpu,
                    operation,
                    &rounder(Format::BINARY32, mode),
                    &format,
                    &x,
                );
            }
        }
        assert!(Unary::ALL.iter().any(|operation| !is_direct(*operation)));
    }
}

#[test]
fn functions_of_formats_of_sixteen_bits() {
    let Some(gpu) = gpu() else { return };
    for (format, operations) in [
        (Format::BINARY16, [Unary::Exp, Unary::Log, Unary::Tanh]),
        (Format::BFLOAT16, [Unary::Exp2, Unary::Rsqrt, Unary::Sin]),
    ] {
        let x = values(&format);
        for operation in operations {
            for mode in [
                Rounding::NearestTiesToEven,
                Rounding::TowardNegative,
                Rounding::STOCHASTIC,
            ] {
                unary(gpu, operation, &rounder(format, mode), &format, &x);
            }
        }
    }
}

/// Of wider formats some functions are computed. `arith_shader.rs` holds the text against the CPU's; this
/// each adapter.
#[test]
fn functions_of_wider_formats() {
    let Some(gpu) = gpu() else { return };
    let wide = [
        Format::BINARY32,
        Format::TF32,
        Format::FP24,
        Format::PXR24,
        Format::BINARY32.with_subnormals(Subnormals::Flushed),
    ];
    for (f, format) in wide.into_iter().enumerate() {
        let exact = Rounder::new(format).with_rounding(Rounding::TowardZero);
        let mut x = troubled(20 + f as u64, 1500);
        x.extend(tame(30 + f as u64, 1500, format, 200.0));
        x.iter_mut().for_each(|x| *x = exact.round(*x));
        for (n, operation) in [
            Unary::Exp,
            Unary::Log,
            Unary::Cosh,
            Unary::ArcSinh,
            Unary::Softplus,
        ]
        .into_iter()
        .enumerate()
        {
            for mode in roundings().into_iter().skip((f + n) % 3).step_by(3) {
                unary(gpu, operation, &rounder(format, mode), &format, &x);
                unary(gpu, operation, &rounder(p3109(), mode), &format, &x);
            }
        }
    }
}
