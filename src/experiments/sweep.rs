//! All trials of a plan, in threads, their rows in the plan's order.
//!
//! ```
//! use roundoff::Format;
//! use roundoff::experiments::{Plan, sweep};
//! let plan = Plan::of(&["sum"])?.formats(&[Format::BINARY16, Format::BFLOAT16]).seeds(0..4);
//! let mut rows = Vec::new();
//! let summary = sweep::run(&plan, &sweep::Options::default(), |row| {
//!     rows.push(row);
//!     Ok(())
//! })?;
//! assert_eq!((rows.len(), summary.trials), (8, 8));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Threads take neighbouring trials with the same inputs together, so that these are made once; what
//! comes out does not depend on threads, since a trial depends on nothing but itself.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::plan::{Plan, PlanError};
use super::row::Row;
use super::shard::Shard;
use super::trial::{Place, Prepared, Times, Trial};
#[cfg(feature = "gpu")]
use crate::gpu::Devices;

/// Trials with the same inputs that one thread takes at a time.
const TOGETHER: usize = 32;

/// How a plan is run.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Threads; none: as many as the machine has cores.
    pub threads: Option<NonZeroUsize>,
    /// Which part.
    pub shard: Shard,
    /// So many trials of this part have been done.
    pub done: u64,
    /// Is it to stop?
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Told after each row that has been taken.
    pub progress: &'a dyn Fn(&Summary),
    /// Where the kernels that have shaders run; none: on the CPU, as all others. The bits are the same.
    #[cfg(feature = "gpu")]
    pub devices: Option<&'a Devices>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            threads: None,
            shard: Shard::default(),
            done: 0,
            stop: &|| false,
            progress: &|_| (),
            #[cfg(feature = "gpu")]
            devices: None,
        }
    }
}

/// What a run came to, so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Trials run.
    pub trials: u64,
    /// Of them without a result.
    pub failed: u64,
    /// Since it began.
    pub elapsed: Duration,
    /// All threads' time together.
    pub threads: Duration,
    /// Of it in the kernels.
    pub kernels: Duration,
    /// In inputs and references.
    pub preparing: Duration,
    /// In figures and bounds.
    pub measuring: Duration,
}

impl Summary {
    /// The share of the threads' time that was in the kernels, 0 to 1.
    pub fn kernel_share(&self) -> f64 {
        let all = self.threads.as_secs_f64();
        match all > 0.0 {
            true => self.kernels.as_secs_f64() / all,
            false => 0.0,
        }
    }
}

/// Why a sweep ended before its end. All rows that were taken before are whole.
#[derive(Debug, Error)]
pub enum SweepError {
    /// A plan that cannot be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A row that could not be written.
    #[error("{0}")]
    Sink(#[from] io::Error),
    /// It was asked to stop.
    #[error("stopped after {done} of {trials} trials")]
    Stopped {
        /// Trials that were done, earlier ones among them.
        done: u64,
        /// Trials of the part; those of the plan where it is cut.
        trials: u64,
    },
}

/// Trials that share their inputs, by their places.
type Group = Vec<(u64, Trial)>;

/// Where groups come from, in order.
struct Source<'a> {
    plan: &'a Plan,
    shard: Shard,
    /// Trials of the part still to be passed over.
    skip: u64,
    next: u64,
    /// A trial that was looked at and belongs to the next group.
    waiting: Option<(u64, Trial)>,
    groups: u64,
    written: u64,
}

impl Source<'_> {
    fn trial(&mut self) -> Option<(u64, Trial)> {
        if let Some(waiting) = self.waiting.take() {
            return Some(waiting);
        }
        loop {
            let index = self.next;
            let trial = self.plan.trial(index)?;
            self.next += 1;
            if !self.shard.is_whole() && !self.shard.has(trial.identity()) {
                continue;
            }
            match self.skip {
                0 => return Some((index, trial)),
                _ => self.skip -= 1,
            }
        }
    }

    /// The next group and its number.
    fn group(&mut self) -> Option<(u64, Group)> {
        let first = self.trial()?;
        let mut group = vec![first];
        while group.len() < TOGETHER {
            match self.trial() {
                Some(next) if next.1.shares_inputs(&group[0].1) => group.push(next),
                next => {
                    self.waiting = next;
                    break;
                }
            }
        }
        self.groups += 1;
        Some((self.groups - 1, group))
    }
}

/// A group's rows, and the time they took.
struct Done {
    number: u64,
    rows: Vec<Row>,
    /// Not cut short by a stop?
    is_whole: bool,
    times: Times,
    preparing: Duration,
    /// All of the thread's time since its last group.
    thread: Duration,
}

