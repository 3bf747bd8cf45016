//! What the code under test may return.

use super::pair::Pair;
use super::scalar::Scalar;

/// Numbers to be compared with their reference.
///
/// A [`Pair`], a [`Scalar`], an f64; vectors, arrays, options and tuples of them.
pub trait Outcome {
    /// Appends its values.
    fn values(&self, to: &mut Vec<f64>);
}

impl Outcome for f64 {
    fn values(&self, to: &mut Vec<f64>) {
        to.push(*self);
    }
}

impl Outcome for Pair {
    fn values(&self, to: &mut Vec<f64>) {
        to.push(self.value());
    }
}

impl Outcome for Scalar {
    fn values(&self, to: &mut Vec<f64>) {
        to.push(self.value());
    }
}

impl<T: Outcome> Outcome for [T] {
    fn values(&self, to: &mut Vec<f64>) {
        self.iter().for_each(|x| x.values(to));
    }
}

impl<T: Outcome> Outcome for Vec<T> {
    fn values(&self, to: &mut Vec<f64>) {
        self.as_slice().values(to);
    }
}

impl<T: Outcome, const N: usize> Outcome for [T; N] {
    fn values(&self, to: &mut Vec<f64>) {
        self.as_slice().values(to);
    }
}

/// None is no value: where the reference has one, the lengths differ and no bit is kept.
impl<T: Outcome> Outcome for Option<T> {
    fn values(&self, to: &mut Vec<f64>) {
        self.iter().for_each(|x| x.values(to));
    }
}

impl<T: Outcome, U: Outcome> Outcome for (T, U) {
    fn values(&self, to: &mut Vec<f64>) {
        self.0.values(to);
        self.1.values(to);
    }
}

impl<T: Outcome, U: Outcome, V: Outcome> Outcome for (T, U, V) {
    fn values(&self, to: &mut Vec<f64>) {
        self.0.values(to);
        self.1.values(to);
        self.2.values(to);
    }
}

/// The values of one.
pub(super) fn list(outcome: &impl Outcome) -> Vec<f64> {
    let mut values = Vec::new();
    outcome.values(&mut values);
    values
}
