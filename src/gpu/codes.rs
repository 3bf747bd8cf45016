//! Encoding and decoding, packed codes too.

use std::ops::Range;

use super::plan::{Lane, NARROW, Pair, Told, WIDE};
use super::shader::{Access, Part, Shader, part};
use super::stream::{Piece, Slot, Values, Work};
use super::{Gpu, GpuError};
use crate::Rounder;
use crate::chop::codes::{Code, packed_len};
use crate::chop::{Carriers, Host};
use crate::format::{CodeError, Format, Nan};

const STORAGE: &[Access] = &[Access::Write, Access::Write, Access::Write];

macro_rules! shader {
    ($name:literal, $constants:expr, [$($part:expr),*]) => {
        Shader {
            name: $name,
            parts: &[
                part!("plan.wgsl"),
                part!("random.wgsl"),
                part!("dispatch.wgsl"),
                part!("code_words.wgsl"),
                $($part),*
            ],
            storage: STORAGE,
            constants: $constants,
        }
    };
}

const ROUND32: Part = part!("round.wgsl");
const ROUND64: Part = part!(paired "round.wgsl");
const CODES32: Part = part!("codes.wgsl");
const CODES64: Part = part!(paired "codes.wgsl");

static ENCODE32: Shader = shader!(
    "encode32",
    &[],
    [
        part!("host32.wgsl"),
        part!("plan_uniform.wgsl"),
        ROUND32,
        CODES32,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static ENCODE32_SPECIAL: Shader = shader!(
    "encode32 specialised",
    NARROW,
    [
        part!("host32.wgsl"),
        part!("plan_constant32.wgsl"),
        ROUND32,
        CODES32,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static ENCODE64: Shader = shader!(
    "encode64",
    &[],
    [
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan_uniform.wgsl"),
        ROUND64,
        CODES64,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static ENCODE64_SPECIAL: Shader = shader!(
    "encode64 specialised",
    WIDE,
    [
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        part!("plan_constant64.wgsl"),
        ROUND64,
        CODES64,
        part!("draw.wgsl"),
        part!("encode.wgsl")
    ]
);
static DECODE32: Shader = shader!(
    "decode32",
    &[],
    [part!("host32.wgsl"), ROUND32, CODES32, part!("decode.wgsl")]
);
static DECODE64: Shader = shader!(
    "decode64",
    &[],
    [
        part!("host64.wgsl"),
        part!("pairs.wgsl"),
        ROUND64,
        CODES64,
        part!("decode.wgsl")
    ]
);

pub(super) const SHADERS: &[&Shader] = &[
    &ENCODE32,
    &ENCODE32_SPECIAL,
    &ENCODE64,
    &ENCODE64_SPECIAL,
    &DECODE32,
    &DECODE64,
];

static NARROW_PAIR: Pair = Pair {
    general: &ENCODE32,
    special: &ENCODE32_SPECIAL,
};
static WIDE_PAIR: Pair = Pair {
    general: &ENCODE64,
    special: &ENCODE64_SPECIAL,
};

/// Where the codes of a format lie in the words of a lane: `Codes` of `code_words.wgsl`.
#[derive(Clone, Debug)]
struct CodeWords {
    words: Vec<u32>,
    /// Bits of a code.
    width: u32,
}

impl CodeWords {
    /// None where codes or values have no room in the words.
    fn new(format: &Format, lane: Lane) -> Option<Self> {
        // Fixed point has no sign bit of its own: its codes are made on the CPU.
        let encoding = format.encoding.filter(|_| !format.fixed)?;
        let (bits, fraction) = lane.widths();
        let width = u32::from(encoding.width);
        let bias = (1i32 << (bits - fraction - 2)) - 1;
        let digits = format.precision().checked_sub(1)?;
        if width > 32 || digits > fraction || format.emin() < 1 - bias || format.emax() > bias {
            return None;
        }
        let all = u128::MAX >> (128 - bits);
        let dropped = u128::from(fraction - digits);
        let emin = (format.emin() + bias) as u128;
        let first = u128::from(format.first_field());
        let sign = match format.is_signed() {
            true => 1 << (width - 1),
            false => 0,
        };
        let words = [
            dropped,
            emin,
            emin + dropped,
            (emin - first) << digits,
            first << digits,
            match format.has_zero() {
                true => u128::from(format.index_of(format.least_positive())?),
                false => 0,
            },
            u128::from(format.index_of(format.greatest())?),
            match format.has_infinities() {
                true => u128::from(encoding.infinity),
                false => all,
            },
            u128::from(format.nan_code().unwrap_or(0)),
            sign,
            u128::from(bits - width),
            match encoding.nan {
                Nan::NegativeZero => sign,
                _ => 0,
            },
        ];
        Some(Self {
            words: lane.split(words),
            width,
        })
    }

    /// What the shader of codes is told after count and row; the plan may be anything where
    /// nothing is rounded.
    fn call(&self, bits: u32, values: u32, index: u32, keys: [u32; 4], plan: &[u32]) -> Vec<u32> {
        let mut words = vec![bits, u32::MAX >> (32 - self.width), values, index, 0, 0];
        words.extend(keys);
        words.extend(plan);
        words.extend(&self.words);
        words
    }
}

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

    /// Records one dispatch of a shader of codes.
    fn code(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &super::pipelines::Pipeline,
        words: &[u32],
        (values, codes): (&wgpu::Buffer, &wgpu::Buffer),
        (slot, count): (&Slot, u32),
    ) -> Result<(), GpuError> {
        let bindings = [values, codes, &slot.first_bad].map(wgpu::Buffer::as_entire_buffer_binding);
        self.dispatch(encoder, pipeline, words, &bindings, count)
    }
}

/// Codes that wait for their values' words, one an integer (or bytes of packed ones).
struct Codes<'a, C>(&'a mut [C]);

impl<C: Code> Codes<'_, C> {
    /// Takes little-endian integers for the places from `from` on.
    fn take(&mut self, from: usize, bytes: &[u8]) {
        let size = C::BITS as usize / 8;
        let places = self.0.iter_mut().skip(from);
        for (code, bytes) in places.zip(bytes.chunks_exact(size)) {
            let mut word = [0; 4];
            word[..size].copy_from_slice(bytes);
            *code = C::truncated(u32::from_le_bytes(word));
        }
    }
}

struct Encode<'a, T, C> {
    told: Told,
    words: CodeWords,
    bits: u32,
    /// The format's name where it has no NaN.
    no_nan: Option<String>,
    values: &'a [T],
    codes: Codes<'a, C>,
}

impl<T: Host, C: Code> Work for Encode<'_, T, C> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn bits(&self) -> (u64, u64) {
        (8 * self.told.lane.bytes(), u64::from(self.bits))
    }

    fn in_place(&self) -> bool {
        false
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        Values(self.told.lane).put(&self.values[piece.clone()], to);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let pair = match self.told.lane {
            Lane::Narrow => &NARROW_PAIR,
            Lane::Wide => &WIDE_PAIR,
        };
        let (index, count) = (piece.start as u64, piece.len() as u64);
        // One set of keys serves: pieces end at multiples of 2^32.
        let pipeline = gpu.planned(pair, &self.told.plan, count)?;
        let keys = self.told.keys(index);
        let Told { plan, .. } = &self.told;
        let words = self
            .words
            .call(self.bits, count as u32, index as u32, keys, plan);
        let output = slot.output.as_ref().unwrap_or(&slot.input);
        let invocations = (count * u64::from(self.bits)).div_ceil(32) as u32;
        gpu.code(
            encoder,
            &pipeline,
            &words,
            (&slot.input, output),
            (slot, invocations),
        )
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        // Whole bytes: a piece begins at a multiple of 32 values.
        let size = C::BITS as usize;
        let from = piece.values.start * self.bits as usize / size;
        self.codes.take(from, piece.bytes);
        match (piece.first_bad, &self.no_nan) {
            (Some(bad), Some(format)) => Err(CodeError::NaN {
                index: piece.values.start + bad,
                format: format.clone(),
            }
            .into()),
            _ => Ok(()),
        }
    }
}

