//! Plans in TOML.
//!
//! ```toml
//! kernels = ["softmax-two-pass", "sum"]
//! formats = ["binary16", "bfloat16", "ocp-e4m3"]
//! roundings = ["rne", "stochastic"]         # default: rne
//! saturations = ["none"]                    # default: none
//! accumulators = ["same", "binary32/pairwise"]  # default: same
//! sizes = [128, 1024]                       # default: each kernel's own
//! conditions = [1.0, 1e3]                   # default: each kernel's own
//! seeds = "0..50"                           # or 7, or [1, 2, 3]; default: 0
//! input-seed = 1                            # the same inputs for all seeds
//!
//! [sites]
//! output = "binary32"                       # this site always so
//! ```
//!
//! ```
//! use roundoff::experiments::planfile;
//! let plan = planfile::parse("kernels = ['sum']\nformats = ['binary16']\nseeds = '0..50'")?;
//! assert_eq!(plan.len(), 50);
//! let error = planfile::parse("kernels = ['sum']\nfromats = ['binary16']").unwrap_err();
//! assert_eq!(error.to_string(), "line 2: unknown key \"fromats\": did you mean formats?");
//! # Ok::<(), roundoff::experiments::planfile::PlanFileError>(())
//! ```

use std::ops::Range;
use std::str::FromStr;

use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::plan::{Plan, PlanError};
use crate::nearest::did_you_mean;
use crate::numbers::Numbers;

/// What is wrong with a plan file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct PlanFileError {
    /// From 1.
    pub line: usize,
    /// What is wrong, and what should be there.
    pub problem: String,
}

/// Seeds of a range or list at most: beyond, a typo is more likely.
const MOST_SEEDS: u64 = 1 << 24;

/// The keys there are.
const KEYS: [&str; 10] = [
    "kernels",
    "formats",
    "roundings",
    "saturations",
    "accumulators",
    "sizes",
    "conditions",
    "seeds",
    "input-seed",
    "sites",
];

/// Where things are in the text.
struct Text<'a>(&'a str);

type Found<'a> = Spanned<DeValue<'a>>;

impl Text<'_> {
    fn error(&self, span: &Range<usize>, problem: impl std::fmt::Display) -> PlanFileError {
        let before = self.0.get(..span.start).unwrap_or(self.0);
        PlanFileError {
            line: 1 + before.matches('\n').count(),
            problem: problem.to_string(),
        }
    }

    /// One value, or those of a list.
    fn list<'v, 't>(&self, value: &'v Found<'t>) -> Vec<&'v Found<'t>> {
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => vec![value],
        }
    }

    /// Words that are read by `read`.
    fn words<T>(
        &self,
        value: &Found<'_>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, PlanFileError> {
        let one = |value: &Found<'_>| match value.get_ref().as_str() {
            Some(word) => read(word).map_err(|problem| self.error(&value.span(), problem)),
            None => Err(self.error(&value.span(), "a name in quotes is wanted here")),
        };
        self.list(value).into_iter().map(one).collect()
    }

    /// Numbers: whole ones, or any.
    fn numbers<T: FromStr>(&self, value: &Found<'_>, what: &str) -> Result<Vec<T>, PlanFileError> {
        let one = |value: &Found<'_>| {
            let digits = match value.get_ref() {
                DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
                DeValue::Float(number) => number.as_str(),
                _ => "",
            };
            let wrong = |_| self.error(&value.span(), format!("{what} is wanted here"));
            digits.parse().map_err(wrong)
        };
        self.list(value).into_iter().map(one).collect()
    }

    /// `7`, `[1, 2]` or `"0..50"`.
    fn seeds(&self, value: &Found<'_>) -> Result<Vec<u64>, PlanFileError> {
        match value.get_ref().as_str() {
            Some(text) => seeds(text).map_err(|problem| self.error(&value.span(), problem)),
            None => self.numbers(value, "a whole number, a list of them or \"0..50\""),
        }
    }
}

