//! The number that flows through a check.

use crate::arith::functions::Unrounded;

/// What the format has made of a number, and, while a run is looked into, what it would be if
/// every operation before it had been exact (F. Benz, A. Hildebrandt, S. Hack, *A dynamic program
/// analysis to find floating-point accuracy problems*, PLDI 2012).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    value: f64,
    exact: Unrounded,
}

impl Pair {
    pub(super) const fn new(value: f64, exact: Unrounded) -> Self {
        Self { value, exact }
    }

    /// What the code under test sees; in the run that gives the reference, the exact number's
    /// nearest f64.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Without any rounding before; NaN in a run that does not follow it.
    pub(super) const fn exact(&self) -> Unrounded {
        self.exact
    }
}
