//! log I and log K of the points in a file, timed: what `benches/peers/bessel.py` runs beside SciPy.
//!
//! ```text
//! bessel_arrays POINTS RESULTS
//! ```
//!
//! POINTS: little-endian f64, n orders and then n arguments. RESULTS gets n values of log I and then
//! n of log K. Prints ns a point for both functions, the least of several runs: one thread, all.

use std::time::Instant;

use roundoff::Threads;
use roundoff::kernels::bessel::log_iv_kv_arrays;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(points), Some(results)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bessel_arrays POINTS RESULTS".into());
    };
    let bytes = std::fs::read(points)?;
    let values: Vec<f64> = bytes
        .as_chunks::<8>()
        .0
        .iter()
        .map(|bytes| f64::from_le_bytes(*bytes))
        .collect();
    let count = values.len() / 2;
    let (v, x) = (&values[..count], &values[count..2 * count]);
    let (mut i, mut k) = (vec![0.0; count], vec![0.0; count]);
    let mut best = [f64::INFINITY; 2];
    for _ in 0..7 {
        for (best, threads) in best.iter_mut().zip([Threads::One, Threads::Auto]) {
            let start = Instant::now();
            log_iv_kv_arrays(threads, v, x, &mut i, &mut k)?;
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    let written: Vec<u8> = i
        .iter()
        .chain(&k)
        .flat_map(|value| value.to_le_bytes())
        .collect();
    std::fs::write(results, written)?;
    let ns = best.map(|seconds| seconds * 1e9 / count as f64);
    println!("{} {}", ns[0], ns[1]);
    Ok(())
}
