//! What happens inside: every operation counted, and the first place of everything that loses
//! information.
//!
//! ```
//! use roundoff::arith::{Arith, Event, Exact, Traced};
//! use roundoff::{Format, Rounder};
//! let half = Traced::new(Exact::new(&Rounder::new(Format::BINARY16)), Format::BINARY16);
//! // 2048 + 1 is 2048 in binary16: what is added from there on is lost.
//! let sum = (0..4096).fold(half.num(0.0), |sum, _| half.add(sum, 1.0));
//! assert_eq!(sum, 2048.0);
//! let trace = half.trace();
//! assert_eq!(trace.count(Event::Absorption), 2048);
//! let first = trace.first(Event::Absorption).expect("there is one");
//! assert_eq!(first.to_string(), "operation 2049: Add(2048, 1) = 2048");
//! println!("{trace}");
//! ```

mod event;
mod trace;

pub use event::Event;
pub use trace::{Operation, Place, Trace};

use std::cell::{Ref, RefCell};
use std::cmp::Ordering;

use super::operations::{Binary, Ternary, Unary};
use super::{Arith, evaluate};
use crate::arith::functions::Unrounded;
use crate::format::Format;
use trace::Seen;

/// Any arithmetic of f64s, with every operation compared with its exact result.
///
/// The numbers are those of the arithmetic inside, bit by bit; a traced operation takes two to ten
/// times as long.
#[derive(Clone, Debug)]
pub struct Traced<A> {
    inner: A,
    format: Format,
    trace: RefCell<Trace>,
}

impl<A: Arith<Num = f64>> Traced<A> {
    /// `format` says where overflow and underflow begin: the one that `inner` rounds to,
    /// [`Format::BINARY64`] for [`Native`](super::Native).
    pub fn new(inner: A, format: Format) -> Self {
        Self {
            inner,
            format,
            trace: RefCell::default(),
        }
    }

    /// The arithmetic inside.
    pub const fn inner(&self) -> &A {
        &self.inner
    }

    /// What happened so far.
    pub fn trace(&self) -> Ref<'_, Trace> {
        self.trace.borrow()
    }

    /// What happened so far, and a new beginning.
    pub fn take(&self) -> Trace {
        self.trace.take()
    }

    fn see(&self, operation: Operation, operands: [f64; 3], exact: Unrounded, result: f64) {
        self.trace.borrow_mut().see(&Seen {
            format: &self.format,
            operation,
            operands,
            exact,
            result,
        });
    }
}

impl<A: Arith<Num = f64>> Arith for Traced<A> {
    type Num = f64;

    fn num(&self, x: f64) -> f64 {
        let result = self.inner.num(x);
        let unused = f64::NAN;
        self.see(
            Operation::Unary(Unary::Convert),
            [x, unused, unused],
            x.into(),
            result,
        );
        result
    }

    fn value(&self, x: f64) -> f64 {
        self.inner.value(x)
    }

    fn unary(&self, operation: Unary, x: f64) -> f64 {
        let result = self.inner.unary(operation, x);
        let exact = evaluate::unary(operation, x.into());
        let unused = f64::NAN;
        self.see(
            Operation::Unary(operation),
            [x, unused, unused],
            exact,
            result,
        );
        result
    }

    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        let result = self.inner.binary(operation, x, y);
        let exact = evaluate::binary(operation, x.into(), y.into());
        self.see(
            Operation::Binary(operation),
            [x, y, f64::NAN],
            exact,
            result,
        );
        result
    }

    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        let result = self.inner.ternary(operation, x, y, z);
        let exact = evaluate::ternary(operation, x.into(), y.into(), z.into());
        self.see(Operation::Ternary(operation), [x, y, z], exact, result);
        result
    }

    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        let order = self.inner.compare(x, y);
        self.trace.borrow_mut().compared(x, y);
        order
    }

    fn is_nan(&self, x: f64) -> bool {
        x.is_nan()
    }
}
