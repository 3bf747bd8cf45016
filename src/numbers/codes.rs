//! Codes of any set of numbers.

use super::quantizer::Way;
use super::{NumbersError, Projection, Quantizer, ScalarSystem};
use crate::block::BlockCodes;
use crate::chop::Host;
use crate::format::CodeError;
use crate::integer::Affine;

/// The codes of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Codes {
    /// Of numbers that stand by themselves.
    Each {
        /// Bits of a code.
        width: u32,
        /// A code a value.
        codes: Vec<u64>,
    },
    /// Of integers.
    Integers {
        /// Bits of a code.
        width: u32,
        /// A code a value.
        codes: Vec<i32>,
        /// Scale and zero point of each part, in the parts' order
        /// ([`Granularity`](crate::integer::Granularity)).
        affines: Vec<Affine>,
    },
    /// Of blocks: elements and scales.
    Blocks(BlockCodes),
}

impl Codes {
    /// Bits of a value's code; of an element's in blocks.
    pub fn width(&self) -> u32 {
        match self {
            Self::Each { width, .. } | Self::Integers { width, .. } => *width,
            Self::Blocks(blocks) => blocks.format().element().width().unwrap_or(0),
        }
    }

    /// A code a value, in order; of the elements in blocks; of integers in two's complement of
    /// their width.
    ///
    /// # Errors
    /// None for codes that a [`Quantizer`] made.
    pub fn each(&self) -> Result<Vec<u64>, NumbersError> {
        match self {
            Self::Each { codes, .. } => Ok(codes.clone()),
            Self::Integers { width, codes, .. } => {
                let mask = u32::MAX >> (32 - *width);
                let word = |code: &i32| u64::from(*code as u32 & mask);
                Ok(codes.iter().map(word).collect())
            }
            Self::Blocks(blocks) => {
                let codes = blocks.element_codes()?;
                Ok(codes.into_iter().map(u64::from).collect())
            }
        }
    }
}

impl Quantizer {
    /// Bits of a value's code; of an element's in blocks.
    ///
    /// # Errors
    /// [`NumbersError::Code`] where there are no codes.
    pub fn code_width(&self) -> Result<u32, NumbersError> {
        Ok(match &self.way {
            Way::Float(rounder) => rounder.format().code_width()?,
            Way::Block(rounder) => rounder.format().element().code_width()?,
            Way::Integer(scheme) => scheme.integer.bits(),
            Way::Scalar(system, _) => system.code_width(),
        })
    }

    /// Rounds a tensor in row-major order and gives its codes.
    ///
    /// # Errors
    /// [`NumbersError`] as [`Quantizer::round_tensor`], and where a value has no code.
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::numbers::Quantizer;
    /// let codes = Quantizer::new(Format::OCP_E4M3.into()).encode(&[1.0f32, -448.0], &[2])?;
    /// assert_eq!(codes.each()?, [0x38, 0xfe]);
    /// # Ok::<(), roundoff::numbers::NumbersError>(())
    /// ```
    pub fn encode<T: Host>(&self, values: &[T], shape: &[usize]) -> Result<Codes, NumbersError> {
        let width = self.code_width()?;
        match &self.way {
            Way::Block(rounder) => Ok(Codes::Blocks(rounder.encode(values, shape)?)),
            Way::Float(rounder) => {
                let mut codes = vec![0u32; values.len()];
                rounder.encode(values, &mut codes)?;
                let codes = codes.into_iter().map(u64::from).collect();
                Ok(Codes::Each { width, codes })
            }
            Way::Integer(scheme) => {
                let quantizer = self.calibrated(scheme, values, shape)?;
                let mut codes = vec![0i32; values.len()];
                quantizer.encode(values, &mut codes)?;
                let affines = quantizer.affines().to_vec();
                Ok(Codes::Integers {
                    width,
                    codes,
                    affines,
                })
            }
            Way::Scalar(system, projection) => {
                let codes = self.scalar_codes(&**system, projection, values)?;
                Ok(Codes::Each { width, codes })
            }
        }
    }

    fn scalar_codes<T: Host>(
        &self,
        system: &dyn ScalarSystem,
        projection: &Projection,
        values: &[T],
    ) -> Result<Vec<u64>, CodeError> {
        let code = |(i, x): (usize, &T)| {
            let random = self.random(i as u64);
            let rounded = system.round_f64(x.to_f64(), projection, random);
            system.encode(rounded).map_err(|error| match error {
                CodeError::NaN { format, .. } => CodeError::NaN { index: i, format },
                other => other,
            })
        };
        values.iter().enumerate().map(code).collect()
    }
}
