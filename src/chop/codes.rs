//! Slices to codes and back, packed ones too.

use std::sync::atomic::{AtomicUsize, Ordering};

use fearless_simd::{Level, dispatch};

use super::cpu::{TASK, over_tasks};
use super::host::{BLOCK, Carried, Passes, Room, narrowed, widened};
use super::layout::{layout32, layout64};
pub use super::pack::packed_len;
use super::pack::{pack, pack_bytes, unpack, unpack_small};
use super::steps::Steps;
use super::{Host, Rounder, Threads};
use crate::format::{CodeError, Format};
use crate::instructions::level;

/// An unsigned integer that holds codes: u8, u16 or u32.
pub trait Code: Copy + Default + Send + Sync + Into<u64> + sealed::Sealed + 'static {
    /// Its bits.
    const BITS: u32;
    /// The low bits of `code`.
    fn truncated(code: u32) -> Self;
    /// The code, zeros before it.
    fn word(self) -> u32;
    /// The slice itself where codes are bytes.
    #[doc(hidden)]
    fn as_bytes(_: &mut [Self]) -> Option<&mut [u8]> {
        None
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

macro_rules! code {
    ($($word:ident $({ $own:item })?),*) => { $(
        impl Code for $word {
            const BITS: u32 = $word::BITS;
            #[inline(always)]
            fn truncated(code: u32) -> Self {
                code as $word
            }
            #[inline(always)]
            fn word(self) -> u32 {
                self as u32
            }
            $($own)?
        }
    )* };
}
code!(
    u8 { fn as_bytes(codes: &mut [u8]) -> Option<&mut [u8]> { Some(codes) } },
    u16,
    u32
);

/// The smallest index that any thread met.
struct First(AtomicUsize);

impl First {
    const fn none() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }

    fn met(&self, index: usize) {
        self.0.fetch_min(index, Ordering::Relaxed);
    }

    fn get(self) -> Option<usize> {
        let index = self.0.into_inner();
        (index != usize::MAX).then_some(index)
    }
}

