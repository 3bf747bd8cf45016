//! Every loop gives the bits of the definition: whatever way serves the plan, at every level of
//! instructions, in place or not, and by codes.
//!
//! All 2^32 f32 words, a minute or two in release:
//!
//! ```text
//! cargo test --release --features full --lib agreement -- --ignored --nocapture
//! ```

use rand::Rng;

use super::cpu::{arrays32, arrays64};
use super::powers::{powers32, powers64};
use super::{Host, Rounder, Threads};
use crate::format::{Domain, Format, NAMED, Signedness, Subnormals};
use crate::instructions::levels;
use crate::random::Words;
use crate::rounding::{RandomBits, Rounding, Saturation, Variant};

/// All named formats, P3109's corners, and custom ones that take each way's border.
fn formats() -> Vec<Format> {
    let mut formats: Vec<Format> = NAMED.iter().map(|named| named.format).collect();
    formats.extend(Format::precision_only(1));
    for (width, precision) in [(8, 1), (8, 4), (6, 3), (15, 7)] {
        for signedness in [Signedness::Signed, Signedness::Unsigned] {
            for domain in [Domain::Finite, Domain::Extended] {
                formats.extend(Format::p3109(width, precision, signedness, domain));
            }
        }
    }
    for (integer_bits, fraction_bits) in [(4, 4), (8, 0), (1, 22), (5, -2), (16, 16), (-3, 9)] {
        for signedness in [Signedness::Signed, Signedness::Unsigned] {
            formats.extend(Format::fixed(signedness, integer_bits, fraction_bits));
        }
    }
    for subnormals in [Subnormals::Kept, Subnormals::Flushed, Subnormals::Rounded] {
        for (precision, emin, emax) in [
            (11, -14, 15),
            (8, -126, 127),
            (22, -100, 100),
            (23, -90, 127),
            (24, -126, 127),
            (30, -900, 900),
            (2, -120, 10),
            (1, -3, 3),
        ] {
            formats.extend(Format::custom(precision, emin, emax, subnormals));
        }
    }
    formats
}

fn roundings() -> Vec<Rounding> {
    let mut roundings = Rounding::ALL.to_vec();
    for variant in [Variant::A, Variant::B, Variant::C] {
        for bits in [1, 3, 22, 23, 24, 30, 32, 33, 52, 60] {
            let bits = RandomBits::new(bits);
            roundings.extend(bits.map(|bits| Rounding::Stochastic { variant, bits }));
        }
    }
    roundings
}

/// Words near the format's ends and steps, anything at all, and specials: few, so that most blocks
/// have none, and one block full of them.
fn values(format: &Format, words: &mut Words) -> Vec<f64> {
    let mut values = Vec::new();
    let scales = [
        format.greatest(),
        format.least_normal(),
        format.least_positive(),
        1.0,
    ];
    for _ in 0..260 {
        for scale in scales {
            let near = f64::from(words.next_u32() % 64) / 16.0;
            let jitter = f64::from(words.next_u32()) / 4_294_967_296.0;
            let jitter =
                [0.0, jitter, jitter * 1e-6, -jitter * 1e-9][words.next_u32() as usize % 4];
            let sign = [1.0, -1.0][words.next_u32() as usize % 2];
            let x = sign * scale * near * (1.0 + jitter);
            values.push(if x.is_finite() { x } else { 1.5 });
        }
    }
    values.extend((0..300).map(|_| f64::from(f32::from_bits(words.next_u32()))));
    values.extend([
        0.0,
        -0.0,
        f64::INFINITY,
        -f64::INFINITY,
        f64::NAN,
        -f64::NAN,
    ]);
    values.extend((0..300).map(|_| f64::from_bits(words.next_u64())));
    values.extend((0..600).map(|i| (f64::from(i) - 300.0) * format.least_positive() / 4.0));
    values
}

fn same32(x: f32, y: f32) -> bool {
    x.to_bits() == y.to_bits()
}

