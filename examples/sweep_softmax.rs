//! A thousand trials of softmax in twenty formats: where does it break, and how much of the time is
//! the kernel's own?
//!
//! ```console
//! $ cargo run --release --features report --example sweep_softmax -- rows.csv
//! ```
//!
//! Without a name the table alone is printed. The figure of `docs/experiments.md` is this program's.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use roundoff::experiments::{Plan, Row, sweep};
use roundoff::format::NAMED;
use roundoff::{Domain, Format, Signedness};

/// Twenty formats of 4 to 32 bits with values of both signs.
fn formats() -> Result<Vec<Format>, Box<dyn Error>> {
    let mut formats: Vec<Format> = NAMED
        .iter()
        .map(|named| named.format)
        .filter(|format| format.is_signed() && format.width().is_some_and(|width| width <= 32))
        .collect();
    for precision in 3..=5 {
        formats.push(Format::p3109(
            8,
            precision,
            Signedness::Signed,
            Domain::Extended,
        )?);
    }
    formats.truncate(20);
    Ok(formats)
}

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::of(&["softmax-two-pass"])?
        .formats(&formats()?)
        .sizes(&[10_000])
        .seeds(0..50);
    let mut file = match std::env::args().nth(1) {
        Some(name) => Some(BufWriter::new(File::create(name)?)),
        None => None,
    };
    if let Some(file) = &mut file {
        writeln!(
            file,
            "format,seed,significant_bits,max_absolute_error,vanished"
        )?;
    }
    // Of each format: runs, and the fewest significant bits.
    let mut worst: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    let summary = sweep::run(&plan, &sweep::Options::default(), |row: Row| {
        let bits = row.significant_bits.unwrap_or(0.0);
        let entry = worst.entry(row.format.clone()).or_insert((0, bits));
        *entry = (entry.0 + 1, entry.1.min(bits));
        match &mut file {
            Some(file) => writeln!(
                file,
                "{},{},{bits},{},{}",
                row.format,
                row.seed,
                row.max_absolute_error.unwrap_or(f64::NAN),
                row.vanished
            ),
            None => Ok(()),
        }
    })?;
    println!("{:<14} {:>5} {:>12}", "format", "runs", "bits kept");
    for (format, (runs, bits)) in &worst {
        println!("{format:<14} {runs:>5} {bits:>12.2}");
    }
    println!(
        "\n{} trials in {:.1?}; {:.1}% of the threads' time in the kernel, {:.1}% in inputs and \
         references, {:.1}% in figures",
        summary.trials,
        summary.elapsed,
        100.0 * summary.kernel_share(),
        100.0 * summary.preparing.as_secs_f64() / summary.threads.as_secs_f64(),
        100.0 * summary.measuring.as_secs_f64() / summary.threads.as_secs_f64(),
    );
    Ok(())
}
