//! Numbers a 2^b with a an integer without end, and number systems as lists of them: what the tests of
//! posits, takums and logarithmic numbers judge by. Written from the standard's and the papers'
//! formulas on the raw bits of a code; nothing of `src/` takes part.

use std::cmp::Ordering;

use num_bigint::BigInt;
use roundoff::{Rounding, Variant};

use crate::floats;

/// significand x 2^exponent.
#[derive(Clone, Debug)]
pub struct Exact {
    pub significand: BigInt,
    pub exponent: i64,
}

impl Exact {
    pub fn new(significand: impl Into<BigInt>, exponent: i64) -> Self {
        Self {
            significand: significand.into(),
            exponent,
        }
    }

    /// A finite f64 (IEEE 754, 3.4).
    pub fn of(x: f64) -> Self {
        assert!(x.is_finite());
        let (significand, exponent) = floats::integer(x);
        let signed = BigInt::from(significand);
        Self::new(if x < 0.0 { -signed } else { signed }, exponent.into())
    }

    /// Both significands at the lower exponent.
    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i64) {
        let low = self.exponent.min(other.exponent);
        let up = |x: &Self| &x.significand << (x.exponent - low) as usize;
        (up(self), up(other), low)
    }

    pub fn cmp(&self, other: &Self) -> Ordering {
        let (a, b, _) = self.aligned(other);
        a.cmp(&b)
    }

    pub fn plus(&self, other: &Self) -> Self {
        let (a, b, low) = self.aligned(other);
        Self::new(a + b, low)
    }

    pub fn minus(&self, other: &Self) -> Self {
        let (a, b, low) = self.aligned(other);
        Self::new(a - b, low)
    }

    pub fn times(&self, other: &Self) -> Self {
        Self::new(
            &self.significand * &other.significand,
            self.exponent + other.exponent,
        )
    }

    pub fn sign(&self) -> Ordering {
        self.significand.cmp(&BigInt::ZERO)
    }

    pub fn is_f64(&self, x: f64) -> bool {
        x.is_finite() && self.cmp(&Self::of(x)) == Ordering::Equal
    }
}

/// Bits `from..from + count` of a code of `width` bits, counted from the sign; zeros past its end.
fn bits(code: u64, width: u32, from: u32, count: u32) -> u64 {
    (from..from + count).fold(0, |word, at| {
        let bit = if at < width {
            code >> (width - 1 - at) & 1
        } else {
            0
        };
        word << 1 | bit
    })
}

/// The value of a posit's code, none for NaR: Standard for Posit Arithmetic (2022), 3.2:
/// ((1 - 3 s) + f) x 2^((1 - 2 s) (4 r + e + s)).
pub fn posit(code: u64, width: u32) -> Option<Exact> {
    if code == 0 {
        return Some(Exact::new(0, 0));
    }
    if code == 1 << (width - 1) {
        return None;
    }
    let s = bits(code, width, 0, 1) as i64;
    let first = bits(code, width, 1, 1);
    let mut k = 0;
    while 1 + k < width && bits(code, width, 1 + k, 1) == first {
        k += 1;
    }
    let r = if first == 0 {
        -i64::from(k)
    } else {
        i64::from(k) - 1
    };
    let after = 1 + k + 1;
    let e = bits(code, width, after, 2) as i64;
    let f = bits(code, width, after + 2, width) as i64;
    let significand = ((1 - 3 * s) << width) + f;
    Some(Exact::new(
        significand,
        (1 - 2 * s) * (4 * r + e + s) - i64::from(width),
    ))
}

/// Characteristic and mantissa of a takum's code (arXiv 2404.18603, definition 2): S, c, and m times
/// 2^width.
pub fn takum_fields(code: u64, width: u32) -> (i64, i64, i64) {
    let s = bits(code, width, 0, 1) as i64;
    let d = bits(code, width, 1, 1);
    let regime = bits(code, width, 2, 3) as u32;
    let r = if d == 1 { regime } else { 7 - regime };
    let c = bits(code, width, 5, r) as i64;
    let c = match d {
        0 => -(2i64 << r) + 1 + c,
        _ => (1i64 << r) - 1 + c,
    };
    (s, c, bits(code, width, 5 + r, width) as i64)
}