#[test]
fn every_way_is_the_definition() {
    let mut words = Words::new(5, 0);
    for format in formats() {
        let values = values(&format, &mut words);
        let narrow: Vec<f32> = values.iter().map(|x| *x as f32).collect();
        for rounding in roundings() {
            for saturation in [Saturation::None, Saturation::Finite] {
                let rounder = Rounder::new(format)
                    .with_rounding(rounding)
                    .with_saturation(saturation)
                    .with_seed(9);
                // So that the index crosses a change of keys.
                let index = (1u64 << 32) - 700;
                let at = |i: usize| index + i as u64;
                let counter = rounder.counter(index).0;
                let what = |i: usize| format!("{format} {rounding} {saturation:?} at {i}");

                let expected: Vec<f64> = (0..values.len())
                    .map(|i| rounder.round_at(values[i], at(i)))
                    .collect();
                let plans = rounder.plans::<f64>();
                for level in levels() {
                    let pass = arrays64::Pass::at(level, &plans.wide, &plans.recipe);
                    let mut into = vec![0.0; values.len()];
                    pass.part(&counter, Some(&values), &mut into);
                    let mut place = values.clone();
                    pass.part(&counter, None, &mut place);
                    for i in 0..values.len() {
                        let expected = expected[i].to_bits();
                        let (x, what) = (values[i], || format!("{} {level:?}", what(i)));
                        assert_eq!(into[i].to_bits(), expected, "{x:e} {}", what());
                        assert_eq!(place[i].to_bits(), expected, "{x:e} in place {}", what());
                    }
                }

                if let Some(powers) = powers64::Powers::new(&plans.recipe) {
                    for level in levels() {
                        let powers = powers.at(level);
                        parts_are(&values, &expected, |from, x, y| {
                            powers.part(&counter.after(from), x, y)
                        });
                    }
                }
                let mut place = values.clone();
                rounder.round_slice_at(&mut place, index);
                for i in 0..values.len() {
                    let same = place[i].to_bits() == expected[i].to_bits();
                    assert!(same, "{:e} {}", values[i], what(i));
                }

                let expected: Vec<f32> = (0..narrow.len())
                    .map(|i| rounder.round_at(narrow[i], at(i)))
                    .collect();
                let plans = rounder.plans::<f32>();
                if let Some(plan) = &plans.narrow {
                    for level in levels() {
                        let pass = arrays32::Pass::at(level, plan, &plans.recipe);
                        let mut into = vec![0.0; narrow.len()];
                        pass.part(&counter, Some(&narrow), &mut into);
                        let mut place = narrow.clone();
                        pass.part(&counter, None, &mut place);
                        for i in 0..narrow.len() {
                            let (x, what) = (narrow[i], || format!("{} {level:?}", what(i)));
                            assert!(same32(into[i], expected[i]), "{x:e} {}", what());
                            assert!(same32(place[i], expected[i]), "{x:e} in place {}", what());
                        }
                    }
                }
                if let Some(powers) = powers32::Powers::new(&plans.recipe) {
                    for level in levels() {
                        let powers = powers.at(level);
                        parts_are(&narrow, &expected, |from, x, y| {
                            powers.part(&counter.after(from), x, y)
                        });
                    }
                }
                let mut place = narrow.clone();
                rounder.round_slice_at(&mut place, index);
                for i in 0..narrow.len() {
                    assert!(same32(place[i], expected[i]), "{:e} {}", narrow[i], what(i));
                }
            }
        }
    }
}

/// By parts of which many have no value that E8M0's way leaves to the definition.
fn parts_are<T: Host>(x: &[T], expected: &[T], part: impl Fn(usize, &[T], &mut [T]) -> bool) {
    const PART: usize = 4;
    let mut done = 0;
    for from in (0..x.len()).step_by(PART) {
        let to = x.len().min(from + PART);
        let mut y = vec![T::from_f64(0.0); to - from];
        if part(from, &x[from..to], &mut y) {
            done += 1;
            for i in from..to {
                let (y, expected) = (y[i - from].to_f64(), expected[i].to_f64());
                assert_eq!(y.to_bits(), expected.to_bits(), "{:?}", x[i]);
            }
        }
    }
    assert!(done > x.len() / PART / 4, "{done} of {}", x.len() / PART);
}

