//! Blocks: values that share a scale.
//!
//! ```text
//!   MXFP4:  eeeeeeee | s e e m  s e e m  ...  s e e m        32 elements of 4 bits, E2M1
//!           `- E8M0 -'                                        value = 2^(e - 127) x element
//!   NVFP4:  s eeee mmm | s e e m  ...  s e e m                16 elements of 4 bits, E2M1
//!           `- E4M3 --'                                       x a binary32 scale for the tensor
//! ```
//!
//! A [`BlockFormat`] is elements in one [`Format`](crate::Format), scales in another, a length, an
//! axis and the [`ScaleRule`] that chooses the scale. A [`BlockRounder`] rounds tensors to it, and
//! encodes them as [`BlockCodes`]. An element is the exact quotient of value and scale, rounded once
//! by the crate's one definition of rounding, in any mode; a value is element times scale, exactly
//! (as its host's nearest where that has too few digits).
//!
//! # What is special
//!
//! | a block with | scale | values |
//! |---|---|---|
//! | only zeros | the one whose code is 0: 2^-127 in E8M0, else 0 where there is a zero | zeros, signed where elements are |
//! | a NaN or an infinity, [`Specials::Block`] | NaN | all NaN; without a NaN scale there are no codes for it |
//! | the same, [`Specials::Element`] | of the greatest finite magnitude | NaN and infinities as the elements' format and the saturation have them |
//! | a scale below the least one | the least one | elements that lose digits, at last zeros |
//! | a scale that rounds to zero | 0 | zeros |
//! | a scale past the greatest one | an error, or with a saturation the greatest one | past the greatest element: that one |
//! | a short end | of its own values | as if nothing followed |
//! | a product past the host's range | | the host's infinity |
//!
//! Sources: OCP *Microscaling Formats (MX) Specification* v1.0, 5 and 6; IEEE P3109 interim report
//! v4.0, 5; `docs/blocks.md`.

pub(crate) mod codes;
mod definition;
mod dot;
mod encode;
mod fast;
mod fixed;
mod format;
mod layout;
pub mod names;
mod operations;
mod reduce;
mod rounder;
mod rule;
mod shared;
#[cfg(feature = "gpu")]
pub(crate) mod told;
mod values;
mod worker;

use thiserror::Error;

use crate::arith::slices::SliceError;
use crate::chop::LengthError;
use crate::format::CodeError;

pub use codes::BlockCodes;
pub use fixed::{Chained, chained_dot, safe_chain};
pub use format::{BlockFormat, Length, Specials};
pub use names::BlockParseError;
pub use rounder::BlockRounder;
pub use rule::{ScaleRule, ScaleRuleError};

/// Why there is no such block format, or a tensor cannot be rounded to it.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BlockError {
    /// A block of no values.
    #[error("a block of 0 values: give a length of 1 or more, or one scale for the tensor")]
    Length,
    /// A number of digits that block floating point does not have.
    #[error(
        "elements of {digits} digits: block floating point has 1 to 52, dynamic fixed point 1 to 31 and a sign"
    )]
    Mantissa {
        /// Digits, the sign not counted.
        digits: u32,
    },
    /// A width that shared exponents do not have.
    #[error(
        "a shared exponent of {exponent_bits} bits: use 1 to 10, whose powers of two an f64 holds"
    )]
    ExponentBits {
        /// Bits.
        exponent_bits: u32,
    },
    /// Elements without a zero.
    #[error(
        "elements of {element}, which has no zero: a block of zeros needs one; use another format"
    )]
    NoZero {
        /// The elements' format.
        element: String,
    },
    /// Products of elements and scales that an f64 does not hold.
    #[error(
        "{element} elements times {scale} scales have {digits} digits, and an f64 holds 53: use fewer in \
         one of them"
    )]
    Digits {
        /// The elements' format.
        element: String,
        /// The scale's format.
        scale: String,
        /// Digits of a value.
        digits: u32,
    },
    /// Products of elements and scales past the range of an f64.
    #[error(
        "{element} elements times {scale} scales reach from 2^{least} to 2^{greatest}, and an f64 from \
         2^-1022 to 2^1023: use a narrower format"
    )]
    Range {
        /// The elements' format.
        element: String,
        /// The scale's format.
        scale: String,
        /// Exponent of the least step.
        least: i32,
        /// Exponent past the greatest value.
        greatest: i32,
    },
    /// An axis that the tensor does not have.
    #[error("axis {axis} of a tensor of {rank} axes: they are 0 to {}, or -{rank} to -1 from the end", rank.saturating_sub(1))]
    Axis {
        /// What was asked for.
        axis: i32,
        /// How many there are.
        rank: usize,
    },
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
    Values(#[from] LengthError),
    /// A block whose scale its format does not reach.
    #[error(
        "block {block} (from index {index} on) needs a scale of {wanted:e}, and {scale} ends at \
         {greatest:e}: saturate, or use a scale of more range"
    )]
    ScaleRange {
        /// Which block, from 0.
        block: usize,
        /// The index of its first value.
        index: usize,
        /// The scale it should have.
        wanted: f64,
        /// The scale's format.
        scale: String,
        /// Its greatest value.
        greatest: f64,
    },
    /// A scale for the tensor that cannot be one.
    #[error(
        "a tensor scale of {scale} for {format}: it must be positive and finite, and the format one that \
         has it (nvfp4, or +tensor-scale)"
    )]
    TensorScale {
        /// What was given.
        scale: f32,
        /// The block format.
        format: String,
    },
    /// NaN in a block whose scale has none.
    #[error(
        "block {block} has a NaN or an infinity, and {scale} no code for it: replace it before encoding"
    )]
    NaN {
        /// Which block, from 0.
        block: usize,
        /// The scale's format.
        scale: String,
    },
    /// A value or a scale without a code.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// Codes that are not as many as the shape says.
    #[error("{given} bytes of {what}: {format} of that shape has {needed}")]
    Bytes {
        /// `scales` or `elements`.
        what: &'static str,
        /// Bytes there are.
        given: usize,
        /// Bytes there should be.
        needed: usize,
        /// The block format.
        format: String,
    },
    /// Blocks that do not lie beside each other.
    #[error("a dot product of blocks of shapes {x:?} and {y:?}: make them the same")]
    Pair {
        /// The shape of the one.
        x: Vec<usize>,
        /// The shape of the other.
        y: Vec<usize>,
    },
    /// A dot product that cannot be taken as asked.
    #[error(transparent)]
    Dot(#[from] SliceError),
    /// No integers of 16 bits and fewer with a scale for the tensor.
    #[error("{format} is no dynamic fixed point of 16 bits or fewer: use dfp:16")]
    NoFixedPoint {
        /// The block format.
        format: String,
    },
    /// A partial sum of integers that 32 bits do not hold.
    #[error(
        "the partial sum that begins at product {at} leaves 32 bits within {chain} products: use chains \
         of {safe} or fewer, which no integers of that width overflow"
    )]
    Chain {
        /// The product that the chain begins with.
        at: usize,
        /// Products a chain.
        chain: usize,
        /// The longest chain that cannot overflow.
        safe: usize,
    },
}
