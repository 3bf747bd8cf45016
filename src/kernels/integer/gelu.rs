//! GELU of codes: I-ViT's ShiftGELU.

use super::softmax::quotient;
use super::{IntegerKernelError, ShiftExp, check_bits, check_row};

/// GELU of codes of scale S, as codes of scale S 2^-(bits - 1).
///
/// ```text
///   x sigmoid(1.702 x)       p = x + (x >> 1) + (x >> 3) + (x >> 4) ~ 1.702 x, with 1.1011 in binary: 1.6875
///   sigmoid(p) = e^(p - m) / (e^(p - m) + e^(-m))          by ShiftExp, with m = max(p, 0) of the row
/// ```
///
/// (arXiv 2207.01405, algorithm 2, where m may be below 0: then e^-m is above one and may need any
/// number of bits.)
///
/// e^(p - m) is cut at 2^-23: in a row that spans more than 9.4 the least values get a sigmoid that is
/// too large, and GELU is not 0 there.
///
/// ```
/// use roundoff::kernels::integer::ShiftGelu;
/// let gelu = ShiftGelu::new(1.0 / 32.0, 8)?;
/// let codes = gelu.evaluate(&[32, 0, -32])?;
/// let values: Vec<f64> = codes.iter().map(|y| *y as f64 * gelu.scale()).collect();
/// // GELU(1) = 0.841, GELU(-1) = -0.159.
/// assert_eq!(values, [0.8359375, 0.0, -0.1484375]);
/// # Ok::<(), roundoff::kernels::integer::IntegerKernelError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShiftGelu {
    exponential: ShiftExp,
    input_scale: f64,
    bits: u32,
}

impl ShiftGelu {
    /// For codes of that scale; a sigmoid of so many bits. N is 23, as in the authors' code.
    ///
    /// # Errors
    /// [`IntegerKernelError::Scale`] unless 2^-24 <= scale <= 1, [`IntegerKernelError::Bits`]
    /// unless 2 <= bits <= 16.
    pub fn new(scale: f64, bits: u32) -> Result<Self, IntegerKernelError> {
        Ok(Self {
            exponential: ShiftExp::new(scale, 23)?,
            input_scale: scale,
            bits: check_bits(bits)?,
        })
    }

    /// The scale of the results.
    pub fn scale(&self) -> f64 {
        self.input_scale * crate::format::scaled(1, 1 - self.bits as i32)
    }

    /// One row: its values share m.
    ///
    /// # Errors
    /// [`IntegerKernelError::Empty`] for no values, [`IntegerKernelError::Input`] for a code past
    /// 2^24.
    pub fn evaluate(&self, row: &[i32]) -> Result<Vec<i64>, IntegerKernelError> {
        check_row("ShiftGELU", row)?;
        let scaled = |x: i32| {
            let x = i64::from(x);
            x + (x >> 1) + (x >> 3) + (x >> 4)
        };
        let most = row.iter().map(|x| scaled(*x)).fold(0, i64::max);
        let one = self.exponential.of(-most);
        let value = |x: &i32| {
            let e = self.exponential.of(scaled(*x) - most);
            i64::from(*x) * quotient(e, e + one, self.bits)
        };
        Ok(row.iter().map(value).collect())
    }
}
