//! GELU: x times the normal distribution's probability below x.
//!
//! ```text
//!     erf:       x / 2 (1 + erf(x / sqrt 2))
//!     tanh:      x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
//!     sigmoid:   x / (1 + e^(-1.702 x))
//! ```
//!
//! D. Hendrycks and K. Gimpel, *Gaussian Error Linear Units*, arXiv 1606.08415. The last two are
//! approximations, at most 4.8e-4 and 2.1e-2 off.

use super::Num;
use super::sites::sites;
use crate::arith::{Arith, Sites};

sites! {
    /// x, rounded as it comes.
    INPUT "input"
    /// The constants, and what erf, tanh or e^x is taken of.
    ARGUMENT "argument"
    /// erf, tanh, e^x.
    FUNCTION "function"
    /// 1 + that.
    SUM "sum"
    /// Half x times that, or x over it.
    OUTPUT "output"
}

/// Which formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Gelu {
    /// By the error function: GELU itself.
    #[default]
    Erf,
    /// By the hyperbolic tangent.
    Tanh,
    /// By the logistic function.
    Sigmoid,
}

impl Gelu {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Erf, Self::Tanh, Self::Sigmoid];

    /// GELU of x.
    ///
    /// ```
    /// use roundoff::arith::Native;
    /// use roundoff::kernels::gelu::Gelu;
    /// assert!((Gelu::Erf.evaluate(&Native, 1.0) - 0.841_344_746_068_543).abs() < 1e-15);
    /// ```
    pub fn evaluate<S: Sites>(self, sites: &S, x: f64) -> Num<S> {
        let (argument, function) = (sites.at(ARGUMENT), sites.at(FUNCTION));
        let (sum, output) = (sites.at(SUM), sites.at(OUTPUT));
        let x = sites.at(INPUT).num(x);
        let one = sum.num(1.0);
        let bell = match self {
            Self::Erf => {
                let root = argument.num(std::f64::consts::FRAC_1_SQRT_2);
                function.erf(argument.mul(x, root))
            }
            Self::Tanh => {
                // sqrt(2 / pi)
                let factor = argument.num(0.797_884_560_802_865_4);
                let cube = argument.mul(argument.mul(x, x), x);
                let inner = argument.add(x, argument.mul(argument.num(0.044_715), cube));
                function.tanh(argument.mul(factor, inner))
            }
            Self::Sigmoid => {
                let e = function.exp(argument.mul(argument.num(-1.702), x));
                return output.div(x, sum.add(one, e));
            }
        };
        output.mul(output.mul(output.num(0.5), x), sum.add(one, bell))
    }
}
