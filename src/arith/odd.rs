//! Host operations rounded to odd: what makes a second rounding harmless.
//!
//! Rounded to odd, a result is cut toward zero, and its last digit becomes one where something was
//! cut off:
//!
//! ```text
//! exact     1.0110 1001 | 0000 01...      cut here
//! to odd    1.0110 1001 |                 inexact, last digit already one: stays
//! exact     1.0110 1000 | 0000 01...
//! to odd    1.0110 1001 |                 inexact: the last digit remembers it
//! exact     1.0110 1000 | 0000
//! to odd    1.0110 1000 |                 exact: untouched
//! ```
//!
//! So the last digit is what a floating-point unit calls the sticky bit. Whoever rounds that
//! result again, to fewer digits and in any mode, gets what the exact value would have given
//! (Boldo and Melquiond, *Emulation of a FMA and correctly rounded sums: proved algorithms using
//! rounding to odd*, IEEE Trans. Computers 57(4), 2008, theorem 1); [`digits`] says how many
//! digits a mode has to see.
//!
//! A processor does not round to odd. It rounds to nearest, and the error of that is a number of
//! the host, which a few operations give exactly:
//!
//! | operation | error of the rounded result s | source |
//! |---|---|---|
//! | a + b | t = s - a; (a - (s - t)) + (b - t) | Knuth, *TAOCP* 2, 4.2.2, theorem C (`TwoSum`) |
//! | a b | fma(a, b, -s) | Dekker, *Numer. Math.* 18, 1971, with an FMA (`TwoProd`) |
//! | a / b | fma(-s, b, a) / b: its sign | Markstein, *IBM J. R&D* 34, 1990 |
//! | sqrt a | fma(-s, s, a) / 2s: its sign | the same |
//! | a b + c | (u, v) = TwoProd(a, b); (t, w) = TwoSum(u, c); odd(t + odd(w + v)) | Boldo, Melquiond, figure 3 |
//! | a + b + c | the same with (u, v) = TwoSum(a, b) | Boldo, Melquiond, figure 5 |
//!
//! If the error is not zero and s is even, s moves one unit in its last place toward the error.
//!
//! # Where it holds
//!
//! Sums: everywhere, overflow apart. The others: where neither the result nor the error leaves the
//! host's range; then an infinity or zero of the host stands. [`carried`] answers that for every
//! operation on values of a format.
//!
//! # Speed
//!
//! No branches: a loop over these is made of vector instructions inside `fearless_simd::dispatch!`.
//! Outside it, `mul_add` is a function call on processors that may lack the instruction: the same
//! bits, much slower.

use std::fmt;

use thiserror::Error;

use crate::format::Format;
use crate::rounding::{Rounding, Variant};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// f32 and f64, their operations rounded to odd.
///
/// ```
/// use roundoff::arith::odd::Odd;
/// // 1 + 2^-60 is not an f64. To nearest it is 1; to odd it is known to be a little more.
/// assert_eq!(f64::odd_add(1.0, 2f64.powi(-60)), 1.0 + f64::EPSILON);
/// assert_eq!(f64::odd_add(1.0, 2.0), 3.0);
/// ```
pub trait Odd: Copy + sealed::Sealed {
    /// Which host this is.
    const HOST: OddHost;

    /// `nearest`, the result to nearest, moved to odd: `error` has the sign of exact - nearest,
    /// and is zero where that is. A NaN says exact: so come infinities and NaN through.
    fn to_odd(nearest: Self, error: Self) -> Self;

    /// The sum to nearest and its exact error.
    fn two_sum(a: Self, b: Self) -> (Self, Self);

    /// The product to nearest and its exact error.
    fn two_product(a: Self, b: Self) -> (Self, Self);

    /// a + b.
    #[inline(always)]
    fn odd_add(a: Self, b: Self) -> Self {
        let (sum, error) = Self::two_sum(a, b);
        Self::to_odd(sum, error)
    }

    /// a - b.
    fn odd_sub(a: Self, b: Self) -> Self;

    /// a b.
    #[inline(always)]
    fn odd_mul(a: Self, b: Self) -> Self {
        let (product, error) = Self::two_product(a, b);
        Self::to_odd(product, error)
    }

    /// a / b.
    fn odd_div(a: Self, b: Self) -> Self;

    /// The square root.
    fn odd_sqrt(a: Self) -> Self;

