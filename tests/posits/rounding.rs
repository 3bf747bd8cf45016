//! Every mode on every small width: at the values, between them, and just beside both.

use std::cmp::Ordering;

use roundoff::numbers::{Projection, ScalarSystem};
use roundoff::posit::Posit;
use roundoff::random::{Key, word64};
use roundoff::takum::Takum;
use roundoff::{Rounding, Saturation, Variant};

use crate::exact::{Exact, System, posit, takum};

pub fn projection(rounding: Rounding) -> Projection {
    Projection::new(rounding, Saturation::None)
}

pub fn modes() -> Vec<Rounding> {
    let mut modes = Rounding::ALL.to_vec();
    for (variant, bits) in [
        (Variant::A, 1),
        (Variant::A, 3),
        (Variant::B, 2),
        (Variant::B, 13),
        (Variant::C, 1),
        (Variant::C, 5),
        (Variant::A, 53),
    ] {
        modes.push(Rounding::stochastic(variant, bits).unwrap());
    }
    modes
}

/// f64s worth trying: values of one and two bits more and their f64 neighbours, and the ends.
fn inputs(
    width: u32,
    value: impl Fn(u64, u32) -> Option<Exact>,
    decode: impl Fn(u64) -> f64,
) -> Vec<f64> {
    let mut inputs = vec![1e-308, 5e-324, 1e300, f64::MAX];
    for code in 1..1u64 << (width + 1) {
        let x = decode(code);
        assert!(value(code, width + 2).expect("positive").is_f64(x));
        inputs.extend([x, x.next_up(), x.next_down()]);
    }
    inputs
}

fn check(
    system: &impl ScalarSystem,
    width: u32,
    formula: impl Fn(u64, u32) -> Option<Exact> + Copy,
    decode: impl Fn(u64) -> f64,
) {
    let oracle = System::new(width, formula);
    let inputs = inputs(width, formula, decode);
    for mode in modes() {
        let projection = projection(mode);
        for (i, x) in inputs.iter().enumerate() {
            let exact = Exact::of(*x);
            // Words with one, no and all random bits set among them.
            let random = match i % 5 {
                0 => 0,
                1 => u64::MAX,
                _ => word64(1, 2, i as u64),
            };
            for negative in [false, true] {
                let code = oracle.round(mode, negative, random, |v| exact.cmp(v), Some(&exact));
                let signed = if negative { -x } else { *x };
                let got = system.round_f64(signed, &projection, random);
                let wanted = &oracle.values[code];
                let magnitude = if negative { -got } else { got };
                assert!(
                    wanted.is_f64(magnitude) && (got != 0.0 || got.is_sign_positive()),
                    "{system} {mode} of {signed:e} ({random:#x}): {got:e}, not code {code}"
                );
                // By the way of arithmetic.
                let other = system.round_exact(signed.into(), &projection, random);
                assert_eq!(
                    got.to_bits(),
                    other.to_bits(),
                    "{system} {mode} of {signed:e}"
                );
            }
        }
    }
}

#[test]
fn posits_of_every_small_width_in_every_mode() {
    for width in 2..=9 {
        let finer = Posit::new(width + 2).unwrap();
        check(&Posit::new(width).unwrap(), width, posit, |code| {
            finer.decode(code)
        });
    }
}

#[test]
fn takums_of_every_small_width_in_every_mode() {
    // Exponent bits are cut up to 11 bits.
    for width in (2..=8).chain([12, 13]) {
        let finer = Takum::linear(width + 2).unwrap();
        check(&Takum::linear(width).unwrap(), width, takum, |code| {
            finer.decode(code)
        });
    }
}

#[test]
fn posits_and_takums_of_sixteen_bits() {
    let nearest = projection(Rounding::NearestTiesToEven);
    let (posits, takums) = (System::new(16, posit), System::new(16, takum));
    for i in 0..40_000 {
        // Any exponent: far past both ends too.
        let x = f64::from_bits(word64(3, 0, i) >> 1);
        if !x.is_finite() || x == 0.0 {
            continue;
        }
        let near = f64::from_bits(x.to_bits() % (1 << 58) + (0x3ff << 52) - (1 << 57));
        for x in [x, near] {
            let exact = Exact::of(x);
            let mode = Rounding::NearestTiesToEven;
            let wanted = |system: &System| {
                let code = system.round(mode, false, 0, |v| exact.cmp(v), None);
                system.values[code].clone()
            };
            let got = Posit::POSIT16.round_f64(x, &nearest, 0);
            assert!(wanted(&posits).is_f64(got), "{x:e}: {got}");
            let got = Takum::linear(16).unwrap().round_f64(x, &nearest, 0);
            assert!(wanted(&takums).is_f64(got), "{x:e}: {got}");
        }
    }
}

#[test]
fn specials() {
    for mode in modes() {
        for saturation in [Saturation::None, Saturation::Finite, Saturation::Propagate] {
            let projection = Projection::new(mode, saturation);
            let round = |x: f64| Posit::POSIT8.round_f64(x, &projection, 0);
            assert!(round(f64::NAN).is_nan());
            assert_eq!(round(-0.0).to_bits(), 0);
            assert_eq!(round(1e300), 16777216.0);
            assert_eq!(round(-1e300), -16777216.0);
            // Infinities are NaR (Posit Standard 2022, 5.1), and so of takums.
            assert!(round(f64::INFINITY).is_nan() && round(f64::NEG_INFINITY).is_nan());
            let takum = Takum::linear(8).unwrap();
            assert!(takum.round_f64(f64::INFINITY, &projection, 0).is_nan());
        }
    }
}

