//! A `.safetensors` file: mapped in, streamed out.

use std::io::Write;

use roundoff::{CodeError, Format, Subnormals};
use safetensors::Dtype;

use super::{Job, Walked, code_bytes};
use crate::failure::Failure;
use crate::files::safetensors::{Header, Tensor};
use crate::files::{Element, Order, map};
use crate::stream::{Array, Form, Source};

/// Bytes copied between two looks at the signals.
const COPY: usize = 1 << 23;

/// How one tensor is written.
struct Target {
    form: Form,
    dtype: Dtype,
    bytes: usize,
}

pub(super) fn chop(job: &mut Job<'_>) -> Result<Walked, Failure> {
    let file = map(job.input).map_err(|error| Failure::input(job.input, error))?;
    let (header, data) = Header::read(&file).map_err(|error| Failure::input(job.input, error))?;
    let targets: Vec<Target> = header
        .tensors
        .iter()
        .map(|tensor| target(job, tensor))
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Usage(error.to_string()))?;
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
        };
        let sink = output.as_mut().map(|output| output.file() as _);
        let written = format!("{:?}", target.dtype);
        job.tensor(
            Some(&tensor.name),
            shape,
            array,
            written,
            Source::Bytes(values),
            sink,
        )?;
    }
    job.finish();
    Ok((std::mem::take(&mut job.rows), output))
}

/// The header of the output: the same names, shapes and metadata.
fn rewritten(header: &Header, targets: &[Target]) -> Header {
    let mut at = 0;
    let tensors = header.tensors.iter().zip(targets).map(|(tensor, target)| {
        let mut tensor = tensor.clone();
        tensor.info.dtype = target.dtype;
        tensor.info.data_offsets = (at, at + target.bytes);
        at += target.bytes;
        tensor
    });
    Header {
        metadata: header.metadata.clone(),
        tensors: tensors.collect(),
    }
}

fn target(job: &Job<'_>, tensor: &Tensor) -> Result<Target, CodeError> {
    let dtype = tensor.info.dtype;
    let (start, end) = tensor.info.data_offsets;
    let element = match tensor.floats() {
        Some(element) if job.codes => element,
        _ => {
            return Ok(Target {
                form: Form::Value,
                dtype,
                bytes: end - start,
            });
        }
    };
    let count = (end - start) / element.size();
    let (form, dtype) = codes(job.rounder.format(), count)?;
    let bytes = form.bytes(Element::F32, count);
    Ok(Target { form, dtype, bytes })
}

/// The file format's own type for the codes where it has one; else the least unsigned integer
/// that holds them. Packed codes that would end within a byte are stored as U8.
fn codes(format: &Format, count: usize) -> Result<(Form, Dtype), CodeError> {
    let plain = format.with_subnormals(Subnormals::Kept);
    let bytes = code_bytes(format)?;
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
