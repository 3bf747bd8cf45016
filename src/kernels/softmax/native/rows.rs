//! Rows out of blocks: what the methods do, in threads or not.
//!
//! Whatever the method, a row has two steps. In the first every block gives its [`Part`]: a sum, and
//! the point it is relative to. Parts are independent of each other, so that blocks may go to any
//! thread; they are merged from first to last. The second step writes the results.

use fearless_simd::Level;

use super::block::Find;
use super::{Method, Rows, block};
use crate::chop::Threads;
use crate::kernels::softmax::{Function, reference};
use crate::native::double_double::DoubleDouble;
use crate::native::exp::{Real, Shift, in_octaves};
use crate::native::log;

/// Bytes of a row beyond which the fast caches do not hold it and its result.
const CACHED: usize = 4 << 20;
/// Bytes of work that are worth threads.
#[cfg(feature = "rayon")]
const PARALLEL_BYTES: usize = 1 << 20;
/// Blocks that `online` does one after the other.
const RUN: usize = 16;

fn within_limit<T: Real>(point: f64) -> bool {
    (-T::LIMIT..=T::LIMIT).contains(&point)
}

/// What blocks add: `sum` e^`point`, with `point` in octaves.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// The greatest value.
    maximum: f64,
    /// The point times log2(e).
    octaves: DoubleDouble,
    sum: DoubleDouble,
}

impl Part {
    const EMPTY: Self = Self {
        maximum: f64::NEG_INFINITY,
        octaves: DoubleDouble::ZERO,
        sum: DoubleDouble::ZERO,
    };

    /// Relative to the maximum.
    fn at(maximum: f64) -> Self {
        Self {
            maximum,
            octaves: in_octaves(DoubleDouble::new(maximum)),
            ..Self::EMPTY
        }
    }

    /// Relative to the power of two nearest e^maximum: the sum is a pair (m, n).
    fn pair(maximum: f64) -> Self {
        Self {
            maximum,
            octaves: DoubleDouble::new(Shift::<f64>::whole(maximum * std::f64::consts::LOG2_E)),
            ..Self::EMPTY
        }
    }

    /// None where the point is for the careful way, or so low that nothing may count.
    fn shift<T: Real>(&self) -> Option<Shift<T>> {
        within_limit::<T>(self.maximum).then(|| Shift::new(self.octaves))
    }

    /// Of a block without a sum.
    fn look_for_nan<T: Real>(&mut self, x: &[T]) {
        if x.iter().any(|x| x.to_f64().is_nan()) {
            self.maximum = f64::INFINITY;
        }
    }

    /// Is there nothing in it but -infinity, or numbers so low that only their own kind counts them?
    fn is_low<T: Real>(&self) -> bool {
        self.maximum < -T::LIMIT
    }
}

/// A part for each block of a row. Short rows, of one block, are many: theirs is not on the heap.
enum Parts {
    One([Part; 1]),
    Many(Vec<Part>),
}

impl Parts {
    fn of<T>(values: usize) -> Self {
        match values.div_ceil(block::values::<T>()) {
            0 | 1 => Self::One([Part::EMPTY]),
            many => Self::Many(vec![Part::EMPTY; many]),
        }
    }

    fn all(&mut self) -> &mut [Part] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}

/// log x within 2^-66 of itself, or near 1 of x - 1.
fn logarithm(x: DoubleDouble) -> DoubleDouble {
    let (high, low) = log::log(0.0, x.high, x.low);
    DoubleDouble { high, low }
}

/// A whole row's sum.
enum Total {
    /// `sum` 2^`octaves`.
    Sum {
        octaves: DoubleDouble,
        sum: DoubleDouble,
    },
    /// NaN, infinities, inputs past the limit: for the careful way.
    Careful,
}

