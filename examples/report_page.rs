//! An experiment as one HTML page, and its figures: sums of n magnitudes, format by format.
//!
//! ```text
//! cargo run --release --features report --example report_page [FOLDER]      target/report
//! ```
//!
//! Writes `report.html`, which needs no network, and the pictures of `docs/reports.md`.

use std::error::Error;
use std::path::Path;

use roundoff::arith::{Exact, Reference};
use roundoff::kernels::errors::forward;
use roundoff::kernels::inputs;
use roundoff::kernels::summation::Summation;
use roundoff::report::{Characters, Histogram, Page, Table, bounds};
use roundoff::{Format, Rounder, Rounding};

const FORMATS: [Format; 4] = [
    Format::BINARY32,
    Format::BINARY16,
    Format::BFLOAT16,
    Format::OCP_E5M2,
];
const SEEDS: u64 = 3;

/// A row for each format, rounding, size and seed.
fn rows() -> Result<Table, Box<dyn Error>> {
    let mut rows = Table::new(["format", "rounding", "size", "seed", "error", "gamma"]);
    for format in FORMATS {
        for (name, rounding) in [
            ("nearest", Rounding::default()),
            ("stochastic", Rounding::STOCHASTIC),
        ] {
            for (size, seed) in (2..=13).flat_map(|k| (0..SEEDS).map(move |seed| (1 << k, seed))) {
                let terms = inputs::terms(size, 1.0, seed)?;
                let rounder = Rounder::new(format).with_rounding(rounding).with_seed(seed);
                let sum = Summation::default().sum(&Exact::new(&rounder), &terms);
                let exact = Summation::default().sum(&Reference, &terms);
                let error = forward(&[exact], &[sum]).normwise;
                // One more rounding for storing the terms.
                let gamma = bounds::gamma(format, [size as f64]).pop();
                rows.push([
                    format.to_string().into(),
                    name.into(),
                    (size as f64).into(),
                    (seed as f64).into(),
                    error.into(),
                    gamma.map_or(f64::NAN, |(_, gamma)| gamma).into(),
                ])?;
            }
        }
    }
    Ok(rows)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = folder.unwrap_or_else(|| "target/report".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let rows = rows()?;
    let group = ["format", "rounding"];
    let errors = rows.plot("size", "error", &group)?;
    print!("{}", errors.text(100, Characters::Braille));
    let errors = errors.picture();
    let map = rows.heat("size", "format", "error")?.picture();
    let mut histogram = Histogram::new(Format::OCP_E5M2).titled("100,000 terms against ocp-e5m2");
    histogram.add(&inputs::terms(100_000, 1.0, 1)?);
    let histogram = histogram.picture();
    for (name, picture) in [("error", &errors), ("map", &map), ("histogram", &histogram)] {
        std::fs::write(folder.join(format!("report-{name}.svg")), picture.svg())?;
    }
    let page = Page::new("Sums of n magnitudes, one after the other")
        .fact("device", "cpu")
        .fact("saturation", "None")
        .fact("seeds", &format!("0 to {}", SEEDS - 1))
        .command("cargo run --release --features report --example report_page")
        .text(
            "To nearest, a sum stalls where a term is less than half of its last digit. \
             Stochastic rounding goes on: its error grows like the square root of n.",
        )
        .picture("Medians of three seeds", &errors)
        .picture("The greatest of all roundings and seeds", &map)
        .picture("What is added", &histogram)
        .heading("All runs")
        .table("Sort by a column's name", &rows);
    let path = folder.join("report.html");
    std::fs::write(&path, page.html())?;
    println!("\n{}", path.display());
    Ok(())
}
