//! Slices of any length in chunks, three of them on their way at a time:
//!
//! ```text
//!   chunk 0   upload | compute | back
//!   chunk 1            upload  | compute | back
//!   chunk 2                      upload  | compute | back
//! ```
//!
//! What fits in one chunk takes one submission and one read-back.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::Ordering;

use super::launch::{DISPATCH, Pending};
use super::plan::{Lane, same_keys};
use super::{Gpu, GpuError};
use crate::chop::Host;

/// The smallest chunk that is tried where memory runs out, in bytes.
const SMALLEST: u64 = 1 << 18;
/// The largest: a word an invocation, and places of bits that 32 bits hold.
const LARGEST: u64 = 4 * DISPATCH;
/// No index was bad.
const NONE: u32 = u32::MAX;

/// Buffers of one chunk.
#[derive(Debug)]
pub(super) struct Slot {
    pub input: wgpu::Buffer,
    /// None where the work is done in place.
    pub output: Option<wgpu::Buffer>,
    /// One word: see `code_call.wgsl`.
    pub first_bad: wgpu::Buffer,
}

impl Slot {
    /// Where the results stand.
    pub fn results(&self) -> &wgpu::Buffer {
        self.output.as_ref().unwrap_or(&self.input)
    }
}

/// What came back of a chunk.
pub(super) struct Piece<'a> {
    pub values: Range<usize>,
    pub bytes: &'a [u8],
    /// The first bad value, from the beginning of the chunk.
    pub first_bad: Option<usize>,
}

/// Something that is done to values one by one.
pub(super) trait Work {
    /// How many there are.
    fn values(&self) -> usize;
    /// Bits of a value on its way up and of a result on its way down.
    fn bits(&self) -> (u64, u64);
    /// Pieces are multiples of so many values: packed codes of 32 are whole words.
    fn unit(&self) -> usize {
        32
    }
    /// Words of results besides those of so many values, after them.
    fn besides(&self, _values: usize) -> usize {
        0
    }
    /// Does the result stand where the value stood?
    fn in_place(&self) -> bool;
    /// Writes what goes up, zeros after it.
    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView);
    /// Records the commands.
    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError>;
    /// Takes the result. Pieces come in order.
    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError>;
}

/// Bytes of so many values, in whole words.
fn bytes(values: usize, bits: u64) -> u64 {
    (values as u64 * bits).div_ceil(32) * 4
}

/// Bytes of all results of so many values.
fn results(work: &impl Work, values: usize) -> u64 {
    bytes(values, work.bits().1) + 4 * work.besides(values) as u64
}

impl Gpu {
    /// Does the work, chunk after chunk. Where memory runs out it goes on with smaller chunks.
    pub(super) fn stream(&self, work: &mut impl Work) -> Result<(), GpuError> {
        let (mut done, mut chunk) = (0, self.chunk);
        loop {
            match self.chunks(work, &mut done, chunk) {
                Err(GpuError::OutOfMemory { .. }) if chunk > SMALLEST => chunk /= 2,
                result => return result,
            }
        }
    }

    fn chunks(&self, work: &mut impl Work, done: &mut usize, chunk: u64) -> Result<(), GpuError> {
        let (up, down) = work.bits();
        let most = chunk.min(LARGEST) * 8 / up.max(down);
        let unit = work.unit();
        let values = (most as usize / unit * unit).max(unit);
        let (mut slots, mut flying) = (Vec::new(), VecDeque::new());
        let mut next = *done;
        while *done < work.values() {
            if next < work.values() && flying.len() < self.flight {
                // A piece's random words share their keys.
                let same = usize::try_from(same_keys(next as u64)).unwrap_or(usize::MAX);
                let piece = next..work.values().min(next + values.min(same));
                next = piece.end;
                let (slot, reading) = match slots.pop() {
                    Some(slot) => slot,
                    // As long as the first pieces are: only the last may be shorter.
                    None => self.slot(work, piece.len())?,
                };
                let pending = self.send(work, &piece, &slot, reading)?;
                flying.push_back((piece, slot, pending));
                let most = &self.inner.in_flight;
                most.fetch_max(flying.len() as u64, Ordering::Relaxed);
            } else if let Some((piece, slot, pending)) = flying.pop_front() {
                let (values, size) = (piece.clone(), results(work, piece.len()) as usize);
                let (taken, reading) = self.finish(pending, |all| {
                    let (bytes, bad) = all.split_at(size);
                    let bad = bad.first_chunk();
                    let bad = bad.map_or(NONE, |bad| u32::from_le_bytes(*bad));
                    work.take(Piece {
                        values,
                        bytes,
                        first_bad: (bad != NONE).then_some(bad as usize),
                    })
                })?;
                taken?;
                *done = piece.end;
                slots.push((slot, reading));
            }
        }
        Ok(())
    }

