//! What `sensitivity`, `tune` and `verdict` share: a kernel of the catalogue and its inputs, and the
//! arithmetic that is asked about.

use clap::Args;
use roundoff::experiments::cases::Cases;
use roundoff::experiments::catalogue::{Subject, find};
use roundoff::kernels::order::Order;
use roundoff::{Format, Rounder, Rounding, Saturation};
use serde_json::{Map, Value, json};

use super::softmax::parsed;
use crate::failure::Failure;
use crate::names;

/// Which kernel, on which inputs.
#[derive(Args, Debug)]
pub(super) struct Choice {
    /// The kernel; `roundoff sweep --list` lists them
    #[arg(value_name = "KERNEL", value_parser = kernel)]
    pub kernel: &'static dyn Subject,

    /// Its size [default: the kernel's own]
    #[arg(long, value_name = "N")]
    size: Option<usize>,

    /// The condition number of its inputs, or what is hard for it [default: the kernel's own]
    #[arg(long, value_name = "C")]
    condition: Option<f64>,

    /// The order of its sums: sequential, pairwise or blocked:N
    #[arg(long, value_name = "ORDER", default_value = "sequential", value_parser = parsed::<Order>)]
    pub order: Order,

    /// Inputs that are tried, each from a seed of its own
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub trials: u64,

    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

fn kernel(name: &str) -> Result<&'static dyn Subject, String> {
    find(name).map_err(|error| error.to_string())
}

impl Choice {
    /// Its size.
    pub fn size(&self) -> usize {
        self.size.unwrap_or(self.kernel.card().size.default)
    }

    /// Its condition; 1 where the kernel has none.
    pub fn condition(&self) -> f64 {
        let own = self.kernel.card().condition;
        self.condition.unwrap_or(own.map_or(1.0, |own| own.default))
    }

    /// Inputs by consecutive seeds, the `round`th lot of them.
    pub fn cases(&self, round: u64) -> Result<Cases, Failure> {
        let first = self.seed.wrapping_add(round.wrapping_mul(self.trials));
        let seeds = (0..self.trials).map(|i| first.wrapping_add(i));
        Cases::generate(self.kernel, self.size(), self.condition(), seeds)
            .map(|cases| cases.with_order(self.order))
            .map_err(|error| Failure::Usage(error.to_string()))
    }

    /// The kernel and its inputs, for people.
    pub fn about(&self) -> String {
        let card = self.kernel.card();
        let condition = match card.condition {
            Some(_) => format!(", condition {}", self.condition()),
            None => String::new(),
        };
        let order = match card.ordered {
            true => format!(", sums {}", self.order),
            false => String::new(),
        };
        format!(
            "{}, size {}{condition}{order}: {} inputs, seeds from {}",
            card.name,
            self.size(),
            self.trials,
            self.seed
        )
    }

    /// The same for programs.
    pub fn document(&self) -> Map<String, Value> {
        members(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "device": "cpu",
            "kernel": self.kernel.name(),
            "size": self.size(),
            "condition": self.condition(),
            "order": self.order.to_string(),
            "trials": self.trials,
            "seed": self.seed,
        }))
    }
}

/// Format, rounding and saturation of the operations in question.
#[derive(Args, Debug)]
pub(super) struct Lowered {
    /// The format of the operations in question
    #[arg(short, long, value_name = "F", default_value = "bfloat16", value_parser = names::format)]
    pub format: Format,

    /// Their rounding
    #[arg(short, long, value_name = "R", default_value = "rne", value_parser = names::rounding)]
    rounding: Rounding,

    /// Past the greatest value: none, finite or propagate
    #[arg(short, long, value_name = "S", default_value = "none", value_parser = names::saturation)]
    saturation: Saturation,
}

impl Lowered {
    pub fn rounder(&self) -> Rounder {
        Rounder::new(self.format)
            .with_rounding(self.rounding)
            .with_saturation(self.saturation)
    }

    /// For people.
    pub fn about(&self) -> String {
        format!(
            "{}, {}, saturation {}",
            self.format, self.rounding, self.saturation
        )
    }

    /// For programs.
    pub fn document(&self) -> Map<String, Value> {
        members(json!({
            "format": self.format.to_string(),
            "rounding": self.rounding.to_string(),
            "saturation": self.saturation.to_string(),
        }))
    }
}

/// The members of an object.
pub(super) fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
