//! One thread's work on a tensor: runs of blocks by vectors, the others by the definition, whatever
//! is [made](Make) of them.

use std::ops::Range;

use super::definition::Scale;
use super::fast::{Blocks, CHUNK, Fast, Marks, Room, SHORTEST};
use super::layout::Layout;
use super::shared::Shared;
use super::{BlockFormat, BlockRounder, Length};
use crate::chop::cpu::{Counter, TASK};
use crate::chop::{Carriers, Host};

/// What is wrong with the block or value at an index.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wrong {
    /// The scale is past its format.
    Past(usize),
    /// There is no code for it.
    NaN(usize),
}

/// Where the values of a block lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Index of the first one in the tensor, and in what a worker goes over.
    pub at: usize,
    pub first: usize,
    /// From one to the next.
    pub stride: usize,
}

/// What is made of a part of a tensor: values or codes. Ranges and places count from the part's
/// beginning.
pub(super) trait Make<'s, T: Host> {
    /// The values; none where they are rounded in place.
    fn source(&self) -> Option<&'s [T]>;
    /// The values that are rounded in place.
    fn target(&self) -> &[T];
    /// Before anything is made of a range.
    fn begin(&mut self, _: &Range<usize>) {}
    /// After that.
    fn end(&mut self, _: &Range<usize>) {}
    /// Whole blocks of f32s by vectors; true if some are marked, for they are not for that way.
    fn chunk(&mut self, fast: &Fast, blocks: &Blocks, room: Made<'_>, range: Range<usize>) -> bool;
    /// The block that the worker holds, by the definition.
    fn block(&mut self, worker: &Worker<'_>, place: Place) -> Result<(), Wrong>;
}

/// What a chunk is made in: marks of its blocks, and room for f32s.
pub(super) struct Made<'r> {
    pub marks: &'r mut Marks,
    pub values: &'r mut [f32],
}

/// One thread's work on a tensor.
pub(super) struct Worker<'a> {
    rounder: &'a BlockRounder,
    layout: &'a Layout,
    shared: &'a Shared,
    /// Values of a block that are done together.
    length: usize,
    room: Option<Box<Room>>,
    /// The values of a block.
    block: Vec<f64>,
}

/// What comes next: so many values.
#[derive(Clone, Copy)]
enum Part {
    /// Whole blocks side by side, for the vector loops.
    Chunk(usize),
    /// A row of blocks, for the definition.
    Slab(usize),
}

impl BlockRounder {
    /// Values of a thread's task, which begins and ends where blocks do.
    pub(super) fn task(&self, layout: &Layout) -> usize {
        let unit = match self.format().length() {
            Length::Of(_) => layout.unit(),
            Length::Tensor => CHUNK,
        };
        unit * (TASK / unit).max(1)
    }
}

impl<'a> Worker<'a> {
    pub fn new(rounder: &'a BlockRounder, layout: &'a Layout, shared: &'a Shared) -> Self {
        Self {
            rounder,
            layout,
            shared,
            length: match rounder.format().length() {
                Length::Of(_) => layout.length,
                Length::Tensor => CHUNK,
            },
            room: None,
            block: Vec::new(),
        }
    }

