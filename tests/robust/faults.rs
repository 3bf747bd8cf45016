//! Bit flips in the results of operations.

use roundoff::Format;
use roundoff::arith::Arith;
use roundoff::faults::{Faults, Field};
use roundoff::kernels::summation::{SITES, Summation};
use roundoff::robust::{Probe, Report, Robust, RobustError};

const TERMS: [f64; 64] = [0.5; 64];

fn sum(a: &Probe) -> <Probe as Arith>::Num {
    TERMS
        .iter()
        .fold(a.num(0.0), |sum, x| a.add(sum, a.num(*x)))
}

/// 64 halves are exact in binary16: without faults all 53 bits are kept.
fn robust() -> Robust {
    Robust::at(Format::BINARY16).keeps_bits(53)
}

fn failed(found: Result<Report, RobustError>) -> Box<Report> {
    match found {
        Err(RobustError::Failed(report)) => report,
        other => panic!("{other:?}"),
    }
}

fn faults(probability: f64) -> Faults {
    Faults::new(probability).expect("a probability")
}

#[test]
fn flips_are_found_and_told() {
    robust().check(sum);
    robust().with_faults(faults(0.0)).check(sum);
    let report = failed(robust().with_faults(faults(0.02)).try_check(sum));
    assert!(report.worst.seed.is_some(), "the run to nearest is not hit");
    let first = report.flips.first().expect("a flip");
    assert_eq!(first.bits().count_ones(), 1);
    let text = report.to_string();
    assert!(text.contains("results of that run were hit"), "{text}");
    // The same seed, the same faults.
    let seed = report.worst.seed.expect("a sample");
    let again = failed(
        robust()
            .with_faults(faults(0.02))
            .only_seed(seed)
            .try_check(sum),
    );
    assert_eq!((again.worst, again.flips), (report.worst, report.flips));
}

#[test]
fn a_bit_of_the_last_place_costs_few_bits() {
    // The last bit of a fraction, in every result: 63 errors of at most 2^-10 of the sum so far.
    let last = faults(1.0).with_field(Field::Bits(1));
    let report = failed(robust().with_faults(last).try_check(sum));
    assert!((4.0..11.0).contains(&report.worst.bits), "{report}");
    // The sign: nothing is left.
    let sign = faults(1.0).with_field(Field::Sign);
    assert_eq!(
        failed(robust().with_faults(sign).try_check(sum)).worst.bits,
        0.0
    );
}

#[test]
fn at_one_site_alone() {
    let run = |site: &str| {
        let robust = robust().with_faults_at(site, faults(1.0).with_field(Field::Sign));
        robust.try_check_sites(SITES, |sites| Summation::default().sum(sites, &TERMS))
    };
    assert_eq!(failed(run("output")).flips.len(), 1);
    assert!(failed(run("accumulation")).flips.len() >= 63);
    // Compensation is no operation of a plain sum.
    assert!(run("compensation").is_ok());
    let unknown = run("acumulation").expect_err("no such site").to_string();
    assert!(
        unknown.contains("this kernel has input, accumulation"),
        "{unknown}"
    );
    let nowhere = robust()
        .with_faults_at("output", faults(1.0))
        .try_check(sum);
    assert!(
        nowhere
            .expect_err("no sites")
            .to_string()
            .contains("check_sites")
    );
}

#[test]
fn a_format_without_codes_has_no_bits_to_flip() {
    let format = Format::precision_only(5).expect("in range");
    let robust = Robust::at(format).keeps_bits(1).with_faults(faults(0.1));
    let told = robust.try_check(sum).expect_err("no codes").to_string();
    assert!(told.contains("no bits to flip"), "{told}");
}

#[test]
fn masks_wider_than_the_codes_are_refused() {
    let wide = faults(0.5).with_field(Field::Bits(1 << 16));
    let found = robust().with_faults(wide).try_check(sum);
    assert!(matches!(found, Err(RobustError::Fault(_))), "{found:?}");
}
