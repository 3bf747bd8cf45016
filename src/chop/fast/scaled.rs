//! Multiply so that one step of the format is 1, round to an integer, multiply back.

/// Of one host.
macro_rules! lane_scaled {
    ($float:ident, $word:ident) => {
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
            /// What a format has for values below its least one; an unsigned one for all negative ones.
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
            pub fn threshold(&self, random: $word) -> $float {
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
                if ENDS == ends::CLAMPED {
                    let y = if y > n.greatest { n.greatest } else { y };
                    let y = if y < n.negative { n.negative } else { y };
                    return (y + n.zero, !y.is_nan());
                }
                if ENDS == ends::UNSIGNED {
                    // Of minus infinity too. Zero is the least value where the format has none, and +0.
                    let least = if y > n.zero { y } else { n.zero };
                    let there = if y < 0.0 { n.negative } else { least };
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
    };
}
