//! log and exp that vectorise, without tables and without the platform's library.
//!
//! ```text
//! x = 2^k m, m in [sqrt(1/2), sqrt(2))      log x = k log 2 + 2 atanh((m - 1)/(m + 1))
//!     2 atanh(s) = 2 s + 2 s (s^2/3 + s^4/5 + ...), |s| <= 0.1716         (DLMF 4.6.4)
//! ```
//!
//! The quotient, s^2 and its product with 1/3 and what follows are pairs, so that the logarithm is
//! right to about 2^-66 of itself (absolutely, near 1, to 2^-66 of x - 1).

use super::twofold::{Twofold, quick_two_sum, quotient, two_product, two_sum};

/// log 2 in two parts; the first has 42 bits, so that its product with an exponent is exact.
pub(crate) const LN_2: Twofold = (0.6931471805598903, 5.497923018708371e-14);
/// Euler's constant.
pub(crate) const EULER: Twofold = (0.5772156649015329, -4.942915152430645e-18);
/// 2^52 + 1023: what an exponent field reads as under the exponent of 2^52.
const FIELD_BIAS: f64 = 4_503_599_627_370_496.0 + 1023.0;
/// Any boundary near the square root of 2 serves.
pub(crate) const SQRT_2: f64 = std::f64::consts::SQRT_2;

/// 2^-900 and 2^200: what brings the subnormals up.
pub(crate) const TINY: f64 = f64::from_bits((1023 - 900) << 52);
pub(crate) const LIFT: f64 = f64::from_bits((1023 + 200) << 52);

/// floor(log2 x) of a positive normal number.
#[inline(always)]
pub(crate) fn exponent(x: f64) -> f64 {
    f64::from_bits((x.to_bits() >> 52) | 0x4330_0000_0000_0000) - FIELD_BIAS
}

/// x / 2^floor(log2 x), in [1, 2), of a positive normal number.
#[inline(always)]
pub(crate) fn mantissa(x: f64) -> f64 {
    f64::from_bits((x.to_bits() & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000)
}

/// 1/5, 1/7, ..., 1/29.
const ODD_RECIPROCALS: [f64; 13] = {
    let mut all = [0.0; 13];
    let mut k = 0;
    while k < 13 {
        all[k] = 1.0 / (2 * k + 5) as f64;
        k += 1;
    }
    all
};

/// 2^-floor(log2 x) of a positive normal number below 2^1023 (from there 0).
#[inline(always)]
pub(crate) fn inverse_power(x: f64) -> f64 {
    f64::from_bits((2046 << 52) - (x.to_bits() & 0x7ff0_0000_0000_0000))
}

/// 2 atanh(a/b) for |a/b| <= 0.1716.
#[inline(always)]
pub(crate) fn twice_atanh(a: Twofold, b: Twofold) -> Twofold {
    /// 1/3 as a pair.
    const THIRD: Twofold = (1.0 / 3.0, 1.850371707708594e-17);
    let s = quotient(a, b);
    let (z, mut z_low) = two_product(s.0, s.0);
    z_low += 2.0 * s.0 * s.1;
    let tail = polynomial(&ODD_RECIPROCALS, z);
    let (third, mut third_low) = quick_two_sum(THIRD.0, z * tail);
    third_low += THIRD.1;
    let (factor, mut factor_low) = two_product(z, third);
    factor_low += z * third_low + z_low * third;
    let doubled = 2.0 * s.0;
    let (more, mut more_low) = two_product(doubled, factor);
    more_low += doubled * factor_low + 2.0 * s.1 * factor;
    let (high, low) = quick_two_sum(doubled, more);
    quick_two_sum(high, low + (more_low + 2.0 * s.1))
}

/// (atanh(s)/s - 1)/s^2 as a polynomial in s^2 <= 0.0404, to 2^-62: the minimax one of its degree.
const ATANH: [f64; 9] = [
    0.3333333333333333,
    0.1999999999999995,
    0.14285714285746867,
    0.1111111110284936,
    0.09090910138856304,
    0.076922331745063,
    0.06669768848425849,
    0.05807578096975946,
    0.06219376857119267,
];

/// a/b for |a/b| <= 0.201, and what atanh(a/b) is above it, to about 2^-58 of it.
#[inline(always)]
pub(crate) fn atanh_quick(a: Twofold, b: Twofold) -> (Twofold, f64) {
    let inverse = 1.0 / b.0;
    let s = a.0 * inverse;
    let rest = (-s).mul_add(b.0, a.0) + (-s).mul_add(b.1, a.1);
    let z = s * s;
    let low = rest * inverse;
    // atanh(s + low) - (s + low), of whose terms in low the first matters.
    ((s, low), z * s.mul_add(polynomial(&ATANH, z), low))
}

/// 2 atanh(a/b) for |a/b| <= 0.1716, absolutely to about 2^-55, which is what rounding b does.
#[inline(always)]
pub(crate) fn twice_atanh_quick(a: Twofold, b: f64) -> Twofold {
    let ((s, low), more) = atanh_quick(a, (b, 0.0));
    (2.0 * s, 2.0 * (low + more))
}

/// k log 2 + rest for an integer |k| < 2^11 and |rest| <= 0.35.
#[inline(always)]
pub(crate) fn with_exponent(k: f64, rest: Twofold) -> Twofold {
    let (high, low) = quick_two_sum(k * LN_2.0, rest.0);
    quick_two_sum(high, low + k.mul_add(LN_2.1, rest.1))
}

/// (k, m, m_low): x + low = 2^k (m + m_low) with m in [sqrt(1/2), sqrt(2)], x positive and normal.
#[inline(always)]
pub(crate) fn reduce(x: f64, low: f64) -> (f64, f64, f64) {
    let m = mantissa(x);
    let large = m > SQRT_2;
    let half = if large { 0.5 } else { 1.0 };
    let k = exponent(x) + if large { 1.0 } else { 0.0 };
    (k, m * half, low * inverse_power(x) * half)
}

/// The same of a positive x, subnormal or not.
#[inline(always)]
fn reduce_any(x: f64, low: f64) -> (f64, f64, f64) {
    let tiny = x < TINY;
    let lift = if tiny { LIFT } else { 1.0 };
    let (order, m, m_low) = reduce(x * lift, low * lift);
    (order - if tiny { 200.0 } else { 0.0 }, m, m_low)
}

/// log(2^k (x + low)) for a positive x, subnormal or not, and an integer k.
#[inline(always)]
pub(crate) fn log(k: f64, x: f64, low: f64) -> Twofold {
    let (order, m, m_low) = reduce_any(x, low);
    let (sum, sum_low) = two_sum(m, 1.0);
    // m - 1 is exact (Sterbenz).
    let atanh = twice_atanh((m - 1.0, m_low), (sum, sum_low + m_low));
    with_exponent(k + order, atanh)
}

/// The same, absolutely to about 2^-55: for logarithms near 0 too few digits, else enough.
#[inline(always)]
pub(crate) fn log_quick(k: f64, x: f64, low: f64) -> Twofold {
    let (order, m, m_low) = reduce_any(x, low);
    with_exponent(k + order, twice_atanh_quick((m - 1.0, m_low), m + 1.0))
}

/// x = k log 2 + r + low, |r| <= 0.3466, and 2^k; x outside of [-700, 700] is the nearer end.
#[inline(always)]
fn reduce_exponent((x, x_low): Twofold) -> (f64, f64, f64) {
    // 1.5 x 2^52: adding it leaves an integer in the low bits.
    const INTEGER: f64 = 6_755_399_441_055_744.0;
    let x = if x < -700.0 { -700.0 } else { x };
    let x = if x > 700.0 { 700.0 } else { x };
    let shifted = x.mul_add(std::f64::consts::LOG2_E, INTEGER);
    let k = shifted - INTEGER;
    // The first difference is exact.
    let (r, low) = quick_two_sum((-k).mul_add(LN_2.0, x), (-k).mul_add(LN_2.1, x_low));
    (
        r,
        low,
        f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52),
    )
}

