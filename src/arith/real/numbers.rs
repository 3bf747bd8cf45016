//! The traits of `num_traits`.
//!
//! Constants and inputs are rounded once, on their way in. Every function is one operation of the
//! arithmetic but for the few that generic code defines by others: `fract`, `log`, `to_degrees`,
//! `to_radians`, `powi` with its own note.

use std::num::FpCategory;

use num_traits::{
    AsPrimitive, Bounded, Euclid, Float, FloatConst, FloatErrorKind, FromPrimitive, Inv, MulAdd,
    MulAddAssign, Num, NumCast, One, ParseFloatError, Pow, Signed, ToPrimitive, Zero,
    float::TotalOrder,
};

use super::{Real, Stateless};
use crate::arith::numeral;

impl<A: Stateless> Zero for Real<A> {
    #[inline(always)]
    fn zero() -> Self {
        Self::new(0.0)
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        *self == Self::zero()
    }
}

impl<A: Stateless> One for Real<A> {
    #[inline(always)]
    fn one() -> Self {
        Self::new(1.0)
    }
}

/// In radix 10 as [`FromStr`](std::str::FromStr); in radix 16 with an exponent of two after a `p`. Any
/// other radix from 2 to 36 has none. Of an odd radix the first 4096 digits count.
impl<A: Stateless> Num for Real<A> {
    type FromStrRadixErr = ParseFloatError;

    fn from_str_radix(text: &str, radix: u32) -> Result<Self, ParseFloatError> {
        // Names before digits, which they are too from radix 24 on.
        let name = text.strip_prefix('-').unwrap_or(text);
        let special = ["inf", "infinity", "nan"]
            .iter()
            .any(|special| name.eq_ignore_ascii_case(special));
        let exact = match special {
            true => text.parse().ok().map(|x: f64| x.into()),
            false => numeral::read(text, radix),
        };
        let kind = match text.is_empty() {
            true => FloatErrorKind::Empty,
            false => FloatErrorKind::Invalid,
        };
        let exact = exact.ok_or(ParseFloatError { kind })?;
        Ok(Self::from_num(A::exact(exact)))
    }
}

impl<A: Stateless> Bounded for Real<A> {
    fn min_value() -> Self {
        match A::format().is_signed() {
            true => Self::new(-A::format().greatest()),
            false => Self::new(0.0),
        }
    }

    fn max_value() -> Self {
        Self::new(A::format().greatest())
    }
}

/// Integers beyond 2^53 are rounded to f64 first.
impl<A: Stateless> FromPrimitive for Real<A> {
    fn from_i64(n: i64) -> Option<Self> {
        Some(Self::new(n as f64))
    }

    fn from_u64(n: u64) -> Option<Self> {
        Some(Self::new(n as f64))
    }

    fn from_f32(x: f32) -> Option<Self> {
        Some(Self::new(x.into()))
    }

    fn from_f64(x: f64) -> Option<Self> {
        Some(Self::new(x))
    }
}

impl<A: Stateless> ToPrimitive for Real<A> {
    fn to_i64(&self) -> Option<i64> {
        self.value().to_i64()
    }

    fn to_u64(&self) -> Option<u64> {
        self.value().to_u64()
    }

    fn to_f32(&self) -> Option<f32> {
        self.value().to_f32()
    }

    fn to_f64(&self) -> Option<f64> {
        Some(self.value())
    }
}

impl<A: Stateless> NumCast for Real<A> {
    fn from<T: ToPrimitive>(x: T) -> Option<Self> {
        x.to_f64().map(Self::new)
    }
}

impl<A: Stateless> Inv for Real<A> {
    type Output = Self;

    fn inv(self) -> Self {
        self.recip()
    }
}

impl<A: Stateless> Pow<Self> for Real<A> {
    type Output = Self;

    fn pow(self, exponent: Self) -> Self {
        self.powf(exponent)
    }
}

impl<A: Stateless> Pow<i32> for Real<A> {
    type Output = Self;

    fn pow(self, exponent: i32) -> Self {
        self.powi(exponent)
    }
}

