//! The elementary functions, before anything is rounded.
//!
//! A function takes and gives [`Unrounded`]: a number of 128 digits with what a later rounding
//! must know besides. `to_odd_128` makes a binary128 word of it that any format, in any mode,
//! rounds from as if from the exact result.
//!
//! ```
//! use roundoff::arith::functions::{Unrounded, exp2, sin_pi};
//! assert_eq!(sin_pi(0.5.into()), Unrounded::from(1.0));
//! assert_eq!(exp2((-3.0).into()), Unrounded::from(0.125));
//! assert!(matches!(exp2(0.3.into()), Unrounded::Near(_)));
//! ```
//!
//! Three kinds of result keep directed roundings right:
//!
//! * exact ones are found and say so: log2 of a power of two, the cube root of a cube;
//! * close ones lie on the right side of what they are close to: sin x below x, however small x;
//! * those past every format's range are numbers still: e^-100000 is not zero.
//!
//! Nothing but integers and correctly rounded f64 arithmetic takes part, so the bits are the same
//! on every machine. `docs/functions.md` has each function's error, measured against MPFR.

pub mod error_function;
pub mod exponential;
pub mod gamma;
pub mod hyperbolic;
pub mod inverse_trigonometric;
pub mod logarithm;
pub mod power;
pub mod roots;
mod series;
mod tables;
pub mod trigonometric;
mod unrounded;
mod words;

pub use error_function::{erf, erfc};
pub use exponential::{exp, exp_minus_one, exp2, exp2_minus_one, exp10, exp10_minus_one, softplus};
pub use gamma::log_gamma;
pub use hyperbolic::{arccosh, arcsinh, arctanh, cosh, sinh, tanh};
pub use inverse_trigonometric::{
    arccos, arccos_pi, arcsin, arcsin_pi, arctan, arctan_pi, arctan2, arctan2_pi,
};
pub use logarithm::{log, log_one_plus, log2, log2_one_plus, log10, log10_one_plus};
pub use power::pow;
pub use roots::{cbrt, hypot, recip, rsqrt, sqrt};
pub use trigonometric::{cos, cos_pi, sin, sin_pi, tan, tan_pi};
pub use unrounded::Unrounded;
pub(crate) use words::words;
