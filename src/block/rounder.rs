//! Rounds tensors to blocks.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::definition::{Definition, Past, Scale};
use super::fast::{CHUNK, Fast, Room, SHORTEST};
use super::layout::Layout;
use super::{BlockError, BlockFormat, Length, ScaleRule, Specials};
use crate::chop::cpu::{Counter, TASK, over_tasks};
use crate::chop::{Carriers, Host, LengthError, Threads};
use crate::instructions::level;
use crate::random::Key;
use crate::rounding::{Rounding, Saturation};

/// A block format, a rounding, a saturation and a seed: everything that decides a result.
///
/// The rounding is the elements'; the scale has its [rule](super::ScaleRule). A stochastic mode takes
/// for a value the random word of its index in the tensor, in row-major order.
///
/// ```
/// use roundoff::block::{BlockFormat, BlockRounder, ScaleRule};
/// let mut values = [3.9f32, 1.0, 0.1, -0.6];
/// let format = BlockFormat::MXFP4.with_rule(ScaleRule::RoundUp);
/// BlockRounder::new(format).round_tensor(&mut values, &[2, 2])?;
/// assert_eq!(values, [4.0, 1.0, 0.125, -0.5]);
/// # Ok::<(), roundoff::block::BlockError>(())
/// ```
#[derive(Clone, Debug)]
pub struct BlockRounder {
    format: BlockFormat,
    rounding: Rounding,
    saturation: Saturation,
    seed: u64,
    stream: u64,
    threads: Threads,
    tensor_scale: Option<f32>,
    pub(super) definition: Definition,
    pub(super) fast: Option<Fast>,
}

/// The smallest index that any thread met.
struct First(AtomicUsize);

impl BlockRounder {
    /// To nearest, ties to even, no saturation of scales, seed 0.
    pub fn new(format: BlockFormat) -> Self {
        Self::build(format, Rounding::default(), Saturation::default())
    }

    fn build(format: BlockFormat, rounding: Rounding, saturation: Saturation) -> Self {
        let definition = Definition::new(&format, rounding, saturation);
        Self {
            format,
            rounding,
            saturation,
            seed: 0,
            stream: 0,
            threads: Threads::default(),
            tensor_scale: None,
            fast: Fast::new(&format, rounding, &definition),
            definition,
        }
    }

    fn rebuilt(self, rounding: Rounding, saturation: Saturation) -> Self {
        Self {
            seed: self.seed,
            stream: self.stream,
            threads: self.threads,
            tensor_scale: self.tensor_scale,
            ..Self::build(self.format, rounding, saturation)
        }
    }

    /// With another rounding of the elements.
    #[must_use]
    pub fn with_rounding(self, rounding: Rounding) -> Self {
        let saturation = self.saturation;
        self.rebuilt(rounding, saturation)
    }

    /// With another saturation: whether a scale past the greatest one of its format is an error
    /// (`None`), or becomes the greatest one. Elements past their greatest value become it in any
    /// case (but see [`Specials::Element`]).
    #[must_use]
    pub fn with_saturation(self, saturation: Saturation) -> Self {
        let rounding = self.rounding;
        self.rebuilt(rounding, saturation)
    }

    /// With another seed for the stochastic modes.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// With another stream of the same seed: one a tensor, say.
    #[must_use]
    pub fn with_stream(self, stream: u64) -> Self {
        Self { stream, ..self }
    }

