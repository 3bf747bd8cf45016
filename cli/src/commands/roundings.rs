//! `roundoff roundings`: what every tool calls every rounding mode.

use clap::Args;
use roundoff::rounding::ALIASES;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::show;

/// Lists the rounding modes and what other tools call them
#[derive(Args, Debug)]
#[command(after_help = "\
Stochastic rounding takes a variant and a number of random bits: stochastic-b:13 is
P3109's StochasticB with 13 bits. Plain `stochastic` is stochastic-a:23.")]
pub struct Roundings {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Roundings {
    pub fn run(&self) -> Result<(), Failure> {
        if self.json {
            let all: Vec<Value> = ALIASES
                .iter()
                .map(|alias| {
                    json!({
                        "name": alias.rounding.to_string(),
                        "short": alias.short,
                        "standard": alias.standard,
                        "chop": alias.chop,
                        "pychop": alias.pychop,
                        "cpfloat": alias.cpfloat,
                    })
                })
                .collect();
            return show::print_json(&json!(all));
        }
        let rows = ALIASES
            .iter()
            .map(|alias| {
                // The tools' constants all begin alike: the number tells them apart too.
                let cpfloat = alias.cpfloat.trim_start_matches("CPFLOAT_RND_");
                // A number and one name: the longer synonyms would not fit 80 columns.
                let pychop: Vec<&str> = alias.pychop.split(", ").take(2).collect();
                let pychop = pychop.join(", ");
                [alias.short, alias.standard, alias.chop, &pychop, cpfloat]
                    .map(String::from)
                    .to_vec()
            })
            .collect();
        let table = show::table(
            "<<><<",
            &["name", "IEEE 754 or P3109", "chop", "Pychop", "CPFloat"],
            rows,
        );
        show::print(&format!(
            "{table}
CPFloat's names begin with CPFLOAT_RND_. Full names (NearestTiesToEven) and the
standard's are read too; and stochastic-b, stochastic-c, stochastic-a:13 for the
other variants of P3109 and for other than 23 random bits.
Pychop has longer names too: --json prints them.
"
        ))
    }
}
