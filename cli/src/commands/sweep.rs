//! `roundoff sweep`: kernels in every combination of choices, one row a trial.

mod inputs;
mod run;
mod table;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use roundoff::experiments::catalogue::{self, SubjectError};
use roundoff::experiments::table::{Rows, TableError, open};
use roundoff::experiments::{Accumulator, Plan, Shard, planfile};
use roundoff::kernels::softmax::{Function, Variant};
use roundoff::numbers::Numbers;
use roundoff::{Rounding, Saturation};

use super::report;
use super::softmax::parsed;
use crate::failure::{Failure, plain};
use crate::output::Output;
use crate::place::Asked;
use crate::{names, show};
pub(super) use inputs::{arrays, given};

/// Runs kernels in every combination of the choices named: one trial, one row
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  roundoff sweep softmax --formats fp16,bf16,ocp-e5m2 --roundings rne,rz
  roundoff sweep softmax --formats fp16 --roundings rne,stochastic \\
      --variants two-pass,online --input logits.npy -o errors.csv
  roundoff sweep sum,dot --formats bf16 --accumulators same,binary32,same/pairwise \\
      --sizes 100,10000 --seeds 0..50 -o rows.parquet
  roundoff sweep plan.toml -o rows.jsonl --shard 3/64
  roundoff sweep dot --formats fp16,bf16 --sizes 100,1000 -o rows.csv --report page.html
  roundoff sweep --list

With -o rows go to a journal (rows.jsonl.journal) as they come; a sweep that was stopped or
killed goes on where it stood when it is started again.")]
pub struct Sweep {
    /// The kernels, with commas between; or a plan file that ends in .toml
    #[arg(
        value_name = "KERNEL,...",
        required_unless_present = "list",
        value_delimiter = ','
    )]
    what: Vec<String>,

    /// List the kernels
    #[arg(long)]
    list: bool,

    /// The formats, with commas between; posits and the like too
    #[arg(short, long, value_name = "F,F", value_delimiter = ',', value_parser = names::numbers)]
    formats: Vec<Numbers>,

    /// The roundings [default: rne]
    #[arg(short, long, value_name = "R,R", value_delimiter = ',', value_parser = names::rounding)]
    roundings: Vec<Rounding>,

    /// Past the greatest value: none, finite, propagate [default: none]
    #[arg(short, long, alias = "saturation", value_name = "S,S", value_delimiter = ',', value_parser = names::saturation)]
    saturations: Vec<Saturation>,

    /// How sums are made: a format or same, an order, or both: binary32/pairwise [default: same]
    #[arg(long, value_name = "A,A", value_delimiter = ',', value_parser = parsed::<Accumulator>)]
    accumulators: Vec<Accumulator>,

    /// The kernels' sizes [default: each kernel's own]
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    sizes: Vec<usize>,

    /// Their condition numbers, or what is hard for them [default: each kernel's own]
    #[arg(long, value_name = "C,C", value_delimiter = ',')]
    conditions: Vec<f64>,

    /// Seeds of inputs and stochastic roundings: 7, or 0..50, or 1,2,3 [default: 0]
    #[arg(long, alias = "seed", value_name = "N..N", value_parser = planfile::seeds)]
    seeds: Option<std::vec::Vec<u64>>,

    /// The same inputs for all seeds
    #[arg(long, value_name = "N")]
    input_seed: Option<u64>,

    /// Sites that are always in a format of their own
    #[arg(long, value_name = "SITE=F,...", value_delimiter = ',', value_parser = site)]
    sites: Vec<(String, Numbers)>,

    /// Softmax's algorithms [default: three-pass-recompute,two-pass]
    #[arg(long, value_name = "V,V", value_delimiter = ',', value_parser = parsed::<Variant>)]
    variants: Vec<Variant>,

    /// Softmax's function: softmax, log-softmax or log-sum-exp
    #[arg(long, value_name = "NAME", value_parser = parsed::<Function>)]
    function: Option<Function>,

    /// The inputs: an .npy file of floats; NAME=FILE for each array of a kernel that has several
    #[arg(short, long, value_name = "[NAME=]FILE.npy")]
    input: Vec<String>,

    /// Where the rows go, by ending: .csv, .jsonl or .parquet
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// A page of the rows: figures, tables that sort, all in one HTML file
    #[arg(long, value_name = "PAGE.html", requires = "output")]
    report: Option<PathBuf>,

    /// One part of the plan: 3/64 is the third of 64; `roundoff merge` joins them
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = parsed::<Shard>)]
    shard: Shard,

    /// Threads [default: as many as the machine has cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    #[command(flatten)]
    asked: Asked,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `output=binary32`.
pub(super) fn site(text: &str) -> Result<(String, Numbers), String> {
    let (name, format) = text
        .split_once('=')
        .ok_or_else(|| format!("\"{text}\" is no site with its format; write output=binary32"))?;
    Ok((name.to_owned(), names::numbers(format)?))
}

/// A sentence of the library's.
pub(super) fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}

/// The rows that a sweep wrote.
pub(super) fn rows(path: &Path) -> Result<Rows, Failure> {
    open(path).map_err(|error| {
        let told = match error {
            TableError::Io(source) => plain(&source, false),
            other => other.to_string(),
        };
        Failure::Usage(format!("{}: {told}", path.display()))
    })
}

