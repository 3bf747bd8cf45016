//! A set of numbers as data: precision, exponent range, the greatest finite value, what it has
//! beside finite numbers, and where it has one, its encoding.
//!
//! Every `Format` can be carried by an f64: at most 53 digits, normal exponents from -1022 to 1023.
//! So rounding to a `Format` always has an answer and nothing after its construction can fail.

mod codec;
mod fixed;
mod names;
mod quantities;

pub use codec::{CodeError, Values};
pub use fixed::FixedPoint;
pub use names::{FormatParseError, NAMED, NamedFormat};
pub(crate) use quantities::scaled;

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

const fn all_ones(precision: u8) -> u64 {
    (1 << precision) - 1
}

impl Format {
    /// IEEE 754 binary16, "half".
    pub const BINARY16: Self = Self::ieee_like(5, 10);
    /// IEEE 754 binary32, "single".
    pub const BINARY32: Self = Self::ieee_like(8, 23);
    /// IEEE 754 binary64, "double".
    pub const BINARY64: Self = Self::ieee_like(11, 52);
    /// Google's bfloat16: binary32 with 8 digits.
    pub const BFLOAT16: Self = Self::ieee_like(8, 7);
    /// NVIDIA's TensorFloat-32: binary32 with 11 digits, 19 bits.
    pub const TF32: Self = Self::ieee_like(8, 10);
    /// AMD's 24-bit format: 7 exponent bits, 16 fraction bits.
    pub const FP24: Self = Self::ieee_like(7, 16);
    /// Pixar's PXR24: binary32 without its last 8 bits.
    pub const PXR24: Self = Self::ieee_like(8, 15);
    /// IBM's DLFloat16 (Agrawal et al., ARITH 2019): 6 exponent bits, 9 fraction bits, no
    /// subnormals, one code for infinity and NaN. The lowest binade is a normal one without its
    /// first value, whose code is zero.
    pub const DLFLOAT16: Self = Self {
        emin: -31,
        emax: 32,
        greatest: all_ones(10) - 1,
        least_normal: (1 << 9) + 1,
        infinities: false,
        subnormals: Subnormals::Flushed,
        overflow: Overflow::NaN,
        encoding: encoded(16, 0, Nan::AllOnes),
        ..Self::ieee_like(6, 9)
    };
    /// OCP 8-bit E4M3: no infinities, one NaN a sign, greatest value 448.
    pub const OCP_E4M3: Self = Self {
        emax: 8,
        greatest: 0b1110,
        infinities: false,
        overflow: Overflow::NaN,
        encoding: encoded(8, 0, Nan::AllOnes),
        ..Self::ieee_like(4, 3)
    };
    /// OCP 8-bit E5M2: IEEE-like, greatest value 57344.
    pub const OCP_E5M2: Self = Self::ieee_like(5, 2);
    /// OCP MX 6-bit E3M2: finite numbers only, greatest value 28.
    pub const OCP_E3M2: Self = Self::ocp_finite(3, 2);
    /// OCP MX 6-bit E2M3: finite numbers only, greatest value 7.5.
    pub const OCP_E2M3: Self = Self::ocp_finite(2, 3);
    /// OCP MX 4-bit E2M1: finite numbers only, greatest value 6.
    pub const OCP_E2M1: Self = Self::ocp_finite(2, 1);
    /// OCP MX scale E8M0: the powers of two from 2^-127 to 2^127, and NaN; no sign, no zero.
    pub const OCP_E8M0: Self = Self {
        precision: 1,
        emin: -127,
        emax: 127,
        greatest: 1,
        least_normal: 1,
        signed: false,
        zero: false,
        negative_zero: false,
        infinities: false,
        nan: true,
        fixed: false,
        subnormals: Subnormals::Kept,
        overflow: Overflow::NaN,
        encoding: encoded(8, 0, Nan::AllOnes),
    };
    /// IEEE-like with 3 exponent and 4 fraction bits, greatest value 15.5.
    pub const E3M4: Self = Self::ieee_like(3, 4);
    /// E4M3 of Graphcore and AMD MI300: one NaN at negative zero, bias 8, greatest value 240.
    pub const E4M3FNUZ: Self = Self::fnuz(4, 3, 8);
    /// E5M2 of Graphcore and AMD MI300: one NaN at negative zero, bias 16, greatest value 57344.
    pub const E5M2FNUZ: Self = Self::fnuz(5, 2, 16);
    /// FNUZ with bias 11, greatest value 30.
    pub const E4M3B11FNUZ: Self = Self::fnuz(4, 3, 11);
    /// Higham's quarter precision with 4 exponent bits: IEEE-like, greatest value 240.
    pub const Q43: Self = Self::ieee_like(4, 3);
    /// Higham's quarter precision with 5 exponent bits: the same set as OCP E5M2.
    pub const Q52: Self = Self::ieee_like(5, 2);

