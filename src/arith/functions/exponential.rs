//! e^x, 2^x, 10^x and the same less one; softplus.
//!
//! All are 2^t. With t = n + i/16 + j/256 + r, 0 <= r < 1/256:
//!
//! ```text
//! 2^t = 2^n 2^(i/16) 2^(j/256) (1 + s + s^2/2 + ...),   s = r log 2 < 0.0028
//! ```
//!
//! two tables of sixteen and twelve terms (Tang, *Table-driven implementation of the exponential
//! function*, 1989).
//!
//! Error: t is the exponent of the result, so its absolute error counts. For e^x and 10^x it is two
//! products, x times the first 22 digits of log2(e), which is exact for x of 106 digits and fewer,
//! and x times the rest. So t is within 2^-127 where |t| < 2^14, and the result within 2^-123.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::logarithm::log_of_one_and;
use super::series;
use super::tables::constants::{
    LN_2, LN_2_FRACTION, LN_10, LOG2_10_HIGH, LOG2_10_LOW, LOG2_E_HIGH, LOG2_E_LOW,
};
use super::tables::exponential::{INVERSE_FACTORIALS, SIXTEENTHS, SIXTEENTHS_OF_SIXTEENTHS};
use crate::arith::wide::{Wide, fraction_product};

/// Exponents of two from 2^this on only say "past every format".
const FAR: i32 = 20;

/// e^s - 1 for |s| < 2^-8: s + s^2 h(s). The relative error is that of s, and 2^-125.
pub(super) fn exp_less_one_of_small(s: Wide) -> Wide {
    let z = s.to_fraction();
    let h = if s.is_negative() {
        series::alternating(&INVERSE_FACTORIALS, z)
    } else {
        series::sum(&INVERSE_FACTORIALS, z)
    };
    s * (Wide::ONE + s * Wide::from_fraction(h, 0))
}

/// 2^t. Past 2^(2^20) it is that, and the same below.
pub(super) fn power_of_two(t: Wide) -> Wide {
    if t.exponent() < -12 {
        return Wide::ONE + exp_less_one_of_small(t * LN_2);
    }
    power_of_two_sum(t, Wide::ZERO)
}

/// 2^(t + low) for |t| >= 2^-12, |low| < 2^-21 |t|.
fn power_of_two_sum(t: Wide, low: Wide) -> Wide {
    if t.exponent() >= FAR {
        let far = 1 << FAR;
        return Wide::power_of_two(if t.is_negative() { -far } else { far });
    }
    let (n, f) = t.floor_and_fraction();
    let rest = low.abs().to_fraction();
    let ((f, carried), step) = if low.is_negative() {
        (f.overflowing_sub(rest), -1)
    } else {
        (f.overflowing_add(rest), 1)
    };
    let n = n as i32 + if carried { step } else { 0 };
    let (i, j) = ((f >> 124) as usize, (f >> 120) as usize & 15);
    let s = fraction_product(f & ((1 << 120) - 1), LN_2_FRACTION);
    let series = s + fraction_product(s, fraction_product(s, series::sum(&INVERSE_FACTORIALS, s)));
    // In quarters: both tables hold halves.
    let table = fraction_product(SIXTEENTHS[i], SIXTEENTHS_OF_SIXTEENTHS[j]);
    Wide::from_fraction(table + fraction_product(table, series), 2 + n)
}

/// e^x.
pub(super) fn exp_of(x: Wide) -> Wide {
    if x.exponent() < -12 {
        return Wide::ONE + exp_less_one_of_small(x);
    }
    power_of_two_sum(x * LOG2_E_HIGH, x * LOG2_E_LOW)
}

/// 10^x.
fn exp10_of(x: Wide) -> Wide {
    if x.exponent() < -12 {
        return Wide::ONE + exp_less_one_of_small(x * LN_10);
    }
    power_of_two_sum(x * LOG2_10_HIGH, x * LOG2_10_LOW)
}

/// `power` - 1, where that is e^s.
#[inline(always)]
fn less_one(s: Wide, power: impl FnOnce() -> Wide) -> Wide {
    if s.exponent() < -8 {
        exp_less_one_of_small(s)
    } else {
        power() - Wide::ONE
    }
}

/// 10^n where 5^n has at most 128 digits.
fn power_of_ten(x: Wide) -> Option<Wide> {
    if !x.is_integer() || x.is_negative() || x.exponent() > 5 {
        return None;
    }
    let n = x.floor_and_fraction().0 as i32;
    let five = 5_u128.checked_pow(n as u32)?;
    Some(Wide::from_fraction(five, 128 + n))
}

/// The frame of all: f at the limits, `at_zero`, and at numbers.
#[inline(always)]
fn frame(x: Unrounded, less: bool, f: impl FnOnce(Wide) -> Unrounded) -> Unrounded {
    match x {
        Nan => Nan,
        Infinity { negative: false } => x,
        Infinity { negative: true } if less => Exact(-Wide::ONE),
        Infinity { negative: true } => Zero { negative: false },
        Zero { .. } if less => x,
        Zero { .. } => Unrounded::ONE,
        Exact(x) | Near(x) => f(x),
    }
}

/// e^x.
pub fn exp(x: Unrounded) -> Unrounded {
    frame(x, false, |x| Near(exp_of(x)))
}

/// 2^x, exact at integers.
pub fn exp2(x: Unrounded) -> Unrounded {
    frame(x, false, |x| {
        if x.is_integer() && x.exponent() < FAR {
            Exact(Wide::power_of_two(x.floor_and_fraction().0 as i32))
        } else {
            Near(power_of_two(x))
        }
    })
}

/// 10^x, exact at the integers from 0 to 55.
pub fn exp10(x: Unrounded) -> Unrounded {
    frame(x, false, |x| match power_of_ten(x) {
        Some(power) => Exact(power),
        None => Near(exp10_of(x)),
    })
}

/// e^x - 1.
pub fn exp_minus_one(x: Unrounded) -> Unrounded {
    frame(x, true, |x| Near(less_one(x, || exp_of(x))))
}

/// 2^x - 1, exact at integers.
pub fn exp2_minus_one(x: Unrounded) -> Unrounded {
    frame(x, true, |x| {
        if x.is_integer() && x.exponent() < FAR {
            let power = Wide::power_of_two(x.floor_and_fraction().0 as i32);
            Exact(power - Wide::ONE)
        } else {
            Near(less_one(x * LN_2, || power_of_two(x)))
        }
    })
}

/// 10^x - 1, exact at the integers from 0 to 55.
pub fn exp10_minus_one(x: Unrounded) -> Unrounded {
    frame(x, true, |x| match power_of_ten(x) {
        Some(power) => Exact(power - Wide::ONE),
        None => Near(less_one(x * LN_10, || exp10_of(x))),
    })
}

/// log(1 + e^x) = x + log(1 + e^-x).
pub fn softplus(x: Unrounded) -> Unrounded {
    match x {
        Nan => Nan,
        Infinity { negative: false } => x,
        Infinity { negative: true } => Zero { negative: false },
        Zero { .. } => Near(LN_2),
        Exact(x) | Near(x) => {
            let rest = log_of_one_and(exp_of(-x.abs()));
            Near(if x.is_negative() { rest } else { x + rest })
        }
    }
}
