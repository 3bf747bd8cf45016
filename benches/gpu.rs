//! Rounding on the GPU beside a plain copy there, in one run.
//!
//! ```console
//! $ cargo bench --features full --bench gpu
//! $ cargo bench --features full --bench gpu -- 26    # 2^26 values in the place of 2^24
//! ```
//!
//! GB/s counts each byte once on its way in and once on its way out. The ratio is the copy kernel's
//! median time by that of rounding. End to end: from a slice in host memory back into it.

#[path = "gpu/gemm.rs"]
mod gemm;
#[path = "gpu/kernels.rs"]
mod kernels;

use std::time::{Duration, Instant};

use roundoff::gpu::{Gpu, GpuError, wgpu};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding};

const RUNS: usize = 9;

fn main() -> Result<(), GpuError> {
    let gpu = match Gpu::new() {
        Ok(gpu) => gpu.with_special_after(0),
        Err(reason) => {
            println!("skipped: {reason}");
            return Ok(());
        }
    };
    let power = std::env::args().find_map(|word| word.parse::<u32>().ok());
    let count = 1usize << power.unwrap_or(24).clamp(10, 28);
    println!("{}, {}", gpu.adapter(), gpu.adapter().kind);
    println!("{count} values, medians of {RUNS} runs\n");
    println!("| in GPU memory | ms | GB/s | of the copy |");
    println!("|---|---|---|---|");
    let words = values(count);
    let narrow = buffer(&gpu, 4 * count as u64)?;
    gpu.queue()
        .write_buffer(&narrow, 0, bytemuck::cast_slice(&words));
    let copy = median(|| {
        submit(&gpu, |gpu, encoder| {
            gpu.record_copy(encoder, &narrow, count as u32, 1)
        })
    })?;
    line("copy of f32", copy, 8 * count, copy);
    let all = 0..count as u64;
    let kinds = [
        ("nearest even", Rounding::NearestTiesToEven),
        ("stochastic", Rounding::STOCHASTIC),
    ];
    for (name, rounding) in kinds {
        let time = median(|| {
            gpu.queue()
                .write_buffer(&narrow, 0, bytemuck::cast_slice(&words));
            gpu.queue().submit([]);
            wait(&gpu);
            let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(rounding);
            submit(&gpu, |gpu, encoder| {
                gpu.record_round::<f32>(encoder, &rounder, &narrow, all.clone(), 0)
            })
        })?;
        line(&format!("f32 to ocp-e4m3, {name}"), time, 8 * count, copy);
    }
    let wide: Vec<f64> = words.iter().map(|x| f64::from(*x)).collect();
    let buffer64 = buffer(&gpu, 8 * count as u64)?;
    let copy64 = median(|| {
        submit(&gpu, |gpu, encoder| {
            gpu.record_copy(encoder, &buffer64, 2 * count as u32, 1)
        })
    })?;
    line("copy of f64", copy64, 16 * count, copy64);
    for (name, rounding) in kinds {
        let time = median(|| {
            gpu.queue()
                .write_buffer(&buffer64, 0, bytemuck::cast_slice(&wide));
            gpu.queue().submit([]);
            wait(&gpu);
            let rounder = Rounder::new(Format::BINARY16).with_rounding(rounding);
            submit(&gpu, |gpu, encoder| {
                gpu.record_round::<f64>(encoder, &rounder, &buffer64, all.clone(), 0)
            })
        })?;
        line(
            &format!("f64 to binary16, {name}"),
            time,
            16 * count,
            copy64,
        );
    }

    println!("\n| end to end | ms | GB/s | of the CPU | submissions | read-backs |");
    println!("|---|---|---|---|---|---|");
    for (name, rounding) in kinds {
        let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(rounding);
        let mut there = words.clone();
        let before = gpu.counts();
        gpu.round_slice(&rounder, &mut there)?;
        let after = gpu.counts();
        let mut there = words.clone();
        let on_gpu = median(|| {
            there.copy_from_slice(&words);
            let start = Instant::now();
            gpu.round_slice(&rounder, &mut there)?;
            Ok(start.elapsed())
        })?;
        let mut here = words.clone();
        let on_cpu = median(|| {
            here.copy_from_slice(&words);
            let start = Instant::now();
            rounder.round_slice(&mut here);
            Ok(start.elapsed())
        })?;
        println!(
            "| f32 to ocp-e4m3, {name} | {:.2} | {:.2} | {:.2} | {} | {} |",
            on_gpu.as_secs_f64() * 1e3,
            8e-9 * count as f64 / on_gpu.as_secs_f64(),
            on_cpu.as_secs_f64() / on_gpu.as_secs_f64(),
            after.submissions - before.submissions,
            after.read_backs - before.read_backs,
        );
        let same = there
            .iter()
            .zip(&here)
            .all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same, "the bits differ");
    }
    overlap(&gpu, &words)?;
    kernels::run(&gpu)?;
    gemm::run(&gpu)
}

