//! Numbers whose codes are cut bit strings: posits, takums and logarithmic numbers.
//!
//! Every positive real number has an endless string of bits here. A number system of width n keeps
//! the first n - 1 of them, behind the sign bit; so codes in order are values in order, and what was
//! cut off says where between two codes the number lies:
//!
//! ```text
//!      s | x x x x x x x | y y y y y y ...
//!          `-- code ---'   `-- fraction: 0.yyyyyy... of the way from this code to the next
//! ```
//!
//! A system is a [`Layout`], which writes an integer c and a fraction m as such a string, and a
//! [`Scale`], which says what number c and m stand for. Rounding is the crate's one definition
//! (`shaders/round.wgsl`): to the next code where fraction > threshold. So a nearest mode compares
//! with the code of one bit more, as the posit standard says, and only the stochastic modes look at
//! the distance in value, since their mean must be the number itself.
//!
//! No code lies beyond the greatest one: what is past it becomes it. Zero is a neighbour of the least
//! positive value for the directed and stochastic modes and for them alone: a nearest mode makes no
//! zero of a number that is none.

mod layout;
mod operations;
mod scale;

pub(crate) use layout::Layout;
pub(crate) use scale::Scale;

use crate::arith::Wide;
use crate::arith::functions::Unrounded;
use crate::numbers::{Position, Projection, one_by_one};
use crate::random::Key;
use crate::rounding::{Rounding, Saturation};

/// A number system: how wide, how c and m are written, what they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BitStrings {
    pub width: u8,
    pub layout: Layout,
    pub scale: Scale,
}

/// `word` moved right; what falls off is jammed into the last bit.
const fn jam(word: u128, shift: u32) -> u128 {
    match shift {
        0 => word,
        1..128 => word >> shift | (word << (128 - shift) != 0) as u128,
        _ => (word != 0) as u128,
    }
}

impl BitStrings {
    /// Bits of a code.
    pub const fn width(&self) -> u32 {
        self.width as u32
    }

    /// The sign bit; alone, it is NaN (NaR, the posit standard says).
    pub const fn nan(&self) -> u64 {
        1 << (self.width - 1)
    }

    /// The code of the greatest value.
    pub const fn greatest(&self) -> u64 {
        self.nan() - 1
    }

    /// The code of -x, given that of x. Posits and takums: the two's complement. Fixed strings: the
    /// other sign bit. Zero and NaN are their own.
    pub const fn negated(&self, code: u64) -> u64 {
        match self.layout {
            _ if code == 0 => 0,
            Layout::Fixed { .. } if code == self.nan() => code,
            Layout::Fixed { .. } => code ^ self.nan(),
            Layout::Posit | Layout::Takum => code.wrapping_neg() & (2 * self.nan() - 1),
        }
    }

    /// Sign and code of the magnitude. Of NaN, itself.
    const fn split(&self, code: u64) -> (bool, u64) {
        match code & self.nan() != 0 {
            true => (true, self.negated(code)),
            false => (false, code),
        }
    }

    /// c and m of a positive code.
    pub const fn fields(&self, code: u64) -> (i32, u128) {
        self.layout.read((code as u128) << (129 - self.width()))
    }

    /// The value of a code: exact where a linear scale is, near where a power is endless.
    pub fn exact_value(&self, code: u64) -> Unrounded {
        if code == 0 {
            return Unrounded::Zero { negative: false };
        }
        if code == self.nan() {
            return Unrounded::Nan;
        }
        let (negative, magnitude) = self.split(code);
        let (c, m) = self.fields(magnitude);
        self.scale.value(c, m).negated_if(negative)
    }

    /// The f64 of a code: the nearest, on a logarithmic scale.
    pub fn value(&self, code: u64) -> f64 {
        match self.scale {
            Scale::Linear if code != 0 && code != self.nan() => {
                let (negative, magnitude) = self.split(code);
                let (c, m) = self.fields(magnitude);
                let word = ((c + 1023) as u64) << 52 | (m >> 76) as u64;
                f64::from_bits((negative as u64) << 63 | word)
            }
            _ => self.exact_value(code).to_f64(),
        }
    }

    /// What an f64 stands for: on a logarithmic scale, the f64 nearest to a value is that value; and
    /// so is the nearest f32, where values are far apart to f32s.
    pub fn exact(&self, x: f64) -> Unrounded {
        if self.scale == Scale::Linear {
            return x.into();
        }
        match self.code_of(x) {
            None => x.into(),
            Some(code) => self.exact_value(code),
        }
    }

