//! Reading and writing `.npy`, `.npz` and `.safetensors`.
//!
//! A file from elsewhere may be damaged or hostile: its header is checked against the file's
//! length before anything is allocated or read, and no array is ever in memory as a whole.

pub mod npy;
pub mod npz;
pub mod safetensors;

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;
use thiserror::Error;

use crate::failure::plain;

/// Why an input cannot be used.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system says no.
    #[error("{}", plain(.0, false))]
    Io(#[from] io::Error),
    /// Damaged, hostile or not an npy file.
    #[error(transparent)]
    Npy(#[from] npy::NpyError),
    /// The same for npz.
    #[error(transparent)]
    Npz(#[from] npz::NpzError),
    /// The same for safetensors.
    #[error(transparent)]
    Safetensors(#[from] safetensors::SafetensorsError),
    /// Not a file.
    #[error("it is no regular file; name a .npy, .npz or .safetensors file")]
    NotAFile,
}

/// The float types of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// IEEE binary16.
    F16,
    /// bfloat16.
    Bf16,
    /// IEEE binary32.
    F32,
    /// IEEE binary64.
    F64,
}

impl Element {
    /// Bytes of one.
    pub fn size(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The least significant one.
    Little,
    /// The most significant one.
    Big,
}

/// How many values a shape has, if that many fit the address space at 16 bytes each: no file has
/// more, and every later product is safe.
pub fn count(shape: &[u64]) -> Option<u64> {
    // A zero anywhere makes zero, whatever the others' product.
    let nonzero = shape.iter().filter(|n| **n != 0);
    let product = nonzero.copied().try_fold(1u64, u64::checked_mul)?;
    let all = if shape.contains(&0) { 0 } else { product };
    (product <= 1 << 59).then_some(all)
}

/// A file in memory, as the system pages it in.
///
/// # Errors
/// [`ReadError`] if there is none, it is no regular file or cannot be mapped.
pub fn map(path: &Path) -> Result<Mapped, ReadError> {
    let file = open(path)?;
    if file.metadata()?.len() == 0 {
        // Nothing to map; the parsers say what is missing.
        return Ok(Mapped(None));
    }
    let map = mapped(&file)?;
    #[cfg(unix)]
    let _ = map.advise(memmap2::Advice::Sequential);
    Ok(Mapped(Some(map)))
}

/// A regular file to read.
///
/// # Errors
/// [`ReadError`] if there is none or it is something else.
pub fn open(path: &Path) -> Result<File, ReadError> {
    // Asked first: opening a pipe waits for its other end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(ReadError::NotAFile);
    }
    Ok(File::open(path)?)
}

#[allow(unsafe_code)]
fn mapped(file: &File) -> io::Result<Mmap> {
    // SAFETY: the one unsafe place of the command. A map is a slice only as long as nobody cuts or
    // changes the file meanwhile; a file being written by another program is a mistake in any
    // case, and our own output goes to a file of its own. Values that change while they are read
    // can give wrong values, no wrong memory access: they are copied out once and never used as
    // offsets or lengths after the header was checked. Without a map a tensor would have to be
    // read through the kernel's buffers, which costs a copy.
    unsafe { Mmap::map(file) }
}

/// What [`map`] returns: the bytes of a file.
#[derive(Debug)]
pub struct Mapped(Option<Mmap>);

impl std::ops::Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}
