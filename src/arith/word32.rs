//! Arithmetic in integers of 32 bits alone: what the shaders do, on this machine.
//!
//! `shaders/arith` is written in the part of the language that WGSL and Rust share, as
//! `shaders/round.wgsl` is. A shader has it prepended; here it is included. So one text says what an
//! operation gives, a test without any graphics card holds it against exact integers, and another
//! holds every adapter against this.
//!
//! ```
//! use roundoff::arith::word32::Word32;
//! use roundoff::{Format, Rounder, Rounding};
//! let up = Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive);
//! let up = Word32::new(&up)?;
//! assert_eq!(up.add(1.0, 2f32.powi(-60), 0), 1.0009765625);
//! # Ok::<(), roundoff::arith::word32::Word32Error>(())
//! ```
//!
//! [`Exactly`](super::exact::Exactly) gives the same results, faster, for more operations and wider
//! formats.

use thiserror::Error;

use super::operations::Unary;
use crate::chop::{Carriers, Rounder};
use crate::format::{Format, Overflow};
use crate::plan::{Recipe, host32};
use crate::rounding::Rounding;

/// The text, and what Rust adds to it. Some of it only shaders call.
#[allow(
    dead_code,
    clippy::needless_return,
    clippy::assign_op_pattern,
    clippy::precedence,
    clippy::collapsible_if,
    clippy::manual_swap,
    clippy::manual_clamp,
    clippy::manual_range_contains,
    clippy::implicit_saturating_sub,
    missing_docs
)]
pub(crate) mod text {
    use std::cmp::{max, min};

    use crate::plan::host32::*;

    #[inline(always)]
    fn plus(a: word, b: word) -> word {
        a.wrapping_add(b)
    }

    #[inline(always)]
    fn minus(a: word, b: word) -> word {
        a.wrapping_sub(b)
    }

    /// WGSL's.
    #[allow(non_snake_case)]
    #[inline(always)]
    fn countLeadingZeros(a: word) -> word {
        a.leading_zeros()
    }

    // A struct's name is its constructor in WGSL.
    #[allow(non_snake_case)]
    #[inline(always)]
    pub fn Pair(high: word, low: word) -> Pair {
        Pair { high, low }
    }

    #[allow(non_snake_case)]
    #[inline(always)]
    pub fn Wide(kind: word, exponent: word, high: word, low: word) -> Wide {
        Wide {
            kind,
            exponent,
            high,
            low,
        }
    }

    #[allow(non_snake_case)]
    #[inline(always)]
    fn Quotient(high: word, low: word, rest: word) -> Quotient {
        Quotient { high, low, rest }
    }

    #[allow(non_snake_case)]
    pub fn Fraction(a: word, b: word, c: word) -> Fraction {
        Fraction { a, b, c }
    }

    #[allow(non_snake_case)]
    pub fn Mixed(whole: word, part: Fraction) -> Mixed {
        Mixed { whole, part }
    }

    #[allow(non_snake_case)]
    pub fn Long(sign: word, exponent: word, digits: Fraction) -> Long {
        Long {
            sign,
            exponent,
            digits,
        }
    }

    pub fn constant_word(at: word) -> word {
        crate::arith::functions::words()[at as usize]
    }

    include!(concat!(env!("OUT_DIR"), "/arith.rs"));
    include!(concat!(env!("OUT_DIR"), "/functions.rs"));
}

/// Why a rounder is beyond integers of 32 bits.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Word32Error {
    /// Values that no f32 holds.
    #[error(
        "{format} has {precision} digits and exponents from {emin} to {emax}: arithmetic in 32-bit \
         words, as on a GPU, serves at most 24 digits and exponents from -126 to 127; take binary32 \
         or a narrower format, or compute on the CPU"
    )]
    Format {
        /// What was asked for.
        format: String,
        /// Its digits.
        precision: u32,
        /// Exponent of its least normal value.
        emin: i32,
        /// Exponent of its greatest value.
        emax: i32,
    },
    /// More random bits than a word has room for.
    #[error(
        "{rounding} takes {bits} random bits: arithmetic in 32-bit words, as on a GPU, serves at \
         most 30; take fewer bits, or compute on the CPU"
    )]
    Bits {
        /// What was asked for.
        rounding: Rounding,
        /// Its random bits.
        bits: u32,
    },
}

/// The most random bits: a bit of a fraction's word is for what lies below, and one for variants B
/// and C.
const MOST_BITS: u32 = 30;

/// A [`Rounder`] folded into words for arithmetic in integers.
///
/// Operands are any f32. `random`: 32 random bits, which a stochastic mode looks at; the first 32 of
/// the 64 that [`Exactly`](super::exact::Exactly) takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word32 {
    plan: host32::Plan,
    random: bool,
}

