//! A number's digits as text, read without rounding: as 128 binary digits, rounded to odd, which
//! decide every later rounding.
//!
//! ```text
//!     -12.375e-2       digits x radix^scale = 12375 x 10^-5 = 12375 / 10^5
//!      `--' scale -5   long division gives the first 128 binary digits; a rest sets the last
//! ```
//!
//! Of endless texts the first [`DIGITS`] digits are kept, and whether another one follows that is
//! not zero: what lies between two numbers of 128 binary digits is told from both by fewer digits,
//! in an even radix, as powers of two end there after as many places as they have.

mod natural;

use natural::Natural;

use super::functions::Unrounded;
use super::wide::Wide;

/// Digits that are looked at. In an even radix a number of 128 binary digits from 2^-1400 to 2^1024,
/// which is further than any format reaches, has at most 1024 places before the point and 1528
/// behind it.
const DIGITS: u64 = 4096;

/// Magnitudes from radix^FAR on are past all formats, those below its reciprocal under them all.
const FAR: i64 = 2400;

/// A number past all formats, and the reciprocal of one.
const PAST: Wide = Wide::power_of_two(1 << 16);
const BELOW: Wide = Wide::power_of_two(-(1 << 16));

/// What a text says: `[+-] digits [. digits] [exponent]`, of which one digit at least; the exponent
/// in decimal, `e` and a power of ten in radix 10, `p` and a power of two in radix 16. None where it
/// is something else, or the radix not from 2 to 36.
pub(super) fn read(text: &str, radix: u32) -> Option<Unrounded> {
    if !(2..=36).contains(&radix) {
        return None;
    }
    let (negative, text) = signed(text);
    let (digits, power) = match (radix, text.find(['e', 'E']), text.find(['p', 'P'])) {
        (10, Some(at), _) | (16, _, Some(at)) => (&text[..at], exponent(&text[at + 1..])?),
        _ => (text, 0),
    };
    let mut numeral = Numeral::read(digits, radix)?;
    if radix.is_power_of_two() {
        // Places of binary digits.
        let places = numeral.scale.saturating_mul(radix.trailing_zeros().into());
        numeral.scale = 0;
        return Some(numeral.value(radix, places.saturating_add(power), negative));
    }
    numeral.scale = numeral.scale.saturating_add(power);
    Some(numeral.value(radix, 0, negative))
}

/// Is it below zero, and the rest.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// An integer, which stops at the ends of i64.
fn exponent(text: &str) -> Option<i64> {
    let (negative, digits) = signed(text);
    if digits.is_empty() {
        return None;
    }
    let magnitude = digits.chars().try_fold(0i64, |value, digit| {
        let digit = digit.to_digit(10)?;
        Some(value.saturating_mul(10).saturating_add(digit.into()))
    })?;
    Some(if negative { -magnitude } else { magnitude })
}

/// digits x radix^scale, and a little more where not all digits were kept.
struct Numeral {
    digits: Natural,
    /// How many digits there are, the first of them not zero.
    count: u64,
    scale: i64,
    more: bool,
}

impl Numeral {
    fn read(text: &str, radix: u32) -> Option<Self> {
        let mut numeral = Self {
            digits: Natural::zero(),
            count: 0,
            scale: 0,
            more: false,
        };
        // Some digits at a time, as many as a word holds: (radix^n, they).
        let (mut unit, mut held) = (1u64, 0u64);
        let (mut any, mut behind) = (false, false);
        for letter in text.chars() {
            if letter == '.' && !behind {
                behind = true;
                continue;
            }
            let digit = u64::from(letter.to_digit(radix)?);
            any = true;
            let kept = numeral.count < DIGITS;
            if !kept {
                numeral.more |= digit != 0;
            } else if digit != 0 || numeral.count > 0 {
                numeral.count += 1;
                (unit, held) = (unit * u64::from(radix), held * u64::from(radix) + digit);
                if unit > u64::MAX / 36 {
                    numeral.digits.multiply_add(unit, held);
                    (unit, held) = (1, 0);
                }
            }
            match (behind, kept) {
                (true, true) => numeral.scale -= 1,
                (false, false) => numeral.scale += 1,
                _ => {}
            }
        }
        numeral.digits.multiply_add(unit, held);
        any.then_some(numeral)
    }

