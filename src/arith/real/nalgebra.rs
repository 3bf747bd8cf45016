//! `RealField` and `ComplexField` of nalgebra 0.35 (simba 0.10): its decompositions and solvers run
//! on `Real` as they are.
//!
//! Some of them iterate until a tolerance that a format of few digits never meets: give the
//! `try_` variants a bound on iterations.

// `SimdValue` has two unsafe methods; ours are the safe ones again.
#![allow(unsafe_code)]

use approx::{AbsDiffEq, RelativeEq, UlpsEq};
use num_traits::{Bounded, Float, FloatConst, MulAdd, Signed, Zero};
use simba::scalar::{ComplexField, Field, RealField, SubsetOf};
use simba::simd::SimdValue;

use super::{Real, Stateless};

impl<A: Stateless> SimdValue for Real<A> {
    const LANES: usize = 1;
    type Element = Self;
    type SimdBool = bool;

    #[inline(always)]
    fn splat(value: Self) -> Self {
        value
    }

    #[inline(always)]
    fn extract(&self, _: usize) -> Self {
        *self
    }

    #[inline(always)]
    unsafe fn extract_unchecked(&self, _: usize) -> Self {
        *self
    }

    #[inline(always)]
    fn replace(&mut self, _: usize, value: Self) {
        *self = value;
    }

    #[inline(always)]
    unsafe fn replace_unchecked(&mut self, _: usize, value: Self) {
        *self = value;
    }

    #[inline(always)]
    fn select(self, condition: bool, other: Self) -> Self {
        if condition { self } else { other }
    }
}

impl<A: Stateless> Field for Real<A> {}

impl<A: Stateless> SubsetOf<Self> for Real<A> {
    fn to_superset(&self) -> Self {
        *self
    }

    fn from_superset_unchecked(element: &Self) -> Self {
        *element
    }

    fn is_in_subset(_: &Self) -> bool {
        true
    }
}

/// Natively to ours: rounded. simba takes all reals for equal sets.
macro_rules! subset {
    ($($float:ident)*) => { $(
        impl<A: Stateless> SubsetOf<Real<A>> for $float {
            fn to_superset(&self) -> Real<A> {
                Real::new(f64::from(*self))
            }

            fn from_superset_unchecked(element: &Real<A>) -> Self {
                element.value() as $float
            }

            fn is_in_subset(_: &Real<A>) -> bool {
                true
            }
        }
    )* };
}
subset!(f32 f64);

impl<A: Stateless> AbsDiffEq for Real<A> {
    type Epsilon = Self;

    fn default_epsilon() -> Self {
        Float::epsilon()
    }

    fn abs_diff_eq(&self, other: &Self, epsilon: Self) -> bool {
        self == other || Signed::abs(&(*self - *other)) <= epsilon
    }
}

impl<A: Stateless> RelativeEq for Real<A> {
    fn default_max_relative() -> Self {
        Float::epsilon()
    }

    fn relative_eq(&self, other: &Self, epsilon: Self, max_relative: Self) -> bool {
        if self == other {
            return true;
        }
        if Float::is_infinite(*self) || Float::is_infinite(*other) {
            return false;
        }
        let difference = Signed::abs(&(*self - *other));
        let largest = Float::max(Signed::abs(self), Signed::abs(other));
        difference <= epsilon || difference <= largest * max_relative
    }
}

impl<A: Stateless> UlpsEq for Real<A> {
    fn default_max_ulps() -> u32 {
        4
    }

    /// Counts the values of the format between the two.
    fn ulps_eq(&self, other: &Self, epsilon: Self, max_ulps: u32) -> bool {
        if self.abs_diff_eq(other, epsilon) {
            return true;
        }
        let (x, y) = (self.value(), other.value());
        let format = A::format();
        match (format.index_of(x.abs()), format.index_of(y.abs())) {
            (Some(i), Some(j)) if x.is_sign_negative() == y.is_sign_negative() => {
                i.abs_diff(j) <= u64::from(max_ulps)
            }
            _ => false,
        }
    }
}

