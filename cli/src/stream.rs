//! Rounding and measuring an array that goes by in pieces.
//!
//! ```text
//!   file ──> batch of 16 parts ──> each part, in threads: read, round, measure, write ──> batch ──> file
//!            (mapped, or read)                                                      in a thread of its own
//! ```
//!
//! Memory is three batches, whatever the array. The bits do not depend on the threads: a value's
//! random word is that of its index, and the figures are sums of whole blocks.

mod bytes;
pub mod whole;

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::thread;

use half::{bf16, f16};
use rayon::prelude::*;
use roundoff::chop::codes::packed_len;
use roundoff::measure::{Errors, Summary};
use roundoff::numbers::NumbersError;
use roundoff::{CodeError, Rounder, Threads};

use crate::files::{Element, Order};
use crate::place::{GpuError, Place};
use bytes::Number;

/// Values a thread takes: a multiple of a measured block, and of 8, so that packed codes of a part
/// are whole bytes.
const PART: usize = 1 << 16;
/// Parts that are in memory at a time.
const PARTS: usize = 16;
/// Values that are rounded at a time: they stay in the nearest caches.
const PIECE: usize = 1 << 12;

/// What is written for a rounded value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The value in the type it came in.
    Value,
    /// Its code in an integer of so many bytes: 1, 2, 4 or 8.
    Code(usize),
    /// Its code, packed: so many bits.
    Packed(u32),
}

impl Form {
    /// Bytes that `count` of them take.
    pub fn bytes(self, element: Element, count: usize) -> usize {
        match self {
            Self::Value => count * element.size(),
            Self::Code(size) => count * size,
            Self::Packed(width) => packed_len(count, width),
        }
    }
}

/// Where the values are.
pub enum Source<'a> {
    /// In memory, or mapped there.
    Bytes(&'a [u8]),
    /// Behind a reader, so many bytes.
    Reader(&'a mut (dyn Read + Send), u64),
}

/// Why it stopped.
#[derive(Debug)]
pub enum StreamError {
    /// The source could not be read.
    Read(io::Error),
    /// The sink could not be written.
    Write(io::Error),
    /// A value has no code.
    Code(CodeError),
    /// Numbers that cannot be rounded or encoded as asked.
    Numbers(NumbersError),
    /// The GPU that was asked for did not do it.
    Gpu(GpuError),
    /// The caller said so.
    Stopped,
}

/// The bytes of a whole array as f64s, exactly. For kernels, which want rows in memory.
pub fn load(bytes: &[u8], element: Element, order: Order) -> Vec<f64> {
    match element {
        Element::F16 => bytes::all::<f16>(bytes, order),
        Element::Bf16 => bytes::all::<bf16>(bytes, order),
        Element::F32 => bytes::all::<f32>(bytes, order),
        Element::F64 => bytes::all::<f64>(bytes, order),
    }
}

/// The other way, to the nearest value of the type.
pub fn store(values: &[f64], element: Element, order: Order) -> Vec<u8> {
    match element {
        Element::F16 => bytes::of::<f16>(values, order),
        Element::Bf16 => bytes::of::<bf16>(values, order),
        Element::F32 => bytes::of::<f32>(values, order),
        Element::F64 => bytes::of::<f64>(values, order),
    }
}

/// Everything about one array but its values.
#[derive(Clone, Copy, Debug)]
pub struct Array {
    /// Its type.
    pub element: Element,
    /// The order of the bytes, in and out.
    pub order: Order,
    /// What is written.
    pub form: Form,
    /// Is the first index the fastest?
    pub fortran_order: bool,
}

/// Rounds an array from `source` into `sink`, if there is one, and measures it. `advance` hears of
/// the input bytes done and says whether to go on.
///
/// # Errors
/// [`StreamError`]; the sink then has a part.
pub fn chop(
    rounder: &Rounder,
    place: &Place,
    array: Array,
    source: Source<'_>,
    sink: Option<&mut (dyn Write + Send)>,
    advance: &mut dyn FnMut(u64) -> bool,
) -> Result<Summary, StreamError> {
    match array.element {
        Element::F16 => typed::<f16>(rounder, place, array, source, sink, advance),
        Element::Bf16 => typed::<bf16>(rounder, place, array, source, sink, advance),
        Element::F32 => typed::<f32>(rounder, place, array, source, sink, advance),
        Element::F64 => typed::<f64>(rounder, place, array, source, sink, advance),
    }
}

fn typed<T: Number>(
    rounder: &Rounder,
    place: &Place,
    array: Array,
    source: Source<'_>,
    sink: Option<&mut (dyn Write + Send)>,
    advance: &mut dyn FnMut(u64) -> bool,
) -> Result<Summary, StreamError> {
    let rounder = rounder.with_threads(Threads::One);
    let Some(sink) = sink else {
        return batches::<T>(&rounder, place, array, source, &mut Ok, advance);
    };
    thread::scope(|scope| {
        let (full, written) = mpsc::sync_channel::<Vec<u8>>(1);
        let (empty, spare) = mpsc::channel();
        // One is filled, one written, one waits.
        for _ in 0..2 {
            let _ = empty.send(Vec::new());
        }
        let writer = scope.spawn(move || -> io::Result<()> {
            for batch in written {
                sink.write_all(&batch)?;
                // Nobody takes it back after the last one.
                let _ = empty.send(batch);
            }
            Ok(())
        });
        // A writer that has failed has hung up: then its own error counts.
        let gone = || StreamError::Write(io::ErrorKind::BrokenPipe.into());
        let mut hand_over = |batch: Vec<u8>| {
            full.send(batch).map_err(|_| gone())?;
            spare.recv().map_err(|_| gone())
        };
        let result = batches::<T>(&rounder, place, array, source, &mut hand_over, advance);
        drop(full);
        match writer.join() {
            Ok(Err(error)) => Err(StreamError::Write(error)),
            _ => result,
        }
    })
}

/// Batch after batch. `hand_over` takes one and gives back an old one to fill again.
fn batches<T: Number>(
    rounder: &Rounder,
    place: &Place,
    array: Array,
    mut source: Source<'_>,
    hand_over: &mut dyn FnMut(Vec<u8>) -> Result<Vec<u8>, StreamError>,
    advance: &mut dyn FnMut(u64) -> bool,
) -> Result<Summary, StreamError> {
    let mut all = Errors::of_rounding(rounder);
    let mut index = 0u64;
    let mut held = Vec::new();
    let mut written = Vec::new();
    let mut there = Vec::new();
    loop {
        let input: &[u8] = match &mut source {
            Source::Bytes(rest) => {
                let (head, tail) = rest.split_at((PARTS * PART * T::SIZE).min(rest.len()));
                *rest = tail;
                head
            }
            Source::Reader(reader, left) => {
                let next = (*left).min((PARTS * PART * T::SIZE) as u64);
                held.resize(next as usize, 0);
                reader.read_exact(&mut held).map_err(StreamError::Read)?;
                *left -= next;
                &held
            }
        };
        if input.is_empty() {
            break;
        }
        written.resize(array.form.bytes(array.element, input.len() / T::SIZE), 0);
        let done = on_gpu(rounder, place, array, index, input, &mut there)?;
        let done = |n: usize| done.map(|all| &all[n * PART..]);
        let parts: Vec<Result<Errors<T>, CodeError>> = input
            .par_chunks(PART * T::SIZE)
            .zip(written.par_chunks_mut(array.form.bytes(array.element, PART)))
            .enumerate()
            .map(|(n, (from, to))| {
                let index = index + (n * PART) as u64;
                part::<T>(rounder, array, index, from, done(n), to)
            })
            .collect();
        for part in parts {
            all.merge(part.map_err(StreamError::Code)?);
        }
        index += (input.len() / T::SIZE) as u64;
        if !advance(input.len() as u64) {
            return Err(StreamError::Stopped);
        }
        written = hand_over(std::mem::take(&mut written))?;
    }
    if let Source::Reader(reader, _) = &mut source {
        at_end(*reader)?;
    }
    Ok(all.summary())
}

/// A batch rounded on the GPU into `there`; none where that is not the place.
fn on_gpu<'a, T: Number>(
    rounder: &Rounder,
    place: &Place,
    array: Array,
    index: u64,
    input: &[u8],
    there: &'a mut Vec<T>,
) -> Result<Option<&'a [T]>, StreamError> {
    let count = input.len() / T::SIZE;
    if !place.is_gpu::<T>(count).map_err(StreamError::Gpu)? {
        return Ok(None);
    }
    there.resize(count, T::ZERO);
    let values = there.par_chunks_mut(PART);
    let load = |(bytes, values): (&[u8], &mut [T])| T::load(bytes, array.order, values);
    input.par_chunks(PART * T::SIZE).zip(values).for_each(load);
    let done = place
        .round(rounder, there, index)
        .map_err(StreamError::Gpu)?;
    Ok(done.then_some(there.as_slice()))
}

