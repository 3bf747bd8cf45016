//! `.npy`: one array.
//!
//! ```text
//!   93 'N' 'U' 'M' 'P' 'Y'  major minor  length (2 bytes; from version 2 on 4)
//!   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   spaces, newline
//!   values
//! ```
//!
//! The header is a Python literal of a dictionary with exactly these three keys
//! (`numpy/lib/format.py`). It is read without recursion and up to [`LONGEST`] bytes, so that no
//! nesting and no length in it can hurt.

mod literal;

use std::io::{self, Read};

use thiserror::Error;

use super::{Element, Order, count};

/// The longest header that is read. NumPy's own stay far below; its default limit is 10,000.
pub const LONGEST: usize = 1 << 20;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Why there is no array.
#[derive(Debug, Error)]
pub enum NpyError {
    /// Something else.
    #[error("it is no .npy file (it does not begin with \\x93NUMPY); save it with numpy.save")]
    Magic,
    /// It ends too early.
    #[error("the file ends in its header; copy or save it again")]
    CutHeader,
    /// The header and the file disagree.
    #[error(
        "its header promises {promised} bytes of values and {found} follow; copy or save it again"
    )]
    Length {
        /// By the header.
        promised: u64,
        /// By the file.
        found: u64,
    },
    /// Newer than NumPy's newest.
    #[error("npy version {0} is unknown; save it with numpy.save")]
    Version(u8),
    /// Absurdly long.
    #[error(
        "its header claims {0} bytes, and the longest read is {LONGEST}; save it with numpy.save"
    )]
    HeaderLength(u64),
    /// Not the dictionary that it should be.
    #[error("its header is damaged ({0}); save it again with numpy.save")]
    Header(&'static str),
    /// More values than there can be.
    #[error("its shape has more values than any file holds; save it again with numpy.save")]
    Shape,
    /// A structured array.
    #[error("it has structured records; save each field by itself")]
    Structured,
    /// Python objects.
    #[error(
        "it holds Python objects, which are never loaded; save a float array (allow_pickle=False)"
    )]
    Objects,
    /// Another type.
    #[error(
        "it holds values of type '{0}', not floats of 16, 32 or 64 bits; convert them with astype('f4')"
    )]
    Type(String),
    /// The system says no.
    #[error("{}", crate::failure::plain(.0, false))]
    Io(io::Error),
}

/// The header of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// NumPy's name of the type, `<f4` and the like.
    pub descr: String,
    /// Is the first index the fastest?
    pub fortran_order: bool,
    /// Lengths of the dimensions.
    pub shape: Vec<u64>,
    /// How many values: the product of the shape.
    pub count: u64,
}

impl Header {
    /// Reads a header, up to the first byte of the values.
    ///
    /// # Errors
    /// [`NpyError`] for what is no header.
    pub fn read(source: &mut dyn Read) -> Result<Self, NpyError> {
        let mut start = [0; 8];
        fill(source, &mut start[..6]).map_err(|error| match error {
            NpyError::CutHeader => NpyError::Magic,
            other => other,
        })?;
        if start[..6] != MAGIC[..] {
            return Err(NpyError::Magic);
        }
        fill(source, &mut start[6..])?;
        let mut length = [0; 4];
        match start[6] {
            1 => fill(source, &mut length[..2])?,
            2 | 3 => fill(source, &mut length)?,
            other => return Err(NpyError::Version(other)),
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(NpyError::HeaderLength(length as u64));
        }
        let mut text = vec![0; length];
        fill(source, &mut text)?;
        let text = std::str::from_utf8(&text).map_err(|_| NpyError::Header("it is no text"))?;
        let (descr, fortran_order, shape) = literal::dictionary(text)?;
        let count = count(&shape).ok_or(NpyError::Shape)?;
        Ok(Self {
            descr,
            fortran_order,
            shape,
            count,
        })
    }

    /// The bytes of a file's beginning, up to the values: a multiple of 64, as NumPy has it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let shape: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        let shape = match shape.as_slice() {
            [one] => format!("({one},)"),
            all => format!("({})", all.join(", ")),
        };
        let order = if self.fortran_order { "True" } else { "False" };
        let text = format!(
            "{{'descr': '{}', 'fortran_order': {order}, 'shape': {shape}, }}",
            self.descr
        );
        let (version, before) = if text.len() < 60_000 {
            (1, 10)
        } else {
            (2, 12)
        };
        let length = (before + text.len() + 1).next_multiple_of(64) - before;
        let mut bytes = MAGIC.to_vec();
        bytes.extend([version, 0]);
        bytes.extend(&(length as u32).to_le_bytes()[..before - 8]);
        bytes.extend(text.as_bytes());
        bytes.resize(before + length - 1, b' ');
        bytes.push(b'\n');
        bytes
    }

    /// The type of floats, where so many bytes are all the values of the array.
    ///
    /// # Errors
    /// [`NpyError::Length`] if they are not; and as [`Header::floats`].
    pub fn fits(&self, found: u64) -> Result<(Element, Order), NpyError> {
        let (element, order) = self.floats()?;
        match self.count * element.size() as u64 {
            promised if promised == found => Ok((element, order)),
            promised => Err(NpyError::Length { promised, found }),
        }
    }

    /// The type of floats.
    ///
    /// bfloat16 is what ml_dtypes saves it as: `V2`, two bytes without a meaning of NumPy's own.
    ///
    /// # Errors
    /// [`NpyError::Type`] or [`NpyError::Objects`] for other types.
    pub fn floats(&self) -> Result<(Element, Order), NpyError> {
        let native = if cfg!(target_endian = "big") {
            Order::Big
        } else {
            Order::Little
        };
        let (order, kind) = match self.descr.as_bytes() {
            [b'<', ..] => (Order::Little, &self.descr[1..]),
            [b'>', ..] => (Order::Big, &self.descr[1..]),
            [b'|' | b'=', ..] => (native, &self.descr[1..]),
            _ => (native, self.descr.as_str()),
        };
        let element = match kind {
            "f2" => Element::F16,
            "f4" => Element::F32,
            "f8" => Element::F64,
            "V2" => Element::Bf16,
            kind if kind.starts_with('O') => return Err(NpyError::Objects),
            _ => return Err(NpyError::Type(self.descr.clone())),
        };
        Ok((element, order))
    }
}

/// Exactly as many bytes, or the word that they are missing.
fn fill(source: &mut dyn Read, bytes: &mut [u8]) -> Result<(), NpyError> {
    source
        .read_exact(bytes)
        .map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => NpyError::CutHeader,
            _ => NpyError::Io(error),
        })
}
