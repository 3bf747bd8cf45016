//! The format of a slot of the process, set for the time of a closure.
//!
//! Constants enter generic code without an argument (`T::one()`), so the format must be known from
//! the type alone. A thread-local one would be lost in threads that a library starts; a slot of the
//! process is not. Who sets a slot has it for himself: another thread that wants it waits, and a
//! sweep in parallel takes a slot a thread.

use std::cmp::Ordering;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Mutex, OnceLock, PoisonError};

use thiserror::Error;

use super::Stateless;
use crate::arith::exact::Exactly;
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Binary, Ternary, Unary};
use crate::chop::Rounder;
use crate::format::Format;

/// Slots there are.
pub const SLOTS: usize = 8;

/// Formats, with rounding and saturation, that one process can use in slots.
const KNOWN: usize = 4096;

/// The arithmetic of slot `SLOT`, 0 to 7: binary64 to nearest, unless it is set.
///
/// ```
/// use roundoff::arith::real::{Dynamic, Real};
/// use roundoff::{Format, Rounder};
/// type Number = Real<Dynamic<0>>;
///
/// for (format, expected) in [(Format::BINARY16, 2048.0), (Format::BFLOAT16, 256.0)] {
///     let sum = Dynamic::<0>::with(&Rounder::new(format), || {
///         (0..4096).map(|_| Number::new(1.0)).sum::<Number>().value()
///     })?;
///     assert_eq!(sum, expected);
/// }
/// # Ok::<(), roundoff::arith::real::SlotError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dynamic<const SLOT: usize>;

/// Why a slot could not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SlotError {
    /// The calling thread has set it already.
    #[error("slot {slot} is set by this thread already: end that closure first, or take another")]
    Busy {
        /// The slot.
        slot: usize,
    },
    /// More formats than a process can use in slots.
    #[error("{KNOWN} formats, with rounding and saturation, were used in slots: no more fit")]
    Full,
}

struct Slot {
    /// Held by who has set it.
    held: Mutex<()>,
    /// Who that is; 0 for nobody.
    owner: AtomicU64,
    /// Which of the known ones.
    known: AtomicUsize,
    seed: AtomicU64,
}

static SLOT_TABLE: [Slot; SLOTS] = [const {
    Slot {
        held: Mutex::new(()),
        owner: AtomicU64::new(0),
        known: AtomicUsize::new(0),
        seed: AtomicU64::new(0),
    }
}; SLOTS];

/// Filled from the front; what is in it stays. So a number is found without a lock.
static KNOWN_TABLE: [OnceLock<Box<Exactly>>; KNOWN] = [const { OnceLock::new() }; KNOWN];
static FILLING: Mutex<()> = Mutex::new(());

fn known(index: usize) -> &'static Exactly {
    KNOWN_TABLE[index % KNOWN]
        .get_or_init(|| Box::new(Exactly::new(&Rounder::new(Format::BINARY64))))
}

/// Where a rounder is among the known ones, put there if need be. The seed does not matter.
fn place(rounder: &Rounder) -> Result<usize, SlotError> {
    let _filling = FILLING.lock().unwrap_or_else(PoisonError::into_inner);
    known(0);
    for (index, entry) in KNOWN_TABLE.iter().enumerate() {
        if entry
            .get_or_init(|| Box::new(Exactly::new(rounder)))
            .is_of(rounder)
        {
            return Ok(index);
        }
    }
    Err(SlotError::Full)
}

/// A number of the thread's own, from 1.
fn thread() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static NUMBER: u64 = NEXT.fetch_add(1, Relaxed);
    }
    NUMBER.with(|number| *number)
}

/// Sets a slot back, also when the closure panics.
struct Reset<'a>(&'a Slot);

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        self.0.known.store(0, Release);
        self.0.owner.store(0, Release);
    }
}

impl<const SLOT: usize> Dynamic<SLOT> {
    const IN_RANGE: () = assert!(SLOT < SLOTS, "slots are 0 to 7");

    /// Does `work` with the rounder in the slot, in all threads. Waits while another thread has it.
    ///
    /// Numbers made before or after are only good as values: their format is that of the slot when
    /// they are used.
    ///
    /// # Errors
    /// [`SlotError`] if this thread has set the slot already, or too many formats were used.
    pub fn with<R>(rounder: &Rounder, work: impl FnOnce() -> R) -> Result<R, SlotError> {
        const { Self::IN_RANGE };
        let slot = &SLOT_TABLE[SLOT];
        if slot.owner.load(Acquire) == thread() {
            return Err(SlotError::Busy { slot: SLOT });
        }
        let known = place(rounder)?;
        let _held = slot.held.lock().unwrap_or_else(PoisonError::into_inner);
        let _reset = Reset(slot);
        slot.owner.store(thread(), Release);
        slot.seed.store(rounder.seed(), Relaxed);
        slot.known.store(known, Release);
        Ok(work())
    }

    #[inline]
    fn exactly() -> &'static Exactly {
        const { Self::IN_RANGE };
        known(SLOT_TABLE[SLOT].known.load(Acquire))
    }

    #[inline]
    fn seed() -> u64 {
        SLOT_TABLE[SLOT].seed.load(Relaxed)
    }
}

impl<const SLOT: usize> Stateless for Dynamic<SLOT> {
    fn format() -> Format {
        *Self::exactly().format()
    }

    fn exact(x: Unrounded) -> f64 {
        Self::exactly().exact_alike(x, Self::seed())
    }
}

impl<const SLOT: usize> Arith for Dynamic<SLOT> {
    type Num = f64;

    fn num(&self, x: f64) -> f64 {
        Self::exactly().num_alike(x, Self::seed())
    }

    fn value(&self, x: f64) -> f64 {
        x
    }

    fn unary(&self, operation: Unary, x: f64) -> f64 {
        Self::exactly().unary_alike(operation, x, Self::seed())
    }

    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        Self::exactly().binary_alike(operation, x, y, Self::seed())
    }

    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        Self::exactly().ternary_alike(operation, x, y, z, Self::seed())
    }

    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        x.partial_cmp(&y)
    }
}
