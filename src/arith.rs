//! Arithmetic that a kernel is written against: every operation the exact real result, rounded once.
//!
//! A kernel calls [`Arith::add`], [`Arith::exp`], ... instead of `+` and `f64::exp`. Which numbers
//! flow is the implementation's choice, so the same text runs in any format, natively, in a wider
//! reference, traced or sampled:
//!
//! ```
//! use roundoff::arith::Arith;
//!
//! /// a x + y, element by element.
//! fn axpy<A: Arith>(arith: &A, a: A::Num, x: &[A::Num], y: &mut [A::Num]) {
//!     for (x, y) in x.iter().zip(y) {
//!         *y = arith.add(arith.mul(a, *x), *y);
//!     }
//! }
//! ```
//!
//! The provided methods pass on where they were called from (`#[track_caller]`), for implementations
//! that report the place: [`robust`](crate::robust).
//!
//! An implementation has six methods to write ([`Arith::unary`] and its like); the operations'
//! names are [`Unary`], [`Binary`] and [`Ternary`], after IEEE 754-2019 (9.2) and the P3109 interim
//! report (v4.0, 4.8).
//!
//! # Sites
//!
//! A [`Site`] is one named operation of a kernel. A kernel that takes [`Sites`] asks for the
//! arithmetic of each: `sites.at(SUBTRACT).sub(x, m)`. Every `Arith` is `Sites` that has itself
//! everywhere; [`PerSite`] has one for each. Numbers flow between sites as they are: an operation
//! takes operands of any format and rounds its result into its own.

mod abreast;
mod alike;
mod draw;
pub(crate) mod evaluate;
pub mod exact;
pub mod fast;
pub mod functions;
pub mod kappa;
pub mod native;
mod numeral;
pub mod odd;
pub mod operations;
pub(crate) mod p3109;
pub mod predicates;
mod quick;
pub mod real;
pub mod reference;
pub mod sampled;
pub mod sites;
pub mod slices;
pub mod traced;
pub mod vectors;
mod wide;
pub mod word32;

use std::cmp::Ordering;
use std::fmt::Debug;

pub use abreast::Operand;
pub use alike::Alike;
pub use exact::{Exact, Exactly};
pub use fast::{Kernel, fastest};
pub use kappa::{Case, Interval, Kappa, KappaError, Library, LibraryError, Off};
pub use native::Native;
pub use operations::{Binary, OperationError, Ternary, Unary};
pub use reference::Reference;
pub use sampled::{Samples, sampled};
pub use sites::{PerSite, Site, SiteError, Sites};
pub use traced::{Event, Operation, Place, Trace, Traced};
pub use vectors::{Line, Vectors, VectorsError};
pub use wide::Wide;

