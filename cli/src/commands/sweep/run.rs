//! A sweep on its way: journal, progress, output.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, BufWriter, IsTerminal};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use roundoff::experiments::journal::{Journal, JournalError};
use roundoff::experiments::sweep::{Options, Summary, SweepError, run};
use roundoff::experiments::table::{Layout, TableError, Writer, json_of};
use roundoff::experiments::{Plan, Row, Shard};
use serde_json::{Value, json};

use super::table::Table;
use super::usage;
use crate::failure::{Failure, plain};
use crate::output::{Output, Signals};
use crate::show;

/// Rows that JSON on standard output may have: they are in memory.
const PRINTED: u64 = 100_000;

pub struct Job<'a> {
    pub plan: &'a Plan,
    pub shard: Shard,
    pub threads: Option<NonZeroUsize>,
    pub output: Option<&'a Path>,
    pub json: bool,
    #[cfg(feature = "gpu")]
    pub devices: Option<&'a roundoff::gpu::Devices>,
}

/// What is shown of the rows.
#[derive(Default)]
struct Shown {
    table: Table,
    json: Vec<Value>,
    rows: u64,
    failed: u64,
    first_error: Option<String>,
    /// What computed the rows.
    devices: BTreeSet<String>,
}

impl Shown {
    fn add(&mut self, row: &Row, json: bool) {
        self.rows += 1;
        if !self.devices.contains(&row.device) {
            self.devices.insert(row.device.clone());
        }
        if row.is_failed() {
            self.failed += 1;
            self.first_error.get_or_insert_with(|| row.error.clone());
        }
        match json {
            true => self.json.push(json_of(row)),
            false => self.table.add(row),
        }
    }

    /// `cpu`, `gpu: NAME`, or both.
    fn devices(&self) -> String {
        let devices: Vec<&str> = self.devices.iter().map(String::as_str).collect();
        match devices.is_empty() {
            true => "cpu".to_owned(),
            false => show::printable(&devices.join(" and ")),
        }
    }

    /// A sweep without a result is no sweep: the choices do not fit the kernels.
    fn conclusion(&self) -> Result<(), Failure> {
        match &self.first_error {
            Some(error) if self.failed == self.rows => Err(Failure::Usage(format!(
                "every trial failed, the first because: {error}"
            ))),
            _ => Ok(()),
        }
    }
}

