//! A real factor as a multiplication and a shift.

use super::IntegerKernelError;

/// A factor m 2^-shift, with m of 31 bits: what a product of scales is to integer hardware.
///
/// ```text
///   x ── times m ──> 62 bits ── shift right, rounded ──> x m 2^-shift
/// ```
///
/// gemmlowp and TFLite (`QuantizeMultiplier`: m in [2^30, 2^31)), and the *dyadic numbers* of
/// HAWQ-V3 (arXiv 2011.10680), I-BERT (arXiv 2101.01321) and I-ViT. The relative error of the
/// factor is at most 2^-31.
///
/// ```
/// use roundoff::kernels::integer::{Dyadic, Rescale};
/// let factor = Dyadic::nearest(0.003)?;
/// assert_eq!(factor.apply(10_000, Rescale::NearestTiesUp), 30);
/// # Ok::<(), roundoff::kernels::integer::IntegerKernelError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dyadic {
    multiplier: i32,
    shift: i32,
}

/// How the bits that a shift drops are rounded. Hardware has its own ways beside IEEE 754's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rescale {
    /// Toward minus infinity: the arithmetic shift alone (I-ViT).
    TowardNegative,
    /// To nearest, ties up: one half is added before the shift (TFLite with
    /// `TFLITE_SINGLE_ROUNDING`).
    #[default]
    NearestTiesUp,
    /// To nearest, ties to even (I-BERT's and HAWQ-V3's `torch.round`).
    NearestTiesToEven,
    /// Two roundings, as ARM's SQRDMULH and gemmlowp's `RoundingDivideByPOT` have them: the high
    /// half of twice the product to nearest, ties up; then a shift, ties away from zero (TFLite
    /// without `TFLITE_SINGLE_ROUNDING`).
    Gemmlowp,
}

impl Rescale {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::TowardNegative,
        Self::NearestTiesUp,
        Self::NearestTiesToEven,
        Self::Gemmlowp,
    ];
}

impl Dyadic {
    /// The nearest one: m = round(factor 2^shift), ties away from zero, with the shift that makes m
    /// at least 2^30.
    ///
    /// # Errors
    /// [`IntegerKernelError::Factor`] unless 2^-31 <= factor < 2^30.
    pub fn nearest(factor: f64) -> Result<Self, IntegerKernelError> {
        if !(1.0 / 2_147_483_648.0..1_073_741_824.0).contains(&factor) {
            return Err(IntegerKernelError::Factor { factor });
        }
        // 2^exponent <= factor < 2^(exponent + 1), from the bits: the factor is a normal f64.
        let exponent = (factor.to_bits() >> 52) as i32 - 1023;
        let shift = 30 - exponent;
        let significand = factor.to_bits() & ((1 << 52) - 1) | 1 << 52;
        // 53 digits to 31, half added.
        let multiplier = (significand + (1 << 21)) >> 22;
        Ok(match multiplier >> 31 {
            0 => Self {
                multiplier: multiplier as i32,
                shift,
            },
            _ => Self {
                multiplier: 1 << 30,
                shift: shift - 1,
            },
        })
    }

    /// m.
    pub const fn multiplier(self) -> i32 {
        self.multiplier
    }

    /// How far to the right; negative: to the left.
    pub const fn shift(self) -> i32 {
        self.shift
    }

    /// m 2^-shift.
    pub fn value(self) -> f64 {
        f64::from(self.multiplier) * crate::format::scaled(1, -self.shift)
    }

    /// x m 2^-shift as an integer, cut to 32 bits.
    pub fn apply(self, x: i32, rescale: Rescale) -> i32 {
        let product = i64::from(x) * i64::from(self.multiplier);
        let rounded = match rescale {
            Rescale::Gemmlowp => return self.gemmlowp(x),
            _ if self.shift <= 0 => i128::from(product) << self.shift.unsigned_abs().min(63),
            Rescale::TowardNegative => (product >> self.shift).into(),
            Rescale::NearestTiesUp => (i128::from(product) + (1 << (self.shift - 1))) >> self.shift,
            Rescale::NearestTiesToEven => {
                let floor = product >> self.shift;
                let rest = product - (floor << self.shift);
                let half = 1i64 << (self.shift - 1);
                let up = rest > half || (rest == half && floor & 1 == 1);
                (floor + i64::from(up)).into()
            }
        };
        rounded.clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }

    /// TFLite's `MultiplyByQuantizedMultiplier`: the shift to the left first, then SQRDMULH, then
    /// the shift to the right.
    fn gemmlowp(self, x: i32) -> i32 {
        // TFLite counts the shift from m as a fraction of 31 bits, to the left.
        let left = 31 - self.shift;
        let shifted = i64::from(x) << left.clamp(0, 31);
        let shifted = shifted.clamp(i32::MIN.into(), i32::MAX.into());
        let high = doubling_high(shifted, self.multiplier.into());
        divide_by_power_of_two(high, (-left).clamp(0, 31) as u32) as i32
    }
}

/// The high half of twice the product, to nearest, ties up: gemmlowp's
/// `SaturatingRoundingDoublingHighMul`. m is positive, so nothing saturates.
const fn doubling_high(x: i64, m: i64) -> i64 {
    (x * m + (1 << 30)) >> 31
}

/// gemmlowp's `RoundingDivideByPOT`: to nearest, ties away from zero.
const fn divide_by_power_of_two(x: i64, exponent: u32) -> i64 {
    let mask = (1i64 << exponent) - 1;
    let rest = x & mask;
    let threshold = (mask >> 1) + (x < 0) as i64;
    (x >> exponent) + (rest > threshold) as i64
}
