//! Operands as the loops want them: a row of the one, LANES columns of the other side by side.

use std::sync::OnceLock;

use super::LANES;
use super::facts::{Facts, Known};
use super::matrix::Matrix;
use crate::format::scaled;

/// K values, or K times LANES, as f32, f64 or both.
#[derive(Debug)]
pub(super) struct Packed {
    /// What is known of the values.
    pub facts: Facts,
    narrow: OnceLock<Option<Vec<f32>>>,
    wide: OnceLock<Vec<f64>>,
    fixed: OnceLock<Vec<i64>>,
}

/// A host of slices: f32 or f64.
pub trait SliceHost: crate::chop::Host {
    #[doc(hidden)]
    fn pack(values: Vec<Self>) -> PackedValues;
}

/// Values that a loop is given.
#[doc(hidden)]
#[derive(Debug)]
pub struct PackedValues(pub(super) Packed);

impl SliceHost for f32 {
    fn pack(values: Vec<Self>) -> PackedValues {
        PackedValues(Packed {
            facts: f32::facts(&values),
            narrow: OnceLock::from(Some(values)),
            wide: OnceLock::new(),
            fixed: OnceLock::new(),
        })
    }
}

impl SliceHost for f64 {
    fn pack(values: Vec<Self>) -> PackedValues {
        PackedValues(Packed {
            facts: f64::facts(&values),
            narrow: OnceLock::new(),
            wide: OnceLock::from(values),
            fixed: OnceLock::new(),
        })
    }
}

impl Packed {
    /// Row i of a matrix.
    pub fn row<T: SliceHost>(a: &Matrix<'_, T>, i: usize) -> Self {
        let mut values = vec![T::from_f64(0.0); a.columns()];
        a.copy_row(i, 0, &mut values);
        T::pack(values).0
    }

    /// Columns `from`, `from` + 1, ... of a matrix, LANES of them or as many as there are; zeros
    /// in the place of the others.
    pub fn panel<T: SliceHost>(b: &Matrix<'_, T>, from: usize) -> Self {
        let mut values = vec![T::from_f64(0.0); b.rows() * LANES];
        let width = LANES.min(b.columns() - from);
        for (k, row) in values.chunks_exact_mut(LANES).enumerate() {
            b.copy_row(k, from, &mut row[..width]);
        }
        T::pack(values).0
    }

    /// As f32, where that holds them.
    pub fn narrow(&self) -> Option<&[f32]> {
        let make = || {
            let wide = self.wide.get()?;
            // A NaN or an infinity is one in f32 too.
            let fits = self.facts.fit(24, -149, 127);
            fits.then(|| wide.iter().map(|x| *x as f32).collect())
        };
        self.narrow.get_or_init(make).as_deref()
    }

    /// As f64.
    pub fn wide(&self) -> &[f64] {
        self.wide.get_or_init(|| match self.narrow.get() {
            Some(Some(narrow)) => narrow.iter().map(|x| f64::from(*x)).collect(),
            _ => Vec::new(),
        })
    }

    /// As multiples of 2^low, where 63 bits hold them.
    pub fn fixed(&self) -> Option<&[i64]> {
        let Facts {
            top, low, finite, ..
        } = self.facts;
        // Two factors, so that neither power of two leaves f64's range.
        let (half, rest) = (-low / 2, -low - -low / 2);
        let fits = finite && top - low <= 61 && (-1000..=1000).contains(&low);
        fits.then(|| {
            let scale = |x: &f64| (x * scaled(1, half) * scaled(1, rest)) as i64;
            &**self
                .fixed
                .get_or_init(|| self.wide().iter().map(scale).collect())
        })
    }
}
