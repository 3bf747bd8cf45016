//! The algorithm, the problem or the format.

use roundoff::arith::Arith;
use roundoff::experiments::catalogue;
use roundoff::experiments::verdict::{Fault, Question, Verdict, VerdictError};
use roundoff::robust::Probe;
use roundoff::{Format, Rounder};

type Number = <Probe as Arith>::Num;

fn question(format: Format) -> Question {
    Question::new(&Rounder::new(format))
}

/// Muller's recurrence: x' = 108 - (815 - 1500 / before) / x from 4 and 17/4 goes to 5, and in any
/// rounded arithmetic to 100 (J.-M. Muller et al., *Handbook of floating-point arithmetic*, 2nd ed.,
/// 2018, section 1.3.2.1).
fn muller(a: &Probe, first: f64, second: f64) -> Number {
    let (mut before, mut x) = (a.num(first), a.num(second));
    // In 128 digits too it goes astray, after some 30 steps.
    for _ in 0..20 {
        let inner = a.sub(a.num(815.0), a.div(a.num(1500.0), before));
        (before, x) = (x, a.sub(a.num(108.0), a.div(inner, x)));
    }
    x
}

#[test]
fn mullers_recurrence_is_unstable() {
    for format in [Format::BFLOAT16, Format::BINARY16, Format::BINARY32] {
        let verdict = question(format)
            .of_code(&[], |a, _| muller(a, 4.0, 4.25))
            .expect("it converges exactly");
        assert_eq!(verdict.fault, Fault::Algorithm, "{format}: {verdict:?}");
        assert!(verdict.kept < 1.0);
        assert_eq!((verdict.inputs, verdict.condition), (None, None));
    }
}

/// The same from the catalogue: its reference is the closed form, so that it may be as long as it will.
#[test]
fn the_catalogue_knows_muller() {
    let muller = catalogue::find("muller").expect("it is there");
    for (format, steps) in [
        (Format::BFLOAT16, 10),
        (Format::BINARY32, 20),
        (Format::BINARY64, 60),
    ] {
        let inputs = muller.generate(steps, 1.0, 0).expect("in range");
        let verdict = question(format).of_kernel(muller, Default::default(), &inputs);
        let verdict = verdict.expect("it converges");
        assert_eq!(verdict.fault, Fault::Algorithm, "{format}: {verdict:?}");
        assert_eq!((verdict.kept, verdict.inputs), (0.0, None));
    }
}

/// The textbook's formula is at fault, not its problem: the other formula keeps the bits.
#[test]
fn the_catalogue_knows_the_quadratic() {
    for (name, fault) in [
        ("quadratic-textbook", Fault::Algorithm),
        ("quadratic-stable", Fault::Nobody),
    ] {
        let kernel = catalogue::find(name).expect("it is there");
        let inputs = kernel.generate(20, 1000.0, 3).expect("in range");
        let verdict = question(Format::BINARY16).of_kernel(kernel, Default::default(), &inputs);
        let verdict = verdict.expect("roots");
        assert_eq!(verdict.fault, fault, "{verdict:?}");
        // Roots are conditioned like p and q.
        assert!(
            verdict.condition.is_some_and(|kappa| kappa < 4.0),
            "{verdict:?}"
        );
    }
}

/// Taken for inputs, the two starting values decide everything: then it is the problem.
#[test]
fn from_inexact_beginnings_the_recurrence_is_ill_conditioned() {
    let verdict = question(Format::BINARY32)
        .of_code(&[4.0, 4.25], |a, x| muller(a, x[0], x[1]))
        .expect("it converges exactly");
    assert_eq!(verdict.fault, Fault::Condition, "{verdict:?}");
    assert!(verdict.condition.is_some_and(|kappa| kappa > 1e6));
}

/// I_n = 1 - n I_(n-1) from I_0 = 1 - 1/e, the integrals of x^n e^(x-1): each step multiplies the
/// error by n (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 2002, problem
/// 1.9 and its like).
#[test]
fn a_forward_recurrence_of_integrals_is_unstable() {
    let forward = |a: &Probe| {
        let start = a.sub(a.num(1.0), a.exp(a.num(-1.0)));
        (1..=12).fold(start, |last, n| {
            a.sub(a.num(1.0), a.mul(a.num(f64::from(n)), last))
        })
    };
    let verdict = question(Format::BINARY32).of_code(&[], |a, _| forward(a));
    assert_eq!(verdict.expect("a number").fault, Fault::Algorithm);
    // Backward from anything, each step divides it.
    let backward = |a: &Probe| {
        (13..=30).rev().fold(a.num(0.0), |next, n| {
            a.div(a.sub(a.num(1.0), next), a.num(f64::from(n)))
        })
    };
    let verdict = question(Format::BINARY32).of_code(&[], |a, _| backward(a));
    assert_eq!(verdict.expect("a number").fault, Fault::Nobody);
}

/// e^x by its series: for x = -8 terms of hundreds cancel to 3e-4, though e^x itself is
/// conditioned like x.
#[test]
fn an_alternating_series_is_unstable() {
    let series = |a: &Probe, x: f64| {
        let x = a.num(x);
        let (mut term, mut sum) = (a.num(1.0), a.num(1.0));
        for n in 1..60 {
            term = a.div(a.mul(term, x), a.num(f64::from(n)));
            sum = a.add(sum, term);
        }
        sum
    };
    let verdict = question(Format::BINARY32).of_code(&[-8.0], |a, x| series(a, x[0]));
    let verdict = verdict.expect("a number");
    assert_eq!(verdict.fault, Fault::Algorithm, "{verdict:?}");
    let condition = verdict.condition.expect("an input");
    assert!((4.0..16.0).contains(&condition), "|x| = 8: {condition}");
    // 1 / e^-x: all terms positive.
    let verdict =
        question(Format::BINARY32).of_code(&[-8.0], |a, x| a.div(a.num(1.0), series(a, -x[0])));
    assert_eq!(verdict.expect("a number").fault, Fault::Nobody);
}

