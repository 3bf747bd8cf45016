//! Products and sums as kernels have them: operands rounded as they come, every operation at its site.

use super::support::gpu;
use super::{SIZES, roundings, troubled};
use roundoff::arith::slices::{Matrix, Order};
use roundoff::arith::{Exact, PerSite, Site};
use roundoff::kernels::product;
use roundoff::kernels::summation::{self, Summation};
use roundoff::{Format, Rounder, Rounding};

/// Sites of three formats, each with a stream of its own.
fn sites(list: &'static [Site], mode: Rounding, wide: Format) -> PerSite<Exact> {
    let formats = [Format::BINARY16, Format::BFLOAT16, wide, Format::OCP_E5M2];
    let of = |site: Site| {
        let rounder = Rounder::new(formats[site.index() % 4]).with_rounding(mode);
        rounder.with_seed(77).with_stream(site.index() as u64)
    };
    PerSite::new(list)
        .with_default(|site| Exact::new(&of(site)))
        .build()
        .expect("sites")
}

fn orders(mode: Rounding) -> &'static [Order] {
    const ALL: [Order; 4] = [
        Order::Sequential,
        Order::Pairwise,
        Order::Blocked { k: 1 },
        Order::Blocked { k: 7 },
    ];
    &ALL[..if mode.is_stochastic() { 1 } else { 4 }]
}

/// f64s that are no f32s, with zeros of both signs and specials among them.
fn operands(seed: u64, count: usize) -> Vec<f64> {
    let digits = |(i, x): (usize, f32)| match i % 5 {
        0 => f64::from(x),
        _ => (f64::from(x.to_bits() as i32) / 2e9) * 1.000_000_01,
    };
    troubled(seed, count)
        .into_iter()
        .enumerate()
        .map(digits)
        .collect()
}

fn assert_bits(there: &[f64], here: &[f64], what: &str) {
    assert_eq!(there.len(), here.len(), "{what}");
    for (i, (a, b)) in there.iter().zip(here).enumerate() {
        let same = a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        assert!(same, "{what}: entry {i}: {a:e} there, {b:e} here");
    }
}

#[test]
fn products_of_matrices() {
    let Some(gpu) = gpu() else { return };
    for (m, k, n) in [(9, 21, 5), (4, 1, 3), (2, 0, 3), (0, 3, 2)] {
        let (a, b) = (operands(1, m * k), operands(2, k * n));
        let a = Matrix::new(&a, m, k).expect("a shape");
        let b = Matrix::new(&b, k, n).expect("a shape");
        for mode in roundings() {
            for order in orders(mode) {
                let fresh = || sites(product::SITES, mode, Format::BINARY32);
                let there = gpu.product(&fresh(), *order, a, b).expect("GPU");
                let here = product::gemm(&fresh(), *order, a, b).expect("CPU");
                assert_bits(&there, &here, &format!("{m} x {k} x {n} {mode} {order}"));
            }
        }
    }
}

#[test]
fn products_of_a_matrix_and_a_vector() {
    let Some(gpu) = gpu() else { return };
    for size in SIZES {
        let (a, x) = (operands(3, 2 * size), operands(4, size));
        let a = Matrix::new(&a, 2, size).expect("a shape");
        for mode in [
            Rounding::NearestTiesToEven,
            Rounding::TowardNegative,
            Rounding::STOCHASTIC,
        ] {
            for order in orders(mode) {
                let fresh = || sites(product::SITES, mode, Format::BFLOAT16);
                let there = gpu.product(&fresh(), *order, a, Matrix::column(&x));
                let here = product::gemv(&fresh(), *order, a, &x).expect("CPU");
                assert_bits(
                    &there.expect("GPU"),
                    &here,
                    &format!("{size} {mode} {order}"),
                );
            }
        }
    }
}

/// Sums of zeros keep the sign that the first term has.
#[test]
fn zeros() {
    let Some(gpu) = gpu() else { return };
    for mode in roundings() {
        for terms in [
            vec![-0.0; 3],
            vec![0.0, -0.0],
            vec![-0.0, 0.0],
            vec![1.0, -1.0],
        ] {
            for order in orders(mode) {
                let fresh = || sites(summation::SITES, mode, Format::BINARY16);
                let there = gpu.sums_at_sites(&fresh(), *order, Matrix::row(&terms));
                let here = Summation::Ordered(*order).sum(&fresh(), &terms);
                assert_bits(
                    &there.expect("GPU"),
                    &[here],
                    &format!("{terms:?} {mode} {order}"),
                );
            }
        }
    }
}

#[test]
fn sums_of_rows() {
    let Some(gpu) = gpu() else { return };
    for size in SIZES {
        let values = operands(5, 3 * size);
        let rows = Matrix::new(&values, 3, size).expect("a shape");
        for mode in [Rounding::NearestTiesToAway, Rounding::STOCHASTIC] {
            for order in orders(mode) {
                let fresh = || sites(summation::SITES, mode, Format::BINARY16);
                let there = gpu.sums_at_sites(&fresh(), *order, rows).expect("GPU");
                let at = fresh();
                let row = |i: usize| &values[i * size..(i + 1) * size];
                let here = [0, 1, 2].map(|i| Summation::Ordered(*order).sum(&at, row(i)));
                assert_bits(&there, &here, &format!("{size} {mode} {order}"));
            }
        }
    }
}

#[test]
fn vectors_scaled_and_added() {
    let Some(gpu) = gpu() else { return };
    for size in SIZES {
        let (x, y) = (operands(6, size), operands(7, size));
        for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            let fresh = || sites(product::SITES, mode, Format::BINARY32);
            let there = gpu.axpy_at_sites(&fresh(), 0.3, &x, &y).expect("GPU");
            let here = product::axpy(&fresh(), 0.3, &x, &y).expect("as long");
            assert_bits(&there, &here, &format!("{size} {mode}"));
        }
    }
}
