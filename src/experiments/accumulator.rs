//! How sums are made.

use std::fmt;
use std::str::FromStr;

use super::plan::PlanError;
use crate::kernels::order::{Order, OrderError};
use crate::numbers::Numbers;

/// How sums are made: in which format, in which order.
///
/// ```
/// use roundoff::Format;
/// use roundoff::experiments::Accumulator;
/// use roundoff::kernels::order::Order;
/// let accumulator: Accumulator = "binary32/pairwise".parse()?;
/// assert_eq!(accumulator.format, Some(Format::BINARY32.into()));
/// assert_eq!(accumulator.order, Order::Pairwise);
/// assert_eq!(accumulator.to_string(), "binary32/pairwise");
/// assert_eq!("same".parse(), Ok(Accumulator::default()));
/// # Ok::<(), roundoff::experiments::PlanError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accumulator {
    /// Its format; none: that of everything else.
    pub format: Option<Numbers>,
    /// The order of its additions.
    pub order: Order,
}

impl fmt::Display for Accumulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match &self.format {
            Some(format) => format.to_string(),
            None => "same".to_owned(),
        };
        match self.order {
            Order::Sequential => f.pad(&format),
            order => f.pad(&format!("{format}/{order}")),
        }
    }
}

impl FromStr for Accumulator {
    type Err = PlanError;

    /// Reads a format or `same`, an order, or both with `/` between.
    fn from_str(name: &str) -> Result<Self, PlanError> {
        let mut accumulator = Self::default();
        for part in name.split('/') {
            let order: Result<Order, OrderError> = part.parse();
            match order {
                Ok(order) => accumulator.order = order,
                Err(_) if part.eq_ignore_ascii_case("same") => accumulator.format = None,
                Err(_) => accumulator.format = Some(part.parse()?),
            }
        }
        Ok(accumulator)
    }
}
