//! Ziv's test for a format as wide as the host: e^x as the sum of two f64s.
//!
//! ```text
//! r = x - k log 2 = r_high + r_low              log 2 in two parts, the first product exact
//! e^r = 1 + r (1 + r (1/2! + r (1/3! + r (1/4! + t))))     five sums in pairs
//! t = r/5! + r^2/6! + ... + r^12/16!            in one f64: below 0.003, and times r^4 below 2^-14
//! ```
//!
//! So its error of an ulp or two is 2^-66 of the result, and what the series leaves out 2^-74. About one
//! result in 700 is so near the middle of two f64s that it is computed in 128 digits.

use fearless_simd::dispatch;

use super::{INTEGER, has_exp, power_of_two};
use crate::arith::operations::Unary;
use crate::native::exp::has_fused;
use crate::native::log::{INVERSE_FACTORIALS, LN_2};
use crate::native::twofold::{Twofold, product, quick_two_sum, two_product};

/// The bound of the relative error. The tests measure less than a quarter of it.
const ERROR: f64 = 1.0 / (1u64 << 63) as f64;

/// 1/3! and 1/4! in two parts.
const SIXTH: Twofold = (1.0 / 6.0, 9.25185853854297e-18);
const TWENTY_FOURTH: Twofold = (1.0 / 24.0, 2.3129646346357427e-18);

/// The operation's value rounded to binary64, to nearest. None where it is not known to be that, and
/// on machines without fused products, where it takes longer than 128 digits.
pub(crate) fn rounded(operation: Unary, x: f64) -> Option<f64> {
    let level = crate::instructions::level();
    if operation != Unary::Exp || !has_exp(x) || !has_fused(level) {
        return None;
    }
    let (low, high) = dispatch!(level, _simd => exp(x));
    (low == high).then_some(low)
}

/// Both ends of where e^x is, each to the nearest f64. For x that [`has_exp`].
#[inline(always)]
pub(crate) fn exp(x: f64) -> (f64, f64) {
    let ((high, low), shifted) = in_two(x);
    let (power, error) = (power_of_two(shifted), high * ERROR);
    (
        power * (high + (low - error)),
        power * (high + (low + error)),
    )
}

/// e^x / 2^k, and k + INTEGER.
#[inline(always)]
fn in_two(x: f64) -> (Twofold, f64) {
    let shifted = x * std::f64::consts::LOG2_E + INTEGER;
    let k = shifted - INTEGER;
    let (rest, rest_low) = two_product(-k, LN_2.1);
    let (high, low) = quick_two_sum(x - k * LN_2.0, rest);
    let r = (high, low + rest_low);
    let tail = INVERSE_FACTORIALS[3..15]
        .iter()
        .rev()
        .fold(0.0f64, |sum, c| sum.mul_add(r.0, *c));
    let (high, low) = quick_two_sum(TWENTY_FOURTH.0, tail * r.0);
    let mut sum = (high, low + TWENTY_FOURTH.1);
    for (c, c_low) in [SIXTH, (0.5, 0.0), (1.0, 0.0), (1.0, 0.0)] {
        let (more, more_low) = product(r, sum);
        let (high, low) = quick_two_sum(c, more);
        sum = (high, low + (more_low + c_low));
    }
    (sum, shifted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::functions::Unrounded;
    use crate::arith::{Wide, evaluate};
    use crate::random::word64;

    /// Numbers of all magnitudes from 2^-60 to 600.
    fn number(i: u64) -> f64 {
        let word = word64(5, 1, i);
        let exponent = 1023 - 60 + i % 69;
        f64::from_bits(word >> 12 | exponent << 52 | (word & 1) << 63)
    }

    fn exact(x: f64) -> Unrounded {
        evaluate::unary(Unary::Exp, x.into())
    }

    /// Beside the 128 digits that MPFR judges.
    #[test]
    fn within_a_quarter_of_the_bound() {
        let (mut worst, mut tried) = (0.0f64, 0);
        for x in (0..60_000).map(number).filter(|x| has_exp(*x)) {
            let (Unrounded::Exact(exact) | Unrounded::Near(exact)) = exact(x) else {
                panic!("e^{x:e} is a number");
            };
            let ((high, low), shifted) = in_two(x);
            let power = Wide::from_f64(power_of_two(shifted));
            let near = (Wide::from_f64(high) + Wide::from_f64(low)) * power;
            worst = worst.max(((near - exact) / exact).to_f64().abs());
            tried += 1;
        }
        println!("{tried} tried, worst {worst:e}, bound {ERROR:e}");
        assert!(worst < ERROR / 4.0, "{worst:e}");
        assert!(tried > 50_000 && worst > 0.0, "nothing was tried");
    }

    #[test]
    fn what_is_let_through_is_right() {
        if !has_fused(crate::instructions::level()) {
            println!("skipped: no fused products here");
            return;
        }
        let (mut passed, mut tried) = (0, 0);
        for x in (0..60_000).map(number).filter(|x| has_exp(*x)) {
            tried += 1;
            let Some(quick) = rounded(Unary::Exp, x) else {
                continue;
            };
            passed += 1;
            assert_eq!(quick.to_bits(), exact(x).to_f64().to_bits(), "e^{x:e}");
        }
        println!("{passed} of {tried}");
        assert!(passed > tried * 99 / 100, "{passed} of {tried}");
    }
}
