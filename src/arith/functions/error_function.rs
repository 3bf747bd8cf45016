//! The error function and its complement.
//!
//! | where | how |
//! |---|---|
//! | x below 1 in magnitude | erf by its Maclaurin series (DLMF 7.6.1), 33 terms |
//! | 1 to 12 | erfc = e^(-x^2) times a Taylor series of 35 terms, 22 centres |
//! | past 12 | erfc = e^(-x^2) / (x sqrt(pi)) times the asymptotic series (DLMF 7.12.1), 39 terms |
//!
//! The signs of the Taylor series alternate at every centre, since e^(x^2) erfc(x) is completely
//! monotone. Error of erfc: 2^-121, and that of e^(-x^2), 2^(e - 125) where x^2 < 2^e.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::exponential::exp_of;
use super::series;
use super::tables::constants::{INVERSE_SQRT_PI, TWO_BY_SQRT_PI};
use super::tables::error_function::{ERF, ERFC_TAIL, ERFCX};
use crate::arith::wide::Wide;

/// erf x for |x| < 1.
fn erf_of_small(x: Wide) -> Wide {
    let square = x * x;
    let h = series::alternating(&ERF, square.to_fraction());
    TWO_BY_SQRT_PI * (x * (Wide::ONE - square * Wide::from_fraction(h, 0)))
}

/// erfc x for x >= 1.
fn erfc_of_large(x: Wide) -> Wide {
    let square = x * x;
    let gaussian = exp_of(-square);
    if x >= Wide::from(12) {
        let u = Wide::power_of_two(7) / square;
        let h = series::alternating(&ERFC_TAIL, u.to_fraction());
        return gaussian * INVERSE_SQRT_PI / x * (Wide::ONE - u * Wide::from_fraction(h, 0));
    }
    // x - 1 = (i + rest) / 2; the centre is at rest = 1/2.
    let (i, rest) = (x - Wide::ONE).scaled(1).floor_and_fraction();
    let table = &ERFCX[i as usize];
    let half = 1 << 127;
    let value = if rest >= half {
        series::alternating(table, (rest - half) >> 1)
    } else {
        series::sum(table, (half - rest) >> 1)
    };
    gaussian * Wide::from_fraction(value, 0)
}

/// erf x.
pub fn erf(x: Unrounded) -> Unrounded {
    match x {
        Nan | Zero { .. } => x,
        Infinity { negative } => Exact(Wide::ONE.negated_if(negative)),
        Exact(x) | Near(x) if x.exponent() < 0 => Near(erf_of_small(x)),
        Exact(x) | Near(x) => {
            let value = Wide::ONE - erfc_of_large(x.abs());
            Near(value.negated_if(x.is_negative()))
        }
    }
}

/// 1 - erf x, with a small relative error where it is small.
pub fn erfc(x: Unrounded) -> Unrounded {
    match x {
        Nan => Nan,
        Infinity { negative: false } => Zero { negative: false },
        Infinity { negative: true } => Exact(Wide::power_of_two(1)),
        Zero { .. } => Unrounded::ONE,
        Exact(x) | Near(x) if x.exponent() < 0 => Near(Wide::ONE - erf_of_small(x)),
        Exact(x) | Near(x) if x.is_negative() => Near(Wide::power_of_two(1) - erfc_of_large(-x)),
        Exact(x) | Near(x) => Near(erfc_of_large(x)),
    }
}
