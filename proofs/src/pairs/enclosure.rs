//! Where the true value of a power or an angle lies, by integers alone: a judge that takes tens of
//! nanoseconds where MPFR takes thousands, and shares nothing with `src/arith`. Its tables are MPFR's.
//!
//! ```text
//! 64 digits | 64 digits            the value is in [low, high + 1): where both ends begin with the
//! low  1..d | ddddd...             same 64 digits, and neither is such a number itself, the value
//! high 1..d | ddddd...             rounded to odd at 64 digits is those with the last one set
//! ```
//!
//! The ends are some 2^-94 of the value apart, so about one pair in 2^30 is left to MPFR, and all
//! pairs whose result has 64 digits or fewer.

use rug::float::Constant;
use rug::{Assign, Float, Integer};

/// Digits of MPFR's numbers that become tables.
const DIGITS: u32 = 300;

/// floor(x 2^bits).
fn fixed(x: Float, bits: u32) -> u128 {
    let scaled: Float = x << bits;
    let integer = scaled.floor().to_integer().expect("a number");
    integer.to_u128().expect("128 bits")
}

/// The product of two fractions of 128 bits, too small by less than 2^-128.
fn times(a: u128, b: u128) -> u128 {
    const HALF: u128 = (1 << 64) - 1;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let middle = a1 * b0 + (a0 * b0 >> 64);
    let other = a0 * b1 + (middle & HALF);
    a1 * b1 + (middle >> 64) + (other >> 64)
}

fn shifted_right(x: u128, by: i32) -> u128 {
    x.checked_shr(by as u32).unwrap_or(0)
}

/// A magnitude between two numbers of the same first digit: [low, high + 1) 2^(exponent - 127),
/// the first bits of both set.
#[derive(Clone, Copy, Debug)]
pub struct Enclosure {
    low: u128,
    high: u128,
    exponent: i32,
}

impl Enclosure {
    /// [low, high + 1) 2^(scale - 127). None where the ends differ in the place of the first digit.
    fn new(low: u128, high: u128, scale: i32) -> Option<Self> {
        let zeros = low.leading_zeros();
        (high.leading_zeros() == zeros && low != 0).then(|| Self {
            low: low << zeros,
            high: (high << zeros) | ((1 << zeros) - 1),
            exponent: scale - zeros as i32,
        })
    }

    /// The binary128 word of the magnitude, to odd at 64 digits, as `judge::to_64_digits` has it.
    pub fn to_64_digits(self) -> Option<u128> {
        let top = self.low >> 64;
        let decided = top == self.high >> 64 && self.low << 64 != 0;
        let field = (self.exponent + 16383) as u128;
        decided.then(|| (field << 63) | (top & ((1 << 63) - 1)) | 1)
    }
}

/// A number of 16 digits and fewer: m 2^e with 2^15 <= m < 2^16, and a sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Short {
    pub m: u64,
    pub e: i32,
    pub negative: bool,
}

impl Short {
    /// None for what is not finite, zero, or has more digits.
    pub fn new(x: f64) -> Option<Self> {
        let bits = x.to_bits();
        let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
        let significand = fraction | u64::from(field > 0) << 52;
        if field == 0x7ff || significand == 0 {
            return None;
        }
        let zeros = significand.leading_zeros();
        let left = significand << zeros;
        (left << 16 == 0).then(|| Self {
            m: left >> 48,
            e: field.max(1) - 1075 - zeros as i32 + 48,
            negative: bits >> 63 != 0,
        })
    }

    /// Exponent of the last digit that is one: 0 for odd integers, below for what is none.
    pub fn last_digit(self) -> i32 {
        self.e + self.m.trailing_zeros() as i32
    }
}

/// log2 |x| in +- [digits, digits + 1) 2^last; digits has 111 bits.
pub struct Logarithm {
    digits: u128,
    last: i32,
    negative: bool,
}

impl Logarithm {
    /// None where it is zero.
    pub fn new(x: f64) -> Option<Self> {
        let value = Float::with_val(DIGITS, x).abs().log2();
        let last = value.get_exp()? - 111;
        let negative = value.is_sign_negative();
        let scaled: Float = value.abs() >> last;
        let digits = scaled.floor().to_integer()?.to_u128()?;
        Some(Self {
            digits,
            last,
            negative,
        })
    }
}

/// Where |x|^y is.
#[derive(Debug)]
pub enum Power {
    /// 2^16384 or more.
    Past,
    /// Less than 2^-16382, and not zero.
    Below,
    /// Between; none where it is left to MPFR.
    Between(Option<Enclosure>),
}

