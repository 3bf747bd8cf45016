//! Sine, cosine, tangent; the same of pi x.
//!
//! The argument becomes n quarter turns and a rest r of at most an eighth turn. For pi x that is
//! exact. For x it is x times 2/pi: as many digits of 2/pi are taken from where they begin to
//! matter modulo four as leave 190 digits of fraction (Payne & Hanek, *Radian reduction for
//! trigonometric functions*, 1983). No f64 is nearer than 2^-62 to a multiple of pi/2, so 128
//! digits of r are right. Sixteen terms each then do: relative errors below 2^-122.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::series;
use super::tables::circle::{COSINE, SINE, TANGENT, TWO_BY_PI};
use super::tables::constants::HALF_PI;
use crate::arith::wide::Wide;

/// An angle: quarter turns modulo four, and the rest within pi / 4 (a little more by rounding).
#[derive(Clone, Copy)]
struct Reduced {
    quarters: u8,
    rest: Wide,
}

impl Reduced {
    #[inline(always)]
    fn negated_if(self, negative: bool) -> Self {
        Self {
            quarters: if negative {
                self.quarters.wrapping_neg() & 3
            } else {
                self.quarters
            },
            rest: self.rest.negated_if(negative),
        }
    }

    /// A quarter turn ahead: cos x = sin(x + pi/2).
    #[inline(always)]
    fn ahead(self) -> Self {
        Self {
            quarters: (self.quarters + 1) & 3,
            ..self
        }
    }
}

/// Words of 2 / pi that are multiplied.
const WINDOW: usize = 5;
/// Exponents from here on are past the stored digits of 2 / pi.
const EXPONENTS: i32 = 1024;

/// 128 bits of a long integer, from bit `start` on.
#[inline(always)]
fn bits_from(words: &[u64; WINDOW + 3], start: usize) -> u128 {
    let (word, shift) = (start / 64, start % 64);
    let at = |i: usize| words.get(i).copied().unwrap_or(0) as u128;
    let low = at(word) | at(word + 1) << 64;
    if shift == 0 {
        low
    } else {
        low >> shift | at(word + 2) << (128 - shift)
    }
}

/// x for |x| < 2^1024.
fn reduce(x: Wide) -> Reduced {
    let e = x.exponent();
    if e < -1 {
        return Reduced {
            quarters: 0,
            rest: x,
        };
    }
    // x = significand 2^(e - 127). A digit of 2/pi of weight 2^-k gives multiples of four where
    // e - 127 - k >= 2.
    let skip = (e - 129).max(0) as usize;
    let mut window = [0_u64; WINDOW];
    for (i, word) in window.iter_mut().enumerate() {
        let (at, shift) = (skip / 64 + i, skip % 64);
        *word = TWO_BY_PI[at] << shift | TWO_BY_PI[at + 1].unbounded_shr(64 - shift as u32);
    }
    // The product, least word first.
    let mut words = [0_u64; WINDOW + 3];
    for (place, part) in [x.significand() as u64, (x.significand() >> 64) as u64]
        .into_iter()
        .enumerate()
    {
        let mut carry = 0_u128;
        for (i, word) in window.iter().rev().enumerate() {
            carry += words[place + i] as u128 + *word as u128 * part as u128;
            words[place + i] = carry as u64;
            carry >>= 64;
        }
        words[place + WINDOW] = carry as u64;
    }
    // Where the binary point is: between 318 and 448.
    let point = (64 * WINDOW as i32 + 127 + skip as i32 - e) as usize;
    let quarters = bits_from(&words, point) as u8 & 3;
    let (high, low) = (
        bits_from(&words, point - 128),
        bits_from(&words, point - 256),
    );
    let up = high >> 127 != 0;
    let (high, low) = if up { (!high, !low) } else { (high, low) };
    let zeros = high.leading_zeros();
    let digits = if zeros == 0 {
        high
    } else {
        high.unbounded_shl(zeros) | low >> (128 - zeros)
    };
    let turn = Wide::from_fraction(digits, -(zeros as i32)) * HALF_PI;
    Reduced {
        quarters: (quarters + up as u8) & 3,
        rest: turn.negated_if(up),
    }
    .negated_if(x.is_negative())
}

/// pi x, the turns exact.
fn reduce_pi(x: Wide) -> Reduced {
    let twice = x.abs().scaled(1);
    if twice.exponent() < -1 {
        return Reduced {
            quarters: 0,
            rest: x.scaled(1) * HALF_PI,
        };
    }
    let (n, fraction) = twice.floor_and_fraction();
    let up = fraction >> 127 != 0;
    let rest = if up {
        fraction.wrapping_neg()
    } else {
        fraction
    };
    let turn = Wide::from_fraction(rest, 0) * HALF_PI;
    Reduced {
        quarters: (n as u8).wrapping_add(up as u8) & 3,
        rest: turn.negated_if(up),
    }
    .negated_if(x.is_negative())
}

