//! Equal questions get equal answers, in every sample.

use num_traits::Float;
use roundoff::arith::{Alike, Arith, Exact, sampled};
use roundoff::robust::{Probe, Robust, Scalar};
use roundoff::{Format, Rounder, Rounding};

fn always_zero(code: impl Fn(&Probe) -> <Probe as Arith>::Num) {
    // Of a reference of zero only zero keeps bits.
    Robust::at(Format::BFLOAT16)
        .keeps_bits(53)
        .with_confidence(0.99, 0.95)
        .check(code);
}

#[test]
fn x_less_x_is_zero() {
    always_zero(|a| {
        let x = a.div(a.num(1.0), a.num(3.0));
        a.sub(x, x)
    });
    // Computed twice.
    always_zero(|a| {
        let third = || a.div(a.num(1.0), a.num(3.0));
        a.sub(third(), third())
    });
}

#[test]
fn commuted_and_negated_operands_round_alike() {
    let pair = |a: &Probe| (a.num(0.7), a.num(1.3));
    always_zero(|a| {
        let (x, y) = pair(a);
        a.sub(a.add(x, y), a.add(y, x))
    });
    always_zero(|a| {
        let (x, y) = pair(a);
        a.sub(a.mul(x, y), a.mul(y, x))
    });
    always_zero(|a| {
        let (x, y) = pair(a);
        a.add(a.sub(x, y), a.sub(y, x))
    });
    always_zero(|a| {
        let (x, y) = pair(a);
        a.add(a.mul(x, y), a.mul(a.neg(x), y))
    });
    always_zero(|a| {
        let (x, y) = pair(a);
        a.add(a.div(x, y), a.div(x, a.neg(y)))
    });
    always_zero(|a| {
        let (x, _) = pair(a);
        a.add(a.tanh(x), a.tanh(a.neg(x)))
    });
    always_zero(|a| {
        let (x, y) = pair(a);
        a.sub(a.fma(x, y, x), a.fma(y, x, x))
    });
}

#[test]
fn generic_code_too() {
    fn zero<T: Float>(x: T) -> T {
        let y = x / (T::one() + x);
        y - x / (x + T::one())
    }
    Robust::at(Format::BINARY16)
        .keeps_bits(53)
        .check_real(|| zero(Scalar::new(0.3)));
}

/// The tests above can fail: random words by a counter do not keep the symmetry.
#[test]
fn words_by_a_counter_do_not() {
    let rounder = Rounder::new(Format::BFLOAT16).with_rounding(Rounding::STOCHASTIC);
    let differences = sampled(&rounder, 59, |a: &Exact| {
        let third = || a.div(1.0, 3.0);
        a.sub(third(), third())
    });
    assert!(differences.iter().any(|x| *x != 0.0));
}

/// All pairs of an 8-bit format, under three seeds.
#[test]
fn all_pairs_of_a_small_format() {
    let format = Format::OCP_E4M3;
    let values = format.values().expect("it has codes");
    let values = values.map(|(_, value)| value);
    let values: Vec<f64> = values.filter(|x| x.is_finite()).collect();
    assert_eq!(values.len(), 254);
    let same = |x: f64, y: f64| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
    for seed in 0..3 {
        let rounder = Rounder::new(format).with_rounding(Rounding::STOCHASTIC);
        let a = Alike::new(&rounder.with_seed(seed));
        for x in &values {
            for y in &values {
                let (x, y) = (*x, *y);
                let (sum, product) = (a.add(x, y), a.mul(x, y));
                assert!(same(sum, a.add(y, x)), "{x} + {y}");
                assert!(same(sum, a.sub(x, -y)), "{x} - -{y}");
                // -0 is no negative of an exact 0.
                assert!(sum == 0.0 || same(-sum, a.add(-x, -y)), "-{x} - {y}");
                assert!(same(product, a.mul(y, x)), "{x} {y}");
                assert!(same(-product, a.mul(-x, y)), "-{x} {y}");
                assert!(y == 0.0 || same(-a.div(x, y), a.div(x, -y)), "{x} / -{y}");
            }
        }
    }
}
