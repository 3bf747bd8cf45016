//! Buffers, dispatches, error scopes, read-back.

use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

use super::pipelines::Pipeline;
use super::{Gpu, GpuError};

/// Invocations of a workgroup, as every shader has it.
const GROUP: u32 = 64;
/// Invocations of one dispatch at most, so that none takes seconds: Windows resets a device then.
pub(crate) const DISPATCH: u64 = 1 << 26;
/// How long a result may take that the queue says is done.
const PATIENCE: Duration = Duration::from_secs(10);

/// A result on its way back.
#[derive(Debug)]
pub(crate) struct Pending {
    buffer: wgpu::Buffer,
    bytes: u64,
    submission: wgpu::SubmissionIndex,
    mapped: mpsc::Receiver<Result<(), wgpu::BufferAsyncError>>,
}

impl Gpu {
    /// Does what may fail, and gives the failure as an error: outside an error scope wgpu panics.
    pub(crate) fn guarded<R>(
        &self,
        action: impl FnOnce(&wgpu::Device) -> R,
    ) -> Result<R, GpuError> {
        self.alive()?;
        let device = &self.inner.device;
        let internal = device.push_error_scope(wgpu::ErrorFilter::Internal);
        let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let done = action(device);
        let errors = [
            pollster::block_on(validation.pop()),
            pollster::block_on(memory.pop()),
            pollster::block_on(internal.pop()),
        ];
        self.alive()?;
        match errors.into_iter().flatten().next() {
            None => Ok(done),
            Some(error) => Err(self.failure(&error)),
        }
    }

    fn failure(&self, error: &wgpu::Error) -> GpuError {
        // The news of a lost device come with a poll.
        let _ = self.inner.device.poll(wgpu::PollType::Poll);
        if let Err(lost) = self.alive() {
            return lost;
        }
        let adapter = self.adapter().name.clone();
        match error {
            wgpu::Error::OutOfMemory { .. } => GpuError::OutOfMemory { adapter },
            other => GpuError::Refused {
                adapter,
                reason: other.to_string(),
            },
        }
    }

    /// Is the device still there?
    pub(crate) fn alive(&self) -> Result<(), GpuError> {
        let lost = self.inner.lost.lock();
        match &*lost.unwrap_or_else(|poison| poison.into_inner()) {
            None => Ok(()),
            Some(reason) => Err(self.lost(reason)),
        }
    }

    fn lost(&self, reason: &str) -> GpuError {
        GpuError::Lost {
            adapter: self.adapter().name.clone(),
            reason: reason.to_owned(),
        }
    }

