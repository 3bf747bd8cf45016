//! Every operation on all operands of the formats of 8 bits, in every mode, and all triples of the
//! formats of up to 5 bits, against exact integers (`oracle/`).

mod oracle;

use oracle::formats::{eight_bits, modes, operands, p3109, roundings};
use oracle::operations as exact;
use oracle::{Projection, Value, same};
use roundoff::arith::{Arith, Exact};
use roundoff::random::{word, word64};
use roundoff::{Format, Overflow, Rounder, Rounding, Saturation, Variant};

/// An arithmetic and what judges it.
struct Judged {
    arith: Exact,
    projection: Projection,
    seed: u64,
}

impl Judged {
    fn new(format: Format, rounding: Rounding, saturation: Saturation) -> Self {
        let seed = 17;
        let rounder = Rounder::new(format)
            .with_rounding(rounding)
            .with_saturation(saturation)
            .with_seed(seed);
        Self {
            arith: Exact::new(&rounder),
            projection: Projection::new(format, rounding, saturation),
            seed,
        }
    }

    /// The value for `exact` at the random word that the next operation takes.
    fn expected(&self, exact: Value) -> f64 {
        let random = match self.projection.rounding.is_stochastic() {
            true => random64(self.seed, self.arith.operations()),
            false => 0,
        };
        self.projection.project(exact, random)
    }

    fn check(&self, got: impl FnOnce(&Exact) -> f64, exact: Value, of: impl Fn() -> String) {
        let expected = self.expected(exact);
        let got = got(&self.arith);
        assert!(
            same(got, expected),
            "{} in {} {} {}: {got:e}, but {expected:e} is right",
            of(),
            self.projection.format,
            self.projection.rounding,
            self.projection.saturation,
        );
    }
}

/// 64 random bits of an operation: the word at its number, then one of another key.
fn random64(seed: u64, index: u64) -> u64 {
    word64(seed, 0, index)
}

/// All that judges: every mode unsaturated, four of them saturated both ways.
fn judges(format: Format) -> Vec<Judged> {
    modes(&roundings(&[(Variant::A, 52), (Variant::C, 53)]))
        .into_iter()
        .map(|(rounding, saturation)| Judged::new(format, rounding, saturation))
        .collect()
}

fn all_pairs(formats: &[Format]) {
    for format in formats {
        let values = operands(format);
        let judges = judges(*format);
        let toward_negative = Rounding::TowardNegative;
        let even = Rounding::NearestTiesToEven;
        for &x in &values {
            let root = exact::sqrt(x);
            let (div, rsqrt): (fn(f64, f64) -> Value, _) = match format.overflow() {
                Overflow::P3109 => (exact::p3109_div, exact::p3109_rsqrt(x)),
                _ => (exact::div, exact::rsqrt(x)),
            };
            let reciprocal = div(1.0, x);
            for judge in &judges {
                judge.check(|a| a.sqrt(x), root, || format!("sqrt {x}"));
                judge.check(|a| a.recip(x), reciprocal, || format!("1 / {x}"));
                judge.check(|a| a.rsqrt(x), rsqrt, || format!("1 / sqrt {x}"));
                judge.check(|a| a.neg(x), Value::of(-x), || format!("-({x})"));
                judge.check(|a| a.abs(x), Value::of(x.abs()), || format!("|{x}|"));
            }
            for &y in &values {
                // The mode matters to the sign of a zero alone.
                let sums = [exact::add(x, y, even), exact::add(x, y, toward_negative)];
                let differences = [exact::sub(x, y, even), exact::sub(x, y, toward_negative)];
                let product = exact::mul(x, y);
                let quotient = div(x, y);
                for judge in &judges {
                    let down = usize::from(judge.projection.rounding == toward_negative);
                    judge.check(|a| a.add(x, y), sums[down], || format!("{x} + {y}"));
                    judge.check(|a| a.sub(x, y), differences[down], || format!("{x} - {y}"));
                    judge.check(|a| a.mul(x, y), product, || format!("{x} * {y}"));
                    judge.check(|a| a.div(x, y), quotient, || format!("{x} / {y}"));
                }
            }
        }
    }
}

#[test]
fn all_pairs_of_eight_bits_even_formats() {
    let formats: Vec<Format> = eight_bits().into_iter().step_by(2).collect();
    all_pairs(&formats);
}

#[test]
fn all_pairs_of_eight_bits_odd_formats() {
    let formats: Vec<Format> = eight_bits().into_iter().skip(1).step_by(2).collect();
    all_pairs(&formats);
}

#[test]
fn all_pairs_of_the_rarer_operations() {
    for format in [Format::OCP_E4M3, Format::OCP_E5M2, Format::E3M4] {
        let values = operands(&format);
        let judges = judges(format);
        for &x in &values {
            for &y in &values {
                let hypot = exact::hypot(x, y);
                let rem = exact::remainder(x, y, true);
                let modulo = exact::remainder(x, y, false);
                for judge in &judges {
                    judge.check(|a| a.hypot(x, y), hypot, || format!("hypot {x} {y}"));
                    judge.check(|a| a.rem(x, y), rem, || format!("{x} rem {y}"));
                    judge.check(|a| a.modulo(x, y), modulo, || format!("{x} mod {y}"));
                }
            }
        }
    }
}

#[test]
fn all_triples_of_up_to_five_bits() {
    let mut formats: Vec<Format> = (3..=5).flat_map(p3109).collect();
    formats.push(Format::OCP_E2M1);
    formats.push(Format::ieee(2, 2).expect("5 bits"));
    formats.push(Format::ieee(3, 1).expect("5 bits"));
    for format in formats {
        let values = operands(&format);
        let judges = judges(format);
        for &x in &values {
            for &y in &values {
                for &z in &values {
                    triple(&judges, x, y, z);
                }
            }
        }
    }
}

fn triple(judges: &[Judged], x: f64, y: f64, z: f64) {
    let modes = [Rounding::NearestTiesToEven, Rounding::TowardNegative];
    let fma = modes.map(|mode| exact::fma(x, y, z, mode));
    let faa = modes.map(|mode| exact::faa(x, y, z, mode));
    for judge in judges {
        let down = usize::from(judge.projection.rounding == Rounding::TowardNegative);
        judge.check(|a| a.fma(x, y, z), fma[down], || format!("{x} * {y} + {z}"));
        judge.check(|a| a.faa(x, y, z), faa[down], || format!("{x} + {y} + {z}"));
    }
}

fn random_triples(count: u64) {
    let formats = eight_bits();
    for (i, format) in formats.iter().enumerate() {
        let values = operands(format);
        let judges = judges(*format);
        for n in 0..count / formats.len() as u64 {
            let draw = word(3, i as u64, n);
            let pick = |shift: u32| values[(draw >> shift & 255) as usize % values.len()];
            triple(&judges, pick(0), pick(8), pick(16));
        }
    }
}

#[test]
fn random_triples_of_eight_bits() {
    random_triples(100_000);
}

#[test]
#[ignore = "minutes: 10^7 triples"]
fn proof_of_triples() {
    random_triples(10_000_000);
}
