//! What can be wrong with a quantisation.

use thiserror::Error;

use super::CalibrationError;

/// Why values cannot be quantised as asked.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum IntegerError {
    /// Not 2 to 16 bits.
    #[error("integers of {bits} bits: codes have 2 to 16")]
    Bits {
        /// What was asked for.
        bits: u32,
    },
    /// No such name.
    #[error(
        "unknown integer format \"{name}\": use int8, uint8, or either with -symmetric or \
         -asymmetric, of 2 to 16 bits"
    )]
    Name {
        /// What was asked for.
        name: String,
    },
    /// A zero point that is no code, or not 0 where codes are symmetric.
    #[error("zero point {zero_point}: {integer} has zero points from {least} to {greatest}")]
    ZeroPoint {
        /// What was asked for.
        zero_point: i32,
        /// Name of the integers.
        integer: String,
        /// The least zero point.
        least: i32,
        /// The greatest zero point.
        greatest: i32,
    },
    /// A scale that is not positive, finite and normal in binary32.
    #[error("scale {scale}: a scale is a binary32 number from 2^-126 to below 2^128")]
    Scale {
        /// What was asked for.
        scale: f32,
    },
    /// A range of real numbers that no scale serves.
    #[error(
        "a range from {least} to {greatest}: the scale that it asks for is no binary32 number; scale the values down"
    )]
    Range {
        /// The least real number.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// Calibration found no range.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
    /// No such axis.
    #[error("no axis {axis} in a tensor of shape {shape:?}: axes count from 0")]
    Axis {
        /// What was asked for.
        axis: usize,
        /// The shape.
        shape: Vec<usize>,
    },
    /// Groups of no values.
    #[error("groups of 0 values: a group has 1 or more")]
    Group,
    /// A granularity's name.
    #[error(
        "unknown granularity \"{name}\": use tensor, channel:0 (an axis) or group:128 (values)"
    )]
    Granularity {
        /// What was asked for.
        name: String,
    },
    /// Not as many scales as channels or groups.
    #[error("{scales} scales for {parts} parts: give one for each tensor, channel or group")]
    Scales {
        /// Scales there are.
        scales: usize,
        /// Parts there are.
        parts: usize,
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
    #[error("{values} values and room for {codes} codes: make the two as long")]
    Length {
        /// Length of the one.
        values: usize,
        /// Length of the other.
        codes: usize,
    },
    /// NaN has no code.
    #[error("NaN at index {index}: integers have no code for it; replace NaN before encoding")]
    NaN {
        /// Where in the slice, from 0.
        index: usize,
    },
    /// Codes that the integer type does not hold.
    #[error("codes of {integer} go from {least} to {greatest}, which {room} does not hold")]
    Room {
        /// Name of the integers.
        integer: String,
        /// The least code.
        least: i32,
        /// The greatest code.
        greatest: i32,
        /// The type.
        room: &'static str,
    },
    /// Not a code.
    #[error("code {code} at index {index}: codes of {integer} go from {least} to {greatest}")]
    NotACode {
        /// The code.
        code: i32,
        /// Where in the slice, from 0.
        index: usize,
        /// Name of the integers.
        integer: String,
        /// The least code.
        least: i32,
        /// The greatest code.
        greatest: i32,
    },
}
