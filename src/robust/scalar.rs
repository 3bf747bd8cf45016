//! The number that generic code is called with.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use super::pair::Pair;
use super::probe::{Probe, Run};
use crate::arith::functions::Unrounded;
use crate::arith::real::{Real, Stateless};
use crate::arith::{Arith, Binary, Ternary, Unary};
use crate::format::Format;

/// A number with operators for code that is generic over `num_traits`: what
/// [`Robust::check_real`](super::Robust::check_real) is for.
///
/// It belongs to the thread that the check runs in; the same code in another thread gets NaN, so
/// that the check fails rather than passes on numbers that nobody rounded.
pub type Scalar = Real<Probing>;

/// The arithmetic of the check that runs in this thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probing;

thread_local! {
    static CURRENT: RefCell<Option<Probe>> = const { RefCell::new(None) };
}

/// The run of this thread, for the time of a closure.
pub(super) fn with_run<R>(run: Rc<Run>, work: impl FnOnce() -> R) -> R {
    /// Sets the former one back, also when the closure panics.
    struct Reset(Option<Probe>);
    impl Drop for Reset {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _reset = Reset(CURRENT.replace(Some(Probe::new(run, ""))));
    work()
}

/// NaN of no run.
const STRAY: Pair = Pair::new(f64::NAN, Unrounded::Nan);

/// Calls the probe of this thread from the place that called us: a closure would be a place of its
/// own.
macro_rules! probing {
    (|$probe:ident| $work:expr, $otherwise:expr) => {
        match CURRENT.with_borrow(Clone::clone) {
            Some($probe) => $work,
            None => $otherwise,
        }
    };
}

impl Stateless for Probing {
    fn format() -> Format {
        probing!(|probe| *probe.format(), Format::BINARY64)
    }
}

impl Arith for Probing {
    type Num = Pair;

    #[track_caller]
    fn num(&self, x: f64) -> Pair {
        probing!(|probe| probe.num(x), STRAY)
    }

    fn value(&self, x: Pair) -> f64 {
        x.value()
    }

    #[track_caller]
    fn unary(&self, operation: Unary, x: Pair) -> Pair {
        probing!(|probe| probe.unary(operation, x), STRAY)
    }

    #[track_caller]
    fn binary(&self, operation: Binary, x: Pair, y: Pair) -> Pair {
        probing!(|probe| probe.binary(operation, x, y), STRAY)
    }

    #[track_caller]
    fn ternary(&self, operation: Ternary, x: Pair, y: Pair, z: Pair) -> Pair {
        probing!(|probe| probe.ternary(operation, x, y, z), STRAY)
    }

    #[track_caller]
    fn compare(&self, x: Pair, y: Pair) -> Option<Ordering> {
        probing!(|probe| probe.compare(x, y), None)
    }
}
