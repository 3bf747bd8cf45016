//! Assertions about low precision for your own tests: one that holds, and what one prints that
//! does not.
//!
//! ```text
//! cargo run --example robust_test
//! ```

use roundoff::Format;
use roundoff::arith::Arith;
use roundoff::robust::{Robust, RobustError};

/// The smaller root of x^2 - 2 p x + q as the textbook has it.
fn textbook<A: Arith>(a: &A, p: f64, q: f64) -> A::Num {
    let (p, q) = (a.num(p), a.num(q));
    let root = a.sqrt(a.sub(a.mul(p, p), q));
    a.sub(p, root)
}

/// The same without the difference of two numbers that are nearly equal.
fn stable<A: Arith>(a: &A, p: f64, q: f64) -> A::Num {
    let (p, q) = (a.num(p), a.num(q));
    let root = a.sqrt(a.sub(a.mul(p, p), q));
    a.div(q, a.add(p, root))
}

fn main() {
    let robust = Robust::at(Format::BFLOAT16)
        .keeps_bits(5)
        .with_confidence(0.95, 0.95);
    let inputs = [[20.0, 1.0], [3.0, 0.1], [1000.0, 7.0]];

    // In a #[test] this line is the whole test.
    robust.check_over(inputs, |a, x| stable(a, x[0], x[1]));
    println!("The stable root keeps 5 bits in bfloat16.\n");

    println!("The textbook's root:");
    match robust.try_check_over(inputs, |a, x| textbook(a, x[0], x[1])) {
        Err(RobustError::Failed(report)) => println!("{report}"),
        other => println!("{other:?}"),
    }
}