/// Nothing may follow; and the decompressor checks its sum when it sees the end.
fn at_end(reader: &mut (dyn Read + Send)) -> Result<(), StreamError> {
    match reader.read(&mut [0]).map_err(StreamError::Read)? {
        0 => Ok(()),
        _ => Err(StreamError::Read(io::Error::new(
            io::ErrorKind::InvalidData,
            "it goes on after its last value",
        ))),
    }
}

/// One part, a piece at a time. What is `done` already need not be rounded.
fn part<T: Number>(
    rounder: &Rounder,
    array: Array,
    index: u64,
    from: &[u8],
    done: Option<&[T]>,
    to: &mut [u8],
) -> Result<Errors<T>, CodeError> {
    let mut errors = Errors::of_rounding(rounder).starting_at(index);
    let (mut values, mut rounded) = (vec![T::ZERO; PIECE], vec![T::ZERO; PIECE]);
    let mut at = index;
    let places = to.chunks_mut(array.form.bytes(array.element, PIECE));
    for (from, to) in from.chunks(PIECE * T::SIZE).zip(places) {
        let count = from.len() / T::SIZE;
        let (values, rounded) = (&mut values[..count], &mut rounded[..count]);
        T::load(from, array.order, values);
        // As long as each other by construction.
        match done {
            Some(done) => rounded.copy_from_slice(&done[(at - index) as usize..][..count]),
            None => {
                let _ = rounder.round_into_at(values, rounded, at);
            }
        }
        let _ = errors.add(values, rounded);
        match array.form {
            Form::Value => T::store(rounded, array.order, to),
            // A value of the format is not moved by a second rounding, whatever the mode.
            form => bytes::codes(rounder, form, array.order, rounded, to)
                .map_err(|error| at_index(error, at))?,
        }
        at += count as u64;
    }
    Ok(errors)
}

/// An error whose index counts from the tensor's first value.
fn at_index(error: CodeError, from: u64) -> CodeError {
    match error {
        CodeError::NaN { index, format } => CodeError::NaN {
            index: index + from as usize,
            format,
        },
        other => other,
    }
}
