//! Numbers that have codes with fields.

use super::Fields;
use crate::format::{CodeError, Format};
use crate::logarithmic::Logarithmic;
use crate::numbers::{Kind, Numbers, ScalarSystem};
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
        let width = Coded::width(self);
        let fraction = match self.fixed_point() {
            // Integers of one step: a sign, perhaps, and digits.
            Some(_) => width,
            None => self.precision() - 1,
        };
        Fields::layout(width, self.is_signed(), fraction)
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

/// Of what stands by itself. Blocks and integers share a scale, so their values have no codes of their own.
impl Coded for Numbers {
    fn width(&self) -> u32 {
        match self.kind() {
            Kind::Float(format) => Coded::width(&format),
            Kind::Scalar(system) => system.code_width(),
            Kind::Block(_) | Kind::Integer(_) => 0,
        }
    }

    fn code(&self, x: f64) -> Result<u64, CodeError> {
        match self.kind() {
            Kind::Float(format) => format.encode(x),
            Kind::Scalar(system) => system.encode(x),
            Kind::Block(_) | Kind::Integer(_) => Err(CodeError::NoEncoding {
                format: self.to_string(),
            }),
        }
    }

    fn value(&self, code: u64) -> f64 {
        match self.kind() {
            Kind::Float(format) => format.value_of_code(code),
            Kind::Scalar(system) => system.decode(code),
            Kind::Block(_) | Kind::Integer(_) => f64::NAN,
        }
    }

    fn fields(&self, code: u64) -> Fields {
        match self {
            Self::Float(format) => format.fields(code),
            Self::Posit(posit) => posit.fields(code),
            Self::Takum(takum) => takum.fields(code),
            Self::Logarithmic(logarithmic) => logarithmic.fields(code),
            // Integers of one step: a sign, perhaps, and digits.
            other => {
                let width = other.width();
                let top = 1u64.checked_shl(width.wrapping_sub(1)).unwrap_or(0);
                Fields::layout(width, other.value(top) < 0.0, width)
            }
        }
    }
}
