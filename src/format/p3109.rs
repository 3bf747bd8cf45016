//! The formats of IEEE P3109: every width, precision, signedness and domain (interim report v4.0, 3.2).

use super::{Encoding, Format, FormatError, Nan, Overflow, Signedness, Subnormals};

/// Whether a P3109 format has infinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// It has.
    Extended,
    /// It has not.
    Finite,
}

impl Format {
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
}
