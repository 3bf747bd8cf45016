//! In which order a sum is made.
//!
//! Floating-point addition is not associative, so the order is part of the result. With n terms and
//! the unit roundoff u the error of a sum of positive terms is at most about (Higham, *Accuracy and
//! stability of numerical algorithms*, 2nd ed., 2002, section 4.2):
//!
//! | order | bound | first to fail |
//! |---|---|---|
//! | sequential | n u | stalls where the sum is 2^p times a term |
//! | blocks of b | (b + n/b) u | stalls later: a block's sum is as large as b terms |
//! | pairwise | log2(n) u | never stalls: the two addends are alike |

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use thiserror::Error;

/// The order of a sum: which partial sums there are.
///
/// ```
/// use roundoff::kernels::order::Order;
/// let order: Order = "blocked:32".parse()?;
/// assert_eq!(order.to_string(), "blocked:32");
/// # Ok::<(), roundoff::kernels::order::OrderError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// One accumulator, from first to last.
    #[default]
    Sequential,
    /// Halves, and halves of those, to single terms: the left half has the odd one.
    Pairwise,
    /// Blocks of so many terms, each from first to last; then the blocks' sums from first to last.
    Blocked(NonZeroUsize),
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
            Self::Blocked(terms) => f.pad(&format!("blocked:{terms}")),
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
            Some(("blocked", terms)) => terms.parse().map(Self::Blocked).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// An accumulator: how terms come together. Terms are known by their places.
pub trait Accumulate {
    /// What accumulates.
    type Sum: Copy;

    /// An accumulator that has the term at `place`, and nothing else.
    fn begin(&mut self, place: usize) -> Self::Sum;

    /// With the term at `place` besides.
    fn push(&mut self, sum: Self::Sum, place: usize) -> Self::Sum;

    /// Two accumulators in one, the left one first.
    fn merge(&mut self, left: Self::Sum, right: Self::Sum) -> Self::Sum;
}

impl Order {
    /// All of `count` terms; none if there is none.
    pub fn accumulate<A: Accumulate>(self, count: usize, with: &mut A) -> Option<A::Sum> {
        if count == 0 {
            return None;
        }
        Some(match self {
            Self::Sequential => run(with, 0, count),
            Self::Pairwise => halves(with, 0, count),
            Self::Blocked(terms) => {
                let block = |from: usize| from..count.min(from.saturating_add(terms.get()));
                let first = block(0);
                let mut next = first.end;
                let mut sum = run(with, first.start, first.end);
                while next < count {
                    let terms = block(next);
                    next = terms.end;
                    let right = run(with, terms.start, terms.end);
                    sum = with.merge(sum, right);
                }
                sum
            }
        })
    }
}

fn run<A: Accumulate>(with: &mut A, from: usize, to: usize) -> A::Sum {
    let first = with.begin(from);
    (from + 1..to).fold(first, |sum, place| with.push(sum, place))
}

fn halves<A: Accumulate>(with: &mut A, from: usize, to: usize) -> A::Sum {
    match to - from {
        1 => with.begin(from),
        count => {
            let middle = from + count.div_ceil(2);
            let left = halves(with, from, middle);
            let right = halves(with, middle, to);
            with.merge(left, right)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what is added to what.
    struct Written(Vec<String>);

    impl Accumulate for Written {
        type Sum = usize;
        fn begin(&mut self, place: usize) -> usize {
            self.keep(place.to_string())
        }
        fn push(&mut self, sum: usize, place: usize) -> usize {
            let text = format!("({}+{place})", self.0[sum]);
            self.keep(text)
        }
        fn merge(&mut self, left: usize, right: usize) -> usize {
            let text = format!("[{}+{}]", self.0[left], self.0[right]);
            self.keep(text)
        }
    }

    impl Written {
        fn keep(&mut self, text: String) -> usize {
            self.0.push(text);
            self.0.len() - 1
        }
    }

    fn written(order: &str, count: usize) -> String {
        let mut with = Written(Vec::new());
        let order: Order = order.parse().unwrap();
        order
            .accumulate(count, &mut with)
            .map_or(String::new(), |sum| with.0[sum].clone())
    }

    #[test]
    fn orders_are_what_they_say() {
        assert_eq!(written("sequential", 4), "(((0+1)+2)+3)");
        assert_eq!(written("pairwise", 5), "[[[0+1]+2]+[3+4]]");
        assert_eq!(written("blocked:2", 5), "[[(0+1)+(2+3)]+4]");
        assert_eq!(written("blocked:18446744073709551615", 3), "((0+1)+2)");
        for order in ["sequential", "pairwise", "blocked:2"] {
            assert_eq!(written(order, 0), "");
            assert_eq!(written(order, 1), "0");
        }
    }

    #[test]
    fn names() {
        for name in ["sequential", "pairwise", "blocked:7"] {
            assert_eq!(name.parse::<Order>().unwrap().to_string(), name);
        }
        for name in ["", "blocked", "blocked:0", "blocked:x", "pairwise:2"] {
            let error = name.parse::<Order>().unwrap_err();
            assert!(error.to_string().contains("blocked:N"), "{error}");
        }
    }
}
