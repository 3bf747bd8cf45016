//! Operations side by side have the bits of the same operations one after the other, which the
//! oracles of the other tests judge.

use roundoff::arith::{Arith, Binary, Exact, Operand, Ternary, Unary, functions};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Saturation};

const UNARY: [Unary; 12] = [
    Unary::Convert,
    Unary::Negate,
    Unary::Abs,
    Unary::RoundTiesToEven,
    Unary::Sqrt,
    Unary::Recip,
    Unary::Exp,
    Unary::Exp2,
    Unary::Log,
    Unary::Floor,
    Unary::Tanh,
    Unary::Erf,
];
const BINARY: [Binary; 9] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::Maximum,
    Binary::Minimum,
    Binary::MaximumNumber,
    Binary::Scale,
    Binary::Hypot,
];
const TERNARY: [Ternary; 3] = [Ternary::Fma, Ternary::Faa, Ternary::Clamp];

fn formats() -> Vec<Format> {
    ["e5m2", "e4m3"]
        .iter()
        .map(|name| format!("ocp-{name}").parse().unwrap())
        .chain([
            Format::BINARY16,
            Format::BFLOAT16,
            Format::TF32,
            Format::BINARY32,
            Format::BINARY64,
            "binary8p3se".parse().unwrap(),
            "binary8p4ue".parse().unwrap(),
        ])
        .collect()
}

fn arithmetics() -> Vec<(String, Exact)> {
    let mut all = Vec::new();
    for format in formats() {
        for rounding in Rounding::ALL {
            for saturation in [Saturation::None, Saturation::Finite, Saturation::Propagate] {
                let rounder = Rounder::new(format)
                    .with_rounding(rounding)
                    .with_saturation(saturation);
                all.push((
                    format!("{format} {rounding} {saturation}"),
                    Exact::new(&rounder),
                ));
            }
        }
    }
    all
}

/// Numbers with what is special among them: values of binary16, ends of the f64 range, integers.
fn numbers(stream: u64, count: usize) -> Vec<f64> {
    const SPECIAL: [f64; 12] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        5e-324,
        -1e-310,
        1e300,
        1.5,
        2.5,
    ];
    (0..count as u64)
        .map(|i| {
            let word = word64(8, stream, i);
            match word >> 61 {
                0 => SPECIAL[(word % 12) as usize],
                1 => f64::from((word % 41) as u32) - 20.0,
                2 => f64::from_bits(word.rotate_left(3)),
                _ => half::f16::from_bits(word as u16).to_f64(),
            }
        })
        .collect()
}

fn same(what: &str, abreast: &[f64], one_by_one: impl Fn(usize) -> f64) {
    for (i, y) in abreast.iter().enumerate() {
        let one = one_by_one(i);
        assert!(
            y.to_bits() == one.to_bits(),
            "{what}, number {i}: {y:e}, not {one:e}"
        );
    }
}

#[test]
fn bits_are_those_of_one_after_the_other() {
    let [x, y, z] = [1, 2, 3].map(|stream| numbers(stream, 261));
    for (name, arith) in arithmetics() {
        // Random words are drawn in order: from the beginning again.
        let fresh = || arith.with_stream(arith.exactly().seed());
        for operation in UNARY {
            let (abreast, one) = (fresh(), fresh());
            let mut result = x.clone();
            abreast.unary_each(operation, &mut result);
            same(&format!("{name} {operation:?}"), &result, |i| {
                one.unary(operation, x[i])
            });
            assert_eq!(abreast.operations(), one.operations());
        }
        for operation in BINARY {
            let (abreast, one) = (fresh(), fresh());
            let mut result = x.clone();
            abreast.binary_each(operation, &mut result, Operand::Each(&y));
            same(&format!("{name} {operation:?}"), &result, |i| {
                one.binary(operation, x[i], y[i])
            });
            let (abreast, one) = (fresh(), fresh());
            let mut result = x.clone();
            abreast.binary_each(operation, &mut result, Operand::Same(0.75));
            same(&format!("{name} {operation:?} with 0.75"), &result, |i| {
                one.binary(operation, x[i], 0.75)
            });
        }
        for operation in TERNARY {
            let (abreast, one) = (fresh(), fresh());
            let mut result = x.clone();
            abreast.ternary_each(operation, &mut result, Operand::Each(&y), Operand::Each(&z));
            same(&format!("{name} {operation:?}"), &result, |i| {
                one.ternary(operation, x[i], y[i], z[i])
            });
        }
        let nums = fresh().nums(&x);
        let one = fresh();
        same(&format!("{name} num"), &nums, |i| one.num(x[i]));
    }
}

