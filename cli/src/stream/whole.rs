//! Arrays of numbers that do not stand by themselves: in memory as a whole, since blocks lie along
//! any axis and may share a scale with all others.

use std::io::Write;

use half::{bf16, f16};
use roundoff::block::BlockCodes;
use roundoff::measure::{Errors, Summary};
use roundoff::numbers::{Codes, Numbers, NumbersError, Quantizer};

use super::bytes::Number;
use super::{Array, Form, Source, StreamError};
use crate::files::{Element, Order};

/// Bytes that are read at a time: what a header claims is not allocated before it is there.
const PIECE: usize = 1 << 22;

/// Rounds an array from `source` into `sink`, if there is one, and measures it. Gives the codes of
/// blocks, where codes are written: the sink has the elements' alone.
///
/// # Errors
/// [`StreamError`]; the sink then has a part.
pub fn chop(
    quantizer: &Quantizer,
    array: Array,
    shape: &[u64],
    source: Source<'_>,
    sink: Option<&mut (dyn Write + Send)>,
    advance: &mut dyn FnMut(u64) -> bool,
) -> Result<(Summary, Option<BlockCodes>), StreamError> {
    let mut shape: Vec<usize> = shape.iter().map(|n| *n as usize).collect();
    let mut quantizer = quantizer.clone();
    if array.fortran_order {
        // In memory the first axis is the last.
        shape.reverse();
        if let Numbers::Block(format) = quantizer.numbers() {
            let mirrored = format.with_axis(-1 - format.axis());
            quantizer = Quantizer::new(mirrored.into())
                .with_rounding(quantizer.rounding())
                .with_saturation(quantizer.saturation())
                .with_seed(quantizer.seed())
                .with_stream(quantizer.stream());
        }
    }
    let job = Job {
        quantizer: &quantizer,
        array,
        shape: &shape,
    };
    match array.element {
        Element::F16 => job.typed::<f16>(source, sink, advance),
        Element::Bf16 => job.typed::<bf16>(source, sink, advance),
        Element::F32 => job.typed::<f32>(source, sink, advance),
        Element::F64 => job.typed::<f64>(source, sink, advance),
    }
}

struct Job<'a> {
    quantizer: &'a Quantizer,
    array: Array,
    shape: &'a [usize],
}

impl Job<'_> {
    fn typed<T: Number>(
        &self,
        source: Source<'_>,
        sink: Option<&mut (dyn Write + Send)>,
        advance: &mut dyn FnMut(u64) -> bool,
    ) -> Result<(Summary, Option<BlockCodes>), StreamError> {
        let values: Vec<T> = load(source, self.array.order, advance)?;
        let wrong = StreamError::Numbers;
        let mut rounded = values.clone();
        let codes = match self.array.form {
            Form::Value => None,
            _ => Some(self.quantizer.encode(&values, self.shape).map_err(wrong)?),
        };
        match &codes {
            Some(Codes::Blocks(blocks)) => blocks
                .decode(&mut rounded)
                .map_err(|error| wrong(NumbersError::from(error)))?,
            _ => self
                .quantizer
                .round_tensor(&mut rounded, self.shape)
                .map_err(wrong)?,
        }
        let mut errors = Errors::new();
        // As long as each other by construction.
        let _ = errors.add(&values, &rounded);
        if let Some(sink) = sink {
            let bytes = match (&codes, self.array.form) {
                (Some(Codes::Blocks(blocks)), Form::Packed(_)) => blocks.elements().to_vec(),
                (Some(codes), Form::Code(size)) => {
                    let each = codes.each().map_err(wrong)?;
                    each.iter()
                        .flat_map(|code| integer(*code, size, self.array.order))
                        .collect()
                }
                _ => {
                    let mut bytes = vec![0; rounded.len() * T::SIZE];
                    T::store(&rounded, self.array.order, &mut bytes);
                    bytes
                }
            };
            sink.write_all(&bytes).map_err(StreamError::Write)?;
        }
        let blocks = match codes {
            Some(Codes::Blocks(blocks)) => Some(blocks),
            _ => None,
        };
        Ok((errors.summary(), blocks))
    }
}

/// The bytes of an unsigned integer of 1 to 8 bytes.
pub fn integer(code: u64, size: usize, order: Order) -> impl Iterator<Item = u8> {
    let bytes = code.to_le_bytes();
    (0..size).map(move |i| match order {
        Order::Little => bytes[i.min(7)],
        Order::Big => bytes[(size - 1 - i).min(7)],
    })
}

/// All values.
fn load<T: Number>(
    source: Source<'_>,
    order: Order,
    advance: &mut dyn FnMut(u64) -> bool,
) -> Result<Vec<T>, StreamError> {
    let mut values = Vec::new();
    let mut take = |bytes: &[u8]| {
        let from = values.len();
        values.resize(from + bytes.len() / T::SIZE, T::ZERO);
        T::load(bytes, order, &mut values[from..]);
        match advance(bytes.len() as u64) {
            true => Ok(()),
            false => Err(StreamError::Stopped),
        }
    };
    match source {
        Source::Bytes(bytes) => bytes.chunks(PIECE).try_for_each(&mut take)?,
        Source::Reader(reader, mut left) => {
            let mut held = Vec::new();
            while left > 0 {
                let next = left.min(PIECE as u64);
                held.resize(next as usize, 0);
                reader.read_exact(&mut held).map_err(StreamError::Read)?;
                take(&held)?;
                left -= next;
            }
            super::at_end(reader)?;
        }
    }
    Ok(values)
}
