//! The exact results of operations, by big integers.

use num_bigint::{BigInt, BigUint, Sign};

use super::{DIGITS, Exact, Value, integer};
use roundoff::Rounding;

/// numerator x 2^exponent and, if `more`, something of the next digit on, away from zero.
fn finite(numerator: BigInt, exponent: i32, more: bool) -> Value {
    let (sign, magnitude) = numerator.into_parts();
    let digits = magnitude.bits() as i32;
    let drop = (digits - DIGITS as i32).max(0);
    let kept = &magnitude >> drop;
    let lost = (&kept << drop) != magnitude;
    Value::Finite(Exact {
        negative: sign == Sign::Minus,
        significand: u128::try_from(kept).expect("120 digits"),
        exponent: exponent + drop,
        more: more || lost,
    })
}

fn parts(x: f64) -> (BigInt, i32) {
    let (significand, exponent) = integer(x);
    let magnitude = BigInt::from(significand);
    (if x < 0.0 { -magnitude } else { magnitude }, exponent)
}

/// A finite number as numerator x 2^exponent; NaN and infinities are dealt with before.
type Term = (BigInt, i32);

/// The sum of finite terms, of which one is not zero.
fn sum(terms: &[Term]) -> Option<Value> {
    let least = terms.iter().map(|term| term.1).min().unwrap_or(0);
    let total: BigInt = terms.iter().map(|(n, e)| n << (e - least)).sum();
    (total != BigInt::ZERO).then(|| finite(total, least, false))
}

/// IEEE 754-2019, 6.3: zeros of one sign keep it; else the mode decides.
fn zero_sum(negative: &[bool], rounding: Rounding) -> Value {
    Value::Zero {
        negative: match () {
            () if negative.iter().all(|n| *n) => true,
            () if negative.iter().all(|n| !*n) => false,
            () => rounding == Rounding::TowardNegative,
        },
    }
}

/// x + y + z, where any may be an infinity or NaN. `exact` has the finite ones.
fn added(values: &[f64], exact: &[Term], rounding: Rounding) -> Value {
    if values.iter().any(|x| x.is_nan()) {
        return Value::NaN;
    }
    let infinite: Vec<bool> = values
        .iter()
        .filter(|x| x.is_infinite())
        .map(|x| *x < 0.0)
        .collect();
    if let Some(&negative) = infinite.first() {
        return match infinite.iter().all(|n| *n == negative) {
            true => Value::Infinity { negative },
            false => Value::NaN,
        };
    }
    if exact.iter().all(|(n, _)| *n == BigInt::ZERO) {
        let negative: Vec<bool> = values.iter().map(|x| x.is_sign_negative()).collect();
        return zero_sum(&negative, rounding);
    }
    // Numbers that cancel: +0, but -0 toward negative.
    sum(exact).unwrap_or(Value::Zero {
        negative: rounding == Rounding::TowardNegative,
    })
}

pub fn add(x: f64, y: f64, rounding: Rounding) -> Value {
    added(&[x, y], &[parts(x), parts(y)], rounding)
}

pub fn sub(x: f64, y: f64, rounding: Rounding) -> Value {
    add(x, -y, rounding)
}

pub fn faa(x: f64, y: f64, z: f64, rounding: Rounding) -> Value {
    added(&[x, y, z], &[parts(x), parts(y), parts(z)], rounding)
}

pub fn mul(x: f64, y: f64) -> Value {
    let negative = x.is_sign_negative() != y.is_sign_negative();
    if x.is_nan() || y.is_nan() {
        return Value::NaN;
    }
    match (x.is_infinite() || y.is_infinite(), x == 0.0 || y == 0.0) {
        (true, true) => Value::NaN,
        (true, false) => Value::Infinity { negative },
        (false, true) => Value::Zero { negative },
        (false, false) => {
            let ((a, i), (b, j)) = (parts(x), parts(y));
            finite(a * b, i + j, false)
        }
    }
}

pub fn fma(x: f64, y: f64, z: f64, rounding: Rounding) -> Value {
    // Stands for the product among specials and zeros.
    let product = match mul(x, y) {
        Value::NaN => f64::NAN,
        Value::Infinity { negative: true } => f64::NEG_INFINITY,
        Value::Infinity { negative: false } => f64::INFINITY,
        Value::Zero { negative: true } => -0.0,
        Value::Zero { negative: false } => 0.0,
        Value::Finite(_) => 1.0f64.copysign(x) * 1.0f64.copysign(y),
    };
    let ((a, i), (b, j)) = (parts(x), parts(y));
    added(&[product, z], &[(a * b, i + j), parts(z)], rounding)
}

