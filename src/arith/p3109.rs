//! Where the P3109 interim report (v4.0, 4.8) defines another result than IEEE 754.
//!
//! A P3109 zero has no sign, so that a pole at zero has no side: the result is NaN, not an infinity.
//! And no operand that is NaN gives a number.
//!
//! | operation | IEEE 754 | P3109 |
//! |---|---|---|
//! | Divide(x, 0), Recip(0), RSqrt(0) | infinite | NaN |
//! | TanPi(n + 1/2) | infinite | NaN |
//! | Hypot(infinity, NaN) | infinity | NaN |
//! | CopySign(x, NaN) | x or -x | NaN |

use super::functions::Unrounded;
use super::operations::{Binary, Unary};

/// Of an operation into a P3109 format, given what IEEE 754 says.
pub(crate) fn unary(operation: Unary, ieee: Unrounded, x: f64) -> Unrounded {
    let pole = matches!(ieee, Unrounded::Infinity { .. }) && x.is_finite();
    match operation {
        Unary::Recip | Unary::Rsqrt | Unary::TanPi if pole => Unrounded::Nan,
        _ => ieee,
    }
}

/// The same of two numbers.
pub(crate) fn binary(operation: Binary, ieee: Unrounded, x: f64, y: f64) -> Unrounded {
    match operation {
        Binary::Divide if y == 0.0 => Unrounded::Nan,
        Binary::Hypot | Binary::CopySign if x.is_nan() || y.is_nan() => Unrounded::Nan,
        _ => ieee,
    }
}