/// Rows whose sums grow through many binades, hover around one's end, cancel, overflow, underflow;
/// terms with more digits than the format has.
fn rows() -> Vec<Vec<f64>> {
    let word = |stream: u64, i: u64| word64(21, stream, i);
    // In [0, 1), of many digits or few.
    let fraction = |stream, i| (word(stream, i) >> 11) as f64 / (1u64 << 53) as f64;
    let short = |stream, i| f64::from((word(stream, i) >> 58) as u32) / 64.0;
    let count = 300;
    let row = |term: &dyn Fn(u64) -> f64| (0..count).map(term).collect::<Vec<f64>>();
    vec![
        row(&|i| fraction(1, i)),
        row(&|i| short(2, i)),
        row(&|_| 1.0),
        row(&|i| fraction(3, i) - 0.5),
        row(&|i| short(4, i) - 0.484375),
        // Around a power of two, from both sides.
        row(&|i| {
            if i % 2 == 0 {
                1.0
            } else {
                -1.0 + 2f64.powi(-12)
            }
        }),
        row(&|i| {
            if i == 0 {
                1.0
            } else {
                -2f64.powi(-(i as i32 % 30)) * 0.03125
            }
        }),
        // Ties in every format of few digits.
        row(&|i| {
            if i == 0 {
                1.0
            } else {
                2f64.powi(-(2 + i as i32 % 13))
            }
        }),
        row(&|i| -(short(5, i) + 1.0) * 4096.0),
        row(&|i| fraction(6, i) * 2f64.powi(-20 - (i as i32 % 9))),
        row(&|i| if i == 250 { f64::NAN } else { 1.5 }),
        row(&|i| if i == 100 { f64::INFINITY } else { -1.5 }),
        row(&|i| if i % 3 == 0 { -0.0 } else { 0.0 }),
        row(&|i| -fraction(7, i)),
        numbers(9, count as usize),
    ]
}

#[test]
fn folds_have_the_bits_of_one_after_the_other() {
    const OPERATIONS: [Binary; 4] = [
        Binary::Add,
        Binary::Maximum,
        Binary::Minimum,
        Binary::Multiply,
    ];
    for (name, arith) in arithmetics() {
        let fresh = || arith.with_stream(arith.exactly().seed());
        for (number, row) in rows().iter().enumerate() {
            for operation in OPERATIONS {
                for (from, to) in [(0, 0), (0, 1), (0, 40), (1, 300), (200, 300)] {
                    let (folded, one) = (fresh(), fresh());
                    let start = row[(from + 17) % 300];
                    let result = folded.fold(operation, start, &row[from..to]);
                    let wanted = row[from..to]
                        .iter()
                        .fold(start, |x, y| one.binary(operation, x, *y));
                    assert!(
                        result.to_bits() == wanted.to_bits(),
                        "{name} {operation:?} of row {number}, {from}..{to}: {result:e}, not {wanted:e}"
                    );
                    assert_eq!(folded.operations(), one.operations());
                }
            }
        }
    }
}

/// Beside the 128 digits that MPFR judges (`tests/functions.rs`).
#[test]
fn exponentials_of_binary64_are_right() {
    let x: Vec<f64> = (0..60_000u64)
        .map(|i| {
            // Of both signs, from 2^-60 to 2^9.
            let word = word64(22, 0, i);
            let exponent = 1023 - 60 + i % 70;
            f64::from_bits(word >> 12 | exponent << 52 | (word & 1) << 63)
        })
        .collect();
    let wide = Exact::new(&Rounder::new(Format::BINARY64));
    let mut abreast = x.clone();
    wide.unary_each(Unary::Exp, &mut abreast);
    let right = |i: usize| functions::exp(x[i].into()).to_f64();
    same("side by side", &abreast, right);
    let one_by_one: Vec<f64> = x.iter().map(|x| wide.exp(*x)).collect();
    same("one by one", &one_by_one, right);
}

#[test]
fn what_has_no_second_operand_stays() {
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    for count in [1, 5, 64, 70] {
        let mut x = vec![3.0; count];
        half.binary_each(Binary::Add, &mut x, Operand::Each(&[1.0]));
        assert_eq!(x[0], 4.0);
        assert!(x[1..].iter().all(|x| *x == 3.0), "{count}");
        half.ternary_each(
            Ternary::Fma,
            &mut x,
            Operand::Same(2.0),
            Operand::Each(&[1.0, 1.0]),
        );
        assert_eq!(x[0], 9.0);
        assert!(x[2.min(count)..].iter().all(|x| *x == 3.0), "{count}");
        half.unary_each(Unary::Exp, &mut []);
    }
}
