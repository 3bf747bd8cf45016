//! v = 0: log I_0 and log K_0, polynomials in one variable.
//!
//! The leading terms are those of `action.rs` with M = x and w = x:
//!
//! ```text
//! log I_0(x) = +x - log(2 pi x)/2 + G_I      log K_0(x) = -x - log(2 x/pi)/2 + G_K
//! ```
//!
//! G from the uniform expansion at t = 0 for x >= 24, fitted below. For x < 1, with q = x^2/4, both
//! from I_0 = 1 + q + ..., and K_0 = (log(2/x) - Euler) I_0 + q + (3/2) q^2/4 + ... (DLMF 10.25.2,
//! 10.31.2).

use super::region::Region;
use super::uniform::{HALF_LOG_TWO_OVER_PI, HALF_LOG_TWO_PI, Pair};
use crate::native::log;
use crate::native::twofold::{Twofold, add, two_product, two_sum};

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident $file:literal)*) => { $(
        $(#[$doc])*
        static $name: &[f64] = include!(concat!("tables/axis_", $file, ".in"));
    )* };
}

lines! {
    /// Even part of the uniform expansion at t = 0 over u^2, x >= 24.
    EVEN "even"
    /// Odd part over u.
    ODD "odd"
    /// G for 6 <= x < 24.
    I_MIDDLE "i_middle"
    K_MIDDLE "k_middle"
    /// G for 1 <= x < 6.
    I_NEAR "i_near"
    K_NEAR "k_near"
    /// log I_0 over q, x < 1; b = 8q - 1.
    I_SMALL "i_small"
    /// I_0 less 1, over q.
    I_LESS "i_less"
    /// K_0 without its logarithm, over q.
    K_SMALL "k_small"
}

/// log I_0, log K_0 or both, in the regions of the axis; with `SCALED` those of e^-x I and e^x K.
#[inline(always)]
pub(super) fn log<const L: usize, const I: bool, const K: bool, const SCALED: bool>(
    region: u8,
    x: &[f64; L],
) -> Pair<L> {
    if region == Region::AxisSmall as u8 {
        return small::<L, I, K, SCALED>(x);
    }
    let (mut g_i, mut g_k) = ([0.0; L], [0.0; L]);
    let mut a = [0.0; L];
    if region == Region::AxisFar as u8 {
        let mut u = [0.0; L];
        for lane in 0..L {
            u[lane] = 1.0 / x[lane];
            a[lane] = (u[lane] * u[lane]).mul_add(2.0 * 24.0 * 24.0, -1.0);
        }
        let (even, odd) = (line(EVEN, &a), line(ODD, &a));
        for lane in 0..L {
            g_i[lane] = u[lane] * u[lane].mul_add(even[lane], odd[lane]);
            g_k[lane] = u[lane] * u[lane].mul_add(even[lane], -odd[lane]);
        }
    } else {
        // a runs from -1 to 1 as 1/x from 1/24 to 1/6, or from 1/6 to 1.
        let (i, k, factor, shift) = match region == Region::AxisMiddle as u8 {
            true => (I_MIDDLE, K_MIDDLE, 16.0, -5.0 / 3.0),
            false => (I_NEAR, K_NEAR, 2.4, -1.4),
        };
        for lane in 0..L {
            a[lane] = f64::mul_add(1.0 / x[lane], factor, shift);
        }
        if I {
            g_i = line(i, &a);
        }
        if K {
            g_k = line(k, &a);
        }
    }
    let mut pair = Pair::new();
    for lane in 0..L {
        let of_x = log::log_quick(0.0, x[lane], 0.0);
        let lead = if SCALED { 0.0 } else { x[lane] };
        if I {
            pair.i[lane] = assemble(lead, of_x, HALF_LOG_TWO_PI, g_i[lane]);
        }
        if K {
            pair.k[lane] = assemble(-lead, of_x, HALF_LOG_TWO_OVER_PI, g_k[lane]);
        }
    }
    pair
}

/// The polynomial at every lane.
#[inline(always)]
fn line<const L: usize>(coefficients: &[f64], a: &[f64; L]) -> [f64; L] {
    let mut sum = [0.0; L];
    for c in coefficients.iter().rev() {
        for lane in 0..L {
            sum[lane] = f64::mul_add(sum[lane], a[lane], *c);
        }
    }
    sum
}

/// lead - (log x)/2 - constant + g.
#[inline(always)]
fn assemble(lead: f64, of_x: Twofold, constant: Twofold, g: f64) -> f64 {
    let (half, half_low) = add((0.5 * of_x.0, 0.5 * of_x.1), constant);
    let (sum, error) = two_sum(lead, -half);
    sum + (g + (error - half_low))
}

/// For x < 1.
#[inline(always)]
fn small<const L: usize, const I: bool, const K: bool, const SCALED: bool>(
    x: &[f64; L],
) -> Pair<L> {
    let mut pair = Pair::new();
    for lane in 0..L {
        let x = x[lane];
        let q = 0.25 * x * x;
        let b = q.mul_add(8.0, -1.0);
        if I {
            let (of_i, low) = two_product(q, log::polynomial(I_SMALL, b));
            pair.i[lane] = match SCALED {
                true => {
                    let (high, rest) = two_sum(of_i, -x);
                    high + (rest + low)
                }
                false => of_i,
            };
        }
        if K {
            // (log(2/x) - Euler) exactly, and the rest.
            let (of_x, of_x_low) = log::log_quick(-1.0, x, 0.0);
            let (lead, low) = add((-of_x, -of_x_low), (-log::EULER.0, -log::EULER.1));
            let more = lead.mul_add(log::polynomial(I_LESS, b), log::polynomial(K_SMALL, b));
            let (k, error) = two_sum(lead, q * more);
            let (high, low) = log::log_quick(0.0, k, error + low);
            pair.k[lane] = match SCALED {
                true => {
                    let (high, rest) = two_sum(high, x);
                    high + (rest + low)
                }
                false => high + low,
            };
        }
    }
    pair
}
