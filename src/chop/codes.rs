//! Slices to codes and back, packed ones too.
//!
//! ```text
//!   4-bit codes, two a byte:          6-bit codes, four in three bytes:
//!      byte 0                            byte 0     byte 1     byte 2
//!     [1111|0000]                       [11|000000][2222|1111][333333|22]
//!      the first code is in the low bits, as in OCP MX and ml_dtypes
//! ```

use fearless_simd::{Level, dispatch};

use super::{Host, Rounder, Threads};
use crate::format::{CodeError, Format};

/// An unsigned integer that holds codes: u8, u16 or u32.
pub trait Code: Copy + Send + Sync + Into<u64> + sealed::Sealed + 'static {
    /// Its bits.
    const BITS: u32;
    /// The low bits of `code`.
    fn truncated(code: u32) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

macro_rules! code {
    ($($word:ident)*) => { $(
        impl Code for $word {
            const BITS: u32 = $word::BITS;
            #[inline(always)]
            fn truncated(code: u32) -> Self {
                code as $word
            }
        }
    )* };
}
code!(u8 u16 u32);

/// Values rounded at a time before they become codes.
const BLOCK: usize = 1024;

/// Where the codes of a format are, for hosts of 32 bits: all that the loop needs.
///
/// A rounded magnitude m of the host is a code by its fields (normal) or by its size in steps
/// (subnormal):
///
/// ```text
///     0 eeeeeeee ffffffffff0000000000000     f32, p - 1 = 10 digits left
///         m >> dropped = eeeeeeeeffffffffff, less (emin - first field) << (p - 1)
/// ```
#[derive(Clone, Copy)]
struct Layout {
    dropped: u32,
    /// What the fields of the host have more than the code's.
    offset: u32,
    /// The least normal magnitude, as a host word.
    least_normal: u32,
    /// Steps in 1: what a subnormal is multiplied by.
    per_step: f32,
    infinity: u32,
    /// Where the sign goes: the shift from the host's. 32 and more for unsigned formats.
    sign_shift: u32,
    signed: bool,
    nan: u32,
}

impl Layout {
    /// None where values of the format are not normal or not exact in f32.
    fn new(format: &Format) -> Option<Self> {
        let width = format.width()?;
        let digits = format.precision() - 1;
        // 2^-emin+digits and the subnormals themselves are exact in f32.
        let steps = digits as i32 - format.emin();
        if width > 32 || digits > 23 || format.emin() < -126 || steps > 127 || format.emax() > 127 {
            return None;
        }
        let field = (format.emin() + 127) as u32;
        let first = format.first_field() as u32;
        Some(Self {
            dropped: 23 - digits,
            offset: field.wrapping_sub(first) << digits,
            least_normal: field << 23,
            per_step: f32::from_bits(((steps + 127) as u32) << 23),
            infinity: format.encoding.map_or(0, |encoding| encoding.infinity) as u32,
            sign_shift: (32 - width) & 31,
            signed: format.is_signed(),
            nan: format.nan_code().unwrap_or(0) as u32,
        })
    }

    /// The code of a value of the format.
    #[inline(always)]
    fn code(&self, x: f32) -> u32 {
        let bits = x.to_bits();
        let magnitude = bits & 0x7fff_ffff;
        let normal = (magnitude >> self.dropped).wrapping_sub(self.offset);
        // Below 2^23, so the integer is the fraction of x + 2^23.
        let steps = (f32::from_bits(magnitude) * self.per_step + 8_388_608.0).to_bits() & 0x7f_ffff;
        let finite = if magnitude < self.least_normal {
            steps
        } else {
            normal
        };
        let ended = if magnitude == 0x7f80_0000 {
            self.infinity
        } else {
            finite
        };
        let sign = if self.signed {
            (bits & 0x8000_0000) >> self.sign_shift
        } else {
            0
        };
        if magnitude > 0x7f80_0000 {
            self.nan
        } else {
            ended | sign
        }
    }
}

fn lengths(values: usize, codes: usize) -> Result<(), CodeError> {
    match values == codes {
        true => Ok(()),
        false => Err(CodeError::Length { values, codes }),
    }
}

impl Rounder {
    /// Rounds a slice and writes the codes, one an integer. Infinities and NaN that the format
    /// lacks are what the saturation makes of them; the random word of a value is that of its index.
    ///
    /// # Errors
    /// [`CodeError`] if the format has no encoding or codes wider than `C`, the slices are not as
    /// long, or a value is NaN and the format has none. The codes before that value are written.
    ///
    /// ```
    /// use roundoff::{Format, Rounder};
    /// let mut codes = [0u8; 3];
    /// Rounder::new(Format::OCP_E4M3).encode(&[1.0f32, -0.0, 448.0], &mut codes)?;
    /// assert_eq!(codes, [0x38, 0x80, 0x7e]);
    /// # Ok::<(), roundoff::CodeError>(())
    /// ```
    pub fn encode<T: Host, C: Code>(&self, values: &[T], codes: &mut [C]) -> Result<(), CodeError> {
        self.encode_at(values, codes, 0)
    }

