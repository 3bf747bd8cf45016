//! `roundoff eval shiftmax` and its like: integer-only kernels on the rows of a file.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use roundoff::arith::Native;
use roundoff::integer::{Calibration, Granularity, Integer, IntegerQuantizer};
use roundoff::kernels::gelu::Gelu;
use roundoff::kernels::integer::{LayerNorm, ShiftGelu, Shiftmax};
use roundoff::kernels::normalisation::Normalisation;
use roundoff::kernels::softmax::{Function, reference};
use roundoff::measure::{Errors, Summary};
use serde_json::{Value, json};

use super::softmax::{Rows, parsed};
use crate::failure::Failure;
use crate::files::npy::Header;
use crate::output::Output;
use crate::show::{self, json_figure};

/// The rows of an array as codes, through a kernel of integers alone
#[derive(Args, Debug)]
#[command(after_help = "\
The input becomes codes of one scale, by its extremes. Two errors are printed: beside
the real function of the codes' values, the kernel's own; and beside that of the input.

Example:
  roundoff eval shiftmax --input logits.npy -o p.npy --codes int8 --bits 8")]
pub struct EvalInteger {
    /// The rows: an .npy file of floats
    #[arg(short, long, value_name = "FILE.npy")]
    input: PathBuf,

    /// Where the results go, in the input's type
    #[arg(short, long, value_name = "OUT.npy")]
    output: Option<PathBuf>,

    /// The input's codes: int8, uint8, int4, ...
    #[arg(long, value_name = "I", default_value = "int8", value_parser = parsed::<Integer>)]
    codes: Integer,

    /// How the range of the codes is found: extremes, percentile:99.9, mse or entropy
    #[arg(long, value_name = "C", default_value = "extremes", value_parser = parsed::<Calibration>)]
    calibrate: Calibration,

    /// Bits of the results (of the sigmoid, in GELU): 2 to 16
    #[arg(long, value_name = "N", default_value_t = 8)]
    bits: u32,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerKernel {
    /// I-ViT's softmax.
    Shiftmax,
    /// I-ViT's GELU.
    ShiftGelu,
    /// I-ViT's layer normalisation.
    LayerNorm,
}

impl IntegerKernel {
    const fn name(self) -> &'static str {
        match self {
            Self::Shiftmax => "shiftmax",
            Self::ShiftGelu => "shift-gelu",
            Self::LayerNorm => "i-layer-norm",
        }
    }

    /// A row of codes less their zero point, and the results as numbers.
    fn row(self, codes: &[i32], scale: f64, bits: u32) -> Result<Vec<f64>, Failure> {
        let told = usage;
        match self {
            Self::Shiftmax => {
                let kernel = Shiftmax::new(scale, bits).map_err(told)?;
                let results = kernel.evaluate(codes).map_err(told)?;
                let value = |y: &i32| f64::from(*y) * kernel.scale();
                Ok(results.iter().map(value).collect())
            }
            Self::ShiftGelu => {
                let kernel = ShiftGelu::new(scale, bits).map_err(told)?;
                let results = kernel.evaluate(codes).map_err(told)?;
                Ok(results.iter().map(|y| *y as f64 * kernel.scale()).collect())
            }
            Self::LayerNorm => {
                let kernel = LayerNorm::new(codes.len(), &[], &[]).map_err(told)?;
                let results = kernel.evaluate(codes).map_err(told)?;
                let value = |(i, y): (usize, &i64)| *y as f64 * kernel.scale(i);
                Ok(results.iter().enumerate().map(value).collect())
            }
        }
    }

    /// The real function.
    fn real(self, row: &[f64]) -> Result<Vec<f64>, Failure> {
        match self {
            Self::Shiftmax => {
                let mut right = vec![0.0; row.len()];
                reference(Function::Softmax, row, &mut right).map_err(usage)?;
                Ok(right)
            }
            Self::ShiftGelu => Ok(row
                .iter()
                .map(|x| Gelu::Erf.evaluate(&Native, *x))
                .collect()),
            Self::LayerNorm => Normalisation::LAYER
                .with_epsilon(0.0)
                .evaluate(&Native, row, &[], &[])
                .map_err(usage),
        }
    }
}

fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

/// What came out.
struct Outcome {
    results: Vec<f64>,
    /// Beside the function of the codes' values, and of the input.
    own: Summary,
    whole: Summary,
    scale: f32,
    zero_point: i32,
}

