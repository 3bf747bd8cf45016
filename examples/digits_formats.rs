//! A small network on handwritten digits, its weights and activations chopped to every kind of numbers
//! that this crate has: what each costs in accuracy, and which layer needs the bits.
//!
//! ```text
//! cargo run --release --example digits_formats
//! ```
//!
//! The network of `examples/data` (64-128-64-10, ReLU) and 899 test images. A layer's weights and
//! what comes into it are rounded to nearest; products are summed in f64, biases stay as they are. So
//! only the numbers that are stored and multiplied have fewer bits, as in hardware with wide
//! accumulators. `docs/digits.md` has what this printed.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use npyz::NpyFile;
use roundoff::numbers::{Numbers, Quantizer};

const CLASSES: usize = 10;
const LAYERS: usize = 3;

/// Kinds, each with names from many bits to few.
#[rustfmt::skip]
const KINDS: &[(&str, &[&str])] = &[
    ("floats", &[
        "binary16", "bfloat16", "ocp-e5m2", "ocp-e4m3", "e3m4", "ocp-e3m2", "ocp-e2m3", "ocp-e2m1",
        "Binary4p2sf", "Binary3p1sf",
    ]),
    ("blocks", &[
        "mxfp8-e5m2", "mxfp8-e4m3", "mxint8", "msfp16", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "nvfp4",
        "msfp12", "bfp:3/8/16", "bfp:2/8/16", "dfp:8", "dfp:4",
    ]),
    ("integers", &[
        "int8", "int6", "int4", "int4/mse", "int4/channel:0", "int4/group:32", "int3/channel:0",
        "int2/group:32",
    ]),
    ("fixed point", &["q4.12", "q4.4", "q3.3", "q3.2", "q2.2"]),
    ("posits", &["posit16", "posit8", "posit6", "posit5", "posit4", "posit3"]),
    ("takums", &["takum16", "takum12", "takum10", "takum8", "takum6", "takum-log12", "takum-log8"]),
    ("logarithmic", &["lns:5.10", "lns:5.2", "lns:5.1", "lns:5.0", "lns:4.1", "lns:4.0", "lns:3.0"]),
];

/// Families with a number of bits, for the table of layers.
const FAMILIES: &[(&str, &[&str])] = &[
    (
        "floats of 5 exponent bits",
        &[
            "ieee-e5m0",
            "ieee-e5m1",
            "ieee-e5m2",
            "ieee-e5m3",
            "ieee-e5m4",
            "ieee-e5m5",
            "ieee-e5m6",
        ],
    ),
    (
        "posits",
        &[
            "posit3", "posit4", "posit5", "posit6", "posit7", "posit8", "posit9",
        ],
    ),
    (
        "logarithms of 4 integer bits",
        &[
            "lns:4.0", "lns:4.1", "lns:4.2", "lns:4.3", "lns:4.4", "lns:4.5", "lns:4.6",
        ],
    ),
];

/// A matrix (out, in) and what is added.
struct Layer {
    weights: Vec<f32>,
    biases: Vec<f32>,
}

impl Layer {
    fn outputs(&self) -> usize {
        self.biases.len()
    }

    fn inputs(&self) -> usize {
        self.weights.len() / self.outputs()
    }
}

struct Digits {
    layers: Vec<Layer>,
    images: Vec<f32>,
    labels: Vec<u8>,
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/data")
        .join(name)
}

fn array<T: npyz::Deserialize>(name: &str) -> Result<Vec<T>, Box<dyn Error>> {
    Ok(NpyFile::new(BufReader::new(File::open(data(name))?))?.into_vec()?)
}

/// One tensor of a `.safetensors` file: a length in 8 bytes, a header in JSON, the numbers. Enough
/// of JSON for a header that has each tensor's offsets behind its name.
fn tensor(file: &[u8], name: &str) -> Result<Vec<f32>, Box<dyn Error>> {
    let wrong = || format!("{name} is not in mlp.safetensors");
    let (length, rest) = file.split_first_chunk::<8>().ok_or_else(wrong)?;
    let length = usize::try_from(u64::from_le_bytes(*length))?;
    let (header, numbers) = rest.split_at_checked(length).ok_or_else(wrong)?;
    let header = std::str::from_utf8(header)?;
    let (_, after) = header
        .split_once(&format!("\"{name}\""))
        .ok_or_else(wrong)?;
    let (_, after) = after.split_once("\"data_offsets\":[").ok_or_else(wrong)?;
    let (offsets, _) = after.split_once(']').ok_or_else(wrong)?;
    let (from, to) = offsets.split_once(',').ok_or_else(wrong)?;
    let bytes = numbers.get(from.parse()?..to.parse()?).ok_or_else(wrong)?;
    let (words, _) = bytes.as_chunks::<4>();
    Ok(words.iter().map(|word| f32::from_le_bytes(*word)).collect())
}

fn read() -> Result<Digits, Box<dyn Error>> {
    let file = fs::read(data("mlp.safetensors"))?;
    let layer = |i: usize| -> Result<Layer, Box<dyn Error>> {
        Ok(Layer {
            weights: tensor(&file, &format!("layers.{i}.weight"))?,
            biases: tensor(&file, &format!("layers.{i}.bias"))?,
        })
    };
    Ok(Digits {
        layers: (0..LAYERS).map(layer).collect::<Result<_, _>>()?,
        images: array("test_images.npy")?,
        labels: array("test_labels.npy")?,
    })
}

