//! How fast arrays are rounded to posits, takums and logarithmic numbers: the ratio to a copy of the
//! same array, beside a float format of as many bits.
//!
//! `cargo bench --features full --bench posits`. One thread; the median of the ratios of 9 rounds.

use std::hint::black_box;
use std::time::Instant;

use roundoff::Threads;
use roundoff::chop::Host;
use roundoff::numbers::{Numbers, Quantizer};
use roundoff::random::word;

mod race;

use race::median;

/// Values for the loops over vectors, and for those that go one by one through integers of 128 bits,
/// or through logarithms.
const COUNTS: [(&str, usize); 10] = [
    ("binary16", 1 << 24),
    ("posit8", 1 << 24),
    ("posit16", 1 << 24),
    ("posit32", 1 << 24),
    ("takum8", 1 << 20),
    ("takum16", 1 << 20),
    ("lns:6.1", 1 << 14),
    ("lns:6.9", 1 << 14),
    ("takum-log8", 1 << 14),
    ("takum-log16", 1 << 14),
];

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn host<T: Host>(host: &str, name: &str, count: usize) {
    let numbers: Numbers = name.parse().expect("a name of this file");
    // Both signs, magnitudes from 2^-31 to 2.
    let x: Vec<T> = (0..count as u64)
        .map(|i| T::from_f64(f64::from(word(1, 0, i) as i32) / 2f64.powi(30 + (i % 32) as i32)))
        .collect();
    let quantizer = Quantizer::new(numbers).with_threads(Threads::One);
    let mut y = x.clone();
    let (mut copies, mut ns) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let copy = seconds(|| black_box(&mut y).copy_from_slice(black_box(&x)));
        let round = seconds(|| {
            let rounded = quantizer.round_into(black_box(&x), black_box(&mut y));
            rounded.expect("slices of one length");
        });
        copies.push(round / copy);
        ns.push(round * 1e9 / count as f64);
    }
    println!(
        "  {name:<12} {host} {:>10.3} ns/value {:>10.2} /memcpy",
        median(ns),
        median(copies)
    );
}

fn main() {
    println!("arrays rounded to nearest, one thread");
    for (name, count) in COUNTS {
        host::<f32>("f32", name, count);
        host::<f64>("f64", name, count);
    }
}
