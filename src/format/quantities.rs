//! What follows from a format's data, by the names of IEEE 754 (3.3) and P3109 (3.2, 4.9).

use super::{Format, Nan, Overflow, Subnormals};

/// significand x 2^exponent, where an f64 holds it exactly.
pub(crate) const fn scaled(significand: u64, exponent: i32) -> f64 {
    // Two steps, so that no power of two leaves the range of f64 before the product does.
    let half = exponent / 2;
    significand as f64 * power_of_two(half) * power_of_two(exponent - half)
}

/// 2^exponent for -1022 <= exponent <= 1023.
const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Significand and exponent of a finite f64: |x| = significand x 2^exponent.
#[inline(always)]
pub(crate) const fn split(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    match field {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, field - 1075),
    }
}

impl Format {
    /// p: digits of the significand, the hidden one included.
    pub const fn precision(&self) -> u32 {
        self.precision as u32
    }

    /// Exponent of the least normal value.
    pub const fn emin(&self) -> i32 {
        self.emin as i32
    }

    /// Exponent of the greatest finite value.
    pub const fn emax(&self) -> i32 {
        self.emax as i32
    }

    /// Has it negative values?
    pub const fn is_signed(&self) -> bool {
        self.signed
    }

    /// Has it a zero? (E8M0 has none.)
    pub const fn has_zero(&self) -> bool {
        self.zero
    }

    /// Has it a negative zero beside zero?
    pub const fn has_negative_zero(&self) -> bool {
        self.negative_zero
    }

    /// Has it infinities (P3109: extended)?
    pub const fn has_infinities(&self) -> bool {
        self.infinities
    }

    /// Has it NaN?
    pub const fn has_nan(&self) -> bool {
        self.nan
    }

    /// What is below the least normal value.
    pub const fn subnormals(&self) -> Subnormals {
        self.subnormals
    }

    /// What unsaturated overflow gives.
    pub const fn overflow(&self) -> Overflow {
        self.overflow
    }

    /// K: bits of a code, where the format has an encoding.
    pub const fn width(&self) -> Option<u32> {
        match self.encoding {
            Some(encoding) => Some(encoding.width as u32),
            None => None,
        }
    }

    /// Bits of the exponent's field in the code, where there is an encoding (P3109:
    /// ExponentBitwidthOf). The fraction has p - 1 (TrailingSignificandBitwidthOf).
    pub const fn exponent_width(&self) -> Option<u32> {
        match self.width() {
            Some(width) => {
                Some((width + 1).saturating_sub(self.precision() + self.is_signed() as u32))
            }
            None => None,
        }
    }

    /// What is added to an exponent to give its field in the code, where there is an encoding.
    pub const fn bias(&self) -> Option<i32> {
        match self.encoding {
            Some(_) => Some(self.first_field() as i32 - self.emin as i32),
            None => None,
        }
    }

    /// The greatest finite value (IEEE 754: the largest finite number; P3109: maxFinite).
    pub const fn greatest(&self) -> f64 {
        scaled(self.greatest, self.step_exponent(self.emax()))
    }

    /// The least positive normal value.
    pub const fn least_normal(&self) -> f64 {
        scaled(self.least_normal, self.step_exponent(self.emin()))
    }

    /// The least positive subnormal value, where the format has one.
    pub fn least_subnormal(&self) -> Option<f64> {
        self.has_subnormals()
            .then(|| scaled(1, self.step_exponent(self.emin())))
    }

    /// The greatest positive subnormal value, where the format has one (P3109: MaxSubnormalOf).
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!(Format::OCP_E5M2.greatest_subnormal(), Some(0.75 * 2f64.powi(-14)));
    /// assert_eq!(Format::OCP_E8M0.greatest_subnormal(), None);
    /// ```
    pub fn greatest_subnormal(&self) -> Option<f64> {
        let digits = self.precision() - 1;
        (self.has_subnormals() && digits > 0)
            .then(|| scaled((1 << digits) - 1, self.step_exponent(self.emin())))
            // A format of so few codes may end before its first normal value.
            .map(|value| value.min(self.greatest()))
    }

