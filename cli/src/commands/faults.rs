//! `roundoff faults`: flips bits in the tensors of a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::chop::Host;
use roundoff::faults::{Coded, FaultError, Faults, Field, Flip};
use roundoff::numbers::{Numbers, Quantizer};
use roundoff::{Format, random};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::files::{Element, Order, map, npy, safetensors};
use crate::output::Output;
use crate::{names, show, stream};

/// Flips bits in the tensors of a .npy or .safetensors file, as faulty hardware would
#[derive(Args, Debug)]
#[command(after_help = "\
Each value is hit with the probability given; then bits of its code flip. Without --format
the codes are those of the tensor's own type. The same seed makes the same faults. Without
-o they are printed and nothing is written.

Examples:
  roundoff faults model.safetensors -o hit.safetensors --probability 1e-4 --bits exponent
  roundoff faults x.npy -o y.npy --probability 0.01 --format ocp-e4m3 --list
  roundoff faults x.npy -o y.npy --stuck-at-1 0x80 --format posit8")]
pub struct FaultsCommand {
    /// The file: .npy or .safetensors, of f16, bf16, f32 or f64
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where the tensors with their faults go: a file of the same kind
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// How likely a value is hit, from 0 to 1
    #[arg(short, long, value_name = "P", default_value_t = 0.0)]
    probability: f64,

    /// Which bits: anywhere, sign, exponent, fraction, or a mask such as 0x80
    #[arg(short, long, value_name = "B", default_value = "anywhere", value_parser = field)]
    bits: Field,

    /// How many bits of a value that is hit
    #[arg(short, long, value_name = "N", default_value_t = 1)]
    count: u32,

    /// Bits that are 0 in every code: a mask
    #[arg(long, value_name = "MASK", value_parser = mask)]
    stuck_at_0: Option<u64>,

    /// Bits that are 1 in every code: a mask
    #[arg(long, value_name = "MASK", value_parser = mask)]
    stuck_at_1: Option<u64>,

    /// Whose codes: a float format, posits (posit8), takums (takum16) or logarithms (lns:6.9); the
    /// tensors are rounded to it first, to nearest
    #[arg(short, long, value_name = "F", value_parser = names::coded)]
    format: Option<Numbers>,

    /// The seed; each tensor has a random stream of its own
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Print every fault: index, code before, code after
    #[arg(short, long)]
    list: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The codes of a type of floats.
fn own(element: Element) -> Numbers {
    Numbers::Float(match element {
        Element::F16 => Format::BINARY16,
        Element::Bf16 => Format::BFLOAT16,
        Element::F32 => Format::BINARY32,
        Element::F64 => Format::BINARY64,
    })
}

fn field(name: &str) -> Result<Field, String> {
    name.parse().map_err(|error: FaultError| error.to_string())
}

fn mask(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(Field::Bits(bits)) => Ok(bits),
        _ => Err(format!("\"{text}\" is no mask: write 0x80, 0b1000 or 128")),
    }
}

/// One tensor, and what happened to it.
struct Row {
    name: String,
    element: Element,
    coding: Numbers,
    values: usize,
    flips: Vec<Flip>,
}

/// A tensor's place among the bytes of the file.
struct Place {
    name: Option<String>,
    element: Element,
    order: Order,
    from: usize,
    to: usize,
}

impl FaultsCommand {
    pub fn run(&self) -> Result<(), Failure> {
        let usage = |error: FaultError| Failure::Usage(error.to_string());
        let stuck = (self.stuck_at_0.unwrap_or(0), self.stuck_at_1.unwrap_or(0));
        let faults = Faults::new(self.probability)
            .and_then(|faults| faults.with_count(self.count))
            .and_then(|faults| faults.with_stuck(stuck.0, stuck.1))
            .map_err(usage)?
            .with_field(self.bits)
            .with_seed(self.seed);
        if faults.is_none() {
            return Err(Failure::Usage(
                "no faults asked for: give --probability, --stuck-at-0 or --stuck-at-1".to_owned(),
            ));
        }
        let kind = kind(&self.input)?;
        if let Some(output) = &self.output
            && self::kind(output)? != kind
        {
            return Err(Failure::Usage(format!(
                "{}: the output is of the input's kind; let its name end in .{kind}",
                output.display()
            )));
        }
        let file = map(&self.input).map_err(|error| Failure::input(&self.input, error))?;
        let places = self.places(kind, &file)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(file.len()).map_err(|_| {
            Failure::Usage(format!(
                "{}: {} bytes are more than there is memory; split the file",
                self.input.display(),
                file.len()
            ))
        })?;
        bytes.extend_from_slice(&file);
        // Closed, so that it may be replaced.
        drop(file);
        let rows = places
            .into_iter()
            .map(|place| self.tensor(faults, place, &mut bytes))
            .collect::<Result<Vec<Row>, Failure>>()?;
        if let Some(path) = &self.output {
            let mut output = Output::create(path)?;
            let written = output.file().write_all(&bytes);
            written.map_err(|error| output.failed(error))?;
            output.publish()?;
        }
        match self.json {
            true => show::print_json(&self.as_json(&rows)),
            false => show::print(&self.as_text(&rows)),
        }
    }

