//! How fast errors are measured: the ratio to a copy of the same array, and to rounding it.
//!
//! `cargo bench --bench measure`. One thread; the median of the ratios of 9 rounds.

use std::hint::black_box;
use std::time::Instant;

use roundoff::chop::Host;
use roundoff::measure::Errors;
use roundoff::random::word;
use roundoff::{Format, Rounder, Threads};

mod race;

use race::median;

const COUNT: usize = 1 << 24;

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn host<T: Host>(name: &str) {
    let x: Vec<T> = (0..COUNT as u64)
        .map(|i| T::from_f64(f64::from(word(1, 0, i) as i32) / 1e9))
        .collect();
    let rounder = Rounder::new(Format::OCP_E4M3).with_threads(Threads::One);
    let mut y = x.clone();
    let (mut copies, mut rounds, mut ns) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..9 {
        let copy = seconds(|| black_box(&mut y).copy_from_slice(black_box(&x)));
        let round = seconds(|| {
            rounder
                .round_into(black_box(&x), black_box(&mut y))
                .unwrap()
        });
        let measure = seconds(|| {
            let mut errors = Errors::of_rounding(&rounder);
            errors.add(black_box(&x), black_box(&y)).unwrap();
            black_box(errors.summary());
        });
        copies.push(measure / copy);
        rounds.push(measure / round);
        ns.push(measure * 1e9 / COUNT as f64);
    }
    println!(
        "  {name:<6} {:>9.3} ns/value {:>9.2} /memcpy {:>9.2} /rounding",
        median(ns),
        median(copies),
        median(rounds)
    );
}

fn main() {
    println!("errors of 2^24 values rounded to ocp-e4m3, one thread");
    host::<f32>("f32");
    host::<f64>("f64");
    host::<half::f16>("f16");
    host::<half::bf16>("bf16");
}
