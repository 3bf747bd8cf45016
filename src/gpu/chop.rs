//! Rounding: slices of any length, and buffers that are on the GPU already.

use std::ops::Range;

use super::launch::DISPATCH;
use super::plan::{Lane, NARROW, Pair, Told, WIDE, same_keys};
use super::shader::{Access, Shader, part};
use super::stream::{Piece, Slot, Values, Work};
use super::{Gpu, GpuError};
use crate::Rounder;
use crate::chop::{Host, LengthError};

const STORAGE: &[Access] = &[Access::Write];

/// Rounds f32 words, the plan in memory.
static NARROW_GENERAL: Shader = Shader {
    name: "chop32",
    parts: &[
        part!("host32.wgsl"),
        part!("plan.wgsl"),
        part!("plan_uniform.wgsl"),
        part!("random.wgsl"),
        part!("draw.wgsl"),
        part!("dispatch.wgsl"),
        part!("round.wgsl"),
        part!("chop.wgsl"),
    ],
    storage: STORAGE,
    constants: &[],
};

/// The same with the plan as constants.
static NARROW_SPECIAL: Shader = Shader {
    name: "chop32 specialised",
    parts: &[
        part!("host32.wgsl"),
        part!("plan.wgsl"),
        part!("plan_constant32.wgsl"),
        part!("random.wgsl"),
        part!("draw.wgsl"),
        part!("dispatch.wgsl"),
        part!("round.wgsl"),
        part!("chop.wgsl"),
    ],
    storage: STORAGE,
    constants: NARROW,
};

/// Rounds f64 words.
static WIDE_GENERAL: Shader = Shader {
    name: "chop64",
    parts: &[
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan.wgsl"),
        part!("plan_uniform.wgsl"),
        part!("random.wgsl"),
        part!("draw.wgsl"),
        part!("dispatch.wgsl"),
        part!(paired "round.wgsl"),
        part!("chop.wgsl"),
    ],
    storage: STORAGE,
    constants: &[],
};

/// The same with the plan as constants.
static WIDE_SPECIAL: Shader = Shader {
    name: "chop64 specialised",
    parts: &[
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan.wgsl"),
        part!("plan_constant64.wgsl"),
        part!("random.wgsl"),
        part!("draw.wgsl"),
        part!("dispatch.wgsl"),
        part!(paired "round.wgsl"),
        part!("chop.wgsl"),
    ],
    storage: STORAGE,
    constants: WIDE,
};

/// The yardstick of the benchmark.
static COPY: Shader = Shader {
    name: "copy",
    parts: &[part!("dispatch.wgsl"), part!("copy.wgsl")],
    storage: STORAGE,
    constants: &[],
};

pub(super) const SHADERS: &[&Shader] = &[
    &NARROW_GENERAL,
    &NARROW_SPECIAL,
    &WIDE_GENERAL,
    &WIDE_SPECIAL,
    &COPY,
];

static NARROW_PAIR: Pair = Pair {
    general: &NARROW_GENERAL,
    special: &NARROW_SPECIAL,
};
static WIDE_PAIR: Pair = Pair {
    general: &WIDE_GENERAL,
    special: &WIDE_SPECIAL,
};

impl Gpu {
    /// A slice in place, as [`Rounder::round_slice`]: the value at i takes the random word i.
    ///
    /// # Errors
    /// [`GpuError`] where the device fails. Chunks that were done by then are rounded, the values
    /// after them untouched.
    pub fn round_slice<T: Host>(
        &self,
        rounder: &Rounder,
        values: &mut [T],
    ) -> Result<(), GpuError> {
        self.round_slice_at(rounder, values, 0)
    }

    /// A slice in place as a part of a longer one that begins at `index` there.
    ///
    /// # Errors
    /// As [`Gpu::round_slice`].
    pub fn round_slice_at<T: Host>(
        &self,
        rounder: &Rounder,
        values: &mut [T],
        index: u64,
    ) -> Result<(), GpuError> {
        let mut work = Chop {
            told: Told::new::<T>(rounder),
            index,
            source: None,
            target: values,
        };
        self.stream(&mut work)
    }

    /// A slice into another as a part of a longer one that begins at `index` there.
    ///
    /// # Errors
    /// [`LengthError`] if the two are not as long; else as [`Gpu::round_slice`].
    pub fn round_into_at<T: Host>(
        &self,
        rounder: &Rounder,
        source: &[T],
        target: &mut [T],
        index: u64,
    ) -> Result<(), GpuError> {
        if source.len() != target.len() {
            return Err(LengthError {
                source_len: source.len(),
                target_len: target.len(),
            }
            .into());
        }
        let mut work = Chop {
            told: Told::new::<T>(rounder),
            index,
            source: Some(source),
            target,
        };
        self.stream(&mut work)
    }

