//! Every operation on [`Unrounded`] numbers: the exact result, before any rounding.
//!
//! Specials are those of IEEE 754-2019 (6, 7.2, 9.2, 9.6) and P3109 (4.8). A sum that is exactly
//! zero is +0, as in all modes but TowardNegative (IEEE 754, 6.3); [`exact`](super::exact) knows
//! the mode.

use std::cmp::Ordering;

use super::functions::{self as f, Unrounded};
use super::operations::{Binary, Ternary, Unary};
use super::wide::Wide;

use Unrounded::{Exact, Infinity, Nan, Near, Zero};

/// A function of one number.
pub(crate) fn unary(operation: Unary, x: Unrounded) -> Unrounded {
    match operation {
        Unary::Convert => x,
        Unary::Negate => x.negated_if(true),
        Unary::Abs => x.negated_if(is_negative(x)),
        Unary::Sqrt => f::sqrt(x),
        Unary::Rsqrt => f::rsqrt(x),
        Unary::Recip => f::recip(x),
        Unary::Cbrt => f::cbrt(x),
        Unary::Floor => integer(x, |whole, rest| rest != Rest::None && whole.is_negative()),
        Unary::Ceil => integer(x, |whole, rest| rest != Rest::None && !whole.is_negative()),
        Unary::Trunc => integer(x, |_, _| false),
        Unary::RoundTiesToEven => integer(x, |whole, rest| match rest {
            Rest::None | Rest::Below => false,
            Rest::Half => whole.is_odd(),
            Rest::Above => true,
        }),
        Unary::Exp => f::exp(x),
        Unary::Exp2 => f::exp2(x),
        Unary::Exp10 => f::exp10(x),
        Unary::ExpMinusOne => f::exp_minus_one(x),
        Unary::Log => f::log(x),
        Unary::Log2 => f::log2(x),
        Unary::Log10 => f::log10(x),
        Unary::LogOnePlus => f::log_one_plus(x),
        Unary::Softplus => f::softplus(x),
        Unary::Sin => f::sin(x),
        Unary::Cos => f::cos(x),
        Unary::Tan => f::tan(x),
        Unary::SinPi => f::sin_pi(x),
        Unary::CosPi => f::cos_pi(x),
        Unary::TanPi => f::tan_pi(x),
        Unary::ArcSin => f::arcsin(x),
        Unary::ArcCos => f::arccos(x),
        Unary::ArcTan => f::arctan(x),
        Unary::ArcSinPi => f::arcsin_pi(x),
        Unary::ArcCosPi => f::arccos_pi(x),
        Unary::ArcTanPi => f::arctan_pi(x),
        Unary::Sinh => f::sinh(x),
        Unary::Cosh => f::cosh(x),
        Unary::Tanh => f::tanh(x),
        Unary::ArcSinh => f::arcsinh(x),
        Unary::ArcCosh => f::arccosh(x),
        Unary::ArcTanh => f::arctanh(x),
        Unary::Erf => f::erf(x),
        Unary::Erfc => f::erfc(x),
        Unary::LogGamma => f::log_gamma(x),
    }
}

/// A function of two numbers.
pub(crate) fn binary(operation: Binary, x: Unrounded, y: Unrounded) -> Unrounded {
    match operation {
        Binary::Add => add(x, y),
        Binary::Subtract => add(x, y.negated_if(true)),
        Binary::Multiply => multiply(x, y),
        Binary::Divide => divide(x, y),
        Binary::Remainder => remainder(x, y, true),
        Binary::Modulo => remainder(x, y, false),
        Binary::Hypot => f::hypot(x, y),
        Binary::Power => f::pow(x, y),
        Binary::Scale => scale(x, y),
        Binary::ArcTan2 => f::arctan2(x, y),
        Binary::ArcTan2Pi => f::arctan2_pi(x, y),
        Binary::CopySign => x.negated_if(is_negative(x) != is_negative(y)),
        Binary::Minimum => choose(x, y, Pick::Lesser),
        Binary::Maximum => choose(x, y, Pick::Greater),
        Binary::MinimumNumber => number(x, y, Pick::Lesser),
        Binary::MaximumNumber => number(x, y, Pick::Greater),
        Binary::MinimumMagnitude => choose(x, y, Pick::LesserMagnitude),
        Binary::MaximumMagnitude => choose(x, y, Pick::GreaterMagnitude),
        Binary::MinimumMagnitudeNumber => number(x, y, Pick::LesserMagnitude),
        Binary::MaximumMagnitudeNumber => number(x, y, Pick::GreaterMagnitude),
        Binary::MinimumFinite => finite(x, y, Pick::Lesser),
        Binary::MaximumFinite => finite(x, y, Pick::Greater),
    }
}

