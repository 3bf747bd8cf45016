//! `roundoff chop`: every tensor of a file, rounded to a format and measured.

mod npy;
mod npz;
mod report;
mod safetensors;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use roundoff::block::{BlockCodes, BlockError, Length, ScaleRule};
use roundoff::numbers::{Numbers, NumbersError, Quantizer};
use roundoff::{CodeError, Format, Rounding, Saturation, random};

use crate::failure::Failure;
use crate::files::Order;
use crate::files::npz::NpzError;
use crate::names;
use crate::output::{Output, Signals};
use crate::place::{Asked, Place};
use crate::stream::{self, Array, Form, Source, StreamError, whole};
use report::{Outcome, Report, Row};

/// Rounds the tensors of a .npy, .npz or .safetensors file and prints their errors
#[derive(Args, Debug)]
#[command(after_help = "\
Without -o the errors are printed and nothing is written. The output keeps each
tensor's type, appears whole or not at all, and may be the input file itself.
Integers and other types are copied as they are.

Numbers that --format takes:
  floats       a name that `roundoff formats` lists or explains
  blocks       mxfp8-e4m3 mxfp8-e5m2 mxfp6-e3m2 mxfp6-e2m3 mxfp4 mxint8 nvfp4 msfp16
               msfp12; bfp:7/8/16 (digits, exponent bits, values a block), dfp:16 (bits, one
               exponent a tensor), block:ocp-e2m1/ocp-e4m3/16 (element, scale, values)
  fixed point  q4.4 uq8.8 (bits before and after the point), q4.4-wrap
  integers     int8 uint4, 2 to 16 bits, and after a / how their scale is found and what
               shares it: int4/mse/group:64
               found: extremes, percentile:99.9, mse, entropy
               shared by: tensor, channel:AXIS, group:N
  posits ...   posit16, takum16, takum-log16, lns:6.9 (integer and fraction bits)

Examples:
  roundoff chop model.safetensors --format bfloat16
  roundoff chop model.safetensors -o fp8.safetensors --format ocp-e4m3 --codes
  roundoff chop x.npy -o y.npy --format fp16+flush --rounding sr --seed 7
  roundoff chop model.safetensors --format mxfp4 --scale-rule even --block 16
  roundoff chop model.safetensors --format int4/percentile:99.9/channel:0")]
pub struct Chop {
    /// The file: .npy, .npz or .safetensors, of f16, bf16, f32 or f64
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where the rounded tensors go: a file of the same kind
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// The numbers to round to: a format that `roundoff formats` lists, blocks, fixed point, integers,
    /// posits: their names are below (with --help)
    #[arg(short, long, value_name = "F", value_parser = names::numbers)]
    format: Numbers,

    /// Of blocks: the rule for the scale: floor ceil round-up even nearest largest-exact mean-square
    #[arg(long, value_name = "RULE", value_parser = names::scale_rule)]
    scale_rule: Option<ScaleRule>,

    /// Of blocks: how many values share a scale, or tensor
    #[arg(long, value_name = "N", value_parser = names::block_length)]
    block: Option<Length>,

    /// Of blocks: the axis they lie along; -1 is the last
    #[arg(long, value_name = "N", value_parser = names::axis)]
    axis: Option<i32>,

    /// The rounding: rne rna rnz rz ru rd odd stochastic stochastic-equal, or a full name
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none (by rounding and format), finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// The seed of stochastic roundings; each tensor has a random stream of its own
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    #[command(flatten)]
    asked: Asked,

    /// Write the format's codes instead of values
    #[arg(long, requires = "output")]
    codes: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The kinds of files, by their extension.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Npy,
    Npz,
    Safetensors,
}

impl Kind {
    fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("npy") => Ok(Self::Npy),
            Some("npz") => Ok(Self::Npz),
            Some("safetensors") => Ok(Self::Safetensors),
            _ => Err(Failure::Usage(format!(
                "{}: the name must end in .npy, .npz or .safetensors; rename or convert the file",
                path.display()
            ))),
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Npy => ".npy",
            Self::Npz => ".npz",
            Self::Safetensors => ".safetensors",
        }
    }
}

