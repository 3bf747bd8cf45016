//! Tensors to codes of blocks.
//!
//! Values become codes part by part: a chunk by vectors or a slab by the definition, one code an
//! integer, then packed to where they belong. Where parts do not end with a byte, all codes are
//! made first and packed afterwards.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use fearless_simd::dispatch;

use super::codes::widths;
use super::definition::{Definition, Scale};
use super::fast::{Marks, Room};
use super::layout::Layout;
use super::shared::Shared;
use super::worker::{Part, Worker};
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
        let format = *self.format();
        let layout = Layout::new(&format, shape, values.len())?;
        let (width, scale_width) = widths(&format)?;
        let shared = self.shared(&layout, values)?;
        let encoder = Encoder::new(self, &layout, &shared);
        let bytes = width as usize;
        let mut elements = vec![0; packed_len(values.len(), width)];
        let unit = match format.length() {
            Length::Of(_) => layout.unit(),
            Length::Tensor => 8,
        };
        let task = self.task(&layout);
        if width == 8 || width < 8 && unit.is_multiple_of(8) {
            // A task's codes fill whole bytes, but for the last one's.
            over_tasks(
                self.threads(),
                &mut elements,
                task * bytes / 8,
                |at, target| {
                    let from = at * 8 / bytes;
                    let count = task.min(values.len() - from);
                    encoder.run(from, count, values, |at, codes: &[u8]| {
                        let from = at * bytes / 8;
                        let part = from..from + packed_len(codes.len(), width);
                        packed(codes, width, &mut target[part]);
                    });
                },
            );
        } else if width < 8 {
            let codes: Vec<u8> = encoder.unpacked(values, task);
            packed(&codes, width, &mut elements);
        } else {
            let codes: Vec<u32> = encoder.unpacked(values, task);
            pack(&codes, width, &mut elements);
        }
        let scales = packed_scales(&encoder.finish(values)?, scale_width);
        Ok(BlockCodes {
            format,
            shape: shape.to_vec(),
            tensor_scale: shared.tensor as f32,
            scales,
            elements,
        })
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
        let encoder = Encoder::new(self, layout, shared);
        let nan = |index| self.nan(layout, index, elements[index]);
        for (block, (first, scale)) in scales.iter().enumerate() {
            let code = encoder.scale_code(*scale).ok_or_else(|| nan(*first))?;
            encoder.put_scale(block, code);
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
            scales: packed_scales(&encoder.finish(elements)?, scale_width),
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

fn packed_scales(codes: &[u32], width: u32) -> Vec<u8> {
    let mut bytes = vec![0; packed_len(codes.len(), width)];
    match width {
        ..=8 => {
            let codes: Vec<u8> = codes.iter().map(|code| *code as u8).collect();
            packed(&codes, width, &mut bytes);
        }
        _ => pack(codes, width, &mut bytes),
    }
    bytes
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
    scales: Vec<AtomicU32>,
    /// The first block whose scale is past its format, and the first without a code.
    past: AtomicUsize,
    nan: AtomicUsize,
}

impl<'a> Encoder<'a> {
    fn new(rounder: &'a BlockRounder, layout: &'a Layout, shared: &'a Shared) -> Self {
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
            scales: (0..blocks).map(|_| AtomicU32::new(0)).collect(),
            past: AtomicUsize::new(usize::MAX),
            nan: AtomicUsize::new(usize::MAX),
        }
    }

    /// The scales' codes.
    fn finish<T: Host>(self, values: &[T]) -> Result<Vec<u32>, BlockError> {
        match (self.past.into_inner(), self.nan.into_inner()) {
            (usize::MAX, usize::MAX) => {}
            (index, other) if index <= other => {
                let wanted = self.shared.wanted(index);
                return Err(self.rounder.past(self.layout, index, wanted));
            }
            (_, index) => {
                let value = values[index].to_f64();
                return Err(self.rounder.nan(self.layout, index, value));
            }
        }
        Ok(self.scales.into_iter().map(AtomicU32::into_inner).collect())
    }

    /// All codes, one an integer.
    fn unpacked<T: Host, C: Code>(&self, values: &[T], task: usize) -> Vec<C> {
        let mut codes = vec![C::default(); values.len()];
        over_tasks(self.rounder.threads(), &mut codes, task, |at, target| {
            self.run(at, target.len(), values, |at, codes| {
                target[at..at + codes.len()].copy_from_slice(codes);
            });
        });
        codes
    }

    /// Encodes `count` values from an index on; `put` is given the codes of each part, and how many
    /// values there were before.
    fn run<T: Host, C: Code>(
        &self,
        at: usize,
        count: usize,
        values: &[T],
        mut put: impl FnMut(usize, &[C]),
    ) {
        let mut worker = Worker::new(self.rounder, self.layout, self.shared);
        let mut codes = Vec::new();
        let mut done = 0;
        while done < count {
            let from = at + done;
            let part = worker.part::<T>(from, count - done);
            let (Part::Chunk(len) | Part::Slab(len)) = part;
            codes.clear();
            codes.resize(len, C::default());
            let values = &values[from..from + len];
            let encoded = match part {
                Part::Chunk(_) => self.chunk(&mut worker, from, values, &mut codes),
                Part::Slab(_) => self.slab(&mut worker, from, values, &mut codes),
            };
            match encoded {
                Ok(()) => put(done, &codes),
                Err(Wrong::Past(index)) => {
                    self.past.fetch_min(index, Ordering::Relaxed);
                    return;
                }
                Err(Wrong::NaN(index)) => {
                    self.nan.fetch_min(index, Ordering::Relaxed);
                    return;
                }
            }
            done += len;
        }
    }

    /// The block that begins at an index.
    fn block_at(&self, at: usize) -> usize {
        match self.rounder.format().length() {
            Length::Tensor => 0,
            Length::Of(_) => self.layout.block(at),
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

    fn put_scale(&self, block: usize, code: u32) {
        if let Some(place) = self.scales.get(block) {
            place.store(code, Ordering::Relaxed);
        }
    }

    /// Whole blocks by vectors.
    fn chunk<T: Host, C: Code>(
        &self,
        worker: &mut Worker<'_>,
        at: usize,
        values: &[T],
        codes: &mut [C],
    ) -> Result<(), Wrong> {
        let Some(fast) = &self.rounder.fast else {
            return Ok(());
        };
        let length = worker.length;
        let mut room = worker.room();
        room.hold(values, false);
        let Room { marks, held, made } = &mut *room;
        let made = &mut made[..values.len()];
        let source = T::as_narrow_ref(values).unwrap_or(&held[..values.len()]);
        let bad = fast.elements(&worker.blocks(at, source), marks, made);
        self.elements.codes(&Carried::Narrow(made), codes);
        self.complement(codes);

        let block = self.block_at(at);
        let mut scales = [0; super::fast::BLOCKS];
        let scales = &mut scales[..values.len().div_ceil(length)];
        self.codes_of_scales(marks, scales);
        for (i, code) in scales.iter().enumerate() {
            self.put_scale(block + i, *code);
        }
        let mut encoded = Ok(());
        if bad {
            let blocks = values.chunks(length).zip(codes.chunks_mut(length));
            for (i, (values, codes)) in blocks.enumerate().filter(|(i, _)| marks.bad[*i] != 0) {
                encoded = encoded.and_then(|()| self.slab(worker, at + i * length, values, codes));
            }
        }
        worker.room = Some(room);
        encoded
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

    /// A slab by the definition.
    fn slab<T: Host, C: Code>(
        &self,
        worker: &mut Worker<'_>,
        at: usize,
        values: &[T],
        codes: &mut [C],
    ) -> Result<(), Wrong> {
        let (inner, block) = (self.layout.inner, self.block_at(at));
        let mut elements = Vec::new();
        let mut found = Vec::new();
        for column in 0..inner.min(values.len()) {
            let first = at + column;
            let from = values.iter().skip(column).step_by(inner);
            let scale = worker.elements(first, inner, from.map(|x| x.to_f64()), &mut elements);
            let scale = scale.map_err(|_| Wrong::Past(first))?;
            let code = self.scale_code(scale).ok_or(Wrong::NaN(first))?;
            self.put_scale(block + column, code);
            found.clear();
            found.resize(elements.len(), C::default());
            if scale != Scale::NaN {
                // A value of the format is not moved by a second rounding, whatever the mode.
                let coded = self.element.encode(&elements, &mut found);
                coded.map_err(|error| match error {
                    CodeError::NaN { index, .. } => Wrong::NaN(first + index * inner),
                    _ => Wrong::NaN(first),
                })?;
                self.complement(&mut found);
            }
            for (i, code) in found.iter().enumerate() {
                codes[column + i * inner] = *code;
            }
        }
        Ok(())
    }
}

/// What is wrong with the block or value at an index.
enum Wrong {
    Past(usize),
    NaN(usize),
}
