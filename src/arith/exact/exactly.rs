//! Which of the two ways a result goes, and what its last rounding is.

use crate::arith::functions::Unrounded;
use crate::arith::odd::{Odd, digits};
use crate::arith::operations::{Binary, Ternary, Unary};
use crate::arith::real::nearest::{Way, lane64::Grid, way};
use crate::arith::{evaluate, p3109, quick};
use crate::chop::{Carriers, Rounder};
use crate::format::{Format, Overflow};
use crate::plan::{Recipe, host64, host128};
use crate::rounding::{Rounding, Saturation};

/// How results are rounded: a [`Rounder`] folded for arithmetic. Without state; random words come
/// from outside.
#[derive(Clone, Debug)]
pub struct Exactly {
    recipe: Recipe,
    seed: u64,
    narrow: host64::Plan,
    wide: host128::Plan,
    /// 53 digits, the last one sticky, are all that the mode looks at.
    by_host: bool,
    /// Operations of f64 are the format's.
    native: bool,
    /// A sum that is exactly zero is -0 (IEEE 754-2019, 6.3).
    down: bool,
    random: bool,
    /// Do specials follow P3109 where it differs from IEEE 754?
    p3109: bool,
    /// How a block of f64s is rounded to nearest.
    way: Way,
    /// On the heap: only blocks look at it.
    grid: Box<Grid>,
}

/// The way of a recipe, and its numbers.
fn by_float(recipe: &Recipe) -> (Way, Box<Grid>) {
    let way = way(64, &recipe.format, recipe.rounding, recipe.saturation);
    (way, Box::new(Grid::new(recipe)))
}

/// Formats of so many digits and fewer are tried with an f64 first: it is the closer to the grid's
/// own digits the more often the test of its two ends fails.
const QUICK: u32 = 36;

/// Far from the ends of f64's range: products, quotients and their errors are normal. Or zero.
#[inline(always)]
fn is_tame(x: f64) -> bool {
    // Biased exponents from 1023 - 400 to 1023 + 399.
    (x.to_bits() >> 52 & 0x7ff).wrapping_sub(623) < 800 || x == 0.0
}

/// A binary128 word that an f64 holds.
fn f64_of_word(word: u128) -> f64 {
    let negative = word >> 127 != 0;
    let magnitude = word & (host128::SIGN - 1);
    let field = (magnitude >> host128::FRACTION) as i32;
    let value = match magnitude {
        0 => 0.0,
        host128::INFINITY => f64::INFINITY,
        _ if magnitude > host128::INFINITY => return f64::NAN,
        _ => {
            // 53 digits: the 60 below them are zeros.
            let hidden = 1 << 52;
            let significand = hidden | (magnitude >> 60) as u64 & (hidden - 1);
            crate::format::scaled(significand, field - 16383 - 52)
        }
    };
    if negative { -value } else { value }
}

impl Exactly {
    /// As a rounder says. Specials are those of its format: P3109's or IEEE 754's.
    pub fn new(rounder: &Rounder) -> Self {
        let recipe = Recipe {
            format: *rounder.format(),
            rounding: rounder.rounding(),
            saturation: rounder.saturation(),
            carrier: Carriers::F64.carrier(),
        };
        let (way, grid) = by_float(&recipe);
        Self {
            recipe,
            seed: rounder.seed(),
            narrow: host64::Plan::new(&recipe).expect("an f64 carries every Format"),
            wide: host128::Plan::new(&recipe).expect("a binary128 carries every Format"),
            by_host: digits(recipe.format.precision(), recipe.rounding) <= f64::MANTISSA_DIGITS,
            native: recipe.format == Format::BINARY64
                && recipe.rounding == Rounding::NearestTiesToEven
                && recipe.saturation == Saturation::None,
            down: recipe.rounding == Rounding::TowardNegative,
            random: recipe.rounding.is_stochastic(),
            p3109: recipe.format.overflow() == Overflow::P3109,
            way,
            grid,
        }
    }

    /// The same, but specials follow P3109 in any format: no zero has a sign, and what is divided
    /// by one is NaN. So results of P3109 operands go into binary32 and its like (P3109 4.5; what
    /// 4.8 calls external formats).
    ///
    /// ```
    /// use roundoff::arith::{Binary, Exactly};
    /// use roundoff::{Format, Rounder};
    /// let single = Exactly::new(&Rounder::new(Format::BINARY32));
    /// assert_eq!(single.binary(Binary::Divide, 1.0, 0.0, 0), f64::INFINITY);
    /// assert!(single.with_p3109_specials().binary(Binary::Divide, 1.0, 0.0, 0).is_nan());
    /// ```
    #[must_use]
    pub fn with_p3109_specials(&self) -> Self {
        let mut recipe = self.recipe;
        recipe.format.negative_zero = false;
        let (way, grid) = by_float(&recipe);
        Self {
            way,
            grid,
            narrow: host64::Plan::new(&recipe).expect("an f64 carries every Format"),
            wide: host128::Plan::new(&recipe).expect("a binary128 carries every Format"),
            native: false,
            p3109: true,
            ..self.clone()
        }
    }

