//! Sums of series in fixed point: fractions of 128 bits, no step normalised.
//!
//! Even and odd terms are summed apart, each by Horner's rule in z^2, so that the processor has two
//! chains of multiplications to work on:
//!
//! ```text
//! a0 + a1 z + a2 z^2 + ... = (a0 + z^2 (a2 + ...)) + z (a1 + z^2 (a3 + ...))
//! ```
//!
//! Each step truncates a product, at most 2^-128 off; the next multiplies that by z^2 < 1. So a sum
//! is within about 2^-126 / (1 - z^2) of the polynomial. The callers let the sum be the small
//! correction of a term that they keep as a `Wide`: x (1 + x h) has h from here.

use crate::arith::wide::fraction_product;

/// The sums of even terms, and of odd terms over z; both are below 1.
#[inline(always)]
fn even_and_odd(coefficients: &[u128], z: u128) -> (u128, u128) {
    let square = fraction_product(z, z);
    let (mut even, mut odd) = (0, 0);
    for pair in coefficients.chunks(2).rev() {
        even = pair[0] + fraction_product(even, square);
        odd = pair.get(1).copied().unwrap_or(0) + fraction_product(odd, square);
    }
    (even, odd)
}

/// a0 + a1 z + a2 z^2 + ...; the sum is below 1.
#[inline(always)]
pub fn sum(coefficients: &[u128], z: u128) -> u128 {
    let (even, odd) = even_and_odd(coefficients, z);
    even + fraction_product(odd, z)
}

/// a0 - a1 z + a2 z^2 - ..., which is not negative; the sum without signs is below 1.
#[inline(always)]
pub fn alternating(coefficients: &[u128], z: u128) -> u128 {
    let (even, odd) = even_and_odd(coefficients, z);
    even - fraction_product(odd, z)
}
