//! The leading terms: M = w - v asinh(v/x) and log w, w = sqrt(v^2 + x^2), each as a pair.
//!
//! ```text
//! log I_v(x) = +M - log(2 pi w)/2 + ...      log K_v(x) = -M - log(2 w/pi)/2 + ...
//! ```
//!
//! (DLMF 10.41.3, 10.41.4, with v eta = M.) M is a difference of two numbers that can agree to all
//! their digits, so both are pairs. Where v/x is within a part in 150 of 1.50888, at which M crosses
//! zero, and w is large, a Taylor series about the crossing in v - 1.50888... x takes over: its first
//! factor is exact but for 2^-160.
//!
//! With q = (v + w)/x = 2^k r, r in [sqrt(1/2), sqrt(2)):
//!
//! ```text
//! asinh(v/x) = log q = k log 2 + 2 atanh((v + w - 2^k x)/(v + w + 2^k x))
//! ```
//!
//! and for k = 0 the quotient is v/(w + x), right to all digits however small v is.

//!
//! The work is in three short loops instead of a long one: more lanes are then in flight at once.

use crate::native::log::{self, SQRT_2};
use crate::native::twofold::{Twofold, quick_two_sum, quotient, times, two_product, two_sum};

/// M and what goes with it, lane by lane.
pub(super) struct Actions<const L: usize> {
    /// M / scale, or (M - x) / scale, and what it lacks.
    pub high: [f64; L],
    pub low: [f64; L],
    /// A power of two near w.
    pub scale: [f64; L],
    /// log w, and what it lacks.
    pub log_w: [f64; L],
    pub log_w_low: [f64; L],
    /// 1/w.
    pub u: [f64; L],
    /// v/w.
    pub t: [f64; L],
    /// w / scale.
    pub w: [f64; L],
}

/// v and x over a power of two, the greater then in [1, 2) but for those above 2^1001; the power
/// and its inverse.
#[inline(always)]
pub(super) fn scaled(v: f64, x: f64) -> (f64, f64, f64, f64) {
    let greater = if v > x { v } else { x };
    let field = greater.to_bits() >> 52;
    let field = if field > 2023 { 2023 } else { field };
    let down = f64::from_bits((2046 - field) << 52);
    (v * down, x * down, f64::from_bits(field << 52), down)
}

/// v^2 + x^2.
#[inline(always)]
pub(super) fn square_sum(v: f64, x: f64) -> Twofold {
    let (vv, vv_low) = two_product(v, v);
    let (xx, xx_low) = two_product(x, x);
    let (square, low) = two_sum(vv, xx);
    (square, low + (vv_low + xx_low))
}

