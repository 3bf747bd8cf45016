//! Blocks as codes.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use super::definition::{Definition, Scale};
use super::fast::CHUNK;
use super::layout::Layout;
use super::rounder::{Shared, Worker};
use super::{BlockError, BlockFormat, BlockRounder, Length};
use crate::chop::codes::{self, Code, packed_len};
use crate::chop::cpu::{TASK, over_tasks};
use crate::chop::pack::{pack, pack_bytes, unpack};
use crate::chop::{Carried, Host, Rounder, Threads};
use crate::format::{CodeError, Format};

/// A tensor as codes of blocks.
///
/// ```text
///   scales     one a block, packed, the first in the lowest bits; blocks in row-major order of the
///              tensor with its axis divided by the length
///   elements   one a value, packed, in row-major order of the tensor
/// ```
///
/// ```
/// use roundoff::block::{BlockFormat, BlockRounder};
/// let codes = BlockRounder::new(BlockFormat::MXFP4).encode(&[1.0f32, -6.0, 0.5], &[3])?;
/// assert_eq!(codes.scales(), [127]);
/// assert_eq!(codes.elements(), [0xf2, 0x01]);
/// let mut values = [0.0f32; 3];
/// codes.decode(&mut values)?;
/// assert_eq!(values, [1.0, -6.0, 0.5]);
/// # Ok::<(), roundoff::block::BlockError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BlockCodes {
    format: BlockFormat,
    shape: Vec<usize>,
    tensor_scale: f32,
    scales: Vec<u8>,
    elements: Vec<u8>,
}

/// Bits of an element's and of a scale's code.
fn widths(format: &BlockFormat) -> Result<(u32, u32), CodeError> {
    let width = |format: &crate::Format| match format.code_width()? {
        width if width > 32 => Err(CodeError::TooWide {
            format: format.to_string(),
            width,
            room: 32,
        }),
        width => Ok(width),
    };
    Ok((width(&format.element)?, width(&format.scale)?))
}

/// Between a sign and a magnitude and two's complement, either way. The least integer, which has no
/// magnitude here, is not met.
const fn complemented(code: u32, width: u32) -> u32 {
    let sign = 1 << (width - 1);
    match code & sign != 0 {
        true => (code & (sign - 1)).wrapping_neg() & (sign | (sign - 1)),
        false => code,
    }
}

impl BlockRounder {
    /// Rounds a tensor in row-major order and gives its codes.
    ///
    /// # Errors
    /// As [`BlockRounder::round_tensor`]; and [`BlockError`] if elements or scales have no encoding of
    /// at most 32 bits, or a NaN no code.
    pub fn encode<T: Host>(&self, values: &[T], shape: &[usize]) -> Result<BlockCodes, BlockError> {
        let format = *self.format();
        let layout = Layout::new(&format, shape, values.len())?;
        let (width, scale_width) = widths(&format)?;
        let shared = self.shared(&layout, values)?;
        let (scales, elements) = match width {
            ..=8 => {
                let (scales, codes) = self.codes::<T, u8>(&layout, &shared, values)?;
                (scales, packed_bytes(codes, width, self.threads()))
            }
            _ => {
                let (scales, codes) = self.codes::<T, u32>(&layout, &shared, values)?;
                let mut bytes = vec![0; packed_len(codes.len(), width)];
                pack(&codes, width, &mut bytes);
                (scales, bytes)
            }
        };
        let mut bytes = vec![0; packed_len(scales.len(), scale_width)];
        pack(&scales, scale_width, &mut bytes);
        Ok(BlockCodes {
            format,
            shape: shape.to_vec(),
            tensor_scale: shared.tensor as f32,
            scales: bytes,
            elements,
        })
    }

