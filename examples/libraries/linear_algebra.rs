//! nalgebra's LU, QR, SVD, symmetric eigenvalues and Cholesky, as they are, under low precision.
//!
//! ```text
//! cargo run --release -p roundoff-integrations --example linear_algebra
//! ```
//!
//! For each: the backward error |A - product of the factors| / |A| in the Frobenius norm, or the
//! largest error of an eigenvalue over |A|, each computed in f64; beside it the format's unit
//! roundoff u, to which a stable algorithm's backward error is proportional (Higham, *Accuracy and
//! Stability of Numerical Algorithms*, 2002).

use nalgebra::{ComplexField, DMatrix};
use rand_distr::{Distribution, StandardNormal};
use roundoff::arith::real::{
    Bfloat16, Binary16, Binary32, Binary64, OcpE4m3, OcpE5m2, Real, Stateless, Tf32,
};
use roundoff::random::Words;

const ORDER: usize = 24;
/// Bound on the iterations of SVD and eigenvalues: with 3 digits they may not converge.
const ITERATIONS: usize = 2000;

fn random() -> DMatrix<f64> {
    let mut words = Words::new(1, 0);
    DMatrix::from_fn(ORDER, ORDER, |_, _| StandardNormal.sample(&mut words))
}

/// (A + A^T) / 2 + n I, positive definite.
fn symmetric() -> DMatrix<f64> {
    let a = random();
    (&a + a.transpose()) / 2.0 + DMatrix::identity(ORDER, ORDER) * ORDER as f64 / 2.0
}

fn to<A: Stateless>(a: &DMatrix<f64>) -> DMatrix<Real<A>>
where
    Real<A>: nalgebra::Scalar,
{
    a.map(Real::new)
}

fn back<A: Stateless>(a: &DMatrix<Real<A>>) -> DMatrix<f64>
where
    Real<A>: nalgebra::Scalar,
{
    a.map(|x| x.value())
}

fn relative(a: &DMatrix<f64>, product: DMatrix<f64>) -> f64 {
    (a - product).norm() / a.norm()
}

/// One row: a number, or what kept the algorithm from giving one.
fn row<A: Stateless>(name: &str)
where
    Real<A>: nalgebra::RealField,
{
    let (a, s) = (random(), symmetric());
    // The inputs' own rounding is not the algorithm's error.
    let (low_a, low_s) = (to::<A>(&a), to::<A>(&s));
    let (a, s) = (back(&low_a), back(&low_s));

    let lu = low_a.clone().lu();
    let (p, l, u) = lu.unpack();
    let mut product = back(&l) * back(&u);
    p.inv_permute_rows(&mut product);
    let lu = relative(&a, product);

    let (q, r) = low_a.clone().qr().unpack();
    let qr = relative(&a, back(&q) * back(&r));

    let epsilon = Real::<A>::new(A::epsilon());
    let svd = low_a
        .clone()
        .try_svd(true, true, epsilon, ITERATIONS)
        .and_then(|svd| svd.recompose().ok())
        .map(|product| relative(&a, back(&product)));

    let eigenvalues = low_s
        .clone()
        .try_symmetric_eigen(epsilon, ITERATIONS)
        .map(|eigen| {
            let mut low: Vec<f64> = eigen.eigenvalues.iter().map(|x| x.value()).collect();
            let mut high: Vec<f64> = s.clone().symmetric_eigenvalues().iter().copied().collect();
            low.sort_by(f64::total_cmp);
            high.sort_by(f64::total_cmp);
            let errors = low.iter().zip(&high).map(|(x, y)| (x - y).abs());
            errors.fold(0.0, f64::max) / s.norm()
        });

    let cholesky = low_s.cholesky().map(|cholesky| {
        let l = back(&cholesky.l());
        relative(&s, &l * l.transpose())
    });

    let show = |error: Option<f64>| match error {
        Some(error) => format!("{error:.2e}"),
        None => "none".into(),
    };
    println!(
        "{name:<10} {:>9.2e} {lu:>10.2e} {qr:>10.2e} {:>10} {:>10} {:>10}",
        A::format().unit_roundoff(),
        show(svd),
        show(eigenvalues),
        show(cholesky)
    );
    let _ = Real::<A>::new(0.0).is_finite();
}

fn main() {
    println!(
        "{:<10} {:>9} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "format", "u", "LU", "QR", "SVD", "eigen", "Cholesky"
    );
    row::<Binary64>("binary64");
    row::<Binary32>("binary32");
    row::<Tf32>("tf32");
    row::<Binary16>("binary16");
    row::<Bfloat16>("bfloat16");
    row::<OcpE4m3>("ocp-e4m3");
    row::<OcpE5m2>("ocp-e5m2");
}
