//! Real numbers: what an operation gives before it is rounded.

/// A real number. Its magnitude is significand x 2^exponent, or where `more` is set, a number
/// strictly between that and (significand + 1) x 2^exponent.
///
/// Where `more` is set the significand has at least 120 bits: rounding looks at no more than 53
/// digits and 54 of what is dropped, so nothing depends on where in between the number lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// The sign, of zero too.
    pub negative: bool,
    /// Its digits.
    pub significand: u128,
    /// The exponent of the last digit.
    pub exponent: i32,
    /// Is there more below the last digit?
    pub more: bool,
}

impl Exact {
    /// significand x 2^exponent.
    pub fn new(negative: bool, significand: u128, exponent: i32) -> Self {
        Self {
            negative,
            significand,
            exponent,
            more: false,
        }
    }

    /// A finite f64.
    pub fn of(x: f64) -> Self {
        assert!(x.is_finite(), "{x} is no real number");
        let (significand, exponent) = super::integer(x);
        Self::new(x.is_sign_negative(), significand.into(), exponent)
    }

    /// Is it zero?
    pub fn is_zero(self) -> bool {
        self.significand == 0 && !self.more
    }

    /// The exponent of its first digit; the number is not zero.
    pub fn top(self) -> i32 {
        self.exponent + 127 - self.significand.leading_zeros() as i32
    }

    /// -x.
    pub fn negated(self) -> Self {
        Self {
            negative: !self.negative,
            ..self
        }
    }

    /// x y, of numbers without `more` whose product has at most 128 digits.
    pub fn times(self, other: Self) -> Self {
        assert!(!self.more && !other.more);
        let significand = self.significand.checked_mul(other.significand);
        Self::new(
            self.negative != other.negative,
            significand.expect("a product of at most 128 digits"),
            self.exponent + other.exponent,
        )
    }

    /// x + y, of numbers without `more` of at most 110 digits each. Of opposite numbers the sum is
    /// a positive zero; of two zeros it is negative where both are (IEEE 754, 6.3, but for
    /// roundTowardNegative).
    pub fn plus(self, other: Self) -> Self {
        assert!(!self.more && !other.more);
        if self.is_zero() && other.is_zero() {
            return Self::new(self.negative && other.negative, 0, 0);
        }
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        let (high, low) = match self.top() >= other.top() {
            true => (self, other),
            false => (other, self),
        };
        assert!(high.significand >> 110 == 0 && low.significand >> 110 == 0);
        // The higher one's first digit goes to bit 125: room for a carry, 126 digits to align to.
        let up = high.significand.leading_zeros() - 2;
        let (ours, exponent) = (high.significand << up, high.exponent - up as i32);
        let (theirs, more) = shifted(low.significand, low.exponent - exponent);
        let (negative, significand) = match high.negative == low.negative {
            true => (high.negative, ours + theirs),
            // What is lost below their last digit is missing from the difference.
            false if more => (high.negative, ours - theirs - 1),
            false if theirs > ours => (low.negative, theirs - ours),
            false => (high.negative && ours != theirs, ours - theirs),
        };
        Self {
            negative,
            significand,
            exponent,
            more,
        }
    }

    /// numerator / denominator x 2^exponent; the denominator is not zero and below 2^127.
    pub fn ratio(negative: bool, numerator: u128, denominator: u128, exponent: i32) -> Self {
        assert!(denominator != 0 && denominator >> 127 == 0);
        let (mut quotient, mut rest) = (numerator / denominator, numerator % denominator);
        let mut exponent = exponent;
        while rest != 0 && quotient >> 120 == 0 {
            rest <<= 1;
            quotient = quotient << 1 | u128::from(rest >= denominator);
            rest -= if rest >= denominator { denominator } else { 0 };
            exponent -= 1;
        }
        Self {
            negative,
            significand: quotient,
            exponent,
            more: rest != 0,
        }
    }

    /// x / y of numbers without `more`; y is not zero.
    pub fn over(self, other: Self) -> Self {
        assert!(!self.more && !other.more);
        Self::ratio(
            self.negative != other.negative,
            self.significand,
            other.significand,
            self.exponent - other.exponent,
        )
    }

    /// The square root of a number without `more` that is not negative (or is a zero).
    pub fn root(self) -> Self {
        assert!(!self.more && (!self.negative || self.is_zero()));
        if self.is_zero() {
            return self;
        }
        // Of an even exponent; then digit by digit, two of the radicand for one of the root.
        let odd = self.exponent.rem_euclid(2);
        let (radicand, mut exponent) = (self.significand << odd, (self.exponent - odd) / 2);
        assert!(radicand >> odd == self.significand);
        let (mut root, mut rest) = (0u128, 0u128);
        let mut step = |two: u128, root: &mut u128| {
            rest = rest << 2 | two;
            let trial = *root << 2 | 1;
            let one = rest >= trial;
            rest -= if one { trial } else { 0 };
            *root = *root << 1 | u128::from(one);
            rest != 0
        };
        let mut more = false;
        for pair in (0..64).rev() {
            more = step(radicand >> (2 * pair) & 3, &mut root);
        }
        while more && root >> 120 == 0 {
            more = step(0, &mut root);
            exponent -= 1;
        }
        Self {
            negative: false,
            significand: root,
            exponent,
            more,
        }
    }

    /// floor(|x| / 2^exponent), which is below 2^128, and whether something is left.
    pub fn floor(self, exponent: i32) -> (u128, bool) {
        let (whole, rest) = shifted(self.significand, self.exponent - exponent);
        (whole, rest || self.more)
    }
}

/// floor(integer x 2^by), which is below 2^128, and whether something is left.
fn shifted(integer: u128, by: i32) -> (u128, bool) {
    match by {
        _ if integer == 0 => (0, false),
        0.. => {
            assert!(by <= integer.leading_zeros() as i32, "too many digits");
            (integer << by, false)
        }
        -127..0 => {
            let down = by.unsigned_abs();
            (integer >> down, integer.trailing_zeros() < down)
        }
        _ => (0, true),
    }
}
