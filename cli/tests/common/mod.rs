//! Runs the binary, and makes the files that it reads.
#![allow(dead_code)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The binary.
pub fn roundoff() -> Command {
    Command::new(env!("CARGO_BIN_EXE_roundoff"))
}

/// What one run said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

/// Runs it in a folder; words are split at spaces.
pub fn run(folder: &Path, words: &str) -> Said {
    let run = roundoff()
        .args(words.split_whitespace())
        .current_dir(folder)
        .output();
    run.expect("the binary runs").into()
}

/// The same, where it must succeed.
pub fn good(folder: &Path, words: &str) -> String {
    let said = run(folder, words);
    assert_eq!(said.code, Some(0), "{words}: {}", said.err);
    assert_eq!(said.err, "", "{words}");
    said.out
}

/// The same, where it must be refused: one sentence, code 2, and no file more than before.
pub fn refused(folder: &Path, words: &str) -> String {
    let before = files(folder);
    let said = run(folder, words);
    assert_eq!(said.code, Some(2), "{words}: {}{}", said.out, said.err);
    assert_eq!(said.out, "", "{words}");
    assert_eq!(
        said.err.trim_end().lines().count(),
        1,
        "{words}: {}",
        said.err
    );
    assert!(said.err.starts_with("roundoff: "), "{words}: {}", said.err);
    assert!(!said.err.contains("panicked"), "{words}: {}", said.err);
    assert_eq!(files(folder), before, "{words} left a file");
    said.err
}

/// Names and contents.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), std::fs::read(&path).unwrap_or_default()))
        .collect();
    all.sort();
    all
}

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// An npy file with any header text.
pub fn npy(descr: &str, fortran: bool, shape: &str, values: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    npy_text(
        &format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"),
        values,
    )
}

pub fn npy_text(text: &str, values: &[u8]) -> Vec<u8> {
    let mut text = text.to_owned();
    while !(10 + text.len() + 1).is_multiple_of(64) {
        text.push(' ');
    }
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(values);
    bytes
}

pub fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// A safetensors file with any header text.
pub fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

/// Header text and values of a safetensors file.
pub fn split(file: &[u8]) -> (serde_json::Value, &[u8]) {
    let (length, rest) = file.split_first_chunk::<8>().expect("a length");
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    assert!(header.len().is_multiple_of(8), "values are aligned");
    (serde_json::from_slice(header).expect("JSON"), data)
}

/// An npz file of these members.
pub fn npz(members: &[(&str, Vec<u8>)], compressed: bool) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let method = match compressed {
        true => zip::CompressionMethod::Deflated,
        false => zip::CompressionMethod::Stored,
    };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        zip.start_file(*name, options).expect("a member");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), bytes).expect("a file");
}

pub fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).expect("the output")
}
