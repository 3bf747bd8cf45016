//! Softmax of a row of codes: I-ViT's Shiftmax.

use super::{IntegerKernelError, ShiftExp, check_bits, check_row};

/// a / b for 0 <= a <= b, with so many bits after the point less one: I-ViT's IntDiv, one integer
/// division for all of a row's a, (floor(2^M / b) a) >> (M - (bits - 1)).
///
/// M is 62 here. The authors' code has 31 in 32 bits: then the reciprocal of a sum of 2^28, such as
/// its GELU has, keeps 3 bits, and quotients are an eighth too small.
pub(super) const fn quotient(a: i64, b: i64, bits: u32) -> i64 {
    (a * ((1 << 62) / b)) >> (62 - (bits - 1))
}

/// Softmax of codes of one scale, as codes of scale 2^-(bits - 1).
///
/// ```text
///   d_i = x_i - max x        e_i = ShiftExp(d_i)        y_i = floor(e_i floor(2^62 / sum e) / 2^(63 - bits))
/// ```
///
/// (arXiv 2207.01405, algorithm 1.)
///
/// ```
/// use roundoff::kernels::integer::Shiftmax;
/// let softmax = Shiftmax::new(1.0 / 16.0, 8)?;
/// let codes = softmax.evaluate(&[32, 16, 0, -100])?;
/// // e^2, e and 1 over their sum are 0.665, 0.245 and 0.090.
/// let values: Vec<f64> = codes.iter().map(|y| f64::from(*y) * softmax.scale()).collect();
/// assert_eq!(values, [0.65625, 0.2421875, 0.0859375, 0.0]);
/// # Ok::<(), roundoff::kernels::integer::IntegerKernelError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shiftmax {
    exponential: ShiftExp,
    bits: u32,
}

impl Shiftmax {
    /// For codes of that scale; results of so many bits. N is the paper's 15.
    ///
    /// # Errors
    /// [`IntegerKernelError::Scale`] unless 2^-24 <= scale <= 1, [`IntegerKernelError::Bits`]
    /// unless 2 <= bits <= 16.
    pub fn new(scale: f64, bits: u32) -> Result<Self, IntegerKernelError> {
        Ok(Self {
            exponential: ShiftExp::new(scale, 15)?,
            bits: check_bits(bits)?,
        })
    }

    /// The scale of the results.
    pub fn scale(&self) -> f64 {
        crate::format::scaled(1, 1 - self.bits as i32)
    }

    /// One row.
    ///
    /// # Errors
    /// [`IntegerKernelError::Empty`] for no values, [`IntegerKernelError::Input`] for a code past
    /// 2^24.
    pub fn evaluate(&self, row: &[i32]) -> Result<Vec<i32>, IntegerKernelError> {
        check_row("Shiftmax", row)?;
        let most = row.iter().copied().max().unwrap_or(0);
        let exponentials = row
            .iter()
            .map(|x| self.exponential.of(i64::from(*x) - i64::from(most)));
        let exponentials: Vec<i64> = exponentials.collect();
        let sum = exponentials
            .iter()
            .fold(0i64, |sum, e| sum.saturating_add(*e));
        Ok(exponentials
            .iter()
            .map(|e| quotient(*e, sum, self.bits) as i32)
            .collect())
    }
}
