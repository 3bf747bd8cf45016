//! e^x of f32 and f64, relative to a reference point, in vectors.
//!
//! ```text
//! e^(x - s) = 2^(x log2(e) - c),   c = s log2(e) = C + d,  C an integer, |d| <= 1/2
//! k = x log2(e) - c to the nearest integer
//! f = x log2(e) - (k + C) - d          between -0.51 and 0.51
//! e^(x - s) = 2^k + 2^k f q(f)
//! ```
//!
//! x - s is never formed: it would be rounded, and an error of u |x - s| there is one of that size,
//! relatively, in the result. The product with log2(e) is a fused one that k + C is taken from, so
//! the only roundings are of numbers below 1. At x = s, f is almost 0 and the result almost exactly 1.
//!
//! q interpolates (2^f - 1) / f in Chebyshev nodes, in degree 5 (f32: 2^f within 0.17 u) or 10
//! (f64: 0.25 u). The final fused step adds at most half a unit in the last place.
//!
//! k becomes an exponent without a conversion: adding MAGIC = 1.5 2^(p-1) + bias puts k + bias in
//! the low bits.
//!
//! ```text
//!   s eeeeeeee 1000000000000kkkkkkkkkk      f32 of k + 1.5 2^23 + 127
//!   s kkkkkkkk 00000000000000000000000      shifted left by 23: the f32 2^k; 0.0 where k = -127
//! ```
//!
//! # Why vectors by hand
//!
//! The chain from x to e^x is some 45 cycles long, and a processor looks ahead by fewer operations
//! than it takes to fill them. Four vectors side by side, each step for all four before the next,
//! take 0.081 ns a value where a plain loop that the compiler vectorises takes 0.104 (AVX-512, Zen 5).
//! The vectors are of a fixed number of values, whatever the processor has, and every fused
//! product is one rounding, if need be without the instruction: so the bits are the same everywhere.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, SimdFloatElement, f32x16, f64x8};

use crate::arith::odd::Odd;
use crate::native::double_double::DoubleDouble;

/// f32 and f64, with the constants of their exponentials.
pub trait Real:
    SimdFloatElement
    + PartialOrd
    + Send
    + Sync
    + std::fmt::Debug
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + 'static
{
    /// 64 bytes of them.
    type Vector<S: Simd>: SimdFloat<S, Element = Self>;

    const NEG_INFINITY: Self;
    /// log2(e) in two parts.
    const LOG2_E: [Self; 2];
    /// 1.5 2^(p-1) + bias.
    const MAGIC: f64;
    /// Fraction bits.
    const FRACTION: u32;
    /// 2^-BIAS has the exponent field 0: what is below counts as zero.
    const BIAS: f64;
    /// q, the highest power first.
    const Q: &'static [Self];
    /// Beyond this in magnitude the products above lose digits, or k its place.
    const LIMIT: f64;

    fn from_f64(x: f64) -> Self;
    fn to_f64(self) -> f64;
    /// a b + c rounded once, without an instruction for it.
    fn fused(a: Self, b: Self, c: Self) -> Self;
    /// 2^k of k + MAGIC.
    fn power(shifted: Self) -> Self;
}

macro_rules! real {
    ($float:ident, $vector:ident, $fraction:literal, $bias:literal, $limit:literal, $log2_e:expr, $q:expr,
     |$a:ident, $b:ident, $c:ident| $fused:expr) => {
        impl Real for $float {
            type Vector<S: Simd> = $vector<S>;

            const NEG_INFINITY: Self = $float::NEG_INFINITY;
            const LOG2_E: [Self; 2] = $log2_e;
            const MAGIC: f64 = (3u64 << ($fraction - 1)) as f64 + Self::BIAS;
            const FRACTION: u32 = $fraction;
            const BIAS: f64 = $bias;
            const Q: &'static [Self] = &$q;
            const LIMIT: f64 = $limit;

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $float
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn fused($a: Self, $b: Self, $c: Self) -> Self {
                $fused
            }

            #[inline(always)]
            fn power(shifted: Self) -> Self {
                $float::from_bits(shifted.to_bits() << $fraction)
            }
        }
    };
}

