//! Operations in formats of 16 to 64 bits, in every mode, on random and on adversarial operands,
//! against exact integers (`oracle/`); and against the hardware.
//!
//! Adversarial: operands that are sparse or all ones, so that results lie next to midpoints and
//! next to values; sums that cancel; results by the ends of the range.
//!
//! `--ignored`: 10^7 results an operation and format.

mod oracle;

use oracle::operations as exact;
use oracle::{Projection, Value, same};
use roundoff::arith::{Arith, Exact};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Saturation, Subnormals, Variant};

/// Operands a format; each meets three modes.
const CASES: u64 = 15_000;

/// Every mode; the stochastic ones with few bits and many.
fn roundings() -> Vec<Rounding> {
    let stochastic = |variant, bits| Rounding::stochastic(variant, bits).expect("1 to 53 bits");
    let mut all = Rounding::ALL.to_vec();
    all.push(stochastic(Variant::A, 7));
    all.push(stochastic(Variant::B, 32));
    all.push(stochastic(Variant::C, 13));
    all.push(stochastic(Variant::A, 52));
    all.push(stochastic(Variant::B, 53));
    all
}

/// Words without end.
struct Draw {
    stream: u64,
    index: u64,
}

impl Draw {
    fn word(&mut self) -> u64 {
        self.index += 1;
        word64(29, self.stream, self.index)
    }

    fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u64
    }

    /// A value of the format, of an exponent between two.
    fn value(&mut self, format: &Format, low: i32, high: i32) -> f64 {
        let p = format.precision();
        let ones = (1u64 << p) - 1;
        let significand = match self.below(6) {
            0 => 1 << self.below(p.into()),
            1 => ones ^ 1 << self.below(p.into()),
            2 => 1 << self.below(p.into()) | 1 << self.below(p.into()),
            3 => ones << self.below(p.into()) & ones,
            _ => self.word() & ones,
        };
        let significand = significand.max(1);
        let digits = 64 - significand.leading_zeros() as i32;
        let exponent = low + self.below((high - low + 1) as u64) as i32;
        // Cut to the grid of subnormals and to the greatest value.
        let last = (exponent - digits + 1).max(format.emin() - p as i32 + 1);
        let magnitude = match last <= 971 && digits - 1 + last <= format.emax() {
            true => oracle::float(significand, last),
            false => format.greatest(),
        };
        let magnitude = magnitude.min(format.greatest());
        if self.word() & 1 == 0 {
            magnitude
        } else {
            -magnitude
        }
    }

    fn special(&mut self, format: &Format) -> f64 {
        let list = [
            0.0,
            1.0,
            f64::INFINITY,
            f64::NAN,
            format.greatest(),
            format.least_positive(),
            format.least_normal(),
        ];
        let magnitude = list[self.below(list.len() as u64) as usize];
        if self.word() & 1 == 0 {
            magnitude
        } else {
            -magnitude
        }
    }

    /// Three operands, related in ways that make trouble.
    fn operands(&mut self, format: &Format) -> [f64; 3] {
        let (emin, emax) = (format.emin(), format.emax());
        let p = format.precision() as i32;
        let least = emin - p + 1;
        let anywhere = (least, emax);
        let near_one = ((-p - 3).max(least), (p + 3).min(emax));
        match self.below(10) {
            // Anything.
            0 => [anywhere; 3].map(|range| self.value(format, range.0, range.1)),
            // Exponents so near that digits overlap.
            1..=4 => [near_one; 3].map(|range| self.value(format, range.0, range.1)),
            // Results by the lower end: x y there, z there too.
            5 => {
                let x = self.value(format, near_one.0, near_one.1);
                let e = (x.abs().to_bits() >> 52) as i32 - 1023;
                let at = (least - e - 2 + self.below(2 * p as u64 + 4) as i32).clamp(least, emax);
                let y = self.value(format, at, at);
                let z = self.value(format, least, (emin + 2).min(emax));
                [x, y, z]
            }
            // By the upper end.
            6 => {
                let x = self.value(format, near_one.0, near_one.1);
                let e = (x.abs().to_bits() >> 52) as i32 - 1023;
                let at = (emax - e - 2 + self.below(4) as i32).clamp(least, emax);
                let y = self.value(format, at, at);
                let z = self.value(format, (emax - p - 2).max(least), emax);
                [x, y, z]
            }
            // Cancellation: z is near -(x y), y near -x.
            7 => {
                let x = self.value(format, near_one.0, near_one.1);
                let y = self.value(format, near_one.0, near_one.1);
                let z = Rounder::new(*format).round(-(x * y));
                [x, y, z]
            }
            8 => {
                let x = self.value(format, anywhere.0, anywhere.1);
                let y = [format.next_up(-x), format.next_down(-x), Some(-x)]
                    [self.below(3) as usize]
                    .unwrap_or(-x);
                let z = self.value(format, least, emax);
                [x, y, z]
            }
            _ => {
                let mut all = [anywhere; 3].map(|range| self.value(format, range.0, range.1));
                all[self.below(3) as usize] = self.special(format);
                all
            }
        }
    }
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
            projection: Projection {
                format,
                rounding,
                saturation,
            },
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

/// All operations on `cases` operands of `source`, into `target`; each case in one mode that
/// deals with ties and in two others, which take turns.
fn compare(source: Format, target: Format, cases: u64, stream: u64) {
    let mut draw = Draw { stream, index: 0 };
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
            match case % 4 {
                0 => judge.check("hypot", of, |a| a.hypot(x, y), exact::hypot(x, y)),
                1 => judge.check("rsqrt", of, |a| a.rsqrt(x.abs()), exact::rsqrt(x.abs())),
                2 => judge.check("recip", of, |a| a.recip(x), exact::recip(x)),
                _ => {
                    judge.check("rem", of, |a| a.rem(x, y), exact::remainder(x, y, true));
                    judge.check("mod", of, |a| a.modulo(x, y), exact::remainder(x, y, false));
                }
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

#[test]
#[ignore = "half an hour: 10^7 results an operation and format"]
fn proof() {
    let formats = [
        Format::BINARY16,
        Format::BFLOAT16,
        Format::TF32,
        Format::BINARY32,
        Format::BINARY64,
    ];
    for (i, format) in formats.into_iter().enumerate() {
        compare(format, format, 3_400_000, 60 + i as u64);
    }
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
    let mut draw = Draw {
        stream: 50,
        index: 0,
    };
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

/// Where CPFloat and its like round twice: 1 + 2^-60, rounded up.
#[test]
fn one_rounding_not_two() {
    let up = Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive);
    let tiny = 2f64.powi(-60);
    assert_eq!(Exact::new(&up).add(1.0, tiny), 1.000_976_562_5);
    // Computed in double, rounded after: the tiny one is gone.
    assert_eq!(up.round(1.0 + tiny), 1.0);
}
