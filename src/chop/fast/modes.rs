//! The modes: rounding a scaled value to an integer, and the addend that does the same to dropped
//! digits.

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

/// `$work` with `$mode` the type of a rounding.
macro_rules! with_mode {
    ($rounding:expr, |$mode:ident| $work:expr) => {
        with_mode!(@ $rounding, $mode, $work;
            NearestTiesToEven => NearestEven, NearestTiesToAway => NearestAway,
            NearestTiesToZero => NearestZero, TowardZero => Zero, TowardPositive => Up,
            TowardNegative => Down, ToOdd => Odd, StochasticEqual => StochasticEqual)
    };
    (@ $rounding:expr, $mode:ident, $work:expr; $($name:ident => $type:ident),*) => {
        match $rounding {
            $($crate::Rounding::$name => {
                let $mode = $crate::chop::fast::mode::$type;
                $work
            })*
            $crate::Rounding::Stochastic { variant: $crate::Variant::A, .. } => {
                let $mode = $crate::chop::fast::mode::Stochastic;
                $work
            }
            $crate::Rounding::Stochastic { .. } => {
                let $mode = $crate::chop::fast::mode::StochasticHalf;
                $work
            }
        }
    };
}
pub(crate) use with_mode;

macro_rules! copies {
    ($($name:ident)*) => { $(
        impl Copy for mode::$name {}
        impl Clone for mode::$name { fn clone(&self) -> Self { *self } }
    )* };
}
copies!(NearestEven NearestAway NearestZero Zero Up Down Odd Stochastic StochasticHalf StochasticEqual);

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

/// Of one host.
macro_rules! lane_modes {
    ($float:ident, $word:ident) => {
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

        /// A magnitude with y's sign: what `copysign` does with an instruction more, as the compiler
        /// does not know that there is no sign to clear.
        #[inline(always)]
        fn of_sign(magnitude: $float, y: $float) -> $float {
            <$float>::from_bits(magnitude.to_bits() | y.to_bits() & SIGN)
        }

        /// The integers next to y, of y's sign where they are zero.
        pub trait Whole: Copy + 'static {
            fn nearest(y: $float) -> $float;
            fn trunc(y: $float) -> $float;
            fn floor(y: $float) -> $float;
            fn ceil(y: $float) -> $float;
            /// y where that is an even integer, else the odd one beside it.
            fn odd(y: $float) -> $float;
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
            #[inline(always)]
            fn odd(y: $float) -> $float {
                // Of both signs alike: -0.5 is between -1 and 0, the even integer below is -2. The
                // first floor sees that half the least negative number is not -0.
                let even = (y.floor() * 0.5).floor() * 2.0;
                if y == even { y } else { even + 1.0 }
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
            #[inline(always)]
            fn odd(y: $float) -> $float {
                // By magnitudes, with one floor, which is the longest step here.
                let even = Self::floor(y.abs() * 0.5) * 2.0;
                let odd = if y.abs() > even { 1.0 } else { 0.0 };
                (even + odd).copysign(y)
            }
        }

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
            |W, y, _r, _n| W::odd(y),
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
                of_sign(whole + away, y)
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
                of_sign(whole + away, y)
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
                of_sign(whole + away, y)
            },
            |_m, _neg, p| if r < SIGN { tail(p) } else { 0 },
            true
        );
    };
}
