//! The digits that tests need, in a file that moves only when it is told to.
//!
//! A test with [`Robust::with_baseline`](super::Robust::with_baseline) also searches the least
//! precision, with the format's exponents, that keeps its bits: what it *needs*. `roundoff.toml`
//! holds what each test needed before:
//!
//! ```toml
//! version = 1
//!
//! [tests.quadratic-root]
//! format = "bfloat16"
//! keeps = 6
//! needs = 8
//! ```
//!
//! ```text
//!  cargo test ──> what each test needs now (target/roundoff/*.toml) ──┐
//!  roundoff.toml: what it needed before ──────────────────────────────┴──> roundoff check
//!                                └───────────── roundoff accept <──────────┘
//! ```
//!
//! A test that needs more than the file says fails. One that needs less passes and says so, and
//! `roundoff accept` writes the lesser number down: so the file only tightens, unless somebody
//! accepts more on purpose, which a reviewer sees in the difference.

mod files;
mod record;
mod search;
mod standing;
mod text;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::format::Format;

pub use files::Files;
pub use record::Record;
pub use standing::{Standing, Standings, compare};

/// What a test asked and needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The format that it runs in.
    pub format: Format,
    /// The bits that it asks for.
    pub keeps: f64,
    /// The least precision, in digits, with the format's exponents, that keeps them.
    pub needs: u32,
}

/// What all tests needed before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// By name.
    pub tests: BTreeMap<String, Entry>,
}

/// A file that cannot be used.
#[derive(Clone, Debug, Error)]
pub enum BaselineError {
    /// Not what it should be.
    #[error("{}, line {line}: {problem}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// Not read.
    #[error("cannot read {}: {}", path.display(), reason(*kind))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
    },
    /// Not written.
    #[error("cannot write {}: {}", path.display(), reason(*kind))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: io::ErrorKind,
    },
}

/// What the system said, and what helps.
fn reason(kind: io::ErrorKind) -> String {
    let help = match kind {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; make it writable, or name another with ROUNDOFF_BASELINE or ROUNDOFF_RECORDS"
        }
        io::ErrorKind::InvalidInput => return "it is no regular file; name one".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room on the disk",
        _ => "",
    };
    format!("{kind}{help}")
}