/// A function of three numbers.
pub(crate) fn ternary(operation: Ternary, x: Unrounded, y: Unrounded, z: Unrounded) -> Unrounded {
    match operation {
        Ternary::Fma => add(multiply(x, y), z),
        Ternary::Faa => add_three(x, y, z),
        // Between ends in the wrong order there is nothing (P3109 4.8, Clamp).
        Ternary::Clamp if compare(y, z) == Some(Ordering::Greater) => Nan,
        Ternary::Clamp => choose(choose(x, y, Pick::Greater), z, Pick::Lesser),
    }
}

/// Which is greater; none where one is NaN. Zeros are equal.
pub(crate) fn compare(x: Unrounded, y: Unrounded) -> Option<Ordering> {
    let key = |x: Unrounded| match x {
        Nan => None,
        Infinity { negative: true } => Some((-1, Wide::ZERO)),
        Infinity { negative: false } => Some((1, Wide::ZERO)),
        Zero { .. } => Some((0, Wide::ZERO)),
        Exact(x) | Near(x) => Some((0, x)),
    };
    Some(key(x)?.cmp(&key(y)?))
}

/// The sign bit.
pub(crate) fn is_negative(x: Unrounded) -> bool {
    match x {
        Nan => false,
        Infinity { negative } | Zero { negative } => negative,
        Exact(x) | Near(x) => x.is_negative(),
    }
}

/// A result computed from numbers of which one is only near.
fn like(x: Unrounded, y: Unrounded, result: Wide) -> Unrounded {
    match (x, y) {
        (Near(_), _) | (_, Near(_)) if !result.is_zero() => Near(result),
        _ => Unrounded::exact(result),
    }
}

fn add(x: Unrounded, y: Unrounded) -> Unrounded {
    match (x, y) {
        (Nan, _) | (_, Nan) => Nan,
        (Infinity { negative: a }, Infinity { negative: b }) if a != b => Nan,
        (Infinity { .. }, _) => x,
        (_, Infinity { .. }) => y,
        (Zero { negative: a }, Zero { negative: b }) => Zero { negative: a && b },
        (Zero { .. }, _) => y,
        (_, Zero { .. }) => x,
        (Exact(a) | Near(a), Exact(b) | Near(b)) => like(x, y, a + b),
    }
}

/// x + y + z with nothing lost. Two sums to odd are one where the first is exact, or where the
/// greatest number is so far above the two others that it cannot cancel with them.
fn add_three(x: Unrounded, y: Unrounded, z: Unrounded) -> Unrounded {
    let exponent = |x: Unrounded| match x {
        Exact(x) | Near(x) => x.exponent(),
        _ => i32::MIN,
    };
    let mut order = [x, y, z];
    order.sort_by_key(|x| std::cmp::Reverse(exponent(*x)));
    let [a, b, c] = order;
    // Two f64s whose exponents are no further apart have an exact sum of 128 digits.
    let near = i64::from(exponent(a)) - i64::from(exponent(b)) <= 70;
    match (a, b) {
        (Exact(_) | Near(_), Exact(_) | Near(_)) if !near => add(a, add(b, c)),
        _ => add(add(a, b), c),
    }
}

