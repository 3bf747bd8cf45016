//! Rounds tensors to blocks.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::definition::Definition;
use super::fast::Fast;
use super::layout::Layout;
use super::values::Values;
use super::worker::{Worker, Wrong};
use super::{BlockError, BlockFormat, Length};
use crate::chop::cpu::over_tasks;
use crate::chop::{Host, LengthError, Threads};
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
    /// case (but see [`Specials::Element`](super::Specials::Element)).
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

    pub(super) const fn fixed_tensor_scale(&self) -> Option<f32> {
        self.tensor_scale
    }

    /// Has the whole tensor to be read for a scale, before any block is rounded?
    pub(super) fn reads_all(&self) -> bool {
        self.format.length() == Length::Tensor
            || self.format.has_tensor_scale() && self.tensor_scale.is_none()
    }

    pub(super) const fn threads(&self) -> Threads {
        self.threads
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
        let bad = AtomicUsize::new(usize::MAX);
        over_tasks(self.threads, target, self.task(layout), |at, target| {
            let source = source.map(|source| &source[at..at + target.len()]);
            let mut values = Values { source, target };
            let count = values.target.len();
            let done = Worker::new(self, layout, &shared).walk(at, count, &mut values);
            if let Err(Wrong::Past(index) | Wrong::NaN(index)) = done {
                bad.fetch_min(index, Ordering::Relaxed);
            }
        });
        match bad.into_inner() {
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

    /// The random bits of the value at an index.
    pub(super) fn random(&self, index: u64) -> u64 {
        match self.rounding.is_stochastic() {
            true => Key::new(self.seed, self.stream, index).word64(index as u32),
            false => 0,
        }
    }
}