    const fn format(&self) -> &'a BlockFormat {
        self.rounder.format()
    }

    /// The part that begins at an index, with `left` values after it.
    fn part<T: Host>(&self, at: usize, left: usize) -> Part {
        match self.run_of_blocks::<T>(at, left) {
            0 => Part::Slab(self.slab_len(at, left)),
            run => Part::Chunk(run),
        }
    }

    /// Values from an index on that make whole blocks side by side for the vector loops; 0 where
    /// they are not for them.
    fn run_of_blocks<T: Host>(&self, at: usize, left: usize) -> usize {
        let (Some(fast), length) = (&self.rounder.fast, self.length) else {
            return 0;
        };
        let half = matches!(T::CARRIER, Carriers::F16 | Carriers::Bf16);
        if self.layout.inner != 1
            || !(SHORTEST..=CHUNK).contains(&length)
            || !(T::CARRIER == Carriers::F32 || half && fast.is_exact())
            // The words of a key.
            || (at as u64 ^ (at + CHUNK) as u64) >> 32 != 0
        {
            return 0;
        }
        if let Some(scale) = self.shared.scale {
            let normal = matches!(scale, Scale::Value(s) if s > 1e-35 && s < 1e35);
            return if normal { left.min(CHUNK) } else { 0 };
        }
        let line = self.layout.lines - at % self.layout.lines;
        let most = match self.layout.lines.is_multiple_of(length) {
            true => left,
            false => left.min(line),
        };
        most.min(CHUNK) / length * length
    }

    /// Values of the slab that begins at an index, of which `left` are left.
    fn slab_len(&self, at: usize, left: usize) -> usize {
        match self.format().length() {
            Length::Tensor => left.min(CHUNK),
            Length::Of(_) => (self.layout.slab(at).rows * self.layout.inner).min(left),
        }
    }

    /// Makes what there is to make of `count` values from an index on.
    pub fn walk<'s, T: Host>(
        &mut self,
        at: usize,
        count: usize,
        make: &mut impl Make<'s, T>,
    ) -> Result<(), Wrong> {
        let mut done = 0;
        while done < count {
            let part = self.part::<T>(at + done, count - done);
            let (Part::Chunk(len) | Part::Slab(len)) = part;
            let range = done..done + len;
            make.begin(&range);
            match part {
                Part::Chunk(_) => self.chunk(at + done, range.clone(), make)?,
                Part::Slab(_) => self.slab(at + done, range.clone(), make)?,
            }
            make.end(&range);
            done += len;
        }
        Ok(())
    }

    /// Whole blocks by vectors, and the marked ones by the definition.
    fn chunk<'s, T: Host>(
        &mut self,
        at: usize,
        range: Range<usize>,
        make: &mut impl Make<'s, T>,
    ) -> Result<(), Wrong> {
        let Some(fast) = &self.rounder.fast else {
            return Ok(());
        };
        let (first, count) = (range.start, range.len());
        let mut room = self.room.take().unwrap_or_else(Room::new);
        let source = make.source().map(|source| &source[range.clone()]);
        room.hold(
            source.unwrap_or_else(|| &make.target()[range.clone()]),
            source.is_none(),
        );
        let Room { marks, held, made } = &mut *room;
        let source = source.and_then(T::as_narrow_ref);
        let source = source.unwrap_or(&held[..count]);
        let blocks = Blocks {
            counter: Counter {
                seed: self.rounder.seed(),
                stream: self.rounder.stream(),
                index: at as u64,
            },
            length: self.length,
            tensor: self.shared.tensor as f32,
            known: match self.shared.scale {
                Some(Scale::Value(scale)) => Some(scale as f32),
                _ => None,
            },
            source,
        };
        let values = &mut made[..count];
        let mut done = Ok(());
        if make.chunk(fast, &blocks, Made { marks, values }, range) {
            for (i, source) in source.chunks(self.length).enumerate() {
                if marks.bad[i] != 0 && done.is_ok() {
                    self.block.clear();
                    self.block.extend(source.iter().map(|x| f64::from(*x)));
                    let place = Place {
                        at: at + i * self.length,
                        first: first + i * self.length,
                        stride: 1,
                    };
                    done = make.block(self, place);
                }
            }
        }
        self.room = Some(room);
        done
    }

    /// A slab by the definition.
    fn slab<'s, T: Host>(
        &mut self,
        at: usize,
        range: Range<usize>,
        make: &mut impl Make<'s, T>,
    ) -> Result<(), Wrong> {
        let inner = self.layout.inner;
        for column in 0..inner.min(range.len()) {
            let values = make.source();
            let values = &values.unwrap_or_else(|| make.target())[range.clone()];
            let values = values.iter().skip(column).step_by(inner);
            self.block.clear();
            self.block.extend(values.map(|x| x.to_f64()));
            let place = Place {
                at: at + column,
                first: range.start + column,
                stride: inner,
            };
            make.block(self, place)?;
        }
        Ok(())
    }

    /// The scale of the block that the worker holds; calls `each` for its elements with position,
    /// element and scale, unless it is NaN.
    pub fn each_element(
        &self,
        place: Place,
        mut each: impl FnMut(usize, f64, f64),
    ) -> Result<Scale, Wrong> {
        let definition = &self.rounder.definition;
        let draw = |i: usize| self.rounder.random((place.at + i * place.stride) as u64);
        let tensor = self.shared.tensor;
        let scale = match self.shared.scale {
            Some(scale) => scale,
            None => {
                let scale = definition.scale(&self.block, tensor, &draw);
                scale.map_err(|past| {
                    self.shared.note(place.at, past);
                    Wrong::Past(place.at)
                })?
            }
        };
        if let Scale::Value(scale) = scale {
            let scale = scale * tensor;
            for (i, x) in self.block.iter().enumerate() {
                each(i, definition.element(*x, scale, draw(i)), scale);
            }
        }
        Ok(scale)
    }

    /// Values of the block that the worker holds.
    pub const fn block_len(&self) -> usize {
        self.block.len()
    }
}
