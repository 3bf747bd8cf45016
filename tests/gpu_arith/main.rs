//! Arithmetic and kernels on the GPU against the CPU: the same words.
//!
//! | module | what it judges |
//! |---|---|
//! | `elementwise` | operations: all pairs of 8-bit formats, words that make trouble; functions of narrow formats |
//! | `products` | products of matrices, dot products, sums: orders, shapes, random words |
//! | `accumulators` | exact and aligned accumulators |
//! | `at_sites` | products and sums of kernels, operands rounded, every operation at its site |
//! | `softmax` | every variant, function, order and scaling |
//! | `bessel` | log-Bessel by every expansion |
//! | `traffic` | one submission and one read-back a call |
//! | `refusals` | what the GPU does not serve is an error that says what would do |
//!
//! What the words should be is judged elsewhere: `arith_shader.rs` and the CPU's own tests. Without
//! an adapter each test says so; with `ROUNDOFF_REQUIRE_GPU=1` it fails.

mod accumulators;
mod at_sites;
mod bessel;
mod elementwise;
#[path = "../oracle/mod.rs"]
mod oracle;
mod products;
mod refusals;
mod softmax;
#[allow(dead_code)]
#[path = "../gpu/support.rs"]
mod support;
mod traffic;

use roundoff::arith::slices::{Matrix, MatrixMut, SumOfProducts};
use roundoff::gpu::Gpu;
use roundoff::random::word;
use roundoff::{Domain, Format, Rounder, Rounding, Signedness, Variant};
use support::assert_same;

/// What the issue asks for.
const SIZES: [usize; 7] = [0, 1, 31, 32, 33, 1000, 65537];

/// Modes of every kind, with at most 30 random bits.
fn roundings() -> Vec<Rounding> {
    let mut all = Rounding::ALL.to_vec();
    all.extend(Rounding::stochastic(Variant::B, 8));
    all.extend(Rounding::stochastic(Variant::C, 30));
    all
}

fn rounder(format: Format, rounding: Rounding) -> Rounder {
    Rounder::new(format)
        .with_rounding(rounding)
        .with_seed(0x0123_4567_89ab_cdef)
        .with_stream(5)
}

fn p3109() -> Format {
    Format::p3109(8, 3, Signedness::Signed, Domain::Extended).expect("a format of P3109")
}

/// f32 words of kinds that make trouble.
fn troubled(seed: u64, count: usize) -> Vec<f32> {
    (0..count as u64)
        .map(|n| {
            let bits = word(seed, 0, n);
            f32::from_bits(match word(seed, 1, n) % 6 {
                0 => bits,
                1 => bits & 0xff80_0000,
                2 => bits & 0xffff_0000,
                3 => bits & 0x807f_ffff,
                4 => bits & 0x9fff_ffff | 0x2000_0000,
                _ => [0, 0x8000_0000, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 1][bits as usize % 6],
            })
        })
        .collect()
}

/// A product of matrices there and here.
fn product(gpu: &Gpu, sum: &SumOfProducts, (m, k, n): (usize, usize, usize), a: &[f32], b: &[f32]) {
    let (mut there, mut here) = (vec![1f32; m * n], vec![2f32; m * n]);
    let a = Matrix::new(a, m, k).expect("a shape");
    let b = Matrix::new(b, k, n).expect("a shape");
    let room = MatrixMut::new(&mut there, m, n).expect("a shape");
    gpu.gemm(sum, a, b, room).expect("GPU");
    let room = MatrixMut::new(&mut here, m, n).expect("a shape");
    sum.gemm(a, b, room).expect("CPU");
    assert_same(&there, &here, &[], || format!("{m} x {k} x {n} of {sum:?}"));
}

/// Values of a format of moderate size.
fn tame(seed: u64, count: usize, format: Format, spread: f32) -> Vec<f32> {
    let rounder = Rounder::new(format);
    (0..count as u64)
        .map(|n| rounder.round((word(seed, 2, n) as f32 / 4_294_967_296.0 - 0.5) * spread))
        .collect()
}