fn multiply(x: Unrounded, y: Unrounded) -> Unrounded {
    let negative = is_negative(x) != is_negative(y);
    match (x, y) {
        (Nan, _) | (_, Nan) => Nan,
        (Infinity { .. }, Zero { .. }) | (Zero { .. }, Infinity { .. }) => Nan,
        (Infinity { .. }, _) | (_, Infinity { .. }) => Infinity { negative },
        (Zero { .. }, _) | (_, Zero { .. }) => Zero { negative },
        (Exact(a) | Near(a), Exact(b) | Near(b)) => like(x, y, a * b),
    }
}

fn divide(x: Unrounded, y: Unrounded) -> Unrounded {
    let negative = is_negative(x) != is_negative(y);
    match (x, y) {
        (Nan, _) | (_, Nan) => Nan,
        (Infinity { .. }, Infinity { .. }) | (Zero { .. }, Zero { .. }) => Nan,
        (Infinity { .. }, _) | (_, Zero { .. }) => Infinity { negative },
        (Zero { .. }, _) | (_, Infinity { .. }) => Zero { negative },
        (Exact(a) | Near(a), Exact(b) | Near(b)) => like(x, y, a / b),
    }
}

/// x 2^n, n the integer part of the second number.
fn scale(x: Unrounded, n: Unrounded) -> Unrounded {
    match (x, n) {
        (Nan, _) | (_, Nan) => Nan,
        (Infinity { .. }, Infinity { negative: true }) => Nan,
        (Zero { .. }, Infinity { negative: false }) => Nan,
        (Exact(_) | Near(_), Infinity { negative: true }) => Zero {
            negative: is_negative(x),
        },
        (Exact(_) | Near(_), Infinity { negative: false }) => Infinity {
            negative: is_negative(x),
        },
        (Exact(a) | Near(a), Exact(n) | Near(n)) => {
            let power = truncated(n).0.to_f64() as i32;
            like(x, x, a.scaled(power))
        }
        _ => x,
    }
}

/// What a number has below its integer part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    None,
    Below,
    Half,
    Above,
}

/// The integer part, and what is below it.
fn truncated(x: Wide) -> (Wide, Rest) {
    let below = 127 - x.exponent();
    match below {
        ..=0 => (x, Rest::None),
        1..=127 => {
            let lost = x.significand() << (128 - below);
            let rest = match lost.cmp(&(1 << 127)) {
                _ if lost == 0 => Rest::None,
                Ordering::Less => Rest::Below,
                Ordering::Equal => Rest::Half,
                Ordering::Greater => Rest::Above,
            };
            let whole = x.significand() >> below << below;
            (
                Wide::positive(x.exponent(), whole).negated_if(x.is_negative()),
                rest,
            )
        }
        // In [1/2, 1).
        128 if x.significand() == 1 << 127 => (Wide::ZERO, Rest::Half),
        128 => (Wide::ZERO, Rest::Above),
        _ => (Wide::ZERO, Rest::Below),
    }
}

/// digits x 2^last.
fn from_digits(digits: u128, last: i32) -> Wide {
    Wide::from_fraction(digits, last + 128)
}

/// The integer part, moved one away from zero where `away` says so. A zero has the sign of x.
fn integer(x: Unrounded, away: impl Fn(Part, Rest) -> bool) -> Unrounded {
    let (Exact(number) | Near(number)) = x else {
        return x;
    };
    let negative = number.is_negative();
    let (whole, rest) = truncated(number);
    let moved = match away(Part { whole, negative }, rest) {
        true => whole + Wide::ONE.negated_if(negative),
        false => whole,
    };
    match moved.is_zero() {
        true => Zero { negative },
        false => Exact(moved),
    }
}

/// An integer part, which may be zero, with the sign of the number it is of.
#[derive(Clone, Copy)]
struct Part {
    whole: Wide,
    negative: bool,
}

impl Part {
    fn is_negative(self) -> bool {
        self.negative
    }

