//! x^y.
//!
//! 2^(y log2 x): the logarithm's relative error becomes an absolute error of the exponent, so the
//! result is within 2^(e - 121) where |y log2 x| < 2^e; e <= 11 for results of binary64. Exact
//! results, and those alone, are found by integers: with x = m 2^k, m odd, they are powers of two
//! (m = 1) or have y = n / 2^j, n > 0, and m and 2^k perfect 2^j-th powers.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::exponential::power_of_two;
use super::logarithm::log2_of;
use crate::arith::wide::Wide;

/// Is the number an odd integer?
fn is_odd_integer(y: Unrounded) -> bool {
    matches!(y, Exact(y) | Near(y) if y.last_digit() == 0)
}

fn is_integer(y: Unrounded) -> bool {
    matches!(y, Zero { .. }) || matches!(y, Exact(y) | Near(y) if y.is_integer())
}

/// x^y for x > 0 where it has at most 128 digits.
fn exact(x: Wide, y: Wide) -> Option<Wide> {
    if x == Wide::ONE {
        // Of -1, to an integer however large.
        return Some(Wide::ONE);
    }
    let mut m = x.odd_part();
    let mut k = i64::from(x.last_digit());
    if y.odd_part() > 1 << 60 || y.exponent() > 30 || (m != 1 && y.is_negative()) {
        return None;
    }
    let n = y.odd_part() as i64;
    let scale = y.last_digit();
    if m == 1 {
        // 2^(k y), where k y is an integer.
        let k = Wide::from(k as i32);
        let power = k * y;
        return (power.is_integer() && power.exponent() < 26)
            .then(|| Wide::power_of_two(power.floor_and_fraction().0 as i32));
    }
    for _ in scale..0 {
        let root = m.isqrt();
        if root * root != m || k & 1 != 0 {
            return None;
        }
        m = root;
        k /= 2;
    }
    let n = n.checked_shl(scale.max(0) as u32).filter(|n| *n < 128)?;
    let power = m.checked_pow(n as u32)?;
    let exponent = i32::try_from(k.checked_mul(n)?).ok()?;
    Some(Wide::from_fraction(power, 128).scaled(exponent))
}

/// x^y for finite x > 0 and y.
fn of_positive(x: Wide, y: Wide) -> Unrounded {
    match exact(x, y) {
        Some(power) => Exact(power),
        None => Near(power_of_two(y * log2_of(x))),
    }
}

/// x^y, with the limits of IEEE 754-2019, 9.2.1: 1 where y = 0 or x = 1, whatever the other is.
pub fn pow(x: Unrounded, y: Unrounded) -> Unrounded {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let (x_sign, size) = match x {
        _ if matches!(y, Zero { .. }) => return Unrounded::ONE,
        Exact(x) | Near(x) if x == Wide::ONE => return Unrounded::ONE,
        Nan => return Nan,
        Zero { negative } => (negative, Less),
        Infinity { negative } => (negative, Greater),
        Exact(x) | Near(x) => (x.is_negative(), x.abs().cmp(&Wide::ONE)),
    };
    let negative = x_sign && is_odd_integer(y);
    match (x, y) {
        (_, Nan) => Nan,
        (_, Infinity { negative: down }) => match (size, down) {
            (Equal, _) => Unrounded::ONE,
            (Less, true) | (Greater, false) => Infinity { negative: false },
            _ => Zero { negative: false },
        },
        (Zero { .. } | Infinity { .. }, Exact(y) | Near(y)) => {
            if (size == Less) == y.is_negative() {
                Infinity { negative }
            } else {
                Zero { negative }
            }
        }
        _ if x_sign && !is_integer(y) => Nan,
        (Exact(x) | Near(x), Exact(y) | Near(y)) => of_positive(x.abs(), y).negated_if(negative),
        _ => Nan,
    }
}
