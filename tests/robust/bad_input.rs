//! What cannot be decided gets an error that says what to do.

use roundoff::Format;
use roundoff::arith::{Arith, Site};
use roundoff::robust::{Probe, Robust, RobustError, Scalar};

fn third(a: &Probe) -> <Probe as Arith>::Num {
    a.div(a.num(1.0), a.num(3.0))
}

fn refused<T>(found: Result<T, RobustError>, part: &str) {
    let error = found.err().expect("an error").to_string();
    assert!(error.contains(part), "{error}");
}

#[test]
fn questions_without_an_answer() {
    let robust = Robust::at(Format::BINARY16);
    refused(robust.try_check(third), "Say .keeps_bits(6)");
    for floor in [-1.0, 53.5, f64::NAN, f64::INFINITY] {
        let asked = robust.clone().keeps_bits(floor);
        refused(asked.try_check(third), "0 to 53");
    }
    let robust = robust.keeps_bits(6);
    for wrong in [0.0, 1.0, -0.5, 2.0, f64::NAN, f64::INFINITY] {
        let asked = robust.clone().with_confidence(wrong, 0.95);
        refused(asked.try_check(third), "between 0 and 1");
        let asked = robust.clone().with_confidence(0.95, wrong);
        refused(asked.try_check(third), "between 0 and 1");
    }
    let asked = robust.clone().with_confidence(1.0 - 1e-12, 0.95);
    refused(asked.try_check(third), "more than 1000000 samples");
    let none: [[f64; 1]; 0] = [];
    refused(robust.try_check_over(none, |a, _| third(a)), "one or more");
    const NONE: &[Site] = &[];
    refused(robust.try_check_sites(NONE, |_| 0.0), "SITES");
}

#[test]
fn results_that_cannot_be_compared() {
    let robust = Robust::at(Format::BINARY16).keeps_bits(6);
    refused(
        robust.try_check(|_| Vec::<f64>::new()),
        "no value for input 1",
    );
    refused(
        robust.try_check(|a| a.sqrt(a.num(-1.0))),
        "value 0 of the result is NaN",
    );
}

#[test]
fn special_values_are_results() {
    let robust = Robust::at(Format::BINARY16).keeps_bits(6);
    // Past binary16's range: no bit is kept.
    let failed = robust.try_check(|a| a.exp(a.num(20.0)));
    match failed {
        Err(RobustError::Failed(report)) => {
            assert_eq!(report.worst.bits, 0.0);
            assert_eq!(report.worst.result, f64::INFINITY);
        }
        other => panic!("{other:?}"),
    }
    // Infinite in exact arithmetic as well.
    robust.check(|a| a.div(a.num(1.0), a.num(0.0)));
    // Zero in both.
    robust.check(|a| a.num(0.0));
}

#[test]
fn results_of_another_length() {
    // As long as a sum in the format says: 256 + 1 is 256.
    let failed = Robust::at(Format::BFLOAT16).keeps_bits(1).try_check(|a| {
        let (mut all, mut x) = (Vec::new(), a.num(250.0));
        for _ in 0..20 {
            let next = a.add(x, a.num(1.0));
            if a.equal(next, x) {
                break;
            }
            x = next;
            all.push(x);
        }
        all
    });
    let Err(RobustError::Failed(report)) = failed else {
        panic!("{failed:?}")
    };
    assert_eq!(report.worst.bits, 0.0);
    assert!(
        report.to_string().contains("where there should be 20"),
        "{report}"
    );
}

#[test]
fn numbers_in_another_thread_do_not_pass() {
    let robust = Robust::at(Format::BINARY16).keeps_bits(1);
    let found = robust.try_check_real(|| {
        let x = Scalar::new(2.0);
        std::thread::scope(|scope| scope.spawn(move || x + x).join().expect("no panic"))
    });
    refused(found, "threads that the code starts itself");
}

#[test]
fn a_panic_of_the_code_goes_through() {
    let caught = std::panic::catch_unwind(|| {
        Robust::at(Format::BINARY16)
            .keeps_bits(1)
            .check_real(|| -> Scalar { panic!("no pivot") });
    });
    assert!(caught.is_err());
    // And leaves nothing behind.
    assert!(Scalar::new(1.0).value().is_nan());
    Robust::at(Format::BINARY16)
        .keeps_bits(1)
        .check_real(|| Scalar::new(1.0));
}