    /// a b + c.
    #[inline(always)]
    fn odd_fma(a: Self, b: Self, c: Self) -> Self {
        Self::odd_three(Self::two_product(a, b), c)
    }

    /// a + b + c (P3109's fused add-add).
    #[inline(always)]
    fn odd_faa(a: Self, b: Self, c: Self) -> Self {
        Self::odd_three(Self::two_sum(a, b), c)
    }

    /// high + low + c, where low is the error of high.
    #[inline(always)]
    fn odd_three((high, low): (Self, Self), c: Self) -> Self {
        let (sum, error) = Self::two_sum(high, c);
        let (rest, rest_error) = Self::two_sum(error, low);
        let tail = Self::to_odd(rest, rest_error);
        // An infinity has NaN for its error: the sum alone is the answer then.
        Self::to_odd_if_number(sum, tail)
    }

    /// sum + tail to odd, or the sum where the tail is NaN.
    #[doc(hidden)]
    fn to_odd_if_number(sum: Self, tail: Self) -> Self;
}

macro_rules! odd {
    ($float:ident, $word:ident, $signed:ident, $host:ident) => {
        impl Odd for $float {
            const HOST: OddHost = OddHost::$host;

            #[inline(always)]
            fn to_odd(nearest: Self, error: Self) -> Self {
                let bits = nearest.to_bits();
                // As integers, words of one sign are in order of magnitude: one up is one unit
                // in the last place away from zero, through the change of binade too.
                let opposite = ((error.to_bits() ^ bits) as $signed) >> ($word::BITS - 1);
                let step = (1 | opposite) as $word;
                let moves = (error.abs() > 0.0) & (bits & 1 == 0);
                $float::from_bits(bits.wrapping_add(if moves { step } else { 0 }))
            }

            #[inline(always)]
            fn two_sum(a: Self, b: Self) -> (Self, Self) {
                let sum = a + b;
                let t = sum - a;
                (sum, (a - (sum - t)) + (b - t))
            }

            #[inline(always)]
            fn two_product(a: Self, b: Self) -> (Self, Self) {
                let product = a * b;
                (product, a.mul_add(b, -product))
            }

            #[inline(always)]
            fn odd_sub(a: Self, b: Self) -> Self {
                Self::odd_add(a, -b)
            }

            #[inline(always)]
            fn odd_div(a: Self, b: Self) -> Self {
                let quotient = a / b;
                let rest = (-quotient).mul_add(b, a);
                let sign = b.to_bits() & (1 << ($word::BITS - 1));
                Self::to_odd(quotient, $float::from_bits(rest.to_bits() ^ sign))
            }

            #[inline(always)]
            fn odd_sqrt(a: Self) -> Self {
                let root = a.sqrt();
                Self::to_odd(root, (-root).mul_add(root, a))
            }

            #[inline(always)]
            fn to_odd_if_number(sum: Self, tail: Self) -> Self {
                let odd = Self::odd_add(sum, tail);
                // An exact zero keeps the sign of the sum: -0 + 0 would lose it.
                if tail.abs() > 0.0 { odd } else { sum }
            }
        }
    };
}
odd!(f32, u32, i32, F32);
odd!(f64, u64, i64, F64);

/// A host by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OddHost {
    /// 24 digits.
    F32,
    /// 53 digits.
    F64,
}

impl fmt::Display for OddHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

impl OddHost {
    /// Digits of its significand.
    pub const fn precision(self) -> u32 {
        match self {
            Self::F32 => f32::MANTISSA_DIGITS,
            Self::F64 => f64::MANTISSA_DIGITS,
        }
    }

    /// Exponents of its greatest, its least normal and its least value.
    const fn exponents(self) -> [i32; 3] {
        match self {
            Self::F32 => [127, -126, -149],
            Self::F64 => [1023, -1022, -1074],
        }
    }
}

