//! Attention: scores, softmax's theorem for them, and a weighted sum.
//!
//! A score is off by s = gamma_k sum |q_i k_i| / sqrt(d) (Higham, *Accuracy and Stability of Numerical
//! Algorithms*, 2nd ed., 2002, (3.5)), which moves softmax by a factor of e^(2 s) at most; the rest is
//! [`super::softmax`]'s, and (3.5) once more for sum p_j v_j, relative to sum p_j |v_j|.
//!
//! | kernel | roundings of a score | of a term of the sum of exponentials | of a weighted value, sum aside |
//! |---|---|---|---|
//! | both | depth + 8: two inputs, product, first term, width, root, inverse, scaling | | |
//! | standard | | softmax's | depth + 5: weight, value, product, first term, output |
//! | flash | | 2 + depth of a block + 3 blocks: a rescaling is e^x, product, addition | the same + 3, two of scaling and the output |
//!
//! Of `flash` the exponents are those of online softmax: maxima rise by no more than the range of
//! the scores, all blocks together.

use super::{Bound, Theorem, after, depth, gamma, probable_gamma, softmax};
use crate::experiments::catalogue::Array;
use crate::kernels::order::Order;
use crate::kernels::softmax::{Softmax, Variant};

/// What the bound takes of a query.
#[derive(Clone, Copy, Debug)]
struct Query {
    /// The greatest magnitude of a score, and the greatest less the least.
    most: f64,
    range: f64,
    /// The greatest sum |q_i k_i| / sqrt(d).
    products: f64,
    /// The greatest sum p_j |v_j|.
    values: f64,
}

impl Query {
    fn of(q: &[f64], k: &Array, v: &Array) -> Self {
        let root = (q.len() as f64).sqrt();
        let dot = |k: &[f64]| {
            let products = q.iter().zip(k).map(|(q, k)| q * k / root);
            products.fold((0.0, 0.0), |(sum, all), x| (sum + x, all + x.abs()))
        };
        let scores: Vec<(f64, f64)> = k.each_row().map(dot).collect();
        let fold = |from: f64, f: fn(f64, f64) -> f64, of: fn(&(f64, f64)) -> f64| {
            scores.iter().map(of).fold(from, f)
        };
        let greatest = fold(f64::NEG_INFINITY, f64::max, |s| s.0);
        let least = fold(f64::INFINITY, f64::min, |s| s.0);
        let weights: Vec<f64> = scores.iter().map(|s| libm::exp(s.0 - greatest)).collect();
        let sum: f64 = weights.iter().sum();
        let mut values = vec![0.0; v.columns()];
        for (weight, row) in weights.iter().zip(v.each_row()) {
            for (value, v) in values.iter_mut().zip(row) {
                *value += weight / sum * v.abs();
            }
        }
        Self {
            most: greatest.max(-least),
            range: greatest - least,
            products: fold(0.0, f64::max, |s| s.1),
            values: values.into_iter().fold(0.0, f64::max),
        }
    }
}

/// The way of one query.
struct Way {
    width: usize,
    keys: usize,
    block: Option<usize>,
}

impl Way {
    /// The error over sum p_j |v_j|.
    fn error(
        &self,
        query: &Query,
        u: f64,
        order: Order,
        gamma: &dyn Fn(usize) -> Option<f64>,
    ) -> Option<f64> {
        let score = gamma(depth(order, self.width) + 8)? * query.products;
        // Of scores as they are computed.
        let (most, range) = (query.most + score, query.range + 2.0 * score);
        match self.block {
            None => {
                let softmax = Softmax::new(Variant::ThreePassReload);
                let row = softmax::Row::new(self.keys, most, range);
                let weights = softmax::quotient(softmax, row, u, order, gamma)?;
                let weights = after(libm::expm1(2.0 * score), weights);
                Some(after(weights, gamma(depth(order, self.keys) + 5)?))
            }
            Some(block) => {
                let exponent = score + 2.0 * u * (range + 4.0 * u * most);
                let depth = depth(order, block.min(self.keys));
                let blocks = self.keys.div_ceil(block);
                let (sum, values) = (2 + depth + 3 * blocks, 5 + depth + 3 * blocks);
                let scaled = gamma(sum + values + 3)?;
                Some(after(libm::expm1(2.0 * exponent), scaled))
            }
        }
    }
}

/// In blocks of so many keys, or as a whole; none where an input is not finite.
pub fn theorem([q, k, v]: [&Array; 3], block: Option<usize>, magnitude: f64) -> Option<Theorem> {
    let queries: Vec<Query> = q.each_row().map(|q| Query::of(q, k, v)).collect();
    let is_finite = |query: &Query| {
        [query.range, query.products, query.values]
            .iter()
            .all(|x| x.is_finite())
    };
    let way = Way {
        width: q.columns(),
        keys: k.rows(),
        block,
    };
    let holds = way.keys > 0 && queries.iter().all(is_finite);
    holds.then(|| {
        Theorem::new(move |u, order| {
            let with = |gamma: &dyn Fn(usize) -> Option<f64>| {
                let mut errors = queries
                    .iter()
                    .map(|query| Some(way.error(query, u, order, gamma)? * query.values));
                errors.try_fold(0.0, |worst: f64, error| Some(worst.max(error?)))
            };
            // Of the rounding of these figures, and of the reference to f64.
            let relative = |error: f64| error / magnitude * (1.0 + 1e-9) + f64::EPSILON;
            let worst = relative(with(&|n| gamma(n, u))?);
            worst.is_finite().then_some(Bound {
                figure: "normwise",
                worst,
                probable: relative(with(&|n| Some(probable_gamma(n, u)))?),
            })
        })
    })
}
