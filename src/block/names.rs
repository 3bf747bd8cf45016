//! Names of block formats, both ways.
//!
//! ```text
//!   name     = base *("+" option)
//!   base     = mxfp8-e4m3 | mxfp8-e5m2 | mxfp6-e3m2 | mxfp6-e2m3 | mxfp4 | mxint8 | nvfp4
//!            | msfp16 | msfp12
//!            | bfp:DIGITS/EXPONENT-BITS/LENGTH      block floating point
//!            | dfp:BITS                             dynamic fixed point, one exponent a tensor
//!            | block:ELEMENT/SCALE/LENGTH           any two formats; ELEMENT may be int-BITS, two's
//!                                                   complement; LENGTH may be tensor
//!   option   = rule=NAME | axis=N | length=N | length=tensor | specials=block | specials=element
//!            | tensor-scale
//! ```

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use thiserror::Error;

use super::{BlockError, BlockFormat, Length, ScaleRule, ScaleRuleError, Specials};
use crate::format::{Format, FormatParseError};

/// The block formats with names.
pub const NAMED: [(&str, BlockFormat, &str); 9] = [
    ("mxfp8-e4m3", BlockFormat::MXFP8_E4M3, "OCP MX v1.0"),
    ("mxfp8-e5m2", BlockFormat::MXFP8_E5M2, "OCP MX v1.0"),
    ("mxfp6-e3m2", BlockFormat::MXFP6_E3M2, "OCP MX v1.0"),
    ("mxfp6-e2m3", BlockFormat::MXFP6_E2M3, "OCP MX v1.0"),
    ("mxfp4", BlockFormat::MXFP4, "OCP MX v1.0"),
    ("mxint8", BlockFormat::MXINT8, "OCP MX v1.0"),
    ("nvfp4", BlockFormat::NVFP4, "NVIDIA"),
    ("msfp16", BlockFormat::MSFP16, "Microsoft"),
    ("msfp12", BlockFormat::MSFP12, "Microsoft"),
];

/// Why a name is no block format.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BlockParseError {
    /// Nothing goes by that name.
    #[error(
        "unknown block format \"{name}\": try mxfp8-e4m3, mxfp4, mxint8, nvfp4, msfp16, \
         bfp:7/8/16 (digits, exponent bits, length), dfp:16 (bits) or \
         block:ocp-e2m1/ocp-e4m3/16 (element, scale, length)"
    )]
    Unknown {
        /// The name.
        name: String,
    },
    /// Nothing is said by that option.
    #[error(
        "block format \"{name}\": \"+{option}\" says nothing; use +rule=NAME, +axis=N, +length=N, \
         +length=tensor, +specials=block, +specials=element or +tensor-scale"
    )]
    Option {
        /// The name.
        name: String,
        /// The option.
        option: String,
    },
    /// No such rule for the scale.
    #[error(transparent)]
    Rule(#[from] ScaleRuleError),
    /// The elements' or the scale's format is none.
    #[error("block format \"{name}\": {source}")]
    Format {
        /// The name.
        name: String,
        /// Why.
        source: FormatParseError,
    },
    /// The parts do not make a block format.
    #[error("block format \"{name}\": {source}")]
    Impossible {
        /// The name.
        name: String,
        /// Why.
        source: BlockError,
    },
}

/// Is it a name of this grammar, right or wrong?
pub(crate) fn is_block_name(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    let base = lower.split('+').next().unwrap_or(&lower);
    let prefixes = ["mxfp", "mxint", "nvfp", "msfp", "bfp", "dfp", "block"];
    prefixes.iter().any(|prefix| base.starts_with(prefix))
}

impl FromStr for BlockFormat {
    type Err = BlockParseError;

    /// ```
    /// use roundoff::block::{BlockFormat, ScaleRule};
    /// let format: BlockFormat = "mxfp4+rule=even+axis=0".parse()?;
    /// assert_eq!(format, BlockFormat::MXFP4.with_rule(ScaleRule::Even).with_axis(0));
    /// # Ok::<(), roundoff::block::BlockParseError>(())
    /// ```
    fn from_str(name: &str) -> Result<Self, BlockParseError> {
        let lower = name.trim().to_ascii_lowercase();
        // The formats within `block:` may have a `+` of their own: options come after its length.
        let (head, tail) = match lower.rfind('/') {
            Some(at) => lower.split_at(at),
            None => lower.split_at(0),
        };
        let mut parts = tail.split('+');
        let base = format!("{head}{}", parts.next().unwrap_or_default());
        let mut format = base_format(&base, name)?;
        for option in parts {
            format = with_option(format, option, name)?;
        }
        Ok(format)
    }
}