/// What is rounded in a layer.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Chopped {
    weights: bool,
    activations: bool,
}

const NOTHING: Chopped = Chopped {
    weights: false,
    activations: false,
};
const WEIGHTS: Chopped = Chopped {
    weights: true,
    ..NOTHING
};
const ACTIVATIONS: Chopped = Chopped {
    activations: true,
    ..NOTHING
};
const BOTH: Chopped = Chopped {
    weights: true,
    activations: true,
};

impl Digits {
    /// The logits of all images.
    fn logits(
        &self,
        quantizer: &Quantizer,
        chopped: [Chopped; LAYERS],
    ) -> Result<Vec<f64>, Box<dyn Error>> {
        let mut values: Vec<f64> = self.images.iter().map(|x| f64::from(*x)).collect();
        for (i, (layer, chopped)) in self.layers.iter().zip(chopped).enumerate() {
            let (inputs, outputs) = (layer.inputs(), layer.outputs());
            let mut weights: Vec<f64> = layer.weights.iter().map(|x| f64::from(*x)).collect();
            if chopped.weights {
                quantizer.round_tensor(&mut weights, &[outputs, inputs])?;
            }
            if chopped.activations {
                let images = values.len() / inputs;
                quantizer.round_tensor(&mut values, &[images, inputs])?;
            }
            let neuron = |image: &[f64], row: &[f64], bias: f32| {
                let sum: f64 = image.iter().zip(row).map(|(x, w)| x * w).sum();
                let y = sum + f64::from(bias);
                if i + 1 < LAYERS { y.max(0.0) } else { y }
            };
            values = values
                .chunks(inputs)
                .flat_map(|image| {
                    let rows = weights.chunks(inputs).zip(&layer.biases);
                    rows.map(move |(row, bias)| neuron(image, row, *bias))
                })
                .collect();
        }
        Ok(values)
    }

    /// Of 100 images, how many go to their label.
    fn accuracy(&self, logits: &[f64]) -> f64 {
        let right = logits
            .chunks(CLASSES)
            .zip(&self.labels)
            .filter(|(logits, label)| {
                let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
                best.is_some_and(|(class, score)| class == usize::from(**label) && !score.is_nan())
            });
        100.0 * right.count() as f64 / self.labels.len() as f64
    }
}

/// |x - y| / |y|, lengths of vectors.
fn distance(x: &[f64], y: &[f64]) -> f64 {
    let square = |difference: f64, of: f64| (difference * difference, of * of);
    let (error, size) = x.iter().zip(y).fold((0.0, 0.0), |(error, size), (x, y)| {
        let (e, s) = square(x - y, *y);
        (error + e, size + s)
    });
    (error / size).sqrt()
}

fn main() -> Result<(), Box<dyn Error>> {
    let digits = read()?;
    let nothing = Quantizer::new(roundoff::Format::BINARY64.into());
    let plain = digits.logits(&nothing, [NOTHING; LAYERS])?;
    let best = digits.accuracy(&plain);
    println!("f32: {best:.2}% of {} images\n", digits.labels.len());

    println!(
        "{:<16}{:>10}{:>13}{:>9}{:>17}",
        "", "weights", "activations", "both", "error of logits"
    );
    for (kind, names) in KINDS {
        println!("{kind}");
        for name in *names {
            let quantizer = Quantizer::new(name.parse::<Numbers>()?);
            let [weights, activations, both] = [WEIGHTS, ACTIVATIONS, BOTH]
                .map(|chopped| digits.logits(&quantizer, [chopped; LAYERS]));
            let both = both?;
            println!(
                "  {name:<14}{:>9.2}%{:>12.2}%{:>8.2}%{:>17.1e}",
                digits.accuracy(&weights?),
                digits.accuracy(&activations?),
                digits.accuracy(&both),
                distance(&both, &plain)
            );
        }
    }

    println!("\nfewest bits that lose no more than half a percent, one layer alone, and all:");
    println!(
        "{:<32}{:>10}{:>10}{:>10}{:>10}",
        "", "layer 0", "layer 1", "layer 2", "all"
    );
    for (family, names) in FAMILIES {
        for (what, chop) in [("weights", WEIGHTS), ("activations", ACTIVATIONS)] {
            let mut line = format!("{family:<32}");
            if what == "activations" {
                line = format!("{:<32}", "");
            }
            for layer in 0..=LAYERS {
                let mut chopped = [NOTHING; LAYERS];
                match chopped.get_mut(layer) {
                    Some(one) => *one = chop,
                    None => chopped = [chop; LAYERS],
                }
                let mut fewest = "more";
                for name in *names {
                    let quantizer = Quantizer::new(name.parse::<Numbers>()?);
                    let logits = digits.logits(&quantizer, chopped)?;
                    if digits.accuracy(&logits) >= best - 0.5 {
                        fewest = name;
                        break;
                    }
                }
                line += &format!("{fewest:>10}");
            }
            println!("{line}  {what}");
        }
    }
    Ok(())
}