    /// A buffer of so many bytes, rounded up to whole vectors of four words.
    pub(crate) fn buffer(
        &self,
        bytes: u64,
        usage: wgpu::BufferUsages,
    ) -> Result<wgpu::Buffer, GpuError> {
        let limit = self.inner.limits.max_buffer_size;
        let size = bytes
            .max(1)
            .checked_next_multiple_of(16)
            .unwrap_or(u64::MAX);
        if size > limit {
            return Err(GpuError::TooLarge {
                adapter: self.adapter().name.clone(),
                bytes,
                limit,
            });
        }
        #[cfg(test)]
        self.allocated(size)?;
        self.guarded(|device| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("roundoff"),
                size,
                usage,
                mapped_at_creation: false,
            })
        })
    }

    /// Memory runs out: in a test, as few drivers let one try it.
    #[cfg(test)]
    fn allocated(&self, size: u64) -> Result<(), GpuError> {
        match size <= self.inner.memory.load(Ordering::Relaxed) {
            true => Ok(()),
            false => Err(GpuError::OutOfMemory {
                adapter: self.adapter().name.clone(),
            }),
        }
    }

    /// A storage buffer, which can be copied from and to.
    pub(crate) fn storage(&self, bytes: u64) -> Result<wgpu::Buffer, GpuError> {
        use wgpu::BufferUsages as Usage;
        self.buffer(bytes, Usage::STORAGE | Usage::COPY_SRC | Usage::COPY_DST)
    }

    /// A buffer that begins with these words.
    fn holding(&self, words: &[u32], usage: wgpu::BufferUsages) -> Result<wgpu::Buffer, GpuError> {
        let bytes: &[u8] = bytemuck::cast_slice(words);
        let buffer = self.buffer(bytes.len() as u64, usage | wgpu::BufferUsages::COPY_DST)?;
        if !bytes.is_empty() {
            self.guarded(|_| self.inner.queue.write_buffer(&buffer, 0, bytes))?;
        }
        Ok(buffer)
    }

    /// A storage buffer that begins with these words.
    pub(crate) fn upload(&self, words: &[u32]) -> Result<wgpu::Buffer, GpuError> {
        use wgpu::BufferUsages as Usage;
        self.holding(words, Usage::STORAGE | Usage::COPY_SRC)
    }

    /// Records one dispatch of `count` invocations (no more than [`DISPATCH`]): `words` follow
    /// count and row in the uniform of binding 0, `storage` are the bindings from 1 on.
    pub(crate) fn dispatch(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &Pipeline,
        words: &[u32],
        storage: &[wgpu::BufferBinding<'_>],
        count: u32,
    ) -> Result<(), GpuError> {
        debug_assert_eq!(storage.len(), pipeline.storage, "bindings of the shader");
        if count == 0 {
            return Ok(());
        }
        let groups = count.div_ceil(GROUP);
        let row = groups.min(self.row);
        let mut call = vec![count, row];
        call.extend_from_slice(words);
        let call = self.fixed(&call)?;
        let entries: Vec<_> = std::iter::once(call.as_entire_buffer_binding())
            .chain(storage.iter().cloned())
            .zip(0..)
            .map(|(buffer, binding)| wgpu::BindGroupEntry {
                binding,
                resource: wgpu::BindingResource::Buffer(buffer),
            })
            .collect();
        self.guarded(|device| {
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("roundoff"),
                layout: &pipeline.bindings,
                entries: &entries,
            });
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&pipeline.pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(row, groups.div_ceil(row), 1);
        })
    }

    /// A uniform buffer with these words from its birth: it serves in whatever order the commands
    /// that read it are submitted.
    fn fixed(&self, words: &[u32]) -> Result<wgpu::Buffer, GpuError> {
        let bytes: &[u8] = bytemuck::cast_slice(words);
        let mut padded = bytes.to_vec();
        padded.resize(bytes.len().next_multiple_of(16), 0);
        let written = self.guarded(|device| {
            let buffer = device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("roundoff call"),
                size: padded.len() as u64,
                usage: wgpu::BufferUsages::UNIFORM,
                mapped_at_creation: true,
            });
            buffer.get_mapped_range_mut(..).map(|mut view| {
                view.copy_from_slice(&padded);
                drop(view);
                buffer.unmap();
                buffer
            })
        })?;
        written.map_err(|error| self.refused(&error))
    }

    pub(crate) fn refused(&self, reason: &impl ToString) -> GpuError {
        match self.alive() {
            Err(lost) => lost,
            Ok(()) => GpuError::Refused {
                adapter: self.adapter().name.clone(),
                reason: reason.to_string(),
            },
        }
    }

    /// A new recording.
    pub(crate) fn encoder(&self) -> Result<wgpu::CommandEncoder, GpuError> {
        self.guarded(|device| {
            device.create_command_encoder(&wgpu::CommandEncoderDescriptor {
                label: Some("roundoff"),
            })
        })
    }

    /// Hands a recording to the queue.
    pub(crate) fn submit(
        &self,
        encoder: wgpu::CommandEncoder,
    ) -> Result<wgpu::SubmissionIndex, GpuError> {
        self.inner.submissions.fetch_add(1, Ordering::Relaxed);
        self.guarded(|_| self.inner.queue.submit([encoder.finish()]))
    }

    /// Hands a recording to the queue whose last command fills `buffer` (of `MAP_READ`), and asks
    /// for its first `bytes`.
    pub(crate) fn submit_reading(
        &self,
        encoder: wgpu::CommandEncoder,
        buffer: wgpu::Buffer,
        bytes: u64,
    ) -> Result<Pending, GpuError> {
        let submission = self.submit(encoder)?;
        self.inner.read_backs.fetch_add(1, Ordering::Relaxed);
        let (told, mapped) = mpsc::channel();
        self.guarded(|_| {
            buffer.map_async(wgpu::MapMode::Read, ..bytes, move |result| {
                // Whoever waited may have given up.
                let _ = told.send(result);
            });
        })?;
        Ok(Pending {
            buffer,
            bytes,
            submission,
            mapped,
        })
    }

    /// Waits for a result, hands its bytes to `take`, and gives the buffer back for the next one.
    pub(crate) fn finish<R>(
        &self,
        pending: Pending,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, wgpu::Buffer), GpuError> {
        let Pending {
            buffer,
            bytes,
            submission,
            mapped,
        } = pending;
        let wait = wgpu::PollType::Wait {
            submission_index: Some(submission),
            timeout: None,
        };
        let polled = self.guarded(|device| device.poll(wait))?;
        polled.map_err(|error| self.refused(&error))?;
        match mapped.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(self.refused(&error)),
            Err(_) => return Err(self.refused(&"a result did not come back")),
        }
        let view = self.guarded(|_| buffer.get_mapped_range(..bytes))?;
        let view = view.map_err(|error| self.refused(&error))?;
        let taken = take(&view);
        drop(view);
        self.guarded(|_| buffer.unmap())?;
        Ok((taken, buffer))
    }

    /// A buffer to read results from.
    pub(crate) fn reading(&self, bytes: u64) -> Result<wgpu::Buffer, GpuError> {
        use wgpu::BufferUsages as Usage;
        self.buffer(bytes, Usage::MAP_READ | Usage::COPY_DST)
    }

    /// Submits a recording and reads the first `count` words of a storage buffer after it: one
    /// submission, one read-back.
    pub(crate) fn read_after(
        &self,
        mut encoder: wgpu::CommandEncoder,
        buffer: &wgpu::Buffer,
        count: usize,
    ) -> Result<Vec<u32>, GpuError> {
        let bytes = 4 * count as u64;
        if bytes == 0 {
            self.submit(encoder)?;
            return Ok(Vec::new());
        }
        let reading = self.reading(bytes)?;
        self.guarded(|_| encoder.copy_buffer_to_buffer(buffer, 0, &reading, 0, bytes))?;
        let pending = self.submit_reading(encoder, reading, bytes)?;
        let words = |bytes: &[u8]| {
            let (words, _) = bytes.as_chunks::<4>();
            words.iter().map(|word| u32::from_le_bytes(*word)).collect()
        };
        Ok(self.finish(pending, words)?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_larger_than_the_limit_is_refused_with_both_numbers() {
        let Some(gpu) = crate::gpu::for_test() else {
            return;
        };
        for bytes in [gpu.adapter().largest_buffer + 1, u64::MAX] {
            let limit = gpu.adapter().largest_buffer;
            match gpu.storage(bytes) {
                Err(GpuError::TooLarge {
                    bytes: asked,
                    limit: there,
                    ..
                }) => {
                    assert_eq!((asked, there), (bytes, limit));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
