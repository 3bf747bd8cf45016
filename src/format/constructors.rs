//! Formats of one's own: fields, digits and exponents, and what blocks are made of.

use super::constants::{all_ones, encoded};
use super::{Format, FormatError, Nan, Overflow, Subnormals};

impl Format {
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