/// Methods that `Float` has under the same name.
macro_rules! forward {
    ($($method:ident)*) => { $(
        #[inline]
        fn $method(self) -> Self {
            Float::$method(self)
        }
    )* };
}

impl<A: Stateless> ComplexField for Real<A> {
    type RealField = Self;

    forward! {
        floor ceil round trunc fract abs recip sin cos tan asin acos atan sinh cosh tanh asinh acosh
        atanh log2 log10 ln ln_1p sqrt exp exp2 exp_m1 cbrt
    }

    fn from_real(re: Self) -> Self {
        re
    }

    fn real(self) -> Self {
        self
    }

    fn imaginary(self) -> Self {
        Self::zero()
    }

    fn modulus(self) -> Self {
        Float::abs(self)
    }

    fn modulus_squared(self) -> Self {
        self * self
    }

    fn argument(self) -> Self {
        match self >= Self::zero() {
            true => Self::zero(),
            false => FloatConst::PI(),
        }
    }

    fn norm1(self) -> Self {
        Float::abs(self)
    }

    fn scale(self, factor: Self) -> Self {
        self * factor
    }

    fn unscale(self, factor: Self) -> Self {
        self / factor
    }

    fn mul_add(self, factor: Self, addend: Self) -> Self {
        MulAdd::mul_add(self, factor, addend)
    }

    fn hypot(self, other: Self) -> Self {
        Float::hypot(self, other)
    }

    fn conjugate(self) -> Self {
        self
    }

    fn sin_cos(self) -> (Self, Self) {
        Float::sin_cos(self)
    }

    fn log(self, base: Self) -> Self {
        Float::log(self, base)
    }

    fn powi(self, n: i32) -> Self {
        Float::powi(self, n)
    }

    fn powf(self, n: Self) -> Self {
        Float::powf(self, n)
    }

    fn powc(self, n: Self) -> Self {
        Float::powf(self, n)
    }

    fn is_finite(&self) -> bool {
        Float::is_finite(*self)
    }

    fn try_sqrt(self) -> Option<Self> {
        (self >= Self::zero()).then(|| Float::sqrt(self))
    }
}

/// Constants of `FloatConst` under simba's names.
macro_rules! constants {
    ($($method:ident = $name:ident;)*) => { $(
        fn $method() -> Self {
            FloatConst::$name()
        }
    )* };
}

impl<A: Stateless> RealField for Real<A> {
    constants! {
        pi = PI;
        two_pi = TAU;
        frac_pi_2 = FRAC_PI_2;
        frac_pi_3 = FRAC_PI_3;
        frac_pi_4 = FRAC_PI_4;
        frac_pi_6 = FRAC_PI_6;
        frac_pi_8 = FRAC_PI_8;
        frac_1_pi = FRAC_1_PI;
        frac_2_pi = FRAC_2_PI;
        frac_2_sqrt_pi = FRAC_2_SQRT_PI;
        e = E;
        log2_e = LOG2_E;
        log10_e = LOG10_E;
        ln_2 = LN_2;
        ln_10 = LN_10;
    }

    fn is_sign_positive(&self) -> bool {
        Float::is_sign_positive(*self)
    }

    fn is_sign_negative(&self) -> bool {
        Float::is_sign_negative(*self)
    }

    fn copysign(self, sign: Self) -> Self {
        Float::copysign(self, sign)
    }

    fn max(self, other: Self) -> Self {
        Float::max(self, other)
    }

    fn min(self, other: Self) -> Self {
        Float::min(self, other)
    }

    fn clamp(self, min: Self, max: Self) -> Self {
        Self(A::default().clamp(self.0, min.0, max.0))
    }

    fn atan2(self, other: Self) -> Self {
        Float::atan2(self, other)
    }

    fn min_value() -> Option<Self> {
        Some(Bounded::min_value())
    }

    fn max_value() -> Option<Self> {
        Some(Bounded::max_value())
    }
}
