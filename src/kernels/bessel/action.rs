//! The leading terms: M = w - v asinh(v/x) and log w, w = sqrt(v^2 + x^2), each as a pair.
//!
//! ```text
//! log I_v(x) = +M - log(2 pi w)/2 + ...      log K_v(x) = -M - log(2 w/pi)/2 + ...
//! ```
//!
//! (DLMF 10.41.3, 10.41.4, with v eta = M.) M is a difference of two numbers that can agree to all
//! their digits, so both are pairs. Where v/x is within a part in 150 of 1.50888, at which M crosses
//! zero, and w > 128, a Taylor series about the crossing in v - 1.50888... x takes over: its first
//! factor is exact but for 2^-160.
//!
//! With q = (v + w)/x = 2^k r, r from 2/3 to 3/2, and w = 2^n m, m in [sqrt(1/2), sqrt(2)):
//!
//! ```text
//! asinh(v/x) = log q = k log 2 + 2 atanh((v + w - 2^k x)/(v + w + 2^k x))
//! log w              = n log 2 + 2 atanh((m - 1)/(m + 1))
//! ```
//!
//! k is read off the bits of v + w and of x as integers. Their difference is 2^52 log2 q but for 0.09
//! of 2^52, since the fraction of a float is nearly its logarithm:
//!
//! ```text
//!   0 eeeeeeeeeee ffff...f        v + w
//! - 0 eeeeeeeeeee ffff...f        x
//! + 0 00000000000 1000...0        to the nearest k
//! =   kkkkkkkkkkk ....
//! ```

use crate::native::log;
use crate::native::twofold::{Twofold, quick_two_sum, times, two_product, two_sum};

/// M and what goes with it, lane by lane. With `HUGE`, for numbers past 2^500, M and w are over a
/// power of two.
pub(super) struct Actions<const L: usize, const HUGE: bool> {
    /// M, or M - x, and what it lacks.
    pub high: [f64; L],
    pub low: [f64; L],
    /// The power of two; 1 unless `HUGE`.
    pub scale: [f64; L],
    /// (log w)/2, and what it lacks.
    pub half_log: [f64; L],
    pub half_log_low: [f64; L],
    /// 1/w.
    pub u: [f64; L],
    /// v/w.
    pub t: [f64; L],
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

/// Sign and exponent of a float.
const FIELD: u64 = 0xfff0_0000_0000_0000;
/// Keeps differences of exponents positive.
const ABOVE: u64 = 2048 << 52;

/// sqrt(1/2)/2.
const HALF_SQRT_HALF: f64 = 0.5 * std::f64::consts::FRAC_1_SQRT_2;

/// The integer in the exponent's place, less `bias`.
#[inline(always)]
fn in_field(bits: u64, bias: f64) -> f64 {
    // Under the exponent of 2^52 it reads as 2^52 and itself.
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    f64::from_bits(bits >> 52 | TWO_52.to_bits()) - (TWO_52 + bias)
}

/// k and 2^k x with log2 of sum/(2^k x) nearer 0 than 0.59; x may be subnormal.
#[inline(always)]
fn aligned<const HUGE: bool>(sum: f64, x: f64) -> (f64, f64) {
    // Lifted, x is normal.
    let lift = match HUGE && x >= log::TINY {
        true => 1.0,
        false => log::LIFT,
    };
    let x = (x * lift).to_bits();
    let field = (sum.to_bits().wrapping_sub(x)).wrapping_add(ABOVE + (1 << 51)) & FIELD;
    let power = f64::from_bits(x.wrapping_add(field).wrapping_sub(ABOVE));
    let of_lift = if HUGE { log::exponent(lift) } else { 200.0 };
    (in_field(field, 2048.0 - of_lift), power)
}

impl<const L: usize, const HUGE: bool> Actions<L, HUGE> {
    /// v and x, with `HUGE` over the power of two; the power and its inverse.
    #[inline(always)]
    fn near_one(v: f64, x: f64) -> (f64, f64, f64, f64) {
        match HUGE {
            true => scaled(v, x),
            false => (v, x, 1.0, 1.0),
        }
    }

