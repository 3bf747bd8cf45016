//! The orders of summation, once for vectors of entries and for single ones.

use super::sum::Order;

/// Who adds terms and partial sums.
pub(super) trait Adder {
    /// A sum, or as many side by side as the adder has lanes.
    type Sum: Clone;

    /// Zeros.
    fn zero(&self) -> Self::Sum;

    /// Term k, rounded as a sum is.
    fn leaf(&mut self, k: usize) -> Self::Sum;

    /// Adds the terms k in `from..to`, in order.
    fn terms(&mut self, sum: &mut Self::Sum, from: usize, to: usize);

    /// Adds a part that begins with term k.
    fn part(&mut self, sum: &mut Self::Sum, part: &Self::Sum, k: usize);
}

/// The sum of `depth` terms in the given order; of `start` and them, where there is one.
///
/// A sequential or blocked sum begins with `start`; a pairwise sum ends with it.
pub(super) fn reduce<A: Adder>(
    order: Order,
    adder: &mut A,
    start: Option<&A::Sum>,
    depth: usize,
) -> A::Sum {
    let begin = |adder: &A| start.cloned().unwrap_or_else(|| adder.zero());
    match order {
        Order::Sequential => {
            let mut sum = begin(adder);
            adder.terms(&mut sum, 0, depth);
            sum
        }
        Order::Blocked { k } => {
            let mut sum = begin(adder);
            for from in (0..depth).step_by(k.max(1)) {
                let mut part = adder.zero();
                adder.terms(&mut part, from, from.saturating_add(k.max(1)).min(depth));
                adder.part(&mut sum, &part, from);
            }
            sum
        }
        Order::Pairwise => {
            let terms = pairwise(adder, depth);
            start.cloned().map_or(terms.clone(), |mut sum| {
                adder.part(&mut sum, &terms, 0);
                sum
            })
        }
    }
}

/// The tree, from its leaves: like a binary counter, after 2^m (odd) terms m sums are complete.
fn pairwise<A: Adder>(adder: &mut A, depth: usize) -> A::Sum {
    // A partial sum and its first term.
    let mut open: Vec<(A::Sum, usize)> = Vec::new();
    let join = |adder: &mut A, open: &mut Vec<(A::Sum, usize)>| {
        if let Some((right, k)) = open.pop()
            && let Some((left, _)) = open.last_mut()
        {
            adder.part(left, &right, k);
        }
    };
    for k in 0..depth {
        open.push((adder.leaf(k), k));
        for _ in 0..(k + 1).trailing_zeros() {
            join(adder, &mut open);
        }
    }
    while open.len() > 1 {
        join(adder, &mut open);
    }
    open.pop().map_or_else(|| adder.zero(), |(sum, _)| sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what it is asked to add.
    struct Scribe;

    impl Adder for Scribe {
        type Sum = String;
        fn zero(&self) -> String {
            "0".into()
        }
        fn leaf(&mut self, k: usize) -> String {
            k.to_string()
        }
        fn terms(&mut self, sum: &mut String, from: usize, to: usize) {
            for k in from..to {
                *sum = format!("({sum}+{k})");
            }
        }
        fn part(&mut self, sum: &mut String, part: &String, k: usize) {
            *sum = format!("({sum}+{part}@{k})");
        }
    }

    #[test]
    fn orders_are_what_they_say() {
        let text = |order, depth| reduce(order, &mut Scribe, None, depth);
        assert_eq!(text(Order::Sequential, 3), "(((0+0)+1)+2)");
        assert_eq!(text(Order::Pairwise, 4), "((0+1@1)+(2+3@3)@2)");
        assert_eq!(text(Order::Pairwise, 3), "((0+1@1)+2@2)");
        assert_eq!(
            text(Order::Pairwise, 7),
            "(((0+1@1)+(2+3@3)@2)+((4+5@5)+6@6)@4)"
        );
        assert_eq!(
            text(Order::Blocked { k: 2 }, 3),
            "((0+((0+0)+1)@0)+(0+2)@2)"
        );
        for order in [
            Order::Sequential,
            Order::Pairwise,
            Order::Blocked { k: 0 },
            Order::Blocked { k: usize::MAX },
        ] {
            assert_eq!(text(order, 0), "0");
        }
        let start = "c".to_owned();
        let with = |order| reduce(order, &mut Scribe, Some(&start), 2);
        assert_eq!(with(Order::Sequential), "((c+0)+1)");
        assert_eq!(with(Order::Pairwise), "(c+(0+1@1)@0)");
    }
}
