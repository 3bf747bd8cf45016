//! The judge of the core: rounding in exact integers, from the clauses of the IEEE P3109 interim
//! report v4.0 and of IEEE 754-2019. Slow, plainly right, and independent of `src/`: of the crate
//! it takes the words `Rounding` and `Saturation` only, and states every family of formats itself.
//! (`tests/oracle` judges the arithmetic, with operations of two formats and the crate's numbers of
//! a format, which this one has judged.)
//!
//! ```text
//! use crate::oracle::{Exact, project, set};
//!
//! let binary16 = set("binary16").unwrap();           // any name that Format parses
//! let x = Exact::of(0.1).plus(Exact::of(0.2));       // exact; also times, ratio, root
//! let want = project(x, &binary16, Rounding::ToOdd, Saturation::None, 0);
//! ```
//!
//! * [`Exact`] is a real number: integer x 2^exponent, and whether a little more.
//! * [`Set`] is a format: [`set`] finds it by name, [`small_names`] lists all up to some width.
//! * [`project`] is P3109's Project (4.7.3); [`project_float`] takes infinities and NaN too.
//!   `random` is P3109's R, the integer itself, 0 <= R < 2^N.
//! * Results are f64, which hold every value of every format; NaN is [`NAN`], compare [`bits`].
//! * A format that reaches beyond an f32 is cut by [`Set::in_f32`] before it judges an f32 host.

#![allow(dead_code)] // What a judge of other things will need.

mod exact;
mod project;
mod set;

pub use exact::Exact;
pub use project::{project, project_float, random_bits};
pub use set::{Below, Beyond, Set, names, set, small_names};

/// The NaN that rounding gives.
pub const NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0000);

/// An f64 to compare and to print: all of it, the sign of zero too.
pub fn bits(x: f64) -> u64 {
    x.to_bits()
}

/// significand x 2^exponent put together from its bits; it must be an f64.
pub fn float(negative: bool, significand: u64, exponent: i32) -> f64 {
    let sign = u64::from(negative) << 63;
    if significand == 0 {
        return f64::from_bits(sign);
    }
    // The fewest digits, then as an f64 has them.
    let spare = significand.trailing_zeros();
    let (mut digits, mut exponent) = (significand >> spare, exponent + spare as i32);
    while digits < 1 << 52 && exponent > -1074 {
        digits <<= 1;
        exponent -= 1;
    }
    assert!(
        (digits < 1 << 53) && (-1074..=971).contains(&exponent),
        "{significand} x 2^{exponent} is no f64"
    );
    let field = match digits >> 52 {
        0 => 0,
        _ => (exponent + 1075) as u64,
    };
    f64::from_bits(sign | field << 52 | (digits & ((1 << 52) - 1)))
}