impl Job<'_> {
    pub fn run(&self) -> Result<(), Failure> {
        if self.json && self.plan.len() > PRINTED {
            return Err(Failure::Usage(format!(
                "{} rows are too many to print; leave out --json and write them with -o rows.jsonl",
                self.plan.len()
            )));
        }
        // As soon as there is something to lose.
        let signals = Signals::listen();
        match self.output {
            Some(path) => self.to_file(path, &signals),
            None => self.to_memory(&signals),
        }
    }

    fn to_memory(&self, signals: &Signals) -> Result<(), Failure> {
        let mut shown = Shown::default();
        let swept = self.sweep(signals, 0, |row| {
            shown.add(&row, self.json);
            Ok(())
        });
        match swept {
            Ok(summary) => self.print(&shown, 0, &summary),
            Err(SweepError::Stopped { .. }) => Err(Failure::Stopped),
            Err(error) => Err(usage(error)),
        }
    }

    fn to_file(&self, path: &Path, signals: &Signals) -> Result<(), Failure> {
        let layout = Layout::of(path).ok_or_else(|| {
            Failure::Usage(format!(
                "{}: the name must end in .csv, .jsonl or .parquet; rename it",
                path.display()
            ))
        })?;
        // Before the work: a name that cannot be written is told at once.
        drop(Output::create(path)?);
        let journal = journal_of(path);
        let mut journal =
            Journal::open(&journal, self.plan, self.shard).map_err(|error| match error {
                JournalError::Io { path, source } => Failure::output(&path, source),
                other => usage(other),
            })?;
        let before = journal.rows();
        let mut shown = Shown::default();
        for row in self.read(&journal)? {
            shown.add(&row.map_err(|error| damaged(&journal, &error))?, self.json);
        }
        let swept = self.sweep(signals, before, |row| {
            journal.append(&row)?;
            shown.add(&row, self.json);
            Ok(())
        });
        // What is there is brought to the disk, however the sweep ended.
        let synced = journal.sync();
        let kept = format!(
            "{} rows are kept in {}; run the same command again to go on",
            journal.rows(),
            journal.path().display()
        );
        let summary = match swept {
            Ok(summary) => summary,
            Err(SweepError::Stopped { done, trials }) => {
                let part = if self.shard.is_whole() {
                    ""
                } else {
                    "at most "
                };
                return Err(Failure::Interrupted(format!(
                    "stopped by a signal after {done} of {part}{trials} trials: {kept}"
                )));
            }
            Err(SweepError::Sink(source)) => {
                return Err(Failure::Usage(format!(
                    "cannot write {}: {}; {kept}",
                    journal.path().display(),
                    plain(&source, true)
                )));
            }
            Err(error) => return Err(usage(error)),
        };
        synced.map_err(|source| Failure::output(journal.path(), source))?;
        self.publish(path, layout, &journal, signals)?;
        let journal_path = journal.path().to_owned();
        journal
            .remove()
            .map_err(|source| Failure::output(&journal_path, source))?;
        self.print(&shown, before, &summary)
    }

    fn read(
        &self,
        journal: &Journal,
    ) -> Result<impl Iterator<Item = Result<Row, TableError>> + use<>, Failure> {
        journal
            .read()
            .map_err(|source| Failure::output(journal.path(), source))
    }

    /// The journal's rows in the file's own layout, whole or not at all.
    fn publish(
        &self,
        path: &Path,
        layout: Layout,
        journal: &Journal,
        signals: &Signals,
    ) -> Result<(), Failure> {
        let mut output = Output::create(path)?;
        let told = |source: io::Error| {
            Failure::Usage(format!(
                "cannot write {}: {}; its rows are kept in {}, so run the same command again",
                path.display(),
                plain(&source, true),
                journal.path().display()
            ))
        };
        let file = BufWriter::new(output.file());
        let mut writer = Writer::new(layout, file).map_err(told)?;
        for (number, row) in self.read(journal)?.enumerate() {
            if number % 1024 == 0 && signals.check().is_err() {
                return Err(Failure::Interrupted(format!(
                    "stopped by a signal while {} was written; its rows are kept in {}: run the same \
                     command again",
                    path.display(),
                    journal.path().display()
                )));
            }
            let row = row.map_err(|error| damaged(journal, &error))?;
            writer.write(&row).map_err(told)?;
        }
        let file = writer.finish().map_err(told)?;
        file.into_inner()
            .map_err(|error| told(error.into_error()))?;
        output.publish()
    }

    fn sweep(
        &self,
        signals: &Signals,
        done: u64,
        sink: impl FnMut(Row) -> io::Result<()>,
    ) -> Result<Summary, SweepError> {
        let bar = bar(self.plan.len(), self.shard.is_whole(), done);
        let stop = || signals.check().is_err();
        let latest = RefCell::new(0);
        let progress = |summary: &Summary| {
            let more = summary.trials - latest.replace(summary.trials);
            bar.inc(more);
            if summary.failed > 0 {
                bar.set_message(format!("{} failed", summary.failed));
            }
        };
        let options = Options {
            threads: self.threads,
            shard: self.shard,
            done,
            stop: &stop,
            progress: &progress,
            #[cfg(feature = "gpu")]
            devices: self.devices,
        };
        let swept = run(self.plan, &options, sink);
        bar.finish_and_clear();
        swept
    }

    fn print(&self, shown: &Shown, before: u64, summary: &Summary) -> Result<(), Failure> {
        let seconds = summary.elapsed.as_secs_f64();
        if self.json {
            show::print_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "device": shown.devices(),
                "input": self.plan.inputs().map(|given| given.label.as_str()),
                "plan": self.plan.fingerprint(),
                "trials": shown.rows,
                "failed": shown.failed,
                "seconds": seconds,
                "kernel_share": summary.kernel_share(),
                "rows": shown.json,
            }))?;
            return shown.conclusion();
        }
        let mut text = match self.plan.inputs() {
            Some(given) => format!("inputs {}\n", show::printable(&given.label)),
            None => "generated inputs\n".to_owned(),
        };
        text += &format!(
            "roundoff {} on {}\n\n",
            env!("CARGO_PKG_VERSION"),
            shown.devices()
        );
        text += &shown.table.to_string();
        if let Some(error) = &shown.first_error {
            let error = show::printable(error);
            text += &format!(
                "\n{} failed, the first because: {error}\n",
                show::count(shown.failed, "trial")
            );
        }
        let share = 100.0 * summary.kernel_share();
        text += &format!("\n{}", show::count(shown.rows, "trial"));
        if before > 0 {
            text += &format!(", {before} of them by an earlier run");
        }
        text += &format!(", in {seconds:.1} s; {share:.0}% of the time in the kernels.\n");
        if let Some(path) = self.output {
            text += &format!(
                "Written to {}.\n",
                show::printable(&path.display().to_string())
            );
        }
        show::print(&text)?;
        shown.conclusion()
    }
}

fn damaged(journal: &Journal, error: &TableError) -> Failure {
    Failure::Usage(format!(
        "{}: {error}; remove the journal and begin anew",
        journal.path().display()
    ))
}

/// `rows.csv.journal`.
fn journal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".journal");
    name.into()
}

/// A bar on a terminal, with the time left; of a part of a plan a counter.
fn bar(trials: u64, is_whole: bool, done: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, style) = match is_whole {
        true => (
            ProgressBar::new(trials),
            "{bar:24} {human_pos} of {human_len} trials, {eta} left  {wide_msg}",
        ),
        false => (
            ProgressBar::new_spinner(),
            "{human_pos} trials of this part, {elapsed}  {wide_msg}",
        ),
    };
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_position(done);
    // Time left is of this run alone.
    bar.reset_eta();
    bar
}
