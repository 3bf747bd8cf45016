//! `roundoff eval log-iv` and the like: Bessel functions of the points in a table.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::arith::{Exact, PerSite};
use roundoff::kernels::bessel::Quantity;
use roundoff::kernels::bessel::emulated::{Expansion, Kind, PaperRule, Rule, SITES, evaluate};
use roundoff::{Format, Rounder, Rounding, Saturation, Threads};

use super::kernels_on_gpu;
use super::softmax::parsed;
use crate::failure::Failure;
use crate::files::npy::{Header, NpyError};
use crate::files::{Element, Order, map};
use crate::output::Output;
use crate::place::{Asked, Place};
use crate::stream::{load, store};
use crate::{names, show};

/// What all the functions take.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff eval log-iv --input points.csv -o out.csv
  roundoff eval log-kv --input points.npy -o out.npy
  roundoff eval log-iv --input points.csv --format binary16 --expansion uniform-4")]
pub(super) struct EvalBessel {
    /// The points: a .csv file with columns v and x, or an .npy file of shape (n, 2)
    #[arg(short, long, value_name = "FILE")]
    input: PathBuf,

    /// Where the table goes, the result as its last column [default: CSV to standard output]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,

    /// Rounds every operation to this format (log-iv and log-kv) [default: native f64]
    #[arg(short, long, value_name = "F", value_parser = names::format)]
    format: Option<Format>,

    /// The rounding of every operation, with --format
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value, with --format: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,

    /// Seed of stochastic roundings
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// One expansion everywhere, with --format: uniform-4, large-argument-3, series, integral-64,
    /// recurrence-4, ... [default: the rule of arXiv 2409.08729]
    #[arg(long, value_name = "E", value_parser = parsed::<Expansion>)]
    expansion: Option<Expansion>,

    #[command(flatten)]
    asked: Asked,
}

/// Points and, of a CSV file, all its columns.
struct Points {
    v: Vec<f64>,
    x: Vec<f64>,
    headings: Vec<String>,
    /// Fields as they were; empty for an npy file.
    rows: Vec<csv::StringRecord>,
}

fn is_npy(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("npy"))
}

/// A sentence about a file.
fn about(path: &Path, text: impl std::fmt::Display) -> Failure {
    Failure::Usage(format!("{}: {text}", path.display()))
}

impl Points {
    fn read(path: &Path) -> Result<Self, Failure> {
        match is_npy(path) {
            true => Self::read_npy(path),
            false => Self::read_csv(path),
        }
    }

    fn read_npy(path: &Path) -> Result<Self, Failure> {
        let wrong = |error: NpyError| Failure::input(path, error);
        let file = map(path).map_err(|error| Failure::input(path, error))?;
        let mut bytes: &[u8] = &file;
        let header = Header::read(&mut bytes).map_err(wrong)?;
        let (element, order) = header.fits(bytes.len() as u64).map_err(wrong)?;
        let &[count, 2] = header.shape.as_slice() else {
            let shape = format!("{:?}", header.shape);
            let text = format!("its shape is {shape}; points are of shape (n, 2): v and x a row");
            return Err(about(path, text));
        };
        let values = load(bytes, element, order);
        let count = count as usize;
        let at = |row: usize, column: usize| match header.fortran_order {
            true => values[column * count + row],
            false => values[2 * row + column],
        };
        Ok(Self {
            v: (0..count).map(|row| at(row, 0)).collect(),
            x: (0..count).map(|row| at(row, 1)).collect(),
            headings: vec!["v".to_owned(), "x".to_owned()],
            rows: Vec::new(),
        })
    }

    fn read_csv(path: &Path) -> Result<Self, Failure> {
        let file = map(path).map_err(|error| Failure::input(path, error))?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(&file[..]);
        let headings = reader
            .headers()
            .map_err(|error| about(path, error))?
            .clone();
        let column = |name: &str| {
            headings.iter().position(|heading| heading == name).ok_or_else(|| {
                let found: Vec<&str> = headings.iter().collect();
                let text = format!(
                    "no column {name} among \"{}\"; name the columns of orders and arguments v and x",
                    show::printable(&found.join(","))
                );
                about(path, text)
            })
        };
        let columns = [column("v")?, column("x")?];
        let (mut v, mut x, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for (number, row) in reader.records().enumerate() {
            let row = row.map_err(|error| about(path, error))?;
            let [of_v, of_x] = columns.map(|at| {
                let field = row.get(at).unwrap_or_default();
                field.parse::<f64>().map_err(|_| {
                    let field = show::printable(field);
                    about(
                        path,
                        format!("row {}: \"{field}\" is no number", number + 1),
                    )
                })
            });
            v.push(of_v?);
            x.push(of_x?);
            rows.push(row);
        }
        Ok(Self {
            v,
            x,
            headings: headings.iter().map(str::to_owned).collect(),
            rows,
        })
    }

    /// The table with a column more, as CSV.
    fn csv(&self, heading: &str, results: &[f64]) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut write = |fields: Vec<String>| writer.write_record(fields);
        let mut headings = self.headings.clone();
        headings.push(heading.to_owned());
        // Into memory and of one width: neither write fails.
        let _ = write(headings);
        for (at, result) in results.iter().enumerate() {
            let mut fields: Vec<String> = match self.rows.get(at) {
                Some(row) => row.iter().map(str::to_owned).collect(),
                None => vec![show::number(self.v[at]), show::number(self.x[at])],
            };
            fields.push(digits(*result));
            let _ = write(fields);
        }
        writer.into_inner().unwrap_or_default()
    }