impl Chop {
    pub fn run(&self) -> Result<(), Failure> {
        let kind = Kind::of(&self.input)?;
        if let Some(output) = &self.output
            && Kind::of(output)? != kind
        {
            return Err(Failure::Usage(format!(
                "{}: the output is of the input's kind; let its name end in {}",
                output.display(),
                kind.extension()
            )));
        }
        let quantizer = Quantizer::new(self.numbers()?)
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.seed);
        if self.codes {
            code_bytes(&quantizer)?;
        }
        if quantizer.rounder().is_none() && self.asked.is_gpu() {
            return Err(Failure::Usage(format!(
                "{} is rounded on the CPU: leave out --device gpu",
                quantizer.numbers()
            )));
        }
        let place = self.asked.place();
        let mut job = Job {
            input: &self.input,
            output: self.output.as_deref(),
            quantizer: quantizer.clone(),
            place: &place,
            codes: self.codes,
            signals: Signals::listen(),
            bar: ProgressBar::hidden(),
            rows: Vec::new(),
        };
        let (rows, output) = match kind {
            Kind::Npy => npy::chop(&mut job)?,
            Kind::Npz => npz::chop(&mut job)?,
            Kind::Safetensors => safetensors::chop(&mut job)?,
        };
        let report = Report {
            input: &self.input,
            output: self.output.as_deref(),
            quantizer: &quantizer,
            device: place.ran(),
            rows,
        };
        // The file first: whatever becomes of standard output, the work is done.
        if let Some(output) = output {
            output.publish()?;
        }
        report.print(self.json)
    }

    /// The numbers, with what the options say of blocks.
    fn numbers(&self) -> Result<Numbers, Failure> {
        let said = self.scale_rule.is_some() || self.block.is_some() || self.axis.is_some();
        match &self.format {
            Numbers::Block(format) => {
                let mut format = *format;
                if let Some(rule) = self.scale_rule {
                    format = format.with_rule(rule);
                }
                if let Some(length) = self.block {
                    format = format.with_length(length);
                }
                if let Some(axis) = self.axis {
                    format = format.with_axis(axis);
                }
                Ok(Numbers::Block(format))
            }
            other if said => Err(Failure::Usage(format!(
                "--scale-rule, --block and --axis are for blocks, and {other} is none: name one, such as \
                 mxfp4"
            ))),
            other => Ok(other.clone()),
        }
    }
}

/// What a file's walk leaves: a row a tensor, and the output that waits for its name. The input is
/// closed by then, so that it may be replaced.
type Walked = (Vec<Row>, Option<Output>);

/// One file on its way.
struct Job<'a> {
    input: &'a Path,
    output: Option<&'a Path>,
    quantizer: Quantizer,
    place: &'a Place,
    codes: bool,
    signals: Signals,
    bar: ProgressBar,
    rows: Vec<Row>,
}

