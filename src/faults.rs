//! Faults: bits of codes that flip or are stuck, in arrays and in the results of operations.
//!
//! ```
//! use roundoff::Format;
//! use roundoff::faults::{Faults, Field};
//! // One value in four has one bit of its exponent flipped.
//! let faults = Faults::new(0.25)?.with_field(Field::Exponent).with_seed(7);
//! let mut values = [1.0f32; 1000];
//! let flips = faults.values(&Format::OCP_E4M3, &mut values, 0)?;
//! assert!((150..350).contains(&flips.len()));
//! assert_eq!(values.iter().filter(|x| **x != 1.0).count(), flips.len());
//! # Ok::<(), roundoff::faults::FaultError>(())
//! ```
//!
//! A fault is a change of a code, the bit pattern that hardware would hold:
//!
//! ```text
//!   code of 1.5 in binary16      0 01111 1000000000
//!   bits to be flipped           0 01000 0000000000       one of Field::Exponent
//!   the value after it           0 00111 1000000000       0.005859375
//! ```
//!
//! Whether the value at an index is hit, and in which bits, is a function of (seed, stream, index)
//! and the code's fields, of nothing else: the same for any number of threads, in any order, in parts
//! or in one piece. Stuck bits are always there; a flip comes first, so a stuck bit wins.
//!
//! [`Faulty`] does the same to the result of every operation of an arithmetic, so that the faults sit
//! at a site of a kernel. `docs/faults.md` has the use and figures.

mod coded;
mod faulty;
mod field;
mod inject;

use thiserror::Error;

pub use coded::Coded;
pub use faulty::Faulty;
pub use field::{Field, Fields};
pub use inject::inject;

use crate::format::CodeError;
use crate::random::Key;

/// Which values are hit and what becomes of their codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faults {
    probability: f64,
    field: Field,
    /// Bits flipped in a code that is hit.
    count: u32,
    stuck_at_0: u64,
    stuck_at_1: u64,
    seed: u64,
    stream: u64,
}

/// One code that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flip {
    /// Where in the array, or the number of the operation, from 0.
    pub index: u64,
    /// The code before.
    pub before: u64,
    /// The code after.
    pub after: u64,
}

impl Flip {
    /// The bits that changed.
    pub const fn bits(&self) -> u64 {
        self.before ^ self.after
    }
}

/// What is wrong with faults asked for.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FaultError {
    /// Not a probability.
    #[error("a probability of {probability}: it is between 0 and 1")]
    Probability {
        /// What was asked for.
        probability: f64,
    },
    /// No such field.
    #[error(
        "unknown bits \"{name}\": use one of anywhere, sign, exponent, fraction, or a mask such as 0x80"
    )]
    Field {
        /// What was asked for.
        name: String,
    },
    /// Bits that codes do not have.
    #[error("bits {bits:#x} of codes of {width} bits: leave out the upper ones")]
    Bits {
        /// What was asked for.
        bits: u64,
        /// Bits of a code.
        width: u32,
    },
    /// Not a number of bits.
    #[error("{count} bits flipped at a time: say 1 to 64")]
    Count {
        /// What was asked for.
        count: u32,
    },
    /// A bit that should be stuck at both.
    #[error("bits {bits:#x} stuck at 0 and at 1: a bit is stuck at one of them")]
    Stuck {
        /// Bits in both masks.
        bits: u64,
    },
    /// Not a place of the array.
    #[error("a fault at index {index} of {len} values: indices are from 0 to below the length")]
    Index {
        /// What was asked for.
        index: u64,
        /// Values there are.
        len: usize,
    },
    /// A value that the array cannot hold.
    #[error(
        "the fault at index {index} makes {value:e}, which the array's type does not hold: use an f64 \
         array, or a narrower format"
    )]
    Host {
        /// Where in the array.
        index: u64,
        /// The value after the fault.
        value: f64,
    },
    /// A value without a code.
    #[error("{}", without_code(*.index, .source))]
    Code {
        /// Where in the array.
        index: u64,
        /// Why.
        source: CodeError,
    },
}

/// With the place, where what is wrong is one value.
fn without_code(index: u64, source: &CodeError) -> String {
    match source {
        CodeError::NoEncoding { .. } => source.to_string(),
        // Of one value, which is the first of itself.
        CodeError::NaN { format, .. } => {
            format!("NaN at index {index}: {format} has no code for it; replace NaN first")
        }
        _ => format!("index {index}: {source}"),
    }
}

impl Faults {
    /// No faults at all.
    pub const NONE: Self = Self {
        probability: 0.0,
        field: Field::Anywhere,
        count: 1,
        stuck_at_0: 0,
        stuck_at_1: 0,
        seed: 0,
        stream: 0,
    };

    /// Each value is hit with this probability; then one bit of its code, any of them, flips.
    ///
    /// # Errors
    /// [`FaultError::Probability`] unless 0 <= probability <= 1.
    pub fn new(probability: f64) -> Result<Self, FaultError> {
        match (0.0..=1.0).contains(&probability) {
            true => Ok(Self {
                probability,
                ..Self::NONE
            }),
            false => Err(FaultError::Probability { probability }),
        }
    }

