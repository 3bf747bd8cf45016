//! The definition, for any host and mode, a block of values at a time:
//!
//! ```text
//!   x ──> x / s to odd, 53 digits ──> integer by the rounder ──> cut to the codes ──> host's s (q - z)
//! ```

use fearless_simd::{Level, dispatch};

use super::IntegerCode;
use super::scalings::Scaling;
use crate::arith::odd::Odd;
use crate::chop::{Host, Rounder};
use crate::format::{Format, Signedness};

/// Values at a time: they and what becomes of them stay in the nearest cache.
pub(super) const BLOCK: usize = 1024;

/// Bits of the integers that quotients are rounded to: more than any code less any zero point.
const INTEGER_BITS: i32 = 24;

/// The format of rounded quotients.
pub(super) fn integers() -> Format {
    Format::fixed(Signedness::Signed, INTEGER_BITS, 0).expect("24 bits are a format")
}

/// Past every code, and below every fraction that a mode sees: quotients of what is farther out
/// are no more than that, and all operations to odd stay in f64's range.
const FAR: f64 = (1u64 << 40) as f64;

/// Codes less zero points of values, by the definition; NaN stays NaN. `index` is that of the first
/// value.
pub(super) fn steps<T: Host>(
    rounder: &Rounder,
    level: Level,
    scaling: Scaling,
    values: &[T],
    index: u64,
    steps: &mut [f64],
) {
    dispatch!(level, _simd => quotients(scaling.scale, values, steps));
    rounder.round_slice_at(steps, index);
    let (first, last) = (f64::from(scaling.first), f64::from(scaling.last));
    dispatch!(level, _simd => for x in steps.iter_mut() {
        let low = if *x < first { first } else { *x };
        *x = if low > last { last } else { low };
    });
}

#[inline(always)]
fn quotients<T: Host>(scale: f32, values: &[T], quotients: &mut [f64]) {
    let scale = f64::from(scale);
    // The ends of what the quotient is taken of. A tiny value stays on its side of zero.
    let (most, least) = (scale * FAR, scale / (FAR * FAR * FAR));
    for (y, x) in quotients.iter_mut().zip(values) {
        let x = x.to_f64();
        let magnitude = x.abs();
        let near = if magnitude > most { most } else { magnitude };
        let tiny = (near < least) & (near > 0.0);
        let near = if tiny { least } else { near };
        *y = f64::odd_div(near.copysign(x), scale);
    }
}

/// The values of codes less zero points.
pub(super) fn values<T: Host>(level: Level, scale: f32, steps: &[f64], values: &mut [T]) {
    let scale = f64::from(scale);
    dispatch!(level, _simd => for (y, x) in values.iter_mut().zip(steps) {
        // One zero.
        *y = T::from_f64(x * scale + 0.0);
    });
}

/// The codes of steps from the zero point; where the first NaN is.
///
/// A sum with 1.5 x 2^23, whose step is 1, has the integer in its last bits. Steps have 17 at most.
pub(super) fn codes<T: Host, C: IntegerCode>(
    level: Level,
    steps: &[T],
    zero: i32,
    codes: &mut [C],
) -> Option<usize> {
    const ANCHOR: f32 = 1.5 * (1u32 << 23) as f32;
    let shift = zero.wrapping_sub(ANCHOR.to_bits() as i32);
    let nan = dispatch!(level, _simd => {
        let mut nan = 0u32;
        for (code, x) in codes.iter_mut().zip(steps) {
            let x = x.to_f32();
            *code = C::truncated(((x + ANCHOR).to_bits() as i32).wrapping_add(shift));
            nan |= u32::from(x.is_nan());
        }
        nan != 0
    });
    let first = || steps.iter().position(|x| x.to_f32().is_nan());
    if nan { first() } else { None }
}
