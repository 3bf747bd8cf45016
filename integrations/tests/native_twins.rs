//! The kernels over `Native`, the machine's f64, beside libraries that do the same in f64: nalgebra,
//! faer, ndarray, rustfft. Both are within their bounds of the exact result, so no further apart
//! than twice that (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002).

use nalgebra::{DMatrix, DVector};
use roundoff::Format;
use roundoff::arith::Native;
use roundoff::arith::slices::Matrix;
use roundoff::kernels::csr::Csr;
use roundoff::kernels::inputs::{normal, positive_definite, randsvd, terms};
use roundoff::kernels::normalisation::Normalisation;
use roundoff::kernels::order::Order;
use roundoff::kernels::product::{axpy, dot, gemm, gemv};
use roundoff::kernels::refinement::{refine, refine_by_gmres};
use roundoff::kernels::softmax::native::softmax;
use roundoff::kernels::stencil::Laplacian;
use roundoff::kernels::summation::Summation;
use roundoff::kernels::{cholesky, conjugate_gradient, fft, lu, softmax as family};

const U: f64 = f64::EPSILON / 2.0;
const ORDERS: [Order; 3] = [Order::Sequential, Order::Pairwise, Order::Blocked { k: 8 }];

/// Is each number within `units` of u times its scale of the other?
fn near(what: &str, ours: &[f64], theirs: &[f64], scale: impl Fn(usize) -> f64, units: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        let bound = units * U * scale(i);
        assert!(
            (a - b).abs() <= bound,
            "{what} {i}: {a}, there {b}, bound {bound:e}"
        );
    }
}

fn magnitudes(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| x.abs()).collect()
}

fn greatest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m, x| m.max(x.abs()))
}

#[test]
fn sums_and_products_are_those_of_nalgebra() {
    let n = 50;
    let x = normal(n, 1);
    let y = normal(n, 2);
    let a = normal(n * n, 3);
    let b = normal(n * n, 4);
    let vector = |x: &[f64]| DVector::from_column_slice(x);
    let matrix = |a: &[f64]| DMatrix::from_row_slice(n, n, a);
    let square = |a| Matrix::new(a, n, n).expect("n x n");
    let mut theirs = vector(&y);
    theirs.axpy(0.3, &vector(&x), 1.0);
    let ours = axpy(&Native, 0.3, &x, &y).expect("as long");
    near(
        "axpy",
        &ours,
        theirs.as_slice(),
        |i| x[i].abs() + y[i].abs(),
        4.0,
    );

    let spread = terms(n, 1e3, 5).expect("condition");
    let total: f64 = magnitudes(&spread).iter().sum();
    let theirs = vector(&spread).sum();
    for method in ORDERS
        .map(Summation::Ordered)
        .into_iter()
        .chain([Summation::Kahan])
    {
        let ours = Summation::sum(method, &Native, &spread);
        near("sum", &[ours], &[theirs], |_| total, 2.0 * n as f64);
    }

    let inner = vector(&magnitudes(&x)).dot(&vector(&magnitudes(&y)));
    // A fifth of the entries.
    let few: Vec<f64> = a
        .iter()
        .map(|a| if a.abs() > 1.28 { *a } else { 0.0 })
        .collect();
    let rows = matrix(&magnitudes(&a)) * vector(&magnitudes(&x));
    let entries = (matrix(&magnitudes(&a)) * matrix(&magnitudes(&b))).transpose();
    for order in ORDERS {
        let ours = dot(&Native, order, &x, &y).expect("as long");
        let theirs = vector(&x).dot(&vector(&y));
        near("dot", &[ours], &[theirs], |_| inner, 2.0 * n as f64);
        let ours = gemv(&Native, order, square(&a), &x).expect("fits");
        let theirs = matrix(&a) * vector(&x);
        near(
            "gemv",
            &ours,
            theirs.as_slice(),
            |i| rows[i],
            2.0 * n as f64,
        );
        let ours = gemm(&Native, order, square(&a), square(&b)).expect("fits");
        // nalgebra goes by columns.
        let theirs = (matrix(&a) * matrix(&b)).transpose();
        near(
            "gemm",
            &ours,
            theirs.as_slice(),
            |i| entries.as_slice()[i],
            2.0 * n as f64,
        );
        let csr = Csr::of(square(&few)).with_order(order);
        let ours = csr.product(&Native, &x).expect("fits");
        let theirs = matrix(&few) * vector(&x);
        near("CSR", &ours, theirs.as_slice(), |i| rows[i], 2.0 * n as f64);
    }
}

#[test]
fn jacobi_is_that_of_ndarray() {
    use ndarray::{Array3, s};
    let side = 7;
    let (u, b) = (normal(side * side * side, 6), normal(side * side * side, 7));
    let cube = |x: &[f64]| Array3::from_shape_vec((side, side, side), x.to_vec()).expect("a cube");
    // Zeros around it.
    let mut padded = Array3::zeros((side + 2, side + 2, side + 2));
    let inside = 1..=side;
    padded
        .slice_mut(s![inside.clone(), inside.clone(), inside])
        .assign(&cube(&u));
    let at = |i: usize, j: usize, k: usize| {
        padded
            .slice(s![i..i + side, j..j + side, k..k + side])
            .to_owned()
    };
    let sum = at(0, 1, 1) + at(2, 1, 1) + at(1, 0, 1) + at(1, 2, 1) + at(1, 1, 0) + at(1, 1, 2);
    let theirs = (sum + cube(&b)) / 6.0;
    let ours = Laplacian::new(side)
        .jacobi(&Native, &u, &b)
        .expect("a cube");
    let scale = greatest(&u) + greatest(&b);
    near(
        "Jacobi",
        &ours,
        theirs.as_slice().expect("contiguous"),
        |_| scale,
        16.0,
    );
}

