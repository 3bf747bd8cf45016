//! How often a check errs over seeds, by 10,000 checks each.
//!
//! The code under test is one rounding of a number that lies a fraction q above a value of the
//! format. Stochastic rounding goes up with probability q, exactly, and that loses the bits. So N
//! samples all keep them with probability (1 - q)^N.

use roundoff::Format;
use roundoff::arith::Arith;
use roundoff::robust::{Confidence, Robust};

const CHECKS: u64 = 10_000;

/// How many of the checks pass.
fn passes(robust: &Robust, q: f64) -> f64 {
    // bfloat16 has steps of 2^-7 from 1 on.
    let x = 1.0 + q / 128.0;
    let spaced = |check: u64| check * 10_007;
    let passed = (0..CHECKS).filter(|check| {
        let robust = robust.clone().with_seed(spaced(*check));
        // Up loses all but 7 bits; down keeps 7 - log2(q) or more.
        robust.keeps_bits(7.5).try_check(|a| a.num(x)).is_ok()
    });
    passed.count() as f64
}

/// Within 4 deviations of a binomial count: of a right program, one test in 16,000 fails; and the
/// seeds are fixed, so that this one does not.
fn agree(found: f64, probability: f64) {
    let mean = CHECKS as f64 * probability;
    let deviation = (mean * (1.0 - probability)).sqrt();
    let far = (found - mean).abs() / deviation;
    assert!(
        far < 4.0,
        "{found} of {CHECKS} pass, expected {mean} +- {deviation}"
    );
}

#[test]
fn samples_are_those_of_the_paper() {
    // Sohier et al., arXiv 1807.09655: table of section 3.2.
    for (probability, confidence, samples) in [
        (0.90, 0.95, 29),
        (0.95, 0.95, 59),
        (0.99, 0.95, 299),
        (0.90, 0.90, 22),
        (0.99, 0.99, 459),
        (0.5, 0.5, 1),
    ] {
        let claim = Confidence::new(probability, confidence).expect("in range");
        assert_eq!(claim.samples(), samples, "{probability}, {confidence}");
        assert!(claim.missed_alarm_rate() <= 1.0 - confidence + 1e-12);
    }
}

#[test]
fn false_alarms_are_as_rare_as_stated() {
    let q = 1.0 / 4096.0;
    let robust = Robust::at(Format::BFLOAT16).with_confidence(0.9, 0.95);
    let claim = Confidence::new(0.9, 0.95).expect("in range");
    let stated = claim.false_alarm_rate(1.0 - q);
    assert!((stated - 29.0 * q).abs() < 1e-4, "{stated}");
    agree(passes(&robust, q), 1.0 - stated);
}

#[test]
fn missed_alarms_are_as_rare_as_stated() {
    // Keeps its bits in nine runs of ten: as bad as the claim allows.
    let q = 0.1;
    let robust = Robust::at(Format::BFLOAT16).with_confidence(0.9, 0.95);
    let claim = Confidence::new(0.9, 0.95).expect("in range");
    let stated = claim.missed_alarm_rate();
    assert!(stated <= 0.05);
    agree(passes(&robust, q), stated);
}
