//! The accumulators of tensor cores: a block of products and the running sum, shifted to one
//! exponent, cut there, and added as integers.
//!
//! ```text
//!   exponent of the greatest |
//!     c        1.01101001...0|                     every addend exactly, then cut: toward zero,
//!     a0 b0      11.0110...01|1010                 whatever the rounding of the result
//!     a1 b1       1.1011...10|0110
//!              `-- kept + 1 -'`-- cut
//! ```
//!
//! The exponent of a product is the sum of its factors' exponents: it is not normalised first, so
//! that it may begin with two digits. After a block the sum is normalised and rounded once.
//!
//! Measured on hardware by Fasi, Higham, Mikaitis and Pranesh (*Numerical behavior of NVIDIA
//! tensor cores*, PeerJ Computer Science 7:e330, 2021) and by Khattak and Mikaitis (*Accurate models
//! of NVIDIA tensor cores*, arXiv 2512.07004, 2025), whose block lengths and kept bits
//! [`Aligned::v100`], [`Aligned::a100`] and [`Aligned::h100`] have.

use thiserror::Error;

use super::kulisch::integer;
use super::single::Rules;
use crate::arith::functions::Unrounded;
use crate::chop::Rounder;
use crate::format::{Format, split};
use crate::rounding::Rounding;

/// An accumulator that aligns and truncates.
///
/// ```
/// use roundoff::Format;
/// use roundoff::arith::slices::{Accumulator, Aligned, SumOfProducts};
/// let v100 = Aligned::v100();
/// let sum = SumOfProducts::new(*v100.rounder())
///     .fused()
///     .with_accumulator(Accumulator::Aligned(v100));
/// // 2^-24 is cut off beside 1, every time, and so are four of them together.
/// let x = [1.0, 2f64.powi(-24), 2f64.powi(-24), 2f64.powi(-24)];
/// assert_eq!(sum.dot(&x, &[1.0; 4])?, 1.0);
/// # Ok::<(), roundoff::arith::slices::SliceError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Aligned {
    block: usize,
    kept: u32,
    emin: i32,
    rounder: Rounder,
}

/// What an aligned accumulator cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AlignedError {
    /// No terms a block, or too many to add up in 128 bits.
    #[error("blocks of {block} products: an aligned accumulator takes 1 to 2^32 at a time")]
    Block {
        /// What was asked for.
        block: usize,
    },
    /// More bits than there is room for.
    #[error(
        "{kept} kept bits: an aligned accumulator keeps at most 64 below the greatest exponent"
    )]
    Kept {
        /// What was asked for.
        kept: u32,
    },
}

impl Aligned {
    /// `block` products at a time, aligned to `kept` bits after the point of the greatest; the sum
    /// of each block rounded by `rounder`, in whose format the running sum is.
    ///
    /// # Errors
    /// [`AlignedError`] unless 1 <= block <= 2^32 and kept <= 64.
    pub const fn new(block: usize, kept: u32, rounder: Rounder) -> Result<Self, AlignedError> {
        if block == 0 || block as u64 > 1 << 32 {
            return Err(AlignedError::Block { block });
        }
        if kept > 64 {
            return Err(AlignedError::Kept { kept });
        }
        Ok(Self {
            block,
            kept,
            emin: i32::MIN,
            rounder,
        })
    }

    /// The exponent of subnormal factors is that of the least normal one: `emin` of their format.
    #[must_use]
    pub const fn with_operands(self, format: &Format) -> Self {
        Self {
            emin: format.emin(),
            ..self
        }
    }

    fn hardware(block: usize, kept: u32, operands: &Format) -> Self {
        Self {
            block,
            kept,
            emin: operands.emin(),
            rounder: Rounder::new(Format::BINARY32).with_rounding(Rounding::TowardZero),
        }
    }

    /// NVIDIA V100: binary16 factors, sums in binary32; 4 products, 23 bits.
    pub fn v100() -> Self {
        Self::hardware(4, 23, &Format::BINARY16)
    }

