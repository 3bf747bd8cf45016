//! The family in native f32 and f64, as fast as memory.
//!
//! ```
//! use roundoff::kernels::softmax::native::Rows;
//! use roundoff::kernels::softmax::Function;
//! let x = [0.0f32, 0.0, 1e4, -1e4];
//! let mut y = [0.0; 4];
//! Rows::new(Function::Softmax).apply(&x, 2, &mut y)?;
//! assert_eq!(y, [0.5, 0.5, 1.0, 0.0]);
//! # Ok::<(), roundoff::kernels::softmax::native::ShapeError>(())
//! ```
//!
//! # How right
//!
//! In f32 every element of a softmax that is normal is within 2 ulp of the exact result, whatever
//! the row: inputs of 10^4 as well as a row of 2^26. Elements below the least normal number may be
//! zero. The same input gives the same bits on every machine, with any number of threads, in place
//! or not.
//!
//! # Specials
//!
//! | row | softmax | log-softmax | log-sum-exp |
//! |---|---|---|---|
//! | of no values | nothing | nothing | -infinity |
//! | of one finite value x | 1 | 0 | x |
//! | with -infinity, or masked, at some places | 0 there | -infinity there | as without them |
//! | of -infinity, or masked, only | NaN | NaN | -infinity |
//! | with +infinity, without NaN | NaN | NaN | +infinity |
//! | with NaN | NaN | NaN | NaN |
//! | one huge spike among ordinary values | 1 there, 0 elsewhere | 0 there, x - spike elsewhere | the spike |
//!
//! # Methods
//!
//! Rows are cut in blocks of 16 KiB, which stay in the nearest cache while more than one loop runs
//! over them. So a "pass" below is one over memory.
//!
//! | method | passes over memory | how |
//! |---|---|---|
//! | `three-pass-recompute` | read, read, read and write | maximum; sum of e^(x - m); e^(x - log-sum-exp) |
//! | `three-pass-reload` | read, read and write, update | maximum; e^(x - m) written and summed; scaled |
//! | `two-pass` | read, read and write | pairs (m, n), relative to the greatest n so far; e^(x - log-sum-exp) |
//! | `online` | read, read and write | relative to the maximum so far; e^(x - log-sum-exp) |
//! | `online-reload` | read and write, update | e^(x - m), m the maximum so far, written and summed; each block scaled by e^(m - log-sum-exp) |
//!
//! "So far" is until the block before: a block that turns out to have a greater value is done again,
//! out of the cache, which after a few blocks is rare. So the last three read memory once where
//! three passes read it twice.
//!
//! `three-pass-reload` and `online-reload` compute each exponential once and are the fastest while
//! the row is in a cache; beyond, writing twice costs more than a second exponential, and `online` is.

mod block;
mod part;
mod rows;
mod spread;

use fearless_simd::Level;
use thiserror::Error;

use super::{Function, names};
use crate::chop::Threads;

names! {
    /// A way to compute; see the [module](self).
    Method "softmax method" {
        /// Maximum, sum, exponentials again.
        ThreePassRecompute "three-pass-recompute",
        /// Maximum, exponentials kept and summed, scaling.
        ThreePassReload "three-pass-reload",
        /// Sum of pairs, exponentials again.
        TwoPass "two-pass",
        /// Sum relative to the maximum so far, exponentials again.
        #[default]
        Online "online",
        /// Exponentials relative to blocks' maxima, kept and summed; scaling.
        OnlineReload "online-reload",
    }
}

mod sealed {
    use super::{Rows, rows};

    /// So that the loops are compiled here and not in every crate that calls them.
    pub trait Sealed: Sized {
        fn apply(rows: &Rows, x: &[Self], row: usize, y: &mut [Self], mask: Option<&[bool]>);
        fn apply_in_place(rows: &Rows, y: &mut [Self], row: usize);
    }

    macro_rules! sealed {
        ($($float:ident)*) => { $(
            impl Sealed for $float {
                fn apply(rows: &Rows, x: &[Self], row: usize, y: &mut [Self], mask: Option<&[bool]>) {
                    rows::apply(rows, x, row, y, mask);
                }

                fn apply_in_place(rows: &Rows, y: &mut [Self], row: usize) {
                    rows::apply_in_place(rows, y, row);
                }
            }
        )* };
    }
    sealed!(f32 f64);
}

/// f32 and f64.
pub trait Float: Copy + sealed::Sealed {}
impl Float for f32 {}
impl Float for f64 {}

