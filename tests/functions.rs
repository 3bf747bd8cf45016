//! The elementary functions, before rounding: against MPFR's answers, kept as hashes and as the
//! worst arguments that long runs found (`proofs/` makes both), and against what the standard says
//! of limits and exact results.
//!
//! A word rounded to odd at 64 digits decides every rounding of every format of 62 digits and
//! fewer: equal words mean right results in all modes of all formats up to 16 bits.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use roundoff::arith::Wide;
use roundoff::arith::functions::{self, Unrounded};

const GOLDEN: &str = include_str!("data/functions.txt");
const GOLDEN_16_BITS: &str = include_str!("data/functions_16_bits.txt");
const WORST: &str = include_str!("data/functions_worst.txt");
const TABLE: &str = include_str!("../docs/functions.md");

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

type One = fn(Unrounded) -> Unrounded;
type Two = fn(Unrounded, Unrounded) -> Unrounded;

macro_rules! named {
    ($($name:ident)*) => { vec![$((stringify!($name), functions::$name as _)),*] };
}

fn unary() -> Vec<(&'static str, One)> {
    named! {
        exp exp2 exp10 exp_minus_one exp2_minus_one exp10_minus_one
        log log2 log10 log_one_plus log2_one_plus log10_one_plus softplus
        sin cos tan sin_pi cos_pi tan_pi
        arcsin arccos arctan arcsin_pi arccos_pi arctan_pi
        sinh cosh tanh arcsinh arccosh arctanh
        erf erfc log_gamma cbrt sqrt rsqrt recip
    }
}

fn binary() -> Vec<(&'static str, Two)> {
    named! { pow hypot arctan2 arctan2_pi }
}

/// All numbers of a 16-bit format, by code.
fn numbers(format: &str) -> Vec<f64> {
    let value = |code: u16| match format {
        "binary16" => half::f16::from_bits(code).to_f64(),
        _ => half::bf16::from_bits(code).to_f64(),
    };
    (0..=u16::MAX).map(value).collect()
}

/// FNV-1a, 64 bits, over the words' bytes.
fn hash(words: impl Iterator<Item = u128>) -> u64 {
    words
        .flat_map(u128::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// A binary128 word to odd, at 64 digits.
fn to_64_digits(word: u128) -> u128 {
    let kept = word >> 49;
    let is_nan = word << 1 > 0xfffe << 112;
    kept | (!is_nan && kept << 49 != word) as u128
}

/// The data's lines as function, format and the hash of each of sixteen parts.
fn golden() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
    GOLDEN
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split(' ');
            let (name, format) = (words.next().unwrap(), words.next().unwrap());
            let parts: Vec<&str> = words.collect();
            assert_eq!(parts.len(), 16, "{name} {format}");
            (name, format, parts)
        })
}

#[test]
fn every_16_bit_argument_has_mpfrs_answer() {
    let functions: BTreeMap<_, _> = unary().into_iter().collect();
    let mut seen = BTreeSet::new();
    for (name, format, parts) in golden().filter(|(_, format, _)| *format != "pairs") {
        let function = functions[name];
        let numbers = numbers(format);
        for (i, (part, expected)) in numbers.chunks(4096).zip(parts).enumerate() {
            let own = hash(
                part.iter()
                    .map(|x| to_64_digits(function((*x).into()).to_odd_128())),
            );
            assert_eq!(
                format!("{own:016x}"),
                expected,
                "{name}: a code of {format} from {:#06x} on; `proofs` has a command that finds it",
                i * 4096
            );
        }
        seen.insert((name, format));
    }
    for name in functions.keys() {
        for format in ["binary16", "bfloat16"] {
            assert!(
                seen.contains(&(*name, format)),
                "no golden data: {name} {format}"
            );
        }
    }
}

