//! `.npz`: a zip archive of `.npy` files.
//!
//! Members are read through the decompressor, a piece at a time: a zip bomb costs time in
//! proportion to its own length (deflate makes at most 1,032 bytes of one), never memory. Members
//! that share their bytes, which would break that proportion, are refused.

use std::io::{BufReader, Read, Seek, Write};

use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::npy::{Header, NpyError};

/// Why there are no arrays.
#[derive(Debug, Error)]
pub enum NpzError {
    /// Not a zip archive, or a damaged one.
    #[error("it is no .npz file or a damaged one ({0}); save it with numpy.savez")]
    Zip(String),
    /// Two members of one name.
    #[error("it has two members of one name; save it again with numpy.savez")]
    Duplicate,
    /// Members that share their bytes.
    #[error("its members overlap, as a zip bomb's do; save it again with numpy.savez")]
    Overlap,
    /// A member that is no array.
    #[error("member \"{member}\": {source}")]
    Member {
        /// Its name.
        member: String,
        /// Why.
        source: NpyError,
    },
    /// A member that does not decompress.
    #[error("member \"{member}\" is damaged ({reason}); copy or save the file again")]
    Damaged {
        /// Its name.
        member: String,
        /// Why.
        reason: String,
    },
}

impl NpzError {
    /// What a zip library says.
    pub fn zip(error: &ZipError) -> Self {
        Self::Zip(error.to_string())
    }

    /// What a reader of a member says.
    pub fn damaged(member: &str, error: &std::io::Error) -> Self {
        let member = member.to_owned();
        let reason = match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
            _ => error.to_string(),
        };
        Self::Damaged { member, reason }
    }
}

/// An archive to read.
#[derive(Debug)]
pub struct Archive<R: Read + Seek> {
    zip: ZipArchive<BufReader<R>>,
}

/// What a member is.
#[derive(Clone, Debug)]
pub struct Member {
    /// As it stands in the archive.
    pub file_name: String,
    /// Without `.npy`, as numpy.load has it.
    pub name: String,
    /// Of the array; none for what is no `.npy` file.
    pub header: Option<Header>,
    /// How it is compressed.
    pub compression: CompressionMethod,
    /// Bytes of the values, decompressed.
    pub length: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    ///
    /// # Errors
    /// [`NpzError`] if it is none, or has members of one name or one place.
    pub fn open(file: R) -> Result<Self, NpzError> {
        let mut zip = ZipArchive::new(BufReader::with_capacity(1 << 18, file))
            .map_err(|error| NpzError::zip(&error))?;
        if zip.has_duplicate_names() {
            return Err(NpzError::Duplicate);
        }
        match zip.has_overlapping_files() {
            Ok(false) => Ok(Self { zip }),
            Ok(true) => Err(NpzError::Overlap),
            Err(error) => Err(NpzError::zip(&error)),
        }
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.zip.is_empty()
    }

    /// Reads what a member is, and gives it with its values to `work`.
    ///
    /// # Errors
    /// [`NpzError`], as any error of `work`'s.
    pub fn member<T, E: From<NpzError>>(
        &mut self,
        index: usize,
        work: impl FnOnce(Member, &mut (dyn Read + Send)) -> Result<T, E>,
    ) -> Result<T, E>
    where
        R: Send,
    {
        let failed = |error: ZipError| E::from(NpzError::zip(&error));
        let mut file = self.zip.by_index(index).map_err(failed)?;
        let file_name = file.name().map_err(failed)?.into_owned();
        let compression = file.compression();
        let size = file.size();
        let Some(name) = file_name.strip_suffix(".npy").map(str::to_owned) else {
            let member = Member {
                name: file_name.clone(),
                file_name,
                header: None,
                compression,
                length: size,
            };
            return work(member, &mut file);
        };
        let wrong = |source| NpzError::Member {
            member: name.clone(),
            source,
        };
        let mut counted = Counted {
            inner: &mut file,
            read: 0,
        };
        let header = Header::read(&mut counted).map_err(|error| match error {
            NpyError::Io(error) => NpzError::damaged(&name, &error),
            error => wrong(error),
        })?;
        let length = size.saturating_sub(counted.read);
        if header.floats().is_ok() {
            header.fits(length).map_err(wrong)?;
        }
        let member = Member {
            file_name,
            name,
            header: Some(header),
            compression,
            length,
        };
        work(member, &mut file)
    }

    /// Copies a member as it is, compressed bytes and all.
    ///
    /// # Errors
    /// Of either archive.
    pub fn copy<W: Write + Seek>(
        &mut self,
        index: usize,
        to: &mut ZipWriter<W>,
    ) -> Result<(), ZipError> {
        let file = self.zip.by_index_raw(index)?;
        to.raw_copy_file(file)
    }
}

/// How a member is written: compressed as it was, in the form that may exceed 4 GiB.
pub fn options(member: &Member) -> SimpleFileOptions {
    let compression = match member.compression {
        CompressionMethod::Stored => CompressionMethod::Stored,
        _ => CompressionMethod::Deflated,
    };
    SimpleFileOptions::default()
        .compression_method(compression)
        .large_file(member.length >= 1 << 31)
}

/// Counts the bytes that go by.
struct Counted<'a> {
    inner: &'a mut dyn Read,
    read: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.read += read as u64;
        Ok(read)
    }
}
