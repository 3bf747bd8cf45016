//! log I where w >= 1.5 and log K where x is not small: the leading terms of
//! `action.rs` and what is left, a polynomial.
//!
//! For w >= 24 that is the logarithm of the uniform expansions, DLMF 10.41.3 and 10.41.4, whose
//! terms in 1/w (not 1/v: so v = 0 is nothing special) are the same for I and K but for the sign of
//! the odd ones. Below, a polynomial fitted ring by ring to each.
//!
//! Everything is over L lanes: a scalar (L = 1) and an array share it, operation by operation, so
//! that they give the same bits.

use super::action::{Actions, square_sum};
use super::region::{Region, ring};
use super::surface::{self, Surface, at};
use crate::native::twofold::{Twofold, two_sum};

/// log(2 pi) / 2.
pub(super) const HALF_LOG_TWO_PI: Twofold = (0.9189385332046728, -3.8782941580672414e-17);
/// log(2 / pi) / 2.
pub(super) const HALF_LOG_TWO_OVER_PI: Twofold = (-0.22579135264472744, 6.4622584878775846e-18);
/// log I and log K at L lanes; what was not asked for is zero.
pub(super) struct Pair<const L: usize> {
    pub i: [f64; L],
    pub k: [f64; L],
}

impl<const L: usize> Pair<L> {
    #[inline(always)]
    pub fn new() -> Self {
        Self {
            i: [0.0; L],
            k: [0.0; L],
        }
    }
}

/// sign M - (log w)/2 - constant + g.
#[inline(always)]
fn assemble<const L: usize, const HUGE: bool>(
    actions: &Actions<L, HUGE>,
    lane: usize,
    sign: f64,
    constant: Twofold,
    g: f64,
) -> f64 {
    let (mut high, mut low) = (sign * actions.high[lane], sign * actions.low[lane]);
    if HUGE {
        (high, low) = (high * actions.scale[lane], low * actions.scale[lane]);
    }
    let (half, half_low) = two_sum(actions.half_log[lane], constant.0);
    let half_low = half_low + (actions.half_log_low[lane] + constant.1);
    let (sum, error) = two_sum(high, -half);
    let all = sum + (g + (error + (low - half_low)));
    // Past the greatest number there is no error term.
    if HUGE & (high.abs() == f64::INFINITY) {
        high
    } else {
        all
    }
}

/// The surfaces of the uniform expansion; a = factor u^2 + shift runs over [-1, 1].
pub(super) struct Expansion {
    pub even: &'static Surface,
    pub odd: &'static Surface,
    pub factor: f64,
    pub shift: f64,
}

impl Expansion {
    #[inline(always)]
    pub fn of(region: u8) -> Self {
        // a = (2 u^2 - top - bottom) / (top - bottom), for u^2 from bottom to top.
        if region <= Region::Remote as u8 {
            Self {
                even: surface::EVEN_REMOTE,
                odd: surface::ODD_REMOTE,
                factor: 2.0 * 512.0 * 512.0,
                shift: -1.0,
            }
        } else if region == Region::Far as u8 {
            Self {
                even: surface::EVEN_FAR,
                odd: surface::ODD_FAR,
                factor: 2.0 * 48.0 * 48.0,
                shift: -1.0,
            }
        } else {
            Self {
                even: surface::EVEN_MIDDLE,
                odd: surface::ODD_MIDDLE,
                factor: 2.0 * 48.0 * 48.0 / 3.0,
                shift: -5.0 / 3.0,
            }
        }
    }
}

/// What the logarithm of I is above its leading terms in a ring, from u = 1/w and t = v/w.
#[inline(always)]
fn ring_i<const L: usize>(region: u8, u: &[f64; L], t: &[f64; L]) -> [f64; L] {
    let (surface, from, _) = ring(surface::I_RINGS, region);
    let (mut a, mut b) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        a[lane] = u[lane].mul_add(4.0 * from, -3.0);
        b[lane] = t[lane].mul_add(2.0, -1.0);
    }
    at(surface, &a, &b)
}