    /// The least positive value.
    pub fn least_positive(&self) -> f64 {
        self.least_subnormal().unwrap_or(self.least_normal())
    }

    /// u = 2^-p: the greatest relative error of rounding to nearest in the normal range.
    pub const fn unit_roundoff(&self) -> f64 {
        scaled(1, -(self.precision() as i32))
    }

    /// 2^(1-p): from 1 to the next value.
    pub const fn epsilon(&self) -> f64 {
        scaled(1, 1 - self.precision() as i32)
    }

    /// How many finite values it has; 0 and -0 count as two where it has both.
    pub fn count_finite(&self) -> u128 {
        let positive = self.count_subnormal() + self.count_normal();
        let zeros = u128::from(self.zero) + u128::from(self.negative_zero);
        let lowest = u128::from(self.signed && self.fixed);
        zeros + lowest + positive * if self.signed { 2 } else { 1 }
    }

    /// How many positive subnormal values it has.
    pub fn count_subnormal(&self) -> u128 {
        match self.has_subnormals() {
            true => (1 << (self.precision() - 1)) - 1,
            false => 0,
        }
    }

    /// How many positive normal values it has.
    pub fn count_normal(&self) -> u128 {
        let greatest = self.index_from(self.greatest, self.emax());
        let least = self.index_from(self.least_normal, self.emin());
        (u128::from(greatest) + 1).saturating_sub(u128::from(least))
    }

    /// Is `x` one of its values? NaN is where it has NaN.
    pub fn contains(&self, x: f64) -> bool {
        if x.is_nan() {
            return self.nan;
        }
        if x == 0.0 {
            return self.zero && (x.is_sign_positive() || self.negative_zero);
        }
        if x < 0.0 && !self.signed {
            return false;
        }
        if x.is_infinite() {
            return self.infinities;
        }
        self.index_of(x.abs()).is_some() || (x < 0.0 && x == self.lowest())
    }

    /// The least value above `x`, infinity included; none above the greatest or for NaN.
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!(Format::OCP_E2M1.next_up(1.2), Some(1.5));
    /// assert_eq!(Format::OCP_E2M1.next_up(6.0), None);
    /// ```
    pub fn next_up(&self, x: f64) -> Option<f64> {
        if x < 0.0 {
            // Two's complement has one negative value past the greatest magnitude.
            if self.fixed && x < self.lowest() {
                return Some(self.lowest());
            }
            return self.mirrored(self.above(-x, true)?);
        }
        self.above(x, false)
    }

    /// The greatest value below `x`, minus infinity included; none below the least or for NaN.
    pub fn next_down(&self, x: f64) -> Option<f64> {
        if x <= 0.0 {
            if self.fixed && x <= -self.greatest() {
                return (x > self.lowest()).then_some(self.lowest());
            }
            return self.mirrored(self.above(-x, false)?);
        }
        let below = self.above(x, true)?;
        (below != 0.0 || self.zero).then_some(below)
    }

    fn mirrored(&self, magnitude: f64) -> Option<f64> {
        match magnitude == 0.0 {
            true => self.zero.then_some(0.0),
            false => self.signed.then_some(-magnitude),
        }
    }

    /// The neighbouring magnitude of a magnitude, away from zero or (`inward`) toward it.
    fn above(&self, x: f64, inward: bool) -> Option<f64> {
        let greatest = self.greatest();
        let (past, least) = (
            self.infinities.then_some(f64::INFINITY),
            self.least_positive(),
        );
        match inward {
            _ if x.is_nan() => None,
            true if x > greatest => Some(greatest),
            true if x <= least => Some(0.0),
            false if x == f64::INFINITY => None,
            false if x >= greatest => past,
            false if x < least => Some(least),
            _ => {
                let (index, exact) = self.floor_index(x);
                let index = match (inward, exact) {
                    (false, _) => index + 1,
                    (true, true) => index - 1,
                    (true, false) => index,
                };
                let value = self.value_at(index);
                // Without subnormals the codes below the least normal one are not values.
                Some(if value < least { 0.0 } else { value })
            }
        }
    }

