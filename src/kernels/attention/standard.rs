//! Scores, softmax, weighted sum: one after the other.

use super::{Memory, Num, VALUE_ACCUMULATION, WEIGHT};
use crate::arith::{Arith, Site, Sites};
use crate::kernels::softmax::{INPUT, OUTPUT, Softmax, Variant};

/// Softmax's own inputs and outputs are not attention's: scores come as they are, and
/// probabilities go where weights do.
struct Inside<'a, S>(&'a S);

impl<S: Sites> Sites for Inside<'_, S> {
    type Arith = S::Arith;

    fn at(&self, site: Site) -> &S::Arith {
        match site {
            INPUT => self.0.at(super::SCORE_SCALING),
            OUTPUT => self.0.at(WEIGHT),
            site => self.0.at(site),
        }
    }
}

impl<S: Sites> Memory<'_, S> {
    /// The result of a query that sees so many keys.
    pub fn standard(&self, q: &[Num<S>], seen: usize, variant: Variant) -> Vec<Num<S>> {
        let scaling = self.sites.at(super::SCORE_SCALING);
        let weight = self.sites.at(WEIGHT);
        let scores: Vec<f64> = (0..seen)
            .map(|key| scaling.value(self.score(q, key)))
            .collect();
        let mut weights = vec![0.0; seen];
        let softmax = Softmax::new(variant)
            .with_order(self.attention.order)
            .with_scaling(self.attention.scaling);
        // The room is as long as the row.
        let _ = softmax.evaluate(&Inside(self.sites), &scores, &mut weights);
        let weights: Vec<Num<S>> = weights.iter().map(|p| weight.num(*p)).collect();
        let zero = self.sites.at(VALUE_ACCUMULATION).num(0.0);
        let sums = self.weigh(&weights, 0);
        sums.into_iter().map(|sum| sum.unwrap_or(zero)).collect()
    }
}