    /// The format.
    pub const fn format(&self) -> &Format {
        &self.recipe.format
    }

    /// The rounding.
    pub const fn rounding(&self) -> Rounding {
        self.recipe.rounding
    }

    /// The saturation.
    pub const fn saturation(&self) -> Saturation {
        self.recipe.saturation
    }

    /// The seed of the rounder it was made of.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Is it of that rounder's format, rounding and saturation?
    pub(crate) fn is_of(&self, rounder: &Rounder) -> bool {
        self.recipe.format == *rounder.format()
            && self.recipe.rounding == rounder.rounding()
            && self.recipe.saturation == rounder.saturation()
    }

    /// Does the mode look at random words?
    #[inline(always)]
    pub const fn is_random(&self) -> bool {
        self.random
    }

    /// Are operations of f64 the format's?
    pub(in crate::arith) const fn is_native(&self) -> bool {
        self.native
    }

    /// Does the host's result to odd say all that the mode looks at?
    pub(in crate::arith) const fn sees_odd(&self) -> bool {
        self.by_host
    }

    /// Is an f64 near a result tried first?
    pub(in crate::arith) const fn is_quick(&self) -> bool {
        self.recipe.format.precision() <= QUICK
    }

    /// Is a sum that is exactly zero -0?
    pub(in crate::arith) const fn rounds_down(&self) -> bool {
        self.down
    }

    /// The plan for f64s.
    pub(in crate::arith) const fn plan(&self) -> &host64::Plan {
        &self.narrow
    }

    /// How a block of f64s is rounded to nearest.
    pub(in crate::arith) const fn way(&self) -> Way {
        self.way
    }

    /// The numbers of that way.
    pub(in crate::arith) fn grid(&self) -> &Grid {
        &self.grid
    }

    /// A result to odd that is not to be looked at again. A zero of tame operands is exact; of a sum
    /// its sign may be the mode's.
    #[inline(always)]
    fn is_settled(&self, odd: f64) -> bool {
        odd.is_finite() && (odd != 0.0 || !self.down)
    }

    /// A result of the host, to odd, rounded. `random`: 64 random bits, for a stochastic mode.
    #[inline(always)]
    fn narrow(&self, odd: f64, random: u64) -> f64 {
        f64::from_bits(host64::round_word(odd.to_bits(), random, self.narrow))
    }

    /// An exact result, rounded. `random` as everywhere: 64 random bits, of which a stochastic mode
    /// takes the first.
    pub fn round(&self, exact: Unrounded, random: u64) -> f64 {
        let word = exact.to_odd_128();
        f64_of_word(host128::round_word(
            word,
            u128::from(random) << 64,
            self.wide,
        ))
    }

    /// The sum of several numbers: exactly zero, its sign is that of the mode (IEEE 754, 6.3).
    fn sum(&self, exact: Unrounded, addends: &[bool], random: u64) -> f64 {
        let cancelled = exact == Unrounded::Zero { negative: false }
            && self.rounding() == Rounding::TowardNegative
            && addends.contains(&true);
        match cancelled {
            true => self.round(Unrounded::Zero { negative: true }, random),
            false => self.round(exact, random),
        }
    }

    /// x, rounded.
    #[inline(always)]
    pub fn num(&self, x: f64, random: u64) -> f64 {
        self.narrow(x, random)
    }

    /// A function of one number.
    #[inline(always)]
    pub fn unary(&self, operation: Unary, x: f64, random: u64) -> f64 {
        match operation {
            Unary::Convert => return self.narrow(x, random),
            Unary::Negate => return self.narrow(-x, random),
            Unary::Abs => return self.narrow(x.abs(), random),
            Unary::Sqrt if self.native && x >= 0.0 => return x.sqrt(),
            Unary::Recip if self.native && x != 0.0 && is_tame(x) => return 1.0 / x,
            Unary::Sqrt if self.by_host && x > 0.0 && is_tame(x) => {
                return self.narrow(f64::odd_sqrt(x), random);
            }
            Unary::Recip if self.by_host && x != 0.0 && is_tame(x) => {
                return self.narrow(f64::odd_div(1.0, x), random);
            }
            _ => {}
        }
        self.unary_exactly(operation, x, random)
    }