    /// For w >= 0.5, x > 0, both below 2^501 unless `HUGE`. With `SCALED`, M - x in M's place.
    #[inline(always)]
    pub fn new<const SCALED: bool>(v: &[f64; L], x: &[f64; L]) -> Self {
        let zeros = [0.0; L];
        let mut all = Self {
            high: zeros,
            low: zeros,
            scale: [1.0; L],
            half_log: zeros,
            half_log_low: zeros,
            u: zeros,
            t: zeros,
            w: zeros,
        };
        // In three loops: the work of more lanes is then in flight at once.
        let (mut w_low, mut k) = (zeros, zeros);
        let (mut top, mut top_low, mut bottom, mut bottom_low) = (zeros, zeros, zeros, zeros);
        for lane in 0..L {
            let (v1, x1, scale, down) = Self::near_one(v[lane], x[lane]);
            let (square, square_low) = square_sum(v1, x1);
            let w = square.sqrt();
            let inverse = 1.0 / w;
            let rest = ((-w).mul_add(w, square) + square_low) * (0.5 * inverse);
            (all.w[lane], w_low[lane]) = (w, rest);
            (all.scale[lane], all.u[lane], all.t[lane]) = (scale, inverse * down, v1 * inverse);

            let (sum, sum_low) = quick_two_sum(w, v1);
            let sum_low = sum_low + rest;
            let (order, m) = aligned::<HUGE>(sum, x[lane]);
            k[lane] = order + if HUGE { log::exponent(scale) } else { 0.0 };
            // Exact, since the two are close.
            let difference = sum - m;
            let (above, above_low) = quick_two_sum(m + m, difference);
            // For small v and k = 0: v/(w + x), whose digits do not depend on how small.
            let near = SCALED & (k[lane] == 0.0);
            let (near_above, near_low) = quick_two_sum(w, m);
            let low = if near {
                near_low + rest
            } else {
                above_low + sum_low
            };
            (bottom[lane], bottom_low[lane]) = (if near { near_above } else { above }, low);
            (top[lane], top_low[lane]) = if near {
                (v1, 0.0)
            } else {
                (difference, sum_low)
            };
        }
        for lane in 0..L {
            let w = all.w[lane].to_bits();
            // One more than the exponent, which may be -1.
            let field = w.wrapping_sub(HALF_SQRT_HALF.to_bits()) & FIELD;
            let m = f64::from_bits(w.wrapping_sub(field).wrapping_add(1 << 52));
            let n = in_field(field, 1.0);
            let n = if HUGE {
                n + log::exponent(all.scale[lane])
            } else {
                n
            };
            let ((s, s_low), more) = log::atanh_quick((m - 1.0, 0.0), (m + 1.0, 0.0));
            let (half, error) = quick_two_sum(n * (0.5 * log::LN_2.0), s);
            all.half_log[lane] = half;
            // log(w + w_low) is log w and w_low/w.
            let down = if HUGE { all.scale[lane] } else { 1.0 };
            let of_low = (0.5 * all.u[lane] * down).mul_add(w_low[lane], s_low + more);
            all.half_log_low[lane] = n.mul_add(0.5 * log::LN_2.1, error + of_low);
        }
        for lane in 0..L {
            let (v1, x1, ..) = Self::near_one(v[lane], x[lane]);
            let (w, k) = (all.w[lane], k[lane]);
            let (top, bottom) = ((top[lane], top_low[lane]), (bottom[lane], bottom_low[lane]));
            let ((s, s_low), more) = log::atanh_quick(top, bottom);
            let (angle, error) = quick_two_sum(k * log::LN_2.0, s + s);
            let (angle, rest) = quick_two_sum(angle, 2.0 * (s_low + more));
            let angle_low = k.mul_add(log::LN_2.1, error + rest);
            let (from, from_low) = if SCALED { two_sum(w, -x1) } else { (w, 0.0) };
            // M - x = v (v/(w + x) - asinh(v/x)): there v/(w + x) is half of the angle but for `more`.
            let near = SCALED & (k == 0.0);
            let (half, half_low) = quick_two_sum(s, s_low + (more + more));
            let (angle, angle_low) = if near {
                (half, half_low)
            } else {
                (angle, angle_low)
            };
            let (from, from_low) = if near {
                (0.0, 0.0)
            } else {
                (from, from_low + w_low[lane])
            };
            let (product, product_low) = two_product(v1, angle);
            let (high, low) = two_sum(from, -product);
            all.high[lane] = high;
            all.low[lane] = low + (from_low - v1.mul_add(angle_low, product_low));
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
        (self.high[lane].abs() < self.w[lane] * (1.0 / 128.0)) & (self.u[lane] < 1.0 / 128.0)
    }

    #[cold]
    #[inline(never)]
    fn repair(&mut self, v: &[f64; L], x: &[f64; L]) {
        for lane in 0..L {
            if self.cancels(lane) {
                let (v, x, scale, _) = scaled(v[lane], x[lane]);
                let (high, low) = near_crossing(v, x);
                let scale = if HUGE { 1.0 } else { scale };
                (self.high[lane], self.low[lane]) = (high * scale, low * scale);
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

/// M near its zero, for v and x near 1.
#[inline(always)]
fn near_crossing(v: f64, x: f64) -> Twofold {
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