impl Word32 {
    /// As a rounder says.
    ///
    /// # Errors
    /// [`Word32Error`] where a format has more than 24 digits, normal exponents outside -126 to
    /// 127, or the rounding more than 30 random bits.
    ///
    /// ```
    /// use roundoff::arith::word32::Word32;
    /// use roundoff::{Format, Rounder};
    /// assert!(Word32::new(&Rounder::new(Format::BINARY32)).is_ok());
    /// let error = Word32::new(&Rounder::new(Format::BINARY64)).unwrap_err();
    /// assert!(error.to_string().contains("at most 24 digits"));
    /// ```
    pub fn new(rounder: &Rounder) -> Result<Self, Word32Error> {
        let format = rounder.format();
        let rounding = rounder.rounding();
        if let Rounding::Stochastic { bits, .. } = rounding
            && u32::from(bits.get()) > MOST_BITS
        {
            return Err(Word32Error::Bits {
                rounding,
                bits: u32::from(bits.get()),
            });
        }
        let recipe = Recipe {
            format: *format,
            rounding,
            saturation: rounder.saturation(),
            carrier: Carriers::F32.carrier(),
        };
        let fits = format.emax() <= 127;
        match host32::Plan::new(&recipe).filter(|_| fits) {
            Some(mut plan) => {
                if is_p3109(format) {
                    plan.rule |= text::RULE_POLE;
                }
                Ok(Self {
                    plan,
                    random: rounding.is_stochastic(),
                })
            }
            None => Err(Word32Error::Format {
                format: format.to_string(),
                precision: format.precision(),
                emin: format.emin(),
                emax: format.emax(),
            }),
        }
    }

    /// Does the mode look at random words?
    pub const fn is_random(&self) -> bool {
        self.random
    }

    /// The place of a value among the magnitudes of the format, from 0 for zero; past the greatest
    /// one's for an infinity.
    #[cfg(feature = "gpu")]
    pub(crate) fn place_of(&self, x: f32) -> u32 {
        text::place_of(x.to_bits(), self.plan)
    }

    /// The plan as a shader reads it.
    #[cfg(feature = "gpu")]
    pub(crate) const fn words(&self) -> [u32; 16] {
        self.plan.words()
    }

    /// x, rounded.
    pub fn num(&self, x: f32, random: u32) -> f32 {
        f32::from_bits(host32::round_word(x.to_bits(), random, self.plan))
    }

    /// x + y.
    pub fn add(&self, x: f32, y: f32, random: u32) -> f32 {
        f32::from_bits(text::add(x.to_bits(), y.to_bits(), random, self.plan))
    }

    /// x - y.
    pub fn sub(&self, x: f32, y: f32, random: u32) -> f32 {
        f32::from_bits(text::subtract(x.to_bits(), y.to_bits(), random, self.plan))
    }

    /// x y.
    pub fn mul(&self, x: f32, y: f32, random: u32) -> f32 {
        f32::from_bits(text::multiply(x.to_bits(), y.to_bits(), random, self.plan))
    }

    /// x / y.
    pub fn div(&self, x: f32, y: f32, random: u32) -> f32 {
        f32::from_bits(text::divide(x.to_bits(), y.to_bits(), random, self.plan))
    }

    /// The square root.
    pub fn sqrt(&self, x: f32, random: u32) -> f32 {
        f32::from_bits(text::square_root(x.to_bits(), random, self.plan))
    }

    /// x y + z with one rounding.
    pub fn fma(&self, x: f32, y: f32, z: f32, random: u32) -> f32 {
        let [x, y, z] = [x, y, z].map(f32::to_bits);
        f32::from_bits(text::fused(x, y, z, random, self.plan))
    }

    /// x + y + z with one rounding.
    pub fn faa(&self, x: f32, y: f32, z: f32, random: u32) -> f32 {
        let [x, y, z] = [x, y, z].map(f32::to_bits);
        f32::from_bits(text::add_all(x, y, z, random, self.plan))
    }

    /// x 2^n, n the integer part of the second number.
    pub fn scale(&self, x: f32, n: f32, random: u32) -> f32 {
        f32::from_bits(text::scale(x.to_bits(), n.to_bits(), random, self.plan))
    }

    /// A function of any f32: exp, log, cosh, arsinh, softplus, and log Gamma of numbers that are not
    /// negative. None for others.
    ///
    /// ```
    /// use roundoff::arith::Unary;
    /// use roundoff::arith::word32::Word32;
    /// use roundoff::{Format, Rounder};
    /// let single = Word32::new(&Rounder::new(Format::BINARY32))?;
    /// assert_eq!(single.unary(Unary::Exp, 1.0, 0), Some(std::f32::consts::E));
    /// assert_eq!(single.unary(Unary::Tan, 1.0, 0), None);
    /// # Ok::<(), roundoff::arith::word32::Word32Error>(())
    /// ```
    pub fn unary(&self, operation: Unary, x: f32, random: u32) -> Option<f32> {
        let exact = exact(operation, x.to_bits())?;
        Some(f32::from_bits(text::round_wide(exact, random, self.plan)))
    }

    /// The greater; NaN if one is.
    pub fn maximum(&self, x: f32, y: f32, random: u32) -> f32 {
        let greater = text::maximum_word(x.to_bits(), y.to_bits());
        f32::from_bits(host32::round_word(greater, random, self.plan))
    }
}