/// One part of the functions, so that the parts run side by side.
fn every_argument_of_p3109s_16_bit_formats(part: usize) {
    let mut formats: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let functions = unary();
    let mut seen = BTreeSet::new();
    for line in GOLDEN_16_BITS.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, format, expected] = words[..] else {
            panic!("{line}");
        };
        let place = functions.iter().position(|(other, _)| *other == name);
        let place = place.expect("a function");
        seen.insert((place, format));
        if place % PARTS != part {
            continue;
        }
        let numbers = formats.entry(format).or_insert_with(|| {
            let format: roundoff::Format = format.parse().expect("a format");
            let value = |code| format.decode(code).expect("a code");
            (0..1 << 16).map(value).collect()
        });
        let function = functions[place].1;
        let words = numbers
            .iter()
            .map(|x| to_64_digits(function((*x).into()).to_odd_128()));
        assert_eq!(
            format!("{:016x}", hash(words)),
            expected,
            "{name}: a code of {format}; `proofs` has a command that finds it"
        );
    }
    // Precisions 6 to 15 signed, 7 to 16 unsigned: the others leave the range of an f64.
    assert_eq!(seen.len(), functions.len() * 20, "golden data is missing");
}

const PARTS: usize = 4;

#[test]
fn every_argument_of_p3109s_16_bit_formats_1() {
    every_argument_of_p3109s_16_bit_formats(0);
}

#[test]
fn every_argument_of_p3109s_16_bit_formats_2() {
    every_argument_of_p3109s_16_bit_formats(1);
}

#[test]
fn every_argument_of_p3109s_16_bit_formats_3() {
    every_argument_of_p3109s_16_bit_formats(2);
}

#[test]
fn every_argument_of_p3109s_16_bit_formats_4() {
    every_argument_of_p3109s_16_bit_formats(3);
}

/// All pairs of binary16 numbers of five digits: every value of E4M3, E5M2 and P3109's formats of
/// 8 bits with three to five digits is among them.
#[test]
fn every_pair_of_8_bit_arguments_has_mpfrs_answer() {
    let functions: BTreeMap<_, _> = binary().into_iter().collect();
    let numbers: Vec<f64> = numbers("binary16").into_iter().step_by(1 << 6).collect();
    let mut seen = BTreeSet::new();
    for (name, _, parts) in golden().filter(|(_, format, _)| *format == "pairs") {
        let function = functions[name];
        for (part, expected) in numbers.chunks(64).zip(parts) {
            let own = hash(part.iter().flat_map(|x| {
                numbers
                    .iter()
                    .map(|y| to_64_digits(function((*x).into(), (*y).into()).to_odd_128()))
            }));
            assert_eq!(
                format!("{own:016x}"),
                expected,
                "{name}({:e} or a later one, any)",
                part[0]
            );
        }
        seen.insert(name);
    }
    assert!(
        seen.iter().eq(functions.keys()),
        "a function without golden data"
    );
}

/// log2 of the relative error of `ours`, the truth's magnitude being digits 2^(exponent - 191).
fn error(ours: Wide, negative: bool, exponent: i32, digits: (u128, u64)) -> f64 {
    assert_eq!(ours.is_negative(), negative);
    let aligned = match ours.exponent() - exponent {
        0 => ours.significand(),
        1 => ours.significand() << 1,
        -1 => ours.significand() >> 1,
        other => panic!("2^{other} off"),
    };
    let off = aligned.wrapping_sub(digits.0) as i128 as f64 - digits.1 as f64 / 2f64.powi(64);
    (off.abs() / digits.0 as f64).log2()
}

/// Bounds of `docs/functions.md`: log2 for results within binary64's range, and within binary128's.
fn bounds() -> BTreeMap<String, [f64; 2]> {
    let bound = |cell: &str| {
        cell.trim()
            .strip_prefix("2^")
            .and_then(|digits| digits.parse().ok())
    };
    TABLE
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            let name = cells.get(1)?.trim().trim_matches('`').to_owned();
            Some((name, [bound(cells.get(3)?)?, bound(cells.get(4)?)?]))
        })
        .collect()
}

