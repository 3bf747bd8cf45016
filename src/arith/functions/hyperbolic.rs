//! Hyperbolic sine, cosine, tangent and their inverses.
//!
//! From e^|x| and its reciprocal, both within 2^-123; e^x - e^-x loses eight digits at the worst,
//! since below 2^-8 the series of sine and cosine serve, all terms positive. The inverses are logarithms of 1 + q with q free of cancellation.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::exponential::exp_of;
use super::logarithm::{log_of, log_one_plus_of};
use super::series;
use super::tables::circle::{ARCSINE, ARCTANGENT, COSINE, SINE, TANGENT};
use crate::arith::wide::Wide;

/// Terms of the trigonometric functions' series that |x| < 2^-8 needs.
const TERMS: usize = 7;

/// x^2 (a0 + x^2 (a1 + ...)) for |x| < 2^-8.
fn correction(coefficients: &[u128], x: Wide) -> Wide {
    let square = x * x;
    let h = series::sum(&coefficients[..TERMS], square.to_fraction());
    square * Wide::from_fraction(h, 0)
}

fn is_small(x: Wide) -> bool {
    x.exponent() < -8
}

/// An odd function: x where it is zero, `at_infinity` of the right sign, f of |x|.
#[inline(always)]
fn odd(x: Unrounded, at_infinity: Unrounded, f: impl FnOnce(Wide) -> Wide) -> Unrounded {
    match x {
        Nan | Zero { .. } => x,
        Infinity { negative } => at_infinity.negated_if(negative),
        Exact(x) | Near(x) => Near(f(x.abs()).negated_if(x.is_negative())),
    }
}

/// sinh x.
pub fn sinh(x: Unrounded) -> Unrounded {
    odd(x, Infinity { negative: false }, |x| {
        if is_small(x) {
            return x * (Wide::ONE + correction(&SINE, x));
        }
        let e = exp_of(x);
        (e - e.recip()).scaled(-1)
    })
}

/// cosh x.
pub fn cosh(x: Unrounded) -> Unrounded {
    match x {
        Nan => Nan,
        Infinity { .. } => Infinity { negative: false },
        Zero { .. } => Unrounded::ONE,
        Exact(x) | Near(x) if is_small(x) => Near(Wide::ONE + correction(&COSINE, x)),
        Exact(x) | Near(x) => {
            let e = exp_of(x.abs());
            Near((e + e.recip()).scaled(-1))
        }
    }
}

/// tanh x = 1 - 2 / (e^2x + 1); for small x, x (1 - (cosh x - sinh x / x) / cosh x).
pub fn tanh(x: Unrounded) -> Unrounded {
    odd(x, Unrounded::ONE, |x| {
        if is_small(x) {
            let cosh = Wide::ONE + correction(&COSINE, x);
            return x * (Wide::ONE - correction(&TANGENT, x) / cosh);
        }
        let e = exp_of(x.scaled(1));
        Wide::ONE - Wide::power_of_two(1) / (e + Wide::ONE)
    })
}

/// arsinh x = log(1 + x + x^2 / (1 + sqrt(1 + x^2))).
pub fn arcsinh(x: Unrounded) -> Unrounded {
    odd(x, Infinity { negative: false }, |x| {
        if is_small(x) {
            let square = x * x;
            let h = series::alternating(&ARCSINE, square.to_fraction());
            return x * (Wide::ONE - square * Wide::from_fraction(h, 0));
        }
        let square = x * x;
        let root = (Wide::ONE + square).sqrt();
        log_one_plus_of(x + square / (Wide::ONE + root))
    })
}

/// arcosh x = log(1 + (x - 1) + sqrt((x - 1) (x + 1))); exact at 1.
pub fn arccosh(x: Unrounded) -> Unrounded {
    match x {
        Nan | Infinity { negative: true } | Zero { .. } => Nan,
        Infinity { negative: false } => x,
        Exact(x) | Near(x) if x < Wide::ONE => Nan,
        Exact(x) | Near(x) if x == Wide::ONE => Zero { negative: false },
        Exact(x) | Near(x) => {
            let above = x - Wide::ONE;
            let root = (above * (x + Wide::ONE)).sqrt();
            Near(log_one_plus_of(above + root))
        }
    }
}

/// artanh x = log((1 + x) / (1 - x)) / 2.
pub fn arctanh(x: Unrounded) -> Unrounded {
    match x {
        Infinity { .. } => Nan,
        Exact(x) | Near(x) if x.abs() > Wide::ONE => Nan,
        Exact(x) | Near(x) if x.abs() == Wide::ONE => Infinity {
            negative: x.is_negative(),
        },
        _ => odd(x, Nan, arctanh_of),
    }
}

fn arctanh_of(x: Wide) -> Wide {
    if is_small(x) {
        return x * (Wide::ONE + correction(&ARCTANGENT, x));
    }
    let rest = Wide::ONE - x;
    let value = if x.exponent() < -1 {
        log_one_plus_of(x.scaled(1) / rest)
    } else {
        log_of((Wide::ONE + x) / rest)
    };
    value.scaled(-1)
}
