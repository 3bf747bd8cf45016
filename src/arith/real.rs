//! `Real`: an overloaded scalar, so that generic code runs under low precision as it is.
//!
//! ```
//! use roundoff::arith::real::{Binary16, Real};
//!
//! fn mean<T: num_traits::Float>(x: &[T]) -> T {
//!     let sum = x.iter().fold(T::zero(), |sum, x| sum + *x);
//!     sum / T::from(x.len()).unwrap()
//! }
//! let ones = vec![Real::<Binary16>::new(1.0); 4096];
//! assert_eq!(mean(&ones).value(), 0.5); // 2048 + 1 is 2048 in binary16
//! ```
//!
//! A `Real<A>` is a number of the arithmetic `A`, a type without state ([`Stateless`]): every
//! operator and function is the operation of `A` on the numbers, thus one rounding. Two ways to say
//! the format:
//!
//! * **In the type**: [`Binary16`] and its like, or a format of your own by
//!   [`static_format!`](crate::static_format). All constants are the compiler's; a loop over such
//!   numbers vectorises. 4 or 8 bytes a number, those of the carrier.
//! * **At run time**: [`Dynamic<SLOT>`](Dynamic), whose format is that of a slot of the process, set
//!   for the time of a closure. 8 bytes; slower; for sweeps over formats.
//!
//! What generic code does not say is a choice: `mul_add` is one rounding or two
//! ([`Stateless::FUSED`]), and `epsilon` is what the code shall believe ([`Stateless::epsilon`]).

mod dynamic;
mod formats;
pub(super) mod nearest;
mod numbers;
mod ops;

#[cfg(feature = "faer")]
mod faer;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(feature = "serde")]
mod serde;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::functions::Unrounded;
use super::{Arith, numeral};
use crate::format::Format;

pub use dynamic::{Dynamic, SLOTS, SlotError};
pub use formats::{Bfloat16, Binary16, Binary32, Binary64, OcpE4m3, OcpE5m2, StaticFormat, Tf32};
pub use nearest::Carrier;

/// An arithmetic that is all in its type.
pub trait Stateless:
    Arith<Num: PartialEq + Send + Sync + 'static> + Copy + Default + Send + Sync + 'static
{
    /// Is `mul_add` one rounding? Else a product rounded, then a sum.
    const FUSED: bool = true;

    /// The format of its numbers.
    fn format() -> Format;

    /// What `epsilon()` tells generic code, whose tolerances are often made of it: as the standard
    /// library has it, from 1 to the next value, 2^(1 - p). Some code takes a small one for
    /// granted and calls every column dependent in a format of few digits.
    fn epsilon() -> f64 {
        Self::format().epsilon()
    }

    /// A number that is known exactly, rounded once: what text becomes. Unless an arithmetic says
    /// more, its nearest f64 first.
    fn exact(x: Unrounded) -> Self::Num {
        Self::default().num(x.to_f64())
    }
}

/// A number of the arithmetic `A`: see the [module](self).
#[repr(transparent)]
pub struct Real<A: Stateless>(A::Num);

impl<A: Stateless> Real<A> {
    /// x, rounded into the arithmetic.
    #[inline(always)]
    #[track_caller]
    pub fn new(x: f64) -> Self {
        Self(A::default().num(x))
    }

    /// The nearest f64: the value itself, if the format is no wider.
    #[inline(always)]
    pub fn value(self) -> f64 {
        A::default().value(self.0)
    }

    /// A number as the arithmetic has it.
    #[inline(always)]
    pub const fn from_num(num: A::Num) -> Self {
        Self(num)
    }

    /// The number as the arithmetic has it.
    #[inline(always)]
    pub const fn num(self) -> A::Num {
        self.0
    }
}

impl<A: Stateless> Clone for Real<A> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Stateless> Copy for Real<A> {}

impl<A: Stateless> Default for Real<A> {
    fn default() -> Self {
        Self::new(0.0)
    }
}

impl<A: Stateless> PartialEq for Real<A> {
    #[inline(always)]
    #[track_caller]
    fn eq(&self, other: &Self) -> bool {
        A::default().equal(self.0, other.0)
    }
}

impl<A: Stateless> PartialOrd for Real<A> {
    #[inline(always)]
    #[track_caller]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        A::default().compare(self.0, other.0)
    }

    #[inline(always)]
    #[track_caller]
    fn lt(&self, other: &Self) -> bool {
        A::default().less(self.0, other.0)
    }

    #[inline(always)]
    #[track_caller]
    fn le(&self, other: &Self) -> bool {
        A::default().less_equal(self.0, other.0)
    }

    #[inline(always)]
    #[track_caller]
    fn gt(&self, other: &Self) -> bool {
        A::default().less(other.0, self.0)
    }

    #[inline(always)]
    #[track_caller]
    fn ge(&self, other: &Self) -> bool {
        A::default().less_equal(other.0, self.0)
    }
}

/// As f64 prints it.
impl<A: Stateless> fmt::Display for Real<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }
}

/// As f64 prints it.
impl<A: Stateless> fmt::Debug for Real<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value(), f)
    }
}

/// As f64 prints it.
impl<A: Stateless> fmt::LowerExp for Real<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerExp::fmt(&self.value(), f)
    }
}

/// As f64 prints it.
impl<A: Stateless> fmt::UpperExp for Real<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::UpperExp::fmt(&self.value(), f)
    }
}

/// What f64 reads, rounded once, however many digits there are.
///
/// ```
/// use roundoff::arith::real::{Binary16, Real};
/// // Above the midpoint of 1 and 1 + 2^-10 by less than an f64 has digits for.
/// let x: Real<Binary16> = "1.00048828125000000000000001".parse()?;
/// assert_eq!(x.value(), 1.0009765625);
/// # Ok::<(), std::num::ParseFloatError>(())
/// ```
impl<A: Stateless> FromStr for Real<A> {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let near: f64 = text.parse()?;
        // Infinities and NaN are no digits.
        let exact = numeral::read(text, 10).unwrap_or(near.into());
        Ok(Self(A::exact(exact)))
    }
}

/// Rounded.
impl<A: Stateless> From<f64> for Real<A> {
    #[inline(always)]
    fn from(x: f64) -> Self {
        Self::new(x)
    }
}

/// Rounded.
impl<A: Stateless> From<f32> for Real<A> {
    #[inline(always)]
    fn from(x: f32) -> Self {
        Self::new(f64::from(x))
    }
}

/// The value.
impl<A: Stateless> From<Real<A>> for f64 {
    #[inline(always)]
    fn from(x: Real<A>) -> Self {
        x.value()
    }
}