/// Chunks one after the other, and three on their way at a time.
fn overlap(gpu: &Gpu, words: &[f32]) -> Result<(), GpuError> {
    let rounder = Rounder::new(Format::OCP_E4M3).with_rounding(Rounding::STOCHASTIC);
    let mut there = words.to_vec();
    let mut times = Vec::new();
    for flight in [1, 3] {
        let gpu = gpu.clone().with_chunk(4 << 20).with_flight(flight);
        times.push(median(|| {
            there.copy_from_slice(words);
            let start = Instant::now();
            gpu.round_slice(&rounder, &mut there)?;
            Ok(start.elapsed())
        })?);
    }
    let (alone, together) = (times[0].as_secs_f64(), times[1].as_secs_f64());
    println!("\n| chunks of 4 MiB on their way | ms | of one at a time |\n|---|---|---|");
    println!("| one at a time | {:.1} | 1.00 |", 1e3 * alone);
    println!(
        "| three | {:.1} | {:.2} |",
        1e3 * together,
        together / alone
    );
    Ok(())
}

/// Values of both signs in the middle of most formats.
fn values(count: usize) -> Vec<f32> {
    let mut words = Words::new(1, 0);
    let draw = || {
        let word = rand::Rng::next_u32(&mut words);
        f32::from_bits(word & 0x83ff_ffff | 0x3c00_0000)
    };
    std::iter::repeat_with(draw).take(count).collect()
}

fn buffer(gpu: &Gpu, size: u64) -> Result<wgpu::Buffer, GpuError> {
    let limit = gpu.adapter().largest_binding;
    if size > limit {
        return Err(GpuError::TooLarge {
            adapter: gpu.adapter().name.clone(),
            bytes: size,
            limit,
        });
    }
    Ok(gpu.device().create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    }))
}

fn wait(gpu: &Gpu) {
    let _ = gpu.device().poll(wgpu::PollType::wait_indefinitely());
}

/// How long the recorded commands take, from the submission to their end.
fn submit(
    gpu: &Gpu,
    record: impl Fn(&Gpu, &mut wgpu::CommandEncoder) -> Result<(), GpuError>,
) -> Result<Duration, GpuError> {
    let mut encoder = gpu.device().create_command_encoder(&Default::default());
    record(gpu, &mut encoder)?;
    let commands = encoder.finish();
    let start = Instant::now();
    gpu.queue().submit([commands]);
    wait(gpu);
    Ok(start.elapsed())
}

/// The median of the runs after a first one, which compiles.
fn median(mut run: impl FnMut() -> Result<Duration, GpuError>) -> Result<Duration, GpuError> {
    run()?;
    let mut times = (0..RUNS).map(|_| run()).collect::<Result<Vec<_>, _>>()?;
    times.sort_unstable();
    Ok(times[RUNS / 2])
}

fn line(name: &str, time: Duration, bytes: usize, copy: Duration) {
    println!(
        "| {name} | {:.2} | {:.2} | {:.2} |",
        time.as_secs_f64() * 1e3,
        1e-9 * bytes as f64 / time.as_secs_f64(),
        copy.as_secs_f64() / time.as_secs_f64(),
    );
}
