//! P3109's Project (4.7.3): round to precision with an unbounded exponent, then saturate.

use roundoff::{Rounding, Saturation, Variant};

use super::{Below, Beyond, Exact, NAN, Set, float};

/// How many random bits a rounding takes: N.
pub fn random_bits(rounding: Rounding) -> u32 {
    match rounding {
        Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
        Rounding::StochasticEqual => 1,
        _ => 0,
    }
}

/// The value of the set that a real number becomes. `random` is R of 4.7.4 for the stochastic
/// modes, 0 <= R < 2^N; of `StochasticEqual` a coin, which goes away from zero where it shows 0.
pub fn project(
    x: Exact,
    set: &Set,
    rounding: Rounding,
    saturation: Saturation,
    random: u64,
) -> f64 {
    let (significand, exponent) = match x.is_zero() {
        true => (0, 0),
        false => round_to_precision(x, set, rounding, u128::from(random)),
    };
    // Below the least normal value a flushing format has zero.
    let flushed = match set.below {
        Below::Flushed => less((significand, exponent), set.least_normal),
        _ => false,
    };
    if significand == 0 || flushed {
        return zero(set, x.negative);
    }
    if less(set.greatest, (significand, exponent)) || (x.negative && !set.signed) {
        return overflow(set, rounding, saturation, x.negative);
    }
    float(x.negative, significand, exponent)
}

/// The same of a float, whose infinities and NaN have rules of their own.
pub fn project_float(
    x: f64,
    set: &Set,
    rounding: Rounding,
    saturation: Saturation,
    random: u64,
) -> f64 {
    if x.is_nan() {
        NAN
    } else if x.is_infinite() {
        infinite(set, saturation, x < 0.0)
    } else {
        project(Exact::of(x), set, rounding, saturation, random)
    }
}

/// RoundToPrecision (4.7.4) of a number that is not zero: significand and exponent.
fn round_to_precision(x: Exact, set: &Set, rounding: Rounding, random: u128) -> (u64, i32) {
    let top = x.top();
    // S counts in steps of the set; with no subnormals the first step leads from 0 to 2^emin.
    let step = match set.below {
        Below::Rounded if top < set.emin => set.emin,
        _ => top.max(set.emin) - set.precision as i32 + 1,
    };
    let (whole, inexact) = x.floor(step);
    // floor(v 2^n), v = S - floor(S), and whether something is left.
    let fraction = |n: u32| {
        let (scaled, rest) = x.floor(step - n as i32);
        (scaled - (whole << n), rest)
    };
    let (half, rest) = fraction(1);
    let even = match set.precision {
        1 => whole == 0 || set.biased(top) % 2 == 0,
        _ => whole % 2 == 0,
    };
    let away = match rounding {
        Rounding::NearestTiesToEven => half == 1 && (rest || !even),
        Rounding::NearestTiesToAway => half == 1,
        Rounding::NearestTiesToZero => half == 1 && rest,
        Rounding::TowardZero => false,
        Rounding::TowardPositive => inexact && !x.negative,
        Rounding::TowardNegative => inexact && x.negative,
        Rounding::ToOdd => inexact && even,
        Rounding::StochasticEqual => inexact && random == 0,
        Rounding::Stochastic { variant, bits } => {
            let n = u32::from(bits.get());
            assert!(random < 1 << n);
            match variant {
                Variant::A => fraction(n).0 + random >= 1 << n,
                Variant::B => fraction(n + 1).0 + 2 * random + 1 >= 1 << (n + 1),
                Variant::C => {
                    let (twice, rest) = fraction(n + 1);
                    let (floor, half) = (twice / 2, twice % 2 == 1);
                    let nearest = floor + u128::from(half && (rest || floor % 2 == 1));
                    nearest + random >= 1 << n
                }
            }
        }
    };
    ((whole + u128::from(away)) as u64, step)
}

/// a < b, of significands and exponents.
fn less(a: (u64, i32), b: (u64, i32)) -> bool {
    let value = |(significand, exponent): (u64, i32)| {
        // Aligned to one exponent, or told apart by their first digits.
        let top = exponent + 63 - significand.leading_zeros() as i32;
        (top, u128::from(significand) << significand.leading_zeros())
    };
    match (a.0, b.0) {
        (_, 0) => false,
        (0, _) => true,
        _ => value(a) < value(b),
    }
}

/// What a zero becomes; a set without zero has its least value instead.
fn zero(set: &Set, negative: bool) -> f64 {
    match set.zero {
        true => float(negative && set.negative_zero, 0, 0),
        false => float(false, set.least_normal.0, set.least_normal.1),
    }
}

fn greatest(set: &Set, negative: bool) -> f64 {
    float(negative, set.greatest.0, set.greatest.1)
}

fn infinity(negative: bool) -> f64 {
    match negative {
        true => f64::NEG_INFINITY,
        false => f64::INFINITY,
    }
}

/// Saturate (4.7.5) of a finite value past the greatest one, or of a negative one without a place.
fn overflow(set: &Set, rounding: Rounding, saturation: Saturation, negative: bool) -> f64 {
    if negative && !set.signed {
        return match saturation {
            Saturation::None => NAN,
            _ => zero(set, false),
        };
    }
    if saturation != Saturation::None {
        return greatest(set, negative);
    }
    let inward = match rounding {
        Rounding::TowardZero => true,
        Rounding::TowardPositive => negative,
        Rounding::TowardNegative => !negative,
        // To the odd one of the greatest value and the infinity after it; never to NaN.
        Rounding::ToOdd => set.beyond != Beyond::Infinity || set.greatest_is_odd(),
        _ => false,
    };
    if inward {
        return greatest(set, negative);
    }
    beyond(set, negative)
}

/// Saturate (4.7.5) of an infinity.
fn infinite(set: &Set, saturation: Saturation, negative: bool) -> f64 {
    let here = set.infinities && (set.signed || !negative);
    match saturation {
        Saturation::None | Saturation::Propagate if here => infinity(negative),
        Saturation::None if negative && !set.signed => NAN,
        Saturation::None => beyond(set, negative),
        _ if negative && !set.signed => zero(set, false),
        _ => greatest(set, negative),
    }
}

fn beyond(set: &Set, negative: bool) -> f64 {
    match set.beyond {
        Beyond::Infinity => infinity(negative),
        Beyond::NaN => NAN,
        Beyond::Greatest => greatest(set, negative),
    }
}
