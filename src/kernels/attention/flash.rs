//! Blocks of keys; sum and weighted sum relative to the maximum so far.
//!
//! ```text
//! m' = max(m, s of the block)       p_j = e^(s_j - m')       a = e^(m - m')
//! l' = a l + sum p_j                o' = a o + sum p_j v_j
//! at the end o / l
//! ```

use std::num::NonZeroUsize;

use super::{Dot, Memory, Num, VALUE_ACCUMULATION, WEIGHT};
use crate::arith::{Arith, Sites};
use crate::kernels::softmax::{ACCUMULATION, EXPONENTIAL, MAXIMUM, SCALING, SUBTRACTION, Scaling};

/// What the keys so far come to.
struct State<N> {
    maximum: N,
    sum: N,
    weighted: Vec<N>,
}

impl<S: Sites> Memory<'_, S> {
    /// The result of a query that sees so many keys.
    pub fn flash(&self, q: &[Num<S>], seen: usize, block: NonZeroUsize) -> Vec<Num<S>> {
        let mut state = None;
        let mut from = 0;
        while from < seen {
            let to = seen.min(from.saturating_add(block.get()));
            let scores: Vec<Num<S>> = (from..to).map(|key| self.score(q, key)).collect();
            state = Some(self.with_block(state, &scores, from));
            from = to;
        }
        state.map_or_else(Vec::new, |state| self.divided(state))
    }

    fn exponential(&self, x: Num<S>, maximum: Num<S>) -> Num<S> {
        let difference = self.sites.at(SUBTRACTION).sub(x, maximum);
        self.sites.at(EXPONENTIAL).exp(difference)
    }

    fn with_block(
        &self,
        before: Option<State<Num<S>>>,
        scores: &[Num<S>],
        from: usize,
    ) -> State<Num<S>> {
        let sites = self.sites;
        let (greatest, accumulation) = (sites.at(MAXIMUM), sites.at(ACCUMULATION));
        let first = match &before {
            Some(state) => state.maximum,
            None => greatest.convert(scores[0]),
        };
        let maximum = scores.iter().fold(first, |m, s| greatest.maximum(m, *s));
        let exponentials: Vec<Num<S>> = scores
            .iter()
            .map(|s| self.exponential(*s, maximum))
            .collect();
        let mut terms = Dot::<S, _> {
            sum: accumulation,
            product: |i: usize| exponentials[i],
        };
        let zero = accumulation.num(0.0);
        let order = self.attention.order;
        let sum = order
            .accumulate(exponentials.len(), &mut terms)
            .unwrap_or(zero);
        let weights: Vec<Num<S>> = exponentials
            .iter()
            .map(|p| sites.at(WEIGHT).convert(*p))
            .collect();
        let values = sites.at(VALUE_ACCUMULATION);
        let weighted = self.weigh(&weights, from);
        let weighted = weighted
            .into_iter()
            .map(|sum| sum.unwrap_or(values.num(0.0)));
        match before {
            None => State {
                maximum,
                sum,
                weighted: weighted.collect(),
            },
            Some(before) => {
                let factor = self.exponential(before.maximum, maximum);
                let rescaled = before.weighted.iter().map(|o| values.mul(*o, factor));
                State {
                    maximum,
                    sum: accumulation.add(accumulation.mul(before.sum, factor), sum),
                    weighted: rescaled
                        .zip(weighted)
                        .map(|(o, new)| values.add(o, new))
                        .collect(),
                }
            }
        }
    }

    fn divided(&self, state: State<Num<S>>) -> Vec<Num<S>> {
        let scaling = self.sites.at(SCALING);
        match self.attention.scaling {
            Scaling::Divide => state
                .weighted
                .iter()
                .map(|o| scaling.div(*o, state.sum))
                .collect(),
            Scaling::Reciprocal => {
                let factor = scaling.recip(state.sum);
                state
                    .weighted
                    .iter()
                    .map(|o| scaling.mul(*o, factor))
                    .collect()
            }
        }
    }
}
