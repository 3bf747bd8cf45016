//! Rounding and arithmetic in exact integers, written from the clauses of the P3109 interim report
//! (v4.0) and IEEE 754-2019: slow, plainly right, and independent of `src/` (which gives it the
//! formats' numbers alone).

#![allow(dead_code)]

pub mod draw;
pub mod formats;
pub mod operations;
pub mod quotient;

use roundoff::{Format, Overflow, Rounding, Saturation, Subnormals, Variant};

/// A real number or a special one, as an exact operation gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    NaN,
    Infinity { negative: bool },
    Zero { negative: bool },
    Finite(Finite),
}

/// (significand + something in (0, 1) if `more`) x 2^exponent. With `more`, the significand has
/// [`DIGITS`] digits or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finite {
    pub negative: bool,
    pub significand: u128,
    pub exponent: i32,
    pub more: bool,
}

/// Digits kept of a number that has too many: more than any format and any random bits look at.
pub const DIGITS: u32 = 120;

impl Value {
    /// An f64 is one exactly.
    pub fn of(x: f64) -> Self {
        let negative = x.is_sign_negative();
        if x.is_nan() {
            return Self::NaN;
        }
        if x.is_infinite() {
            return Self::Infinity { negative };
        }
        if x == 0.0 {
            return Self::Zero { negative };
        }
        let (significand, exponent) = integer(x);
        Self::Finite(Finite {
            negative,
            significand: significand.into(),
            exponent,
            more: false,
        })
    }
}

/// |x| = significand x 2^exponent (IEEE 754-2019, 3.4).
pub fn integer(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let (field, fraction) = (bits >> 52 & 0x7ff, bits & ((1 << 52) - 1));
    match field {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, field as i32 - 1075),
    }
}

/// significand x 2^exponent, which is an f64.
pub fn float(significand: u64, exponent: i32) -> f64 {
    if significand == 0 {
        return 0.0;
    }
    let spare = significand.trailing_zeros();
    let (significand, exponent) = (significand >> spare, exponent + spare as i32);
    let digits = 64 - significand.leading_zeros() as i32;
    let top = exponent + digits - 1;
    assert!((-1074..=1023).contains(&top) && digits <= 53, "not an f64");
    let last = (top - 52).max(-1074);
    let aligned = significand << (exponent - last);
    match aligned >> 52 {
        0 => f64::from_bits(aligned),
        _ => f64::from_bits(((last + 1075) as u64) << 52 | aligned & ((1 << 52) - 1)),
    }
}

/// How a value is projected (P3109 4.7.3), `random` being 64 random bits of which the first ones
/// are R.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    pub format: Format,
    pub rounding: Rounding,
    pub saturation: Saturation,
}

impl Projection {
    /// Round, then saturate.
    pub fn project(&self, x: Value, random: u64) -> f64 {
        match x {
            Value::NaN => f64::NAN,
            Value::Infinity { negative } => self.infinity(negative),
            Value::Zero { negative } => self.zero(negative),
            Value::Finite(x) => {
                let (integer, exponent) = self.round(x, random);
                self.saturate(x.negative, integer, exponent)
            }
        }
    }

    /// P3109 4.7.4, RoundToPrecision: an integer of steps, the step's exponent. The range of
    /// exponents has no end.
    fn round(&self, x: Finite, random: u64) -> (u64, i32) {
        let precision = self.format.precision() as i32;
        let emin = self.format.emin();
        let exponent = x.exponent + 127 - x.significand.leading_zeros() as i32;
        let binade = exponent.max(emin);
        let step = match self.format.subnormals() {
            Subnormals::Rounded if exponent < emin => emin,
            _ => binade - precision + 1,
        };
        // |x| = (whole + v) 2^step; v = rest / 2^below, and more.
        let below = step - x.exponent;
        let (whole, rest, below) = match below {
            ..=0 => {
                assert!(!x.more, "the oracle has too few digits");
                (x.significand << -below, 0, 0)
            }
            1..=127 => (
                x.significand >> below,
                x.significand & ((1 << below) - 1),
                below as u32,
            ),
            _ => (0, x.significand, below as u32),
        };
        let exact = rest == 0 && !x.more;
        // v against 1/2: twice v against 1.
        let half = match below {
            0 => std::cmp::Ordering::Less,
            1..=128 => rest.cmp(&(1 << (below - 1))),
            _ => std::cmp::Ordering::Less,
        };
        let above_half = half.is_gt() || half.is_eq() && x.more;
        let at_half = half.is_eq() && !x.more;
        // floor(v 2^n).
        let floor = |n: u32| match below {
            _ if below <= n => rest << (n - below),
            _ if below - n < 128 => rest >> (below - n),
            _ => 0,
        };
        let odd = match precision {
            // The parity of the code: exponents count up one by one.
            1 => whole == 1 && self.code_of_binade(binade) % 2 == 1,
            _ => whole % 2 == 1,
        };
        let away = match self.rounding {
            Rounding::NearestTiesToEven => above_half || at_half && odd,
            Rounding::NearestTiesToAway => above_half || at_half,
            Rounding::NearestTiesToZero => above_half,
            Rounding::TowardZero => false,
            Rounding::TowardPositive => !exact && !x.negative,
            Rounding::TowardNegative => !exact && x.negative,
            Rounding::ToOdd => !exact && !odd,
            // Which way a one means is ours to say: toward zero.
            Rounding::StochasticEqual => !exact && random >> 63 == 0,
            Rounding::Stochastic { variant, bits } => {
                let n = u32::from(bits.get());
                let drawn = u128::from(random >> (64 - n));
                match variant {
                    Variant::A => floor(n) + drawn >= 1 << n,
                    Variant::B => floor(n + 1) + 2 * drawn + 1 >= 1 << (n + 1),
                    Variant::C => {
                        let two = floor(n + 1);
                        let (low, tie) = (two / 2, two % 2 == 1);
                        // Is anything of v 2^(n+1) below its integer part?
                        let more = x.more
                            || match below.saturating_sub(n + 1) {
                                lost @ 0..128 => rest & ((1 << lost) - 1) != 0,
                                _ => rest != 0,
                            };
                        let nearest = low + u128::from(tie && (more || low % 2 == 1));
                        nearest + drawn >= 1 << n
                    }
                }
            }
        };
        let whole = u64::try_from(whole).expect("53 digits") + u64::from(away);
        let least_normal = integer(self.format.least_normal());
        let flushed =
            self.format.subnormals() == Subnormals::Flushed && less((whole, step), least_normal);
        match flushed {
            true => (0, step),
            false => (whole, step),
        }
    }