/// The sum of the parts, from first to last, relative to the greatest point.
fn merge<T: Real>(level: Level, parts: &[Part]) -> Total {
    let (mut maximum, mut low) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    let mut octaves = DoubleDouble::new(f64::NEG_INFINITY);
    for part in parts {
        maximum = maximum.max(part.maximum);
        if part.is_low::<T>() {
            low = low.max(part.maximum);
        } else if part.octaves.high > octaves.high {
            octaves = part.octaves;
        }
    }
    // Low blocks add nothing to a maximum that is far above.
    if !within_limit::<T>(maximum) || maximum - low < 2.0 * T::BIAS {
        return Total::Careful;
    }
    let mut sum = DoubleDouble::ZERO;
    for part in parts.iter().filter(|part| !part.is_low::<T>()) {
        sum = sum + part.sum * DoubleDouble::new(block::power(level, part.octaves - octaves));
    }
    match sum.high.is_nan() {
        true => Total::Careful,
        false => Total::Sum { octaves, sum },
    }
}

/// What a row is read from.
enum Source<'a, T> {
    Other(&'a [T]),
    Itself,
}

struct Job<'a> {
    rows: &'a Rows,
    /// In threads within the row.
    parallel: bool,
}

impl Job<'_> {
    /// The method for a row of so many values, which overwrites its inputs or not.
    fn method<T>(&self, count: usize, in_place: bool) -> Method {
        let fits = count * size_of::<T>() <= CACHED;
        let method = self.rows.method.unwrap_or(match fits {
            true => Method::ThreePassReload,
            false => Method::Online,
        });
        match method {
            // A block that turns out to be for the careful way would come too late: those before
            // it are overwritten.
            Method::OnlineReload if in_place => Method::ThreePassReload,
            method => method,
        }
    }

    fn softmax<T: Real>(&self, source: Source<'_, T>, y: &mut [T]) {
        let level = self.rows.level;
        let (x, in_place) = match source {
            Source::Other(x) => (Some(x), false),
            Source::Itself => (None, true),
        };
        let method = self.method::<T>(y.len(), in_place);
        // First step.
        let whole = match method {
            Method::ThreePassRecompute | Method::ThreePassReload => {
                let point = self.maximum(x.unwrap_or(y));
                match within_limit::<T>(point) {
                    true => Some(point),
                    false => return careful(Function::Softmax, x, y),
                }
            }
            _ => None,
        };
        let reload = matches!(method, Method::ThreePassReload | Method::OnlineReload);
        let mut parts = Parts::of::<T>(y.len());
        let parts = parts.all();
        if reload {
            self.each_block_run(x, y, parts, |x, y, parts| {
                self.run(method, whole, x, Some(y), parts);
            });
        } else {
            self.sums(method, whole, x.unwrap_or(y), parts);
        }
        // Second step.
        match merge::<T>(level, parts) {
            Total::Careful => careful(Function::Softmax, x, y),
            Total::Sum { octaves, sum } if reload => {
                self.each_block(None, y, parts, |_, y, part| {
                    let far = part.octaves - octaves;
                    match part.is_low::<T>() {
                        true => y.fill(T::from_f64(0.0)),
                        false => {
                            let factor = DoubleDouble::new(block::power(level, far));
                            block::scale(level, y, factor.divide(sum));
                        }
                    }
                });
            }
            Total::Sum { octaves, sum } => {
                let shift = Shift::new(octaves + in_octaves(logarithm(sum)));
                self.each_block(x, y, parts, |x, y, _| {
                    block::exponentials(level, x, y, &shift);
                });
            }
        }
    }

    /// The parts, nothing written.
    fn sums<T: Real>(&self, method: Method, whole: Option<f64>, x: &[T], parts: &mut [Part]) {
        self.each_run(x, parts, |x, parts| {
            self.run(method, whole, Some(x), None, parts);
        });
    }

    /// The parts of a run of blocks of `x` (or `y` itself); exponentials into `y` if it is there.
    ///
    /// A block is taken relative to the maximum of those before it. Where its own is greater, which
    /// is seen when it is done, it is done again: it is in the nearest cache by then. After a few
    /// blocks that is rare.
    fn run<T: Real>(
        &self,
        method: Method,
        whole: Option<f64>,
        x: Option<&[T]>,
        mut y: Option<&mut [T]>,
        parts: &mut [Part],
    ) {
        let level = self.rows.level;
        let block = block::values::<T>();
        let find = match whole {
            Some(_) => Find::Sum,
            None => Find::SumAndGreatest,
        };
        let count = x
            .map_or(0, <[T]>::len)
            .max(y.as_ref().map_or(0, |y| y.len()));
        let part_at = |maximum: f64| match method {
            Method::TwoPass => Part::pair(maximum),
            _ => Part::at(maximum),
        };
        let mut before: Option<(Part, Shift<T>)> = None;
        for (number, part) in parts.iter_mut().enumerate() {
            let place = number * block..count.min((number + 1) * block);
            let x = x.map(|x| &x[place.clone()]);
            let mut y = y.as_mut().map(|y| &mut y[place]);
            let mut attempt = |shift: &Shift<T>| match &mut y {
                Some(y) => block::exponentials_and_sum(level, find, x, y, shift),
                None => block::sum(level, find, x.unwrap_or(&[]), shift),
            };
            if let Some((point, shift)) = &before {
                let (sum, greatest) = attempt(shift);
                if greatest.to_f64() <= point.maximum {
                    *part = Part { sum, ..*point };
                    continue;
                }
            }
            let maximum = match (whole, x, &y) {
                (Some(whole), ..) => whole,
                (None, Some(x), _) => block::maximum(level, x).to_f64(),
                (None, None, Some(y)) => block::maximum(level, y).to_f64(),
                (None, None, None) => f64::NEG_INFINITY,
            };
            *part = part_at(maximum);
            let Some(shift) = part.shift::<T>() else {
                part.look_for_nan(x.unwrap_or_else(|| y.as_deref().unwrap_or(&[])));
                continue;
            };
            let mut attempt = |shift: &Shift<T>| match &mut y {
                Some(y) => block::exponentials_and_sum(level, find, x, y, shift),
                None => block::sum(level, find, x.unwrap_or(&[]), shift),
            };
            part.sum = attempt(&shift).0;
            if method == Method::TwoPass {
                part.sum = part.sum + greatest_corrected(level, part, &shift);
            }
            before = Some((*part, shift));
        }
    }

    /// Log-sum-exp, or none for the careful way.
    fn log_sum_exp<T: Real>(&self, x: &[T]) -> Option<DoubleDouble> {
        let method = self.method::<T>(x.len(), false);
        let whole = match method {
            Method::ThreePassRecompute | Method::ThreePassReload => {
                let point = self.maximum(x);
                within_limit::<T>(point).then_some(point)?.into()
            }
            _ => None,
        };
        let mut parts = Parts::of::<T>(x.len());
        let parts = parts.all();
        self.sums(method, whole, x, parts);
        match merge::<T>(self.rows.level, parts) {
            Total::Careful => None,
            Total::Sum { octaves, sum } => Some(octaves * DoubleDouble::LOG_2 + logarithm(sum)),
        }
    }

    fn log_softmax<T: Real>(&self, source: Source<'_, T>, y: &mut [T]) {
        let x = match source {
            Source::Other(x) => Some(x),
            Source::Itself => None,
        };
        let level = self.rows.level;
        match self.log_sum_exp(x.unwrap_or(y)) {
            None => careful(Function::LogSoftmax, x, y),
            Some(point) => {
                self.each_block(x, y, Parts::of::<T>(y.len()).all(), |x, y, _| {
                    block::subtract(level, x, y, point);
                });
            }
        }
    }

    fn maximum<T: Real>(&self, x: &[T]) -> f64 {
        let mut parts = Parts::of::<T>(x.len());
        let parts = parts.all();
        let level = self.rows.level;
        self.each_run(x, parts, |x, parts| {
            for (x, part) in x.chunks(block::values::<T>()).zip(parts) {
                part.maximum = block::maximum(level, x).to_f64();
            }
        });
        parts
            .iter()
            .map(|part| part.maximum)
            .fold(f64::NEG_INFINITY, f64::max)
    }
}

