//! Products of matrices, dot products, sums.

use super::support::{assert_same, gpu};
use super::{SIZES, product, rounder, tame, troubled};
use roundoff::arith::slices::{Matrix, MatrixMut, Order, SumOfProducts};
use roundoff::{Format, Rounding, Variant};

const ORDERS: [Order; 5] = [
    Order::Sequential,
    Order::Pairwise,
    Order::Blocked { k: 1 },
    Order::Blocked { k: 7 },
    Order::Blocked { k: 32 },
];

fn modes() -> Vec<Rounding> {
    let mut all = vec![
        Rounding::NearestTiesToEven,
        Rounding::TowardNegative,
        Rounding::ToOdd,
        Rounding::STOCHASTIC,
        Rounding::StochasticEqual,
    ];
    all.extend(Rounding::stochastic(Variant::C, 8));
    all
}

/// Sums of every make: products rounded or not, narrow and wide accumulators, outputs.
fn sums(mode: Rounding) -> Vec<SumOfProducts> {
    let narrow = rounder(Format::OCP_E4M3, mode);
    let half = rounder(Format::BINARY16, mode).with_stream(9);
    let single = rounder(Format::BINARY32, mode);
    vec![
        SumOfProducts::new(half),
        SumOfProducts::new(half).fused().with_output(narrow),
        SumOfProducts::new(single).with_product(narrow),
        SumOfProducts::new(single).fused().with_output(half),
    ]
}

#[test]
fn products_of_matrices() {
    let Some(gpu) = gpu() else { return };
    for shape in [
        (70, 40, 60),
        (33, 32, 31),
        (1, 5, 70),
        (65, 9, 2),
        (0, 3, 4),
        (5, 3, 0),
        (3, 0, 4),
    ] {
        let (m, k, n) = shape;
        let a = tame(1, m * k, Format::BINARY16, 4.0);
        let b = tame(2, k * n, Format::BINARY16, 4.0);
        for mode in modes() {
            for sum in sums(mode) {
                for order in ORDERS {
                    product(gpu, &sum.with_order(order), shape, &a, &b);
                }
            }
        }
    }
}

/// The rules as constants of a pipeline: the same bits.
#[test]
fn products_by_specialised_pipelines() {
    let Some(gpu) = gpu() else { return };
    let gpu = gpu.clone().with_special_after(0);
    let shape = (20, 30, 25);
    let a = tame(1, 600, Format::BINARY16, 4.0);
    let b = tame(2, 750, Format::BINARY16, 4.0);
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        for sum in sums(mode) {
            for order in [Order::Sequential, Order::Pairwise, Order::Blocked { k: 7 }] {
                product(&gpu, &sum.with_order(order), shape, &a, &b);
            }
        }
    }
}

#[test]
fn words_that_make_trouble() {
    let Some(gpu) = gpu() else { return };
    let shape = (40, 6, 50);
    let (a, b) = (troubled(21, 240), troubled(22, 300));
    for mode in modes() {
        for sum in sums(mode) {
            for order in [Order::Sequential, Order::Pairwise] {
                product(gpu, &sum.with_order(order), shape, &a, &b);
            }
        }
    }
}

#[test]
fn dot_products_of_all_sizes() {
    let Some(gpu) = gpu() else { return };
    for size in SIZES {
        let x = tame(3, size, Format::BFLOAT16, 2.0);
        let y = tame(4, size, Format::BFLOAT16, 2.0);
        for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            for order in ORDERS {
                let sum = SumOfProducts::new(rounder(Format::BFLOAT16, mode)).with_order(order);
                let there = gpu.dot(&sum, &x, &y).expect("GPU");
                let here = sum.dot(&x, &y).expect("CPU");
                assert_eq!(there.to_bits(), here.to_bits(), "{size} {mode} {order}");
            }
        }
    }
}

#[test]
fn sums_of_rows() {
    let Some(gpu) = gpu() else { return };
    for columns in SIZES {
        let values = tame(5, 3 * columns, Format::BINARY16, 10.0);
        let rows = Matrix::new(&values, 3, columns).expect("a shape");
        for mode in [Rounding::TowardPositive, Rounding::STOCHASTIC] {
            let rounder = rounder(Format::BINARY16, mode);
            let mut there = [0f32; 3];
            gpu.sums(&rounder, Order::Pairwise, rows, &mut there)
                .expect("GPU");
            let sum = SumOfProducts::new(rounder)
                .fused()
                .with_order(Order::Pairwise);
            let mut here = [0f32; 3];
            sum.gemv(rows, &vec![1.0; columns], &mut here).expect("CPU");
            assert_same(&there, &here, &[], || format!("{columns} columns {mode}"));
        }
    }
}

/// Rows in parts, and views with strides, change no bit.
#[test]
fn views_and_grids() {
    let Some(gpu) = gpu() else { return };
    let values = tame(6, 40 * 50, Format::BINARY16, 2.0);
    let a = Matrix::with_stride(&values, 40, 33, 50).expect("a view");
    let b = a.transposed();
    let sum = SumOfProducts::new(rounder(Format::BFLOAT16, Rounding::STOCHASTIC));
    let mut here = vec![0f32; 1600];
    sum.gemm(a, b, MatrixMut::new(&mut here, 40, 40).expect("a shape"))
        .expect("CPU");
    for (row, chunk) in [(1, 1 << 20), (3, 256), (65_535, 5000)] {
        let mut there = vec![0f32; 40 * 41];
        let room = MatrixMut::with_stride(&mut there, 40, 40, 41).expect("a view");
        gpu.clone()
            .with_row(row)
            .with_chunk(chunk)
            .gemm(&sum, a, b, room)
            .expect("GPU");
        let packed: Vec<f32> = there
            .chunks(41)
            .flat_map(|row| row[..40].to_vec())
            .collect();
        assert_same(&packed, &here, &[], || {
            format!("rows of {row}, chunks of {chunk}")
        });
        assert!(there.iter().skip(40).step_by(41).all(|x| *x == 0.0));
    }
}

/// Two shapes of the grid and two chunks for sums of rows: the same stochastic result.
#[test]
fn grids_and_chunks_change_no_sum() {
    let Some(gpu) = gpu() else { return };
    let values = tame(8, 500 * 20, Format::BINARY16, 10.0);
    let rows = Matrix::new(&values, 500, 20).expect("a shape");
    let rounder = rounder(Format::BFLOAT16, Rounding::STOCHASTIC);
    for order in ORDERS {
        let sum = SumOfProducts::new(rounder).fused().with_order(order);
        let mut here = [0f32; 500];
        sum.gemv(rows, &[1.0; 20], &mut here).expect("CPU");
        for (row, chunk) in [(1, 512), (3, 1 << 13)] {
            let mut there = [0f32; 500];
            let gpu = gpu.clone().with_row(row).with_chunk(chunk);
            gpu.sums(&rounder, order, rows, &mut there).expect("GPU");
            assert_same(&there, &here, &[], || format!("{order}, rows of {row}"));
        }
    }
}
