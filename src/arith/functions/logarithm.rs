//! Logarithms to the bases e, 2 and 10, of x and of 1 + x.
//!
//! All are log(1 + q), 0 <= q <= 1, whose *relative* error must be small where q is. Two tables of
//! reciprocals c >= 1 / (1 + q) of a few bits leave a small q that is never negative:
//!
//! ```text
//! (1 + q) c = 1 + (q c - (1 - c)),     log(1 + q) = -log c + log(1 + q')
//! q < 1  -- 64 entries -->  q < 0.018  -- 76 entries -->  q < 2^-11.8  -- 12 terms
//! ```
//!
//! Below 2^-10 the series is all, in floating point; below 2^-6 the first table does nothing and
//! the fixed point has five more digits; so the relative error is below 2^-119 everywhere. x just
//! below 1 is -log(1 + (1 - x) / x).

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::series;
use super::tables::constants::{LN_2, LOG2_E, LOG10_E};
use super::tables::logarithm::{COARSE, COARSE_LOG, FINE, FINE_LOG, SERIES};
use crate::arith::wide::{Wide, fraction_product};

/// Below 2^this the series is all.
const SMALL: i32 = -10;

/// log(1 + q) 2^SCALE, q 2^SCALE given; q < 0.018.
#[inline(always)]
fn fine<const SCALE: u32>(q: u128) -> u128 {
    let j = (q >> (116 + SCALE)) as usize;
    let q = q - fraction_product(q, FINE[j]) - (FINE[j] << SCALE);
    let h = series::alternating(&SERIES, q >> SCALE);
    let rest = q - fraction_product(q, fraction_product(q >> SCALE, h));
    (FINE_LOG[j] >> (5 - SCALE)) + rest
}

/// log(1 + q) for 0 <= q <= 1.
pub(super) fn log_of_one_and(q: Wide) -> Wide {
    if q.exponent() >= 0 {
        return LN_2;
    }
    if q.exponent() < SMALL {
        let h = series::alternating(&SERIES, q.to_fraction());
        return q * (Wide::ONE - q * Wide::from_fraction(h, 0));
    }
    if q.exponent() < -6 {
        return Wide::from_fraction(fine::<5>(q.scaled(5).to_fraction()), -5);
    }
    let q = q.to_fraction();
    let i = (q >> 122) as usize;
    let rest = fine::<0>(q - fraction_product(q, COARSE[i]) - COARSE[i]);
    Wide::from_fraction(COARSE_LOG[i] + rest, 0)
}

/// log x for x > 0.
pub(super) fn log_of(x: Wide) -> Wide {
    let e = x.exponent();
    if e == -1 && x.significand() >> 126 == 3 {
        return -log_of_one_and((Wide::ONE - x) / x);
    }
    let rest = log_of_one_and(Wide::from_fraction(x.significand() << 1, 0));
    if e == 0 {
        rest
    } else {
        Wide::from(e) * LN_2 + rest
    }
}

/// log(1 + x) for x > -1.
pub(super) fn log_one_plus_of(x: Wide) -> Wide {
    let e = x.exponent();
    if !x.is_negative() && e < 0 {
        log_of_one_and(x)
    } else if x.is_negative() && e < SMALL {
        let h = series::sum(&SERIES, x.to_fraction());
        x * (Wide::ONE - x * Wide::from_fraction(h, 0))
    } else if x.is_negative() && e < -1 {
        -log_of_one_and(-x / (Wide::ONE + x))
    } else {
        log_of(Wide::ONE + x)
    }
}

/// log x at the limits, and `f` at positive numbers.
#[inline(always)]
fn frame(x: Unrounded, f: impl FnOnce(Wide) -> Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { negative: true } => Nan,
        Infinity { negative: false } => x,
        Zero { .. } => Infinity { negative: true },
        Exact(x) | Near(x) if x.is_negative() => Nan,
        Exact(x) | Near(x) if x == Wide::ONE => Zero { negative: false },
        Exact(x) | Near(x) => f(x),
    }
}

/// log(1 + x) at the limits, and `f` at numbers above -1.
#[inline(always)]
fn frame_one_plus(x: Unrounded, f: impl FnOnce(Wide) -> Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { negative: true } => Nan,
        Infinity { negative: false } | Zero { .. } => x,
        Exact(x) | Near(x) if x < -Wide::ONE => Nan,
        Exact(x) | Near(x) if x == -Wide::ONE => Infinity { negative: true },
        Exact(x) | Near(x) => f(x),
    }
}

/// n where x = 2^n.
fn exact_log2(x: Wide) -> Option<i32> {
    (x.significand() == 1 << 127).then_some(x.exponent())
}

/// n where x = 10^n, n >= 0: the odd part is 5^n and as many twos.
fn exact_log10(x: Wide) -> Option<i32> {
    let n = x.last_digit();
    let five = x.odd_part();
    (0..=55)
        .contains(&n)
        .then(|| 5_u128.checked_pow(n as u32))
        .flatten()
        .filter(|power| *power == five)
        .map(|_| n)
}

fn or_exact(exact: Option<i32>, near: impl FnOnce() -> Wide) -> Unrounded {
    match exact {
        Some(n) => Unrounded::exact(Wide::from(n)),
        None => Near(near()),
    }
}

/// log x.
pub fn log(x: Unrounded) -> Unrounded {
    frame(x, |x| Near(log_of(x)))
}

/// log2 x, exact at powers of two.
pub fn log2(x: Unrounded) -> Unrounded {
    frame(x, |x| or_exact(exact_log2(x), || log2_of(x)))
}

/// log2 x for x > 0.
pub(super) fn log2_of(x: Wide) -> Wide {
    log_of(x) * LOG2_E
}

/// log10 x, exact at powers of ten.
pub fn log10(x: Unrounded) -> Unrounded {
    frame(x, |x| or_exact(exact_log10(x), || log_of(x) * LOG10_E))
}

/// log(1 + x).
pub fn log_one_plus(x: Unrounded) -> Unrounded {
    frame_one_plus(x, |x| Near(log_one_plus_of(x)))
}

/// log2(1 + x), exact where 1 + x is a power of two.
pub fn log2_one_plus(x: Unrounded) -> Unrounded {
    frame_one_plus(x, |x| {
        or_exact(exact_log2(Wide::ONE + x), || match exact_log2(x) {
            // log2(1 + 2^n) is just above n.
            Some(n) if n > 0 => Wide::from(n) + log_of_one_and(x.recip()) * LOG2_E,
            _ => log_one_plus_of(x) * LOG2_E,
        })
    })
}

/// log10(1 + x), exact where 1 + x is a power of ten.
pub fn log10_one_plus(x: Unrounded) -> Unrounded {
    frame_one_plus(x, |x| {
        or_exact(exact_log10(Wide::ONE + x), || log_one_plus_of(x) * LOG10_E)
    })
}
