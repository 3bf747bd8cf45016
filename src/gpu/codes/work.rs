//! Codes of long slices, piece by piece.

use std::ops::Range;

use super::shaders::{DECODE32, DECODE64, NARROW_PAIR, WIDE_PAIR};
use super::words::CodeWords;
use crate::chop::Host;
use crate::chop::codes::{Code, packed_len};
use crate::format::{CodeError, Format};
use crate::gpu::pipelines::Pipeline;
use crate::gpu::plan::{Lane, Told};
use crate::gpu::stream::{Piece, Slot, Values, Work};
use crate::gpu::{Gpu, GpuError};

impl Gpu {
    /// Records one dispatch of a shader of codes.
    fn code(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &Pipeline,
        words: &[u32],
        (values, codes): (&wgpu::Buffer, &wgpu::Buffer),
        (slot, count): (&Slot, u32),
    ) -> Result<(), GpuError> {
        let bindings = [values, codes, &slot.first_bad].map(wgpu::Buffer::as_entire_buffer_binding);
        self.dispatch(encoder, pipeline, words, &bindings, count)
    }
}

/// Codes that wait for their values' words, one an integer (or bytes of packed ones).
pub struct Codes<'a, C>(pub &'a mut [C]);

impl<C: Code> Codes<'_, C> {
    /// Takes little-endian integers for the places from `from` on.
    fn take(&mut self, from: usize, bytes: &[u8]) {
        let size = C::BITS as usize / 8;
        let places = self.0.iter_mut().skip(from);
        for (code, bytes) in places.zip(bytes.chunks_exact(size)) {
            let mut word = [0; 4];
            word[..size].copy_from_slice(bytes);
            *code = C::truncated(u32::from_le_bytes(word));
        }
    }
}

pub struct Encode<'a, T, C> {
    pub told: Told,
    pub words: CodeWords,
    pub bits: u32,
    /// The format's name where it has no NaN.
    pub no_nan: Option<String>,
    pub values: &'a [T],
    pub codes: Codes<'a, C>,
}

impl<T: Host, C: Code> Work for Encode<'_, T, C> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn bits(&self) -> (u64, u64) {
        (8 * self.told.lane.bytes(), u64::from(self.bits))
    }

    fn in_place(&self) -> bool {
        false
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        Values(self.told.lane).put(&self.values[piece.clone()], to);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let pair = match self.told.lane {
            Lane::Narrow => &NARROW_PAIR,
            Lane::Wide => &WIDE_PAIR,
        };
        let (index, count) = (piece.start as u64, piece.len() as u64);
        // One set of keys serves: pieces end at multiples of 2^32.
        let pipeline = gpu.planned(pair, &self.told.plan, count)?;
        let keys = self.told.keys(index);
        let Told { plan, .. } = &self.told;
        let words = self
            .words
            .call(self.bits, count as u32, index as u32, keys, plan);
        let output = slot.results();
        let invocations = (count * u64::from(self.bits)).div_ceil(32) as u32;
        gpu.code(
            encoder,
            &pipeline,
            &words,
            (&slot.input, output),
            (slot, invocations),
        )
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        // Whole bytes: a piece begins at a multiple of 32 values.
        let size = C::BITS as usize;
        let from = piece.values.start * self.bits as usize / size;
        self.codes.take(from, piece.bytes);
        match (piece.first_bad, &self.no_nan) {
            (Some(bad), Some(format)) => Err(CodeError::NaN {
                index: piece.values.start + bad,
                format: format.clone(),
            }
            .into()),
            _ => Ok(()),
        }
    }
}

/// Codes to decode.
pub enum Given<'a, C> {
    Codes(&'a [C]),
    Packed(&'a [u8]),
}

pub struct Decode<'a, T, C> {
    pub lane: Lane,
    pub words: CodeWords,
    pub bits: u32,
    pub format: &'a Format,
    pub codes: Given<'a, C>,
    pub values: &'a mut [T],
}

impl<T: Host, C: Code> Work for Decode<'_, T, C> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn bits(&self) -> (u64, u64) {
        (u64::from(self.bits), 8 * self.lane.bytes())
    }

    fn in_place(&self) -> bool {
        false
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        let mut at = 0;
        let len = to.len();
        let mut write = |bytes: &[u8]| {
            to.slice(at..at + bytes.len()).copy_from_slice(bytes);
            at += bytes.len();
        };
        let used = match self.codes {
            Given::Packed(packed) => {
                let from = piece.start * self.bits as usize / 8;
                let bytes = packed_len(piece.len(), self.bits);
                write(&packed[from..from + bytes]);
                bytes
            }
            Given::Codes(codes) => {
                let size = C::BITS as usize / 8;
                let mut block = [0u8; 4096];
                for codes in codes[piece.clone()].chunks(1024) {
                    for (bytes, code) in block.chunks_exact_mut(size).zip(codes) {
                        bytes.copy_from_slice(&code.word().to_le_bytes()[..size]);
                    }
                    write(&block[..size * codes.len()]);
                }
                size * piece.len()
            }
        };
        // Zeros up to the end of the last word.
        write(&[0; 4][..len - used]);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let shader = match self.lane {
            Lane::Narrow => &DECODE32,
            Lane::Wide => &DECODE64,
        };
        let pipeline = gpu.pipeline(shader, &[])?;
        let count = piece.len() as u32;
        let unused = self.lane.split([0; 16]);
        let words = self.words.call(self.bits, count, 0, [0; 4], &unused);
        let output = slot.results();
        gpu.code(
            encoder,
            &pipeline,
            &words,
            (output, &slot.input),
            (slot, count),
        )
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        let start = piece.values.start;
        Values(self.lane).take(piece.bytes, &mut self.values[piece.values]);
        match (piece.first_bad, &self.codes) {
            (Some(bad), Given::Codes(codes)) => Err(CodeError::NotACode {
                code: codes.get(start + bad).map_or(0, |code| (*code).into()),
                index: start + bad,
                format: self.format.to_string(),
                width: self.words.width,
            }
            .into()),
            _ => Ok(()),
        }
    }
}