/// 2^t for t = y log2 |x|: two tables of 256 entries and six terms of the series.
///
/// ```text
/// t = n + i/256 + j/65536 + r,   2^t = 2^n 2^(i/256) 2^(j/65536) e^(r log 2),   r log 2 < 2^-16.5
/// ```
///
/// y has 16 digits and log2 |x| has 111, the last too small by less than one: so |t| < 2^14 is within
/// 2^(14 - 110), the power within 2^-96.5 of itself. Twelve products, each 2^-127 or less, and what
/// the series leaves out, s^7 / 7! < 2^-127, are nothing beside that. [`MARGIN`] is 2^33 of 2^127.
pub struct Powers {
    coarse: [u128; 256],
    fine: [u128; 256],
    ln_2: u128,
    /// 1/2!, 1/3!, ..., 1/6!
    factorials: [u128; 5],
}

const MARGIN: u128 = 1 << 33;

impl Powers {
    pub fn new() -> Self {
        let power = |i: usize, of: u32| {
            let exponent: Float = Float::with_val(DIGITS, i) >> of;
            fixed(exponent.exp2(), 127)
        };
        let factorial = |n: u32| {
            let product = Integer::from(Integer::factorial(n));
            (Integer::from(1) << 128u32) / product
        };
        Self {
            coarse: std::array::from_fn(|i| power(i, 8)),
            fine: std::array::from_fn(|i| power(i, 16)),
            ln_2: fixed(Float::with_val(DIGITS, Constant::Log2), 128),
            factorials: std::array::from_fn(|i| {
                factorial(i as u32 + 2).to_u128().expect("128 bits")
            }),
        }
    }

    /// 2^(fraction / 2^128) in units of 2^-127, a little too small.
    fn of_fraction(&self, fraction: u128) -> u128 {
        let (i, j) = ((fraction >> 120) as usize, (fraction >> 112 & 255) as usize);
        let s = times(fraction & ((1 << 112) - 1), self.ln_2);
        let [half, rest @ ..] = &self.factorials;
        let tail = rest.iter().rev().fold(0, |sum, c| times(sum + c, s));
        let less_one = s + times(times(s, s), half + tail);
        let table = times(self.coarse[i], self.fine[j]) << 1;
        table + times(table, less_one)
    }

    pub fn power(&self, log: &Logarithm, y: Short) -> Power {
        let product = log.digits * u128::from(y.m);
        let last = log.last + y.e;
        let first = 127 - product.leading_zeros() as i32 + last;
        let down = log.negative != y.negative;
        if first >= 14 {
            return if down { Power::Below } else { Power::Past };
        }
        // last <= 13 - 125.
        let (n, fraction) = match 128 + last {
            up @ 0.. => (shifted_right(product, -last), product << up),
            up => (0, shifted_right(product, -up)),
        };
        let n = n as i32;
        let (n, fraction) = match (down, fraction) {
            (false, _) => (n, fraction),
            (true, 0) if n > 0 => (-n, 0),
            (true, _) => (-n - 1, (!fraction).saturating_add(1)),
        };
        if n < -16382 {
            return Power::Below;
        }
        let value = self.of_fraction(fraction);
        let low = value - MARGIN;
        let low = match (n, down) {
            // Above 1.
            (0, false) => low.max((1 << 127) + 1),
            _ => low,
        };
        let high = match (n, down) {
            // Below 1.
            (-1, true) => Some(value.saturating_add(MARGIN)),
            _ => value.checked_add(MARGIN),
        };
        let between = high.filter(|_| low >> 127 == 1);
        Power::Between(between.and_then(|high| Enclosure::new(low, high, n)))
    }
}

/// The angle of a point, and the angle over pi, in half a turn: integers of the two coordinates.
///
/// ```text
/// small/great = i/256 + a little,   arctan(small/great) = arctan(i/256) + arctan(s),   |s| <= 2^-9
/// s = (256 small - i great) / (256 great + i small)
/// ```
///
/// All of s are two integers of 36 bits and fewer. Its square is below 2^-18, so that eight terms of
/// the series leave out less than 2^-148. Below 1/512 the ratio itself is s, as a number of 111 digits
/// with an exponent. Each step is within a few units of its last place, the ratio within 2^15 units of
/// 2^-126; [`ANGLE_MARGIN`] is more than all of them. An angle is less than its tangent, and no whole
/// number of quarter turns: that decides where a result is next to a number of 64 digits.
pub struct Angles {
    /// arctan(i/256) in units of 2^-128.
    tables: Vec<u128>,
    /// In units of 2^-126.
    pi: u128,
    /// In units of 2^-128.
    inverse_pi: u128,
    /// 1/3, 1/5, ..., 1/15.
    odd: [u128; 7],
}

/// In units of which an angle has 2^117 or more.
const ANGLE_MARGIN: u128 = 1 << 18;

/// The angle from the nearer axis.
struct Near {
    /// In units of 2^-scale.
    angle: u128,
    scale: i32,
    /// arctan r < r.
    most: u128,
}

