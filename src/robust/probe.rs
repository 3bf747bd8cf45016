//! The arithmetic that a check hands to the code under test.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::panic::Location;
use std::rc::Rc;

use super::log::{Log, Seen};
use super::pair::Pair;
use crate::arith::functions::Unrounded;
use crate::arith::{Alike, Arith, Binary, Operation, Reference, Ternary, Unary};
use crate::chop::Rounder;
use crate::faults::{FaultError, Faults, Faulty, Flip};
use crate::format::Format;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The result without rounding, which the others are compared with.
    Reference,
    /// The result in the format.
    Sample,
    /// The same, beside the exact numbers: where the bits went.
    Diagnosis,
}

/// One run of the code under test.
#[derive(Debug)]
pub(super) struct Run {
    purpose: Purpose,
    arith: Alike,
    /// The same with faults, and the site that they are at; all sites where it is none.
    hit: Option<(Faulty<Alike, Format>, Option<String>)>,
    pub log: RefCell<Log>,
}

impl Run {
    pub fn new(purpose: Purpose, rounder: &Rounder, log: Log) -> Rc<Self> {
        Rc::new(Self {
            purpose,
            arith: Alike::new(rounder),
            hit: None,
            log: RefCell::new(log),
        })
    }

    /// The same with faults in its results.
    pub fn with_faults(
        purpose: Purpose,
        rounder: &Rounder,
        log: Log,
        (faults, site): &(Faults, Option<String>),
    ) -> Result<Rc<Self>, FaultError> {
        let arith = Alike::new(rounder);
        let hit = Faulty::new(arith.clone(), *rounder.format(), *faults)?;
        Ok(Rc::new(Self {
            purpose,
            arith,
            hit: Some((hit, site.clone())),
            log: RefCell::new(log),
        }))
    }

    /// What rounds the operations of a site.
    fn at(&self, site: &str) -> &dyn Arith<Num = f64> {
        match &self.hit {
            Some((hit, only)) if only.as_ref().is_none_or(|only| only == site) => hit,
            _ => &self.arith,
        }
    }

    /// The bits that were changed so far.
    pub fn flips(&self) -> Vec<Flip> {
        self.hit
            .as_ref()
            .map_or_else(Vec::new, |(hit, _)| hit.flips())
    }

    /// What comes of an operation, by the two ways to compute it.
    fn pair(&self, rounded: impl FnOnce() -> f64, exact: impl FnOnce() -> Unrounded) -> Pair {
        match self.purpose {
            Purpose::Reference => {
                let exact = exact();
                Pair::new(exact.to_f64(), exact)
            }
            Purpose::Sample => Pair::new(rounded(), Unrounded::Nan),
            Purpose::Diagnosis => Pair::new(rounded(), exact()),
        }
    }

    fn see(&self, seen: &Seen<'_>) {
        if self.purpose == Purpose::Diagnosis {
            let digits = f64::from(self.arith.exactly().format().precision());
            self.log.borrow_mut().operation(seen, digits);
        }
    }

    pub fn format(&self) -> &Format {
        self.arith.exactly().format()
    }
}

/// Arithmetic under test: what `check` calls the code with. Random words are drawn as [`Alike`]
/// draws them: x - x is 0, x y is y x and f(-x) is -f(x) in every sample.
#[derive(Clone, Debug)]
pub struct Probe {
    run: Rc<Run>,
    site: &'static str,
}

impl Probe {
    pub(super) const fn new(run: Rc<Run>, site: &'static str) -> Self {
        Self { run, site }
    }

    /// The format under test.
    pub fn format(&self) -> &Format {
        self.run.format()
    }

    fn see(
        &self,
        at: &'static Location<'static>,
        operation: Operation,
        operands: &[Pair],
        result: Pair,
    ) {
        self.run.see(&Seen {
            at,
            site: self.site,
            operation,
            operands,
            result,
        });
    }
}

impl Arith for Probe {
    type Num = Pair;

    #[track_caller]
    fn num(&self, x: f64) -> Pair {
        let run = &self.run;
        let result = run.pair(|| run.arith.num(x), || x.into());
        if run.purpose == Purpose::Diagnosis {
            run.log.borrow_mut().input(x, Location::caller());
        }
        result
    }

    fn value(&self, x: Pair) -> f64 {
        x.value()
    }

    #[track_caller]
    fn unary(&self, operation: Unary, x: Pair) -> Pair {
        let run = &self.run;
        let result = run.pair(
            || run.at(self.site).unary(operation, x.value()),
            || Reference.unary(operation, x.exact()),
        );
        self.see(
            Location::caller(),
            Operation::Unary(operation),
            &[x],
            result,
        );
        result
    }

    #[track_caller]
    fn binary(&self, operation: Binary, x: Pair, y: Pair) -> Pair {
        let run = &self.run;
        let result = run.pair(
            || run.at(self.site).binary(operation, x.value(), y.value()),
            || Reference.binary(operation, x.exact(), y.exact()),
        );
        let operation = Operation::Binary(operation);
        self.see(Location::caller(), operation, &[x, y], result);
        result
    }

    #[track_caller]
    fn ternary(&self, operation: Ternary, x: Pair, y: Pair, z: Pair) -> Pair {
        let run = &self.run;
        let result = run.pair(
            || {
                let [x, y, z] = [x, y, z].map(|x| x.value());
                run.at(self.site).ternary(operation, x, y, z)
            },
            || Reference.ternary(operation, x.exact(), y.exact(), z.exact()),
        );
        let operation = Operation::Ternary(operation);
        self.see(Location::caller(), operation, &[x, y, z], result);
        result
    }

    #[track_caller]
    fn compare(&self, x: Pair, y: Pair) -> Option<Ordering> {
        if self.run.purpose == Purpose::Reference {
            return Reference.compare(x.exact(), y.exact());
        }
        let outcome = self.run.arith.compare(x.value(), y.value());
        let operands = [x.value(), y.value()];
        let mut log = self.run.log.borrow_mut();
        log.compared(Location::caller(), operands, outcome);
        outcome
    }
}
