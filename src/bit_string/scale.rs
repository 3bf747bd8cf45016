//! What number an integer c and a fraction m stand for.

use crate::arith::Wide;
use crate::arith::functions::{self, Unrounded};

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scale {
    /// (1 + m) 2^c: a float.
    Linear,
    /// 2^(c + m): a logarithmic number.
    LogTwo,
    /// e^((c + m) / 2): the takum of Hunhold's first paper.
    LogRootE,
}

/// A logarithm closer than 2^-108 to a multiple of the finest step, or to the middle of two, is it.
/// Logarithms here are within 2^-115. Sums, products, quotients and roots of values are on a step or
/// in the middle, or far from both (`docs/posits.md` has the argument).
const CLOSE: u32 = 108;
/// One closer than this may be a float that stands for a value: 2^-24 of it away, and in the
/// logarithm at most twice that.
const PERHAPS: u32 = 22;
/// Bits of a logarithm up to which the values are far apart to an f32.
const NARROW: u32 = 16;

impl Scale {
    /// The number. Of a logarithmic scale, a power: near, unless it is one of two.
    pub fn value(self, c: i32, m: u128) -> Unrounded {
        let whole = Wide::from(c);
        match self {
            Self::Linear => Unrounded::Exact(Wide::positive(c, 1 << 127 | m >> 1)),
            Self::LogTwo => functions::exp2((whole + Wide::from_fraction(m, 0)).into()),
            Self::LogRootE => functions::exp((whole + Wide::from_fraction(m, 0)).scaled(-1).into()),
        }
    }

    /// c and m of a positive number on a logarithmic scale, m jammed. `finest`: bits of m that codes
    /// have; `is_code`: are c and m those of a code?
    pub fn position(
        self,
        x: Wide,
        finest: u32,
        is_code: impl Fn(i32, u128) -> bool,
    ) -> (i32, u128) {
        let logarithm = match self {
            Self::LogRootE => match functions::log(x.into()) {
                Unrounded::Near(y) => Unrounded::Near(y.scaled(1)),
                other => other,
            },
            _ => functions::log2(x.into()),
        };
        let (y, endless) = match logarithm {
            Unrounded::Exact(y) => (y, false),
            Unrounded::Near(y) => (y, !y.is_zero()),
            _ => (Wide::ZERO, false),
        };
        let (c, m) = y.floor_and_fraction();
        let (c, m) = (c as i32, m);
        if !endless {
            return (c, m);
        }
        // The nearest multiple of half the finest step, and how far it is.
        let place = 128 - (finest + 1);
        let (sum, carry) = m.overflowing_add(1 << (place - 1));
        let multiple = sum >> place << place;
        let carried = c + i32::from(carry);
        let far = m.wrapping_sub(multiple);
        let far = far.min(far.wrapping_neg());
        let stands = || {
            let near = x.to_f64();
            if Wide::from_f64(near) != x || !is_code(carried, multiple) {
                return false;
            }
            let value = self.value(carried, multiple).to_f64();
            let narrow = finest <= NARROW && f64::from(near as f32) == near;
            value == near || narrow && value as f32 == near as f32
        };
        if far >> (128 - CLOSE) == 0 || far >> (128 - PERHAPS) == 0 && stands() {
            (carried, multiple)
        } else {
            (c, m | 1)
        }
    }
}
