//! Other people's tables: P3109's value tables and golden vectors of an oracle that is not ours.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use npyz::npz::NpzArchive;
use roundoff::{Format, Rounder, Rounding, Saturation, Subnormals};

use crate::oracle::{bits, set};

/// A C hexadecimal float: `-0x1.8p+3`.
fn hexadecimal(text: &str) -> f64 {
    match text {
        "NaN" => return f64::NAN,
        "Inf" => return f64::INFINITY,
        "-Inf" => return f64::NEG_INFINITY,
        _ => {}
    }
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (digits, exponent) = text
        .strip_prefix("0x")
        .and_then(|rest| rest.split_once('p'))
        .unwrap_or_else(|| panic!("{text} is no hexadecimal float"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significand = u64::from_str_radix(&format!("{whole}{fraction}"), 16).expect("digits");
    let exponent: i32 = exponent.parse().expect("an exponent");
    crate::oracle::float(negative, significand, exponent - 4 * fraction.len() as i32)
}

#[test]
fn p3109_value_tables() {
    let folder = Path::new("../shared/data/p3109");
    let Ok(entries) = fs::read_dir(folder) else {
        println!(
            "SKIPPED: no {}: P3109's value tables are not compared",
            folder.display()
        );
        return;
    };
    let mut tables = 0;
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name")
            .to_owned();
        if !name.starts_with("Binary") {
            continue;
        }
        let format: Format = name
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let ours = set(&name).expect("a set of the oracle");
        let text = fs::read_to_string(&path).expect("a table");
        let mut codes = 0;
        for line in text.lines().skip(1) {
            let fields: Vec<_> = line.split(',').collect();
            let code = u64::from_str_radix(fields[0].trim_start_matches("0x"), 16).expect("a code");
            let value = hexadecimal(fields[1]);
            let subnormal = fields[2].trim() == "*";
            let decoded = format.decode(code).expect("a code of the format");
            assert!(
                decoded == value || (decoded.is_nan() && value.is_nan()),
                "{name} {line}: {decoded}"
            );
            assert!(
                decoded != 0.0 || decoded.is_sign_positive(),
                "{name} {line}"
            );
            assert_eq!(format.encode(value), Ok(code), "{name} {line}");
            assert_eq!(
                bits(ours.decode(code)),
                bits(decoded),
                "{name} {line}: the oracle"
            );
            let below = value.abs() < format.least_normal() && value != 0.0;
            assert_eq!(below, subnormal, "{name} {line}");
            codes += 1;
        }
        assert_eq!(codes, 1usize << format.width().expect("a width"), "{name}");
        let finite = (0..codes as u64).filter(|c| format.decode(*c).is_ok_and(f64::is_finite));
        assert_eq!(finite.count() as u128, format.count_finite(), "{name}");
        tables += 1;
    }
    assert_eq!(tables, 120);
}

const ROWS: [Rounding; 7] = [
    Rounding::NearestTiesToEven,
    Rounding::NearestTiesToAway,
    Rounding::NearestTiesToZero,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
];

#[test]
fn golden_vectors() {
    let file = File::open("tests/data/chop/f32.npz").expect("the golden vectors");
    let mut archive = NpzArchive::new(BufReader::new(file)).expect("an npz file");
    let mut words = |name: &str| -> Vec<u32> {
        let array = archive.by_name(name).expect("an array").expect("the array");
        array.into_vec().expect("words of 32 bits")
    };
    let input: Vec<f32> = words("input").into_iter().map(f32::from_bits).collect();
    let coarse = Format::BINARY16.with_subnormals(Subnormals::Rounded);
    let cases = [
        ("binary16", Format::BINARY16, Saturation::None),
        ("bfloat16", Format::BFLOAT16, Saturation::None),
        ("tf32", Format::TF32, Saturation::None),
        ("e4m3fn", Format::OCP_E4M3, Saturation::None),
        ("e4m3fn_sat", Format::OCP_E4M3, Saturation::Finite),
        ("e5m2", Format::OCP_E5M2, Saturation::None),
        ("e2m1", Format::OCP_E2M1, Saturation::None),
        ("binary16_nosubn", coarse, Saturation::None),
    ];
    assert_eq!(input.len(), 9941);
    for (name, format, saturation) in cases {
        let want = words(name);
        for (mode, want) in ROWS.into_iter().zip(want.chunks(input.len())) {
            let rounder = Rounder::new(format)
                .with_rounding(mode)
                .with_saturation(saturation);
            let mut rounded = input.clone();
            rounder.round_slice(&mut rounded);
            for ((x, got), want) in input.iter().zip(&rounded).zip(want) {
                assert_eq!(
                    got.to_bits(),
                    *want,
                    "{name} {mode} {saturation}: {x:?} ({:#010x}) gives {got:?}",
                    x.to_bits()
                );
                assert_eq!(
                    rounder.round(*x).to_bits(),
                    *want,
                    "{name} {mode} {x:?} alone"
                );
            }
        }
    }
}
