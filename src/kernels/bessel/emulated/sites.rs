//! The sites of the expansions.

use crate::arith::Site;

/// v and x, rounded as they come.
pub const INPUT: Site = Site::new(0, "input");
/// What grows with v and x: w, v asinh(v/x), log(2 pi w)/2.
pub const LEADING: Site = Site::new(1, "leading");
/// Coefficients: a_k(v), U_k(p).
pub const COEFFICIENT: Site = Site::new(2, "coefficient");
/// Terms of a sum, or their logarithms.
pub const TERM: Site = Site::new(3, "term");
/// e^(term - greatest term).
pub const EXPONENTIAL: Site = Site::new(4, "exponential");
/// The sum.
pub const SUM: Site = Site::new(5, "sum");
/// The logarithm of the sum.
pub const LOGARITHM: Site = Site::new(6, "logarithm");
/// Ratios of neighbouring orders and the sum of their logarithms.
pub const RECURRENCE: Site = Site::new(7, "recurrence");
/// The parts put together.
pub const OUTPUT: Site = Site::new(8, "output");

/// All of them, in order.
pub const SITES: &[Site] = &[
    INPUT,
    LEADING,
    COEFFICIENT,
    TERM,
    EXPONENTIAL,
    SUM,
    LOGARITHM,
    RECURRENCE,
    OUTPUT,
];
