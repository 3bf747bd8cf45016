//! MPFR's answer, and ours beside it.

use std::cmp::Ordering;

use roundoff::arith::Wide;
use roundoff::arith::functions::{self, Unrounded};
use rug::float::{Round, Special};
use rug::ops::PowAssignRound;
use rug::{Assign, Float};

/// Digits of MPFR's answers, cut toward zero.
pub const DIGITS: u32 = 170;

/// MPFR's answer: the number cut toward zero, and whether something was cut off.
pub struct Truth {
    pub value: Float,
    pub inexact: bool,
}

type Mpfr1 = fn(&mut Float) -> Ordering;
type Mpfr2 = fn(&mut Float, &Float) -> Ordering;

/// A function of one number, by name: ours and MPFR's.
pub struct Unary {
    pub name: &'static str,
    pub ours: fn(Unrounded) -> Unrounded,
    mpfr: Mpfr1,
}

/// A function of two numbers.
pub struct Binary {
    pub name: &'static str,
    pub ours: fn(Unrounded, Unrounded) -> Unrounded,
    mpfr: Mpfr2,
}

impl Unary {
    pub fn truth(&self, x: f64) -> Truth {
        let mut value = Float::with_val(DIGITS, x);
        let order = (self.mpfr)(&mut value);
        Truth {
            value,
            inexact: order != Ordering::Equal,
        }
    }
}

impl Binary {
    pub fn truth(&self, x: f64, y: f64) -> Truth {
        let mut value = Float::with_val(DIGITS, x);
        let order = (self.mpfr)(&mut value, &Float::with_val(DIGITS, y));
        Truth {
            value,
            inexact: order != Ordering::Equal,
        }
    }
}

macro_rules! unary {
    ($($name:ident $mpfr:expr;)*) => {
        [$(Unary { name: stringify!($name), ours: functions::$name, mpfr: $mpfr }),*]
    };
}

/// MPFR has no softplus: log1p(exp(x)) with digits to spare; far right, x and a little more.
fn softplus(x: &mut Float) -> Ordering {
    if x.is_nan() || (x.is_infinite() && x.is_sign_positive()) {
        return Ordering::Equal;
    }
    if x.is_infinite() {
        x.assign(Special::Zero);
        return Ordering::Equal;
    }
    if *x > 200 {
        return Ordering::Less;
    }
    let mut wide = Float::with_val(2 * DIGITS, &*x);
    wide.exp_mut();
    wide.ln_1p_mut();
    x.assign_round_toward_zero(&wide);
    Ordering::Less
}

trait AssignTowardZero {
    fn assign_round_toward_zero(&mut self, x: &Float);
}

impl AssignTowardZero for Float {
    fn assign_round_toward_zero(&mut self, x: &Float) {
        rug::ops::AssignRound::assign_round(self, x, Round::Zero);
    }
}

/// log |Gamma| at the poles: MPFR gives +inf too.
fn log_gamma(x: &mut Float) -> Ordering {
    x.ln_abs_gamma_round(Round::Zero).1
}

/// IEEE 754-2019, 9.2.1: rSqrt(-0) is -inf; MPFR has +inf.
fn rsqrt(x: &mut Float) -> Ordering {
    let negative_zero = x.is_zero() && x.is_sign_negative();
    let order = x.recip_sqrt_round(Round::Zero);
    if negative_zero {
        x.assign(Special::NegInfinity);
    }
    order
}

pub fn unary() -> Vec<Unary> {
    unary! {
        exp |x| x.exp_round(Round::Zero);
        exp2 |x| x.exp2_round(Round::Zero);
        exp10 |x| x.exp10_round(Round::Zero);
        exp_minus_one |x| x.exp_m1_round(Round::Zero);
        exp2_minus_one |x| x.exp2_m1_round(Round::Zero);
        exp10_minus_one |x| x.exp10_m1_round(Round::Zero);
        log |x| x.ln_round(Round::Zero);
        log2 |x| x.log2_round(Round::Zero);
        log10 |x| x.log10_round(Round::Zero);
        log_one_plus |x| x.ln_1p_round(Round::Zero);
        log2_one_plus |x| x.log2_1p_round(Round::Zero);
        log10_one_plus |x| x.log10_1p_round(Round::Zero);
        softplus softplus;
        sin |x| x.sin_round(Round::Zero);
        cos |x| x.cos_round(Round::Zero);
        tan |x| x.tan_round(Round::Zero);
        sin_pi |x| x.sin_pi_round(Round::Zero);
        cos_pi |x| x.cos_pi_round(Round::Zero);
        tan_pi |x| x.tan_pi_round(Round::Zero);
        arcsin |x| x.asin_round(Round::Zero);
        arccos |x| x.acos_round(Round::Zero);
        arctan |x| x.atan_round(Round::Zero);
        arcsin_pi |x| x.asin_pi_round(Round::Zero);
        arccos_pi |x| x.acos_pi_round(Round::Zero);
        arctan_pi |x| x.atan_pi_round(Round::Zero);
        sinh |x| x.sinh_round(Round::Zero);
        cosh |x| x.cosh_round(Round::Zero);
        tanh |x| x.tanh_round(Round::Zero);
        arcsinh |x| x.asinh_round(Round::Zero);
        arccosh |x| x.acosh_round(Round::Zero);
        arctanh |x| x.atanh_round(Round::Zero);
        erf |x| x.erf_round(Round::Zero);
        erfc |x| x.erfc_round(Round::Zero);
        log_gamma log_gamma;
        cbrt |x| x.cbrt_round(Round::Zero);
        sqrt |x| x.sqrt_round(Round::Zero);
        rsqrt rsqrt;
        recip |x| x.recip_round(Round::Zero);
    }
    .into()
}

