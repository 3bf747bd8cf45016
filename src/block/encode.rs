//! Tensors to codes of blocks.
//!
//! Values become codes part by part: a chunk by vectors or a slab by the definition, one code an
//! integer, then packed to where they belong. Where parts do not end with a byte, all codes are
//! made first and packed afterwards.

use std::ops::Range;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};

use fearless_simd::dispatch;

use super::codes::widths;
use super::definition::{Definition, Scale};
use super::fast::{BLOCKS, Blocks, Fast, Marks};
use super::layout::Layout;
use super::shared::Shared;
use super::worker::{Made, Make, Place, Worker, Wrong};
use super::{BlockCodes, BlockError, BlockRounder, Length};
use crate::chop::codes::{self, Code, packed_len};
use crate::chop::cpu::over_tasks;
use crate::chop::pack::{pack, pack_bytes};
use crate::chop::{Carried, Host, Rounder, Threads};
use crate::format::{CodeError, Format};
use crate::instructions::level;

impl BlockRounder {
    /// Rounds a tensor in row-major order and gives its codes.
    ///
    /// # Errors
    /// As [`BlockRounder::round_tensor`]; and [`BlockError`] if elements or scales have no encoding of
    /// at most 32 bits, or a NaN no code.
    pub fn encode<T: Host>(&self, values: &[T], shape: &[usize]) -> Result<BlockCodes, BlockError> {
        let mut codes = BlockCodes::empty(*self.format());
        self.encode_into(values, shape, &mut codes)?;
        Ok(codes)
    }

    /// The same in the place of other codes, whose memory serves again: a new large array costs more
    /// than its codes, as every page of it has to be had from the system.
    ///
    /// # Errors
    /// As [`BlockRounder::encode`]; the codes are then those of a tensor without values.
    ///
    /// ```
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// let rounder = BlockRounder::new(BlockFormat::MXFP4);
    /// let mut codes = rounder.encode(&[1.0f32; 64], &[64])?;
    /// rounder.encode_into(&[1.0f32, -6.0, 0.5], &[3], &mut codes)?;
    /// assert_eq!((codes.shape(), codes.elements()), (&[3][..], &[0xf2, 0x01][..]));
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn encode_into<T: Host>(
        &self,
        values: &[T],
        shape: &[usize],
        codes: &mut BlockCodes,
    ) -> Result<(), BlockError> {
        let format = *self.format();
        let BlockCodes {
            mut scales,
            mut elements,
            ..
        } = std::mem::replace(codes, BlockCodes::empty(format));
        let layout = Layout::new(&format, shape, values.len())?;
        let (width, scale_width) = widths(&format)?;
        let shared = self.shared(&layout, values)?;
        scales.clear();
        let encoder = Encoder::new(self, &layout, &shared, (scale_width, scales));
        // What is left in them is written over.
        elements.resize(packed_len(values.len(), width), 0);
        // Parts end where slabs and planes do.
        let even = match format.length() {
            Length::Of(_) => [layout.unit(), layout.length * layout.inner],
            Length::Tensor => [8, 8],
        };
        let even = even.iter().all(|values| values.is_multiple_of(8));
        if width == 8 || width < 8 && even {
            encoder.packed(values, width, &mut elements);
        } else if width < 8 {
            let codes: Vec<u8> = encoder.unpacked(values);
            packed(&codes, width, &mut elements);
        } else {
            let codes: Vec<u32> = encoder.unpacked(values);
            pack(&codes, width, &mut elements);
        }
        *codes = BlockCodes {
            format,
            shape: shape.to_vec(),
            tensor_scale: shared.tensor as f32,
            scales: encoder.finish(values)?,
            elements,
        };
        Ok(())
    }

