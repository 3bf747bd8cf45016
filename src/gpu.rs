//! The same bits through compute shaders: [`Gpu`] rounds, encodes and decodes what
//! [`Rounder`](crate::Rounder) does, through wgpu (Vulkan, Metal, DirectX 12).
//!
//! ```
//! use roundoff::gpu::{Device, Devices};
//! use roundoff::{Format, Rounder};
//! let devices = Devices::new(Device::Auto);
//! let mut values = [1.01f32, 2.02, 3.03];
//! let ran = devices.round_slice(&Rounder::new(Format::OCP_E5M2), &mut values)?;
//! assert_eq!(values, [1.0, 2.0, 3.0]);
//! println!("rounded on {ran}");
//! # Ok::<(), roundoff::gpu::GpuError>(())
//! ```
//!
//! | room | what is in it |
//! |---|---|
//! | `adapter` | which adapters there are, and the one that was asked for |
//! | `choice` | cpu, gpu, or the one that pays |
//! | `shader` | shaders as parts put one after the other; the list of all of them |
//! | `pairs` | a text of 64-bit words written with pairs of 32-bit ones |
//! | `pipelines` | compiled shaders, kept |
//! | `launch` | buffers, dispatches, error scopes, read-back |
//! | `stream` | slices of any length in chunks: upload, compute and read-back at the same time |
//! | `chop`, `codes`, `blocks` | rounding; encoding and decoding; blocks that share a scale |
//! | `arith` | operations, functions, products of matrices, softmax, log-Bessel |
//!
//! Every buffer is of `u32` and no shader has a float: `docs/gpu.md` says why.

mod adapter;
mod arith;
mod blocks;
mod choice;
mod chop;
mod codes;
mod error;
mod launch;
mod pairs;
mod pipelines;
mod plan;
mod shader;
mod stream;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub use adapter::{Adapter, Kind, Wanted, adapters};
pub use arith::singles;
pub use choice::{Device, DeviceNameError, Devices, Ran};
pub use error::GpuError;
use pipelines::Pipelines;
pub use shader::{ShaderText, shaders};
/// The crate that the buffers are of.
pub use wgpu;

/// Workgroups that one dimension of a grid may have (WebGPU's default limit).
const ROW: u32 = 65_535;
/// Bytes of a chunk of a long slice.
const CHUNK: u64 = 64 << 20;
/// Chunks on their way at a time: one goes up, one is computed, one comes back.
const FLIGHT: usize = 3;
/// Values after which a plan is worth a pipeline of its own.
///
/// Constants make rounding up to twice as fast as a plan in memory (Mesa's llvmpipe: 437 against
/// 228 million values a second); compiling takes 6 to 80 ms.
const SPECIAL: u64 = 1 << 24;

/// An open GPU: a device of one adapter, its queue and its compiled shaders.
///
/// Cheap to clone and shared between threads. Once the device is lost every method returns
/// [`GpuError::Lost`]; the CPU's ways are untouched by that.
///
/// ```
/// use roundoff::gpu::Gpu;
/// use roundoff::{Format, Rounder};
/// let mut values = vec![0.1f32; 1000];
/// match Gpu::new() {
///     Ok(gpu) => gpu.round_slice(&Rounder::new(Format::BFLOAT16), &mut values)?,
///     Err(reason) => println!("no GPU: {reason}"),
/// }
/// # Ok::<(), roundoff::gpu::GpuError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Gpu {
    inner: Arc<Inner>,
    row: u32,
    chunk: u64,
    flight: usize,
    special: u64,
}

#[derive(Debug)]
struct Inner {
    device: wgpu::Device,
    queue: wgpu::Queue,
    adapter: Adapter,
    limits: wgpu::Limits,
    /// Why the device is lost, once it is.
    lost: Arc<Mutex<Option<String>>>,
    pipelines: Mutex<Pipelines>,
    tables: arith::OnDevice,
    submissions: AtomicU64,
    read_backs: AtomicU64,
    in_flight: AtomicU64,
    /// Bytes of buffers that there is memory for, in a test that runs out of it.
    #[cfg(test)]
    memory: AtomicU64,
}

/// What a [`Gpu`] has done so far, for those who count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Submissions to the queue.
    pub submissions: u64,
    /// Results read back.
    pub read_backs: u64,
    /// The most chunks of one slice that were on their way at a time.
    pub in_flight: u64,
}

impl Gpu {
    /// The adapter that `WGPU_ADAPTER_NAME` names, or the one with most to offer: discrete before
    /// integrated before virtual before software.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] says what was looked for and what to install,
    /// [`GpuError::NoDevice`] why the driver refused.
    pub fn new() -> Result<Self, GpuError> {
        Self::request(&Wanted::from_env())
    }

