//! Which formula serves where. With w = sqrt(v^2 + x^2):
//!
//! ```text
//!  v
//!  |           huge: 2^500 <= w      leading terms, scaled
//!  |--._       remote: 512 <= w      uniform expansion, both functions from its even and odd parts
//!  |    `-.    far: 48 <= w          the same, more terms
//!  |--._   `.  middle: 24 <= w       the same, yet more
//!  |--._   `.
//!  |    `.   \  rings: 12, 6, 3, 1.5 <= w < twice that   the uniform form with a fitted remainder
//!  |-.    \   |   (K also 0.75, 0.5)
//!  | small | |  small: w < 1.5 (I); x < 1, w < 24, but for x >= 0.5, w < 3 (K)
//!  +----------------- x
//!     the axis v = 0: 24, 6, 1 <= x, x < 1              polynomials in one variable
//! ```

use super::surface::Surface;

/// A region; the number is the key by which a block is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Region {
    /// An argument past 2^500.
    Huge,
    Remote,
    Far,
    Middle,
    /// Rings from w = 12 down.
    Ring12,
    Ring6,
    Ring3,
    Ring1,
    /// v = 0, from x = 24, 6, 1, 0.
    AxisFar,
    AxisMiddle,
    AxisNear,
    AxisSmall,
    /// The last rings, of K alone: 0.75 <= w < 1.5 and 0.5 <= w < 0.75 where it is not small.
    Ring0,
    RingLast,
    /// Power series. Of K: orders that are rounded to 0, to 1, and those above.
    SmallZero,
    SmallOne,
    Small,
    /// Zero, infinite, negative or NaN.
    Special,
}

impl Region {
    /// In the order of their numbers.
    pub const ALL: [Self; 18] = [
        Self::Huge,
        Self::Remote,
        Self::Far,
        Self::Middle,
        Self::Ring12,
        Self::Ring6,
        Self::Ring3,
        Self::Ring1,
        Self::AxisFar,
        Self::AxisMiddle,
        Self::AxisNear,
        Self::AxisSmall,
        Self::Ring0,
        Self::RingLast,
        Self::SmallZero,
        Self::SmallOne,
        Self::Small,
        Self::Special,
    ];
}

/// Is v = 0 there?
#[inline(always)]
pub(super) fn is_axis(region: u8) -> bool {
    (region >= Region::AxisFar as u8) & (region <= Region::AxisSmall as u8)
}

/// From w = 2^500.
const HUGE: f64 = f64::from_bits((1023 + 1000) << 52);
/// Least w of the rings.
pub(super) const RING_FROM: [f64; 6] = [12.0, 6.0, 3.0, 1.5, 0.75, 0.5];
/// Least x that K's rings are fitted for.
pub(super) const RING_X: [f64; 6] = [1.0, 1.0, 1.0, 0.5, 0.5, 0.5];

/// The region's number; `K` for log K, else log I. No branches, for loops over arrays.
#[inline(always)]
pub(super) fn classify<const K: bool>(v: f64, x: f64) -> u8 {
    // Overflow gives infinity, huge; underflow gives zero, small.
    let w2 = v * v + x * x;
    let mut region = 0;
    region += (w2 < HUGE) as u8;
    region += (w2 < 512.0 * 512.0) as u8;
    region += (w2 < 48.0 * 48.0) as u8;
    region += (w2 < 24.0 * 24.0) as u8;
    region += (w2 < 12.0 * 12.0) as u8;
    region += (w2 < 6.0 * 6.0) as u8;
    region += (w2 < 3.0 * 3.0) as u8;
    let least = w2 < 1.5 * 1.5;
    let region = if least { Region::Ring0 as u8 } else { region };
    // There K is near 1 and has lost digits to the sums it is made of; the rings have them.
    let lossy = (w2 < 3.0 * 3.0) & (v > 0.5) & (x >= 0.5) & (w2 >= 0.75 * 0.75);
    let small = match K {
        true => (w2 < 24.0 * 24.0) & (x < 1.0) & !lossy,
        false => least,
    };
    let region = if small { Region::Small as u8 } else { region };
    let special = !((v >= 0.0) & (x > 0.0) & (v < f64::INFINITY) & (x < f64::INFINITY));
    if special {
        Region::Special as u8
    } else {
        region
    }
}

/// The same for the logarithms, for which v = 0 and orders below 1.5 have formulas of their own, and
/// K's rings go on where its sums lose digits.
#[inline(always)]
pub(super) fn classify_log<const K: bool>(v: f64, x: f64) -> u8 {
    let region = classify::<K>(v, x);
    let w2 = v * v + x * x;
    let lossy = K & (region == Region::Small as u8) & (x >= 0.5) & (w2 < 1.5 * 1.5);
    let ring = match w2 < 0.75 * 0.75 {
        true => Region::RingLast as u8,
        false => Region::Ring0 as u8,
    };
    let region = if lossy { ring } else { region };
    let fewer = if v <= 0.5 {
        2
    } else if v < 1.5 {
        1
    } else {
        0
    };
    let fewer = if K & (region == Region::Small as u8) {
        fewer
    } else {
        0
    };
    let axis = Region::AxisFar as u8 + (x < 24.0) as u8 + (x < 6.0) as u8 + (x < 1.0) as u8;
    if (v == 0.0) & (region != Region::Special as u8) {
        axis
    } else {
        region - fewer
    }
}

/// The surface of a ring, its least w and, for K, its least x.
pub(super) fn ring(
    surfaces: &'static [&'static Surface],
    region: u8,
) -> (&'static Surface, f64, f64) {
    let first = match region < Region::Ring0 as u8 {
        true => Region::Ring12 as usize,
        false => Region::Ring0 as usize - 4,
    };
    let number = (region as usize).saturating_sub(first);
    let number = number.min(surfaces.len() - 1);
    (surfaces[number], RING_FROM[number], RING_X[number])
}