/// Where the constants of the text's functions begin, for [`text::constant_word`].
const START: u32 = 0;

/// A function of a host word with 64 digits, the last one sticky; none where the text has no such
/// function, or not of this number.
fn exact(operation: Unary, x: u32) -> Option<text::Wide> {
    Some(match operation {
        Unary::Exp => text::wide_exp(START, x),
        Unary::Log => text::wide_log(START, x),
        Unary::Cosh => text::wide_cosh(START, x),
        Unary::ArcSinh => text::wide_arcsinh(START, x),
        Unary::Softplus => text::wide_softplus(START, x),
        Unary::LogGamma if f32::from_bits(x) < 0.0 => return None,
        Unary::LogGamma => text::wide_log_gamma(START, x),
        _ => return None,
    })
}

/// Do specials follow P3109 where it differs from IEEE 754?
pub(crate) fn is_p3109(format: &Format) -> bool {
    format.overflow() == Overflow::P3109
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::Wide;
    use crate::arith::functions::{self, Unrounded};
    use crate::random::word;

    /// Operands of a function: any, near 1, near 0, whole numbers, of moderate size.
    fn operand(stream: u64, n: u64) -> f32 {
        let bits = word(71, stream, n);
        let moderate = (bits >> 8) as f32 / 16_777_216.0;
        match word(71, stream + 100, n) % 8 {
            0 => f32::from_bits(bits),
            1 => f32::from_bits(1f32.to_bits() + (bits >> 20)),
            2 => f32::from_bits(1f32.to_bits() - (bits >> 18)),
            3 => (bits >> 22) as f32,
            4 => moderate * 200.0 - 100.0,
            5 => moderate * 32.0,
            6 => f32::from_bits((bits & 0x87ff_ffff) | 0x3800_0000),
            _ => f32::from_bits((bits >> 25 << 23) | (bits & 0x8000_0007)),
        }
    }

    /// The relative error of 96 digits against 128.
    fn error(got: text::Long, exact: Unrounded) -> f64 {
        let (Unrounded::Near(exact) | Unrounded::Exact(exact)) = exact else {
            panic!("{exact:?} is no number");
        };
        let text::Fraction { a, b, c } = got.digits;
        let digits = [a, b, c]
            .iter()
            .fold(0u128, |all, d| all << 32 | u128::from(*d))
            << 32;
        let exponent = got.exponent as i32 - text::AT_ONE as i32;
        let got = Wide::from_fraction(digits, exponent + 1).negated_if(got.sign != 0);
        if exponent.abs() >= 4000 {
            // Past every format, and the exact number too.
            assert_eq!(exact.exponent() > 0, exponent > 0);
            assert!(exact.exponent().abs() >= 4000);
            return 0.0;
        }
        ((got - exact) / exact).to_f64().abs()
    }

    /// The text says what its functions' errors are.
    #[test]
    fn functions_are_as_near_as_the_text_says() {
        type Of = (
            &'static str,
            fn(f32) -> text::Long,
            fn(Unrounded) -> Unrounded,
            i32,
        );
        let all: [Of; 6] = [
            (
                "exp",
                |x| text::long_exp(0, text::unpacked(x.to_bits())),
                functions::exp,
                -80,
            ),
            (
                "log",
                |x| text::long_log(0, text::long_of(text::unpacked(x.to_bits()))),
                functions::log,
                -80,
            ),
            (
                "cosh",
                |x| text::long_cosh(0, text::unpacked(x.to_bits())),
                functions::cosh,
                -80,
            ),
            (
                "arcsinh",
                |x| text::long_arcsinh(0, text::long_of(text::unpacked(x.to_bits()))),
                functions::arcsinh,
                -80,
            ),
            (
                "softplus",
                |x| text::long_softplus(0, text::unpacked(x.to_bits())),
                functions::softplus,
                -76,
            ),
            (
                "log_gamma",
                |x| text::long_log_gamma(0, x.to_bits()),
                functions::log_gamma,
                -80,
            ),
        ];
        for (stream, (name, of, exact, bound)) in all.into_iter().enumerate() {
            let mut worst = (0.0, 0.0);
            for n in 0..40_000 {
                let mut x = operand(stream as u64, n);
                if ["log", "arcsinh", "log_gamma"].contains(&name) {
                    x = x.abs();
                }
                let zero = matches!(exact(f64::from(x).into()), Unrounded::Zero { .. });
                if !x.is_finite() || x == 0.0 || zero {
                    continue;
                }
                let error = error(of(x), exact(f64::from(x).into()));
                if error > worst.0 {
                    worst = (error, x);
                }
            }
            println!("{name}: 2^{:.1} at {:e}", worst.0.log2(), worst.1);
            assert!(
                worst.0 < 2f64.powi(bound),
                "{name} of {:e}: {:e}",
                worst.1,
                worst.0
            );
            assert!(worst.0 > 0.0, "{name}: nothing was tried");
        }
    }
}
