//! `roundoff verdict`: the algorithm, the problem or the format?

use clap::Args;
use roundoff::experiments::verdict::{Fault, Question, Verdict as Found};
use roundoff::measure::vector::significant_bits;
use serde_json::{Value, json};

use super::cases::{Choice, Lowered, members};
use super::tune::bits;
use crate::failure::Failure;
use crate::show;

/// Says who is at fault for lost bits: the algorithm, the problem's condition, or the format
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff verdict lu --format binary16 --condition 1e6
  roundoff verdict sum --format bfloat16 --size 1000 --keep-bits 6

Exit codes: 0 all inputs keep the bits, 1 some do not.")]
pub struct Verdict {
    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    lowered: Lowered,

    /// Significant bits that must be left [default: half the format's digits]
    #[arg(short, long, value_name = "BITS", value_parser = bits)]
    keep_bits: Option<f64>,
}

impl Verdict {
    pub fn run(&self) -> Result<(), Failure> {
        let rounder = self.lowered.rounder();
        let choice = &self.choice;
        let mut found = Vec::new();
        for trial in 0..choice.trials {
            let seed = choice.seed.wrapping_add(trial);
            let told = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
            let inputs = choice
                .kernel
                .generate(choice.size(), choice.condition(), seed)
                .map_err(|error| told(&error))?;
            let mut question = Question::new(&rounder.with_seed(seed));
            if let Some(bits) = self.keep_bits {
                question = question.keeping(bits);
            }
            let verdict = question.of_kernel(choice.kernel, choice.order, &inputs);
            found.push((seed, verdict.map_err(|error| told(&error))?));
        }
        match choice.json {
            true => show::print_json(&self.document(&found))?,
            false => show::print(&self.text(&found))?,
        }
        let lost = found
            .iter()
            .filter(|(_, one)| one.fault != Fault::Nobody)
            .count();
        match lost {
            0 => Ok(()),
            _ => Err(Failure::Check(format!(
                "{lost} of {} inputs do not keep the bits",
                found.len()
            ))),
        }
    }

    fn text(&self, found: &[(u64, Found)]) -> String {
        let bits = |x: f64| format!("{x:.1}");
        // Of backward errors it says nothing about bits of the result.
        let forward = |one: &Found| one.bound.filter(|bound| bound.figure == "normwise");
        let promised = |x: Option<f64>| x.map_or("-".to_owned(), |x| bits(significant_bits(x)));
        let rows = found.iter().map(|(seed, one)| {
            vec![
                seed.to_string(),
                bits(one.kept),
                bits(one.unlimited),
                one.inputs.map_or("-".to_owned(), bits),
                one.condition.map_or("-".to_owned(), show::short),
                promised(forward(one).map(|bound| bound.worst)),
                promised(forward(one).map(|bound| bound.probable)),
                one.fault.to_string(),
            ]
        });
        let headings = [
            "seed",
            "kept",
            "unlimited",
            "inputs",
            "kappa",
            "gamma",
            "sqrt n",
            "fault",
        ];
        let table = show::table(">>>>>>><", &headings, rows.collect());
        let (floor, precision) = found
            .first()
            .map_or((0.0, 0), |(_, one)| (one.floor, one.precision));
        format!(
            "{}\n{}; keep {floor} of {precision} bits\nroundoff {} on cpu\n\n{table}\n\
             Significant bits. Kept: by the algorithm. Unlimited: the same, exponents without end.\n\
             Inputs: by the exact result, when inputs move by half a unit of the format; kappa: how\n\
             much that is magnified. Gamma, sqrt n: what the bounds of theory promise, where there\n\
             are some: always, and with high probability.\n",
            self.choice.about(),
            self.lowered.about(),
            env!("CARGO_PKG_VERSION"),
        )
    }

    fn document(&self, found: &[(u64, Found)]) -> Value {
        let rows = found.iter().map(|(seed, one)| {
            json!({
                "seed": seed,
                "fault": one.fault.to_string(),
                "kept": one.kept,
                "unlimited": one.unlimited,
                "inputs": one.inputs,
                "condition": one.condition.map(show::json_number),
                "bounded": one.bound.map(|bound| bound.figure),
                "bound": one.bound.map(|bound| show::json_number(bound.worst)),
                "probable_bound": one.bound.map(|bound| show::json_number(bound.probable)),
            })
        });
        let first = found.first().map(|(_, one)| one);
        let mut document = self.choice.document();
        document.extend(self.lowered.document());
        document.extend(members(json!({
            "keep_bits": first.map(|one| one.floor),
            "precision": self.lowered.format.precision(),
            "rows": rows.collect::<Vec<_>>(),
        })));
        document.into()
    }
}