    /// The codes of scales, each with the index of its block's first value, and of elements.
    pub(super) fn coded(
        &self,
        layout: &Layout,
        shared: &Shared,
        shape: &[usize],
        scales: &[(usize, Scale)],
        elements: &[f64],
    ) -> Result<BlockCodes, BlockError> {
        let (width, scale_width) = widths(self.format())?;
        let encoder = Encoder::new(self, layout, shared, (scale_width, Vec::new()));
        let nan = |index| self.nan(layout, index, elements[index]);
        for (block, (first, scale)) in scales.iter().enumerate() {
            let code = encoder.scale_code(*scale).ok_or_else(|| nan(*first))?;
            encoder.scales.put(block, [code]);
        }
        let mut codes = vec![0u32; elements.len()];
        let coded = encoder.element.encode(elements, &mut codes);
        coded.map_err(|error| match error {
            CodeError::NaN { index, .. } => nan(index),
            error => BlockError::Code(error),
        })?;
        encoder.complement(&mut codes);
        let mut bytes = vec![0; packed_len(codes.len(), width)];
        pack(&codes, width, &mut bytes);
        Ok(BlockCodes {
            format: *self.format(),
            shape: shape.to_vec(),
            tensor_scale: shared.tensor as f32,
            scales: encoder.finish(elements)?,
            elements: bytes,
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

/// Codes of at most 8 bits.
fn packed(codes: &[u8], width: u32, bytes: &mut [u8]) {
    match width {
        8 => bytes.copy_from_slice(codes),
        _ => dispatch!(level(), _simd => pack_bytes(codes, width, bytes)),
    }
}

/// The scales' codes, where several threads write them.
enum Scales {
    /// Of 8 bits, as they are kept.
    Bytes(Vec<AtomicU8>),
    /// Of another width.
    Words(Vec<AtomicU32>),
}

impl Scales {
    /// So many zeros; bytes in the place of others.
    fn new(count: usize, width: u32, mut bytes: Vec<u8>) -> Self {
        if width != 8 {
            return Self::Words((0..count).map(|_| AtomicU32::new(0)).collect());
        }
        bytes.resize(count, 0);
        Self::Bytes(bytes.into_iter().map(AtomicU8::new).collect())
    }

    /// The codes of blocks from one on.
    fn put(&self, block: usize, codes: impl IntoIterator<Item = u32>) {
        match self {
            Self::Bytes(bytes) => {
                for (place, code) in bytes.iter().skip(block).zip(codes) {
                    place.store(code as u8, Ordering::Relaxed);
                }
            }
            Self::Words(words) => {
                for (place, code) in words.iter().skip(block).zip(codes) {
                    place.store(code, Ordering::Relaxed);
                }
            }
        }
    }

    /// Packed.
    fn finish(self, width: u32) -> Vec<u8> {
        let words: Vec<u32> = match self {
            Self::Bytes(bytes) => return bytes.into_iter().map(AtomicU8::into_inner).collect(),
            Self::Words(words) => words.into_iter().map(AtomicU32::into_inner).collect(),
        };
        let mut bytes = vec![0; packed_len(words.len(), width)];
        pack(&words, width, &mut bytes);
        bytes
    }
}

/// Between a sign and a magnitude and two's complement, either way. The least integer, which has no
/// magnitude here, is not met.
#[inline(always)]
const fn complemented(code: u32, width: u32) -> u32 {
    let sign = 1 << (width - 1);
    let negative = (code & sign) >> (width - 1);
    let magnitude = code & (sign - 1);
    (magnitude ^ negative.wrapping_neg()).wrapping_add(negative) & (sign | (sign - 1))
}

/// What makes codes of elements and scales, and where the scales' go.
struct Encoder<'a> {
    rounder: &'a BlockRounder,
    layout: &'a Layout,
    shared: &'a Shared,
    /// Of single blocks.
    element: Rounder,
    /// Of whole chunks, whose elements are values of the format.
    elements: codes::Coder,
    scale: Format,
    scale_codes: codes::Coder,
    scale_width: u32,
    scales: Scales,
    /// The first block whose scale is past its format, and the first without a code.
    past: AtomicUsize,
    nan: AtomicUsize,
}

impl<'a> Encoder<'a> {
    /// `width` of a scale's code, and memory for them.
    fn new(
        rounder: &'a BlockRounder,
        layout: &'a Layout,
        shared: &'a Shared,
        (width, memory): (u32, Vec<u8>),
    ) -> Self {
        let format = rounder.format();
        let blocks = match format.length() {
            Length::Tensor => 1,
            Length::Of(_) => layout.blocks(),
        };
        let element = Definition::element_rounder(format, rounder.rounding(), rounder.saturation());
        Self {
            rounder,
            layout,
            shared,
            element: element.with_threads(Threads::One),
            elements: codes::Coder::new(format.element()),
            scale: *format.scale(),
            scale_codes: codes::Coder::new(format.scale()),
            scale_width: width,
            scales: Scales::new(blocks, width, memory),
            past: AtomicUsize::new(usize::MAX),
            nan: AtomicUsize::new(usize::MAX),
        }
    }

    /// The scales' codes.
    fn finish<T: Host>(self, values: &[T]) -> Result<Vec<u8>, BlockError> {
        match (self.past.into_inner(), self.nan.into_inner()) {
            (usize::MAX, usize::MAX) => Ok(self.scales.finish(self.scale_width)),
            (index, other) if index <= other => {
                let wanted = self.shared.wanted(index);
                Err(self.rounder.past(self.layout, index, wanted))
            }
            (_, index) => {
                let value = values[index].to_f64();
                Err(self.rounder.nan(self.layout, index, value))
            }
        }
    }

    /// All codes of at most 8 bits, packed. A task's fill whole bytes, but for the last one's.
    fn packed<T: Host>(&self, values: &[T], width: u32, bytes: &mut [u8]) {
        let threads = self.rounder.threads();
        let (bits, task) = (width as usize, self.rounder.task(self.layout));
        over_tasks(threads, bytes, task * bits / 8, |at, bytes| {
            let from = at * 8 / bits;
            let count = task.min(values.len() - from);
            self.run(&values[from..from + count], from, |at, codes: &[u8]| {
                let from = at * bits / 8;
                let part = from..from + packed_len(codes.len(), width);
                packed(codes, width, &mut bytes[part]);
            });
        });
    }

    /// All codes, one an integer.
    fn unpacked<T: Host, C: Code>(&self, values: &[T]) -> Vec<C> {
        let threads = self.rounder.threads();
        let task = self.rounder.task(self.layout);
        let mut all = vec![C::default(); values.len()];
        over_tasks(threads, &mut all, task, |from, target| {
            let values = &values[from..from + target.len()];
            self.run(values, from, |at, codes| {
                target[at..at + codes.len()].copy_from_slice(codes);
            });
        });
        all
    }

    /// Encodes a part of the values, from an index on; `put` is given the codes of each range of it.
    fn run<T: Host, C: Code>(&self, values: &[T], from: usize, put: impl FnMut(usize, &[C])) {
        let mut codes = Codes {
            encoder: self,
            values,
            codes: Vec::new(),
            begin: 0,
            from,
            put,
        };
        let mut worker = Worker::new(self.rounder, self.layout, self.shared);
        match worker.walk(from, values.len(), &mut codes) {
            Ok(()) => {}
            Err(Wrong::Past(index)) => {
                self.past.fetch_min(index, Ordering::Relaxed);
            }
            Err(Wrong::NaN(index)) => {
                self.nan.fetch_min(index, Ordering::Relaxed);
            }
        }
    }

    /// The block that begins at an index.
    fn block_at(&self, at: usize) -> usize {
        match self.rounder.format().length() {
            Length::Tensor => 0,
            Length::Of(_) => {
                self.layout.block(at - at % self.layout.inner) + at % self.layout.inner
            }
        }
    }

    /// None where a NaN has no code.
    fn scale_code(&self, scale: Scale) -> Option<u32> {
        match scale {
            Scale::Value(scale) => self.scale.encode(scale).ok(),
            Scale::NaN => self.scale.nan_code(),
        }
        .map(|code| code as u32)
    }

    /// The codes of a chunk's scales; whatever, where a block is marked.
    fn codes_of_scales(&self, marks: &mut Marks, codes: &mut [u32]) {
        let scales = &mut marks.scales[..codes.len()];
        match self.scale.precision() {
            // Powers of two are in order of their exponents, and normal f32s.
            1 => {
                let first = self.scale.first_field() as i32 - self.scale.emin() - 127;
                for (code, scale) in codes.iter_mut().zip(scales) {
                    *code = ((scale.to_bits() >> 23) as i32 + first) as u32;
                }
            }
            _ => {
                self.scale_codes.codes(&Carried::Narrow(scales), codes);
            }
        }
        // A block of zeros has the code 0.
        for (code, greatest) in codes.iter_mut().zip(&marks.greatest) {
            *code = if *greatest == 0 { 0 } else { *code };
        }
    }

    fn complement<C: Code>(&self, codes: &mut [C]) {
        let format = self.rounder.format();
        if format.is_twos_complement() {
            let width = format.element().precision() + 1;
            dispatch!(level(), _simd => for code in codes.iter_mut() {
                *code = C::truncated(complemented(code.word(), width));
            });
        }
    }
}

/// Codes of a part of a tensor: those of a range at a time.
struct Codes<'s, 'e, T, C, P> {
    encoder: &'e Encoder<'e>,
    values: &'s [T],
    codes: Vec<C>,
    /// Where the range begins, and the part.
    begin: usize,
    from: usize,
    put: P,
}

impl<'s, T: Host, C: Code, P: FnMut(usize, &[C])> Make<'s, T> for Codes<'s, '_, T, C, P> {
    fn source(&self) -> Option<&'s [T]> {
        Some(self.values)
    }

    fn target(&self) -> &[T] {
        self.values
    }

    fn begin(&mut self, range: &Range<usize>) {
        self.begin = range.start;
        // What is left in them is written over.
        self.codes.resize(range.len(), C::default());
    }

    fn end(&mut self, range: &Range<usize>) {
        (self.put)(range.start, &self.codes);
    }

    fn chunk(&mut self, fast: &Fast, blocks: &Blocks, made: Made<'_>, range: Range<usize>) -> bool {
        let Made { marks, values } = made;
        let (encoder, codes) = (self.encoder, &mut self.codes[..]);
        let at_once = C::as_bytes(codes).and_then(|codes| fast.codes(blocks, marks, codes));
        let marked = at_once.unwrap_or_else(|| {
            let marked = fast.elements(blocks, marks, values);
            encoder.elements.codes(&Carried::Narrow(values), codes);
            marked
        });
        encoder.complement(codes);
        let mut scales = [0; BLOCKS];
        let scales = &mut scales[..range.len().div_ceil(blocks.length)];
        encoder.codes_of_scales(marks, scales);
        let first = encoder.block_at(self.from + range.start);
        encoder.scales.put(first, scales.iter().copied());
        marked
    }

    fn block(&mut self, worker: &Worker<'_>, place: Place) -> Result<(), Wrong> {
        let encoder = self.encoder;
        let mut elements = vec![0.0; worker.block_len()];
        let scale = worker.each_element(place, |i, element, _| elements[i] = element)?;
        let code = encoder.scale_code(scale).ok_or(Wrong::NaN(place.at))?;
        encoder.scales.put(encoder.block_at(place.at), [code]);
        // Those of a block that is NaN are zeros.
        let mut codes = vec![C::default(); elements.len()];
        if scale != Scale::NaN {
            // A value of the format is not moved by a second rounding, whatever the mode.
            let coded = encoder.element.encode(&elements, &mut codes);
            coded.map_err(|error| match error {
                CodeError::NaN { index, .. } => Wrong::NaN(place.at + index * place.stride),
                _ => Wrong::NaN(place.at),
            })?;
            encoder.complement(&mut codes);
        }
        for (i, code) in codes.iter().enumerate() {
            self.codes[place.first - self.begin + i * place.stride] = *code;
        }
        Ok(())
    }
}