fn lengths(values: usize, codes: usize) -> Result<(), CodeError> {
    match values == codes {
        true => Ok(()),
        false => Err(CodeError::Length { values, codes }),
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

impl Rounder {
    /// Rounds a slice and writes the codes, one an integer. Infinities and NaN that the format
    /// lacks are what the saturation makes of them; the random word of a value is that of its index.
    ///
    /// # Errors
    /// [`CodeError`] if the format has no encoding or codes wider than `C`, the slices are not as
    /// long, or a value is NaN and the format has none. The codes before that value are written,
    /// those from it on are not to be used.
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
        let coder = Coder::new(self.format());
        self.blocks(values, index, codes, 8, |carried, codes| {
            coder.codes(carried, codes)
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
        let coder = Coder::new(self.format());
        self.blocks(values, 0, packed, width as usize, |carried, bytes| {
            coder.packed(carried, bytes)
        })
    }

    /// Rounds block after block and has `put` write the codes of each: `unit` targets for eight
    /// values. `put` says whether there was a NaN.
    fn blocks<T: Host, U: Send>(
        &self,
        values: &[T],
        index: u64,
        targets: &mut [U],
        unit: usize,
        put: impl Fn(&Carried, &mut [U]) -> bool + Sync,
    ) -> Result<(), CodeError> {
        let passes = Passes::new(self.plans::<T>());
        let counter = self.counter(index);
        let no_nan = self.format().nan_code().is_none();
        let bad = First::none();
        over_tasks(self.threads, targets, TASK / 8 * unit, |at, targets| {
            let at = at / unit * 8;
            let mut room = Room::new();
            for (i, targets) in targets.chunks_mut(BLOCK / 8 * unit).enumerate() {
                let at = at + i * BLOCK;
                let part = &values[at..values.len().min(at + BLOCK)];
                let carried = T::rounded(&passes, &counter.after(at), part, &mut room);
                if put(&carried, targets) && no_nan {
                    return bad.met(at + carried.first_nan().unwrap_or(0));
                }
            }
        });
        match bad.get() {
            None => Ok(()),
            Some(index) => Err(CodeError::NaN {
                index,
                format: self.format().to_string(),
            }),
        }
    }
}

impl Format {
    /// The values of a slice of codes.
    ///
    /// # Errors
    /// [`CodeError`] if the format has no encoding, the slices are not as long, or a code has too
    /// many bits. The values before that code are written, those from it on are not to be used.
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
        let width = self.code_width()?;
        let coder = Coder::new(self);
        let bad = First::none();
        over_tasks(Threads::Auto, values, TASK, |at, values| {
            for (i, values) in values.chunks_mut(BLOCK).enumerate() {
                let at = at + i * BLOCK;
                let codes = &codes[at..at + values.len()];
                if coder.values(codes, values) {
                    let strange = |code: &C| u64::from(code.word()) >> width != 0;
                    return bad.met(at + codes.iter().position(strange).unwrap_or(0));
                }
            }
        });
        match bad.get() {
            None => Ok(()),
            Some(index) => Err(CodeError::NotACode {
                code: codes[index].into(),
                index,
                format: self.to_string(),
                width,
            }),
        }
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
        if packed.len() != packed_len(values.len(), width) {
            return Err(CodeError::Length {
                values: values.len(),
                codes: packed.len() * 8 / width as usize,
            });
        }
        let coder = Coder::new(self);
        over_tasks(Threads::Auto, values, TASK, |at, values| {
            for (i, values) in values.chunks_mut(BLOCK).enumerate() {
                let from = (at + i * BLOCK) / 8 * width as usize;
                let bytes = packed_len(values.len(), width);
                coder.unpacked(&packed[from..from + bytes], values);
            }
        });
        Ok(())
    }
}

/// Values of a format to codes and back: by their place in the words of a host, which no format
/// that has a name lacks, else one by one.
pub(crate) struct Coder {
    format: Format,
    level: Level,
    width: u32,
    layout: Layout,
}

enum Layout {
    Narrow(layout32::Layout),
    Wide(layout64::Layout),
    /// Fixed point, by way of f32s or of f64s.
    Steps(Steps),
    None,
}

impl Coder {
    pub fn new(format: &Format) -> Self {
        let narrow = layout32::Layout::new(format).map(Layout::Narrow);
        let wide = || layout64::Layout::new(format).map(Layout::Wide);
        let steps = || Steps::new(format).map(Layout::Steps);
        Self {
            format: *format,
            level: level(),
            width: format.width().unwrap_or(0),
            layout: narrow.or_else(wide).or_else(steps).unwrap_or(Layout::None),
        }
    }

    /// The codes of values of the format, at most a block of them; is one of them NaN?
    pub fn codes<C: Code>(&self, carried: &Carried, codes: &mut [C]) -> bool {
        match (&self.layout, carried) {
            (Layout::Narrow(layout), Carried::Narrow(values)) => {
                dispatch!(self.level, _simd => layout.codes(values, codes))
            }
            (Layout::Wide(layout), Carried::Wide(values)) => {
                dispatch!(self.level, _simd => layout.codes(values, codes))
            }
            (Layout::Narrow(layout), Carried::Wide(values)) => {
                let mut narrow = [0.0; BLOCK];
                let narrow = &mut narrow[..values.len()];
                narrowed(values, narrow);
                dispatch!(self.level, _simd => layout.codes(narrow, codes))
            }
            (Layout::Wide(layout), Carried::Narrow(values)) => {
                let mut wide = [0.0; BLOCK];
                let wide = &mut wide[..values.len()];
                widened(values, wide);
                dispatch!(self.level, _simd => layout.codes(wide, codes))
            }
            (Layout::Steps(steps), Carried::Narrow(values)) if steps.is_narrow() => {
                dispatch!(self.level, _simd => steps.narrow_codes(values, codes))
            }
            (Layout::Steps(steps), Carried::Narrow(values)) => {
                let mut wide = [0.0; BLOCK];
                let wide = &mut wide[..values.len()];
                widened(values, wide);
                dispatch!(self.level, _simd => steps.wide_codes(wide, codes))
            }
            (Layout::Steps(steps), Carried::Wide(values)) => {
                dispatch!(self.level, _simd => steps.wide_codes(values, codes))
            }
            (Layout::None, _) => {
                let mut nan = false;
                for (code, x) in codes.iter_mut().zip(carried.iter()) {
                    *code = C::truncated(self.format.encode(x).unwrap_or(0) as u32);
                    nan |= x.is_nan();
                }
                nan
            }
        }
    }

    /// The same, packed.
    fn packed(&self, carried: &Carried, bytes: &mut [u8]) -> bool {
        if self.width > 8 {
            let mut codes = [0u32; BLOCK];
            let codes = &mut codes[..carried.len()];
            let nan = self.codes(carried, codes);
            pack(codes, self.width, bytes);
            return nan;
        }
        let mut codes = [0u8; BLOCK];
        let codes = &mut codes[..carried.len()];
        let nan = self.codes(carried, codes);
        dispatch!(self.level, _simd => pack_bytes(codes, self.width, bytes));
        nan
    }

    /// The values of a block of codes; had one of them too many bits?
    fn values<T: Host, C: Code>(&self, codes: &[C], values: &mut [T]) -> bool {
        match &self.layout {
            Layout::Narrow(layout) => {
                if let Some(values) = T::as_narrow(values) {
                    return dispatch!(self.level, _simd => layout.values(codes, values));
                }
                let mut narrow = [0.0; BLOCK];
                let narrow = &mut narrow[..codes.len()];
                let strange = dispatch!(self.level, _simd => layout.values(codes, narrow));
                T::from_narrow(narrow, values);
                strange
            }
            Layout::Wide(layout) => {
                let mut wide = [0.0; BLOCK];
                let wide = &mut wide[..codes.len()];
                dispatch!(self.level, _simd => {
                    let strange = layout.values(codes, wide);
                    for (y, x) in values.iter_mut().zip(wide) {
                        *y = T::from_f64(*x);
                    }
                    strange
                })
            }
            Layout::Steps(steps) if steps.is_narrow() => {
                if let Some(values) = T::as_narrow(values) {
                    return dispatch!(self.level, _simd => steps.narrow_values(codes, values));
                }
                let mut narrow = [0.0; BLOCK];
                let narrow = &mut narrow[..codes.len()];
                let strange = dispatch!(self.level, _simd => steps.narrow_values(codes, narrow));
                T::from_narrow(narrow, values);
                strange
            }
            Layout::Steps(steps) => {
                let mut wide = [0.0; BLOCK];
                let wide = &mut wide[..codes.len()];
                let strange = dispatch!(self.level, _simd => steps.wide_values(codes, wide));
                for (y, x) in values.iter_mut().zip(wide) {
                    *y = T::from_f64(*x);
                }
                strange
            }
            Layout::None => {
                let mut strange = false;
                for (value, code) in values.iter_mut().zip(codes) {
                    let decoded = self.format.decode((*code).into());
                    strange |= decoded.is_err();
                    *value = T::from_f64(decoded.unwrap_or(f64::NAN));
                }
                strange
            }
        }
    }

    /// The same, packed. Packed codes have no bit too many.
    fn unpacked<T: Host>(&self, bytes: &[u8], values: &mut [T]) {
        if self.width > 8 {
            let mut codes = [0u32; BLOCK];
            let codes = &mut codes[..values.len()];
            unpack(bytes, self.width, codes);
            self.values(codes, values);
            return;
        }
        let mut codes = [0u8; BLOCK];
        let codes = &mut codes[..values.len()];
        dispatch!(self.level, _simd => match self.width {
            1 => unpack_small::<1>(bytes, codes),
            2 => unpack_small::<2>(bytes, codes),
            3 => unpack_small::<3>(bytes, codes),
            4 => unpack_small::<4>(bytes, codes),
            5 => unpack_small::<5>(bytes, codes),
            6 => unpack_small::<6>(bytes, codes),
            7 => unpack_small::<7>(bytes, codes),
            _ => unpack_small::<8>(bytes, codes),
        });
        self.values(codes, values);
    }
}

impl Carried<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Narrow(values) => values.len(),
            Self::Wide(values) => values.len(),
        }
    }

    /// As f64, one by one.
    fn iter(&self) -> impl Iterator<Item = f64> {
        let (narrow, wide): (&[f32], &[f64]) = match self {
            Self::Narrow(values) => (values, &[]),
            Self::Wide(values) => (&[], values),
        };
        narrow
            .iter()
            .map(|x| f64::from(*x))
            .chain(wide.iter().copied())
    }

    fn first_nan(&self) -> Option<usize> {
        self.iter().position(f64::is_nan)
    }
}
