//! Which adapters there are, and the one that was asked for.

use std::fmt;

use super::GpuError;

/// Kinds of adapters, the one with most to offer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A card with memory of its own.
    Discrete,
    /// Beside the processor, with its memory.
    Integrated,
    /// In a virtual machine.
    Virtual,
    /// The driver does not say.
    Other,
    /// The processor itself: llvmpipe, WARP. For tests, not for speed.
    Software,
}

impl Kind {
    const fn of(kind: wgpu::DeviceType) -> Self {
        match kind {
            wgpu::DeviceType::DiscreteGpu => Self::Discrete,
            wgpu::DeviceType::IntegratedGpu => Self::Integrated,
            wgpu::DeviceType::VirtualGpu => Self::Virtual,
            wgpu::DeviceType::Other => Self::Other,
            wgpu::DeviceType::Cpu => Self::Software,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Discrete => "discrete",
            Self::Integrated => "integrated",
            Self::Virtual => "virtual",
            Self::Other => "other",
            Self::Software => "software",
        })
    }
}

/// What is known about an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// vulkan, metal or dx12.
    pub backend: String,
    /// The driver and its version.
    pub driver: String,
    /// The most bytes of a buffer.
    pub largest_buffer: u64,
    /// The most bytes that one dispatch sees of a buffer: longer ones go in parts.
    pub largest_binding: u64,
    /// Storage buffers that one shader can have.
    pub storage_buffers: u32,
    /// Workgroups along one dimension of a grid: longer arrays have several rows.
    pub workgroups: u32,
}

impl Adapter {
    pub(super) fn new(info: &wgpu::AdapterInfo, limits: &wgpu::Limits) -> Self {
        Self {
            name: info.name.clone(),
            kind: Kind::of(info.device_type),
            backend: info.backend.to_str().to_owned(),
            driver: [info.driver.as_str(), info.driver_info.as_str()]
                .join(" ")
                .trim()
                .to_owned(),
            largest_buffer: limits.max_buffer_size,
            largest_binding: limits.max_storage_buffer_binding_size,
            storage_buffers: limits.max_storage_buffers_per_shader_stage,
            workgroups: limits.max_compute_workgroups_per_dimension,
        }
    }

    /// Is it the processor that computes?
    pub fn is_software(&self) -> bool {
        self.kind == Kind::Software
    }
}

impl fmt::Display for Adapter {
    /// Name, backend and driver.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.name, self.backend)?;
        match self.driver.is_empty() {
            true => f.write_str(")"),
            false => write!(f, ", {})", self.driver),
        }
    }
}

/// Which adapter is wanted.
///
/// ```
/// use roundoff::gpu::{Gpu, Wanted};
/// let error = Gpu::request(&Wanted::any().named("no such card")).unwrap_err();
/// assert!(error.to_string().starts_with("no GPU adapter named \"no such card\""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    name: Option<String>,
    kind: Option<Kind>,
}

impl Wanted {
    /// Whichever is best.
    pub fn any() -> Self {
        Self::default()
    }

    /// What the variable `WGPU_ADAPTER_NAME` says, else whichever is best.
    pub fn from_env() -> Self {
        Self {
            name: std::env::var("WGPU_ADAPTER_NAME")
                .ok()
                .filter(|name| !name.is_empty()),
            kind: None,
        }
    }

    /// One with this in its name, whatever the case.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..self
        }
    }

    /// One of this kind.
    #[must_use]
    pub fn of_kind(self, kind: Kind) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }

    fn is(&self, info: &wgpu::AdapterInfo) -> bool {
        let name = info.name.to_lowercase();
        let named = self
            .name
            .as_ref()
            .is_none_or(|part| name.contains(&part.to_lowercase()));
        named
            && self
                .kind
                .is_none_or(|kind| kind == Kind::of(info.device_type))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if let Some(name) = &self.name {
            words.push(format!("named \"{name}\""));
        }
        if let Some(kind) = self.kind {
            words.push(format!("of the kind {kind}"));
        }
        if let Ok(backend) = std::env::var("WGPU_BACKEND") {
            words.push(format!("with WGPU_BACKEND={backend}"));
        }
        match words.is_empty() {
            true => f.write_str("found"),
            false => f.write_str(&words.join(" ")),
        }
    }
}

/// All adapters of the backends that `WGPU_BACKEND` allows, the best first.
fn all() -> Vec<wgpu::Adapter> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    // No validation layers: the shaders are validated by naga, and not every machine has them.
    descriptor.flags = wgpu::InstanceFlags::empty();
    let instance = wgpu::Instance::new(descriptor.with_env());
    let backends = wgpu::Backends::from_env().unwrap_or(wgpu::Backends::all());
    let mut adapters = pollster::block_on(instance.enumerate_adapters(backends));
    adapters.retain(|adapter| {
        adapter
            .get_downlevel_capabilities()
            .flags
            .contains(wgpu::DownlevelFlags::COMPUTE_SHADERS)
    });
    adapters.sort_by_key(|adapter| Kind::of(adapter.get_info().device_type));
    adapters
}

/// What is known about every adapter here, the best first.
///
/// ```
/// for adapter in roundoff::gpu::adapters() {
///     println!("{adapter}: {}", adapter.kind);
/// }
/// ```
pub fn adapters() -> Vec<Adapter> {
    all()
        .iter()
        .map(|adapter| Adapter::new(&adapter.get_info(), &limits(adapter)))
        .collect()
}

/// What to install where there is no adapter.
pub(super) fn remedy() -> &'static str {
    if cfg!(target_os = "linux") {
        "install a Vulkan driver (Debian, Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1; \
         NVIDIA: its own driver)"
    } else if cfg!(target_os = "windows") {
        "install the graphics card's driver; Windows has DirectX 12 itself"
    } else if cfg!(target_os = "macos") {
        "Metal needs a Mac with a GPU, which virtual machines often lack"
    } else {
        "install a Vulkan driver"
    }
}

pub(super) fn find(wanted: &Wanted) -> Result<wgpu::Adapter, GpuError> {
    let adapters = all();
    let names: Vec<String> = adapters
        .iter()
        .map(|adapter| adapter.get_info().name)
        .collect();
    let found = adapters
        .into_iter()
        .find(|adapter| wanted.is(&adapter.get_info()));
    found.ok_or_else(|| GpuError::NoAdapter {
        wanted: wanted.to_string(),
        remedy: match names.is_empty() {
            true => remedy().to_owned(),
            false => format!("there is {}", names.join("; ")),
        },
    })
}

/// WebGPU's default limits, and the adapter's own for how large buffers and bindings may be.
fn limits(adapter: &wgpu::Adapter) -> wgpu::Limits {
    let there = adapter.limits();
    wgpu::Limits {
        max_buffer_size: there.max_buffer_size,
        max_storage_buffer_binding_size: there.max_storage_buffer_binding_size,
        ..wgpu::Limits::defaults().or_worse_values_from(&there)
    }
}

pub(super) fn open(adapter: &wgpu::Adapter) -> Result<(wgpu::Device, wgpu::Queue), GpuError> {
    let descriptor = wgpu::DeviceDescriptor {
        label: Some("roundoff"),
        required_limits: limits(adapter),
        ..Default::default()
    };
    pollster::block_on(adapter.request_device(&descriptor)).map_err(|error| GpuError::NoDevice {
        adapter: adapter.get_info().name,
        reason: error.to_string(),
    })
}
