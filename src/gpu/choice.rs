//! cpu, gpu, or the one that pays; and which one it was.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::{Gpu, GpuError, Wanted};
use crate::chop::Host;
use crate::{Format, Rounder};

/// Which device is to compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Device {
    /// The GPU where there is one that is not the processor itself and the array is so long that
    /// it pays, which is measured on first use; else the CPU. The bits are the same.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU, or an error.
    Gpu,
}

/// No such device.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown device \"{name}\": use one of auto, cpu, gpu")]
pub struct DeviceNameError {
    /// What was asked for.
    pub name: String,
}

impl FromStr for Device {
    type Err = DeviceNameError;

    fn from_str(name: &str) -> Result<Self, DeviceNameError> {
        match name.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "gpu" => Ok(Self::Gpu),
            _ => Err(DeviceNameError {
                name: name.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        })
    }
}

/// Which device ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// The CPU.
    Cpu,
    /// The GPU: its adapter, as [`Adapter`](super::Adapter) is displayed.
    Gpu(String),
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu(adapter) => write!(f, "gpu: {adapter}"),
        }
    }
}

/// A choice of device and the GPU behind it, opened when it is first wanted. Shared between threads.
///
/// ```
/// use roundoff::gpu::{Device, Devices, Ran};
/// use roundoff::{Format, Rounder};
/// let mut values = [0.1f32; 100];
/// let ran = Devices::new(Device::Cpu).round_slice(&Rounder::new(Format::BINARY16), &mut values)?;
/// assert_eq!(ran, Ran::Cpu);
/// # Ok::<(), roundoff::gpu::GpuError>(())
/// ```
#[derive(Debug, Default)]
pub struct Devices {
    device: Device,
    wanted: Wanted,
    gpu: OnceLock<Result<Gpu, GpuError>>,
    pays: OnceLock<Option<usize>>,
}

impl Devices {
    /// The adapter is that of [`Gpu::new`]. Nothing is opened yet.
    pub fn new(device: Device) -> Self {
        Self {
            device,
            wanted: Wanted::from_env(),
            ..Self::default()
        }
    }

    /// With an adapter by name or kind.
    #[must_use]
    pub fn with_adapter(self, wanted: Wanted) -> Self {
        Self { wanted, ..self }
    }

    /// What was chosen.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The GPU, opened now if it was not.
    ///
    /// # Errors
    /// As [`Gpu::request`], each time the same.
    pub fn gpu(&self) -> Result<&Gpu, GpuError> {
        let gpu = self.gpu.get_or_init(|| Gpu::request(&self.wanted));
        gpu.as_ref().map_err(GpuError::clone)
    }

    /// The GPU for an array of so many values of a host, or none where the CPU is to do it.
    ///
    /// # Errors
    /// The GPU was asked for and there is none.
    pub fn for_values<T: Host>(&self, count: usize) -> Result<Option<&Gpu>, GpuError> {
        let bytes = count.saturating_mul(size_of::<T>());
        match self.device {
            Device::Cpu => Ok(None),
            Device::Gpu => self.gpu().map(Some),
            // Shorter arrays are the CPU's everywhere: nothing is opened for them.
            Device::Auto if bytes < LEAST => Ok(None),
            Device::Auto => Ok(self.pays(bytes)),
        }
    }

    /// The GPU for a kernel of so many emulated operations, or none where the CPU is to do it.
    /// [`Device::Auto`] takes a GPU that is not the processor itself from 2^20 on: an emulated
    /// operation takes the CPU some 50 ns, so that many some 50 ms, and opening a GPU and compiling a
    /// kernel no more. (Stated, not measured: a kernel's operands and results are few beside its
    /// operations.)
    ///
    /// # Errors
    /// The GPU was asked for and there is none.
    ///
    /// ```
    /// use roundoff::gpu::{Device, Devices};
    /// // A short kernel is the CPU's, whatever there is.
    /// assert!(Devices::new(Device::Auto).for_operations(1000)?.is_none());
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn for_operations(&self, count: u64) -> Result<Option<&Gpu>, GpuError> {
        match self.device {
            Device::Cpu => Ok(None),
            Device::Gpu => self.gpu().map(Some),
            Device::Auto if count < OPERATIONS => Ok(None),
            Device::Auto => Ok(self.card()),
        }
    }

