//! Operations in formats of 16 to 64 bits, in every mode, on random and on adversarial operands,
//! against exact integers (`oracle/`); and against the hardware.
//!
//! `oracle/draw.rs` has the operands. `proofs/` puts the same ones before MPFR.
//!
//! `--ignored`: 10^7 results an operation and format, some minutes a format.

mod oracle;

use oracle::draw::Draw;
use oracle::operations as exact;
use oracle::{Projection, Value, same};
use roundoff::arith::{Arith, Exact};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Saturation, Subnormals, Variant};

/// Operands a format; each meets three modes.
const CASES: u64 = 15_000;

/// Every mode; the stochastic ones with few bits and many.
fn roundings() -> Vec<Rounding> {
    oracle::formats::roundings(&[
        (Variant::A, 7),
        (Variant::B, 32),
        (Variant::C, 13),
        (Variant::A, 52),
        (Variant::B, 53),
    ])
}

struct Judged {
    arith: Exact,
    projection: Projection,
    random: u64,
}

impl Judged {
    fn new(format: Format, rounding: Rounding, saturation: Saturation) -> Self {
        let rounder = Rounder::new(format)
            .with_rounding(rounding)
            .with_saturation(saturation)
            .with_seed(5);
        Self {
            arith: Exact::new(&rounder),
            projection: Projection::new(format, rounding, saturation),
            random: 0,
        }
    }

    fn check(&mut self, name: &str, of: [f64; 3], got: impl FnOnce(&Exact) -> f64, exact: Value) {
        if self.projection.rounding.is_stochastic() {
            self.random = word64(5, 0, self.arith.operations());
        }
        let expected = self.projection.project(exact, self.random);
        let got = got(&self.arith);
        assert!(
            same(got, expected),
            "{name} of {of:?} in {} {} {}: {got:e}, but {expected:e} is right",
            self.projection.format,
            self.projection.rounding,
            self.projection.saturation,
        );
    }
}

/// What every case tries beside sums, products, quotients, square roots and fused operations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// One of the others, which take turns.
    InTurns,
    /// All of them.
    All,
}

/// All operations on `cases` operands of `source`, into `target`; each case in one mode that
/// deals with ties and in two others, which take turns.
fn compare(source: Format, target: Format, cases: u64, stream: u64) {
    compare_with(Rest::InTurns, source, target, cases, stream);
}

fn compare_with(rest: Rest, source: Format, target: Format, cases: u64, stream: u64) {
    let mut draw = Draw::new(stream);
    let mut judges: Vec<Judged> = roundings()
        .into_iter()
        .map(|rounding| Judged::new(target, rounding, Saturation::None))
        .collect();
    judges.push(Judged::new(
        target,
        Rounding::NearestTiesToEven,
        Saturation::Finite,
    ));
    judges.push(Judged::new(
        target,
        Rounding::TowardPositive,
        Saturation::Propagate,
    ));
    for case in 0..cases {
        let of = draw.operands(&source);
        let [x, y, z] = of;
        let count = judges.len();
        for turn in [
            0,
            1 + case as usize % (count - 1),
            draw.below(count as u64) as usize,
        ] {
            let judge = &mut judges[turn];
            let mode = judge.projection.rounding;
            judge.check("add", of, |a| a.add(x, y), exact::add(x, y, mode));
            judge.check("sub", of, |a| a.sub(x, y), exact::sub(x, y, mode));
            judge.check("mul", of, |a| a.mul(x, y), exact::mul(x, y));
            judge.check("div", of, |a| a.div(x, y), exact::div(x, y));
            judge.check("fma", of, |a| a.fma(x, y, z), exact::fma(x, y, z, mode));
            judge.check("faa", of, |a| a.faa(x, y, z), exact::faa(x, y, z, mode));
            judge.check("sqrt", of, |a| a.sqrt(x.abs()), exact::sqrt(x.abs()));
            let due = |place| rest == Rest::All || case % 4 == place;
            if due(0) {
                judge.check("hypot", of, |a| a.hypot(x, y), exact::hypot(x, y));
            }
            if due(1) {
                judge.check("rsqrt", of, |a| a.rsqrt(x.abs()), exact::rsqrt(x.abs()));
            }
            if due(2) {
                judge.check("recip", of, |a| a.recip(x), exact::recip(x));
            }
            if due(3) {
                judge.check("rem", of, |a| a.rem(x, y), exact::remainder(x, y, true));
                judge.check("mod", of, |a| a.modulo(x, y), exact::remainder(x, y, false));
            }
        }
    }
}

#[test]
fn binary16() {
    compare(Format::BINARY16, Format::BINARY16, CASES, 1);
}

#[test]
fn bfloat16() {
    compare(Format::BFLOAT16, Format::BFLOAT16, CASES, 2);
}

#[test]
fn tf32() {
    compare(Format::TF32, Format::TF32, CASES, 3);
}

#[test]
fn binary32() {
    compare(Format::BINARY32, Format::BINARY32, CASES, 4);
}

#[test]
fn binary64() {
    compare(Format::BINARY64, Format::BINARY64, CASES, 5);
}

/// 10^7 results an operation, each case in three modes.
fn proof(format: Format, stream: u64) {
    const STEPS: u64 = 34;
    for step in 0..STEPS {
        compare_with(Rest::All, format, format, 100_000, stream << 8 | step);
        println!(
            "{format}: {} of {STEPS} x 300000 results an operation",
            step + 1
        );
    }
}

