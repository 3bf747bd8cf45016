//! 1 + 1/2 + ... + 1/n: it grows without end, and in every format it stops.
//!
//! From some term on, 1/k is less than half a step of the sum, which then stays: after 65 terms in
//! bfloat16, 513 in binary16, 2,097,152 in binary32 (N. J. Higham, S. Pranesh, *Simulating low precision
//! floating-point arithmetic*, SIAM J. Sci. Comput. 41(5), 2019). Until then every k has no more digits
//! than the format.

use super::order::Order;
use super::sites::sites;
use super::summation::ordered;
use crate::arith::{Arith, Sites};
use crate::kernels::Num;

sites! {
    /// k, rounded as it comes.
    INPUT "input"
    /// 1 / k.
    RECIPROCAL "reciprocal"
    /// Additions to the sum.
    ACCUMULATION "accumulation"
    /// The sum, rounded as it goes.
    OUTPUT "output"
}

/// The sum of n terms, in an order.
///
/// ```
/// use roundoff::arith::Exact;
/// use roundoff::kernels::harmonic::sum;
/// use roundoff::{Format, Rounder};
/// let arith = Exact::new(&Rounder::new(Format::BFLOAT16));
/// assert_eq!(sum(&arith, Default::default(), 64), 5.0625);
/// assert_eq!(sum(&arith, Default::default(), 10_000), 5.0625);
/// ```
pub fn sum<S: Sites>(sites: &S, order: Order, n: usize) -> Num<S> {
    let (input, reciprocal) = (sites.at(INPUT), sites.at(RECIPROCAL));
    let term = |k: usize| reciprocal.recip(input.num(k as f64));
    let terms: Vec<Num<S>> = (1..=n).map(term).collect();
    let sum = ordered(order, sites.at(ACCUMULATION), &terms);
    sites.at(OUTPUT).convert(sum)
}
