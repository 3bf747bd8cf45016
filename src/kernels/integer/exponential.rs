//! e^x for x <= 0 by shifts: I-ViT's ShiftExp.
//!
//! ```text
//!   x log2 e  ~  x + (x >> 1) - (x >> 4)            log2 e = 1.4427 ~ 1.0111 in binary, 1.4375
//!             =  -(q + r / I0)                      q whole, 0 <= r < I0, with I0 = round(1 / S)
//!   2^-(q + r / I0)  ~  (1 - r / (2 I0)) 2^-q       a chord between two powers of two
//! ```
//!
//! (arXiv 2207.01405, algorithm 1, ShiftExp.)

use super::IntegerKernelError;

/// e^(S x) for codes x <= 0 of scale S, as integers of scale 1 / (I0 2^N).
///
/// The chord is at most 6.2% above 2^-f, and the approximate log2 e makes e^-t 0.5% t too large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShiftExp {
    /// round(1 / S): the code of 1.
    one: i64,
    /// N: results are cut at 2^-N.
    shift: u32,
}

impl ShiftExp {
    /// For codes of that scale, results with `shift` bits below one (the paper's "sufficiently
    /// large integer" N: 15 in its softmax, 23 in its GELU).
    ///
    /// # Errors
    /// [`IntegerKernelError::Scale`] unless 2^-24 <= scale <= 1: above, one unit of x is more than
    /// a power of e. `shift` is cut to 30.
    pub fn new(scale: f64, shift: u32) -> Result<Self, IntegerKernelError> {
        let (least, greatest) = (1.0 / 16_777_216.0, 1.0);
        if !(least..=greatest).contains(&scale) {
            return Err(IntegerKernelError::Scale {
                scale,
                kernel: "ShiftExp",
                least,
                greatest,
            });
        }
        Ok(Self {
            one: (1.0 / scale).round_ties_even() as i64,
            shift: shift.min(30),
        })
    }

    /// The integer of 1: e^0.
    pub const fn unit(self) -> i64 {
        self.one << self.shift
    }

    /// The exponential of a code, which counts as 0 where it is above.
    ///
    /// ```
    /// use roundoff::kernels::integer::ShiftExp;
    /// let exp = ShiftExp::new(1.0 / 64.0, 15)?;
    /// let value = exp.of(-64) as f64 / exp.unit() as f64;
    /// assert!((value - (-1f64).exp()).abs() < 0.03);
    /// # Ok::<(), roundoff::kernels::integer::IntegerKernelError>(())
    /// ```
    pub const fn of(self, x: i64) -> i64 {
        let x = if x > 0 { 0 } else { x };
        let mut powers = x + (x >> 1) - (x >> 4);
        // Below 2^-N all are the same.
        let lowest = -(self.shift as i64) * self.one;
        if powers < lowest {
            powers = lowest;
        }
        let whole = powers / -self.one;
        let rest = -(powers + whole * self.one);
        let chord = ((-rest) >> 1) + self.one;
        chord << (self.shift as i64 - whole)
    }
}
