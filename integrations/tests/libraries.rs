//! nalgebra, faer, ndarray, rustfft and serde on `Real`, as they are.

use num_traits::Zero;
use roundoff::arith::real::{Bfloat16, Binary16, Binary32, Binary64, Real, Stateless, Tf32};
use roundoff::random::Words;

#[test]
fn serde_keeps_the_value() {
    let x = Real::<Binary16>::new(0.1);
    let text = serde_json::to_string(&x).expect("a number");
    assert_eq!(text, "0.0999755859375");
    assert_eq!(serde_json::from_str::<Real<Binary16>>(&text).ok(), Some(x));
    assert_eq!(serde_json::from_str::<Real<Binary16>>("0.1").ok(), Some(x));
}

#[test]
fn ndarray_dots_and_scales() {
    use ndarray::{Array1, array};
    let ones = Array1::from_elem(4096, Real::<Binary16>::new(1.0));
    let sum = ones.dot(&ones).value();
    // ndarray adds in eight partial sums: nothing stalls.
    assert_eq!(sum, 4096.0);
    let scaled = array![Real::<Binary16>::new(1.0)] * Real::new(0.1);
    assert_eq!(scaled[0].value(), 0.0999755859375);
}

#[test]
fn rustfft_transforms() {
    use rustfft::{FftPlanner, num_complex::Complex};
    let mut data = vec![Complex::new(Real::<Binary16>::new(1.0), Real::zero()); 64];
    FftPlanner::new().plan_fft_forward(64).process(&mut data);
    assert_eq!(data[0].re.value(), 64.0);
    assert!(
        data[1..]
            .iter()
            .all(|z| z.re.value().abs() <= 0.0625 && z.im.value().abs() <= 0.0625)
    );
}

/// A stable factorisation's backward error is a modest multiple of u (Higham 2002, 9.3 and 19.3).
#[test]
fn nalgebra_decomposes() {
    use nalgebra::DMatrix;
    use rand_distr::{Distribution, StandardNormal};
    fn check<A: Stateless>() {
        let mut words = Words::new(9, 0);
        let a = DMatrix::from_fn(12, 12, |_, _| {
            Real::<A>::new(StandardNormal.sample(&mut words))
        });
        let wide = a.map(|x| x.value());
        let u = A::format().unit_roundoff();
        let back = |m: &DMatrix<Real<A>>| m.map(|x| x.value());
        let relative = |product: DMatrix<f64>| (&wide - product).norm() / wide.norm();
        let (p, l, upper) = a.clone().lu().unpack();
        let mut product = back(&l) * back(&upper);
        p.inv_permute_rows(&mut product);
        let lu = relative(product);
        assert!(lu > 0.01 * u && lu < 20.0 * u, "LU {lu:e}, u {u:e}");
        let (q, r) = a.clone().qr().unpack();
        let qr = relative(back(&q) * back(&r));
        assert!(qr > 0.01 * u && qr < 40.0 * u, "QR {qr:e}, u {u:e}");
        let svd = a
            .clone()
            .try_svd(true, true, Real::new(A::epsilon()), 1000)
            .expect("converges");
        let svd = relative(back(&svd.recompose().expect("both factors")));
        assert!(svd > 0.01 * u && svd < 100.0 * u, "SVD {svd:e}, u {u:e}");
    }
    check::<Binary16>();
    check::<Bfloat16>();
    check::<Tf32>();
    check::<Binary32>();
}

#[test]
fn faer_decomposes() {
    use faer::Mat;
    use faer::linalg::solvers::Solve;
    fn check<A: Stateless<Num: bytemuck::Pod>>() {
        use rand_distr::{Distribution, StandardNormal};
        let n = 12;
        let mut words = Words::new(9, 0);
        let a = Mat::from_fn(n, n, |i, j| {
            let x: f64 = StandardNormal.sample(&mut words);
            Real::<A>::new(x + if i == j { 8.0 } else { 0.0 })
        });
        let b = Mat::from_fn(n, 1, |_, _| Real::<A>::new(1.0));
        let x = a.partial_piv_lu().solve(&b);
        for i in 0..n {
            let ax: f64 = (0..n).map(|j| a[(i, j)].value() * x[(j, 0)].value()).sum();
            let u = A::format().unit_roundoff();
            assert!((ax - 1.0).abs() < 60.0 * u, "row {i}: {ax}, u {u:e}");
        }
    }
    check::<Binary16>();
    check::<Bfloat16>();
    check::<Binary32>();
    check::<Binary64>();
}