    /// The tensors of floats.
    fn places(&self, kind: &str, file: &[u8]) -> Result<Vec<Place>, Failure> {
        let wrong = |error: crate::files::ReadError| Failure::input(&self.input, error);
        if kind == "npy" {
            let mut rest = file;
            let header = npy::Header::read(&mut rest).map_err(|error| wrong(error.into()))?;
            let fits = header.fits(rest.len() as u64);
            let (element, order) = fits.map_err(|error| wrong(error.into()))?;
            return Ok(vec![Place {
                name: None,
                element,
                order,
                from: file.len() - rest.len(),
                to: file.len(),
            }]);
        }
        let (header, data) =
            safetensors::Header::read(file).map_err(|error| wrong(error.into()))?;
        let start = file.len() - data.len();
        let place = |tensor: &safetensors::Tensor| {
            let (from, to) = tensor.info.data_offsets;
            Some(Place {
                name: Some(tensor.name.clone()),
                element: tensor.floats()?,
                order: Order::Little,
                from: start + from,
                to: start + to,
            })
        };
        Ok(header.tensors.iter().filter_map(place).collect())
    }

    /// Faults in one tensor, where it is in the file.
    fn tensor(&self, faults: Faults, place: Place, file: &mut [u8]) -> Result<Row, Failure> {
        let Place {
            name,
            element,
            order,
            from,
            to,
        } = place;
        let stream = name.as_deref().map_or(0, random::stream_of);
        let faults = faults.with_stream(stream);
        let coding = self.format.clone().unwrap_or(own(element));
        let name = name.unwrap_or("array".to_owned());
        let bytes = &mut file[from..to];
        let hit = match element {
            Element::F16 => typed::<half::f16>,
            Element::Bf16 => typed::<half::bf16>,
            Element::F32 => typed::<f32>,
            Element::F64 => typed::<f64>,
        };
        let flips = hit(
            &faults,
            &coding,
            self.format.is_some(),
            bytes,
            element,
            order,
        )
        .map_err(|error| Failure::Usage(format!("tensor \"{name}\": {error}")))?;
        Ok(Row {
            name,
            element,
            coding,
            values: (to - from) / element.size(),
            flips,
        })
    }

    fn as_json(&self, rows: &[Row]) -> Value {
        let tensor = |row: &Row| {
            let flips: Vec<Value> = row
                .flips
                .iter()
                .filter(|_| self.list)
                .map(|flip| json!([flip.index, flip.before, flip.after]))
                .collect();
            let mut tensor = json!({
                "name": row.name,
                "dtype": row.element.to_string(),
                "format": row.coding.to_string(),
                "count": row.values,
                "changed": row.flips.len(),
            });
            if self.list {
                tensor["flips"] = json!(flips);
            }
            tensor
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "device": "cpu",
            "input": self.input.display().to_string(),
            "output": self.output.as_ref().map(|path| path.display().to_string()),
            "probability": self.probability,
            "bits": self.bits.to_string(),
            "count": self.count,
            "stuck_at_0": self.stuck_at_0.unwrap_or(0),
            "stuck_at_1": self.stuck_at_1.unwrap_or(0),
            "seed": self.seed,
            "tensors": rows.iter().map(tensor).collect::<Vec<_>>(),
        })
    }

    fn as_text(&self, rows: &[Row]) -> String {
        let printed = |path: &Path| show::printable(&path.display().to_string());
        let mut text = format!(
            "{}: probability {}, {} of {}, seed {}\n\n",
            printed(&self.input),
            show::number(self.probability),
            match self.count {
                1 => "one bit".to_owned(),
                count => format!("{count} bits"),
            },
            self.bits,
            self.seed
        );
        let row = |row: &Row| {
            let share = row.flips.len() as f64 / row.values.max(1) as f64;
            vec![
                show::printable(&row.name),
                row.element.to_string(),
                row.coding.to_string(),
                row.values.to_string(),
                row.flips.len().to_string(),
                show::short(share),
            ]
        };
        let headings = ["tensor", "type", "codes", "values", "changed", "share"];
        text += &show::table("<<<>>>", &headings, rows.iter().map(row).collect());
        text += "\n";
        for row in rows.iter().filter(|row| self.list && !row.flips.is_empty()) {
            let coded = &row.coding;
            let digits = coded.width().div_ceil(4) as usize;
            text += &format!("\n{}\n", show::printable(&row.name));
            for flip in &row.flips {
                text += &format!(
                    "{:>10}  {:0digits$x} -> {:0digits$x}  {} -> {}\n",
                    flip.index,
                    flip.before,
                    flip.after,
                    show::short(coded.value(flip.before)),
                    show::short(coded.value(flip.after))
                );
            }
        }
        if let Some(output) = &self.output {
            text += &format!("\nWritten to {}.\n", printed(output));
        }
        text
    }
}

fn kind(path: &Path) -> Result<&'static str, Failure> {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str() {
        Some("npy") => Ok("npy"),
        Some("safetensors") => Ok("safetensors"),
        _ => Err(Failure::Usage(format!(
            "{}: the name must end in .npy or .safetensors; save its arrays as one of these",
            path.display()
        ))),
    }
}

/// Values of one type, in place: rounded first, where asked for; without that, those that no fault hits
/// keep their bytes.
fn typed<T: Host>(
    faults: &Faults,
    coded: &Numbers,
    rounded: bool,
    bytes: &mut [u8],
    element: Element,
    order: Order,
) -> Result<Vec<Flip>, String> {
    let values = stream::load(bytes, element, order);
    let mut values: Vec<T> = values.into_iter().map(T::from_f64).collect();
    if rounded {
        let quantizer = Quantizer::new(coded.clone());
        quantizer
            .round_slice(&mut values)
            .map_err(|error| error.to_string())?;
    }
    let flips = faults
        .values(coded, &mut values, 0)
        .map_err(|error| error.to_string())?;
    let mut store = |at: usize| {
        let stored = stream::store(&[values[at].to_f64()], element, order);
        bytes[at * element.size()..][..element.size()].copy_from_slice(&stored);
    };
    match rounded {
        true => (0..values.len()).for_each(store),
        false => flips.iter().for_each(|flip| store(flip.index as usize)),
    }
    Ok(flips)
}
