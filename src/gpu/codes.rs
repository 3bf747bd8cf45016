//! Encoding and decoding, packed codes too.
//!
//! | room | what is in it |
//! |---|---|
//! | `shaders` | the shaders |
//! | `words` | where a format's codes lie in the words of a lane |
//! | `work` | long slices, piece by piece |

mod shaders;
mod words;
mod work;

pub(super) use self::shaders::SHADERS;
pub(super) use self::words::CodeWords;
use self::work::{Codes, Decode, Encode, Given};
use super::plan::{Lane, Told};
use super::{Gpu, GpuError};
use crate::Rounder;
use crate::chop::codes::{Code, packed_len};
use crate::chop::{Carriers, Host};
use crate::format::{CodeError, Format};

fn lengths(values: usize, codes: usize) -> Result<(), CodeError> {
    match values == codes {
        true => Ok(()),
        false => Err(CodeError::Length { values, codes }),
    }
}

/// The width of a format's codes, which have room in so many bits.
fn width(format: &Format, room: u32) -> Result<u32, CodeError> {
    match format.code_width()? {
        width if width > room => Err(CodeError::TooWide {
            format: format.to_string(),
            width,
            room,
        }),
        width => Ok(width),
    }
}

/// That a slice of bytes has the packed codes of so many values.
fn packed_lengths(values: usize, bytes: usize, width: u32) -> Result<(), CodeError> {
    match bytes == packed_len(values, width) {
        true => Ok(()),
        false => Err(CodeError::Length {
            values,
            codes: bytes * 8 / width as usize,
        }),
    }
}

fn unsupported(format: &Format) -> GpuError {
    GpuError::Unsupported {
        what: format!("codes of {format}"),
    }
}

impl Gpu {
    /// Rounds a slice and writes the codes, one an integer: [`Rounder::encode`].
    ///
    /// # Errors
    /// [`GpuError::Code`] with the CPU's errors, or the device's.
    ///
    /// ```
    /// use roundoff::gpu::Gpu;
    /// use roundoff::{Format, Rounder};
    /// # let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut codes = [0u8; 3];
    /// gpu.encode(&Rounder::new(Format::OCP_E4M3), &[1.0f32, -0.0, 448.0], &mut codes)?;
    /// assert_eq!(codes, [0x38, 0x80, 0x7e]);
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn encode<T: Host, C: Code>(
        &self,
        rounder: &Rounder,
        values: &[T],
        codes: &mut [C],
    ) -> Result<(), GpuError> {
        lengths(values.len(), codes.len())?;
        width(rounder.format(), C::BITS)?;
        self.encoded(rounder, values, C::BITS, Codes(codes))
    }

    /// Rounds a slice and packs the codes, the first in the lowest bits:
    /// [`Rounder::encode_packed`].
    ///
    /// # Errors
    /// As [`Gpu::encode`].
    pub fn encode_packed<T: Host>(
        &self,
        rounder: &Rounder,
        values: &[T],
    ) -> Result<Vec<u8>, GpuError> {
        let width = width(rounder.format(), 32)?;
        let mut packed = vec![0u8; packed_len(values.len(), width)];
        self.encoded(rounder, values, width, Codes(&mut packed))?;
        Ok(packed)
    }

    fn encoded<T: Host, C: Code>(
        &self,
        rounder: &Rounder,
        values: &[T],
        bits: u32,
        codes: Codes<'_, C>,
    ) -> Result<(), GpuError> {
        let format = rounder.format();
        // Narrow words where they hold both the plan and the codes.
        let narrow = (T::CARRIER != Carriers::F64)
            .then_some(Lane::Narrow)
            .into_iter();
        let fit = |lane| Some((Told::on::<T>(rounder, lane)?, CodeWords::new(format, lane)?));
        let fitting = narrow.chain([Lane::Wide]).find_map(fit);
        let (told, words) = fitting.ok_or_else(|| unsupported(format))?;
        self.stream(&mut Encode {
            told,
            words,
            bits,
            no_nan: format.nan_code().is_none().then(|| format.to_string()),
            values,
            codes,
        })
    }

    /// The values of a slice of codes: [`Format::decode_slice`].
    ///
    /// # Errors
    /// As [`Gpu::encode`].
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::gpu::Gpu;
    /// # let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut values = [0.0f32; 2];
    /// gpu.decode_slice(&Format::OCP_E5M2, &[0x3cu8, 0x7c], &mut values)?;
    /// assert_eq!(values, [1.0, f32::INFINITY]);
    /// # Ok::<(), roundoff::gpu::GpuError>(())
    /// ```
    pub fn decode_slice<T: Host, C: Code>(
        &self,
        format: &Format,
        codes: &[C],
        values: &mut [T],
    ) -> Result<(), GpuError> {
        lengths(values.len(), codes.len())?;
        format.code_width()?;
        self.decoded(format, C::BITS, Given::Codes(codes), values)
    }

    /// The values of packed codes: [`Format::decode_packed`].
    ///
    /// # Errors
    /// As [`Gpu::encode`].
    pub fn decode_packed<T: Host>(
        &self,
        format: &Format,
        packed: &[u8],
        values: &mut [T],
    ) -> Result<(), GpuError> {
        let width = width(format, 32)?;
        packed_lengths(values.len(), packed.len(), width)?;
        self.decoded(format, width, Given::<u8>::Packed(packed), values)
    }

    fn decoded<T: Host, C: Code>(
        &self,
        format: &Format,
        bits: u32,
        codes: Given<'_, C>,
        values: &mut [T],
    ) -> Result<(), GpuError> {
        let narrow = (T::CARRIER != Carriers::F64)
            .then_some(Lane::Narrow)
            .into_iter();
        let fit = |lane| Some((lane, CodeWords::new(format, lane)?));
        let fitting = narrow.chain([Lane::Wide]).find_map(fit);
        let (lane, words) = fitting.ok_or_else(|| unsupported(format))?;
        self.stream(&mut Decode {
            lane,
            words,
            bits,
            format,
            codes,
            values,
        })
    }
}
