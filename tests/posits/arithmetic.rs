//! Every operation the exact result rounded once.

use std::cmp::Ordering;

use num_bigint::BigInt;
use roundoff::arith::{Binary, Ternary, Unary};
use roundoff::numbers::{Projection, ScalarSystem};
use roundoff::posit::Posit;
use roundoff::random::word64;
use roundoff::takum::Takum;
use roundoff::{Rounding, Saturation};

use crate::exact::{Exact, System, posit, takum};
use crate::rounding::projection;

const DETERMINISTIC: [Rounding; 7] = [
    Rounding::NearestTiesToEven,
    Rounding::NearestTiesToAway,
    Rounding::NearestTiesToZero,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
];

/// An exact result: a quotient, or a root of one.
struct Result {
    numerator: Exact,
    /// Positive.
    denominator: Exact,
    root: bool,
}

impl Result {
    fn of(numerator: Exact) -> Self {
        Self {
            numerator,
            denominator: Exact::new(1, 0),
            root: false,
        }
    }

    /// Its magnitude against v >= 0.
    fn cmp(&self, v: &Exact) -> Ordering {
        let negative = self.numerator.sign().is_lt();
        let mut magnitude = self.numerator.clone();
        if negative {
            magnitude.significand = -magnitude.significand;
        }
        let v = if self.root { v.times(v) } else { v.clone() };
        magnitude.cmp(&v.times(&self.denominator))
    }
}

fn binary(operation: Binary, a: &Exact, b: &Exact) -> Option<Result> {
    Some(match operation {
        Binary::Add => Result::of(a.plus(b)),
        Binary::Subtract => Result::of(a.minus(b)),
        Binary::Multiply => Result::of(a.times(b)),
        _ => {
            let positive = Exact::new(BigInt::from(b.significand.magnitude().clone()), b.exponent);
            let numerator = match b.sign() {
                Ordering::Equal => return None,
                Ordering::Less => Exact::new(-a.significand.clone(), a.exponent),
                Ordering::Greater => a.clone(),
            };
            Result {
                numerator,
                denominator: positive,
                root: false,
            }
        }
    })
}

/// Is `got` what the oracle says?
fn judge(oracle: &System, mode: Rounding, result: Option<&Result>, got: f64) -> bool {
    let Some(result) = result else {
        return got.is_nan();
    };
    if result.numerator.sign().is_eq() {
        return got == 0.0;
    }
    let negative = result.numerator.sign().is_lt();
    let code = oracle.round(mode, negative, 0, |v| result.cmp(v), None);
    oracle.values[code].is_f64(if negative { -got } else { got })
}

const FOUR: [Binary; 4] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
];

fn pairs(
    system: &impl ScalarSystem,
    oracle: &System,
    mode: Rounding,
    pairs: &[(u64, u64)],
    formula: impl Fn(u64) -> Option<Exact>,
) {
    let projection = projection(mode);
    for (a, b) in pairs {
        let (x, y) = (system.decode(*a), system.decode(*b));
        let exact = formula(*a).zip(formula(*b));
        for operation in FOUR {
            let result = exact.as_ref().and_then(|(a, b)| binary(operation, a, b));
            let got = system.binary(operation, x, y, &projection, 0);
            assert!(
                judge(oracle, mode, result.as_ref(), got),
                "{system} {mode}: {operation}({x:e}, {y:e}) = {got:e}"
            );
        }
    }
}

fn roots(
    system: &impl ScalarSystem,
    oracle: &System,
    mode: Rounding,
    codes: u64,
    formula: impl Fn(u64) -> Option<Exact>,
) {
    let projection = projection(mode);
    for code in 0..codes {
        let x = system.decode(code);
        let result = formula(code).filter(|a| !a.sign().is_lt()).map(|a| Result {
            numerator: a,
            denominator: Exact::new(1, 0),
            root: true,
        });
        let got = system.unary(Unary::Sqrt, x, &projection, 0);
        assert!(
            judge(oracle, mode, result.as_ref(), got),
            "{system} {mode}: sqrt({x:e}) = {got:e}"
        );
    }
}

fn all_pairs(width: u32) -> Vec<(u64, u64)> {
    (0..1u64 << width)
        .flat_map(|a| (0..1u64 << width).map(move |b| (a, b)))
        .collect()
}

#[test]
fn posit8_all_pairs() {
    let oracle = System::new(8, posit);
    let nearest = Rounding::NearestTiesToEven;
    pairs(&Posit::POSIT8, &oracle, nearest, &all_pairs(8), |code| {
        posit(code, 8)
    });
    roots(&Posit::POSIT8, &oracle, nearest, 256, |code| posit(code, 8));
}

#[test]
fn small_posits_and_takums_all_pairs_every_mode() {
    for mode in DETERMINISTIC {
        for width in [2, 3, 5, 6] {
            let system = Posit::new(width).unwrap();
            let oracle = System::new(width, posit);
            pairs(&system, &oracle, mode, &all_pairs(width), |code| {
                posit(code, width)
            });
            roots(&system, &oracle, mode, 1 << width, |code| {
                posit(code, width)
            });
            let system = Takum::linear(width).unwrap();
            let oracle = System::new(width, takum);
            pairs(&system, &oracle, mode, &all_pairs(width), |code| {
                takum(code, width)
            });
            roots(&system, &oracle, mode, 1 << width, |code| {
                takum(code, width)
            });
        }
    }
}