#[test]
fn solutions_are_those_of_nalgebra_and_faer() {
    use faer::Mat;
    use faer::linalg::solvers::Solve;
    let n = 24;
    for condition in [10.0, 1e6] {
        let b = normal(n, 8);
        let a = randsvd(n, condition, 9).expect("condition");
        let square = Matrix::new(&a, n, n).expect("n x n");
        let factors = lu::factor(&Native, square).expect("regular");
        let ours = lu::solve(&Native, &factors, &b).expect("fits");
        let theirs = DMatrix::from_row_slice(n, n, &a).lu();
        let theirs = theirs
            .solve(&DVector::from_column_slice(&b))
            .expect("regular");
        // Theorem 9.4 and the condition number.
        let units = 6.0 * n as f64 * condition;
        let scale = greatest(&ours);
        near("LU, nalgebra", &ours, theirs.as_slice(), |_| scale, units);
        let matrix = Mat::from_fn(n, n, |i, j| a[i * n + j]);
        let right = Mat::from_fn(n, 1, |i, _| b[i]);
        let theirs = matrix.partial_piv_lu().solve(&right);
        let theirs: Vec<f64> = (0..n).map(|i| theirs[(i, 0)]).collect();
        near("LU, faer", &ours, &theirs, |_| scale, units);
        for refined in [
            refine(&Native, square, &b, 5).expect("regular"),
            refine_by_gmres(&Native, square, &b, 5).expect("regular"),
        ] {
            let last = refined.last().expect("steps");
            near("refinement", last, &theirs, |_| scale, units);
        }

        let a = positive_definite(n, condition, 10).expect("condition");
        let square = Matrix::new(&a, n, n).expect("n x n");
        let theirs = DMatrix::from_row_slice(n, n, &a)
            .cholesky()
            .expect("definite");
        let factors = cholesky::factor(&Native, square).expect("definite");
        // R row by row is L column by column.
        let lower = theirs.l();
        near(
            "Cholesky, R",
            factors.entries(),
            lower.as_slice(),
            |_| 1.0,
            units,
        );
        let ours = cholesky::solve(&Native, &factors, &b).expect("fits");
        let theirs = theirs.solve(&DVector::from_column_slice(&b));
        let scale = greatest(&ours);
        near("Cholesky", &ours, theirs.as_slice(), |_| scale, units);
        if condition < 1e3 {
            let csr = Csr::of(square);
            let order = Order::Sequential;
            let steps = conjugate_gradient::solve(&Native, &csr, order, &b, 3 * n).expect("fits");
            let last = steps.last().expect("steps");
            near(
                "conjugate gradients",
                last,
                theirs.as_slice(),
                |_| scale,
                units,
            );
        }
    }
}

#[test]
fn transforms_are_those_of_rustfft() {
    use rustfft::{FftPlanner, num_complex::Complex};
    for bits in 0..12 {
        let n = 1 << bits;
        let values = normal(2 * n, 11);
        let x: Vec<(f64, f64)> = values.chunks(2).map(|z| (z[0], z[1])).collect();
        let mut theirs: Vec<Complex<f64>> = x.iter().map(|z| Complex::new(z.0, z.1)).collect();
        FftPlanner::new().plan_fft_forward(n).process(&mut theirs);
        let ours = fft::transform(&Native, &x).expect("a power of two");
        let norm: f64 = theirs.iter().map(|z| z.norm_sqr()).sum::<f64>().sqrt();
        let off = ours.iter().zip(&theirs);
        let off: f64 = off
            .map(|(a, b)| (a.0 - b.re).powi(2) + (a.1 - b.im).powi(2))
            .sum();
        // Theorem 24.2, twice.
        let bound = 2.0 * f64::from(bits) * 7.0 * U * norm;
        assert!(
            off.sqrt() <= bound,
            "{n}: {:e}, bound {bound:e}",
            off.sqrt()
        );
    }
}

#[test]
fn rows_are_normalised_as_by_nalgebra() {
    let row = normal(200, 12);
    let v = DVector::from_column_slice(&row);
    let (mean, epsilon) = (v.mean(), 1e-5);
    let layer: Vec<f64> = row
        .iter()
        .map(|x| (x - mean) / (v.variance() + epsilon).sqrt())
        .collect();
    let ours = Normalisation::LAYER
        .evaluate(&Native, &row, &[], &[])
        .expect("plain");
    near(
        "layer normalisation",
        &ours,
        &layer,
        |_| greatest(&layer),
        400.0,
    );
    let square = v.norm_squared() / 200.0;
    let rms: Vec<f64> = row.iter().map(|x| x / (square + epsilon).sqrt()).collect();
    let ours = Normalisation::RMS
        .evaluate(&Native, &row, &[], &[])
        .expect("plain");
    near("RMS normalisation", &ours, &rms, |_| greatest(&rms), 400.0);
}

#[test]
fn softmax_at_full_speed_is_the_kernel_over_native() {
    let row = normal(500, 13);
    let mut fast = vec![0.0; 500];
    softmax(&row, 500, &mut fast).expect("one row");
    for variant in family::Variant::ALL {
        let mut ours = vec![0.0; 500];
        let kernel = family::Softmax::new(*variant);
        kernel.evaluate(&Native, &row, &mut ours).expect("one row");
        near(variant.name(), &ours, &fast, |i| fast[i], 1100.0);
    }
    assert_eq!(Format::BINARY64.unit_roundoff(), U);
}