    /// The code of a value, none where x is not one.
    pub fn code_of(&self, x: f64) -> Option<u64> {
        if x.is_nan() {
            return Some(self.nan());
        }
        if x == 0.0 {
            return Some(0);
        }
        if x.is_infinite() {
            return None;
        }
        let position = self.position(Wide::from_f64(x.abs()), false);
        let code = position.kept as u64;
        // Past the last code the string goes on, before the first one it has not begun.
        (position.fraction == 0 && code != 0).then(|| self.signed(code, x < 0.0))
    }

    const fn signed(&self, magnitude: u64, negative: bool) -> u64 {
        match negative {
            true => self.negated(magnitude),
            false => magnitude,
        }
    }

    /// Where a positive number is. `near`: it is only near to what it stands for.
    fn position(&self, x: Wide, near: bool) -> Position {
        let (c, m) = match self.scale {
            Scale::Linear => (x.exponent(), x.significand() << 1 | u128::from(near)),
            _ => self
                .scale
                .position(x, self.layout.finest(self.width()), |c, m| {
                    self.cut(self.layout.write(c, m)).fraction == 0
                }),
        };
        self.cut(self.layout.write(c, m))
    }

    /// A string cut behind the code.
    const fn cut(&self, string: u128) -> Position {
        let kept = self.width() - 1;
        Position {
            kept: string >> (128 - kept),
            fraction: string << kept,
        }
    }

    /// How far x is from the value of `code` to that of the next, as a fraction of 128 bits.
    fn distance(&self, code: u64, x: Wide) -> u128 {
        let value = |code: u64| match self.exact_value(code) {
            Unrounded::Exact(x) | Unrounded::Near(x) => x,
            _ => Wide::ZERO,
        };
        let (below, above) = (value(code), value(code + 1));
        let part = (x - below) / (above - below);
        match part {
            _ if part.is_negative() => 1,
            _ if part.exponent() >= 0 => u128::MAX,
            _ => {
                let fraction = part.to_fraction();
                fraction | u128::from(Wide::from_fraction(fraction, 0) != part)
            }
        }
    }

    /// The code of a number, rounded. `random`: 64 random bits, of which a stochastic mode takes the
    /// first.
    pub fn round(&self, projection: &Projection, x: Unrounded, random: u64) -> u64 {
        let (x, near) = match x {
            Unrounded::Zero { .. } => return 0,
            Unrounded::Nan => return self.nan(),
            Unrounded::Infinity { negative } => {
                return self.infinite(projection.saturation(), negative);
            }
            Unrounded::Exact(x) => (x, false),
            Unrounded::Near(x) => (x, true),
        };
        let position = self.position(x.abs(), near);
        self.choose(projection, position, x.is_negative(), random, || x.abs())
    }

    /// The same for an f64.
    pub fn round_f64(&self, projection: &Projection, x: f64, random: u64) -> u64 {
        let word = x.to_bits() & (u64::MAX >> 1);
        let field = (word >> 52) as i32;
        if self.scale != Scale::Linear || field == 0 || field == 0x7ff {
            return self.round(projection, x.into(), random);
        }
        let position = self.cut(self.layout.write(field - 1023, u128::from(word) << 76));
        let wide = || Wide::from_f64(x.abs());
        self.choose(projection, position, x < 0.0, random, wide)
    }

    /// Values of f32 rounded into f32s, one by one. A value that an f32 has no place for, too great or
    /// too small, gives way to the last one that it has a place for.
    pub fn round_f32s(
        &self,
        projection: &Projection,
        key: Key,
        from: u32,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        one_by_one(projection, key, from, source, target, |x, random| {
            self.held_by_f32(self.round_f64(projection, f64::from(x), random))
        });
    }

    fn held_by_f32(&self, code: u64) -> f32 {
        let (negative, mut magnitude) = self.split(code);
        loop {
            let value = self.value(self.signed(magnitude, negative)) as f32;
            match value {
                f32::INFINITY | f32::NEG_INFINITY => magnitude -= 1,
                0.0 if magnitude != 0 => magnitude += 1,
                _ => return value,
            }
        }
    }

    /// There is no infinity. It is no real number, so posits and takums make it NaR whatever the
    /// saturation (Posit Standard 2022, 5.1; Hunhold 2024, 3); a logarithm's saturation may make it the
    /// greatest value.
    const fn infinite(&self, saturation: Saturation, negative: bool) -> u64 {
        match (self.layout, saturation) {
            (Layout::Fixed { .. }, Saturation::Finite | Saturation::Propagate) => {
                self.signed(self.greatest(), negative)
            }
            _ => self.nan(),
        }
    }

