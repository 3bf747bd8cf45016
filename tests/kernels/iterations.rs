//! Sparse products, the stencil, conjugate gradients, Newton: rates and bounds that are known.

use std::f64::consts::PI;

use roundoff::Format;
use roundoff::arith::functions::Unrounded;
use roundoff::arith::{Arith, Native, Reference};
use roundoff::kernels::conjugate_gradient;
use roundoff::kernels::csr::Csr;
use roundoff::kernels::errors::backward;
use roundoff::kernels::inputs::{InputError, normal, positive_definite};
use roundoff::kernels::newton::{reciprocal, square_root};
use roundoff::kernels::operator::Operator;
use roundoff::kernels::order::Order;
use roundoff::kernels::stencil::Laplacian;

use super::support::{exact, gamma, rounded, square, total};

#[test]
fn sparse_products_keep_their_bound() {
    let n = 40;
    for format in [Format::BFLOAT16, Format::BINARY32] {
        let mut a = rounded(format, normal(n * n, 1));
        // About a fifth of the entries stay.
        a.iter_mut()
            .filter(|a| a.abs() < 1.28)
            .for_each(|a| *a = 0.0);
        let x = rounded(format, normal(n, 2));
        for order in [Order::Sequential, Order::Pairwise] {
            let csr = Csr::of(square(&a, n)).with_order(order);
            let y = csr.product(&exact(format), &x).unwrap();
            for (row, y) in a.chunks(n).zip(y) {
                let terms = row.iter().zip(&x).filter(|(a, _)| **a != 0.0);
                let products: Vec<Unrounded> = terms
                    .map(|(a, x)| Reference.mul(Reference.num(*a), Reference.num(*x)))
                    .collect();
                let magnitudes = total(products.iter().map(|x| Reference.abs(*x)));
                let bound = gamma(products.len(), format) * Reference.value(magnitudes);
                let sum = total(products.into_iter());
                let error = Reference.value(Reference.sub(sum, Reference.num(y)));
                assert!(error.abs() <= bound * (1.0 + 1e-12), "{format} {order}");
            }
        }
    }
}

#[test]
fn bad_sparse_matrices_are_refused() {
    let new = |starts: &[usize], places: &[usize]| {
        Csr::new(2, starts.to_vec(), places.to_vec(), vec![1.0; 2])
    };
    assert!(new(&[0, 1, 2], &[0, 1]).is_ok());
    for starts in [
        &[][..],
        &[1, 2],
        &[0, 2, 1],
        &[0, 1],
        &[0, 3],
        &[0, usize::MAX, 2],
    ] {
        let error = new(starts, &[0, 1]).unwrap_err();
        assert!(matches!(error, InputError::Sparse { .. }), "{starts:?}");
    }
    assert!(
        new(&[0, 2], &[0, 2])
            .unwrap_err()
            .to_string()
            .contains("past the last")
    );
    assert!(new(&[0, 2], &[0]).is_err());
    let csr = new(&[0, 2], &[0, 1]).unwrap();
    assert!(csr.product(&Native, &[1.0]).is_err());
    assert!(matches!(
        csr.apply(&Native, &[1.0; 2]),
        Err(InputError::NotSquare { .. })
    ));
}

/// The smoothest eigenvector of the cube.
fn smooth(side: usize) -> Vec<f64> {
    let sine = |i: usize| (PI * (i + 1) as f64 / (side + 1) as f64).sin();
    (0..side * side * side)
        .map(|at| sine(at % side) * sine(at / side % side) * sine(at / side / side))
        .collect()
}

#[test]
fn jacobi_and_the_laplacian_have_the_known_eigenvalues() {
    for side in [1, 2, 5, 9] {
        let (cube, u) = (Laplacian::new(side), smooth(side));
        let cosine = (PI / (side + 1) as f64).cos();
        let au = cube.apply(&Native, &u).unwrap();
        let next = cube.jacobi(&Native, &u, &vec![0.0; u.len()]).unwrap();
        for ((u, au), next) in u.iter().zip(&au).zip(&next) {
            assert!((au - 6.0 * (1.0 - cosine) * u).abs() < 1e-14);
            assert!((next - cosine * u).abs() < 1e-15);
        }
    }
    assert!(Laplacian::new(2).apply(&Native, &[1.0; 7]).is_err());
    assert_eq!(Laplacian::new(0).apply(&Native, &[]), Ok(vec![]));
}

/// (x, A x), and its root.
fn energy(a: &Csr, x: &[Unrounded]) -> f64 {
    let ax = a.product(&Reference, x).unwrap();
    let square = total(x.iter().zip(&ax).map(|(x, ax)| Reference.mul(*x, *ax)));
    Reference.value(square).sqrt()
}

