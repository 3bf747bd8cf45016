//! Ziv's rounding test: most results need not be exact to be rounded right.
//!
//! ```text
//!            y (1 - E)      y (1 + E)
//!   --|----------[-----x-------]---------|--      values of the format at the bars
//!         the exact result is somewhere between the brackets: both of which round alike
//! ```
//!
//! Here is an f64 near e^x, 2^x and log x, with its bound E; [`exact`](super::exact) rounds both
//! ends by the definition. Rounding is monotone for a given random word, so where the ends agree
//! the exact result goes there too; where they do not it is computed in 128 digits (A. Ziv, ACM
//! Transactions on Mathematical Software 17(3), 1991). A narrow format has one such case in 2^30.
//!
//! No fused products: without the processor's instruction they are slower than all this saves. A
//! format as wide as the host needs more than an f64, and them: [`twofold`].

pub(crate) mod twofold;

use super::operations::Unary;
use crate::native::log::{INVERSE_FACTORIALS, LN_2, SQRT_2, exponent, mantissa};

/// The bound: the relative error of [`unary`] is less by a factor of four. The tests measure it.
pub(crate) const ERROR: f64 = 1.0 / (1u64 << 48) as f64;

/// 1.5 x 2^52: adding it leaves an integer in the low bits.
pub(crate) const INTEGER: f64 = 6_755_399_441_055_744.0;

/// Near the function's value; none for other functions, and where the value may be exact, or far
/// from 1.
#[inline]
pub(crate) fn unary(operation: Unary, x: f64) -> Option<f64> {
    match operation {
        Unary::Exp => has_exp(x).then(|| exp(x)),
        Unary::Exp2 => has_exp2(x).then(|| exp2(x)),
        Unary::Log => has_log(x).then(|| log(x)),
        _ => None,
    }
}

/// May [`exp`] be asked? (The three are without branches, for loops that become vectors.)
#[inline(always)]
pub(crate) fn has_exp(x: f64) -> bool {
    (x.abs() < 600.0) & (x != 0.0)
}

/// May [`exp2`] be asked?
#[inline(always)]
pub(crate) fn has_exp2(x: f64) -> bool {
    x.abs() < 800.0
}

/// May [`log`] be asked?
#[inline(always)]
pub(crate) fn has_log(x: f64) -> bool {
    (f64::MIN_POSITIVE..f64::INFINITY).contains(&x) & (x != 1.0)
}

#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + INTEGER;
    let k = shifted - INTEGER;
    // x - k log 2: the first difference is exact.
    let r = (x - k * LN_2.0) - k * LN_2.1;
    power_of_two(shifted) * exp_reduced(r)
}

#[inline(always)]
pub(crate) fn exp2(x: f64) -> f64 {
    let shifted = x + INTEGER;
    let k = shifted - INTEGER;
    power_of_two(shifted) * exp_reduced((x - k) * std::f64::consts::LN_2)
}

/// 2^k of k + INTEGER.
#[inline(always)]
pub(crate) fn power_of_two(shifted: f64) -> f64 {
    f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// e^r for |r| <= 0.35: what the series leaves out is below 2^-59.
#[inline(always)]
fn exp_reduced(r: f64) -> f64 {
    // 1/2!, 1/3!, ..., 1/13!
    let tail = INVERSE_FACTORIALS[..12]
        .iter()
        .rev()
        .fold(0.0, |sum, c| sum * r + c);
    1.0 + (r + r * r * tail)
}

/// k log 2 + 2 atanh((m - 1) / (m + 1)), m between the square roots of 1/2 and 2 (DLMF 4.6.4).
#[inline(always)]
pub(crate) fn log(x: f64) -> f64 {
    let whole = mantissa(x);
    let large = whole > SQRT_2;
    let (m, k) = match large {
        true => (whole * 0.5, exponent(x) + 1.0),
        false => (whole, exponent(x)),
    };
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    // 1/3 + z/5 + ... + z^13/29
    let tail = (0..14)
        .rev()
        .fold(0.0, |sum, k| sum * z + 1.0 / f64::from(2 * k + 3));
    let of_m = 2.0 * (s + s * z * tail);
    k * LN_2.0 + (of_m + k * LN_2.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::evaluate;
    use crate::arith::exact::Exactly;
    use crate::arith::functions::Unrounded;
    use crate::random::word64;
    use crate::{Format, Rounder, Rounding};

    /// All numbers of the 16-bit formats in every mode: the bits of the 128 digits, which MPFR
    /// judges (`tests/functions.rs`).
    #[test]
    fn what_the_test_lets_through_is_right() {
        for format in [Format::BINARY16, Format::BFLOAT16] {
            let mut let_through = 0;
            for rounding in Rounding::ALL {
                let exactly = Exactly::new(&Rounder::new(format).with_rounding(rounding));
                for code in 0..1 << 16 {
                    let x = format.value_of_code(code);
                    let random = word64(4, 0, code);
                    for operation in [Unary::Exp, Unary::Exp2, Unary::Log] {
                        let Some(quick) = exactly.quickly(operation, x, random) else {
                            continue;
                        };
                        let_through += 1;
                        let right = exactly.round(evaluate::unary(operation, x.into()), random);
                        assert!(
                            quick.to_bits() == right.to_bits(),
                            "{operation:?} of {x:e} in {format} {rounding}: {quick:e}, not {right:e}"
                        );
                    }
                }
            }
            println!("{format}: {let_through} quick results");
            assert!(
                let_through > 500_000,
                "{format}: only {let_through} quick results"
            );
        }
    }

    /// Beside the 128 digits that MPFR judges.
    #[test]
    fn within_a_quarter_of_the_bound() {
        let mut worst = [0.0f64; 3];
        for i in 0..60_000u64 {
            // A fraction in [1, 2) at exponents from -60 to 9, of both signs.
            let word = word64(3, 1, i);
            let exponent = 1023 - 60 + i % 70;
            let x = f64::from_bits(word >> 12 | exponent << 52 | (word & 1) << 63);
            // Anywhere, and beside 1.
            let anywhere = f64::from_bits(word % (0x7ff << 52)).max(f64::MIN_POSITIVE);
            let beside = f64::from_bits(1f64.to_bits() + (word & 0xff) - 0x80);
            for (at, operation, x) in [
                (0, Unary::Exp, x),
                (1, Unary::Exp2, x),
                (2, Unary::Log, if i % 4 == 0 { beside } else { anywhere }),
            ] {
                let Some(near) = unary(operation, x) else {
                    continue;
                };
                let exact = evaluate::unary(operation, x.into());
                let (Unrounded::Exact(exact) | Unrounded::Near(exact)) = exact else {
                    panic!("{operation:?} of {x:e} is a number");
                };
                let error = (crate::arith::Wide::from_f64(near) - exact) / exact;
                worst[at] = worst[at].max(error.to_f64().abs());
            }
        }
        println!("worst: {worst:?}, bound {ERROR:e}");
        assert!(worst.iter().all(|worst| *worst < ERROR / 4.0), "{worst:?}");
        assert!(worst.iter().all(|worst| *worst > 0.0), "nothing was tried");
    }
}