/// What the rounding of a pair's greatest term took from the sum. Relative to the maximum itself
/// that term is 1, relative to a power of two it is a rounded number, which may be most of the sum.
fn greatest_corrected<T: Real>(level: Level, part: &Part, shift: &Shift<T>) -> DoubleDouble {
    let mut rounded = [T::from_f64(0.0)];
    block::exponentials(
        level,
        Some(&[T::from_f64(part.maximum)]),
        &mut rounded,
        shift,
    );
    let octaves = in_octaves(DoubleDouble::new(part.maximum)) - part.octaves;
    DoubleDouble::new(block::power(level, octaves) - rounded[0].to_f64())
}

impl Job<'_> {
    /// Every block of a row with its part.
    fn each_block<T: Real>(
        &self,
        x: Option<&[T]>,
        y: &mut [T],
        parts: &mut [Part],
        work: impl Fn(Option<&[T]>, &mut [T], &mut Part) + Sync,
    ) {
        let block = block::values::<T>();
        let work = |(number, (y, part)): (usize, (&mut [T], &mut Part))| {
            let x = x.map(|x| &x[number * block..number * block + y.len()]);
            work(x, y, part);
        };
        #[cfg(feature = "rayon")]
        if self.parallel {
            use rayon::prelude::*;
            y.par_chunks_mut(block)
                .zip(parts)
                .enumerate()
                .with_min_len(RUN)
                .for_each(work);
            return;
        }
        y.chunks_mut(block).zip(parts).enumerate().for_each(work);
    }

    /// Runs of blocks, to be written, with their parts.
    fn each_block_run<T: Real>(
        &self,
        x: Option<&[T]>,
        y: &mut [T],
        parts: &mut [Part],
        work: impl Fn(Option<&[T]>, &mut [T], &mut [Part]) + Sync,
    ) {
        let run = RUN * block::values::<T>();
        let work = |(number, (y, parts)): (usize, (&mut [T], &mut [Part]))| {
            let x = x.map(|x| &x[number * run..number * run + y.len()]);
            work(x, y, parts);
        };
        #[cfg(feature = "rayon")]
        if self.parallel {
            use rayon::prelude::*;
            y.par_chunks_mut(run)
                .zip(parts.par_chunks_mut(RUN))
                .enumerate()
                .for_each(work);
            return;
        }
        y.chunks_mut(run)
            .zip(parts.chunks_mut(RUN))
            .enumerate()
            .for_each(work);
    }

    /// Runs of blocks with their parts.
    fn each_run<T: Real>(
        &self,
        x: &[T],
        parts: &mut [Part],
        work: impl Fn(&[T], &mut [Part]) + Sync,
    ) {
        let run = RUN * block::values::<T>();
        #[cfg(feature = "rayon")]
        if self.parallel {
            use rayon::prelude::*;
            x.par_chunks(run)
                .zip(parts.par_chunks_mut(RUN))
                .for_each(|(x, parts)| work(x, parts));
            return;
        }
        x.chunks(run)
            .zip(parts.chunks_mut(RUN))
            .for_each(|(x, parts)| work(x, parts));
    }

    fn row<T: Real>(&self, source: Source<'_, T>, y: &mut [T]) {
        if let [only] = y {
            let x = match source {
                Source::Other(&[x]) => Some(x),
                Source::Itself => Some(*only),
                Source::Other(_) => None,
            };
            if let Some(x) = x.filter(|x| x.to_f64().is_finite()) {
                *only = match self.rows.function {
                    Function::Softmax => T::from_f64(1.0),
                    Function::LogSoftmax => T::from_f64(0.0),
                    Function::LogSumExp => x,
                };
                return;
            }
        }
        match (self.rows.function, source) {
            (Function::Softmax, source) => self.softmax(source, y),
            (Function::LogSoftmax, source) => self.log_softmax(source, y),
            (Function::LogSumExp, Source::Other(x)) => match self.log_sum_exp(x) {
                None => careful(Function::LogSumExp, Some(x), y),
                Some(point) => y.fill(T::from_f64(point.value())),
            },
            (Function::LogSumExp, Source::Itself) => {}
        }
    }
}

