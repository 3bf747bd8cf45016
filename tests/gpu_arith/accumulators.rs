//! Accumulators that do not round each sum: exact ones, and those of tensor cores.

use super::support::{assert_same, gpu};
use super::{SIZES, product, rounder, tame, troubled};
use roundoff::arith::slices::{Accumulator, Aligned, Matrix, SumOfProducts};
use roundoff::{Format, Rounding, Variant};

fn modes() -> Vec<Rounding> {
    let mut all = vec![
        Rounding::NearestTiesToEven,
        Rounding::TowardNegative,
        Rounding::TowardZero,
        Rounding::ToOdd,
        Rounding::STOCHASTIC,
    ];
    all.extend(Rounding::stochastic(Variant::C, 30));
    all
}

/// Exact, V100's, A100's, H100's for eight bits, and blocks of other lengths: products rounded or not, sums
/// rounded to narrow formats and wide ones, and once more where they are stored.
fn sums(mode: Rounding) -> Vec<SumOfProducts> {
    let narrow = rounder(Format::OCP_E4M3, mode);
    let half = rounder(Format::BINARY16, mode).with_stream(9);
    let single = rounder(Format::BINARY32, mode);
    let own = |block, kept, rounder| Aligned::new(block, kept, rounder).expect("few bits");
    let accumulators = [
        Accumulator::Exact { rounder: half },
        Accumulator::Exact { rounder: single },
        Accumulator::Aligned(Aligned::v100().with_rounder(half)),
        Accumulator::Aligned(Aligned::a100(&Format::BFLOAT16)),
        Accumulator::Aligned(Aligned::h100(&Format::OCP_E4M3).with_rounder(single)),
        Accumulator::Aligned(own(1, 0, half)),
        Accumulator::Aligned(own(7, 50, single).with_operands(&Format::BINARY16)),
    ];
    accumulators
        .into_iter()
        .flat_map(|accumulator| {
            let sum = SumOfProducts::new(narrow).with_accumulator(accumulator);
            [sum, sum.fused(), sum.fused().with_output(narrow)]
        })
        .collect()
}

#[test]
fn products_of_matrices() {
    let Some(gpu) = gpu() else { return };
    for shape in [(20, 33, 17), (1, 5, 30), (3, 0, 4)] {
        let (m, k, n) = shape;
        for (format, spread) in [(Format::BINARY16, 4.0), (Format::BFLOAT16, 1e30)] {
            let a = tame(1, m * k, format, spread);
            let b = tame(2, k * n, format, 4.0);
            for mode in modes() {
                for sum in sums(mode) {
                    product(gpu, &sum, shape, &a, &b);
                }
            }
        }
    }
}

/// Infinities, NaN, subnormals, the whole range of f32.
#[test]
fn words_that_make_trouble() {
    let Some(gpu) = gpu() else { return };
    let (a, b) = (troubled(21, 240), troubled(22, 300));
    for mode in modes() {
        for sum in sums(mode) {
            product(gpu, &sum, (40, 6, 50), &a, &b);
        }
    }
}

/// Sums that cancel but for one term, over the whole range of products.
#[test]
fn what_cancels() {
    let Some(gpu) = gpu() else { return };
    let large = troubled(23, 999);
    let finite = |x: &f32| if x.is_finite() { *x } else { 1.0 };
    let mut a: Vec<f32> = large.iter().map(finite).collect();
    let mut b: Vec<f32> = troubled(24, 999).iter().map(finite).collect();
    // The same products with the other sign, in another order.
    let back: Vec<f32> = a.iter().rev().map(|x| -x).collect();
    a.extend(back);
    b.extend(b.clone().iter().rev());
    for (x, y) in [
        (1e-30f32, 1e-15),
        (-1e-45, 1e-45),
        (0.0, -1.0),
        (3e38, -3e38),
    ] {
        (a[700], b[700]) = (x, y);
        for mode in modes() {
            let rounder = rounder(Format::BINARY32, mode);
            let sum = SumOfProducts::new(rounder).fused();
            let sum = sum.with_accumulator(Accumulator::Exact { rounder });
            let there = gpu.dot(&sum, &a, &b).expect("GPU");
            let here = sum.dot(&a, &b).expect("CPU");
            assert_eq!(there.to_bits(), here.to_bits(), "{x:e} {y:e} {mode}");
        }
    }
}

/// Long ones take several dispatches.
#[test]
fn dot_products_of_all_sizes() {
    let Some(gpu) = gpu() else { return };
    for size in SIZES {
        let x = tame(3, size, Format::BFLOAT16, 2.0);
        let y = tame(4, size, Format::BFLOAT16, 2.0);
        for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            for sum in sums(mode) {
                let there = gpu.dot(&sum, &x, &y).expect("GPU");
                let here = sum.dot(&x, &y).expect("CPU");
                assert_eq!(there.to_bits(), here.to_bits(), "{size} of {sum:?}");
            }
        }
    }
}

#[test]
fn grids_and_chunks_change_no_sum() {
    let Some(gpu) = gpu() else { return };
    let values = tame(8, 500 * 20, Format::BINARY16, 10.0);
    let rows = Matrix::new(&values, 500, 20).expect("a shape");
    for sum in sums(Rounding::STOCHASTIC) {
        let mut here = [0f32; 500];
        sum.gemv(rows, &[1.0; 20], &mut here).expect("CPU");
        for (row, chunk) in [(1, 512), (3, 1 << 13)] {
            let mut there = [0f32; 500];
            let gpu = gpu.clone().with_row(row).with_chunk(chunk);
            gpu.gemv(&sum, rows, &[1.0; 20], &mut there).expect("GPU");
            assert_same(&there, &here, &[], || format!("rows of {row} of {sum:?}"));
        }
    }
}