/// A linear takum (arXiv 2408.10594): ((1 - 3 S) + m) 2^e, e = (-1)^S (c + S).
pub fn takum(code: u64, width: u32) -> Option<Exact> {
    if code == 0 {
        return Some(Exact::new(0, 0));
    }
    if code == 1 << (width - 1) {
        return None;
    }
    let (s, c, m) = takum_fields(code, width);
    let e = if s == 0 { c } else { -(c + 1) };
    Some(Exact::new(((1 - 3 * s) << width) + m, e - i64::from(width)))
}

/// A system of numbers: the positive values by code, from code 0, which is zero; and those of one bit
/// more, whose odd codes lie between.
pub struct System {
    pub values: Vec<Exact>,
    pub finer: Vec<Exact>,
}

impl System {
    pub fn new(width: u32, value: impl Fn(u64, u32) -> Option<Exact>) -> Self {
        let positive = |width: u32| -> Vec<Exact> {
            (0..1u64 << (width - 1))
                .map(|code| value(code, width).expect("a positive code"))
                .collect()
        };
        Self {
            values: positive(width),
            finer: positive(width + 1),
        }
    }

    /// The code that a magnitude goes to: `cmp(v)` compares it with v; the stochastic modes want the
    /// number itself.
    pub fn round(
        &self,
        rounding: Rounding,
        negative: bool,
        random: u64,
        cmp: impl Fn(&Exact) -> Ordering,
        number: Option<&Exact>,
    ) -> usize {
        let point = |half: usize| match half % 2 {
            0 => cmp(&self.values[half / 2]),
            _ => cmp(&self.finer[half]),
        };
        choose(self.values.len(), rounding, negative, point, |below| {
            let number = number.expect("stochastic modes are tried on numbers alone");
            let (low, high) = (&self.values[below], &self.values[below + 1]);
            is_drawn(rounding, random, &number.minus(low), &high.minus(low))
        })
    }
}

/// Which of `count` codes of magnitude, from 0: `point(2 q)` compares the number with the value of
/// code q, `point(2 q + 1)` with what is halfway to the next; `drawn(q)` is what chance says.
pub fn choose(
    count: usize,
    rounding: Rounding,
    negative: bool,
    point: impl Fn(usize) -> Ordering,
    drawn: impl Fn(usize) -> bool,
) -> usize {
    // The last value that is not above it; there is always zero.
    let (mut below, mut above) = (0, count);
    while above - below > 1 {
        let middle = (below + above) / 2;
        match point(2 * middle) {
            Ordering::Less => above = middle,
            _ => below = middle,
        }
    }
    if below + 1 == count || below > 0 && point(2 * below) == Ordering::Equal {
        return below;
    }
    let nearest = |tie: usize| match below {
        // Never zero (Posit Standard 2022, 4.1).
        0 => 1,
        _ => match point(2 * below + 1) {
            Ordering::Less => below,
            Ordering::Greater => below + 1,
            Ordering::Equal => tie,
        },
    };
    match rounding {
        Rounding::NearestTiesToEven => nearest(below + below % 2),
        Rounding::NearestTiesToAway => nearest(below + 1),
        Rounding::NearestTiesToZero => nearest(below),
        Rounding::TowardZero => below,
        Rounding::TowardPositive => below + usize::from(!negative),
        Rounding::TowardNegative => below + usize::from(negative),
        Rounding::ToOdd => below | 1,
        Rounding::Stochastic { .. } | Rounding::StochasticEqual => {
            below + usize::from(drawn(below))
        }
    }
}

/// Away from zero, where a number is part / whole of the way to the next (P3109 4.7.4)?
fn is_drawn(rounding: Rounding, random: u64, part: &Exact, whole: &Exact) -> bool {
    let Rounding::Stochastic { variant, bits } = rounding else {
        // The first random bit says "toward zero".
        return random >> 63 == 0;
    };
    let n = usize::from(bits.get());
    let r = BigInt::from(random >> (64 - n));
    let one = BigInt::from(1);
    let (part, whole, _) = part.aligned(whole);
    // floor(part / whole x 2^m)
    let floor = |m: usize| (&part << m) / &whole;
    match variant {
        Variant::A => floor(n) + r >= one << n,
        Variant::B => floor(n + 1) + BigInt::from(2) * r + 1 >= one << (n + 1),
        Variant::C => {
            let (cut, rest): (BigInt, BigInt) = (floor(n), (&part << n) % &whole);
            let up = match (rest * 2u32).cmp(&whole) {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal => (&cut % 2u32) == one,
            };
            cut + u32::from(up) + r >= one << n
        }
    }
}
