//! rustfft, as it is, under low precision.
//!
//! ```text
//! cargo run --release -p roundoff-integrations --example fft
//! ```
//!
//! Prints the root-mean-square error of a transform of random data over that of the result, against
//! the same transform in f64, for lengths 2^4 to 2^14: it grows as u sqrt(log n) (Higham, *Accuracy
//! and Stability of Numerical Algorithms*, 2002, 24.1). binary16 and E5M2 overflow where sums leave
//! their range.

use rand_distr::{Distribution, StandardNormal};
use roundoff::arith::real::{Bfloat16, Binary16, Binary32, OcpE5m2, Real, Stateless, Tf32};
use roundoff::random::Words;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

fn error<A: Stateless>(length: usize) -> f64 {
    let mut words = Words::new(length as u64, 0);
    let mut draw = || Real::<A>::new(StandardNormal.sample(&mut words));
    let mut low: Vec<Complex<Real<A>>> =
        (0..length).map(|_| Complex::new(draw(), draw())).collect();
    let mut high: Vec<Complex<f64>> = low
        .iter()
        .map(|z| Complex::new(z.re.value(), z.im.value()))
        .collect();
    FftPlanner::new().plan_fft_forward(length).process(&mut low);
    FftPlanner::new()
        .plan_fft_forward(length)
        .process(&mut high);
    let difference: f64 = low
        .iter()
        .zip(&high)
        .map(|(low, high)| (Complex::new(low.re.value(), low.im.value()) - high).norm_sqr())
        .sum();
    let size: f64 = high.iter().map(Complex::norm_sqr).sum();
    (difference / size).sqrt()
}

fn main() {
    println!(
        "{:>6} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "n", "binary32", "tf32", "binary16", "bfloat16", "ocp-e5m2"
    );
    for log in (4..=14).step_by(2) {
        let n = 1 << log;
        println!(
            "{n:>6} {:>10.2e} {:>10.2e} {:>10.2e} {:>10.2e} {:>10.2e}",
            error::<Binary32>(n),
            error::<Tf32>(n),
            error::<Binary16>(n),
            error::<Bfloat16>(n),
            error::<OcpE5m2>(n)
        );
    }
}
