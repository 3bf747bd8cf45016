//! The sites: softmax's, then attention's own.

use crate::arith::Site;
use crate::kernels::softmax::{
    ACCUMULATION, EXPONENTIAL, INPUT, LOGARITHM, MAXIMUM, OUTPUT, PAIR_EXPONENT, PAIR_MANTISSA,
    SCALING, SUBTRACTION,
};

/// Products of query and key.
pub const SCORE_PRODUCT: Site = Site::new(10, "score-product");
/// Their sums.
pub const SCORE_ACCUMULATION: Site = Site::new(11, "score-accumulation");
/// 1 / sqrt(width), and the products with it.
pub const SCORE_SCALING: Site = Site::new(12, "score-scaling");
/// Weights, as they go into products with values: probabilities, of `flash` still to be divided.
pub const WEIGHT: Site = Site::new(13, "weight");
/// Products of weight and value.
pub const VALUE_PRODUCT: Site = Site::new(14, "value-product");
/// Their sums, and of `flash` the products that rescale them.
pub const VALUE_ACCUMULATION: Site = Site::new(15, "value-accumulation");

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
    SCORE_PRODUCT,
    SCORE_ACCUMULATION,
    SCORE_SCALING,
    WEIGHT,
    VALUE_PRODUCT,
    VALUE_ACCUMULATION,
];