/// Seeds from text: `7`, `1,2,3`, `0..50` without its end, or several of them with commas between.
///
/// # Errors
/// What is wrong.
///
/// ```
/// use roundoff::experiments::planfile::seeds;
/// assert_eq!(seeds("0..3,7"), Ok(vec![0, 1, 2, 7]));
/// assert!(seeds("3..0").is_err());
/// ```
pub fn seeds(text: &str) -> Result<Vec<u64>, String> {
    let mut all = Vec::new();
    for part in text.split(',') {
        let wrong = || format!("\"{part}\" is no seed: write 7, or 0..50 for 0 to 49");
        let range = match part.trim().split_once("..") {
            Some((from, to)) => {
                let from = from.trim().parse::<u64>().map_err(|_| wrong())?;
                from..to.trim().parse().map_err(|_| wrong())?
            }
            None => {
                let one = part.trim().parse::<u64>().map_err(|_| wrong())?;
                all.push(one);
                continue;
            }
        };
        if range.is_empty() {
            return Err(wrong());
        }
        if range.end - range.start > MOST_SEEDS - (all.len() as u64).min(MOST_SEEDS) {
            return Err(format!("\"{part}\" is more than 2^24 seeds: take fewer"));
        }
        all.extend(range);
    }
    Ok(all)
}

fn named<T: FromStr<Err: std::fmt::Display>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|error: T::Err| error.to_string())
}

/// Reads a plan.
///
/// # Errors
/// [`PlanFileError`]: the line and what is wrong there, with the nearest name for a typo.
pub fn parse(text: &str) -> Result<Plan, PlanFileError> {
    let at = Text(text);
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        at.error(&span, error.message())
    })?;
    let table = table.get_ref();
    for key in table.keys() {
        let name = key.get_ref();
        if !KEYS.contains(&&**name) {
            let all = || format!("there are {}", KEYS.join(", "));
            let help = did_you_mean(name, KEYS.into_iter(), all);
            let problem = format!("unknown key \"{name}\": {help}");
            return Err(at.error(&key.span(), problem));
        }
    }
    let whole = PlanFileError {
        line: 1,
        problem: "no kernels: write kernels = [\"softmax\"], say".to_owned(),
    };
    let kernels = table.get("kernels").ok_or(whole)?;
    let find = |name: &str| match super::catalogue::find(name) {
        Ok(kernel) => Ok(kernel.name()),
        Err(error) => Err(error.to_string()),
    };
    let names = at.words(kernels, find)?;
    let mut plan = Plan::of(&names).map_err(|error| at.error(&kernels.span(), error))?;
    if let Some(value) = table.get("formats") {
        plan = plan.formats(&at.words(value, named::<Numbers>)?);
    }
    if let Some(value) = table.get("roundings") {
        plan = plan.roundings(&at.words(value, named)?);
    }
    if let Some(value) = table.get("saturations") {
        plan = plan.saturations(&at.words(value, named)?);
    }
    if let Some(value) = table.get("accumulators") {
        plan = plan.accumulators(&at.words(value, named)?);
    }
    if let Some(value) = table.get("sizes") {
        plan = plan.sizes(&at.numbers(value, "a whole number")?);
    }
    if let Some(value) = table.get("conditions") {
        plan = plan.conditions(&at.numbers(value, "a number")?);
    }
    if let Some(value) = table.get("seeds") {
        plan = plan.seeds(at.seeds(value)?);
    }
    if let Some(value) = table.get("input-seed") {
        match at.numbers(value, "one whole number")?[..] {
            [seed] => plan = plan.input_seed(seed),
            _ => return Err(at.error(&value.span(), "one whole number is wanted here")),
        }
    }
    if let Some(value) = table.get("sites") {
        let wrong = || {
            at.error(
                &value.span(),
                "a table of sites: [sites], then output = \"binary32\"",
            )
        };
        let sites = value.get_ref().as_table().ok_or_else(wrong)?;
        for (site, value) in sites {
            let formats = at.words(value, named::<Numbers>)?;
            let [format] = &formats[..] else {
                return Err(at.error(&value.span(), "one format is wanted here"));
            };
            plan = plan.site(site.get_ref(), format.clone());
            if let Err(error @ PlanError::Site { .. }) = plan.check() {
                return Err(at.error(&site.span(), error));
            }
        }
    }
    plan.check().map_err(|error| at.error(&(0..0), error))?;
    Ok(plan)
}
