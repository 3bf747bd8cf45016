//! Blocks, softmax, log-Bessel: the GPU beside the CPU, and how often each call uses the queue.

use std::time::Instant;

use roundoff::arith::slices::Matrix;
use roundoff::arith::{Exact, PerSite};
use roundoff::block::{BlockFormat, BlockRounder};
use roundoff::gpu::{Gpu, GpuError};
use roundoff::kernels::bessel::emulated::{self, Kind, PaperRule, evaluate};
use roundoff::kernels::softmax::{self, Softmax, Variant};
use roundoff::random::word;
use roundoff::{Format, Rounder, Saturation};

const RUNS: usize = 5;

/// On a card more, where the GPU is the processor itself less.
pub fn run(gpu: &Gpu) -> Result<(), GpuError> {
    let scale = match gpu.adapter().is_software() {
        true => 1,
        false => 64,
    };
    println!("\nblocks and kernels, medians of {RUNS} runs\n");
    println!("| call | values | GPU ms | CPU ms | CPU / GPU | submissions, read-backs |");
    println!("|---|---|---|---|---|---|");
    blocks(gpu, scale << 18)?;
    softmaxes(gpu, 64 * scale, 256)?;
    bessel(gpu, 4096 * scale)
}

fn uniform(count: usize, stream: u64) -> Vec<f32> {
    let unit = |i| word(1, stream, i) as f32 / 4_294_967_296.0 - 0.5;
    (0..count as u64).map(unit).collect()
}

/// Milliseconds: the median of the runs after a first one, which compiles.
fn median(mut run: impl FnMut() -> Result<(), GpuError>) -> Result<f64, GpuError> {
    run()?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        run()?;
        times.push(1e3 * start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(times[RUNS / 2])
}

/// One row of the table.
fn row(
    gpu: &Gpu,
    (name, values): (&str, usize),
    mut there: impl FnMut() -> Result<(), GpuError>,
    here: impl FnMut() -> Result<(), GpuError>,
) -> Result<(), GpuError> {
    let on_gpu = median(&mut there)?;
    let before = gpu.counts();
    there()?;
    let after = gpu.counts();
    let on_cpu = median(here)?;
    println!(
        "| {name} | {values} | {on_gpu:.2} | {on_cpu:.2} | {:.3} | {}, {} |",
        on_cpu / on_gpu,
        after.submissions - before.submissions,
        after.read_backs - before.read_backs,
    );
    Ok(())
}

fn blocks(gpu: &Gpu, count: usize) -> Result<(), GpuError> {
    let values = uniform(count, 0);
    for (name, format) in [
        ("mxfp8-e4m3", BlockFormat::MXFP8_E4M3),
        ("mxfp4", BlockFormat::MXFP4),
        ("nvfp4", BlockFormat::NVFP4),
    ] {
        let rounder = BlockRounder::new(format).with_saturation(Saturation::Finite);
        let (mut a, mut b) = (values.clone(), values.clone());
        row(
            gpu,
            (&format!("{name}, rounded"), count),
            || {
                a.copy_from_slice(&values);
                gpu.round_blocks(&rounder, &mut a, &[count])
            },
            || {
                b.copy_from_slice(&values);
                Ok(rounder.round_tensor(&mut b, &[count])?)
            },
        )?;
        let codes = rounder.encode(&values, &[count])?;
        row(
            gpu,
            (&format!("{name}, encoded"), count),
            || {
                let there = gpu.encode_blocks(&rounder, &values, &[count])?;
                assert!(there == codes, "the codes differ");
                Ok(())
            },
            || Ok(rounder.encode(&values, &[count]).map(drop)?),
        )?;
        row(
            gpu,
            (&format!("{name}, decoded"), count),
            || gpu.decode_blocks(&codes, &mut a),
            || Ok(codes.decode(&mut b)?),
        )?;
    }
    Ok(())
}

fn softmaxes(gpu: &Gpu, rows: usize, columns: usize) -> Result<(), GpuError> {
    let rounder = Rounder::new(Format::BFLOAT16);
    let sites = PerSite::new(softmax::SITES).with_default(|_| Exact::new(&rounder));
    let sites = sites.build().expect("there are sites");
    let mut x = uniform(rows * columns, 1);
    x.iter_mut().for_each(|x| *x = rounder.round(16.0 * *x));
    let wide: Vec<f64> = x.iter().copied().map(f64::from).collect();
    for variant in [Variant::ThreePassReload, Variant::TwoPass, Variant::Online] {
        let softmax = Softmax::new(variant);
        let (mut there, mut here) = (vec![0f32; x.len()], vec![0f64; x.len()]);
        row(
            gpu,
            (&format!("softmax in bfloat16, {variant}"), x.len()),
            || {
                let matrix = Matrix::new(&x, rows, columns);
                let matrix = matrix.map_err(|error| GpuError::Slice(error.into()))?;
                gpu.softmax(&softmax, &sites, matrix, &mut there)
            },
            || {
                let each = wide.chunks(columns).zip(here.chunks_mut(columns));
                each.for_each(|(x, y)| softmax.evaluate(&sites, x, y).expect("as long"));
                Ok(())
            },
        )?;
        assert!(there.iter().zip(&here).all(|(x, y)| f64::from(*x) == *y));
    }
    Ok(())
}

fn bessel(gpu: &Gpu, count: usize) -> Result<(), GpuError> {
    let rounder = Rounder::new(Format::BFLOAT16);
    let sites = PerSite::new(emulated::SITES).with_default(|_| Exact::new(&rounder));
    let sites = sites.build().expect("there are sites");
    let points = |stream| -> Vec<f32> {
        let x = uniform(count, stream);
        x.into_iter()
            .map(|x| rounder.round(20.0 * x + 11.0))
            .collect()
    };
    let (v, x) = (points(2), points(3));
    for (name, kind) in [("I", Kind::I), ("K", Kind::K)] {
        let (mut there, mut here) = (vec![0f32; count], vec![0f64; count]);
        row(
            gpu,
            (&format!("log {name} in bfloat16"), count),
            || gpu.log_bessel(&sites, &PaperRule, kind, &v, &x, &mut there),
            || {
                for ((y, v), x) in here.iter_mut().zip(&v).zip(&x) {
                    *y = evaluate(&sites, &PaperRule, kind, (*v).into(), (*x).into());
                }
                Ok(())
            },
        )?;
        assert!(there.iter().zip(&here).all(|(x, y)| f64::from(*x) == *y));
    }
    Ok(())
}
