//! Operations element by element: each result the exact one, rounded once.
//!
//! The element at i takes the random word i of the rounder's stream, as in
//! [`Rounder::round_slice`]. Operations that have vectors go through them a block at a time
//! ([`abreast`](crate::arith::abreast)); what such a block does not answer, and every other
//! operation, goes through [`Exactly`].

use super::SliceError;
use super::packed::SliceHost;
use super::product::{each_chunk, holds, same_length};
use crate::arith::abreast::{Fast, Results};
use crate::arith::exact::Exactly;
use crate::arith::operations::{Binary, Ternary, Unary};
use crate::chop::fast::lane64;
use crate::chop::{Rounder, Threads};

/// Elements a block.
const BLOCK: usize = 256;
/// Elements a task of a thread takes, and from how many on there are threads.
const TASK: usize = 1 << 14;
const PARALLEL: usize = 1 << 16;

/// out = operation(x).
///
/// ```
/// use roundoff::arith::{Unary, slices};
/// use roundoff::{Format, Rounder};
/// let mut roots = [0f32; 3];
/// let half = Rounder::new(Format::BINARY16);
/// slices::unary(Unary::Sqrt, &half, &[4.0, 2.0, -1.0], &mut roots)?;
/// assert_eq!(roots[..2], [2.0, 1.4140625]);
/// assert!(roots[2].is_nan());
/// # Ok::<(), roundoff::arith::slices::SliceError>(())
/// ```
///
/// # Errors
/// [`SliceError`] if lengths differ, or T does not hold every value of the format.
pub fn unary<T: SliceHost>(
    operation: Unary,
    rounder: &Rounder,
    x: &[T],
    out: &mut [T],
) -> Result<(), SliceError> {
    let way = Fast::of_unary(operation);
    run(way, rounder, [x], out, |exactly, [x], random| {
        exactly.unary(operation, x, random)
    })
}

/// out = operation(x, y).
///
/// ```
/// use roundoff::arith::{Binary, slices};
/// use roundoff::{Format, Rounder, Rounding};
/// let up = Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive);
/// let mut sums = [0.0; 2];
/// slices::binary(Binary::Add, &up, &[1.0, 1.0], &[1e-30, 2.0], &mut sums)?;
/// assert_eq!(sums, [1.0009765625, 3.0]);
/// # Ok::<(), roundoff::arith::slices::SliceError>(())
/// ```
///
/// # Errors
/// As [`unary`].
pub fn binary<T: SliceHost>(
    operation: Binary,
    rounder: &Rounder,
    x: &[T],
    y: &[T],
    out: &mut [T],
) -> Result<(), SliceError> {
    let way = Fast::of_binary(operation);
    run(way, rounder, [x, y], out, |exactly, [x, y], random| {
        exactly.binary(operation, x, y, random)
    })
}

/// out = operation(x, y, z).
///
/// ```
/// use roundoff::arith::{Ternary, slices};
/// use roundoff::{Format, Rounder};
/// let mut out = [0f32];
/// let format = Rounder::new(Format::BFLOAT16);
/// slices::ternary(Ternary::Fma, &format, &[3.0], &[5.0], &[0.0625], &mut out)?;
/// assert_eq!(out, [15.0625]);
/// # Ok::<(), roundoff::arith::slices::SliceError>(())
/// ```
///
/// # Errors
/// As [`unary`].
pub fn ternary<T: SliceHost>(
    operation: Ternary,
    rounder: &Rounder,
    x: &[T],
    y: &[T],
    z: &[T],
    out: &mut [T],
) -> Result<(), SliceError> {
    let way = Fast::of_ternary(operation);
    run(
        way,
        rounder,
        [x, y, z],
        out,
        |exactly, [x, y, z], random| exactly.ternary(operation, x, y, z, random),
    )
}

fn run<T: SliceHost, const N: usize>(
    fast: Option<Fast>,
    rounder: &Rounder,
    operands: [&[T]; N],
    out: &mut [T],
    exact: impl Fn(&Exactly, [f64; N], u64) -> f64 + Sync,
) -> Result<(), SliceError> {
    for operand in operands {
        same_length(operand, out)?;
    }
    holds::<T>(rounder.format())?;
    let exactly = Exactly::new(rounder);
    let level = crate::instructions::level();
    let by = exactly.by(level);
    let single = rounder.with_threads(Threads::One);
    let parallel = rounder.threads() == Threads::Auto && out.len() >= PARALLEL;
    each_chunk(out, TASK, parallel, |task, out| {
        let mut wide = [[0f64; BLOCK]; N];
        let mut results = Results::<BLOCK>::new();
        for (i, out) in out.chunks_mut(BLOCK).enumerate() {
            let from = task * TASK + i * BLOCK;
            for (wide, operand) in wide.iter_mut().zip(operands) {
                T::widen(&operand[from..from + out.len()], &mut wide[..out.len()]);
            }
            let count = out.len();
            let all: [&_; N] = std::array::from_fn(|n| &wide[n][..count]);
            let round = |values: &mut [f64]| single.round_slice_at(values, from as u64);
            let fast = fast.filter(|fast| results.compute(level, *fast, by, all, round));
            let (rounded, open) = (&mut results.low[..count], &results.open[..count]);
            for (lane, rounded) in rounded.iter_mut().enumerate() {
                if fast.is_none() || open[lane] != 0 {
                    let x: [f64; N] = std::array::from_fn(|n| wide[n][lane]);
                    let index = (from + lane) as u64;
                    let counter = rounder.counter(index).0;
                    let keys = counter.keys(rounder.rounding(), index);
                    let random = match rounder.rounding().is_stochastic() {
                        true => lane64::draw(&keys, index as u32, keys.long),
                        false => 0,
                    };
                    *rounded = exact(&exactly, x, random);
                }
            }
            let rounded = &results.low[..count];
            for (out, rounded) in out.iter_mut().zip(rounded) {
                *out = T::from_f64(*rounded);
            }
        }
    });
    Ok(())
}
