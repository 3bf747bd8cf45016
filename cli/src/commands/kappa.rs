//! `roundoff kappa`: how many values of the format an implementation's results are off, which come
//! from a file or are a library's.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::arith::{Exactly, Kappa as Measured, Library, Off, Operation, Unary, Vectors};
use roundoff::{Format, Rounder, Rounding, Saturation};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::names;
use crate::show;

/// Measures how many values of the format an implementation is off (P3109 4.4)
#[derive(Args, Debug)]
#[command(after_help = "\
The file is one that `roundoff vectors` wrote, its last column replaced by what the
implementation gives. Kappa is the greatest number of steps of the format between that
and the right result, by interval of the first operand; inf where only one of the two is
infinite, NaN where only one is NaN.

With --library there is no file: a function of the crate libm, computed in f32 or f64 and
rounded once more, on all operands of a format of at most 16 bits.

Examples:
  roundoff vectors --op exp --format binary16 -o exp.txt
  roundoff kappa exp-of-our-chip.txt --cuts=-inf,-1,1,inf
  roundoff kappa --library libm-f32 --op exp --format bfloat16 --rounding up")]
pub struct Kappa {
    /// The vectors, with the implementation's results
    #[arg(value_name = "FILE")]
    input: Option<PathBuf>,

    /// A library instead of a file: libm-f32 or libm-f64
    #[arg(long, value_name = "L", conflicts_with = "input", requires_all = ["op", "format"])]
    library: Option<Library>,

    /// The library's function, by method's or standard's name: exp, log_one_plus, Tanh, ...
    #[arg(long, value_name = "OP", requires = "library")]
    op: Option<Unary>,

    /// The format of operands and results
    #[arg(short, long, value_name = "F", value_parser = names::format, requires = "library")]
    format: Option<Format>,

    /// The rounding [default: rne]
    #[arg(short, long, value_name = "R", value_parser = names::rounding, requires = "library")]
    rounding: Option<Rounding>,

    /// Past the greatest value: none, finite or propagate [default: none]
    #[arg(short, long, value_name = "S", value_parser = names::saturation, requires = "library")]
    saturation: Option<Saturation>,

    /// Where intervals of the first operand begin and end
    #[arg(
        long,
        value_name = "X,Y,...",
        value_delimiter = ',',
        allow_hyphen_values = true,
        default_value = "-inf,inf"
    )]
    cuts: Vec<f64>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Kappa {
    /// What was measured, of which operation into what.
    fn measured(&self) -> Result<(Measured, Operation, Rounder), Failure> {
        match (&self.input, self.library, self.op, self.format) {
            (Some(input), ..) => self.of_file(input),
            (None, Some(library), Some(operation), Some(format)) => {
                let rounder = Rounder::new(format)
                    .with_rounding(self.rounding.unwrap_or_default())
                    .with_saturation(self.saturation.unwrap_or_default());
                let exactly = Exactly::new(&rounder);
                let kappa = Measured::of_library(&exactly, operation, library, &self.cuts)
                    .map_err(|error| Failure::Usage(error.to_string()))?;
                Ok((kappa, Operation::Unary(operation), rounder))
            }
            _ => Err(Failure::Usage(
                "say a file, or --library with --op and --format".into(),
            )),
        }
    }

    fn of_file(&self, input: &Path) -> Result<(Measured, Operation, Rounder), Failure> {
        let usage = |error: String| Failure::Usage(format!("{}: {error}", input.display()));
        let file =
            File::open(input).map_err(|error| usage(crate::failure::plain(&error, false)))?;
        let mut cases = Vec::new();
        let vectors = Vectors::judge(BufReader::new(file), |_, case| cases.push(case))
            .map_err(|error| usage(error.to_string()))?;
        let rounder = *vectors.rounder();
        let mut kappa = Measured::new(*rounder.format(), &self.cuts)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        cases.into_iter().for_each(|case| kappa.record(case));
        Ok((kappa, vectors.operation(), rounder))
    }

    pub fn run(&self) -> Result<(), Failure> {
        let (kappa, operation, rounder) = self.measured()?;
        if self.json {
            let number = |x: f64| show::json_number(x);
            let intervals: Vec<Value> = kappa
                .intervals()
                .iter()
                .map(|one| {
                    json!({
                        "from": number(one.from),
                        "to": number(one.to),
                        "kappa": match one.kappa() {
                            Off::Steps(steps) => json!(steps),
                            Off::Infinite => number(f64::INFINITY),
                            Off::Nan => number(f64::NAN),
                        },
                        "operands": one.operands(),
                        "wrong": one.wrong(),
                        "worst": one.worst().map(|case| json!({
                            "operand": number(case.operand),
                            "got": number(case.got),
                            "right": number(case.right),
                        })),
                    })
                })
                .collect();
            return show::print_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "device": "cpu",
                "operation": operation.to_string(),
                "format": rounder.format().to_string(),
                "rounding": rounder.rounding().to_string(),
                "saturation": rounder.saturation().to_string(),
                "intervals": intervals,
            }));
        }
        show::print(&format!(
            "{} into {}, {}, saturation {}\n\n{kappa}",
            operation,
            rounder.format(),
            rounder.rounding(),
            rounder.saturation(),
        ))
    }
}
