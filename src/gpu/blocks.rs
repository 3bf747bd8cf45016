//! Blocks that share a power of two: MXFP8, MXFP6, MXFP4, MXINT8, block floating point.

use std::ops::Range;

use super::plan::{Lane, Told};
use super::shader::{Access, Shader, part};
use super::stream::{Piece, Slot, Values, Work};
use super::{Gpu, GpuError};
use crate::block::{BlockError, BlockRounder, Length, ScaleRule, Specials};
use crate::{Format, Rounder};

static BLOCKS: Shader = Shader {
    name: "blocks",
    parts: &[
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan.wgsl"),
        part!("random.wgsl"),
        part!("draw.wgsl"),
        part!("dispatch.wgsl"),
        part!(paired "round.wgsl"),
        part!("blocks.wgsl"),
    ],
    storage: &[Access::Write, Access::Write],
    constants: &[],
};

pub(super) const SHADERS: &[&Shader] = &[&BLOCKS];

/// Values of a block at most: an invocation goes over them twice.
const LONGEST: usize = 4096;
/// Exponents of elements and scales at most: their sums stay within those of an f64.
const FAR: i32 = 400;

impl Gpu {
    /// A tensor in place, as [`BlockRounder::round_tensor`], for blocks along the last axis whose
    /// scale is a power of two by one of the rules floor, ceil, round-up and even.
    ///
    /// # Errors
    /// [`GpuError::Unsupported`] for other block formats (NVFP4 and whatever else has scales with
    /// digits, one scale for the tensor, searched scales, elements that keep their own NaN);
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
    pub fn round_blocks(
        &self,
        rounder: &BlockRounder,
        values: &mut [f32],
        shape: &[usize],
    ) -> Result<(), GpuError> {
        let (line, inner) = rounder.lines(shape, values.len())?;
        let Some((length, scales)) = supported(rounder) else {
            let what = format!("blocks of {}", rounder.format());
            return Err(GpuError::Unsupported { what });
        };
        if inner != 1 || values.len() as u64 > 1 << 32 {
            let what = "blocks along another axis than the last, or more than 2^32 values";
            return Err(GpuError::Unsupported {
                what: what.to_owned(),
            });
        }
        if values.is_empty() {
            return Ok(());
        }
        let single = Told::on::<f64>(&Rounder::new(Format::BINARY32), Lane::Wide);
        let told = Told::on::<f64>(&rounder.element_rounder(), Lane::Wide);
        let (Some(single), Some(told)) = (single, told) else {
            let what = format!("elements of {}", rounder.format());
            return Err(GpuError::Unsupported { what });
        };
        self.stream(&mut Blocks {
            rounder,
            told,
            single: single.plan,
            scales,
            length,
            // Lines of whole blocks need not be told apart, nor one line.
            line: (line % length != 0 && line != values.len()).then_some(line),
            values,
        })
    }
}

/// The words about scales that the shader is told: E, the least and the greatest exponent, whether
/// they are clamped, and the threshold. And the length of a block. None for what it does not do.
fn supported(rounder: &BlockRounder) -> Option<(usize, [u32; 6])> {
    let format = rounder.format();
    let (element, scale) = (format.element(), format.scale());
    let Length::Of(length) = format.length() else {
        return None;
    };
    let within = |exponent: i32| (-FAR..=FAR).contains(&exponent);
    let near = within(element.emin() - element.precision() as i32)
        && within(element.emax())
        && within(scale.emin())
        && within(scale.emax());
    if !near
        || length.get() as usize > LONGEST
        || scale.precision() != 1
        || scale.has_zero()
        || format.has_tensor_scale()
        || format.specials() != Specials::Block
    {
        return None;
    }
    const ONE: u64 = 1 << 52;
    let threshold = match format.rule() {
        ScaleRule::Floor => ONE,
        // Any fraction at all.
        ScaleRule::Ceil => 1,
        // More than the greatest element's.
        ScaleRule::RoundUp => (element.greatest().to_bits() & (ONE - 1)) + 1,
        // From half a step below the next power of two on: the tie goes up, to the even one.
        ScaleRule::Even => ONE - (ONE >> element.precision()),
        _ => return None,
    };
    let biased = |exponent: i32| (exponent + 1023) as u32;
    Some((
        length.get() as usize,
        [
            biased(element.emax()),
            biased(scale.emin()),
            biased(scale.emax()),
            rounder.clamps().into(),
            threshold as u32,
            (threshold >> 32) as u32,
        ],
    ))
}

/// A tensor to round.
struct Blocks<'a> {
    rounder: &'a BlockRounder,
    told: Told,
    single: Vec<u32>,
    scales: [u32; 6],
    length: usize,
    /// Values a line, where lines end with a short block.
    line: Option<usize>,
    values: &'a mut [f32],
}

impl Blocks<'_> {
    /// Blocks of so many values that begin a line.
    fn blocks(&self, count: usize) -> usize {
        match self.line {
            Some(line) => count / line * line.div_ceil(self.length),
            None => count.div_ceil(self.length),
        }
    }

    /// Where a block of a piece begins.
    fn place(&self, block: usize) -> usize {
        match self.line {
            Some(line) => {
                let blocks = line.div_ceil(self.length);
                block / blocks * line + block % blocks * self.length
            }
            None => block * self.length,
        }
    }

    /// The CPU's error about a block whose scale its format does not reach.
    fn past(&self, start: usize, block: usize) -> GpuError {
        let index = start + self.place(block);
        let left = self.line.map_or(self.length, |line| line - index % line);
        let end = self.values.len().min(index + self.length.min(left));
        let mut alone = self.values[index..end].to_vec();
        match self.rounder.round_slice(&mut alone) {
            Err(BlockError::ScaleRange {
                wanted,
                scale,
                greatest,
                ..
            }) => BlockError::ScaleRange {
                block: self.blocks(start) + block,
                index,
                wanted,
                scale,
                greatest,
            }
            .into(),
            Err(error) => error.into(),
            Ok(()) => GpuError::Unsupported {
                what: format!("the block from index {index} on"),
            },
        }
    }
}

impl Work for Blocks<'_> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn unit(&self) -> usize {
        self.line.unwrap_or(self.length)
    }

    fn bits(&self) -> (u64, u64) {
        (32, 32)
    }

    fn in_place(&self) -> bool {
        true
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        Values(Lane::Narrow).put(&self.values[piece.clone()], to);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let pipeline = gpu.pipeline(&BLOCKS, &[])?;
        let count = piece.len() as u32;
        let mut words = vec![count, piece.start as u32];
        words.extend(self.told.keys(piece.start as u64));
        words.extend([
            self.length as u32,
            self.line.map_or(count, |line| line as u32),
        ]);
        words.extend(self.scales);
        words.extend(&self.told.plan);
        words.extend(&self.single);
        let bindings = [&slot.input, &slot.first_bad].map(wgpu::Buffer::as_entire_buffer_binding);
        let blocks = self.blocks(piece.len()) as u32;
        gpu.dispatch(encoder, &pipeline, &words, &bindings, blocks)
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        if let Some(block) = piece.first_bad {
            return Err(self.past(piece.values.start, block));
        }
        Values(Lane::Narrow).take(piece.bytes, &mut self.values[piece.values]);
        Ok(())
    }
}