    /// In threads or not. The bits do not depend on it.
    #[must_use]
    pub fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }
    }

    /// With a scale for the tensor that is known beforehand (from an earlier step, say), where the
    /// format has one: the values are gone over once instead of twice.
    ///
    /// # Errors
    /// [`BlockError::TensorScale`] unless it is positive and finite and the format has such a scale.
    pub fn with_tensor_scale(self, scale: f32) -> Result<Self, BlockError> {
        match scale > 0.0 && scale.is_finite() && self.format.has_tensor_scale() {
            true => Ok(Self {
                tensor_scale: Some(scale),
                ..self
            }),
            false => Err(BlockError::TensorScale {
                scale,
                format: self.format.to_string(),
            }),
        }
    }

    /// The block format.
    pub const fn format(&self) -> &BlockFormat {
        &self.format
    }

    /// The rounding of the elements.
    pub const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// The saturation.
    pub const fn saturation(&self) -> Saturation {
        self.saturation
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The stream.
    pub const fn stream(&self) -> u64 {
        self.stream
    }

    pub(super) const fn threads(&self) -> Threads {
        self.threads
    }

    /// How the elements are rounded.
    #[cfg(feature = "gpu")]
    pub(crate) fn element_rounder(&self) -> crate::Rounder {
        Definition::element_rounder(&self.format, self.rounding, self.saturation)
            .with_seed(self.seed)
            .with_stream(self.stream)
    }

    /// Is a scale past the greatest one that one?
    #[cfg(feature = "gpu")]
    pub(crate) const fn clamps(&self) -> bool {
        self.definition.clamps()
    }

    /// Values along the axis of a tensor's blocks, and those between two of them.
    ///
    /// # Errors
    /// [`BlockError`] if the shape is not that of so many values or has no such axis.
    #[cfg(feature = "gpu")]
    pub(crate) fn lines(
        &self,
        shape: &[usize],
        values: usize,
    ) -> Result<(usize, usize), BlockError> {
        let layout = Layout::new(&self.format, shape, values)?;
        Ok((layout.lines, layout.inner))
    }

    /// A slice in place, as one vector.
    ///
    /// # Errors
    /// As [`BlockRounder::round_tensor`].
    pub fn round_slice<T: Host>(&self, values: &mut [T]) -> Result<(), BlockError> {
        let shape = [values.len()];
        self.round_tensor(values, &shape)
    }

    /// A tensor in place, in row-major order.
    ///
    /// # Errors
    /// [`BlockError`] if the shape is not that of so many values or has no such axis, or if a scale
    /// is past the greatest one of its format and the saturation is `None`; the values are then not
    /// to be used.
    pub fn round_tensor<T: Host>(
        &self,
        values: &mut [T],
        shape: &[usize],
    ) -> Result<(), BlockError> {
        let layout = Layout::new(&self.format, shape, values.len())?;
        self.round(&layout, None, values)
    }

    /// A tensor into a slice as long.
    ///
    /// # Errors
    /// [`BlockError::Values`] if the slices are not as long, else as
    /// [`BlockRounder::round_tensor`].
    pub fn round_tensor_into<T: Host>(
        &self,
        source: &[T],
        target: &mut [T],
        shape: &[usize],
    ) -> Result<(), BlockError> {
        if source.len() != target.len() {
            return Err(BlockError::Values(LengthError {
                source_len: source.len(),
                target_len: target.len(),
            }));
        }
        let layout = Layout::new(&self.format, shape, source.len())?;
        self.round(&layout, Some(source), target)
    }

    fn round<T: Host>(
        &self,
        layout: &Layout,
        source: Option<&[T]>,
        target: &mut [T],
    ) -> Result<(), BlockError> {
        if layout.count == 0 {
            return Ok(());
        }
        let shared = self.shared(layout, source.unwrap_or(&*target))?;
        let bad = First(AtomicUsize::new(usize::MAX));
        let (unit, length) = match self.format.length() {
            Length::Of(_) => (layout.unit(), layout.length),
            Length::Tensor => (CHUNK, CHUNK),
        };
        let task = unit * (TASK / unit).max(1);
        over_tasks(self.threads, target, task, |at, target| {
            let source = source.map(|source| &source[at..at + target.len()]);
            let mut worker = Worker::new(self, layout, &shared);
            let mut done = 0;
            while done < target.len() {
                let left = target.len() - done;
                let part = |len: usize| done..done + len;
                let len = worker.run_of_blocks::<T>(at + done, left, length);
                let failed = if len > 0 {
                    let source = source.map(|source| &source[part(len)]);
                    worker.chunk(at + done, length, source, &mut target[part(len)])
                } else {
                    let len = worker.slab_len(at + done, left);
                    let source = source.map(|source| &source[part(len)]);
                    worker.slab(at + done, source, &mut target[part(len)])
                };
                if let Some(index) = failed {
                    bad.0.fetch_min(index, Ordering::Relaxed);
                    return;
                }
                done += if len > 0 {
                    len
                } else {
                    worker.slab_len(at + done, left)
                };
            }
        });
        match bad.0.into_inner() {
            usize::MAX => Ok(()),
            index => Err(self.past(layout, index, shared.wanted(index))),
        }
    }

    /// The error about the block whose first value is at an index.
    pub(super) fn past(&self, layout: &Layout, index: usize, wanted: f64) -> BlockError {
        let column = index % layout.inner;
        BlockError::ScaleRange {
            block: layout.block(index - column) + column,
            index,
            wanted,
            scale: self.format.scale().to_string(),
            greatest: self.format.scale().greatest(),
        }
    }

    /// What all blocks of a tensor share.
    pub(super) fn shared<T: Host>(
        &self,
        layout: &Layout,
        values: &[T],
    ) -> Result<Shared, BlockError> {
        let whole = self.format.length() == Length::Tensor;
        if !whole && (!self.format.has_tensor_scale() || self.tensor_scale.is_some()) {
            return Ok(Shared {
                tensor: self.tensor_scale.map_or(1.0, f64::from),
                scale: None,
                past: Default::default(),
            });
        }
        let (greatest, finite) = greatest(values);
        let tensor = match self.tensor_scale {
            Some(scale) => f64::from(scale),
            None => self.definition.tensor_scale(greatest),
        };
        let scale = match whole {
            false => None,
            true if !finite && self.format.specials() == Specials::Block => Some(Scale::NaN),
            true if greatest == 0.0 => Some(Scale::Value(self.definition.least_scale())),
            true => {
                // Only a search looks at the values.
                let block: Vec<f64> = match self.format.rule() == ScaleRule::MeanSquare {
                    true => values.iter().map(|x| x.to_f64()).collect(),
                    false => Vec::new(),
                };
                let draw = |i: usize| self.random(i as u64);
                let scale = self.definition.scale_of(greatest, &block, tensor, &draw);
                Some(scale.map_err(|past| self.past(layout, 0, past.wanted))?)
            }
        };
        Ok(Shared {
            tensor,
            scale,
            past: Default::default(),
        })
    }

    /// The random bits of the value at an index.
    pub(super) fn random(&self, index: u64) -> u64 {
        match self.rounding.is_stochastic() {
            true => Key::new(self.seed, self.stream, index).word64(index as u32),
            false => 0,
        }
    }
}

