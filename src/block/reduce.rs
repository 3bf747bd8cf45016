//! Sums and products over the values of a block: exact, then projected once (IEEE P3109 interim
//! report v4.0, 5: BlockReduceAdd, BlockReduceMultiply).

use super::{BlockCodes, BlockError};
use crate::arith::functions::Unrounded;
use crate::arith::slices::Kulisch;
use crate::arith::{Exactly, Wide};
use crate::chop::Rounder;
use crate::random::Key;
use crate::rounding::Rounding;

impl BlockCodes {
    /// The sum of each block's values, exact and rounded once: one result a block, in the order of the
    /// scales. A stochastic mode takes the random word of the block's number.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder, Length};
    /// use roundoff::{Format, Rounder};
    /// let format = BlockFormat::MXFP8_E5M2.with_length(Length::Of(3.try_into().unwrap()));
    /// let x = BlockRounder::new(format).encode(&[1024.0f32, 0.25, -1024.0, 3.0], &[4])?;
    /// let sums = x.reduce_add(&Rounder::new(Format::OCP_E4M3))?;
    /// assert_eq!(sums, [0.25, 3.0]);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn reduce_add(&self, rounder: &Rounder) -> Result<Vec<f64>, BlockError> {
        let down = rounder.rounding() == Rounding::TowardNegative;
        self.reduce(rounder, |block| {
            let mut sum = Kulisch::new();
            block.iter().for_each(|x| sum.add(*x));
            sum.value(down)
        })
    }

    /// The product of each block's values, as [`BlockCodes::reduce_add`]. Time grows with the square of
    /// the block's length.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// use roundoff::{Format, Rounder};
    /// let x = BlockRounder::new(BlockFormat::MXFP4).encode(&[1.5f32, -3.0, 3.0], &[3])?;
    /// // -13.5, a tie of four digits.
    /// assert_eq!(x.reduce_multiply(&Rounder::new(Format::OCP_E4M3))?, [-14.0]);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn reduce_multiply(&self, rounder: &Rounder) -> Result<Vec<f64>, BlockError> {
        self.reduce(rounder, product)
    }

    fn reduce(
        &self,
        rounder: &Rounder,
        exact: impl Fn(&[f64]) -> Unrounded,
    ) -> Result<Vec<f64>, BlockError> {
        let exactly = Exactly::new(rounder);
        let round = |(i, block): (usize, Vec<f64>)| {
            let random = match rounder.rounding().is_stochastic() {
                true => Key::new(rounder.seed(), rounder.stream(), i as u64).word64(i as u32),
                false => 0,
            };
            exactly.round(exact(&block), random)
        };
        Ok(self.blocks()?.into_iter().enumerate().map(round).collect())
    }

    /// The values of each block, in the order of the scales.
    fn blocks(&self) -> Result<Vec<Vec<f64>>, BlockError> {
        let (values, layout) = (self.values()?, self.layout()?);
        let mut blocks = Vec::new();
        let mut at = 0;
        while at < values.len() {
            let slab = layout.slab(at);
            let end = at + slab.rows * layout.inner;
            for column in at..at + layout.inner {
                blocks.push(
                    values[column..end]
                        .iter()
                        .step_by(layout.inner)
                        .copied()
                        .collect(),
                );
            }
            at = end;
        }
        Ok(blocks)
    }
}

/// The exact product: significands as one long integer, exponents added up.
fn product(values: &[f64]) -> Unrounded {
    let negative = values.iter().filter(|x| x.is_sign_negative()).count() % 2 == 1;
    if values.iter().any(|x| !x.is_finite() || *x == 0.0) {
        // As the host has it: NaN, an infinity, a zero, by signs and kinds alone.
        return values.iter().map(|x| kind(*x)).product::<f64>().into();
    }
    // Limbs of 64 bits, the lowest first.
    let (mut limbs, mut exponent) = (vec![1u64], 0i64);
    for x in values {
        let x = Wide::from_f64(*x);
        let odd = x.odd_part();
        exponent += i64::from(x.last_digit());
        let mut carry = 0;
        for limb in &mut limbs {
            let wide = u128::from(*limb) * odd + carry;
            *limb = wide as u64;
            carry = wide >> 64;
        }
        if carry != 0 {
            limbs.push(carry as u64);
        }
    }
    // The highest 128 bits; what is below them is jammed into the last one.
    let zeros = limbs.last().map_or(0, |top| top.leading_zeros());
    let bits = 64 * limbs.len() as i64 - i64::from(zeros);
    let limb = |i: usize| limbs.len().checked_sub(i + 1).map_or(0, |i| limbs[i]);
    let high = u128::from(limb(0)) << 64 | u128::from(limb(1));
    let next = u128::from(limb(2));
    let significand = high << zeros | next >> (64 - zeros);
    let lost = next << zeros & u128::from(u64::MAX) != 0
        || limbs.iter().rev().skip(3).any(|limb| *limb != 0);
    // Past every format's ends, an exponent need not be right.
    let exponent = (exponent + bits - 1).clamp(-1 << 20, 1 << 20) as i32;
    Wide::positive(exponent, significand | u128::from(lost))
        .negated_if(negative)
        .into()
}

/// A number with x's sign: NaN, infinite, zero or one.
fn kind(x: f64) -> f64 {
    match x {
        _ if !x.is_finite() || x == 0.0 => x,
        _ => 1f64.copysign(x),
    }
}
