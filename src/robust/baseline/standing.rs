//! How tests stand beside the baseline.

use std::fmt;

use super::{Baseline, Entry, Record};

/// How one test stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It needs what it needed.
    Same,
    /// It needs fewer digits than before.
    Fewer {
        /// What it needed.
        before: u32,
    },
    /// It needs more digits than before: a failure.
    More {
        /// What it needed.
        before: u32,
    },
    /// Its own assertion does not hold: a failure.
    Failed,
    /// The baseline does not have it: nothing to compare with.
    New,
    /// It asks another question than before: nothing to compare with.
    Changed {
        /// What it asked and needed.
        before: Entry,
    },
    /// The baseline has it and no run does: not decided.
    NotRun,
}

impl Standing {
    /// 0 pass, 1 fail, 2 not decided.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Same | Self::Fewer { .. } => 0,
            Self::More { .. } | Self::Failed => 1,
            Self::New | Self::Changed { .. } | Self::NotRun => 2,
        }
    }

    /// In one word, for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Fewer { .. } => "fewer",
            Self::More { .. } => "more",
            Self::Failed => "failed",
            Self::New => "new",
            Self::Changed { .. } => "changed",
            Self::NotRun => "not-run",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("needs what it needed"),
            Self::Fewer { before } => {
                write!(
                    f,
                    "needs fewer digits than {before}; `roundoff accept` keeps that"
                )
            }
            Self::More { before } => write!(f, "needs more digits than {before}"),
            Self::Failed => f.write_str("does not keep its bits"),
            Self::New => f.write_str("is not in the baseline; `roundoff accept` puts it there"),
            Self::Changed { before } => write!(
                f,
                "asked for {} bits in {} before; `roundoff accept` takes the new question",
                before.keeps, before.format
            ),
            Self::NotRun => f.write_str("was not run; run all tests, or `roundoff accept --prune`"),
        }
    }
}

/// How one test stands, and what it found out.
#[derive(Clone, Debug, PartialEq)]
pub struct Standings {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// What the baseline has of it; none where it is new.
    pub before: Option<Entry>,
    /// Its last run; none where there was none.
    pub record: Option<Record>,
}

impl Standing {
    /// Of one run.
    pub fn of(record: &Record, before: Option<&Entry>) -> Self {
        let Some(needs) = record.needs.filter(|_| record.held) else {
            return Self::Failed;
        };
        match before {
            None => Self::New,
            Some(entry) if entry.format != record.format || entry.keeps != record.keeps => {
                Self::Changed {
                    before: entry.clone(),
                }
            }
            Some(Entry { needs: before, .. }) => match needs.cmp(before) {
                std::cmp::Ordering::Less => Self::Fewer { before: *before },
                std::cmp::Ordering::Equal => Self::Same,
                std::cmp::Ordering::Greater => Self::More { before: *before },
            },
        }
    }
}

/// All tests of the baseline and of the records, by name.
pub fn compare(baseline: &Baseline, records: &[Record]) -> Vec<Standings> {
    let run = records.iter().map(|record| {
        let before = baseline.tests.get(&record.name);
        Standings {
            name: record.name.clone(),
            standing: Standing::of(record, before),
            before: before.cloned(),
            record: Some(record.clone()),
        }
    });
    let missing = baseline
        .tests
        .iter()
        .filter(|(name, _)| !records.iter().any(|record| record.name == **name))
        .map(|(name, entry)| Standings {
            name: name.clone(),
            standing: Standing::NotRun,
            before: Some(entry.clone()),
            record: None,
        });
    let mut all: Vec<Standings> = run.chain(missing).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

impl Standings {
    /// 1 where one failed, else 2 where one is not decided, else 0.
    pub fn code(all: &[Self]) -> u8 {
        let any = |code| all.iter().any(|test| test.standing.code() == code);
        match (any(1), any(2)) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        }
    }
}

impl Baseline {
    /// Takes what the runs need, of the tests for which `wanted` says yes; gives their names. A
    /// test whose own assertion does not hold is not taken.
    pub fn accept(&mut self, records: &[Record], wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut taken = Vec::new();
        for record in records.iter().filter(|record| wanted(&record.name)) {
            if let Some(entry) = record.entry().filter(|_| record.held)
                && self.tests.insert(record.name.clone(), entry.clone()) != Some(entry)
            {
                taken.push(record.name.clone());
            }
        }
        taken
    }

    /// Drops tests that were not run; gives their names.
    pub fn prune(&mut self, records: &[Record]) -> Vec<String> {
        let run = |name: &str| records.iter().any(|record| record.name == name);
        let gone: Vec<String> = self
            .tests
            .keys()
            .filter(|name| !run(name))
            .cloned()
            .collect();
        for name in &gone {
            self.tests.remove(name);
        }
        gone
    }
}
