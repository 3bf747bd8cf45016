//! The sites of the family.

use crate::arith::Site;

/// Inputs, rounded as they come.
pub const INPUT: Site = Site::new(0, "input");
/// The maximum: of the row, or so far.
pub const MAXIMUM: Site = Site::new(1, "maximum");
/// x - maximum; of `two-pass` x - n log 2; of log-softmax also what is subtracted at the end.
pub const SUBTRACTION: Site = Site::new(2, "subtraction");
/// e^x, e^(x - maximum).
pub const EXPONENTIAL: Site = Site::new(3, "exponential");
/// The sum, and the products that rescale it.
pub const ACCUMULATION: Site = Site::new(4, "accumulation");
/// 1 / sum and the products with it, or the quotients.
pub const SCALING: Site = Site::new(5, "scaling");
/// Results, rounded as they go.
pub const OUTPUT: Site = Site::new(6, "output");
/// m of a pair (m, n).
pub const PAIR_MANTISSA: Site = Site::new(7, "pair-mantissa");
/// n of a pair (m, n), and differences of two.
pub const PAIR_EXPONENT: Site = Site::new(8, "pair-exponent");
/// The logarithm of the sum, and what is added to it for log-sum-exp.
pub const LOGARITHM: Site = Site::new(9, "logarithm");

/// All of them, in order.
pub const SITES: &[Site] = &[
    INPUT,
    MAXIMUM,
    SUBTRACTION,
    EXPONENTIAL,
    ACCUMULATION,
    SCALING,
    OUTPUT,
    PAIR_MANTISSA,
    PAIR_EXPONENT,
    LOGARITHM,
];
