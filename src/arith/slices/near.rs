//! Products and sums to nearest in f32, in one loop: the common case, as fast as the machine adds.
//!
//! * **Precision alone**: Veltkamp's splitting. With c = (2^s + 1) x, c - (c - x) is x rounded to
//!   24 - s digits, a tie to even (Boldo, *Pitfalls of a full floating-point proof*, 2006).
//! * **Gradual underflow**: with m = 1.5 x 2^23 steps of the format at x, x + m has its last digit
//!   where the step is, and (x + m) - m is x rounded (Knuth, *TAOCP* 2, 4.2.2, exercise 17).
//!
//! A sum of two numbers of p <= 11 digits is rounded twice here, to 24 digits and then to p, which
//! is harmless as 24 >= 2 p + 2 (Figueroa, *When is double rounding innocuous?*, 1995).

use fearless_simd::{Level, dispatch};

use super::LANES;

/// Products and sums in one loop.
pub(super) trait Fused: Send + Sync {
    /// Adds the products; true where a sum's magnitude passed the limit.
    fn run(
        &self,
        level: Level,
        limit: f32,
        operands: (&[f32], &[[f32; LANES]]),
        sum: &mut [f32; LANES],
    ) -> bool;
}

/// A rounding to nearest, ties to even.
pub(super) trait Nearest: Copy + Send + Sync {
    fn round(self, x: f32) -> f32;
}

/// The host's own, or none.
#[derive(Clone, Copy)]
pub(super) struct Native;

/// Veltkamp's.
#[derive(Clone, Copy)]
pub(super) struct Split {
    /// 2^s + 1.
    factor: f32,
}

/// By adding 1.5 x 2^23 steps.
#[derive(Clone, Copy)]
pub(super) struct Magic {
    /// Exponent of the least normal binade, in place.
    least: u32,
    /// From the exponent of a value to 1.5 x 2^23 of its steps.
    steps: u32,
}

impl Split {
    /// Magnitudes below 2^this do not overflow on the way.
    pub const RANGE: i32 = 102;

    /// To that precision, from 2 to 23.
    pub fn new(precision: u32) -> Self {
        Self {
            factor: ((1u32 << (24 - precision)) + 1) as f32,
        }
    }
}

impl Magic {
    /// Magnitudes below 2^this do not overflow on the way.
    pub const RANGE: i32 = 102;

    /// The greatest precision: m must be four times x's binade, so that x + m stays in m's.
    pub const MOST_DIGITS: u32 = 22;

    /// To that precision, from 2 to 22; the least normal value is 2^emin, emin >= -126.
    pub fn new(precision: u32, emin: i32) -> Self {
        Self {
            least: ((emin + 127) as u32) << 23,
            steps: ((24 - precision) << 23) + (1 << 22),
        }
    }
}

impl Nearest for Native {
    #[inline(always)]
    fn round(self, x: f32) -> f32 {
        x
    }
}

impl Nearest for Split {
    #[inline(always)]
    fn round(self, x: f32) -> f32 {
        let c = x * self.factor;
        c - (c - x)
    }
}

impl Nearest for Magic {
    #[inline(always)]
    fn round(self, x: f32) -> f32 {
        let binade = (x.to_bits() & 0x7f80_0000).max(self.least);
        let m = f32::from_bits(binade + self.steps);
        (x + m) - m
    }
}

/// CHECK: a sum may pass the limit.
pub(super) struct Near<P, S, const CHECK: bool>(pub P, pub S);

impl<P: Nearest, S: Nearest, const CHECK: bool> Fused for Near<P, S, CHECK> {
    fn run(
        &self,
        level: Level,
        limit: f32,
        (a, b): (&[f32], &[[f32; LANES]]),
        sum: &mut [f32; LANES],
    ) -> bool {
        let (product, term) = (self.0, self.1);
        let worst = dispatch!(level, _simd => add::<P, S, CHECK>(product, term, a, b, sum));
        CHECK && worst > limit.to_bits()
    }
}

/// The greatest magnitude that a sum has had, as a word.
#[inline(always)]
fn add<P: Nearest, S: Nearest, const CHECK: bool>(
    product: P,
    term: S,
    a: &[f32],
    b: &[[f32; LANES]],
    sum: &mut [f32; LANES],
) -> u32 {
    let mut acc = *sum;
    let mut worst = [0u32; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            let rounded = term.round(acc[lane] + product.round(*a * b[lane]));
            acc[lane] = rounded;
            if CHECK {
                worst[lane] = worst[lane].max(rounded.to_bits() & (u32::MAX >> 1));
            }
        }
    }
    *sum = acc;
    worst.iter().fold(0, |all, lane| all.max(*lane))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Rounder, Subnormals};

    /// Every f32 significand, at exponents that matter, against the definition.
    #[test]
    fn both_forms_round_to_nearest() {
        for precision in [2, 3, 4, 8, 11, 16, 22, 23] {
            let Ok(format) = Format::custom(precision, -14, 100, Subnormals::Kept) else {
                panic!("a format of {precision} digits")
            };
            let rounder = Rounder::new(format);
            let (split, magic) = (Split::new(precision), Magic::new(precision, -14));
            for exponent in [-26, -25, -16, -15, -14, 0, 1, 99] {
                for significand in (0..1u32 << 23).step_by(if exponent == 0 { 1 } else { 61 }) {
                    let x = f32::from_bits(((exponent + 127) as u32) << 23 | significand);
                    for x in [x, -x] {
                        let want = rounder.round(x);
                        if precision <= Magic::MOST_DIGITS {
                            assert_eq!(magic.round(x), want, "{x:e} to {precision} digits");
                        }
                        if exponent >= -14 {
                            assert_eq!(split.round(x), want, "{x:e} to {precision} digits");
                        }
                    }
                }
            }
        }
        assert_eq!(Native.round(0.1), 0.1);
    }
}
