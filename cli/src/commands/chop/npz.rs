//! An `.npz` file: a zip archive of arrays.

use std::io::{self, BufWriter, Write};

use roundoff::block::BlockCodes;
use zip::ZipWriter;
use zip::result::ZipError;

use super::{Job, Walked, numpy_codes, numpy_integers, scale_codes};
use crate::failure::Failure;
use crate::files::npy::Header;
use crate::files::npz::{Archive, Member, NpzError, options};
use crate::files::{Order, ReadError, open};
use crate::stream::{Array, Form, Source};

type Writer<'a> = ZipWriter<BufWriter<&'a mut std::fs::File>>;

/// Of a member: a failure of the command, or one of the archive.
enum Wrong {
    Archive(NpzError),
    Command(Failure),
}

impl From<NpzError> for Wrong {
    fn from(error: NpzError) -> Self {
        Self::Archive(error)
    }
}

pub(super) fn chop(job: &mut Job<'_>) -> Result<Walked, Failure> {
    let input = job.input;
    let wrong = |error: ReadError| Failure::input(input, error);
    let file = open(input).map_err(wrong)?;
    let mut archive = Archive::open(file).map_err(|error| wrong(error.into()))?;
    let mut output = job.create()?;
    {
        let mut writer = output
            .as_mut()
            .map(|output| ZipWriter::new(BufWriter::with_capacity(1 << 20, output.file())));
        // What the archive holds, decompressed, is not known before its headers are read.
        let mut total = 0u64;
        for index in 0..archive.len() {
            let length = archive.member(index, |member, _| Ok::<_, NpzError>(member.length));
            total = total.saturating_add(length.map_err(|error| wrong(error.into()))?);
        }
        job.expect(total);
        for index in 0..archive.len() {
            job.check()?;
            let floats = archive.member(index, |member, values| {
                let floats = member
                    .header
                    .as_ref()
                    .is_some_and(|header| header.floats().is_ok());
                match floats {
                    true => array(job, &member, values, writer.as_mut()).map_err(Wrong::Command)?,
                    false => copied(job, &member),
                }
                Ok(floats)
            });
            let floats = floats.map_err(|error| match error {
                Wrong::Archive(error) => wrong(error.into()),
                Wrong::Command(failure) => failure,
            })?;
            if let Some(writer) = writer.as_mut().filter(|_| !floats) {
                archive
                    .copy(index, writer)
                    .map_err(|error| zip_failure(job, error))?;
            }
        }
        if let Some(writer) = writer {
            let buffer = writer.finish().map_err(|error| zip_failure(job, error))?;
            buffer
                .into_inner()
                .map_err(|error| zip_failure(job, ZipError::Io(error.into_error())))?;
        }
    }
    job.finish();
    Ok((std::mem::take(&mut job.rows), output))
}

/// Rounds one member.
fn array(
    job: &mut Job<'_>,
    member: &Member,
    values: &mut (dyn io::Read + Send),
    mut writer: Option<&mut Writer<'_>>,
) -> Result<(), Failure> {
    let Some(header) = &member.header else {
        return Ok(());
    };
    let (element, order) = header
        .floats()
        .map_err(|error| Failure::input(job.input, error))?;
    let (form, descr) = match job.codes {
        false => (Form::Value, header.descr.clone()),
        true => numpy_codes(&job.quantizer, order == Order::Little)?,
    };
    let array = Array {
        element,
        order,
        form,
        fortran_order: header.fortran_order,
    };
    if let Some(writer) = &mut writer {
        let start = writer.start_file(&member.file_name, options(member));
        start.map_err(|error| zip_failure(job, error))?;
        let new = Header {
            descr: descr.clone(),
            ..header.clone()
        };
        let written = writer.write_all(&new.to_bytes());
        written.map_err(|error| zip_failure(job, ZipError::Io(error)))?;
    }
    let source = Source::Reader(values, member.length);
    let sink = writer
        .as_mut()
        .map(|writer| &mut **writer as &mut (dyn Write + Send));
    let blocks = job.tensor(
        Some(&member.name),
        header.shape.clone(),
        array,
        descr,
        source,
        sink,
    )?;
    match (writer, blocks) {
        (Some(writer), Some(blocks)) => scales(job, member, header, &blocks, writer),
        _ => Ok(()),
    }
}

/// The scales of blocks, as members beside their elements.
fn scales(
    job: &Job<'_>,
    member: &Member,
    header: &Header,
    blocks: &BlockCodes,
    writer: &mut Writer<'_>,
) -> Result<(), Failure> {
    let (codes, bytes) = scale_codes(blocks)?;
    let shape = blocks.scales_shape();
    let mut shape = shape.map_err(|error| Failure::Usage(error.to_string()))?;
    if header.fortran_order && shape.len() == header.shape.len() {
        shape.reverse();
    }
    let stem = member.file_name.trim_end_matches(".npy");
    let mut parts: Vec<(&str, String, Vec<usize>, Vec<u8>)> =
        vec![("scale", numpy_integers(bytes, true), shape, codes)];
    if blocks.format().has_tensor_scale() {
        let scale = blocks.tensor_scale().to_le_bytes().to_vec();
        parts.push(("tensor_scale", "<f4".to_owned(), Vec::new(), scale));
    }
    for (what, descr, shape, bytes) in parts {
        let start = writer.start_file(format!("{stem}.{what}.npy"), options(member));
        start.map_err(|error| zip_failure(job, error))?;
        let shape: Vec<u64> = shape.iter().map(|n| *n as u64).collect();
        let new = Header {
            descr,
            count: shape.iter().product(),
            shape,
            ..header.clone()
        };
        let written = writer.write_all(&new.to_bytes());
        let written = written.and_then(|()| writer.write_all(&bytes));
        written.map_err(|error| zip_failure(job, ZipError::Io(error)))?;
    }
    Ok(())
}

fn copied(job: &mut Job<'_>, member: &Member) {
    let (kind, shape) = match &member.header {
        Some(header) => (header.descr.clone(), header.shape.clone()),
        None => ("file".to_owned(), vec![member.length]),
    };
    job.bar.inc(member.length);
    job.copied(&member.name, kind, shape);
}

/// The output's fault, or the input's where the archive itself is meant.
fn zip_failure(job: &Job<'_>, error: ZipError) -> Failure {
    match error {
        ZipError::Io(error) => Failure::output(job.output.unwrap_or(job.input), error),
        error => Failure::input(job.input, NpzError::zip(&error)),
    }
}
