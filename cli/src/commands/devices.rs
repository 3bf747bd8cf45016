//! `roundoff devices`: the adapters that `--device gpu` can have.

use clap::Args;
use roundoff::gpu::{Adapter, Gpu, adapters};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::show;

/// Lists the CPU and the GPU adapters, their limits and what each can do
#[derive(Args, Debug)]
#[command(after_help = "\
`--device gpu` takes the first adapter, or the one that the variable WGPU_ADAPTER_NAME
names; WGPU_BACKEND (vulkan, metal, dx12) says which drivers are asked. The bits are
the same on all of them.")]
pub struct Devices {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What every adapter can do.
const CAN: &str = "chop, every format and rounding; codes of up to 32 bits; blocks; arithmetic and kernels to 24 digits";

impl Devices {
    pub fn run(&self) -> Result<(), Failure> {
        let adapters = adapters();
        let reason = match adapters.is_empty() {
            true => Gpu::new().err().map(|error| error.to_string()),
            false => None,
        };
        if self.json {
            return show::print_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "cpu": { "threads": threads() },
                "adapters": adapters.iter().map(described).collect::<Vec<_>>(),
                "reason": reason,
            }));
        }
        let mut text = format!("cpu: {} threads; everything\n", threads());
        for adapter in &adapters {
            text += &lines(adapter);
        }
        if let Some(reason) = reason {
            text += &format!("{reason}\n");
        }
        show::print(&text)
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn lines(adapter: &Adapter) -> String {
    let auto = match adapter.is_software() {
        true => "the processor itself: for tests, never taken by --device auto",
        false => "taken by --device auto where it pays",
    };
    format!(
        "gpu: {}, {}\n  {auto}\n  {CAN}\n  buffers to {}, {} a dispatch; {} workgroups a row\n",
        show::printable(&adapter.to_string()),
        adapter.kind,
        size(adapter.largest_buffer),
        size(adapter.largest_binding),
        adapter.workgroups,
    )
}

/// Bytes in the largest unit that leaves a digit before the point.
fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let power = (bytes.max(1).ilog2() / 10).min(5);
    let (whole, unit) = (
        bytes as f64 / (1u64 << (10 * power)) as f64,
        units[power as usize],
    );
    match whole.fract() == 0.0 {
        true => format!("{whole} {unit}"),
        false => format!("{whole:.1} {unit}"),
    }
}

fn described(adapter: &Adapter) -> Value {
    json!({
        "name": adapter.name,
        "kind": adapter.kind.to_string(),
        "backend": adapter.backend,
        "driver": adapter.driver,
        "largest_buffer": adapter.largest_buffer,
        "largest_binding": adapter.largest_binding,
        "storage_buffers": adapter.storage_buffers,
        "workgroups": adapter.workgroups,
        "auto": !adapter.is_software(),
    })
}