    #[inline(always)]
    fn choose(
        &self,
        projection: &Projection,
        position: Position,
        negative: bool,
        random: u64,
        magnitude: impl Fn() -> Wide,
    ) -> u64 {
        let Position { kept, mut fraction } = position;
        let code = kept as u64;
        if code >= self.greatest() {
            return self.signed(self.greatest(), negative);
        }
        let (nearest, proportional) = match projection.rounding() {
            Rounding::NearestTiesToEven
            | Rounding::NearestTiesToAway
            | Rounding::NearestTiesToZero => (true, false),
            Rounding::Stochastic { .. } => (false, true),
            _ => (false, false),
        };
        if fraction != 0 && proportional && !self.is_evenly_spaced(code) {
            fraction = self.distance(code, magnitude());
        }
        let away = projection.is_away(Position { kept, fraction }, negative, random);
        let least = u64::from(nearest && fraction != 0);
        self.signed((code + u64::from(away)).max(least), negative)
    }

    /// Are the numbers between this code and the next spaced in value as they are in bits? Where only
    /// fraction bits of a linear scale were cut.
    const fn is_evenly_spaced(&self, code: u64) -> bool {
        matches!(self.scale, Scale::Linear)
            && code != 0
            && self.layout.header(code, self.width()) <= self.width()
    }

    /// The bits of a code that say how great it is, and those behind them: exponent and fraction.
    pub const fn exponent_and_fraction(&self, code: u64) -> (u64, u64) {
        let all = self.greatest();
        let header = self.layout.header(code & all, self.width());
        let fraction = match header < self.width() {
            true => (1 << (self.width() - header)) - 1,
            false => 0,
        };
        (all & !fraction, fraction)
    }
}

/// Digits and nothing else, as a number.
pub(crate) fn number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// What types that are bit strings have in common: the inherent methods and [`ScalarSystem`]. Each has
/// `quick` besides: an f64 rounded by fewer steps, where there is such a way.
///
/// [`ScalarSystem`]: crate::numbers::ScalarSystem
macro_rules! scalar_system {
    ($system:ident $($more:item)*) => {
        impl $system {
            /// Bits of a code.
            pub const fn width(&self) -> u32 {
                self.strings.width()
            }

            /// The code of NaN: the sign bit alone.
            pub const fn nan_code(&self) -> u64 {
                self.strings.nan()
            }

            /// The greatest value.
            pub fn greatest(&self) -> f64 {
                self.strings.value(self.strings.greatest())
            }

            /// The least positive value.
            pub fn least_positive(&self) -> f64 {
                self.strings.value(1)
            }

            /// Every code with its value in ascending order, NaN left out.
            pub fn values(&self) -> impl Iterator<Item = (u64, f64)> + use<> {
                let strings = self.strings;
                let most = strings.greatest() as i64;
                (-most..=most).map(move |place| {
                    let magnitude = place.unsigned_abs();
                    let code = if place < 0 { strings.negated(magnitude) } else { magnitude };
                    (code, strings.value(code))
                })
            }
        }

        impl $crate::numbers::ScalarSystem for $system {
            fn round_exact(
                &self,
                exact: $crate::arith::functions::Unrounded,
                projection: &$crate::numbers::Projection,
                random: u64,
            ) -> f64 {
                self.strings.value(self.strings.round(projection, exact, random))
            }

            fn round_f64(
                &self,
                x: f64,
                projection: &$crate::numbers::Projection,
                random: u64,
            ) -> f64 {
                self.quick(projection, x).unwrap_or_else(|| {
                    self.strings.value(self.strings.round_f64(projection, x, random))
                })
            }

            fn code_width(&self) -> u32 {
                self.strings.width()
            }

            fn encode(&self, x: f64) -> Result<u64, $crate::format::CodeError> {
                self.strings.code_of(x).ok_or_else(|| $crate::format::CodeError::NotAValue {
                    value: x,
                    format: self.to_string(),
                })
            }

            fn decode(&self, code: u64) -> f64 {
                // Bits past the width are not looked at.
                self.strings.value(code & (2 * self.strings.nan() - 1))
            }

            fn unrounded(&self, x: f64) -> $crate::arith::functions::Unrounded {
                self.strings.exact(x)
            }

            fn unary(
                &self,
                operation: $crate::arith::Unary,
                x: f64,
                projection: &$crate::numbers::Projection,
                random: u64,
            ) -> f64 {
                let exact = self.strings.unary(operation, x);
                self.round_exact(exact, projection, random)
            }

            fn binary(
                &self,
                operation: $crate::arith::Binary,
                x: f64,
                y: f64,
                projection: &$crate::numbers::Projection,
                random: u64,
            ) -> f64 {
                let exact = self.strings.binary(operation, x, y);
                self.round_exact(exact, projection, random)
            }

            fn ternary(
                &self,
                operation: $crate::arith::Ternary,
                operands: [f64; 3],
                projection: &$crate::numbers::Projection,
                random: u64,
            ) -> f64 {
                let exact = self.strings.ternary(operation, operands);
                self.round_exact(exact, projection, random)
            }

            $($more)*
        }
    };
}
pub(crate) use scalar_system;