    /// Are there values between zero and the least normal one?
    pub(crate) const fn has_subnormals(&self) -> bool {
        matches!(self.subnormals, Subnormals::Kept) && self.precision > 1 && self.first_field() == 1
    }

    /// Exponent field of the least normal binade: 0 where zero does not take that binade (E8M0,
    /// which has none) or takes its first value alone (DLFloat16), else 1.
    pub(crate) const fn first_field(&self) -> u64 {
        (self.zero && self.starts_a_binade()) as u64
    }

    /// Is the least normal value a power of two? DLFloat16's is the one after.
    pub(crate) const fn starts_a_binade(&self) -> bool {
        self.least_normal == 1 << (self.precision - 1)
    }

    /// Exponent of the step in the binade of 2^exponent.
    pub(crate) const fn step_exponent(&self, exponent: i32) -> i32 {
        exponent - self.precision as i32 + 1
    }

    /// Position in the order of magnitudes of significand x 2^(exponent - p + 1), where the
    /// significand of a normal value has p digits.
    pub(crate) const fn index_from(&self, significand: u64, exponent: i32) -> u64 {
        let field = (exponent - self.emin as i32) as u64 + self.first_field();
        let hidden = 1 << (self.precision - 1);
        match significand & hidden {
            0 => significand,
            _ => (field << (self.precision - 1)) + (significand - hidden),
        }
    }

    /// Position of the greatest magnitude not above x > 0, subnormals counted, and whether it is x.
    fn floor_index(&self, x: f64) -> (u64, bool) {
        let (significand, exponent) = split(x);
        let top = exponent + 63 - significand.leading_zeros() as i32;
        let step = self.step_exponent(top.max(self.emin()));
        // step - exponent: digits too many (positive) or to spare.
        let (digits, exact) = match step - exponent {
            spare @ ..=0 => (significand << spare.unsigned_abs().min(63), true),
            many @ 1..=63 => (
                significand >> many,
                significand.trailing_zeros() >= many as u32,
            ),
            _ => (0, false),
        };
        (self.index_from(digits, top.max(self.emin())), exact)
    }

    /// Position of a positive finite value of the format; none for other numbers.
    pub(crate) fn index_of(&self, x: f64) -> Option<u64> {
        let (index, exact) = self.floor_index(x);
        (exact && x >= self.least_positive() && x <= self.greatest()).then_some(index)
    }

    /// The magnitude at a position, whether or not the format has it as a value.
    pub(crate) fn value_at(&self, index: u64) -> f64 {
        let hidden = 1 << (self.precision - 1);
        let (field, fraction) = (index / hidden, index % hidden);
        match field < self.first_field() {
            true => scaled(fraction, self.step_exponent(self.emin())),
            false => {
                let exponent = self.emin() + (field - self.first_field()) as i32;
                scaled(hidden + fraction, self.step_exponent(exponent))
            }
        }
    }

    /// NaN's code, where format and encoding have it.
    pub(crate) fn nan_code(&self) -> Option<u64> {
        let encoding = self.encoding?;
        let sign = 1 << (encoding.width - 1);
        match encoding.nan {
            Nan::Absent => None,
            Nan::Quiet => Some(encoding.infinity | 1 << (self.precision.max(2) - 2)),
            Nan::AllOnes if self.signed => Some(sign - 1),
            Nan::AllOnes => Some(sign | (sign - 1)),
            Nan::NegativeZero => Some(sign),
        }
    }
}
