//! Where rounding is done: on the CPU, on a GPU, or where it pays; and where it was.

use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use roundoff::Rounder;
use roundoff::chop::Host;
#[cfg(feature = "gpu")]
pub use roundoff::gpu::GpuError;
#[cfg(feature = "gpu")]
use roundoff::gpu::{Device, Devices, Gpu};

#[cfg(feature = "gpu")]
use crate::names;

/// Why the GPU that was asked for did not do it. There is none to ask for without feature `gpu`.
#[cfg(not(feature = "gpu"))]
pub type GpuError = std::convert::Infallible;

/// Which device is asked for, where there is a choice.
#[derive(Args, Clone, Debug, Default)]
pub struct Asked {
    /// Where: cpu, gpu (`roundoff devices` lists them) or auto, a GPU where it pays: the same bits
    #[cfg(feature = "gpu")]
    #[arg(long, value_name = "D", default_value = "cpu", value_parser = names::device)]
    device: Device,
}

impl Asked {
    /// Is it the GPU, or an error?
    pub fn is_gpu(&self) -> bool {
        #[cfg(feature = "gpu")]
        return self.device == Device::Gpu;
        #[cfg(not(feature = "gpu"))]
        return false;
    }

    /// Is it the CPU, and nothing else?
    pub fn is_cpu(&self) -> bool {
        #[cfg(feature = "gpu")]
        return self.device == Device::Cpu;
        #[cfg(not(feature = "gpu"))]
        return true;
    }

    /// The devices of a sweep; none where that is the CPU. A GPU that was asked for is opened now.
    ///
    /// # Errors
    /// There is none.
    #[cfg(feature = "gpu")]
    pub fn devices(&self) -> Result<Option<Devices>, GpuError> {
        let devices = Devices::new(self.device);
        if self.is_gpu() {
            devices.gpu()?;
        }
        Ok((!self.is_cpu()).then_some(devices))
    }

    /// Nothing is opened yet.
    pub fn place(&self) -> Place {
        #[cfg(feature = "gpu")]
        return Place::new(self.device);
        #[cfg(not(feature = "gpu"))]
        return Place::default();
    }
}

/// A choice of device and what came of it.
#[derive(Debug, Default)]
pub struct Place {
    #[cfg(feature = "gpu")]
    devices: Devices,
    on_cpu: AtomicBool,
    on_gpu: AtomicBool,
}

#[cfg(feature = "gpu")]
impl Place {
    /// Nothing is opened yet.
    fn new(device: Device) -> Self {
        Self {
            devices: Devices::new(device),
            ..Self::default()
        }
    }

    fn takes<T: Host>(&self, count: usize) -> Result<bool, GpuError> {
        Ok(self.devices.for_values::<T>(count)?.is_some())
    }

    fn round_there<T: Host>(
        &self,
        rounder: &Rounder,
        values: &mut [T],
        index: u64,
    ) -> Result<bool, GpuError> {
        let Some(gpu) = self.devices.for_values::<T>(values.len())? else {
            return Ok(false);
        };
        match gpu.round_slice_at(rounder, values, index) {
            Ok(()) => Ok(true),
            // Where it was not asked for, the CPU goes on.
            Err(_) if self.devices.device() == Device::Auto => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A kernel of so many operations on the GPU, where that is the place; else none, and the CPU is
    /// noted.
    ///
    /// # Errors
    /// A GPU was asked for and there is none, or it failed.
    pub fn kernel<R>(
        &self,
        operations: u64,
        kernel: impl FnOnce(&Gpu) -> Result<R, GpuError>,
    ) -> Result<Option<R>, GpuError> {
        let ran = match self.devices.for_operations(operations)?.map(kernel) {
            Some(Ok(results)) => Some(results),
            Some(Err(error)) if self.devices.device() != Device::Auto => return Err(error),
            // Where it was not asked for, the CPU goes on.
            Some(Err(_)) | None => None,
        };
        let noted = if ran.is_some() {
            &self.on_gpu
        } else {
            &self.on_cpu
        };
        noted.store(true, Ordering::Relaxed);
        Ok(ran)
    }

    fn gpu_name(&self) -> String {
        let gpu = self.devices.gpu();
        gpu.map_or_else(|error| error.to_string(), |gpu| gpu.adapter().to_string())
    }
}

#[cfg(not(feature = "gpu"))]
impl Place {
    #[expect(clippy::extra_unused_type_parameters, reason = "called as with a GPU")]
    fn takes<T: Host>(&self, _: usize) -> Result<bool, GpuError> {
        Ok(false)
    }

    fn round_there<T: Host>(&self, _: &Rounder, _: &mut [T], _: u64) -> Result<bool, GpuError> {
        Ok(false)
    }

    fn gpu_name(&self) -> String {
        String::new()
    }
}

impl Place {
    /// Is a GPU the place for so many values? The CPU is noted where not.
    ///
    /// # Errors
    /// A GPU was asked for and there is none.
    pub fn is_gpu<T: Host>(&self, count: usize) -> Result<bool, GpuError> {
        let there = self.takes::<T>(count)?;
        self.on_cpu.fetch_or(!there, Ordering::Relaxed);
        Ok(there)
    }

    /// Rounds values in place on the GPU; says whether it did.
    ///
    /// # Errors
    /// A GPU was asked for and it failed.
    pub fn round<T: Host>(
        &self,
        rounder: &Rounder,
        values: &mut [T],
        index: u64,
    ) -> Result<bool, GpuError> {
        let there = self.round_there(rounder, values, index)?;
        let ran = if there { &self.on_gpu } else { &self.on_cpu };
        ran.store(true, Ordering::Relaxed);
        Ok(there)
    }

    /// `cpu`, `gpu: NAME`, or both where the one did some tensors and the other the rest.
    pub fn ran(&self) -> String {
        let cpu = self.on_cpu.load(Ordering::Relaxed);
        match (cpu, self.on_gpu.load(Ordering::Relaxed)) {
            (_, false) => "cpu".to_owned(),
            (false, true) => format!("gpu: {}", self.gpu_name()),
            (true, true) => format!("cpu and gpu: {}", self.gpu_name()),
        }
    }
}