    /// In which bits. A code that has none of them (a posit far from 1 has no fraction) stays as it
    /// is.
    #[must_use]
    pub const fn with_field(self, field: Field) -> Self {
        Self { field, ..self }
    }

    /// So many different bits at a time; all of the field, where it has no more.
    ///
    /// # Errors
    /// [`FaultError::Count`] unless 1 <= count <= 64.
    pub const fn with_count(self, count: u32) -> Result<Self, FaultError> {
        match count {
            1..=64 => Ok(Self { count, ..self }),
            _ => Err(FaultError::Count { count }),
        }
    }

    /// Bits of every code that are stuck, at 0 and at 1: masks.
    ///
    /// # Errors
    /// [`FaultError::Stuck`] if a bit is in both.
    pub const fn with_stuck(self, at_0: u64, at_1: u64) -> Result<Self, FaultError> {
        match at_0 & at_1 {
            0 => Ok(Self {
                stuck_at_0: at_0,
                stuck_at_1: at_1,
                ..self
            }),
            bits => Err(FaultError::Stuck { bits }),
        }
    }

    /// With another seed.
    #[must_use]
    pub const fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// With another stream of the same seed: one a tensor, or one a site.
    #[must_use]
    pub const fn with_stream(self, stream: u64) -> Self {
        Self { stream, ..self }
    }

    /// How likely a value is hit.
    pub const fn probability(&self) -> f64 {
        self.probability
    }

    /// In which bits.
    pub const fn field(&self) -> Field {
        self.field
    }

    /// Are all masks within codes of that many bits?
    ///
    /// # Errors
    /// [`FaultError::Bits`] if not.
    pub const fn fits(&self, width: u32) -> Result<(), FaultError> {
        let asked = self.stuck_at_0
            | self.stuck_at_1
            | match self.field {
                Field::Bits(bits) => bits,
                _ => 0,
            };
        match asked & !all(width) {
            0 => Ok(()),
            _ => Err(FaultError::Bits { bits: asked, width }),
        }
    }

    /// Is the value at `index` hit?
    #[inline]
    pub fn hits(&self, index: u64) -> bool {
        // 2^64 probability, rounded down; 2^64 itself is no u64, and always hits.
        let bound = (self.probability * TWO_64) as u128;
        u128::from(self.key(index).word64(index as u32)) < bound
    }

    /// The key of the words that decide hits.
    const fn key(&self, index: u64) -> Key {
        Key::new(self.seed ^ FAULTS, self.stream, index)
    }

    /// Which of the eligible bits flip in a value at `index` that is hit: different ones, all sets as
    /// likely.
    pub fn bits(&self, index: u64, eligible: u64) -> u64 {
        let mut left = eligible;
        let mut bits = 0;
        // A seed of its own for the value: word j chooses among those that are left.
        let seed = self.key(index).word64(index as u32);
        for j in 0..self.count.min(eligible.count_ones()) {
            let word = u64::from(Key::new(seed, FAULTS, 0).word(j));
            // A word of 32 bits times n, its upper half: within 2^-26 of equal chances.
            let chosen = (word * u64::from(left.count_ones())) >> 32;
            let bit = (0..chosen).fold(left, |rest, _| rest & (rest - 1));
            let bit = bit & bit.wrapping_neg();
            bits |= bit;
            left ^= bit;
        }
        bits
    }

    /// A code at `index` after its faults.
    #[inline]
    pub fn code(&self, index: u64, code: u64, fields: impl FnOnce() -> Fields) -> u64 {
        let flipped = match self.hits(index) {
            true => code ^ self.bits(index, fields().of(self.field)),
            false => code,
        };
        flipped & !self.stuck_at_0 | self.stuck_at_1
    }

    /// Does nothing ever happen?
    pub const fn is_none(&self) -> bool {
        self.probability == 0.0 && self.stuck_at_0 | self.stuck_at_1 == 0
    }

    /// Is a value's code of no interest unless it is hit?
    pub(crate) const fn is_rare(&self) -> bool {
        self.stuck_at_0 | self.stuck_at_1 == 0
    }

    /// Codes in place, those of `coded`; what was changed. `from`: the index of the first.
    ///
    /// # Errors
    /// [`FaultError::Bits`] if a mask is wider than the codes; nothing is changed then.
    pub fn codes(
        &self,
        coded: &(impl Coded + ?Sized),
        codes: &mut [u64],
        from: u64,
    ) -> Result<Vec<Flip>, FaultError> {
        self.fits(coded.width())?;
        let mut flips = Vec::new();
        for (i, code) in codes.iter_mut().enumerate() {
            let index = from.wrapping_add(i as u64);
            let before = *code;
            *code = self.code(index, before, || coded.fields(before));
            if *code != before {
                flips.push(Flip {
                    index,
                    before,
                    after: *code,
                });
            }
        }
        Ok(flips)
    }
}

const TWO_64: f64 = 18446744073709551616.0;

/// Sets these words apart from those of a rounding with the same seed and stream.
const FAULTS: u64 = 0x6661_756c_7473;

/// So many ones.
const fn all(width: u32) -> u64 {
    match width {
        0 => 0,
        1..=63 => (1 << width) - 1,
        _ => u64::MAX,
    }
}
