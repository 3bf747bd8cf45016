//! A journal: rows on the disk as they come, so that a sweep that was stopped or killed goes on where
//! it stood.
//!
//! ```text
//!     {"journal":1,"plan":"9f0c...","shard":"1/1"}
//!     {"format":"binary16", ...}                       row after row, as JSON lines
//!     {"format":"binary16", "roun                      a torn last line: cut off at the next start
//! ```
//!
//! Rows are those of the first trials of the shard, in order. Whoever has the journal open holds a lock
//! on it; the system lets go of it with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use thiserror::Error;

use super::plan::Plan;
use super::row::{Row, SCHEMA};
use super::shard::Shard;
use super::table::{self, TableError, row_of, write_line};

/// A journal that cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The system says no.
    #[error("{}: {source}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another run has it open.
    #[error(
        "{} is being written by another run: wait for it, or name another output",
        .0.display()
    )]
    Busy(PathBuf),
    /// It belongs to something else.
    #[error(
        "{} is the journal of another plan, part or version: finish that sweep with its own command, \
         name another output, or remove the journal",
        .0.display()
    )]
    Other(PathBuf),
    /// Its last row is none.
    #[error("{}: row {row} is damaged: {problem}; remove the journal and begin anew", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// From 1.
        row: u64,
        /// What is wrong.
        problem: String,
    },
}

/// Rows on the disk, one after the other.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    rows: u64,
    /// Room for a line.
    line: Vec<u8>,
}

/// The first line.
fn heading(plan: &Plan, shard: Shard) -> Value {
    json!({
        "journal": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "plan": plan.fingerprint(),
        "shard": shard.to_string(),
    })
}

impl Journal {
    /// Opens the journal of a part of a plan, or begins it.
    ///
    /// # Errors
    /// [`JournalError`]: another run has it, it is of another plan, or it cannot be read.
    pub fn open(path: &Path, plan: &Plan, shard: Shard) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut journal = Self {
            path: path.to_owned(),
            file: file.try_clone().map_err(failed)?,
            rows: 0,
            line: Vec::new(),
        };
        let expected = heading(plan, shard);
        let mut lines = Lines::of(&mut file).map_err(failed)?;
        match lines.next_line().map_err(failed)? {
            // New, or stopped within its first line.
            None => {
                journal.file.set_len(0).map_err(failed)?;
                journal.file.seek(SeekFrom::Start(0)).map_err(failed)?;
                let heading = format!("{expected}\n");
                journal.file.write_all(heading.as_bytes()).map_err(failed)?;
                return Ok(journal);
            }
            Some(line) => {
                let found: Option<Value> = serde_json::from_slice(line).ok();
                if found.as_ref() != Some(&expected) {
                    return Err(JournalError::Other(path.to_owned()));
                }
            }
        }
        let mut last = Vec::new();
        while let Some(line) = lines.next_line().map_err(failed)? {
            last.clear();
            last.extend_from_slice(line);
            journal.rows += 1;
        }
        let end = lines.end;
        if journal.rows > 0 {
            row_of(&last).map_err(|problem| JournalError::Damaged {
                path: path.to_owned(),
                row: journal.rows,
                problem,
            })?;
        }
        journal.file.set_len(end).map_err(failed)?;
        journal.file.seek(SeekFrom::Start(end)).map_err(failed)?;
        Ok(journal)
    }

    /// Rows that it has.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One row more. Where that fails, what was written of it goes at the next start.
    ///
    /// # Errors
    /// Those of the file.
    pub fn append(&mut self, row: &Row) -> io::Result<()> {
        self.line.clear();
        write_line(row, &mut self.line)?;
        // One call a line: a kill between two leaves no torn one.
        self.file.write_all(&self.line)?;
        self.rows += 1;
        Ok(())
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// Those of the file.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// All rows from the first, one at a time.
    ///
    /// # Errors
    /// Those of the file.
    pub fn read(&self) -> io::Result<impl Iterator<Item = Result<Row, TableError>> + use<>> {
        let mut from = BufReader::new(File::open(&self.path)?);
        from.skip_until(b'\n')?;
        Ok(table::json_lines(from))
    }

    /// Removes it: its rows are elsewhere.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove(self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}

/// Whole lines, and where the last of them ends.
struct Lines<'a> {
    from: BufReader<&'a mut File>,
    line: Vec<u8>,
    end: u64,
}

impl<'a> Lines<'a> {
    fn of(file: &'a mut File) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            from: BufReader::new(file),
            line: Vec::new(),
            end: 0,
        })
    }

    fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let read = self.from.read_until(b'\n', &mut self.line)?;
        Ok(match self.line.pop() {
            Some(b'\n') => {
                self.end += read as u64;
                Some(&self.line)
            }
            _ => None,
        })
    }
}