pub fn div(x: f64, y: f64) -> Value {
    let negative = x.is_sign_negative() != y.is_sign_negative();
    if x.is_nan() || y.is_nan() {
        return Value::NaN;
    }
    if x.is_infinite() {
        return match y.is_infinite() {
            true => Value::NaN,
            false => Value::Infinity { negative },
        };
    }
    if y == 0.0 {
        return match x == 0.0 {
            true => Value::NaN,
            false => Value::Infinity { negative },
        };
    }
    if x == 0.0 || y.is_infinite() {
        return Value::Zero { negative };
    }
    let ((a, i), (b, j)) = (integer(x), integer(y));
    // At least DIGITS digits of the quotient.
    let up = DIGITS as i32 + 64;
    let a = BigUint::from(a) << up;
    let b = BigUint::from(b);
    let quotient = &a / &b;
    let more = &quotient * b != a;
    let signed = BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, quotient);
    finite(signed, i - j - up, more)
}

/// P3109 4.8: a zero has no sign there, and what is divided by it is NaN.
pub fn p3109_div(x: f64, y: f64) -> Value {
    match y == 0.0 {
        true => Value::NaN,
        false => div(x, y),
    }
}

/// P3109 4.8.
pub fn p3109_rsqrt(x: f64) -> Value {
    match x == 0.0 {
        true => Value::NaN,
        false => rsqrt(x),
    }
}

pub fn recip(x: f64) -> Value {
    div(1.0, x)
}

/// The square root of a rational numerator / denominator x 2^exponent, exponent even.
fn root(numerator: BigUint, denominator: BigUint, exponent: i32) -> Value {
    // floor(sqrt(n / d 2^(2 up))), so that it has enough digits whatever n and d.
    let up = 2 * DIGITS as i32 + 128;
    let scaled = (numerator << (2 * up)) / &denominator;
    let exact_quotient = {
        let root = scaled.sqrt();
        (&root * &root == scaled, root)
    };
    // An irrational or longer quotient has a longer root: only a perfect square is exact.
    let (square, root) = exact_quotient;
    finite(BigInt::from(root), exponent / 2 - up, !square)
}

pub fn sqrt(x: f64) -> Value {
    if x == 0.0 {
        return Value::Zero {
            negative: x.is_sign_negative(),
        };
    }
    if x.is_nan() || x < 0.0 {
        return Value::NaN;
    }
    if x.is_infinite() {
        return Value::Infinity { negative: false };
    }
    let (a, i) = integer(x);
    let odd = i & 1;
    root(BigUint::from(a) << odd, BigUint::from(1u8), i - odd)
}

pub fn rsqrt(x: f64) -> Value {
    if x == 0.0 {
        return Value::Infinity {
            negative: x.is_sign_negative(),
        };
    }
    if x.is_nan() || x < 0.0 {
        return Value::NaN;
    }
    if x.is_infinite() {
        return Value::Zero { negative: false };
    }
    // Without its factors of two the significand divides no power of two but as 1: a quotient
    // that was cut is no perfect square of so many digits.
    let (a, i) = integer(x);
    let (a, i) = (a >> a.trailing_zeros(), i + a.trailing_zeros() as i32);
    let odd = i & 1;
    let value = root(BigUint::from(1u8), BigUint::from(a) << odd, -(i - odd));
    match value {
        Value::Finite(x) => Value::Finite(Exact {
            more: x.more || a != 1 || odd != 0,
            ..x
        }),
        other => other,
    }
}

pub fn hypot(x: f64, y: f64) -> Value {
    if x.is_infinite() || y.is_infinite() {
        return Value::Infinity { negative: false };
    }
    if x.is_nan() || y.is_nan() {
        return Value::NaN;
    }
    if x == 0.0 && y == 0.0 {
        return Value::Zero { negative: false };
    }
    let ((a, i), (b, j)) = (parts(x), parts(y));
    let least = i.min(j);
    let (a, b) = (&a * &a, &b * &b);
    let squares: BigInt = (a << (2 * (i - least))) + (b << (2 * (j - least)));
    let (_, squares) = squares.into_parts();
    root(squares, BigUint::from(1u8), 2 * least)
}

/// x - y n, n the nearest integer (`nearest`) or the cut one.
pub fn remainder(x: f64, y: f64, nearest: bool) -> Value {
    if x.is_nan() || y.is_nan() || x.is_infinite() || y == 0.0 {
        return Value::NaN;
    }
    if y.is_infinite() || x == 0.0 {
        return Value::of(x);
    }
    let ((a, i), (b, j)) = (integer(x), integer(y));
    let least = i.min(j);
    let a = BigInt::from(a) << (i - least);
    let b = BigInt::from(b) << (j - least);
    let (mut n, mut rest) = (&a / &b, &a % &b);
    let twice: BigInt = &rest * 2;
    if nearest && (twice > b || twice == b && n.bit(0)) {
        n += 1;
        rest -= &b;
    }
    if rest == BigInt::ZERO {
        return Value::Zero {
            negative: x.is_sign_negative(),
        };
    }
    finite(if x < 0.0 { -rest } else { rest }, least, false)
}