    /// The codes of scales and elements, one an integer.
    fn codes<T: Host, C: Code>(
        &self,
        layout: &Layout,
        shared: &Shared,
        values: &[T],
    ) -> Result<(Vec<u32>, Vec<C>), BlockError> {
        let blocks = match self.format().length() {
            Length::Tensor => 1,
            Length::Of(_) => layout.blocks(),
        };
        let scales: Vec<AtomicU32> = (0..blocks).map(|_| AtomicU32::new(0)).collect();
        let mut codes = vec![C::default(); values.len()];
        let coder = Coder {
            element: Definition::element_rounder(self.format(), self.rounding(), self.saturation())
                .with_threads(Threads::One),
            elements: codes::Coder::new(self.format().element()),
            scale: *self.format().scale(),
            scales: &scales,
        };
        let (past, wrong) = (AtomicUsize::new(usize::MAX), AtomicUsize::new(usize::MAX));
        let (unit, length) = match self.format().length() {
            Length::Of(_) => (layout.unit(), layout.length),
            Length::Tensor => (CHUNK, CHUNK),
        };
        let task = unit * (TASK / unit).max(1);
        over_tasks(self.threads(), &mut codes, task, |at, codes| {
            let mut worker = Worker::new(self, layout, shared);
            let place = match worker.encode(at, length, values, codes, &coder) {
                Ok(()) => return,
                Err(Wrong::Past(index)) => past.fetch_min(index, Ordering::Relaxed),
                Err(Wrong::NaN(index)) => wrong.fetch_min(index, Ordering::Relaxed),
            };
            let _ = place;
        });
        match (past.into_inner(), wrong.into_inner()) {
            (usize::MAX, usize::MAX) => {}
            (index, other) if index <= other => {
                return Err(self.past(layout, index, shared.wanted(index)));
            }
            (_, index) => return Err(self.nan(layout, index, values[index].to_f64())),
        }
        Ok((
            scales.into_iter().map(AtomicU32::into_inner).collect(),
            codes,
        ))
    }

    /// The error about a value, or a block from it on, that is NaN.
    fn nan(&self, layout: &Layout, index: usize, value: f64) -> BlockError {
        let format = self.format();
        match format.specials() {
            super::Specials::Element if value.is_nan() => BlockError::Code(CodeError::NaN {
                index,
                format: format.element().to_string(),
            }),
            _ => {
                let column = index % layout.inner;
                BlockError::NaN {
                    block: layout.block(index - column) + column,
                    scale: format.scale().to_string(),
                }
            }
        }
    }
}

/// Codes of at most 8 bits, packed.
fn packed_bytes(codes: Vec<u8>, width: u32, threads: Threads) -> Vec<u8> {
    if width == 8 {
        return codes;
    }
    let mut bytes = vec![0; packed_len(codes.len(), width)];
    let unit = width as usize;
    over_tasks(threads, &mut bytes, TASK / 8 * unit, |at, bytes| {
        let from = at / unit * 8;
        let count = (bytes.len() * 8 / unit).min(codes.len() - from);
        pack_bytes(&codes[from..from + count], width, bytes);
    });
    bytes
}

/// What makes codes of elements and scales, and where the scales' go.
struct Coder<'a> {
    /// Of single blocks.
    element: Rounder,
    /// Of whole chunks, whose elements are values of the format.
    elements: codes::Coder,
    scale: Format,
    scales: &'a [AtomicU32],
}

impl Coder<'_> {
    /// The codes of elements; the index of one that is NaN and has none.
    fn elements<C: Code>(
        &self,
        format: &BlockFormat,
        elements: &[f64],
        codes: &mut [C],
    ) -> Result<(), usize> {
        // A value of the format is not moved by a second rounding, whatever the mode.
        let coded = self.element.encode(elements, codes);
        coded.map_err(|error| match error {
            CodeError::NaN { index, .. } => index,
            _ => 0,
        })?;
        self.complement(format, codes);
        Ok(())
    }

    /// The same of a chunk; true where one is NaN.
    fn narrow<C: Code>(&self, format: &BlockFormat, elements: &mut [f32], codes: &mut [C]) -> bool {
        let nan = self.elements.codes(&Carried::Narrow(elements), codes);
        self.complement(format, codes);
        nan
    }

    fn complement<C: Code>(&self, format: &BlockFormat, codes: &mut [C]) {
        if format.twos_complement {
            let width = format.element.precision() + 1;
            for code in codes {
                *code = C::truncated(complemented(code.word(), width));
            }
        }
    }

    /// The code of a scale that is a normal f32. Powers of two are in order of their exponents.
    fn scale_code(&self, scale: f32) -> Option<u32> {
        if self.scale.precision() != 1 {
            return self
                .scale
                .encode(f64::from(scale))
                .ok()
                .map(|code| code as u32);
        }
        let exponent = (scale.to_bits() >> 23) as i32 - 127;
        let place = u32::try_from(exponent - self.scale.emin()).ok()?;
        Some(place + self.scale.first_field() as u32)
    }

    fn put_scale(&self, block: usize, code: u32) {
        if let Some(place) = self.scales.get(block) {
            place.store(code, Ordering::Relaxed);
        }
    }
}

/// What is wrong with the block or value at an index.
enum Wrong {
    Past(usize),
    NaN(usize),
}