pub fn binary() -> Vec<Binary> {
    vec![
        Binary {
            name: "pow",
            ours: functions::pow,
            mpfr: |x, y| x.pow_assign_round(y, Round::Zero),
        },
        Binary {
            name: "hypot",
            ours: functions::hypot,
            mpfr: |x, y| x.hypot_round(y, Round::Zero),
        },
        Binary {
            name: "arctan2",
            ours: functions::arctan2,
            mpfr: |x, y| x.atan2_round(y, Round::Zero),
        },
        Binary {
            name: "arctan2_pi",
            ours: functions::arctan2_pi,
            mpfr: |x, y| x.atan2_pi_round(y, Round::Zero),
        },
    ]
}

impl Truth {
    /// The binary128 word rounded to odd, by what the standard says of the encoding.
    pub fn to_odd_128(&self) -> u128 {
        let sign = (self.value.is_sign_negative() as u128) << 127;
        if self.value.is_nan() {
            return 0x7fff8 << 108;
        }
        // MPFR's own range is wide but ends: inexact zeros and infinities are its, not the answer.
        if self.value.is_infinite() {
            return sign | ((0x7fff << 112) - self.inexact as u128);
        }
        if self.value.is_zero() {
            return sign | self.inexact as u128;
        }
        let (digits, exponent) = self.value.to_integer_exp().expect("finite");
        // value = digits 2^exponent; first = exponent of the first digit.
        let first = exponent + digits.significant_bits() as i32 - 1;
        if first > 16383 {
            return sign | ((0x7fff << 112) - 1);
        }
        // Exponent of the word's last digit.
        let last = first.max(-16382) - 112;
        let magnitude = digits.abs();
        let (kept, lost) = if exponent >= last {
            (magnitude << (exponent - last) as u32, false)
        } else {
            let shift = (last - exponent) as u32;
            let kept = rug::Integer::from(&magnitude >> shift);
            let lost = rug::Integer::from(&kept << shift) != magnitude;
            (kept, lost)
        };
        let kept = kept.to_u128().expect("113 bits");
        let field = if first < -16382 { 0 } else { first + 16382 };
        let word = ((field as u128) << 112) + kept;
        sign | word | (lost || self.inexact) as u128
    }

    /// log2 of our relative error; none where there is nothing to compare.
    pub fn error(&self, ours: Unrounded) -> Option<f64> {
        let (Unrounded::Exact(x) | Unrounded::Near(x)) = ours else {
            return None;
        };
        // Past any format both only have to be past it.
        let exponent = self.value.get_exp()?;
        if exponent.unsigned_abs() > 16500 {
            return None;
        }
        let x = number(x);
        let off = Float::with_val(60, &x - &self.value) / Float::with_val(60, &self.value);
        if off.is_zero() {
            return Some(f64::NEG_INFINITY);
        }
        Some(off.abs().log2().to_f64())
    }
}

/// The number as MPFR has it.
pub fn number(x: Wide) -> Float {
    let mut value = Float::with_val(128, x.significand());
    value <<= x.exponent() - 127;
    if x.is_negative() {
        value = -value;
    }
    value
}

/// Is the binary128 word no number?
pub fn is_nan(word: u128) -> bool {
    word << 1 > 0xfffe << 112
}

/// A binary128 word rounded to odd, rounded to odd again: to 64 digits. Two words that agree here
/// round alike to every format of 62 digits and fewer, in every mode.
pub fn to_64_digits(word: u128) -> u128 {
    const LOST: u32 = 113 - 64;
    let kept = word >> LOST;
    let lost = kept << LOST != word;
    if is_nan(word) {
        return kept;
    }
    kept | lost as u128
}
