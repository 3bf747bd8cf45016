//! The pictures of `docs/bessel.md`: how wrong log I and log K are over (v, x), native and with every
//! operation rounded to binary16.
//!
//! ```text
//! cargo run --release --features report --example bessel_maps [FOLDER]      docs/images
//! ```
//!
//! Also prints, for each expansion, over how much of the map it is alive in binary16 and how it ends.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use roundoff::arith::{Arith, Exact, Reference};
use roundoff::kernels::bessel::emulated::{
    Expansion, Kind, PaperRule, Rule, evaluate, evaluate_number,
};
use roundoff::kernels::bessel::{log_iv, log_kv};
use roundoff::report::{HeatMap, Picture, Scale};
use roundoff::{Format, Rounder};

/// Cells along an axis; both are logarithmic.
const CELLS: usize = 48;
/// Ends of both axes, as powers of ten.
const ENDS: (f64, f64) = (-2.0, 3.5);

/// The point at which a cell is computed: its middle.
fn middle(cell: usize) -> f64 {
    let (low, high) = ENDS;
    10f64.powf(low + (high - low) * (cell as f64 + 0.5) / CELLS as f64)
}

fn native(kind: Kind, v: f64, x: f64) -> f64 {
    match kind {
        Kind::I => log_iv(v, x),
        Kind::K => log_kv(v, x),
    }
}

/// The native value's error against 128 digits, over max(1, |log|), in units of 2^-53.
fn error(kind: Kind, v: f64, x: f64) -> f64 {
    let expansion = match kind {
        _ if v * v + x * x > 70.0 * 70.0 => Expansion::Uniform { terms: 20 },
        Kind::I => Expansion::Series,
        Kind::K => Expansion::Integral { nodes: 160 },
    };
    let value = native(kind, v, x);
    match evaluate_number(&Reference, &expansion, kind, v, x) {
        Some(exact) => {
            let difference = Reference.sub(Reference.num(value), exact);
            Reference.value(difference).abs() / value.abs().max(1.0) * 2f64.powi(53)
        }
        None => f64::NAN,
    }
}

/// A cell's value at every (v, x), row by row in v.
fn map(value: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let cells = (0..CELLS).flat_map(|row| (0..CELLS).map(move |column| (row, column)));
    cells
        .map(|(row, column)| value(middle(row), middle(column)))
        .collect()
}

/// A map over (v, x), both logarithmic.
fn heat(title: &str, cells: Vec<f64>) -> Result<HeatMap, Box<dyn Error>> {
    let names = || (0..CELLS).map(|cell| format!("{:.3e}", middle(cell)));
    let ends = (10f64.powf(ENDS.0), 10f64.powf(ENDS.1));
    let map = HeatMap::new(title, "x", names(), "v", names(), cells)?;
    Ok(map.logarithmic(ends, ends).untold())
}

fn native_map() -> Result<Picture, Box<dyn Error>> {
    let mut maps = Vec::new();
    for kind in [Kind::I, Kind::K] {
        let errors = map(|v, x| error(kind, v, x));
        let most = errors.iter().fold(0.0, |most: f64, error| most.max(*error));
        println!("native, log {kind:?}: at most {most:.2} units of 2^-53");
        let title = format!("log {kind:?}, f64: error / max(1, |log|), units of 2^-53");
        let map = heat(&title, errors)?.scale(Scale::Linear).ends(0.0, 2.0);
        maps.push(map.picture());
    }
    Ok(Picture::grid("Errors of the native functions", 2, &maps))
}

