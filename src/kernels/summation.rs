//! s = x_1 + ... + x_n: sequential, pairwise, in blocks, compensated, exact.
//!
//! Errors with the unit roundoff u, to nearest (Higham, *Accuracy and Stability of Numerical
//! Algorithms*, 2nd ed., 2002, chapter 4), each times sum |x_i|:
//!
//! | method | bound | source |
//! |---|---|---|
//! | sequential | (n - 1) u + O(u^2) | 4.2 |
//! | blocks of b | about (b + n / b) u | 4.2 |
//! | pairwise | ceil(log2 n) u + O(u^2) | (4.6) |
//! | Kahan | 2 u + O(n u^2) | (4.8), Kahan 1965 |
//! | exact | u times abs(s) | Kulisch 2013 |
//!
//! Sums in the first three orders at full speed are
//! [`SumOfProducts`](crate::arith::slices::SumOfProducts); here every operation has a site.
//!
//! ```
//! use roundoff::arith::Exact;
//! use roundoff::kernels::summation::Summation;
//! use roundoff::{Format, Rounder};
//! let arith = Exact::new(&Rounder::new(Format::BFLOAT16));
//! let ones = [1.0; 1000];
//! assert_eq!(Summation::default().sum(&arith, &ones), 256.0);
//! assert_eq!(Summation::Kahan.sum(&arith, &ones), 1000.0);
//! ```

use std::fmt;
use std::str::FromStr;

use super::constant::{constant, odd};
use super::order::{Accumulate, Order, OrderError};
use super::sites::sites;
use crate::arith::{Arith, Sites};
use crate::kernels::Num;
use crate::native::double_double::two_sum;

sites! {
    /// Terms, rounded as they come.
    INPUT "input"
    /// Additions to the sum.
    ACCUMULATION "accumulation"
    /// Kahan: what an addition lost, and terms less that.
    COMPENSATION "compensation"
    /// The sum, rounded as it goes.
    OUTPUT "output"
}

/// How terms are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Summation {
    /// In an order, every addition rounded.
    Ordered(Order),
    /// One after the other, each addition's error carried to the next (Kahan 1965).
    Kahan,
    /// Exactly, rounded once where it goes out.
    Exact,
}

impl Default for Summation {
    fn default() -> Self {
        Self::Ordered(Order::Sequential)
    }
}

impl fmt::Display for Summation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ordered(order) => order.fmt(f),
            Self::Kahan => f.pad("kahan"),
            Self::Exact => f.pad("exact"),
        }
    }
}

/// No summation of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown summation \"{0}\": write sequential, pairwise, blocked:N, kahan or exact")]
pub struct SummationError(pub String);

impl FromStr for Summation {
    type Err = SummationError;

    fn from_str(name: &str) -> Result<Self, SummationError> {
        match name.to_ascii_lowercase().as_str() {
            "kahan" => Ok(Self::Kahan),
            "exact" => Ok(Self::Exact),
            other => other
                .parse()
                .map(Self::Ordered)
                .map_err(|OrderError(_)| SummationError(name.to_owned())),
        }
    }
}

impl Summation {
    /// The sum; of no terms zero.
    pub fn sum<S: Sites>(self, sites: &S, terms: &[f64]) -> Num<S> {
        let (input, output) = (sites.at(INPUT), sites.at(OUTPUT));
        let terms: Vec<Num<S>> = terms.iter().map(|x| input.num(*x)).collect();
        let sum = match self {
            Self::Ordered(order) => ordered(order, sites.at(ACCUMULATION), &terms),
            Self::Kahan => kahan(sites, &terms),
            Self::Exact => {
                let values: Vec<f64> = terms.iter().map(|x| input.value(*x)).collect();
                let (high, low) = exact(&values);
                return constant(output, high, low);
            }
        };
        output.convert(sum)
    }
}

/// A sum in an order, all additions in one arithmetic; of no terms zero.
pub(super) fn ordered<A: Arith>(order: Order, arith: &A, terms: &[A::Num]) -> A::Num {
    struct Terms<'a, A: Arith>(&'a A, &'a [A::Num]);

    impl<A: Arith> Accumulate for Terms<'_, A> {
        type Sum = A::Num;
        fn begin(&mut self, place: usize) -> A::Num {
            self.0.convert(self.1[place])
        }
        fn push(&mut self, sum: A::Num, place: usize) -> A::Num {
            self.0.add(sum, self.1[place])
        }
        fn merge(&mut self, left: A::Num, right: A::Num) -> A::Num {
            self.0.add(left, right)
        }
    }

    order
        .accumulate(terms.len(), &mut Terms(arith, terms))
        .unwrap_or_else(|| arith.num(0.0))
}

/// Higham, algorithm 4.2.
fn kahan<S: Sites>(sites: &S, terms: &[Num<S>]) -> Num<S> {
    let (accumulation, compensation) = (sites.at(ACCUMULATION), sites.at(COMPENSATION));
    let mut sum = accumulation.num(0.0);
    let mut lost = compensation.num(0.0);
    for x in terms {
        let before = sum;
        let y = compensation.add(*x, lost);
        sum = accumulation.add(before, y);
        lost = compensation.add(compensation.sub(before, sum), y);
    }
    sum
}

/// The exact sum as an f64 nearest to it and what is left, to odd: an expansion of parts that do not
/// overlap (Shewchuk, *Adaptive precision floating-point arithmetic*, 1997, grow-expansion).
fn exact(values: &[f64]) -> (f64, f64) {
    let plain: f64 = values.iter().sum();
    if !plain.is_finite() {
        return (plain, 0.0);
    }
    // From least to greatest.
    let mut parts: Vec<f64> = Vec::new();
    for x in values {
        let mut carry = *x;
        let mut kept = Vec::with_capacity(parts.len() + 1);
        for part in &parts {
            let sum = two_sum(carry, *part);
            carry = sum.high;
            if sum.low != 0.0 {
                kept.push(sum.low);
            }
        }
        kept.push(carry);
        parts = kept;
    }
    // From the top: the first part that does not change the sum is what is left of it.
    let mut high = parts.pop().unwrap_or(0.0);
    while let Some(part) = parts.pop() {
        let sum = two_sum(high, part);
        high = sum.high;
        if sum.low != 0.0 {
            let sticky = parts.last().copied().unwrap_or(0.0);
            return (high, odd(sum.low, sticky));
        }
    }
    (high, 0.0)
}
