//! How fast log I and log K are: ns an evaluation, scalars and arrays, one thread and all.
//!
//! ```text
//! cargo bench --bench bessel            every region
//! cargo bench --bench bessel -- box     regions whose name has the word
//! ```
//!
//! Each figure is the median of several rounds; in each round every candidate runs once, so that
//! what else the machine does hits all of them alike. The last column divides the pair of array
//! calls by the pair of scalar calls. Other libraries: `benches/peers/bessel.py`.

use std::hint::black_box;
use std::time::Instant;

use roundoff::Threads;
use roundoff::kernels::bessel::{Quantity, log_iv, log_iv_kv_arrays, log_kv};
use roundoff::random::word;

mod race;

use race::median;

/// Values of an array.
const COUNT: usize = 1 << 15;
/// Values of the scalar loops.
const SCALARS: usize = 1 << 12;
const ROUNDS: usize = 9;

/// Name, least and greatest v, least and greatest x, and the least w = sqrt(v^2 + x^2).
const REGIONS: &[(&str, [f64; 4], f64)] = &[
    ("[0, 150]^2", [0.0, 150.0, 0.0, 150.0], 0.0),
    ("[150, 10^4]^2", [150.0, 1e4, 150.0, 1e4], 0.0),
    ("w >= 24, to 48", [0.0, 34.0, 0.0, 34.0], 24.0),
    ("w >= 48, to 300", [0.0, 212.0, 0.0, 212.0], 48.0),
    ("box [0, 24]^2", [0.0, 24.0, 0.0, 24.0], 0.0),
    ("small v, medium x", [0.0, 10.0, 1.0, 30.0], 0.0),
    ("small x", [0.0, 24.0, 0.0, 1.0], 0.0),
    ("v < 1, x < 1", [0.0, 1.0, 0.0, 1.0], 0.0),
    ("v = 0", [0.0, 0.0, 0.0, 100.0], 0.0),
];

/// Points spread evenly over a region.
fn points(bounds: [f64; 4], least: f64, count: usize) -> (Vec<f64>, Vec<f64>) {
    let [v0, v1, x0, x1] = bounds;
    let mut index = 0;
    let mut uniform = |low: f64, high: f64| {
        index += 1;
        low + (high - low) * ((f64::from(word(1, 0, index)) + 0.5) / 4_294_967_296.0)
    };
    let mut points = (Vec::new(), Vec::new());
    while points.0.len() < count {
        let (v, x) = (uniform(v0, v1), uniform(x0, x1));
        if v * v + x * x >= least * least {
            points.0.push(v);
            points.1.push(x);
        }
    }
    points
}

/// ns a value.
fn timed(count: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / count as f64
}

fn main() {
    println!("instruction set: {:?}", fearless_simd::Level::new());
    println!("ns a value, medians of {ROUNDS} rounds, arrays of {COUNT}\n");
    println!(
        "{:<20}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "", "scalar", "", "1 thread", "", "", "threads", "", "scalar/"
    );
    println!(
        "{:<20}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "region", "log I", "log K", "log I", "log K", "both", "log I", "both", "both"
    );
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    for (name, bounds, least) in REGIONS {
        if filter
            .as_ref()
            .is_some_and(|word| !name.contains(word.as_str()))
        {
            continue;
        }
        let (v, x) = points(*bounds, *least, COUNT);
        let (mut i, mut k) = (vec![0.0; COUNT], vec![0.0; COUNT]);
        let mut times = vec![Vec::new(); 7];
        for _ in 0..ROUNDS {
            times[0].push(timed(SCALARS, || {
                for (v, x) in v.iter().zip(&x).take(SCALARS) {
                    black_box(log_iv(*v, *x));
                }
            }));
            times[1].push(timed(SCALARS, || {
                for (v, x) in v.iter().zip(&x).take(SCALARS) {
                    black_box(log_kv(*v, *x));
                }
            }));
            let mut array = |quantity: Quantity, threads| {
                timed(COUNT, || {
                    drop(black_box(quantity.evaluate(threads, &v, &x, &mut i)))
                })
            };
            times[2].push(array(Quantity::LogI, Threads::One));
            times[3].push(array(Quantity::LogK, Threads::One));
            times[5].push(array(Quantity::LogI, Threads::Auto));
            for (at, threads) in [(4, Threads::One), (6, Threads::Auto)] {
                times[at].push(timed(COUNT, || {
                    drop(black_box(log_iv_kv_arrays(threads, &v, &x, &mut i, &mut k)));
                }));
            }
        }
        let medians: Vec<f64> = times.into_iter().map(median).collect();
        print!("{name:<20}");
        for time in &medians {
            print!("{time:>9.1}");
        }
        println!("{:>9.1}", (medians[0] + medians[1]) / medians[4]);
    }
}
