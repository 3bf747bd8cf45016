//! Host operations rounded to odd: what makes a second rounding harmless.
//!
//! Rounded to odd, a result is cut toward zero, and its last digit becomes one where something was
//! cut off:
//!
//! ```text
//! exact     1.0110 1001 | 0000 01...      cut here
//! to odd    1.0110 1001 |                 inexact, last digit already one: stays
//! exact     1.0110 1000 | 0000 01...
//! to odd    1.0110 1001 |                 inexact: the last digit remembers it
//! exact     1.0110 1000 | 0000
//! to odd    1.0110 1000 |                 exact: untouched
//! ```
//!
//! So the last digit is what a floating-point unit calls the sticky bit. Whoever rounds that
//! result again, to fewer digits and in any mode, gets what the exact value would have given
//! (Boldo and Melquiond, *Emulation of a FMA and correctly rounded sums: proved algorithms using
//! rounding to odd*, IEEE Trans. Computers 57(4), 2008, theorem 1); [`digits`] says how many
//! digits a mode has to see.
//!
//! A processor does not round to odd. It rounds to nearest, and the error of that is a number of
//! the host, which a few operations give exactly:
//!
//! | operation | error of the rounded result s | source |
//! |---|---|---|
//! | a + b | t = s - a; (a - (s - t)) + (b - t) | Knuth, *TAOCP* 2, 4.2.2, theorem C (`TwoSum`) |
//! | a b | fma(a, b, -s) | Dekker, *Numer. Math.* 18, 1971, with an FMA (`TwoProd`) |
//! | a / b | fma(-s, b, a) / b: its sign | Markstein, *IBM J. R&D* 34, 1990 |
//! | sqrt a | fma(-s, s, a) / 2s: its sign | the same |
//! | a b + c | (u, v) = TwoProd(a, b); (t, w) = TwoSum(u, c); odd(t + odd(w + v)) | Boldo, Melquiond, figure 3 |
//! | a + b + c | the same with (u, v) = TwoSum(a, b) | Boldo, Melquiond, figure 5 |
//!
//! If the error is not zero and s is even, s moves one unit in its last place toward the error.
//!
//! # Where it holds
//!
//! Sums: everywhere, overflow apart. The others: where neither the result nor the error leaves the
//! host's range; then an infinity or zero of the host stands. [`carried`] answers that for every
//! operation on values of a format.
//!
//! # Speed
//!
//! No branches: a loop over these is made of vector instructions inside `fearless_simd::dispatch!`.
//! Outside it, `mul_add` is a function call on processors that may lack the instruction: the same
//! bits, much slower.

mod host;
#[cfg(test)]
mod tests;

pub use host::{CarryError, OddHost, carried, digits};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// f32 and f64, their operations rounded to odd.
///
/// ```
/// use roundoff::arith::odd::Odd;
/// // 1 + 2^-60 is not an f64. To nearest it is 1; to odd it is known to be a little more.
/// assert_eq!(f64::odd_add(1.0, 2f64.powi(-60)), 1.0 + f64::EPSILON);
/// assert_eq!(f64::odd_add(1.0, 2.0), 3.0);
/// ```
pub trait Odd: Copy + sealed::Sealed {
    /// Which host this is.
    const HOST: OddHost;

    /// `nearest`, the result to nearest, moved to odd: `error` has the sign of exact - nearest,
    /// and is zero where that is. A NaN says exact: so come infinities and NaN through.
    fn to_odd(nearest: Self, error: Self) -> Self;

    /// The sum to nearest and its exact error.
    fn two_sum(a: Self, b: Self) -> (Self, Self);

    /// The product to nearest and its exact error.
    fn two_product(a: Self, b: Self) -> (Self, Self);

    /// a + b.
    #[inline(always)]
    fn odd_add(a: Self, b: Self) -> Self {
        let (sum, error) = Self::two_sum(a, b);
        Self::to_odd(sum, error)
    }

    /// a - b.
    fn odd_sub(a: Self, b: Self) -> Self;

    /// a b.
    #[inline(always)]
    fn odd_mul(a: Self, b: Self) -> Self {
        let (product, error) = Self::two_product(a, b);
        Self::to_odd(product, error)
    }

    /// a / b.
    fn odd_div(a: Self, b: Self) -> Self;

    /// The square root.
    fn odd_sqrt(a: Self) -> Self;

    /// a b + c.
    #[inline(always)]
    fn odd_fma(a: Self, b: Self, c: Self) -> Self {
        Self::odd_three(Self::two_product(a, b), c)
    }

    /// a + b + c (P3109's fused add-add).
    #[inline(always)]
    fn odd_faa(a: Self, b: Self, c: Self) -> Self {
        Self::odd_three(Self::two_sum(a, b), c)
    }

    /// high + low + c, where low is the error of high.
    #[inline(always)]
    fn odd_three((high, low): (Self, Self), c: Self) -> Self {
        let (sum, error) = Self::two_sum(high, c);
        let (rest, rest_error) = Self::two_sum(error, low);
        let tail = Self::to_odd(rest, rest_error);
        // An infinity has NaN for its error: the sum alone is the answer then.
        Self::to_odd_if_number(sum, tail)
    }

    /// sum + tail to odd, or the sum where the tail is NaN.
    #[doc(hidden)]
    fn to_odd_if_number(sum: Self, tail: Self) -> Self;
}

macro_rules! odd {
    ($float:ident, $word:ident, $signed:ident, $host:ident) => {
        impl Odd for $float {
            const HOST: OddHost = OddHost::$host;

            #[inline(always)]
            fn to_odd(nearest: Self, error: Self) -> Self {
                let bits = nearest.to_bits();
                // As integers, words of one sign are in order of magnitude: one up is one unit
                // in the last place away from zero, through the change of binade too.
                let opposite = ((error.to_bits() ^ bits) as $signed) >> ($word::BITS - 1);
                let step = (1 | opposite) as $word;
                let moves = (error.abs() > 0.0) & (bits & 1 == 0);
                $float::from_bits(bits.wrapping_add(if moves { step } else { 0 }))
            }

            #[inline(always)]
            fn two_sum(a: Self, b: Self) -> (Self, Self) {
                let sum = a + b;
                let t = sum - a;
                (sum, (a - (sum - t)) + (b - t))
            }

            #[inline(always)]
            fn two_product(a: Self, b: Self) -> (Self, Self) {
                let product = a * b;
                (product, a.mul_add(b, -product))
            }

            #[inline(always)]
            fn odd_sub(a: Self, b: Self) -> Self {
                Self::odd_add(a, -b)
            }

            #[inline(always)]
            fn odd_div(a: Self, b: Self) -> Self {
                let quotient = a / b;
                let rest = (-quotient).mul_add(b, a);
                let sign = b.to_bits() & (1 << ($word::BITS - 1));
                Self::to_odd(quotient, $float::from_bits(rest.to_bits() ^ sign))
            }

            #[inline(always)]
            fn odd_sqrt(a: Self) -> Self {
                let root = a.sqrt();
                Self::to_odd(root, (-root).mul_add(root, a))
            }

            #[inline(always)]
            fn to_odd_if_number(sum: Self, tail: Self) -> Self {
                let odd = Self::odd_add(sum, tail);
                // An exact zero keeps the sign of the sum: -0 + 0 would lose it.
                if tail.abs() > 0.0 { odd } else { sum }
            }
        }
    };
}
odd!(f32, u32, i32, F32);
odd!(f64, u64, i64, F64);
