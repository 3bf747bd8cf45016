//! Where the codes of a format lie in the words of a host: values to codes and back by shifts.
//!
//! A magnitude of the format is a code by its fields (normal) or by its size in steps (subnormal):
//!
//! ```text
//!     0 eeeeeeee ffffffffff0000000000000     f32, p - 1 = 10 digits left
//!         magnitude >> dropped = eeeeeeeeffffffffff, less (emin - first field) << (p - 1)
//! ```
//!
//! Where the format's subnormals are the host's (bfloat16 in f32) the fields alone serve both.

use super::codes::Code;
use crate::format::{Format, Nan};

macro_rules! layout {
    ($module:ident, $float:ident, $word:ident, $integer:ident, $host:ident, $doc:literal) => {
        #[doc = $doc]
        pub(crate) mod $module {
            use super::*;
            use crate::plan::$host::{FRACTION, INFINITY, NOT_A_NUMBER, SIGN, WIDTH};

            #[derive(Clone, Copy, Debug)]
            pub struct Layout {
                dropped: $word,
                /// What the fields of the host have more than the code's.
                offset: $word,
                /// The least magnitude coded by its fields, as a host word and as a code.
                least_normal: $word,
                first_normal: $word,
                /// 2^FRACTION steps of the subnormals: added to one of them it has their number as its
                /// fraction. And a step.
                anchor: $float,
                step: $float,
                /// Codes of the least positive value, the greatest finite one and infinity.
                least: $word,
                greatest: $word,
                infinity: $word,
                /// The sign bit of a code, or 0; and the shift to it from the host's.
                sign: $word,
                sign_shift: $word,
                nan: $word,
                /// The code without sign that is NaN with it.
                zero_is_nan: bool,
                width: u32,
            }

            impl Layout {
                /// None where codes or values have no room in the host's words.
                pub fn new(format: &Format) -> Option<Self> {
                    let encoding = format.encoding.filter(|_| !format.fixed)?;
                    let width = u32::from(encoding.width);
                    let bias = (1i32 << (WIDTH - FRACTION - 2)) - 1;
                    let digits = format.precision().checked_sub(1)?;
                    let steps = digits as i32 - format.emin();
                    let first = format.first_field() as $word;
                    // The host's own subnormals, with the fields of the host.
                    let native = format.emin() == 1 - bias && first == 1;
                    let most = FRACTION as i32 - steps;
                    let normal = format.emin() >= 1 - bias
                        && (-bias..bias).contains(&steps)
                        && (1 - bias..=bias).contains(&most);
                    if width > 32.min(WIDTH as u32)
                        || digits > FRACTION as u32
                        || !(native || normal)
                        || format.emax() > bias
                    {
                        return None;
                    }
                    let field = (format.emin() + bias) as $word;
                    let (least_normal, first_normal) = match native {
                        true => (0, 0),
                        false => (field << FRACTION, first << digits),
                    };
                    let steps = if native { 0 } else { steps };
                    let power = |exponent: i32| {
                        <$float>::from_bits(((exponent + bias) as $word) << FRACTION)
                    };
                    Some(Self {
                        dropped: FRACTION - digits as $word,
                        offset: field.wrapping_sub(first) << digits,
                        least_normal,
                        first_normal,
                        anchor: if native { 0.0 } else { power(most) },
                        step: power(-steps),
                        least: match format.has_zero() {
                            true => format.index_of(format.least_positive())? as $word,
                            false => 0,
                        },
                        greatest: format.index_of(format.greatest())? as $word,
                        // A word that is no code where there is no infinity.
                        infinity: match format.has_infinities() {
                            true => encoding.infinity as $word,
                            false => $word::MAX,
                        },
                        sign: match format.is_signed() {
                            true => 1 << (width - 1),
                            false => 0,
                        },
                        sign_shift: WIDTH - width as $word,
                        nan: format.nan_code().unwrap_or(0) as $word,
                        zero_is_nan: encoding.nan == Nan::NegativeZero,
                        width,
                    })
                }

                /// The code of a finite value of the format, without its sign. Magnitudes are below
                /// 2^(WIDTH - 1), so signed integers compare alike: all machines do.
                #[inline(always)]
                fn finite(&self, magnitude: $word) -> $word {
                    let normal = (magnitude >> self.dropped).wrapping_sub(self.offset);
                    let steps = <$float>::from_bits(magnitude) + self.anchor;
                    let steps = steps.to_bits().wrapping_sub(self.anchor.to_bits());
                    if (magnitude as $integer) < self.least_normal as $integer {
                        steps
                    } else {
                        normal
                    }
                }

                /// The code of a value of the format, and whether that is NaN.
                #[inline(always)]
                fn code(&self, x: $float) -> ($word, bool) {
                    let magnitude = x.to_bits() & !SIGN;
                    let ended = if magnitude == INFINITY {
                        self.infinity
                    } else {
                        self.finite(magnitude)
                    };
                    let nan = magnitude > INFINITY;
                    (
                        if nan {
                            self.nan
                        } else {
                            ended | self.sign_of(x)
                        },
                        nan,
                    )
                }

                #[inline(always)]
                fn sign_of(&self, x: $float) -> $word {
                    x.to_bits() >> self.sign_shift & self.sign
                }

                /// The codes of values of the format; is one of them NaN?
                #[inline(always)]
                pub fn codes<C: Code>(&self, values: &[$float], codes: &mut [C]) -> bool {
                    let layout = *self;
                    // As if all were finite, which they are as a rule.
                    let mut strange: $integer = 0;
                    for (code, x) in codes.iter_mut().zip(values) {
                        let magnitude = x.to_bits() & !SIGN;
                        let word = layout.finite(magnitude) | layout.sign_of(*x);
                        *code = C::truncated(word as u32);
                        // The sign bit, from infinity on.
                        strange |= (INFINITY as $integer - 1) - magnitude as $integer;
                    }
                    strange < 0 && layout.any_codes(values, codes)
                }

                /// The same, infinities and NaN among them.
                #[inline(always)]
                fn any_codes<C: Code>(&self, values: &[$float], codes: &mut [C]) -> bool {
                    let layout = *self;
                    let mut nans: $word = 0;
                    for (code, x) in codes.iter_mut().zip(values) {
                        let (word, nan) = layout.code(*x);
                        *code = C::truncated(word as u32);
                        nans |= $word::from(nan);
                    }
                    nans != 0
                }

                /// The value of a code.
                #[inline(always)]
                fn value(&self, code: $word) -> $float {
                    let sign = code & self.sign;
                    let magnitude = code ^ sign;
                    let normal = magnitude.wrapping_add(self.offset) << self.dropped;
                    // As a signed integer: there are instructions for it.
                    let steps = (magnitude as $integer) as $float * self.step;
                    let finite = if magnitude < self.first_normal {
                        steps.to_bits()
                    } else {
                        normal
                    };
                    let there = if magnitude < self.least { 0 } else { finite };
                    let beyond = if magnitude == self.infinity {
                        INFINITY
                    } else {
                        NOT_A_NUMBER
                    };
                    let word = if magnitude > self.greatest {
                        beyond
                    } else {
                        there
                    };
                    let nan = (magnitude == 0) & (sign != 0) & self.zero_is_nan;
                    let word = if nan { NOT_A_NUMBER } else { word };
                    <$float>::from_bits(word | sign << self.sign_shift)
                }

                /// The values of codes; had one of them bits that no code has?
                #[inline(always)]
                pub fn values<C: Code>(&self, codes: &[C], values: &mut [$float]) -> bool {
                    let layout = *self;
                    let room = u32::MAX >> (32 - layout.width);
                    let mut strange: u32 = 0;
                    for (x, code) in values.iter_mut().zip(codes) {
                        let code = code.word();
                        strange |= code & !room;
                        *x = layout.value((code & room) as $word);
                    }
                    strange != 0
                }
            }
        }
    };
}

layout!(layout32, f32, u32, i32, host32, "f32 hosts.");
layout!(layout64, f64, u64, i64, host64, "f64 hosts.");