    const fn ieee_like(exponent_bits: u8, fraction_bits: u8) -> Self {
        let bias = (1 << (exponent_bits - 1)) - 1;
        let precision = fraction_bits + 1;
        let infinity = ((1 << exponent_bits) - 1) << fraction_bits;
        Self {
            precision,
            emin: 1 - bias,
            emax: bias,
            greatest: all_ones(precision),
            least_normal: 1 << fraction_bits,
            signed: true,
            zero: true,
            negative_zero: true,
            infinities: true,
            nan: fraction_bits > 0,
            fixed: false,
            subnormals: Subnormals::Kept,
            overflow: Overflow::Infinity,
            encoding: Some(Encoding {
                width: 1 + exponent_bits + fraction_bits,
                infinity,
                nan: match fraction_bits {
                    0 => Nan::Absent,
                    _ => Nan::Quiet,
                },
            }),
        }
    }

    const fn ocp_finite(exponent_bits: u8, fraction_bits: u8) -> Self {
        let base = Self::ieee_like(exponent_bits, fraction_bits);
        Self {
            emax: base.emax + 1,
            infinities: false,
            nan: false,
            overflow: Overflow::Greatest,
            encoding: encoded(1 + exponent_bits + fraction_bits, 0, Nan::Absent),
            ..base
        }
    }

    const fn fnuz(exponent_bits: u8, fraction_bits: u8, bias: i16) -> Self {
        Self {
            emin: 1 - bias,
            emax: (1 << exponent_bits) - 1 - bias,
            negative_zero: false,
            infinities: false,
            overflow: Overflow::NaN,
            encoding: encoded(1 + exponent_bits + fraction_bits, 0, Nan::NegativeZero),
            ..Self::ieee_like(exponent_bits, fraction_bits)
        }
    }

    /// The integers of so many digits and a sign over 2^(digits - 1), so that the greatest is just
    /// below 2: what shares a scale in block floating point.
    ///
    /// ```text
    ///     s d.dddddd      one binade, and below it the same step down to 0
    /// ```
    pub(crate) const fn sign_magnitude(digits: u8) -> Self {
        Self {
            precision: digits,
            emin: 0,
            emax: 0,
            greatest: all_ones(digits),
            least_normal: 1 << (digits - 1),
            signed: true,
            zero: true,
            negative_zero: false,
            infinities: false,
            nan: false,
            fixed: false,
            subnormals: Subnormals::Kept,
            overflow: Overflow::Greatest,
            encoding: encoded(digits + 1, 0, Nan::Absent),
        }
    }

    /// The powers of two whose exponents an integer of so many bits has, less 2^(bits - 1) - 1: what
    /// is shared. E8M0 without its NaN, of any width.
    pub(crate) const fn powers_of_two(exponent_bits: u8) -> Self {
        let bias = (1 << (exponent_bits - 1)) - 1;
        Self {
            emin: -bias,
            emax: (1 << exponent_bits) - 1 - bias,
            nan: false,
            overflow: Overflow::Greatest,
            encoding: encoded(exponent_bits, 0, Nan::Absent),
            ..Self::OCP_E8M0
        }
    }

    /// A format laid out as IEEE 754 lays out its own (3.4): the topmost exponent field is for
    /// infinities and NaNs.
    ///
    /// # Errors
    /// [`FormatError::Fields`] unless 2 <= exponent_bits <= 11 and fraction_bits <= 52.
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!(Format::ieee(8, 7)?, Format::BFLOAT16);
    /// # Ok::<(), roundoff::FormatError>(())
    /// ```
    pub const fn ieee(exponent_bits: u32, fraction_bits: u32) -> Result<Self, FormatError> {
        if exponent_bits < 2 || exponent_bits > 11 || fraction_bits > 52 {
            return Err(FormatError::Fields {
                exponent_bits,
                fraction_bits,
            });
        }
        Ok(Self::ieee_like(exponent_bits as u8, fraction_bits as u8))
    }

    /// Any precision and exponent range, with signed zeros, infinities and NaN, and no encoding.
    /// The greatest finite value is (2 - 2^(1 - precision)) 2^emax.
    ///
    /// # Errors
    /// [`FormatError`] unless 1 <= precision <= 53 and -1022 <= emin <= emax <= 1023.
    ///
    /// ```
    /// use roundoff::{Format, Subnormals};
    /// let coarse = Format::custom(5, -14, 15, Subnormals::Rounded)?;
    /// assert_eq!(coarse.least_positive(), 2f64.powi(-14));
    /// # Ok::<(), roundoff::FormatError>(())
    /// ```
    pub const fn custom(
        precision: u32,
        emin: i32,
        emax: i32,
        subnormals: Subnormals,
    ) -> Result<Self, FormatError> {
        if precision < 1 || precision > 53 {
            return Err(FormatError::Precision { precision });
        }
        if emin > emax {
            return Err(FormatError::Empty { emin, emax });
        }
        if emin < -1022 || emax > 1023 {
            return Err(FormatError::Range { emin, emax });
        }
        Ok(Self {
            precision: precision as u8,
            emin: emin as i16,
            emax: emax as i16,
            greatest: all_ones(precision as u8),
            least_normal: 1 << (precision - 1),
            subnormals,
            nan: true,
            encoding: None,
            ..Self::BINARY64
        })
    }

