//! Posits: floats whose exponent takes more bits the farther a number is from 1, so that numbers
//! near 1 have more digits (*Standard for Posit Arithmetic (2022)*, Posit Working Group).
//!
//! ```text
//!   s  r r r ... r̄  e e  f f f ...
//!   |  `-- k ----'  `-'  `- 1.fff
//!   |               c mod 4
//!   `- negative: the two's complement of the code of -x
//!
//!   value = 1.fff x 2^(4 k + ee),   k = ones - 1, or -zeros
//!
//!   posit8:  0 10 00 000      1           0 0000001   2^-24, the least positive
//!            0 1110 01 1      768         0 1111111   2^24, the greatest
//!            1 0000000        NaR: not a real
//! ```
//!
//! A run ends at the first bit that differs, or with the code; bits past the end of the code are
//! zeros. There are no infinities, one zero and one NaR, to which NaN and infinities go.
//!
//! Rounding to nearest is the standard's (4.1): past the greatest value to it, below the least
//! positive one to that, never to zero or NaR; in between, to the nearer side of the value whose code
//! has one bit more; a tie goes to the even code. Where exponent bits are cut off, that is not the
//! nearer in value: posit8 has 2^20 and 2^24 as neighbours, and the code between them is 2^22.
//! The directed modes go to the neighbour on their side, zero included; the stochastic ones keep the
//! mean, with probabilities that are distances in value.

mod lanes;
mod quire;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::bit_string::{BitStrings, Layout, Scale};
use crate::numbers::Projection;
use crate::random::Key;
use crate::rounding::Rounding;

pub use quire::QuireError;

/// Posits of one width.
///
/// ```
/// use roundoff::numbers::ScalarSystem;
/// use roundoff::posit::Posit;
/// let posit: Posit = "posit8".parse()?;
/// assert_eq!(posit.decode(0b0_1110_01_1), 768.0);
/// assert_eq!(posit.encode(1.0), Ok(0x40));
/// assert_eq!(posit.greatest(), 16777216.0);
/// # Ok::<(), roundoff::posit::PositError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Posit {
    strings: BitStrings,
}

/// Why there are no such posits.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PositError {
    /// A width out of range.
    #[error("posits of {width} bits: they have 2 to 32 here, such as posit16")]
    Width {
        /// What was asked for.
        width: u32,
    },
    /// Not a name of posits.
    #[error("\"{name}\" names no posits: say posit8, posit16 or another width from 2 to 32")]
    Name {
        /// What was asked for.
        name: String,
    },
}

impl Posit {
    /// posit8.
    pub const POSIT8: Self = Self::of(8);
    /// posit16.
    pub const POSIT16: Self = Self::of(16);
    /// posit32.
    pub const POSIT32: Self = Self::of(32);

    const fn of(width: u8) -> Self {
        Self {
            strings: BitStrings {
                width,
                layout: Layout::Posit,
                scale: Scale::Linear,
            },
        }
    }

    /// Posits of `width` bits, with the standard's two exponent bits.
    ///
    /// # Errors
    /// [`PositError::Width`] unless 2 <= width <= 32.
    pub const fn new(width: u32) -> Result<Self, PositError> {
        match width {
            2..=32 => Ok(Self::of(width as u8)),
            _ => Err(PositError::Width { width }),
        }
    }

    pub(crate) const fn strings(&self) -> &BitStrings {
        &self.strings
    }

    /// To nearest, ties to even: by the host's words.
    #[inline]
    fn quick(&self, projection: &Projection, x: f64) -> Option<f64> {
        let width = self.strings.width();
        is_plain(projection).then(|| lanes::wide::nearest(x, lanes::wide::Width::of(width)))
    }
}

/// The mode that [`lanes`] has. All saturations are the same here.
fn is_plain(projection: &Projection) -> bool {
    projection.rounding() == Rounding::NearestTiesToEven
}

impl fmt::Display for Posit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("posit{}", self.strings.width()))
    }
}

impl FromStr for Posit {
    type Err = PositError;

    /// Reads `posit16`, in any case.
    fn from_str(name: &str) -> Result<Self, PositError> {
        let lower = name.trim().to_ascii_lowercase();
        let width = lower
            .strip_prefix("posit")
            .and_then(crate::bit_string::number);
        Self::new(width.ok_or_else(|| PositError::Name {
            name: name.to_owned(),
        })?)
    }
}

crate::bit_string::scalar_system!(Posit
    /// To nearest, ties to even.
    fn round_f32s(
        &self,
        projection: &Projection,
        _: Key,
        _: u32,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) -> bool {
        let nearest = is_plain(projection);
        if nearest {
            lanes::narrow::nearest_all(self.strings.width(), source, target);
        }
        nearest
    }

    fn round_f64s(&self, projection: &Projection, values: &mut [f64]) -> bool {
        let nearest = is_plain(projection);
        if nearest {
            lanes::wide::nearest_all(self.strings.width(), None, values);
        }
        nearest
    }
);
