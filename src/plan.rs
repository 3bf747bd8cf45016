//! Format x rounding x saturation, folded into sixteen words of the host: the only door to the
//! rounding text.
//!
//! # One comparison a mode
//!
//! `shaders/round.wgsl` rounds away from zero where fraction > threshold, both as integers of
//! W = 32, 64 or 128 bits. With R the N random bits, and H = 2^(W-1) one half:
//!
//! | mode | threshold | complemented where |
//! |---|---|---|
//! | NearestTiesToEven | H | kept integer odd (H becomes H - 1) |
//! | NearestTiesToAway | H - 1 | |
//! | NearestTiesToZero | H | |
//! | TowardZero | 2^W - 1: never | |
//! | TowardPositive | 0: where inexact | negative |
//! | TowardNegative | 2^W - 1 | negative |
//! | ToOdd | 0 | kept integer odd |
//! | StochasticA | 2^W - 1 - R 2^(W-N) | |
//! | StochasticB | the same less 2^(W-N-1) | |
//! | StochasticC | as B, and one more where R is odd | |
//! | StochasticEqual | 0 | first random bit one |
//!
//! For A: floor(v 2^N) + R >= 2^N says v 2^W >= 2^W - R 2^(W-N), as R is an integer; `>` and one
//! less on the right say the same of integers. B has 2 R + 1 halves in the place of 2 R. C's
//! nearest-even-integer(v 2^N) >= 2^N - R asks for v 2^N >= 2^N - R - 1/2 where R is even, which
//! is B's question, and for `>` where it is odd.

use crate::format::{Format, Overflow, Subnormals};
use crate::rounding::{Rounding, Saturation, Variant};

