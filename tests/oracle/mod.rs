//! Rounding and arithmetic in exact integers, written from the clauses of the P3109 interim report
//! (v4.0) and IEEE 754-2019: slow, plainly right, and independent of `src/`, of which it takes the words
//! `Rounding` and `Saturation`.
//!
//! ```text
//! use crate::oracle::{Exact, project, set};
//!
//! let binary16 = set("binary16").unwrap();           // any name that Format parses
//! let x = Exact::of(0.1).plus(Exact::of(0.2));       // exact; also times, ratio, root
//! let want = project(x, &binary16, Rounding::ToOdd, Saturation::None, 0);
//! ```
//!
//! * [`Exact`] is a real number: integer x 2^exponent, and whether a little more. [`Value`] is one or a
//!   special one, as [`operations`] gives them by big integers.
//! * [`Set`] is a format, stated from its own source: [`set`] finds it by name, [`small_names`] lists all
//!   up to some width. [`Set::of`] takes the crate's numbers of a format, once `tests/rounding` has judged
//!   those.
//! * [`project`] is P3109's Project (4.7.3); [`project_float`] takes infinities and NaN too. `random` is
//!   P3109's R, the integer itself, 0 <= R < 2^N. [`Projection`] is the same with 64 random bits.
//! * Results are f64, which hold every value of every format; NaN is [`NAN`], compare [`bits`] or [`same`].
//! * A format that reaches beyond an f32 is cut by [`Set::in_f32`] before it judges an f32 host.

#![allow(dead_code, unused_imports)] // Each test takes what it needs.

pub mod draw;
mod exact;
pub mod formats;
pub mod operations;
mod project;
pub mod quotient;
mod set;

use roundoff::{Format, Rounding, Saturation};

pub use exact::Exact;
pub use project::{project, project_float, random_bits};
pub use set::{Below, Beyond, Set, names, set, small_names};

/// A real number or a special one, as an exact operation gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    NaN,
    Infinity { negative: bool },
    Zero { negative: bool },
    Finite(Exact),
}

/// Digits kept of a number that has too many: more than any format and any random bits look at.
pub const DIGITS: u32 = 120;

impl Value {
    /// An f64 is one exactly.
    pub fn of(x: f64) -> Self {
        let negative = x.is_sign_negative();
        match x {
            _ if x.is_nan() => Self::NaN,
            _ if x.is_infinite() => Self::Infinity { negative },
            0.0 => Self::Zero { negative },
            _ => Self::Finite(Exact::of(x)),
        }
    }
}

/// How a value is projected (P3109 4.7.3).
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    pub format: Format,
    pub rounding: Rounding,
    pub saturation: Saturation,
    set: Set,
}

impl Projection {
    pub fn new(format: Format, rounding: Rounding, saturation: Saturation) -> Self {
        Self {
            format,
            rounding,
            saturation,
            set: Set::of(&format),
        }
    }

    /// Round, then saturate; `random` is 64 random bits of which the first ones are R.
    pub fn project(&self, x: Value, random: u64) -> f64 {
        let (set, rounding) = (&self.set, self.rounding);
        let unused = 64 - random_bits(rounding);
        let random = random.checked_shr(unused).unwrap_or(0);
        let exact = match x {
            Value::NaN => return NAN,
            Value::Infinity { negative } => {
                let infinity = f64::INFINITY.copysign(if negative { -1.0 } else { 1.0 });
                return project_float(infinity, set, rounding, self.saturation, random);
            }
            Value::Zero { negative } => Exact::new(negative, 0, 0),
            Value::Finite(exact) => exact,
        };
        project(exact, set, rounding, self.saturation, random)
    }
}

/// The NaN that rounding gives.
pub const NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0000);

/// An f64 to compare and to print: all of it, the sign of zero too.
pub fn bits(x: f64) -> u64 {
    x.to_bits()
}

/// The same number, or both NaN; 0 is not -0.
pub fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// |x| = significand x 2^exponent (IEEE 754-2019, 3.4); of an infinity or NaN something that nobody asks
/// for.
pub fn integer(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (field, fraction) = (bits >> 52 & 0x7ff, bits & ((1 << 52) - 1));
    match field {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, field as i32 - 1075),
    }
}

/// significand x 2^exponent put together from its bits; it must be an f64.
pub fn float(negative: bool, significand: u64, exponent: i32) -> f64 {
    let sign = u64::from(negative) << 63;
    if significand == 0 {
        return f64::from_bits(sign);
    }
    // The fewest digits, then as an f64 has them.
    let spare = significand.trailing_zeros();
    let (digits, exponent) = (significand >> spare, exponent + spare as i32);
    let top = exponent + 63 - digits.leading_zeros() as i32;
    let last = (top - 52).max(-1074);
    assert!(
        (-1074..=1023).contains(&top) && exponent >= last,
        "{significand} x 2^{exponent} is no f64"
    );
    let digits = digits << (exponent - last);
    let field = match digits >> 52 {
        0 => 0,
        _ => (last + 1075) as u64,
    };
    f64::from_bits(sign | field << 52 | (digits & ((1 << 52) - 1)))
}
