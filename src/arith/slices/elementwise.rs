//! Operations element by element: each result the exact one, rounded once.
//!
//! The element at i takes the random word i of the rounder's stream, as in
//! [`Rounder::round_slice`]. `+ - * /`, the square root, fma and faa go through vectors of f64
//! rounded to odd ([`odd`](crate::arith::odd)), a block at a time; what such a block does not
//! answer, and every other operation, goes through [`Exactly`].

use fearless_simd::dispatch;

use super::SliceError;
use super::packed::SliceHost;
use super::product::{each_chunk, holds, same_length};
use super::ways::Target;
use crate::arith::exact::Exactly;
use crate::arith::odd::Odd;
use crate::arith::operations::{Binary, Ternary, Unary};
use crate::chop::fast::lane64;
use crate::chop::{Rounder, Threads};
use crate::format::Format;

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
    let way = match operation {
        Unary::Sqrt => Some(Fast::Sqrt),
        _ => None,
    };
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
    let way = match operation {
        Binary::Add => Some(Fast::Add),
        Binary::Subtract => Some(Fast::Subtract),
        Binary::Multiply => Some(Fast::Multiply),
        Binary::Divide => Some(Fast::Divide),
        _ => None,
    };
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
    let way = match operation {
        Ternary::Fma => Some(Fast::Fma),
        Ternary::Faa => Some(Fast::Faa),
        _ => None,
    };
    run(
        way,
        rounder,
        [x, y, z],
        out,
        |exactly, [x, y, z], random| exactly.ternary(operation, x, y, z, random),
    )
}

/// Operations that have vectors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fast {
    Add,
    Subtract,
    Multiply,
    Divide,
    Sqrt,
    Fma,
    Faa,
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
    let target = Target::new(rounder);
    let native = target.is_native(Format::BINARY64);
    let fast = fast.filter(|_| native || target.odd_will_do());
    let level = crate::instructions::level();
    let single = rounder.with_threads(Threads::One);
    let parallel = rounder.threads() == Threads::Auto && out.len() >= PARALLEL;
    each_chunk(out, TASK, parallel, |task, out| {
        let mut wide = [[0f64; BLOCK]; N];
        let mut results = [0f64; BLOCK];
        let mut rounded = [0f64; BLOCK];
        for (i, out) in out.chunks_mut(BLOCK).enumerate() {
            let from = task * TASK + i * BLOCK;
            for (wide, operand) in wide.iter_mut().zip(operands) {
                T::widen(&operand[from..from + out.len()], &mut wide[..out.len()]);
            }
            let count = out.len();
            let mut open = count;
            if let Some(fast) = fast {
                // Elements past the count are of an earlier block: their results are not looked at.
                open = dispatch!(level, _simd => compute(fast, native, &wide, &mut results));
                if !native {
                    // As long as each other.
                    let _ =
                        single.round_into_at(&results[..count], &mut rounded[..count], from as u64);
                } else {
                    rounded = results;
                }
            }
            let all = fast.is_none();
            if all || open > 0 {
                for lane in 0..count {
                    let x: [f64; N] = std::array::from_fn(|n| wide[n][lane]);
                    if all || !settled(results[lane]) || !native && !x.iter().all(|x| tame(*x)) {
                        let index = (from + lane) as u64;
                        let counter = rounder.counter(index).0;
                        let keys = counter.keys(rounder.rounding(), index);
                        let random = match rounder.rounding().is_stochastic() {
                            true => lane64::draw(&keys, index as u32, keys.long),
                            false => 0,
                        };
                        rounded[lane] = exact(&exactly, x, random);
                    }
                }
            }
            for (out, rounded) in out.iter_mut().zip(&rounded) {
                *out = T::from_f64(*rounded);
            }
        }
    });
    Ok(())
}

/// Far from the ends of f64's range, so that errors are normal numbers; or zero.
#[inline(always)]
fn tame(x: f64) -> bool {
    let magnitude = x.abs();
    (1e-120..1e120).contains(&magnitude) || magnitude == 0.0
}

/// Not a zero, whose sign the mode may choose, nor anything special.
#[inline(always)]
fn settled(x: f64) -> bool {
    let magnitude = x.abs();
    magnitude > 0.0 && magnitude < f64::INFINITY
}

/// Results to odd, or the host's own; how many of them are to be done again.
#[inline(always)]
fn compute<const N: usize>(
    fast: Fast,
    native: bool,
    operands: &[[f64; BLOCK]; N],
    results: &mut [f64; BLOCK],
) -> usize {
    let zeros = [0.0; BLOCK];
    let operand = |n: usize| operands.get(n).unwrap_or(&zeros);
    let (x, y, z) = (operand(0), operand(1), operand(2));
    macro_rules! each {
        (|$x:ident, $y:ident, $z:ident| $host:expr, $odd:expr) => {
            if native {
                for i in 0..BLOCK {
                    let ($x, $y, $z) = (x[i], y[i], z[i]);
                    results[i] = $host;
                }
            } else {
                for i in 0..BLOCK {
                    let ($x, $y, $z) = (x[i], y[i], z[i]);
                    results[i] = $odd;
                }
            }
        };
    }
    match fast {
        Fast::Add => each!(|x, y, _z| x + y, f64::odd_add(x, y)),
        Fast::Subtract => each!(|x, y, _z| x - y, f64::odd_sub(x, y)),
        Fast::Multiply => each!(|x, y, _z| x * y, f64::odd_mul(x, y)),
        Fast::Divide => each!(|x, y, _z| x / y, f64::odd_div(x, y)),
        Fast::Sqrt => each!(|x, _y, _z| x.sqrt(), f64::odd_sqrt(x)),
        Fast::Fma => each!(|x, y, z| x.mul_add(y, z), f64::odd_fma(x, y, z)),
        // The host has no such operation: two roundings are not one.
        Fast::Faa => each!(|x, y, z| f64::NAN * (x + y + z), f64::odd_faa(x, y, z)),
    }
    let mut open = 0u64;
    for i in 0..BLOCK {
        let fine = settled(results[i]) & (native | (tame(x[i]) & tame(y[i]) & tame(z[i])));
        open += u64::from(!fine);
    }
    open as usize
}