#[test]
fn the_table_of_errors_is_what_the_worst_arguments_give() {
    let (ones, twos): (BTreeMap<_, _>, BTreeMap<_, _>) = (
        unary().into_iter().collect(),
        binary().into_iter().collect(),
    );
    let mut worst: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    for line in WORST.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let [row, name, x, y, sign, exponent, high, low] = words[..] else {
            panic!("{line}");
        };
        let number = |bits: &str| f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        let (x, y) = (number(x), number(y));
        let ours = match ones.get(name) {
            Some(function) => function(x.into()),
            None => twos[name](x.into(), y.into()),
        };
        let (Unrounded::Exact(ours) | Unrounded::Near(ours)) = ours else {
            panic!("{name}({x:e}, {y:e}) = {ours:?}");
        };
        let digits = (
            u128::from_str_radix(high, 16).unwrap(),
            u64::from_str_radix(low, 16).unwrap(),
        );
        let exponent: i32 = exponent.parse().unwrap();
        let error = error(ours, sign == "-", exponent, digits);
        let columns = worst.entry(row.to_owned()).or_insert([-200.0; 2]);
        let inside = (-1074..1024).contains(&exponent);
        for column in if inside { 0..2 } else { 1..2 } {
            columns[column] = columns[column].max(error);
        }
    }
    let bounds = bounds();
    for (name, worst) in &worst {
        let bounds = bounds
            .get(name)
            .unwrap_or_else(|| panic!("docs/functions.md lacks {name}"));
        for (worst, bound) in worst.iter().zip(bounds) {
            assert!(
                worst <= bound,
                "{name}: 2^{worst:.2} is past the table's 2^{bound}"
            );
            assert!(
                *worst > bound - 2.0,
                "{name}: 2^{worst:.2} is better than the table's 2^{bound}: make the table anew"
            );
            assert!(
                *bound <= -98.0 || name.contains("below"),
                "{name}: 2^{bound}"
            );
        }
    }
    assert!(
        bounds.keys().eq(worst.keys()),
        "a row without data, or the reverse"
    );
    for name in ones.keys().chain(twos.keys()) {
        assert!(worst.contains_key(*name), "{name} has no row");
    }
}

/// The f64 that a result is exactly, infinities and signed zeros included.
fn exactly(result: Unrounded) -> Option<u64> {
    match result {
        Unrounded::Near(_) => None,
        Unrounded::Nan => Some(f64::NAN.to_bits()),
        _ => Some(result.to_f64().to_bits()),
    }
}

