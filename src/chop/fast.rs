//! Rounding by float operations and by one integer addition, where that is proven equal to the
//! definition: `tests/proofs.rs` compares all 2^32 f32 words.
//!
//! * **Scaled**: multiply so that one step of the format is 1, round to an integer, scale back.
//!   Both scalings are exact, being powers of two.
//! * **Shifted**: for formats that share the host's exponents (bfloat16, tf32) add to the digits
//!   to drop, then clear them. A carry runs into the exponent, which is right.
//!
//! Both answer only where the result is finite and in range. A block with any other value is done
//! again, each rounded magnitude saturated by the definition's own `saturate`: so NaN, infinities
//! and overflow have one text.

use std::marker::PhantomData;

use crate::format::Subnormals;
use crate::plan::Recipe;
use crate::random::Key;
use crate::rounding::{Rounding, Variant};

/// How a scaled value becomes an integer. One type a mode, so that the loop has no branch.
pub(crate) mod mode {
    pub struct NearestEven;
    pub struct NearestAway;
    pub struct NearestZero;
    pub struct Zero;
    pub struct Up;
    pub struct Down;
    pub struct Odd;
    /// Variants A and B.
    pub struct Stochastic;
    pub struct StochasticEqual;
}

macro_rules! lane {
    ($module:ident, $float:ident, $word:ident, $host:ident, $draw:expr) => {
        pub(crate) mod $module {
            use super::*;
            use crate::plan::$host::{FRACTION, INFINITY, Plan, SIGN, WIDTH, round_word, saturate};

            /// Values a block: a few kilobytes, done in the nearest cache.
            pub const BLOCK: usize = 256;

            /// Bits for `random`, as the plan wants them: from the first one down. Of two words
            /// where more than 32 are wanted.
            #[inline(always)]
            pub fn draw(keys: &Keys, index: u32, long: bool) -> $word {
                ($draw)(keys, index, long)
            }

            /// Has the format all its subnormals? Then the definition takes fewer instructions.
            pub fn kept(plan: &Plan) -> bool {
                plan.bottom == plan.emin + plan.dropped && plan.flush == 0
            }

            /// The definition, value by value, with so many random words each. `KEPT` may hold
            /// where [`kept`] does.
            #[inline(always)]
            pub fn define<'a, const WORDS: u32, const KEPT: bool>(
                plan: &Plan,
                keys: &Keys,
                from: u32,
                pairs: impl Iterator<Item = ($float, &'a mut $float)>,
            ) {
                // By value: stores to the target cannot change them.
                let (mut plan, keys) = (*plan, *keys);
                // Said again, so that the compiler knows it and drops what it then need not do.
                if WORDS == 0 {
                    plan.random = 0;
                }
                if KEPT {
                    plan.bottom = plan.emin + plan.dropped;
                    plan.flush = 0;
                }
                let mut index = from;
                for (x, y) in pairs {
                    let random = match WORDS {
                        0 => 0,
                        _ => draw(&keys, index, WORDS == 2),
                    };
                    *y = <$float>::from_bits(round_word(x.to_bits(), random, plan));
                    index = index.wrapping_add(1);
                }
            }

            /// A way to round one value, and to see that the answer counts.
            pub trait Way: Copy {
                /// The rounded value and whether it is one.
                fn round(&self, x: $float, random: $word) -> ($float, bool);
                /// Does it look at the random word?
                const RANDOM: bool;
            }

            /// A way whose answers past the greatest value, and of infinities, [`Saturated`] mends.
            pub trait Grid: Way {
                /// The magnitude on the grid, the exponent unbounded: as the definition's
                /// `round_magnitude`, but where x is not finite any word.
                fn magnitude(&self, x: $float, random: $word) -> $word;
                /// The plan.
                fn plan(&self) -> &Plan;
            }

            /// One block; true if some value of it is not for this way, which stays as it is.
            #[inline(always)]
            pub fn attempt<'a, W: Way>(
                way: &W,
                keys: &Keys,
                from: u32,
                pairs: impl Iterator<Item = ($float, &'a mut $float)>,
            ) -> bool {
                // A word, not a bool: LLVM makes vectors of this reduction.
                let mut failed: $word = 0;
                // By value: stores to the target cannot change them.
                let (way, keys) = (*way, *keys);
                let mut index = from;
                for (x, y) in pairs {
                    let random = if W::RANDOM {
                        draw(&keys, index, false)
                    } else {
                        0
                    };
                    let (rounded, counts) = way.round(x, random);
                    *y = if counts { rounded } else { x };
                    failed |= $word::from(!counts);
                    index = index.wrapping_add(1);
                }
                failed != 0
            }

            /// The numbers of both ways.
            #[derive(Clone, Copy, Debug)]
            pub struct Numbers {
                plan: Plan,
                /// Scaled: exponents of the least and the greatest binade, in place.
                least: $word,
                most: $word,
                /// Scaled: p - 1, and twice the bias and p - 1, in place.
                digits: $word,
                reciprocal: $word,
                /// Scaled: the binade below the least one, where its step differs.
                below: $word,
                greatest: $float,
                flush: $float,
                /// Added to the result: -0 changes nothing, 0 makes -0 a 0.
                zero: $float,
                /// Bits that are drawn, and the half bit of variant B, below a one's exponent.
                drawn: $word,
                half: $word,
            }

            const ONE: $word = (1 as $float).to_bits();
            const EXPONENT: $word = INFINITY;
            /// The float before one half. Added to k + 1/2 it gives k + 1, to less never so much.
            const JUST_BELOW_HALF: $float = <$float>::from_bits((0.5 as $float).to_bits() - 1);

            impl Numbers {
                pub fn new(plan: &Plan, recipe: &Recipe) -> Self {
                    let digits = FRACTION - plan.dropped;
                    let bias = (1 << (WIDTH - FRACTION - 2)) - 1;
                    let most = (plan.max >> FRACTION) + 1;
                    let rounded = recipe.format.subnormals() == Subnormals::Rounded;
                    // The draw is W bits from the top: as fraction bits they start lower.
                    let sign_and_exponent = WIDTH - FRACTION;
                    let half = match recipe.rounding {
                        Rounding::Stochastic {
                            variant: Variant::B,
                            bits,
                        } => SIGN
                            .checked_shr(u32::from(bits.get()) + sign_and_exponent as u32)
                            .unwrap_or(0),
                        _ => 0,
                    };
                    Self {
                        plan: *plan,
                        least: plan.emin << FRACTION,
                        most: most.min((EXPONENT >> FRACTION) - 1) << FRACTION,
                        digits: digits << FRACTION,
                        reciprocal: (2 * bias + digits) << FRACTION,
                        below: if rounded {
                            plan.emin + digits
                        } else {
                            plan.emin
                        } << FRACTION,
                        greatest: <$float>::from_bits(plan.max),
                        flush: <$float>::from_bits(plan.flush),
                        zero: <$float>::from_bits(plan.zero_negative),
                        drawn: plan.random >> sign_and_exponent,
                        half,
                    }
                }

                /// 1 - R / 2^N (A) or 1 - (R + 1/2) / 2^N (B), exactly.
                #[inline(always)]
                fn threshold(&self, random: $word) -> $float {
                    let drawn = (random >> (WIDTH - FRACTION)) & self.drawn | self.half;
                    2.0 - <$float>::from_bits(ONE | drawn)
                }
            }

            /// A mode as both ways need it.
            pub trait Mode: Copy + 'static {
                const RANDOM: bool = false;
                /// An integer next to y, which is a value in steps of the format.
                fn integer<W: Whole>(y: $float, random: $word, numbers: &Numbers) -> $float;
                /// What to add to a magnitude before its last `dropped` bits go.
                fn addend(magnitude: $word, negative: bool, random: $word, plan: &Plan) -> $word;
            }

            #[inline(always)]
            fn tail(plan: &Plan) -> $word {
                (1 << plan.dropped) - 1
            }

            /// The integers next to y, of y's sign where they are zero.
            pub trait Whole: Copy + 'static {
                fn nearest(y: $float) -> $float;
                fn trunc(y: $float) -> $float;
                fn floor(y: $float) -> $float;
                fn ceil(y: $float) -> $float;
            }

            /// By the instruction that machines have for it.
            #[derive(Clone, Copy)]
            pub struct Instruction;

            impl Whole for Instruction {
                #[inline(always)]
                fn nearest(y: $float) -> $float {
                    y.round_ties_even()
                }
                #[inline(always)]
                fn trunc(y: $float) -> $float {
                    y.trunc()
                }
                #[inline(always)]
                fn floor(y: $float) -> $float {
                    y.floor()
                }
                #[inline(always)]
                fn ceil(y: $float) -> $float {
                    y.ceil()
                }
            }

            /// By adding 1.5 x 2^FRACTION, whose step is 1, for |y| up to a third of it: where
            /// there is no instruction (SSE2) and the standard library calls a function.
            #[derive(Clone, Copy)]
            pub struct Added;

            impl Whole for Added {
                #[inline(always)]
                fn nearest(y: $float) -> $float {
                    let anchor = 1.5 * (1u64 << FRACTION) as $float;
                    ((y + anchor) - anchor).copysign(y)
                }
                #[inline(always)]
                fn trunc(y: $float) -> $float {
                    Self::floor(y.abs()).copysign(y)
                }
                #[inline(always)]
                fn floor(y: $float) -> $float {
                    let nearest = Self::nearest(y);
                    nearest - if nearest > y { 1.0 } else { 0.0 }
                }
                #[inline(always)]
                fn ceil(y: $float) -> $float {
                    -Self::floor(-y)
                }
            }

            lane_modes!($float, $word);

            /// Multiply, round to an integer, multiply back.
            #[derive(Clone, Copy)]
            pub struct Scaled<M, W, const FLUSH: bool>(Numbers, PhantomData<(M, W)>);

            impl<M, W, const FLUSH: bool> Scaled<M, W, FLUSH> {
                pub fn new(numbers: Numbers) -> Self {
                    Self(numbers, PhantomData)
                }
            }

            impl<M: Mode, W: Whole, const FLUSH: bool> Way for Scaled<M, W, FLUSH> {
                const RANDOM: bool = M::RANDOM;
                #[inline(always)]
                fn round(&self, x: $float, random: $word) -> ($float, bool) {
                    let y = self.on_grid(x, random);
                    (y + self.0.zero, y.abs() <= self.0.greatest)
                }
            }

            impl<M: Mode, W: Whole, const FLUSH: bool> Grid for Scaled<M, W, FLUSH> {
                #[inline(always)]
                fn plan(&self) -> &Plan {
                    &self.0.plan
                }
                #[inline(always)]
                fn magnitude(&self, x: $float, random: $word) -> $word {
                    self.on_grid(x, random).abs().to_bits()
                }
            }

            impl<M: Mode, W: Whole, const FLUSH: bool> Scaled<M, W, FLUSH> {
                /// Of x's sign, a zero too.
                #[inline(always)]
                fn on_grid(&self, x: $float, random: $word) -> $float {
                    let n = &self.0;
                    let binade = x.to_bits() & EXPONENT;
                    let binade = if binade < n.least {
                        n.below
                    } else {
                        binade.min(n.most)
                    };
                    let step = <$float>::from_bits(binade - n.digits);
                    let per_step = <$float>::from_bits(n.reciprocal - binade);
                    let y = M::integer::<W>(x * per_step, random, n) * step;
                    if FLUSH && y.abs() < n.flush {
                        (0.0 as $float).copysign(y)
                    } else {
                        y
                    }
                }
            }

            /// Add and clear.
            #[derive(Clone, Copy)]
            pub struct Shifted<M>(pub Numbers, pub M);

            impl<M: Mode> Way for Shifted<M> {
                const RANDOM: bool = M::RANDOM;
                #[inline(always)]
                fn round(&self, x: $float, random: $word) -> ($float, bool) {
                    let rounded = self.magnitude(x, random);
                    let sign = x.to_bits() & SIGN;
                    let y = <$float>::from_bits(rounded | sign);
                    (y, rounded <= self.0.plan.max)
                }
            }

            impl<M: Mode> Grid for Shifted<M> {
                #[inline(always)]
                fn plan(&self) -> &Plan {
                    &self.0.plan
                }
                #[inline(always)]
                fn magnitude(&self, x: $float, random: $word) -> $word {
                    let plan = &self.0.plan;
                    let sign = x.to_bits() & SIGN;
                    let magnitude = x.to_bits() ^ sign;
                    let addend = M::addend(magnitude, sign != 0, random, plan);
                    magnitude.wrapping_add(addend) & !tail(plan)
                }
            }

            /// Another way's magnitude, saturated as the definition does: every answer counts.
            #[derive(Clone, Copy)]
            pub struct Saturated<W>(pub W);

            impl<W: Grid> Way for Saturated<W> {
                const RANDOM: bool = W::RANDOM;
                #[inline(always)]
                fn round(&self, x: $float, random: $word) -> ($float, bool) {
                    let rounded = self.0.magnitude(x, random);
                    let word = saturate(rounded, x.to_bits(), *self.0.plan());
                    (<$float>::from_bits(word), true)
                }
            }

            /// Which way serves a plan.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum Choice {
                Scaled {
                    flush: bool,
                },
                /// Scaled, without an instruction that rounds to an integer.
                Added {
                    flush: bool,
                },
                Shifted,
                Definition,
            }

            /// `instruction`: has the machine one that rounds to an integer?
            pub fn choice(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
                let format = &recipe.format;
                // Threshold and half bit fit in a fraction, and in one word.
                let bits_fit = match recipe.rounding {
                    Rounding::Stochastic {
                        variant: Variant::A,
                        bits,
                    } => u32::from(bits.get()) <= (FRACTION as u32).min(32),
                    Rounding::Stochastic {
                        variant: Variant::B,
                        bits,
                    } => u32::from(bits.get()) < (FRACTION as u32).min(33),
                    Rounding::Stochastic {
                        variant: Variant::C,
                        ..
                    } => false,
                    _ => true,
                };
                let plain = format.is_signed()
                    && format.has_zero()
                    && format.precision() >= 2
                    && plan.dropped >= 1
                    && bits_fit;
                let (digits, emin) = (FRACTION - plan.dropped, plan.emin);
                let scaled = |flush| match instruction {
                    true => Choice::Scaled { flush },
                    // A scaled value is at most 2^p, an added one at most 2^(FRACTION - 1).
                    false if plan.dropped > 1 => Choice::Added { flush },
                    false => Choice::Definition,
                };
                // No step at the low end is above 1: a product with a reciprocal below 1 could
                // underflow, and what is not zero would look as if it were.
                let one: $word = (1 << (WIDTH - FRACTION - 2)) - 1;
                match format.subnormals() {
                    _ if !plain => Choice::Definition,
                    Subnormals::Kept if emin == 1 && format.has_negative_zero() => Choice::Shifted,
                    // The steps of the least binade and their reciprocals are normal.
                    _ if emin <= digits => Choice::Definition,
                    Subnormals::Kept if emin - digits <= one => scaled(false),
                    Subnormals::Flushed if emin - digits <= one => scaled(true),
                    Subnormals::Rounded if emin <= one => scaled(false),
                    _ => Choice::Definition,
                }
            }
        }
    };
}