#[test]
fn wide_posits_and_takums() {
    let codes: Vec<(u64, u64)> = (0..3000)
        .map(|i| (word64(1, 1, i) & 0xffff, word64(1, 2, i) & 0xffff))
        .collect();
    let (posits, takums) = (System::new(16, posit), System::new(16, takum));
    for mode in [Rounding::NearestTiesToEven, Rounding::TowardNegative] {
        pairs(&Posit::POSIT16, &posits, mode, &codes, |code| {
            posit(code, 16)
        });
        pairs(&Takum::linear(16).unwrap(), &takums, mode, &codes, |code| {
            takum(code, 16)
        });
    }
}

/// posit32 has too many values for a list: the neighbours of what came out, from its code.
#[test]
fn posit32_results_are_the_nearest() {
    let nearest = projection(Rounding::NearestTiesToEven);
    let system = Posit::POSIT32;
    let around_one = |seed: u64, i: u64| (word64(seed, 0, i) as u32 >> 2).wrapping_add(0x2000_0000);
    for i in 0..20_000 {
        let (a, b) = (u64::from(around_one(1, i)), u64::from(around_one(2, i)));
        let (x, y) = (posit(a, 32).unwrap(), posit(b, 32).unwrap());
        for operation in FOUR {
            let result = binary(operation, &x, &y).unwrap();
            if !result.numerator.sign().is_gt() {
                continue;
            }
            let got = system.binary(operation, system.decode(a), system.decode(b), &nearest, 0);
            let code = system.encode(got).unwrap();
            // The 33-bit codes on both sides of it: the result is between them, on the inner side of
            // a tie where the code is odd.
            let below = result.cmp(&posit(2 * code - 1, 33).unwrap());
            let above = result.cmp(&posit(2 * code + 1, 33).unwrap());
            let even = code % 2 == 0;
            assert!(
                below.is_gt() || below.is_eq() && even,
                "{operation} {x:?} {y:?}: {got}"
            );
            assert!(
                above.is_lt() || above.is_eq() && even,
                "{operation} {x:?} {y:?}: {got}"
            );
        }
    }
}

#[test]
fn fused_operations_round_once() {
    let oracle = System::new(8, posit);
    for mode in [Rounding::NearestTiesToEven, Rounding::TowardPositive] {
        let projection = projection(mode);
        for i in 0..60_000 {
            let word = word64(7, 7, i);
            let codes = [word & 0xff, word >> 8 & 0xff, word >> 16 & 0xff];
            let values = codes.map(|code| Posit::POSIT8.decode(code));
            let exact = codes.map(|code| posit(code, 8));
            let result = match exact {
                [Some(a), Some(b), Some(c)] => Some(Result::of(a.times(&b).plus(&c))),
                _ => None,
            };
            let got = Posit::POSIT8.ternary(Ternary::Fma, values, &projection, 0);
            assert!(
                judge(&oracle, mode, result.as_ref(), got),
                "{mode} {values:?}: {got}"
            );
        }
    }
}

#[test]
fn a_quire_rounds_once() {
    let oracle = System::new(16, posit);
    let nearest = projection(Rounding::NearestTiesToEven);
    for run in 0..200u64 {
        let vector = |seed: u64| -> Vec<u64> {
            (0..run % 40)
                .map(|i| word64(seed, run, i) & 0xffff)
                .filter(|code| *code != 0x8000)
                .collect()
        };
        let (mut a, mut b) = (vector(1), vector(2));
        let len = a.len().min(b.len());
        a.truncate(len);
        b.truncate(len);
        let exact = a.iter().zip(&b).fold(Exact::new(0, 0), |sum, (a, b)| {
            sum.plus(&posit(*a, 16).unwrap().times(&posit(*b, 16).unwrap()))
        });
        let values = |codes: &[u64]| -> Vec<f64> {
            codes
                .iter()
                .map(|code| Posit::POSIT16.decode(*code))
                .collect()
        };
        let got = Posit::POSIT16
            .fused_dot(&values(&a), &values(&b), &nearest, 0)
            .unwrap();
        assert!(
            judge(&oracle, nearest.rounding(), Some(&Result::of(exact)), got),
            "run {run}: {got}"
        );
    }
    let dot = |x: &[f64], y: &[f64]| Posit::POSIT16.fused_dot(x, y, &nearest, 0);
    assert!(dot(&[1.0, f64::NAN], &[1.0, 1.0]).unwrap().is_nan());
    assert!(dot(&[f64::INFINITY], &[0.0]).unwrap().is_nan());
    assert!(dot(&[f64::INFINITY], &[1.0]).unwrap().is_nan());
    assert_eq!(dot(&[], &[]), Ok(0.0));
    let error = dot(&[1.0], &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "vectors of 1 and 0 values: make them as long"
    );
}

/// Division by zero, roots of negative numbers and NaR give NaR (Posit Standard 2022, 5.1).
#[test]
fn what_is_not_real() {
    let takum = Takum::linear(8).unwrap();
    let systems: [&dyn ScalarSystem; 2] = [&Posit::POSIT8, &takum];
    let saturations = [Saturation::None, Saturation::Finite, Saturation::Propagate];
    for (mode, saturation) in DETERMINISTIC
        .into_iter()
        .flat_map(|mode| saturations.map(|saturation| (mode, saturation)))
    {
        let projection = Projection::new(mode, saturation);
        for system in systems {
            let divide = |x, y| system.binary(Binary::Divide, x, y, &projection, 0);
            assert!(divide(0.0, 0.0).is_nan());
            assert!(divide(1.0, 0.0).is_nan() && divide(-1.0, 0.0).is_nan());
            assert!(divide(f64::NAN, 1.0).is_nan());
            let unary = |operation, x| system.unary(operation, x, &projection, 0);
            assert!(unary(Unary::Sqrt, -1.0).is_nan());
            assert!(unary(Unary::Log, 0.0).is_nan());
            // Past the greatest value is a real number still.
            assert!(unary(Unary::Exp, 8192.0).is_finite());
        }
    }
}