#[test]
fn exact_results_and_limits() {
    let ones: BTreeMap<_, _> = unary().into_iter().collect();
    let cases: &[(&str, &[(f64, f64)])] = &[
        ("exp", &[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0)]),
        (
            "exp2",
            &[(-1074.0, 5e-324), (10.0, 1024.0), (0.0, 1.0), (-INF, 0.0)],
        ),
        ("exp10", &[(0.0, 1.0), (3.0, 1e3), (22.0, 1e22), (INF, INF)]),
        (
            "exp_minus_one",
            &[(-0.0, -0.0), (0.0, 0.0), (-INF, -1.0), (INF, INF)],
        ),
        (
            "exp2_minus_one",
            &[(3.0, 7.0), (-1.0, -0.5), (53.0, 9007199254740991.0)],
        ),
        ("exp10_minus_one", &[(2.0, 99.0), (-0.0, -0.0)]),
        (
            "log",
            &[
                (1.0, 0.0),
                (0.0, -INF),
                (-0.0, -INF),
                (INF, INF),
                (-1.0, NAN),
                (-INF, NAN),
            ],
        ),
        ("log2", &[(1.0, 0.0), (0.125, -3.0), (5e-324, -1074.0)]),
        ("log10", &[(1.0, 0.0), (1e22, 22.0), (1000.0, 3.0)]),
        (
            "log_one_plus",
            &[(-1.0, -INF), (-0.0, -0.0), (-1.5, NAN), (INF, INF)],
        ),
        ("log2_one_plus", &[(7.0, 3.0), (-0.5, -1.0), (-1.0, -INF)]),
        ("log10_one_plus", &[(99.0, 2.0), (0.0, 0.0)]),
        ("softplus", &[(-INF, 0.0), (INF, INF)]),
        ("sin", &[(-0.0, -0.0), (INF, NAN)]),
        ("cos", &[(-0.0, 1.0), (-INF, NAN)]),
        ("tan", &[(-0.0, -0.0), (INF, NAN)]),
        (
            "sin_pi",
            &[
                (0.5, 1.0),
                (-0.5, -1.0),
                (1.5, -1.0),
                (-3.0, -0.0),
                (1e300, 0.0),
            ],
        ),
        (
            "cos_pi",
            &[
                (0.5, 0.0),
                (-0.5, 0.0),
                (1.5, 0.0),
                (1.0, -1.0),
                (1e300, 1.0),
            ],
        ),
        (
            "tan_pi",
            &[
                (0.25, 1.0),
                (-0.75, 1.0),
                (0.5, INF),
                (1.5, -INF),
                (-0.5, -INF),
                (1.0, -0.0),
                (2.0, 0.0),
                (-1.0, 0.0),
            ],
        ),
        ("arcsin", &[(-0.0, -0.0), (1.5, NAN), (INF, NAN)]),
        ("arccos", &[(1.0, 0.0), (-1.5, NAN)]),
        ("arctan", &[(-0.0, -0.0)]),
        ("arcsin_pi", &[(1.0, 0.5), (-1.0, -0.5)]),
        ("arccos_pi", &[(1.0, 0.0), (0.0, 0.5), (-1.0, 1.0)]),
        (
            "arctan_pi",
            &[(1.0, 0.25), (-1.0, -0.25), (INF, 0.5), (-INF, -0.5)],
        ),
        ("sinh", &[(-0.0, -0.0), (-INF, -INF)]),
        ("cosh", &[(-0.0, 1.0), (-INF, INF)]),
        ("tanh", &[(-0.0, -0.0), (-INF, -1.0)]),
        ("arcsinh", &[(-0.0, -0.0), (-INF, -INF)]),
        (
            "arccosh",
            &[(1.0, 0.0), (0.5, NAN), (-INF, NAN), (INF, INF)],
        ),
        (
            "arctanh",
            &[
                (-0.0, -0.0),
                (1.0, INF),
                (-1.0, -INF),
                (2.0, NAN),
                (INF, NAN),
            ],
        ),
        ("erf", &[(-0.0, -0.0), (-INF, -1.0)]),
        ("erfc", &[(-0.0, 1.0), (INF, 0.0), (-INF, 2.0)]),
        (
            "log_gamma",
            &[
                (1.0, 0.0),
                (2.0, 0.0),
                (0.0, INF),
                (-0.0, INF),
                (-3.0, INF),
                (-INF, INF),
            ],
        ),
        (
            "cbrt",
            &[(-27.0, -3.0), (0.125, 0.5), (-0.0, -0.0), (-INF, -INF)],
        ),
        ("sqrt", &[(-0.0, -0.0), (2.25, 1.5), (-1.0, NAN)]),
        (
            "rsqrt",
            &[
                (0.25, 2.0),
                (-0.0, -INF),
                (0.0, INF),
                (INF, 0.0),
                (-1.0, NAN),
            ],
        ),
        ("recip", &[(-0.0, -INF), (-INF, -0.0), (4.0, 0.25)]),
    ];
    let mut tried = BTreeSet::new();
    for (name, pairs) in cases {
        for (x, expected) in pairs.iter().chain(&[(NAN, NAN)]) {
            let result = ones[name]((*x).into());
            assert_eq!(
                exactly(result),
                Some(expected.to_bits()),
                "{name}({x}) = {result:?}"
            );
        }
        tried.insert(*name);
    }
    assert!(tried.iter().eq(ones.keys()), "a function without cases");
}