    fn is_odd(self) -> bool {
        !self.whole.is_zero() && self.whole.last_digit() == 0
    }
}

/// x - y n, n the integer nearest x / y (`nearest`), or x / y cut.
fn remainder(x: Unrounded, y: Unrounded, nearest: bool) -> Unrounded {
    match (x, y) {
        (Nan, _) | (_, Nan) | (Infinity { .. }, _) | (_, Zero { .. }) => Nan,
        (Zero { .. }, _) | (_, Infinity { .. }) => x,
        (Exact(a) | Near(a), Exact(b) | Near(b)) => {
            let (rest, odd) = cut(a.abs(), b.abs());
            let twice = rest.scaled(1);
            let up = nearest && (twice > b.abs() || twice == b.abs() && odd);
            let rest = if up { rest - b.abs() } else { rest };
            match rest.is_zero() {
                true => Zero {
                    negative: a.is_negative(),
                },
                false => like(x, y, rest.negated_if(a.is_negative())),
            }
        }
    }
}

/// |x| - |y| n for n = floor(|x| / |y|), and whether n is odd. Schoolbook division, digit by digit.
fn cut(x: Wide, y: Wide) -> (Wide, bool) {
    if x < y {
        return (x, false);
    }
    let (mut rest, divisor) = (x.odd_part(), y.odd_part());
    let (last_x, last_y) = (x.last_digit(), y.last_digit());
    if last_x < last_y {
        // x >= y: the divisor's digits, moved up, are still no more than x's.
        let divisor = divisor << (last_y - last_x);
        let odd = (rest / divisor) & 1 == 1;
        rest %= divisor;
        return (from_digits(rest, last_x), odd);
    }
    let mut odd = (rest / divisor) & 1 == 1;
    rest %= divisor;
    for _ in last_y..last_x {
        // rest = 2 rest mod divisor, without the doubling's overflow.
        odd = rest >= divisor - rest;
        rest = match odd {
            true => rest - (divisor - rest),
            false => rest << 1,
        };
    }
    (from_digits(rest, last_y), odd)
}

/// Which of two numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    Lesser,
    Greater,
    LesserMagnitude,
    GreaterMagnitude,
}

/// NaN if one is (IEEE 754-2019, 9.6: minimum, maximum). -0 is less than 0.
fn choose(x: Unrounded, y: Unrounded, pick: Pick) -> Unrounded {
    let magnitude = |x: Unrounded| x.negated_if(is_negative(x));
    let order = match pick {
        Pick::Lesser | Pick::Greater => compare(x, y),
        Pick::LesserMagnitude | Pick::GreaterMagnitude => compare(magnitude(x), magnitude(y)),
    };
    let lesser = matches!(pick, Pick::Lesser | Pick::LesserMagnitude);
    match order {
        None => Nan,
        Some(Ordering::Less) => {
            if lesser {
                x
            } else {
                y
            }
        }
        Some(Ordering::Greater) => {
            if lesser {
                y
            } else {
                x
            }
        }
        // Equal, or of one magnitude: by the sign.
        Some(Ordering::Equal) if is_negative(x) == lesser => x,
        Some(Ordering::Equal) => y,
    }
}

/// The number if one is NaN (minimumNumber, maximumNumber).
fn number(x: Unrounded, y: Unrounded, pick: Pick) -> Unrounded {
    match (x, y) {
        (Nan, y) => y,
        (x, Nan) => x,
        _ => choose(x, y, pick),
    }
}

/// Of the finite ones; of two that are not, as [`number`] (P3109's MinimumFinite, MaximumFinite).
fn finite(x: Unrounded, y: Unrounded, pick: Pick) -> Unrounded {
    let is_finite = |x: Unrounded| !matches!(x, Nan | Infinity { .. });
    match (is_finite(x), is_finite(y)) {
        (true, false) => x,
        (false, true) => y,
        _ => number(x, y, pick),
    }
}
