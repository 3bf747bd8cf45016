//! A reference of 128 digits, whose exponents do not end.

use std::cmp::Ordering;

use super::Arith;
use super::evaluate;
use super::functions::Unrounded;
use super::operations::{Binary, Ternary, Unary};

/// Arithmetic in 128 digits: `+ - * / sqrt` rounded to odd, functions to at least 106 digits
/// (`docs/functions.md` has each one's bound), nothing over- or underflows.
///
/// ```
/// use roundoff::arith::{Arith, Reference};
/// let r = Reference;
/// let tiny = r.exp(r.num(-100_000.0));
/// assert_eq!(r.value(r.log(tiny)), -100_000.0);
/// let third = r.div(r.num(1.0), r.num(3.0));
/// let error = r.sub(r.mul(third, r.num(3.0)), r.num(1.0));
/// assert!(r.value(error).abs() < 2f64.powi(-120));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reference;

impl Arith for Reference {
    type Num = Unrounded;

    fn num(&self, x: f64) -> Unrounded {
        x.into()
    }

    fn value(&self, x: Unrounded) -> f64 {
        x.to_f64()
    }

    fn unary(&self, operation: Unary, x: Unrounded) -> Unrounded {
        evaluate::unary(operation, x)
    }

    fn binary(&self, operation: Binary, x: Unrounded, y: Unrounded) -> Unrounded {
        evaluate::binary(operation, x, y)
    }

    fn ternary(&self, operation: Ternary, x: Unrounded, y: Unrounded, z: Unrounded) -> Unrounded {
        evaluate::ternary(operation, x, y, z)
    }

    fn compare(&self, x: Unrounded, y: Unrounded) -> Option<Ordering> {
        evaluate::compare(x, y)
    }
}