impl Worker<'_> {
    /// The codes of the values from an index on.
    fn encode<T: Host, C: Code>(
        &mut self,
        at: usize,
        length: usize,
        values: &[T],
        codes: &mut [C],
        coder: &Coder<'_>,
    ) -> Result<(), Wrong> {
        let mut done = 0;
        while done < codes.len() {
            let (start, left) = (at + done, codes.len() - done);
            let run = self.run_of_blocks::<T>(start, left, length);
            let len = if run > 0 {
                run
            } else {
                self.slab_len(start, left)
            };
            let codes = &mut codes[done..done + len];
            let values = &values[start..start + len];
            match run {
                0 => self.encode_slab(start, values, codes, coder)?,
                _ => self.encode_chunk(start, length, values, codes, coder)?,
            }
            done += len;
        }
        Ok(())
    }

    /// The block that begins at an index.
    fn block_at(&self, at: usize) -> usize {
        match self.format().length() {
            Length::Tensor => 0,
            Length::Of(_) => self.layout().block(at),
        }
    }

    /// Whole blocks by vectors.
    fn encode_chunk<T: Host, C: Code>(
        &mut self,
        at: usize,
        length: usize,
        values: &[T],
        codes: &mut [C],
        coder: &Coder<'_>,
    ) -> Result<(), Wrong> {
        let (format, block) = (self.format(), self.block_at(at));
        let bad = self.chunk_elements(at, length, values, |room| {
            let mut failed = coder.narrow(format, &mut room.elements[..values.len()], codes);
            let blocks = values.len().div_ceil(length);
            for i in 0..blocks {
                // A block of zeros has the code 0.
                let code = match room.greatest[i] {
                    0 => Some(0),
                    _ => coder.scale_code(room.scales[i]),
                };
                coder.put_scale(block + i, code.unwrap_or(0));
                failed |= code.is_none();
            }
            match failed {
                false if !room.any_bad => Vec::new(),
                _ => room.bad[..blocks]
                    .iter()
                    .map(|bad| failed || *bad != 0)
                    .collect(),
            }
        });
        for (i, _) in bad.iter().enumerate().filter(|(_, bad)| **bad) {
            let part = i * length..((i + 1) * length).min(values.len());
            self.encode_slab(
                at + part.start,
                &values[part.clone()],
                &mut codes[part],
                coder,
            )?;
        }
        Ok(())
    }

    /// A slab by the definition.
    fn encode_slab<T: Host, C: Code>(
        &mut self,
        at: usize,
        values: &[T],
        codes: &mut [C],
        coder: &Coder<'_>,
    ) -> Result<(), Wrong> {
        let (inner, format, block) = (self.layout().inner, self.format(), self.block_at(at));
        let mut elements = Vec::new();
        let mut found = Vec::new();
        for column in 0..inner.min(values.len()) {
            let first = at + column;
            let from = values.iter().skip(column).step_by(inner);
            let scale = self.elements(first, inner, from.map(|x| x.to_f64()), &mut elements);
            let scale = scale.map_err(|_| Wrong::Past(first))?;
            let code = match scale {
                Scale::Value(scale) => format.scale.encode(scale).ok(),
                Scale::NaN => format.scale.nan_code(),
            };
            coder.put_scale(block + column, code.ok_or(Wrong::NaN(first))? as u32);
            found.clear();
            found.resize(elements.len(), C::default());
            if scale != Scale::NaN {
                let coded = coder.elements(format, &elements, &mut found);
                coded.map_err(|i| Wrong::NaN(first + i * inner))?;
            }
            for (i, code) in found.iter().enumerate() {
                codes[column + i * inner] = *code;
            }
        }
        Ok(())
    }
}

impl BlockCodes {
    /// From codes that come from elsewhere. The tensor's scale is 1 where the format has none.
    ///
    /// # Errors
    /// [`BlockError`] if the format has no codes, the shape no such axis, or the bytes are not as many
    /// as they must be.
    pub fn from_parts(
        format: BlockFormat,
        shape: &[usize],
        tensor_scale: f32,
        scales: Vec<u8>,
        elements: Vec<u8>,
    ) -> Result<Self, BlockError> {
        let (width, scale_width) = widths(&format)?;
        let count = shape.iter().try_fold(1usize, |n, len| n.checked_mul(*len));
        let count = count.ok_or_else(|| BlockError::Shape {
            values: 0,
            shape: shape.to_vec(),
        })?;
        let layout = Layout::new(&format, shape, count)?;
        if !(tensor_scale > 0.0 && tensor_scale.is_finite())
            || tensor_scale != 1.0 && !format.has_tensor_scale()
        {
            return Err(BlockError::TensorScale {
                scale: tensor_scale,
                format: format.to_string(),
            });
        }
        let blocks = match format.length() {
            Length::Tensor => 1,
            Length::Of(_) => layout.blocks(),
        };
        for (what, given, needed) in [
            ("scales", scales.len(), packed_len(blocks, scale_width)),
            ("elements", elements.len(), packed_len(count, width)),
        ] {
            if given != needed {
                return Err(BlockError::Bytes {
                    what,
                    given,
                    needed,
                    format: format.to_string(),
                });
            }
        }
        Ok(Self {
            format,
            shape: shape.to_vec(),
            tensor_scale,
            scales,
            elements,
        })
    }

