//! Tensors to codes of blocks, and back.

use std::ops::Range;

use super::call::{Blocks, Coded, halves, host, lane};
use super::rule::{DIGITS, FAR, is_power_of_two, is_short};
use super::{
    DECODE32, DECODE64, DIRECT32_CODES, DIRECT64_CODES, SEARCHED32_CODES, SEARCHED64_CODES,
};
use crate::block::codes::widths;
use crate::block::{BlockCodes, BlockError, BlockRounder, Length};
use crate::chop::Host;
use crate::chop::codes::packed_len;
use crate::chop::pack::pack;
use crate::gpu::codes::CodeWords;
use crate::gpu::plan::Lane;
use crate::gpu::stream::{Piece, Slot, Values, Work};
use crate::gpu::{Gpu, GpuError};

impl Gpu {
    /// Rounds a tensor and gives its codes, packed, as [`BlockRounder::encode`].
    ///
    /// The shader makes a code a word; the CPU packs them as they come back.
    ///
    /// # Errors
    /// As [`Gpu::round_blocks`]; [`GpuError::Unsupported`] for elements or scales of fixed point.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// use roundoff::gpu::Gpu;
    /// # let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let rounder = BlockRounder::new(BlockFormat::MXFP4);
    /// let codes = gpu.encode_blocks(&rounder, &[1.0f32, -6.0, 0.5], &[3])?;
    /// assert_eq!((codes.scales(), codes.elements()), ([127].as_slice(), [0xf2, 0x01].as_slice()));
    /// let mut values = [0.0f32; 3];
    /// gpu.decode_blocks(&codes, &mut values)?;
    /// assert_eq!(values, [1.0, -6.0, 0.5]);
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn encode_blocks<T: Host>(
        &self,
        rounder: &BlockRounder,
        values: &[T],
        shape: &[usize],
    ) -> Result<BlockCodes, GpuError> {
        let format = *rounder.format();
        let told = rounder.told(values, shape)?;
        let (width, scale_width) = widths(&format).map_err(BlockError::from)?;
        // Nothing to do, or nothing but NaN.
        if values.is_empty() || told.known.is_some_and(f64::is_nan) {
            return Ok(rounder.encode(values, shape)?);
        }
        let coded = Coded::new(rounder).ok_or_else(|| GpuError::Unsupported {
            what: format!("codes of {format}"),
        })?;
        let (tensor, known) = (told.tensor, told.known);
        let mut work = Encode {
            blocks: Blocks::new(rounder, told, values, Some(coded))?,
            values,
            elements: Vec::with_capacity(values.len()),
            scales: Vec::new(),
            bad: false,
        };
        self.stream(&mut work)?;
        if work.bad {
            // A scale past its format, or a NaN without a code: the CPU says which.
            return Ok(rounder.encode(values, shape)?);
        }
        let Encode {
            elements,
            mut scales,
            ..
        } = work;
        if format.length() == Length::Tensor {
            let scale = format.scale().encode(known.unwrap_or(f64::NAN));
            scales = vec![scale.map_err(BlockError::from)? as u32];
        }
        let packed = |codes: &[u32], width: u32| {
            let mut bytes = vec![0; packed_len(codes.len(), width)];
            pack(codes, width, &mut bytes);
            bytes
        };
        let (scales, elements) = (packed(&scales, scale_width), packed(&elements, width));
        let codes = BlockCodes::from_parts(format, shape, tensor as f32, scales, elements);
        Ok(codes?)
    }