/// The greatest finite magnitude, and whether all are finite.
fn greatest<T: Host>(values: &[T]) -> (f64, bool) {
    if let Some(narrow) = T::as_narrow_ref(values) {
        let word = Fast::greatest_of(level(), narrow);
        if word < 0x7f80_0000 {
            return (f64::from(f32::from_bits(word)), true);
        }
    }
    values.iter().fold((0.0, true), |(most, finite), x| {
        let x = x.to_f64().abs();
        match x.is_finite() {
            true => (f64::max(most, x), finite),
            false => (most, false),
        }
    })
}

/// What the blocks of a tensor share.
#[derive(Debug)]
pub(super) struct Shared {
    /// The tensor's scale, or 1.
    pub tensor: f64,
    /// The one block's, where the tensor is one.
    pub scale: Option<Scale>,
    /// What scales had to be, by the index of their block.
    past: std::sync::Mutex<Vec<(usize, f64)>>,
}

impl Shared {
    pub fn note(&self, index: usize, past: Past) {
        if let Ok(mut list) = self.past.lock() {
            list.push((index, past.wanted));
        }
    }

    pub fn wanted(&self, index: usize) -> f64 {
        let list = self.past.lock();
        let found = list
            .iter()
            .flat_map(|list| list.iter())
            .find(|(at, _)| *at == index);
        found.map_or(f64::INFINITY, |(_, wanted)| *wanted)
    }
}