macro_rules! mode {
    ($float:ident, $word:ident, $name:ident,
     |$w:ident, $y:ident, $r:ident, $n:ident| $integer:expr, |$m:ident, $neg:ident, $p:ident| $addend:expr
     $(, $random:literal)?) => {
        impl Mode for mode::$name {
            $(const RANDOM: bool = $random;)?
            #[inline(always)]
            fn integer<$w: Whole>($y: $float, $r: $word, $n: &Numbers) -> $float {
                $integer
            }
            #[inline(always)]
            fn addend($m: $word, $neg: bool, $r: $word, $p: &Plan) -> $word {
                $addend
            }
        }
    };
}

/// The modes: rounding y to an integer, and the addend that does the same to dropped digits.
macro_rules! lane_modes {
    ($float:ident, $word:ident) => {
        mode!(
            $float,
            $word,
            NearestEven,
            |W, y, _r, _n| W::nearest(y),
            |m, _neg, p| (tail(p) >> 1) + (m >> p.dropped & 1)
        );
        mode!(
            $float,
            $word,
            NearestAway,
            |W, y, _r, _n| W::trunc(y + JUST_BELOW_HALF.copysign(y)),
            |_m, _neg, p| (tail(p) >> 1) + 1
        );
        mode!(
            $float,
            $word,
            NearestZero,
            |W, y, _r, _n| W::ceil(y.abs() - 0.5).copysign(y),
            |_m, _neg, p| tail(p) >> 1
        );
        mode!(
            $float,
            $word,
            Zero,
            |W, y, _r, _n| W::trunc(y),
            |_m, _neg, _p| 0
        );
        mode!(
            $float,
            $word,
            Up,
            |W, y, _r, _n| W::ceil(y),
            |_m, neg, p| if neg { 0 } else { tail(p) }
        );
        mode!(
            $float,
            $word,
            Down,
            |W, y, _r, _n| W::floor(y),
            |_m, neg, p| if neg { tail(p) } else { 0 }
        );
        mode!(
            $float,
            $word,
            Odd,
            |W, y, _r, _n| if y == W::trunc(y) {
                y
            } else {
                // By magnitudes: half the least negative number is -0.
                (W::floor(y.abs() * 0.5) * 2.0 + 1.0).copysign(y)
            },
            |m, _neg, p| if m >> p.dropped & 1 == 0 { tail(p) } else { 0 }
        );
        mode!(
            $float,
            $word,
            Stochastic,
            |W, y, r, n| {
                let whole = W::floor(y.abs());
                let away = if y.abs() - whole >= n.threshold(r) {
                    1.0
                } else {
                    0.0
                };
                (whole + away).copysign(y)
            },
            |_m, _neg, p| {
                // R, or R and a half, in units of the last dropped digit.
                let drawn = (r & p.random) | (!p.threshold & !p.random);
                drawn >> (WIDTH - p.dropped)
            },
            true
        );
        mode!(
            $float,
            $word,
            StochasticEqual,
            |W, y, r, _n| {
                let whole = W::floor(y.abs());
                let away = if y.abs() > whole && r < SIGN {
                    1.0
                } else {
                    0.0
                };
                (whole + away).copysign(y)
            },
            |_m, _neg, p| if r < SIGN { tail(p) } else { 0 },
            true
        );
    };
}

macro_rules! copies {
    ($($name:ident)*) => { $(
        impl Copy for mode::$name {}
        impl Clone for mode::$name { fn clone(&self) -> Self { *self } }
    )* };
}
copies!(NearestEven NearestAway NearestZero Zero Up Down Odd Stochastic StochasticEqual);

/// What random words are made of along 2^32 values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    pub first: Key,
    pub second: Key,
    /// Are more than 32 bits wanted?
    pub long: bool,
}

lane!(lane32, f32, u32, host32, |keys: &Keys, index, _| keys
    .first
    .word(index));
lane!(lane64, f64, u64, host64, |keys: &Keys, index, long| {
    let low = if long {
        u64::from(keys.second.word(index))
    } else {
        0
    };
    u64::from(keys.first.word(index)) << 32 | low
});