/// The plan's struct from one list of its words, which the shader's struct has in the same order.
macro_rules! plan {
    ($word:ty; $($(#[$doc:meta])* $field:ident,)*) => {
        /// Host words, in the order of the shader's struct.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(C)]
        pub struct Plan {
            $($(#[$doc])* pub $field: $word,)*
        }

        impl Plan {
            /// Of its words, in order.
            const fn of_words([$($field),*]: [$word; 16]) -> Self {
                Self { $($field),* }
            }

            /// Its words, in order.
            #[allow(dead_code)] // Shaders have words of 32 bits.
            pub const fn words(&self) -> [$word; 16] {
                [$(self.$field),*]
            }
        }
    };
}

/// The rounding text for one host width, and the plan that it reads.
macro_rules! host {
    ($module:ident, $word:ty, $fraction:literal, $doc:literal) => {
        #[doc = $doc]
        pub(crate) mod $module {
            #![allow(non_camel_case_types, clippy::needless_return)]
            use std::cmp::{max, min};

            pub type word = $word;
            pub const WIDTH: word = word::BITS as word;
            pub const FRACTION: word = $fraction;
            pub const SIGN: word = 1 << (WIDTH - 1);
            pub const ALL: word = word::MAX;
            pub const INFINITY: word = (SIGN - 1) >> FRACTION << FRACTION;
            pub const NOT_A_NUMBER: word = INFINITY | 1 << (FRACTION - 1);

            plan! {
                $word;
                /// Digits dropped in the normal range.
                dropped,
                /// Exponent field of the least normal binade.
                emin,
                /// What to take an exponent field from to have the shift below that binade.
                bottom,
                /// The least magnitude that is not zero.
                least,
                /// Rounded magnitudes below this become zero.
                flush,
                /// The greatest finite magnitude, of positive values and of negative ones.
                max,
                max_negative,
                /// What a finite value past it becomes.
                over,
                over_negative,
                /// What infinities become.
                infinity,
                infinity_negative,
                /// What zeros become.
                zero,
                zero_negative,
                /// The greatest fraction that goes toward zero, before `rule` and `random`.
                threshold,
                /// The random bits that take part.
                random,
                /// `RULE_*`.
                rule,
            }

            impl Plan {
                /// None where this host's words cannot hold what the plan needs.
                pub fn new(recipe: &super::Recipe) -> Option<Self> {
                    let words = recipe.words(WIDTH as u32, FRACTION as u32)?;
                    Some(Self::of_words(words.map(|word| word as $word)))
                }
            }

            /// WGSL's: the second where the condition holds. Never a branch: a loop that had one
            /// would not become vectors.
            #[inline(always)]
            pub fn select(otherwise: word, then: word, condition: bool) -> word {
                std::hint::select_unpredictable(condition, then, otherwise)
            }

            include!(concat!(env!("OUT_DIR"), "/round.rs"));
        }
    };
}

host!(host32, u32, 23, "f32 hosts.");
host!(host64, u64, 52, "f64 hosts.");
host!(
    host128,
    u128,
    112,
    "binary128 words: exact results on their way to a format, rounded to odd."
);

/// A float type that carries values: what its range leaves of a format's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Carrier {
    /// Digits.
    pub precision: u8,
    /// Exponent of its greatest finite value.
    pub emax: i16,
}

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipe {
    pub format: Format,
    pub rounding: Rounding,
    pub saturation: Saturation,
    pub carrier: Carrier,
}

/// What becomes of a value that has no place in the format.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Greatest,
    Infinity,
    NaN,
    Zero,
}

impl Recipe {
    /// The sixteen words for a host of `width` bits of which `fraction` are the fraction's; none
    /// if the format needs more digits, smaller normals or more random bits than the host has.
    pub fn words(&self, width: u32, fraction: u32) -> Option<[u128; 16]> {
        let format = &self.format;
        let host_bias = (1i64 << (width - fraction - 2)) - 1;
        let precision = format.precision();
        // The fraction of a value has its last bit jammed: random bits end above it.
        let random_bits = match self.rounding {
            Rounding::Stochastic { bits, .. } => u32::from(bits.get()),
            _ => 0,
        };
        let emin = i64::from(format.emin()) + host_bias;
        if precision > fraction + 1 || emin < 1 || random_bits > width - 2 {
            return None;
        }
        let all = u128::MAX >> (128 - width);
        let sign = 1u128 << (width - 1);
        let infinity = (sign - 1) >> fraction << fraction;
        let nan = infinity | 1 << (fraction - 1);

        // The grid.
        let dropped = u128::from(fraction + 1 - precision);
        let emin = emin as u128;
        let gradual = format.subnormals() != Subnormals::Rounded;
        let bottom = emin
            + if gradual {
                dropped
            } else {
                u128::from(fraction)
            };
        // Exponent of the lowest step.
        let lowest = format.emin() - if gradual { precision as i32 - 1 } else { 0 };
        let host_word = |significand: u64, exponent: i32| -> u128 {
            host_magnitude(significand, exponent, fraction, host_bias as i32)
        };
        let flush = match format.subnormals() {
            Subnormals::Flushed => {
                host_word(format.least_normal, format.step_exponent(format.emin()))
            }
            _ => 0,
        };

        // The ends.
        let (greatest, emax) = self.greatest();
        let greatest = host_word(greatest, format.step_exponent(emax));
        // Negative values end where positive ones do, or one step further in two's complement.
        let lowest_value = match format.is_signed() {
            true if format.fixed && format.emax() < self.carrier.emax.into() => {
                let (significand, exponent) = format.lowest_magnitude();
                host_word(significand, exponent)
            }
            true => greatest,
            false => 0,
        };
        let word_of = |fate: Fate, negative: bool| match fate {
            Fate::NaN => nan,
            Fate::Zero if negative && format.has_negative_zero() => sign,
            Fate::Zero if format.has_zero() => 0,
            Fate::Zero => host_word(1, lowest),
            Fate::Greatest if negative => lowest_value | sign,
            Fate::Greatest => greatest,
            Fate::Infinity => infinity | if negative { sign } else { 0 },
        };
        let zero = word_of(Fate::Zero, false);
        let zero_negative = word_of(Fate::Zero, true);

        let (threshold, random, rule) = self.threshold(all, width);
        let parity = match precision {
            // Magnitudes with a zero start with code 1, others with code 0.
            1 => {
                let first = (emin ^ u128::from(format.first_field())) & 1;
                u128::from(host32::RULE_EXPONENT)
                    | if first == 1 {
                        u128::from(host32::RULE_FLIPPED)
                    } else {
                        0
                    }
            }
            _ => 0,
        };
        Some([
            dropped,
            emin,
            bottom,
            host_word(1, lowest),
            flush,
            greatest,
            lowest_value,
            word_of(self.overflow(false), false),
            word_of(self.overflow(true), true),
            word_of(self.infinite(false), false),
            word_of(self.infinite(true), true),
            zero,
            zero_negative,
            threshold,
            random,
            u128::from(rule) | parity,
        ])
    }

    /// The greatest finite value that the carrier holds: significand and exponent. It has no more
    /// digits than the carrier, or saturation would give a value that the carrier rounds up.
    const fn greatest(&self) -> (u64, i32) {
        let Carrier { precision, .. } = self.carrier;
        let format = &self.format;
        let (significand, exponent) = self.greatest_of_all_digits();
        let digits = match self.is_cut() {
            true => 64 - significand.leading_zeros(),
            false => format.precision(),
        };
        let beyond = digits.saturating_sub(precision as u32);
        (significand >> beyond << beyond, exponent)
    }

    /// Does the format reach beyond the carrier's exponents?
    const fn is_cut(&self) -> bool {
        self.format.emax() > self.carrier.emax as i32
    }

    /// The same, were there no end to the carrier's digits.
    const fn greatest_of_all_digits(&self) -> (u64, i32) {
        let format = &self.format;
        if !self.is_cut() {
            return (format.greatest, format.emax());
        }
        // Fewer digits where the format's least binade is past the carrier's last.
        let top = self.carrier.emax as i32;
        let missing = format.emin() - top;
        let missing = if missing > 0 { missing } else { 0 };
        let digits = format.precision() as i32 - missing;
        if digits < 1 {
            // No value but zero is in the carrier's range: its own end, in the format's digits.
            return ((1u64 << format.precision()) - 1, top);
        }
        ((1u64 << digits) - 1, top + missing)
    }

    /// Has the greatest finite value an odd code? Digits that the carrier lacks count.
    const fn greatest_is_odd(&self) -> bool {
        let (significand, exponent) = self.greatest_of_all_digits();
        self.format.index_from(significand, exponent) & 1 == 1
    }

    /// What a finite value past the greatest one becomes (P3109 4.7.5).
    pub const fn overflow(&self, negative: bool) -> Fate {
        let format = &self.format;
        if negative && !format.is_signed() {
            return match self.saturation {
                Saturation::None if format.fixed => Fate::Zero,
                Saturation::None => Fate::NaN,
                Saturation::Finite | Saturation::Propagate => Fate::Zero,
            };
        }
        let inward = match self.rounding {
            Rounding::TowardZero => true,
            Rounding::TowardPositive => negative,
            Rounding::TowardNegative => !negative,
            // To the odd one of the greatest value and of infinity, which has the next code: it is
            // odd in P3109's signed extended formats, and may be where the precision is 1.
            Rounding::ToOdd => !matches!(self.beyond(), Fate::Infinity) || self.greatest_is_odd(),
            _ => false,
        };
        if !matches!(self.saturation, Saturation::None) || inward {
            return Fate::Greatest;
        }
        self.beyond()
    }

    /// What an infinity becomes.
    const fn infinite(&self, negative: bool) -> Fate {
        let format = &self.format;
        let here = format.has_infinities() && (format.is_signed() || !negative);
        match self.saturation {
            Saturation::None | Saturation::Propagate if here => Fate::Infinity,
            Saturation::None if negative && !format.is_signed() && format.fixed => Fate::Zero,
            Saturation::None if negative && !format.is_signed() => Fate::NaN,
            Saturation::None => self.beyond(),
            Saturation::Finite | Saturation::Propagate if negative && !format.is_signed() => {
                Fate::Zero
            }
            Saturation::Finite | Saturation::Propagate => Fate::Greatest,
        }
    }

    /// What the format's family has past the greatest finite value.
    const fn beyond(&self) -> Fate {
        match self.format.overflow() {
            Overflow::Infinity => Fate::Infinity,
            Overflow::NaN => Fate::NaN,
            Overflow::P3109 if self.format.has_infinities() => Fate::Infinity,
            Overflow::P3109 | Overflow::Greatest => Fate::Greatest,
        }
    }

    /// Threshold, random bits and rule: the table above.
    fn threshold(&self, all: u128, width: u32) -> (u128, u128, u32) {
        use host32::{RULE_CARRY, RULE_COIN, RULE_NEGATIVE, RULE_ODD};
        let half = all / 2 + 1;
        match self.rounding {
            Rounding::NearestTiesToEven => (half, 0, RULE_ODD),
            Rounding::NearestTiesToAway => (half - 1, 0, 0),
            Rounding::NearestTiesToZero => (half, 0, 0),
            Rounding::TowardZero => (all, 0, 0),
            Rounding::TowardPositive => (0, 0, RULE_NEGATIVE),
            Rounding::TowardNegative => (all, 0, RULE_NEGATIVE),
            Rounding::ToOdd => (0, 0, RULE_ODD),
            Rounding::StochasticEqual => (0, 0, RULE_COIN),
            Rounding::Stochastic { variant, bits } => {
                let below = width - u32::from(bits.get());
                let random = all >> below << below;
                let half_bit = 1 << (below - 1);
                match variant {
                    Variant::A => (all, random, 0),
                    Variant::B => (all ^ half_bit, random, 0),
                    Variant::C => (all ^ half_bit, random, RULE_CARRY),
                }
            }
        }
    }
}

/// significand x 2^exponent as a host word, which it fits in.
fn host_magnitude(significand: u64, exponent: i32, fraction: u32, host_bias: i32) -> u128 {
    let digits = 64 - significand.leading_zeros();
    let top = exponent + digits as i32 - 1;
    // The exponent of the last digit of a host significand there.
    let last = top.max(1 - host_bias) - fraction as i32;
    let significand = u128::from(significand);
    let shift = exponent - last;
    let aligned = match shift {
        0.. => significand << shift.min(127),
        _ => significand >> (-shift).min(127),
    };
    match top + host_bias {
        field @ 1.. => ((field as u128) << fraction) + (aligned - (1 << fraction)),
        _ => aligned,
    }
}