/// e^x for x in [-700, 700], to an ulp; what lies outside is taken as the nearer end.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let (r, _, scale) = reduce_exponent((x, 0.0));
    // e^r = 1 + (r + r^2 (1/2! + r/3! + ...)), |r| <= 0.3466: what is left out is below 2^-62.
    let sum = 1.0 + (r * r).mul_add(polynomial(&INVERSE_FACTORIALS[..13], r), r);
    sum * scale
}

/// The same as a pair, to about 2^-56.
#[inline(always)]
pub(crate) fn exp_twofold(x: Twofold) -> Twofold {
    let (r, low, scale) = reduce_exponent(x);
    let (one, rest) = quick_two_sum(1.0, r);
    let tail = (r * r).mul_add(
        polynomial(&INVERSE_FACTORIALS[..13], r),
        low.mul_add(one, rest),
    );
    let (high, low) = quick_two_sum(one, tail);
    (high * scale, low * scale)
}

/// 1/2!, 1/3!, ..., to 1/21!.
pub(crate) const INVERSE_FACTORIALS: [f64; 20] = {
    let mut all = [0.0; 20];
    // 22! is above 2^53: the products stay exact only up to 18!, past which an ulp does not matter.
    let mut factorial = 1.0;
    let mut k = 0;
    while k < 20 {
        factorial *= (k + 2) as f64;
        all[k] = 1.0 / factorial;
        k += 1;
    }
    all
};

/// c_0 + c_1 x + c_2 x^2 + ..., by Horner's rule.
#[inline(always)]
pub(crate) fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    let mut sum = 0.0;
    for c in coefficients.iter().rev() {
        sum = f64::mul_add(sum, x, *c);
    }
    sum
}

/// Sum over k of (-y)^k / (k + 2)!, for |y| <= 1: (e^-y - 1 + y) / y^2.
#[inline(always)]
pub(crate) fn second_difference_of_exp(y: f64) -> f64 {
    polynomial(&INVERSE_FACTORIALS, -y)
}