impl<A: Stateless> MulAdd for Real<A> {
    type Output = Self;

    #[inline(always)]
    #[track_caller]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        match A::FUSED {
            true => Self(A::default().fma(self.0, factor.0, addend.0)),
            false => self * factor + addend,
        }
    }
}

impl<A: Stateless> MulAddAssign for Real<A> {
    #[inline(always)]
    #[track_caller]
    fn mul_add_assign(&mut self, factor: Self, addend: Self) {
        *self = MulAdd::mul_add(*self, factor, addend);
    }
}

/// As f64 has it: the remainder is never negative.
impl<A: Stateless> Euclid for Real<A> {
    fn div_euclid(&self, divisor: &Self) -> Self {
        let quotient = (*self / *divisor).trunc();
        if *self % *divisor < Self::zero() {
            return match *divisor > Self::zero() {
                true => quotient - Self::one(),
                false => quotient + Self::one(),
            };
        }
        quotient
    }

    fn rem_euclid(&self, divisor: &Self) -> Self {
        let remainder = *self % *divisor;
        match remainder < Self::zero() {
            true => remainder + divisor.abs(),
            false => remainder,
        }
    }
}

impl<A: Stateless> Signed for Real<A> {
    #[inline(always)]
    #[track_caller]
    fn abs(&self) -> Self {
        Self(A::default().abs(self.0))
    }

    /// x - y where that is positive, else 0.
    fn abs_sub(&self, other: &Self) -> Self {
        match self <= other {
            true => Self::zero(),
            false => *self - *other,
        }
    }

    fn signum(&self) -> Self {
        Float::signum(*self)
    }

    fn is_positive(&self) -> bool {
        Float::is_sign_positive(*self)
    }

    fn is_negative(&self) -> bool {
        Float::is_sign_negative(*self)
    }
}

impl<A: Stateless> TotalOrder for Real<A> {
    fn total_cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value().total_cmp(&other.value())
    }
}

/// Operations of the arithmetic under the names of `Float`.
macro_rules! forward {
    ($($method:ident = $operation:ident ($($other:ident),*);)*) => { $(
        #[inline]
        #[track_caller]
        fn $method(self $(, $other: Self)*) -> Self {
            Self(A::default().$operation(self.0 $(, $other.0)*))
        }
    )* };
}

impl<A: Stateless> Float for Real<A> {
    forward! {
        floor = floor();
        ceil = ceil();
        trunc = trunc();
        abs = abs();
        recip = recip();
        powf = pow(exponent);
        sqrt = sqrt();
        exp = exp();
        exp2 = exp2();
        ln = log();
        log2 = log2();
        log10 = log10();
        max = maximum_number(other);
        min = minimum_number(other);
        cbrt = cbrt();
        hypot = hypot(other);
        sin = sin();
        cos = cos();
        tan = tan();
        asin = arcsin();
        acos = arccos();
        atan = arctan();
        atan2 = arctan2(other);
        exp_m1 = exp_minus_one();
        ln_1p = log_one_plus();
        sinh = sinh();
        cosh = cosh();
        tanh = tanh();
        asinh = arcsinh();
        acosh = arccosh();
        atanh = arctanh();
        copysign = copy_sign(sign);
    }

    fn nan() -> Self {
        Self::new(f64::NAN)
    }

    /// What the arithmetic makes of an infinity: NaN or the greatest value where it has none.
    fn infinity() -> Self {
        Self::new(f64::INFINITY)
    }

    fn neg_infinity() -> Self {
        Self::new(f64::NEG_INFINITY)
    }

    fn neg_zero() -> Self {
        Self::new(-0.0)
    }

    fn min_value() -> Self {
        Bounded::min_value()
    }

    fn min_positive_value() -> Self {
        Self::new(A::format().least_normal())
    }

    fn max_value() -> Self {
        Bounded::max_value()
    }

    fn epsilon() -> Self {
        Self::new(A::epsilon())
    }

    fn is_nan(self) -> bool {
        A::default().is_nan(self.0)
    }

