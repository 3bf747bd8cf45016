//! `.safetensors`: named tensors and a few words of metadata.
//!
//! ```text
//!   length of the header (8 bytes, little-endian)
//!   {"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
//!   values, in the order of the offsets, without gaps
//! ```
//!
//! The `safetensors` crate has the types and the rules. It is not asked to read or write a whole
//! file: its tables have no fixed order, by which the output would differ from run to run, and two
//! tensors of one name pass as one.

use std::collections::BTreeMap;
use std::fmt;

use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use super::Element;

/// Bytes of the header's length.
const LENGTH: usize = 8;
/// The longest header that the format allows.
const LONGEST: u64 = 100_000_000;

/// Why there are no tensors.
#[derive(Debug, Error)]
pub enum SafetensorsError {
    /// Too short for anything.
    #[error("it has {0} bytes, fewer than any .safetensors file; copy or save it again")]
    Short(usize),
    /// The length of the header is nonsense.
    #[error(
        "its header claims {claimed} bytes and the file has {found}; copy or save it again, or it is no .safetensors file"
    )]
    HeaderLength {
        /// By the file's first bytes.
        claimed: u64,
        /// The file.
        found: usize,
    },
    /// Not the JSON that it should be.
    #[error("its header is damaged ({0}); save it again")]
    Header(String),
    /// Tensors overlap, leave gaps or have another size than their shape.
    #[error("its tensors do not fit together ({0}); save it again")]
    Layout(String),
    /// The file is shorter or longer than its tensors.
    #[error(
        "its tensors take {promised} bytes and {found} follow the header; copy or save it again"
    )]
    Length {
        /// By the header.
        promised: u64,
        /// By the file.
        found: u64,
    },
}

/// One tensor.
#[derive(Clone, Debug)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Type, shape and place.
    pub info: TensorInfo,
}

impl Tensor {
    /// The type, if it is one of floats that a host has.
    pub fn floats(&self) -> Option<Element> {
        match self.info.dtype {
            Dtype::F16 => Some(Element::F16),
            Dtype::BF16 => Some(Element::Bf16),
            Dtype::F32 => Some(Element::F32),
            Dtype::F64 => Some(Element::F64),
            _ => None,
        }
    }
}

/// What a file has: the tensors in the order of their values, and the metadata.
#[derive(Clone, Debug)]
pub struct Header {
    /// The metadata, if there is any.
    pub metadata: Option<BTreeMap<String, String>>,
    /// The tensors.
    pub tensors: Vec<Tensor>,
}

impl Header {
    /// Reads the header of a file and gives it and the bytes of the values.
    ///
    /// # Errors
    /// [`SafetensorsError`] unless every tensor is where and as long as it should be.
    pub fn read(file: &[u8]) -> Result<(Self, &[u8]), SafetensorsError> {
        let (length, rest) = file
            .split_first_chunk::<LENGTH>()
            .ok_or(SafetensorsError::Short(file.len()))?;
        let claimed = u64::from_le_bytes(*length);
        let split = usize::try_from(claimed)
            .ok()
            .filter(|_| claimed <= LONGEST)
            .and_then(|length| rest.split_at_checked(length));
        let (header, data) = split.ok_or(SafetensorsError::HeaderLength {
            claimed,
            found: file.len(),
        })?;
        let mut header: Self = serde_json::from_slice(header)
            .map_err(|error| SafetensorsError::Header(error.to_string()))?;
        header
            .tensors
            .sort_by(|a, b| (a.info.data_offsets, &a.name).cmp(&(b.info.data_offsets, &b.name)));
        let promised = header.validate()?;
        if promised != data.len() as u64 {
            return Err(SafetensorsError::Length {
                promised,
                found: data.len() as u64,
            });
        }
        Ok((header, data))
    }

    /// By the crate's rules: no gap, no overlap, sizes by the shapes. Returns the bytes of all.
    fn validate(&self) -> Result<u64, SafetensorsError> {
        let pairs = self
            .tensors
            .iter()
            .map(|t| (t.name.clone(), t.info.clone()));
        let metadata = Metadata::new(None, pairs.collect())
            .map_err(|error| SafetensorsError::Layout(reason(&error)))?;
        Ok(metadata.data_len() as u64)
    }

    /// The bytes of a file's beginning, up to the values, which begin at a multiple of 8.
    ///
    /// # Errors
    /// [`SafetensorsError`] if the tensors do not follow one another.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SafetensorsError> {
        self.validate()?;
        let mut text = serde_json::to_vec(self)
            .map_err(|error| SafetensorsError::Header(error.to_string()))?;
        text.resize(text.len().next_multiple_of(LENGTH), b' ');
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.append(&mut text);
        Ok(bytes)
    }
}

fn reason(error: &SafeTensorError) -> String {
    match error {
        SafeTensorError::InvalidOffset(name) => {
            format!("tensor \"{name}\" overlaps another or leaves a gap")
        }
        SafeTensorError::TensorInvalidInfo => "a tensor's shape and bytes disagree".to_owned(),
        SafeTensorError::ValidationOverflow => "a shape has more values than any file".to_owned(),
        SafeTensorError::MisalignedSlice => "a tensor ends within a byte".to_owned(),
        other => other.to_string(),
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                // Metadata that is null is none.
                let mut metadata: Option<Option<BTreeMap<_, _>>> = None;
                let mut tensors = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    let again = match name.as_str() {
                        "__metadata__" => metadata.replace(map.next_value()?).is_some(),
                        _ => tensors.insert(name.clone(), map.next_value()?).is_some(),
                    };
                    if again {
                        return Err(de::Error::custom(format!("two entries named \"{name}\"")));
                    }
                }
                let tensors = tensors.into_iter();
                Ok(Header {
                    metadata: metadata.flatten(),
                    tensors: tensors.map(|(name, info)| Tensor { name, info }).collect(),
                })
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        if let Some(metadata) = &self.metadata {
            map.serialize_entry("__metadata__", metadata)?;
        }
        for tensor in &self.tensors {
            map.serialize_entry(&tensor.name, &tensor.info)?;
        }
        map.end()
    }
}
