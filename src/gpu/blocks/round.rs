//! Tensors rounded to blocks in place.

use std::ops::Range;

use super::call::{Blocks, lane};
use super::{DIRECT32, DIRECT64, SEARCHED32, SEARCHED64};
use crate::block::BlockRounder;
use crate::chop::Host;
use crate::gpu::stream::{Piece, Slot, Values, Work};
use crate::gpu::{Gpu, GpuError};

impl Gpu {
    /// A tensor in place, as [`BlockRounder::round_tensor`].
    ///
    /// One invocation a block. The scale of a tensor (NVFP4's, or the one of dynamic fixed point) is
    /// found by the CPU, which goes over the values once for that.
    ///
    /// # Errors
    /// [`GpuError::Unsupported`] for what integers of 32 bits do not serve: blocks of more than 16,384
    /// values (2,048 where scales are searched), scales that are not powers of two with elements of
    /// more than 32 digits or with more than 51 digits and random bits, exponents past 2^400 (2^150),
    /// f64 values beyond 2^-500 and 2^500 (2^-200 and 2^200), tensors of more than 2^32 values;
    /// [`GpuError::Block`] with the CPU's errors; else the device's.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// use roundoff::gpu::Gpu;
    /// # let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut values = [0.1f32; 32];
    /// values[0] = 7.0;
    /// gpu.round_blocks(&BlockRounder::new(BlockFormat::MXFP4), &mut values, &[32])?;
    /// assert_eq!(values[..2], [6.0, 0.0]);
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn round_blocks<T: Host>(
        &self,
        rounder: &BlockRounder,
        values: &mut [T],
        shape: &[usize],
    ) -> Result<(), GpuError> {
        let told = rounder.told(values, shape)?;
        if values.is_empty() {
            return Ok(());
        }
        if told.known.is_some_and(f64::is_nan) {
            values.fill(T::from_f64(f64::NAN));
            return Ok(());
        }
        let blocks = Blocks::new(rounder, told, values, None)?;
        self.stream(&mut Round { blocks, values })
    }
}

/// A tensor to round.
struct Round<'a, T> {
    blocks: Blocks<'a>,
    values: &'a mut [T],
}

impl<T: Host> Work for Round<'_, T> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn unit(&self) -> usize {
        self.blocks.unit()
    }

    fn bits(&self) -> (u64, u64) {
        let bits = 8 * lane::<T>().bytes();
        (bits, bits)
    }

    fn in_place(&self) -> bool {
        true
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        Values(lane::<T>()).put(&self.values[piece.clone()], to);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let shaders = [[&DIRECT32, &DIRECT64], [&SEARCHED32, &SEARCHED64]];
        let buffers = [&slot.input, &slot.first_bad];
        self.blocks
            .record::<T>(gpu, encoder, shaders, piece, &buffers)
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        let blocks = &self.blocks;
        if let Some(block) = piece.first_bad {
            let index = piece.values.start + blocks.place(block, piece.values.len());
            let error = blocks.rounder.past_of(&blocks.told, self.values, index);
            return Err(error.into());
        }
        Values(lane::<T>()).take(piece.bytes, &mut self.values[piece.values]);
        Ok(())
    }
}
