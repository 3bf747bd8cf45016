//! Handwritten digits told apart by direction: one von Mises-Fisher distribution a class, and how
//! few bits that needs.
//!
//! ```text
//! cargo run --release --example vmf_digits
//! ```
//!
//! The 8 x 8 images of `examples/data`, normalised to length 1, are directions in 64 dimensions. Each
//! class is fitted to the training half by maximum likelihood; a test image goes to the class of
//! the greatest log density. Then the same with images and means chopped to a format, and with every
//! operation of the scores rounded to it.

use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use npyz::NpyFile;
use roundoff::arith::{Exact, Native, Sites};
use roundoff::kernels::vmf::{VonMisesFisher, emulated};
use roundoff::{Format, Rounder};

const PIXELS: usize = 64;
const CLASSES: u8 = 10;

struct Digits {
    /// Images of length 1, one after another.
    images: Vec<f64>,
    labels: Vec<u8>,
}

fn read(half: &str) -> Result<Digits, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data");
    let open = |name: &str| -> Result<_, Box<dyn Error>> {
        let path = folder.join(format!("{half}_{name}.npy"));
        Ok(NpyFile::new(BufReader::new(File::open(path)?))?)
    };
    let mut images: Vec<f64> = open("images")?
        .into_vec::<f32>()?
        .into_iter()
        .map(f64::from)
        .collect();
    for image in images.chunks_mut(PIXELS) {
        let length = image.iter().map(|x| x * x).sum::<f64>().sqrt();
        image.iter_mut().for_each(|x| *x /= length);
    }
    let labels = open("labels")?.into_vec::<u8>()?;
    Ok(Digits { images, labels })
}

/// A class as a score needs it.
struct Class {
    mean: Vec<f64>,
    kappa: f64,
    log_normalizer: f64,
}

/// The share of images whose greatest score is their label's. Of equal scores the first counts; a
/// score that is NaN never does.
fn accuracy<S: Sites>(
    sites: &S,
    classes: &[Class],
    images: &[f64],
    labels: &[u8],
) -> Result<f64, Box<dyn Error>> {
    let mut right = 0;
    for (image, label) in images.chunks(PIXELS).zip(labels) {
        let (mut best, mut greatest) = (None, f64::NEG_INFINITY);
        for (number, class) in classes.iter().enumerate() {
            let score = emulated::log_density(
                sites,
                &class.mean,
                class.kappa,
                class.log_normalizer,
                image,
            )?;
            if score > greatest {
                (best, greatest) = (Some(number), score);
            }
        }
        right += usize::from(best == Some(usize::from(*label)));
    }
    Ok(right as f64 / labels.len() as f64)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (train, test) = (read("train")?, read("test")?);
    let mut classes = Vec::new();
    println!("digit  points  mean resultant length   kappa  standard error  unbiased");
    for digit in 0..CLASSES {
        let points: Vec<f64> = train
            .images
            .chunks(PIXELS)
            .zip(&train.labels)
            .filter(|(_, label)| **label == digit)
            .flat_map(|(image, _)| image.iter().copied())
            .collect();
        let fit = VonMisesFisher::fit(PIXELS, &points)?;
        let distribution = &fit.distribution;
        println!(
            "{digit:>5}{:>8}{:>23.4}{:>8.1}{:>16.1}{:>10.1}",
            fit.count,
            fit.resultant,
            distribution.kappa(),
            fit.standard_error,
            fit.unbiased_kappa
        );
        classes.push(Class {
            mean: distribution.mean().to_vec(),
            kappa: distribution.kappa(),
            log_normalizer: distribution.log_normalizer(),
        });
    }
    let native = accuracy(&Native, &classes, &test.images, &test.labels)?;
    println!(
        "\nf64: {:.2}% of {} images\n",
        100.0 * native,
        test.labels.len()
    );
    println!(
        "{:<14}{:>7}{:>16}{:>18}",
        "format", "digits", "inputs rounded", "every operation"
    );
    let names = [
        "binary32",
        "binary16",
        "p10e-14:15",
        "p9e-14:15",
        "bfloat16",
        "p7e-14:15",
        "p6e-14:15",
        "p5e-14:15",
        "ocp-e4m3",
        "ocp-e5m2",
        "p2e-14:15",
        "ocp-e2m1",
    ];
    for name in names {
        let format: Format = name.parse()?;
        let rounder = Rounder::new(format);
        let round =
            |values: &[f64]| -> Vec<f64> { values.iter().map(|x| rounder.round(*x)).collect() };
        let rounded: Vec<Class> = classes
            .iter()
            .map(|class| Class {
                mean: round(&class.mean),
                ..*class
            })
            .collect();
        let images = round(&test.images);
        let inputs = accuracy(&Native, &rounded, &images, &test.labels)?;
        let all = accuracy(&Exact::new(&rounder), &classes, &test.images, &test.labels)?;
        println!(
            "{name:<14}{:>7}{:>15.2}%{:>17.2}%",
            format.precision(),
            100.0 * inputs,
            100.0 * all
        );
    }
    Ok(())
}
