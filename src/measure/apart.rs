//! Units in the last place, and numbers of values, of a format.

use crate::format::{Format, Subnormals};

/// 2^52: from here on f64s are whole numbers.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// The steps between a format's values. Nothing branches, so that loops over these vectorise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// The exponent field, as an f64 has it, of the least normal value.
    least_field: u64,
    /// 2^(1-p).
    last_place: f64,
    /// 2^emin.
    least_normal: f64,
    /// 2^(p-1-emin), the inverse of the step there, as the product of two: it may be above 2^1023.
    inverse: [f64; 2],
    /// Digits of an f64 that the format has not.
    more: u32,
    /// 1 where there are such digits.
    rounds: u64,
    /// A little less than half of the last digit that the format has, among an f64's.
    below_half: u64,
    /// 2^(p-1): the place of the least normal value, where there are subnormal ones.
    places: i64,
    subnormals: Subnormals,
}

/// 2^n for n from -1022 to 1023.
fn power(n: i32) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

impl Steps {
    pub fn of(format: &Format) -> Self {
        let (p, emin) = (format.precision() as i32, format.emin());
        let up = p - 1 - emin;
        let more = (53 - p) as u32;
        Self {
            // emin is no less than -1022.
            least_field: (emin + 1023) as u64,
            last_place: power(1 - p),
            least_normal: power(emin),
            inverse: [power(up / 2), power(up - up / 2)],
            more,
            rounds: u64::from(more > 0),
            below_half: ((1u64 << more) / 2).saturating_sub(1),
            places: 1 << (p - 1),
            subnormals: format.subnormals(),
        }
    }

    /// The unit in the last place of a finite number: 2^max(e, emin) 2^(1-p), exact though the
    /// product may be subnormal.
    #[inline(always)]
    pub fn unit(&self, x: f64) -> f64 {
        let field = x.to_bits() >> 52 & 0x7ff;
        f64::from_bits(field.max(self.least_field) << 52) * self.last_place
    }

    /// The place of a finite number among the format's values, 0 of zero; of a number between two
    /// values that of the nearer one (of the one with the even place, if both are as near).
    ///
    /// ```text
    ///     x = m 2^(e - p + 1), e = max(exponent, emin):   place = (e - emin) 2^(p-1) + m
    /// ```
    ///
    /// Of normal numbers that is the f64's own bits, its exponent counted from emin - 1, with 53 - p
    /// bits fewer:
    ///
    /// ```text
    ///     0 eeeeeeeeeee ffff...ffff ffff      f64
    ///     less (emin + 1022) 2^52             e - emin + 1 | f = (e - emin) 2^52 + 2^52 (1.f)
    ///     over 2^(53-p), to nearest           (e - emin) 2^(p-1) + m
    /// ```
    #[inline(always)]
    fn place(&self, x: f64) -> i64 {
        let magnitude = x.abs();
        let bits = magnitude.to_bits();
        let from_least = bits.wrapping_sub((self.least_field - 1) << 52);
        // Half of the last bit that stays, a little less where that is even.
        let odd = from_least >> self.more & self.rounds;
        let up = self.below_half + odd;
        let normal = (from_least.wrapping_add(up) >> self.more) as i64;
        // Adding 2^52 leaves no room for a fraction.
        let steps = magnitude * self.inverse[0] * self.inverse[1] + WHOLE;
        let subnormal = steps.to_bits().wrapping_sub(WHOLE.to_bits()) as i64;
        let place = if magnitude < self.least_normal {
            subnormal
        } else {
            normal
        };
        let place = match self.subnormals {
            Subnormals::Kept => place,
            // Zero and the least normal value are neighbours.
            _ if place >= self.places => place - self.places + 1,
            _ => i64::from(2 * place >= self.places),
        };
        if x < 0.0 { -place } else { place }
    }

    /// How many values of the format on from x is y?
    #[inline(always)]
    pub fn apart(&self, x: f64, y: f64) -> u64 {
        self.place(x).abs_diff(self.place(y))
    }
}

/// The unit in the last place of x in a format: 2^(max(e, emin) - p + 1), 2^e <= |x| < 2^(e+1)
/// (Muller et al., *Handbook of Floating-Point Arithmetic*, 2nd ed., 2018, definition 2.6); no less
/// than 2^-1074. x is finite.
///
/// ```
/// use roundoff::Format;
/// use roundoff::measure::ulp;
/// assert_eq!(ulp(&Format::BINARY16, 1.5), 2f64.powi(-10));
/// assert_eq!(ulp(&Format::BINARY16, 1e-9), 2f64.powi(-24));
/// ```
pub fn ulp(format: &Format, x: f64) -> f64 {
    Steps::of(format).unit(x)
}

/// How many values of the format on from x is y? 0 where both round to the same one. Both are
/// finite.
///
/// ```
/// use roundoff::Format;
/// use roundoff::measure::apart;
/// // ... 1, 1.5, 2, 3, 4, 6
/// assert_eq!(apart(&Format::OCP_E2M1, 1.0, 4.0), 4);
/// // -0.5, 0, 0.5
/// assert_eq!(apart(&Format::OCP_E2M1, -0.5, 0.5), 2);
/// ```
pub fn apart(format: &Format, x: f64, y: f64) -> u64 {
    Steps::of(format).apart(x, y)
}