impl Job<'_> {
    fn create(&self) -> Result<Option<Output>, Failure> {
        self.output.map(Output::create).transpose()
    }

    /// Shows a bar on a terminal.
    fn expect(&mut self, bytes: u64) {
        if io::stderr().is_terminal() {
            // The message gives way where the terminal is narrow.
            let style = "{bar:24} {bytes} of {total_bytes}, {eta} left  {wide_msg}";
            self.bar = ProgressBar::new(bytes);
            if let Ok(style) = ProgressStyle::with_template(style) {
                self.bar.set_style(style);
            }
        }
    }

    /// The end of the bar.
    fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Goes on, unless a signal has come.
    fn check(&self) -> Result<(), Failure> {
        self.signals.check()
    }

    /// The random stream of a tensor: of its name alone, so that other tensors beside it, their
    /// order and the file that it is in change nothing. A nameless array has stream 0.
    fn quantizer(&self, name: Option<&str>) -> Quantizer {
        let stream = name.map_or(0, random::stream_of);
        self.quantizer.clone().with_stream(stream)
    }

    /// Rounds and measures one tensor; the codes of its blocks' scales, where it has some.
    fn tensor(
        &mut self,
        name: Option<&str>,
        shape: Vec<u64>,
        array: Array,
        written: String,
        source: Source<'_>,
        sink: Option<&mut (dyn Write + Send)>,
    ) -> Result<Option<BlockCodes>, Failure> {
        let quantizer = self.quantizer(name);
        let shown = name.unwrap_or("array");
        self.bar.set_message(crate::show::printable(shown));
        let (bar, signals) = (&self.bar, &self.signals);
        let mut advance = |bytes| {
            bar.inc(bytes);
            signals.check().is_ok()
        };
        let done = match quantizer.rounder() {
            Some(rounder) => stream::chop(rounder, self.place, array, source, sink, &mut advance)
                .map(|summary| (summary, None)),
            None => whole::chop(&quantizer, array, &shape, source, sink, &mut advance),
        };
        let (summary, blocks) = done.map_err(|error| match error {
            StreamError::Stopped => Failure::Stopped,
            StreamError::Gpu(error) => Failure::Gpu(error),
            StreamError::Code(source) => Failure::Tensor {
                tensor: shown.to_owned(),
                source: source.into(),
            },
            StreamError::Numbers(source) => Failure::Tensor {
                tensor: shown.to_owned(),
                source,
            },
            StreamError::Read(error) => {
                Failure::input(self.input, NpzError::damaged(shown, &error))
            }
            StreamError::Write(error) => Failure::output(self.output.unwrap_or(self.input), error),
        })?;
        self.rows.push(Row {
            name: shown.to_owned(),
            kind: array.element.to_string(),
            shape,
            outcome: Outcome::Chopped {
                summary,
                stream: quantizer.stream(),
                written,
            },
        });
        Ok(blocks)
    }

    /// Notes a tensor that was not rounded.
    fn copied(&mut self, name: &str, kind: String, shape: Vec<u64>) {
        self.rows.push(Row {
            name: name.to_owned(),
            kind,
            shape,
            outcome: Outcome::Copied,
        });
    }
}

/// The bytes of the integer that holds a value's code: 1, 2, 4 or 8.
fn code_bytes(quantizer: &Quantizer) -> Result<usize, Failure> {
    let usage = |error: NumbersError| Failure::Usage(error.to_string());
    match quantizer.numbers() {
        Numbers::Float(format) => format_bytes(format).map_err(|error| usage(error.into())),
        Numbers::Block(format) => {
            format_bytes(format.element()).map_err(|error| usage(error.into()))
        }
        _ => Ok(bytes_of(quantizer.code_width().map_err(usage)?)),
    }
}

/// The same of a format, whose codes have up to 32 bits here.
fn format_bytes(format: &Format) -> Result<usize, CodeError> {
    match format.width() {
        Some(width @ ..=32) => Ok(bytes_of(width)),
        Some(width) => Err(CodeError::TooWide {
            format: format.to_string(),
            width,
            room: 32,
        }),
        None => Err(CodeError::NoEncoding {
            format: format.to_string(),
        }),
    }
}

const fn bytes_of(width: u32) -> usize {
    match width {
        ..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        _ => 8,
    }
}

/// The codes of blocks' scales as integers, and the bytes of one.
fn scale_codes(blocks: &BlockCodes) -> Result<(Vec<u8>, usize), Failure> {
    let usage = |error: BlockError| Failure::Usage(error.to_string());
    let scale = blocks.format().scale();
    let bytes = format_bytes(scale).map_err(|error| usage(error.into()))?;
    let codes = blocks.scale_codes().map_err(usage)?;
    let integer = |code: &u32| whole::integer(u64::from(*code), bytes, Order::Little);
    Ok((codes.iter().flat_map(integer).collect(), bytes))
}

/// The form of a code in a NumPy array, and the array's type.
fn numpy_codes(quantizer: &Quantizer, little: bool) -> Result<(Form, String), Failure> {
    let bytes = code_bytes(quantizer)?;
    Ok((Form::Code(bytes), numpy_integers(bytes, little)))
}

/// NumPy's name of unsigned integers.
fn numpy_integers(bytes: usize, little: bool) -> String {
    let order = match (bytes, little) {
        (1, _) => '|',
        (_, true) => '<',
        (_, false) => '>',
    };
    format!("{order}u{bytes}")
}
