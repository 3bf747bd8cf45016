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
//!
//! [`Order`] is the one of the fast sums of products. A kernel that adds its terms by [`Accumulate`]
//! adds them in the same tree; it begins with a term where those begin with zero.

use std::ops::Range;

pub use crate::arith::slices::{Order, OrderError};

/// An accumulator: how terms come together. Terms are known by their places.
pub trait Accumulate {
    /// What accumulates.
    type Sum: Copy;

    /// An accumulator that has the term at `place`, and nothing else.
    fn begin(&mut self, place: usize) -> Self::Sum;

    /// With the term at `place` besides.
    fn push(&mut self, sum: Self::Sum, place: usize) -> Self::Sum;

    /// With the terms at all these places, one after the other.
    fn push_all(&mut self, sum: Self::Sum, places: Range<usize>) -> Self::Sum {
        places.fold(sum, |sum, place| self.push(sum, place))
    }

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
            Self::Blocked { k } => {
                let block = |from: usize| from..count.min(from.saturating_add(k.max(1)));
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
    with.push_all(first, from + 1..to)
}

fn halves<A: Accumulate>(with: &mut A, from: usize, to: usize) -> A::Sum {
    match to - from {
        1 => with.begin(from),
        count => {
            // The greatest power of two that leaves a term for the right side.
            let middle = from + (1 << (count - 1).ilog2());
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
        assert_eq!(written("pairwise", 5), "[[[0+1]+[2+3]]+4]");
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
