//! Blocks as codes.

use super::definition::Definition;
use super::layout::Layout;
use super::{BlockError, BlockFormat, Length};
use crate::chop::Host;
use crate::chop::codes::packed_len;
use crate::chop::pack::unpack;
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
    pub(super) format: BlockFormat,
    pub(super) shape: Vec<usize>,
    pub(super) tensor_scale: f32,
    pub(super) scales: Vec<u8>,
    pub(super) elements: Vec<u8>,
}

/// Bits of an element's and of a scale's code.
pub(crate) fn widths(format: &BlockFormat) -> Result<(u32, u32), CodeError> {
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

impl BlockCodes {
    /// Those of no values.
    pub(super) fn empty(format: BlockFormat) -> Self {
        Self {
            format,
            shape: vec![0],
            tensor_scale: 1.0,
            scales: Vec::new(),
            elements: Vec::new(),
        }
    }

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

    /// Values of a block, of a line, and between two of a line.
    #[cfg(feature = "gpu")]
    pub(crate) fn cut(&self) -> Result<[usize; 3], BlockError> {
        let layout = self.layout()?;
        Ok([layout.length, layout.lines.max(1), layout.inner.max(1)])
    }

    pub(super) fn layout(&self) -> Result<Layout, BlockError> {
        Layout::new(&self.format, &self.shape, self.count())
    }

    /// The scales of the blocks, without the tensor's.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
    pub fn scale_values(&self) -> Result<Vec<f64>, BlockError> {
        let codes = self.scale_codes()?;
        let value = |code: &u32| self.format.scale.value_of_code(u64::from(*code));
        Ok(codes.iter().map(value).collect())
    }

    /// The elements' codes, one an integer, in row-major order of the tensor.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
    pub fn element_codes(&self) -> Result<Vec<u32>, BlockError> {
        let (width, _) = widths(&self.format)?;
        let mut codes = vec![0u32; self.count()];
        unpack(&self.elements, width, &mut codes);
        Ok(codes)
    }

    /// The scales' codes, one an integer, in order of the blocks.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
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
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
    pub fn scales_shape(&self) -> Result<Vec<usize>, BlockError> {
        self.format.scales_shape(&self.shape)
    }

    /// The elements, in row-major order of the tensor.
    ///
    /// # Errors
    /// None for codes that a [`BlockRounder`](super::BlockRounder) made.
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

    /// The values as f64s, which hold them exactly.
    pub(super) fn values(&self) -> Result<Vec<f64>, BlockError> {
        let mut values = vec![0.0; self.count()];
        self.decode(&mut values)?;
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
