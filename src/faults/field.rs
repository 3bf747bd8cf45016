//! Parts of a code.

use std::fmt;
use std::str::FromStr;

use super::{FaultError, all};

/// Where faults may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field {
    /// In any bit.
    #[default]
    Anywhere,
    /// In the sign bit.
    Sign,
    /// In the bits that say how great a value is: the exponent, a posit's regime, the integer bits of
    /// a logarithm. None in fixed point and integers.
    Exponent,
    /// In the bits behind them.
    Fraction,
    /// In the bits of a mask, the lowest being 1.
    Bits(u64),
}

/// The bits of one code by what they mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fields {
    /// The sign bit.
    pub sign: u64,
    /// How great.
    pub exponent: u64,
    /// What is behind it.
    pub fraction: u64,
}

impl Fields {
    /// The bits of a field.
    pub const fn of(&self, field: Field) -> u64 {
        match field {
            Field::Anywhere => self.sign | self.exponent | self.fraction,
            Field::Sign => self.sign,
            Field::Exponent => self.exponent,
            Field::Fraction => self.fraction,
            Field::Bits(bits) => bits,
        }
    }

    /// Codes of `width` bits: a sign if there is one, then the exponent, then so many fraction bits.
    pub(crate) const fn layout(width: u32, signed: bool, fraction: u32) -> Self {
        let sign = if signed && width > 0 {
            1 << (width - 1)
        } else {
            0
        };
        let fraction = all(fraction) & all(width) & !sign;
        Self {
            sign,
            exponent: all(width) & !sign & !fraction,
            fraction,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anywhere => f.pad("anywhere"),
            Self::Sign => f.pad("sign"),
            Self::Exponent => f.pad("exponent"),
            Self::Fraction => f.pad("fraction"),
            Self::Bits(bits) => f.pad(&format!("{bits:#x}")),
        }
    }
}

impl FromStr for Field {
    type Err = FaultError;

    /// Reads the names that are printed, and masks: `0x80`, `0b1000`, `128`.
    fn from_str(name: &str) -> Result<Self, FaultError> {
        let lower = name.trim().to_ascii_lowercase();
        Ok(match lower.as_str() {
            "anywhere" | "any" => Self::Anywhere,
            "sign" => Self::Sign,
            "exponent" => Self::Exponent,
            "fraction" | "mantissa" | "significand" => Self::Fraction,
            mask => Self::Bits(mask_of(mask).ok_or_else(|| FaultError::Field {
                name: name.to_owned(),
            })?),
        })
    }
}

fn mask_of(text: &str) -> Option<u64> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0b") => (&text[2..], 2),
        _ => (text, 10),
    };
    // `from_str_radix` takes a sign.
    let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
}