impl Sweep {
    pub fn run(&self) -> Result<(), Failure> {
        if self.list {
            return show::print(&list());
        }
        let plan = match &self.what[..] {
            [file] if Path::new(file).extension().is_some_and(|e| e == "toml") => {
                self.plan_file(Path::new(file))?
            }
            _ => self.plan()?,
        };
        plan.check().map_err(usage)?;
        #[cfg(feature = "gpu")]
        let devices = self.asked.devices().map_err(Failure::Gpu)?;
        let job = run::Job {
            plan: &plan,
            shard: self.shard,
            threads: self.threads,
            output: self.output.as_deref(),
            json: self.json,
            #[cfg(feature = "gpu")]
            devices: devices.as_ref(),
        };
        // Before the work: a name that cannot be written is told at once.
        if let Some(page) = &self.report {
            drop(Output::create(page)?);
        }
        job.run()?;
        match (&self.output, &self.report) {
            (Some(rows), Some(page)) => report::page(rows, page, &report::Figures::default()),
            _ => Ok(()),
        }
    }

    fn plan_file(&self, path: &Path) -> Result<Plan, Failure> {
        let said = [
            ("--formats", self.formats.is_empty()),
            ("--roundings", self.roundings.is_empty()),
            ("--saturations", self.saturations.is_empty()),
            ("--accumulators", self.accumulators.is_empty()),
            ("--sizes", self.sizes.is_empty()),
            ("--conditions", self.conditions.is_empty()),
            ("--seeds", self.seeds.is_none()),
            ("--input-seed", self.input_seed.is_none()),
            ("--sites", self.sites.is_empty()),
            ("--variants", self.variants.is_empty()),
            ("--function", self.function.is_none()),
        ];
        if let Some((option, _)) = said.iter().find(|(_, unsaid)| !unsaid) {
            return Err(Failure::Usage(format!(
                "{}: a plan file says all that is varied; write it there and leave out {option}",
                path.display()
            )));
        }
        let bytes = crate::files::map(path).map_err(|error| Failure::input(path, error))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Failure::Usage(format!(
                "{}: it is no text; save it as UTF-8",
                path.display()
            ))
        })?;
        let plan = planfile::parse(text)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        self.with_inputs(plan)
    }

    fn plan(&self) -> Result<Plan, Failure> {
        if self.formats.is_empty() {
            return Err(Failure::Usage(
                "no formats: name them with --formats, such as --formats fp16,bf16".to_owned(),
            ));
        }
        let mut plan = Plan::of(&self.kernels()?)
            .map_err(usage)?
            .formats(&self.formats)
            .sizes(&self.sizes)
            .conditions(&self.conditions)
            .seeds(self.seeds.clone().unwrap_or(vec![0]));
        if !self.roundings.is_empty() {
            plan = plan.roundings(&self.roundings);
        }
        if !self.saturations.is_empty() {
            plan = plan.saturations(&self.saturations);
        }
        if !self.accumulators.is_empty() {
            plan = plan.accumulators(&self.accumulators);
        }
        if let Some(seed) = self.input_seed {
            plan = plan.input_seed(seed);
        }
        for (name, format) in &self.sites {
            plan = plan.site(name, format.clone());
        }
        self.with_inputs(plan)
    }

    fn with_inputs(&self, plan: Plan) -> Result<Plan, Failure> {
        match self.input.is_empty() {
            true => Ok(plan),
            false => {
                let given = given(&self.input, plan.kernels())?;
                Ok(plan.given(given))
            }
        }
    }

    /// The kernels by name: softmax and its kin by each of the variants.
    fn kernels(&self) -> Result<Vec<String>, Failure> {
        let mut all = Vec::new();
        let mut families = 0;
        for name in &self.what {
            let Ok(function) = name.parse::<Function>() else {
                all.push(name.clone());
                continue;
            };
            families += 1;
            let function = self.function.unwrap_or(function);
            let usual = [Variant::ThreePassRecompute, Variant::TwoPass];
            let variants = match self.variants.is_empty() {
                true => &usual[..],
                false => &self.variants[..],
            };
            all.extend(
                variants
                    .iter()
                    .map(|variant| format!("{function}-{variant}")),
            );
        }
        if families == 0 && (!self.variants.is_empty() || self.function.is_some()) {
            return Err(Failure::Usage(
                "--variants and --function are softmax's; leave them out, or sweep softmax"
                    .to_owned(),
            ));
        }
        for name in &all {
            catalogue::find(name).map_err(|error: SubjectError| usage(error))?;
        }
        Ok(all)
    }
}

/// The kernels there are.
fn list() -> String {
    let rows = catalogue::all().into_iter().map(|subject| {
        let card = subject.card();
        let condition = card
            .condition
            .map(|condition| show::short(condition.default));
        vec![
            card.name.to_owned(),
            card.size.default.to_string(),
            condition.unwrap_or("-".to_owned()),
            card.about.to_owned(),
        ]
    });
    let table = show::table(
        "<>><",
        &["kernel", "size", "condition", "what it is"],
        rows.collect(),
    );
    format!(
        "{table}\nSize and condition are those where none are named; docs/experiments.md says what they are.\n"
    )
}