impl<const L: usize> Actions<L> {
    /// For w > 2^-1000, x > 0. With `SCALED`, M - x in M's place.
    #[inline(always)]
    pub fn new<const SCALED: bool>(v: &[f64; L], x: &[f64; L]) -> Self {
        let zeros = [0.0; L];
        let mut all = Self {
            high: zeros,
            low: zeros,
            scale: zeros,
            log_w: zeros,
            log_w_low: zeros,
            u: zeros,
            t: zeros,
            w: zeros,
        };
        let (mut w_low, mut k) = (zeros, zeros);
        // Arguments of the two inverse tangents.
        let (mut top, mut top_low, mut bottom, mut bottom_low) = (zeros, zeros, zeros, zeros);
        for lane in 0..L {
            let (v1, x1, scale, down) = scaled(v[lane], x[lane]);
            let (square, square_low) = square_sum(v1, x1);
            let w = square.sqrt();
            let inverse = 1.0 / w;
            let rest = (-w).mul_add(w, square) + square_low;
            let (w, rest) = quick_two_sum(w, rest * (0.5 * inverse));
            (all.w[lane], w_low[lane]) = (w, rest);
            (all.scale[lane], all.u[lane], all.t[lane]) = (scale, inverse * down, v1 * inverse);

            // q = 2^k r.
            let (sum, sum_low) = two_sum(w, v1);
            let sum_low = sum_low + rest;
            let (s, s_low) = (log::mantissa(sum), sum_low * log::inverse_power(sum));
            let (of_x, m) = log::split(x[lane]);
            let order = log::exponent(sum) + log::exponent(scale) - of_x;
            let above = s > SQRT_2 * m;
            let below = s < 0.5 * SQRT_2 * m;
            let m = m * if above { 2.0 } else { 1.0 } * if below { 0.5 } else { 1.0 };
            let order = order + if above { 1.0 } else { 0.0 } - if below { 1.0 } else { 0.0 };
            k[lane] = order;
            let near = order == 0.0;
            (top[lane], top_low[lane]) = if near { (v1, 0.0) } else { (s - m, s_low) };
            let (first, second, low) = if near { (w, x1, rest) } else { (s, m, s_low) };
            let (sum, error) = two_sum(first, second);
            (bottom[lane], bottom_low[lane]) = (sum, error + low);
        }
        for lane in 0..L {
            let (order, w, low) = log::reduce(all.w[lane], w_low[lane]);
            let of_w = log::twice_atanh_quick((w - 1.0, low), w + 1.0);
            let order = order + log::exponent(all.scale[lane]);
            (all.log_w[lane], all.log_w_low[lane]) = log::with_exponent(order, of_w);
        }
        for lane in 0..L {
            let angle =
                log::twice_atanh((top[lane], top_low[lane]), (bottom[lane], bottom_low[lane]));
            (top[lane], top_low[lane]) = log::with_exponent(k[lane], angle);
        }
        for lane in 0..L {
            let (v1, x1, ..) = scaled(v[lane], x[lane]);
            let angle = (top[lane], top_low[lane]);
            let w = all.w[lane];
            (all.high[lane], all.low[lane]) = if SCALED {
                // M - x = v (v/(w + x) - asinh(v/x)).
                let (sum, error) = two_sum(w, x1);
                let ratio = quotient((v1, 0.0), (sum, error + w_low[lane]));
                let (high, low) = two_sum(ratio.0, -angle.0);
                times(v1, quick_two_sum(high, low + (ratio.1 - angle.1)))
            } else {
                let (product, product_low) = times(v1, angle);
                let (high, low) = two_sum(w, -product);
                (high, low + (w_low[lane] - product_low))
            };
        }
        all
    }

    /// Repairs the lanes where M cancels by so much that its pair lacks digits.
    #[inline(always)]
    pub fn cross(&mut self, v: &[f64; L], x: &[f64; L]) {
        let mut any = 0;
        for lane in 0..L {
            any |= self.cancels(lane) as u64;
        }
        if any != 0 {
            self.repair(v, x);
        }
    }

    #[inline(always)]
    fn cancels(&self, lane: usize) -> bool {
        (self.high[lane].abs() < self.w[lane] * (1.0 / 128.0)) & (self.u[lane] < 1.0 / 512.0)
    }

    #[cold]
    #[inline(never)]
    fn repair(&mut self, v: &[f64; L], x: &[f64; L]) {
        for lane in 0..L {
            if self.cancels(lane) {
                (self.high[lane], self.low[lane]) = near_crossing(v[lane], x[lane]);
            }
        }
    }
}

/// Where M / w crosses zero, v/x, in three parts.
const CROSSING: [f64; 3] = [
    1.50887956153832,
    4.457972586163642e-18,
    -1.6460876757211407e-34,
];
/// Derivative of sqrt(1 + t^2) - t asinh t there.
const SLOPE: Twofold = (-1.1996786402577337, -9.232436427676682e-17);
/// Further Taylor coefficients.
const CURVE: [f64; 11] = [
    -0.2762170622654416,
    0.04239794609783154,
    -0.007617976520298491,
    0.0009201341963281482,
    0.00020313804488238677,
    -0.000227243476670904,
    0.00011620701072756289,
    -4.26190515060143e-05,
    1.0129729496641497e-05,
    3.585827721468652e-07,
    -2.1584545552738802e-06,
];

/// M / scale near its zero.
#[inline(always)]
fn near_crossing(v: f64, x: f64) -> Twofold {
    let (v, x, ..) = scaled(v, x);
    let (first, first_low) = two_product(CROSSING[0], x);
    let (second, second_low) = two_product(CROSSING[1], x);
    // Exact, since the two are so close.
    let (d, e1) = two_sum(v - first, -first_low);
    let (d, e2) = two_sum(d, -second);
    let rest = e1 + e2 - second_low - CROSSING[2] * x;
    let (d, d_low) = quick_two_sum(d, rest);
    let ratio = d / x;
    let (high, low) = times(d, SLOPE);
    quick_two_sum(
        high,
        low + SLOPE.0 * d_low + d * ratio * log::polynomial(&CURVE, ratio),
    )
}
