//! The loops: products into a buffer, terms into sums. LANES entries side by side, one type a
//! rounding, so that the loops have no branch and become vectors.
//!
//! ```text
//!     a[k] x [b[k][0] .. b[k][63]]  --products-->  terms[k][0 .. 63]  --sums-->  sum[0 .. 63]
//! ```
//!
//! The two loops are apart, a few kilobytes at a time, so that any rounding of products goes with
//! any rounding of sums. Both answer whether every value was in range for the way that was chosen.
//! A single dot product has its terms side by side instead, and one sum.
//!
//! # Sums by one integer addition
//!
//! Where all terms are multiples of the format's lowest step, so are their sums: a sum in the
//! subnormal range is exact, and rounding has to look at the precision alone. So an addition to the
//! digits to drop ([`Lattice`]), as for formats that share the host's exponents, serves for sums in
//! any format.

use std::marker::PhantomData;

use fearless_simd::{Level, dispatch};

use super::LANES;
use super::words::{Positions, Step, keys};
use crate::arith::odd::Odd;
use crate::chop::Rounder;
use crate::chop::fast::{Keys, lane32, lane64, mode};
use crate::plan::{host32, host64};
use crate::random::{Abreast, Weyl};

/// Terms that the buffer between the two loops holds.
pub(super) const DEPTH: usize = 32;

/// Where a tile's random words are, for one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    keys: Keys,
    low: [u32; LANES],
}

impl Drawn {
    pub fn new(rounder: &Rounder, step: Step, positions: &Positions) -> Self {
        Self {
            keys: keys(rounder, step, positions.first),
            low: match rounder.rounding().is_stochastic() {
                true => positions.low(),
                false => [0; LANES],
            },
        }
    }
}

/// What is multiplied.
#[derive(Clone, Copy)]
pub(super) enum Operands<'a, F> {
    /// a[k] by b[k][lane]: LANES entries of a product of matrices.
    Outer(&'a [F], &'a [[F; LANES]]),
    /// x[i][lane] by y[i][lane], term k = LANES i + lane: one dot product.
    Inner(&'a [[F; LANES]], &'a [[F; LANES]]),
}

impl<F> Operands<'_, F> {
    /// Terms from one row of LANES to the next.
    pub const fn terms_a_row(&self) -> usize {
        match self {
            Self::Outer(..) => 1,
            Self::Inner(..) => LANES,
        }
    }

    /// Rows `from` to `to`.
    pub fn rows(&self, from: usize, to: usize) -> Self {
        match self {
            Self::Outer(a, b) => Self::Outer(&a[from..to], &b[from..to]),
            Self::Inner(x, y) => Self::Inner(&x[from..to], &y[from..to]),
        }
    }

    /// How many rows.
    pub const fn count(&self) -> usize {
        match self {
            Self::Outer(_, b) => b.len(),
            Self::Inner(_, y) => y.len(),
        }
    }
}

/// The left operand's value for a lane.
trait AtLane<F> {
    fn at(&self, lane: usize) -> F;
}

/// A loop over products.
pub(super) trait Products<F>: Send + Sync {
    /// Rows of terms, the first of them with term k; true where one is not what it should be.
    fn run(
        &self,
        level: Level,
        drawn: &Drawn,
        k: usize,
        operands: Operands<'_, F>,
        terms: &mut [[F; LANES]],
    ) -> bool;
}

/// A loop over N sums in S of terms in F.
pub(super) trait Sums<F, S, const N: usize>: Send + Sync {
    /// Adds terms k, k + 1, ..., in order; true where a sum's magnitude passes the limit.
    fn run(
        &self,
        level: Level,
        drawn: &Drawn,
        k: usize,
        limit: S,
        terms: &[[F; N]],
        sum: &mut [S; N],
    ) -> bool;
}

/// The host's own operation is the rounding, or is exact.
#[derive(Clone, Copy)]
pub(super) struct Host;

/// Precision alone, of finite values that stay finite: one addition to the whole word, whose carry
/// does not reach the sign.
#[derive(Clone, Copy)]
pub(super) struct Lattice<P, M>(P, PhantomData<M>);

impl<P, M> Lattice<P, M> {
    pub const fn new(plan: P) -> Self {
        Self(plan, PhantomData)
    }
}

/// As `Scaled`, of values that stay in the range of a format with subnormals and both zeros.
#[derive(Clone, Copy)]
pub(super) struct Gradual<N, M> {
    numbers: N,
    /// Exponent of the least normal binade, in place.
    least: u32,
    /// p - 1, and twice the bias and p - 1, in place.
    digits: u32,
    reciprocal: u32,
    mode: PhantomData<M>,
}

