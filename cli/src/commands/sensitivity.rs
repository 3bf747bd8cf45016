//! `roundoff sensitivity`: which operation of a kernel needs the bits.

use clap::Args;
use roundoff::experiments::sensitivity::sensitivity;
use roundoff::{Format, Rounder, Rounding, Saturation};
use serde_json::json;

use super::cases::Choice;
use crate::failure::Failure;
use crate::{names, show};

/// Lowers one operation of a kernel at a time, and all but one: which one needs the bits?
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff sensitivity softmax --format bfloat16
  roundoff sensitivity lu --format binary16 --size 40 --condition 100")]
pub struct Sensitivity {
    #[command(flatten)]
    choice: Choice,

    /// The format that operations are lowered to
    #[arg(short, long, value_name = "F", default_value = "bfloat16", value_parser = names::format)]
    format: Format,

    /// The rounding
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,
}

impl Sensitivity {
    pub fn run(&self) -> Result<(), Failure> {
        let rounder = Rounder::new(self.format)
            .with_rounding(self.rounding)
            .with_saturation(self.saturation);
        let cases = self.choice.cases(0)?;
        let found = sensitivity(&cases, &rounder).map_err(|e| Failure::Usage(e.to_string()))?;
        if self.choice.json {
            let sites = found.sites.iter().map(|one| {
                json!({
                    "site": one.site.name(),
                    "alone": one.alone,
                    "spared": one.spared,
                })
            });
            return show::print_json(&json!({
                "version": env!("CARGO_PKG_VERSION"),
                "kernel": self.choice.kernel.name(),
                "size": self.choice.size(),
                "condition": self.choice.condition(),
                "order": self.choice.order.to_string(),
                "trials": self.choice.trials,
                "seed": self.choice.seed,
                "format": self.format.to_string(),
                "rounding": self.rounding.to_string(),
                "saturation": self.saturation.to_string(),
                "all": found.all,
                "none": found.none,
                "sites": sites.collect::<Vec<_>>(),
            }));
        }
        let rows = found.sites.iter().map(|one| {
            vec![
                one.site.name().to_owned(),
                format!("{:.1}", one.alone),
                format!("{:.1}", one.spared),
                bar(one.alone, f64::from(self.format.precision())),
            ]
        });
        let table = show::table("<>><", &["site", "alone", "spared", ""], rows.collect());
        show::print(&format!(
            "{}\n{}, {}, saturation {}\nroundoff {} on cpu\n\n{table}\n\
             All sites in the format: {:.1} bits; none: {:.1}.\n\
             Significant bits kept, the fewest of all inputs. Alone: this site in the format, the\n\
             others in binary64. Spared: the other way round. The first site needs the bits most.\n",
            self.choice.about(),
            self.format,
            self.rounding,
            self.saturation,
            env!("CARGO_PKG_VERSION"),
            found.all,
            found.none,
        ))
    }
}

/// What is lost of the format's digits, a mark a digit.
fn bar(kept: f64, digits: f64) -> String {
    let lost = (digits - kept).clamp(0.0, digits).round();
    "#".repeat(lost as usize)
}