fn half_map() -> Result<Picture, Box<dyn Error>> {
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let expansions = [
        (Kind::I, Expansion::LargeArgument { terms: 3 }),
        (Kind::K, Expansion::LargeArgument { terms: 3 }),
        (Kind::I, Expansion::Uniform { terms: 4 }),
        (Kind::K, Expansion::Uniform { terms: 4 }),
        (Kind::I, Expansion::Series),
        (Kind::K, Expansion::Integral { nodes: 64 }),
        (Kind::I, Expansion::Recurrence { terms: 4 }),
        (Kind::K, Expansion::Recurrence { terms: 4 }),
    ];
    println!("\nbinary16, {CELLS} x {CELLS} points from 1e-2 to 3e3: share of points");
    println!(
        "{:<24}{:>10}{:>12}{:>12}{:>16}{:>16}",
        "", "within 1%", "finite", "not finite", "first dead v", "first dead x"
    );
    let mut maps = Vec::new();
    for (kind, expansion) in expansions {
        let errors = map(|v, x| {
            let exact = native(kind, v, x);
            (evaluate(&half, &expansion, kind, v, x) - exact).abs() / exact.abs().max(1.0)
        });
        let share = |count: usize| 100.0 * count as f64 / errors.len() as f64;
        let finite = errors.iter().filter(|error| error.is_finite()).count();
        let good = errors.iter().filter(|error| **error < 0.01).count();
        // Along the axes: with the other argument least, where the first dead cell is.
        let first = |along: &dyn Fn(usize) -> usize| {
            (0..CELLS)
                .find(|cell| !errors[along(*cell)].is_finite())
                .map_or("-".to_owned(), |cell| format!("{:.3}", middle(cell)))
        };
        println!(
            "{:<24}{:>9.1}%{:>11.1}%{:>11.1}%{:>16}{:>16}",
            format!("log {kind:?}, {expansion}"),
            share(good),
            share(finite),
            share(errors.len() - finite),
            first(&|cell| cell * CELLS),
            first(&|cell| cell)
        );
        // An exact result has the colour of the least error.
        let errors = errors
            .into_iter()
            .map(|error| if error < 1e-4 { 1e-4 } else { error });
        let title = format!("log {kind:?}, {expansion}, binary16: error / max(1, |log|)");
        let map = heat(&title, errors.collect())?
            .scale(Scale::Log)
            .ends(1e-4, 10.0);
        maps.push(map.picture());
    }
    Ok(Picture::grid("Errors in binary16 by expansion", 2, &maps))
}

/// Which expansion has the least error in binary16.
fn best_map() -> Result<Picture, Box<dyn Error>> {
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let mut maps = Vec::new();
    for kind in [Kind::I, Kind::K] {
        let third = match kind {
            Kind::I => Expansion::Series,
            Kind::K => Expansion::Integral { nodes: 64 },
        };
        let expansions = [
            Expansion::LargeArgument { terms: 3 },
            Expansion::Uniform { terms: 4 },
            third,
            Expansion::Recurrence { terms: 4 },
        ];
        let best = map(|v, x| {
            let exact = native(kind, v, x);
            let errors = expansions.map(|expansion| {
                let error = (evaluate(&half, &expansion, kind, v, x) - exact).abs();
                if error.is_nan() { f64::INFINITY } else { error }
            });
            let least = errors
                .iter()
                .fold(f64::INFINITY, |least: f64, error| least.min(*error));
            match errors
                .iter()
                .position(|error| *error == least && least.is_finite())
            {
                Some(at) => at as f64,
                None => f64::NAN,
            }
        });
        let title = format!("log {kind:?}, binary16: the expansion of least error");
        let names = expansions.map(|expansion| expansion.to_string());
        maps.push(heat(&title, best)?.kinds(names).picture());
    }
    Ok(Picture::grid(
        "The expansion of least error in binary16",
        2,
        &maps,
    ))
}

/// The paper's rule in binary16: which expansions die in their own regions.
fn paper() {
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let mut shares = BTreeMap::<String, (usize, usize, usize, f64)>::new();
    for kind in [Kind::I, Kind::K] {
        for (v, x) in (0..CELLS * CELLS).map(|at| (middle(at / CELLS), middle(at % CELLS))) {
            let expansion = PaperRule.pick(kind, v, x);
            let exact = native(kind, v, x);
            let error =
                (evaluate(&half, &expansion, kind, v, x) - exact).abs() / exact.abs().max(1.0);
            let share = shares
                .entry(format!("log {kind:?}, {expansion}"))
                .or_default();
            share.0 += 1;
            share.1 += usize::from(!error.is_finite());
            share.2 += usize::from(error < 0.01);
            share.3 = share.3.max(if error.is_finite() { error } else { 0.0 });
        }
    }
    println!("\nthe paper's rule in binary16: share of an expansion's own points");
    println!(
        "{:<26}{:>7}{:>12}{:>12}{:>16}",
        "", "points", "not finite", "within 1%", "worst finite"
    );
    for (name, (points, dead, good, worst)) in shares {
        let share = |count: usize| 100.0 * count as f64 / points as f64;
        println!(
            "{name:<26}{points:>7}{:>11.1}%{:>11.1}%{worst:>16.2e}",
            share(dead),
            share(good)
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "docs/images".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for (name, picture) in [
        ("native", native_map()?),
        ("binary16", half_map()?),
        ("best", best_map()?),
    ] {
        std::fs::write(folder.join(format!("bessel-{name}.svg")), picture.svg())?;
    }
    paper();
    Ok(())
}