/// Codes to decode.
enum Given<'a, C> {
    Codes(&'a [C]),
    Packed(&'a [u8]),
}

struct Decode<'a, T, C> {
    lane: Lane,
    words: CodeWords,
    bits: u32,
    format: &'a Format,
    codes: Given<'a, C>,
    values: &'a mut [T],
}

impl<T: Host, C: Code> Work for Decode<'_, T, C> {
    fn values(&self) -> usize {
        self.values.len()
    }

    fn bits(&self) -> (u64, u64) {
        (u64::from(self.bits), 8 * self.lane.bytes())
    }

    fn in_place(&self) -> bool {
        false
    }

    fn fill(&self, piece: &Range<usize>, to: &mut wgpu::QueueWriteBufferView) {
        let mut at = 0;
        let len = to.len();
        let mut write = |bytes: &[u8]| {
            to.slice(at..at + bytes.len()).copy_from_slice(bytes);
            at += bytes.len();
        };
        let used = match self.codes {
            Given::Packed(packed) => {
                let from = piece.start * self.bits as usize / 8;
                let bytes = packed_len(piece.len(), self.bits);
                write(&packed[from..from + bytes]);
                bytes
            }
            Given::Codes(codes) => {
                let size = C::BITS as usize / 8;
                let mut block = [0u8; 4096];
                for codes in codes[piece.clone()].chunks(1024) {
                    for (bytes, code) in block.chunks_exact_mut(size).zip(codes) {
                        bytes.copy_from_slice(&code.word().to_le_bytes()[..size]);
                    }
                    write(&block[..size * codes.len()]);
                }
                size * piece.len()
            }
        };
        // Zeros up to the end of the last word.
        write(&[0; 4][..len - used]);
    }

    fn record(
        &self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        piece: &Range<usize>,
        slot: &Slot,
    ) -> Result<(), GpuError> {
        let shader = match self.lane {
            Lane::Narrow => &DECODE32,
            Lane::Wide => &DECODE64,
        };
        let pipeline = gpu.pipeline(shader, &[])?;
        let count = piece.len() as u32;
        let unused = self.lane.split([0; 16]);
        let words = self.words.call(self.bits, count, 0, [0; 4], &unused);
        let output = slot.output.as_ref().unwrap_or(&slot.input);
        gpu.code(
            encoder,
            &pipeline,
            &words,
            (output, &slot.input),
            (slot, count),
        )
    }

    fn take(&mut self, piece: Piece<'_>) -> Result<(), GpuError> {
        let start = piece.values.start;
        Values(self.lane).take(piece.bytes, &mut self.values[piece.values]);
        match (piece.first_bad, &self.codes) {
            (Some(bad), Given::Codes(codes)) => Err(CodeError::NotACode {
                code: codes.get(start + bad).map_or(0, |code| (*code).into()),
                index: start + bad,
                format: self.format.to_string(),
                width: self.words.width,
            }
            .into()),
            _ => Ok(()),
        }
    }
}