    /// With one digit: the exponent field of a binade, so that codes are consecutive from 0, which
    /// is zero's where there is one.
    fn code_of_binade(&self, exponent: i32) -> i32 {
        exponent - self.format.emin() + i32::from(self.format.has_zero())
    }

    /// P3109 4.7.5, Saturate; the format's family decides what P3109 does not speak of.
    fn saturate(&self, negative: bool, whole: u64, exponent: i32) -> f64 {
        let format = &self.format;
        if whole == 0 {
            return self.zero(negative);
        }
        if negative && !format.is_signed() {
            return self.below_unsigned();
        }
        let sign = |x: f64| if negative { -x } else { x };
        let greatest = format.greatest();
        if !less(integer(greatest), (whole, exponent)) {
            return sign(float(whole, exponent));
        }
        let inward = match self.rounding {
            Rounding::TowardZero => true,
            Rounding::TowardPositive => negative,
            Rounding::TowardNegative => !negative,
            // To the odd one of the greatest value and an infinity, which has the next code.
            Rounding::ToOdd => self.beyond() != f64::INFINITY || self.greatest_is_odd(),
            _ => false,
        };
        match self.saturation {
            Saturation::None if !inward => sign(self.beyond()),
            _ => sign(greatest),
        }
    }

    /// Is the code of the greatest value odd? Its significand is, or with one digit its exponent.
    fn greatest_is_odd(&self) -> bool {
        let format = &self.format;
        let (whole, exponent) = integer(format.greatest());
        match format.precision() {
            1 => self.code_of_binade(format.emax()) % 2 == 1,
            precision => {
                let last = format.emax() - precision as i32 + 1;
                whole.trailing_zeros() as i32 + exponent == last
            }
        }
    }

    fn infinity(&self, negative: bool) -> f64 {
        let format = &self.format;
        if negative && !format.is_signed() {
            return self.below_unsigned();
        }
        let magnitude = match self.saturation {
            Saturation::Finite => format.greatest(),
            _ if format.has_infinities() => f64::INFINITY,
            Saturation::Propagate => format.greatest(),
            Saturation::None => self.beyond(),
        };
        if negative { -magnitude } else { magnitude }
    }

    /// What there is past the greatest finite value.
    fn beyond(&self) -> f64 {
        match self.format.overflow() {
            Overflow::Infinity => f64::INFINITY,
            Overflow::NaN => f64::NAN,
            Overflow::Greatest => self.format.greatest(),
            Overflow::P3109 if self.format.has_infinities() => f64::INFINITY,
            Overflow::P3109 => self.format.greatest(),
        }
    }

    /// What a negative value is where there are none.
    fn below_unsigned(&self) -> f64 {
        match self.saturation {
            Saturation::None => f64::NAN,
            _ => self.zero(false),
        }
    }

    fn zero(&self, negative: bool) -> f64 {
        match (self.format.has_zero(), self.format.has_negative_zero()) {
            (true, true) if negative => -0.0,
            (true, _) => 0.0,
            // The least value stands for zero where there is none.
            (false, _) => self.format.least_positive(),
        }
    }
}

/// a 2^i < b 2^j.
fn less((a, i): (u64, i32), (b, j): (u64, i32)) -> bool {
    if a == 0 || b == 0 {
        return a == 0 && b != 0;
    }
    let top = |x: u64, e: i32| 64 - x.leading_zeros() as i32 + e;
    if top(a, i) != top(b, j) {
        return top(a, i) < top(b, j);
    }
    let (a, b) = (
        u128::from(a) << a.leading_zeros(),
        u128::from(b) << b.leading_zeros(),
    );
    a < b
}

/// The same number, or both NaN; 0 is not -0.
pub fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}