/// By the reference: rows with NaN, with +infinity, of nothing but -infinity, or of huge values.
fn careful<T: Real>(function: Function, x: Option<&[T]>, y: &mut [T]) {
    let row: Vec<f64> = x.unwrap_or(y).iter().map(|x| x.to_f64()).collect();
    let mut result = vec![0.0; y.len()];
    if reference(function, &row, &mut result).is_ok() {
        for (y, result) in y.iter_mut().zip(result) {
            *y = T::from_f64(result);
        }
    }
}

/// Is the work worth threads at all; and if so, is it within a row?
fn threads(rows: &Rows, bytes: usize, count: usize) -> (bool, bool) {
    #[cfg(feature = "rayon")]
    if rows.threads == Threads::Auto && bytes >= PARALLEL_BYTES {
        return match count >= 2 * rayon::current_num_threads() {
            true => (true, false),
            false => (false, true),
        };
    }
    let _ = (rows, bytes, count, Threads::One);
    (false, false)
}

/// Does `work` for each row's number and result.
fn each_row<T: Real>(
    rows: &Rows,
    values: usize,
    row: usize,
    y: &mut [T],
    width: usize,
    work: impl Fn(&Job<'_>, usize, &mut [T]) + Sync,
) {
    let (across, within) = threads(rows, values * size_of::<T>(), values / row);
    let job = Job {
        rows,
        parallel: within,
    };
    let work = |(number, y): (usize, &mut [T])| work(&job, number, y);
    #[cfg(feature = "rayon")]
    if across {
        use rayon::prelude::*;
        let together = (block::values::<T>() / row).max(1);
        y.par_chunks_mut(width)
            .enumerate()
            .with_min_len(together)
            .for_each(work);
        return;
    }
    // Threads are entered once, not for each loop of a row: waking them takes microseconds.
    #[cfg(feature = "rayon")]
    if within {
        rayon::scope(|_| y.chunks_mut(width).enumerate().for_each(work));
        return;
    }
    let _ = across;
    y.chunks_mut(width).enumerate().for_each(work);
}

pub fn apply<T: Real>(rows: &Rows, x: &[T], row: usize, y: &mut [T], mask: Option<&[bool]>) {
    if row == 0 {
        y.fill(T::NEG_INFINITY);
        return;
    }
    let width = rows.function.values(row);
    each_row(rows, x.len(), row, y, width, |job, number, y| {
        let x = &x[number * row..(number + 1) * row];
        let Some(mask) = mask else {
            return job.row(Source::Other(x), y);
        };
        let mask = match mask.len() == row {
            true => mask,
            false => &mask[number * row..(number + 1) * row],
        };
        let masked: Vec<T> = x
            .iter()
            .zip(mask)
            .map(|(x, shown)| if *shown { *x } else { T::NEG_INFINITY })
            .collect();
        job.row(Source::Other(&masked), y);
    });
}

pub fn apply_in_place<T: Real>(rows: &Rows, y: &mut [T], row: usize) {
    if row > 0 {
        let values = y.len();
        each_row(rows, values, row, y, row, |job, _, y| {
            job.row(Source::Itself, y);
        });
    }
}
