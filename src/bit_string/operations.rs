//! Operations before rounding, on numbers that a logarithmic scale only comes near to.
//!
//! A logarithm within 2^-108 of a step counts as the step ([`Scale::position`]). That is right for what
//! is made by multiplying, and wrong for a sum of very unequal addends, or a function that is almost
//! its operand: 1 + 2^-150 is not 1 to a mode with a direction. Such results are moved away from what
//! they are close to, to where they are seen, and far from the middle of any step.

use super::BitStrings;
use super::scale::Scale;
use crate::arith::functions::Unrounded;
use crate::arith::{Binary, Ternary, Unary, Wide, evaluate};

/// Closer than 2^-100 and not equal is 2^-100 away.
const SEEN: i32 = 100;

/// The number of digits that `result` shares with one of `close`, kept below [`SEEN`].
fn apart(result: Unrounded, close: &[Unrounded]) -> Unrounded {
    let (Unrounded::Exact(x) | Unrounded::Near(x)) = result else {
        return result;
    };
    for other in close {
        let (Unrounded::Exact(y) | Unrounded::Near(y)) = *other else {
            continue;
        };
        let y = y.abs().negated_if(x.is_negative());
        let difference = x - y;
        let seen = y.exponent() - SEEN;
        if !difference.is_zero() && difference.exponent() < seen {
            let step = Wide::power_of_two(seen).negated_if(difference.is_negative());
            return Unrounded::Near(y + step);
        }
    }
    result
}

impl BitStrings {
    /// A function of one number.
    pub fn unary(&self, operation: Unary, x: f64) -> Unrounded {
        if let Some(logarithm) = self.logarithm(operation, x) {
            return logarithm;
        }
        let x = self.exact(x);
        let result = evaluate::unary(operation, x);
        match (self.scale, operation) {
            (Scale::Linear, _) => result,
            // Multiples of the logarithm, and integers.
            (
                _,
                Unary::Convert
                | Unary::Negate
                | Unary::Abs
                | Unary::Sqrt
                | Unary::Rsqrt
                | Unary::Recip
                | Unary::Cbrt
                | Unary::Floor
                | Unary::Ceil
                | Unary::Trunc
                | Unary::RoundTiesToEven,
            ) => result,
            // sin x is close to x, cos x to 1, erfc x to 2, arctan x / pi to 1/2.
            _ => {
                let [half, one, two] = [-1, 0, 1].map(|e| Unrounded::Exact(Wide::power_of_two(e)));
                apart(result, &[x, half, one, two])
            }
        }
    }

    /// A function of two numbers.
    pub fn binary(&self, operation: Binary, x: f64, y: f64) -> Unrounded {
        let (a, b) = (self.exact(x), self.exact(y));
        let result = evaluate::binary(operation, a, b);
        if self.scale == Scale::Linear {
            return result;
        }
        match operation {
            Binary::Add | Binary::Subtract | Binary::Hypot => apart(result, &[a, b]),
            Binary::Power => apart(result, &[Unrounded::Exact(Wide::ONE)]),
            Binary::ArcTan2 => apart(result, &[evaluate::binary(Binary::Divide, a, b)]),
            _ => result,
        }
    }

    /// A function of three numbers.
    pub fn ternary(&self, operation: Ternary, [x, y, z]: [f64; 3]) -> Unrounded {
        let (a, b, c) = (self.exact(x), self.exact(y), self.exact(z));
        let result = || evaluate::ternary(operation, a, b, c);
        let sum = |a, b| evaluate::binary(Binary::Add, a, b);
        match operation {
            _ if self.scale == Scale::Linear => result(),
            Ternary::Fma => {
                let product = self.power(x, y);
                let product = product.unwrap_or_else(|| evaluate::binary(Binary::Multiply, a, b));
                apart(sum(product, c), &[product, c])
            }
            Ternary::Faa => apart(result(), &[sum(a, b), sum(b, c), sum(a, c), a, b, c]),
            Ternary::Clamp => result(),
        }
    }

    /// The logarithm that the code of a positive value says: log2 where the scale is of base 2, log where
    /// it is of base sqrt(e).
    fn logarithm(&self, operation: Unary, x: f64) -> Option<Unrounded> {
        let halvings = match (self.scale, operation) {
            (Scale::LogTwo, Unary::Log2) => 0,
            (Scale::LogRootE, Unary::Log) => 1,
            _ => return None,
        };
        let code = self.code_of(x).filter(|_| x > 0.0)?;
        let (c, m) = self.fields(code);
        let sum = Wide::from(c) + Wide::from_fraction(m, 0);
        Some(sum.scaled(-halvings).into())
    }

    /// The product of two values by the sum of their logarithms: the same digits as those of the value
    /// that it is, if it is one, so that both cancel.
    fn power(&self, x: f64, y: f64) -> Option<Unrounded> {
        let fields = |x: f64| {
            let code = self
                .code_of(x.abs())
                .filter(|_| x != 0.0 && x.is_finite())?;
            Some(self.fields(code))
        };
        let ((c, m), (d, n)) = (fields(x)?, fields(y)?);
        let (sum, carry) = m.overflowing_add(n);
        let power = self.scale.value(c + d + i32::from(carry), sum);
        Some(power.negated_if((x < 0.0) != (y < 0.0)))
    }
}
