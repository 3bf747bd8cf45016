//! A `.safetensors` file: mapped in, streamed out.

use std::io::Write;

use roundoff::block::{BlockCodes, BlockError, BlockFormat};
use roundoff::numbers::Numbers;
use roundoff::{CodeError, Format, Subnormals};
use safetensors::Dtype;
use safetensors::tensor::TensorInfo;

use super::{Job, Walked, code_bytes, format_bytes, scale_codes};
use crate::failure::Failure;
use crate::files::safetensors::{Header, Tensor};
use crate::files::{Element, Order, map};
use crate::stream::{Array, Form, Source};
use std::collections::HashSet;

/// Bytes copied between two looks at the signals.
const COPY: usize = 1 << 23;

/// How one tensor is written.
struct Target {
    form: Form,
    dtype: Dtype,
    bytes: usize,
    /// Tensors after it that it brings along: the scales of blocks.
    more: Vec<Tensor>,
}

pub(super) fn chop(job: &mut Job<'_>) -> Result<Walked, Failure> {
    let file = map(job.input).map_err(|error| Failure::input(job.input, error))?;
    let (header, data) = Header::read(&file).map_err(|error| Failure::input(job.input, error))?;
    let targets: Vec<Target> = header
        .tensors
        .iter()
        .map(|tensor| target(job, tensor))
        .collect::<Result<_, _>>()?;
    unique(&header, &targets)?;
    let mut output = job.create()?;
    if let Some(output) = &mut output {
        let beginning = rewritten(&header, &targets).to_bytes();
        let beginning = beginning.map_err(|error| Failure::input(job.input, error))?;
        let written = output.file().write_all(&beginning);
        written.map_err(|error| output.failed(error))?;
    }
    job.expect(data.len() as u64);
    for (tensor, target) in header.tensors.iter().zip(&targets) {
        job.check()?;
        let (start, end) = tensor.info.data_offsets;
        let values = &data[start..end];
        let shape = tensor.info.shape.iter().map(|n| *n as u64).collect();
        let Some(element) = tensor.floats() else {
            if let Some(output) = &mut output {
                for part in values.chunks(COPY) {
                    job.check()?;
                    let written = output.file().write_all(part);
                    written.map_err(|error| output.failed(error))?;
                    job.bar.inc(part.len() as u64);
                }
            }
            job.copied(&tensor.name, format!("{:?}", tensor.info.dtype), shape);
            continue;
        };
        let array = Array {
            element,
            order: Order::Little,
            form: target.form,
            fortran_order: false,
        };
        let sink = output.as_mut().map(|output| output.file() as _);
        let written = format!("{:?}", target.dtype);
        let blocks = job.tensor(
            Some(&tensor.name),
            shape,
            array,
            written,
            Source::Bytes(values),
            sink,
        )?;
        if let (Some(blocks), Some(output)) = (blocks, &mut output) {
            let bytes = scale_bytes(&blocks)?;
            let written = output.file().write_all(&bytes);
            written.map_err(|error| output.failed(error))?;
        }
    }
    job.finish();
    Ok((std::mem::take(&mut job.rows), output))
}

/// The header of the output: the same names, shapes and metadata.
fn rewritten(header: &Header, targets: &[Target]) -> Header {
    let mut at = 0;
    let mut tensors = Vec::new();
    for (tensor, target) in header.tensors.iter().zip(targets) {
        let mut own = tensor.clone();
        own.info.dtype = target.dtype;
        own.info.data_offsets = (at, at + target.bytes);
        tensors.push(own);
        tensors.extend(target.more.iter().cloned());
        for tensor in tensors.iter_mut().rev().take(target.more.len()).rev() {
            let (start, end) = tensor.info.data_offsets;
            tensor.info.data_offsets = (at + target.bytes + start, at + target.bytes + end);
        }
        at = tensors.last().map_or(at, |last| last.info.data_offsets.1);
    }
    Header {
        metadata: header.metadata.clone(),
        tensors,
    }
}

fn target(job: &Job<'_>, tensor: &Tensor) -> Result<Target, Failure> {
    let dtype = tensor.info.dtype;
    let (start, end) = tensor.info.data_offsets;
    let element = match tensor.floats() {
        Some(element) if job.codes => element,
        _ => {
            return Ok(Target {
                form: Form::Value,
                dtype,
                bytes: end - start,
                more: Vec::new(),
            });
        }
    };
    let usage = |error: &dyn std::error::Error| Failure::Usage(error.to_string());
    let count = (end - start) / element.size();
    let (form, dtype, more) = match job.quantizer.numbers() {
        Numbers::Float(format) => {
            let (form, dtype) = codes(format, count).map_err(|error| usage(&error))?;
            (form, dtype, Vec::new())
        }
        Numbers::Block(format) => {
            let (mut form, mut dtype) =
                codes(format.element(), count).map_err(|error| usage(&error))?;
            if format.is_twos_complement() && form == Form::Code(1) {
                (form, dtype) = (Form::Code(1), Dtype::I8);
            }
            let more = scale_tensors(format, tensor).map_err(|error| usage(&error))?;
            (form, dtype, more)
        }
        _ => {
            let bytes = code_bytes(&job.quantizer)?;
            (Form::Code(bytes), unsigned(bytes), Vec::new())
        }
    };
    let bytes = form.bytes(Element::F32, count);
    Ok(Target {
        form,
        dtype,
        bytes,
        more,
    })
}

