//! `roundoff chop`: every tensor of a file, rounded to a format and measured.

mod npy;
mod npz;
mod report;
mod safetensors;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
#[cfg(feature = "gpu")]
use roundoff::gpu::Device;
use roundoff::{CodeError, Format, Rounder, Rounding, Saturation, random};

use crate::failure::Failure;
use crate::files::npz::NpzError;
use crate::names;
use crate::output::{Output, Signals};
use crate::place::Place;
use crate::stream::{self, Array, Form, Source, StreamError};
use report::{Outcome, Report, Row};

/// Rounds the tensors of a .npy, .npz or .safetensors file and prints their errors
#[derive(Args, Debug)]
#[command(after_help = "\
Without -o the errors are printed and nothing is written. The output keeps each
tensor's type, appears whole or not at all, and may be the input file itself.
Integers and other types are copied as they are.

Examples:
  roundoff chop model.safetensors --format bfloat16
  roundoff chop model.safetensors -o fp8.safetensors --format ocp-e4m3 --codes
  roundoff chop x.npy -o y.npy --format fp16+flush --rounding sr --seed 7")]
pub struct Chop {
    /// The file: .npy, .npz or .safetensors, of f16, bf16, f32 or f64
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where the rounded tensors go: a file of the same kind
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// The format to round to; `roundoff formats` lists them
    #[arg(short, long, value_name = "F", value_parser = names::format)]
    format: Format,

    /// The rounding: rne rna rnz rz ru rd odd stochastic stochastic-equal, or a full name
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none (by rounding and format), finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// The seed of stochastic roundings; each tensor has a random stream of its own
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    seed: u64,

    /// Where: cpu, gpu (`roundoff devices` lists them) or auto, a GPU where it pays: the same bits
    #[cfg(feature = "gpu")]
    #[arg(long, value_name = "D", default_value = "cpu", value_parser = names::device)]
    device: Device,

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
        if self.codes {
            code_bytes(&self.format).map_err(|error| Failure::Usage(error.to_string()))?;
        }
        let rounder = Rounder::new(self.format)
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.seed);
        let place = self.place();
        let mut job = Job {
            input: &self.input,
            output: self.output.as_deref(),
            rounder,
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
            rounder: &rounder,
            device: place.ran(),
            rows,
        };
        // The file first: whatever becomes of standard output, the work is done.
        if let Some(output) = output {
            output.publish()?;
        }
        report.print(self.json)
    }

    #[cfg(feature = "gpu")]
    fn place(&self) -> Place {
        Place::new(self.device)
    }

    #[cfg(not(feature = "gpu"))]
    fn place(&self) -> Place {
        Place::default()
    }
}

/// What a file's walk leaves: a row a tensor, and the output that waits for its name. The input is
/// closed by then, so that it may be replaced.
type Walked = (Vec<Row>, Option<Output>);

/// One file on its way.
struct Job<'a> {
    input: &'a Path,
    output: Option<&'a Path>,
    rounder: Rounder,
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
    fn rounder(&self, name: Option<&str>) -> Rounder {
        self.rounder.with_stream(name.map_or(0, random::stream_of))
    }

    /// Rounds and measures one tensor.
    fn tensor(
        &mut self,
        name: Option<&str>,
        shape: Vec<u64>,
        array: Array,
        written: String,
        source: Source<'_>,
        sink: Option<&mut (dyn Write + Send)>,
    ) -> Result<(), Failure> {
        let rounder = self.rounder(name);
        let shown = name.unwrap_or("array");
        self.bar.set_message(crate::show::printable(shown));
        let (bar, signals) = (&self.bar, &self.signals);
        let mut advance = |bytes| {
            bar.inc(bytes);
            signals.check().is_ok()
        };
        let summary = stream::chop(&rounder, self.place, array, source, sink, &mut advance);
        let summary = summary.map_err(|error| match error {
            StreamError::Stopped => Failure::Stopped,
            StreamError::Gpu(error) => Failure::Gpu(error),
            StreamError::Code(source) => Failure::Tensor {
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
                stream: rounder.stream(),
                written,
            },
        });
        Ok(())
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

/// The bytes of the integer that holds a code of the format: 1, 2 or 4.
fn code_bytes(format: &Format) -> Result<usize, CodeError> {
    match format.width() {
        Some(..=8) => Ok(1),
        Some(9..=16) => Ok(2),
        Some(17..=32) => Ok(4),
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

/// The form of a code in a NumPy array, and the array's type.
fn numpy_codes(format: &Format, little: bool) -> Result<(Form, String), CodeError> {
    let bytes = code_bytes(format)?;
    let order = match (bytes, little) {
        (1, _) => '|',
        (_, true) => '<',
        (_, false) => '>',
    };
    Ok((Form::Code(bytes), format!("{order}u{bytes}")))
}
