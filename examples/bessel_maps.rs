//! The pictures of `docs/bessel.md`: how wrong log I and log K are over (v, x), native and with every
//! operation rounded to binary16.
//!
//! ```text
//! cargo run --release --example bessel_maps [FOLDER]      docs/images
//! ```
//!
//! Also prints, for each expansion, over how much of the map it is alive in binary16 and how it ends.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use roundoff::arith::{Arith, Exact, Reference};
use roundoff::kernels::bessel::emulated::{
    Expansion, Kind, PaperRule, Rule, evaluate, evaluate_number,
};
use roundoff::kernels::bessel::{log_iv, log_kv};
use roundoff::{Format, Rounder};

/// Cells along an axis; both are logarithmic.
const CELLS: usize = 48;
/// Ends of both axes, as powers of ten.
const ENDS: (f64, f64) = (-2.0, 3.5);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

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

/// Shades of the scale.
const STEPS: f64 = 20.0;

/// From white through orange to dark red; `scale` puts a value between 0 and 1.
fn shade(at: f64) -> RGBColor {
    let at = at.clamp(0.0, 1.0);
    let stops = [
        (255.0, 255.0, 240.0),
        (254.0, 204.0, 92.0),
        (240.0, 59.0, 32.0),
        (110.0, 0.0, 38.0),
    ];
    // In steps, so that neighbours can share a colour and a rectangle.
    let place = (at * STEPS).round() / STEPS * 3.0;
    let (i, f) = (
        (place as usize).min(2),
        place - (place as usize).min(2) as f64,
    );
    let mix = |a: f64, b: f64| (a + (b - a) * f) as u8;
    let (low, high) = (stops[i], stops[i + 1]);
    RGBColor(mix(low.0, high.0), mix(low.1, high.1), mix(low.2, high.2))
}

/// One heat map with its axes.
fn draw(
    area: &Area,
    title: &str,
    cells: &[f64],
    color: impl Fn(f64) -> RGBColor,
) -> Result<(), Box<dyn Error>> {
    let (low, high) = ENDS;
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(44)
        .build_cartesian_2d(low..high, low..high)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc("x")
        .y_desc("v")
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|e| format!("1e{e:.0}"))
        .y_label_formatter(&|e| format!("1e{e:.0}"))
        .draw()?;
    let side = (high - low) / CELLS as f64;
    for (row, cells) in cells.chunks(CELLS).enumerate() {
        let v = low + side * row as f64;
        let mut column = 0;
        for run in cells.chunk_by(|a, b| color(*a) == color(*b)) {
            let x = low + side * column as f64;
            column += run.len();
            let right = low + side * column as f64;
            let rectangle = Rectangle::new([(x, v), (right, v + side)], color(run[0]).filled());
            chart.draw_series(std::iter::once(rectangle))?;
        }
    }
    Ok(())
}

/// The colours' meaning, along the bottom.
fn legend(area: &Area, marks: &[(f64, String)], dead: Option<&str>) -> Result<(), Box<dyn Error>> {
    let (width, _) = area.dim_in_pixel();
    let (left, length) = (60, width as i32 - 300);
    for step in 0..length {
        let color = shade(f64::from(step) / f64::from(length));
        area.draw(&Rectangle::new(
            [(left + step, 6), (left + step + 1, 20)],
            color.filled(),
        ))?;
    }
    for (at, text) in marks {
        let place = left + (at * f64::from(length)) as i32;
        area.draw(&Text::new(
            text.clone(),
            (place - 10, 26),
            ("sans-serif", 13),
        ))?;
    }
    if let Some(text) = dead {
        area.draw(&Rectangle::new(
            [(left + length + 30, 6), (left + length + 50, 20)],
            DEAD.filled(),
        ))?;
        area.draw(&Text::new(
            text.to_owned(),
            (left + length + 56, 7),
            ("sans-serif", 13),
        ))?;
    }
    Ok(())
}

/// Not a finite number.
const DEAD: RGBColor = RGBColor(40, 40, 60);