impl<M: lane32::Mode> Gradual<lane32::Numbers, M> {
    pub const fn new(plan: &host32::Plan, numbers: lane32::Numbers) -> Self {
        let digits = host32::FRACTION - plan.dropped;
        Self {
            numbers,
            least: plan.emin << host32::FRACTION,
            digits: digits << host32::FRACTION,
            reciprocal: (254 + digits) << host32::FRACTION,
            mode: PhantomData,
        }
    }
}

impl<M: lane32::Mode> lane32::Way for Gradual<lane32::Numbers, M> {
    const RANDOM: bool = M::RANDOM;
    #[inline(always)]
    fn round(&self, x: f32, random: u32) -> (f32, bool) {
        let binade = (x.to_bits() & host32::INFINITY).max(self.least);
        let step = f32::from_bits(binade - self.digits);
        let per_step = f32::from_bits(self.reciprocal - binade);
        let y = M::integer::<lane32::Instruction>(x * per_step, random, &self.numbers);
        (y * step, true)
    }
}

/// By the definition.
#[derive(Clone, Copy)]
pub(super) struct Defined<P, const RANDOM: bool, const DOWN: bool>(pub P);

/// The zero that an exact sum is, of numbers that are not zeros of one sign (IEEE 754-2019, 6.3).
pub(super) trait ZeroSum {
    /// -0?
    const DOWN: bool = false;
}

macro_rules! zero_sums {
    ($($name:ident)*) => { $(impl ZeroSum for mode::$name {})* };
}
zero_sums!(NearestEven NearestAway NearestZero Zero Up Odd Stochastic StochasticHalf StochasticEqual);

impl ZeroSum for mode::Down {
    const DOWN: bool = true;
}

impl ZeroSum for Host {}

impl<P, M: ZeroSum> ZeroSum for Lattice<P, M> {
    const DOWN: bool = M::DOWN;
}

impl<P, const RANDOM: bool, const DOWN: bool> ZeroSum for Defined<P, RANDOM, DOWN> {
    const DOWN: bool = DOWN;
}

/// Products rounded by W; of operands whose product the host does not hold, from the one to odd.
pub(super) struct ProductsBy<W, const TO_ODD: bool>(pub W);

/// Sums rounded by W; where the host does not hold them, from the one to odd.
pub(super) struct SumsBy<W, const TO_ODD: bool>(pub W);

