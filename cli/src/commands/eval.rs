//! `roundoff eval`: one kernel in one arithmetic.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use roundoff::kernels::bessel::Quantity;
use roundoff::kernels::softmax::{Function, Softmax, Variant};
use roundoff::{Format, Rounder, Rounding, Saturation};
use serde_json::json;

use super::bessel::EvalBessel;
use super::eval_integer::{EvalInteger, IntegerKernel};
use super::eval_kernel::EvalKernel;
use super::softmax::{self, Choices, Rows};
use crate::failure::Failure;
use crate::files::npy::Header;
use crate::output::Output;
use crate::place::Asked;
use crate::{names, show};

/// Runs a kernel, with every operation rounded if asked, on the values of a file
#[derive(Args, Debug)]
#[command(after_help = "\
Every kernel that `roundoff sweep --list` lists is a command too: layer-norm, gemv, lu, ...
`roundoff eval layer-norm --help` says what it takes.")]
pub struct Eval {
    #[command(subcommand)]
    kernel: Kernel,
}

#[derive(Subcommand, Debug)]
enum Kernel {
    Softmax(EvalSoftmax),
    /// log I_v(x), the modified Bessel function of the first kind
    LogIv(EvalBessel),
    /// log K_v(x), the modified Bessel function of the second kind
    LogKv(EvalBessel),
    /// log(e^-x I_v(x))
    LogIvScaled(EvalBessel),
    /// log(e^x K_v(x))
    LogKvScaled(EvalBessel),
    /// I_(v+1)(x) / I_v(x)
    RatioIv(EvalBessel),
    /// K_(v+1)(x) / K_v(x)
    RatioKv(EvalBessel),
    /// I_v'(x) / I_v(x)
    SlopeIv(EvalBessel),
    /// K_v'(x) / K_v(x)
    SlopeKv(EvalBessel),
    /// Softmax of integers alone, by shifts (I-ViT)
    Shiftmax(EvalInteger),
    /// GELU of integers alone, by shifts (I-ViT)
    ShiftGelu(EvalInteger),
    /// Layer normalisation of integers alone (I-ViT)
    ILayerNorm(EvalInteger),
    /// Any other kernel of `roundoff sweep --list`
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// Softmax of the rows of an array (its last dimension)
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff eval softmax --input logits.npy -o p.npy --format bfloat16
  roundoff eval softmax --input logits.npy --format ocp-e4m3 --variant two-pass")]
struct EvalSoftmax {
    /// The rows: an .npy file of floats
    #[arg(short, long, value_name = "FILE.npy")]
    input: PathBuf,

    /// Where the results go, in the input's type
    #[arg(short, long, value_name = "OUT.npy")]
    output: Option<PathBuf>,

    /// The format of every operation [default: that of the input]
    #[arg(short, long, value_name = "F", value_parser = names::format)]
    format: Option<Format>,

    /// The rounding of every operation
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// The algorithm: naive, three-pass-recompute, three-pass-reload, two-pass, online, online-lazy
    #[arg(long, value_name = "V", default_value = "three-pass-recompute", value_parser = softmax::parsed::<Variant>)]
    variant: Variant,

    #[command(flatten)]
    choices: Choices,

    #[command(flatten)]
    asked: Asked,
}

impl Eval {
    pub fn run(&self) -> Result<(), Failure> {
        match &self.kernel {
            Kernel::Softmax(kernel) => kernel.run(),
            Kernel::LogIv(points) => points.run(Quantity::LogI),
            Kernel::LogKv(points) => points.run(Quantity::LogK),
            Kernel::LogIvScaled(points) => points.run(Quantity::LogIScaled),
            Kernel::LogKvScaled(points) => points.run(Quantity::LogKScaled),
            Kernel::RatioIv(points) => points.run(Quantity::RatioI),
            Kernel::RatioKv(points) => points.run(Quantity::RatioK),
            Kernel::SlopeIv(points) => points.run(Quantity::SlopeI),
            Kernel::SlopeKv(points) => points.run(Quantity::SlopeK),
            Kernel::Shiftmax(kernel) => kernel.run(IntegerKernel::Shiftmax),
            Kernel::ShiftGelu(kernel) => kernel.run(IntegerKernel::ShiftGelu),
            Kernel::ILayerNorm(kernel) => kernel.run(IntegerKernel::LayerNorm),
            Kernel::Other(words) => EvalKernel::of(words)?.run(),
        }
    }
}

impl EvalSoftmax {
    fn run(&self) -> Result<(), Failure> {
        let rows = Rows::read(&self.input)?;
        let rounder = Rounder::new(self.format.unwrap_or(rows.own_format()))
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.choices.seed);
        let softmax = Softmax::new(self.variant).with_function(self.choices.function);
        let place = self.asked.place();
        let (results, errors) = rows.evaluate(&softmax, &rounder, &place)?;
        if let Some(path) = &self.output {
            let mut output = Output::create(path)?;
            let bytes = file(&rows, &results, self.choices.function).ok_or_else(|| {
                Failure::Usage(
                    "the input has no rows to write; name another with --input".to_owned(),
                )
            })?;
            let written = output.file().write_all(&bytes);
            written.map_err(|error| output.failed(error))?;
            output.publish()?;
        }
        if self.choices.json {
            let mut report = json!({
                "version": env!("CARGO_PKG_VERSION"),
                "device": place.ran(),
                "kernel": softmax.function.to_string(),
                "variant": softmax.variant.to_string(),
                "input": self.input.display().to_string(),
                "output": self.output.as_ref().map(|path| path.display().to_string()),
                "format": rounder.format().to_string(),
                "rounding": rounder.rounding().to_string(),
                "saturation": rounder.saturation().to_string(),
                "seed": rounder.seed(),
                "rows": errors.rows,
            });
            for (key, value) in softmax::KEYS.iter().zip(softmax::values(&errors)) {
                report[*key] = value;
            }
            return show::print_json(&report);
        }
        let table = show::table(
            ">>>>>>",
            &softmax::HEADINGS,
            vec![softmax::figures(&errors)],
        );
        show::print(&format!(
            "{}\n{} {}: {}, {}, saturation {}, seed {}\nroundoff {} on {}\n\n{table}\n{}",
            rows.about(&self.input),
            softmax.variant,
            softmax.function,
            rounder.format(),
            rounder.rounding(),
            rounder.saturation(),
            rounder.seed(),
            env!("CARGO_PKG_VERSION"),
            show::printable(&place.ran()),
            softmax::LEGEND,
        ))
    }
}

/// The npy file of the results; log-sum-exp has one value a row.
fn file(rows: &Rows, results: &[f64], function: Function) -> Option<Vec<u8>> {
    let header = rows.header.as_ref()?;
    let (element, order) = header.floats().ok()?;
    let mut shape = header.shape.clone();
    if function == Function::LogSumExp {
        shape.pop();
    }
    let new = Header {
        shape,
        ..header.clone()
    };
    let mut bytes = new.to_bytes();
    bytes.extend(crate::stream::store(results, element, order));
    Some(bytes)
}