    /// The values of codes of blocks, as [`BlockCodes::decode`].
    ///
    /// # Errors
    /// [`GpuError::Block`] with the CPU's errors; [`GpuError::Unsupported`] for elements of fixed point
    /// or of more than 32 digits, and for scales that are infinite, 0 with elements that may be, of more
    /// than 32 digits, or beyond 2^-400 and 2^400; else the device's.
    pub fn decode_blocks<T: Host>(
        &self,
        codes: &BlockCodes,
        values: &mut [T],
    ) -> Result<(), GpuError> {
        let format = codes.format();
        if codes.count() != values.len() {
            let lengths = crate::chop::LengthError {
                source_len: codes.count(),
                target_len: values.len(),
            };
            return Err(BlockError::Values(lengths).into());
        }
        let (width, _) = widths(format).map_err(BlockError::from)?;
        let refused = |what: &str| GpuError::Unsupported {
            what: format!("{what} of {format}"),
        };
        let element = format.element();
        let words = CodeWords::new(element, Lane::Wide).map(|words| words.words);
        let (Some(element_codes), Some(host)) = (words, host::<T>()) else {
            return Err(refused("codes"));
        };
        let tensor = f64::from(codes.tensor_scale());
        let mut scales = codes.scale_values()?;
        scales.iter_mut().for_each(|scale| *scale *= tensor);
        let far = f64::from_bits(((1023 + FAR) as u64) << 52);
        let served = |scale: &f64| {
            let near = scale.abs() > 1.0 / far && scale.abs() < far;
            // The shader makes zeros of what is times 0, infinities too.
            scale.is_nan()
                || *scale == 0.0 && !element.has_infinities()
                || near
                    && (is_power_of_two(*scale)
                        || is_short(*scale) && element.precision() <= DIGITS)
        };
        let within = element.emax() <= FAR && element.emin() - element.precision() as i32 >= -FAR;
        if !within || !scales.iter().all(served) {
            return Err(refused("such scales"));
        }
        if values.is_empty() {
            return Ok(());
        }
        let scales: Vec<u32> = scales.iter().copied().flat_map(halves).collect();
        let [length, line, inner] = codes.cut()?.map(|n| n as u32);
        let mut fixed = vec![width];
        fixed.push(if format.is_twos_complement() {
            width
        } else {
            0
        });
        fixed.extend([length, line, inner]);
        // 2 / 2^(width - 1).
        let step = 1023 + 2 - width;
        let mut rest = vec![step, 0, 0, 0];
        rest.extend(host);
        rest.extend(element_codes);
        self.stream(&mut Decode {
            codes,
            width,
            scales: self.upload(&scales)?,
            fixed,
            rest,
            values,
        })
    }
}

/// A tensor to encode.
struct Encode<'a, T> {
    blocks: Blocks<'a>,
    values: &'a [T],
    elements: Vec<u32>,
    scales: Vec<u32>,
    bad: bool,
}

impl<T: Host> Work for Encode<'_, T> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn unit(&self) -> usize {
        self.blocks.unit()
    }

    fn bits(&self) -> (u64, u64) {
        (8 * lane::<T>().bytes(), 32)
    }

    fn besides(&self, values: usize) -> usize {
        self.blocks.blocks(values)
    }

    fn in_place(&self) -> bool {
        false
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
        let shaders = [
            [&DIRECT32_CODES, &DIRECT64_CODES],
            [&SEARCHED32_CODES, &SEARCHED64_CODES],
        ];
        let buffers = [&slot.input, &slot.first_bad, slot.results()];
        self.blocks
            .record::<T>(gpu, encoder, shaders, piece, &buffers)
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        self.bad |= piece.first_bad.is_some();
        let words = piece.bytes.as_chunks::<4>().0;
        let (elements, scales) = words.split_at(piece.values.len());
        let word = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
        self.elements.extend(elements.iter().map(word));
        self.scales.extend(scales.iter().map(word));
        Ok(())
    }
}

/// Codes to decode.
struct Decode<'a, T> {
    codes: &'a BlockCodes,
    width: u32,
    scales: wgpu::Buffer,
    /// The words of `Call` before `first`, count and row aside, and after it.
    fixed: Vec<u32>,
    rest: Vec<u32>,
    values: &'a mut [T],
}

impl<T: Host> Work for Decode<'_, T> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn bits(&self) -> (u64, u64) {
        (u64::from(self.width), 8 * lane::<T>().bytes())
    }

    fn in_place(&self) -> bool {
        false
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        // Pieces begin at multiples of 32 values: with whole words.
        let from = piece.start * self.width as usize / 8;
        let bytes = packed_len(piece.len(), self.width);
        to.slice(..bytes)
            .copy_from_slice(&self.codes.elements()[from..from + bytes]);
        let rest = to.len() - bytes;
        to.slice(bytes..).copy_from_slice(&[0; 4][..rest]);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let shader = match lane::<T>() {
            Lane::Narrow => &DECODE32,
            Lane::Wide => &DECODE64,
        };
        let pipeline = gpu.pipeline(shader, &[])?;
        let mut words = self.fixed.clone();
        words.push(piece.start as u32);
        words.extend(&self.rest);
        let bindings =
            [slot.results(), &slot.input, &self.scales].map(wgpu::Buffer::as_entire_buffer_binding);
        gpu.dispatch(encoder, &pipeline, &words, &bindings, piece.len() as u32)
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        Values(lane::<T>()).take(piece.bytes, &mut self.values[piece.values]);
        Ok(())
    }
}
