//! The textbook quadratic: the smaller root of x^2 - 2 p x + q is p - sqrt(p^2 - q), which
//! cancels for q far below p^2 (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
//! 2002, section 1.8); q / (p + sqrt(p^2 - q)) does not.

use num_traits::Float;
use roundoff::arith::{Arith, PerSite, Site, Sites};
use roundoff::robust::{Probe, Robust, RobustError, Scalar};
use roundoff::{Format, Rounding};

const SOURCE: &str = include_str!("cancellation.rs");

/// The line of this file that begins with a text.
fn line_of(text: &str) -> u32 {
    let begins = |line: &str| line.trim_start().starts_with(text);
    SOURCE.lines().position(begins).expect("the line") as u32 + 1
}

fn textbook<A: Arith>(a: &A, p: f64, q: f64) -> A::Num {
    let (p, q) = (a.num(p), a.num(q));
    let root = a.sqrt(a.sub(a.mul(p, p), q));
    a.sub(p, root)
}

fn stable<A: Arith>(a: &A, p: f64, q: f64) -> A::Num {
    let (p, q) = (a.num(p), a.num(q));
    let root = a.sqrt(a.sub(a.mul(p, p), q));
    a.div(q, a.add(p, root))
}

fn generic<T: Float>(p: T, q: T) -> T {
    let root = (p * p - q).sqrt();
    p - root
}

const SQUARE: Site = Site::new(0, "square");
const DISCRIMINANT: Site = Site::new(1, "discriminant");
const ROOT: Site = Site::new(2, "root");
const DIFFERENCE: Site = Site::new(3, "difference");
const SITES: &[Site] = &[SQUARE, DISCRIMINANT, ROOT, DIFFERENCE];

fn by_sites(sites: &PerSite<Probe>, p: f64, q: f64) -> <Probe as Arith>::Num {
    let square = sites.at(SQUARE);
    let (p, q) = (square.num(p), square.num(q));
    let inner = sites.at(DISCRIMINANT).sub(square.mul(p, p), q);
    sites.at(DIFFERENCE).sub(p, sites.at(ROOT).sqrt(inner))
}

fn failed<T>(found: Result<T, RobustError>) -> Box<roundoff::robust::Report> {
    match found {
        Err(RobustError::Failed(report)) => report,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it should fail"),
    }
}

