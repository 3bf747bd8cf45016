//! Rows out of blocks: what the methods do.
//!
//! Whatever the method, a row has two steps. In the first every block gives its [`Part`]: a sum, and
//! the point it is relative to. Parts are independent of each other, so that blocks may go to any
//! thread; they are merged from first to last. The second step writes the results.

use super::block::Find;
use super::part::{Part, Parts, Total, greatest_corrected, logarithm, merge, within_limit};
use super::spread::{Spread, each_row};
use super::{Method, Rows, block};
use crate::kernels::softmax::{Function, reference};
use crate::native::double_double::DoubleDouble;
use crate::native::exp::{Real, Shift, in_octaves};

/// Bytes of a row beyond which the fast caches do not hold it and its result.
const CACHED: usize = 4 << 20;

/// What a row is read from.
enum Source<'a, T> {
    Other(&'a [T]),
    Itself,
}

struct Job<'a> {
    rows: &'a Rows,
    spread: &'a Spread,
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
            self.spread.each_block_run(x, y, parts, |x, y, parts| {
                self.run(method, whole, x, Some(y), parts);
            });
        } else {
            self.sums(method, whole, x.unwrap_or(y), parts);
        }
        // Second step.
        match merge::<T>(level, parts) {
            Total::Careful => careful(Function::Softmax, x, y),
            Total::Sum { octaves, sum, .. } if reload => {
                self.spread.each_block(None, y, parts, |_, y, part| {
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
            Total::Sum { octaves, sum, .. } => {
                let shift = Shift::new(octaves + in_octaves(logarithm(sum)));
                self.spread.each_block(x, y, parts, |x, y, _| {
                    block::exponentials(level, x, y, &shift);
                });
            }
        }
    }

    /// The parts, nothing written.
    fn sums<T: Real>(&self, method: Method, whole: Option<f64>, x: &[T], parts: &mut [Part]) {
        self.spread.each_run(x, parts, |x, parts| {
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
            // The maximum apart: where it is nearly the whole sum, what is beside it is the result of
            // log-softmax, and octaves times log 2 would be wrong by more.
            Total::Sum {
                maximum,
                octaves,
                sum,
            } => {
                let maximum = DoubleDouble::new(maximum);
                let beside = (octaves - in_octaves(maximum)) * DoubleDouble::LOG_2;
                Some(maximum + (beside + logarithm(sum)))
            }
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
                self.spread
                    .each_block(x, y, Parts::of::<T>(y.len()).all(), |x, y, _| {
                        block::subtract(level, x, y, point);
                    });
            }
        }
    }

    fn maximum<T: Real>(&self, x: &[T]) -> f64 {
        let mut parts = Parts::of::<T>(x.len());
        let parts = parts.all();
        let level = self.rows.level;
        self.spread.each_run(x, parts, |x, parts| {
            for (x, part) in x.chunks(block::values::<T>()).zip(parts) {
                part.maximum = block::maximum(level, x).to_f64();
            }
        });
        parts
            .iter()
            .map(|part| part.maximum)
            .fold(f64::NEG_INFINITY, f64::max)
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

pub fn apply<T: Real>(rows: &Rows, x: &[T], row: usize, y: &mut [T], mask: Option<&[bool]>) {
    if row == 0 {
        y.fill(T::NEG_INFINITY);
        return;
    }
    let width = rows.function.values(row);
    each_row(rows, x.len(), row, y, width, |spread, number, y| {
        let job = Job { rows, spread };
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
        each_row(rows, values, row, y, row, |spread, _, y| {
            Job { rows, spread }.row(Source::Itself, y);
        });
    }
}
