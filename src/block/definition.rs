//! What becomes of one block: by exact quotients of 128 digits, rounded once. The vector loops give
//! the same bits.

use super::{BlockFormat, ScaleRule, Specials};
use crate::arith::functions::Unrounded;
use crate::arith::{Binary, Exactly, Wide, evaluate};
use crate::chop::{Host, Rounder};
use crate::format::{Format, Overflow, scaled};
use crate::numbers::{Position, Projection};
use crate::rounding::{Rounding, Saturation};

/// The scale of one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// A value of the scale's format.
    Value(f64),
    /// The block has a NaN or an infinity, and is NaN.
    NaN,
}

/// A scale that its format does not reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Past {
    /// What it had to be, about.
    pub wanted: f64,
}

/// Everything that decides what becomes of a block.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub format: BlockFormat,
    /// Rounds quotients to elements.
    element: Exactly,
    /// Round to the scale's format with one more binade.
    nearest: Exactly,
    up: Exactly,
    /// Is a scale past the greatest one that one, or an error?
    clamps: bool,
}

/// The index of a block's value in the tensor, which its random word belongs to.
pub(super) trait Draw {
    /// 64 random bits for the value at position i of the block.
    fn at(&self, i: usize) -> u64;
}

impl<F: Fn(usize) -> u64> Draw for F {
    fn at(&self, i: usize) -> u64 {
        self(i)
    }
}

impl Definition {
    pub fn new(format: &BlockFormat, rounding: Rounding, saturation: Saturation) -> Self {
        let scale = |rounding| Exactly::new(&Self::scale_rounder(format, rounding));
        Self {
            format: *format,
            element: Exactly::new(&Self::element_rounder(format, rounding, saturation)),
            nearest: scale(Rounding::NearestTiesToEven),
            up: scale(Rounding::TowardPositive),
            clamps: format.tensor_scale || saturation != Saturation::None,
        }
    }

    /// How a scale is rounded: with one more binade than its format has, so that what is past the
    /// greatest one shows.
    pub fn scale_rounder(format: &BlockFormat, rounding: Rounding) -> Rounder {
        let wide = Format {
            emax: format.scale.emax + 1,
            greatest: 1 << (format.scale.precision - 1),
            overflow: Overflow::Greatest,
            encoding: format.scale.encoding,
            ..format.scale
        };
        Rounder::new(wide)
            .with_rounding(rounding)
            .with_saturation(Saturation::Finite)
    }

    /// How an element is rounded: what is past the greatest value is cut off (OCP MX v1.0, 6.3),
    /// but for P3109's conversion, which leaves it to the saturation.
    pub fn element_rounder(
        format: &BlockFormat,
        rounding: Rounding,
        saturation: Saturation,
    ) -> Rounder {
        let saturation = match format.specials {
            Specials::Block => Saturation::Finite,
            Specials::Element => saturation,
        };
        Rounder::new(format.element)
            .with_rounding(rounding)
            .with_saturation(saturation)
    }

    /// Is a scale past the greatest one that one?
    pub const fn clamps(&self) -> bool {
        self.clamps
    }

    /// The scale whose code is 0: that of a block of zeros.
    pub fn least_scale(&self) -> f64 {
        match self.format.scale.has_zero() {
            true => 0.0,
            false => self.format.scale.least_positive(),
        }
    }

    /// The scale of the tensor whose greatest finite magnitude is `greatest`: the one that makes the
    /// greatest element times the greatest scale of it.
    pub fn tensor_scale(&self, greatest: Wide) -> f64 {
        if !self.format.tensor_scale || greatest.is_zero() {
            return 1.0;
        }
        let most = self.format.element.greatest() * self.format.scale.greatest();
        let quotient = greatest / Wide::from_f64(most);
        let single = Format::BINARY32;
        let rounder = Rounder::new(single).with_saturation(Saturation::Finite);
        let rounded = Exactly::new(&rounder).round(quotient.into(), 0);
        rounded.max(single.least_positive())
    }

    /// The scale of a block, in a tensor of the given scale.
    pub fn scale(&self, block: &[f64], tensor: f64, draw: &impl Draw) -> Result<Scale, Past> {
        let mut greatest = 0.0f64;
        for x in block {
            let magnitude = x.abs();
            if magnitude.is_finite() {
                greatest = greatest.max(magnitude);
            } else if self.format.specials == Specials::Block {
                return Ok(Scale::NaN);
            }
        }
        if greatest == 0.0 {
            return Ok(Scale::Value(self.least_scale()));
        }
        self.scale_of(Wide::from_f64(greatest), block, tensor, draw)
    }