/// One thread's work on a tensor.
pub(super) struct Worker<'a> {
    rounder: &'a BlockRounder,
    layout: &'a Layout,
    shared: &'a Shared,
    room: Option<Box<Room>>,
    block: Vec<f64>,
    held: Vec<f32>,
}

impl<'a> Worker<'a> {
    pub fn new(rounder: &'a BlockRounder, layout: &'a Layout, shared: &'a Shared) -> Self {
        Self {
            rounder,
            layout,
            shared,
            room: None,
            block: Vec::new(),
            held: Vec::new(),
        }
    }

    pub(super) const fn layout(&self) -> &'a Layout {
        self.layout
    }

    pub(super) const fn format(&self) -> &'a BlockFormat {
        &self.rounder.format
    }

    /// Values from an index on that make whole blocks side by side for the vector loops; 0 where
    /// they are not for them.
    pub(super) fn run_of_blocks<T: Host>(&self, at: usize, left: usize, length: usize) -> usize {
        let Some(fast) = &self.rounder.fast else {
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

    /// Whole blocks by vectors; the index of a block whose scale is past its format.
    fn chunk<T: Host>(
        &mut self,
        at: usize,
        length: usize,
        source: Option<&[T]>,
        target: &mut [T],
    ) -> Option<usize> {
        let fast = self.rounder.fast.as_ref()?;
        let tensor = self.shared.tensor as f32;
        // In place the source is needed after the target is written.
        let own: Vec<T>;
        let source = match source {
            Some(source) => source,
            None => {
                own = target.to_vec();
                &own
            }
        };
        let bad = self.chunk_elements(at, length, source, |room| {
            match T::as_narrow(target) {
                Some(target) => fast.values(tensor, room, target),
                None => {
                    let mut narrow = [0.0; CHUNK];
                    let narrow = &mut narrow[..source.len()];
                    fast.values(tensor, room, narrow);
                    T::from_narrow(narrow, target);
                }
            }
            let blocks = source.len().div_ceil(length);
            match room.any_bad {
                true => room.bad[..blocks].iter().map(|bad| *bad != 0).collect(),
                false => Vec::new(),
            }
        });
        let blocks = source
            .chunks(length)
            .zip(target.chunks_mut(length))
            .zip(bad);
        for (i, ((source, target), bad)) in blocks.enumerate() {
            if bad {
                self.block.clear();
                self.block.extend(source.iter().map(|x| x.to_f64()));
                let failed = self.define(at + i * length, 1, |j, y| target[j] = y);
                if failed.is_some() {
                    return failed;
                }
            }
        }
        None
    }

    /// Calls `take` with the elements of whole blocks, which the vector loops have made.
    pub(super) fn chunk_elements<T: Host, R>(
        &mut self,
        at: usize,
        length: usize,
        source: &[T],
        take: impl FnOnce(&mut Room) -> R,
    ) -> R
    where
        R: Default,
    {
        let Some(fast) = &self.rounder.fast else {
            return R::default();
        };
        let mut held = std::mem::take(&mut self.held);
        let mut room = self.room.take().unwrap_or_else(Room::new);
        let narrow = T::as_narrow_ref(source);
        if narrow.is_none() {
            held.clear();
            held.extend(source.iter().map(|x| x.to_f32()));
        }
        let known = match self.shared.scale {
            Some(Scale::Value(scale)) => Some(scale as f32),
            _ => None,
        };
        let tensor = self.shared.tensor as f32;
        let values = narrow.unwrap_or(&held);
        fast.elements(&self.counter(at), length, tensor, known, values, &mut room);
        let taken = take(&mut room);
        (self.held, self.room) = (held, Some(room));
        taken
    }

    fn counter(&self, at: usize) -> Counter {
        Counter {
            seed: self.rounder.seed,
            stream: self.rounder.stream,
            index: at as u64,
        }
    }

    /// Values of the slab that begins at an index, of which `left` are left.
    pub(super) fn slab_len(&self, at: usize, left: usize) -> usize {
        match self.rounder.format.length() {
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
