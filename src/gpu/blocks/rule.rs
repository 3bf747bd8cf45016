//! How a shader finds the scales of blocks, and what the shaders do not serve.

use crate::block::told::Told;
use crate::block::{BlockFormat, BlockRounder, ScaleRule};
use crate::{Format, Rounding};

/// Values of a block at most: an invocation goes over them twice, or 26 times to search, and Mesa's
/// llvmpipe stops its loops after 65,535 turns in all.
const LONGEST: usize = 1 << 14;
const LONGEST_SEARCHED: usize = 1 << 11;
/// Exponents of elements and scales at most: quotients and products stay within those of an f64.
pub const FAR: i32 = 400;
/// The same where errors are squared.
const FAR_SEARCHED: i32 = 150;
/// Digits of a significand that is divided by or multiplied with.
pub const DIGITS: u32 = 32;
/// Digits that a quotient can be rounded to, random bits included.
const KEPT: u32 = 51;
/// Scales that are tried at most.
pub const TRIES: usize = 64;

pub fn is_power_of_two(x: f64) -> bool {
    x.to_bits() << 12 == 0
}

/// Has it so few digits that it can be divided by and multiplied with?
pub fn is_short(x: f64) -> bool {
    x.to_bits().trailing_zeros() >= 53 - DIGITS
}

/// How a shader finds scales.
pub struct Rule {
    /// Are scales tried?
    pub searched: bool,
    /// As `direct.wgsl` and `searched.wgsl` number them.
    pub number: u32,
    /// Of a fraction of 52 bits.
    pub threshold: u64,
    pub divisors: Vec<f64>,
}

impl Rule {
    /// For values of f32 words, or wider ones; or what the shaders do not serve.
    pub fn new(rounder: &BlockRounder, told: &Told, wide: bool) -> Result<Self, &'static str> {
        let format = rounder.format();
        let (element, scale) = (format.element(), format.scale());
        let rule = match told.known {
            Some(_) => Self::at_once(0, 0, Vec::new()),
            None => Self::of(format, told.tensor),
        };
        let searched = rule.searched;
        // A value times 8 to 32 is rounded to odd at 53 digits, which is as good as exact where a scale's
        // digits, one more, and those of a divisor are fewer.
        if searched && wide && scale.precision() + 1 + DIGITS > 52 {
            return Err("searched scales of so many digits");
        }
        let far = if searched { FAR_SEARCHED } else { FAR };
        let within = |format: &Format| {
            format.emax() <= far && format.emin() - format.precision() as i32 >= -far
        };
        if !within(element) || !within(scale) {
            return Err("exponents");
        }
        let longest = if searched { LONGEST_SEARCHED } else { LONGEST };
        if told.length() > longest {
            return Err("blocks as long as those");
        }
        let plain = match told.known {
            Some(known) => is_power_of_two(known * told.tensor),
            None => scale.precision() == 1 && is_power_of_two(told.tensor),
        };
        let random = match rounder.rounding() {
            Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
            _ => 0,
        };
        let tensor = if is_power_of_two(told.tensor) { 0 } else { 24 };
        if !plain
            && (element.precision() > DIGITS
                || element.precision() + random > KEPT
                || scale.precision() + tensor > DIGITS)
        {
            return Err("elements or scales of so many digits");
        }
        if !rule.divisors.iter().copied().all(is_short) || rule.divisors.len() > TRIES {
            return Err("greatest elements of so many digits");
        }
        Ok(rule)
    }

    fn at_once(number: u32, threshold: u64, divisors: Vec<f64>) -> Self {
        Self {
            searched: false,
            number,
            threshold,
            divisors,
        }
    }

    fn of(format: &BlockFormat, tensor: f64) -> Self {
        const ONE: u64 = 1 << 52;
        let element = format.element();
        let greatest = element.greatest();
        let binades = |threshold| Self::at_once(0, threshold, vec![tensor]);
        let search = |number, divisors| Self {
            searched: true,
            number,
            threshold: 0,
            divisors,
        };
        match format.rule() {
            ScaleRule::Floor => binades(ONE),
            // Any fraction at all.
            ScaleRule::Ceil => binades(1),
            // From half a step below the next power of two on: the tie goes up, to the even one.
            ScaleRule::Even => binades(ONE - (ONE >> element.precision())),
            // A power of two is enough where the fraction is not above the greatest element's: no
            // quotient is needed, however many digits that has.
            ScaleRule::RoundUp if format.scales_by_powers_of_two() => {
                binades((greatest.to_bits() & (ONE - 1)) + 1)
            }
            ScaleRule::RoundUp | ScaleRule::Nearest => Self::at_once(1, 0, vec![tensor * greatest]),
            ScaleRule::LargestExact => {
                let mine = format.largest_elements();
                search(2, mine.map(|q| tensor * q).collect())
            }
            ScaleRule::MeanSquare => search(3, vec![16.0 * tensor * greatest]),
        }
    }
}
