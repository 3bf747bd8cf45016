//! Integer quantisation: real numbers as integers times a scale, with a zero point.
//!
//! ```text
//!   code  q = clamp(round(x / s) + z, least, greatest)      s the scale, z the zero point
//!   value   = s (q - z)
//!
//!   int8              s i i i i i i i     symmetric:  z = 0, codes -127 to 127
//!   int8-asymmetric   s i i i i i i i     asymmetric: codes -128 to 127
//!   uint8             i i i i i i i i     asymmetric: codes 0 to 255
//!   uint8-symmetric   i i i i i i i i     z = 0, codes 0 to 255: for values that are not negative
//! ```
//!
//! The formulas are those of Jacob et al., *Quantization and Training of Neural Networks for
//! Efficient Integer-Arithmetic-Only Inference* (arXiv 1712.05877, 2.1), and of TFLite, ONNX and
//! TensorRT. Symmetric codes leave -2^(b-1) out, so that they are symmetric (the *restricted range*
//! of Gholami et al., arXiv 2103.13630; TFLite does so for weights). Zero always has a code.
//!
//! * [`Integer`]: the codes, by name.
//! * [`Calibration`]: which range of real numbers they stand for, found from data.
//! * [`Granularity`]: which values share a scale: a tensor, a channel, a group.
//! * [`Affine`]: a scale and a zero point.
//! * [`IntegerScheme`]: the first three, by name: `int4/mse/group:64`.
//! * [`IntegerQuantizer`]: all of them, a rounding and a seed: rounds, encodes, decodes.
//!
//! # Rounding
//!
//! x / s is rounded once, in any mode: the quotient to odd in f64
//! ([`odd`](crate::arith::odd)), then by the crate's definition. The bits are those of an f32 host
//! and an f64 host alike, in vectors or not. The value s (q - z) is the host's nearest.

mod affine;
pub mod calibration;
mod cpu;
mod error;
mod fast;
mod granularity;
mod quantizer;
mod scalings;
mod scheme;

use std::fmt;
use std::str::FromStr;

pub use affine::Affine;
pub use calibration::{Calibration, CalibrationError};
pub use error::IntegerError;
pub use granularity::Granularity;
pub use quantizer::{IntegerCode, IntegerQuantizer};
pub use scheme::IntegerScheme;

use crate::format::Signedness;

/// Whether the zero point is 0 or free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symmetry {
    /// The zero point is 0.
    Symmetric,
    /// Any code may stand for zero.
    Asymmetric,
}

/// The integers that codes are: 2 to 16 bits, signed or not, symmetric or not.
///
/// ```
/// use roundoff::integer::Integer;
/// let int8: Integer = "int8".parse()?;
/// assert_eq!((int8.least(), int8.greatest()), (-127, 127));
/// let uint4: Integer = "uint4".parse()?;
/// assert_eq!((uint4.least(), uint4.greatest()), (0, 15));
/// # Ok::<(), roundoff::integer::IntegerError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Integer {
    bits: u8,
    signedness: Signedness,
    symmetry: Symmetry,
}

impl Integer {
    /// Signed, symmetric, 8 bits.
    pub const INT8: Self = Self {
        bits: 8,
        signedness: Signedness::Signed,
        symmetry: Symmetry::Symmetric,
    };
    /// Unsigned, asymmetric, 8 bits.
    pub const UINT8: Self = Self {
        bits: 8,
        signedness: Signedness::Unsigned,
        symmetry: Symmetry::Asymmetric,
    };
    /// Signed, symmetric, 4 bits.
    pub const INT4: Self = Self {
        bits: 4,
        ..Self::INT8
    };

    /// Of so many bits.
    ///
    /// # Errors
    /// [`IntegerError::Bits`] unless 2 <= bits <= 16.
    pub const fn new(
        bits: u32,
        signedness: Signedness,
        symmetry: Symmetry,
    ) -> Result<Self, IntegerError> {
        match bits {
            2..=16 => Ok(Self {
                bits: bits as u8,
                signedness,
                symmetry,
            }),
            _ => Err(IntegerError::Bits { bits }),
        }
    }

    /// Bits of a code.
    pub const fn bits(self) -> u32 {
        self.bits as u32
    }

    /// Are there negative codes?
    pub const fn signedness(self) -> Signedness {
        self.signedness
    }

    /// Is the zero point 0?
    pub const fn symmetry(self) -> Symmetry {
        self.symmetry
    }

    /// The least code.
    pub const fn least(self) -> i32 {
        match (self.signedness, self.symmetry) {
            (Signedness::Unsigned, _) => 0,
            (Signedness::Signed, Symmetry::Symmetric) => -self.greatest(),
            (Signedness::Signed, Symmetry::Asymmetric) => -self.greatest() - 1,
        }
    }

    /// The greatest code.
    pub const fn greatest(self) -> i32 {
        match self.signedness {
            Signedness::Signed => (1 << (self.bits - 1)) - 1,
            Signedness::Unsigned => (1 << self.bits) - 1,
        }
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, suffix) = match (self.signedness, self.symmetry) {
            (Signedness::Signed, Symmetry::Symmetric) => ("int", ""),
            (Signedness::Signed, Symmetry::Asymmetric) => ("int", "-asymmetric"),
            (Signedness::Unsigned, Symmetry::Symmetric) => ("uint", "-symmetric"),
            (Signedness::Unsigned, Symmetry::Asymmetric) => ("uint", ""),
        };
        f.pad(&format!("{prefix}{}{suffix}", self.bits))
    }
}

impl FromStr for Integer {
    type Err = IntegerError;

    /// Reads `int8` (symmetric), `uint8` (asymmetric), and either with `-symmetric` or
    /// `-asymmetric`, for 2 to 16 bits.
    fn from_str(name: &str) -> Result<Self, IntegerError> {
        let unknown = || IntegerError::Name {
            name: name.to_owned(),
        };
        let lower = name.trim().to_ascii_lowercase();
        let (signedness, rest) = match (lower.strip_prefix("uint"), lower.strip_prefix("int")) {
            (Some(rest), _) => (Signedness::Unsigned, rest),
            (None, Some(rest)) => (Signedness::Signed, rest),
            (None, None) => return Err(unknown()),
        };
        let (bits, symmetry) = match rest.split_once('-') {
            None => (rest, None),
            Some((bits, "symmetric")) => (bits, Some(Symmetry::Symmetric)),
            Some((bits, "asymmetric")) => (bits, Some(Symmetry::Asymmetric)),
            Some(_) => return Err(unknown()),
        };
        if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unknown());
        }
        let bits = bits.parse().unwrap_or(u32::MAX);
        let own = match signedness {
            Signedness::Signed => Symmetry::Symmetric,
            Signedness::Unsigned => Symmetry::Asymmetric,
        };
        Self::new(bits, signedness, symmetry.unwrap_or(own))
    }
}
