//! Small arguments: the power series for I (w < 1.5), Temme's method and the recurrence for K.
//!
//! The series are entire in the order and in x^2/4, so each is one polynomial in two variables.

use super::region::Region;
use super::surface::{self, at};
use crate::native::log::{self, EULER, exp_twofold, second_difference_of_exp};
use crate::native::twofold::{
    Twofold, add, product, quick_two_sum, quotient, times, two_product, two_sum,
};

/// log(2/x).
#[inline(always)]
fn log_two_over(x: f64) -> Twofold {
    let (high, low) = log::log_quick(-1.0, x, 0.0);
    (-high, -low)
}

/// log I for w < 1.5, by the power series (DLMF 10.25.2): v log(x/2) + log of the sum.
#[inline(always)]
pub(super) fn log_i<const L: usize, const SCALED: bool>(v: &[f64; L], x: &[f64; L]) -> [f64; L] {
    let (mut a, mut b) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        a[lane] = v[lane].mul_add(4.0 / 3.0, -1.0);
        b[lane] = (x[lane] * x[lane]).mul_add(8.0 / 9.0, -1.0);
    }
    let sum = at(surface::I_SMALL, &a, &b);
    let mut all = [0.0; L];
    for lane in 0..L {
        let (one, low) = two_sum(1.0, sum[lane]);
        let of_sum = log::log_quick(0.0, one, low);
        let lead = times(-v[lane], log_two_over(x[lane]));
        let (high, low) = two_sum(lead.0, of_sum.0);
        let low = low + (lead.1 + of_sum.1);
        all[lane] = if SCALED {
            let (high, rest) = two_sum(high, -x[lane]);
            high + (rest + low)
        } else {
            high + low
        };
    }
    all
}

/// Adding it and taking it away again rounds to an integer.
const INTEGER: f64 = 6_755_399_441_055_744.0;
/// Up to where (1 - e^-y)/y is a series: its quotient has lost digits there, the series beyond.
const NEAR: f64 = 0.7;
/// The greatest order that `climb` climbs to.
const STEPS: usize = 26;

/// K_mu, K_(1+mu) and the way up from there, lane by lane.
struct Climb<const L: usize> {
    /// v = n + mu.
    n: [f64; L],
    /// K_mu / (f e^|sigma|), and what it lacks.
    base: [f64; L],
    base_low: [f64; L],
    /// (x/2) K_(1+mu) / (f e^sigma / 2), and what it lacks.
    above: [f64; L],
    above_low: [f64; L],
    /// y_(n-1) and y_n over y_1.
    before: [f64; L],
    now: [f64; L],
    /// What y_n lacks.
    now_low: [f64; L],
    /// log f.
    sine: [f64; L],
    /// log(2/x), and what it lacks.
    log_x: [f64; L],
    log_x_low: [f64; L],
}

