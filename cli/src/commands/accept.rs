//! `roundoff accept`: the baseline moves to what tests need now.

use std::io::Write;

use clap::Args;
use roundoff::nearest::did_you_mean;

use super::check::{Places, no_records, told};
use crate::failure::Failure;
use crate::output::Output;
use crate::show;

/// Writes what your tests need now into roundoff.toml
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff accept
  roundoff accept quadratic-root
  roundoff accept --prune")]
pub struct Accept {
    /// The tests to take [default: all that were run]
    #[arg(value_name = "TEST")]
    tests: Vec<String>,

    /// Also drop tests that were not run
    #[arg(long)]
    prune: bool,

    #[command(flatten)]
    places: Places,
}

impl Accept {
    pub fn run(&self) -> Result<(), Failure> {
        let files = self.places.files();
        let mut baseline = files.read().map_err(told)?;
        let records = files.read_records().map_err(told)?;
        if records.is_empty() {
            return Err(no_records(&files.records));
        }
        for name in &self.tests {
            let Some(record) = records.iter().find(|record| record.name == *name) else {
                let names = records.iter().map(|record| record.name.as_str());
                let help = did_you_mean(name, names, || {
                    "`roundoff check` lists those that were run".to_owned()
                });
                return Err(Failure::Usage(format!(
                    "no test \"{name}\" was run: {help}"
                )));
            };
            if !record.held {
                return Err(Failure::Usage(format!(
                    "test \"{name}\" keeps {:.1} bits in {}, not the {} asked: change what it asks \
                     or mend the code first",
                    record.bits, record.format, record.keeps
                )));
            }
        }
        let before = baseline.clone();
        let wanted = |name: &str| self.tests.is_empty() || self.tests.iter().any(|t| t == name);
        let taken = baseline.accept(&records, wanted);
        let gone = match self.prune {
            true => baseline.prune(&records),
            false => Vec::new(),
        };
        if taken.is_empty() && gone.is_empty() {
            return show::print(&format!(
                "{} is as it should be\n",
                files.baseline.display()
            ));
        }
        let mut output = Output::create(&files.baseline)?;
        let written = output.file().write_all(baseline.to_toml().as_bytes());
        written.map_err(|error| output.failed(error))?;
        output.publish()?;
        let mut text = String::new();
        for name in &taken {
            let needs = baseline.tests.get(name).map_or(0, |entry| entry.needs);
            let was = match before.tests.get(name) {
                Some(entry) => format!("{} before", entry.needs),
                None => "new".to_owned(),
            };
            let name = show::printable(name);
            text += &format!("{name}: {needs} digits, {was}\n");
        }
        for name in &gone {
            text += &format!("{}: dropped\n", show::printable(name));
        }
        show::print(&format!("{text}Written to {}.\n", files.baseline.display()))
    }
}
