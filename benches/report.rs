//! Pictures of a million points, beside sorting these points: medians of five runs.
//!
//! ```text
//! cargo bench --features full --bench report
//! ```

use std::hint::black_box;
use std::time::Instant;

use roundoff::random::word;
use roundoff::report::{Characters, Plot, Series};

const COUNT: u64 = 1_000_000;

/// The median of five runs, in seconds.
fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}

fn main() {
    let random = |stream, index| f64::from(word(1, stream, index)) / f64::from(u32::MAX);
    let cloud: Vec<(f64, f64)> = (0..COUNT)
        .map(|n| (random(0, n), 10f64.powf(8.0 * random(1, n))))
        .collect();
    let line: Vec<(f64, f64)> = (0..COUNT).map(|n| (n as f64, random(1, n))).collect();
    let sorting = median(|| {
        let mut points = cloud.clone();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        black_box(&points);
    });
    println!("10^6 points                 seconds  of sorting       bytes");
    println!("sorting                     {sorting:>7.3}        1.00");
    for (name, points) in [("cloud", &cloud), ("line", &line)] {
        let plot = || Plot::new(name, "x", "y").with(Series::new(name, points.iter().copied()));
        let show = |what: &str, seconds: f64, bytes: usize| {
            println!(
                "{name}, {what:<20} {seconds:>7.3} {:>11.2} {bytes:>11}",
                seconds / sorting
            );
        };
        let mut bytes = 0;
        let seconds = median(|| bytes = plot().picture().svg().len());
        show("SVG", seconds, bytes);
        let png = || plot().picture().png(2.0).unwrap_or_default().len();
        let seconds = median(|| bytes = png());
        show("PNG", seconds, bytes);
        let text = || plot().text(80, Characters::Braille).len();
        let seconds = median(|| bytes = text());
        show("characters", seconds, bytes);
    }
}