real!(
    f32,
    f32x16,
    23,
    127.0,
    65536.0,
    [std::f32::consts::LOG2_E, 1.925_963e-8],
    [
        0.000_154_551_72,
        0.001_339_318_3,
        0.009_618_078,
        0.055_503_53,
        0.240_226_5,
        std::f32::consts::LN_2,
    ],
    // The product is exact in f64, the sum to odd there: rounding that again is harmless.
    |a, b, c| f64::odd_add(f64::from(a) * f64::from(b), f64::from(c)) as f32
);
real!(
    f64,
    f64x8,
    52,
    1023.0,
    1_099_511_627_776.0,
    [std::f64::consts::LOG2_E, LOG2_E_REST],
    [
        4.4549983631048684e-10,
        7.072656799362923e-09,
        1.0178062256646543e-07,
        1.3215442232969344e-06,
        1.5252733830147138e-05,
        0.00015403530442319546,
        0.001333355814641675,
        0.009618129107606541,
        0.0555041086648216,
        0.240226506959101,
        std::f64::consts::LN_2,
    ],
    |a, b, c| a.mul_add(b, c)
);

/// What is left of log2(e) after its nearest f64.
const LOG2_E_REST: f64 = 2.035_527_374_093_103_3e-17;

/// The reference point s, ready for use.
#[derive(Clone, Copy, Debug)]
pub struct Shift<T> {
    /// -c.
    minus_c: T,
    /// MAGIC - C.
    magic_minus_whole: T,
    /// -d.
    minus_part: T,
    /// Where e^(x - s) is 2^-BIAS: what is below counts as zero.
    least: T,
}

impl<T: Real> Shift<T> {
    /// For a point given by its c, no greater than the limit times log2(e).
    pub fn new(c: DoubleDouble) -> Self {
        let whole = Self::whole(c.high);
        let part = (c - DoubleDouble::new(whole)).value();
        let least = (c.high - T::BIAS) * std::f64::consts::LN_2;
        Self {
            minus_c: T::from_f64(-c.high),
            magic_minus_whole: T::from_f64(T::MAGIC - whole),
            minus_part: T::from_f64(-part),
            least: T::from_f64(least),
        }
    }

    /// The nearest integer, as 1.5 2^52 leaves no room for a fraction.
    pub fn whole(c: f64) -> f64 {
        const INTEGERS: f64 = 6_755_399_441_055_744.0;
        (c + INTEGERS) - INTEGERS
    }

    /// In every value of vectors.
    #[inline(always)]
    pub fn splat<L: Lanes<T>>(&self, token: L::Token) -> Shift<L> {
        Shift {
            minus_c: L::splat(token, self.minus_c),
            magic_minus_whole: L::splat(token, self.magic_minus_whole),
            minus_part: L::splat(token, self.minus_part),
            least: L::splat(token, self.least),
        }
    }
}

/// s log2(e).
pub fn in_octaves(s: DoubleDouble) -> DoubleDouble {
    s * DoubleDouble {
        high: std::f64::consts::LOG2_E,
        low: LOG2_E_REST,
    }
}

/// 64 bytes of values side by side: the few operations that the exponential is made of.
pub trait Lanes<T>: Copy {
    /// Proof of the instruction set.
    type Token: Copy;

    fn splat(token: Self::Token, x: T) -> Self;
    fn load(token: Self::Token, x: &[T]) -> Self;
    fn store(self, y: &mut [T]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// self b + c rounded once.
    fn fused(self, b: Self, c: Self) -> Self;
    /// self b - c rounded once.
    fn fused_sub(self, b: Self, c: Self) -> Self;
    /// The greater; NaN where `self` is NaN.
    fn at_least(self, least: Self) -> Self;
    /// 2^k of k + MAGIC.
    fn power(self) -> Self;
}

/// Does this instruction set have fused products, and a maximum that gives its second operand where
/// that is NaN? So do x86 (Intel's manual: MAXPS) and Arm (FMAX). WebAssembly has no fused product.
pub fn has_fused(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return level.as_avx2().is_some();
    #[cfg(target_arch = "aarch64")]
    return level.as_neon().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let _ = level;
        false
    }
}

/// A vector of an instruction set that [`has_fused`].
#[derive(Clone, Copy)]
pub struct Hardware<T: Real, S: Simd>(T::Vector<S>);

impl<S: Simd, T: Real> Lanes<T> for Hardware<T, S> {
    type Token = S;

    #[inline(always)]
    fn splat(token: S, x: T) -> Self {
        Self(T::Vector::splat(token, x))
    }

