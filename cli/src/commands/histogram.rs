//! `roundoff histogram`: the values of tensors against a format's range.

use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::Format;
use roundoff::report::{Characters, Histogram};

use super::plot::save;
use crate::failure::Failure;
use crate::files::npy::Header;
use crate::files::npz::{Archive, NpzError};
use crate::files::{Element, Order, map, open, safetensors};
use crate::stream::load;
use crate::{names, show, terminal};

/// Counts a file's values by magnitude, against the range of a format
#[derive(Args, Debug)]
#[command(after_help = "\
Counted are the values as they are, before any rounding. Without -o the bars are
drawn in characters.

Examples:
  roundoff histogram x.npy --format ocp-e4m3
  roundoff histogram model.safetensors --tensor layers.0.weight --format bf16 -o h.svg")]
pub struct HistogramOf {
    /// The file: .npy, .npz or .safetensors
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// The format whose range is marked
    #[arg(short, long, value_name = "F", value_parser = names::format)]
    format: Format,

    /// Only the tensor of this name [default: all of floats, together]
    #[arg(short, long, value_name = "NAME")]
    tensor: Option<String>,

    /// Where the figure goes: .svg or .png
    #[arg(short, long, value_name = "FIGURE")]
    output: Option<PathBuf>,

    /// Pixels of a PNG for each of the figure's 640 across
    #[arg(long, value_name = "N", default_value_t = 2.0)]
    scale: f32,

    /// On the terminal: ASCII only
    #[arg(long)]
    ascii: bool,
}

/// Bytes that are looked at together: whole values of any type.
const PIECE: usize = 1 << 20;

impl HistogramOf {
    pub fn run(&self) -> Result<(), Failure> {
        let file = self.input.file_name().unwrap_or_default().to_string_lossy();
        let what = match &self.tensor {
            Some(tensor) => format!("{tensor} of {file}"),
            None => file.into_owned(),
        };
        let title = format!("{what} against {}", self.format);
        let mut counts = Counts {
            histogram: Histogram::new(self.format).titled(&title),
            wanted: self.tensor.as_deref(),
            found: Vec::new(),
        };
        let extension = self
            .input
            .extension()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match extension.to_str() {
            Some("npy") => counts.npy(&self.input)?,
            Some("npz") => counts.npz(&self.input)?,
            Some("safetensors") => counts.safetensors(&self.input)?,
            _ => {
                return Err(Failure::Usage(format!(
                    "{}: the name must end in .npy, .npz or .safetensors; rename or convert the file",
                    self.input.display()
                )));
            }
        }
        if let Some(wanted) = &self.tensor
            && !counts.found.contains(wanted)
        {
            return Err(Failure::Usage(format!(
                "{}: there is no tensor \"{wanted}\" of floats; it has {}",
                self.input.display(),
                some_of(&counts.found)
            )));
        }
        match &self.output {
            Some(output) => save(&counts.histogram.picture(), output, self.scale),
            None => {
                let ascii = terminal::characters(self.ascii) == Characters::Ascii;
                show::print(&counts.histogram.text(terminal::width(), ascii))
            }
        }
    }
}

/// The first names, and how many more.
fn some_of(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names if names.len() <= 8 => names.join(", "),
        names => format!("{} and {} more", names[..8].join(", "), names.len() - 8),
    }
}

struct Counts<'a> {
    histogram: Histogram,
    wanted: Option<&'a str>,
    /// Names of the tensors of floats.
    found: Vec<String>,
}

impl Counts<'_> {
    /// Is this one counted?
    fn takes(&mut self, name: &str) -> bool {
        self.found.push(name.to_owned());
        self.wanted.is_none_or(|wanted| wanted == name)
    }

    fn bytes(&mut self, bytes: &[u8], element: Element, order: Order) {
        for piece in bytes.chunks(PIECE) {
            self.histogram.add(&load(piece, element, order));
        }
    }

    fn npy(&mut self, path: &Path) -> Result<(), Failure> {
        let file = map(path).map_err(|error| Failure::input(path, error))?;
        let mut bytes: &[u8] = &file;
        let header = Header::read(&mut bytes).map_err(|error| Failure::input(path, error))?;
        let floats = header.fits(bytes.len() as u64);
        let (element, order) = floats.map_err(|error| Failure::input(path, error))?;
        // An .npy file names nothing.
        if self.wanted.is_none() {
            self.bytes(bytes, element, order);
        }
        Ok(())
    }

    fn npz(&mut self, path: &Path) -> Result<(), Failure> {
        let file = open(path).map_err(|error| Failure::input(path, error))?;
        let mut archive = Archive::open(file).map_err(|error| Failure::input(path, error))?;
        for index in 0..archive.len() {
            let counted = archive.member(index, |member, values| {
                let floats = member.header.as_ref().map(Header::floats);
                let Some(Ok((element, order))) = floats else {
                    return Ok(());
                };
                if !self.takes(&member.name) {
                    return Ok(());
                }
                let mut left = member.length;
                let mut piece = Vec::new();
                while left > 0 {
                    piece.resize(left.min(PIECE as u64) as usize, 0);
                    let read = values.read_exact(&mut piece);
                    read.map_err(|error| NpzError::damaged(&member.name, &error))?;
                    self.bytes(&piece, element, order);
                    left -= piece.len() as u64;
                }
                Ok::<_, NpzError>(())
            });
            counted.map_err(|error| Failure::input(path, error))?;
        }
        Ok(())
    }

    fn safetensors(&mut self, path: &Path) -> Result<(), Failure> {
        let file = map(path).map_err(|error| Failure::input(path, error))?;
        let header = safetensors::Header::read(&file);
        let (header, data) = header.map_err(|error| Failure::input(path, error))?;
        for tensor in &header.tensors {
            let (start, end) = tensor.info.data_offsets;
            if let Some(element) = tensor.floats()
                && self.takes(&tensor.name)
                && let Some(bytes) = data.get(start..end)
            {
                self.bytes(bytes, element, Order::Little);
            }
        }
        Ok(())
    }
}