    #[inline(never)]
    fn unary_exactly(&self, operation: Unary, x: f64, random: u64) -> f64 {
        // An f64 holds the integers beside an f64, and what is exactly 1.
        let whole = match operation {
            Unary::Floor => x.floor(),
            Unary::Ceil => x.ceil(),
            Unary::Trunc => x.trunc(),
            Unary::RoundTiesToEven => x.round_ties_even(),
            Unary::Exp | Unary::Exp2 if x == 0.0 => 1.0,
            _ => f64::NAN,
        };
        if whole.is_finite() {
            return self.narrow(whole, random);
        }
        if let Some(rounded) = self.quickly(operation, x, random) {
            return rounded;
        }
        let exact = match self.p3109 {
            true => p3109::unary(operation, x),
            false => evaluate::unary(operation, x.into()),
        };
        self.round(exact, random)
    }

    /// By Ziv's rounding test, where an f64 near the result decides.
    #[inline]
    pub(in crate::arith) fn quickly(&self, operation: Unary, x: f64, random: u64) -> Option<f64> {
        if self.native {
            return quick::twofold::rounded(operation, x);
        }
        if !self.is_quick() {
            return None;
        }
        let near = quick::unary(operation, x)?;
        let below = self.narrow(near * (1.0 - quick::ERROR), random);
        let above = self.narrow(near * (1.0 + quick::ERROR), random);
        (below.to_bits() == above.to_bits()).then_some(below)
    }

    /// A function of two numbers.
    #[inline(always)]
    pub fn binary(&self, operation: Binary, x: f64, y: f64, random: u64) -> f64 {
        if self.native {
            let result = match operation {
                Binary::Add => x + y,
                Binary::Subtract => x - y,
                Binary::Multiply => x * y,
                Binary::Divide => x / y,
                _ => f64::NAN,
            };
            if !result.is_nan() {
                return result;
            }
        } else if self.by_host && is_tame(x) && is_tame(y) {
            let odd = match operation {
                Binary::Add => f64::odd_add(x, y),
                Binary::Subtract => f64::odd_sub(x, y),
                Binary::Multiply => f64::odd_mul(x, y),
                Binary::Divide => f64::odd_div(x, y),
                _ => f64::NAN,
            };
            if self.is_settled(odd) {
                return self.narrow(odd, random);
            }
        }
        self.binary_exactly(operation, x, y, random)
    }

    #[inline(never)]
    fn binary_exactly(&self, operation: Binary, x: f64, y: f64, random: u64) -> f64 {
        // One of the two where it is plain which: no NaN, no infinity, no zeros of two signs.
        if x.is_finite() && y.is_finite() {
            let plain = x != y || x.to_bits() == y.to_bits();
            match operation {
                Binary::Maximum | Binary::MaximumNumber if plain => {
                    return self.narrow(x.max(y), random);
                }
                Binary::Minimum | Binary::MinimumNumber if plain => {
                    return self.narrow(x.min(y), random);
                }
                Binary::Scale if is_tame(x) && y.abs() <= 300.0 => {
                    let power = (1023 + y.trunc() as i64) as u64;
                    return self.narrow(x * f64::from_bits(power << 52), random);
                }
                _ => {}
            }
        }
        let exact = match self.p3109 {
            true => p3109::binary(operation, x, y),
            false => evaluate::binary(operation, x.into(), y.into()),
        };
        let negative = f64::is_sign_negative;
        match operation {
            Binary::Add => self.sum(exact, &[negative(x), negative(y)], random),
            Binary::Subtract => self.sum(exact, &[negative(x), !negative(y)], random),
            _ => self.round(exact, random),
        }
    }

    /// A function of three numbers.
    #[inline(always)]
    pub fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64, random: u64) -> f64 {
        if self.native && operation == Ternary::Fma {
            let result = x.mul_add(y, z);
            if !result.is_nan() {
                return result;
            }
        } else if self.by_host && is_tame(x) && is_tame(y) && is_tame(z) {
            let odd = match operation {
                Ternary::Fma => f64::odd_fma(x, y, z),
                Ternary::Faa => f64::odd_faa(x, y, z),
                Ternary::Clamp => f64::NAN,
            };
            if self.is_settled(odd) {
                return self.narrow(odd, random);
            }
        }
        self.ternary_exactly(operation, x, y, z, random)
    }

    #[inline(never)]
    fn ternary_exactly(&self, operation: Ternary, x: f64, y: f64, z: f64, random: u64) -> f64 {
        let exact = evaluate::ternary(operation, x.into(), y.into(), z.into());
        let negative = f64::is_sign_negative;
        match operation {
            Ternary::Fma => self.sum(exact, &[negative(x) != negative(y), negative(z)], random),
            Ternary::Faa => self.sum(exact, &[negative(x), negative(y), negative(z)], random),
            Ternary::Clamp => self.round(exact, random),
        }
    }
}
