//! Comparisons that flip between samples.

use roundoff::Format;
use roundoff::arith::Arith;
use roundoff::robust::{Probe, Robust, RobustError, Scalar};

const SOURCE: &str = include_str!("branches.rs");

/// The line of this file that begins with a text.
fn line_of(text: &str) -> u32 {
    let begins = |line: &str| line.trim_start().starts_with(text);
    SOURCE.lines().position(begins).expect("the line") as u32 + 1
}

/// A tenth ten times is near 1: which side is rounding's choice.
fn near_one(a: &Probe) -> <Probe as Arith>::Num {
    let sum = (0..10).fold(a.num(0.0), |sum, _| a.add(sum, a.num(0.1)));
    if a.less(sum, a.num(1.0)) {
        return a.sub(a.num(2.0), sum);
    }
    sum
}

#[test]
fn a_flip_is_reported_with_its_place() {
    let robust = Robust::at(Format::BINARY16).keeps_bits(6);
    let report = robust.try_check(near_one).expect("the result is close");
    let [branch] = &report.branches[..] else {
        panic!("one branch: {:?}", report.branches)
    };
    assert_eq!(branch.at.line(), line_of("if a.less(sum"));
    assert_eq!(branch.of, 59);
    assert!((1..59).contains(&branch.samples), "{branch:?}");
    assert_eq!(branch.operands[1], 1.0);
    assert!(report.to_string().contains("unstable"), "{report}");
    match robust.with_stable_branches().try_check(near_one) {
        Err(RobustError::Failed(report)) => assert!(report.worst.bits >= 6.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_clear_comparison_is_stable() {
    let report = Robust::at(Format::BINARY16)
        .keeps_bits(8)
        .with_stable_branches()
        .try_check(|a| {
            let third = a.div(a.num(1.0), a.num(3.0));
            match a.less(third, a.num(0.5)) {
                true => third,
                false => a.num(0.0),
            }
        })
        .expect("stable");
    assert_eq!(report.branches, []);
}

#[test]
fn operators_of_generic_code_are_followed() {
    let report = Robust::at(Format::BINARY16)
        .keeps_bits(6)
        .try_check_real(|| {
            let mut sum = Scalar::new(0.0);
            for _ in 0..10 {
                sum += Scalar::new(0.1);
            }
            if sum < Scalar::new(1.0) {
                return Scalar::new(2.0) - sum;
            }
            sum
        })
        .expect("the result is close");
    assert_eq!(report.branches.len(), 1, "{report}");
    assert_eq!(report.branches[0].at.line(), line_of("if sum < Scalar"));
}
