//! Rounding by float operations and by one integer addition, where that is proven equal to the
//! definition: `agreement.rs` compares all 2^32 f32 words.
//!
//! * **Scaled**: multiply so that one step of the format is 1, round to an integer, scale back.
//!   Both scalings are exact, being powers of two.
//! * **Shifted**: for formats that share the host's exponents (bfloat16, tf32) add to the digits
//!   to drop, then clear them. A carry runs into the exponent, which is right.
//! * **Stochastic**: R / 2^N is a float's fraction as it is drawn, so 1 - R / 2^N takes one
//!   subtraction; the step is 1, so the fraction of a value is what `floor` leaves.
//!
//! All answer only where the result is finite and in range. A block with any other value is done
//! again, each rounded magnitude saturated by the definition's own `saturate`: so NaN, infinities
//! and overflow have one text.

use std::marker::PhantomData;

use crate::format::Subnormals;
use crate::plan::Recipe;
use crate::random::Key;
use crate::rounding::Rounding;

/// How a scaled value becomes an integer. One type a mode, so that the loop has no branch.
pub(crate) mod mode {
    pub struct NearestEven;
    pub struct NearestAway;
    pub struct NearestZero;
    pub struct Zero;
    pub struct Up;
    pub struct Down;
    pub struct Odd;
    /// Variant A.
    pub struct Stochastic;
    /// Variants B and C: R and a half in the place of R, and C's ties.
    pub struct StochasticHalf;
    pub struct StochasticEqual;
}

/// What is at the ends of a format's range, where the loop is to have no more than it needs.
pub(crate) mod ends {
    /// Subnormals or none, values of both signs.
    pub const ANY: u8 = 0;
    /// Subnormals.
    pub const KEPT: u8 = 1;
    /// Subnormals that are flushed after rounding.
    pub const FLUSHED: u8 = 2;
    /// Subnormals, and no negative values.
    pub const UNSIGNED: u8 = 3;
}