/// Provided methods: `arith.exp(x)` is `arith.unary(Unary::Exp, x)`.
macro_rules! unary_methods {
    ([] $($(#[$doc:meta])* $name:ident $method:ident $text:literal)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        #[track_caller]
        fn $method(&self, x: Self::Num) -> Self::Num {
            self.unary(Unary::$name, x)
        }
    )* };
}
macro_rules! binary_methods {
    ([] $($(#[$doc:meta])* $name:ident $method:ident $text:literal)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        #[track_caller]
        fn $method(&self, x: Self::Num, y: Self::Num) -> Self::Num {
            self.binary(Binary::$name, x, y)
        }
    )* };
}
macro_rules! ternary_methods {
    ([] $($(#[$doc:meta])* $name:ident $method:ident $text:literal)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        #[track_caller]
        fn $method(&self, x: Self::Num, y: Self::Num, z: Self::Num) -> Self::Num {
            self.ternary(Ternary::$name, x, y, z)
        }
    )* };
}

/// Arithmetic on numbers of one kind.
pub trait Arith {
    /// What flows between operations: an f64 that holds a value of the format, or something wider.
    type Num: Copy + Debug;

    /// A constant or an input, rounded into the arithmetic.
    fn num(&self, x: f64) -> Self::Num;

    /// The nearest f64.
    fn value(&self, x: Self::Num) -> f64;

    /// A function of one number.
    fn unary(&self, operation: Unary, x: Self::Num) -> Self::Num;

    /// A function of two numbers.
    fn binary(&self, operation: Binary, x: Self::Num, y: Self::Num) -> Self::Num;

    /// A function of three numbers.
    fn ternary(&self, operation: Ternary, x: Self::Num, y: Self::Num, z: Self::Num) -> Self::Num;

    /// Which is greater; none where one is NaN. Zeros are equal.
    fn compare(&self, x: Self::Num, y: Self::Num) -> Option<Ordering>;

    /// x < y; false where one is NaN.
    #[inline(always)]
    #[track_caller]
    fn less(&self, x: Self::Num, y: Self::Num) -> bool {
        self.compare(x, y) == Some(Ordering::Less)
    }

    /// x <= y; false where one is NaN.
    #[inline(always)]
    #[track_caller]
    fn less_equal(&self, x: Self::Num, y: Self::Num) -> bool {
        matches!(self.compare(x, y), Some(Ordering::Less | Ordering::Equal))
    }

    /// x = y; false where one is NaN.
    #[inline(always)]
    #[track_caller]
    fn equal(&self, x: Self::Num, y: Self::Num) -> bool {
        self.compare(x, y) == Some(Ordering::Equal)
    }

    /// x > y; false where one is NaN.
    #[inline(always)]
    #[track_caller]
    fn greater(&self, x: Self::Num, y: Self::Num) -> bool {
        self.less(y, x)
    }

    /// x >= y; false where one is NaN.
    #[inline(always)]
    #[track_caller]
    fn greater_equal(&self, x: Self::Num, y: Self::Num) -> bool {
        self.less_equal(y, x)
    }

    /// y where it is greater, else x: as it is, where [`Arith::maximum`] rounds it into this arithmetic.
    #[inline(always)]
    #[track_caller]
    fn greater_of(&self, x: Self::Num, y: Self::Num) -> Self::Num {
        match self.greater(y, x) {
            true => y,
            false => x,
        }
    }

    /// Is it NaN?
    #[inline(always)]
    fn is_nan(&self, x: Self::Num) -> bool {
        self.value(x).is_nan()
    }

    /// How many operations may be done side by side, in another order than that of the text: 1 where
    /// a result depends on the order, as with random words, or somebody watches.
    fn abreast(&self) -> usize {
        1
    }

    /// [`Arith::num`] of each, in order.
    #[track_caller]
    fn nums(&self, x: &[f64]) -> Vec<Self::Num> {
        let mut nums = Vec::with_capacity(x.len());
        for x in x {
            nums.push(self.num(*x));
        }
        nums
    }

    /// x = operation(x) for each x, in order: the bits of [`Arith::unary`], and maybe its vectors.
    #[track_caller]
    fn unary_each(&self, operation: Unary, x: &mut [Self::Num]) {
        abreast::unary(self, operation, x);
    }

    /// x = operation(x, y) for each x that has a y.
    ///
    /// ```
    /// use roundoff::arith::{Arith, Binary, Exact, Operand};
    /// use roundoff::{Format, Rounder};
    /// let e4m3 = Exact::new(&Rounder::new(Format::OCP_E4M3));
    /// let mut x = [1.0, 2.0, 3.0];
    /// e4m3.binary_each(Binary::Multiply, &mut x, Operand::Same(9.0));
    /// assert_eq!(x, [9.0, 18.0, 28.0]);
    /// e4m3.binary_each(Binary::Subtract, &mut x, Operand::Each(&[9.0, 2.0, 28.0]));
    /// assert_eq!(x, [0.0, 16.0, 0.0]);
    /// ```
    #[track_caller]
    fn binary_each(&self, operation: Binary, x: &mut [Self::Num], y: Operand<'_, Self::Num>) {
        abreast::binary(self, operation, x, y);
    }

    /// x = operation(x, y, z) for each x that has a y and a z.
    #[track_caller]
    fn ternary_each(
        &self,
        operation: Ternary,
        x: &mut [Self::Num],
        y: Operand<'_, Self::Num>,
        z: Operand<'_, Self::Num>,
    ) {
        abreast::ternary(self, operation, x, y, z);
    }

    /// operation(... operation(operation(x, y_0), y_1) ..., y_n): the bits of one
    /// [`Arith::binary`] after the other, in order. A sequential sum, say.
    ///
    /// ```
    /// use roundoff::arith::{Arith, Binary, Exact};
    /// use roundoff::{Format, Rounder};
    /// let bfloat16 = Exact::new(&Rounder::new(Format::BFLOAT16));
    /// assert_eq!(bfloat16.fold(Binary::Add, 0.0, &[1.0; 1000]), 256.0);
    /// ```
    #[track_caller]
    fn fold(&self, operation: Binary, x: Self::Num, y: &[Self::Num]) -> Self::Num {
        abreast::fold(self, operation, x, y)
    }

    operations::unary_table!(unary_methods);
    operations::binary_table!(binary_methods);
    operations::ternary_table!(ternary_methods);
}