/// The mean of many stochastic roundings is the number, where exponent bits are cut off too.
#[test]
fn stochastic_rounding_keeps_the_mean() {
    let stochastic = projection(Rounding::STOCHASTIC);
    for x in [1.3, 3e6, 1.1e7, 3e-8, 1e-9] {
        let (mut sum, mut squares) = (0.0, 0.0);
        let runs = 40_000;
        for i in 0..runs {
            let error = Posit::POSIT8.round_f64(x, &stochastic, word64(9, 9, i)) - x;
            sum += error;
            squares += error * error;
        }
        let standard_error = (squares / runs as f64 / runs as f64).sqrt();
        let mean = sum / runs as f64;
        assert!(
            mean.abs() < 5.0 * standard_error,
            "{x}: {mean} against {standard_error}"
        );
    }
}

/// The loop over f32s gives the bits of the one way: all exponents, fractions at random and around
/// every cut.
#[test]
fn f32_loops_give_the_same_bits() {
    let nearest = projection(Rounding::NearestTiesToEven);
    let mut words = vec![0u32, 0x7f80_0000, 0x7fc0_0000, 0x7f80_0001, 1, 0x007f_ffff];
    for exponent in 0..255u32 {
        for bit in 0..24 {
            for low in [0u32, 1, 2] {
                for high in [0u32, 1 << 22, 0x55_5555, 0x7f_ffff] {
                    let fraction = (high >> bit << bit) ^ (1 << bit >> 1) ^ (low >> 1);
                    words.push(exponent << 23 | (fraction.wrapping_sub(low & 1) & 0x7f_ffff));
                }
            }
        }
        for i in 0..64 {
            words.push(exponent << 23 | word64(5, exponent.into(), i) as u32 & 0x7f_ffff);
        }
    }
    let signed: Vec<u32> = words.iter().map(|word| word | 1 << 31).collect();
    words.extend(signed);
    let source: Vec<f32> = words.into_iter().map(f32::from_bits).collect();
    for width in 2..=32 {
        let posit = Posit::new(width).unwrap();
        let mut target = vec![0f32; source.len()];
        let key = Key::new(0, 0, 0);
        assert!(posit.round_f32s(&nearest, key, 0, Some(&source), &mut target));
        let mut in_place = source.clone();
        assert!(posit.round_f32s(&nearest, key, 0, None, &mut in_place));
        for ((x, got), other) in source.iter().zip(&target).zip(&in_place) {
            let wanted = posit.round_exact(f64::from(*x).into(), &nearest, 0) as f32;
            let same = wanted.to_bits() == got.to_bits() || wanted.is_nan() && got.is_nan();
            assert!(same, "{posit} of {x:e}: {got:e}, not {wanted:e}");
            let wide = posit.round_f64(f64::from(*x), &nearest, 0);
            assert!(
                wide as f32 == *got || wide.is_nan() && got.is_nan(),
                "{posit} of {x:e}"
            );
            assert_eq!(got.to_bits(), other.to_bits());
        }
    }
}

/// The same of f64s with all their digits, on ties and beside them.
#[test]
fn f64s_by_words_give_the_same_bits() {
    let nearest = projection(Rounding::NearestTiesToEven);
    for width in 2..=32 {
        let posit = Posit::new(width).unwrap();
        for i in 0..6000u64 {
            let word = word64(8, width.into(), i);
            // Exponents from -150 to 149; fractions that end at any bit, one more or less.
            let exponent = 1023 - 150 + word % 300;
            let fraction = word64(8, 99, i) >> 12 >> (i % 53) << (i % 53);
            let bits = (exponent << 52 | fraction)
                .wrapping_add(i / 53 % 3)
                .wrapping_sub(1);
            let x = f64::from_bits(bits | (word >> 63) << 63);
            let wanted = posit.round_exact(x.into(), &nearest, 0);
            let got = posit.round_f64(x, &nearest, 0);
            assert_eq!(got.to_bits(), wanted.to_bits(), "{posit} of {x:e}");
        }
    }
}

/// Monotone and idempotent, the two promises that need no oracle.
#[test]
fn rounding_keeps_order_and_values() {
    for mode in Rounding::ALL
        .into_iter()
        .filter(|mode| !mode.is_stochastic())
    {
        let projection = projection(mode);
        for posit in [Posit::new(6).unwrap(), Posit::POSIT32] {
            let mut xs: Vec<f64> = (0..4000)
                .map(|i| f64::from_bits(word64(4, 4, i)))
                .filter(|x| x.is_finite())
                .collect();
            xs.sort_by(f64::total_cmp);
            let rounded: Vec<f64> = xs
                .iter()
                .map(|x| posit.round_f64(*x, &projection, 0))
                .collect();
            for pair in rounded.windows(2) {
                assert_ne!(
                    pair[0].partial_cmp(&pair[1]),
                    Some(Ordering::Greater),
                    "{mode}"
                );
            }
            for x in rounded {
                assert_eq!(posit.round_f64(x, &projection, 0), x);
            }
        }
    }
}
