//! One thread's work on a tensor: runs of blocks by vectors, the others by the definition.

use super::definition::{Definition, Past, Scale};
use super::fast::{Blocks, CHUNK, Room, SHORTEST};
use super::layout::Layout;
use super::shared::Shared;
use super::{BlockFormat, BlockRounder, Length};
use crate::chop::cpu::{Counter, TASK};
use crate::chop::{Carriers, Host};

/// One thread's work on a tensor.
pub(super) struct Worker<'a> {
    pub rounder: &'a BlockRounder,
    pub layout: &'a Layout,
    shared: &'a Shared,
    /// Values of a block that are done together.
    pub length: usize,
    pub room: Option<Box<Room>>,
    block: Vec<f64>,
}

/// What comes next: so many values.
#[derive(Clone, Copy)]
pub(super) enum Part {
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

    pub(super) const fn format(&self) -> &'a BlockFormat {
        self.rounder.format()
    }

    /// The part that begins at an index, with `left` values after it.
    pub(super) fn part<T: Host>(&self, at: usize, left: usize) -> Part {
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

    /// Rounds the values from an index on; the index of a block whose scale is past its format.
    pub fn round<T: Host>(
        &mut self,
        at: usize,
        source: Option<&[T]>,
        target: &mut [T],
    ) -> Option<usize> {
        let mut done = 0;
        while done < target.len() {
            let part = self.part::<T>(at + done, target.len() - done);
            let (Part::Chunk(len) | Part::Slab(len)) = part;
            let range = done..done + len;
            let source = source.map(|source| &source[range.clone()]);
            let target = &mut target[range];
            let failed = match part {
                Part::Chunk(_) => self.chunk(at + done, source, target),
                Part::Slab(_) => self.slab(at + done, source, target),
            };
            if failed.is_some() {
                return failed;
            }
            done += len;
        }
        None
    }

    /// The room of the vector loops, to be given back.
    pub(super) fn room(&mut self) -> Box<Room> {
        self.room.take().unwrap_or_else(Room::new)
    }

    /// What the vector loops have to know of a chunk.
    pub(super) fn blocks<'b>(&self, at: usize, source: &'b [f32]) -> Blocks<'b> {
        Blocks {
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
        }
    }

    /// Whole blocks by vectors; the index of a block whose scale is past its format.
    fn chunk<T: Host>(
        &mut self,
        at: usize,
        source: Option<&[T]>,
        target: &mut [T],
    ) -> Option<usize> {
        let fast = self.rounder.fast.as_ref()?;
        let mut room = self.room();
        room.hold(source.unwrap_or(&*target), source.is_none());
        let count = target.len();
        let Room { marks, held, made } = &mut *room;
        let source = source.and_then(T::as_narrow_ref);
        let source = source.unwrap_or(&held[..count]);
        let blocks = self.blocks(at, source);
        let bad = match T::as_narrow(target) {
            Some(target) => fast.values(&blocks, marks, target),
            None => {
                let made = &mut made[..count];
                let bad = fast.values(&blocks, marks, made);
                T::from_narrow(made, target);
                bad
            }
        };
        let mut failed = None;
        if bad {
            let parts = source
                .chunks(self.length)
                .zip(target.chunks_mut(self.length));
            for (i, (source, target)) in parts.enumerate().filter(|(i, _)| marks.bad[*i] != 0) {
                self.block.clear();
                self.block.extend(source.iter().map(|x| f64::from(*x)));
                let put = |j: usize, y| target[j] = y;
                failed = failed.or_else(|| self.define(at + i * self.length, 1, put));
            }
        }
        self.room = Some(room);
        failed
    }

    /// Values of the slab that begins at an index, of which `left` are left.
    pub(super) fn slab_len(&self, at: usize, left: usize) -> usize {
        match self.format().length() {
            Length::Tensor => left.min(CHUNK),
            Length::Of(_) => (self.layout.slab(at).rows * self.layout.inner).min(left),
        }
    }

    /// A slab by the definition.
    fn slab<T: Host>(
        &mut self,
        at: usize,
        source: Option<&[T]>,
        target: &mut [T],
    ) -> Option<usize> {
        let inner = self.layout.inner;
        for column in 0..inner.min(target.len()) {
            let from = source.unwrap_or(&*target);
            self.block.clear();
            let values = from.iter().skip(column).step_by(inner);
            self.block.extend(values.map(|x| x.to_f64()));
            let failed = self.define(at + column, inner, |j, y| target[column + j * inner] = y);
            if failed.is_some() {
                return failed;
            }
        }
        None
    }

    /// The block in `self.block`, whose values lie `stride` apart from an index on, by the
    /// definition. The index, if its scale is past its format.
    fn define<T: Host>(
        &self,
        at: usize,
        stride: usize,
        mut put: impl FnMut(usize, T),
    ) -> Option<usize> {
        let each = |i, element, scale| put(i, Definition::value(element, scale));
        let scale = self.each_element(at, stride, each);
        match scale {
            Err(past) => {
                self.shared.note(at, past);
                return Some(at);
            }
            Ok(Scale::NaN) => (0..self.block.len()).for_each(|i| put(i, T::from_f64(f64::NAN))),
            Ok(Scale::Value(_)) => {}
        }
        None
    }

    /// Calls `each` for the elements of the block in `self.block` with position, element and scale.
    fn each_element(
        &self,
        at: usize,
        stride: usize,
        mut each: impl FnMut(usize, f64, f64),
    ) -> Result<Scale, Past> {
        let definition = &self.rounder.definition;
        let draw = |i: usize| self.rounder.random((at + i * stride) as u64);
        let tensor = self.shared.tensor;
        let scale = match self.shared.scale {
            Some(scale) => scale,
            None => definition.scale(&self.block, tensor, &draw)?,
        };
        if let Scale::Value(scale) = scale {
            let scale = scale * tensor;
            for (i, x) in self.block.iter().enumerate() {
                each(i, definition.element(*x, scale, draw(i)), scale);
            }
        }
        Ok(scale)
    }

    /// Scale and elements of the block of values that lie `stride` apart from an index on. Those of a
    /// block that is NaN are zeros.
    pub(super) fn elements(
        &mut self,
        at: usize,
        stride: usize,
        values: impl Iterator<Item = f64>,
        elements: &mut Vec<f64>,
    ) -> Result<Scale, Past> {
        self.block.clear();
        self.block.extend(values);
        elements.clear();
        elements.resize(self.block.len(), 0.0);
        let scale = self.each_element(at, stride, |i, element, _| elements[i] = element);
        scale.inspect_err(|past| self.shared.note(at, *past))
    }
}
