//! Constants of the functions of `shaders/arith/functions`, as words of 32 bits: fractions of 96 digits,
//! three words each, and numbers of 96 digits, four. They are computed by the functions of this folder, or
//! are the first digits of its tables.

use std::sync::LazyLock;

use super::tables::{circle, constants, exponential, gamma, logarithm};
use super::{Unrounded, exp2, log};
use crate::arith::wide::Wide;
use crate::arith::word32::text;

/// All of them, in the order in which the texts have their places.
pub(crate) fn words() -> &'static [u32] {
    static ALL: LazyLock<Vec<u32>> = LazyLock::new(|| {
        let sections = sections();
        sections.into_iter().flat_map(|(_, words)| words).collect()
    });
    &ALL
}

/// Where a section begins by the texts, and its words.
fn sections() -> Vec<(u32, Vec<u32>)> {
    let powers =
        |of: f64| (0..256).flat_map(move |i| fraction(digits(exp2((f64::from(i) / of).into()))));
    let log2_e = constants::LOG2_E.significand();
    let short = (0..256).map(short);
    let first = (0..256).flat_map(|i| {
        let scale = if i >= text::LOG_TURN { 1024.0 } else { 2048.0 };
        less_log(f64::from(self::short(i)) / scale)
    });
    let second = [-1.0, 1.0].into_iter().flat_map(|sign| {
        (0..512).flat_map(move |j| less_log(1.0 + sign * f64::from(j) / 131_072.0))
    });
    vec![
        (text::EXP_FIRST, powers(256.0).collect()),
        (text::EXP_SECOND, powers(65536.0).collect()),
        (
            text::EXP_SERIES,
            series(&exponential::INVERSE_FACTORIALS[..4]),
        ),
        (
            text::EXP_LOG2_E,
            (0..4).map(|n| (log2_e >> (96 - 32 * n)) as u32).collect(),
        ),
        (text::LOG_TWO, fraction(constants::LN_2_FRACTION).into()),
        (text::LOG_SHORT, short.collect()),
        (text::LOG_FIRST, first.collect()),
        (text::LOG_SECOND, second.collect()),
        (text::LOG_SERIES, series(&logarithm::SERIES[..5])),
        (text::LONG_LOG_TWO, long(constants::LN_2).into()),
        (
            text::COSH_SERIES,
            series(&circle::COSINE[..text::COSH_TERMS as usize]),
        ),
        (
            text::ARCSINH_SERIES,
            series(&circle::ARCSINE[..text::ARCSINH_TERMS as usize]),
        ),
        (
            text::GAMMA_SERIES,
            series(&gamma::AT_TWO[..text::GAMMA_TERMS as usize]),
        ),
        (
            text::STIRLING_SERIES,
            series(&gamma::STIRLING[..text::STIRLING_TERMS as usize]),
        ),
        (text::ONE_LESS_EULER, long(gamma::ONE_LESS_EULER).into()),
        (
            text::HALF_LOG_TWO_PI,
            long(constants::HALF_LOG_TWO_PI).into(),
        ),
    ]
}

/// The first 96 digits, to nearest.
fn fraction(x: u128) -> [u32; 3] {
    let near = x.saturating_add(1 << 31) >> 32;
    [(near >> 64) as u32, (near >> 32) as u32, near as u32]
}

fn series(coefficients: &[u128]) -> Vec<u32> {
    coefficients.iter().flat_map(|x| fraction(*x)).collect()
}

/// Sign and exponent, then the digits.
fn long(x: Wide) -> [u32; 4] {
    if x.is_zero() {
        return [0; 4];
    }
    let exponent = (x.exponent() + text::AT_ONE as i32) as u32;
    let [a, b, c] = fraction(x.significand());
    [exponent | u32::from(x.is_negative()) << 31, a, b, c]
}

/// A number's significand.
fn digits(x: Unrounded) -> u128 {
    number(x).significand()
}

/// Zero for what is none.
fn number(x: Unrounded) -> Wide {
    match x {
        Unrounded::Exact(x) | Unrounded::Near(x) => x,
        _ => Wide::ZERO,
    }
}

/// -log x.
fn less_log(x: f64) -> [u32; 4] {
    long(-number(log(x.into())))
}

/// 1024 over the middle of the i-th of 256 intervals from 1/2 to 1; of the first and the last, which are
/// beside 1, over the end that is.
fn short(i: u32) -> u32 {
    match i {
        0 => 2048,
        255 => 1024,
        _ => (f64::from(1 << 20) / f64::from(513 + 2 * i)).round() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_say_where_constants_are() {
        let mut at = 0;
        for (place, words) in sections() {
            assert_eq!(place, at as u32);
            at += words.len();
        }
        assert_eq!(at, words().len());
        assert_eq!(text::AT_ONE, text::OFFSET + text::BIAS);
    }
}
