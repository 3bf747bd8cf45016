//! `roundoff check`: what tests need beside what they needed.

mod annotations;
mod junit;
mod markdown;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::Format;
use roundoff::robust::baseline::{Files, Standing, Standings, compare};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::Output;
use crate::show;

/// Compares the bits that your tests need with roundoff.toml; for CI
#[derive(Args, Debug)]
#[command(after_help = "\
Run `cargo test` first: each test with a baseline leaves what it needs in target/roundoff.

Examples:
  roundoff check
  roundoff check --annotations --markdown summary.md --junit roundoff.xml

Exit codes: 0 all need what they needed or fewer, 1 one needs more or does not keep its bits,
2 not decided: one is new, changed or was not run.")]
pub struct Check {
    #[command(flatten)]
    places: Places,

    /// Write a table in Markdown, for a job's summary
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Write JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Print lines that GitHub shows beside the source
    #[arg(long)]
    annotations: bool,

    /// Print JSON
    #[arg(long, conflicts_with = "annotations")]
    json: bool,
}

/// Where baseline and records are.
#[derive(Args, Debug)]
pub(super) struct Places {
    /// The baseline [default: roundoff.toml beside the nearest Cargo.lock]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// What tests have left [default: target/roundoff there]
    #[arg(long, value_name = "FOLDER")]
    records: Option<PathBuf>,
}

impl Places {
    pub fn files(&self) -> Files {
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let found = Files::from_folder(&here);
        Files {
            baseline: self.baseline.clone().unwrap_or(found.baseline),
            records: self.records.clone().unwrap_or(found.records),
        }
    }
}

/// The sentence for a folder without records.
pub(super) fn no_records(folder: &Path) -> Failure {
    Failure::Usage(format!(
        "no test has left anything in {}: run `cargo test` first, with tests that call .with_baseline",
        folder.display()
    ))
}

/// A library's error in the command's words.
pub(super) fn told(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

/// What a test needs, for people.
pub(super) fn needs(test: &Standings) -> String {
    match test.record.as_ref().map(|record| record.needs) {
        Some(Some(needs)) => needs.to_string(),
        Some(None) => "over 53".to_owned(),
        None => "-".to_owned(),
    }
}

/// The format that it asks about and the bits to keep, of the last run or else of the baseline.
fn asked(test: &Standings) -> Option<(Format, f64)> {
    let run = test.record.as_ref().map(|run| (run.format, run.keeps));
    run.or(test
        .before
        .as_ref()
        .map(|entry| (entry.format, entry.keeps)))
}

/// The same and the digits that it needed before, for people.
pub(super) fn asked_and_needed(test: &Standings) -> [String; 3] {
    let needed = test.before.as_ref().map(|entry| entry.needs.to_string());
    let asked = asked(test).map(|(format, keeps)| (format.to_string(), show::short(keeps)));
    let (format, keeps) = asked.unzip();
    [format, keeps, needed].map(|text| text.unwrap_or_else(|| "-".to_owned()))
}

/// In one sentence, with the figures.
pub(super) fn sentence(test: &Standings) -> String {
    let standing = &test.standing;
    let Some(record) = &test.record else {
        return standing.to_string();
    };
    let unsure = match record.confirmed || !record.held {
        true => "",
        false => " (unconfirmed: other seeds need more)",
    };
    match standing {
        Standing::Failed => format!(
            "keeps {:.1} bits in {}, not the {} asked",
            record.bits, record.format, record.keeps
        ),
        Standing::More { .. } | Standing::Fewer { .. } => format!(
            "needs {} digits to keep {} bits: {standing}{unsure}",
            needs(test),
            record.keeps
        ),
        _ => format!("{standing}{unsure}"),
    }
}

impl Check {
    pub fn run(&self) -> Result<(), Failure> {
        let files = self.places.files();
        let baseline = files.read().map_err(told)?;
        let records = files.read_records().map_err(told)?;
        if records.is_empty() {
            return Err(no_records(&files.records));
        }
        let tests = compare(&baseline, &records);
        for (path, text) in [
            (&self.markdown, markdown::table(&tests)),
            (&self.junit, junit::suite(&tests)),
        ] {
            if let Some(path) = path {
                let mut output = Output::create(path)?;
                let written = output.file().write_all(text.as_bytes());
                written.map_err(|error| output.failed(error))?;
                output.publish()?;
            }
        }
        match self.json {
            true => show::print_json(&document(&tests))?,
            false => {
                let lines = match self.annotations {
                    true => annotations::lines(&tests),
                    false => String::new(),
                };
                show::print(&format!("{}{lines}", table(&tests)))?;
            }
        }
        conclusion(&tests)
    }
}

fn table(tests: &[Standings]) -> String {
    let rows = tests.iter().map(|test| {
        let [format, keeps, before] = asked_and_needed(test);
        let name = show::printable(&test.name);
        vec![name, format, keeps, before, needs(test), sentence(test)]
    });
    let headings = ["test", "format", "keeps", "before", "needs", ""];
    show::table("<<>>><", &headings, rows.collect())
}

fn document(tests: &[Standings]) -> Value {
    let test = |test: &Standings| {
        let record = test.record.as_ref();
        json!({
            "name": test.name,
            "standing": test.standing.word(),
            "code": test.standing.code(),
            "file": record.map(|record| &record.file),
            "line": record.map(|record| record.line),
            "format": asked(test).map(|(format, _)| format.to_string()),
            "keeps": asked(test).map(|(_, keeps)| keeps),
            "bits": record.map(|record| record.bits),
            "needs": record.and_then(|record| record.needs),
            "before": test.before.as_ref().map(|entry| entry.needs),
            "confirmed": record.map(|record| record.confirmed),
        })
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "device": "cpu",
        "code": Standings::code(tests),
        "tests": tests.iter().map(test).collect::<Vec<_>>(),
    })
}

/// The exit code, with a sentence where it is not 0.
fn conclusion(tests: &[Standings]) -> Result<(), Failure> {
    let count = |code| {
        tests
            .iter()
            .filter(|test| test.standing.code() == code)
            .count()
    };
    let of = tests.len();
    match Standings::code(tests) {
        0 => Ok(()),
        1 => Err(Failure::Check(format!(
            "{} of {of} tests need more digits than before, or do not keep their bits",
            count(1)
        ))),
        _ => Err(Failure::Usage(format!(
            "{} of {of} tests are not decided: `roundoff accept` takes what they need now",
            count(2)
        ))),
    }
}
