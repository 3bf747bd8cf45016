//! Sums and products as two floats, and what is built on them: the high part and what it lacks.
//!
//! A pair (high, low) stands for high + low, with low below an ulp of high. Knuth's TwoSum (The
//! Art of Computer Programming, volume 2, 4.2.2), Dekker's quick variant, and the product by fused
//! multiply-add (Muller et al., Handbook of Floating-Point Arithmetic, 4.4). Nothing branches, so
//! a loop over these vectorises.

/// high + low.
pub(crate) type Twofold = (f64, f64);

/// The exact sum.
#[inline(always)]
pub(crate) fn two_sum(a: f64, b: f64) -> Twofold {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// The exact sum where a is zero or |a| >= |b|.
#[inline(always)]
pub(crate) fn quick_two_sum(a: f64, b: f64) -> Twofold {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// The exact product, where nothing underflows.
#[inline(always)]
pub(crate) fn two_product(a: f64, b: f64) -> Twofold {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// The sum of two pairs, to about 2^-104.
#[inline(always)]
pub(crate) fn add(a: Twofold, b: Twofold) -> Twofold {
    let (high, low) = two_sum(a.0, b.0);
    quick_two_sum(high, low + (a.1 + b.1))
}

/// A float times a pair, to about 2^-104.
#[inline(always)]
pub(crate) fn times(a: f64, b: Twofold) -> Twofold {
    let (high, low) = two_product(a, b.0);
    quick_two_sum(high, a.mul_add(b.1, low))
}

/// The product of two pairs, to about 2^-103.
#[inline(always)]
pub(crate) fn product(a: Twofold, b: Twofold) -> Twofold {
    let (high, low) = two_product(a.0, b.0);
    quick_two_sum(high, low + a.0.mul_add(b.1, a.1 * b.0))
}

/// The quotient of two pairs, to about 2^-102; one division.
#[inline(always)]
pub(crate) fn quotient(a: Twofold, b: Twofold) -> Twofold {
    let inverse = 1.0 / b.0;
    let high = a.0 * inverse;
    let rest = (-high).mul_add(b.0, a.0) + (-high).mul_add(b.1, a.1);
    quick_two_sum(high, rest * inverse)
}
