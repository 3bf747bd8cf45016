//! Posits against SoftPosit's results, code for code (`tests/peers/posit_golden.py` wrote them).

use std::collections::BTreeMap;

use roundoff::arith::{Binary, Unary};
use roundoff::numbers::{Projection, ScalarSystem};
use roundoff::posit::Posit;
use roundoff::{Rounding, Saturation};

const GOLDEN: &str = include_str!("../data/posits/softposit.txt");

/// The code of a value; NaN is NaR.
pub fn code(system: &impl ScalarSystem, x: f64) -> u64 {
    match x.is_nan() {
        true => 1 << (system.code_width() - 1),
        false => system.encode(x).unwrap(),
    }
}

fn operation(name: &str) -> Binary {
    match name {
        "+" => Binary::Add,
        "-" => Binary::Subtract,
        "*" => Binary::Multiply,
        "/" => Binary::Divide,
        other => panic!("{other}"),
    }
}

/// FNV-1a of bytes, 64 bits.
pub fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[test]
fn posits_are_softposits() {
    let nearest = Projection::new(Rounding::NearestTiesToEven, Saturation::None);
    let hex = |word: &str| u64::from_str_radix(word, 16).unwrap();
    let posit = |width: &str| Posit::new(width.parse().unwrap()).unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        *seen.entry(words[0]).or_default() += 1;
        match words[..] {
            ["value", width, a, word] => {
                let value = posit(width).decode(hex(a));
                let own = if value.is_nan() {
                    0x7ff8 << 48
                } else {
                    value.to_bits()
                };
                assert_eq!(own, hex(word), "{line}: {value:e}");
            }
            ["row", name, a, hash] => {
                let (posit, operation) = (Posit::POSIT8, operation(name));
                let left = posit.decode(hex(a));
                let results = (0..256).map(|b| {
                    let exact = posit.binary(operation, left, posit.decode(b), &nearest, 0);
                    code(&posit, exact) as u8
                });
                assert_eq!(fnv(results), hex(hash), "{line}");
            }
            ["pair", width, name, a, b, result] => {
                let posit = posit(width);
                let (x, y) = (posit.decode(hex(a)), posit.decode(hex(b)));
                let own = posit.binary(operation(name), x, y, &nearest, 0);
                assert_eq!(code(&posit, own), hex(result), "{line}: {own:e}");
            }
            ["root", width, a, result] => {
                let posit = posit(width);
                let own = posit.unary(Unary::Sqrt, posit.decode(hex(a)), &nearest, 0);
                assert_eq!(code(&posit, own), hex(result), "{line}: {own:e}");
            }
            ["round", width, word, result] => {
                let posit = posit(width);
                let own = posit.round_f64(f64::from_bits(hex(word)), &nearest, 0);
                assert_eq!(code(&posit, own), hex(result), "{line}: {own:e}");
            }
            _ => panic!("{line}"),
        }
    }
    let counted: Vec<(&str, usize)> = seen.into_iter().collect();
    let expected = [
        ("pair", 4000),
        ("root", 600),
        ("round", 900),
        ("row", 1024),
        ("value", 1266),
    ];
    assert_eq!(counted, expected);
}
