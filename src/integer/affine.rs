//! A scale and a zero point.

use super::{Integer, IntegerError, Symmetry};

/// How codes and real numbers belong together: value = scale (code - zero point).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    scale: f32,
    zero_point: i32,
}

impl Affine {
    /// A scale and a zero point for codes of `integer`.
    ///
    /// # Errors
    /// [`IntegerError::Scale`] unless the scale is a positive normal binary32 number;
    /// [`IntegerError::ZeroPoint`] unless the zero point is a code (0, where codes are symmetric).
    ///
    /// ```
    /// use roundoff::integer::{Affine, Integer};
    /// assert!(Affine::new(Integer::UINT8, 0.1, 128).is_ok());
    /// assert!(Affine::new(Integer::UINT8, 0.1, 256).is_err());
    /// assert!(Affine::new(Integer::INT8, 0.1, 1).is_err());
    /// ```
    pub fn new(integer: Integer, scale: f32, zero_point: i32) -> Result<Self, IntegerError> {
        if !(scale.is_normal() && scale > 0.0) {
            return Err(IntegerError::Scale { scale });
        }
        let (least, greatest) = match integer.symmetry() {
            Symmetry::Symmetric => (0, 0),
            Symmetry::Asymmetric => (integer.least(), integer.greatest()),
        };
        if !(least..=greatest).contains(&zero_point) {
            return Err(IntegerError::ZeroPoint {
                zero_point,
                integer: integer.to_string(),
                least,
                greatest,
            });
        }
        Ok(Self { scale, zero_point })
    }

    /// The scale and the zero point with which codes cover the real numbers from `least` to
    /// `greatest`, and zero, which is always a value.
    ///
    /// ```text
    ///   symmetric:    s = max |x| / greatest code,      z = 0
    ///   asymmetric:   s = (b - a) / (greatest code - least code),   a = min(least, 0), b = max(greatest, 0)
    ///                 z = least code - a / s, to the nearest code
    /// ```
    ///
    /// Quotients are f64s; the scale is the nearest binary32 number, at least 2^-126. Where all is
    /// zero it is 1. (Jacob et al., arXiv 1712.05877; Gholami et al., arXiv 2103.13630.)
    ///
    /// # Errors
    /// [`IntegerError::Range`] where the scale is past binary32's greatest number, or an end is not
    /// finite.
    ///
    /// ```
    /// use roundoff::integer::{Affine, Integer};
    /// let affine = Affine::covering(Integer::UINT8, -1.0, 1.55)?;
    /// assert_eq!((affine.scale(), affine.zero_point()), (0.01, 100));
    /// # Ok::<(), roundoff::integer::IntegerError>(())
    /// ```
    pub fn covering(integer: Integer, least: f64, greatest: f64) -> Result<Self, IntegerError> {
        let range = IntegerError::Range { least, greatest };
        let (a, b) = (least.min(0.0), greatest.max(0.0));
        let (first, last) = (f64::from(integer.least()), f64::from(integer.greatest()));
        let scale = match integer.symmetry() {
            // An unsigned symmetric code has no negative values to cover.
            Symmetry::Symmetric if integer.least() == 0 => b / last,
            Symmetry::Symmetric => b.max(-a) / last,
            // In two quotients, so that the difference of f64s cannot overflow.
            Symmetry::Asymmetric => b / (last - first) - a / (last - first),
        };
        if scale.is_nan() || !least.is_finite() || !greatest.is_finite() {
            return Err(range);
        }
        if scale == 0.0 {
            return Ok(Self {
                scale: 1.0,
                zero_point: Self::nearest_code(integer, first),
            });
        }
        let scale = (scale as f32).max(f32::MIN_POSITIVE);
        if scale.is_infinite() {
            return Err(range);
        }
        Ok(Self {
            scale,
            zero_point: Self::nearest_code(integer, first - a / f64::from(scale)),
        })
    }

    /// A zero point.
    fn nearest_code(integer: Integer, x: f64) -> i32 {
        match integer.symmetry() {
            Symmetry::Symmetric => 0,
            Symmetry::Asymmetric => {
                (x.round_ties_even() as i32).clamp(integer.least(), integer.greatest())
            }
        }
    }

    /// s: the distance of neighbouring values.
    pub const fn scale(self) -> f32 {
        self.scale
    }

    /// z: the code of zero.
    pub const fn zero_point(self) -> i32 {
        self.zero_point
    }

    /// The value of a code, exactly: 24 digits times at most 17.
    pub fn value(self, code: i32) -> f64 {
        f64::from(self.scale) * (i64::from(code) - i64::from(self.zero_point)) as f64
    }
}