    fn is_infinite(self) -> bool {
        self.value().is_infinite()
    }

    fn is_finite(self) -> bool {
        self.value().is_finite()
    }

    fn is_normal(self) -> bool {
        self.classify() == FpCategory::Normal
    }

    /// By the format's own range: its subnormals are subnormal, though an f64 holds them as normals.
    fn classify(self) -> FpCategory {
        let magnitude = self.value().abs();
        match magnitude {
            _ if magnitude.is_nan() => FpCategory::Nan,
            f64::INFINITY => FpCategory::Infinite,
            0.0 => FpCategory::Zero,
            _ if magnitude < A::format().least_normal() => FpCategory::Subnormal,
            _ => FpCategory::Normal,
        }
    }

    /// To the nearest integer, a tie away from zero.
    fn round(self) -> Self {
        let whole = self.trunc();
        // Exact: both have the same exponents or less, and x - whole is a fraction of x's digits.
        match (self - whole).abs() >= Self::new(0.5) {
            true => whole + Float::signum(self),
            false => whole,
        }
    }

    fn fract(self) -> Self {
        self - self.trunc()
    }

    fn signum(self) -> Self {
        match self.is_nan() {
            true => self,
            false => Self::new(1.0f64.copysign(self.value())),
        }
    }

    fn is_sign_positive(self) -> bool {
        self.value().is_sign_positive()
    }

    fn is_sign_negative(self) -> bool {
        self.value().is_sign_negative()
    }

    #[inline(always)]
    #[track_caller]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        MulAdd::mul_add(self, factor, addend)
    }

    /// x^n with one rounding, n rounded to an f64: exactly x^n for |n| up to 2^53.
    fn powi(self, n: i32) -> Self {
        let arith = A::default();
        match n {
            // n may be no value of the format: products say it exactly.
            _ if A::format().contains(n.into()) => Self(arith.pow(self.0, arith.num(n.into()))),
            _ => by_squaring(self, n),
        }
    }

    fn log(self, base: Self) -> Self {
        self.ln() / base.ln()
    }

    fn abs_sub(self, other: Self) -> Self {
        Signed::abs_sub(&self, &other)
    }

    fn sin_cos(self) -> (Self, Self) {
        (self.sin(), self.cos())
    }

    fn integer_decode(self) -> (u64, i16, i8) {
        self.value().integer_decode()
    }
}

/// Square and multiply, each product rounded.
fn by_squaring<A: Stateless>(x: Real<A>, n: i32) -> Real<A> {
    let (mut power, mut square, mut left) = (Real::one(), x, n.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            power *= square;
        }
        square *= square;
        left >>= 1;
    }
    match n < 0 {
        true => power.recip(),
        false => power,
    }
}

macro_rules! constants {
    ($($name:ident)*) => {
        /// Each the real constant's f64, rounded.
        impl<A: Stateless> FloatConst for Real<A> {
            $(
                fn $name() -> Self {
                    Self::new(std::f64::consts::$name)
                }
            )*
        }
    };
}
constants! {
    E FRAC_1_PI FRAC_1_SQRT_2 FRAC_2_PI FRAC_2_SQRT_PI FRAC_PI_2 FRAC_PI_3 FRAC_PI_4 FRAC_PI_6
    FRAC_PI_8 LN_10 LN_2 LOG10_E LOG2_E PI SQRT_2 TAU LOG10_2 LOG2_10
}

macro_rules! as_primitive {
    ($($primitive:ident)*) => { $(
        impl<A: Stateless> AsPrimitive<$primitive> for Real<A> {
            #[inline]
            fn as_(self) -> $primitive {
                self.value() as $primitive
            }
        }

        impl<A: Stateless> AsPrimitive<Real<A>> for $primitive {
            #[inline]
            fn as_(self) -> Real<A> {
                Real::new(self as f64)
            }
        }
    )* };
}
as_primitive!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<A: Stateless> AsPrimitive<Self> for Real<A> {
    #[inline]
    fn as_(self) -> Self {
        self
    }
}
