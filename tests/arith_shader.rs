//! The text of `shaders/arith`, as Rust reads it, against exact integers; and as naga reads it. No
//! graphics card: `gpu_arith` holds those against this.

mod oracle;

use num_bigint::BigInt;
use oracle::formats::{eight_bits, modes, operands, roundings};
use oracle::operations as exact;
use oracle::{Projection, Value, same};
use roundoff::arith::Unary;
use roundoff::arith::exact::Exactly;
use roundoff::arith::word32::{Word32, Word32Error};
use roundoff::random::word;
use roundoff::{Format, Overflow, Rounder, Rounding, Saturation, Subnormals, Variant};

/// The text under a rounder, and what judges it.
struct Judged {
    word32: Word32,
    projection: Projection,
}

impl Judged {
    /// None where the format is beyond the text.
    fn new(format: Format, rounding: Rounding, saturation: Saturation) -> Option<Self> {
        let rounder = Rounder::new(format)
            .with_rounding(rounding)
            .with_saturation(saturation);
        Some(Self {
            word32: Word32::new(&rounder).ok()?,
            projection: Projection::new(format, rounding, saturation),
        })
    }

    fn is_down(&self) -> usize {
        usize::from(self.projection.rounding == Rounding::TowardNegative)
    }

    fn check(
        &self,
        random: u32,
        got: impl FnOnce(&Word32, u32) -> f32,
        exact: Value,
        of: impl Fn() -> String,
    ) {
        let expected = self.projection.project(exact, u64::from(random) << 32);
        let got = got(&self.word32, random);
        assert!(
            same(got.into(), expected),
            "{} in {} {} {} at {random:#x}: {got:e}, but {expected:e} is right",
            of(),
            self.projection.format,
            self.projection.rounding,
            self.projection.saturation,
        );
    }
}

fn judges(format: Format) -> Vec<Judged> {
    modes(&roundings(&[
        (Variant::A, 30),
        (Variant::B, 30),
        (Variant::C, 30),
    ]))
    .into_iter()
    .filter_map(|(rounding, saturation)| Judged::new(format, rounding, saturation))
    .collect()
}

/// The two rounding-dependent answers of a sum: its zero is -0 toward negative.
fn both_ways(of: impl Fn(Rounding) -> Value) -> [Value; 2] {
    [
        of(Rounding::NearestTiesToEven),
        of(Rounding::TowardNegative),
    ]
}

/// All four operations of two numbers under all judges.
fn pair(judges: &[Judged], format: &Format, x: f32, y: f32, random: u32) {
    let (a, b) = (f64::from(x), f64::from(y));
    let sums = both_ways(|mode| exact::add(a, b, mode));
    let differences = both_ways(|mode| exact::sub(a, b, mode));
    let product = exact::mul(a, b);
    let quotient = match format.overflow() {
        Overflow::P3109 => exact::p3109_div(a, b),
        _ => exact::div(a, b),
    };
    for judge in judges {
        let down = judge.is_down();
        let text = |op: &'static str| move || format!("{x:e} {op} {y:e}");
        judge.check(random, |i, r| i.add(x, y, r), sums[down], text("+"));
        judge.check(random, |i, r| i.sub(x, y, r), differences[down], text("-"));
        judge.check(random, |i, r| i.mul(x, y, r), product, text("*"));
        judge.check(random, |i, r| i.div(x, y, r), quotient, text("/"));
    }
}

fn root(judges: &[Judged], x: f32, random: u32) {
    let root = exact::sqrt(x.into());
    for judge in judges {
        judge.check(random, |i, r| i.sqrt(x, r), root, || format!("sqrt {x:e}"));
    }
}

fn triple(judges: &[Judged], x: f32, y: f32, z: f32, random: u32) {
    let fma = both_ways(|mode| exact::fma(x.into(), y.into(), z.into(), mode));
    for judge in judges {
        let text = || format!("{x:e} * {y:e} + {z:e}");
        judge.check(random, |i, r| i.fma(x, y, z, r), fma[judge.is_down()], text);
    }
}

fn three(judges: &[Judged], x: f32, y: f32, z: f32, random: u32) {
    let sums = both_ways(|mode| exact::faa(x.into(), y.into(), z.into(), mode));
    for judge in judges {
        let text = || format!("{x:e} + {y:e} + {z:e}");
        judge.check(
            random,
            |i, r| i.faa(x, y, z, r),
            sums[judge.is_down()],
            text,
        );
    }
}

fn all_pairs(formats: &[Format]) {
    for (n, format) in formats.iter().enumerate() {
        let judges = judges(*format);
        if judges.is_empty() {
            println!("skipped: {format}, beyond 32-bit words");
            continue;
        }
        let values: Vec<f32> = operands(format).iter().map(|x| *x as f32).collect();
        for (i, &x) in values.iter().enumerate() {
            root(&judges, x, word(1, n as u64, i as u64));
            for (j, &y) in values.iter().enumerate() {
                let random = word(2, n as u64, (i * values.len() + j) as u64);
                pair(&judges, format, x, y, random);
            }
        }
    }
}

