//! What `eval softmax` and `sweep softmax` share: rows in, every operation rounded, errors out.

use std::path::Path;

use clap::Args;
use roundoff::arith::{Exact, PerSite};
use roundoff::kernels::softmax::{Function, RowErrors, SITES, Softmax, reference};
use roundoff::{Format, Rounder};
use serde_json::{Value, json};

use super::kernels_on_gpu;
use crate::failure::Failure;
use crate::files::npy::{Header, NpyError};
use crate::files::{Element, map};
use crate::place::Place;
use crate::show::{self, json_figure};
use crate::stream::load;

/// Rows of equal length, as f64s.
pub(super) struct Rows {
    /// One after the other.
    pub values: Vec<f64>,
    /// Of one row; 1 for a scalar.
    pub length: usize,
    /// Shape and type, where they came from a file.
    pub header: Option<Header>,
}

impl Rows {
    /// The last dimension of an npy array is a row.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |error: NpyError| Failure::input(path, error);
        let file = map(path).map_err(|error| Failure::input(path, error))?;
        let mut bytes: &[u8] = &file;
        let header = Header::read(&mut bytes).map_err(wrong)?;
        let (element, order) = header.fits(bytes.len() as u64).map_err(wrong)?;
        if header.fortran_order && header.shape.len() > 1 {
            return Err(Failure::Usage(format!(
                "{}: its rows are not contiguous; save it with numpy.ascontiguousarray",
                path.display()
            )));
        }
        let length = header.shape.last().map_or(1, |length| *length as usize);
        let values = load(bytes, element, order);
        Ok(Self {
            values,
            length,
            header: Some(header),
        })
    }

    fn rows(&self) -> impl Iterator<Item = &[f64]> {
        // No rows of nothing: chunks want a length.
        self.values.chunks(self.length.max(1))
    }

    /// The kernel in one arithmetic: the results of all rows, and their errors. Row r takes the random
    /// words of each site's stream from index 2^32 r on, wherever it is computed.
    pub fn evaluate(
        &self,
        softmax: &Softmax,
        rounder: &Rounder,
        place: &Place,
    ) -> Result<(Vec<f64>, RowErrors), Failure> {
        let told = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
        let exact = Exact::new(rounder);
        // A stream a site, so that no two operations share their random words.
        let sites = PerSite::new(SITES)
            .with_default(|site| exact.with_stream(site.index() as u64))
            .build()
            .map_err(|error| told(&error))?;
        let there = kernels_on_gpu::softmax(place, softmax, &sites, &self.values, self.length)?;
        let mut all = Vec::with_capacity(self.values.len());
        let mut errors = RowErrors::default();
        for (r, row) in self.rows().enumerate() {
            let function = softmax.function;
            let each = function.values(row.len());
            let mut result = vec![0.0; each];
            let mut right = result.clone();
            match &there {
                Some(there) => result.copy_from_slice(&there[r * each..(r + 1) * each]),
                None => {
                    for arith in sites.ariths() {
                        arith.set_operations((r as u64) << 32);
                    }
                    softmax
                        .evaluate(&sites, row, &mut result)
                        .map_err(|error| told(&error))?;
                }
            }
            reference(function, row, &mut right).map_err(|error| told(&error))?;
            errors = errors.and(RowErrors::of(function, &right, &result));
            all.append(&mut result);
        }
        Ok((all, errors))
    }

    /// The format of the values themselves.
    pub fn own_format(&self) -> Format {
        match self.header.as_ref().and_then(|header| header.floats().ok()) {
            Some((Element::F16, _)) => Format::BINARY16,
            Some((Element::Bf16, _)) => Format::BFLOAT16,
            Some((Element::F64, _)) => Format::BINARY64,
            Some((Element::F32, _)) | None => Format::BINARY32,
        }
    }

    /// What the rows are, for people.
    pub fn about(&self, path: &Path) -> String {
        let rows = self.values.len() / self.length.max(1);
        let whose = show::printable(&path.display().to_string());
        format!("{whose}: {rows} rows of {} values", self.length)
    }
}

/// Which kernel exactly.
#[derive(Args, Debug, Clone)]
pub(super) struct Choices {
    /// softmax, log-softmax or log-sum-exp
    #[arg(long, value_name = "NAME", default_value = "softmax", value_parser = parsed::<Function>)]
    pub function: Function,

    /// The seed of stochastic roundings, and of a generated input
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A name that the library reads.
pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
) -> Result<T, String> {
    name.parse().map_err(|error: T::Err| error.to_string())
}

/// The headings of [`figures`], and their keys in JSON and CSV.
pub(super) const HEADINGS: [&str; 6] = ["max abs", "max rel", "|1-sum|", "inf/NaN", "to 0", "top"];
pub(super) const KEYS: [&str; 6] = [
    "max_absolute_error",
    "max_relative_error",
    "max_sum_error",
    "not_finite",
    "vanished",
    "top_changed",
];

/// The errors as JSON values, in the order of [`KEYS`].
pub(super) fn values(errors: &RowErrors) -> [Value; 6] {
    [
        json_figure(errors.absolute),
        json_figure(errors.relative),
        json_figure(errors.sum),
        json!(errors.not_finite),
        json!(errors.vanished),
        json!(errors.top_changed),
    ]
}

/// The errors as a row of a table.
pub(super) fn figures(errors: &RowErrors) -> Vec<String> {
    let figure = |x: Option<f64>| x.map_or("-".to_owned(), show::short);
    vec![
        figure(errors.absolute),
        figure(errors.relative),
        figure(errors.sum),
        errors.not_finite.to_string(),
        errors.vanished.to_string(),
        errors.top_changed.to_string(),
    ]
}

/// What the headings mean.
pub(super) const LEGEND: &str = "\
Errors beside the exact result, the largest of all rows. inf/NaN and to 0: elements
that became so and are not; top: rows whose greatest element is another.
";
