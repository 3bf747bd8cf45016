//! How an integer c and a fraction m in [0, 1) are written as a string of bits.
//!
//! ```text
//! posit      1 1 1 0  e e  m m m m ...     k = c / 4: k + 1 ones and a zero, or -k zeros and a one;
//!            `- k --' c%4                  then the two bits of c mod 4 (Posit Standard 2022, 3.2)
//!
//! takum      d  r r r  x x x  m m m ...    d: c >= 0. r bits follow, or 7 - r where d is zero, and
//!                      `- r'               say which of 2^r integers c is (Hunhold 2024, definition 2)
//!
//! fixed      c c c c c c  m m m ...        c + 2^(i - 1), in i bits
//!            `--- i ----'
//! ```

use super::jam;

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Layout {
    Posit,
    Takum,
    /// So many bits of c.
    Fixed {
        integer: u8,
    },
}

/// The string past every code, and the one before every code that is not zero.
const PAST: u128 = u128::MAX;
const BEFORE: u128 = 1;

impl Layout {
    /// The string of c + m, m a fraction of 128 bits. Its last bit is jammed; it is never zero, which
    /// is the string of zero.
    #[inline]
    pub const fn write(self, c: i32, m: u128) -> u128 {
        let string = match self {
            Self::Posit => {
                let (k, rest) = (c >> 2, ((c & 3) as u128) << 126 | jam(m, 2));
                match k {
                    64.. => PAST,
                    0..=63 => !(u128::MAX >> (k + 1)) | jam(rest, k as u32 + 2),
                    -63..=-1 => 1 << (127 + k) | jam(rest, (1 - k) as u32),
                    _ => BEFORE,
                }
            }
            Self::Takum => match c {
                255.. => PAST,
                0..=254 => {
                    let r = (c + 1).ilog2();
                    let offset = (c + 1 - (1 << r)) as u128;
                    1 << 127 | (r as u128) << 124 | offset << (124 - r) | jam(m, 4 + r)
                }
                -255..=-1 => {
                    let r = (-c).ilog2();
                    let offset = (c + (2 << r) - 1) as u128;
                    (7 - r as u128) << 124 | offset << (124 - r) | jam(m, 4 + r)
                }
                _ => BEFORE,
            },
            Self::Fixed { integer } => {
                let biased = c + (1 << (integer - 1));
                match biased {
                    ..0 => BEFORE,
                    _ if biased >> integer != 0 => PAST,
                    _ => (biased as u128) << (128 - integer as u32) | jam(m, integer as u32),
                }
            }
        };
        if string == 0 { BEFORE } else { string }
    }

    /// c and m of a string that is neither zero nor past the greatest.
    #[inline]
    pub const fn read(self, string: u128) -> (i32, u128) {
        match self {
            Self::Posit => {
                let positive = string >> 127 != 0;
                let (run, k) = match positive {
                    true => (string.leading_ones(), string.leading_ones() as i32 - 1),
                    false => (string.leading_zeros(), -(string.leading_zeros() as i32)),
                };
                let rest = string << run << 1;
                (4 * k + (rest >> 126) as i32, rest << 2)
            }
            Self::Takum => {
                let positive = string >> 127 != 0;
                let field = (string >> 124) as u32 & 7;
                let r = if positive { field } else { 7 - field };
                let offset = ((string << 4) >> 1 >> (127 - r)) as i32;
                let c = match positive {
                    true => (1 << r) - 1 + offset,
                    false => offset + 1 - (2 << r),
                };
                (c, string << (4 + r))
            }
            Self::Fixed { integer } => {
                let biased = (string >> (128 - integer as u32)) as i32;
                (biased - (1 << (integer - 1)), string << integer)
            }
        }
    }

    /// Bits that come before m in a positive code of `width` bits, the sign bit among them: more
    /// than `width` where some of them were cut off, also where they would be zeros.
    pub const fn header(self, code: u64, width: u32) -> u32 {
        let string = (code as u128) << (129 - width);
        match self {
            Self::Posit => {
                let run = match string >> 127 != 0 {
                    true => string.leading_ones(),
                    false => string.leading_zeros(),
                };
                1 + run + 1 + 2
            }
            Self::Takum => {
                let field = (string >> 124) as u32 & 7;
                5 + if string >> 127 != 0 { field } else { 7 - field }
            }
            Self::Fixed { integer } => 1 + integer as u32,
        }
    }

    /// The most bits that m has in a code.
    pub const fn finest(self, width: u32) -> u32 {
        match self {
            Self::Posit => width.saturating_sub(5),
            Self::Takum => width.saturating_sub(5),
            Self::Fixed { integer } => width - 1 - integer as u32,
        }
    }
}