    /// Precision alone: the exponent range is the host's (an f32 host cuts it to its own).
    ///
    /// # Errors
    /// [`FormatError::Precision`] unless 1 <= precision <= 53.
    ///
    /// ```
    /// use roundoff::{Format, Rounder};
    /// let rounder = Rounder::new(Format::precision_only(3)?);
    /// assert_eq!(rounder.round(1.1e300), 2f64.powi(996) * 1.75);
    /// # Ok::<(), roundoff::FormatError>(())
    /// ```
    pub const fn precision_only(precision: u32) -> Result<Self, FormatError> {
        Self::custom(precision, -1022, 1023, Subnormals::Kept)
    }

    /// The P3109 format of width K and precision P (interim report v4.0, 3.2).
    ///
    /// # Errors
    /// [`FormatError`] unless 3 <= K <= 64, 1 <= P < K (signed) or 1 <= P <= K (unsigned), and an
    /// f64 carries its values.
    ///
    /// ```
    /// use roundoff::{Domain, Format, Signedness};
    /// let format = Format::p3109(8, 4, Signedness::Signed, Domain::Extended)?;
    /// assert_eq!(format.to_string(), "Binary8p4se");
    /// assert_eq!(format.greatest(), 224.0);
    /// # Ok::<(), roundoff::FormatError>(())
    /// ```
    pub fn p3109(
        width: u32,
        precision: u32,
        signedness: Signedness,
        domain: Domain,
    ) -> Result<Self, FormatError> {
        let signed = signedness == Signedness::Signed;
        let extended = domain == Domain::Extended;
        let most = if signed {
            width.saturating_sub(1)
        } else {
            width
        };
        if !(3..=64).contains(&width) || precision < 1 || precision > most {
            return Err(FormatError::P3109 {
                width,
                precision,
                sign: if signed { 's' } else { 'u' },
                most,
            });
        }
        if precision > 53 {
            return Err(FormatError::Precision { precision });
        }
        // Bias 2^(K-P-1) signed, 2^(K-P) unsigned; past 2^10 no f64 holds the values.
        let log_bias = if signed {
            width - precision - 1
        } else {
            width - precision
        };
        let bias = 1i32 << log_bias.min(30);
        // The last magnitude codes are NaN (unsigned) and infinity (extended).
        let magnitude_bits = if signed { width - 1 } else { width };
        let codes = (1u128 << magnitude_bits) - 1;
        let last = codes - u128::from(!signed) - u128::from(extended);
        let (field, fraction) = (last >> (precision - 1), last % (1 << (precision - 1)));
        let emin = 1 - bias;
        let (emax, greatest) = match field {
            // A format of so few codes that even the greatest value is subnormal.
            0 => {
                let digits = 128 - fraction.leading_zeros();
                let up = precision.saturating_sub(digits);
                (emin - up as i32, fraction << up)
            }
            _ => (
                i32::try_from(field)
                    .unwrap_or(i32::MAX)
                    .saturating_sub(bias),
                fraction | 1 << (precision - 1),
            ),
        };
        if log_bias > 10 || emin < -1022 || emax > 1023 {
            return Err(FormatError::Range { emin, emax });
        }
        Ok(Self {
            precision: precision as u8,
            emin: emin as i16,
            emax: emax as i16,
            greatest: greatest as u64,
            least_normal: 1 << (precision - 1),
            signed,
            zero: true,
            negative_zero: false,
            infinities: extended,
            nan: true,
            fixed: false,
            subnormals: Subnormals::Kept,
            overflow: Overflow::P3109,
            encoding: Some(Encoding {
                width: width as u8,
                infinity: (codes - u128::from(!signed)) as u64,
                nan: if signed {
                    Nan::NegativeZero
                } else {
                    Nan::AllOnes
                },
            }),
        })
    }

    /// The same format with another way below the least normal value.
    ///
    /// ```
    /// use roundoff::{Format, Rounder, Subnormals};
    /// let flushing = Format::BINARY16.with_subnormals(Subnormals::Flushed);
    /// assert_eq!(Rounder::new(flushing).round(-5e-5), -0.0);
    /// ```
    ///
    /// A fixed-point format, which is all subnormal to the definition, stays as it is.
    pub const fn with_subnormals(self, subnormals: Subnormals) -> Self {
        match self.fixed {
            true => self,
            false => Self { subnormals, ..self },
        }
    }
}

const fn encoded(width: u8, infinity: u64, nan: Nan) -> Option<Encoding> {
    Some(Encoding {
        width,
        infinity,
        nan,
    })
}

/// Whether a P3109 or fixed-point format has negative values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signedness {
    /// It has.
    Signed,
    /// It has not.
    Unsigned,
}

/// Whether a P3109 format has infinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// It has.
    Extended,
    /// It has not.
    Finite,
}
