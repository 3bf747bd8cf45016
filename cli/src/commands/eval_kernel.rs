//! `roundoff eval KERNEL`: any kernel of the catalogue in one arithmetic, on the arrays of files.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::Parser;
use roundoff::experiments::catalogue::{self, Inputs};
use roundoff::experiments::plan::Given;
use roundoff::experiments::table::json_of;
use roundoff::experiments::trial::Place;
use roundoff::experiments::{Accumulator, Row, Trial};
use roundoff::numbers::Numbers;
use roundoff::{Rounding, Saturation};

use super::kernels_on_gpu;
use super::softmax::parsed;
use super::sweep::{arrays, site, usage};
use crate::failure::Failure;
use crate::files::npy::Header;
use crate::output::Output;
use crate::place::Asked;
use crate::{names, show};

/// Runs a kernel on the arrays of files, every operation rounded, and prints its errors
#[derive(Parser, Debug)]
#[command(
    name = "roundoff eval",
    max_term_width = 100,
    after_help = "\
Examples:
  roundoff eval layer-norm --input x.npy -o y.npy --format bfloat16 --accumulator binary32
  roundoff eval gemv --input a=a.npy --input x=x.npy -o y.npy --format ocp-e4m3
  roundoff eval sum --input x.npy --format fp16 --accumulator same/pairwise

`roundoff sweep --list` lists the kernels."
)]
pub struct EvalKernel {
    /// The kernel
    #[arg(value_name = "KERNEL")]
    kernel: String,

    /// The inputs: an .npy file of floats; NAME=FILE for each array of a kernel that has several
    #[arg(short, long, value_name = "[NAME=]FILE.npy", required = true)]
    input: Vec<String>,

    /// Where the results go, in the first input's type
    #[arg(short, long, value_name = "OUT.npy")]
    output: Option<PathBuf>,

    /// The format of every operation [default: that of the first input]
    #[arg(short, long, value_name = "F", value_parser = names::numbers)]
    format: Option<Numbers>,

    /// The rounding of every operation
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// How sums are made: a format or same, an order, or both: binary32/pairwise
    #[arg(long, value_name = "A", default_value = "same", value_parser = parsed::<Accumulator>)]
    accumulator: Accumulator,

    /// Sites that are in a format of their own
    #[arg(long, value_name = "SITE=F,...", value_delimiter = ',', value_parser = site)]
    sites: Vec<(String, Numbers)>,

    /// The seed of stochastic roundings
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    asked: Asked,
}

impl EvalKernel {
    /// Of the words after `eval`.
    pub fn of(words: &[OsString]) -> Result<Self, Failure> {
        // A word that is no kernel, before what its options lack.
        if let Some(name) = words.first().and_then(|word| word.to_str()) {
            catalogue::find(name).map_err(usage)?;
        }
        let program = OsString::from("roundoff eval");
        crate::parsed([&program].into_iter().chain(words).cloned())
            .map_err(|error| Failure::Command(Box::new(error)))
    }

    pub fn run(&self) -> Result<(), Failure> {
        let kernel = catalogue::find(&self.kernel).map_err(usage)?;
        if let Some((wrong, _)) = self
            .sites
            .iter()
            .find(|(name, _)| kernel.sites().iter().all(|site| site.name() != name))
        {
            let known: Vec<&str> = kernel.sites().iter().map(|site| site.name()).collect();
            return Err(Failure::Usage(format!(
                "{} has no site \"{}\": it has {}",
                kernel.name(),
                show::printable(wrong),
                known.join(", ")
            )));
        }
        let (arrays, first) = arrays(&self.input, kernel)?;
        let given = Given::new(&self.input.join(" "), Inputs::new(arrays));
        let trial = Trial {
            kernel,
            format: self.format.clone().unwrap_or(first.own_format().into()),
            rounding: self.rounding,
            saturation: self.saturation,
            accumulator: self.accumulator.clone(),
            size: 0,
            condition: None,
            seed: self.seed,
            input_seed: 0,
            sites: self.sites.clone(),
            input: given.label.clone(),
        };
        let prepared = trial.prepare(Some(&given));
        let (inputs, _) = prepared.made().map_err(usage)?;
        let place = self.asked.place();
        let result = match kernels_on_gpu::trial(&place, &trial, inputs)? {
            Some(result) => result,
            None => trial.result(inputs).map_err(usage)?,
        };
        let row = Row {
            device: place.ran(),
            ..trial.judge(&Place::default(), &prepared, &result)
        };
        if let Some(path) = &self.output {
            let bytes = first
                .header
                .as_ref()
                .and_then(|header| file(header, &result));
            let bytes = bytes.ok_or_else(|| {
                Failure::Usage("the input's type cannot be written; convert it to f4".to_owned())
            })?;
            let mut output = Output::create(path)?;
            let written = output.file().write_all(&bytes);
            written.map_err(|error| output.failed(error))?;
            output.publish()?;
        }
        if self.json {
            return show::print_json(&json_of(&row));
        }
        show::print(&self.told(&row))
    }

    fn told(&self, row: &Row) -> String {
        let figure = |x: Option<f64>| x.map_or("-".to_owned(), show::short);
        let headings = [
            "max abs", "max rel", "ulps", "apart", "bits", "SNR dB", "inf/NaN", "to 0",
        ];
        let cells = vec![
            figure(row.max_absolute_error),
            figure(row.max_relative_error),
            figure(row.ulps),
            figure(row.apart),
            row.significant_bits
                .map_or("-".to_owned(), |bits| format!("{bits:.1}")),
            row.snr_db.map_or("-".to_owned(), |db| format!("{db:.2}")),
            row.not_finite.to_string(),
            row.vanished.to_string(),
        ];
        let sites = if row.sites.is_empty() { "" } else { ", " };
        let table = show::table(">>>>>>>>", &headings, vec![cells]);
        let mut text = format!(
            "{} of {}: {} values\n{}, {}, saturation {}, sums {}{sites}{}, seed {}\nroundoff {} on {}\n\n\
             {table}",
            row.kernel,
            show::printable(&row.input),
            row.count,
            row.format,
            row.rounding,
            row.saturation,
            row.accumulator,
            row.sites,
            row.seed,
            row.version,
            show::printable(&row.device),
        );
        if let (Some(bound), Some(error)) = (row.bound, row.figure(&row.bounded)) {
            text += &format!(
                "\n{} error {}, by theorem at most {}\n",
                row.bounded,
                show::short(error),
                show::short(bound)
            );
        }
        if let (Some(normwise), Some(residual)) = (row.backward, row.residual) {
            text += &format!(
                "\nbackward error {}, residual {}\n",
                show::short(normwise),
                show::short(residual)
            );
        }
        if let Some(path) = &self.output {
            text += &format!(
                "Written to {}.\n",
                show::printable(&path.display().to_string())
            );
        }
        text
    }
}

/// The npy file of the results: of the input's shape, without its last dimension where there is a
/// number a row, or plain.
fn file(header: &Header, result: &[f64]) -> Option<Vec<u8>> {
    let (element, order) = header.floats().ok()?;
    let count = result.len() as u64;
    let mut shape = header.shape.clone();
    let of = |shape: &[u64]| crate::files::count(shape) == Some(count);
    if !of(&shape) {
        shape.pop();
        if !of(&shape) || shape.is_empty() {
            shape = vec![count];
        }
    }
    let new = Header {
        shape,
        fortran_order: false,
        count,
        ..header.clone()
    };
    let mut bytes = new.to_bytes();
    bytes.extend(crate::stream::store(result, element, order));
    Some(bytes)
}
