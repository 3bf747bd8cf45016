//! Significant bits of results and of single numbers.

use super::pair::Pair;
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Reference};
use crate::measure::vector::{Figures, Truth, significant_bits};

/// All that is told apart.
pub(crate) const MOST: f64 = f64::MANTISSA_DIGITS as f64;

/// Of a whole result ([`Figures::significant_bits`]). Different lengths, and specials that only one
/// of the two has, keep nothing.
pub(crate) fn normwise(truth: &Truth, result: &[f64]) -> f64 {
    match alike(truth, result) {
        true => Figures::of(truth, result, None).significant_bits,
        false => 0.0,
    }
}

/// Of the worst component, each by its own scale.
pub(crate) fn componentwise(truth: &Truth, result: &[f64]) -> f64 {
    match alike(truth, result) {
        true => significant_bits(Figures::of(truth, result, None).componentwise),
        false => 0.0,
    }
}

/// Have both as many values, and the same specials?
fn alike(truth: &Truth, result: &[f64]) -> bool {
    let same = |(x, y): (&f64, &f64)| {
        x == y || (x.is_finite() && y.is_finite()) || (x.is_nan() && y.is_nan())
    };
    truth.len() == result.len() && truth.high().iter().zip(result).all(same)
}

/// Of one number beside what it would be exactly, no more than `most`.
pub(super) fn of_pair(pair: &Pair, most: f64) -> f64 {
    let (value, exact) = (Unrounded::from(pair.value()), pair.exact());
    let special = |x: &Unrounded| matches!(x, Unrounded::Nan | Unrounded::Infinity { .. });
    if special(&value) || special(&exact) {
        return if value == exact { most } else { 0.0 };
    }
    let r = Reference;
    let deviation = r.abs(r.sub(value, exact));
    let quotient = match deviation {
        Unrounded::Zero { .. } => return most,
        _ => r.div(deviation, r.abs(exact)),
    };
    // The logarithm in 128 digits: the quotient may be past f64's range.
    let bits = -r.value(r.log2(quotient));
    // Of no bits 0, not -0.
    bits.clamp(0.0, most) + 0.0
}
