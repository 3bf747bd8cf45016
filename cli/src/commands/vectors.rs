//! `roundoff vectors`: codes of operands and results, for whoever builds the operation in hardware.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use roundoff::arith::{Line, Operation, Vectors as Library};
use roundoff::{Format, Rounder, Rounding, Saturation};

use crate::failure::Failure;
use crate::names;
use crate::output::{Output, Signals};

/// Lines that are written without being asked for: all pairs of 8-bit codes, and more.
const LIMIT: u32 = 24;

/// Writes test vectors: the codes of operands and of the result, in hexadecimal
#[derive(Args, Debug)]
#[command(after_help = "\
Every combination of operands is written, or --count random ones. A header says what
decides the results. Under a stochastic rounding each line has its random integer R.

Examples:
  roundoff vectors --op add --format ocp-e4m3
  roundoff vectors --op fma --format ocp-e4m3 --result binary32 --count 100000 -o fma.txt
  roundoff vectors --op exp2 --format Binary8p4se --rounding odd")]
pub struct Vectors {
    /// The operation: add, mul, fma, sqrt, exp, minimum_number, ... by method's or standard's name
    #[arg(long, value_name = "OP")]
    op: Operation,

    /// The format of the operands
    #[arg(short, long, value_name = "F", value_parser = names::format)]
    format: Format,

    /// The format of the result [default: that of the operands]
    #[arg(long, value_name = "F", value_parser = names::format)]
    result: Option<Format>,

    /// The rounding
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// So many lines of random operands instead of all
    #[arg(long, value_name = "N")]
    count: Option<u64>,

    /// The seed of random operands and of stochastic roundings
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Where they go [default: standard output]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

impl Vectors {
    pub fn run(&self) -> Result<(), Failure> {
        let rounder = Rounder::new(self.result.unwrap_or(self.format))
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.seed);
        let operands = vec![self.format; self.op.arity()];
        let vectors = Library::new(self.op, &operands, &rounder)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        if self.count.is_none() && vectors.bits() > LIMIT {
            return Err(Failure::Usage(format!(
                "all operands of {} in {} are 2^{} lines: say how many with --count",
                self.op,
                self.format,
                vectors.bits()
            )));
        }
        let Some(path) = &self.output else {
            let to = BufWriter::new(io::stdout().lock());
            return self
                .write(&vectors, to)
                .map_err(|error| match error.kind() {
                    io::ErrorKind::BrokenPipe => Failure::Closed,
                    _ => Failure::Stdout(error),
                });
        };
        let signals = Signals::listen();
        let mut output = Output::create(path)?;
        let written = self.write(&vectors, BufWriter::new(output.file()));
        written.map_err(|error| output.failed(error))?;
        signals.check()?;
        output.publish()
    }

    fn write(&self, vectors: &Library, mut to: impl Write) -> io::Result<()> {
        let lines: Box<dyn Iterator<Item = Line>> = match self.count {
            Some(count) => Box::new(vectors.random(count)),
            None => Box::new(vectors.all()),
        };
        vectors.write(lines, &mut to)?;
        to.flush()
    }
}