#[test]
fn a_hilbert_system_is_ill_conditioned() {
    let hilbert = catalogue::find("lu-hilbert").expect("it is there");
    for (format, n) in [(Format::BINARY16, 5), (Format::BINARY32, 8)] {
        let inputs = hilbert.generate(n, 1.0, 1).expect("in range");
        let verdict = question(format)
            .of_kernel(hilbert, Default::default(), &inputs)
            .expect("it has a solution");
        assert_eq!(
            verdict.fault,
            Fault::Condition,
            "{format}, {n}: {verdict:?}"
        );
    }
    // In binary64 there is room for a condition number of 10^5.
    let inputs = hilbert.generate(4, 1.0, 1).expect("in range");
    let verdict = question(Format::BINARY64).of_kernel(hilbert, Default::default(), &inputs);
    assert_eq!(verdict.expect("a solution").fault, Fault::Nobody);
}

#[test]
fn the_estimated_condition_is_the_true_one() {
    // |x f' / f| of x^3 is 3, of log x at 1.01 is 1 / log 1.01 = 100.5.
    let kappa = |code: &dyn Fn(&Probe, Number) -> Number, x: f64| {
        let verdict = question(Format::BINARY32).of_code(&[x], |a, x| code(a, a.num(x[0])));
        verdict.expect("a number").condition.expect("an input")
    };
    // Half a unit of 1.5 is 2/3 of u relative to it, of 1.01 nearly u.
    let cube = kappa(&|a, x| a.mul(x, a.mul(x, x)), 1.5);
    assert!((cube - 2.0).abs() < 1e-3, "{cube}");
    let logarithm = kappa(&|a, x| a.log(x), 1.01);
    assert!(
        (logarithm - 1.0 / 1.01 / 1.01f64.ln()).abs() < 1e-3,
        "{logarithm}"
    );
}

#[test]
fn the_format_is_at_fault() {
    // e^20 is past binary16's 65504 and within its digits' reach.
    let range = question(Format::BINARY16).of_code(&[20.0], |a, x| a.exp(a.num(x[0])));
    let range = range.expect("a number");
    assert_eq!((range.fault, range.kept), (Fault::Range, 0.0), "{range:?}");
    // Nobody gets ten bits out of eight digits.
    let third = |a: &Probe| a.div(a.num(1.0), a.num(3.0));
    let digits = question(Format::BFLOAT16)
        .keeping(10.0)
        .of_code(&[], |a, _| third(a));
    assert_eq!(digits.expect("a number").fault, Fault::Precision);
    // Five roundings of a well-conditioned product, a bit short: no algorithm's fault either.
    let product = question(Format::BFLOAT16)
        .keeping(8.0)
        .of_code(&[1.1, 1.2, 1.3, 1.4], |a, x| {
            x.iter()
                .fold(a.num(1.0), |product, x| a.mul(product, a.num(*x)))
        });
    let product = product.expect("a number");
    assert_ne!(product.fault, Fault::Algorithm, "{product:?}");
}

#[test]
fn nobody_is_at_fault_where_the_bits_are_kept() {
    let verdict: Verdict = question(Format::BFLOAT16)
        .of_code(&[3.0, 4.0], |a, x| a.hypot(a.num(x[0]), a.num(x[1])))
        .expect("5");
    assert_eq!((verdict.fault, verdict.kept), (Fault::Nobody, 53.0));
    assert_eq!((verdict.floor, verdict.precision), (4.0, 8));
}

#[test]
fn a_kernel_stands_beside_its_bounds() {
    let sum = catalogue::find("sum").expect("it is there");
    let inputs = sum.generate(100, 1.0, 3).expect("in range");
    let verdict = question(Format::BINARY16)
        .of_kernel(sum, Default::default(), &inputs)
        .expect("a number");
    let bound = verdict.bound.expect("a sum has one");
    // Terms of one sign: 99 additions and a rounding of the input and of the output.
    let nu = 101.0 * 2f64.powi(-11);
    assert!(bound.worst <= nu / (1.0 - nu) * 1.01 && bound.worst > 90.0 * 2f64.powi(-11));
    assert!(verdict.kept >= -bound.worst.log2(), "{verdict:?}");
}

#[test]
fn questions_without_an_answer() {
    let ask = |bits: f64| {
        let question = question(Format::BINARY16).keeping(bits);
        question.of_code(&[2.0], |a, x| a.num(x[0]))
    };
    for bits in [-1.0, 54.0, f64::NAN] {
        assert!(matches!(ask(bits), Err(VerdictError::Floor(_))), "{bits}");
    }
    let nan = question(Format::BINARY16).of_code(&[-1.0], |a, x| a.sqrt(a.num(x[0])));
    assert_eq!(nan, Err(VerdictError::Reference("NaN")));
    let none = question(Format::BINARY16).of_code(&[], |_, _| Vec::<f64>::new());
    assert_eq!(none, Err(VerdictError::Reference("empty")));
    // Infinite and NaN inputs are not moved, and nothing panics.
    let infinite = question(Format::BINARY16).of_code(&[f64::INFINITY], |a, x| a.num(x[0]));
    assert_eq!(infinite.expect("infinite").fault, Fault::Nobody);
}
