//! A user's own conjugate gradient, generic over `num_traits`, under low precision as it is.
//!
//! ```text
//! cargo run --release --example conjugate_gradient
//! ```
//!
//! Solves a two-dimensional Poisson problem and prints the relative residual, computed in f64, that
//! each format gets to, and after how many steps it stops falling.

use num_traits::{Float, NumAssign};
use roundoff::arith::real::{
    Bfloat16, Binary16, Binary32, Binary64, Dynamic, OcpE5m2, Real, SlotError, Stateless, Tf32,
};
use roundoff::{Format, Rounder, Rounding};

/// Side of the square of unknowns.
const SIDE: usize = 16;
const STEPS: usize = 200;

/// y = A x for the five-point Laplacian: the user's code knows nothing of formats.
fn laplacian<T: Float + NumAssign>(x: &[T], y: &mut [T]) {
    let four = T::one() + T::one() + T::one() + T::one();
    for row in 0..SIDE {
        for column in 0..SIDE {
            let at = row * SIDE + column;
            let mut sum = four * x[at];
            if row > 0 {
                sum -= x[at - SIDE];
            }
            if row + 1 < SIDE {
                sum -= x[at + SIDE];
            }
            if column > 0 {
                sum -= x[at - 1];
            }
            if column + 1 < SIDE {
                sum -= x[at + 1];
            }
            y[at] = sum;
        }
    }
}

fn dot<T: Float + NumAssign>(x: &[T], y: &[T]) -> T {
    let mut sum = T::zero();
    for (x, y) in x.iter().zip(y) {
        sum += *x * *y;
    }
    sum
}

/// Hestenes and Stiefel's method (1952); gives every iterate to `see`.
fn conjugate_gradient<T: Float + NumAssign>(b: &[T], mut see: impl FnMut(&[T])) {
    let mut x = vec![T::zero(); b.len()];
    let mut r = b.to_vec();
    let mut p = r.clone();
    let mut ap = x.clone();
    let mut rr = dot(&r, &r);
    for _ in 0..STEPS {
        laplacian(&p, &mut ap);
        let alpha = rr / dot(&p, &ap);
        for i in 0..x.len() {
            x[i] += alpha * p[i];
            r[i] -= alpha * ap[i];
        }
        see(&x);
        let next = dot(&r, &r);
        let beta = next / rr;
        rr = next;
        for i in 0..p.len() {
            p[i] = r[i] + beta * p[i];
        }
    }
}

/// A smooth right-hand side.
fn right_hand_side() -> Vec<f64> {
    (0..SIDE * SIDE)
        .map(|at| ((at / SIDE) * (SIDE - at % SIDE)) as f64 / 64.0)
        .collect()
}

/// The least relative residual over the steps, and the step it came at.
fn run<A: Stateless>() -> (f64, usize) {
    let exact = right_hand_side();
    let b: Vec<Real<A>> = exact.iter().map(|b| Real::new(*b)).collect();
    let (mut best, mut at, mut step) = (f64::INFINITY, 0, 0);
    conjugate_gradient(&b, |x| {
        step += 1;
        let x: Vec<f64> = x.iter().map(|x| x.value()).collect();
        let mut ax = vec![0.0; x.len()];
        laplacian(&x, &mut ax);
        let residual: Vec<f64> = exact.iter().zip(&ax).map(|(b, ax)| b - ax).collect();
        let relative = (dot(&residual, &residual) / dot(&exact, &exact)).sqrt();
        if relative < best {
            (best, at) = (relative, step);
        }
    });
    (best, at)
}

fn print(name: &str, (residual, step): (f64, usize)) {
    println!("{name:<36} {residual:>12.2e} {step:>8}");
}

fn main() -> Result<(), SlotError> {
    println!(
        "{:<36} {:>12} {:>8}",
        "format and rounding", "|b-Ax|/|b|", "step"
    );
    print("binary64", run::<Binary64>());
    print("binary32", run::<Binary32>());
    print("tf32", run::<Tf32>());
    print("binary16", run::<Binary16>());
    print("bfloat16", run::<Bfloat16>());
    print("ocp-e5m2", run::<OcpE5m2>());
    println!();
    // The same code, formats chosen at run time.
    for precision in [8, 11, 14, 17, 20] {
        for rounding in [
            Rounding::NearestTiesToEven,
            Rounding::TowardZero,
            Rounding::STOCHASTIC,
        ] {
            let Ok(format) = Format::precision_only(precision) else {
                continue;
            };
            let rounder = Rounder::new(format).with_rounding(rounding);
            let result = Dynamic::<0>::with(&rounder, run::<Dynamic<0>>)?;
            print(&format!("{format} {rounding}"), result);
        }
    }
    Ok(())
}
