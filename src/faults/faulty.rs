//! Faults in the results of operations.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;

use super::{Coded, FaultError, Faults, Flip};
use crate::arith::{Arith, Binary, Ternary, Unary};

/// An arithmetic whose results are hit: the result of operation n, from 0, as the value at index n
/// of an array would be.
///
/// Constants, inputs and comparisons are not hit. A result that has no code (of another format, NaN
/// where there is none) stays as it is. A kernel with an arithmetic a site has the faults at that site
/// alone:
///
/// ```
/// use roundoff::arith::{Arith, Exact, PerSite};
/// use roundoff::faults::{Faults, Faulty, Field};
/// use roundoff::kernels::order::Order;
/// use roundoff::kernels::summation::Summation;
/// use roundoff::{Format, Rounder};
/// let half = Rounder::new(Format::BINARY16);
/// let faults = Faults::new(0.01)?.with_field(Field::Exponent);
/// let hit = Faulty::new(Exact::new(&half), Format::BINARY16, faults)?;
/// let sum = Summation::Ordered(Order::Sequential).sum(&hit, &[1.0; 1000]);
/// assert!(hit.value(sum) != 1000.0 && !hit.flips().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Faulty<A, C> {
    arith: A,
    coded: C,
    faults: Faults,
    operations: Cell<u64>,
    flips: RefCell<Vec<Flip>>,
}

impl<A: Arith<Num = f64>, C: Coded> Faulty<A, C> {
    /// The results of `arith`, in the codes of `coded`. [`Faults::NONE`] leaves them alone.
    ///
    /// # Errors
    /// [`FaultError::Bits`] if a mask of the faults is wider than the codes.
    pub fn new(arith: A, coded: C, faults: Faults) -> Result<Self, FaultError> {
        faults.fits(coded.width())?;
        Ok(Self {
            arith,
            coded,
            faults,
            operations: Cell::new(0),
            flips: RefCell::new(Vec::new()),
        })
    }

    /// The arithmetic without its faults.
    pub const fn arith(&self) -> &A {
        &self.arith
    }

    /// Operations so far.
    pub fn operations(&self) -> u64 {
        self.operations.get()
    }

    /// What was changed so far, in order.
    pub fn flips(&self) -> Vec<Flip> {
        self.flips.borrow().clone()
    }

    fn hit(&self, result: f64) -> f64 {
        let index = self.operations.get();
        self.operations.set(index.wrapping_add(1));
        if self.faults.is_rare() && !self.faults.hits(index) {
            return result;
        }
        let Ok(before) = self.coded.code(result) else {
            return result;
        };
        let fields = || self.coded.fields(before);
        let after = self.faults.code(index, before, fields);
        if after == before {
            return result;
        }
        self.flips.borrow_mut().push(Flip {
            index,
            before,
            after,
        });
        self.coded.value(after)
    }
}

impl<A: Arith<Num = f64>, C: Coded> Arith for Faulty<A, C> {
    type Num = f64;

    fn num(&self, x: f64) -> f64 {
        self.arith.num(x)
    }

    fn value(&self, x: f64) -> f64 {
        self.arith.value(x)
    }

    fn unary(&self, operation: Unary, x: f64) -> f64 {
        self.hit(self.arith.unary(operation, x))
    }

    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        self.hit(self.arith.binary(operation, x, y))
    }

    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        self.hit(self.arith.ternary(operation, x, y, z))
    }

    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        self.arith.compare(x, y)
    }
}