    /// An adapter by name or kind.
    ///
    /// # Errors
    /// As [`Gpu::new`].
    pub fn request(wanted: &Wanted) -> Result<Self, GpuError> {
        let adapter = adapter::find(wanted)?;
        let (device, queue) = adapter::open(&adapter)?;
        Ok(Self::from_wgpu(device, queue))
    }

    /// On a device that the caller has already, so that its buffers can be rounded in place.
    ///
    /// The device's lost callback becomes this value's.
    pub fn from_wgpu(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let lost = Arc::new(Mutex::new(None));
        let flag = Arc::clone(&lost);
        device.set_device_lost_callback(move |reason, message| {
            let mut flag = flag.lock().unwrap_or_else(|poison| poison.into_inner());
            flag.get_or_insert(match message.is_empty() {
                true => format!("{reason:?}").to_lowercase(),
                false => message,
            });
        });
        let limits = device.limits();
        let adapter = Adapter::new(&device.adapter_info(), &limits);
        Self {
            row: ROW.min(limits.max_compute_workgroups_per_dimension),
            chunk: CHUNK.min(most(&limits)),
            flight: FLIGHT,
            special: SPECIAL,
            inner: Arc::new(Inner {
                device,
                queue,
                adapter,
                limits,
                lost,
                pipelines: Mutex::default(),
                tables: Default::default(),
                submissions: AtomicU64::new(0),
                read_backs: AtomicU64::new(0),
                in_flight: AtomicU64::new(0),
                #[cfg(test)]
                memory: AtomicU64::new(u64::MAX),
            }),
        }
    }

    /// The adapter.
    pub fn adapter(&self) -> &Adapter {
        &self.inner.adapter
    }

    /// wgpu's device, to make buffers with.
    pub fn device(&self) -> &wgpu::Device {
        &self.inner.device
    }

    /// wgpu's queue.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.inner.queue
    }

    /// Submissions and read-backs since it was opened, by all its clones.
    pub fn counts(&self) -> Counts {
        Counts {
            submissions: self.inner.submissions.load(Ordering::Relaxed),
            read_backs: self.inner.read_backs.load(Ordering::Relaxed),
            in_flight: self.inner.in_flight.load(Ordering::Relaxed),
        }
    }

    /// Grids with at most so many workgroups a row (1 to 65,535): the bits do not depend on it.
    #[must_use]
    pub fn with_row(self, workgroups: u32) -> Self {
        let most = ROW.min(self.inner.limits.max_compute_workgroups_per_dimension);
        Self {
            row: workgroups.clamp(1, most),
            ..self
        }
    }

    /// Slices in chunks of at most so many bytes (256 up to the largest binding): less memory, or
    /// fewer submissions. The bits do not depend on it.
    #[must_use]
    pub fn with_chunk(self, bytes: u64) -> Self {
        let most = most(&self.inner.limits);
        Self {
            chunk: bytes.clamp(256, most.max(256)),
            ..self
        }
    }

    /// Chunks of a long slice on their way at a time (1 to 8), three by default: with one, each waits
    /// for the one before it. The bits do not depend on it.
    #[must_use]
    pub fn with_flight(self, chunks: usize) -> Self {
        Self {
            flight: chunks.clamp(1, 8),
            ..self
        }
    }

    /// A format and rounding get a pipeline of their own once so many values have gone through
    /// them: 2^24 by default, as compiling takes as long as rounding some ten million values. The
    /// bits do not depend on it.
    #[must_use]
    pub fn with_special_after(self, values: u64) -> Self {
        Self {
            special: values,
            ..self
        }
    }
}

/// The most bytes that one buffer has and one dispatch sees, in whole groups of values.
fn most(limits: &wgpu::Limits) -> u64 {
    let most = limits.max_storage_buffer_binding_size;
    most.min(limits.max_buffer_size) / 256 * 256
}

/// A GPU for a unit test. Where there is none that is said past the test harness, or is a failure
/// (`ROUNDOFF_REQUIRE_GPU=1`).
#[cfg(test)]
fn for_test() -> Option<Gpu> {
    use std::io::Write;
    let required = std::env::var_os("ROUNDOFF_REQUIRE_GPU").is_some_and(|on| on == "1");
    match Gpu::new() {
        Ok(gpu) => Some(gpu),
        Err(reason) if required => panic!("ROUNDOFF_REQUIRE_GPU=1, but {reason}"),
        Err(_) => {
            let _ = writeln!(std::io::stderr(), "skipped: no adapter (1 test)");
            None
        }
    }
}