    /// v, x and the result, as an npy file.
    fn npy(&self, results: &[f64]) -> Vec<u8> {
        let count = results.len() as u64;
        let header = Header {
            descr: "<f8".to_owned(),
            fortran_order: false,
            shape: vec![count, 3],
            count: 3 * count,
        };
        let points = self.v.iter().zip(&self.x).zip(results);
        let values: Vec<f64> = points
            .flat_map(|((v, x), result)| [*v, *x, *result])
            .collect();
        let mut bytes = header.to_bytes();
        bytes.extend(store(&values, Element::F64, Order::Little));
        bytes
    }
}

/// 17 digits.
fn digits(value: f64) -> String {
    match value.is_finite() {
        true => format!("{value:.16e}"),
        false => show::number(value),
    }
}

impl EvalBessel {
    pub(super) fn run(&self, quantity: Quantity) -> Result<(), Failure> {
        let points = Points::read(&self.input)?;
        let place = self.asked.place();
        let results = match self.format {
            Some(format) => self.emulated(quantity, format, &points, &place)?,
            None => {
                if self.expansion.is_some() {
                    return Err(Failure::Usage(
                        "--expansion is for emulated arithmetic; add --format binary64, say"
                            .to_owned(),
                    ));
                }
                if self.asked.is_gpu() {
                    return Err(Failure::Usage(
                        "native f64 is the CPU's: leave out --device gpu, or add --format"
                            .to_owned(),
                    ));
                }
                let mut results = vec![0.0; points.v.len()];
                quantity
                    .evaluate(Threads::Auto, &points.v, &points.x, &mut results)
                    .map_err(|error| Failure::Usage(error.to_string()))?;
                results
            }
        };
        // Standard output is the table's.
        if !self.asked.is_cpu() {
            show::note(&format!("{quantity} on {}", place.ran()));
        }
        let Some(path) = &self.output else {
            let text = points.csv(quantity.name(), &results);
            return show::print(&String::from_utf8_lossy(&text));
        };
        let bytes = match is_npy(path) {
            true => points.npy(&results),
            false => points.csv(quantity.name(), &results),
        };
        let mut output = Output::create(path)?;
        let written = output.file().write_all(&bytes);
        written.map_err(|error| output.failed(error))?;
        output.publish()
    }

    /// Every operation rounded.
    fn emulated(
        &self,
        quantity: Quantity,
        format: Format,
        points: &Points,
        place: &Place,
    ) -> Result<Vec<f64>, Failure> {
        let kind = match quantity {
            Quantity::LogI => Kind::I,
            Quantity::LogK => Kind::K,
            _ => {
                return Err(Failure::Usage(format!(
                    "{quantity} has no emulated form; leave out --format, or take log-iv or log-kv"
                )));
            }
        };
        if let Some(expansion) = self.expansion.filter(|expansion| !expansion.applies(kind)) {
            return Err(Failure::Usage(format!(
                "{expansion} is no expansion of {quantity}: series is one of log-iv, integral of log-kv"
            )));
        }
        let rounder = Rounder::new(format)
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
            .with_seed(self.seed);
        let exact = Exact::new(&rounder);
        // A stream a site, so that no two operations share their random words.
        let sites = PerSite::new(SITES)
            .with_default(|site| exact.with_stream(site.index() as u64))
            .build()
            .map_err(|error| Failure::Usage(error.to_string()))?;
        let rule: &dyn Rule = match &self.expansion {
            Some(expansion) => expansion,
            None => &PaperRule,
        };
        let (v, x) = (&points.v, &points.x);
        if let Some(there) = kernels_on_gpu::log_bessel(place, &sites, rule, kind, v, x)? {
            return Ok(there);
        }
        // Point i takes the random words of each site's stream from index 2^32 i on, as there.
        let mut results = Vec::with_capacity(v.len());
        for (i, (v, x)) in v.iter().zip(x).enumerate() {
            for arith in sites.ariths() {
                arith.set_operations((i as u64) << 32);
            }
            results.push(evaluate(&sites, rule, kind, *v, *x));
        }
        Ok(results)
    }
}