/// Why a host does not carry a format's arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CarryError {
    /// Too few digits.
    #[error(
        "{format} rounded {rounding} has to see {needed} digits of an operation's result, and an \
         {host} host has {have}: with that rounding it carries a precision of {most} or less"
    )]
    Digits {
        /// What was asked for.
        format: String,
        /// In that rounding.
        rounding: Rounding,
        /// Of which host.
        host: OddHost,
        /// Digits that decide the rounding.
        needed: u32,
        /// Digits of the host.
        have: u32,
        /// The greatest precision that would do; 0 if none does.
        most: u32,
    },
    /// Products, quotients or their errors leave the host's range.
    #[error(
        "the products and quotients of {format} and their errors lie between 2^{low} and \
         2^{high}, past the range of an {host} host: take a wider host or fewer exponents"
    )]
    Range {
        /// What was asked for.
        format: String,
        /// Of which host.
        host: OddHost,
        /// Exponent of the lowest digit.
        low: i32,
        /// Exponent of the highest digit.
        high: i32,
    },
}

/// How many digits of a result, the last of them sticky, a rounding to `precision` digits sees.
///
/// ```text
/// directed, to odd, StochasticEqual   kept s        is it exact?
/// nearest                             kept h s      below, at or above the half?
/// stochastic, N random bits           kept N s      floor(v 2^N), variant A
///                                     kept N h s    variants B and C look at one bit more
/// ```
pub const fn digits(precision: u32, rounding: Rounding) -> u32 {
    precision
        + match rounding {
            Rounding::TowardZero
            | Rounding::TowardPositive
            | Rounding::TowardNegative
            | Rounding::ToOdd
            | Rounding::StochasticEqual => 1,
            Rounding::NearestTiesToEven
            | Rounding::NearestTiesToAway
            | Rounding::NearestTiesToZero => 2,
            Rounding::Stochastic { variant, bits } => {
                bits.get() as u32
                    + match variant {
                        Variant::A => 1,
                        Variant::B | Variant::C => 2,
                    }
            }
        }
}

