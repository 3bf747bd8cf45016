//! `roundoff replay`: rows of a sweep once more, bit by bit.

use std::path::PathBuf;

use clap::Args;
use roundoff::arith::Event;
use roundoff::experiments::trial::Place;
use roundoff::experiments::{Arithmetic, Row, Trial, arithmetic};
use roundoff::robust::Hex;

use super::sweep::{given, rows, usage};
use crate::failure::Failure;
use crate::output::Signals;
use crate::show;

/// Runs rows of a sweep again and compares every bit
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff replay rows.csv
  roundoff replay rows.parquet --trial 5d2c0f6e1a7b9384 --events

Exit codes: 0 the same bits, 1 others, 2 a file could not be used.")]
pub struct Replay {
    /// Rows that a sweep wrote
    #[arg(value_name = "FILE")]
    rows: PathBuf,

    /// Only this row, from 1
    #[arg(long, value_name = "N", conflicts_with = "trial")]
    row: Option<u64>,

    /// Only this trial, by its identity
    #[arg(long, value_name = "ID")]
    trial: Option<String>,

    /// The inputs, if the sweep had some: as they were named then
    #[arg(short, long, value_name = "[NAME=]FILE.npy")]
    input: Vec<String>,

    /// Print what happened at each site
    #[arg(long)]
    events: bool,
}

impl Replay {
    pub fn run(&self) -> Result<(), Failure> {
        let name = self.rows.display().to_string();
        let rows = rows(&self.rows)?;
        let signals = Signals::listen();
        let (mut replayed, mut others) = (0u64, 0u64);
        for (number, row) in (1..).zip(rows) {
            signals.check()?;
            let row = row.map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
            let is_wanted = self.row.is_none_or(|wanted| wanted == number)
                && self
                    .trial
                    .as_ref()
                    .is_none_or(|wanted| *wanted == row.trial);
            if !is_wanted {
                continue;
            }
            replayed += 1;
            let differs = self.replay(number, &row)?;
            if !differs.is_empty() {
                others += 1;
                show::print(&format!(
                    "row {number}, trial {}: {} differ\n",
                    show::printable(&row.trial),
                    differs.join(", ")
                ))?;
            }
        }
        match (replayed, others) {
            (0, _) if self.row.is_none() && self.trial.is_none() => Err(Failure::Usage(format!(
                "{name}: it has no rows; sweep first"
            ))),
            (0, _) => Err(Failure::Usage(format!(
                "{name}: no such row; `--row` counts from 1, `--trial` is the column trial"
            ))),
            (1, 0) => show::print("1 row, the same bits.\n"),
            (_, 0) => show::print(&format!("{replayed} rows, the same bits.\n")),
            _ => Err(Failure::Check(format!(
                "{others} of {replayed} rows have other bits than when they were written"
            ))),
        }
    }

    /// The columns that differ.
    fn replay(&self, number: u64, row: &Row) -> Result<Vec<&'static str>, Failure> {
        let about = |error: &dyn std::fmt::Display| {
            Failure::Usage(format!("{}: row {number}: {error}", self.rows.display()))
        };
        let trial = Trial::try_from(row).map_err(|error| about(&error))?;
        let given = match (trial.is_generated(), self.input.is_empty()) {
            (true, _) => None,
            (false, true) => {
                let input = show::printable(&trial.input);
                let sentence = format!("its inputs were {input}; give them with --input");
                return Err(about(&sentence));
            }
            (false, false) => Some(given(&self.input, &[trial.kernel])?),
        };
        if let Some(given) = given.as_ref().filter(|given| !trial.is_of(given)) {
            let sentence = format!(
                "its inputs were {}, and these are {}",
                show::printable(&trial.input),
                show::printable(&given.label)
            );
            return Err(about(&sentence));
        }
        let prepared = trial.prepare(given.as_ref());
        let (again, _) = trial.run(&Place::from(row), &prepared);
        if self.events
            && let Ok((inputs, _)) = prepared.made()
        {
            let sites = trial.kernel.sites();
            let rounders = trial
                .rounders()
                .ok_or_else(|| about(&"only floats are traced; leave out --events"))?;
            let traced = arithmetic::traced(sites, |site| rounders[site.index()]).map_err(usage)?;
            let any = arithmetic::any(sites, &traced).map_err(usage)?;
            let order = trial.accumulator.order;
            // An error is in the row already.
            if let Ok(inputs) = trial.inputs(inputs) {
                let _ = trial.kernel.run(Arithmetic::Any(&any), order, &inputs);
            }
            show::print(&told(number, row, &arithmetic::traces(sites, &traced)))?;
        }
        // Another version that computes the same is what a replay is for.
        let mut differs = again.differs(row);
        differs.retain(|column| *column != "version");
        Ok(differs)
    }
}

/// A table of events by site, and the worst place in hexadecimal.
fn told(number: u64, row: &Row, traces: &[(&str, roundoff::arith::Trace)]) -> String {
    let mut headings = vec!["site".to_owned(), "operations".to_owned()];
    headings.extend(Event::ALL.iter().map(|event| event.to_string()));
    let rows = traces.iter().filter(|(_, trace)| trace.operations() > 0);
    let rows = rows.map(|(site, trace)| {
        let mut cells = vec![(*site).to_owned(), trace.operations().to_string()];
        cells.extend(
            Event::ALL
                .iter()
                .map(|event| trace.count(*event).to_string()),
        );
        cells
    });
    let alignment = format!("<{}", ">".repeat(headings.len() - 1));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut text = format!(
        "row {number}: {} in {}, {}, seed {}\n\n{}",
        show::printable(&row.kernel),
        show::printable(&row.format),
        show::printable(&row.rounding),
        row.seed,
        show::table(&alignment, &headings, rows.collect())
    );
    let place = row.worst.map_or(String::new(), |place| format!(" {place}"));
    for (what, value) in [
        ("reference", row.worst_reference),
        ("result", row.worst_result),
        ("input", row.worst_input),
    ] {
        if let Some(x) = value {
            let digits = Hex(x);
            text += &format!(
                "worst place{place}: {what} {} = {digits}\n",
                show::number(x)
            );
        }
    }
    text + "\n"
}