fn native_map(path: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (900, 500)).into_drawing_area();
    root.fill(&WHITE)?;
    let (maps, below) = root.split_vertically(450);
    for (area, kind) in maps.split_evenly((1, 2)).iter().zip([Kind::I, Kind::K]) {
        let errors = map(|v, x| error(kind, v, x));
        let most = errors.iter().fold(0.0, |most: f64, error| most.max(*error));
        println!("native, log {kind:?}: at most {most:.2} units of 2^-53");
        let title = format!("log {kind:?}, f64: error / max(1, |log|), units of 2^-53");
        draw(area, &title, &errors, |error| shade(error / 2.0))?;
    }
    let marks = [0.0, 0.5, 1.0, 1.5, 2.0].map(|units| (units / 2.0, format!("{units}")));
    legend(&below, &marks, None)?;
    root.present()?;
    Ok(())
}

fn half_map(path: &Path) -> Result<(), Box<dyn Error>> {
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let expansions = [
        (Kind::I, Expansion::LargeArgument { terms: 3 }),
        (Kind::I, Expansion::Uniform { terms: 4 }),
        (Kind::I, Expansion::Series),
        (Kind::I, Expansion::Recurrence { terms: 4 }),
        (Kind::K, Expansion::LargeArgument { terms: 3 }),
        (Kind::K, Expansion::Uniform { terms: 4 }),
        (Kind::K, Expansion::Integral { nodes: 64 }),
        (Kind::K, Expansion::Recurrence { terms: 4 }),
    ];
    let root = SVGBackend::new(path, (1500, 820)).into_drawing_area();
    root.fill(&WHITE)?;
    let (maps, below) = root.split_vertically(770);
    println!("\nbinary16, {CELLS} x {CELLS} points from 1e-2 to 3e3: share of points");
    println!(
        "{:<24}{:>10}{:>12}{:>12}{:>16}{:>16}",
        "", "within 1%", "finite", "not finite", "first dead v", "first dead x"
    );
    for (area, (kind, expansion)) in maps.split_evenly((2, 4)).iter().zip(expansions) {
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
        draw(
            area,
            &format!("log {kind:?}, {expansion}, binary16"),
            &errors,
            |error| match error.is_finite() {
                true => shade((error.max(1e-4).log10() + 4.0) / 5.0),
                false => DEAD,
            },
        )?;
    }
    let marks = [-4, -3, -2, -1, 0, 1].map(|e| (f64::from(e + 4) / 5.0, format!("1e{e}")));
    legend(&below, &marks, Some("infinite or NaN"))?;
    root.present()?;
    Ok(())
}

/// Which expansion has the least error in binary16.
fn best_map(path: &Path) -> Result<(), Box<dyn Error>> {
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    let colors = [
        RGBColor(102, 166, 30),
        RGBColor(55, 126, 184),
        RGBColor(230, 171, 2),
        RGBColor(152, 78, 163),
    ];
    let root = SVGBackend::new(path, (900, 500)).into_drawing_area();
    root.fill(&WHITE)?;
    let (maps, below) = root.split_vertically(450);
    let names = [
        "large argument, 3",
        "uniform, 4",
        "series (I), integral (K)",
        "recurrence",
    ];
    for (area, kind) in maps.split_evenly((1, 2)).iter().zip([Kind::I, Kind::K]) {
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
        draw(area, &title, &best, |at| {
            if at.is_nan() {
                DEAD
            } else {
                colors[at as usize]
            }
        })?;
    }
    for (at, (name, color)) in names
        .into_iter()
        .chain(["none is finite"])
        .zip(colors.into_iter().chain([DEAD]))
        .enumerate()
    {
        let left = 30 + 172 * at as i32;
        below.draw(&Rectangle::new(
            [(left, 8), (left + 18, 22)],
            color.filled(),
        ))?;
        below.draw(&Text::new(name, (left + 24, 9), ("sans-serif", 13)))?;
    }
    root.present()?;
    Ok(())
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
    native_map(&folder.join("bessel-native.svg"))?;
    half_map(&folder.join("bessel-binary16.svg"))?;
    best_map(&folder.join("bessel-best.svg"))?;
    paper();
    Ok(())
}
