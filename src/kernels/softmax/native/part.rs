//! What a block of a row adds to the sum of the whole, and the sum of all of them.

use fearless_simd::Level;

use super::block;
use crate::native::double_double::DoubleDouble;
use crate::native::exp::{Real, Shift, in_octaves};
use crate::native::log;

pub fn within_limit<T: Real>(point: f64) -> bool {
    (-T::LIMIT..=T::LIMIT).contains(&point)
}

/// What blocks add: `sum` e^`point`, with `point` in octaves.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The greatest value.
    pub maximum: f64,
    /// The point times log2(e).
    pub octaves: DoubleDouble,
    pub sum: DoubleDouble,
}

impl Part {
    pub const EMPTY: Self = Self {
        maximum: f64::NEG_INFINITY,
        octaves: DoubleDouble::ZERO,
        sum: DoubleDouble::ZERO,
    };

    /// Relative to the maximum.
    pub fn at(maximum: f64) -> Self {
        Self {
            maximum,
            octaves: in_octaves(DoubleDouble::new(maximum)),
            ..Self::EMPTY
        }
    }

    /// Relative to the power of two nearest e^maximum: the sum is a pair (m, n).
    pub fn pair(maximum: f64) -> Self {
        Self {
            maximum,
            octaves: DoubleDouble::new(Shift::<f64>::whole(maximum * std::f64::consts::LOG2_E)),
            ..Self::EMPTY
        }
    }

    /// None where the point is for the careful way, or so low that nothing may count.
    pub fn shift<T: Real>(&self) -> Option<Shift<T>> {
        within_limit::<T>(self.maximum).then(|| Shift::new(self.octaves))
    }

    /// Of a block without a sum.
    pub fn look_for_nan<T: Real>(&mut self, x: &[T]) {
        if x.iter().any(|x| x.to_f64().is_nan()) {
            self.maximum = f64::INFINITY;
        }
    }

    /// Is there nothing in it but -infinity, or numbers so low that only their own kind counts them?
    pub fn is_low<T: Real>(&self) -> bool {
        self.maximum < -T::LIMIT
    }
}

/// A part for each block of a row. Short rows, of one block, are many: theirs is not on the heap.
pub enum Parts {
    One([Part; 1]),
    Many(Vec<Part>),
}

impl Parts {
    pub fn of<T>(values: usize) -> Self {
        match values.div_ceil(block::values::<T>()) {
            0 | 1 => Self::One([Part::EMPTY]),
            many => Self::Many(vec![Part::EMPTY; many]),
        }
    }

    pub fn all(&mut self) -> &mut [Part] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}

/// log x within 2^-66 of itself, or near 1 of x - 1.
pub fn logarithm(x: DoubleDouble) -> DoubleDouble {
    let (high, low) = log::log(0.0, x.high, x.low);
    DoubleDouble { high, low }
}

/// A whole row's sum.
pub enum Total {
    /// `sum` 2^`octaves`, which lie at or next to `maximum`.
    Sum {
        maximum: f64,
        octaves: DoubleDouble,
        sum: DoubleDouble,
    },
    /// NaN, infinities, inputs past the limit: for the careful way.
    Careful,
}

/// The sum of the parts, from first to last, relative to the greatest point.
pub fn merge<T: Real>(level: Level, parts: &[Part]) -> Total {
    let (mut maximum, mut low) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let mut octaves = DoubleDouble::new(f64::NEG_INFINITY);
    let mut point = maximum;
    for part in parts {
        maximum = maximum.max(part.maximum);
        if part.is_low::<T>() {
            low = low.max(part.maximum);
        } else if part.octaves.high > octaves.high {
            octaves = part.octaves;
            point = part.maximum;
        }
    }
    // Low blocks add nothing to a maximum that is far above.
    if !within_limit::<T>(maximum) || maximum - low < 2.0 * T::BIAS {
        return Total::Careful;
    }
    let mut sum = DoubleDouble::ZERO;
    for part in parts.iter().filter(|part| !part.is_low::<T>()) {
        sum = sum + part.sum * DoubleDouble::new(block::power(level, part.octaves - octaves));
    }
    match sum.high.is_nan() {
        true => Total::Careful,
        false => Total::Sum {
            maximum: point,
            octaves,
            sum,
        },
    }
}

/// What the rounding of a pair's greatest term took from the sum. Relative to the maximum itself
/// that term is 1, relative to a power of two it is a rounded number, which may be most of the sum.
pub fn greatest_corrected<T: Real>(level: Level, part: &Part, shift: &Shift<T>) -> DoubleDouble {
    let mut rounded = [T::from_f64(0.0)];
    block::exponentials(
        level,
        Some(&[T::from_f64(part.maximum)]),
        &mut rounded,
        shift,
    );
    let octaves = in_octaves(DoubleDouble::new(part.maximum)) - part.octaves;
    DoubleDouble::new(block::power(level, octaves) - rounded[0].to_f64())
}