/// The same of K, from u, w and x.
#[inline(always)]
fn ring_k<const L: usize>(region: u8, u: &[f64; L], w: &[f64; L], x: &[f64; L]) -> [f64; L] {
    let (surface, from, x0) = ring(surface::K_RINGS, region);
    let (mut a, mut b) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        a[lane] = u[lane].mul_add(4.0 * from, -3.0);
        b[lane] = (2.0 * x[lane] - w[lane] - x0) / (w[lane] - x0);
    }
    at(surface, &a, &b)
}

/// The remainders of log I and log K in the rings that both have; w and what it lacks.
#[inline(always)]
pub(super) fn remainders<const L: usize>(
    region: u8,
    v: &[f64; L],
    x: &[f64; L],
) -> ([f64; L], [f64; L], [f64; L], [f64; L]) {
    let (mut w, mut w_low, mut u, mut t) = ([0.0; L], [0.0; L], [0.0; L], [0.0; L]);
    for lane in 0..L {
        let (square, low) = square_sum(v[lane], x[lane]);
        w[lane] = square.sqrt();
        u[lane] = 1.0 / w[lane];
        w_low[lane] = 0.5 * u[lane] * ((-w[lane]).mul_add(w[lane], square) + low);
        t[lane] = v[lane] * u[lane];
    }
    (ring_i(region, &u, &t), ring_k(region, &u, &w, x), w, w_low)
}

/// log I, log K or both in the regions from huge to middle and the rings; with `SCALED` those of
/// e^-x I and e^x K.
#[inline(always)]
pub(super) fn log<const L: usize, const I: bool, const K: bool, const SCALED: bool>(
    region: u8,
    v: &[f64; L],
    x: &[f64; L],
) -> Pair<L> {
    let (mut g_i, mut g_k) = ([0.0; L], [0.0; L]);
    if region == Region::Huge as u8 {
        // 1/w is past all digits.
        let mut actions = Actions::<L, true>::new::<SCALED>(v, x);
        if !SCALED {
            actions.cross(v, x);
        }
        return both::<L, I, K, true>(&actions, &g_i, &g_k);
    }
    let mut actions = Actions::<L, false>::new::<SCALED>(v, x);
    if region < Region::Ring12 as u8 {
        if !SCALED {
            actions.cross(v, x);
        }
        let Expansion {
            even,
            odd,
            factor,
            shift,
        } = Expansion::of(region);
        let (mut a, mut b) = ([0.0; L], [0.0; L]);
        for lane in 0..L {
            let (u, t) = (actions.u[lane], actions.t[lane]);
            a[lane] = (u * u).mul_add(factor, shift);
            b[lane] = (t * t).mul_add(2.0, -1.0);
        }
        let (even, odd) = (at(even, &a, &b), at(odd, &a, &b));
        for lane in 0..L {
            let u = actions.u[lane];
            g_i[lane] = u * u.mul_add(even[lane], odd[lane]);
            g_k[lane] = u * u.mul_add(even[lane], -odd[lane]);
        }
    } else {
        if I {
            g_i = ring_i(region, &actions.u, &actions.t);
        }
        if K {
            g_k = ring_k(region, &actions.u, &actions.w, x);
        }
    }
    both::<L, I, K, false>(&actions, &g_i, &g_k)
}

/// The leading terms and what is left.
#[inline(always)]
fn both<const L: usize, const I: bool, const K: bool, const HUGE: bool>(
    actions: &Actions<L, HUGE>,
    g_i: &[f64; L],
    g_k: &[f64; L],
) -> Pair<L> {
    let mut pair = Pair::new();
    for lane in 0..L {
        if I {
            pair.i[lane] = assemble(actions, lane, 1.0, HALF_LOG_TWO_PI, g_i[lane]);
        }
        if K {
            pair.k[lane] = assemble(actions, lane, -1.0, HALF_LOG_TWO_OVER_PI, g_k[lane]);
        }
    }
    pair
}
