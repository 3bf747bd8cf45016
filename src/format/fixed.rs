//! Fixed-point formats: integers times one power of two.
//!
//! ```text
//!   q4.4     s i i i . f f f f     value = integer x 2^-4, two's complement: -8 to 7.9375
//!   uq4.4    i i i i . f f f f     value = integer x 2^-4: 0 to 15.9375
//!            `- i -'   `- f -'
//! ```
//!
//! To the definition of rounding such a format is one whose values are all subnormal, so that the
//! step is the same everywhere: precision i + f digits (less the sign's), and the least normal
//! binade at the top.
//!
//! ```text
//!     0     step    2 step   ...                        2^(i-1)
//!     |------|-------|--------|------------ ... ---------|
//!     `---------- below emin: one step ------- ... ------'
//! ```
//!
//! A signed format has one negative value more than positive ones, -2^(i-1). There is one zero,
//! and neither infinities nor NaN: a value past the ends becomes the end ([`crate::fixed`] has the
//! other way, to wrap around), NaN stays a NaN of the host and has no code.

use std::fmt;

use super::constants::all_ones;
use super::{Encoding, Format, FormatError, Nan, Overflow, Signedness, Subnormals, scaled};

/// Integer and fraction bits of a fixed-point format.
///
/// The sign bit is one of the integer bits, as ARM, Pychop and MATLAB's `numerictype` count: `q4.4`
/// has 8 bits. Texas Instruments and the *Q format* of most textbooks leave it out: what they call
/// Q3.4 is `q4.4` here, and their Q15 is `q1.15`. Unsigned formats are counted alike everywhere.
///
/// Either number may be negative: `q-2.10` has the eight bits below 2^-2, the sign one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FixedPoint {
    /// Has it negative values?
    pub signedness: Signedness,
    /// Bits before the point, the sign included.
    pub integer_bits: i32,
    /// Bits after the point.
    pub fraction_bits: i32,
}

/// The most bits before or after the point, or missing there: f32 hosts hold all such values.
const MOST: i32 = 96;

impl FixedPoint {
    /// Bits of a code.
    pub const fn width(&self) -> i32 {
        self.integer_bits + self.fraction_bits
    }

    /// 2^-f: the distance of neighbours.
    pub const fn step(&self) -> f64 {
        scaled(1, -self.fraction_bits)
    }

    /// The name that [`Format`] prints and reads, without `q`: `4.4`.
    pub(super) fn parse(signedness: Signedness, numbers: &str) -> Option<Self> {
        let (integer, fraction) = numbers.split_once('.')?;
        Some(Self {
            signedness,
            integer_bits: integer.parse().ok()?,
            fraction_bits: fraction.parse().ok()?,
        })
    }
}

impl fmt::Display for FixedPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.signedness {
            Signedness::Signed => "",
            Signedness::Unsigned => "u",
        };
        f.pad(&format!(
            "{sign}q{}.{}",
            self.integer_bits, self.fraction_bits
        ))
    }
}

impl Format {
    /// The fixed-point format of so many bits before and after the point, the sign one of those
    /// before it: the multiples of 2^-f from -2^(i-1) to 2^(i-1) - 2^-f, or from 0 to 2^i - 2^-f.
    ///
    /// # Errors
    /// [`FormatError::Fixed`] unless i + f is from 1 (2 where signed) to 53, and both are from -96
    /// to 96.
    ///
    /// ```
    /// use roundoff::{Format, Rounder, Signedness};
    /// let q4_4 = Format::fixed(Signedness::Signed, 4, 4)?;
    /// assert_eq!(q4_4.to_string(), "q4.4");
    /// let rounder = Rounder::new(q4_4);
    /// assert_eq!(rounder.round(1.03), 1.0);
    /// assert_eq!(rounder.round(100.0), 7.9375);
    /// assert_eq!(rounder.round(-100.0), -8.0);
    /// # Ok::<(), roundoff::FormatError>(())
    /// ```
    pub const fn fixed(
        signedness: Signedness,
        integer_bits: i32,
        fraction_bits: i32,
    ) -> Result<Self, FormatError> {
        let outside = integer_bits < -MOST
            || integer_bits > MOST
            || fraction_bits < -MOST
            || fraction_bits > MOST;
        let signed = matches!(signedness, Signedness::Signed);
        let width = integer_bits.saturating_add(fraction_bits);
        if outside || width < 1 + signed as i32 || width > 53 {
            return Err(FormatError::Fixed {
                integer_bits,
                fraction_bits,
            });
        }
        let width = width as u8;
        let digits = width - signed as u8;
        // With one digit parity would be the exponent's.
        let precision = if digits < 2 { 2 } else { digits };
        let emin = (precision as i32 - 1 - fraction_bits) as i16;
        Ok(Self {
            precision,
            emin,
            emax: emin,
            greatest: all_ones(digits),
            least_normal: 1 << (precision - 1),
            signed,
            zero: true,
            negative_zero: false,
            infinities: false,
            nan: false,
            fixed: true,
            subnormals: Subnormals::Kept,
            overflow: Overflow::Greatest,
            encoding: Some(Encoding {
                width,
                infinity: 0,
                nan: Nan::Absent,
            }),
        })
    }

    /// Its integer and fraction bits, where it is a fixed-point format.
    ///
    /// ```
    /// use roundoff::Format;
    /// let point = "uq8.8".parse::<Format>()?.fixed_point();
    /// assert_eq!(point.map(|point| (point.integer_bits, point.fraction_bits)), Some((8, 8)));
    /// assert_eq!(Format::BINARY16.fixed_point(), None);
    /// # Ok::<(), roundoff::FormatParseError>(())
    /// ```
    pub const fn fixed_point(&self) -> Option<FixedPoint> {
        match self.encoding {
            Some(encoding) if self.fixed => {
                let fraction_bits = -self.step_exponent(self.emin());
                Some(FixedPoint {
                    signedness: match self.signed {
                        true => Signedness::Signed,
                        false => Signedness::Unsigned,
                    },
                    integer_bits: encoding.width as i32 - fraction_bits,
                    fraction_bits,
                })
            }
            _ => None,
        }
    }

    /// The least finite value: minus the greatest one; one step less in two's complement; zero in
    /// an unsigned format.
    pub const fn lowest(&self) -> f64 {
        if !self.signed {
            return 0.0;
        }
        let (significand, exponent) = self.lowest_magnitude();
        -scaled(significand, exponent)
    }

    /// The magnitude of a signed format's least finite value: significand and exponent.
    pub(crate) const fn lowest_magnitude(&self) -> (u64, i32) {
        (
            self.greatest + self.fixed as u64,
            self.step_exponent(self.emax()),
        )
    }

    /// The two's complement code of a value of a fixed-point format.
    pub(super) fn fixed_code(&self, x: f64, width: u32) -> u64 {
        let steps = x * scaled(1, -self.step_exponent(self.emin()));
        (steps as i64 as u64) & (u64::MAX >> (64 - width))
    }

    /// The value of a code of a fixed-point format.
    pub(crate) fn fixed_value(&self, code: u64, width: u32) -> f64 {
        let negative = self.signed && code >> (width - 1) & 1 == 1;
        let magnitude = match negative {
            true => (1 << width) - code,
            false => code,
        };
        let value = scaled(magnitude, self.step_exponent(self.emin()));
        if negative { -value } else { value }
    }
}