    /// The GPU, if there is one that is not the processor itself and not lost.
    fn card(&self) -> Option<&Gpu> {
        let gpu = self.gpu().ok()?;
        (!gpu.adapter().is_software() && gpu.alive().is_ok()).then_some(gpu)
    }

    /// The GPU where it pays for so many bytes.
    fn pays(&self, bytes: usize) -> Option<&Gpu> {
        let gpu = self.card()?;
        let least = self.pays.get_or_init(|| break_even(gpu));
        least.is_some_and(|least| bytes >= least).then_some(gpu)
    }

    /// A slice in place, and which device did it. Where [`Device::Auto`] took the GPU and that
    /// failed, the CPU goes on: what was rounded already is not changed by a second rounding.
    ///
    /// # Errors
    /// [`Device::Gpu`] and no GPU, or it failed.
    pub fn round_slice<T: Host>(
        &self,
        rounder: &Rounder,
        values: &mut [T],
    ) -> Result<Ran, GpuError> {
        self.round_slice_at(rounder, values, 0)
    }

    /// [`Devices::round_slice`] for a part of a longer slice that begins at `index` there.
    ///
    /// # Errors
    /// As [`Devices::round_slice`].
    pub fn round_slice_at<T: Host>(
        &self,
        rounder: &Rounder,
        values: &mut [T],
        index: u64,
    ) -> Result<Ran, GpuError> {
        if let Some(gpu) = self.for_values::<T>(values.len())? {
            match gpu.round_slice_at(rounder, values, index) {
                Ok(()) => return Ok(Ran::Gpu(gpu.adapter().to_string())),
                Err(error) if self.device == Device::Gpu => return Err(error),
                Err(_) => {}
            }
        }
        rounder.round_slice_at(values, index);
        Ok(Ran::Cpu)
    }
}

/// Bytes below which no GPU is asked: an upload, a dispatch and a read-back alone take longer.
const LEAST: usize = 1 << 20;

/// Emulated operations below which no GPU is asked.
const OPERATIONS: u64 = 1 << 20;

/// Bytes from which rounding on the GPU, upload and read-back included, takes less time than on the
/// CPU; none if there is no such size. Measured on two sizes, a line through the GPU's times.
fn break_even(gpu: &Gpu) -> Option<usize> {
    const SMALL: usize = LEAST / 4;
    const LARGE: usize = 16 * SMALL;
    let rounder = Rounder::new(Format::BFLOAT16);
    let mut values = vec![1.1f32; LARGE];
    // The first run compiles.
    gpu.round_slice(&rounder, &mut values[..SMALL]).ok()?;
    let mut on_gpu = |count: usize| {
        let start = Instant::now();
        gpu.round_slice(&rounder, &mut values[..count]).ok()?;
        Some(start.elapsed())
    };
    let (small, large) = (on_gpu(SMALL)?, on_gpu(LARGE)?);
    let start = Instant::now();
    rounder.round_slice(&mut values);
    crossing(small, large, start.elapsed(), SMALL, LARGE).map(|count| count * size_of::<f32>())
}

/// Where the line through (few, `short`) and (many, `long`) crosses the one through (many, `cpu`)
/// and zero, in values.
fn crossing(
    short: Duration,
    long: Duration,
    cpu: Duration,
    few: usize,
    many: usize,
) -> Option<usize> {
    let slope = (long.as_secs_f64() - short.as_secs_f64()).max(0.0) / (many - few) as f64;
    let fixed = (short.as_secs_f64() - slope * few as f64).max(0.0);
    let saved = cpu.as_secs_f64() / many as f64 - slope;
    (saved > 0.0).then(|| (fixed / saved).round() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_cross_where_they_cross() {
        let ms = Duration::from_millis;
        // GPU: 9 ms + 1 ms a thousand; CPU: 4 ms a thousand.
        assert_eq!(crossing(ms(10), ms(13), ms(16), 1000, 4000), Some(3000));
        // Never.
        assert_eq!(crossing(ms(10), ms(13), ms(3), 1000, 4000), None);
        // Noise: no slope below zero.
        assert_eq!(crossing(ms(10), ms(9), ms(20), 1000, 4000), Some(2000));
    }
}