    /// [`Rounder::encode`] for a part of a longer slice that begins at `index` there.
    ///
    /// # Errors
    /// As [`Rounder::encode`]; the index in the error counts from the part's beginning.
    pub fn encode_at<T: Host, C: Code>(
        &self,
        values: &[T],
        codes: &mut [C],
        index: u64,
    ) -> Result<(), CodeError> {
        lengths(values.len(), codes.len())?;
        room(self.format(), C::BITS)?;
        self.blocks(values, index, |at, block: &[u32]| {
            for (code, word) in codes[at..].iter_mut().zip(block) {
                *code = C::truncated(*word);
            }
        })
    }

    /// Rounds a slice and packs the codes, the first in the lowest bits. Returns the bytes; the last
    /// is filled up with zeros.
    ///
    /// # Errors
    /// As [`Rounder::encode`].
    ///
    /// ```
    /// use roundoff::{Format, Rounder};
    /// let packed = Rounder::new(Format::OCP_E2M1).encode_packed(&[0.5f32, -6.0, 1.0])?;
    /// assert_eq!(packed, [0xf1, 0x02]);
    /// # Ok::<(), roundoff::CodeError>(())
    /// ```
    pub fn encode_packed<T: Host>(&self, values: &[T]) -> Result<Vec<u8>, CodeError> {
        let mut packed = vec![0; packed_len(values.len(), self.format().code_width()?)];
        self.encode_packed_into(values, &mut packed)?;
        Ok(packed)
    }

    /// The same into a slice of [`packed_len`] bytes.
    ///
    /// # Errors
    /// As [`Rounder::encode`].
    pub fn encode_packed_into<T: Host>(
        &self,
        values: &[T],
        packed: &mut [u8],
    ) -> Result<(), CodeError> {
        let width = self.format().code_width()?;
        room(self.format(), 32)?;
        if packed.len() != packed_len(values.len(), width) {
            return Err(CodeError::Length {
                values: values.len(),
                codes: packed.len() * 8 / width as usize,
            });
        }
        // A block is a whole number of bytes: it has a multiple of 8 codes.
        self.blocks(values, 0, |at, block: &[u32]| {
            let bytes = &mut packed[at / 8 * width as usize..];
            match width {
                4 => pack4(block, bytes),
                _ => pack(block, width, bytes),
            }
        })
    }

    /// Rounds block after block and gives the codes of each to `take`, with its offset.
    fn blocks<T: Host>(
        &self,
        values: &[T],
        index: u64,
        mut take: impl FnMut(usize, &[u32]),
    ) -> Result<(), CodeError> {
        let format = *self.format();
        let encoder = Encoder::new(&format)?;
        let level = Level::new();
        let single = self.with_threads(Threads::One);
        let mut codes = [0u32; BLOCK];
        let mut rounded = [T::from_f64(0.0); BLOCK];
        for (i, part) in values.chunks(BLOCK).enumerate() {
            let at = i * BLOCK;
            let rounded = &mut rounded[..part.len()];
            T::into(
                &single,
                single.plans::<T>(),
                &single.counter(index.wrapping_add(at as u64)),
                part,
                rounded,
            );
            let codes = &mut codes[..part.len()];
            let done = encoder.codes(level, rounded, codes);
            take(at, &codes[..done]);
            if done < part.len() {
                return Err(CodeError::NaN {
                    index: at + done,
                    format: format.to_string(),
                });
            }
        }
        Ok(())
    }
}

/// Two codes a byte.
fn pack4(codes: &[u32], bytes: &mut [u8]) {
    for (byte, pair) in bytes.iter_mut().zip(codes.chunks(2)) {
        *byte = (pair[0] | pair.get(1).unwrap_or(&0) << 4) as u8;
    }
}