/// K for small x by Temme's method (1975), in even and odd parts.
///
/// v = n + mu, |mu| <= 1/2, L = log(2/x), q = x^2/4, sigma = mu L, f = pi mu / sin(pi mu);
/// h_nu = sum of q^k / (k! Gamma(k + 1 + nu)). From K = (pi/2) (I_-v - I_v) / sin(pi v) (DLMF
/// 10.27.4):
///
/// ```text
/// K_mu           = f e^|sigma| (h_odd (1 + E)/2 + h_even L (1 - E)/(2 |sigma|)),  E = e^(-2 |sigma|)
/// (x/2) K_(1+mu) = f e^sigma/2 (1/Gamma(1 - mu) + q (slope (1 + E)/2 - 2 L mean (1 - E)/(2 sigma)))
///                                                                                   E = e^(-2 sigma)
/// ```
///
/// and upward by y_(k+1) = (k + mu) y_k + q y_(k-1), y_k = (x/2)^k K_(k+mu) (DLMF 10.29.1), all of
/// whose terms are positive. For n = 0 the first of the two is enough, for n = 1 the second; what is
/// not asked for is 0.
#[inline(always)]
fn climb<const L: usize, const FIRST: bool, const SECOND: bool>(
    v: &[f64; L],
    x: &[f64; L],
) -> Climb<L> {
    let (mut n, mut mu, mut q) = ([0.0; L], [0.0; L], [0.0; L]);
    let (mut even_a, mut odd_a, mut b) = ([0.0; L], [0.0; L], [0.0; L]);
    let mut steps = 0.0;
    for lane in 0..L {
        n[lane] = (v[lane] + INTEGER) - INTEGER;
        mu[lane] = v[lane] - n[lane];
        q[lane] = 0.25 * x[lane] * x[lane];
        even_a[lane] = (mu[lane] * mu[lane]).mul_add(8.0, -1.0);
        odd_a[lane] = 2.0 * mu[lane];
        b[lane] = q[lane].mul_add(8.0, -1.0);
        steps = if n[lane] > steps { n[lane] } else { steps };
    }
    let zeros = [0.0; L];
    let (mut even, mut odd) = (zeros, zeros);
    if FIRST {
        even = at(surface::K_EVEN, &even_a, &b);
        odd = at(surface::K_ODD, &even_a, &b);
    }
    let (mut mean, mut slope, mut rgamma) = (zeros, zeros, zeros);
    if SECOND {
        mean = at(surface::K_MEAN, &odd_a, &b);
        slope = at(surface::K_SLOPE, &odd_a, &b);
        rgamma = at(surface::K_RGAMMA, &odd_a, &b);
    }
    let sine = at(surface::K_SINE, &even_a, &b);

    let (mut base, mut base_low) = (zeros, zeros);
    let (mut above, mut above_low) = (zeros, zeros);
    let (mut log_x, mut log_x_low) = (zeros, zeros);
    let (mut before, mut now) = (zeros, [1.0; L]);
    let (mut before_low, mut now_low) = (zeros, zeros);
    // e^-y, (1 - e^-y)/y and (1 + e^-y)/2 for y = 2 |sigma|, and what they lack or are above 1. The
    // second alone takes them for y = 2 sigma, without detour.
    let (mut e, mut e_low, mut y, mut y_low) = (zeros, zeros, zeros, zeros);
    let (mut p, mut p1, mut c, mut c1) = (zeros, zeros, zeros, zeros);
    let mut p_low = zeros;
    // Short loops: the work of more lanes is then in flight at once.
    for lane in 0..L {
        (log_x[lane], log_x_low[lane]) = log_two_over(x[lane]);
    }
    for lane in 0..L {
        let twice = 2.0 * if FIRST { mu[lane].abs() } else { mu[lane] };
        let (high, low) = times(twice, (log_x[lane], log_x_low[lane]));
        (y[lane], y_low[lane]) = (high, low);
        (e[lane], e_low[lane]) = exp_twofold((-high, -low));
    }
    for lane in 0..L {
        let y = y[lane];
        let near = y.abs() < NEAR;
        p1[lane] = -y * second_difference_of_exp(if near { y } else { 0.0 });
        let (fall, low) = two_sum(1.0, -e[lane]);
        let wide = quotient((fall, low - e_low[lane]), (y, y_low[lane]));
        let close = quick_two_sum(1.0, p1[lane]);
        (p[lane], p_low[lane]) = if near { close } else { wide };
        c1[lane] = -0.5 * y * p[lane];
        let mean = 0.5 * (1.0 + e[lane]) + 0.5 * e_low[lane];
        c[lane] = if near { 1.0 + c1[lane] } else { mean };
    }
    if FIRST {
        for lane in 0..L {
            // K_mu / (f e^|sigma|). Where the logarithm is small: (L - Euler) exactly, and the rest.
            let l = log_x[lane];
            let lead = add((l, log_x_low[lane]), (-EULER.0, -EULER.1));
            let rest = l.mul_add(
                even[lane].mul_add(p[lane], p1[lane]),
                odd[lane].mul_add(c[lane], -EULER.0 * c1[lane]),
            );
            (base[lane], base_low[lane]) = add(lead, (rest, 0.0));
        }
        for lane in 0..L {
            let near = y[lane] < NEAR;
            let (sum, error) = two_sum(odd[lane], -EULER.0);
            let (twice, twice_low) = two_sum(1.0, e[lane]);
            let mean = (0.5 * twice, 0.5 * (twice_low + e_low[lane]));
            let first = product((sum, error), mean);
            let (one, rest) = two_sum(1.0, -e[lane]);
            let size = if near { 1.0 } else { 2.0 * mu[lane].abs() };
            let rise = quotient((one, rest - e_low[lane]), (size, 0.0));
            let second = product(two_sum(1.0, even[lane]), rise);
            let wide = add(first, second);
            base[lane] = if near { base[lane] } else { wide.0 };
            base_low[lane] = if near { base_low[lane] } else { wide.1 };
        }
    }
    if SECOND {
        for lane in 0..L {
            // (x/2) K_(1+mu) / (f e^sigma / 2). Below mu = 0, E grows to 2/x; where that is past
            // e^100 its term is nothing.
            let negative = FIRST & (mu[lane] < 0.0);
            let growth = 1.0 / if e[lane] < 3.7e-44 { 3.7e-44 } else { e[lane] };
            let growth = if negative { growth } else { 1.0 };
            // q (slope c - 2 L mean p), of which 2 L p is the most, in pairs.
            let lead = product((log_x[lane], log_x_low[lane]), (p[lane], p_low[lane]));
            let lead = (2.0 * growth * lead.0, 2.0 * growth * lead.1);
            let rest = slope[lane].mul_add(c[lane] * growth, -lead.0 * mean[lane]);
            let term = times(q[lane], add((-lead.0, -lead.1), (rest, 0.0)));
            let (one, low) = two_sum(1.0, rgamma[lane]);
            (above[lane], above_low[lane]) = add((one, low), term);
            if FIRST {
                let twice = (2.0 * base[lane], 2.0 * base_low[lane]);
                let ratio = quotient(twice, (above[lane], above_low[lane]));
                (before[lane], before_low[lane]) = times(growth, ratio);
            }
        }
    }
    let steps = if FIRST & SECOND { steps } else { 0.0 };
    for k in 1..STEPS {
        let order = k as f64;
        if steps < order + 0.5 {
            break;
        }
        for lane in 0..L {
            // In pairs: near K = 1, which is where n = 2, every digit of y counts.
            let y = (now[lane], now_low[lane]);
            let q = two_product(0.5 * x[lane], 0.5 * x[lane]);
            let lower = product(q, (before[lane], before_low[lane]));
            let next = add(times(order + mu[lane], y), lower);
            let go = n[lane] > order;
            before[lane] = if go { y.0 } else { before[lane] };
            before_low[lane] = if go { y.1 } else { before_low[lane] };
            now[lane] = if go { next.0 } else { y.0 };
            now_low[lane] = if go { next.1 } else { y.1 };
        }
    }
    Climb {
        n,
        base,
        base_low,
        above,
        above_low,
        before,
        now,
        now_low,
        sine,
        log_x,
        log_x_low,
    }
}

