//! Functions of a library whose kappa can be measured by name.

use std::fmt;
use std::str::FromStr;

use crate::arith::operations::Unary;

/// The functions of the crate [`libm`], a port of musl's: computed in one of the two hosts, to be
/// rounded once more into a format.
///
/// ```
/// use roundoff::arith::{Library, Unary};
/// let exp = Library::LibmF32.function(Unary::Exp).expect("libm has it");
/// assert_eq!(exp(0.0), 1.0);
/// assert!(Library::LibmF32.function(Unary::Softplus).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Library {
    /// Of f32.
    LibmF32,
    /// Of f64.
    LibmF64,
}

/// No library of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown library \"{0}\": there are libm-f32 and libm-f64")]
pub struct LibraryError(pub String);

macro_rules! functions {
    ($($operation:ident $narrow:ident $wide:ident,)*) => {
        impl Library {
            /// What it gives for a number, where it has the function.
            pub const fn function(self, operation: Unary) -> Option<fn(f64) -> f64> {
                Some(match (self, operation) {
                    $((Self::LibmF32, Unary::$operation) => |x| libm::$narrow(x as f32).into(),)*
                    $((Self::LibmF64, Unary::$operation) => libm::$wide,)*
                    _ => return None,
                })
            }
        }
    };
}
functions! {
    Sqrt sqrtf sqrt,
    Cbrt cbrtf cbrt,
    Exp expf exp,
    Exp2 exp2f exp2,
    Exp10 exp10f exp10,
    ExpMinusOne expm1f expm1,
    Log logf log,
    Log2 log2f log2,
    Log10 log10f log10,
    LogOnePlus log1pf log1p,
    Sin sinf sin,
    Cos cosf cos,
    Tan tanf tan,
    ArcSin asinf asin,
    ArcCos acosf acos,
    ArcTan atanf atan,
    Sinh sinhf sinh,
    Cosh coshf cosh,
    Tanh tanhf tanh,
    ArcSinh asinhf asinh,
    ArcCosh acoshf acosh,
    ArcTanh atanhf atanh,
    Erf erff erf,
    Erfc erfcf erfc,
    LogGamma lgammaf lgamma,
}

impl Library {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::LibmF32, Self::LibmF64];

    const fn name(self) -> &'static str {
        match self {
            Self::LibmF32 => "libm-f32",
            Self::LibmF64 => "libm-f64",
        }
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Library {
    type Err = LibraryError;

    fn from_str(name: &str) -> Result<Self, LibraryError> {
        let is = |library: &Self| library.name().eq_ignore_ascii_case(name);
        let found = Self::ALL.into_iter().find(is);
        found.ok_or_else(|| LibraryError(name.to_owned()))
    }
}
