//! `roundoff kappa`: how many values of the format an implementation's results are off.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use roundoff::arith::{Kappa as Library, Vectors};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::show;

/// Measures how many values of the format an implementation is off (P3109 4.4)
#[derive(Args, Debug)]
#[command(after_help = "\
The file is one that `roundoff vectors` wrote, its last column replaced by what the
implementation gives. Kappa is the greatest number of steps of the format between that
and the right result, by interval of the first operand.

Examples:
  roundoff vectors --op exp --format binary16 -o exp.txt
  roundoff kappa exp-of-our-chip.txt --cuts=-inf,-1,1,inf")]
pub struct Kappa {
    /// The vectors, with the implementation's results
    #[arg(value_name = "FILE")]
    input: PathBuf,

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
    pub fn run(&self) -> Result<(), Failure> {
        let usage = |error: String| Failure::Usage(format!("{}: {error}", self.input.display()));
        let file =
            File::open(&self.input).map_err(|error| usage(crate::failure::plain(&error, false)))?;
        let mut cases = Vec::new();
        let vectors = Vectors::judge(BufReader::new(file), |_, case| cases.push(case))
            .map_err(|error| usage(error.to_string()))?;
        let rounder = vectors.rounder();
        let mut kappa = Library::new(*rounder.format(), &self.cuts)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        cases.into_iter().for_each(|case| kappa.record(case));
        if self.json {
            let number = |x: f64| show::json_number(x);
            let intervals: Vec<Value> = kappa
                .intervals()
                .iter()
                .map(|one| {
                    json!({
                        "from": number(one.from),
                        "to": number(one.to),
                        "kappa": one.kappa(),
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
                "operation": vectors.operation().to_string(),
                "format": rounder.format().to_string(),
                "rounding": rounder.rounding().to_string(),
                "saturation": rounder.saturation().to_string(),
                "intervals": intervals,
            }));
        }
        show::print(&format!(
            "{} into {}, {}, saturation {}\n\n{kappa}",
            vectors.operation(),
            rounder.format(),
            rounder.rounding(),
            rounder.saturation(),
        ))
    }
}