/// Does rounding the [`Odd`] result of an operation on values of `format` to `format` give the
/// exact result rounded once? For every operation of [`Odd`], subnormal results included.
///
/// ```
/// use roundoff::arith::odd::{OddHost, carried};
/// use roundoff::{Format, Rounding};
/// let nearest = Rounding::NearestTiesToEven;
/// assert!(carried(OddHost::F32, &Format::BINARY16, nearest).is_ok());
/// assert!(carried(OddHost::F64, &Format::BINARY32, Rounding::STOCHASTIC).is_ok());
/// let error = carried(OddHost::F64, &Format::BINARY64, nearest).unwrap_err();
/// assert!(error.to_string().contains("a precision of 51 or less"));
/// ```
///
/// # Errors
/// [`CarryError`] with the precision that would do, or the range that is left.
pub fn carried(host: OddHost, format: &Format, rounding: Rounding) -> Result<(), CarryError> {
    let precision = format.precision();
    let needed = digits(precision, rounding);
    let have = host.precision();
    if needed > have {
        return Err(CarryError::Digits {
            format: format.to_string(),
            rounding,
            host,
            needed,
            have,
            most: (have + precision).saturating_sub(needed),
        });
    }
    // All values are multiples of 2^step, below 2^(emax + 1) and of p digits. With P host digits:
    //   products      multiples of 2^(2 step)
    //   a - s b       s = a / b has P digits, b has p: multiple of 2^(exponent of a - P - p + 1)
    //   a - s^2       multiple of 2^(step - 2 P + 1)
    let (p, host_p) = (precision as i32, have as i32);
    let emax = format.emax();
    let step = format.emin() - p + 1;
    let low = (2 * step)
        .min(step - host_p - p + 1)
        .min(step - 2 * host_p + 1);
    // Products and one addend more; quotients. The least quotient, which has to be normal, is
    // about as far below 1 as the greatest one is above.
    let quotient = emax + 1 - step;
    let high = (2 * emax + 2).max(quotient).max(emax + 2);
    let [greatest, normal, least] = host.exponents();
    if low < least || high > greatest || -quotient < normal {
        return Err(CarryError::Range {
            format: format.to_string(),
            host,
            low: low.min(-quotient),
            high,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An exact real: (numerator + something in (0, 1) if `more`) x 2^exponent, signed.
    #[derive(Clone, Copy)]
    struct Real {
        negative: bool,
        numerator: u128,
        exponent: i32,
        more: bool,
    }

    impl Real {
        /// To odd with P digits, as significand and exponent.
        fn to_odd(self, digits: u32) -> (bool, u128, i32) {
            let have = 128 - self.numerator.leading_zeros();
            let drop = have.saturating_sub(digits);
            let cut = self.numerator >> drop;
            let inexact = self.more || cut << drop != self.numerator;
            assert!(
                !self.more || have > digits,
                "the model has too few digits to know the answer"
            );
            (
                self.negative,
                cut | u128::from(inexact),
                self.exponent + drop as i32,
            )
        }
    }

    fn signed(value: i128, exponent: i32) -> Real {
        Real {
            negative: value < 0,
            numerator: value.unsigned_abs(),
            exponent,
            more: false,
        }
    }

    fn root(x: u128) -> u128 {
        let mut r = 0u128;
        for bit in (0..64).rev() {
            let next = r | 1 << bit;
            if next.checked_mul(next).is_some_and(|square| square <= x) {
                r = next;
            }
        }
        r
    }

    macro_rules! against_integers {
        ($name:ident, $float:ident, $digits:literal, $window:literal, $fma_window:literal) => {
            #[test]
            fn $name() {
                use crate::random::word;
                const DIGITS: u32 = $digits;
                let value = |significand: i128, exponent: i32| -> $float {
                    significand as $float * (2.0 as $float).powi(exponent)
                };
                let check = |name: &str, got: $float, exact: Real, of: &dyn std::fmt::Debug| {
                    let (negative, significand, exponent) = exact.to_odd(DIGITS);
                    let want = value(significand as i128, exponent);
                    let want = if negative { -want } else { want };
                    assert_eq!(got, want, "{name} of {of:?}");
                };
                let mut counter = 0u64;
                let mut draw = || {
                    counter += 1;
                    (u64::from(word(5, 0, 2 * counter)) << 32
                        | u64::from(word(5, 0, 2 * counter + 1)))
                };
                // Significands that make trouble: few digits, all ones, one off a power of two.
                let mut significand = || -> i128 {
                    let (kind, bits) = (draw() % 6, draw());
                    let top = 1u64 << (DIGITS - 1);
                    let magnitude = match kind {
                        0 => top,
                        1 => top | 1,
                        2 => 2 * top - 1,
                        3 => top | (bits & (top - 1)) >> (DIGITS / 2) << (DIGITS / 2),
                        4 => top | 1 << (bits % u64::from(DIGITS)),
                        _ => top | bits & (top - 1),
                    };
                    let magnitude = i128::from(magnitude);
                    if draw() & 1 == 0 {
                        magnitude
                    } else {
                        -magnitude
                    }
                };
                for _ in 0..200_000 {
                    let (a, b, c) = (significand(), significand(), significand());
                    let e = (word(6, 0, (a ^ b) as u64) % $window) as i32;
                    let (x, y) = (value(a, e), value(b, 0));
                    check(
                        "add",
                        $float::odd_add(x, y),
                        signed((a << e) + b, 0),
                        &(x, y),
                    );
                    check(
                        "sub",
                        $float::odd_sub(x, y),
                        signed((a << e) - b, 0),
                        &(x, y),
                    );
                    check(
                        "sub",
                        $float::odd_sub(y, x),
                        signed(b - (a << e), 0),
                        &(y, x),
                    );
                    check("mul", $float::odd_mul(x, y), signed(a * b, e), &(x, y));

                    let (numerator, denominator) =
                        (a.unsigned_abs() << (DIGITS + 4), b.unsigned_abs());
                    let quotient = Real {
                        negative: (a < 0) != (b < 0),
                        numerator: numerator / denominator,
                        exponent: e - DIGITS as i32 - 4,
                        more: numerator % denominator != 0,
                    };
                    check("div", $float::odd_div(x, y), quotient, &(x, y));

                    let under = a.unsigned_abs() << (DIGITS + 6 + (e as u32 & 1));
                    let sqrt = Real {
                        negative: false,
                        numerator: root(under),
                        exponent: (e - (e & 1) - DIGITS as i32 - 6) / 2,
                        more: root(under) * root(under) != under,
                    };
                    if DIGITS % 2 == 0 {
                        check("sqrt", $float::odd_sqrt(x.abs()), sqrt, &x);
                    } else {
                        let under = a.unsigned_abs() << (DIGITS + 7 + (e as u32 & 1));
                        let sqrt = Real {
                            numerator: root(under),
                            exponent: (e - (e & 1) - DIGITS as i32 - 7) / 2,
                            more: root(under) * root(under) != under,
                            ..sqrt
                        };
                        check("sqrt", $float::odd_sqrt(x.abs()), sqrt, &x);
                    }

                    // z anywhere from far below the product to far above it.
                    let f = (word(7, 0, c as u64) % $fma_window) as i32;
                    for (z, shift) in [(value(c, f), f), (value(c, 0), 0)] {
                        let product = signed(a * b + (c << shift), 0);
                        check(
                            "fma",
                            $float::odd_fma(value(a, 0), y, z),
                            product,
                            &(a, y, z),
                        );
                        let sum = signed((a << e) + b + (c << shift), 0);
                        check("faa", $float::odd_faa(x, y, z), sum, &(x, y, z));
                    }
                    // The product nearly cancelled.
                    let near = value(a * b, 0);
                    let rest = a * b - exact(near);
                    let fused = $float::odd_fma(value(a, 0), y, -near);
                    check("fma", fused, signed(rest, 0), &(a, y));
                    let neighbour = $float::from_bits(near.to_bits() ^ 1);
                    let fused = $float::odd_fma(value(a, 0), y, -neighbour);
                    check("fma", fused, signed(a * b - exact(neighbour), 0), &(a, y));
                }
                fn exact(x: $float) -> i128 {
                    x as i128
                }
            }
        };
    }
    against_integers!(f32_against_integers, f32, 24, 80, 80);
    against_integers!(f64_against_integers, f64, 53, 70, 70);

    #[test]
    fn specials_come_through() {
        fn check<T: Odd + PartialEq + std::fmt::Debug>(
            [inf, nan, zero, minus_zero, one]: [T; 5],
            is_nan: fn(T) -> bool,
            bits: fn(T) -> u64,
        ) {
            assert_eq!(T::odd_add(inf, one), inf);
            assert!(is_nan(T::odd_sub(inf, inf)));
            assert!(is_nan(T::odd_add(nan, one)));
            assert_eq!(T::odd_mul(inf, one), inf);
            assert!(is_nan(T::odd_mul(inf, zero)));
            assert_eq!(T::odd_div(one, zero), inf);
            assert!(is_nan(T::odd_div(zero, zero)));
            assert_eq!(T::odd_div(one, inf), zero);
            assert_eq!(T::odd_sqrt(inf), inf);
            assert_eq!(bits(T::odd_sqrt(minus_zero)), bits(minus_zero));
            assert_eq!(T::odd_fma(inf, one, one), inf);
            assert_eq!(T::odd_fma(one, one, inf), inf);
            assert!(is_nan(T::odd_fma(inf, zero, one)));
            assert_eq!(T::odd_faa(one, inf, one), inf);
            assert_eq!(
                bits(T::odd_fma(minus_zero, one, minus_zero)),
                bits(minus_zero)
            );
            assert_eq!(
                bits(T::odd_faa(minus_zero, minus_zero, minus_zero)),
                bits(minus_zero)
            );
            assert_eq!(bits(T::odd_add(minus_zero, minus_zero)), bits(minus_zero));
            assert_eq!(bits(T::odd_mul(minus_zero, one)), bits(minus_zero));
        }
        check(
            [f32::INFINITY, f32::NAN, 0.0, -0.0, 1.0],
            f32::is_nan,
            |x| x.to_bits().into(),
        );
        check(
            [f64::INFINITY, f64::NAN, 0.0, -0.0, 1.0],
            f64::is_nan,
            f64::to_bits,
        );
    }

    #[test]
    fn who_carries_what() {
        use Rounding::{NearestTiesToEven, TowardPositive};
        let fits = |host, format, rounding| carried(host, &format, rounding).is_ok();
        assert!(!fits(OddHost::F32, Format::OCP_E4M3, Rounding::STOCHASTIC));
        assert!(fits(OddHost::F32, Format::OCP_E5M2, NearestTiesToEven));
        // Products of bfloat16 reach 2^256.
        assert!(matches!(
            carried(OddHost::F32, &Format::BFLOAT16, TowardPositive),
            Err(CarryError::Range { .. })
        ));
        assert!(fits(OddHost::F64, Format::BFLOAT16, TowardPositive));
        assert!(fits(OddHost::F64, Format::BINARY32, NearestTiesToEven));
        let error = carried(OddHost::F64, &Format::BINARY64, TowardPositive);
        assert!(matches!(
            error,
            Err(CarryError::Digits {
                needed: 54,
                have: 53,
                most: 52,
                ..
            })
        ));
    }
}
