//! LU and Cholesky: Higham's theorems 9.3, 9.4, 10.3, entry by entry.

use roundoff::Format;
use roundoff::arith::functions::Unrounded;
use roundoff::arith::{Arith, Reference};
use roundoff::kernels::errors::backward;
use roundoff::kernels::inputs::{normal, positive_definite, randsvd};
use roundoff::kernels::lu::FactorError;
use roundoff::kernels::{cholesky, lu};

use super::support::{exact, gamma, rounded, square, total};

const N: usize = 20;
const FORMATS: [Format; 3] = [Format::BFLOAT16, Format::BINARY16, Format::BINARY32];

/// |target - sum of the products| <= factor x sum of their magnitudes.
fn within(target: f64, products: Vec<Unrounded>, factor: f64) -> bool {
    let r = Reference;
    let magnitudes = r.value(total(products.iter().map(|x| r.abs(*x))));
    let error = r.value(r.sub(total(products.into_iter()), r.num(target)));
    error.abs() <= factor * magnitudes * (1.0 + 1e-12)
}

#[test]
fn lu_keeps_its_bound() {
    let wide = |x: f64| Reference.num(x);
    // The theorem is without underflow, which binary16 is too narrow for.
    for format in [Format::BFLOAT16, Format::BINARY32] {
        for seed in 0..4 {
            let a = rounded(format, randsvd(N, 100.0, seed).unwrap());
            let factors = lu::factor(&exact(format), square(&a, N)).unwrap();
            let entries = factors.entries();
            for i in 0..N {
                for j in 0..N {
                    let products = (0..=i.min(j)).map(|k| {
                        let l = if k == i { 1.0 } else { entries[i * N + k] };
                        Reference.mul(wide(l), wide(entries[k * N + j]))
                    });
                    let target = a[factors.rows()[i] * N + j];
                    let within = within(target, products.collect(), gamma(N, format));
                    assert!(within, "{format} {seed} {i} {j}");
                }
            }
            // Partial pivoting: no multiplier above one.
            let below = (0..N * N).filter(|at| at % N < at / N);
            assert!(below.map(|at| entries[at].abs()).all(|l| l <= 1.0));
        }
    }
}

#[test]
fn cholesky_keeps_its_bound() {
    let wide = |x: f64| Reference.num(x);
    for format in [Format::BFLOAT16, Format::BINARY32] {
        for seed in 0..4 {
            let a = rounded(format, positive_definite(N, 10.0, seed).unwrap());
            let factors = cholesky::factor(&exact(format), square(&a, N)).unwrap();
            let r = factors.entries();
            for i in 0..N {
                for j in i..N {
                    let products =
                        (0..=i).map(|k| Reference.mul(wide(r[k * N + i]), wide(r[k * N + j])));
                    let within = within(a[i * N + j], products.collect(), gamma(N + 1, format));
                    assert!(within, "{format} {seed} {i} {j}");
                }
            }
        }
    }
}

#[test]
fn solutions_have_small_backward_errors() {
    for format in FORMATS {
        let a = rounded(format, positive_definite(N, 20.0, 9).unwrap());
        let b = rounded(format, normal(N, 5));
        let arith = exact(format);
        let by_lu = lu::factor(&arith, square(&a, N)).unwrap();
        let by_cholesky = cholesky::factor(&arith, square(&a, N)).unwrap();
        let u = format.unit_roundoff();
        for x in [
            lu::solve(&arith, &by_lu, &b).unwrap(),
            cholesky::solve(&arith, &by_cholesky, &b).unwrap(),
        ] {
            let errors = backward(square(&a, N), &x, &b).unwrap();
            // Far below the n u of the theorems, as everyone finds; and not nothing.
            assert!(errors.normwise < 4.0 * u, "{format} {errors:?}");
            assert!(errors.normwise > 1e-3 * u, "{format} {errors:?}");
            assert!(errors.componentwise >= errors.normwise);
        }
    }
}

#[test]
fn generated_matrices_have_their_condition_number() {
    // The Frobenius norms of A and of its inverse, by the solver in 128 digits, are those of the
    // singular values; the product of the pivots is that of the singular values.
    let (n, condition) = (6, 1e5f64);
    let sigma: Vec<f64> = (0..n).map(|i| condition.powf(-(i as f64) / 5.0)).collect();
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>();
    for a in [
        randsvd(n, condition, 4).unwrap(),
        positive_definite(n, condition, 4).unwrap(),
    ] {
        let norm = squares(&mut a.iter().copied());
        assert!((norm / squares(&mut sigma.iter().copied()) - 1.0).abs() < 1e-12);
        let factors = lu::factor(&Reference, square(&a, n)).unwrap();
        let mut inverse = 0.0;
        for j in 0..n {
            let unit: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == j))).collect();
            let column = lu::solve(&Reference, &factors, &unit).unwrap();
            inverse += squares(&mut column.iter().map(|x| Reference.value(*x)));
        }
        let expected = squares(&mut sigma.iter().map(|x| 1.0 / x));
        assert!((inverse / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn what_has_no_factors_says_so() {
    let arith = exact(Format::BINARY16);
    let singular = [1.0, 2.0, 2.0, 4.0];
    let error = lu::factor(&arith, square(&singular, 2)).unwrap_err();
    assert_eq!(
        error,
        FactorError::Pivot {
            step: 1,
            value: 0.0
        }
    );
    let indefinite = [1.0, 2.0, 2.0, 1.0];
    let error = cholesky::factor(&arith, square(&indefinite, 2)).unwrap_err();
    assert_eq!(
        error,
        FactorError::Pivot {
            step: 1,
            value: -3.0
        }
    );
    for a in [[f64::NAN; 4], [0.0; 4]] {
        assert!(lu::factor(&arith, square(&a, 2)).is_err());
        assert!(cholesky::factor(&arith, square(&a, 2)).is_err());
    }
    let wide = roundoff::arith::slices::Matrix::new(&singular, 1, 4).unwrap();
    let error = lu::factor(&arith, wide).unwrap_err();
    assert!(error.to_string().contains("1 x 4"), "{error}");
    let factors = lu::factor(&arith, square(&[], 0)).unwrap();
    assert!(lu::solve(&arith, &factors, &[]).unwrap().is_empty());
    assert!(lu::solve(&arith, &factors, &[1.0]).is_err());
}