/// Of a lock that a panic elsewhere has not made useless: the panic itself ends the scope.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a plan; rows go to `sink` one after the other, in the plan's order.
///
/// # Errors
/// [`SweepError`]: a plan that cannot be run, a sink that failed, or a stop that was asked for. Rows
/// that `sink` has taken by then are those of the first trials, without a gap.
pub fn run(
    plan: &Plan,
    options: &Options<'_>,
    mut sink: impl FnMut(Row) -> io::Result<()>,
) -> Result<Summary, SweepError> {
    plan.check()?;
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = options.threads.unwrap_or_else(cores).get().min(1024);
    let started = Instant::now();
    let source = Mutex::new(Source {
        plan,
        shard: options.shard,
        skip: options.done,
        next: 0,
        waiting: None,
        groups: 0,
        written: 0,
    });
    let moved_on = Condvar::new();
    let over = Mutex::new(false);
    let is_over = || *locked(&over) || (options.stop)();
    let place = Place {
        plan: plan.fingerprint(),
        trials: plan.len(),
        index: 0,
    };
    #[cfg(feature = "gpu")]
    let devices = options.devices;
    let run_trial = |trial: &Trial, place: &Place, prepared: &Prepared| {
        #[cfg(feature = "gpu")]
        if let Some(devices) = devices {
            return trial.run_on(devices, place, prepared);
        }
        trial.run(place, prepared)
    };
    let mut summary = Summary::default();
    let mut failure = None;
    let is_cut = std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..threads {
            let sender = sender.clone();
            let (source, moved_on, is_over) = (&source, &moved_on, &is_over);
            let run_trial = &run_trial;
            let place = &place;
            let ahead = 4 * threads as u64;
            scope.spawn(move || {
                let mut last: Option<(Trial, Prepared)> = None;
                let mut since = Instant::now();
                loop {
                    let group = {
                        let mut source = locked(source);
                        // No further ahead of what is written than memory is good for.
                        while source.groups >= source.written + ahead && !is_over() {
                            let wait = moved_on.wait_timeout(source, Duration::from_millis(100));
                            source = wait.unwrap_or_else(PoisonError::into_inner).0;
                        }
                        match is_over() {
                            true => None,
                            false => source.group(),
                        }
                    };
                    let Some((number, group)) = group else {
                        return;
                    };
                    let mut done = work(plan, place, number, &group, &mut last, is_over, run_trial);
                    done.thread = since.elapsed();
                    since = Instant::now();
                    if sender.send(done).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut is_cut = false;
        for done in receiver {
            waiting.insert(done.number, done);
            while let Some(done) = waiting.remove(&next) {
                next += 1;
                summary.threads += done.thread;
                summary.kernels += done.times.kernel;
                summary.measuring += done.times.measuring;
                summary.preparing += done.preparing;
                // After a group that was cut short comes nothing: no gaps.
                for row in done.rows {
                    if failure.is_some() || is_cut {
                        break;
                    }
                    let failed = row.is_failed();
                    if let Err(error) = sink(row) {
                        failure = Some(error);
                        *locked(&over) = true;
                        break;
                    }
                    summary.trials += 1;
                    summary.failed += u64::from(failed);
                    summary.elapsed = started.elapsed();
                    (options.progress)(&summary);
                }
                is_cut |= !done.is_whole;
                locked(&source).written = next;
                moved_on.notify_all();
            }
        }
        is_cut
    });
    summary.elapsed = started.elapsed();
    if let Some(error) = failure {
        return Err(error.into());
    }
    let is_done = !is_cut && locked(&source).trial().is_none();
    match is_done {
        true => Ok(summary),
        false => Err(SweepError::Stopped {
            done: options.done + summary.trials,
            trials: plan.len(),
        }),
    }
}

/// The trials of a group, one after the other, with the inputs of the last group where they are the
/// same.
fn work(
    plan: &Plan,
    place: &Place,
    number: u64,
    group: &Group,
    last: &mut Option<(Trial, Prepared)>,
    is_over: &impl Fn() -> bool,
    run_trial: &impl Fn(&Trial, &Place, &Prepared) -> (Row, Times),
) -> Done {
    let mut done = Done {
        number,
        rows: Vec::with_capacity(group.len()),
        is_whole: true,
        times: Times::default(),
        preparing: Duration::ZERO,
        thread: Duration::ZERO,
    };
    let Some((_, first)) = group.first() else {
        return done;
    };
    let prepared = match last.take() {
        Some((trial, prepared)) if trial.shares_inputs(first) => prepared,
        _ => {
            let prepared = first.prepare(plan.inputs().map(|given| &**given));
            done.preparing = prepared.time;
            prepared
        }
    };
    for (index, trial) in group {
        if is_over() {
            done.is_whole = false;
            break;
        }
        let place = Place {
            index: *index,
            ..place.clone()
        };
        let (row, times) = run_trial(trial, &place, &prepared);
        done.times.kernel += times.kernel;
        done.times.measuring += times.measuring;
        done.rows.push(row);
    }
    *last = Some((first.clone(), prepared));
    done
}
