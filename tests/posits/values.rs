//! Codes and values.

use roundoff::numbers::ScalarSystem;
use roundoff::posit::Posit;
use roundoff::takum::Takum;

use crate::exact::{Exact, posit, takum};

/// Every code of `width` bits, or a few thousand of a wide one.
fn codes(width: u32) -> impl Iterator<Item = u64> {
    let step = if width <= 16 {
        1
    } else {
        (1u64 << (width - 14)) - 1
    };
    let ends = [1, 2, (1 << (width - 1)) - 1, (1 << (width - 1)) + 1];
    (0..1u64 << width).step_by(step as usize).chain(ends)
}

fn check(system: &impl ScalarSystem, width: u32, formula: impl Fn(u64, u32) -> Option<Exact>) {
    assert_eq!(system.code_width(), width);
    for code in codes(width) {
        let value = system.decode(code);
        match formula(code, width) {
            Some(exact) => assert!(exact.is_f64(value), "{system} {code:#x}: {value}"),
            None => assert!(value.is_nan(), "{system} {code:#x}: {value}"),
        }
        assert_eq!(system.encode(value), Ok(code), "{system}: {value}");
    }
}

#[test]
fn posits_have_the_values_of_the_standards_formula() {
    for width in (2..=16).chain([20, 24, 31, 32]) {
        check(&Posit::new(width).unwrap(), width, posit);
    }
}

#[test]
fn takums_have_the_values_of_the_papers_formula() {
    for width in (2..=16).chain([20, 24, 31, 32]) {
        check(&Takum::linear(width).unwrap(), width, takum);
    }
}

/// Values that others have printed: the standard's table 1, SoftPosit's pi.
#[test]
fn published_values() {
    for (width, most) in [(8, 24), (16, 56), (32, 120)] {
        let posit = Posit::new(width).unwrap();
        assert_eq!(posit.greatest(), 2f64.powi(most));
        assert_eq!(posit.least_positive(), 2f64.powi(-most));
    }
    let eight = |code| Posit::POSIT8.decode(code);
    assert_eq!(
        [0x40, 0x44, 0x48, 0x4c, 0x50, 0xc0, 0x38].map(eight),
        [1.0, 1.5, 2.0, 3.0, 4.0, -1.0, 0.5]
    );
    let nearest = crate::rounding::projection(roundoff::Rounding::NearestTiesToEven);
    let pi = Posit::POSIT32.round_f64(std::f64::consts::PI, &nearest, 0);
    assert_eq!(Posit::POSIT32.encode(pi), Ok(0x4c90_fdaa));
    assert!(Posit::POSIT8.decode(0x80).is_nan());
    // From 12 bits on the range of takums is theirs: (1 - 2^-p) 2^255 with no fraction bit at 12.
    let takum = Takum::linear(12).unwrap();
    assert_eq!(
        (takum.least_positive(), takum.greatest()),
        (2f64.powi(-254), 2f64.powi(254))
    );
}

#[test]
fn values_come_in_order() {
    let values: Vec<(u64, f64)> = Posit::new(5).unwrap().values().collect();
    assert_eq!(values.len(), 31);
    assert!(values.windows(2).all(|pair| pair[0].1 < pair[1].1));
    for width in [3, 8, 12, 13] {
        let takum = Takum::logarithmic(width).unwrap();
        let values: Vec<(u64, f64)> = takum.values().collect();
        assert_eq!(values.len(), (1 << width) - 1);
        assert!(
            values.windows(2).all(|pair| pair[0].1 < pair[1].1),
            "{takum}"
        );
        for (code, value) in values {
            assert_eq!(takum.encode(value), Ok(code), "{takum} {value}");
        }
    }
}
