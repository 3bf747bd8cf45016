//! Every set of numbers that this crate rounds to, behind one door: floats, and what is beyond them.
//!
//! | | each number by itself | |
//! |---|---|---|
//! | [`Numbers::Float`] | yes | a [`Format`], by a [`Rounder`](crate::Rounder) |
//! | [`Numbers::Wrapped`] | yes | fixed point that wraps around, [`Wrapped`] |
//! | [`Numbers::Block`] | no | a [`BlockFormat`], by a [`BlockRounder`](crate::block::BlockRounder) |
//! | [`Numbers::Posit`], [`Numbers::Takum`] | yes | tapered floats: [`Posit`], [`Takum`] |
//! | [`Numbers::Logarithmic`] | yes | a sign and a logarithm: [`Logarithmic`] |
//! | [`Numbers::Integer`] | no | integers calibrated on each tensor, [`IntegerScheme`] |
//!
//! Fixed point that saturates, `q4.4`, is a [`Format`].
//!
//! [`Numbers`] is a name that can be read and printed; a [`Quantizer`] is numbers, rounding,
//! saturation and seed, and rounds slices and tensors as a `Rounder` does; [`NumbersArith`] is
//! arithmetic on them with one rounding an operation. A set whose numbers stand by themselves
//! implements [`ScalarSystem`], and has all the rest from it.
//!
//! ```
//! use roundoff::numbers::{Numbers, Quantizer};
//! let numbers: Numbers = "ocp-e4m3".parse()?;
//! let mut values = [0.3f32, -17.0];
//! Quantizer::new(numbers).round_slice(&mut values)?;
//! assert_eq!(values, [0.3125, -16.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arith;
mod codes;
mod quantizer;
mod system;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::block::names::is_block_name;
use crate::block::{BlockError, BlockFormat, BlockParseError};
use crate::fixed::{WrapError, Wrapped};
use crate::format::{CodeError, Format, FormatParseError};
use crate::integer::{IntegerError, IntegerScheme};
use crate::logarithmic::{Logarithmic, LogarithmicError};
use crate::posit::{Posit, PositError};
use crate::takum::{Takum, TakumError};

pub use arith::NumbersArith;
pub use codes::Codes;
pub use quantizer::Quantizer;
pub(crate) use quantizer::one_by_one;
pub use system::{Position, Projection, ScalarSystem};

/// A set of numbers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Numbers {
    /// A floating-point format.
    Float(Format),
    /// Blocks with shared scales.
    Block(BlockFormat),
    /// Posits.
    Posit(Posit),
    /// Takums, linear or logarithmic.
    Takum(Takum),
    /// Logarithmic numbers.
    Logarithmic(Logarithmic),
    /// Fixed point that wraps around.
    Wrapped(Wrapped),
    /// Integers with scales that are found from each tensor.
    Integer(IntegerScheme),
}

/// Who rounds to a set, and computes in it.
pub(crate) enum Kind {
    Float(Format),
    Block(BlockFormat),
    Integer(IntegerScheme),
    Scalar(Arc<dyn ScalarSystem>),
}

impl Numbers {
    /// Do its numbers share scales, so that there are arrays of them and no operations on single ones?
    ///
    /// ```
    /// use roundoff::numbers::Numbers;
    /// assert!("mxfp4".parse::<Numbers>()?.shares_scales());
    /// assert!(!"posit16".parse::<Numbers>()?.shares_scales());
    /// # Ok::<(), roundoff::numbers::NumbersParseError>(())
    /// ```
    pub const fn shares_scales(&self) -> bool {
        matches!(self, Self::Block(_) | Self::Integer(_))
    }

    /// What kind of set it is: all that the rest has to know of a variant.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Float(format) => Kind::Float(*format),
            Self::Block(format) => Kind::Block(*format),
            Self::Posit(posit) => Kind::Scalar(Arc::new(*posit)),
            Self::Takum(takum) => Kind::Scalar(Arc::new(*takum)),
            Self::Logarithmic(logarithmic) => Kind::Scalar(Arc::new(*logarithmic)),
            Self::Wrapped(wrapped) => Kind::Scalar(Arc::new(*wrapped)),
            Self::Integer(scheme) => Kind::Integer(*scheme),
        }
    }
}

