//! I_(v+1)/I_v and K_(v+1)/K_v.
//!
//! w >= 24: from the derivative of the expansion's logarithm, I_(v+1)/I_v = I_v'/I_v - v/x and
//! K_(v+1)/K_v = v/x - K_v'/K_v (DLMF 10.29.2). With G the remainder as a function of u = 1/w and
//! t = v/w, and M' = w/x:
//!
//! ```text
//! I_(v+1)/I_v = x/(w + v)   - x u^2/2 - x u^3 (G_u + v G_t)        (w - v)/x = x/(w + v)
//! K_(v+1)/K_v = (w + v)/x   + x u^2/2 + x u^3 (G_u + v G_t)
//! ```
//!
//! Below, for I the continued fraction DLMF 10.33.1, all of whose terms are positive; for K the
//! Wronskian, I_v K_(v+1) + I_(v+1) K_v = 1/x (DLMF 10.28.2), in which M drops out, or for small x
//! the recurrence itself.

use super::action::scaled;
use super::region::Region;
use super::surface::with_slopes;
use super::uniform::{Expansion, remainders};
use super::{small, uniform};
use crate::native::log::{exp, second_difference_of_exp};
use crate::native::twofold::two_sum;

/// The ratio of I where w < 24. The number of terms is the region's: the last left out is below
/// 2^-60 of the sum.
#[inline(always)]
fn fraction<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> [f64; L] {
    let terms = match Region::ALL[region as usize] {
        Region::Huge | Region::Far | Region::Middle | Region::Ring12 => 54,
        Region::Ring6 => 36,
        Region::Ring3 => 26,
        Region::Ring1 => 18,
        _ => 14,
    };
    let mut tail = [0.0; L];
    for lane in 0..L {
        tail[lane] = v[lane] + terms as f64;
    }
    for term in (1..terms).rev() {
        for lane in 0..L {
            let q = 0.25 * x[lane] * x[lane];
            tail[lane] = v[lane] + term as f64 + q / tail[lane];
        }
    }
    for lane in 0..L {
        tail[lane] = 0.5 * x[lane] / tail[lane];
    }
    tail
}

/// Which of the three: the ratio, the derivative of the logarithm, or 1 less the ratio.
pub(super) const RATIO: u8 = 0;
pub(super) const SLOPE: u8 = 1;
pub(super) const COMPLEMENT: u8 = 2;

/// Where w >= 24.
#[inline(always)]
fn expansion<const L: usize, const K: bool, const WHICH: u8>(
    region: u8,
    v: &[f64; L],
    x: &[f64; L],
) -> [f64; L] {
    let Expansion {
        even,
        odd,
        factor,
        shift,
    } = Expansion::of(region);
    let (mut a, mut b) = ([0.0; L], [0.0; L]);
    let (mut inverse, mut sine, mut cosine) = ([0.0; L], [0.0; L], [0.0; L]);
    for lane in 0..L {
        let (v1, x1, _, down) = scaled(v[lane], x[lane]);
        let w = v1.mul_add(v1, x1 * x1).sqrt();
        let (u, t) = (down / w, v1 / w);
        (inverse[lane], sine[lane], cosine[lane]) = (u, t, x1 / w);
        a[lane] = (u * u).mul_add(factor, shift);
        b[lane] = (t * t).mul_add(2.0, -1.0);
    }
    let [e, e_a, e_b] = with_slopes(even, &a, &b);
    let [o, o_a, o_b] = with_slopes(odd, &a, &b);
    let mut all = [0.0; L];
    for lane in 0..L {
        let (u, t, c) = (inverse[lane], sine[lane], cosine[lane]);
        let sign = if K { -1.0 } else { 1.0 };
        // G = u^2 E + sign u O; v = t/u.
        let by_u = 2.0 * u * (e[lane] + u * u * factor * e_a[lane])
            + sign * (o[lane] + 2.0 * u * u * factor * o_a[lane]);
        let v_by_t = 4.0 * t * t * (u * e_b[lane] + sign * o_b[lane]);
        let rest = 0.5 * u + u * u * (by_u + v_by_t);
        all[lane] = match (K, WHICH) {
            (false, SLOPE) => 1.0 / c - c * rest,
            // 1 - c = t^2/(1 + c).
            (false, COMPLEMENT) => (t + t * t / (1.0 + c)) / (1.0 + t) + c * rest,
            (false, _) => c * (1.0 / (1.0 + t) - rest),
            (true, SLOPE) => -(1.0 / c + c * rest),
            (true, _) => (1.0 + t) / c + c * rest,
        };
    }
    all
}

/// I_(v+1) / I_v, I_v' / I_v or 1 - I_(v+1) / I_v.
#[inline(always)]
pub(super) fn i<const L: usize, const WHICH: u8>(
    region: u8,
    v: &[f64; L],
    x: &[f64; L],
) -> [f64; L] {
    if region < Region::Ring12 as u8 {
        return expansion::<L, false, WHICH>(region, v, x);
    }
    let mut ratio = fraction(region, v, x);
    for lane in 0..L {
        ratio[lane] = match WHICH {
            SLOPE => ratio[lane] + v[lane] / x[lane],
            COMPLEMENT => 1.0 - ratio[lane],
            _ => ratio[lane],
        };
    }
    ratio
}

/// K_(v+1) / K_v or K_v' / K_v; the region is K's.
#[inline(always)]
pub(super) fn k<const L: usize, const WHICH: u8>(
    region: u8,
    v: &[f64; L],
    x: &[f64; L],
) -> [f64; L] {
    if region < Region::Ring12 as u8 {
        return expansion::<L, true, WHICH>(region, v, x);
    }
    // x K_(v+1) / K_v as a pair: v may be taken from it, and x may be so small that the ratio is
    // past the greatest number where the slope is not.
    let (mut high, mut low) = ([0.0; L], [0.0; L]);
    if region == Region::Small as u8 {
        (high, low) = small::ratio_k(v, x);
    } else {
        let below = fraction(region, v, x);
        if region < Region::Ring0 as u8 {
            // 1/(I K) = 2 w e^-(G_I + G_K).
            let (i, k, w, w_low) = remainders(region, v, x);
            for lane in 0..L {
                let sum = i[lane] + k[lane];
                let fall = sum * sum.mul_add(second_difference_of_exp(sum), -1.0);
                let (first, error) = two_sum(2.0 * w[lane], -(below[lane] * x[lane]));
                high[lane] = first;
                low[lane] = error + 2.0 * (w[lane] * fall + w_low[lane]);
            }
        } else {
            let i = small::log_i::<L, false>(v, x);
            let k = uniform::log::<L, false, true, false>(region, v, x).k;
            for lane in 0..L {
                let product = exp(-(i[lane] + k[lane]));
                (high[lane], low[lane]) = two_sum(product, -(below[lane] * x[lane]));
            }
        }
    }
    for lane in 0..L {
        let take = if WHICH == SLOPE { v[lane] } else { 0.0 };
        let (first, error) = two_sum(high[lane], -take);
        let sign = if WHICH == SLOPE { -1.0 } else { 1.0 };
        high[lane] = sign * (first + (error + low[lane])) / x[lane];
    }
    high
}