impl Angles {
    pub fn new() -> Self {
        let pi = Float::with_val(DIGITS, Constant::Pi);
        let mut angle = Float::new(DIGITS);
        let tables = (0..=256).map(|i| {
            angle.assign(i);
            angle >>= 8;
            angle.atan_mut();
            fixed(angle.clone(), 128)
        });
        Self {
            tables: tables.collect(),
            inverse_pi: fixed(pi.clone().recip(), 128),
            pi: fixed(pi, 126),
            odd: std::array::from_fn(|i| u128::MAX / (2 * i as u128 + 3)),
        }
    }

    /// 1 - arctan(s) / s of z = s^2, in units of 2^-128.
    fn less(&self, z: u128) -> u128 {
        let h = self.odd.iter().rev().fold(0, |sum, c| c - times(z, sum));
        times(z, h)
    }

    /// arctan(small / great) for small < great.
    fn near(&self, small: Short, great: Short) -> Near {
        let distance = great.e - small.e;
        let i = match distance {
            ..12 => {
                let ratio = small.m as f64 / great.m as f64 / f64::from(1 << distance);
                (ratio * 256.0).round() as usize
            }
            _ => 0,
        };
        if i == 0 {
            let quotient = (u128::from(small.m) << 111) / u128::from(great.m);
            let exact = quotient * u128::from(great.m) == u128::from(small.m) << 111;
            // In units of 2^-126; what was cut is less than 2^15 of them.
            let s = quotient << 15;
            let z = shifted_right(times(s, s), 2 * distance - 4);
            return Near {
                angle: s - times(s, self.less(z)),
                scale: 126 + distance,
                most: if exact { s - 1 } else { s + (1 << 15) },
            };
        }
        let (small, great) = (small.m as i128, (great.m as i128) << distance);
        let above = 256 * small - i as i128 * great;
        let below = (256 * great + i as i128 * small) as u128;
        let rest = above.unsigned_abs() << 64;
        let s = rest / below << 64 | (rest % below << 64) / below;
        let angle = s - times(s, self.less(times(s, s)));
        Near {
            angle: match above < 0 {
                true => self.tables[i] - angle,
                false => self.tables[i] + angle,
            },
            scale: 128,
            most: u128::MAX,
        }
    }

    /// The angle of (|x|, |y|), or of (-|x|, |y|) where x is negative; and that over pi. None on the
    /// diagonals and where it is left to MPFR.
    pub fn of(&self, y: Short, x: Short) -> [Option<Enclosure>; 2] {
        let (high, wide) = ((y.e, y.m), (x.e, x.m));
        if high == wide {
            return [None; 2];
        }
        let steep = high > wide;
        let near = match steep {
            true => self.near(x, y),
            false => self.near(y, x),
        };
        let by_pi = times(near.angle, self.inverse_pi);
        // Quarter turns from which the angle is taken, or to which it is added.
        let (quarters, plus) = match (steep, x.negative) {
            (false, false) => {
                let scale = 127 - near.scale;
                let high = (near.angle + ANGLE_MARGIN).min(near.most);
                return [
                    Enclosure::new(near.angle - ANGLE_MARGIN, high, scale),
                    Enclosure::new(by_pi - ANGLE_MARGIN, by_pi + ANGLE_MARGIN, scale),
                ];
            }
            (true, negative) => (1u128, negative),
            (false, true) => (2, false),
        };
        let from = |base: u128, rest: u128, exact: bool, scale: i32| {
            let value = if plus { base + rest } else { base - rest };
            let (mut low, mut high) = (value - ANGLE_MARGIN, value + ANGLE_MARGIN);
            if exact {
                // The rest is no zero.
                match plus {
                    true => low = low.max(base + 1),
                    false => high = high.min(base - 1),
                }
            }
            Enclosure::new(low, high, scale)
        };
        [
            from(
                self.pi >> (2 - quarters),
                shifted_right(near.angle, near.scale - 126),
                false,
                1,
            ),
            from(
                quarters << 126,
                shifted_right(by_pi, near.scale - 127),
                true,
                0,
            ),
        ]
    }
}

/// sqrt(x^2 + y^2) to odd at 64 digits, as `judge::to_64_digits` has it: by integers, exactly.
pub fn hypot(x: Short, y: Short) -> u128 {
    let (great, small) = match (x.e, x.m) < (y.e, y.m) {
        true => (y, x),
        false => (x, y),
    };
    let square = |x: Short| u128::from(x.m * x.m);
    let distance = great.e - small.e;
    let (root, inexact, last) = if distance < 34 {
        // Of 100 bits and fewer; its root in units of 2^small.e.
        let sum = (square(great) << (2 * distance)) + square(small);
        let up = sum.leading_zeros() & !1;
        let sum = sum << up;
        let root = sum.isqrt();
        (root, root * root != sum, small.e - up as i32 / 2)
    } else {
        // great (1 + d), 0 < d < 2^-66: the squares' ratio is below 2^-66, and d less than its half.
        (u128::from(great.m) << 48, true, great.e - 48)
    };
    let field = (last + 63 + 16383) as u128;
    (field << 63) | (root & ((1 << 63) - 1)) | u128::from(inexact)
}
