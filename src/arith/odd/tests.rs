//! Against exact integers.

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
                (u64::from(word(5, 0, 2 * counter)) << 32 | u64::from(word(5, 0, 2 * counter + 1)))
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

                let (numerator, denominator) = (a.unsigned_abs() << (DIGITS + 4), b.unsigned_abs());
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
