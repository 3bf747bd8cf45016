//! Wide's arithmetic against MPFR's, rounded to odd at 128 digits.

use roundoff::arith::Wide;
use rug::Float;
use rug::float::Round;
use rug::ops::{AddAssignRound, DivAssignRound, MulAssignRound, SubAssignRound};

use crate::arguments::Arguments;
use crate::judge::number;

/// A number with 128 digits, a few, or all ones.
fn any(arguments: &mut Arguments) -> Wide {
    let x = Wide::from_f64(arguments.scaled(-60, 60));
    let y = Wide::from_f64(arguments.scaled(-140, 4));
    let z = Wide::from_f64(arguments.scaled(-140, 4));
    match arguments.below(6) {
        0 => x,
        1 => Wide::power_of_two(arguments.below(99) as i32) - y,
        2 => Wide::power_of_two(arguments.below(99) as i32) + y.scaled(-100),
        3 => x + y,
        _ => x + y + z,
    }
}

fn to_odd(mut truth: Float, inexact: bool) -> Float {
    let even = truth
        .to_integer_exp()
        .is_some_and(|(digits, _)| digits.significant_bits() < 128 || digits.is_even());
    if inexact && even {
        if truth.is_sign_negative() {
            truth.next_down();
        } else {
            truth.next_up();
        }
    }
    truth
}

pub fn compare(count: usize) {
    let mut arguments = Arguments::new(7);
    let mut wrong = 0;
    for _ in 0..count {
        let (a, b) = (any(&mut arguments), any(&mut arguments));
        let (x, y) = (number(a), number(b));
        let mut check = |name: &str, ours: Wide, truth: Float, inexact: bool| {
            if number(ours) != to_odd(truth, inexact) {
                wrong += 1;
                if wrong < 20 {
                    println!("WRONG {name} {a:?} {b:?}: {ours:?}");
                }
            }
        };
        let run = |f: &dyn Fn(&mut Float) -> std::cmp::Ordering| {
            let mut value = x.clone();
            let order = f(&mut value);
            (value, order != std::cmp::Ordering::Equal)
        };
        let (truth, inexact) = run(&|v| v.add_assign_round(&y, Round::Zero));
        check("+", a + b, truth, inexact);
        let (truth, inexact) = run(&|v| v.sub_assign_round(&y, Round::Zero));
        check("-", a - b, truth, inexact);
        let (truth, inexact) = run(&|v| v.mul_assign_round(&y, Round::Zero));
        check("*", a * b, truth, inexact);
        if !b.is_zero() {
            let (truth, inexact) = run(&|v| v.div_assign_round(&y, Round::Zero));
            check("/", a / b, truth, inexact);
        }
        let (truth, inexact) = run(&|v| {
            v.abs_mut();
            v.sqrt_round(Round::Zero)
        });
        check("sqrt", a.abs().sqrt(), truth, inexact);
        if a.to_f64() != x.to_f64() {
            println!("WRONG to_f64 {a:?}");
        }
    }
    println!("{count} pairs, wrong {wrong}");
}