    /// Rounds values of a buffer in place, in GPU memory: `T` is f32 or f64, `range` counts values,
    /// `index` is the random word's of the first of them. The work is in the queue when this
    /// returns; whatever is submitted later finds it done.
    ///
    /// # Errors
    /// [`GpuError::Buffer`] if the range is not in the buffer or the buffer is no storage buffer;
    /// [`GpuError::Unsupported`] for 16-bit hosts and for formats that f32 words do not hold; else
    /// the device's errors.
    ///
    /// ```
    /// use roundoff::gpu::{Gpu, wgpu::BufferUsages, wgpu::util::{BufferInitDescriptor, DeviceExt}};
    /// use roundoff::{Format, Rounder};
    /// # let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// // A buffer of the user's own: 1.01, 2.02 and 3.03 as f32.
    /// let bytes: Vec<u8> = [1.01f32, 2.02, 3.03].iter().flat_map(|x| x.to_le_bytes()).collect();
    /// let buffer = gpu.device().create_buffer_init(&BufferInitDescriptor {
    ///     label: None,
    ///     contents: &bytes,
    ///     usage: BufferUsages::STORAGE | BufferUsages::COPY_SRC,
    /// });
    /// let rounder = Rounder::new(Format::OCP_E5M2);
    /// gpu.round_buffer::<f32>(&rounder, &buffer, 0..3, 0)?;
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn round_buffer<T: Host>(
        &self,
        rounder: &Rounder,
        buffer: &wgpu::Buffer,
        range: Range<u64>,
        index: u64,
    ) -> Result<(), GpuError> {
        let mut encoder = self.encoder()?;
        self.record_round::<T>(&mut encoder, rounder, buffer, range, index)?;
        self.submit(encoder).map(drop)
    }

    /// [`Gpu::round_buffer`] as commands in the caller's own recording: submit it with the rest.
    ///
    /// # Errors
    /// As [`Gpu::round_buffer`].
    pub fn record_round<T: Host>(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        rounder: &Rounder,
        buffer: &wgpu::Buffer,
        range: Range<u64>,
        index: u64,
    ) -> Result<(), GpuError> {
        let lane = match size_of::<T>() {
            4 => Lane::Narrow,
            8 => Lane::Wide,
            _ => {
                let what = "rounding buffers of 16-bit values".to_owned();
                return Err(GpuError::Unsupported { what });
            }
        };
        let told = Told::on::<T>(rounder, lane).ok_or_else(|| GpuError::Unsupported {
            what: format!(
                "{} in words of f32 (keep the values as f64)",
                rounder.format()
            ),
        })?;
        let buffer_error = |reason: String| GpuError::Buffer { reason };
        if !buffer.usage().contains(wgpu::BufferUsages::STORAGE) {
            let reason = "is no storage buffer: make it with BufferUsages::STORAGE";
            return Err(buffer_error(reason.to_owned()));
        }
        let there = buffer.size() / lane.bytes();
        if range.start > range.end || range.end > there {
            return Err(buffer_error(format!(
                "has {there} values: {} to {} are not all among them",
                range.start, range.end
            )));
        }
        self.chop(encoder, &told, buffer, range, index)
    }

    /// Records the rounding of a part of a buffer: as many dispatches as bindings, dispatches and
    /// keys have limits.
    fn chop(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        told: &Told,
        buffer: &wgpu::Buffer,
        range: Range<u64>,
        index: u64,
    ) -> Result<(), GpuError> {
        let pair = match told.lane {
            Lane::Narrow => &NARROW_PAIR,
            Lane::Wide => &WIDE_PAIR,
        };
        let limits = &self.inner.limits;
        let align = u64::from(limits.min_storage_buffer_offset_alignment);
        let size = told.lane.bytes();
        let pipeline = self.planned(pair, &told.plan, range.end - range.start)?;
        let mut at = range.start;
        while at < range.end {
            // A binding begins where the adapter lets it: the shader skips what is before.
            let offset = at * size / align * align;
            let skipped = (at * size - offset) / size;
            let index = index.wrapping_add(at - range.start);
            let count = (range.end - at)
                .min(limits.max_storage_buffer_binding_size / size - skipped)
                .min(DISPATCH)
                .min(same_keys(index));
            let mut words = vec![skipped as u32, index as u32];
            words.extend(told.keys(index));
            words.extend(&told.plan);
            let binding = wgpu::BufferBinding {
                buffer,
                offset,
                size: wgpu::BufferSize::new((skipped + count) * size),
            };
            self.dispatch(encoder, &pipeline, &words, &[binding], count as u32)?;
            at += count;
        }
        Ok(())
    }

    /// Records a copy of each of `count` words to itself, the bits of `flip` turned over: what the
    /// benchmark measures rounding against.
    ///
    /// # Errors
    /// [`GpuError`] where the device fails.
    #[doc(hidden)]
    pub fn record_copy(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        buffer: &wgpu::Buffer,
        count: u32,
        flip: u32,
    ) -> Result<(), GpuError> {
        let pipeline = self.pipeline(&COPY, &[])?;
        let binding = buffer.as_entire_buffer_binding();
        self.dispatch(encoder, &pipeline, &[flip, 0], &[binding], count)
    }
}

/// A slice to round.
struct Chop<'a, T> {
    told: Told,
    index: u64,
    source: Option<&'a [T]>,
    target: &'a mut [T],
}

impl<T: Host> Work for Chop<'_, T> {
    fn values(&self) -> usize {
        self.target.len()
    }

    fn bits(&self) -> (u64, u64) {
        let bits = 8 * self.told.lane.bytes();
        (bits, bits)
    }

    fn in_place(&self) -> bool {
        true
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        let source = match self.source {
            Some(source) => &source[piece.clone()],
            None => &self.target[piece.clone()],
        };
        Values(self.told.lane).put(source, to);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let index = self.index.wrapping_add(piece.start as u64);
        gpu.chop(
            encoder,
            &self.told,
            &slot.input,
            0..piece.len() as u64,
            index,
        )
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        Values(self.told.lane).take(piece.bytes, &mut self.target[piece.values]);
        Ok(())
    }
}