#[test]
fn exact_results_and_limits_of_two_numbers() {
    let pow = functions::pow as Two;
    let cases: &[(Two, f64, f64, f64)] = &[
        // IEEE 754-2019, 9.2.1, in its order.
        (pow, NAN, 0.0, 1.0),
        (pow, INF, -0.0, 1.0),
        (pow, 1.0, NAN, 1.0),
        (pow, 1.0, -INF, 1.0),
        (pow, -0.0, -3.0, -INF),
        (pow, -0.0, -2.0, INF),
        (pow, 0.0, -INF, INF),
        (pow, -0.0, 3.0, -0.0),
        (pow, -0.0, 0.5, 0.0),
        (pow, -0.0, INF, 0.0),
        (pow, -1.0, INF, 1.0),
        (pow, -1.0, -INF, 1.0),
        (pow, 0.5, -INF, INF),
        (pow, -0.5, INF, 0.0),
        (pow, -2.0, INF, INF),
        (pow, 2.0, -INF, 0.0),
        (pow, -INF, -3.0, -0.0),
        (pow, -INF, 3.0, -INF),
        (pow, -INF, 2.5, INF),
        (pow, INF, -1.5, 0.0),
        (pow, -2.0, 0.5, NAN),
        (pow, NAN, 1.0, NAN),
        (pow, 2.0, NAN, NAN),
        // Exact.
        (pow, -3.0, 3.0, -27.0),
        (pow, 81.0, 0.75, 27.0),
        (pow, 6.25, 1.5, 15.625),
        (pow, 4.0, -2.5, 0.03125),
        (pow, 2.0, -1074.0, 5e-324),
        (pow, 3.0, 33.0, 5559060566555523.0),
        (pow, -1.0, -545460846592.0, 1.0),
        (pow, -1.0, 1e300, 1.0),
        (pow, -1.0, 4294967297.0, -1.0),
        (functions::hypot, 3.0, -4.0, 5.0),
        (functions::hypot, -0.0, -2.0, 2.0),
        (functions::hypot, NAN, -INF, INF),
        (functions::hypot, NAN, 1.0, NAN),
        (functions::hypot, -0.0, -0.0, 0.0),
        (functions::arctan2, 0.0, 1.0, 0.0),
        (functions::arctan2, -0.0, 0.0, -0.0),
        (functions::arctan2, -0.0, INF, -0.0),
        (functions::arctan2, -1.0, INF, -0.0),
        (functions::arctan2, NAN, 0.0, NAN),
        (functions::arctan2_pi, 0.0, -0.0, 1.0),
        (functions::arctan2_pi, -0.0, -1.0, -1.0),
        (functions::arctan2_pi, -2.0, 0.0, -0.5),
        (functions::arctan2_pi, -2.0, -0.0, -0.5),
        (functions::arctan2_pi, 7.0, 7.0, 0.25),
        (functions::arctan2_pi, 7.0, -7.0, 0.75),
        (functions::arctan2_pi, INF, INF, 0.25),
        (functions::arctan2_pi, -INF, -INF, -0.75),
        (functions::arctan2_pi, INF, -3.0, 0.5),
        (functions::arctan2_pi, 1.0, -INF, 1.0),
    ];
    for (function, x, y, expected) in cases {
        let result = function((*x).into(), (*y).into());
        assert_eq!(
            exactly(result),
            Some(expected.to_bits()),
            "({x}, {y}) = {result:?}"
        );
    }
    // Not exact, and said so: no power of three is a power of two, 1/9 has endless digits.
    for (x, y) in [
        (3.0, -2.0),
        (3.0, 0.5),
        (2.0, 0.5),
        (9.0, 0.25),
        (1.5, 1000.0),
    ] {
        assert!(
            matches!(pow(x.into(), y.into()), Unrounded::Near(_)),
            "{x}^{y}"
        );
    }
}

/// The words next to an f64's, as binary128 has them.
fn word(x: f64) -> u128 {
    Unrounded::from(x).to_odd_128()
}

#[test]
fn close_results_are_on_the_right_side() {
    let tiny = [1e-40, 1e-150, 2.0f64.powi(-1022), 5e-324];
    // f(x) is x and a little less, or a little more.
    let below: [One; 5] = [
        functions::sin,
        functions::tanh,
        functions::arctan,
        functions::arcsinh,
        functions::log_one_plus,
    ];
    let above: [One; 5] = [
        functions::tan,
        functions::sinh,
        functions::arcsin,
        functions::arctanh,
        functions::exp_minus_one,
    ];
    for x in tiny {
        for f in below {
            assert_eq!(f(x.into()).to_odd_128(), word(x) - 1, "{x:e}");
        }
        for f in above {
            assert_eq!(f(x.into()).to_odd_128(), word(x) + 1, "{x:e}");
        }
        assert_eq!(
            functions::exp_minus_one((-x).into()).to_odd_128(),
            word(-x) - 1
        );
        assert_eq!(
            functions::log_one_plus((-x).into()).to_odd_128(),
            word(-x) + 1
        );
        for f in [functions::cos as One, functions::erfc, functions::cos_pi] {
            assert_eq!(f(x.into()).to_odd_128(), word(1.0) - 1, "{x:e}");
        }
        for f in [
            functions::exp as One,
            functions::exp2,
            functions::exp10,
            functions::cosh,
        ] {
            assert_eq!(f(x.into()).to_odd_128(), word(1.0) + 1, "{x:e}");
        }
        assert_eq!(functions::arccos_pi(x.into()).to_odd_128(), word(0.5) - 1);
        assert_eq!(
            functions::arccos_pi((-x).into()).to_odd_128(),
            word(0.5) + 1
        );
        assert_eq!(
            functions::pow(3.0.into(), x.into()).to_odd_128(),
            word(1.0) + 1
        );
        assert_eq!(
            functions::pow(0.3.into(), x.into()).to_odd_128(),
            word(1.0) - 1
        );
        assert_eq!(
            functions::hypot(1.0.into(), x.into()).to_odd_128(),
            word(1.0) + 1
        );
        assert_eq!(
            functions::arctan2_pi(x.into(), (-1.0).into()).to_odd_128(),
            word(1.0) - 1
        );
    }
    for x in [1e3, 1e10, 1e300, f64::MAX] {
        assert_eq!(functions::tanh(x.into()).to_odd_128(), word(1.0) - 1);
        assert_eq!(functions::erf(x.into()).to_odd_128(), word(1.0) - 1);
        assert_eq!(functions::erfc((-x).into()).to_odd_128(), word(2.0) - 1);
        assert_eq!(functions::softplus(x.into()).to_odd_128(), word(x) + 1);
        assert_eq!(
            functions::exp_minus_one((-x).into()).to_odd_128(),
            word(-1.0) - 1
        );
    }
    assert_eq!(
        functions::log2_one_plus(2f64.powi(200).into()).to_odd_128(),
        word(200.0) + 1
    );
}