#[test]
fn all_pairs_of_three_formats_of_eight_bits() {
    let p3109 = Format::p3109(
        8,
        3,
        roundoff::Signedness::Signed,
        roundoff::Domain::Extended,
    );
    all_pairs(&[
        Format::OCP_E4M3,
        Format::OCP_E5M2.with_subnormals(Subnormals::Flushed),
        p3109.expect("a format of P3109"),
    ]);
}

#[test]
#[ignore = "minutes: all pairs of every 8-bit format"]
fn proof_of_all_pairs_of_eight_bits() {
    all_pairs(&eight_bits());
}

/// An f32 word of a kind that makes trouble: any, near a power of two, of few digits, subnormal,
/// near another one.
fn troubled(seed: u64, n: u64, near: f32) -> f32 {
    let bits = word(seed, 0, n);
    let kind = word(seed, 1, n) % 9;
    let other = near.to_bits();
    f32::from_bits(match kind {
        0 => bits,
        1 => bits & 0xff80_0000,
        2 => (bits & 0xff80_0000).wrapping_add(bits % 5).wrapping_sub(2),
        3 => bits & 0xffff_0000,
        4 => bits & 0x807f_ffff,
        5 => bits & 0x8000_00ff,
        6 => other.wrapping_add(bits % 7).wrapping_sub(3) ^ (bits & 0x8000_0000),
        7 => other ^ (bits & 0x8fff_ffff),
        _ => [0, 0x8000_0000, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 1][bits as usize % 6],
    })
}

fn random_words(count: u64) {
    let custom = |precision, emin, emax, subnormals| {
        Format::custom(precision, emin, emax, subnormals).expect("a format")
    };
    let formats = [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::TF32,
        Format::BINARY32,
        Format::DLFLOAT16,
        Format::FP24,
        Format::BINARY32.with_subnormals(Subnormals::Flushed),
        Format::BFLOAT16.with_subnormals(Subnormals::Rounded),
        custom(1, -126, 127, Subnormals::Kept),
        custom(1, -20, 21, Subnormals::Rounded),
        custom(2, -5, 9, Subnormals::Flushed),
        custom(24, -10, 3, Subnormals::Kept),
        custom(23, -126, 127, Subnormals::Rounded),
    ];
    for (f, format) in formats.iter().enumerate() {
        let judges = judges(*format);
        assert!(!judges.is_empty(), "{format}");
        for n in 0..count {
            let seed = 10 + 4 * f as u64;
            let x = troubled(seed, n, 1.0);
            let y = troubled(seed + 1, n, x);
            let z = troubled(seed + 2, n, -x * y);
            // Rounding up, down and at the edge of both.
            let random = match n % 4 {
                0 => word(seed, 3, n),
                1 => u32::MAX,
                2 => 0,
                _ => 1 << (n % 32),
            };
            pair(&judges, format, x, y, random);
            root(&judges, x, random);
            triple(&judges, x, y, z, random);
            triple(&judges, x, y, -x * y, random);
            // Two that cancel, in every place; two whose sum is all but the third.
            for (x, y, z) in [
                (x, y, z),
                (x, y, -x),
                (y, x, -x),
                (x, -x, y),
                (x, y, -(x + y)),
                (x, x * 2f32.powi(-((n % 90) as i32)), y),
            ] {
                three(&judges, x, y, z, random);
            }
        }
    }
}

#[test]
fn random_words_of_wider_formats() {
    random_words(3_000);
}

#[test]
#[ignore = "minutes: 10^6 words a format"]
fn proof_of_random_words() {
    random_words(1_000_000);
}

/// x 2^n, n without its fraction, in big integers; scaleB's specials (IEEE 754-2019, 5.3.3).
fn scaled(x: f64, n: f64) -> Value {
    if x.is_nan() || n.is_nan() {
        return Value::NaN;
    }
    if n.is_infinite() {
        let negative = x.is_sign_negative();
        return match (n > 0.0, x == 0.0, x.is_infinite()) {
            (true, true, _) | (false, _, true) => Value::NaN,
            (true, false, _) => Value::Infinity { negative },
            (false, ..) => Value::Zero { negative },
        };
    }
    match Value::of(x) {
        Value::Finite(mut finite) => {
            finite.exponent += n.trunc().clamp(-30_000.0, 30_000.0) as i32;
            Value::Finite(finite)
        }
        other => other,
    }
}

#[test]
fn scaling_by_powers_of_two() {
    for format in [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::BINARY32,
        Format::OCP_E4M3,
    ] {
        let judges = judges(format);
        for k in 0..3_000 {
            let x = troubled(90, k, 1.0);
            let n = match k % 3 {
                0 => troubled(91, k, 3.0),
                1 => (word(92, 0, k) % 600) as f32 - 300.0,
                _ => ((word(92, 0, k) % 4000) as f32 - 2000.0) / 16.0,
            };
            let value = scaled(x.into(), n.into());
            for judge in &judges {
                let text = || format!("{x:e} scaled {n:e}");
                judge.check(word(93, 0, k), |i, r| i.scale(x, n, r), value, text);
            }
        }
    }
}

