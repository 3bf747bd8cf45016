//! `roundoff tune`: the fewest digits of a kernel that still do.

use clap::Args;
use roundoff::Rounding;
use roundoff::experiments::SubjectError;
use roundoff::experiments::cases::Cases;
use roundoff::experiments::tune::{self, PerSitePrecision, Range, Search};
use roundoff::least::Least;
use serde_json::{Value, json};

use super::cases::{Choice, members};
use crate::failure::Failure;
use crate::{names, show};

/// Finds the least precision, and the least exponent range, that keeps so many bits
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff tune softmax --keep-bits 6
  roundoff tune lu --keep-bits 10 --size 40 --condition 100 --per-site

Exit codes: 0 found and confirmed, 1 found and not confirmed, or no format keeps the bits.")]
pub struct Tune {
    #[command(flatten)]
    choice: Choice,

    /// Significant bits that must be left: -log2 of the largest error over the largest result
    #[arg(short, long, value_name = "BITS", value_parser = bits)]
    keep_bits: f64,

    /// The rounding
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Also a precision for each operation
    #[arg(long)]
    per_site: bool,
}

/// Bits to keep.
pub(super) fn bits(text: &str) -> Result<f64, String> {
    let number: Result<f64, _> = text.parse();
    match number {
        Ok(bits) if (0.0..=53.0).contains(&bits) => Ok(bits),
        _ => Err(format!("\"{text}\" bits: write a number from 0 to 53")),
    }
}

/// What was found.
struct Found {
    precision: Least,
    range: Option<Range>,
    sites: Option<PerSitePrecision>,
    /// Inputs that it was searched on.
    searched: usize,
}

/// Searches at most: each has the inputs that spoke against the one before.
const ROUNDS: u64 = 8;

impl Found {
    fn confirmed(&self) -> bool {
        self.precision.confirmed
            && self.range.is_none_or(|range| range.confirmed)
            && self.sites.as_ref().is_none_or(|sites| sites.confirmed)
    }
}

fn sure(confirmed: bool) -> &'static str {
    match confirmed {
        true => "confirmed",
        false => "UNCONFIRMED: other inputs need more",
    }
}

impl Tune {
    pub fn run(&self) -> Result<(), Failure> {
        let mut seen = self.choice.cases(0)?;
        let mut round = 1;
        let found = loop {
            let unseen = self.choice.cases(round)?;
            if let Some(found) = self.search(&seen, &unseen, round == ROUNDS)? {
                break found;
            }
            // What spoke against it is searched on too.
            seen = seen.and(unseen);
            round += 1;
        };
        match self.choice.json {
            true => show::print_json(&self.document(&found))?,
            false => show::print(&self.text(&found))?,
        }
        match found.confirmed() {
            true => Ok(()),
            false => Err(Failure::Check(
                "what was found does not hold on other inputs; search on more with --trials"
                    .to_owned(),
            )),
        }
    }

    /// Searches on some inputs, confirms on others. None as soon as something is not confirmed,
    /// unless this is the last time.
    fn search(&self, seen: &Cases, unseen: &Cases, last: bool) -> Result<Option<Found>, Failure> {
        let told = |error: SubjectError| Failure::Usage(error.to_string());
        let search = Search::new(seen, unseen, self.keep_bits).with_rounding(self.rounding);
        let Some(precision) = search.precision().map_err(told)? else {
            return Err(Failure::Check(format!(
                "{} does not keep {} bits with 53 digits; ask for fewer",
                self.choice.kernel.name(),
                self.keep_bits
            )));
        };
        let mut found = Found {
            precision,
            range: None,
            sites: None,
            searched: seen.count(),
        };
        if last || found.confirmed() {
            found.range = search.range(precision.value).map_err(told)?;
        }
        if self.per_site && (last || found.confirmed()) {
            found.sites = search.per_site(precision.value).map_err(told)?;
        }
        Ok(Some(found).filter(|found| last || found.confirmed()))
    }

    fn text(&self, found: &Found) -> String {
        let mut text = format!(
            "{}\nkeep {} significant bits, {}; searched on {} inputs, confirmed on {} others\n\
             roundoff {} on cpu\n\n",
            self.choice.about(),
            self.keep_bits,
            self.rounding,
            found.searched,
            self.choice.trials,
            env!("CARGO_PKG_VERSION"),
        );
        let Least { value, confirmed } = found.precision;
        text += &format!("precision  {value} digits, {}\n", sure(confirmed));
        match found.range {
            Some(range) => {
                text += &format!(
                    "exponents  {} to {}, {}\n",
                    range.emin,
                    range.emax,
                    sure(range.confirmed)
                );
                let custom = tune::custom(value, range);
                let custom = custom.map_or("-".to_owned(), |format| format.to_string());
                text += &format!("format     {custom}\n");
            }
            None => text += "exponents  none that do with this precision\n",
        }
        let named: Vec<&str> = tune::named(value, found.range)
            .iter()
            .take(4)
            .map(|named| named.name)
            .collect();
        let named = match named.is_empty() {
            true => "none".to_owned(),
            false => named.join(", "),
        };
        text += &format!("named      {named}\n");
        if let Some(sites) = &found.sites {
            let rows = sites.sites.iter().map(|(site, digits)| {
                vec![
                    site.name().to_owned(),
                    digits.to_string(),
                    "#".repeat(*digits as usize),
                ]
            });
            let table = show::table("<><", &["site", "digits", ""], rows.collect());
            text += &format!(
                "\n{table}\nPer site {}, after {} runs: none can lose a digit by itself.\n",
                sure(sites.confirmed),
                sites.tried
            );
        }
        text
    }

    fn document(&self, found: &Found) -> Value {
        let range = found.range.map(
            |range| json!({"emin": range.emin, "emax": range.emax, "confirmed": range.confirmed}),
        );
        let sites = found.sites.as_ref().map(|sites| {
            let digits = sites.sites.iter();
            let digits = digits.map(|(site, digits)| (site.name().to_owned(), json!(digits)));
            json!({
                "digits": Value::Object(digits.collect()),
                "confirmed": sites.confirmed,
                "tried": sites.tried,
            })
        });
        let mut document = self.choice.document();
        document.extend(members(json!({
            "keep_bits": self.keep_bits,
            "rounding": self.rounding.to_string(),
            "searched": found.searched,
            "precision": found.precision.value,
            "confirmed": found.precision.confirmed,
            "range": range,
            "sites": sites,
        })));
        document.into()
    }
}