impl EvalInteger {
    /// Does it.
    ///
    /// # Errors
    /// [`Failure`]: one sentence and an exit code.
    pub fn run(&self, kernel: IntegerKernel) -> Result<(), Failure> {
        let rows = Rows::read(&self.input)?;
        let outcome = self.evaluate(kernel, &rows)?;
        if let Some(path) = &self.output {
            self.write(path, &rows, &outcome.results)?;
        }
        match self.json {
            true => show::print_json(&self.json_of(kernel, &outcome)),
            false => show::print(&self.table(kernel, &rows, &outcome)),
        }
    }

    fn evaluate(&self, kernel: IntegerKernel, rows: &Rows) -> Result<Outcome, Failure> {
        let shape = [rows.values.len()];
        let values = &rows.values;
        let quantizer = IntegerQuantizer::calibrated(
            self.codes,
            self.calibrate,
            Granularity::Tensor,
            &shape,
            values,
        )
        .map_err(usage)?;
        let Some(affine) = quantizer.affines().first() else {
            return Err(Failure::Usage(
                "the input has no values; name another with --input".to_owned(),
            ));
        };
        let mut codes = vec![0i32; values.len()];
        quantizer.encode(values, &mut codes).map_err(usage)?;
        let (mut own, mut whole) = (Errors::new(), Errors::new());
        let mut results = Vec::with_capacity(values.len());
        let length = rows.length.max(1);
        for (row, codes) in values.chunks(length).zip(codes.chunks(length)) {
            let steps: Vec<i32> = codes.iter().map(|q| q - affine.zero_point()).collect();
            let given: Vec<f64> = codes.iter().map(|q| affine.value(*q)).collect();
            let mut result = kernel.row(&steps, affine.scale().into(), self.bits)?;
            // As long as each other by construction.
            let _ = own.add(&kernel.real(&given)?, &result);
            let _ = whole.add(&kernel.real(row)?, &result);
            results.append(&mut result);
        }
        Ok(Outcome {
            results,
            own: own.summary(),
            whole: whole.summary(),
            scale: affine.scale(),
            zero_point: affine.zero_point(),
        })
    }

    fn write(&self, path: &std::path::Path, rows: &Rows, results: &[f64]) -> Result<(), Failure> {
        let floats = |header: &Header| header.floats().ok();
        let Some((header, (element, order))) = rows
            .header
            .as_ref()
            .and_then(|header| Some((header, floats(header)?)))
        else {
            return Err(Failure::Usage(
                "the input has no rows to write; name another with --input".to_owned(),
            ));
        };
        let mut bytes = header.to_bytes();
        bytes.extend(crate::stream::store(results, element, order));
        let mut output = Output::create(path)?;
        let written = output.file().write_all(&bytes);
        written.map_err(|error| output.failed(error))?;
        output.publish()
    }

    fn json_of(&self, kernel: IntegerKernel, outcome: &Outcome) -> Value {
        let errors = |summary: &Summary| {
            json!({
                "max_absolute_error": json_figure(summary.max_absolute),
                "mean_absolute_error": json_figure(summary.mean_absolute),
                "snr_db": json_figure(summary.snr_db),
            })
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "device": "cpu",
            "kernel": kernel.name(),
            "input": self.input.display().to_string(),
            "output": self.output.as_ref().map(|path| path.display().to_string()),
            "codes": self.codes.to_string(),
            "calibration": self.calibrate.to_string(),
            "scale": outcome.scale,
            "zero_point": outcome.zero_point,
            "bits": self.bits,
            "count": outcome.results.len(),
            "of_codes": errors(&outcome.own),
            "of_input": errors(&outcome.whole),
        })
    }

    fn table(&self, kernel: IntegerKernel, rows: &Rows, outcome: &Outcome) -> String {
        let figure = |x: Option<f64>| x.map_or("-".to_owned(), show::short);
        let line = |what: &str, summary: &Summary| {
            vec![
                what.to_owned(),
                figure(summary.max_absolute),
                figure(summary.mean_absolute),
                figure(summary.snr_db),
            ]
        };
        let table = show::table(
            "<>>>",
            &["beside the function of", "max abs", "mean abs", "SNR dB"],
            vec![
                line("the codes' values", &outcome.own),
                line("the input", &outcome.whole),
            ],
        );
        format!(
            "{}\n{}: {}, {}, scale {:e}, zero point {}, {} bits\nroundoff {} on cpu\n\n{table}",
            rows.about(&self.input),
            kernel.name(),
            self.codes,
            self.calibrate,
            outcome.scale,
            outcome.zero_point,
            self.bits,
            env!("CARGO_PKG_VERSION"),
        )
    }
}
