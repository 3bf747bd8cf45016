//! `roundoff sensitivity`: which operation of a kernel needs the bits.

use clap::Args;
use roundoff::experiments::sensitivity::sensitivity;
use serde_json::json;

use super::cases::{Choice, Lowered, members};
use crate::failure::Failure;
use crate::show;

/// Lowers one operation of a kernel at a time, and all but one: which one needs the bits?
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff sensitivity softmax --format bfloat16
  roundoff sensitivity lu --format binary16 --size 40 --condition 100")]
pub struct Sensitivity {
    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    lowered: Lowered,
}

impl Sensitivity {
    pub fn run(&self) -> Result<(), Failure> {
        let cases = self.choice.cases(0)?;
        let found = sensitivity(&cases, &self.lowered.rounder())
            .map_err(|error| Failure::Usage(error.to_string()))?;
        if self.choice.json {
            let sites = found.sites.iter().map(|one| {
                json!({
                    "site": one.site.name(),
                    "alone": one.alone,
                    "spared": one.spared,
                })
            });
            let mut document = self.choice.document();
            document.extend(self.lowered.document());
            document.extend(members(json!({
                "all": found.all,
                "none": found.none,
                "sites": sites.collect::<Vec<_>>(),
            })));
            return show::print_json(&document.into());
        }
        let digits = f64::from(self.lowered.format.precision());
        let rows = found.sites.iter().map(|one| {
            vec![
                one.site.name().to_owned(),
                format!("{:.1}", one.alone),
                format!("{:.1}", one.spared),
                bar(one.alone, digits),
            ]
        });
        let table = show::table("<>><", &["site", "alone", "spared", ""], rows.collect());
        show::print(&format!(
            "{}\n{}\nroundoff {} on cpu\n\n{table}\n\
             All sites in the format: {:.1} bits; none: {:.1}.\n\
             Significant bits kept, the fewest of all inputs. Alone: this site in the format, the\n\
             others in binary64. Spared: the other way round. The first site needs the bits most.\n",
            self.choice.about(),
            self.lowered.about(),
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
