//! How often a result that is computed in double and rounded again is another than the exact result
//! rounded once.
//!
//! ```text
//! cargo run --release --example double_rounding
//! ```
//!
//! Prints the table of docs/arithmetic.md: percent of a million random operands, by format, operation
//! and rounding. The two ways draw the same random words, so that only the second rounding differs.

use roundoff::arith::{Binary, Exactly, Ternary, Unary};
use roundoff::random::word64;
use roundoff::{Format, Rounder, Rounding, Subnormals};

const CASES: u64 = 1_000_000;

const ROUNDINGS: [Rounding; 5] = [
    Rounding::NearestTiesToEven,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::ToOdd,
    Rounding::STOCHASTIC,
];

/// Random digits, an exponent in the range.
fn value(format: &Format, (low, high): (i32, i32), word: u64) -> f64 {
    let exponent = low + (((word & 0xffff) * (high - low + 1) as u64) >> 16) as i32;
    let fraction = 1.0 + (word >> 17) as f64 * 2f64.powi(-47);
    let magnitude = Rounder::new(*format).round(fraction * 2f64.powi(exponent));
    if word >> 16 & 1 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

/// Once and twice rounded.
fn both(exactly: &Exactly, operation: usize, [x, y, z]: [f64; 3], random: u64) -> [f64; 2] {
    let (once, double) = match operation {
        0 => (exactly.binary(Binary::Add, x, y, random), x + y),
        1 => (exactly.binary(Binary::Multiply, x, y, random), x * y),
        2 => (exactly.binary(Binary::Divide, x, y, random), x / y),
        3 => (exactly.unary(Unary::Sqrt, x.abs(), random), x.abs().sqrt()),
        _ => (
            exactly.ternary(Ternary::Fma, x, y, z, random),
            x.mul_add(y, z),
        ),
    };
    [once, exactly.num(double, random)]
}

fn main() {
    let custom = |p| Format::custom(p, -126, 127, Subnormals::Kept);
    let formats = [
        ("binary16", Ok(Format::BINARY16)),
        ("bfloat16", Ok(Format::BFLOAT16)),
        ("binary32", Ok(Format::BINARY32)),
        ("40 digits", custom(40)),
    ];
    println!("percent wrong       operands      add      mul      div     sqrt      fma");
    for (name, format) in formats {
        let format = format.expect("an f64 carries it");
        let near = (-5, 5);
        // Products and quotients stay in range.
        let wide = (format.emin() / 2, format.emax() / 2);
        for (operands, range) in [("near", near), ("anywhere", wide)] {
            for rounding in ROUNDINGS {
                let exactly = Exactly::new(&Rounder::new(format).with_rounding(rounding));
                let mut wrong = [0u64; 5];
                for i in 0..CASES {
                    let of = [0, 1, 2].map(|k| value(&format, range, word64(7, k, i)));
                    let random = word64(8, 0, i);
                    for (operation, wrong) in wrong.iter_mut().enumerate() {
                        let [once, twice] = both(&exactly, operation, of, random);
                        *wrong += u64::from(once != twice && !once.is_nan());
                    }
                }
                let mode = rounding.to_string();
                print!("{name:<9} {mode:<18} {operands:<8}");
                for wrong in wrong {
                    print!(" {:>8.4}", wrong as f64 / CASES as f64 * 100.0);
                }
                println!();
            }
        }
    }
}
