//! The operators, with values and references on both sides, and sums and products.

use std::iter::{Product, Sum};
use std::ops::{
    Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
};

use super::{Real, Stateless};

macro_rules! operator {
    ($trait:ident $method:ident $assign:ident $assign_method:ident $operation:ident) => {
        impl<A: Stateless> $trait for Real<A> {
            type Output = Self;

            #[inline(always)]
            #[track_caller]
            fn $method(self, other: Self) -> Self {
                Self(A::default().$operation(self.0, other.0))
            }
        }

        impl<A: Stateless> $trait<&Self> for Real<A> {
            type Output = Self;

            #[inline(always)]
            #[track_caller]
            fn $method(self, other: &Self) -> Self {
                $trait::$method(self, *other)
            }
        }

        impl<A: Stateless> $trait<Real<A>> for &Real<A> {
            type Output = Real<A>;

            #[inline(always)]
            #[track_caller]
            fn $method(self, other: Real<A>) -> Real<A> {
                $trait::$method(*self, other)
            }
        }

        impl<A: Stateless> $trait for &Real<A> {
            type Output = Real<A>;

            #[inline(always)]
            #[track_caller]
            fn $method(self, other: Self) -> Real<A> {
                $trait::$method(*self, *other)
            }
        }

        impl<A: Stateless> $assign for Real<A> {
            #[inline(always)]
            #[track_caller]
            fn $assign_method(&mut self, other: Self) {
                *self = $trait::$method(*self, other);
            }
        }

        impl<A: Stateless> $assign<&Self> for Real<A> {
            #[inline(always)]
            #[track_caller]
            fn $assign_method(&mut self, other: &Self) {
                *self = $trait::$method(*self, *other);
            }
        }
    };
}

operator!(Add add AddAssign add_assign add);
operator!(Sub sub SubAssign sub_assign sub);
operator!(Mul mul MulAssign mul_assign mul);
operator!(Div div DivAssign div_assign div);
operator!(Rem rem RemAssign rem_assign modulo);

impl<A: Stateless> Neg for Real<A> {
    type Output = Self;

    #[inline(always)]
    #[track_caller]
    fn neg(self) -> Self {
        Self(A::default().neg(self.0))
    }
}

impl<A: Stateless> Neg for &Real<A> {
    type Output = Real<A>;

    #[inline(always)]
    #[track_caller]
    fn neg(self) -> Real<A> {
        -*self
    }
}

/// From the first to the last, each partial sum rounded.
impl<A: Stateless> Sum for Real<A> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::new(0.0), |sum, x| sum + x)
    }
}

/// From the first to the last, each partial sum rounded.
impl<'a, A: Stateless> Sum<&'a Self> for Real<A> {
    fn sum<I: Iterator<Item = &'a Self>>(numbers: I) -> Self {
        numbers.copied().sum()
    }
}

/// From the first to the last, each partial product rounded.
impl<A: Stateless> Product for Real<A> {
    fn product<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::new(1.0), |product, x| product * x)
    }
}

/// From the first to the last, each partial product rounded.
impl<'a, A: Stateless> Product<&'a Self> for Real<A> {
    fn product<I: Iterator<Item = &'a Self>>(numbers: I) -> Self {
        numbers.copied().product()
    }
}
