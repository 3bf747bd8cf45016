//! Between values and codes, the bit patterns of the target's own encoding.
//!
//! ```text
//!   code of a signed format:   s mmmmmmm    magnitudes in order have consecutive codes m:
//!                              |            0, the subnormals, the normals, infinity, NaN
//!                              `- the topmost of K bits
//! ```
//!
//! Codes of fixed-point formats are integers in two's complement (`fixed.rs`).

use thiserror::Error;

use super::{Format, Nan};

/// Why a value has no code or a code no value.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CodeError {
    /// The format is no encoding (`Format::custom`).
    #[error("{format} has no encoding: use a format with fields, such as ieee-e5m10")]
    NoEncoding {
        /// The format's name.
        format: String,
    },
    /// Not a value of the format.
    #[error("{value} is not a value of {format}: round to the format first")]
    NotAValue {
        /// The value.
        value: f64,
        /// The format's name.
        format: String,
    },
    /// NaN in a format without.
    #[error("NaN at index {index}: {format} has no code for it; replace NaN before encoding")]
    NaN {
        /// Where in the slice, from 0.
        index: usize,
        /// The format's name.
        format: String,
    },
    /// Not a code of the format.
    #[error("code {code:#x} at index {index}: codes of {format} have {width} bits")]
    NotACode {
        /// The code.
        code: u64,
        /// Where in the slice, from 0.
        index: usize,
        /// The format's name.
        format: String,
        /// Bits of a code.
        width: u32,
    },
    /// Codes too wide for the integers they should go to.
    #[error("codes of {format} have {width} bits, which {room} bits do not hold")]
    TooWide {
        /// The format's name.
        format: String,
        /// Bits of a code.
        width: u32,
        /// Bits there are.
        room: u32,
    },
    /// Two slices that should have the same length.
    #[error("{values} values and room for {codes}: make the two as long")]
    Length {
        /// Length of the one.
        values: usize,
        /// Length of the other.
        codes: usize,
    },
}

impl Format {
    /// Bits of a code, or the error that says there is none.
    pub(crate) fn code_width(&self) -> Result<u32, CodeError> {
        self.width().ok_or_else(|| CodeError::NoEncoding {
            format: self.to_string(),
        })
    }

    /// The code of a value of the format. NaN has one canonical code.
    ///
    /// # Errors
    /// [`CodeError`] where the format has no encoding, or `x` is not one of its values.
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!(Format::OCP_E4M3.encode(-448.0), Ok(0xfe));
    /// assert!(Format::OCP_E2M1.encode(f64::NAN).is_err());
    /// ```
    pub fn encode(&self, x: f64) -> Result<u64, CodeError> {
        let width = self.code_width()?;
        let sign = 1u64 << (width - 1);
        let not_a_value = || CodeError::NotAValue {
            value: x,
            format: self.to_string(),
        };
        if x.is_nan() {
            return self.nan_code().ok_or_else(|| CodeError::NaN {
                index: 0,
                format: self.to_string(),
            });
        }
        if !self.contains(x) {
            return Err(not_a_value());
        }
        if self.fixed {
            return Ok(self.fixed_code(x, width));
        }
        let magnitude = match x.abs() {
            0.0 => 0,
            f64::INFINITY => self.encoding.ok_or_else(not_a_value)?.infinity,
            finite => self.index_of(finite).ok_or_else(not_a_value)?,
        };
        Ok(if x.is_sign_negative() {
            sign | magnitude
        } else {
            magnitude
        })
    }

    /// The value of a code. A subnormal code of a format that flushes them is a zero of its sign.
    ///
    /// # Errors
    /// [`CodeError`] where the format has no encoding, or `code` has too many bits.
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!(Format::OCP_E2M1.decode(0b1111), Ok(-6.0));
    /// ```
    pub fn decode(&self, code: u64) -> Result<f64, CodeError> {
        let width = self.code_width()?;
        if width < 64 && code >> width != 0 {
            return Err(CodeError::NotACode {
                code,
                index: 0,
                format: self.to_string(),
                width,
            });
        }
        Ok(self.value_of_code(code))
    }

    /// The value of a code that has no bit too many.
    pub(crate) fn value_of_code(&self, code: u64) -> f64 {
        let Some(encoding) = self.encoding else {
            return f64::NAN;
        };
        if self.fixed {
            return self.fixed_value(code, u32::from(encoding.width));
        }
        let sign = if self.signed {
            1u64 << (encoding.width - 1)
        } else {
            0
        };
        let magnitude = code & !sign;
        let value = match magnitude {
            0 if code == sign && encoding.nan == Nan::NegativeZero => f64::NAN,
            0 if self.zero => 0.0,
            _ if self.infinities && magnitude == encoding.infinity => f64::INFINITY,
            _ => {
                let value = self.value_at(magnitude);
                match value {
                    _ if value > self.greatest() => f64::NAN,
                    _ if value < self.least_positive() => 0.0,
                    _ => value,
                }
            }
        };
        // One NaN, whatever the sign of its code.
        if code & sign != 0 && !value.is_nan() {
            -value
        } else {
            value
        }
    }

    /// Every value of a format of at most 16 bits in ascending order, infinities included,
    /// with its code. NaN is not in the order; a negative zero comes before zero.
    ///
    /// # Errors
    /// [`CodeError`] where the format has no encoding or a wider one.
    ///
    /// ```
    /// use roundoff::Format;
    /// let values: Vec<f64> = Format::OCP_E2M1.values()?.map(|(_, value)| value).collect();
    /// assert_eq!(values[8..], [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]);
    /// # Ok::<(), roundoff::CodeError>(())
    /// ```
    pub fn values(&self) -> Result<Values, CodeError> {
        let width = self.code_width()?;
        if width > 16 {
            return Err(CodeError::TooWide {
                format: self.to_string(),
                width,
                room: 16,
            });
        }
        let codes = 1u32 << width;
        // Two's complement ascends but for its sign bit.
        let flipped = if self.fixed && self.signed {
            codes / 2
        } else {
            0
        };
        let signs = self.signed && !self.fixed;
        Ok(Values {
            format: *self,
            negative: if signs { codes..codes / 2 } else { 0..0 },
            positive: 0..if signs { codes / 2 } else { codes },
            flipped,
        })
    }
}

/// What [`Format::values`] returns.
#[derive(Clone, Debug)]
pub struct Values {
    format: Format,
    /// From the code past the last one down to the one after the sign bit's.
    negative: std::ops::Range<u32>,
    positive: std::ops::Range<u32>,
    /// Bits of the positive range that the codes have the other way round.
    flipped: u32,
}

impl Iterator for Values {
    type Item = (u16, f64);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let code = if self.negative.start > self.negative.end {
                self.negative.start -= 1;
                self.negative.start
            } else {
                self.positive.next()? ^ self.flipped
            };
            let value = self.format.value_of_code(u64::from(code));
            // A flushed subnormal's code reads as a zero, which has a code of its own.
            if !value.is_nan() && self.format.encode(value) == Ok(u64::from(code)) {
                return Some((code as u16, value));
            }
        }
    }
}
