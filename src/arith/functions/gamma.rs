//! log |Gamma(x)|.
//!
//! | where | how |
//! |---|---|
//! | 1/2 to 5/2 | Taylor series at 2 (DLMF 5.7.3), 64 terms; below 3/2 less log(x) |
//! | 0 to 1/2 | one step up: log Gamma(1 + x) - log x |
//! | 5/2 to 20 | steps down: log of the product x - 1, x - 2, ... and the above |
//! | past 20 | Stirling's series (DLMF 5.11.1), 23 terms |
//! | negative | reflection (DLMF 5.5.3): log(pi / |sin pi x|) - log Gamma(1 - x) |
//!
//! The zeros at 1 and 2 are factors of the series, so the relative error is small there. Between
//! the negative integers there are two zeros each below -2, where the reflection subtracts equals:
//! there the *absolute* error is within 2^-118 of the terms subtracted, and the nearest f64 to a
//! zero keeps about 2^-60 relative.

use super::Unrounded::{self, Exact, Infinity, Nan, Near, Zero};
use super::logarithm::{log_of, log_one_plus_of};
use super::series;
use super::tables::constants::{HALF_LOG_TWO_PI, PI};
use super::tables::gamma::{AT_TWO, ONE_LESS_EULER, STIRLING};
use super::trigonometric::sine_pi_magnitude;
use crate::arith::wide::Wide;

/// log Gamma(2 + d) for |d| <= 1/2.
fn near_two(d: Wide) -> Wide {
    let h = if d.is_negative() {
        series::sum(&AT_TWO, d.to_fraction())
    } else {
        series::alternating(&AT_TWO, d.to_fraction())
    };
    d * (ONE_LESS_EULER + d * Wide::from_fraction(h, 0))
}

/// log Gamma(1 + d) for |d| <= 1/2.
fn near_one(d: Wide) -> Wide {
    near_two(d) - log_one_plus_of(d)
}

/// log Gamma(x) for x >= 20.
fn stirling(x: Wide) -> Wide {
    let u = Wide::power_of_two(8) / (x * x);
    let rest = Wide::from_fraction(series::alternating(&STIRLING, u.to_fraction()), 0) / x;
    (x - Wide::power_of_two(-1)) * log_of(x) - x + (HALF_LOG_TWO_PI + rest)
}

/// log Gamma(x) for x > 0.
fn of_positive(x: Wide) -> Wide {
    let halves = |n: i32| Wide::from(n).scaled(-1);
    if x >= Wide::from(20) {
        return stirling(x);
    }
    if x < halves(1) {
        return near_one(x) - log_of(x);
    }
    if x < halves(3) {
        return near_one(x - Wide::ONE);
    }
    let mut x = x;
    let mut product = Wide::ONE;
    while x > halves(5) {
        x = x - Wide::ONE;
        product = product * x;
    }
    let value = near_two(x - Wide::power_of_two(1));
    if product == Wide::ONE {
        value
    } else {
        value + log_of(product)
    }
}

/// log |Gamma(x)|: zero at 1 and 2, infinite at 0 and the negative integers.
pub fn log_gamma(x: Unrounded) -> Unrounded {
    match x {
        Nan => Nan,
        Infinity { .. } | Zero { .. } => Infinity { negative: false },
        Exact(x) | Near(x) if x == Wide::ONE || x == Wide::power_of_two(1) => {
            Zero { negative: false }
        }
        Exact(x) | Near(x) if !x.is_negative() => Near(of_positive(x)),
        Exact(x) | Near(x) if x.is_integer() => Infinity { negative: false },
        Exact(x) | Near(x) => Near(log_of(PI / sine_pi_magnitude(x)) - of_positive(Wide::ONE - x)),
    }
}
