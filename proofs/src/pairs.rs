//! Functions of two numbers of binary16 and bfloat16, whose 2^32 pairs are too many for MPFR. All of
//! them are in [`all`]; here are random pairs and troublesome ones. Each is judged twice:
//!
//! * the result rounded to odd, to 64 digits, which decides every mode at once;
//! * `Exact` in one of the modes, all of them in turn, with the fast ways that it has.

pub mod all;
mod enclosure;

use roundoff::arith::Exact;
use roundoff::random::word64;
use roundoff::{Format, Rounder};

use crate::cores::{shares, tally};
use crate::draw::Draw;
use crate::judge::{self, is_nan, to_64_digits};
use crate::operations::{Grid, functions_of_two, right, roundings};

/// A value of the format, any of them as likely as any other.
fn any(draw: &mut Draw, format: &Format) -> f64 {
    format.decode(draw.below(1 << 16)).expect("a code")
}

/// Anything; what makes trouble for sums and products; powers that end in the format's range, near its
/// ends and near 1; exact powers; directions near the axes and the diagonal.
fn pair(draw: &mut Draw, format: &Format) -> (f64, f64) {
    let round = |x: f64| Rounder::new(*format).round(x);
    let x = any(draw, format);
    let small = |draw: &mut Draw, most: u64| draw.below(most) as f64;
    match draw.below(6) {
        0 => (x, any(draw, format)),
        1 => {
            let [x, y, _] = draw.operands(format);
            (x, y)
        }
        2 => {
            let (low, high) = (format.emin() - 12, format.emax() + 2);
            let exponent = f64::from(low) + small(draw, (high - low) as u64 * 64) / 64.0;
            (x, round(exponent / x.abs().log2()))
        }
        3 => {
            let near_one = 1.0 + (small(draw, 33) - 16.0) * format.epsilon() / 2.0;
            (round(near_one), any(draw, format))
        }
        4 => {
            let denominator = (1u64 << draw.below(5)) as f64;
            let root = round(small(draw, 64) / denominator);
            let power = [2.0, 3.0, 4.0, 5.0, 8.0][draw.below(5) as usize];
            let x = round(root.powi(power as i32));
            let y = [power, -power, 1.0 / power, 1.5, -0.5, 0.25][draw.below(6) as usize];
            (x, round(y))
        }
        _ => {
            let scale = (1u64 << draw.below(12)) as f64;
            let y = round(x * [1.0, scale, 1.0 / scale][draw.below(3) as usize]);
            let y = [Some(y), format.next_up(y), format.next_down(y)][draw.below(3) as usize];
            (x, y.unwrap_or(x))
        }
    }
}

/// How many results were tried, how many are wrong.
fn part(format: Format, count: u64, stream: u64) -> (u64, u64) {
    let grid = Grid::new(&format);
    let ours: Vec<Exact> = roundings()
        .into_iter()
        .map(|rounding| Exact::new(&Rounder::new(format).with_rounding(rounding).with_seed(5)))
        .collect();
    let words = judge::binary();
    let operations = functions_of_two();
    let word_of = ["pow", "hypot", "arctan2", "arctan2_pi"].map(|name| {
        let found = words.iter().find(|function| function.name == name);
        found.expect("a function of two numbers")
    });
    let mut draw = Draw::new(stream);
    let (mut tried, mut wrong) = (0, 0);
    let mut tell = |right: bool, what: &dyn Fn() -> String| {
        tried += 1;
        wrong += u64::from(!right);
        if !right && wrong <= 10 {
            println!("WRONG {}", what());
        }
    };
    for case in 0..count {
        let (x, y) = pair(&mut draw, &format);
        let arith = &ours[case as usize % ours.len()];
        let rounding = arith.exactly().rounding();
        for (operation, word) in operations.iter().zip(&word_of) {
            let odd = (word.ours)(x.into(), y.into()).to_odd_128();
            let truth = word.truth(x, y).to_odd_128();
            tell(
                to_64_digits(odd) == to_64_digits(truth) || is_nan(odd) && is_nan(truth),
                &|| {
                    format!(
                        "{}({x:e}, {y:e}) = {odd:032x}, MPFR {truth:032x}",
                        word.name
                    )
                },
            );
            let random = match rounding.is_stochastic() {
                true => word64(5, 0, arith.operations()),
                false => 0,
            };
            let expected = right(&grid, rounding, operation, [x, y, 0.0], random);
            let got = (operation.ours)(arith, [x, y, 0.0]);
            tell(
                got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan(),
                &|| {
                    let name = operation.name;
                    format!(
                        "{name}({x:e}, {y:e}) in {format} {rounding}: {got:e}, MPFR {expected:e}"
                    )
                },
            );
        }
    }
    (tried, wrong)
}

pub fn compare(count: u64) {
    let (each, cores) = shares(count);
    let mut failed = false;
    for (i, format) in [Format::BINARY16, Format::BFLOAT16].into_iter().enumerate() {
        let (tried, wrong) = tally(cores, |core| {
            part(format, each, (i as u64 + 8) << 32 | core)
        });
        println!(
            "{format}: {} pairs, {tried} results of four functions, wrong {wrong}",
            each * cores
        );
        failed |= wrong > 0;
    }
    if failed {
        std::process::exit(1);
    }
}
