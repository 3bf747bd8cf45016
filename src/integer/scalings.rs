//! Scales as numbers of a loop: one for all its values, or one each.

use super::fast::Fast;
use super::{Affine, Integer};

/// Scales of a column are repeated up to so many.
const SHORT_ROW: usize = 256;
/// Rows of so many values are done `ROWS` together.
const LONG_ROW: usize = 2048;
const ROWS: usize = 4;

/// Values of one scale, as numbers of a loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaling {
    pub scale: f32,
    /// Least and greatest code less the zero point.
    pub first: f32,
    pub last: f32,
}

impl Scaling {
    pub fn new(integer: Integer, affine: Affine) -> Self {
        let zero = affine.zero_point();
        Self {
            scale: affine.scale(),
            // At most 17 bits: exact.
            first: (integer.least() - zero) as f32,
            last: (integer.greatest() - zero) as f32,
        }
    }
}

/// Values that have a scale each, the same row after row, number by number: so that a loop loads
/// vectors.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub scales: Vec<f32>,
    /// Least codes less zero points; one for all where all are the same.
    pub first: Vec<f32>,
    /// From the least to the greatest code: the same everywhere, and exact.
    pub span: f32,
}

impl Column {
    /// None where some scale is not for the way for f32s, or there is none.
    pub fn new(scalings: &[Scaling]) -> Option<Self> {
        let Scaling { first, last, .. } = scalings.first()?;
        if !scalings.iter().all(|scaling| Fast::serves(scaling.scale)) {
            return None;
        }
        // Short rows several times: a loop over a few values is not worth its beginning.
        let times = SHORT_ROW.div_ceil(scalings.len());
        let all = || scalings.iter().cycle().take(times * scalings.len());
        let one = scalings.iter().all(|scaling| scaling.first == *first);
        Some(Self {
            scales: all().map(|scaling| scaling.scale).collect(),
            first: match one {
                true => vec![*first],
                false => all().map(|scaling| scaling.first).collect(),
            },
            span: last - first,
        })
    }

    /// Values from which on it repeats.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Of `left` values from a place in the column on, how many are done together: the rest of this
    /// row, or several whole rows whose scales would not stay in the nearest cache from one to the next.
    pub fn together(&self, place: usize, left: usize) -> usize {
        let row = self.len();
        match place == 0 && row >= LONG_ROW && left >= ROWS * row {
            true => ROWS * row,
            false => (row - place).min(left),
        }
    }
}

/// The scaling of each value, and what its code is multiplied by.
pub(super) trait Scalings: Copy {
    /// Values from which on they repeat, where they differ.
    fn row(self) -> Option<usize>;
    /// Those from the value at `offset` on.
    fn after(self, offset: usize) -> Self;
    /// How many of the `left` values from one on a loop takes, all where no scale's values end before,
    /// and their scalings.
    fn of(self, at: usize, left: usize) -> (usize, impl Iterator<Item = (Scaling, f32)>);
}

#[derive(Clone, Copy)]
pub(super) struct Same(pub Scaling, pub f32);

impl Scalings for Same {
    fn row(self) -> Option<usize> {
        None
    }

    fn after(self, _: usize) -> Self {
        self
    }

    #[inline(always)]
    fn of(self, _: usize, left: usize) -> (usize, impl Iterator<Item = (Scaling, f32)>) {
        (left, std::iter::repeat((self.0, self.1)))
    }
}

/// Runs of values that share a scale, over and over: the value at `at` of the first one.
#[derive(Clone, Copy)]
pub(super) struct Runs<'a> {
    pub scalings: &'a [Scaling],
    pub length: usize,
    pub at: usize,
}

impl Scalings for Runs<'_> {
    fn row(self) -> Option<usize> {
        None
    }

    fn after(self, offset: usize) -> Self {
        let at = self.at + offset;
        Self { at, ..self }
    }

    #[inline(always)]
    fn of(self, at: usize, left: usize) -> (usize, impl Iterator<Item = (Scaling, f32)>) {
        let at = self.at + at;
        let (number, within) = (at / self.length, at % self.length);
        let count = self.scalings.len();
        // A division less, mostly.
        let number = if number < count {
            number
        } else {
            number % count
        };
        let scaling = self.scalings[number];
        let run = (self.length - within).min(left);
        (run, std::iter::repeat((scaling, scaling.scale)))
    }
}

/// A scale each, the zero point the same.
#[derive(Clone, Copy)]
pub(super) struct EachScale<'a> {
    pub scales: &'a [f32],
    pub first: f32,
    pub last: f32,
}

impl Scalings for EachScale<'_> {
    fn row(self) -> Option<usize> {
        Some(self.scales.len())
    }

    fn after(self, offset: usize) -> Self {
        let scales = &self.scales[offset..];
        Self { scales, ..self }
    }

    #[inline(always)]
    fn of(self, at: usize, left: usize) -> (usize, impl Iterator<Item = (Scaling, f32)>) {
        let Self { first, last, .. } = self;
        let scalings = self.scales[at..at + left].iter().map(move |scale| {
            let scale = *scale;
            (Scaling { scale, first, last }, scale)
        });
        (left, scalings)
    }
}

/// A scale and a zero point each.
#[derive(Clone, Copy)]
pub(super) struct Each<'a> {
    pub scales: &'a [f32],
    pub first: &'a [f32],
    pub span: f32,
}

impl Scalings for Each<'_> {
    fn row(self) -> Option<usize> {
        Some(self.scales.len())
    }

    fn after(self, offset: usize) -> Self {
        Self {
            scales: &self.scales[offset..],
            first: &self.first[offset..],
            ..self
        }
    }

    #[inline(always)]
    fn of(self, at: usize, left: usize) -> (usize, impl Iterator<Item = (Scaling, f32)>) {
        let part = at..at + left;
        let numbers = self.scales[part.clone()].iter().zip(&self.first[part]);
        let scalings = numbers.map(move |(scale, first)| {
            let (scale, first) = (*scale, *first);
            let last = first + self.span;
            (Scaling { scale, first, last }, scale)
        });
        (left, scalings)
    }
}
