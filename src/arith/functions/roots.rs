//! Roots, the reciprocal and the hypotenuse: algebra, so the exact results are known.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::exponential::power_of_two;
use super::logarithm::log2_of;
use crate::arith::wide::Wide;

/// 1 / x: the quotient rounded to odd.
pub fn recip(x: Unrounded) -> Unrounded {
    match x {
        Nan => Nan,
        Infinity { negative } => Zero { negative },
        Zero { negative } => Infinity { negative },
        Exact(x) | Near(x) => Exact(x.recip()),
    }
}

/// The square root, rounded to odd; of -0 it is -0.
pub fn sqrt(x: Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { negative: true } => Nan,
        Infinity { negative: false } | Zero { .. } => x,
        Exact(x) | Near(x) if x.is_negative() => Nan,
        Exact(x) | Near(x) => Exact(x.sqrt()),
    }
}

/// 1 / sqrt(x), exact at powers of four; of -0 it is -inf (IEEE 754-2019, 9.2.1).
///
/// Two operations rounded to odd: within 2^-126.
pub fn rsqrt(x: Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { negative: true } => Nan,
        Infinity { negative: false } => Zero { negative: false },
        Zero { negative } => Infinity { negative },
        Exact(x) | Near(x) if x.is_negative() => Nan,
        Exact(x) | Near(x) if x.odd_part() == 1 && x.exponent() & 1 == 0 => {
            Exact(Wide::power_of_two(-x.exponent() / 2))
        }
        Exact(x) | Near(x) => Near(x.sqrt().recip()),
    }
}

/// 1/3.
const THIRD: Wide = Wide::positive(-2, u128::MAX / 3 * 2 + 1);

/// The cube root, exact where it has at most 42 digits (all that a cube of 126 can have).
///
/// 2^(log2(x) / 3) within 2^-121 of the mantissa's: the exponent is divided by three first.
pub fn cbrt(x: Unrounded) -> Unrounded {
    let (Exact(number) | Near(number)) = x else {
        return x;
    };
    // x = m 8^n, 1 <= m < 8.
    let n = number.exponent().div_euclid(3);
    let m = number.abs().scaled(-3 * n);
    let root = power_of_two(log2_of(m) * THIRD);
    // The nearest number of 42 digits; its cube is exact.
    let digits = ((root.significand() >> 85) + 1) >> 1;
    let candidate = Wide::from_fraction(digits << 85, 1 + root.exponent() + 1);
    let value = if candidate * candidate * candidate == m {
        Exact(candidate.scaled(n))
    } else {
        Near(root.scaled(n))
    };
    value.negated_if(number.is_negative())
}

/// sqrt(x^2 + y^2): the squares are exact for numbers of 64 digits, sum and root rounded to odd.
/// Infinite where one is, even if the other is NaN (IEEE 754-2019, 9.2.1).
pub fn hypot(x: Unrounded, y: Unrounded) -> Unrounded {
    match (x, y) {
        (Infinity { .. }, _) | (_, Infinity { .. }) => Infinity { negative: false },
        (Nan, _) | (_, Nan) => Nan,
        (Zero { .. }, other) | (other, Zero { .. }) => match other {
            Exact(z) => Exact(z.abs()),
            Near(z) => Near(z.abs()),
            _ => Zero { negative: false },
        },
        (Exact(x) | Near(x), Exact(y) | Near(y)) => Exact((x * x + y * y).sqrt()),
    }
}
