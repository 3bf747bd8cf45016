//! Blocks as codes.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use super::definition::{Definition, Scale};
use super::layout::Layout;
use super::rounder::Worker;
use super::{BlockError, BlockFormat, BlockRounder, Length};
use crate::chop::codes::packed_len;
use crate::chop::cpu::over_tasks;
use crate::chop::pack::{pack, unpack};
use crate::chop::{Host, Rounder, Threads};
use crate::format::CodeError;

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
        let scales: Vec<AtomicU32> = match format.length() {
            Length::Tensor => vec![AtomicU32::new(0)],
            Length::Of(_) => (0..layout.blocks()).map(|_| AtomicU32::new(0)).collect(),
        };
        let mut codes = vec![0u32; values.len()];
        let rounder = Definition::element_rounder(&format, self.rounding(), self.saturation())
            .with_threads(Threads::One);
        let (past, wrong) = (AtomicUsize::new(usize::MAX), AtomicUsize::new(usize::MAX));
        let unit = match format.length() {
            Length::Of(_) => layout.unit(),
            Length::Tensor => 1 << 10,
        };
        let task = unit * ((1 << 16) / unit).max(1);
        over_tasks(self.threads(), &mut codes, task, |at, codes| {
            let mut worker = Worker::new(self, &layout, &shared);
            let outcome = worker.encode(at, values, codes, &rounder, &scales);
            match outcome {
                Ok(()) => {}
                Err(Wrong::Past(index)) => {
                    past.fetch_min(index, Ordering::Relaxed);
                }
                Err(Wrong::NaN(index)) => {
                    wrong.fetch_min(index, Ordering::Relaxed);
                }
            }
        });
        match (past.into_inner(), wrong.into_inner()) {
            (usize::MAX, usize::MAX) => {}
            (index, other) if index <= other => {
                return Err(self.past(&layout, index, shared.wanted(index)));
            }
            (_, index) => return Err(self.nan(&layout, index, values[index].to_f64())),
        }
        let scales: Vec<u32> = scales.into_iter().map(AtomicU32::into_inner).collect();
        if format.twos_complement {
            codes
                .iter_mut()
                .for_each(|code| *code = complemented(*code, width));
        }
        Ok(BlockCodes {
            format,
            shape: shape.to_vec(),
            tensor_scale: shared.tensor as f32,
            scales: packed(&scales, scale_width),
            elements: packed(&codes, width),
        })
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

/// Codes of any width, packed.
fn packed(codes: &[u32], width: u32) -> Vec<u8> {
    let mut bytes = vec![0; packed_len(codes.len(), width)];
    match width {
        8 => bytes
            .iter_mut()
            .zip(codes)
            .for_each(|(byte, code)| *byte = *code as u8),
        _ => pack(codes, width, &mut bytes),
    }
    bytes
}

/// What is wrong with the block or value at an index.
enum Wrong {
    Past(usize),
    NaN(usize),
}

impl Worker<'_> {
    /// The codes of the values from an index on.
    fn encode<T: Host>(
        &mut self,
        at: usize,
        values: &[T],
        codes: &mut [u32],
        rounder: &Rounder,
        scales: &[AtomicU32],
    ) -> Result<(), Wrong> {
        let (layout, format) = (self.layout(), self.format());
        let inner = layout.inner;
        let mut done = 0;
        let mut elements = Vec::new();
        let mut found = Vec::new();
        while done < codes.len() {
            let start = at + done;
            let len = self.slab_len(start, codes.len() - done);
            let block = match format.length() {
                Length::Tensor => 0,
                Length::Of(_) => layout.block(start),
            };
            for column in 0..inner.min(len) {
                let first = start + column;
                let from = values[start..start + len]
                    .iter()
                    .skip(column)
                    .step_by(inner);
                let scale = self.elements(first, inner, from.map(|x| x.to_f64()), &mut elements);
                let scale = scale.map_err(|_| Wrong::Past(first))?;
                let code = match scale {
                    Scale::Value(scale) => format.scale.encode(scale).ok(),
                    Scale::NaN => format.scale.nan_code(),
                };
                let code = code.ok_or(Wrong::NaN(first))?;
                if let Some(place) = scales.get(block + column) {
                    place.store(code as u32, Ordering::Relaxed);
                }
                found.clear();
                found.resize(elements.len(), 0u32);
                if scale != Scale::NaN
                    && let Err(error) = rounder.encode(&elements, &mut found)
                {
                    let i = match error {
                        CodeError::NaN { index, .. } => index,
                        _ => 0,
                    };
                    return Err(Wrong::NaN(first + i * inner));
                }
                for (i, code) in found.iter().enumerate() {
                    codes[done + column + i * inner] = *code;
                }
            }
            done += len;
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
        let (_, width) = widths(&self.format)?;
        let blocks = match self.format.length() {
            Length::Tensor => 1,
            Length::Of(_) => self.layout()?.blocks(),
        };
        let mut codes = vec![0u32; blocks];
        unpack(&self.scales, width, &mut codes);
        let value = |code: &u32| self.format.scale.value_of_code(u64::from(*code));
        Ok(codes.iter().map(value).collect())
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
        let mut codes = vec![0u32; values.len()];
        unpack(&self.elements, width, &mut codes);
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
