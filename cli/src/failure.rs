//! What went wrong, in one sentence with its remedy.

use std::io;
use std::path::{Path, PathBuf};

use roundoff::report::TableError;
use thiserror::Error;

use crate::files::ReadError;

/// Why a command did not do its work.
#[derive(Debug, Error)]
pub enum Failure {
    /// An input that cannot be used.
    #[error("{}: {source}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ReadError,
    },
    /// An output that cannot be written.
    #[error("cannot write {}: {}", path.display(), plain(source, true))]
    Output {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A tensor that cannot be rounded or encoded as asked.
    #[error("tensor \"{tensor}\": {source}")]
    Tensor {
        /// Its name.
        tensor: String,
        /// Why.
        source: roundoff::numbers::NumbersError,
    },
    /// The GPU that was asked for is not there, or failed.
    #[error("{0}; leave out --device gpu to use the CPU")]
    Gpu(crate::place::GpuError),
    /// Rows that cannot be read or drawn.
    #[error("{0}")]
    Rows(TableError),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Ctrl-C, or a polite kill.
    #[error("stopped by a signal; nothing was written")]
    Stopped,
    /// The same, after something was kept.
    #[error("{0}")]
    Interrupted(String),
    /// A check that failed.
    #[error("{0}")]
    Check(String),
    /// Words of a command that clap refuses, or a call for help.
    #[error("{0}")]
    Command(Box<clap::Error>),
    /// Nobody reads standard output any more.
    #[error("standard output is closed")]
    Closed,
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {}", plain(.0, true))]
    Stdout(io::Error),
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Stopped | Self::Interrupted(_) => 130,
            Self::Check(_) => 1,
            _ => 2,
        }
    }

    /// An input that failed.
    pub fn input(path: &Path, source: impl Into<ReadError>) -> Self {
        Self::Input {
            path: path.to_owned(),
            source: source.into(),
        }
    }

    /// An output that failed.
    pub fn output(path: &Path, source: io::Error) -> Self {
        Self::Output {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Open { path, source } => Self::input(&path, source),
            other => Self::Rows(other),
        }
    }
}

/// An operating system's error in plain words with the remedy.
pub fn plain(error: &io::Error, writing: bool) -> String {
    use io::ErrorKind as Kind;
    let words = match (error.kind(), writing) {
        (Kind::NotFound, true) => "there is no such folder; make it first",
        (Kind::NotFound, false) => "there is no such file; check the path",
        (Kind::PermissionDenied, true) => "permission denied; choose a folder that is yours",
        (Kind::PermissionDenied, false) => "permission denied; ask for the right to read it",
        (Kind::StorageFull, _) => "the disk is full; free some space or write elsewhere",
        (Kind::QuotaExceeded, _) => "the quota is used up; free some space or write elsewhere",
        (Kind::FileTooLarge, _) => "the file would exceed the size limit; raise it (ulimit -f)",
        (Kind::ReadOnlyFilesystem, _) => "the file system is read-only; write elsewhere",
        (Kind::IsADirectory, _) => "it is a folder; name a file",
        (Kind::NotADirectory, _) => "a part of the path is no folder; check the path",
        (Kind::InvalidFilename, _) => "the system takes no such name; choose a shorter one",
        _ => return error.to_string(),
    };
    words.to_owned()
}