#[test]
fn results_past_every_format_are_numbers() {
    const GREATEST: u128 = (0x7fff << 112) - 1;
    for x in [1e5, 1e18, f64::MAX] {
        for f in [
            functions::exp as One,
            functions::exp2,
            functions::exp10,
            functions::cosh,
        ] {
            assert_eq!(f((x + 0.5).into()).to_odd_128(), GREATEST, "{x:e}");
        }
        for f in [functions::exp as One, functions::exp2, functions::softplus] {
            assert_eq!(f((-x).into()).to_odd_128(), 1, "{x:e}");
        }
        assert_eq!(functions::erfc(x.into()).to_odd_128(), 1);
        assert_eq!(
            functions::sinh((-x).into()).to_odd_128(),
            1 << 127 | GREATEST
        );
        assert_eq!(
            functions::pow((-3.0).into(), f64::MAX.into()).to_odd_128(),
            GREATEST
        );
        assert_eq!(
            functions::pow((-3.0).into(), (-x).trunc().into()).to_odd_128() << 1,
            2
        );
    }
    // 2^16384 is the least that is past, 2^-16494 the least number.
    assert_eq!(functions::exp2(16384.0.into()).to_odd_128(), GREATEST);
    assert_eq!(functions::exp2(16383.0.into()).to_odd_128(), 0x7ffe << 112);
    assert_eq!(functions::exp2((-16494.0).into()).to_odd_128(), 1);
    assert_eq!(functions::exp2((-16493.0).into()).to_odd_128(), 2);
    assert_eq!(functions::exp2((-16382.0).into()).to_odd_128(), 1 << 112);
    assert_eq!(functions::exp2((-16383.5).into()).to_odd_128() >> 110, 1);
}

/// Any f64 at all, or a wide number with an exponent that no f64 has.
fn anything(random: &mut StdRng) -> Unrounded {
    match random.random_range(0..8) {
        0 => {
            let exponent = random.random_range(-(1 << 28)..1 << 28);
            Wide::from_f64(any(random)).scaled(exponent).into()
        }
        1 => (Wide::from_f64(any(random)) / Wide::from(3)).into(),
        2 => f64::from(random.random::<i16>()).into(),
        3 => any(random).into(),
        _ => f64::from_bits(random.random()).into(),
    }
}

fn minus(x: Unrounded) -> Unrounded {
    match x {
        Unrounded::Nan => x,
        Unrounded::Infinity { negative } => Unrounded::Infinity {
            negative: !negative,
        },
        Unrounded::Zero { negative } => Unrounded::Zero {
            negative: !negative,
        },
        Unrounded::Exact(x) => Unrounded::Exact(-x),
        Unrounded::Near(x) => Unrounded::Near(-x),
    }
}

