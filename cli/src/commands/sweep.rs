//! `roundoff sweep`: one kernel in every combination of choices.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use roundoff::kernels::softmax::{RowErrors, Softmax, Variant};
use roundoff::{Format, Rounder, Rounding, Saturation};
use serde_json::{Value, json};

use super::softmax::{self, Choices, Rows};
use crate::failure::Failure;
use crate::output::{Output, Signals};
use crate::{names, show};

/// Runs a kernel in every format, rounding and variant named, and prints the errors
#[derive(Args, Debug)]
pub struct Sweep {
    #[command(subcommand)]
    kernel: Kernel,
}

#[derive(Subcommand, Debug)]
enum Kernel {
    Softmax(SweepSoftmax),
}

/// Softmax of the rows of an array, or of 64 generated rows of 128 values
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff sweep softmax --formats fp16,bf16,ocp-e5m2 --roundings rne,rz
  roundoff sweep softmax --formats fp16 --roundings rne,stochastic \\
      --variants two-pass,online --input logits.npy -o errors.csv")]
struct SweepSoftmax {
    /// The formats, with commas between
    #[arg(short, long, value_name = "F,F", required = true, value_delimiter = ',', value_parser = names::format)]
    formats: Vec<Format>,

    /// The roundings
    #[arg(short, long, value_name = "R,R", default_value = "rne", value_delimiter = ',', value_parser = names::rounding)]
    roundings: Vec<Rounding>,

    /// The algorithms; `roundoff eval softmax --help` has their names
    #[arg(long, value_name = "V,V", default_value = "three-pass-recompute,two-pass", value_delimiter = ',', value_parser = softmax::parsed::<Variant>)]
    variants: Vec<Variant>,

    /// Past the greatest value: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// The rows: an .npy file of floats
    #[arg(short, long, value_name = "FILE.npy")]
    input: Option<PathBuf>,

    /// Where the table goes as CSV
    #[arg(short, long, value_name = "FILE.csv")]
    output: Option<PathBuf>,

    #[command(flatten)]
    choices: Choices,
}

/// One combination and its errors.
struct Line {
    rounder: Rounder,
    softmax: Softmax,
    errors: RowErrors,
}

const CHOICES: [&str; 6] = [
    "format",
    "rounding",
    "saturation",
    "seed",
    "kernel",
    "variant",
];

impl Line {
    /// What decides the result, in the order of [`CHOICES`].
    fn choices(&self) -> [String; 6] {
        let (rounder, softmax) = (&self.rounder, &self.softmax);
        [
            rounder.format().to_string(),
            rounder.rounding().to_string(),
            rounder.saturation().to_string(),
            rounder.seed().to_string(),
            softmax.function.to_string(),
            softmax.variant.to_string(),
        ]
    }

    fn json(&self) -> Value {
        let mut line = json!({});
        for (key, value) in CHOICES.iter().zip(self.choices()) {
            line[*key] = json!(value);
        }
        line["seed"] = json!(self.rounder.seed());
        for (key, value) in softmax::KEYS.iter().zip(softmax::values(&self.errors)) {
            line[*key] = value;
        }
        line
    }
}

impl Sweep {
    pub fn run(&self) -> Result<(), Failure> {
        let Kernel::Softmax(kernel) = &self.kernel;
        kernel.run()
    }
}

impl SweepSoftmax {
    fn run(&self) -> Result<(), Failure> {
        let rows = match &self.input {
            Some(path) => Rows::read(path)?,
            None => Rows::generated(self.choices.seed),
        };
        // Before the work: a name that cannot be written is told at once.
        let output = self.output.as_deref().map(Output::create).transpose()?;
        let signals = Signals::listen();
        let mut lines = Vec::new();
        for variant in &self.variants {
            for format in &self.formats {
                for rounding in &self.roundings {
                    signals.check()?;
                    let rounder = Rounder::new(*format)
                        .with_rounding(*rounding)
                        .with_saturation(self.saturation)
                        .with_seed(self.choices.seed);
                    let softmax = Softmax::new(*variant).with_function(self.choices.function);
                    let (_, errors) = rows.evaluate(&softmax, &rounder)?;
                    lines.push(Line {
                        rounder,
                        softmax,
                        errors,
                    });
                }
            }
        }
        if let Some(mut output) = output {
            let text = comma_separated(&lines);
            let written = output.file().write_all(text.as_bytes());
            written.map_err(|error| output.failed(error))?;
            output.publish()?;
        }
        if self.choices.json {
            let lines: Vec<Value> = lines.iter().map(Line::json).collect();
            return show::print_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "device": "cpu",
                "input": self.input.as_ref().map(|path| path.display().to_string()),
                "rows": lines,
            }));
        }
        let mut headings = vec!["format", "rounding"];
        headings.extend(softmax::HEADINGS);
        let figures = lines.iter().map(|line| {
            let rounding = names::short(line.rounder.rounding());
            let mut row = vec![line.rounder.format().to_string(), rounding];
            row.extend(softmax::figures(&line.errors));
            row
        });
        let table = show::table("<<>>>>>>", &headings, figures.collect());
        let mut table_lines = table.lines();
        let mut text = format!("  {}\n", table_lines.next().unwrap_or_default());
        // Too wide for a column: a title above the lines of each variant.
        let mut variant = None;
        for (line, row) in lines.iter().zip(table_lines) {
            if variant.replace(line.softmax.variant) != Some(line.softmax.variant) {
                text += &format!("{}\n", line.softmax.variant);
            }
            text += &format!("  {row}\n");
        }
        show::print(&format!(
            "{}\n{}, saturation {}, seed {}\nroundoff {} on cpu\n\n{text}\n{}",
            rows.about(self.input.as_deref()),
            self.choices.function,
            self.saturation,
            self.choices.seed,
            env!("CARGO_PKG_VERSION"),
            softmax::LEGEND,
        ))
    }
}

/// The lines as CSV: no name of ours has a comma or a quote.
fn comma_separated(lines: &[Line]) -> String {
    let mut text = [&CHOICES[..], &softmax::KEYS[..]].concat().join(",") + "\n";
    for line in lines {
        let mut cells = line.choices().to_vec();
        cells.extend(softmax::values(&line.errors).map(|value| match value {
            Value::Null => String::new(),
            Value::String(word) => word,
            other => other.to_string(),
        }));
        text += &(cells.join(",") + "\n");
    }
    text
}
