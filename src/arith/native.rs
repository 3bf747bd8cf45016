//! The machine's f64, for comparison at full speed.

use std::cmp::Ordering;
use std::sync::LazyLock;

use super::Arith;
use super::exact::Exactly;
use super::operations::{Binary, Ternary, Unary};
use crate::chop::Rounder;
use crate::format::Format;

/// f64 as the hardware has it. What the hardware has not (e^x, say) is the exact result rounded
/// once to binary64, to nearest, ties to even: so are the hardware's own operations.
///
/// ```
/// use roundoff::arith::{Arith, Native};
/// assert_eq!(Native.add(0.1, 0.2), 0.1 + 0.2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Native;

static BINARY64: LazyLock<Exactly> =
    LazyLock::new(|| Exactly::new(&Rounder::new(Format::BINARY64)));

impl Arith for Native {
    type Num = f64;

    #[inline(always)]
    fn num(&self, x: f64) -> f64 {
        x
    }

    #[inline(always)]
    fn value(&self, x: f64) -> f64 {
        x
    }

    #[inline(always)]
    fn unary(&self, operation: Unary, x: f64) -> f64 {
        match operation {
            Unary::Convert => x,
            Unary::Negate => -x,
            Unary::Abs => x.abs(),
            Unary::Sqrt => x.sqrt(),
            Unary::Recip => 1.0 / x,
            _ => BINARY64.unary(operation, x, 0),
        }
    }

    #[inline(always)]
    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        match operation {
            Binary::Add => x + y,
            Binary::Subtract => x - y,
            Binary::Multiply => x * y,
            Binary::Divide => x / y,
            Binary::Modulo => x % y,
            _ => BINARY64.binary(operation, x, y, 0),
        }
    }

    #[inline(always)]
    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        match operation {
            Ternary::Fma => x.mul_add(y, z),
            _ => BINARY64.ternary(operation, x, y, z, 0),
        }
    }

    #[inline(always)]
    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        x.partial_cmp(&y)
    }
}
