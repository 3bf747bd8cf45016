//! Softmax of a classifier's logits in every format: where each variant breaks first.
//!
//! ```text
//! cargo run --release --example softmax_formats                 the table
//! cargo run --release --example softmax_formats -- FILE.svg     and a picture (SVG)
//! ```
//!
//! The logits are those of `examples/data`: 899 digits, ten classes. They are taken as they are
//! and times 4 and 16, as an attention head with unnormalised keys would have them.

use std::error::Error;

use plotters::prelude::*;
use roundoff::arith::Exact;
use roundoff::kernels::softmax::{Function, RowErrors, Softmax, Variant, reference};
use roundoff::{Format, Rounder};

const FORMATS: [(&str, Format); 6] = [
    ("binary32", Format::BINARY32),
    ("tf32", Format::TF32),
    ("binary16", Format::BINARY16),
    ("bfloat16", Format::BFLOAT16),
    ("OCP E4M3", Format::OCP_E4M3),
    ("OCP E5M2", Format::OCP_E5M2),
];
const VARIANTS: [Variant; 4] = [
    Variant::Naive,
    Variant::ThreePassReload,
    Variant::TwoPass,
    Variant::Online,
];
const SCALES: [f64; 3] = [1.0, 4.0, 16.0];

fn errors(
    logits: &[f64],
    classes: usize,
    format: Format,
    variant: Variant,
) -> Result<RowErrors, Box<dyn Error>> {
    let arith = Exact::new(&Rounder::new(format));
    let mut worst = RowErrors::default();
    let (mut result, mut exact) = (vec![0.0; classes], vec![0.0; classes]);
    for row in logits.chunks_exact(classes) {
        reference(Function::Softmax, row, &mut exact)?;
        Softmax::new(variant).evaluate(&arith, row, &mut result)?;
        worst = worst.and(RowErrors::of(Function::Softmax, &exact, &result));
    }
    Ok(worst)
}

/// One line of the picture: what a variant comes to, over formats.
type Line = (Variant, Vec<RowErrors>);

fn draw<D: DrawingBackend>(
    area: &DrawingArea<D, plotters::coord::Shift>,
    panels: &[Vec<Line>],
) -> Result<(), Box<dyn Error>>
where
    D::ErrorType: 'static,
{
    area.fill(&WHITE)?;
    let colours = [
        RGBColor(204, 51, 17),
        RGBColor(0, 119, 187),
        RGBColor(0, 153, 136),
        RGBColor(238, 119, 51),
    ];
    for ((panel, lines), scale) in area
        .split_evenly((1, panels.len()))
        .iter()
        .zip(panels)
        .zip(SCALES)
    {
        let mut chart = ChartBuilder::on(panel)
            .caption(format!("logits x {scale}"), ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(30)
            .y_label_area_size(60)
            .build_cartesian_2d(
                -0.5..FORMATS.len() as f64 - 0.5,
                (1e-8..10.0f64).log_scale(),
            )?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(FORMATS.len())
            .x_label_formatter(&|x| {
                let place = x.round();
                match (x - place).abs() < 0.01 && place >= 0.0 {
                    true => FORMATS.get(place as usize).map_or("", |f| f.0).to_owned(),
                    false => String::new(),
                }
            })
            .x_label_style(("sans-serif", 11))
            .y_desc("largest error of a probability (cross: rows not finite)")
            .y_label_formatter(&|y| format!("{y:.0e}"))
            .draw()?;
        for ((number, (variant, errors)), colour) in lines.iter().enumerate().zip(colours) {
            // Side by side, so that equal ones do not hide each other.
            let aside = 0.12 * (number as f64 - 1.5);
            let at = |place: usize| place as f64 + aside;
            let points = errors.iter().enumerate();
            let found = points
                .clone()
                .filter(|(_, e)| e.rows_not_finite == 0)
                .map(|(place, e)| (at(place), e.absolute.unwrap_or(1.0).max(1e-8)));
            chart
                .draw_series(found.map(|p| Circle::new(p, 4, colour.filled())))?
                .label(variant.name())
                .legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
            // Where rows became NaN or infinite, what is left of the others says little.
            let broken = points.filter(|(_, e)| e.rows_not_finite > 0);
            chart.draw_series(
                broken.map(|(place, _)| Cross::new((at(place), 5.0), 5, colour.stroke_width(2))),
            )?;
        }
        if scale > SCALES[0] {
            continue;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .background_style(WHITE.mix(0.9))
            .border_style(BLACK.mix(0.3))
            .label_font(("sans-serif", 12))
            .draw()?;
    }
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/data/test_logits.npy"
    ))?;
    let file = npyz::NpyFile::new(&bytes[..])?;
    let classes = file.shape().get(1).copied().unwrap_or(1) as usize;
    let logits: Vec<f64> = file.into_vec::<f32>()?.into_iter().map(f64::from).collect();
    let greatest = logits
        .iter()
        .fold(0f64, |greatest, x| greatest.max(x.abs()));
    println!(
        "{} rows of {classes} logits, up to {greatest:.1}\n",
        logits.len() / classes
    );
    println!(
        "| logits | format | variant | largest error | off 1 | rows not finite | zeros | answers changed |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut panels = Vec::new();
    for scale in SCALES {
        let scaled: Vec<f64> = logits.iter().map(|x| x * scale).collect();
        let mut lines = Vec::new();
        for variant in VARIANTS {
            let mut line = Vec::new();
            for (_, format) in FORMATS {
                line.push(errors(&scaled, classes, format, variant)?);
            }
            lines.push((variant, line));
        }
        for (place, (name, _)) in FORMATS.iter().enumerate() {
            for (variant, line) in &lines {
                let e = &line[place];
                let figure = |x: Option<f64>| x.map_or("none".to_owned(), |x| format!("{x:.1e}"));
                println!(
                    "| x {scale} | {name} | {variant} | {} | {} | {} | {} | {} |",
                    figure(e.absolute),
                    figure(e.sum),
                    e.rows_not_finite,
                    e.vanished,
                    e.top_changed,
                );
            }
        }
        panels.push(lines);
    }
    match std::env::args().nth(1) {
        Some(path) => {
            let area = SVGBackend::new(&path, (1500, 440)).into_drawing_area();
            draw(&area, &panels)?;
            println!("\npicture in {path}");
        }
        None => println!("\nname a file after -- for a picture"),
    }
    Ok(())
}
