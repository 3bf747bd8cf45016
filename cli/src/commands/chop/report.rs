//! What `chop` prints: a table for people, JSON for programs.

use std::path::Path;

use roundoff::measure::Summary;
use roundoff::numbers::Quantizer;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::show::{self, json_figure};

/// One tensor.
pub(super) struct Row {
    pub name: String,
    pub kind: String,
    pub shape: Vec<u64>,
    pub outcome: Outcome,
}

/// What became of it.
pub(super) enum Outcome {
    Chopped {
        summary: Summary,
        stream: u64,
        /// The type in the output, should there be one.
        written: String,
    },
    /// No floats: the same bytes.
    Copied,
}

/// All of them, and what the results depend on.
pub(super) struct Report<'a> {
    pub input: &'a Path,
    pub output: Option<&'a Path>,
    pub quantizer: &'a Quantizer,
    /// Where it was done.
    pub device: String,
    pub rows: Vec<Row>,
}

impl Report<'_> {
    pub fn print(&self, json: bool) -> Result<(), Failure> {
        match json {
            true => show::print_json(&self.json()),
            false => show::print(&self.table()),
        }
    }

    fn json(&self) -> Value {
        let quantizer = self.quantizer;
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "device": self.device,
            "input": self.input.display().to_string(),
            "output": self.output.map(|path| path.display().to_string()),
            "format": quantizer.numbers().to_string(),
            "rounding": quantizer.rounding().to_string(),
            "saturation": quantizer.saturation().to_string(),
            "seed": quantizer.seed(),
            "tensors": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
        })
    }

    fn table(&self) -> String {
        let quantizer = self.quantizer;
        let mut text = format!(
            "{}: {}, {}, saturation {}, seed {}\nroundoff {} on {}\n\n",
            show::printable(&self.input.display().to_string()),
            quantizer.numbers(),
            quantizer.rounding(),
            quantizer.saturation(),
            quantizer.seed(),
            env!("CARGO_PKG_VERSION"),
            show::printable(&self.device),
        );
        let headings = [
            "count", "max abs", "mean abs", "max rel", "mean rel", "SNR dB", "over", "under",
            "subn", "NaN",
        ];
        let figures = self.rows.iter().map(Row::figures).collect();
        let table = show::table(">>>>>>>>>>", &headings, figures);
        let mut lines = table.lines();
        text += &format!("  {}\n", lines.next().unwrap_or_default());
        for row in &self.rows {
            text += &row.title(self.output.is_some());
            if let Outcome::Chopped { .. } = row.outcome {
                text += &format!("  {}\n", lines.next().unwrap_or_default());
            } else {
                let _ = lines.next();
            }
        }
        text += "\nErrors are absolute and relative, the largest and the mean. Over, under, subn, NaN:\nvalues that overflowed, underflowed to zero, became subnormal, became NaN.\n";
        if let Some(output) = self.output {
            text += &format!(
                "Written to {}.\n",
                show::printable(&output.display().to_string())
            );
        }
        text
    }
}

impl Row {
    /// Name, type and shape.
    fn title(&self, writing: bool) -> String {
        let lengths: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        let shape = match lengths.as_slice() {
            [] => "scalar".to_owned(),
            some => some.join(" x "),
        };
        let name = show::printable(&self.name);
        let kind = show::printable(&self.kind);
        match &self.outcome {
            Outcome::Copied if writing => {
                format!("{name}  {kind}  {shape}  not rounded: copied unchanged\n")
            }
            Outcome::Copied => format!("{name}  {kind}  {shape}  not rounded\n"),
            Outcome::Chopped { .. } => format!("{name}  {kind}  {shape}\n"),
        }
    }

    fn figures(&self) -> Vec<String> {
        let Outcome::Chopped { summary, .. } = &self.outcome else {
            return vec![String::new(); 10];
        };
        let figure = |x: Option<f64>| x.map_or("-".to_owned(), show::short);
        vec![
            summary.count.to_string(),
            figure(summary.max_absolute),
            figure(summary.mean_absolute),
            figure(summary.max_relative),
            figure(summary.mean_relative),
            summary
                .snr_db
                .map_or("-".to_owned(), |db| match db.is_finite() {
                    true => format!("{db:.2}"),
                    false => show::short(db),
                }),
            summary.overflowed.to_string(),
            summary.underflowed.to_string(),
            summary.subnormal.to_string(),
            summary.nan.to_string(),
        ]
    }

    fn json(&self) -> Value {
        match &self.outcome {
            Outcome::Copied => json!({
                "name": self.name,
                "dtype": self.kind,
                "shape": self.shape,
                "copied": true,
            }),
            Outcome::Chopped {
                summary,
                stream,
                written,
            } => json!({
                "name": self.name,
                "dtype": self.kind,
                "shape": self.shape,
                "copied": false,
                "output_dtype": written,
                "stream": stream,
                "count": summary.count,
                "finite": summary.finite,
                "max_absolute_error": json_figure(summary.max_absolute),
                "mean_absolute_error": json_figure(summary.mean_absolute),
                "max_relative_error": json_figure(summary.max_relative),
                "mean_relative_error": json_figure(summary.mean_relative),
                "snr_db": json_figure(summary.snr_db),
                "overflowed": summary.overflowed,
                "underflowed": summary.underflowed,
                "subnormal": summary.subnormal,
                "nan": summary.nan,
                "nan_input": summary.nan_reference,
            }),
        }
    }
}
