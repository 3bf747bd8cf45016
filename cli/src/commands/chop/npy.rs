//! An `.npy` file: one array.

use std::io::Write;

use super::{Job, Walked, numpy_codes};
use crate::failure::Failure;
use crate::files::npy::{Header, NpyError};
use crate::files::{Order, map};
use crate::stream::{Array, Form, Source};

pub(super) fn chop(job: &mut Job<'_>) -> Result<Walked, Failure> {
    let wrong = |error: NpyError| Failure::input(job.input, error);
    let file = map(job.input).map_err(|error| Failure::input(job.input, error))?;
    let mut values: &[u8] = &file;
    let header = Header::read(&mut values).map_err(wrong)?;
    let length = values.len() as u64;
    let (element, order) = header.fits(length).map_err(wrong)?;
    let (form, descr) = match job.codes {
        false => (Form::Value, header.descr.clone()),
        true if job.quantizer.block_rounder().is_some() => {
            return Err(Failure::Usage(
                "an .npy file holds one array, and the codes of blocks are two, elements and scales: \
                 use an .npz or .safetensors file"
                    .to_owned(),
            ));
        }
        true => numpy_codes(&job.quantizer, order == Order::Little)?,
    };
    let mut output = job.create()?;
    let new = Header {
        descr: descr.clone(),
        ..header.clone()
    };
    if let Some(output) = &mut output {
        let written = output.file().write_all(&new.to_bytes());
        written.map_err(|error| output.failed(error))?;
    }
    job.expect(length);
    let array = Array {
        element,
        order,
        form,
        fortran_order: header.fortran_order,
    };
    let sink = output.as_mut().map(|output| output.file() as _);
    job.tensor(
        None,
        header.shape,
        array,
        descr,
        Source::Bytes(values),
        sink,
    )?;
    job.finish();
    Ok((std::mem::take(&mut job.rows), output))
}
