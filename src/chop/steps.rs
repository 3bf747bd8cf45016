//! Values of fixed-point formats to codes and back: integers in two's complement.
//!
//! A sum with 1.5 x 2^F, whose step is 1, has the integer in its last bits, negative ones in two's
//! complement:
//!
//! ```text
//!     x / step + 1.5 x 2^23  =  s eeeeeeee 1kkkkkkkkkkkkkkkkkkkkkk    (f32, F = 23)
//! ```

use super::codes::Code;
use crate::format::{Format, Signedness, scaled};

/// The codes of a fixed-point format of at most 32 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    step: f64,
    per_step: f64,
    /// The bits of a code.
    mask: u32,
    /// The sign bit, or 0.
    sign: u32,
    /// May an f32 take part: the codes fit in its fraction, and the steps in its range?
    narrow: bool,
}

impl Steps {
    pub fn new(format: &Format) -> Option<Self> {
        let point = format.fixed_point()?;
        let width = u32::try_from(point.width()).ok()?;
        if !(1..=32).contains(&width) {
            return None;
        }
        Some(Self {
            step: point.step(),
            per_step: scaled(1, point.fraction_bits),
            mask: u32::MAX >> (32 - width),
            sign: match point.signedness {
                Signedness::Signed => 1 << (width - 1),
                Signedness::Unsigned => 0,
            },
            narrow: width <= 22 && point.fraction_bits.abs() <= 96,
        })
    }

    /// May [`Steps::narrow_codes`] and [`Steps::narrow_values`] be asked?
    pub const fn is_narrow(&self) -> bool {
        self.narrow
    }

    /// The codes of values of the format; is one of them NaN?
    #[inline(always)]
    pub fn narrow_codes<C: Code>(&self, values: &[f32], codes: &mut [C]) -> bool {
        const ANCHOR: f32 = 1.5 * (1u32 << 23) as f32;
        let (per_step, mask) = (self.per_step as f32, self.mask);
        let mut nans = 0u32;
        for (code, x) in codes.iter_mut().zip(values) {
            *code = C::truncated((x * per_step + ANCHOR).to_bits() & mask);
            nans |= u32::from(x.is_nan());
        }
        nans != 0
    }

    /// The same from f64s.
    #[inline(always)]
    pub fn wide_codes<C: Code>(&self, values: &[f64], codes: &mut [C]) -> bool {
        const ANCHOR: f64 = 1.5 * (1u64 << 52) as f64;
        let (per_step, mask) = (self.per_step, self.mask);
        let mut nans = 0u32;
        for (code, x) in codes.iter_mut().zip(values) {
            *code = C::truncated((x * per_step + ANCHOR).to_bits() as u32 & mask);
            nans |= u32::from(x.is_nan());
        }
        nans != 0
    }

    /// The integer of a code.
    #[inline(always)]
    fn integer(&self, code: u32) -> i64 {
        i64::from(code) - (i64::from(code & self.sign) << 1)
    }

    /// The values of codes; had one of them bits that no code has?
    #[inline(always)]
    pub fn narrow_values<C: Code>(&self, codes: &[C], values: &mut [f32]) -> bool {
        let (step, mask, sign) = (self.step as f32, self.mask, self.sign);
        let mut strange = 0;
        for (x, code) in values.iter_mut().zip(codes) {
            let code = code.word();
            strange |= code & !mask;
            let code = code & mask;
            *x = (code as i32 - ((code & sign) << 1) as i32) as f32 * step;
        }
        strange != 0
    }

    /// The same as f64s.
    #[inline(always)]
    pub fn wide_values<C: Code>(&self, codes: &[C], values: &mut [f64]) -> bool {
        let mut strange = 0;
        for (x, code) in values.iter_mut().zip(codes) {
            let code = code.word();
            strange |= code & !self.mask;
            *x = self.integer(code & self.mask) as f64 * self.step;
        }
        strange != 0
    }
}
