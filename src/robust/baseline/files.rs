//! Where baseline and records are, and how they are read and written.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Baseline, BaselineError, Record};

/// The baseline file, and the folder of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// `roundoff.toml`.
    pub baseline: PathBuf,
    /// `target/roundoff`.
    pub records: PathBuf,
}

impl Files {
    /// Beside the nearest `Cargo.lock`, or else `roundoff.toml`, from `folder` upward; in `folder`
    /// itself where there is neither. The variables `ROUNDOFF_BASELINE` (a file) and
    /// `ROUNDOFF_RECORDS` (a folder) name others; records follow `CARGO_TARGET_DIR`.
    pub fn from_folder(folder: &Path) -> Self {
        let has = |name: &'static str| {
            let mut above = folder.ancestors();
            above.find(|above| above.join(name).is_file())
        };
        let root = has("Cargo.lock").or_else(|| has("roundoff.toml"));
        let root = root.unwrap_or(folder);
        let named = |name| std::env::var_os(name).map(PathBuf::from);
        let target = named("CARGO_TARGET_DIR").unwrap_or_else(|| PathBuf::from("target"));
        Self {
            baseline: named("ROUNDOFF_BASELINE").unwrap_or_else(|| root.join("roundoff.toml")),
            records: named("ROUNDOFF_RECORDS")
                .unwrap_or_else(|| root.join(target.join("roundoff"))),
        }
    }

    /// Those of the package whose test runs: cargo says its folder.
    pub fn of_test() -> Self {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let folder = folder.or_else(|| std::env::current_dir().ok());
        Self::from_folder(&folder.unwrap_or_else(|| PathBuf::from(".")))
    }

    /// The baseline; empty where there is no file.
    ///
    /// # Errors
    /// [`BaselineError`] if it cannot be read.
    pub fn read(&self) -> Result<Baseline, BaselineError> {
        match read(&self.baseline)? {
            Some(text) => Baseline::parse(&self.baseline, &text),
            None => Ok(Baseline::default()),
        }
    }

    /// What the tests found out, by name.
    ///
    /// # Errors
    /// [`BaselineError`] if one cannot be read.
    pub fn read_records(&self) -> Result<Vec<Record>, BaselineError> {
        let failed = |error: io::Error| BaselineError::Read {
            path: self.records.clone(),
            kind: error.kind(),
        };
        let folder = match fs::read_dir(&self.records) {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut records = Vec::new();
        for file in folder {
            let path = file.map_err(failed)?.path();
            if path.extension().is_none_or(|end| end != "toml") {
                continue;
            }
            if let Some(text) = read(&path)? {
                records.push(Record::parse(&path, &text)?);
            }
        }
        records.sort_by(|a: &Record, b| a.name.cmp(&b.name));
        Ok(records)
    }

    /// Puts a record into its file, whole or not at all.
    ///
    /// # Errors
    /// [`BaselineError::Write`].
    pub fn write_record(&self, record: &Record) -> Result<(), BaselineError> {
        let path = self.records.join(record.file_name());
        // Another process may write the same record: each has a name of its own until then.
        let name = format!(".{}.{}.tmp", record.file_name(), std::process::id());
        let temporary = self.records.join(name);
        let written = fs::create_dir_all(&self.records)
            .and_then(|()| fs::write(&temporary, record.to_toml()))
            .and_then(|()| fs::rename(&temporary, &path));
        written.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            BaselineError::Write {
                path,
                kind: error.kind(),
            }
        })
    }
}

/// The most that is read of a file: more is no baseline.
const MOST_BYTES: u64 = 16 << 20;

/// The text of a file; none where there is no file.
fn read(path: &Path) -> Result<Option<String>, BaselineError> {
    let failed = |kind| BaselineError::Read {
        path: path.to_owned(),
        kind,
    };
    // Before it is opened: a pipe would wait, a device never end.
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(failed(io::ErrorKind::IsADirectory)),
        Ok(found) if !found.is_file() => return Err(failed(io::ErrorKind::InvalidInput)),
        Ok(found) if found.len() > MOST_BYTES => return Err(failed(io::ErrorKind::FileTooLarge)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    let mut text = String::new();
    fs::File::open(path)
        .and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
        .map_err(|error| failed(error.kind()))?;
    Ok(Some(text))
}
