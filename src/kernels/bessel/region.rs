//! Which formula serves where. With w = sqrt(v^2 + x^2):
//!
//! ```text
//!  v
//!  |           far: 48 <= w          uniform expansion, both functions from its even and odd parts
//!  |--._
//!  |    `-.    middle: 24 <= w < 48  the same, more terms
//!  |--._   `.
//!  |    `.   \  rings: 12, 6, 3, 1.5 <= w < twice that   the uniform form with a fitted remainder
//!  |-.    \   |   (K also 0.75 and 0.375)
//!  | small |  |  small: w < 1.5 (I); w < 0.375 or x < x0 (K), x0 = 1, in the last rings 0.5, 0.5, 0.25
//!  +----------------- x
//! ```

use super::surface::Surface;

/// A region; the number is the key by which a block is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Region {
    Far,
    Middle,
    /// Rings 0 to 5, from w = 12 down.
    Ring12,
    Ring6,
    Ring3,
    Ring1,
    Ring0,
    RingLast,
    /// Power series.
    Small,
    /// Zero, infinite, negative or NaN.
    Special,
}

impl Region {
    /// In the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Far,
        Self::Middle,
        Self::Ring12,
        Self::Ring6,
        Self::Ring3,
        Self::Ring1,
        Self::Ring0,
        Self::RingLast,
        Self::Small,
        Self::Special,
    ];
}

/// Least w of the rings.
pub(super) const RING_FROM: [f64; 6] = [12.0, 6.0, 3.0, 1.5, 0.75, 0.375];
/// Least x of K's rings.
pub(super) const RING_X: [f64; 6] = [1.0, 1.0, 1.0, 0.5, 0.5, 0.25];

/// The region's number; `K` for log K, else log I. No branches, for loops over arrays.
#[inline(always)]
pub(super) fn classify<const K: bool>(v: f64, x: f64) -> u8 {
    // Overflow gives infinity, far; underflow gives zero, small.
    let w2 = v * v + x * x;
    let mut region = 0;
    region += (w2 < 48.0 * 48.0) as u8;
    region += (w2 < 24.0 * 24.0) as u8;
    region += (w2 < 12.0 * 12.0) as u8;
    region += (w2 < 6.0 * 6.0) as u8;
    region += (w2 < 3.0 * 3.0) as u8;
    region += (w2 < 1.5 * 1.5) as u8;
    let small = if K {
        region += (w2 < 0.75 * 0.75) as u8;
        region += (w2 < 0.375 * 0.375) as u8;
        let least = if region < 5 {
            1.0
        } else if region < 7 {
            0.5
        } else {
            0.25
        };
        (region >= 2) & (x < least)
    } else {
        region >= 6
    };
    let region = if small { Region::Small as u8 } else { region };
    let special = !((v >= 0.0) & (x > 0.0) & (v < f64::INFINITY) & (x < f64::INFINITY));
    if special {
        Region::Special as u8
    } else {
        region
    }
}

/// The surface of a ring, its least w and, for K, its least x.
pub(super) fn ring(
    surfaces: &'static [&'static Surface],
    region: u8,
) -> (&'static Surface, f64, f64) {
    let number = (region as usize).saturating_sub(Region::Ring12 as usize);
    let number = number.min(surfaces.len() - 1);
    (surfaces[number], RING_FROM[number], RING_X[number])
}
