//! A linear layer of integers alone.

use super::{Dyadic, IntegerKernelError, Rescale, check_length};
use crate::integer::{Affine, Integer};

/// From a sum of products back to codes: the factor, its rounding, and the codes' zero point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Requantize {
    factor: Dyadic,
    rescale: Rescale,
    integer: Integer,
    zero_point: i32,
}

impl Requantize {
    /// From sums of scale `input` x `weight` to codes of `output`.
    ///
    /// # Errors
    /// [`IntegerKernelError::Factor`] where the quotient of scales is no multiplication and shift.
    pub fn new(
        input: Affine,
        weight: Affine,
        output: Affine,
        integer: Integer,
        rescale: Rescale,
    ) -> Result<Self, IntegerKernelError> {
        let product = f64::from(input.scale()) * f64::from(weight.scale());
        Ok(Self {
            factor: Dyadic::nearest(product / f64::from(output.scale()))?,
            rescale,
            integer,
            zero_point: output.zero_point(),
        })
    }

    /// The code of a sum.
    pub fn code(&self, sum: i32) -> i32 {
        self.factor
            .apply(sum, self.rescale)
            .saturating_add(self.zero_point)
            .clamp(self.integer.least(), self.integer.greatest())
    }
}

/// W x + b in integers, codes in and codes out.
///
/// ```text
///   sum_i = b_i + sum over k of (w_ik - z_w) (x_k - z_x)           32 bits
///   y_i   = clamp(z_y + sum_i s_w s_x / s_y)                       the quotient of scales as a Dyadic
/// ```
///
/// B. Jacob et al., arXiv 1712.05877, equations 4, 5 and 7; the bias has the scale s_w s_x and 32
/// bits (2.4). `weights` are in rows, one for each output; an empty `bias` is none.
///
/// # Errors
/// [`IntegerKernelError::Length`] unless there is a whole number of rows and as many biases;
/// [`IntegerKernelError::Accumulator`] where a sum does not fit in 32 bits.
///
/// ```
/// use roundoff::integer::{Affine, Integer};
/// use roundoff::kernels::integer::{Requantize, Rescale, linear};
/// let int8 = Integer::INT8;
/// let [x, w, y] = [0.5, 0.25, 1.0].map(|scale| Affine::new(int8, scale, 0));
/// let (x, w, y) = (x?, w?, y?);
/// let requantize = Requantize::new(x, w, y, int8, Rescale::default())?;
/// // (1.5, -1) . (2, 0.5) = 2.5, ties up: 3.
/// assert_eq!(linear(&[8, 2], w, &[3, -2], x, &[], &requantize)?, [3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn linear(
    weights: &[i32],
    weight: Affine,
    inputs: &[i32],
    input: Affine,
    bias: &[i32],
    requantize: &Requantize,
) -> Result<Vec<i32>, IntegerKernelError> {
    let columns = inputs.len().max(1);
    let rows = weights.len() / columns;
    check_length("list of weights", weights.len(), rows * inputs.len())?;
    if !bias.is_empty() {
        check_length("list of biases", bias.len(), rows)?;
    }
    let mut outputs = Vec::with_capacity(rows);
    for (index, row) in weights.chunks_exact(columns).enumerate() {
        let start = i64::from(bias.get(index).copied().unwrap_or(0));
        let sum = row.iter().zip(inputs).fold(start, |sum, (w, x)| {
            let w = i64::from(*w) - i64::from(weight.zero_point());
            let x = i64::from(*x) - i64::from(input.zero_point());
            sum.saturating_add(w.saturating_mul(x))
        });
        let Ok(sum) = i32::try_from(sum) else {
            return Err(IntegerKernelError::Accumulator { index, sum });
        };
        outputs.push(requantize.code(sum));
    }
    Ok(outputs)
}
