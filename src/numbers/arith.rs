//! Arithmetic in any set of numbers: the exact result, rounded once.

use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::Arc;

use super::{Kind, NumbersError, Projection, Quantizer, ScalarSystem};
use crate::arith::{Arith, Binary, Exact, Ternary, Unary};
use crate::random::Key;

/// Arithmetic on the numbers of a [`Quantizer`]: what a kernel is written against, so that kernels,
/// attention and sweeps run on posits or fixed point as on floats.
///
/// A stochastic mode takes the random word at (seed, stream, number of the operation), as
/// [`Exact`] does.
///
/// ```
/// use roundoff::arith::Arith;
/// use roundoff::numbers::{Numbers, NumbersArith, Quantizer};
/// use roundoff::Format;
/// let arith = NumbersArith::new(&Quantizer::new(Numbers::Float(Format::BINARY16)))?;
/// assert_eq!(arith.add(2048.0, 1.0), 2048.0);
/// # Ok::<(), roundoff::numbers::NumbersError>(())
/// ```
#[derive(Clone, Debug)]
pub struct NumbersArith(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Float(Exact),
    Scalar(Rounded),
}

impl NumbersArith {
    /// As a quantizer says, its seed and stream included.
    ///
    /// # Errors
    /// [`NumbersError::NoArithmetic`] for blocks: their numbers share a scale.
    pub fn new(quantizer: &Quantizer) -> Result<Self, NumbersError> {
        let numbers = quantizer.numbers();
        match (numbers.kind(), quantizer.rounder()) {
            (Kind::Float(_), Some(rounder)) => Ok(Self(Inner::Float(Exact::new(rounder)))),
            (Kind::Scalar(system), _) => Ok(Self(Inner::Scalar(Rounded::new(quantizer, system)))),
            _ => Err(NumbersError::NoArithmetic {
                numbers: numbers.to_string(),
            }),
        }
    }

    /// The same with another stream of random words, from its beginning: one a site, say.
    #[must_use]
    pub fn with_stream(&self, stream: u64) -> Self {
        Self(match &self.0 {
            Inner::Float(exact) => Inner::Float(exact.with_stream(stream)),
            Inner::Scalar(rounded) => Inner::Scalar(Rounded {
                stream,
                operations: Cell::new(0),
                ..rounded.clone()
            }),
        })
    }
}

/// A [`ScalarSystem`] as arithmetic.
#[derive(Clone, Debug)]
struct Rounded {
    system: Arc<dyn ScalarSystem>,
    projection: Projection,
    seed: u64,
    stream: u64,
    operations: Cell<u64>,
}

impl Rounded {
    fn new(quantizer: &Quantizer, system: Arc<dyn ScalarSystem>) -> Self {
        Self {
            system,
            projection: Projection::new(quantizer.rounding(), quantizer.saturation()),
            seed: quantizer.seed(),
            stream: quantizer.stream(),
            operations: Cell::new(0),
        }
    }

    #[inline]
    fn random(&self) -> u64 {
        if !self.projection.rounding().is_stochastic() {
            return 0;
        }
        let index = self.operations.get();
        self.operations.set(index.wrapping_add(1));
        Key::new(self.seed, self.stream, index).word64(index as u32)
    }
}

impl Arith for NumbersArith {
    type Num = f64;

    fn num(&self, x: f64) -> f64 {
        match &self.0 {
            Inner::Float(exact) => exact.num(x),
            Inner::Scalar(r) => r.system.round_f64(x, &r.projection, r.random()),
        }
    }

    #[inline(always)]
    fn value(&self, x: f64) -> f64 {
        x
    }

    fn unary(&self, operation: Unary, x: f64) -> f64 {
        match &self.0 {
            Inner::Float(exact) => exact.unary(operation, x),
            Inner::Scalar(r) => r.system.unary(operation, x, &r.projection, r.random()),
        }
    }

    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        match &self.0 {
            Inner::Float(exact) => exact.binary(operation, x, y),
            Inner::Scalar(r) => r.system.binary(operation, x, y, &r.projection, r.random()),
        }
    }

    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        match &self.0 {
            Inner::Float(exact) => exact.ternary(operation, x, y, z),
            Inner::Scalar(r) => r
                .system
                .ternary(operation, [x, y, z], &r.projection, r.random()),
        }
    }

    #[inline(always)]
    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        x.partial_cmp(&y)
    }
}
