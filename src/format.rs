//! A set of numbers as data: precision, exponent range, the greatest finite value, what it has
//! beside finite numbers, and where it has one, its encoding.
//!
//! Every `Format` can be carried by an f64: at most 53 digits, normal exponents from -1022 to 1023.
//! So rounding to a `Format` always has an answer and nothing after its construction can fail.

mod codec;
mod constants;
mod constructors;
mod fixed;
mod names;
mod p3109;
mod quantities;

pub use codec::{CodeError, Values};
pub use fixed::FixedPoint;
pub use names::{FormatParseError, NAMED, NamedFormat};
pub use p3109::Domain;
pub(crate) use quantities::{scaled, split};

use thiserror::Error;

/// What the format has below its least normal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subnormals {
    /// Gradual underflow: the step stays that of the least normal binade.
    Kept,
    /// As if kept, then a result below the least normal value becomes a zero of its sign
    /// (flush to zero, after rounding).
    Flushed,
    /// No values there: the neighbours of a small number are zero and the least normal value
    /// (chop's `subnormal = 0`, CPFloat's `CPFLOAT_SUBN_RND`).
    Rounded,
}

/// What a value past the greatest finite one becomes under [`Saturation::None`] in the modes that
/// do not stop at the greatest finite value.
///
/// [`Saturation::None`]: crate::Saturation::None
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// An infinity (IEEE 754, OCP E5M2).
    Infinity,
    /// NaN (OCP E4M3, the FNUZ formats, E8M0).
    NaN,
    /// The greatest finite value of its sign (OCP's 4- and 6-bit formats).
    Greatest,
    /// By P3109's table (4.7.5): an infinity if the format is extended, else the greatest finite
    /// value; NaN for a negative value in an unsigned format.
    P3109,
}

/// Where NaN is among the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Nan {
    /// Nowhere.
    Absent,
    /// All codes past infinity (IEEE 754); the canonical one has the fraction's first bit.
    Quiet,
    /// The code whose bits below the sign are all ones (OCP E4M3, E8M0, P3109 unsigned).
    AllOnes,
    /// The code that would be negative zero (FNUZ, P3109 signed).
    NegativeZero,
}

/// The encoding: values in order of magnitude have consecutive codes, from zero (or, where there
/// is none, the least value) at code 0; the sign bit is the topmost of `width`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Encoding {
    /// Bits of a code.
    pub width: u8,
    /// Code of +infinity, where the format has it.
    pub infinity: u64,
    pub nan: Nan,
}

/// A floating-point format.
///
/// ```
/// use roundoff::Format;
/// let format = Format::ieee(5, 10)?;
/// assert_eq!(format, Format::BINARY16);
/// assert_eq!(format.greatest(), 65504.0);
/// assert_eq!(format.unit_roundoff(), 2f64.powi(-11));
/// # Ok::<(), roundoff::FormatError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    pub(crate) precision: u8,
    pub(crate) emin: i16,
    pub(crate) emax: i16,
    /// The greatest finite value is this times 2^(emax - precision + 1).
    pub(crate) greatest: u64,
    /// The least normal value is this times 2^(emin - precision + 1).
    pub(crate) least_normal: u64,
    pub(crate) signed: bool,
    pub(crate) zero: bool,
    pub(crate) negative_zero: bool,
    pub(crate) infinities: bool,
    pub(crate) nan: bool,
    /// Fixed point: one step everywhere, two's complement where it is signed.
    pub(crate) fixed: bool,
    pub(crate) subnormals: Subnormals,
    pub(crate) overflow: Overflow,
    pub(crate) encoding: Option<Encoding>,
}

/// Why there is no such format.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormatError {
    /// Precision out of range.
    #[error("a precision of {precision} digits: an f64 host carries 1 to 53")]
    Precision {
        /// What was asked for.
        precision: u32,
    },
    /// Exponents out of the host's range.
    #[error(
        "exponents from {emin} to {emax}: an f64 host carries normal values from 2^-1022 to below 2^1024"
    )]
    Range {
        /// Exponent of the least normal value.
        emin: i32,
        /// Exponent of the greatest finite value.
        emax: i32,
    },
    /// emin above emax.
    #[error("emin {emin} is above emax {emax}: exchange them")]
    Empty {
        /// Exponent of the least normal value.
        emin: i32,
        /// Exponent of the greatest finite value.
        emax: i32,
    },
    /// Not a P3109 format.
    #[error(
        "Binary{width}p{precision}{sign}: P3109 has widths from 3 and precisions from 1 to {most} there"
    )]
    P3109 {
        /// K.
        width: u32,
        /// P.
        precision: u32,
        /// `s` or `u`.
        sign: char,
        /// The greatest P of that width.
        most: u32,
    },
    /// Not an IEEE-like format.
    #[error(
        "{exponent_bits} exponent bits and {fraction_bits} fraction bits: an f64 host carries 2 to 11 and 0 to 52"
    )]
    Fields {
        /// Bits of the exponent field.
        exponent_bits: u32,
        /// Bits of the fraction field.
        fraction_bits: u32,
    },
    /// Not a fixed-point format.
    #[error(
        "{integer_bits} bits before the point and {fraction_bits} after it: an f64 host carries 1 \
         to 53 together (2 to 53 where signed), each number from -96 to 96"
    )]
    Fixed {
        /// Bits before the point, the sign included.
        integer_bits: i32,
        /// Bits after the point.
        fraction_bits: i32,
    },
}

/// Whether a P3109 or fixed-point format has negative values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signedness {
    /// It has.
    Signed,
    /// It has not.
    Unsigned,
}
