//! Operands that make trouble: sparse ones and all ones, so that results lie next to midpoints and
//! next to values; sums that cancel; results by the ends of the range.
//!
//! `proofs/` has them too: nothing of the oracle here.

use roundoff::random::word64;
use roundoff::{Format, Rounder};

/// 2^e, e from -1074 to 1023.
fn power(e: i32) -> f64 {
    match e {
        ..-1022 => f64::from_bits(1 << (e + 1074)),
        _ => f64::from_bits(((e + 1023) as u64) << 52),
    }
}

/// Operands without end, a function of the stream.
pub struct Draw {
    stream: u64,
    index: u64,
}

impl Draw {
    pub fn new(stream: u64) -> Self {
        Self { stream, index: 0 }
    }

    pub fn word(&mut self) -> u64 {
        self.index += 1;
        word64(29, self.stream, self.index)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u64
    }

    /// A value of the format, of an exponent between two.
    fn value(&mut self, format: &Format, low: i32, high: i32) -> f64 {
        let p = format.precision();
        let ones = (1u64 << p) - 1;
        let significand = match self.below(6) {
            0 => 1 << self.below(p.into()),
            1 => ones ^ 1 << self.below(p.into()),
            2 => 1 << self.below(p.into()) | 1 << self.below(p.into()),
            3 => ones << self.below(p.into()) & ones,
            _ => self.word() & ones,
        };
        let significand = significand.max(1);
        let digits = 64 - significand.leading_zeros() as i32;
        let exponent = low + self.below((high - low + 1) as u64) as i32;
        // Cut to the grid of subnormals and to the greatest value.
        let last = (exponent - digits + 1).max(format.emin() - p as i32 + 1);
        let magnitude = match last <= 971 && digits - 1 + last <= format.emax() {
            true => significand as f64 * power(last),
            false => format.greatest(),
        };
        let magnitude = magnitude.min(format.greatest());
        if self.word() & 1 == 0 {
            magnitude
        } else {
            -magnitude
        }
    }

    fn special(&mut self, format: &Format) -> f64 {
        let list = [
            0.0,
            1.0,
            f64::INFINITY,
            f64::NAN,
            format.greatest(),
            format.least_positive(),
            format.least_normal(),
        ];
        let magnitude = list[self.below(list.len() as u64) as usize];
        if self.word() & 1 == 0 {
            magnitude
        } else {
            -magnitude
        }
    }

    /// Three operands, related in ways that make trouble.
    pub fn operands(&mut self, format: &Format) -> [f64; 3] {
        let (emin, emax) = (format.emin(), format.emax());
        let p = format.precision() as i32;
        let least = emin - p + 1;
        let anywhere = (least, emax);
        let near_one = ((-p - 3).max(least), (p + 3).min(emax));
        match self.below(10) {
            // Anything.
            0 => [anywhere; 3].map(|range| self.value(format, range.0, range.1)),
            // Exponents so near that digits overlap.
            1..=4 => [near_one; 3].map(|range| self.value(format, range.0, range.1)),
            // Results by the lower end: x y there, z there too.
            5 => {
                let x = self.value(format, near_one.0, near_one.1);
                let e = (x.abs().to_bits() >> 52) as i32 - 1023;
                let at = (least - e - 2 + self.below(2 * p as u64 + 4) as i32).clamp(least, emax);
                let y = self.value(format, at, at);
                let z = self.value(format, least, (emin + 2).min(emax));
                [x, y, z]
            }
            // By the upper end.
            6 => {
                let x = self.value(format, near_one.0, near_one.1);
                let e = (x.abs().to_bits() >> 52) as i32 - 1023;
                let at = (emax - e - 2 + self.below(4) as i32).clamp(least, emax);
                let y = self.value(format, at, at);
                let z = self.value(format, (emax - p - 2).max(least), emax);
                [x, y, z]
            }
            // Cancellation: z is near -(x y), y near -x.
            7 => {
                let x = self.value(format, near_one.0, near_one.1);
                let y = self.value(format, near_one.0, near_one.1);
                let z = Rounder::new(*format).round(-(x * y));
                [x, y, z]
            }
            8 => {
                let x = self.value(format, anywhere.0, anywhere.1);
                let y = [format.next_up(-x), format.next_down(-x), Some(-x)]
                    [self.below(3) as usize]
                    .unwrap_or(-x);
                let z = self.value(format, least, emax);
                [x, y, z]
            }
            _ => {
                let mut all = [anywhere; 3].map(|range| self.value(format, range.0, range.1));
                all[self.below(3) as usize] = self.special(format);
                all
            }
        }
    }
}