/// All words with the machine's own instructions, by the way chosen and by the definition's loop,
/// which is compared with the definition of one value above.
#[test]
#[ignore = "minutes: all 2^32 words, for every way and mode"]
fn all_words_every_way_is_the_definition() {
    const BLOCK: usize = 1 << 15;
    let mut modes = Rounding::ALL.to_vec();
    for (variant, bits) in [
        (Variant::A, 1),
        (Variant::B, 8),
        (Variant::B, 23),
        (Variant::C, 8),
        (Variant::C, 23),
    ] {
        let bits = RandomBits::new(bits).expect("1 to 53 bits");
        modes.push(Rounding::Stochastic { variant, bits });
    }
    let ways = [
        ("scaled", "binary16"),
        ("scaled, infinities none", "ocp-e4m3"),
        ("scaled, no negative zero", "e4m3fnuz"),
        ("scaled and flushed", "binary16+flush"),
        ("scaled without subnormals", "binary16+round"),
        ("scaled, unsigned", "Binary8p4ue"),
        ("scaled, one digit", "Binary8p1se"),
        ("scaled and clamped", "q1.3"),
        ("scaled and clamped, unsigned", "uq4.4"),
        ("shifted", "bfloat16"),
    ];
    for (what, name) in ways {
        let start = std::time::Instant::now();
        for rounding in &modes {
            let format = name.parse().expect("a format");
            let rounder = Rounder::new(format).with_rounding(*rounding).with_seed(9);
            let plans = rounder.plans::<f32>();
            let plan = plans.narrow.as_ref().expect("an f32 carries it");
            let chosen = arrays32::Pass::new(plan, &plans.recipe);
            let defined = chosen.by_definition();
            let half = |first: u64| {
                let mut words = vec![0.0; BLOCK];
                let (mut ours, mut expected) = (words.clone(), words.clone());
                for from in (first..first + (1 << 31)).step_by(BLOCK) {
                    for (i, word) in words.iter_mut().enumerate() {
                        *word = f32::from_bits(from as u32 + i as u32);
                    }
                    let counter = rounder.counter(from).0;
                    chosen.part(&counter, Some(&words), &mut ours);
                    defined.part(&counter, Some(&words), &mut expected);
                    let differ = |(x, y): (&f32, &f32)| !same32(*x, *y);
                    if let Some(i) = ours.iter().zip(&expected).position(differ) {
                        panic!(
                            "{name} {rounding}: {:?} gives {:?}, not {:?}",
                            words[i], ours[i], expected[i]
                        );
                    }
                }
            };
            std::thread::scope(|scope| {
                scope.spawn(|| half(0));
                scope.spawn(|| half(1 << 31));
            });
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{what} ({name}): 2^32 words in {} modes, {seconds:.0} s",
            modes.len()
        );
    }
}

/// All words of E8M0's way on f32s, against the definition of one value.
#[test]
#[ignore = "minutes: all 2^32 words, in every mode"]
fn all_words_powers_are_the_definition() {
    const BLOCK: usize = 1 << 10;
    for rounding in Rounding::ALL {
        for saturation in [Saturation::None, Saturation::Finite] {
            let rounder = Rounder::new(Format::OCP_E8M0)
                .with_rounding(rounding)
                .with_saturation(saturation)
                .with_seed(9);
            let powers = powers32::Powers::new(&rounder.plans::<f32>().recipe).expect("E8M0");
            let half = |first: u64| {
                let (mut words, mut ours) = ([0.0; BLOCK], [0.0; BLOCK]);
                let mut done = 0;
                for from in (first..first + (1 << 31)).step_by(BLOCK) {
                    for (i, word) in words.iter_mut().enumerate() {
                        *word = f32::from_bits(from as u32 + i as u32);
                    }
                    if powers.part(&rounder.counter(from).0, &words, &mut ours) {
                        done += BLOCK;
                        for (i, (x, y)) in words.iter().zip(&ours).enumerate() {
                            let expected = rounder.round_at(*x, from + i as u64);
                            assert!(same32(*y, expected), "{x:e}: {y:e}, not {expected:e}");
                        }
                    }
                }
                done
            };
            let done = std::thread::scope(|scope| {
                let low = scope.spawn(|| half(0));
                half(1 << 31) + low.join().expect("no panic")
            });
            println!("{rounding} {saturation:?}: {done} words by E8M0's way");
        }
    }
}

