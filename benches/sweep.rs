//! Sweeps: the kernels' share of the time, two threads beside one, rows a second of each layout.
//!
//! ```console
//! $ cargo bench --features full --bench sweep
//! ```

use std::error::Error;
use std::io::sink;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use roundoff::experiments::sweep::{Options, Summary, run};
use roundoff::experiments::{Plan, Row};
use roundoff::format::NAMED;

fn swept(plan: &Plan, threads: usize) -> Result<(Summary, Vec<Row>), Box<dyn Error>> {
    let options = Options {
        threads: NonZeroUsize::new(threads),
        ..Options::default()
    };
    let mut rows = Vec::new();
    let summary = run(plan, &options, |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok((summary, rows))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() -> Result<(), Box<dyn Error>> {
    let formats: Vec<_> = NAMED.iter().map(|named| named.format).take(20).collect();
    let plan = Plan::of(&["softmax-two-pass"])?
        .formats(&formats)
        .sizes(&[10_000])
        .seeds(0..50);
    println!("softmax, n = 10^4, 20 formats, {} trials", plan.len());
    // Alternating, so that a busy machine is busy for both.
    let (mut one, mut two, mut share) = (Vec::new(), Vec::new(), 1f64);
    let mut rows = Vec::new();
    for _ in 0..3 {
        let (summary, _) = swept(&plan, 1)?;
        one.push(summary.elapsed);
        share = share.min(summary.kernel_share());
        let (summary, all) = swept(&plan, 2)?;
        two.push(summary.elapsed);
        share = share.min(summary.kernel_share());
        rows = all;
    }
    let (one, two) = (median(one), median(two));
    println!(
        "one thread {one:.2?}, two {two:.2?}: {:.2} times",
        one.as_secs_f64() / two.as_secs_f64()
    );
    println!(
        "in the kernels at least {:.1}% of the threads' time",
        100.0 * share
    );
    let rows: Vec<&Row> = rows.iter().cycle().take(100_000).collect();
    layouts(&rows)
}

#[cfg(feature = "report")]
fn layouts(rows: &[&Row]) -> Result<(), Box<dyn Error>> {
    use roundoff::experiments::table::{Layout, Writer};
    for layout in [Layout::Csv, Layout::JsonLines, Layout::Parquet] {
        let mut times = Vec::new();
        for _ in 0..5 {
            let started = Instant::now();
            let mut writer = Writer::new(layout, sink())?;
            for row in rows {
                writer.write(row)?;
            }
            writer.finish()?;
            times.push(started.elapsed());
        }
        let each = median(times).as_secs_f64() / rows.len() as f64;
        println!("{layout:?}: {:.2} microseconds a row", 1e6 * each);
    }
    Ok(())
}

#[cfg(not(feature = "report"))]
fn layouts(_: &[&Row]) -> Result<(), Box<dyn Error>> {
    let _ = (sink(), Instant::now());
    println!("skipped: layouts need --features report");
    Ok(())
}