const fn unsigned(bytes: usize) -> Dtype {
    match bytes {
        1 => Dtype::U8,
        2 => Dtype::U16,
        4 => Dtype::U32,
        _ => Dtype::U64,
    }
}

/// The scales of a tensor of blocks as tensors, their offsets from the end of the elements.
fn scale_tensors(format: &BlockFormat, tensor: &Tensor) -> Result<Vec<Tensor>, BlockError> {
    let shape = format.scales_shape(&tensor.info.shape)?;
    let count: usize = shape.iter().product();
    let (form, dtype) = codes(format.scale(), count)?;
    // One a byte or more, never packed.
    let (form, dtype) = match form {
        Form::Packed(_) => (Form::Code(1), Dtype::U8),
        form => (form, dtype),
    };
    let end = form.bytes(Element::F32, count);
    let mut more = vec![Tensor {
        name: format!("{}.scale", tensor.name),
        info: TensorInfo {
            dtype,
            shape,
            data_offsets: (0, end),
        },
    }];
    if format.has_tensor_scale() {
        more.push(Tensor {
            name: format!("{}.tensor_scale", tensor.name),
            info: TensorInfo {
                dtype: Dtype::F32,
                shape: Vec::new(),
                data_offsets: (end, end + 4),
            },
        });
    }
    Ok(more)
}

/// Their bytes.
fn scale_bytes(blocks: &BlockCodes) -> Result<Vec<u8>, Failure> {
    let (mut bytes, _) = scale_codes(blocks)?;
    if blocks.format().has_tensor_scale() {
        bytes.extend(blocks.tensor_scale().to_le_bytes());
    }
    Ok(bytes)
}

/// The names of scales must not be taken.
fn unique(header: &Header, targets: &[Target]) -> Result<(), Failure> {
    let taken: HashSet<&str> = header
        .tensors
        .iter()
        .map(|tensor| tensor.name.as_str())
        .collect();
    let mut new = targets.iter().flat_map(|target| &target.more);
    match new.find(|tensor| taken.contains(tensor.name.as_str())) {
        None => Ok(()),
        Some(tensor) => Err(Failure::Usage(format!(
            "the file has a tensor \"{}\", which is what the scales of blocks would be called: rename it",
            tensor.name
        ))),
    }
}

/// The file format's own type for the codes where it has one; else the least unsigned integer
/// that holds them. Packed codes that would end within a byte are stored as U8.
fn codes(format: &Format, count: usize) -> Result<(Form, Dtype), CodeError> {
    let plain = format.with_subnormals(Subnormals::Kept);
    let bytes = format_bytes(format)?;
    let own = [
        (Format::OCP_E4M3, Dtype::F8_E4M3),
        (Format::OCP_E5M2, Dtype::F8_E5M2),
        (Format::OCP_E8M0, Dtype::F8_E8M0),
        (Format::E4M3FNUZ, Dtype::F8_E4M3FNUZ),
        (Format::E5M2FNUZ, Dtype::F8_E5M2FNUZ),
        (Format::OCP_E2M1, Dtype::F4),
        (Format::OCP_E3M2, Dtype::F6_E3M2),
        (Format::OCP_E2M3, Dtype::F6_E2M3),
        (Format::BINARY16, Dtype::F16),
        (Format::BFLOAT16, Dtype::BF16),
        (Format::BINARY32, Dtype::F32),
    ];
    let own = own.iter().find(|(format, _)| *format == plain);
    Ok(match own {
        Some((_, dtype)) => match dtype.bitsize() {
            bits @ (4 | 6) if (count * bits).is_multiple_of(8) => {
                (Form::Packed(bits as u32), *dtype)
            }
            4 | 6 => (Form::Code(1), Dtype::U8),
            _ => (Form::Code(bytes), *dtype),
        },
        None if bytes == 1 => (Form::Code(1), Dtype::U8),
        None if bytes == 2 => (Form::Code(2), Dtype::U16),
        None => (Form::Code(4), Dtype::U32),
    })
}