    #[inline(always)]
    fn load(token: S, x: &[T]) -> Self {
        Self(T::Vector::from_slice(token, x))
    }

    #[inline(always)]
    fn store(self, y: &mut [T]) {
        self.0.store_slice(y);
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }

    #[inline(always)]
    fn fused(self, b: Self, c: Self) -> Self {
        Self(self.0.mul_add(b.0, c.0))
    }

    #[inline(always)]
    fn fused_sub(self, b: Self, c: Self) -> Self {
        Self(self.0.mul_sub(b.0, c.0))
    }

    #[inline(always)]
    fn at_least(self, least: Self) -> Self {
        Self(least.0.max(self.0))
    }

    #[inline(always)]
    fn power(self) -> Self {
        Self(T::Vector::from_bits(self.0.to_bits() << T::FRACTION))
    }
}

/// The same without instructions: 16 f32, or 8 f64 and 8 that are not used.
#[derive(Clone, Copy)]
pub struct Software<T>([T; 16]);

impl<T: Real> Software<T> {
    #[inline]
    fn each(self, other: Self, f: impl Fn(T, T) -> T) -> Self {
        let mut result = self;
        for (x, y) in result.0.iter_mut().zip(other.0) {
            *x = f(*x, y);
        }
        result
    }
}

impl<T: Real> Lanes<T> for Software<T> {
    type Token = ();

    fn splat(_: (), x: T) -> Self {
        Self([x; 16])
    }

    fn load(_: (), x: &[T]) -> Self {
        let mut lanes = [T::from_f64(0.0); 16];
        lanes[..x.len()].copy_from_slice(x);
        Self(lanes)
    }

    fn store(self, y: &mut [T]) {
        y.copy_from_slice(&self.0[..y.len()]);
    }

    fn add(self, other: Self) -> Self {
        self.each(other, |x, y| x + y)
    }

    fn sub(self, other: Self) -> Self {
        self.each(other, |x, y| x - y)
    }

    fn mul(self, other: Self) -> Self {
        self.each(other, |x, y| x * y)
    }

    fn fused(self, b: Self, c: Self) -> Self {
        let mut result = self;
        for i in 0..16 {
            result.0[i] = T::fused(self.0[i], b.0[i], c.0[i]);
        }
        result
    }

    fn fused_sub(self, b: Self, c: Self) -> Self {
        self.fused(b, c.each(c, |x, _| -x))
    }

    fn at_least(self, least: Self) -> Self {
        self.each(least, |x, least| if x < least { least } else { x })
    }

    fn power(self) -> Self {
        self.each(self, |x, _| T::power(x))
    }
}

/// e^(x - s) of several vectors. NaN for NaN, 0 for -infinity.
///
/// Loops, not closures: what is not inlined is not compiled for the instruction set.
#[inline(always)]
pub fn exp<T: Real, L: Lanes<T>, const N: usize>(
    token: L::Token,
    mut x: [L; N],
    shift: &Shift<L>,
) -> [L; N] {
    let log2_e = L::splat(token, T::LOG2_E[0]);
    let log2_e_rest = L::splat(token, T::LOG2_E[1]);
    let magic = L::splat(token, T::from_f64(T::MAGIC));
    for x in &mut x {
        *x = x.at_least(shift.least);
    }
    let (mut f, mut rest, mut power, mut q) = (x, x, x, x);
    for i in 0..N {
        power[i] = x[i].fused(log2_e, shift.minus_c).add(magic);
    }
    for i in 0..N {
        rest[i] = x[i].fused(log2_e_rest, shift.minus_part);
    }
    for i in 0..N {
        f[i] = power[i].sub(shift.magic_minus_whole);
    }
    for i in 0..N {
        f[i] = x[i].fused_sub(log2_e, f[i]);
    }
    for i in 0..N {
        f[i] = f[i].add(rest[i]);
    }
    for q in &mut q {
        *q = L::splat(token, T::Q[0]);
    }
    for coefficient in &T::Q[1..] {
        let coefficient = L::splat(token, *coefficient);
        for i in 0..N {
            q[i] = q[i].fused(f[i], coefficient);
        }
    }
    for power in &mut power {
        *power = power.power();
    }
    for i in 0..N {
        f[i] = f[i].mul(power[i]);
    }
    for i in 0..N {
        q[i] = q[i].fused(f[i], power[i]);
    }
    q
}