    /// The same, the greatest finite magnitude known and not zero. Only a search looks at the block.
    pub fn scale_of(
        &self,
        greatest: Wide,
        block: &[f64],
        tensor: f64,
        draw: &impl Draw,
    ) -> Result<Scale, Past> {
        let element = &self.format.element;
        let m = greatest / Wide::from_f64(tensor);
        let most = Wide::from_f64(element.greatest());
        let binade = |exponent: i32| Wide::power_of_two(exponent - element.emax());
        let power = m.significand() == 1 << 127;
        let value = match self.format.rule {
            ScaleRule::Floor => self.rounded(binade(m.exponent()), &self.nearest)?,
            ScaleRule::Ceil => {
                self.rounded(binade(m.exponent() + i32::from(!power)), &self.nearest)?
            }
            ScaleRule::Even => {
                let digits = element.precision();
                let position = Position::in_steps(m, m.exponent() + 1 - digits as i32);
                let even = Projection::new(Rounding::NearestTiesToEven, Saturation::None);
                let carried = even.integer(position, false, 0) >> digits != 0;
                self.rounded(binade(m.exponent() + i32::from(carried)), &self.nearest)?
            }
            ScaleRule::RoundUp => self.rounded(m / most, &self.up)?,
            ScaleRule::Nearest => self.rounded(m / most, &self.nearest)?,
            ScaleRule::LargestExact => {
                let candidates = self.format.largest_elements();
                let targets = candidates.map(|q| m / Wide::from_f64(q));
                // As if it stood at the block's beginning.
                self.best(targets, &[greatest.to_f64()], tensor, draw)?
            }
            ScaleRule::MeanSquare => {
                // One quotient: a tie between two scales stays one.
                let over = Wide::from_f64(tensor) * most;
                let targets = (8..=32).map(|j| {
                    let times = greatest * Wide::from(j);
                    (times / over).scaled(-4)
                });
                self.best(targets, block, tensor, draw)?
            }
        };
        Ok(Scale::Value(value))
    }

    /// The scale nearest to one of the targets, which ascend, with the least sum of squared errors. One
    /// under which a value becomes NaN is the last to be taken.
    fn best(
        &self,
        targets: impl Iterator<Item = Wide>,
        block: &[f64],
        tensor: f64,
        draw: &impl Draw,
    ) -> Result<f64, Past> {
        let mut best: Option<(f64, f64)> = None;
        let mut past = None;
        let mut last = None;
        // Squares of errors neither over- nor underflow where the greatest magnitude is about 1.
        let greatest = block.iter().filter(|x| x.is_finite());
        let greatest = greatest.fold(0.0f64, |most, x| most.max(x.abs()));
        let unit = scaled(1, -Wide::from_f64(greatest).exponent().clamp(-1000, 1000));
        for target in targets {
            let scale = match self.rounded(target, &self.nearest) {
                Ok(scale) => scale,
                Err(error) => {
                    past.get_or_insert(error);
                    continue;
                }
            };
            if last == Some(scale) {
                continue;
            }
            last = Some(scale);
            let mut sum = 0.0;
            for (i, x) in block.iter().enumerate().filter(|(_, x)| x.is_finite()) {
                let y = self.element(*x, scale * tensor, draw.at(i)) * (scale * tensor);
                let error = (y - x) * unit;
                sum += error * error;
            }
            // A scale under which a value becomes NaN is as bad as one can be.
            let sum = if sum.is_nan() { f64::INFINITY } else { sum };
            if best.is_none_or(|(least, _)| sum < least) {
                best = Some((sum, scale));
            }
        }
        match (best, past) {
            (Some((_, scale)), _) => Ok(scale),
            (None, Some(past)) => Err(past),
            (None, None) => Ok(self.least_scale()),
        }
    }

    /// A quotient as a scale.
    fn rounded(&self, target: Wide, rounder: &Exactly) -> Result<f64, Past> {
        let scale = &self.format.scale;
        let rounded = rounder.round(Unrounded::Exact(target), 0);
        if rounded > scale.greatest() {
            let wanted = target.to_f64();
            return match self.clamps {
                true => Ok(scale.greatest()),
                false => Err(Past { wanted }),
            };
        }
        Ok(rounded)
    }

    /// x over the scale (block's times tensor's), as an element.
    #[inline]
    pub fn element(&self, x: f64, scale: f64, random: u64) -> f64 {
        if scale == 0.0 && !x.is_nan() {
            return self.element.num(0f64.copysign(x), random);
        }
        self.element.binary(Binary::Divide, x, scale, random)
    }

    /// The same of an exact result.
    pub fn element_of(&self, x: Unrounded, scale: f64, random: u64) -> f64 {
        let x = match x {
            Unrounded::Nan => x,
            _ if scale == 0.0 => Unrounded::Zero {
                negative: evaluate::is_negative(x),
            },
            _ => evaluate::binary(Binary::Divide, x, scale.into()),
        };
        self.element.round(x, random)
    }

    /// An element times the scale, which an f64 holds, as the nearest value of the host.
    #[inline]
    pub fn value<T: Host>(element: f64, scale: f64) -> T {
        T::from_f64(element * scale)
    }
}
