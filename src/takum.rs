//! Takums: floats whose exponent has a length of its own, from 0 to 7 bits, whatever the width
//! (Hunhold, *Beating posits at their own game: takum arithmetic*, arXiv 2404.18603, 2024; *Design
//! and implementation of a takum arithmetic hardware codec*, arXiv 2408.10594, 2024).
//!
//! ```text
//!   s  d  r r r  x x x x  m m m ...
//!   |  |  `-3-'  `- r' -' `- the rest of the width
//!   |  |         r' = r where d = 1, 7 - r where d = 0
//!   |  `- 1: c = 2^r' - 1 + x, from 0 to 254;  0: c = -2^(r'+1) + 1 + x, from -255 to -1
//!   `- negative: the two's complement of the code of -x
//!
//!   linear        (1 + 0.mmm) x 2^c        takum16
//!   logarithmic   sqrt(e)^(c + 0.mmm)      takum-log16
//! ```
//!
//! Where a width ends before x does, the bits past its end are zeros (fewer than 12 bits). From 12
//! bits on the range is 2^-255 to 2^255 linear, e^-127.5 to e^127.5 logarithmic. One zero, one NaR, no
//! infinities. An f32 array holds the values that an f32 can: what is past them becomes the last one.
//! The papers say *takum* for the logarithmic ones, and *linear takum*
//! for those that are floats; here the plain name is the linear one.
//!
//! Rounding is that of posits: along the string of bits, to the greatest value past it, to zero or NaR
//! never in a nearest mode.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::bit_string::{BitStrings, Layout, Scale, number, scalar_system};
use crate::numbers::Projection;
use crate::random::Key;

/// Takums of one width, linear or logarithmic.
///
/// ```
/// use roundoff::numbers::ScalarSystem;
/// use roundoff::takum::Takum;
/// let takum: Takum = "takum16".parse()?;
/// assert_eq!(takum.decode(0b0_1_001_1_1000000000), 6.0);
/// let logarithmic: Takum = "takum-log16".parse()?;
/// // sqrt(e)^2
/// assert_eq!(logarithmic.decode(0b0_1_001_1_0000000000), std::f64::consts::E);
/// # Ok::<(), roundoff::takum::TakumError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Takum {
    strings: BitStrings,
}

/// Why there are no such takums.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TakumError {
    /// A width out of range.
    #[error("takums of {width} bits: they have 2 to 32 here, such as takum16")]
    Width {
        /// What was asked for.
        width: u32,
    },
    /// Not a name of takums.
    #[error("\"{name}\" names no takums: say takum16, takum-log16 or another width from 2 to 32")]
    Name {
        /// What was asked for.
        name: String,
    },
}

impl Takum {
    /// Linear takums of `width` bits.
    ///
    /// # Errors
    /// [`TakumError::Width`] unless 2 <= width <= 32.
    pub const fn linear(width: u32) -> Result<Self, TakumError> {
        Self::new(width, Scale::Linear)
    }

    /// Logarithmic takums of `width` bits, of base sqrt(e). An f64 stands for the value that it is
    /// nearest to.
    ///
    /// # Errors
    /// [`TakumError::Width`] unless 2 <= width <= 32.
    pub const fn logarithmic(width: u32) -> Result<Self, TakumError> {
        Self::new(width, Scale::LogRootE)
    }

    const fn new(width: u32, scale: Scale) -> Result<Self, TakumError> {
        match width {
            2..=32 => Ok(Self {
                strings: BitStrings {
                    width: width as u8,
                    layout: Layout::Takum,
                    scale,
                },
            }),
            _ => Err(TakumError::Width { width }),
        }
    }

    pub(crate) const fn strings(&self) -> &BitStrings {
        &self.strings
    }

    /// There is no quicker way.
    const fn quick(&self, _: &Projection, _: f64) -> Option<f64> {
        None
    }
}

impl fmt::Display for Takum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.strings.scale {
            Scale::Linear => "",
            _ => "-log",
        };
        f.pad(&format!("takum{kind}{}", self.strings.width()))
    }
}

impl FromStr for Takum {
    type Err = TakumError;

    /// Reads `takum16` and `takum-log16`, in any case.
    fn from_str(name: &str) -> Result<Self, TakumError> {
        let unknown = || TakumError::Name {
            name: name.to_owned(),
        };
        let lower = name.trim().to_ascii_lowercase();
        let rest = lower.strip_prefix("takum").ok_or_else(unknown)?;
        let (scale, width) = match rest.strip_prefix("-log") {
            Some(width) => (Scale::LogRootE, width),
            None => (Scale::Linear, rest),
        };
        Self::new(number(width).ok_or_else(unknown)?, scale)
    }
}

scalar_system!(Takum
    /// One by one, with a place in f32.
    fn round_f32s(
        &self,
        projection: &Projection,
        key: Key,
        from: u32,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) -> bool {
        self.strings.round_f32s(projection, key, from, source, target);
        true
    }
);
