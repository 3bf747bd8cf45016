//! Softmax of a classifier's logits in every format: where each variant breaks first.
//!
//! ```text
//! cargo run --release --features report --example softmax_formats                 the table
//! cargo run --release --features report --example softmax_formats -- FILE.svg     and a picture (SVG)
//! ```
//!
//! The logits are those of `examples/data`: 899 digits, ten classes. They are taken as they are
//! and times 4 and 16, as an attention head with unnormalised keys would have them.

use std::error::Error;

use roundoff::arith::Exact;
use roundoff::kernels::softmax::{Function, RowErrors, Softmax, Variant, reference};
use roundoff::report::{Picture, Plot, Scale, Series};
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

/// The panels beside each other. Where rows became NaN or infinite, what is left of the others says
/// little: a cross.
fn draw(panels: &[Vec<Line>]) -> Picture {
    let pictures: Vec<Picture> = panels
        .iter()
        .zip(SCALES)
        .map(|(lines, scale)| {
            let title = format!("Softmax of logits x {scale}");
            let mut plot = Plot::new(&title, "format", "largest error of a probability")
                .x_names(FORMATS.map(|(name, _)| name))
                .y_scale(Scale::Log);
            for (variant, errors) in lines {
                let value = |e: &RowErrors| match e.rows_not_finite {
                    0 => e.absolute.unwrap_or(1.0).max(1e-8),
                    _ => f64::NAN,
                };
                let points = errors.iter().enumerate();
                let points = points.map(|(place, e)| (place as f64, value(e)));
                plot = plot.with(Series::new(variant.name(), points));
            }
            plot.picture()
        })
        .collect();
    Picture::grid("Softmax in every format", pictures.len(), &pictures)
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
            std::fs::write(&path, draw(&panels).svg())?;
            println!("\npicture in {path}");
        }
        None => println!("\nname a file after -- for a picture"),
    }
    Ok(())
}