    /// Buffers for a chunk, and the one to read it from.
    fn slot(&self, work: &impl Work, values: usize) -> Result<(Slot, wgpu::Buffer), GpuError> {
        let slot = Slot {
            input: self.storage(bytes(values, work.bits().0))?,
            output: match work.in_place() {
                true => None,
                false => Some(self.storage(results(work, values))?),
            },
            first_bad: self.storage(4)?,
        };
        Ok((slot, self.reading(results(work, values) + 4)?))
    }

    /// Sends a chunk on its way: one submission.
    fn send(
        &self,
        work: &impl Work,
        piece: &Range<usize>,
        slot: &Slot,
        reading: wgpu::Buffer,
    ) -> Result<Pending, GpuError> {
        let up = bytes(piece.len(), work.bits().0);
        let down = results(work, piece.len());
        let queue = &self.inner.queue;
        let filled = self.guarded(|_| {
            queue.write_buffer(&slot.first_bad, 0, &NONE.to_le_bytes());
            let view = queue.write_buffer_with(&slot.input, 0, wgpu::BufferSize::new(up)?);
            view.map(|mut view| work.fill(piece, &mut view))
        })?;
        filled.ok_or_else(|| self.refused(&"no room to upload to"))?;
        let mut encoder = self.encoder()?;
        work.record(self, &mut encoder, piece, slot)?;
        self.guarded(|_| {
            let output = slot.results();
            encoder.copy_buffer_to_buffer(output, 0, &reading, 0, down);
            encoder.copy_buffer_to_buffer(&slot.first_bad, 0, &reading, down, 4);
        })?;
        self.submit_reading(encoder, reading, down + 4)
    }
}

/// Values of a host as the words of a lane, and back.
pub(super) struct Values(pub Lane);

/// Values that are converted at a time.
const BLOCK: usize = 1024;

impl Values {
    /// Writes the words of values.
    pub fn put<T: Host>(&self, values: &[T], to: &mut wgpu::QueueWriteBufferView) {
        let mut at = 0;
        let mut write = |bytes: &[u8]| {
            to.slice(at..at + bytes.len()).copy_from_slice(bytes);
            at += bytes.len();
        };
        for values in values.chunks(BLOCK) {
            match self.0 {
                Lane::Narrow => {
                    let mut words = [0u32; BLOCK];
                    for (word, x) in words.iter_mut().zip(values) {
                        *word = x.to_f32().to_bits().to_le();
                    }
                    write(bytemuck::cast_slice(&words[..values.len()]));
                }
                Lane::Wide => {
                    let mut words = [0u64; BLOCK];
                    for (word, x) in words.iter_mut().zip(values) {
                        *word = x.to_f64().to_bits().to_le();
                    }
                    write(bytemuck::cast_slice(&words[..values.len()]));
                }
            }
        }
    }

    /// Reads as many values as there is room for.
    pub fn take<T: Host>(&self, bytes: &[u8], values: &mut [T]) {
        match self.0 {
            Lane::Narrow => {
                let mut block = [0f32; BLOCK];
                let words = bytes.as_chunks::<4>().0;
                for (values, words) in values.chunks_mut(BLOCK).zip(words.chunks(BLOCK)) {
                    let block = &mut block[..values.len()];
                    for (x, word) in block.iter_mut().zip(words) {
                        *x = f32::from_bits(u32::from_le_bytes(*word));
                    }
                    T::from_narrow(block, values);
                }
            }
            Lane::Wide => {
                for (x, word) in values.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *x = T::from_f64(f64::from_bits(u64::from_le_bytes(*word)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::{Format, Rounder, Rounding};

    /// Where memory for whole chunks runs out smaller ones do it, and the bits are the same; where
    /// there is none it is an error, after which CPU and GPU go on.
    #[test]
    fn memory_that_runs_out() {
        let Some(gpu) = crate::gpu::for_test() else {
            return;
        };
        let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(Rounding::STOCHASTIC);
        let values: Vec<f32> = (0..700_000).map(|i| (i as f32).sin()).collect();
        let mut here = values.clone();
        rounder.round_slice(&mut here);
        let memory = |bytes| gpu.inner.memory.store(bytes, Ordering::Relaxed);
        let round = || {
            let mut there = values.clone();
            let before = gpu.counts().submissions;
            let result = gpu.round_slice(&rounder, &mut there);
            (result, there, gpu.counts().submissions - before)
        };
        // 2.8 MB of values: in two halves of the largest chunk that there is memory for, and so on.
        for (bytes, least) in [(u64::MAX, 1), (2 << 20, 2), (600_000, 5), (300_000, 10)] {
            memory(bytes);
            let (result, there, submissions) = round();
            assert_eq!(result, Ok(()));
            assert!(there == here, "{bytes} bytes");
            assert!(submissions >= least, "{submissions} with {bytes} bytes");
        }
        memory(1000);
        let (result, there, _) = round();
        assert!(
            matches!(result, Err(GpuError::OutOfMemory { .. })),
            "{result:?}"
        );
        assert!(there == values, "nothing is half done");
        let mut again = values.clone();
        rounder.round_slice(&mut again);
        assert!(again == here);
        memory(u64::MAX);
        assert_eq!(round().0, Ok(()));
    }
}
