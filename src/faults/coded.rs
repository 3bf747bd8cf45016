//! Numbers that have codes with fields.

use super::Fields;
use crate::format::{CodeError, Format};
use crate::logarithmic::Logarithmic;
use crate::numbers::ScalarSystem;
use crate::posit::Posit;
use crate::takum::Takum;

/// Numbers whose codes faults can be in.
pub trait Coded {
    /// Bits of a code; 0 where there is none.
    fn width(&self) -> u32;

    /// The code of a value.
    ///
    /// # Errors
    /// [`CodeError`] if it is not a value, or there are no codes.
    fn code(&self, x: f64) -> Result<u64, CodeError>;

    /// The value of a code.
    fn value(&self, code: u64) -> f64;

    /// What the bits of a code mean.
    fn fields(&self, code: u64) -> Fields;
}

impl Coded for Format {
    fn width(&self) -> u32 {
        Format::width(self).unwrap_or(0)
    }

    fn code(&self, x: f64) -> Result<u64, CodeError> {
        self.encode(x)
    }

    fn value(&self, code: u64) -> f64 {
        self.value_of_code(code)
    }

    fn fields(&self, _: u64) -> Fields {
        Fields::layout(Coded::width(self), self.is_signed(), self.precision() - 1)
    }
}

/// Codes that are cut bit strings.
macro_rules! strings {
    ($($system:ident)*) => { $(
        impl Coded for $system {
            fn width(&self) -> u32 {
                self.code_width()
            }

            fn code(&self, x: f64) -> Result<u64, CodeError> {
                self.encode(x)
            }

            fn value(&self, code: u64) -> f64 {
                self.decode(code)
            }

            fn fields(&self, code: u64) -> Fields {
                let (exponent, fraction) = self.strings().exponent_and_fraction(code);
                Fields {
                    sign: self.strings().nan(),
                    exponent,
                    fraction,
                }
            }
        }
    )* };
}
strings!(Posit Takum Logarithmic);
