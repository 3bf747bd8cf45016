//! Integer quantisation against exact integers and plain definitions written here.

mod calibration;
mod codes;
mod names;
#[path = "../oracle/mod.rs"]
mod oracle;
mod parts;
mod real;
mod refusals;
#[path = "../weights/mod.rs"]
mod weights;

use roundoff::integer::{
    Affine, Calibration, CalibrationError, Granularity, Integer, IntegerError, IntegerQuantizer,
    IntegerScheme, Symmetry,
};
use roundoff::numbers::{Numbers, NumbersError, Quantizer};
use roundoff::random::{Words, word64};
use roundoff::{RandomBits, Rounding, Signedness, Threads, Variant};

use num_bigint::BigInt;
use oracle::formats;
use oracle::quotient::to_integer;
use rand::Rng;

const SEED: u64 = 5;

fn roundings() -> Vec<Rounding> {
    formats::roundings(&[])
}

/// All kinds of integers of so many bits.
fn kinds(bits: u32) -> Vec<Integer> {
    let mut all = Vec::new();
    for signedness in [Signedness::Signed, Signedness::Unsigned] {
        for symmetry in [Symmetry::Symmetric, Symmetry::Asymmetric] {
            all.push(Integer::new(bits, signedness, symmetry).expect("2 to 16 bits"));
        }
    }
    all
}

/// A finite f64 as integer x 2^exponent.
fn parts(x: f64) -> (BigInt, i64) {
    let (significand, exponent) = oracle::integer(x);
    let significand = BigInt::from(significand);
    let signed = if x < 0.0 { -significand } else { significand };
    (signed, exponent.into())
}

/// x / s as a fraction with a positive denominator.
fn quotient(x: f64, s: f64) -> (BigInt, BigInt) {
    let ((a, i), (b, j)) = (parts(x), parts(s));
    let zero = BigInt::from(0);
    assert!(b > zero);
    match i - j {
        up @ 0.. => (a << up as usize, b),
        down => (a, b << (-down) as usize),
    }
}

/// The code of a finite x.
fn code(integer: Integer, affine: Affine, x: f64, rounding: Rounding, random: u64) -> i32 {
    let (a, b) = quotient(x, f64::from(affine.scale()));
    let code = to_integer(a, b, rounding, random) + affine.zero_point();
    let clamped = code.clamp(integer.least().into(), integer.greatest().into());
    i32::try_from(clamped).expect("17 bits")
}

/// The value of a code as the host's nearest.
fn value32(affine: Affine, code: i32) -> f32 {
    let product = f64::from(affine.scale()) * f64::from(code - affine.zero_point());
    product as f32
}

fn one(integer: Integer, affine: Affine) -> IntegerQuantizer {
    IntegerQuantizer::new(integer, Granularity::Tensor, &[1], vec![affine]).expect("one scale")
}
