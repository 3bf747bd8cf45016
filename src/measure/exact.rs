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

/// Weight of the lowest bit: squares of f64 reach down to 2^-2148.
const LOWEST: i32 = -2304;
/// Up to 2^2304 and some: squares reach 2^2048, and 2^64 of them 2^2112.
const LIMBS: usize = 147;
/// Additions before the carries must move on: each adds less than 2^32 to a limb of 2^64.
const ROOM: u32 = 1 << 30;

/// A sum of non-negative numbers.
#[derive(Clone, Debug)]
pub(super) struct ExactSum {
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
        let bits = x.to_bits();
        let field = (bits >> 52 & 0x7ff) as i32;
        let fraction = bits & ((1 << 52) - 1);
        let significand = if field == 0 {
            fraction
        } else {
            fraction | 1 << 52
        };
        let place = (field.max(1) - 1075 + exponent - LOWEST) as usize;
        let shifted = u128::from(significand) << (place % 32);
        for (i, limb) in self.limbs[place / 32..][..3].iter_mut().enumerate() {
            *limb += (shifted >> (32 * i)) as u64 & 0xffff_ffff;
        }
        self.since += 1;
        if self.since == ROOM {
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
        let Some(top) = sum.limbs.iter().rposition(|limb| *limb != 0) else {
            return (0.0, 0);
        };
        let first = top.saturating_sub(2);
        let high = (first..=top)
            .rev()
            .fold(0u128, |all, i| all << 32 | u128::from(sum.limbs[i]));
        let spare = (128 - high.leading_zeros()).saturating_sub(64);
        let dropped = high & ((1 << spare) - 1) != 0 || sum.limbs[..first].iter().any(|l| *l != 0);
        let digits = (high >> spare) as u64 | u64::from(dropped);
        (digits as f64, LOWEST + 32 * first as i32 + spare as i32)
    }
}
