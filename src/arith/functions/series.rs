//! Sums of series in fixed point: fractions of 128 bits, no step normalised.
//!
//! Each step truncates a product, at most 2^-128 off; the next multiplies that by z < 1. So a sum
//! is within about 2^-127 / (1 - z) of the polynomial. The callers let the sum be the small
//! correction of a term that they keep as a `Wide`: x (1 + x h) has h from here.

use crate::arith::wide::fraction_product;

/// a0 + z (a1 + z (a2 + ...)); the sum is below 1.
#[inline(always)]
pub fn sum(coefficients: &[u128], z: u128) -> u128 {
    coefficients
        .iter()
        .rev()
        .fold(0, |sum, a| a + fraction_product(sum, z))
}

/// a0 - z (a1 - z (a2 - ...)), the terms falling.
#[inline(always)]
pub fn alternating(coefficients: &[u128], z: u128) -> u128 {
    coefficients
        .iter()
        .rev()
        .fold(0, |sum, a| a - fraction_product(sum, z))
}