impl From<Format> for Numbers {
    fn from(format: Format) -> Self {
        Self::Float(format)
    }
}

impl From<IntegerScheme> for Numbers {
    fn from(scheme: IntegerScheme) -> Self {
        Self::Integer(scheme)
    }
}

impl From<Wrapped> for Numbers {
    fn from(wrapped: Wrapped) -> Self {
        Self::Wrapped(wrapped)
    }
}

impl From<BlockFormat> for Numbers {
    fn from(format: BlockFormat) -> Self {
        Self::Block(format)
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(format) => fmt::Display::fmt(format, f),
            Self::Block(format) => fmt::Display::fmt(format, f),
            Self::Posit(posit) => fmt::Display::fmt(posit, f),
            Self::Takum(takum) => fmt::Display::fmt(takum, f),
            Self::Logarithmic(logarithmic) => fmt::Display::fmt(logarithmic, f),
            Self::Wrapped(wrapped) => fmt::Display::fmt(wrapped, f),
            Self::Integer(scheme) => fmt::Display::fmt(scheme, f),
        }
    }
}

/// Why a name is no set of numbers.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NumbersParseError {
    /// No float format, nor anything else.
    #[error(transparent)]
    Float(#[from] FormatParseError),
    /// No block format.
    #[error(transparent)]
    Block(#[from] BlockParseError),
    /// No posits.
    #[error(transparent)]
    Posit(#[from] PositError),
    /// No takums.
    #[error(transparent)]
    Takum(#[from] TakumError),
    /// No logarithmic numbers.
    #[error(transparent)]
    Logarithmic(#[from] LogarithmicError),
    /// No fixed point that wraps around.
    #[error(transparent)]
    Wrapped(#[from] WrapError),
    /// No integers.
    #[error(transparent)]
    Integer(#[from] IntegerError),
}

impl FromStr for Numbers {
    type Err = NumbersParseError;

    /// Reads the names of all kinds; one that is none of the others' is a [`Format`]'s.
    fn from_str(name: &str) -> Result<Self, NumbersParseError> {
        if is_block_name(name) {
            return Ok(Self::Block(name.parse()?));
        }
        if IntegerScheme::is_name(name) {
            return Ok(Self::Integer(name.parse()?));
        }
        if Wrapped::is_name(name) {
            return Ok(Self::Wrapped(name.parse()?));
        }
        let lower = name.trim().to_ascii_lowercase();
        Ok(match lower.as_str() {
            posit if posit.starts_with("posit") => Self::Posit(name.parse()?),
            takum if takum.starts_with("takum") => Self::Takum(name.parse()?),
            lns if lns.starts_with("lns") => Self::Logarithmic(name.parse()?),
            _ => Self::Float(name.parse()?),
        })
    }
}

/// Why numbers cannot be rounded, encoded or computed with as asked.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NumbersError {
    /// Blocks have no operations on single numbers.
    #[error(
        "{numbers} has no arithmetic on single numbers, which share a scale there: take a dot product \
         of blocks, or a set whose numbers stand by themselves"
    )]
    NoArithmetic {
        /// The set.
        numbers: String,
    },
    /// Blocks that cannot be rounded or encoded.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// Integers that cannot be found from a tensor, or encoded.
    #[error(transparent)]
    Integer(#[from] IntegerError),
    /// A tensor whose shape does not say its values.
    #[error("{values} values in a tensor of shape {shape:?}: the lengths must multiply to that")]
    Shape {
        /// Values there are.
        values: usize,
        /// The shape.
        shape: Vec<usize>,
    },
    /// Two slices that should have the same length.
    #[error(transparent)]
    Length(#[from] crate::chop::LengthError),
    /// A value without a code, or a code without a value.
    #[error(transparent)]
    Code(#[from] CodeError),
}