macro_rules! lane {
    ($module:ident, $float:ident, $word:ident, $host:ident) => {
        pub(crate) mod $module {
            use super::*;
            use crate::plan::$host::{
                FRACTION, INFINITY, Plan, RULE_CARRY, SIGN, WIDTH, round_word, saturate,
            };

            /// Values a block: a few kilobytes, done in the nearest cache.
            pub const BLOCK: usize = 256;

            /// Bits for `random`, as the plan wants them: from the first one down. Of two words
            /// where more than 32 are wanted.
            #[inline(always)]
            pub fn draw(keys: &Keys, index: u32, long: bool) -> $word {
                let second = if long { keys.second.word(index) } else { 0 };
                joined(keys.first.word(index), second)
            }

            /// One word, or the two of a wider host.
            #[inline(always)]
            fn joined(first: u32, second: u32) -> $word {
                let low = if WIDTH > 32 { second as $word } else { 0 };
                $word::from(first) << (WIDTH - 32) | low
            }

            /// What a loop does with a value. A trait and not a closure, which is not always inlined.
            trait Step {
                /// How many random words it looks at.
                const WORDS: u32;
                fn step(&mut self, x: $float, random: $word) -> $float;
            }

            /// At most a block of values.
            #[inline(always)]
            fn steps<'a, S: Step>(
                mut step: S,
                keys: &Keys,
                from: u32,
                pairs: impl ExactSizeIterator<Item = ($float, &'a mut $float)>,
            ) -> S {
                // By value: stores to the target cannot change them.
                let keys = *keys;
                let mut index = from;
                if S::WORDS == 0 {
                    for (x, y) in pairs {
                        *y = step.step(x, 0);
                    }
                } else if WIDTH == 32 {
                    for (x, y) in pairs {
                        *y = step.step(x, draw(&keys, index, false));
                        index = index.wrapping_add(1);
                    }
                } else {
                    // First all random words, in vectors of their own width: beside wider values
                    // they would fill half a vector.
                    let (mut first, mut second) = ([0; BLOCK], [0; BLOCK]);
                    let (first, second) = (&mut first[..pairs.len()], &mut second[..pairs.len()]);
                    for (first, second) in first.iter_mut().zip(second.iter_mut()) {
                        *first = keys.first.word(index);
                        if S::WORDS > 1 {
                            *second = keys.second.word(index);
                        }
                        index = index.wrapping_add(1);
                    }
                    for ((x, y), (first, second)) in pairs.zip(first.iter().zip(second.iter())) {
                        let second = if S::WORDS > 1 { *second } else { 0 };
                        *y = step.step(x, joined(*first, second));
                    }
                }
                step
            }

            /// Has the format all its subnormals? Then the definition takes fewer instructions.
            pub fn kept(plan: &Plan) -> bool {
                plan.bottom == plan.emin + plan.dropped && plan.flush == 0
            }

            /// The definition, at most a block of values, with so many random words each. `KEPT` may
            /// hold where [`kept`] does.
            #[inline(always)]
            pub fn define<'a, const WORDS: u32, const KEPT: bool>(
                plan: &Plan,
                keys: &Keys,
                from: u32,
                pairs: impl ExactSizeIterator<Item = ($float, &'a mut $float)>,
            ) {
                let mut plan = *plan;
                // Said again, so that the compiler knows it and drops what it then need not do.
                if WORDS == 0 {
                    plan.random = 0;
                }
                if KEPT {
                    plan.bottom = plan.emin + plan.dropped;
                    plan.flush = 0;
                }
                steps(Define::<WORDS>(plan), keys, from, pairs);
            }

            struct Define<const WORDS: u32>(Plan);

            impl<const N: u32> Step for Define<N> {
                const WORDS: u32 = N;
                #[inline(always)]
                fn step(&mut self, x: $float, random: $word) -> $float {
                    <$float>::from_bits(round_word(x.to_bits(), random, self.0))
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
                pairs: impl ExactSizeIterator<Item = ($float, &'a mut $float)>,
            ) -> bool {
                let step = Attempt {
                    way: *way,
                    failed: 0,
                };
                steps(step, keys, from, pairs).failed != 0
            }

            struct Attempt<W> {
                way: W,
                /// A word, not a bool: LLVM makes vectors of this reduction.
                failed: $word,
            }

            impl<W: Way> Step for Attempt<W> {
                const WORDS: u32 = W::RANDOM as u32;
                #[inline(always)]
                fn step(&mut self, x: $float, random: $word) -> $float {
                    let (rounded, counts) = self.way.round(x, random);
                    self.failed |= $word::from(!counts);
                    if counts { rounded } else { x }
                }
            }

            /// The numbers of both ways.
            #[derive(Clone, Copy, Debug)]
            pub struct Numbers {
                plan: Plan,
                /// Scaled: the powers of two that begin the least and the greatest binade.
                least: $float,
                most: $float,
                /// Scaled: p - 1, and twice the bias and p - 1, in place.
                digits: $word,
                reciprocal: $word,
                /// Scaled: the binade below the least one, where its step differs.
                below: $float,
                greatest: $float,
                flush: $float,
                /// Added to the result: -0 changes nothing, 0 makes -0 a 0.
                zero: $float,
                /// What an unsigned format has for negative values.
                negative: $float,
                /// Bits that are drawn, below a one's exponent; of variant C the last of them.
                drawn: $word,
                last: $word,
                /// 2^-(N + 1).
                half: $float,
            }

            const ONE: $word = (1 as $float).to_bits();
            const EXPONENT: $word = INFINITY;
            /// Twice the steps of the binade of 1.
            const TWO_STEPS: $float = ((2 as $word) << FRACTION) as $float;
            /// The float before one half. Added to k + 1/2 it gives k + 1, to less never so much.
            const JUST_BELOW_HALF: $float = <$float>::from_bits((0.5 as $float).to_bits() - 1);

            impl Numbers {
                pub fn new(plan: &Plan, recipe: &Recipe) -> Self {
                    let digits = FRACTION - plan.dropped;
                    let bias = (1 << (WIDTH - FRACTION - 2)) - 1;
                    let most = (plan.max >> FRACTION) + 1;
                    let rounded = recipe.format.subnormals() == Subnormals::Rounded;
                    // The draw is N bits from the top: as fraction bits they start lower.
                    let sign_and_exponent = WIDTH - FRACTION;
                    let drawn = plan.random >> sign_and_exponent;
                    let binade = |field: $word| <$float>::from_bits(field << FRACTION);
                    Self {
                        plan: *plan,
                        least: binade(plan.emin),
                        most: binade(most.min((EXPONENT >> FRACTION) - 1)),
                        digits: digits << FRACTION,
                        reciprocal: (2 * bias + digits) << FRACTION,
                        below: binade(plan.emin + if rounded { digits } else { 0 }),
                        greatest: <$float>::from_bits(plan.max),
                        flush: <$float>::from_bits(plan.flush),
                        zero: <$float>::from_bits(plan.zero_negative),
                        negative: <$float>::from_bits(plan.over_negative),
                        drawn,
                        last: match plan.rule & RULE_CARRY {
                            0 => 0,
                            _ => drawn & drawn.wrapping_neg(),
                        },
                        // The draw's last bit is 2^-N where the first one is 1/2.
                        half: (drawn & drawn.wrapping_neg()) as $float / TWO_STEPS,
                    }
                }

                /// 1 - R / 2^N, exactly.
                #[inline(always)]
                fn threshold(&self, random: $word) -> $float {
                    let drawn = (random >> (WIDTH - FRACTION)) & self.drawn;
                    2.0 - <$float>::from_bits(drawn | ONE)
                }

                /// 1 - (R + 1/2) / 2^N, exactly: below 1 floats have a digit more. Where C goes toward
                /// zero at a tie, the next float.
                #[inline(always)]
                fn threshold_less_half(&self, random: $word) -> $float {
                    let drawn = random >> (WIDTH - FRACTION);
                    let odd = $word::from(drawn & self.last != 0);
                    let threshold = self.threshold(random) - self.half;
                    <$float>::from_bits(threshold.to_bits() + odd)
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

            /// Multiply, round to an integer, multiply back. `ENDS`: what is at the format's ends.
            #[derive(Clone, Copy)]
            pub struct Scaled<M, W, const ENDS: u8>(Numbers, PhantomData<(M, W)>);

            impl<M, W, const ENDS: u8> Scaled<M, W, ENDS> {
                pub fn new(numbers: Numbers) -> Self {
                    Self(numbers, PhantomData)
                }
            }

            impl<M: Mode, W: Whole, const ENDS: u8> Way for Scaled<M, W, ENDS> {
                const RANDOM: bool = M::RANDOM;
                #[inline(always)]
                fn round(&self, x: $float, random: $word) -> ($float, bool) {
                    let (y, n) = (self.on_grid(x, random), &self.0);
                    if ENDS == ends::UNSIGNED {
                        // Of minus infinity too.
                        let there = if y < 0.0 { n.negative } else { y + n.zero };
                        return (there, y <= n.greatest);
                    }
                    (y + n.zero, y.abs() <= n.greatest)
                }
            }

            impl<M: Mode, W: Whole, const ENDS: u8> Grid for Scaled<M, W, ENDS> {
                #[inline(always)]
                fn plan(&self) -> &Plan {
                    &self.0.plan
                }
                #[inline(always)]
                fn magnitude(&self, x: $float, random: $word) -> $word {
                    self.on_grid(x, random).abs().to_bits()
                }
            }

            impl<M: Mode, W: Whole, const ENDS: u8> Scaled<M, W, ENDS> {
                /// Of x's sign, a zero too.
                #[inline(always)]
                fn on_grid(&self, x: $float, random: $word) -> $float {
                    let n = &self.0;
                    // Compared as floats: AVX2 compares and cuts off no unsigned words of 64 bits.
                    let binade = <$float>::from_bits(x.to_bits() & EXPONENT);
                    let binade = if binade < n.most { binade } else { n.most };
                    let low = if ENDS == ends::ANY { n.below } else { n.least };
                    let binade = if binade < n.least { low } else { binade };
                    let binade = binade.to_bits();
                    let step = <$float>::from_bits(binade - n.digits);
                    let per_step = <$float>::from_bits(n.reciprocal - binade);
                    let y = M::integer::<W>(x * per_step, random, n) * step;
                    if ENDS == ends::FLUSHED && y.abs() < n.flush {
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
                /// Scaled, of a format without negative values.
                Unsigned,
                /// Scaled, without an instruction that rounds to an integer.
                Added {
                    flush: bool,
                },
                Shifted,
                Definition,
            }

            /// Of formats with signs and two digits or more. `instruction`: has the machine one that
            /// rounds to an integer?
            pub fn choice(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
                match recipe.format.is_signed() && recipe.format.precision() > 1 {
                    true => by_range(plan, recipe, instruction),
                    false => Choice::Definition,
                }
            }

            /// Of any format.
            pub fn choice_of_all(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
                // With one digit the parity is the exponent's, which the other ways do not see.
                let parity = matches!(
                    recipe.rounding,
                    Rounding::NearestTiesToEven | Rounding::ToOdd
                );
                if recipe.format.precision() == 1 && parity {
                    return Choice::Definition;
                }
                match by_range(plan, recipe, instruction) {
                    chosen if recipe.format.is_signed() => chosen,
                    // Minus infinity becomes what finite negative values become.
                    Choice::Scaled { flush: false }
                        if recipe.format.subnormals() == Subnormals::Kept
                            && plan.over_negative == plan.infinity_negative =>
                    {
                        Choice::Unsigned
                    }
                    _ => Choice::Definition,
                }
            }

            fn by_range(plan: &Plan, recipe: &Recipe, instruction: bool) -> Choice {
                let format = &recipe.format;
                let bits = match recipe.rounding {
                    Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
                    _ => 0,
                };
                // Of one random word.
                let plain = format.has_zero() && plan.dropped >= 1 && bits <= 32;
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
                    // A fraction holds the threshold; the steps of the least binade and their
                    // reciprocals are normal.
                    _ if bits > FRACTION as u32 || emin <= digits => Choice::Definition,
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
            |W, y, _r, _n| {
                // By magnitudes: half the least negative number is -0. An odd integer is 1 above
                // the even one, as is all that lies between two.
                let even = W::floor(y.abs() * 0.5) * 2.0;
                let odd = if y.abs() > even { 1.0 } else { 0.0 };
                (even + odd).copysign(y)
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
            // R in units of the last dropped digit.
            |_m, _neg, p| (r & p.random) >> (WIDTH - p.dropped),
            true
        );
        mode!(
            $float,
            $word,
            StochasticHalf,
            |W, y, r, n| {
                let whole = W::floor(y.abs());
                let away = if y.abs() - whole >= n.threshold_less_half(r) {
                    1.0
                } else {
                    0.0
                };
                (whole + away).copysign(y)
            },
            |_m, _neg, p| {
                // R and a half; of C, where R is odd, one unit less. With N digits or fewer to drop
                // there is no tie: R alone.
                let carry = if p.rule & RULE_CARRY != 0 {
                    p.random
                } else {
                    0
                };
                let last = (carry & carry.wrapping_neg()) >> (WIDTH - p.dropped) & !1;
                let drawn = (r & p.random) | (!p.threshold & !p.random);
                let drawn = drawn >> (WIDTH - p.dropped);
                drawn - $word::from(drawn & last != 0)
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
copies!(NearestEven NearestAway NearestZero Zero Up Down Odd Stochastic StochasticHalf StochasticEqual);

/// What random words are made of along 2^32 values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    pub first: Key,
    pub second: Key,
    /// Are more than 32 bits wanted?
    pub long: bool,
}

lane!(lane32, f32, u32, host32);
lane!(lane64, f64, u64, host64);
