//! Layer normalisation of a row of codes: I-ViT's I-LayerNorm.

use super::{IntegerKernelError, check_length, check_row, square_root};

/// Layer normalisation of codes: results have the scale sqrt(n) 2^-30, times a gain each.
///
/// ```text
///   m = round(sum x / n)        d_i = x_i - m        r = floor(sqrt(sum d^2))
///   y_i = floor(d_i floor((2^31 - 1) / r) / 2)       (x_i - mean) / deviation ~ y_i sqrt(n) 2^-30
///   with gains and shifts:  y_i + floor(shift_i / (gain_i sqrt(n) 2^-30)), of scale gain_i sqrt(n) 2^-30
/// ```
///
/// sum d^2 is n times the variance, so r is sqrt(n) times the deviation. The scale of the codes
/// does not matter: a norm has none. (arXiv 2207.01405, I-LayerNorm, and the authors' code; its ten Newton steps are [`square_root_of_paper`](super::square_root_of_paper).) A row of
/// equal values gives zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerNorm {
    /// Empty: all 1.
    gains: Vec<f64>,
    /// The shifts in units of the results.
    shifts: Vec<i64>,
    values: usize,
}

impl LayerNorm {
    /// For rows of so many values. Where `gains` or `shifts` are empty there are none.
    ///
    /// # Errors
    /// [`IntegerKernelError::Empty`] for rows of no values; [`IntegerKernelError::Length`] where a
    /// list is neither empty nor as long as the row; [`IntegerKernelError::Scale`] where a gain is
    /// zero or not finite, or a shift too large for its gain.
    pub fn new(values: usize, gains: &[f64], shifts: &[f64]) -> Result<Self, IntegerKernelError> {
        if values == 0 {
            return Err(IntegerKernelError::Empty {
                kernel: "I-LayerNorm",
            });
        }
        for (what, list) in [("list of gains", gains), ("list of shifts", shifts)] {
            if !list.is_empty() {
                check_length(what, list.len(), values)?;
            }
        }
        let unit = unit(values);
        let wrong = |scale: f64| IntegerKernelError::Scale {
            scale,
            kernel: "I-LayerNorm's gains and shifts",
            least: f64::MIN_POSITIVE,
            greatest: f64::MAX,
        };
        if let Some(gain) = gains.iter().find(|gain| !gain.is_normal()) {
            return Err(wrong(*gain));
        }
        let mut codes = Vec::with_capacity(shifts.len());
        for (at, shift) in shifts.iter().enumerate() {
            let code = (shift / gains.get(at).unwrap_or(&1.0) / unit).floor();
            // 2^62: a result added to it stays in 64 bits.
            if code.is_nan() || code.abs() > 4.6e18 {
                return Err(wrong(*shift));
            }
            codes.push(code as i64);
        }
        Ok(Self {
            gains: gains.to_vec(),
            shifts: codes,
            values,
        })
    }

    /// The scale of result i.
    pub fn scale(&self, i: usize) -> f64 {
        unit(self.values) * self.gains.get(i).unwrap_or(&1.0)
    }

    /// One row.
    ///
    /// # Errors
    /// [`IntegerKernelError::Length`] for a row of another length, [`IntegerKernelError::Input`]
    /// for a code past 2^24.
    ///
    /// ```
    /// use roundoff::kernels::integer::LayerNorm;
    /// let norm = LayerNorm::new(4, &[], &[])?;
    /// let codes = norm.evaluate(&[10, 20, 30, 40])?;
    /// let first = codes[0] as f64 * norm.scale(0);
    /// assert!((first + 1.3416).abs() < 0.03);
    /// # Ok::<(), roundoff::kernels::integer::IntegerKernelError>(())
    /// ```
    pub fn evaluate(&self, row: &[i32]) -> Result<Vec<i64>, IntegerKernelError> {
        check_length("row", row.len(), self.values)?;
        check_row("I-LayerNorm", row)?;
        let n = row.len() as i64;
        let sum: i64 = row.iter().map(|x| i64::from(*x)).sum();
        let mean = nearest_quotient(sum, n);
        let squares = row.iter().map(|x| {
            let distance = i64::from(*x) - mean;
            (distance * distance) as u64
        });
        let variance = squares.fold(0u64, u64::saturating_add);
        let root = square_root(variance).max(1) as i64;
        let factor = WHOLE / root;
        let place = |(at, x): (usize, &i32)| {
            let y = ((i64::from(*x) - mean) * factor) >> 1;
            y + self.shifts.get(at).copied().unwrap_or(0)
        };
        Ok(row.iter().enumerate().map(place).collect())
    }
}

/// The greatest integer of 32 bits: the reciprocal of r is a share of it.
const WHOLE: i64 = (1 << 31) - 1;

/// The scale of results without gains.
fn unit(values: usize) -> f64 {
    (values as f64).sqrt() * crate::format::scaled(1, -30)
}

/// a / b to nearest, ties to even, for b > 0.
const fn nearest_quotient(a: i64, b: i64) -> i64 {
    let (floor, rest) = (a.div_euclid(b), a.rem_euclid(b));
    let up = rest > b - rest || (rest == b - rest && floor & 1 == 1);
    floor + up as i64
}