    /// The block format.
    pub const fn format(&self) -> &BlockFormat {
        &self.format
    }

    /// The tensor's shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The tensor's scale; 1 where the format has none.
    pub const fn tensor_scale(&self) -> f32 {
        self.tensor_scale
    }

    /// The scales' codes, packed.
    pub fn scales(&self) -> &[u8] {
        &self.scales
    }

    /// The elements' codes, packed.
    pub fn elements(&self) -> &[u8] {
        &self.elements
    }

    /// Values in the tensor.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    fn layout(&self) -> Result<Layout, BlockError> {
        Layout::new(&self.format, &self.shape, self.count())
    }

    /// The scales of the blocks, without the tensor's.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`] made.
    pub fn scale_values(&self) -> Result<Vec<f64>, BlockError> {
        let codes = self.scale_codes()?;
        let value = |code: &u32| self.format.scale.value_of_code(u64::from(*code));
        Ok(codes.iter().map(value).collect())
    }

    /// The elements' codes, one an integer, in row-major order of the tensor.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`] made.
    pub fn element_codes(&self) -> Result<Vec<u32>, BlockError> {
        let (width, _) = widths(&self.format)?;
        let mut codes = vec![0u32; self.count()];
        unpack(&self.elements, width, &mut codes);
        Ok(codes)
    }

    /// The scales' codes, one an integer, in order of the blocks.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`] made.
    pub fn scale_codes(&self) -> Result<Vec<u32>, BlockError> {
        let (_, width) = widths(&self.format)?;
        let mut codes = vec![0u32; self.scales_shape()?.iter().product()];
        unpack(&self.scales, width, &mut codes);
        Ok(codes)
    }

    /// The shape of the scales: the tensor's with the axis cut into blocks; of one, where the tensor
    /// has one.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`] made.
    pub fn scales_shape(&self) -> Result<Vec<usize>, BlockError> {
        self.format.scales_shape(&self.shape)
    }

    /// The elements, in row-major order of the tensor.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`] made.
    pub fn element_values(&self) -> Result<Vec<f64>, BlockError> {
        let element = &self.format.element;
        let (width, _) = widths(&self.format)?;
        let mut values = vec![0.0f64; self.count()];
        if !self.format.twos_complement {
            element.decode_packed(&self.elements, &mut values)?;
            return Ok(values);
        }
        let codes = self.element_codes()?;
        let step = 2.0 / f64::from(1u32 << (width - 1));
        for (value, code) in values.iter_mut().zip(codes) {
            // The sign is the topmost bit's.
            let integer = (code << (32 - width)) as i32 >> (32 - width);
            *value = f64::from(integer) * step;
        }
        Ok(values)
    }

    /// The values: element times scale, times the tensor's scale; NaN where the scale is NaN.
    ///
    /// # Errors
    /// [`BlockError::Values`] if there is not room for exactly as many.
    pub fn decode<T: Host>(&self, values: &mut [T]) -> Result<(), BlockError> {
        let elements = self.element_values()?;
        if elements.len() != values.len() {
            return Err(BlockError::Values(crate::chop::LengthError {
                source_len: elements.len(),
                target_len: values.len(),
            }));
        }
        let layout = self.layout()?;
        let scales = self.scale_values()?;
        let tensor = f64::from(self.tensor_scale);
        let mut at = 0;
        while at < values.len() {
            let slab = layout.slab(at);
            let block = match self.format.length() {
                Length::Tensor => 0,
                Length::Of(_) => layout.block(at),
            };
            for _ in 0..slab.rows {
                for column in 0..layout.inner {
                    let scale = scales.get(block + column).copied().unwrap_or(f64::NAN) * tensor;
                    values[at] = Definition::value(elements[at], scale);
                    at += 1;
                }
            }
        }
        Ok(())
    }
}