fn halves<T: Host>() {
    let mut words = Words::new(6, 0);
    for format in formats() {
        let values: Vec<T> = values(&format, &mut words)
            .into_iter()
            .map(T::from_f64)
            .collect();
        for rounding in Rounding::ALL {
            let rounder = Rounder::new(format).with_rounding(rounding).with_seed(3);
            let mut place = values.clone();
            rounder.round_slice(&mut place);
            for (i, x) in values.iter().enumerate() {
                let one = rounder.round_at(*x, i as u64);
                assert_eq!(
                    one.to_f64().to_bits(),
                    place[i].to_f64().to_bits(),
                    "{x:?} {format} {rounding}"
                );
            }
        }
    }
}

#[test]
fn halves_are_rounded_by_slices_as_one_by_one() {
    halves::<half::f16>();
    halves::<half::bf16>();
}

fn decoded<T: Host>(format: &Format, codes: &[u16]) {
    let mut values = vec![T::from_f64(0.0); codes.len()];
    format.decode_slice(codes, &mut values).unwrap();
    for (code, value) in codes.iter().zip(&values) {
        let expected = T::from_f64(format.value_of_code(u64::from(*code)));
        let (value, expected) = (value.to_f64(), expected.to_f64());
        assert!(
            value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan(),
            "{format} code {code:#x}: {value:?}, not {expected:?}"
        );
    }
}

#[test]
fn codes_of_slices_are_codes_of_values() {
    let mut words = Words::new(7, 0);
    for format in formats() {
        let Some(width) = format.width().filter(|width| *width <= 16) else {
            continue;
        };
        let codes: Vec<u16> = (0..1u32 << width).map(|code| code as u16).collect();
        decoded::<f32>(&format, &codes);
        decoded::<f64>(&format, &codes);
        decoded::<half::f16>(&format, &codes);
        let mut packed_values = vec![0.0f64; codes.len()];
        let values: Vec<f64> = values(&format, &mut words);
        for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            let rounder = Rounder::new(format)
                .with_rounding(rounding)
                .with_threads(Threads::One);
            let rounded = |i: usize| rounder.round_at(values[i], i as u64);
            // Without NaN where the format has no code for it.
            let values: Vec<f64> = (0..values.len())
                .map(|i| match format.encode(rounded(i)) {
                    Ok(_) => values[i],
                    Err(_) => 1.0,
                })
                .collect();
            let expected: Vec<u16> = (0..values.len())
                .map(|i| {
                    format
                        .encode(rounder.round_at(values[i], i as u64))
                        .unwrap() as u16
                })
                .collect();
            let mut encoded = vec![0u16; values.len()];
            rounder.encode(&values, &mut encoded).unwrap();
            assert_eq!(encoded, expected, "{format} {rounding}");
            let packed = rounder.encode_packed(&values).unwrap();
            packed_values.resize(values.len(), 0.0);
            format.decode_packed(&packed, &mut packed_values).unwrap();
            for (code, value) in expected.iter().zip(&packed_values) {
                let expected = format.value_of_code(u64::from(*code));
                assert!(
                    value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan()
                );
            }

            let narrow: Vec<f32> = values.iter().map(|x| *x as f32).collect();
            let ours = |i: usize| format.encode(f64::from(rounder.round_at(narrow[i], i as u64)));
            let narrow: Vec<f32> = (0..narrow.len())
                .map(|i| if ours(i).is_ok() { narrow[i] } else { 1.0 })
                .collect();
            rounder.encode(&narrow, &mut encoded).unwrap();
            for (i, code) in encoded.iter().enumerate() {
                let value = rounder.round_at(narrow[i], i as u64);
                let expected = format.encode(f64::from(value)).ok().map(|code| code as u16);
                assert_eq!(Some(*code), expected, "{format} {rounding} {:e}", narrow[i]);
            }
        }
    }
}
