//! Where the blocks of a tensor lie.
//!
//! Seen from the axis that blocks lie along, a tensor is `outer` planes of `lines` x `inner` values,
//! and blocks cut the lines. A *slab* is what a row of blocks takes: contiguous, `inner` blocks side
//! by side.
//!
//! ```text
//!     axis 0 of a 5 x 3 tensor, blocks of 2          axis 1, blocks of 2
//!       a b c                                          a a b
//!       a b c   slab 0: blocks 0, 1, 2                 c c d
//!       d e f                                          e e f     slab = block
//!       d e f   slab 1                                 g g h     each line ends with a short one
//!       g h i   slab 2, short                          i i j
//! ```

use super::{BlockError, BlockFormat, Length};

/// A tensor cut into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Values along the axis.
    pub lines: usize,
    /// Values that lie between two along the axis.
    pub inner: usize,
    /// Values along the axis that a block has.
    pub length: usize,
    /// All values.
    pub count: usize,
}

/// A slab: where it begins, and how many values of the axis it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slab {
    pub at: usize,
    pub rows: usize,
}

impl Layout {
    /// Of a tensor in row-major order. One without an axis is a vector of one value.
    pub fn new(format: &BlockFormat, shape: &[usize], values: usize) -> Result<Self, BlockError> {
        let count = shape.iter().try_fold(1usize, |n, len| n.checked_mul(*len));
        let count = count
            .filter(|count| *count == values)
            .ok_or_else(|| BlockError::Shape {
                values,
                shape: shape.to_vec(),
            })?;
        let Length::Of(length) = format.length() else {
            return Ok(Self {
                lines: count,
                inner: 1,
                length: count.max(1),
                count,
            });
        };
        let shape = if shape.is_empty() { &[1] } else { shape };
        let axis = format.axis_of(shape.len())?;
        let lines = shape[axis];
        Ok(Self {
            lines,
            inner: shape[axis + 1..].iter().product(),
            length: (length.get() as usize).min(lines.max(1)),
            count,
        })
    }

    /// Blocks along the axis.
    pub const fn blocks_a_line(&self) -> usize {
        self.lines.div_ceil(self.length)
    }

    /// All blocks.
    pub fn blocks(&self) -> usize {
        match self.lines * self.inner {
            0 => 0,
            plane => self.count / plane * self.inner * self.blocks_a_line(),
        }
    }

    /// Values that a thread's task has a multiple of: whole slabs where all are full, else whole
    /// planes, of which the last slab is short.
    pub const fn unit(&self) -> usize {
        let plane = self.lines * self.inner;
        match self.lines.is_multiple_of(self.length) || plane == self.count {
            _ if plane == 0 => 1,
            true => self.length * self.inner,
            false => plane,
        }
    }

    /// The slab that begins at an index.
    pub fn slab(&self, at: usize) -> Slab {
        let line = at / self.inner % self.lines;
        Slab {
            at,
            rows: self.length.min(self.lines - line),
        }
    }

    /// The number of the first block of the slab that begins at an index.
    pub fn block(&self, at: usize) -> usize {
        let plane = at / (self.lines * self.inner);
        let row = at / self.inner % self.lines / self.length;
        (plane * self.blocks_a_line() + row) * self.inner
    }
}