/// log K for small x.
#[inline(always)]
pub(super) fn log_k<const L: usize, const SCALED: bool>(
    region: u8,
    v: &[f64; L],
    x: &[f64; L],
) -> [f64; L] {
    if region == Region::SmallZero as u8 {
        assemble::<L, SCALED>(climb::<L, true, false>(v, x), v, x)
    } else if region == Region::SmallOne as u8 {
        assemble::<L, SCALED>(climb::<L, false, true>(v, x), v, x)
    } else {
        assemble::<L, SCALED>(climb::<L, true, true>(v, x), v, x)
    }
}

/// log K from its parts.
#[inline(always)]
fn assemble<const L: usize, const SCALED: bool>(
    parts: Climb<L>,
    v: &[f64; L],
    x: &[f64; L],
) -> [f64; L] {
    let Climb {
        n,
        base,
        base_low,
        above,
        above_low,
        now,
        now_low,
        sine,
        log_x,
        log_x_low,
        ..
    } = parts;
    let mut all = [0.0; L];
    for lane in 0..L {
        let none = n[lane] == 0.0;
        let log_two = (log_x[lane], log_x_low[lane]);
        // (2/x)^(n + mu); for n = 0 that is e^sigma, mu = v.
        let lead = times(v[lane], log_two);
        let climbed = product((above[lane], above_low[lane]), (now[lane], now_low[lane]));
        let number = if none { base[lane] } else { climbed.0 };
        let low = if none { base_low[lane] } else { climbed.1 };
        // The half of K_(1+mu) enters as an exponent.
        let of_number = log::log_quick(if none { 0.0 } else { -1.0 }, number, low);
        let (high, low) = two_sum(lead.0, of_number.0);
        let (high, rest) = quick_two_sum(high, low + (lead.1 + of_number.1));
        let rest = rest + sine[lane];
        all[lane] = if SCALED {
            let (high, error) = two_sum(high, x[lane]);
            high + (rest + error)
        } else {
            high + rest
        };
    }
    all
}

/// x K_(v+1) / K_v for small x, and what it lacks.
#[inline(always)]
pub(super) fn ratio_k<const L: usize>(v: &[f64; L], x: &[f64; L]) -> ([f64; L], [f64; L]) {
    let Climb {
        n,
        base,
        base_low,
        above,
        above_low,
        before,
        now,
        ..
    } = climb::<L, true, true>(v, x);
    let (mut all, mut all_low) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        let q = 0.25 * x[lane] * x[lane];
        let first = quotient((above[lane], above_low[lane]), (base[lane], base_low[lane]));
        let later = quick_two_sum(2.0 * v[lane], 2.0 * q * before[lane] / now[lane]);
        let none = n[lane] == 0.0;
        all[lane] = if none { first.0 } else { later.0 };
        all_low[lane] = if none { first.1 } else { later.1 };
    }
    (all, all_low)
}