/// Codes of any width, bit after bit.
fn pack(codes: &[u32], width: u32, bytes: &mut [u8]) {
    let (mut held, mut bits) = (0u64, 0u32);
    let mut bytes = bytes.iter_mut();
    let mut put = |held: u64| {
        if let Some(byte) = bytes.next() {
            *byte = held as u8;
        }
    };
    for code in codes {
        held |= u64::from(*code) << bits;
        bits += width;
        while bits >= 8 {
            put(held);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        put(held);
    }
}

/// Rounded values to codes: by fields where f32 holds the format, else value by value.
struct Encoder {
    format: Format,
    layout: Option<Layout>,
    has_nan: bool,
}

impl Encoder {
    fn new(format: &Format) -> Result<Self, CodeError> {
        format.code_width()?;
        Ok(Self {
            format: *format,
            layout: Layout::new(format),
            has_nan: format.nan_code().is_some(),
        })
    }

    /// The codes of values of the format; returns how many there were before a NaN without a code.
    fn codes<T: Host>(&self, level: Level, values: &[T], codes: &mut [u32]) -> usize {
        match self.layout {
            Some(layout) if size_of::<T>() <= 4 => dispatch!(level, _simd => {
                for (code, x) in codes.iter_mut().zip(values) {
                    *code = layout.code(x.to_f32());
                }
            }),
            _ => {
                for (code, x) in codes.iter_mut().zip(values) {
                    *code = self.format.encode(x.to_f64()).unwrap_or(0) as u32;
                }
            }
        }
        match self.has_nan {
            true => values.len(),
            false => values
                .iter()
                .position(|x| x.to_f64().is_nan())
                .unwrap_or(values.len()),
        }
    }
}

fn room(format: &Format, bits: u32) -> Result<(), CodeError> {
    match format.code_width()? {
        width if width > bits => Err(CodeError::TooWide {
            format: format.to_string(),
            width,
            room: bits,
        }),
        _ => Ok(()),
    }
}

/// Bytes that `count` codes of `width` bits take when packed.
pub fn packed_len(count: usize, width: u32) -> usize {
    // In two parts, so that no product overflows.
    let (whole, rest) = (count / 8, count % 8);
    (whole * width as usize) + (rest * width as usize).div_ceil(8)
}

impl Format {
    /// The values of a slice of codes.
    ///
    /// # Errors
    /// [`CodeError`] if the format has no encoding, the slices are not as long, or a code has too
    /// many bits.
    ///
    /// ```
    /// use roundoff::Format;
    /// let mut values = [0.0f32; 2];
    /// Format::OCP_E5M2.decode_slice(&[0x3cu8, 0x7c], &mut values)?;
    /// assert_eq!(values, [1.0, f32::INFINITY]);
    /// # Ok::<(), roundoff::CodeError>(())
    /// ```
    pub fn decode_slice<T: Host, C: Code>(
        &self,
        codes: &[C],
        values: &mut [T],
    ) -> Result<(), CodeError> {
        lengths(values.len(), codes.len())?;
        let decoder = Decoder::new(self)?;
        for (index, (value, code)) in values.iter_mut().zip(codes).enumerate() {
            *value = T::from_f64(decoder.value((*code).into(), index)?);
        }
        Ok(())
    }

    /// The values of packed codes: as many as `values` has room for.
    ///
    /// # Errors
    /// [`CodeError`] if the format has no encoding or `packed` has not [`packed_len`] bytes.
    ///
    /// ```
    /// use roundoff::Format;
    /// let mut values = [0.0f32; 3];
    /// Format::OCP_E2M1.decode_packed(&[0xf1, 0x02], &mut values)?;
    /// assert_eq!(values, [0.5, -6.0, 1.0]);
    /// # Ok::<(), roundoff::CodeError>(())
    /// ```
    pub fn decode_packed<T: Host>(&self, packed: &[u8], values: &mut [T]) -> Result<(), CodeError> {
        let width = self.code_width()?;
        room(self, 32)?;
        let bytes = packed_len(values.len(), width);
        if packed.len() != bytes {
            return Err(CodeError::Length {
                values: values.len(),
                codes: packed.len() * 8 / width as usize,
            });
        }
        let decoder = Decoder::new(self)?;
        let (mut held, mut bits) = (0u64, 0u32);
        let mut bytes = packed.iter();
        for (index, value) in values.iter_mut().enumerate() {
            while bits < width {
                held |= u64::from(bytes.next().copied().unwrap_or(0)) << bits;
                bits += 8;
            }
            let code = held & ((1 << width) - 1);
            *value = T::from_f64(decoder.value(code, index)?);
            held >>= width;
            bits -= width;
        }
        Ok(())
    }
}

/// A format's values by code: a table where it is small.
struct Decoder {
    format: Format,
    width: u32,
    table: Vec<f64>,
}

impl Decoder {
    fn new(format: &Format) -> Result<Self, CodeError> {
        let width = format.code_width()?;
        let table = match width {
            ..=8 => (0..1 << width)
                .map(|code| format.value_of_code(code))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            format: *format,
            width,
            table,
        })
    }

    fn value(&self, code: u64, index: usize) -> Result<f64, CodeError> {
        if self.width < 64 && code >> self.width != 0 {
            return Err(CodeError::NotACode {
                code,
                index,
                format: self.format.to_string(),
                width: self.width,
            });
        }
        Ok(match self.table.get(code as usize) {
            Some(value) => *value,
            None => self.format.value_of_code(code),
        })
    }
}
