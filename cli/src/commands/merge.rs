//! `roundoff merge`: the parts of a sweep in one file.

use std::io::{self, BufWriter};
use std::path::PathBuf;

use clap::Args;
use roundoff::experiments::merge::{MergeError, merge};
use roundoff::experiments::table::{Layout, Writer};

use super::sweep::{rows, usage};
use crate::failure::Failure;
use crate::output::{Output, Signals};
use crate::show;

/// Joins the parts of a sweep, and checks that they are all of it
#[derive(Args, Debug)]
#[command(after_help = "\
The result has the bits of one run. Parts may overlap where they agree.

Examples:
  roundoff merge part-*.parquet -o rows.parquet
  roundoff merge part-1.csv part-2.csv -o rows.csv --partial

Exit codes: 0 done, 1 trials are missing or parts disagree, 2 a file could not be used.")]
pub struct Merge {
    /// The parts: .csv, .jsonl or .parquet
    #[arg(value_name = "PART", required = true)]
    parts: Vec<PathBuf>,

    /// Where the rows go, by ending: .csv, .jsonl or .parquet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Write what there is even where trials are missing
    #[arg(long)]
    partial: bool,
}

impl Merge {
    pub fn run(&self) -> Result<(), Failure> {
        let layout = Layout::of(&self.output).ok_or_else(|| {
            Failure::Usage(format!(
                "{}: the name must end in .csv, .jsonl or .parquet; rename it",
                self.output.display()
            ))
        })?;
        let mut parts = Vec::new();
        for path in &self.parts {
            parts.push((path.display().to_string(), rows(path)?));
        }
        let signals = Signals::listen();
        let mut output = Output::create(&self.output)?;
        let told = |source: io::Error| Failure::output(&self.output, source);
        let mut writer = Writer::new(layout, BufWriter::new(output.file())).map_err(told)?;
        let mut stopped = false;
        let merged = merge(parts, |row| {
            if signals.check().is_err() {
                stopped = true;
                return Err(io::ErrorKind::Interrupted.into());
            }
            writer.write(&row)
        });
        let merged = match merged {
            _ if stopped => return Err(Failure::Stopped),
            Ok(merged) => merged,
            Err(MergeError::Sink(source)) => return Err(told(source)),
            Err(error @ MergeError::Differ { .. }) => {
                return Err(Failure::Check(error.to_string()));
            }
            Err(error) => return Err(usage(error)),
        };
        if merged.missing > 0 && !self.partial {
            let first = merged.first_missing.unwrap_or(0);
            return Err(Failure::Check(format!(
                "{} of {} trials are in no part, the first at place {first}; add their part, or write \
                 what there is with --partial",
                merged.missing,
                merged.missing + merged.rows
            )));
        }
        let file = writer.finish().map_err(told)?;
        file.into_inner()
            .map_err(|error| told(error.into_error()))?;
        output.publish()?;
        let mut text = format!("{} rows", merged.rows);
        if merged.twice > 0 {
            text += &format!(", {} in several parts and the same there", merged.twice);
        }
        if merged.missing > 0 {
            text += &format!("; {} trials are missing", merged.missing);
        }
        let path = show::printable(&self.output.display().to_string());
        show::print(&format!("{text}.\nWritten to {path}.\n"))
    }
}
