//! Sums and maxima of many, each step rounded, with the bits of one operation after the other.
//!
//! # Sums
//!
//! To nearest, ties to even, the host's own addition rounds to the format, if a number m is carried
//! along whose last digit is the format's step at the sum s (the anchor of Dekker's and Knuth's
//! tricks, *TAOCP* 2, 4.2.2):
//!
//! ```text
//!   m + s      1.1000000000000sssssssssss|         exact
//!   t                             tttttttt|tttt
//!   m + s + t  1.1000000000000sssssssssss|         rounded by the host where the format rounds
//! ```
//!
//! One addition a term where the way by the definition has some thirty operations, each of which
//! waits for the one before. It holds while the rounded sum stays within the binade of s, whatever
//! t is: then the step is the right one. Where it does not the term is added the other way, and a
//! new m is made.
//!
//! # Maxima
//!
//! Rounding is monotone and changes no value of the format: rounded once at the end is rounded at
//! every step.

use fearless_simd::dispatch;

use crate::arith::exact::Exactly;
use crate::arith::operations::Binary;
use crate::format::scaled;
use crate::rounding::Rounding;

/// Digits of an f64 after the first.
const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
/// The bits of them, and those of the exponent.
const DIGITS: u64 = (1 << FRACTION) - 1;
const EXPONENT: u64 = f64::INFINITY.to_bits();

impl Exactly {
    /// x = operation(x, y) for each y, in a mode that takes no random words.
    pub(in crate::arith) fn fold(&self, operation: Binary, x: f64, y: &[f64]) -> f64 {
        let done = match operation {
            Binary::Add if self.is_native() => {
                Some(y.iter().fold(x, |sum, y| sum + y)).filter(|sum| !sum.is_nan())
            }
            Binary::Add if self.has_anchor() => Some(self.sum_anchored(x, y)),
            Binary::Maximum => self.greatest(x, y),
            _ => None,
        };
        let one = |x, y: &f64| self.binary(operation, x, *y, 0);
        done.unwrap_or_else(|| y.iter().fold(x, one))
    }

    /// Is m an f64 for every binade, and exact with a sum added?
    fn has_anchor(&self) -> bool {
        let format = self.format();
        let up = f64::MANTISSA_DIGITS as i32 - format.precision() as i32;
        self.rounding() == Rounding::NearestTiesToEven
            && format.is_signed()
            && up >= 3
            && format.emax() + up < f64::MAX_EXP
    }

    fn sum_anchored(&self, mut sum: f64, mut terms: &[f64]) -> f64 {
        let format = self.format();
        // In the least binade a format may have other steps.
        let (least, greatest) = (scaled(1, format.emin() + 1), format.greatest());
        let up = u64::from(f64::MANTISSA_DIGITS - format.precision());
        let up = (up << FRACTION) + (1 << (FRACTION - 1));
        while let Some((first, others)) = terms.split_first() {
            sum = self.binary(Binary::Add, sum, *first, 0);
            terms = others;
            let magnitude = sum.abs();
            // Not of a NaN.
            if !(magnitude >= least && magnitude <= greatest) {
                continue;
            }
            let low = f64::from_bits(sum.to_bits() & EXPONENT);
            let high = f64::from_bits(low.to_bits() | DIGITS).min(greatest);
            let m = f64::from_bits(low.to_bits() + up);
            let mut anchored = m + sum;
            let mut done = 0;
            for term in terms {
                let next = anchored + term;
                let magnitude = (next - m).abs();
                // At the low end itself the exact sum may be below, where steps are finer.
                if !(magnitude > low && magnitude <= high) {
                    break;
                }
                anchored = next;
                done += 1;
            }
            sum = anchored - m;
            terms = &terms[done..];
        }
        sum
    }

    /// None where it is not plain: of NaN, infinities, zeros of two signs.
    fn greatest(&self, x: f64, y: &[f64]) -> Option<f64> {
        const LANES: usize = 32;
        #[inline(always)]
        fn run(x: f64, y: &[f64]) -> (f64, bool) {
            let (mut most, mut wild) = ([x; LANES], [0u64; LANES]);
            let (chunks, rest) = y.as_chunks::<LANES>();
            for y in chunks {
                for i in 0..LANES {
                    most[i] = if y[i] > most[i] { y[i] } else { most[i] };
                    wild[i] |= u64::from(y[i].abs() < f64::INFINITY) ^ 1;
                }
            }
            let mut greatest = x;
            let mut tame = x.is_finite();
            for y in rest.iter().chain(&most) {
                greatest = if *y > greatest { *y } else { greatest };
                tame &= y.is_finite();
            }
            (
                greatest,
                tame && wild.iter().fold(0, |all, wild| all | wild) == 0,
            )
        }
        // Without negative values these are not in order.
        if y.is_empty() || !self.format().is_signed() {
            return None;
        }
        let (greatest, tame) = dispatch!(crate::instructions::level(), _simd => run(x, y));
        (tame && greatest != 0.0).then(|| self.num(greatest, 0))
    }
}
