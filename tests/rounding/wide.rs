//! Formats of many values: the words where something changes, and random ones.
//!
//! Of each binade that a host and a format share: its first values, its middle and its last ones,
//! the midpoints between these, and the host's neighbours of them all; the same around the least
//! values, the greatest one and the end of the host.

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::oracle::{Set, float, names};
use crate::trial::{Float, try_all, try_in_turn};

/// Formats beside the named ones, each for what it is the edge of.
const OTHERS: [&str; 29] = [
    // IEEE-like: the fewest and the most bits of both fields.
    "ieee-e2m52",
    "ieee-e11m0",
    "ieee-e11m1",
    "ieee-e8m22",
    "ieee-e9m14",
    // Digits and exponents: one digit, one binade, all exponents, above and below 1.
    "precision-1",
    "precision-2",
    "precision-23",
    "precision-25",
    "precision-53",
    "p1e-10:10",
    "p2e-1022:1023",
    "p3e0:0",
    "p4e-3:-3",
    "p8e-300:300",
    "p24e-140:140",
    // Least values above 1: dividing by a step loses small numbers.
    "p5e60:100",
    "p5e60:100+flush",
    "p5e60:100+round",
    "p11e3:9+round",
    "p12e200:400",
    // Below the least normal value.
    "binary16+flush",
    "binary16+round",
    "bfloat16+flush",
    "bfloat16+round",
    "tf32+round",
    "binary32+flush",
    "dlfloat16+keep",
    "ocp-e5m2+round",
];

/// P3109 formats past 10 bits, at the ends of what an f64 holds.
const P3109: [&str; 10] = [
    "Binary11p1se",
    "Binary12p2sf",
    "Binary10p1ue",
    "Binary12p3uf",
    "Binary16p8se",
    "Binary16p11ue",
    "Binary16p16uf",
    "Binary24p20se",
    "Binary32p24sf",
    "Binary63p53se",
];

/// Values around the points where the format's grid changes.
fn boundaries<F: Float>(set: &Set) -> Vec<F> {
    let (digits, most) = F::DIGITS;
    let least = set.emin - set.precision as i32 - 3;
    let (from, to) = (
        least.max(-(most + digits as i32 - 2)),
        (set.emax() + 3).min(most),
    );
    // Some 30 binades of a wide range, those at its ends among them.
    let every = 1.max((to - from) / 12);
    let ends = |e: i32| {
        [from, set.emin, set.emax(), to]
            .iter()
            .any(|end| (e - end).abs() <= 2)
            || e % every == 0
    };
    let hidden = 1u64 << (set.precision - 1);
    let mut tried = F::ends();
    for exponent in (from..=to).filter(|e| ends(*e)) {
        for fraction in [0, 1, 2, hidden / 2, hidden - 2.min(hidden), hidden - 1] {
            // A value, and half a step more, where the host holds it.
            let twice = (hidden + fraction % hidden) * 2;
            for significand in [twice, twice + 1] {
                let step = exponent - set.precision as i32;
                let holds = significand >> digits == 0 || significand.trailing_zeros() > 0;
                let exact = step >= -1074 || significand.trailing_zeros() as i32 >= -1074 - step;
                if holds && exact && significand >> (digits + 1) == 0 {
                    tried.extend(F::nearest(float(false, significand, step)).neighbours());
                }
            }
        }
    }
    let negative = tried.iter().map(|x| F::nearest(-x.to_f64()));
    tried.extend(negative.collect::<Vec<_>>());
    tried
}

/// Every name at its boundaries, every second one from `part`.
fn at_boundaries(part: usize) {
    let all = names().iter().chain(&OTHERS).chain(&P3109);
    let count: usize = all
        .skip(part)
        .step_by(2)
        .map(|name| try_all::<f32>(name, boundaries) + try_all::<f64>(name, boundaries))
        .sum();
    println!("{count} roundings");
    assert!(count > 1_000_000);
}

#[test]
fn boundaries_of_wide_formats() {
    at_boundaries(0);
}

#[test]
fn boundaries_of_wide_formats_the_others() {
    at_boundaries(1);
}

/// So many words at random, half of them near the format's range.
fn random<F: Float>(set: &Set, count: usize, rng: &mut StdRng) -> Vec<F> {
    let low = (set.emin - set.precision as i32 - 2).max(-1020);
    let high = (set.emax() + 2).min(1023).max(low);
    (0..count)
        .map(|i| {
            let bits: u64 = rng.random();
            match i % 2 {
                0 => F::nearest(f64::from_bits(bits)),
                _ => {
                    let exponent = rng.random_range(low..=high);
                    let fraction = bits >> 12 | ((exponent + 1023) as u64) << 52 | bits << 63;
                    F::nearest(f64::from_bits(fraction))
                }
            }
        })
        .collect()
}

fn generator() -> StdRng {
    StdRng::seed_from_u64(2026)
}

/// Each word in every mode and saturation.
#[test]
fn random_words_of_wide_formats() {
    let all = names().iter().chain(&OTHERS).chain(&P3109);
    let count: usize = all
        .map(|name| {
            try_all::<f32>(name, |set| random(set, 500, &mut generator()))
                + try_all::<f64>(name, |set| random(set, 500, &mut generator()))
        })
        .sum();
    println!("{count} roundings");
}

/// 10^7 words of each format, half of them in f64: a thousand in one mode and saturation, the next
/// thousand in the next. In release, in two threads:
///
/// ```text
/// cargo test --release --features full --test rounding ten_million -- --ignored --nocapture
/// ```
#[test]
#[ignore = "minutes: 10^7 words of each of 60 formats"]
fn ten_million_random_words_a_format() {
    const WORDS: usize = 10_000_000;
    let half = |part: usize| {
        let all = names().iter().chain(&OTHERS).chain(&P3109);
        for name in all.skip(part).step_by(2) {
            let mut rng = generator();
            let count = try_in_turn::<f32>(name, WORDS / 2, |set, n| random(set, n, &mut rng))
                + try_in_turn::<f64>(name, WORDS / 2, |set, n| random(set, n, &mut rng));
            assert_eq!(count, WORDS);
            println!("{name}: {count} words");
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| half(0));
        scope.spawn(|| half(1));
    });
}
