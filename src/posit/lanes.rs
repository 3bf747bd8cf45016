//! Rounding of f32s to posits by integers alone, the same steps for every value: a loop over it
//! becomes vector instructions.
//!
//! A posit's regime, exponent and fraction, run together, count up like a host's exponent and
//! fraction do. So rounding the string at its end is rounding the host's own word at some bit:
//!
//! ```text
//!   host      eeeeeeee ffffffffffffffffffffffff     c = e - bias; e moved so that e mod 4 = c mod 4
//!             kkkkkkcc ffffffff|fffffffffffffff     k = c / 4 takes a regime of `run` bits
//!                   `- posit --'`--- cut ----'      cut = 23 + 2 - (width - 1 - run)
//! ```
//!
//! A carry runs from fraction into exponent into regime, as in the posit. Where all that is left of
//! a code is its regime, the bit that a tie looks at is the end of the run: 1 below 1, 0 above.

use fearless_simd::dispatch;

use crate::instructions::level;

/// Fraction bits of the host.
const FRACTION: u32 = 23;
const SIGN: u32 = 1 << 31;
const INFINITY: u32 = 0xff << FRACTION;
const NOT_A_NUMBER: u32 = INFINITY | 1 << (FRACTION - 1);
/// From the host's bias to the next multiple of 4: 127 + 1.
const MOVED: u32 = 1 << FRACTION;
/// k of c = 0 after that.
const ZERO_K: u32 = 128 / 4;

/// What a width decides.
#[derive(Clone, Copy)]
struct Width {
    /// The cut of a run of no bits.
    cut: i32,
    least: u32,
    greatest: u32,
}

impl Width {
    const fn of(width: u32) -> Self {
        // 2^(4 width - 8) and its inverse.
        let range = 4 * width - 8;
        Self {
            cut: FRACTION as i32 + 3 - width as i32,
            least: (127 - range) << FRACTION,
            greatest: (127 + range) << FRACTION,
        }
    }
}

/// To nearest, ties to even.
#[inline(always)]
fn nearest(x: u32, width: Width) -> u32 {
    let sign = x & SIGN;
    let magnitude = x ^ sign;
    let inside = magnitude.max(width.least).min(width.greatest);

    let moved = inside + MOVED;
    let k = (moved >> (FRACTION + 2)).wrapping_sub(ZERO_K) as i32;
    let run = (k ^ (k >> 31)) + 2;
    let cut = (width.cut + run).clamp(0, FRACTION as i32 + 2) as u32;

    let below = (1u32 << cut) - 1;
    // The end of the run is 1 where k < 0; nothing is looked at where nothing is cut.
    let end = (k as u32) >> 31;
    let odd = if cut == FRACTION + 2 {
        end
    } else {
        moved >> cut & 1
    };
    let odd = odd & u32::from(cut != 0);
    let rounded = ((moved + (below >> 1) + odd) & !below) - MOVED;

    let finite = if magnitude == 0 { 0 } else { rounded | sign };
    if magnitude >= INFINITY {
        NOT_A_NUMBER
    } else {
        finite
    }
}

/// `source` into `target`, which is as long; in place where there is none.
pub(super) fn nearest_even(width: u32, source: Option<&[f32]>, target: &mut [f32]) {
    let width = Width::of(width);
    dispatch!(level(), _simd => match source {
        Some(source) => {
            for (y, x) in target.iter_mut().zip(source) {
                *y = f32::from_bits(nearest(x.to_bits(), width));
            }
        }
        None => {
            for y in target.iter_mut() {
                *y = f32::from_bits(nearest(y.to_bits(), width));
            }
        }
    });
}
