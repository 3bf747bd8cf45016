//! Sums without rounding: what makes a mean the same bits for any number of threads.
//!
//! A Kulisch accumulator (*Computer arithmetic and validity*, 2nd ed., 2013, chapter 8): one wide
//! fixed-point number that has a place for every bit of every summand.
//!
//! ```text
//!     limb:   143        72  71        1   0      each holds 32 bits, and room for carries
//!           [......|...|....|....|...|....|....]
//!             2^2303         2^0       2^-2304    of its lowest bit
//! ```

use crate::format::split;

/// Weight of the lowest bit: squares of f64 reach down to 2^-2148.
const LOWEST: i32 = -2304;
/// Up to 2^2304 and some: squares reach 2^2048, and 2^64 of them 2^2112.
const LIMBS: usize = 147;
/// Additions before the carries must move on: each adds less than 2^32 to a limb of 2^64.
const ROOM: u32 = 1 << 30;

/// A sum of non-negative numbers.
#[derive(Clone, Debug)]
pub(crate) struct ExactSum {
    limbs: Box<[u64; LIMBS]>,
    /// Additions since the carries moved.
    since: u32,
    /// Has a summand been infinite?
    infinite: bool,
}

impl ExactSum {
    pub fn new() -> Self {
        Self {
            limbs: Box::new([0; LIMBS]),
            since: 0,
            infinite: false,
        }
    }

    /// Adds x 2^exponent, for x >= 0; the product is zero or between 2^-2200 and 2^2200. NaN counts as
    /// infinite.
    pub fn add(&mut self, x: f64, exponent: i32) {
        if x == 0.0 {
            return;
        }
        if !x.is_finite() {
            self.infinite = true;
            return;
        }
        let (significand, place) = split(x);
        self.put(u128::from(significand), place + exponent);
    }

    /// Adds a b, for a, b >= 0 and finite.
    pub fn add_product(&mut self, a: f64, b: f64) {
        let ((a, place_a), (b, place_b)) = (split(a), split(b));
        self.put(u128::from(a) * u128::from(b), place_a + place_b);
    }

    /// Adds significand x 2^exponent; the significand has at most 106 digits.
    fn put(&mut self, significand: u128, exponent: i32) {
        if significand == 0 {
            return;
        }
        let place = (exponent - LOWEST) as usize;
        let limbs = &mut self.limbs[place / 32..][..5];
        for i in 0..4 {
            let piece = (significand >> (32 * i)) as u64 & 0xffff_ffff;
            let shifted = piece << (place % 32);
            limbs[i] += shifted & 0xffff_ffff;
            limbs[i + 1] += shifted >> 32;
        }
        self.since += 2;
        if self.since >= ROOM {
            self.carry();
        }
    }

    /// Adds another sum: in any order, the same bits.
    pub fn merge(&mut self, other: &Self) {
        self.carry();
        let mut other = other.clone();
        other.carry();
        for (limb, more) in self.limbs.iter_mut().zip(other.limbs.iter()) {
            *limb += more;
        }
        self.infinite |= other.infinite;
        self.since = 2;
    }

    /// Leaves 32 bits in each limb.
    fn carry(&mut self) {
        let mut over = 0;
        for limb in self.limbs.iter_mut() {
            let full = *limb + over;
            *limb = full & 0xffff_ffff;
            over = full >> 32;
        }
        self.since = 0;
    }

    /// The sum rounded once to 64 digits, then to an f64 y: y 2^exponent, with y below 2^64.
    /// The sticky last digit makes the two roundings one.
    pub fn value(&self) -> (f64, i32) {
        if self.infinite {
            return (f64::INFINITY, 0);
        }
        let mut sum = self.clone();
        sum.carry();
        let Some((significand, exponent)) = leading(&sum.limbs) else {
            return (0.0, 0);
        };
        // The first 64 of 128 digits.
        let digits = (significand >> 64) as u64 | u64::from(significand as u64 != 0);
        (digits as f64, exponent + 64)
    }

    /// self - other, where neither has met an infinity: is it negative, and its magnitude as
    /// significand x 2^exponent of 128 digits, the last one sticky. None for zero.
    pub fn minus(&self, other: &Self) -> Option<(bool, u128, i32)> {
        let (mut a, mut b) = (self.clone(), other.clone());
        a.carry();
        b.carry();
        let negative = a.limbs.iter().rev().lt(b.limbs.iter().rev());
        if negative {
            std::mem::swap(&mut a, &mut b);
        }
        let mut borrow = 0;
        for (x, y) in a.limbs.iter_mut().zip(b.limbs.iter()) {
            let difference = (*x + (1 << 32)) - y - borrow;
            *x = difference & 0xffff_ffff;
            borrow = 1 - (difference >> 32);
        }
        leading(&a.limbs).map(|(significand, exponent)| (negative, significand, exponent))
    }
}

/// The first 128 digits of limbs that have been carried, the first one set and the last one
/// sticky, and the exponent of the last one. None for zero.
fn leading(limbs: &[u64; LIMBS]) -> Option<(u128, i32)> {
    let top = limbs.iter().rposition(|limb| *limb != 0)?;
    let limb = |i: i32| match usize::try_from(i) {
        Ok(i) => limbs[i],
        Err(_) => 0,
    };
    let first = top as i32 - 3;
    let high = (0..4).fold(0u128, |all, i| all << 32 | u128::from(limb(first + 3 - i)));
    // The highest limb has a digit: fewer than 32 are missing at the end.
    let missing = high.leading_zeros();
    let next = limb(first - 1);
    let significand = high << missing | u128::from(next << missing >> 32);
    let lost = next << missing & 0xffff_ffff != 0
        || limbs[..usize::try_from(first - 1).unwrap_or(0)]
            .iter()
            .any(|l| *l != 0);
    let exponent = LOWEST + 32 * first - missing as i32;
    Some((significand | u128::from(lost), exponent))
}
