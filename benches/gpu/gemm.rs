//! Emulated products of matrices: the GPU beside the CPU, every product and every sum rounded.

use std::time::{Duration, Instant};

use roundoff::arith::slices::{Matrix, MatrixMut, Order, SumOfProducts};
use roundoff::gpu::{Gpu, GpuError};
use roundoff::random::word;
use roundoff::{Format, Rounder, Rounding};

const RUNS: usize = 3;

/// n x n matrices: 4096 on a card; 192 where the GPU is the processor itself.
pub fn run(gpu: &Gpu) -> Result<(), GpuError> {
    let n = match gpu.adapter().is_software() {
        true => 192,
        false => 4096,
    };
    println!("\nproducts of {n} x {n} matrices, medians of {RUNS} runs\n");
    println!(
        "| product, sum, order | GPU ms | GPU Gop/s | CPU ms | CPU / GPU | submissions, read-backs |"
    );
    println!("|---|---|---|---|---|---|");
    let values = |stream| -> Vec<f32> {
        let unit = |i| word(1, stream, i) as f32 / 4_294_967_296.0 - 0.5;
        let rounder = Rounder::new(Format::OCP_E4M3);
        (0..(n * n) as u64)
            .map(|i| rounder.round(unit(i)))
            .collect()
    };
    let (a, b) = (values(0), values(1));
    let narrow = Rounder::new(Format::OCP_E4M3);
    let half = Rounder::new(Format::BINARY16);
    let cases = [
        ("binary16, binary16, sequential", SumOfProducts::new(half)),
        (
            "exact, binary16, sequential",
            SumOfProducts::new(half).fused(),
        ),
        (
            "ocp-e4m3, binary32, pairwise",
            SumOfProducts::new(Rounder::new(Format::BINARY32))
                .with_product(narrow)
                .with_order(Order::Pairwise),
        ),
        (
            "binary16, stochastic binary16, sequential",
            SumOfProducts::new(half.with_rounding(Rounding::STOCHASTIC)).with_product(half),
        ),
    ];
    let mut there = vec![0f32; n * n];
    let mut here = vec![0f32; n * n];
    for (name, sum) in cases {
        let matrices = || -> Result<_, GpuError> {
            let shape = |error| GpuError::Slice(roundoff::arith::slices::SliceError::Shape(error));
            let a = Matrix::new(&a, n, n).map_err(shape)?;
            Ok((a, Matrix::new(&b, n, n).map_err(shape)?, shape))
        };
        // Compiled and warm.
        let (x, y, shape) = matrices()?;
        gpu.gemm(&sum, x, y, MatrixMut::new(&mut there, n, n).map_err(shape)?)?;
        let before = gpu.counts();
        let mut times = [Duration::ZERO; RUNS];
        for time in &mut times {
            let start = Instant::now();
            gpu.gemm(&sum, x, y, MatrixMut::new(&mut there, n, n).map_err(shape)?)?;
            *time = start.elapsed();
        }
        let after = gpu.counts();
        let mut others = [Duration::ZERO; RUNS];
        // The CPU is slow at the greatest size: once is enough to say by how much.
        let runs = if n > 1000 { 1 } else { RUNS };
        for time in &mut others[..runs] {
            let start = Instant::now();
            sum.gemm(x, y, MatrixMut::new(&mut here, n, n).map_err(shape)?)?;
            *time = start.elapsed();
        }
        assert!(
            there
                .iter()
                .zip(&here)
                .all(|(x, y)| x.to_bits() == y.to_bits())
        );
        times.sort_unstable();
        others[..runs].sort_unstable();
        let (gpu_time, cpu_time) = (times[RUNS / 2], others[runs / 2]);
        let operations = 2.0 * (n as f64).powi(3);
        println!(
            "| {name} | {:.1} | {:.2} | {:.1} | {:.2} | {}, {} |",
            gpu_time.as_secs_f64() * 1e3,
            operations / gpu_time.as_secs_f64() / 1e9,
            cpu_time.as_secs_f64() * 1e3,
            cpu_time.as_secs_f64() / gpu_time.as_secs_f64(),
            (after.submissions - before.submissions) / RUNS as u64,
            (after.read_backs - before.read_backs) / RUNS as u64,
        );
    }
    Ok(())
}
