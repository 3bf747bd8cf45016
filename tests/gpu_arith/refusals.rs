//! What the GPU does not serve is an error that says what would do, and writes nothing.

use super::support::gpu;
use roundoff::arith::slices::{Accumulator, Aligned, Matrix, MatrixMut, Order, SumOfProducts};
use roundoff::arith::{Binary, Exact, Ternary, Unary};
use roundoff::gpu::GpuError;
use roundoff::kernels::bessel::emulated::{Expansion, Kind};
use roundoff::kernels::softmax::{Softmax, Variant};
use roundoff::{Format, Rounder, Rounding};

#[test]
fn operations() {
    let Some(gpu) = gpu() else { return };
    let half = Rounder::new(Format::BINARY16);
    let wide = Rounder::new(Format::BINARY64);
    let mut out = [7f32; 2];
    let x = [1.0f32, 2.0];

    let error = gpu.binary(Binary::Add, &wide, &x, &x, &mut out);
    assert!(matches!(error, Err(GpuError::Word32(_))), "{error:?}");
    let error = gpu.binary(Binary::Hypot, &half, &x, &x, &mut out);
    assert!(
        matches!(error, Err(GpuError::Unsupported { .. })),
        "{error:?}"
    );
    let error = gpu.ternary(Ternary::Clamp, &half, &x, &x, &x, &mut out);
    assert!(
        matches!(error, Err(GpuError::Unsupported { .. })),
        "{error:?}"
    );
    let error = gpu.binary(Binary::Add, &half, &x, &x[..1], &mut out);
    assert!(matches!(error, Err(GpuError::Slice(_))), "{error:?}");

    // Neither looked up nor computed; log Gamma is computed for log-Bessel alone, of no negative number.
    for operation in [Unary::Tanh, Unary::LogGamma] {
        let table = gpu.unary(operation, &half, &Format::TF32, &x, &mut out);
        let table = table.expect_err("19 bits");
        assert!(table.to_string().contains("16 bits"), "{table}");
    }
    let format = Format::OCP_E4M3;
    let none = gpu.unary(Unary::Exp, &half, &format, &[1.0, 1.01], &mut out);
    let none = none.expect_err("1.01 has too many digits");
    assert!(
        matches!(none, GpuError::NotAValue { index: 1, .. }),
        "{none:?}"
    );
    assert!(none.to_string().contains("1.01"), "{none}");
    assert_eq!(out, [7.0; 2]);
}

#[test]
fn products() {
    let Some(gpu) = gpu() else { return };
    let half = Rounder::new(Format::BINARY16);
    let x = [1.0f32, 2.0];
    // Blocks too long to read twice in a dispatch; sums of too many digits for two words.
    for (block, kept) in [((1 << 14) + 1, 23), (16, 57)] {
        let aligned = Aligned::new(block, kept, half).expect("within what the CPU has");
        let sum = SumOfProducts::new(half).with_accumulator(Accumulator::Aligned(aligned));
        let error = gpu.dot(&sum, &x, &x).expect_err("aligned");
        assert!(
            error.to_string().contains("16384 and sums of 63"),
            "{error}"
        );
    }
    // A tree's random words depend on when a kernel makes a sum.
    let stochastic = Exact::new(&half.with_rounding(Rounding::STOCHASTIC));
    let row = [1.0f64, 2.0];
    let error = gpu
        .product(
            &stochastic,
            Order::Pairwise,
            Matrix::row(&row),
            Matrix::column(&row),
        )
        .expect_err("pairwise");
    assert!(
        error.to_string().contains("in the order pairwise"),
        "{error}"
    );
    let nearest = Exact::new(&Rounder::new(Format::BINARY32));
    let error = gpu
        .product(
            &nearest,
            Order::Pairwise,
            Matrix::row(&row),
            Matrix::row(&row),
        )
        .expect_err("shapes");
    assert!(matches!(error, GpuError::Slice(_)), "{error}");
    let error = gpu.axpy_at_sites(&nearest, 1.0, &row, &row[..1]);
    assert!(matches!(error, Err(GpuError::Slice(_))), "{error:?}");
    let bits = Rounding::stochastic(roundoff::Variant::A, 40).expect("40 bits");
    let many = SumOfProducts::new(half.with_rounding(bits));
    let error = gpu.dot(&many, &x, &x).expect_err("40 bits");
    assert!(error.to_string().contains("at most 30"), "{error}");

    let plain = SumOfProducts::new(half);
    assert!(gpu.dot(&plain, &x, &x[..1]).is_err());
    let row = Matrix::new(&x, 1, 2).expect("a shape");
    let mut c = [7f32; 1];
    let room = MatrixMut::new(&mut c, 1, 1).expect("a shape");
    let error = gpu.gemm(&plain, row, row, room);
    assert!(matches!(error, Err(GpuError::Slice(_))), "{error:?}");
    assert_eq!(c, [7.0]);
}

#[test]
fn kernels() {
    let Some(gpu) = gpu() else { return };
    let x = [1.0f32, 2.0];
    let rows = Matrix::new(&x, 1, 2).expect("a shape");
    let double = Exact::new(&Rounder::new(Format::BINARY64));
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let softmax = Softmax::new(Variant::Online);
    let mut out = [7f32; 2];
    let error = gpu.softmax(&softmax, &double, rows, &mut out);
    assert!(matches!(error, Err(GpuError::Word32(_))), "{error:?}");
    let error = gpu.softmax(&softmax, &half, rows, &mut out[..1]);
    assert!(
        matches!(error, Err(GpuError::Room { wanted: 2, room: 1 })),
        "{error:?}"
    );

    let long = Expansion::LargeArgument { terms: 1001 };
    let long = gpu.log_bessel(&half, &long, Kind::I, &[1.0], &[1.0], &mut out[..1]);
    assert!(
        matches!(long, Err(GpuError::Unsupported { .. })),
        "{long:?}"
    );
    let uneven = Expansion::Uniform { terms: 4 };
    let uneven = gpu.log_bessel(&half, &uneven, Kind::I, &[1.0], &x, &mut out);
    assert!(matches!(uneven, Err(GpuError::Slice(_))), "{uneven:?}");
    assert_eq!(out, [7.0; 2]);
}