fn base_format(base: &str, name: &str) -> Result<BlockFormat, BlockParseError> {
    let unknown = || BlockParseError::Unknown {
        name: name.to_owned(),
    };
    let impossible = |source| BlockParseError::Impossible {
        name: name.to_owned(),
        source,
    };
    if let Some((_, format, _)) = NAMED.iter().find(|(known, ..)| *known == base) {
        return Ok(*format);
    }
    let (kind, numbers) = base.split_once(':').ok_or_else(unknown)?;
    let parts: Vec<&str> = numbers.split('/').collect();
    let number = |text: &str| text.parse::<u32>().map_err(|_| unknown());
    match (kind, parts.as_slice()) {
        ("bfp", [digits, exponent_bits, length]) => {
            let (length, tensor) = match *length {
                "tensor" => (1, true),
                other => (number(other)?, false),
            };
            let made =
                BlockFormat::block_floating_point(number(digits)?, number(exponent_bits)?, length);
            let made = made.map_err(impossible)?;
            Ok(match tensor {
                true => made.with_length(Length::Tensor),
                false => made,
            })
        }
        ("dfp", [bits]) => BlockFormat::dynamic_fixed_point(number(bits)?).map_err(impossible),
        ("block", [element, scale, length]) => {
            let format = |text: &str| {
                text.parse::<Format>()
                    .map_err(|source| BlockParseError::Format {
                        name: name.to_owned(),
                        source,
                    })
            };
            let (length, tensor) = match *length {
                "tensor" => (1, true),
                other => (number(other)?, false),
            };
            let integers = element.strip_prefix("int-");
            let made = match integers {
                Some(width) => BlockFormat::new(
                    format(&format!("sign-magnitude-{width}"))?,
                    format(scale)?,
                    length,
                ),
                None => BlockFormat::new(format(element)?, format(scale)?, length),
            };
            let made = BlockFormat {
                twos_complement: integers.is_some(),
                ..made.map_err(impossible)?
            };
            Ok(match tensor {
                true => made.with_length(Length::Tensor),
                false => made,
            })
        }
        _ => Err(unknown()),
    }
}

fn with_option(
    format: BlockFormat,
    option: &str,
    name: &str,
) -> Result<BlockFormat, BlockParseError> {
    let wrong = || BlockParseError::Option {
        name: name.to_owned(),
        option: option.to_owned(),
    };
    let impossible = |source| BlockParseError::Impossible {
        name: name.to_owned(),
        source,
    };
    Ok(match option.split_once('=') {
        None if option == "tensor-scale" => format.with_tensor_scale(true).map_err(impossible)?,
        Some(("rule", rule)) => format.with_rule(rule.parse()?),
        Some(("axis", axis)) => format.with_axis(axis.parse().map_err(|_| wrong())?),
        Some(("length", "tensor")) => format.with_length(Length::Tensor),
        Some(("length", length)) => {
            let length: u32 = length.parse().map_err(|_| wrong())?;
            let length = NonZeroU32::new(length).ok_or_else(|| impossible(BlockError::Length))?;
            format.with_length(Length::Of(length))
        }
        Some(("specials", "block")) => format.with_specials(Specials::Block),
        Some(("specials", "element")) => format.with_specials(Specials::Element),
        _ => return Err(wrong()),
    })
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(length) => length.fmt(f),
            Self::Tensor => f.pad("tensor"),
        }
    }
}

impl BlockFormat {
    /// The base name, and the format that it alone names.
    fn base(&self) -> (String, Self) {
        let same = |(_, other, _): &&(&str, Self, &str)| {
            let other = Self {
                length: self.length,
                axis: self.axis,
                rule: self.rule,
                specials: self.specials,
                ..*other
            };
            other == *self
        };
        if let Some((name, format, _)) = NAMED.iter().find(same) {
            return ((*name).to_owned(), *format);
        }
        let (element, scale, length) = (&self.element, &self.scale, self.length);
        // Of a `bfp:` and of a `block:`.
        let floor = Self {
            axis: -1,
            rule: ScaleRule::Floor,
            tensor_scale: false,
            specials: Specials::Block,
            ..*self
        };
        let general = Self {
            rule: ScaleRule::RoundUp,
            ..floor
        };
        let is_bfp = *element == Format::sign_magnitude(element.precision() as u8)
            && scale.width().is_some_and(|width| {
                (1..=10).contains(&width) && *scale == Format::powers_of_two(width as u8)
            })
            && !self.twos_complement;
        match (is_bfp, scale.width()) {
            (true, Some(8)) if length == Length::Tensor && element.precision() < 32 => {
                (format!("dfp:{}", element.precision() + 1), floor)
            }
            (true, Some(width)) => (
                format!("bfp:{}/{width}/{length}", element.precision()),
                floor,
            ),
            // Sign and magnitude here, two's complement in codes.
            _ if self.twos_complement => {
                let width = element.precision() + 1;
                (format!("block:int-{width}/{scale}/{length}"), general)
            }
            _ => (format!("block:{element}/{scale}/{length}"), general),
        }
    }
}

impl fmt::Display for BlockFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut name, base) = self.base();
        if self.length != base.length {
            name += &format!("+length={}", self.length);
        }
        if self.axis != base.axis {
            name += &format!("+axis={}", self.axis);
        }
        if self.rule != base.rule {
            name += &format!("+rule={}", self.rule);
        }
        if self.specials != base.specials {
            name += match self.specials {
                Specials::Block => "+specials=block",
                Specials::Element => "+specials=element",
            };
        }
        if self.tensor_scale && !base.tensor_scale {
            name += "+tensor-scale";
        }
        f.pad(&name)
    }
}
