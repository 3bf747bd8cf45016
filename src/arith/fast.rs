//! Formats chosen at run time, at nearly the speed of f64: the numbers of the format are fields,
//! the way to round is a type, and the loop is compiled for the machine's widest vectors.
//!
//! [`Exact`] decides anew for every operation how to round, which costs tens of nanoseconds. A
//! computation that is generic over the arithmetic can leave that decision to [`fastest`], once:
//!
//! ```
//! use roundoff::arith::{Arith, Kernel, fastest};
//! use roundoff::{Format, Rounder};
//!
//! struct Dot<'a>(&'a [f64], &'a [f64]);
//!
//! impl Kernel for Dot<'_> {
//!     type Output = f64;
//!
//!     #[inline(always)]
//!     fn run<A: Arith<Num = f64>>(self, arith: &A) -> f64 {
//!         let pairs = self.0.iter().zip(self.1);
//!         pairs.fold(0.0, |sum, (x, y)| arith.add(sum, arith.mul(*x, *y)))
//!     }
//! }
//!
//! for (format, expected) in [(Format::BINARY16, 2048.0), (Format::BFLOAT16, 256.0)] {
//!     let ones = [1.0; 3000];
//!     assert_eq!(fastest(&Rounder::new(format), Dot(&ones, &ones)), expected);
//! }
//! ```
//!
//! The bits are those of [`Exact`]: `tests/arith_fast.rs` compares them.

use std::cmp::Ordering;
use std::marker::PhantomData;

use fearless_simd::dispatch;

use super::Arith;
use super::exact::{Exact, Exactly};
use super::native::Native;
use super::operations::{Binary, Ternary, Unary};
use super::real::nearest::{Way, lane64::Grid, way};
use crate::chop::{Carriers, Rounder};
use crate::plan::Recipe;

/// A computation over any arithmetic whose numbers are f64s.
pub trait Kernel {
    /// What comes out.
    type Output;

    /// The computation. Mark it `#[inline(always)]`, and what it calls in its loops, so that it is
    /// compiled for the vectors of the machine.
    fn run<A: Arith<Num = f64>>(self, arith: &A) -> Self::Output;
}

/// Runs a computation in the fastest arithmetic that has the bits of [`Exact::new`] of the rounder.
///
/// Its numbers must be values of the rounder's format: what [`Arith::num`] and operations return.
/// (An [`Exact`] takes operands of any format.)
pub fn fastest<K: Kernel>(rounder: &Rounder, kernel: K) -> K::Output {
    let chosen = way(
        64,
        rounder.format(),
        rounder.rounding(),
        rounder.saturation(),
    );
    let level = crate::instructions::level();
    match chosen {
        Way::Native => dispatch!(level, _simd => kernel.run(&Native)),
        // Made in the closure, of a copy: its numbers stay in registers, since no store of the
        // kernel can change them.
        Way::Magic => {
            let (grid, exactly) = (grid(rounder), Exactly::new(rounder));
            dispatch!(level, _simd => kernel.run(&Fast::<Magic>::new(grid, &exactly)))
        }
        Way::Plain => {
            let (grid, exactly) = (grid(rounder), Exactly::new(rounder));
            dispatch!(level, _simd => kernel.run(&Fast::<Plain>::new(grid, &exactly)))
        }
        Way::Shifted => {
            let (grid, exactly) = (grid(rounder), Exactly::new(rounder));
            dispatch!(level, _simd => kernel.run(&Fast::<Shifted>::new(grid, &exactly)))
        }
        Way::Exact => {
            let arith = Exact::new(rounder);
            dispatch!(level, _simd => kernel.run(&arith))
        }
    }
}

/// How a host result becomes a value, as a type.
trait Rounds {
    fn round(grid: &Grid, x: f64) -> f64;

    /// Of a sum or difference of two values of the format.
    #[inline(always)]
    fn sum(grid: &Grid, x: f64) -> f64 {
        Self::round(grid, x)
    }

    /// Of any f64.
    #[inline(always)]
    fn input(grid: &Grid, x: f64) -> f64 {
        Self::round(grid, x)
    }
}

/// By a large number that nothing comes near.
struct Plain;

impl Rounds for Plain {
    #[inline(always)]
    fn round(grid: &Grid, x: f64) -> f64 {
        grid.plain(x)
    }

    #[inline(always)]
    fn sum(grid: &Grid, x: f64) -> f64 {
        grid.split(x)
    }

    #[inline(always)]
    fn input(grid: &Grid, x: f64) -> f64 {
        grid.magic(x)
    }
}

/// By a large number added and subtracted.
struct Magic;

/// By an integer addition.
struct Shifted;

impl Rounds for Magic {
    #[inline(always)]
    fn round(grid: &Grid, x: f64) -> f64 {
        grid.magic(x)
    }
}

impl Rounds for Shifted {
    #[inline(always)]
    fn round(grid: &Grid, x: f64) -> f64 {
        grid.shifted(x)
    }
}

/// Nearest, ties to even, in a format of up to 25 digits: `+ - * / sqrt` of the host rounded again,
/// which is harmless there (Figueroa 1995), everything else exactly.
struct Fast<'a, R> {
    grid: Grid,
    exactly: &'a Exactly,
    how: PhantomData<R>,
}

fn grid(rounder: &Rounder) -> Grid {
    Grid::new(&Recipe {
        format: *rounder.format(),
        rounding: rounder.rounding(),
        saturation: rounder.saturation(),
        carrier: Carriers::F64.carrier(),
    })
}

impl<'a, R: Rounds> Fast<'a, R> {
    #[inline(always)]
    fn new(grid: Grid, exactly: &'a Exactly) -> Self {
        Self {
            grid,
            exactly,
            how: PhantomData,
        }
    }
}

impl<R: Rounds> Arith for Fast<'_, R> {
    type Num = f64;

    #[inline(always)]
    fn num(&self, x: f64) -> f64 {
        R::input(&self.grid, x)
    }

    #[inline(always)]
    fn value(&self, x: f64) -> f64 {
        x
    }

    #[inline(always)]
    fn unary(&self, operation: Unary, x: f64) -> f64 {
        match operation {
            Unary::Convert => x,
            Unary::Negate => R::round(&self.grid, -x),
            Unary::Abs => x.abs(),
            Unary::Sqrt => R::round(&self.grid, x.sqrt()),
            _ => self.exactly.unary(operation, x, 0),
        }
    }

    #[inline(always)]
    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        let result = match operation {
            Binary::Add => return R::sum(&self.grid, x + y),
            Binary::Subtract => return R::sum(&self.grid, x - y),
            Binary::Multiply => x * y,
            // What P3109 divides by zero is NaN.
            Binary::Divide if y == 0.0 => return self.exactly.binary(operation, x, y, 0),
            Binary::Divide => x / y,
            _ => return self.exactly.binary(operation, x, y, 0),
        };
        R::round(&self.grid, result)
    }

    #[inline(always)]
    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        self.exactly.ternary(operation, x, y, z, 0)
    }

    #[inline(always)]
    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        x.partial_cmp(&y)
    }

    #[inline(always)]
    fn less(&self, x: f64, y: f64) -> bool {
        x < y
    }

    #[inline(always)]
    fn less_equal(&self, x: f64, y: f64) -> bool {
        x <= y
    }

    #[inline(always)]
    fn equal(&self, x: f64, y: f64) -> bool {
        x == y
    }
}