#[test]
fn the_greater_of_two() {
    let word32 = Word32::new(&Rounder::new(Format::BINARY32)).expect("24 digits");
    for n in 0..20_000 {
        let x = troubled(95, n, 1.0);
        let y = troubled(96, n, x);
        let got = word32.maximum(x, y, 0);
        // As integers: no float decides.
        let key = |x: f32| (x.to_bits() as i32) ^ (((x.to_bits() as i32) >> 31) as u32 >> 1) as i32;
        match x.is_nan() || y.is_nan() {
            true => assert!(got.is_nan()),
            false => assert_eq!(
                got.to_bits(),
                if key(x) > key(y) { x } else { y }.to_bits(),
                "{x:e} {y:e}"
            ),
        }
    }
}

/// Functions of f32 words against the CPU's, whose 128 digits MPFR judges (`functions.rs`): one format and
/// mode an operand, in turn.
fn functions(count: u64) {
    let formats = [
        Format::BINARY32,
        Format::BINARY32,
        Format::TF32,
        Format::PXR24,
        Format::BFLOAT16,
    ];
    let modes = modes(&roundings(&[(Variant::A, 30), (Variant::C, 30)]));
    let both: Vec<(Word32, Exactly)> = formats
        .iter()
        .flat_map(|format| {
            modes
                .iter()
                .map(|(mode, saturation)| (*format, *mode, *saturation))
        })
        .filter_map(|(format, mode, saturation)| {
            let rounder = Rounder::new(format)
                .with_rounding(mode)
                .with_saturation(saturation);
            Some((Word32::new(&rounder).ok()?, Exactly::new(&rounder)))
        })
        .collect();
    assert!(both.len() > 50, "{} rounders", both.len());
    for (f, operation) in [
        Unary::Exp,
        Unary::Log,
        Unary::Cosh,
        Unary::ArcSinh,
        Unary::Softplus,
        Unary::LogGamma,
    ]
    .into_iter()
    .enumerate()
    {
        // Softmax and log-Bessel have more of the first two than of all others.
        let count = if f < 2 { count } else { count / 8 };
        let seed = 100 + f as u64;
        let mut tried = 0;
        for n in 0..count {
            let moderate = (word(seed, 5, n) >> 8) as f32 / 16_777_216.0;
            let x = match n % 4 {
                0 => troubled(seed, n, 1.0),
                1 => moderate * 240.0 - 120.0,
                2 => moderate * 4.0 - 2.0,
                _ => f32::from_bits(word(seed, 6, n)),
            };
            let (text, exactly) = &both[word(seed, 7, n) as usize % both.len()];
            let random = word(seed, 8, n);
            let Some(got) = text.unary(operation, x, random) else {
                assert!(
                    operation == Unary::LogGamma && x < 0.0,
                    "{operation} of {x:e}"
                );
                continue;
            };
            let right = exactly.unary(operation, x.into(), u64::from(random) << 32);
            tried += 1;
            assert!(
                same(got.into(), right),
                "{operation} of {x:e} at {random:#x} in {} {}: {got:e}, but {right:e} is right",
                exactly.format(),
                exactly.rounding(),
            );
        }
        assert!(tried > count / 3, "{tried} of {operation}");
    }
    let (text, _) = both[0];
    assert_eq!(text.unary(Unary::Sin, 1.0, 0), None);
}

#[test]
fn functions_of_wide_formats() {
    functions(1_000_000);
}

#[test]
#[ignore = "an hour: 10^9 operands"]
fn proof_of_functions() {
    functions(1_000_000_000);
}

#[test]
fn refusals_say_what_would_do() {
    let of = |format, rounding| Word32::new(&Rounder::new(format).with_rounding(rounding));
    let nearest = Rounding::NearestTiesToEven;
    for format in [Format::BINARY64, Format::OCP_E8M0] {
        let error = of(format, nearest).expect_err("no f32 has room");
        assert!(matches!(error, Word32Error::Format { .. }));
        assert!(error.to_string().contains("binary32"), "{error}");
    }
    let bits = |bits| Rounding::stochastic(Variant::A, bits).expect("1 to 53");
    assert!(of(Format::BINARY16, bits(30)).is_ok());
    let error = of(Format::BINARY16, bits(31)).expect_err("no room for 31 bits");
    assert_eq!(
        error,
        Word32Error::Bits {
            rounding: bits(31),
            bits: 31
        }
    );
    assert!(error.to_string().contains("at most 30"), "{error}");
}

/// The oracle above is not blind: it knows 1 + 2^-60, which no float does.
#[test]
fn the_judge_sees_the_last_digit() {
    let sum = exact::add(1.0, 2f64.powi(-60), Rounding::TowardPositive);
    let Value::Finite(sum) = sum else {
        panic!("a finite sum")
    };
    let digits = ((BigInt::from(1) << 60) + 1) << (-60 - sum.exponent);
    assert_eq!(BigInt::from(sum.significand), digits);
}