/// Slices that do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ShapeError {
    /// Values that are no whole number of rows.
    #[error("{values} values are no whole number of rows of {row}")]
    Rows {
        /// Values there are.
        values: usize,
        /// Values of a row.
        row: usize,
    },
    /// Too much or too little room.
    #[error(
        "{function} of {values} values in rows of {row} gives {wanted}, and there is room for {room}"
    )]
    Room {
        /// The function.
        function: Function,
        /// Values there are.
        values: usize,
        /// Values of a row.
        row: usize,
        /// Values of the result.
        wanted: usize,
        /// Room there is.
        room: usize,
    },
    /// A mask that is neither of one row nor of all.
    #[error(
        "a mask of {mask} for {values} values in rows of {row}: give one of a row or of all values"
    )]
    Mask {
        /// Values of the mask.
        mask: usize,
        /// Values there are.
        values: usize,
        /// Values of a row.
        row: usize,
    },
    /// Log-sum-exp in place.
    #[error(
        "log-sum-exp gives one value a row and cannot be done in place: give it room of its own"
    )]
    InPlace,
}

/// A function over the rows of an array: the last axis of one of shape (rows, n).
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    function: Function,
    method: Option<Method>,
    threads: Threads,
    level: Level,
}

impl Rows {
    /// By the method that is fastest for the size, in threads where that pays.
    pub fn new(function: Function) -> Self {
        Self {
            function,
            method: None,
            threads: Threads::Auto,
            level: crate::instructions::level(),
        }
    }

    /// By one method, whatever the size.
    #[must_use]
    pub const fn with_method(self, method: Method) -> Self {
        Self {
            method: Some(method),
            ..self
        }
    }

    /// In threads, from 4 MiB of rows or 16 MiB of one row on, or not. The bits are the same.
    #[must_use]
    pub const fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }
    }

    /// On a lesser instruction set, for comparisons. The bits do not depend on it.
    #[must_use]
    pub const fn with_level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Rows of `row` values each, from `x` into `y`.
    ///
    /// # Errors
    /// [`ShapeError`]; then nothing is written.
    pub fn apply<T: Float>(&self, x: &[T], row: usize, y: &mut [T]) -> Result<(), ShapeError> {
        self.check(x.len(), row, y.len())?;
        T::apply(self, x, row, y, None);
        Ok(())
    }

    /// The same in place.
    ///
    /// # Errors
    /// [`ShapeError`]; then nothing is written.
    pub fn apply_in_place<T: Float>(&self, y: &mut [T], row: usize) -> Result<(), ShapeError> {
        if self.function == Function::LogSumExp {
            return Err(ShapeError::InPlace);
        }
        self.check(y.len(), row, y.len())?;
        T::apply_in_place(self, y, row);
        Ok(())
    }

    /// From `x` into `y`; where the mask is false, as if x were -infinity. The mask is of all values,
    /// or of one row and the same for all.
    ///
    /// ```
    /// use roundoff::kernels::softmax::native::Rows;
    /// use roundoff::kernels::softmax::Function;
    /// let mut y = [0.0f64; 3];
    /// let rows = Rows::new(Function::Softmax);
    /// rows.apply_masked(&[1.0, 99.0, 1.0], 3, &[true, false, true], &mut y)?;
    /// assert_eq!(y, [0.5, 0.0, 0.5]);
    /// # Ok::<(), roundoff::kernels::softmax::native::ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError`]; then nothing is written.
    pub fn apply_masked<T: Float>(
        &self,
        x: &[T],
        row: usize,
        mask: &[bool],
        y: &mut [T],
    ) -> Result<(), ShapeError> {
        self.check(x.len(), row, y.len())?;
        if mask.len() != x.len() && mask.len() != row {
            return Err(ShapeError::Mask {
                mask: mask.len(),
                values: x.len(),
                row,
            });
        }
        T::apply(self, x, row, y, Some(mask));
        Ok(())
    }

    fn check(&self, values: usize, row: usize, room: usize) -> Result<(), ShapeError> {
        let whole = match row {
            0 => values == 0,
            row => values.is_multiple_of(row),
        };
        if !whole {
            return Err(ShapeError::Rows { values, row });
        }
        let wanted = match self.function {
            Function::Softmax | Function::LogSoftmax => values,
            // Any number of rows of no values has no values.
            Function::LogSumExp if row == 0 => room,
            Function::LogSumExp => values / row,
        };
        match wanted == room {
            true => Ok(()),
            false => Err(ShapeError::Room {
                function: self.function,
                values,
                row,
                wanted,
                room,
            }),
        }
    }
}

/// Softmax of rows of `row` values each: [`Rows`] with all choices left to it.
///
/// # Errors
/// [`ShapeError`]; then nothing is written.
pub fn softmax<T: Float>(x: &[T], row: usize, y: &mut [T]) -> Result<(), ShapeError> {
    Rows::new(Function::Softmax).apply(x, row, y)
}
