//! Random words of sums of products: a function of (seed, stream, step, entry, k) alone, so that
//! they are the same for any number of threads, any blocking and any instruction set.
//!
//! ```text
//!     index    sss  pppppppp ... pppppppp
//!              |    `- position: n K + k, for term k of K of the output's entry n,
//!              |       counted row by row (n = i columns + j)
//!              `- step: 3 bits
//! ```

use super::LANES;
use crate::chop::Rounder;
use crate::chop::cpu::Counter;
use crate::chop::fast::{Keys, lane64};

/// Which rounding of a sum of products. The seed and stream are those of its rounder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Product k.
    Product = 0,
    /// Adding term k, or a sum that is rounded once (k = 0).
    Term = 1,
    /// Adding two partial sums of which the second begins with term k; a sum whose terms go in
    /// pairs to what the output held before counts as beginning with term 0.
    Part = 2,
    /// What the output held before, rounded into the accumulator (positions n).
    Start = 3,
    /// The output (positions n).
    Output = 4,
}

/// Index in the rounder's stream.
pub(super) const fn index(step: Step, position: u64) -> u64 {
    ((step as u64) << 61) | (position & (u64::MAX >> 3))
}

/// The random word of one rounding, as an f64 host takes it; 0 where none is wanted.
pub(super) fn word(rounder: &Rounder, step: Step, position: u64) -> u64 {
    if !rounder.rounding().is_stochastic() {
        return 0;
    }
    let index = index(step, position);
    let keys = keys(rounder, step, position);
    lane64::draw(&keys, index as u32, keys.long)
}

/// The keys around a position.
pub(super) fn keys(rounder: &Rounder, step: Step, position: u64) -> Keys {
    let counter = Counter {
        seed: rounder.seed(),
        stream: rounder.stream(),
        index: 0,
    };
    counter.keys(rounder.rounding(), index(step, position))
}

/// The positions of a tile of entries: LANES of them side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Positions {
    /// Position of the first entry's first term.
    pub first: u64,
    /// From one entry to the next.
    pub stride: u64,
}

impl Positions {
    /// Position of term k of an entry.
    pub fn of(&self, lane: usize, k: usize) -> u64 {
        self.first + lane as u64 * self.stride + k as u64
    }

    /// Low halves of all entries' positions at k = 0.
    pub fn low(&self) -> [u32; LANES] {
        std::array::from_fn(|lane| self.of(lane, 0) as u32)
    }

    /// Do all terms share their keys?
    pub fn one_key(&self, depth: usize) -> bool {
        self.first >> 32 == self.of(LANES - 1, depth) >> 32
    }
}
