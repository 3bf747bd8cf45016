//! Where the codes of a format lie in the words of a lane.

use crate::format::{Format, Nan};
use crate::gpu::plan::Lane;

/// Where the codes of a format lie in the words of a lane: `Codes` of `code_words.wgsl`.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct CodeWords {
    pub words: Vec<u32>,
    /// Bits of a code.
    pub width: u32,
}

impl CodeWords {
    /// None where codes or values have no room in the words.
    pub fn new(format: &Format, lane: Lane) -> Option<Self> {
        // Fixed point has no sign bit of its own: its codes are made on the CPU.
        let encoding = format.encoding.filter(|_| !format.fixed)?;
        let (bits, fraction) = lane.widths();
        let width = u32::from(encoding.width);
        let bias = (1i32 << (bits - fraction - 2)) - 1;
        let digits = format.precision().checked_sub(1)?;
        if width > 32 || digits > fraction || format.emin() < 1 - bias || format.emax() > bias {
            return None;
        }
        let all = u128::MAX >> (128 - bits);
        let dropped = u128::from(fraction - digits);
        let emin = (format.emin() + bias) as u128;
        let first = u128::from(format.first_field());
        let sign = match format.is_signed() {
            true => 1 << (width - 1),
            false => 0,
        };
        let words = [
            dropped,
            emin,
            emin + dropped,
            (emin - first) << digits,
            first << digits,
            match format.has_zero() {
                true => u128::from(format.index_of(format.least_positive())?),
                false => 0,
            },
            u128::from(format.index_of(format.greatest())?),
            match format.has_infinities() {
                true => u128::from(encoding.infinity),
                false => all,
            },
            u128::from(format.nan_code().unwrap_or(0)),
            sign,
            u128::from(bits - width),
            match encoding.nan {
                Nan::NegativeZero => sign,
                _ => 0,
            },
        ];
        Some(Self {
            words: lane.split(words),
            width,
        })
    }

    /// What the shader of codes is told after count and row; the plan may be anything where
    /// nothing is rounded.
    pub fn call(
        &self,
        bits: u32,
        values: u32,
        index: u32,
        keys: [u32; 4],
        plan: &[u32],
    ) -> Vec<u32> {
        let mut words = vec![bits, u32::MAX >> (32 - self.width), values, index, 0, 0];
        words.extend(keys);
        words.extend(plan);
        words.extend(&self.words);
        words
    }
}
