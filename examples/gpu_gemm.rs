//! A layer of a neural network, E4M3 products and binary16 sums, on a GPU if there is one: the same
//! bits, which is checked.
//!
//! ```console
//! $ cargo run --release --features gpu --example gpu_gemm
//! ```

use std::time::Instant;

use roundoff::arith::slices::{Matrix, MatrixMut, SumOfProducts};
use roundoff::gpu::Gpu;
use roundoff::random::word;
use roundoff::{Format, Rounder, Rounding};

const ROWS: usize = 64;
const DEPTH: usize = 256;
const COLUMNS: usize = 96;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let narrow = Rounder::new(Format::OCP_E4M3);
    let values = |stream: u64, count: usize| -> Vec<f32> {
        let uniform = |i| word(1, stream, i) as f32 / 4_294_967_296.0 - 0.5;
        (0..count as u64)
            .map(|i| narrow.round(uniform(i)))
            .collect()
    };
    let (inputs, weights) = (values(0, ROWS * DEPTH), values(1, DEPTH * COLUMNS));
    let inputs = Matrix::new(&inputs, ROWS, DEPTH)?;
    let weights = Matrix::new(&weights, DEPTH, COLUMNS)?;

    // Sums rounded stochastically: their random words depend on the seed and the place alone.
    let sums = Rounder::new(Format::BINARY16).with_rounding(Rounding::STOCHASTIC);
    let layer = SumOfProducts::new(sums).with_product(narrow);

    let mut on_cpu = vec![0f32; ROWS * COLUMNS];
    let start = Instant::now();
    layer.gemm(inputs, weights, MatrixMut::new(&mut on_cpu, ROWS, COLUMNS)?)?;
    println!("CPU: {:?}", start.elapsed());

    let gpu = match Gpu::new() {
        Ok(gpu) => gpu,
        Err(reason) => {
            println!("{reason}");
            return Ok(());
        }
    };
    let mut on_gpu = vec![0f32; ROWS * COLUMNS];
    for what in ["with the shader's compilation", "again"] {
        let room = MatrixMut::new(&mut on_gpu, ROWS, COLUMNS)?;
        let start = Instant::now();
        gpu.gemm(&layer, inputs, weights, room)?;
        println!("{}, {what}: {:?}", gpu.adapter(), start.elapsed());
    }
    let differ = on_cpu
        .iter()
        .zip(&on_gpu)
        .filter(|(x, y)| x.to_bits() != y.to_bits())
        .count();
    println!("{differ} of {} entries differ", on_cpu.len());
    match differ {
        0 => Ok(()),
        _ => Err("the GPU and the CPU differ".into()),
    }
}
