//! Rounding of floats to posits by integers alone, the same steps for every value, in words of
//! the host's width: a loop becomes vector instructions.
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

/// The steps on words of one host; its bias is one below a multiple of 4.
macro_rules! words {
    ($module:ident $word:ident $signed:ident $float:ident $fraction:literal $bias:literal) => {
        pub(super) mod $module {
            use super::*;

            const FRACTION: u32 = $fraction;
            const SIGN: $word = 1 << ($word::BITS - 1);
            const INFINITY: $word = $float::INFINITY.to_bits();
            const NOT_A_NUMBER: $word = INFINITY | 1 << (FRACTION - 1);
            /// From the host's bias to the next multiple of 4.
            const MOVED: $word = 1 << FRACTION;
            /// k of c = 0 after that.
            const ZERO_K: $word = ($bias + 1) / 4;

            /// What a width of posits decides.
            #[derive(Clone, Copy)]
            pub struct Width {
                /// The cut of a run of no bits.
                cut: $signed,
                least: $word,
                greatest: $word,
            }

            impl Width {
                pub const fn of(width: u32) -> Self {
                    // 2^(4 width - 8) and its inverse.
                    let range = 4 * width as $word - 8;
                    Self {
                        cut: (FRACTION + 3) as $signed - width as $signed,
                        least: ($bias - range) << FRACTION,
                        greatest: ($bias + range) << FRACTION,
                    }
                }
            }

            /// To nearest, ties to even.
            #[inline(always)]
            pub fn nearest(x: $float, width: Width) -> $float {
                let x = x.to_bits();
                let sign = x & SIGN;
                let magnitude = x ^ sign;
                let inside = magnitude.max(width.least).min(width.greatest);

                let moved = inside + MOVED;
                let k = (moved >> (FRACTION + 2)).wrapping_sub(ZERO_K) as $signed;
                let run = (k ^ (k >> ($word::BITS - 1))) + 2;
                let cut = (width.cut + run).clamp(0, FRACTION as $signed + 2) as $word;

                let below = ((1 as $word) << cut) - 1;
                // The end of the run is 1 where k < 0; nothing is looked at where nothing is cut.
                let end = (k as $word) >> ($word::BITS - 1);
                let odd = if cut == FRACTION as $word + 2 {
                    end
                } else {
                    moved >> cut & 1
                };
                let odd = odd & (cut != 0) as $word;
                let rounded = ((moved + (below >> 1) + odd) & !below) - MOVED;

                let finite = if magnitude == 0 { 0 } else { rounded | sign };
                $float::from_bits(if magnitude >= INFINITY {
                    NOT_A_NUMBER
                } else {
                    finite
                })
            }

            /// `source` into `target`, which is as long; in place where there is none.
            pub fn nearest_all(width: u32, source: Option<&[$float]>, target: &mut [$float]) {
                let width = Width::of(width);
                dispatch!(level(), _simd => match source {
                    Some(source) => {
                        for (y, x) in target.iter_mut().zip(source) {
                            *y = nearest(*x, width);
                        }
                    }
                    None => {
                        for y in target.iter_mut() {
                            *y = nearest(*y, width);
                        }
                    }
                });
            }
        }
    };
}
words!(narrow u32 i32 f32 23 127);
words!(wide u64 i64 f64 52 1023);