    /// Its value times 2^places.
    fn value(mut self, radix: u32, places: i64, negative: bool) -> Unrounded {
        if self.count == 0 {
            // What follows zeros alone is counted: nothing is cut off.
            return Unrounded::Zero { negative };
        }
        // The first digit's place.
        let first = self.scale.saturating_add(self.count as i64 - 1);
        let (wide, exact) = if self.scale != 0 && first >= FAR {
            (PAST, false)
        } else if self.scale != 0 && first <= -FAR {
            (BELOW, false)
        } else {
            let mut divisor = Natural::one();
            let scaled = match self.scale {
                ..0 => &mut divisor,
                _ => &mut self.digits,
            };
            for _ in 0..self.scale.unsigned_abs() {
                scaled.multiply_add(radix.into(), 0);
            }
            let (exponent, significand, rest) = self.digits.divided_by(divisor);
            let significand = significand | u128::from(rest || self.more);
            (Wide::positive(exponent, significand), true)
        };
        let limit = 1 << 24;
        let wide = wide
            .scaled(places.clamp(-limit, limit) as i32)
            .negated_if(negative);
        match exact {
            true => Unrounded::Exact(wide),
            false => Unrounded::Near(wide),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;

    /// The first 128 binary digits of digits x radix^scale, by division of long integers.
    fn expected(digits: &str, radix: u32, scale: i32) -> Unrounded {
        let numerator = BigUint::parse_bytes(digits.as_bytes(), radix).expect("digits");
        let power = BigUint::from(radix).pow(scale.unsigned_abs());
        let (numerator, denominator) = match scale {
            0.. => (numerator * power, BigUint::from(1u32)),
            _ => (numerator, power),
        };
        // So many binary places behind the point that 128 digits are left over.
        let places = denominator.bits() + 130;
        let scaled = numerator << places;
        let quotient = &scaled / &denominator;
        let rest = &quotient * &denominator != scaled;
        let below = quotient.bits() - 128;
        let significand: u128 = (&quotient >> below).try_into().expect("128 bits");
        let lost = rest || (&quotient >> below) << below != quotient;
        let exponent = quotient.bits() as i32 - 1 - places as i32;
        Unrounded::Exact(Wide::positive(exponent, significand | u128::from(lost)))
    }

    #[test]
    fn digits_are_what_long_division_gives() {
        let mut state = 1u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 33) % n
        };
        for case in 0..4000 {
            let radix = if case % 2 == 0 {
                10
            } else {
                2 + below(35) as u32
            };
            let count = 1 + below([3, 20, 60, 900][case % 4]);
            let mut digits: String = (0..count)
                .map(|_| char::from_digit(below(radix.into()) as u32, radix).expect("a digit"))
                .collect();
            if digits.bytes().all(|digit| digit == b'0') {
                digits.push('1');
            }
            let at = below(digits.len() as u64 + 1) as usize;
            let text = format!("{}.{}", &digits[..at], &digits[at..]);
            let scale = -((digits.len() - at) as i32);
            assert_eq!(
                read(&text, radix),
                Some(expected(&digits, radix, scale)),
                "{text} in radix {radix}"
            );
            if radix == 10 {
                let power = below(600) as i32 - 300;
                assert_eq!(
                    read(&format!("{text}e{power}"), 10),
                    Some(expected(&digits, 10, scale + power)),
                    "{text}e{power}"
                );
            }
        }
    }

    #[test]
    fn digits_past_the_last_one_kept_still_count() {
        let half = format!("0.5{}", "0".repeat(100_000));
        assert_eq!(read(&half, 10), Some(0.5.into()));
        let Some(Unrounded::Exact(more)) = read(&format!("{half}1"), 10) else {
            panic!("a number");
        };
        assert_eq!(more.significand(), 1 << 127 | 1);
        // Zeros before the first digit are none of them.
        let tiny = format!("0.{}5", "0".repeat(100_000));
        assert!(matches!(read(&tiny, 10), Some(Unrounded::Near(x)) if x.exponent() < -2000));
        let whole = format!("1{}", "0".repeat(100_000));
        assert!(matches!(read(&whole, 10), Some(Unrounded::Near(x)) if x.exponent() > 2000));
        assert_eq!(read(&format!("{whole}e-100000"), 10), Some(1.0.into()));
        assert_eq!(read(&format!("{tiny}e100001"), 10), Some(5.0.into()));
    }

    #[test]
    fn exponents_without_end_are_read() {
        for (text, above) in [("1e999999999999999999999", true), ("1e-999999999", false)] {
            let Some(Unrounded::Near(x)) = read(text, 10) else {
                panic!("{text}");
            };
            assert_eq!(x.exponent() > 0, above);
        }
        assert_eq!(
            read("-0e99999999999", 10),
            Some(Unrounded::Zero { negative: true })
        );
        assert_eq!(read("1.8p-1", 16), Some(0.75.into()));
        assert_eq!(read("-10.1", 2), Some((-2.5).into()));
        assert!(
            matches!(read("1p-99999999999", 16), Some(Unrounded::Exact(x)) if x.exponent() < -20000)
        );
        for text in [
            "", "-", ".", "1e", "1e+", "e1", "1.2.3", "0x1", "1 ", "inf", "\u{b2}",
        ] {
            assert_eq!(read(text, 10), None, "{text}");
        }
        assert_eq!(read("1", 37), None);
        assert_eq!(read("0", 1), None);
    }
}
