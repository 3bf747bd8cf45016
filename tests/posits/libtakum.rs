//! Takums against the library of the format's author, code for code (`tests/peers/takum_golden.c`
//! wrote its results), and against constants of his Julia package.

use std::collections::BTreeMap;

use roundoff::arith::{Binary, Unary};
use roundoff::numbers::{Projection, ScalarSystem};
use roundoff::takum::Takum;
use roundoff::{Rounding, Saturation};

use crate::golden::{code, fnv};

const GOLDEN: &str = include_str!("../data/posits/libtakum.txt");

fn nearest() -> Projection {
    Projection::new(Rounding::NearestTiesToEven, Saturation::None)
}

fn word(x: f64) -> u64 {
    if x.is_nan() {
        0x7ff8 << 48
    } else {
        x.to_bits()
    }
}

/// Twice the natural logarithm of a magnitude, a multiple of 2^-27: as a code has it.
fn logarithm(x: f64) -> f64 {
    const UNITS: f64 = (1u64 << 27) as f64;
    (2.0 * x.abs().ln() * UNITS).round_ties_even() / UNITS
}

/// The driver's random words and numbers.
fn mix(i: u64) -> u64 {
    let z = i.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

fn number(i: u64) -> f64 {
    let field = 1023 + mix(i + 1_000_000) % 520 - 260;
    f64::from_bits(mix(i) & 0x800f_ffff_ffff_ffff | field << 52)
}

/// The codes that were decoded.
fn codes(takum: &Takum) -> impl Iterator<Item = u64> {
    let (count, step) = match takum.code_width() {
        8 => (256, 1),
        16 => (65536, 1),
        _ => (65536, 65537),
    };
    (0..count).map(move |i| i * step)
}

#[test]
fn takums_are_libtakums() {
    let hex = |word: &str| u64::from_str_radix(word, 16).unwrap();
    let operation = |name: &str| match name.trim_end_matches('s') {
        "product" => Binary::Multiply,
        _ => Binary::Divide,
    };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        *seen.entry(words[0]).or_default() += 1;
        let takum: Takum = words[1].parse().unwrap();
        let bytes = |code: u64| (0..takum.code_width() / 8).map(move |i| (code >> (8 * i)) as u8);
        let encoded = |x: f64| code(&takum, takum.round_f64(x, &nearest(), 0));
        let operated = |name: &str, a: u64, b: u64| {
            let (a, b) = (takum.decode(a), takum.decode(b));
            code(&takum, takum.binary(operation(name), a, b, &nearest(), 0))
        };
        match words[2..] {
            [a, expected] if words[0] == "value" => {
                assert_eq!(word(takum.decode(hex(a))), hex(expected), "{line}");
            }
            [a, expected] if words[0] == "logarithm" => {
                assert_eq!(
                    word(logarithm(takum.decode(hex(a)))),
                    hex(expected),
                    "{line}"
                );
            }
            [x, expected] => assert_eq!(encoded(f64::from_bits(hex(x))), hex(expected), "{line}"),
            [a, b, expected] => {
                assert_eq!(operated(words[0], hex(a), hex(b)), hex(expected), "{line}");
            }
            [hash] => {
                let value = |code| word(takum.decode(code)).to_le_bytes();
                let log = |code| word(logarithm(takum.decode(code))).to_le_bytes();
                let own = match words[0] {
                    "values" => fnv(codes(&takum).flat_map(value)),
                    "logarithms" => fnv(codes(&takum).flat_map(log)),
                    "codes" => fnv((0..65536).flat_map(|i| bytes(encoded(number(i))))),
                    name => {
                        let result = |a: u64| operated(name, a, mix(a) & 0xffff);
                        fnv((0..65536).flat_map(|a| bytes(result(a))))
                    }
                };
                assert_eq!(own, hex(hash), "{line}");
            }
            _ => panic!("{line}"),
        }
    }
    let counted: Vec<(&str, usize)> = seen.into_iter().collect();
    let expected = [
        ("code", 64),
        ("codes", 4),
        ("logarithm", 48),
        ("logarithms", 3),
        ("product", 16),
        ("products", 1),
        ("quotient", 16),
        ("quotients", 1),
        ("value", 48),
        ("values", 3),
    ];
    assert_eq!(counted, expected);
}

/// What Takums.jl (Hunhold) says of its types: `eps`, `maxintfloat`, and the example of its README.
#[test]
fn takums_are_those_of_the_julia_package() {
    for (name, eps) in [
        ("takum8", 0x30),
        ("takum16", 0x2400),
        ("takum32", 0x1a00_0000),
        ("takum-log8", 0x2b),
        ("takum-log16", 0x1f2f),
        ("takum-log32", 0x160b_c2b0),
    ] {
        let takum: Takum = name.parse().unwrap();
        let one = 1 << (takum.code_width() - 2);
        assert_eq!(takum.decode(one), 1.0, "{name}");
        let (low, high) = (takum.decode(one - 1), takum.decode(one + 1));
        let less = |a, b| takum.binary(Binary::Subtract, a, b, &nearest(), 0);
        let greatest = less(1.0, low).max(less(high, 1.0));
        assert_eq!(takum.encode(greatest), Ok(eps), "{name}");
    }
    for (width, digits) in [(8, 3), (16, 9), (32, 24)] {
        // Every integer up to there has a code.
        let takum = Takum::linear(width).unwrap();
        let most = 2f64.powi(digits);
        let kept = |x: f64| takum.round_f64(x, &nearest(), 0) == x;
        assert!([1.0, most / 2.0 + 1.0, most - 1.0, most].map(kept) == [true; 4]);
        assert!(!kept(most + 1.0), "{width}");
    }
    let takum8 = Takum::logarithmic(8).unwrap();
    let four = takum8.round_f64(4.0, &nearest(), 0);
    let root = takum8.unary(Unary::Sqrt, four, &nearest(), 0);
    assert_eq!(
        (format!("{four:.3}"), format!("{root:.3}")),
        ("3.955".into(), "2.117".into())
    );
}
