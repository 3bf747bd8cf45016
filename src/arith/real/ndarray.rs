//! `array * number` of ndarray. Its `dot` and sums need no more than the operators.

use ndarray::ScalarOperand;

use super::{Real, Stateless};

impl<A: Stateless> ScalarOperand for Real<A> {}
