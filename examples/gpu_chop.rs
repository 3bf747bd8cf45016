//! Rounds an array on the GPU where there is one, on the CPU where there is none, and checks that
//! the bits are the same.
//!
//! ```console
//! $ cargo run --release --example gpu_chop --features gpu
//! ```

use std::time::Instant;

use roundoff::gpu::{Device, Devices, Gpu, wgpu};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounder = Rounder::new(Format::OCP_E4M3)
        .with_rounding(Rounding::STOCHASTIC)
        .with_seed(2024);
    let mut words = Words::new(1, 0);
    let draw = || f32::from_bits(rand::Rng::next_u32(&mut words) >> 4 | 0x3000_0000);
    let values: Vec<f32> = std::iter::repeat_with(draw).take(1 << 20).collect();

    // On the CPU, to compare with.
    let mut on_cpu = values.clone();
    let start = Instant::now();
    rounder.round_slice(&mut on_cpu);
    println!("cpu: {} values in {:?}", values.len(), start.elapsed());

    // Wherever it pays: no adapter is no error here.
    let devices = Devices::new(Device::Auto);
    let mut anywhere = values.clone();
    let ran = devices.round_slice(&rounder, &mut anywhere)?;
    println!("auto took: {ran}");
    assert!(same(&anywhere, &on_cpu));

    // On the GPU, or the reason why not.
    let gpu = match Gpu::new() {
        Ok(gpu) => gpu,
        Err(reason) => {
            println!("{reason}");
            return Ok(());
        }
    };
    let mut on_gpu = values.clone();
    gpu.round_slice(&rounder, &mut on_gpu[..1024])?; // compiles
    let start = Instant::now();
    gpu.round_slice(&rounder, &mut on_gpu)?;
    println!(
        "{}: with both transfers in {:?}",
        gpu.adapter(),
        start.elapsed()
    );
    assert!(same(&on_gpu, &on_cpu), "the bits differ");

    // In a buffer of one's own, which stays in GPU memory.
    let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
        label: Some("mine"),
        size: 4 * values.len() as u64,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    gpu.queue()
        .write_buffer(&buffer, 0, bytemuck::cast_slice(&values));
    gpu.round_buffer::<f32>(&rounder, &buffer, 0..values.len() as u64, 0)?;
    println!("and in a buffer that stays there; the bits are the CPU's");
    Ok(())
}

fn same(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}