#[test]
fn the_textbook_loses_its_bits_at_the_difference() {
    let report = failed(
        Robust::at(Format::BFLOAT16)
            .keeps_bits(4)
            .try_check(|a| textbook(a, 20.0, 1.0)),
    );
    assert!(report.worst.bits < 1.0, "{report}");
    let first = &report.losses[0];
    assert_eq!(first.at.line(), line_of("a.sub(p, root)"), "{report}");
    assert!(first.at.file().ends_with("cancellation.rs"), "{report}");
    assert_eq!(first.operation.to_string(), "Subtract");
    assert!(first.before > 7.0 && first.after < 1.0, "{report}");
    let text = report.to_string();
    for part in [
        "not the 4 asked",
        "bfloat16",
        "cancellation.rs:",
        "Subtract(20.0",
        "0x1.4p+4 (20.0)",
        "probability 0.95, said with confidence 0.95: 59 samples",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn the_same_of_generic_code() {
    let report = failed(
        Robust::at(Format::BFLOAT16)
            .keeps_bits(4)
            .try_check_real(|| generic(Scalar::new(20.0), Scalar::new(1.0))),
    );
    let first = &report.losses[0];
    assert_eq!(first.at.line(), line_of("p - root"), "{report}");
    assert!(first.at.file().ends_with("cancellation.rs"), "{report}");
}

#[test]
fn the_site_is_named() {
    let report = failed(
        Robust::at(Format::BFLOAT16)
            .keeps_bits(4)
            .try_check_sites(SITES, |sites| by_sites(sites, 20.0, 1.0)),
    );
    assert_eq!(report.losses[0].site, "difference", "{report}");
    assert!(report.to_string().contains("site difference"), "{report}");
}

#[test]
fn the_stable_root_keeps_them() {
    // Five operations of error u each at most, p^2 - q is far from q: 8 - log2(5) bits.
    let robust = Robust::at(Format::BFLOAT16).keeps_bits(5);
    robust.check(|a| stable(a, 20.0, 1.0));
    robust.check_over([[20.0, 1.0], [3.0, 0.1], [1e3, 7.0]], |a, x| {
        stable(a, x[0], x[1])
    });
}

#[test]
fn the_worst_input_is_shown_by_its_bits_and_replays() {
    let robust = Robust::at(Format::BFLOAT16).keeps_bits(4);
    let inputs = [[2.0, 1.0], [20.0, 0.1], [3.0, 1.0]];
    let run =
        |robust: &Robust| failed(robust.try_check_over(inputs, |a, x| textbook(a, x[0], x[1])));
    let report = run(&robust);
    assert_eq!(report.worst.row, 1);
    assert_eq!(report.worst.input, [20.0, 0.1]);
    let text = report.to_string();
    assert!(text.contains("[0x1.4p+4, 0x1.999999999999ap-4]"), "{text}");
    if let Some(seed) = report.worst.seed {
        let again = run(&robust.clone().only_seed(seed));
        assert_eq!(again.worst, report.worst);
        assert!(text.contains(&format!("only_seed({seed})")), "{text}");
    }
    // The same answer each time.
    assert_eq!(run(&robust).to_string(), text);
}

#[test]
fn bits_of_a_known_quotient() {
    // 1/3 lies between 85/256 and 171/512 in bfloat16, 2^-8 and 2^-9 of itself away.
    let third = |a: &Probe| a.div(a.num(1.0), a.num(3.0));
    let robust = Robust::at(Format::BFLOAT16).keeps_bits(7.5);
    let report = robust.try_check(third).expect("it keeps 8");
    assert!((report.worst.bits - 8.0).abs() < 1e-9, "{report}");
    assert_eq!((report.samples, report.rows), (59, 1));
    // To nearest alone: 9. Stochastic roundings find the 8.
    let asked = robust.clone().keeps_bits(8.5).try_check(third);
    assert!(failed(asked).worst.seed.is_some());
}

#[test]
fn stalling_is_found_by_the_run_to_nearest() {
    // 256 + 1 is 256 in bfloat16, to nearest; stochastic sums go on.
    let sum = |a: &Probe| (0..1000).fold(a.num(0.0), |sum, _| a.add(sum, a.num(1.0)));
    let report = failed(Robust::at(Format::BFLOAT16).keeps_bits(3).try_check(sum));
    assert_eq!(report.worst.seed, None, "{report}");
    assert_eq!(
        (report.worst.result, report.worst.reference),
        (256.0, 1000.0)
    );
    // No single addition is to blame, and the place is told.
    let first = &report.losses[0];
    assert_eq!(
        first.at.line(),
        line_of("let sum = |a: &Probe| (0..1000)"),
        "{report}"
    );
    assert!(!first.is_at_once() && first.times > 500, "{report}");
    assert!(report.to_string().contains("little by little"), "{report}");
    let up = Robust::at(Format::BFLOAT16)
        .keeps_bits(3)
        .with_rounding(Rounding::TowardPositive)
        .try_check(sum);
    assert_eq!(failed(up).worst.seed, None);
}

#[test]
fn a_failure_panics_with_the_report() {
    let caught = std::panic::catch_unwind(|| {
        Robust::at(Format::BFLOAT16)
            .keeps_bits(4)
            .check(|a| textbook(a, 20.0, 1.0));
    });
    let message = caught.expect_err("a panic");
    let text = message.downcast_ref::<String>().expect("a text");
    assert!(text.starts_with("keeps "), "{text}");
}