    /// NVIDIA A100, sums in binary32: 8 products of binary16 or bfloat16, 4 of tf32 (and anything
    /// wider); 24 bits.
    pub fn a100(operands: &Format) -> Self {
        let block = if is_tf32(operands) { 4 } else { 8 };
        Self::hardware(block, 24, operands)
    }

    /// NVIDIA H100, sums in binary32: 16 products of binary16 or bfloat16, 8 of tf32 (and anything
    /// wider), 25 bits; 32 products of formats of 8 bits and fewer, 13 bits.
    pub fn h100(operands: &Format) -> Self {
        match operands.precision() {
            0..=4 => Self::hardware(32, 13, operands),
            _ if is_tf32(operands) => Self::hardware(8, 25, operands),
            _ => Self::hardware(16, 25, operands),
        }
    }

    /// The same with sums rounded otherwise: binary16 sums go to nearest on these machines.
    #[must_use]
    pub const fn with_rounder(self, rounder: Rounder) -> Self {
        Self { rounder, ..self }
    }

    /// Products a block.
    pub const fn block(&self) -> usize {
        self.block
    }

    /// Bits kept after the point of the greatest addend.
    pub const fn kept(&self) -> u32 {
        self.kept
    }

    /// The least exponent that alignment sees of a factor.
    #[cfg(feature = "gpu")]
    pub(crate) const fn emin(&self) -> i32 {
        self.emin
    }

    /// How the sum of a block is rounded.
    pub const fn rounder(&self) -> &Rounder {
        &self.rounder
    }
}

/// More exponents than binary16, and more digits than bfloat16.
fn is_tf32(format: &Format) -> bool {
    format.precision() > 11 || format.precision() > 8 && format.emin() < -14
}

/// Significand and exponent of its lowest digit, and the exponent that alignment sees.
struct Addend {
    negative: bool,
    significand: u128,
    low: i32,
    exponent: i32,
}

/// Significand, exponent of its lowest digit, exponent of its point.
fn pointed(x: f64, emin: i32) -> (u64, i32, i32) {
    let (significand, low) = split(x);
    let exponent = low + 63 - significand.leading_zeros() as i32;
    (significand, low, exponent.max(emin))
}

/// The sum of `depth` products of `factors` after `start`, block by block.
pub(super) fn sum(
    aligned: &Aligned,
    rules: &Rules,
    factors: impl Fn(usize) -> (f64, f64),
    start: f64,
    depth: usize,
    position: u64,
) -> f64 {
    let mut sum = start;
    let mut addends = Vec::with_capacity(aligned.block.min(depth) + 1);
    for from in (0..depth).step_by(aligned.block) {
        addends.clear();
        let mut special = None;
        // The running sum is a factor of 1: its exponents end where its format's do.
        let emin = aligned.rounder.format().emin();
        let terms = (from..depth.min(from + aligned.block)).map(|k| (factors(k), aligned.emin));
        let running = ((sum, 1.0), emin);
        for ((a, b), emin) in terms.chain([running]) {
            if !a.is_finite() || !b.is_finite() {
                special = Some(special.unwrap_or(0.0) + a * b);
                continue;
            }
            let ((p, low_p, e_p), (q, low_q, e_q)) = (pointed(a, emin), pointed(b, emin));
            if p != 0 && q != 0 {
                addends.push(Addend {
                    negative: a.is_sign_negative() != b.is_sign_negative(),
                    significand: u128::from(p) * u128::from(q),
                    low: low_p + low_q,
                    exponent: e_p + e_q,
                });
            }
        }
        let exact = special.map_or_else(|| align(&addends, aligned.kept), Into::into);
        sum = rules.round_sum(exact, position + from as u64);
    }
    sum
}