#[test]
#[ignore = "minutes: 10^7 results an operation"]
fn proof_binary16() {
    proof(Format::BINARY16, 60);
}

#[test]
#[ignore = "minutes: 10^7 results an operation"]
fn proof_bfloat16() {
    proof(Format::BFLOAT16, 61);
}

#[test]
#[ignore = "minutes: 10^7 results an operation"]
fn proof_tf32() {
    proof(Format::TF32, 62);
}

#[test]
#[ignore = "minutes: 10^7 results an operation"]
fn proof_binary32() {
    proof(Format::BINARY32, 63);
}

#[test]
#[ignore = "minutes: 10^7 results an operation"]
fn proof_binary64() {
    proof(Format::BINARY64, 64);
}

#[test]
fn other_formats() {
    let custom = |p, emin, emax, subnormals| {
        Format::custom(p, emin, emax, subnormals).expect("an f64 carries it")
    };
    let formats = [
        Format::DLFLOAT16,
        Format::FP24,
        Format::BINARY32.with_subnormals(Subnormals::Flushed),
        custom(50, -1022, 1023, Subnormals::Kept),
        custom(51, -100, 100, Subnormals::Kept),
        custom(52, -1000, 1000, Subnormals::Rounded),
        custom(53, -3, 3, Subnormals::Kept),
        custom(26, -1022, 1023, Subnormals::Flushed),
        custom(1, -1022, 1023, Subnormals::Kept),
    ];
    for (i, format) in formats.into_iter().enumerate() {
        compare(format, format, CASES / 5, 10 + i as u64);
    }
}

/// Operands of one format, results of another.
#[test]
fn mixed_formats() {
    let pairs = [
        (Format::OCP_E4M3, Format::BINARY32),
        (Format::BINARY32, Format::OCP_E5M2),
        (Format::BINARY64, Format::BFLOAT16),
        (Format::BINARY64, Format::BINARY32),
        (Format::BFLOAT16, Format::BINARY16),
    ];
    for (i, (source, target)) in pairs.into_iter().enumerate() {
        compare(source, target, CASES / 5, 30 + i as u64);
    }
}

/// Nearest-even in binary32 and binary64 is what the processor does.
#[test]
fn the_hardware_agrees() {
    let mut draw = Draw::new(50);
    let single = Exact::new(&Rounder::new(Format::BINARY32));
    let double = Exact::new(&Rounder::new(Format::BINARY64));
    for _ in 0..10 * CASES {
        let of = draw.operands(&Format::BINARY64);
        let [x, y, z] = of;
        let check = |name, got: f64, want: f64| {
            assert!(same(got, want), "{name} of {of:?}: {got:e}, not {want:e}");
        };
        check("add", double.add(x, y), x + y);
        check("sub", double.sub(x, y), x - y);
        check("mul", double.mul(x, y), x * y);
        check("div", double.div(x, y), x / y);
        check("sqrt", double.sqrt(x.abs()), x.abs().sqrt());
        check("fma", double.fma(x, y, z), x.mul_add(y, z));
        check("modulo", double.modulo(x, y), x % y);
        let of = draw.operands(&Format::BINARY32);
        let [a, b, c] = of.map(|x| x as f32);
        let [x, y, z] = of;
        let check = |name, got: f64, want: f32| {
            assert!(
                same(got, want.into()),
                "{name} of {of:?}: {got:e}, not {want:e}"
            );
        };
        check("add", single.add(x, y), a + b);
        check("sub", single.sub(x, y), a - b);
        check("mul", single.mul(x, y), a * b);
        check("div", single.div(x, y), a / b);
        check("sqrt", single.sqrt(x.abs()), a.abs().sqrt());
        check("fma", single.fma(x, y, z), a.mul_add(b, c));
        check("modulo", single.modulo(x, y), a % b);
    }
}

/// binary16's fused operations are `half`'s conversion of the exact result, where `half` is right:
/// where an f64 holds that result, so that nothing is rounded twice, and in its upper 32 bits, as
/// `half` 2.7 does not look at the others (and its `from_f64` goes through f32 on x86).
#[test]
fn binary16_fma_is_half() {
    let exactly = Exact::new(&Rounder::new(Format::BINARY16));
    let mut draw = Draw::new(51);
    let (mut held, cases) = (0, 20 * CASES);
    for _ in 0..cases {
        let of = draw.operands(&Format::BINARY16);
        let [x, y, z] = of;
        // 22 digits.
        let product = x * y;
        let sum = product + z;
        let (a, b) = (sum - z, product - (sum - z));
        let lost = b + (z - (sum - a));
        if lost != 0.0 || sum.to_bits() as u32 != 0 {
            continue;
        }
        held += 1;
        let want = half::f16::from_f64_const(sum).to_f64();
        let got = exactly.fma(x, y, z);
        assert!(same(got, want), "fma of {of:?}: {got:e}, not {want:e}");
    }
    // NaN, infinities and long sums are left to the other tests.
    assert!(held > cases / 2, "half is right for {held} of {cases}");
}

/// Where CPFloat and its like round twice: 1 + 2^-60, rounded up.
#[test]
fn one_rounding_not_two() {
    let up = Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive);
    let tiny = 2f64.powi(-60);
    assert_eq!(Exact::new(&up).add(1.0, tiny), 1.000_976_562_5);
    // Computed in double, rounded after: the tiny one is gone.
    assert_eq!(up.round(1.0 + tiny), 1.0);
}