macro_rules! lane {
    ($lane:ident, $host:ident, $float:ident, $word:ident, $add:ident, $products:ident,
     |$first:ident, $second:ident| $join:expr) => {
        impl $lane::Way for Host {
            const RANDOM: bool = false;
            #[inline(always)]
            fn round(&self, x: $float, _: $word) -> ($float, bool) {
                (x, x.is_finite())
            }
        }

        impl<M: $lane::Mode> $lane::Way for Lattice<$host::Plan, M> {
            const RANDOM: bool = M::RANDOM;
            #[inline(always)]
            fn round(&self, x: $float, random: $word) -> ($float, bool) {
                let bits = x.to_bits();
                let negative = bits & $host::SIGN != 0;
                let sum = bits.wrapping_add(M::addend(bits, negative, random, &self.0));
                let dropped: $word = (1 << self.0.dropped) - 1;
                ($float::from_bits(sum & !dropped), true)
            }
        }

        impl<M: ZeroSum, I, const ENDS: u8> ZeroSum for $lane::Scaled<M, I, ENDS> {
            const DOWN: bool = M::DOWN;
        }

        impl<const RANDOM: bool, const DOWN: bool> $lane::Way
            for Defined<$host::Plan, RANDOM, DOWN>
        {
            const RANDOM: bool = RANDOM;
            #[inline(always)]
            fn round(&self, x: $float, random: $word) -> ($float, bool) {
                (
                    $float::from_bits($host::round_word(x.to_bits(), random, self.0)),
                    true,
                )
            }
        }

        impl<W: $lane::Way + Send + Sync, const TO_ODD: bool> Products<$float>
            for ProductsBy<W, TO_ODD>
        {
            fn run(
                &self,
                level: Level,
                drawn: &Drawn,
                k: usize,
                operands: Operands<'_, $float>,
                terms: &mut [[$float; LANES]],
            ) -> bool {
                let way = &self.0;
                match operands {
                    Operands::Outer(a, b) => dispatch!(level, _simd => {
                        $products::<W, _, TO_ODD>(way, drawn, (k, 1), a, b, terms)
                    }),
                    Operands::Inner(x, y) => dispatch!(level, _simd => {
                        $products::<W, _, TO_ODD>(way, drawn, (k, LANES), x, y, terms)
                    }),
                }
            }
        }

        impl AtLane<$float> for $float {
            #[inline(always)]
            fn at(&self, _: usize) -> $float {
                *self
            }
        }

        impl AtLane<$float> for [$float; LANES] {
            #[inline(always)]
            fn at(&self, lane: usize) -> $float {
                self[lane]
            }
        }

        #[inline(always)]
        fn $products<W: $lane::Way, A: AtLane<$float>, const TO_ODD: bool>(
            way: &W,
            drawn: &Drawn,
            (first, step): (usize, usize),
            a: &[A],
            b: &[[$float; LANES]],
            terms: &mut [[$float; LANES]],
        ) -> bool {
            // By value: stores to the terms cannot change it.
            let (way, keys, low) = (*way, drawn.keys, drawn.low);
            let (words, beside) = (Abreast::new(keys.first, low), Abreast::new(keys.second, low));
            let mut failed: [$word; LANES] = [0; LANES];
            for (i, ((a, b), terms)) in a.iter().zip(b).zip(terms).enumerate() {
                let steps = Weyl::steps((first + step * i) as u32);
                for lane in 0..LANES {
                    let product = if TO_ODD {
                        $float::odd_mul(a.at(lane), b[lane])
                    } else {
                        a.at(lane) * b[lane]
                    };
                    let random = if W::RANDOM {
                        let second = if keys.long { beside.word(lane, steps) } else { 0 };
                        $lane::joined(words.word(lane, steps), second)
                    } else {
                        0
                    };
                    let (rounded, counts) = way.round(product, random);
                    terms[lane] = rounded;
                    failed[lane] |= $word::from(!counts);
                }
            }
            failed.iter().fold(0, |all, lane| all | lane) != 0
        }

        impl<W, F, const TO_ODD: bool, const N: usize> Sums<F, $float, N> for SumsBy<W, TO_ODD>
        where
            W: $lane::Way + ZeroSum + Send + Sync,
            F: Copy + Into<$float>,
        {
            fn run(
                &self,
                level: Level,
                drawn: &Drawn,
                k: usize,
                limit: $float,
                terms: &[[F; N]],
                sum: &mut [$float; N],
            ) -> bool {
                let way = &self.0;
                let worst = match W::RANDOM && drawn.keys.long {
                    false => dispatch!(level, _simd => {
                        $add::<W, F, TO_ODD, false, N>(way, drawn, k, terms, sum)
                    }),
                    true => dispatch!(level, _simd => {
                        $add::<W, F, TO_ODD, true, N>(way, drawn, k, terms, sum)
                    }),
                };
                worst > limit.to_bits()
            }
        }

        /// The greatest magnitude that a sum has had, as a word.
        #[inline(always)]
        fn $add<W, F, const TO_ODD: bool, const LONG: bool, const N: usize>(
            way: &W,
            drawn: &Drawn,
            k: usize,
            terms: &[[F; N]],
            sum: &mut [$float; N],
        ) -> $word
        where
            W: $lane::Way + ZeroSum,
            F: Copy + Into<$float>,
        {
            let (way, keys, low) = (*way, drawn.keys, drawn.low);
            let mut acc = *sum;
            let mut worst: [$word; N] = [0; N];
            // Random words first: fused with the sums they do not become good vectors.
            let mut words = [[0u32; N]; DEPTH];
            let mut second = [[0u32; N]; DEPTH];
            let (first, beside) = (Abreast::new(keys.first, low), Abreast::new(keys.second, low));
            for (i, terms) in terms.chunks(DEPTH).enumerate() {
                if W::RANDOM {
                    for (j, (words, second)) in words.iter_mut().zip(&mut second).enumerate() {
                        let steps = Weyl::steps((k + i * DEPTH + j) as u32);
                        for lane in 0..N {
                            words[lane] = first.word(lane, steps);
                            if LONG {
                                second[lane] = beside.word(lane, steps);
                            }
                        }
                    }
                }
                for ((terms, words), second) in terms.iter().zip(&words).zip(&second) {
                    for lane in 0..N {
                        let ($first, $second) = (words[lane], if LONG { second[lane] } else { 0 });
                        let random: $word = if W::RANDOM { $join } else { 0 };
                        let (x, y) = match W::DOWN {
                            true => (-acc[lane], -terms[lane].into()),
                            false => (acc[lane], terms[lane].into()),
                        };
                        let exact = if TO_ODD { $float::odd_add(x, y) } else { x + y };
                        let exact = if W::DOWN { -exact } else { exact };
                        let (rounded, _) = way.round(exact, random);
                        acc[lane] = rounded;
                        worst[lane] = worst[lane].max(rounded.to_bits() & ($word::MAX >> 1));
                    }
                }
            }
            *sum = acc;
            worst.iter().fold(0, |all, lane| all.max(*lane))
        }
    };
}
lane!(
    lane32,
    host32,
    f32,
    u32,
    add32,
    products32,
    |first, _second| first
);
lane!(
    lane64,
    host64,
    f64,
    u64,
    add64,
    products64,
    |first, second| u64::from(first) << 32 | u64::from(second)
);