/// The addends cut where `kept` bits end after the point of the greatest, and added up.
fn align(addends: &[Addend], kept: u32) -> Unrounded {
    let greatest = addends.iter().map(|addend| addend.exponent).max();
    let last = greatest.unwrap_or(0) - kept as i32;
    let total: i128 = addends
        .iter()
        .map(|addend| {
            // At most two digits before the point: below 2^(kept + 2), so nothing is lost above.
            let cut = match addend.low - last {
                up @ 0.. => addend.significand << up,
                down => addend
                    .significand
                    .checked_shr(down.unsigned_abs())
                    .unwrap_or(0),
            } as i128;
            if addend.negative { -cut } else { cut }
        })
        .sum();
    integer(total, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::slices::{Accumulator, SumOfProducts};

    fn dot(aligned: Aligned, x: &[f64], y: &[f64]) -> f64 {
        let sum = SumOfProducts::new(*aligned.rounder()).fused();
        match sum
            .with_accumulator(Accumulator::Aligned(aligned))
            .dot(x, y)
        {
            Ok(sum) => sum,
            Err(error) => panic!("{error}"),
        }
    }

    /// What Fasi et al. found, section by section.
    #[test]
    fn published_facts() {
        let (v100, a100) = (Aligned::v100(), Aligned::a100(&Format::BINARY16));
        let tiny = 2f64.powi(-24);
        // 3.1, subnormals: factors of binary16 below 2^-14 count.
        assert_eq!(dot(v100, &[tiny], &[1.0]), tiny);
        assert_eq!(dot(v100, &[tiny], &[tiny]), tiny * tiny);
        // 3.2: products are exact, and one rounding error is not made for each addition.
        let ulp = 2f64.powi(-10);
        assert_eq!(
            dot(v100, &[1.0 + ulp], &[1.0 + ulp]),
            (1.0 + ulp) * (1.0 + ulp)
        );
        // 3.3: sums are cut, not rounded to nearest; in both directions toward zero.
        assert_eq!(dot(v100, &[1.0, 1.5 * tiny], &[1.0, 1.0]), 1.0);
        assert_eq!(dot(v100, &[-1.0, -1.5 * tiny], &[1.0, 1.0]), -1.0);
        // 3.4: four small addends are not added up before the large one joins them (V100: no
        // extra bit; A100: one more).
        let x = [1.0, tiny, tiny, tiny];
        assert_eq!(dot(v100, &x, &[1.0; 4]), 1.0);
        assert_eq!(dot(a100, &x, &[1.0; 4]), 1.0 + 2.0 * tiny);
        // The order within a block does not matter.
        let mut y = x;
        y.rotate_left(1);
        assert_eq!(dot(a100, &y, &[1.0; 4]), 1.0 + 2.0 * tiny);
        // 3.5: nothing is normalised inside a block, so that a sum of exponents with carries keeps
        // its low bits: 1 - 2^-24 + ... is cut once.
        assert_eq!(dot(v100, &[1.0, -tiny, 1.0, 0.0], &[1.0; 4]), 2.0);
        assert_eq!(dot(a100, &[1.0, -tiny], &[1.0; 2]), 1.0 - tiny);
        // Products with two digits before the point are aligned as they are.
        assert_eq!(dot(v100, &[1.5, 2.0 * tiny], &[1.5, 1.0]), 2.25);
        assert_eq!(
            dot(a100, &[1.5, 4.0 * tiny], &[1.5, 1.0]),
            2.25 + 4.0 * tiny
        );
    }

    #[test]
    fn blocks_follow_each_other() {
        let v100 = Aligned::v100();
        let tiny = 2f64.powi(-24);
        // The four small ones are a block: their sum is beside 1 only in the next.
        let x = [tiny, tiny, tiny, tiny, 1.0];
        assert_eq!(dot(v100, &x, &[1.0; 5]), 1.0 + 4.0 * tiny);
        assert_eq!(dot(v100, &[], &[]), 0.0);
        assert!(dot(v100, &[f64::INFINITY, 1.0], &[0.0, 1.0]).is_nan());
        assert_eq!(dot(v100, &[f64::INFINITY, 1.0], &[1.0, 1.0]), f64::INFINITY);
        assert!(Aligned::new(0, 23, *v100.rounder()).is_err());
        assert!(Aligned::new(4, 65, *v100.rounder()).is_err());
    }
}
