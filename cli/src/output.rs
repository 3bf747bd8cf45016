//! An output file that appears whole or not at all.
//!
//! It is written under a temporary name in the same folder, brought to the disk, then renamed. An
//! error or a signal before that removes it. So the output may even be the input: the old file
//! is there until the new one is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

/// A file on its way.
#[derive(Debug)]
pub struct Output {
    file: NamedTempFile,
    /// Where it goes, links followed.
    target: PathBuf,
    /// As the user named it.
    named: PathBuf,
}

impl Output {
    /// Starts a file that is to become `path`.
    ///
    /// # Errors
    /// [`Failure::Output`] where the folder cannot be written; [`Failure::Usage`] where `path` is
    /// something else than a file, which a rename would replace.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&target) {
            Ok(found) if found.is_dir() => {
                return Err(Failure::Usage(format!(
                    "cannot write {}: it is a folder; name a file in it",
                    path.display()
                )));
            }
            Ok(found) if !found.is_file() => {
                return Err(Failure::Usage(format!(
                    "cannot write {}: it is no regular file; name one with -o",
                    path.display()
                )));
            }
            Ok(found) if found.permissions().readonly() => {
                let source = io::Error::from(io::ErrorKind::PermissionDenied);
                return Err(Failure::output(path, source));
            }
            _ => {}
        }
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = Builder::new();
        builder.prefix(".roundoff-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file: the user's umask decides.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder
            .tempfile_in(folder)
            .map_err(|source| Failure::output(path, inner(source)))?;
        Ok(Self {
            file,
            target,
            named: path.to_owned(),
        })
    }

    /// The file to write to.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// An error of this file.
    pub fn failed(&self, source: io::Error) -> Failure {
        Failure::output(&self.named, source)
    }

    /// The file is whole: to the disk, and to its name.
    ///
    /// # Errors
    /// [`Failure::Output`]; then there is no file.
    pub fn publish(self) -> Result<(), Failure> {
        let failed = |source| Failure::output(&self.named, source);
        self.file.as_file().sync_all().map_err(failed)?;
        self.file
            .persist(&self.target)
            .map_err(|error| Failure::output(&self.named, error.error))?;
        Ok(())
    }
}

/// The system's own error under the one of `tempfile`, which adds the temporary name.
fn inner(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    }
}

/// Says when a signal asks to stop, so that the temporary file goes away.
#[derive(Clone, Debug, Default)]
pub struct Signals(Arc<AtomicBool>);

impl Signals {
    /// Listens from now on.
    pub fn listen() -> Self {
        let signals = Self::default();
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                let _ = signal_hook::flag::register(signal, Arc::clone(&signals.0));
            }
            // Without a handler a file past its limit ends the process; with one, the write fails.
            let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
        }
        signals
    }

    /// [`Failure::Stopped`] once a signal has come.
    ///
    /// # Errors
    /// That one.
    pub fn check(&self) -> Result<(), Failure> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(Failure::Stopped),
            false => Ok(()),
        }
    }
}
