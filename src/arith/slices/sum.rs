//! What is rounded where in a sum of products.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::aligned::Aligned;
use crate::chop::{Rounder, Threads};

/// In which order terms are added, and so what the rounded sum is.
///
/// ```text
///     Sequential    (((0 + t0) + t1) + t2) + t3
///     Pairwise      (t0 + t1) + (t2 + t3)         the left side has the greatest power of two
///                                                 of terms that leaves one for the right
///     Blocked { 2 } (0 + ((0 + t0) + t1)) + ((0 + t2) + t3)
/// ```
///
/// Bounds for n terms with unit roundoff u, to nearest: (n - 1) u, ceil(log2 n) u and about
/// (b + n / b) u for blocks of b (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd
/// ed., 4.2).
///
/// ```
/// use roundoff::arith::slices::Order;
/// let order: Order = "blocked:32".parse()?;
/// assert_eq!(order, Order::Blocked { k: 32 });
/// assert_eq!(order.to_string(), "blocked:32");
/// # Ok::<(), roundoff::arith::slices::OrderError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Term after term, as they stand.
    #[default]
    Sequential,
    /// A balanced tree.
    Pairwise,
    /// Blocks of `k` terms, each from zero; then their sums, as they stand. 0 counts as 1.
    Blocked {
        /// Terms a block.
        k: usize,
    },
}

/// No order of that name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "unknown order \"{0}\": write sequential, pairwise, or blocked:N with N terms a block, 1 or more"
)]
pub struct OrderError(pub String);

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequential => f.pad("sequential"),
            Self::Pairwise => f.pad("pairwise"),
            Self::Blocked { k } => f.pad(&format!("blocked:{}", k.max(&1))),
        }
    }
}

impl FromStr for Order {
    type Err = OrderError;

    fn from_str(name: &str) -> Result<Self, OrderError> {
        let unknown = || OrderError(name.to_owned());
        let lower = name.to_ascii_lowercase();
        match lower.split_once(':') {
            None if lower == "sequential" => Ok(Self::Sequential),
            None if lower == "pairwise" => Ok(Self::Pairwise),
            Some(("blocked", terms)) => match terms.parse() {
                Ok(k @ 1..) => Ok(Self::Blocked { k }),
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }
}

/// What the terms are added up in.
#[derive(Clone, Copy, Debug)]
pub enum Accumulator {
    /// Every addition is rounded.
    Rounded {
        /// How.
        rounder: Rounder,
        /// In which order.
        order: Order,
    },
    /// The exact sum, rounded once (Kulisch, *Computer Arithmetic and Validity*, 2nd ed., 2013,
    /// chapter 8).
    Exact {
        /// How.
        rounder: Rounder,
    },
    /// Blocks of terms aligned, truncated and added as integers, as tensor cores do.
    Aligned(Aligned),
}

/// A sum of products, and every rounding in it.
///
/// ```text
///     a b  --product-->  term  --accumulator-->  sum  --output-->  result
///          (or exact: fused)   (format, order)        (or as it is)
/// ```
///
/// The operands are taken as they are: round them first where they are to be in a format.
///
/// ```
/// use roundoff::arith::slices::{Accumulator, Order, SumOfProducts};
/// use roundoff::{Format, Rounder};
/// let ones = vec![1.0f32; 1000];
/// // In bfloat16 256 + 1 is 256: a sum of ones stops there.
/// let sum = SumOfProducts::new(Rounder::new(Format::BFLOAT16));
/// assert_eq!(sum.dot(&ones, &ones)?, 256.0);
/// assert_eq!(sum.with_order(Order::Pairwise).dot(&ones, &ones)?, 1000.0);
/// # Ok::<(), roundoff::arith::slices::SliceError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SumOfProducts {
    pub(super) product: Option<Rounder>,
    pub(super) accumulator: Accumulator,
    pub(super) output: Option<Rounder>,
    pub(super) threads: Threads,
}

impl SumOfProducts {
    /// Every product and every sum rounded the same way, one term after the other.
    pub const fn new(rounder: Rounder) -> Self {
        Self {
            product: Some(rounder),
            accumulator: Accumulator::Rounded {
                rounder,
                order: Order::Sequential,
            },
            output: None,
            threads: Threads::Auto,
        }
    }

    /// Products rounded so.
    #[must_use]
    pub const fn with_product(self, rounder: Rounder) -> Self {
        Self {
            product: Some(rounder),
            ..self
        }
    }

    /// Products exact: each term is added with one rounding for both, as by an FMA.
    #[must_use]
    pub const fn fused(self) -> Self {
        Self {
            product: None,
            ..self
        }
    }

    /// Terms added up so.
    #[must_use]
    pub const fn with_accumulator(self, accumulator: Accumulator) -> Self {
        Self {
            accumulator,
            ..self
        }
    }

    /// The same rounder of sums in another order. Exact and aligned accumulators have none to
    /// change.
    #[must_use]
    pub const fn with_order(self, order: Order) -> Self {
        match self.accumulator {
            Accumulator::Rounded { rounder, .. } => {
                self.with_accumulator(Accumulator::Rounded { rounder, order })
            }
            _ => self,
        }
    }

    /// Sums rounded once more where they are stored.
    #[must_use]
    pub const fn with_output(self, rounder: Rounder) -> Self {
        Self {
            output: Some(rounder),
            ..self
        }
    }

    /// In threads or not. The bits are the same.
    #[must_use]
    pub const fn with_threads(self, threads: Threads) -> Self {
        Self { threads, ..self }
    }

    /// How products are rounded; none where they are exact.
    pub const fn product(&self) -> Option<&Rounder> {
        self.product.as_ref()
    }

    /// How terms are added up.
    pub const fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    /// How results are rounded; none where the sum is the result.
    pub const fn output(&self) -> Option<&Rounder> {
        self.output.as_ref()
    }
}

impl Accumulator {
    /// The rounder of its sums.
    pub const fn rounder(&self) -> &Rounder {
        match self {
            Self::Rounded { rounder, .. } | Self::Exact { rounder } => rounder,
            Self::Aligned(aligned) => aligned.rounder(),
        }
    }
}