/// sin r for |r| <= pi / 4.
fn sine(r: Wide) -> Wide {
    let square = r * r;
    let h = series::alternating(&SINE, square.to_fraction());
    r * (Wide::ONE - square * Wide::from_fraction(h, 0))
}

/// cos r for |r| <= pi / 4.
fn cosine(r: Wide) -> Wide {
    let square = r * r;
    let h = series::alternating(&COSINE, square.to_fraction());
    Wide::ONE - square * Wide::from_fraction(h, 0)
}

/// tan r for |r| <= pi / 4: r (1 + (sin r / r - cos r) / cos r), above r for the least r.
fn tangent(r: Wide) -> Wide {
    let square = r * r;
    let h = series::alternating(&TANGENT, square.to_fraction());
    r * (Wide::ONE + square * Wide::from_fraction(h, 0) / cosine(r))
}

fn sine_of(Reduced { quarters, rest }: Reduced) -> Wide {
    let value = if quarters & 1 == 0 {
        sine(rest)
    } else {
        cosine(rest)
    };
    value.negated_if(quarters & 2 != 0)
}

fn tangent_of(Reduced { quarters, rest }: Reduced) -> Wide {
    if quarters & 1 == 0 {
        tangent(rest)
    } else {
        -cosine(rest) / sine(rest)
    }
}

#[inline(always)]
fn frame(x: Unrounded, at_zero: Unrounded, f: impl FnOnce(Wide) -> Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { .. } => Nan,
        Zero { .. } => at_zero,
        Exact(x) | Near(x) => f(x),
    }
}

#[inline(always)]
fn radians(x: Unrounded, at_zero: Unrounded, f: impl FnOnce(Reduced) -> Wide) -> Unrounded {
    frame(x, at_zero, |x| {
        if x.exponent() < EXPONENTS {
            Near(f(reduce(x)))
        } else {
            Nan
        }
    })
}

/// sin x. NaN for numbers past 2^1024, which are no f64.
pub fn sin(x: Unrounded) -> Unrounded {
    radians(x, x, sine_of)
}

/// cos x. NaN for numbers past 2^1024, which are no f64.
pub fn cos(x: Unrounded) -> Unrounded {
    radians(x, Unrounded::ONE, |angle| sine_of(angle.ahead()))
}

/// tan x. NaN for numbers past 2^1024, which are no f64.
pub fn tan(x: Unrounded) -> Unrounded {
    radians(x, x, tangent_of)
}

/// |sin(pi x)|, and zero where x is an integer.
pub(super) fn sine_pi_magnitude(x: Wide) -> Wide {
    sine_of(reduce_pi(x)).abs()
}

/// sin(pi x), exact at multiples of 1/2. Zero has the sign of x (IEEE 754-2019, 9.2.1).
pub fn sin_pi(x: Unrounded) -> Unrounded {
    frame(x, x, |x| {
        let angle = reduce_pi(x);
        match (angle.rest.is_zero(), angle.quarters) {
            (true, 0 | 2) => Zero {
                negative: x.is_negative(),
            },
            (true, _) => Exact(Wide::ONE.negated_if(angle.quarters == 3)),
            _ => Near(sine_of(angle)),
        }
    })
}

/// cos(pi x), exact at multiples of 1/2. Zero is +0 (IEEE 754-2019, 9.2.1).
pub fn cos_pi(x: Unrounded) -> Unrounded {
    frame(x, Unrounded::ONE, |x| {
        let angle = reduce_pi(x).ahead();
        match (angle.rest.is_zero(), angle.quarters) {
            (true, 0 | 2) => Zero { negative: false },
            (true, _) => Exact(Wide::ONE.negated_if(angle.quarters == 3)),
            _ => Near(sine_of(angle)),
        }
    })
}

/// tan(pi x), exact at multiples of 1/4.
///
/// Zeros and poles alternate in sign from n = 0 on: +0 at 0, +inf at 1/2, -0 at 1, -inf at 3/2, +0
/// at 2, and odd (IEEE 754-2019, 9.2.1).
pub fn tan_pi(x: Unrounded) -> Unrounded {
    frame(x, x, |x| {
        let angle = reduce_pi(x.abs());
        let value = match (angle.rest.is_zero(), angle.quarters) {
            (true, 0 | 2) => Zero {
                negative: angle.quarters == 2,
            },
            (true, _) => Infinity {
                negative: angle.quarters == 3,
            },
            // x is an odd multiple of 1/4.
            _ if x.last_digit() == -2 => Exact(Wide::ONE.negated_if(angle.quarters & 1 == 0)),
            _ => Near(tangent_of(angle)),
        };
        value.negated_if(x.is_negative())
    })
}
