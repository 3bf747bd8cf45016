//! Where P3109 defines another result than IEEE 754: by the interim report v4.0 (4.8), and where that
//! was not at hand by the draft D1 that followed it in July 2026 (4.10).
//!
//! A P3109 zero has no sign, so that a pole at zero has no side, and a point without a direction no
//! angle: the result is NaN. And no operand that is NaN gives a number.
//!
//! | operation | IEEE 754 | P3109 |
//! |---|---|---|
//! | Divide(x, 0), Recip(0), RSqrt(0) | infinite | NaN |
//! | ArcTan2, ArcTan2Pi of (0, 0) and of two infinities | an angle | NaN |
//! | Hypot(infinity, NaN) | infinity | NaN |
//! | CopySign(x, NaN) | x or -x | NaN |
//! | an operand -0, of an external format | -0 | 0 |

use super::evaluate;
use super::functions::Unrounded;
use super::operations::{Binary, Unary};

/// Without the sign of a zero.
fn operand(x: f64) -> f64 {
    x + 0.0
}

/// The exact result of an operation.
pub(crate) fn unary(operation: Unary, x: f64) -> Unrounded {
    match operation {
        Unary::Recip | Unary::Rsqrt if x == 0.0 => Unrounded::Nan,
        _ => evaluate::unary(operation, operand(x).into()),
    }
}

/// The same of two numbers.
pub(crate) fn binary(operation: Binary, x: f64, y: f64) -> Unrounded {
    match operation {
        Binary::Divide if y == 0.0 => Unrounded::Nan,
        Binary::Hypot | Binary::CopySign if x.is_nan() || y.is_nan() => Unrounded::Nan,
        Binary::ArcTan2 | Binary::ArcTan2Pi
            if x == 0.0 && y == 0.0 || x.is_infinite() && y.is_infinite() =>
        {
            Unrounded::Nan
        }
        _ => evaluate::binary(operation, operand(x).into(), operand(y).into()),
    }
}