/// No argument makes a function panic (the tests check for overflow), and signs mirror.
#[test]
fn any_argument_has_a_result_and_signs_mirror() {
    let odd = [
        "sin",
        "tan",
        "sin_pi",
        "tan_pi",
        "arcsin",
        "arctan",
        "arcsin_pi",
        "arctan_pi",
        "sinh",
        "tanh",
        "arcsinh",
        "arctanh",
        "erf",
        "cbrt",
        "recip",
    ];
    let even = ["cos", "cos_pi", "cosh"];
    let mut random = StdRng::seed_from_u64(5);
    let mut mirrored = 0;
    for (name, function) in unary() {
        for _ in 0..5000 {
            let x = anything(&mut random);
            let (result, other) = (function(x), function(minus(x)));
            if odd.contains(&name) {
                assert_eq!(other, minus(result), "{name}({x:?})");
                mirrored += 1;
            } else if even.contains(&name) {
                assert_eq!(other, result, "{name}({x:?})");
                mirrored += 1;
            }
            let nan = result.to_odd_128() << 1 > 0xfffe << 112;
            assert_eq!(nan, result == Unrounded::Nan, "{name}({x:?})");
        }
    }
    assert_eq!(mirrored, 5000 * (odd.len() + even.len()));
    for (_, function) in binary() {
        for _ in 0..20_000 {
            let (x, y) = (anything(&mut random), anything(&mut random));
            function(x, y).to_odd_128();
        }
    }
}

/// A double with any exponent that keeps sums, products and quotients in range.
fn any(random: &mut StdRng) -> f64 {
    let exponent = random.random_range(-500..500);
    let digits = random.random_range(0..54);
    let x = f64::from_bits(
        1023 << 52 | (random.random::<u64>() >> 12 >> digits << digits & ((1 << 52) - 1)),
    );
    let sign = if random.random() { 1.0 } else { -1.0 };
    sign * x
        * 2f64.powi(if random.random() {
            exponent
        } else {
            exponent / 16
        })
}

#[test]
fn wide_arithmetic_rounds_to_what_the_hardware_gives() {
    let mut random = StdRng::seed_from_u64(3);
    for _ in 0..200_000 {
        let (x, y) = (any(&mut random), any(&mut random));
        let (a, b) = (Wide::from_f64(x), Wide::from_f64(y));
        assert_eq!(a.to_f64(), x);
        assert_eq!((a + b).to_f64(), x + y, "{x:e} + {y:e}");
        assert_eq!((a - b).to_f64(), x - y, "{x:e} - {y:e}");
        assert_eq!((a * b).to_f64(), x * y, "{x:e} {y:e}");
        assert_eq!((a / b).to_f64(), x / y, "{x:e} / {y:e}");
        assert_eq!(a.abs().sqrt().to_f64(), x.abs().sqrt(), "sqrt {x:e}");
        assert_eq!(a.partial_cmp(&b), x.partial_cmp(&y));
    }
}

#[test]
fn wide_arithmetic_is_exact_where_it_can_be() {
    let mut random = StdRng::seed_from_u64(4);
    for _ in 0..100_000 {
        let (x, y) = (any(&mut random), any(&mut random));
        let (a, b) = (Wide::from_f64(x), Wide::from_f64(y));
        // 53 + 53 digits fit, so division and root give the factor back, with nothing lost.
        assert_eq!(a * b / b, a, "{x:e} {y:e}");
        assert_eq!((a * a).sqrt(), a.abs(), "{x:e}");
        // A quotient that is not exact is odd, and on the right side.
        let quotient = a / b;
        if quotient.significand() & 1 == 1 {
            let back = quotient * b;
            assert!(back != a || back.significand() & 1 == 1, "{x:e} / {y:e}");
        }
    }
    assert_eq!(Wide::ONE - Wide::ONE, Wide::ZERO);
    assert_eq!(
        Wide::from_f64(f64::MIN_POSITIVE / 2.0).to_f64(),
        f64::MIN_POSITIVE / 2.0
    );
    assert_eq!(Wide::from_f64(5e-324).scaled(-1).to_f64(), 0.0);
    assert_eq!(
        (Wide::from_f64(5e-324) * Wide::from_f64(0.75)).to_f64(),
        5e-324
    );
    assert_eq!(Wide::from_f64(f64::MAX).scaled(1).to_f64(), f64::INFINITY);
    assert_eq!(Wide::from(i32::MIN).to_f64(), -2147483648.0);
}
