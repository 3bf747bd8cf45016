//! Fixed point against exact integers: every small format, every mode, ends that saturate and that
//! wrap, codes, arithmetic, names and bad input.

mod arithmetic;
mod codes;
mod names;
#[path = "../oracle/mod.rs"]
mod oracle;
mod paths;
mod rounding;

use oracle::formats;
use oracle::quotient::to_integer;
use roundoff::arith::{Arith, Exact};
use roundoff::fixed::{WrapError, Wrapped, Wrapping};
use roundoff::measure::Errors;
use roundoff::numbers::{Numbers, NumbersArith, NumbersError, Quantizer};
use roundoff::random::word64;
use roundoff::{CodeError, Format, FormatError, Rounder, Rounding, Signedness, Threads, Variant};

const SEED: u64 = 11;

fn roundings() -> Vec<Rounding> {
    formats::roundings(&[(Variant::B, 33), (Variant::A, 52)])
}

#[derive(Clone, Copy)]
struct Q {
    signed: bool,
    i: i32,
    f: i32,
}

impl Q {
    const fn new(signed: bool, i: i32, f: i32) -> Self {
        Self { signed, i, f }
    }

    fn format(self) -> Format {
        let signedness = match self.signed {
            true => Signedness::Signed,
            false => Signedness::Unsigned,
        };
        Format::fixed(signedness, self.i, self.f).expect("in range")
    }

    fn width(self) -> u32 {
        (self.i + self.f) as u32
    }

    fn ends(self) -> (i128, i128) {
        match self.signed {
            true => (-(1 << (self.width() - 1)), (1 << (self.width() - 1)) - 1),
            false => (0, (1 << self.width()) - 1),
        }
    }

    fn saturated(self, steps: i128) -> i128 {
        let (least, greatest) = self.ends();
        steps.clamp(least, greatest)
    }

    fn wrapped(self, steps: i128) -> i128 {
        let (least, _) = self.ends();
        (steps - least).rem_euclid(1 << self.width()) + least
    }

    fn value(self, steps: i128) -> f64 {
        steps as f64 * 2f64.powi(-self.f)
    }
}

/// All formats of 1 to 8 bits, with the point inside, at either end, and beyond.
fn small() -> Vec<Q> {
    let mut all = Vec::new();
    for width in 1..=8 {
        for f in [-3, 0, 1, width / 2, width, width + 4] {
            for signed in [false, true] {
                if width > 1 || !signed {
                    let i = width - f;
                    all.push(Q { signed, i, f });
                }
            }
        }
    }
    all
}
