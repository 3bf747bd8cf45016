//! LU of a 200 x 200 matrix with partial pivoting, by naive loops: in f64, over the static `Real`,
//! and over an arithmetic chosen at run time.

use fearless_simd::{Level, dispatch};
use num_traits::{Float, NumAssign};
use rand_distr::{Distribution, StandardNormal};
use roundoff::arith::real::{Bfloat16, Binary16, OcpE4m3, Real};
use roundoff::arith::{Arith, Exact, Kernel, fastest};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding};

/// Rows and columns.
pub const ORDER: usize = 200;
/// Multiplications, each with its subtraction.
pub const OPERATIONS: usize = ORDER * ORDER * ORDER / 3;

pub fn matrix() -> Vec<f64> {
    let mut words = Words::new(1, 0);
    (0..ORDER * ORDER)
        .map(|_| StandardNormal.sample(&mut words))
        .collect()
}

/// A generic user's: nothing in it knows of formats.
#[inline(always)]
fn generic<T: Float + NumAssign>(a: &mut [T]) {
    for k in 0..ORDER {
        let column = (k..ORDER).map(|i| a[i * ORDER + k].abs());
        let pivot = column.enumerate().fold(
            (0, T::zero()),
            |best, (i, x)| {
                if x > best.1 { (i, x) } else { best }
            },
        );
        for j in 0..ORDER {
            a.swap(k * ORDER + j, (k + pivot.0) * ORDER + j);
        }
        let (above, below) = a.split_at_mut((k + 1) * ORDER);
        let row = &above[k * ORDER..];
        for other in below.chunks_exact_mut(ORDER) {
            let factor = other[k] / row[k];
            other[k] = factor;
            for (y, x) in other[k + 1..].iter_mut().zip(&row[k + 1..]) {
                *y -= factor * *x;
            }
        }
    }
}

/// In f64, as the compiler makes it for the baseline: what a user would compare with.
pub fn native(a: &[f64]) -> f64 {
    let mut a = a.to_vec();
    generic(&mut a);
    a[ORDER * ORDER - 1]
}

/// In f64 for the machine's widest vectors.
pub fn native_dispatched(a: &[f64]) -> f64 {
    let mut a = a.to_vec();
    dispatch!(Level::new(), _simd => generic(&mut a));
    a[ORDER * ORDER - 1]
}

macro_rules! over_static {
    ($name:ident, $format:ident) => {
        /// Over the static type.
        pub fn $name(a: &[f64]) -> f64 {
            dispatch!(Level::new(), _simd => {
                // By a loop of its own: `collect` is a function, made for the baseline.
                let mut low = vec![Real::<$format>::from_num(0.0); a.len()];
                for (low, x) in low.iter_mut().zip(a) {
                    *low = Real::new(*x);
                }
                generic(&mut low);
                low[ORDER * ORDER - 1].value()
            })
        }
    };
}
over_static!(binary16, Binary16);
over_static!(bfloat16, Bfloat16);
over_static!(ocp_e4m3, OcpE4m3);

/// The same loops over an arithmetic.
struct Lu<'a>(&'a [f64]);

impl Kernel for Lu<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<A: Arith<Num = f64>>(self, arith: &A) -> f64 {
        let mut a: Vec<f64> = self.0.iter().map(|x| arith.num(*x)).collect();
        for k in 0..ORDER {
            let mut pivot = (k, 0.0);
            for i in k..ORDER {
                let x = arith.abs(a[i * ORDER + k]);
                if arith.greater(x, pivot.1) {
                    pivot = (i, x);
                }
            }
            for j in 0..ORDER {
                a.swap(k * ORDER + j, pivot.0 * ORDER + j);
            }
            let (above, below) = a.split_at_mut((k + 1) * ORDER);
            let row = &above[k * ORDER..];
            for other in below.chunks_exact_mut(ORDER) {
                let factor = arith.div(other[k], row[k]);
                other[k] = factor;
                for (y, x) in other[k + 1..].iter_mut().zip(&row[k + 1..]) {
                    *y = arith.sub(*y, arith.mul(factor, *x));
                }
            }
        }
        a[ORDER * ORDER - 1]
    }
}

/// In a format chosen at run time.
pub fn at_run_time(format: Format, a: &[f64]) -> f64 {
    fastest(&Rounder::new(format), Lu(a))
}

/// In any mode.
pub fn exact(format: Format, rounding: Rounding, a: &[f64]) -> f64 {
    Lu(a).run(&Exact::new(&Rounder::new(format).with_rounding(rounding)))
}
