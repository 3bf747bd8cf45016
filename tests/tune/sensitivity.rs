//! Which operation needs the bits.

use roundoff::arith::PerSite;
use roundoff::experiments::cases::Cases;
use roundoff::experiments::sensitivity::sensitivity;
use roundoff::experiments::{SubjectError, catalogue};
use roundoff::kernels::summation::{SITES, Summation};
use roundoff::{Format, Rounder};

fn cases(kernel: &str, size: usize, condition: f64) -> Cases {
    let subject = catalogue::find(kernel).expect("it is there");
    Cases::generate(subject, size, condition, 0..4).expect("in range")
}

#[test]
fn the_accumulator_of_a_sum() {
    let found = sensitivity(&cases("sum", 1000, 1.0), &Rounder::new(Format::BFLOAT16));
    let found = found.expect("it runs");
    let names: Vec<&str> = found.sites.iter().map(|one| one.site.name()).collect();
    assert_eq!(names[0], "accumulation", "{found:?}");
    assert_eq!(names.len(), SITES.len());
    // The compensation does not take part: as if nothing were lowered.
    let unused = found
        .sites
        .iter()
        .find(|one| one.site.name() == "compensation");
    assert_eq!(
        unused.map(|one| (one.alone, one.spared)),
        Some((found.none, found.all))
    );
}

/// The textbook's subtraction is exact: what it magnifies is made by the operations before it, and they
/// cannot be in that format.
#[test]
fn what_feeds_a_cancellation_needs_the_bits() {
    let rounder = Rounder::new(Format::BINARY16);
    let found = sensitivity(&cases("quadratic-textbook", 50, 100.0), &rounder).expect("it runs");
    let alone = |name: &str| {
        let mut sites = found.sites.iter();
        let site = sites.find(|one| one.site.name() == name);
        site.expect("a site").alone
    };
    for site in ["square", "discriminant", "root"] {
        assert!(alone(site) < 7.0, "{site}: {found:?}");
    }
    assert!(alone("subtraction") > 10.5, "{found:?}");
    // Not used by this formula.
    assert_eq!(alone("quotient"), found.none);
}

/// The same figures by the kernel itself, against integers.
#[test]
fn the_figures_are_those_of_the_kernel() {
    let subject = catalogue::find("sum").expect("it is there");
    let cases = Cases::generate(subject, 300, 1.0, [5]).expect("in range");
    let narrow = Rounder::new(Format::BINARY16);
    let found = sensitivity(&cases, &narrow).expect("it runs");
    let inputs = subject.generate(300, 1.0, 5).expect("in range");
    let x = inputs.array("x").expect("terms").values();
    // Multiples of 2^-80, exactly: no term is below 2^-27 or above 2^3.
    let integer = |x: f64| (x * 2f64.powi(80)) as i128;
    let exact: i128 = x.iter().map(|x| integer(*x)).sum();
    let range = 2f64.powi(-27)..8.0;
    assert!(x.iter().all(|x| range.contains(x)));
    for one in &found.sites {
        let sites = PerSite::rounders(SITES)
            .with_rounder(one.site.name(), &narrow)
            .expect("a site")
            .with_rounders(&Rounder::new(Format::BINARY64))
            .build()
            .expect("all sites");
        let sum = Summation::default().sum(&sites, x);
        let deviation = (integer(sum) - exact).unsigned_abs() as f64;
        let bits = -(deviation / exact as f64).log2();
        let close = (bits.min(53.0) - one.alone).abs() < 1e-6;
        assert!(close, "{}: {bits} and {}", one.site.name(), one.alone);
    }
}

#[test]
fn stochastic_rounders_draw_by_the_case() {
    let rounder = Rounder::new(Format::BFLOAT16).with_rounding(roundoff::Rounding::STOCHASTIC);
    let cases = cases("sum", 200, 1.0);
    let one = sensitivity(&cases, &rounder).expect("it runs");
    assert_eq!(one, sensitivity(&cases, &rounder).expect("it runs"));
    let other = sensitivity(&cases, &rounder.with_seed(99)).expect("it runs");
    assert_ne!(one.all, other.all);
}

#[test]
fn what_a_kernel_refuses() {
    let subject = catalogue::find("sum").expect("it is there");
    for (size, condition) in [(usize::MAX, 1.0), (10, 0.5), (10, f64::NAN)] {
        let cases = Cases::generate(subject, size, condition, 0..1);
        assert!(cases.is_err(), "{size}, {condition}");
    }
    assert!(matches!(
        catalogue::find("no such kernel"),
        Err(SubjectError::Unknown { .. })
    ));
}