#[test]
fn conjugate_gradients_converge_as_the_condition_number_says() {
    let (n, condition) = (24, 25.0f64);
    let a = positive_definite(n, condition, 3).unwrap();
    let csr = Csr::of(square(&a, n));
    // The solution is known: x = 1.
    let ones = vec![Reference.num(1.0); n];
    let b: Vec<f64> = csr
        .product(&Reference, &ones)
        .unwrap()
        .iter()
        .map(|b| Reference.value(*b))
        .collect();
    let steps = conjugate_gradient::solve(&Reference, &csr, Order::Sequential, &b, n).unwrap();
    let error = |x: &[Unrounded]| {
        let e: Vec<Unrounded> = x
            .iter()
            .zip(&ones)
            .map(|(x, one)| Reference.sub(*x, *one))
            .collect();
        energy(&csr, &e)
    };
    let (start, rate) = (
        energy(&csr, &ones),
        (condition.sqrt() - 1.0) / (condition.sqrt() + 1.0),
    );
    for (k, x) in steps.iter().enumerate() {
        let bound = 2.0 * rate.powi(k as i32 + 1) * start;
        assert!(error(x) <= bound + 1e-15, "step {k}: {} {bound}", error(x));
    }
    // In exact arithmetic n steps are enough; b itself is rounded to f64.
    assert!(error(&steps[n - 1]) < 1e-14);
}

#[test]
fn rounded_conjugate_gradients_stop_at_the_unit_roundoff_times_the_condition() {
    let (n, condition) = (24, 25.0);
    for format in [Format::BFLOAT16, Format::BINARY32] {
        let u = format.unit_roundoff();
        let a = rounded(format, positive_definite(n, condition, 3).unwrap());
        let b = rounded(format, normal(n, 8));
        let csr = Csr::of(square(&a, n));
        let steps =
            conjugate_gradient::solve(&exact(format), &csr, Order::Sequential, &b, 80).unwrap();
        let least = steps
            .iter()
            .map(|x| backward(square(&a, n), x, &b).unwrap().normwise)
            .fold(f64::INFINITY, f64::min);
        assert!(least < 10.0 * u && least > 0.01 * u, "{format} {least}");
    }
    let indefinite = Csr::of(square(&[-1.0], 1));
    let none = conjugate_gradient::solve(&Native, &indefinite, Order::Sequential, &[1.0], 9);
    assert!(none.unwrap().is_empty());
    let short = conjugate_gradient::solve(&Native, &indefinite, Order::Sequential, &[], 9);
    assert!(short.is_err());
}

#[test]
fn newton_is_quadratic() {
    let r = Reference;
    let relative = |x: Unrounded, exact: Unrounded| r.value(r.div(r.sub(x, exact), exact));
    for a in [0.75, 1.5, 3.0] {
        let start = 0.9 / a;
        let inverse = r.div(r.num(1.0), r.num(a));
        let errors: Vec<f64> = reciprocal(&r, a, start, 5)
            .iter()
            .map(|x| relative(*x, inverse))
            .collect();
        for pair in errors.windows(2) {
            assert!(
                (pair[1] / -(pair[0] * pair[0]) - 1.0).abs() < 1e-6,
                "{errors:?}"
            );
        }
        let root = r.sqrt(r.num(a));
        let errors: Vec<f64> = square_root(&r, a, a, 6)
            .iter()
            .map(|x| relative(*x, root))
            .collect();
        for pair in errors.windows(2).filter(|pair| pair[1].abs() > 1e-25) {
            let expected = pair[0] * pair[0] / (2.0 * (1.0 + pair[0]));
            assert!((pair[1] / expected - 1.0).abs() < 1e-6, "{errors:?}");
        }
    }
    // Rounded, all of binary16's numbers in [1, 2): at most two units of 2^-11 off.
    let half = exact(Format::BINARY16);
    for k in 0..1024 {
        let a = 1.0 + f64::from(k) / 1024.0;
        let x = reciprocal(&half, a, 0.7, 6)[6];
        assert!((x - 1.0 / a).abs() <= 2f64.powi(-10), "{a} {x}");
        let x = square_root(&half, a, 1.2, 5)[5];
        assert!((x - a.sqrt()).abs() <= 2f64.powi(-10), "{a} {x}");
    }
    assert!(reciprocal(&half, 0.0, f64::NAN, 2)[2].is_nan());
    assert_eq!(reciprocal(&half, 1.0, 1.0, 0), [1.0]);
}
