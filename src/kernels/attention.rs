//! Scaled dot-product attention, every operation a site.
//!
//! ```text
//! s_ij = (q_i . k_j) / sqrt(d)          scores; -infinity where masked
//! p_ij = e^(s_ij) / sum_j e^(s_ij)      softmax over the keys
//! o_i  = sum_j p_ij v_j
//! ```
//!
//! | algorithm | how | source |
//! |---|---|---|
//! | `standard` | all scores of a query, their softmax by any [variant](super::softmax::Variant), then the weighted sum | Vaswani et al. 2017, arXiv 1706.03762 (1) |
//! | `flash` | keys in blocks: sum and weighted sum are kept relative to the maximum so far, and divided once at the end | Dao 2023 (FlashAttention-2), arXiv 2307.08691, algorithm 1 |
//!
//! The [`SITES`] are those of softmax, which mean the same here, and six more. As in
//! FlashAttention-3 and its kin the usual question is which of them may be narrow:
//!
//! ```
//! use roundoff::arith::PerSite;
//! use roundoff::kernels::attention::{Attention, SITES, Shape};
//! use roundoff::{Format, Rounder};
//! // Products of OCP E4M3 numbers, summed in binary32, results in bfloat16.
//! let sites = PerSite::rounders(SITES)
//!     .with_rounder("input", &Rounder::new(Format::OCP_E4M3))?
//!     .with_rounder("weight", &Rounder::new(Format::OCP_E4M3))?
//!     .with_rounder("output", &Rounder::new(Format::BFLOAT16))?
//!     .with_rounders(&Rounder::new(Format::BINARY32))
//!     .build()?;
//! let shape = Shape { queries: 1, keys: 2, width: 2, value_width: 1 };
//! let (q, k, v) = ([1.0, 0.0], [0.0, 1.0, 0.0, -1.0], [1.0, 2.0]);
//! let mut o = [0.0];
//! Attention::default().evaluate(&sites, shape, &q, &k, &v, &mut o)?;
//! assert_eq!(o, [1.5]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod flash;
mod sites;
mod standard;

use std::num::NonZeroUsize;

use thiserror::Error;

pub use sites::{
    SCORE_ACCUMULATION, SCORE_PRODUCT, SCORE_SCALING, SITES, VALUE_ACCUMULATION, VALUE_PRODUCT,
    WEIGHT,
};

use super::Num;
use super::order::{Accumulate, Order};
use super::softmax::{INPUT, OUTPUT, Scaling, Variant};
use crate::arith::{Arith, Reference, Sites};

/// How softmax and the weighted sum go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// One after the other.
    Standard(Variant),
    /// Together, so many keys at a time.
    Flash(NonZeroUsize),
}

impl Default for Algorithm {
    fn default() -> Self {
        Self::Standard(Variant::ThreePassReload)
    }
}

/// Everything but the arithmetic that decides a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attention {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Does query i see keys 0 to i only?
    pub causal: bool,
    /// In which order dot products, and the sums over keys (of `flash`: over a block's keys), are
    /// made.
    pub order: Order,
    /// How terms are divided by the sum.
    pub scaling: Scaling,
}

/// The sizes: q is queries x width, k keys x width, v keys x value width, the result queries x
/// value width, each row after row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Queries.
    pub queries: usize,
    /// Keys, and as many values.
    pub keys: usize,
    /// Numbers of a query or key.
    pub width: usize,
    /// Numbers of a value.
    pub value_width: usize,
}

/// A slice that is not as long as the shape says.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name} has {length} numbers; its shape, {rows} x {columns}, wants {rows} times {columns}")]
pub struct ShapeError {
    /// `q`, `k`, `v` or `result`.
    pub name: &'static str,
    /// Numbers it has.
    pub length: usize,
    /// Rows it should have.
    pub rows: usize,
    /// Columns it should have.
    pub columns: usize,
}

impl Shape {
    fn check(&self, q: usize, k: usize, v: usize, result: usize) -> Result<(), ShapeError> {
        let (queries, keys) = (self.queries, self.keys);
        for (name, length, rows, columns) in [
            ("q", q, queries, self.width),
            ("k", k, keys, self.width),
            ("v", v, keys, self.value_width),
            ("result", result, queries, self.value_width),
        ] {
            if rows.checked_mul(columns) != Some(length) {
                return Err(ShapeError {
                    name,
                    length,
                    rows,
                    columns,
                });
            }
        }
        Ok(())
    }
}

/// Keys and values, rounded as inputs.
struct Memory<'a, S: Sites> {
    sites: &'a S,
    attention: &'a Attention,
    shape: Shape,
    k: Vec<Num<S>>,
    v: Vec<Num<S>>,
}

impl Attention {
    /// With another algorithm.
    #[must_use]
    pub const fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// Causal or not.
    #[must_use]
    pub const fn with_causal(self, causal: bool) -> Self {
        Self { causal, ..self }
    }

    /// With another order of sums.
    #[must_use]
    pub const fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Every query's result, every operation rounded at its site. A query that sees no key gives
    /// what the operations give for an empty sum: NaN.
    ///
    /// # Errors
    /// [`ShapeError`] if a slice is not as long as `shape` says; then nothing is written.
    pub fn evaluate<S: Sites>(
        &self,
        sites: &S,
        shape: Shape,
        q: &[f64],
        k: &[f64],
        v: &[f64],
        result: &mut [f64],
    ) -> Result<(), ShapeError> {
        shape.check(q.len(), k.len(), v.len(), result.len())?;
        let input = sites.at(INPUT);
        let inputs = |x: &[f64]| x.iter().map(|x| input.num(*x)).collect();
        let memory = Memory {
            sites,
            attention: self,
            shape,
            k: inputs(k),
            v: inputs(v),
        };
        let output = sites.at(OUTPUT);
        for query in 0..shape.queries {
            let numbers = query * shape.width..(query + 1) * shape.width;
            let q: Vec<Num<S>> = inputs(&q[numbers]);
            let seen = match self.causal {
                true => shape.keys.min(query + 1),
                false => shape.keys,
            };
            let o = match self.algorithm {
                _ if seen == 0 => vec![output.num(f64::NAN); shape.value_width],
                Algorithm::Standard(variant) => memory.standard(&q, seen, variant),
                Algorithm::Flash(block) => memory.flash(&q, seen, block),
            };
            let place = query * shape.value_width..(query + 1) * shape.value_width;
            for (y, o) in result[place].iter_mut().zip(o) {
                *y = output.value(output.convert(o));
            }
        }
        Ok(())
    }

    /// The result in 128 digits, rounded to f64 at the end; of this only `causal` matters.
    ///
    /// # Errors
    /// [`ShapeError`] if a slice is not as long as `shape` says; then nothing is written.
    pub fn reference(
        &self,
        shape: Shape,
        q: &[f64],
        k: &[f64],
        v: &[f64],
        result: &mut [f64],
    ) -> Result<(), ShapeError> {
        self.with_algorithm(Algorithm::Flash(NonZeroUsize::MAX))
            .evaluate(&Reference, shape, q, k, v, result)
    }
}

/// A sum of products, each rounded at one site and added at another.
struct Dot<'a, S: Sites, P> {
    sum: &'a S::Arith,
    product: P,
}

impl<S: Sites, P: Fn(usize) -> Num<S>> Accumulate for Dot<'_, S, P> {
    type Sum = Num<S>;

    fn begin(&mut self, place: usize) -> Num<S> {
        self.sum.convert((self.product)(place))
    }

    fn push(&mut self, sum: Num<S>, place: usize) -> Num<S> {
        self.sum.add(sum, (self.product)(place))
    }

    fn merge(&mut self, left: Num<S>, right: Num<S>) -> Num<S> {
        self.sum.add(left, right)
    }
}

impl<S: Sites> Memory<'_, S> {
    /// The score of a key.
    fn score(&self, q: &[Num<S>], key: usize) -> Num<S> {
        let width = self.shape.width;
        let k = &self.k[key * width..(key + 1) * width];
        let product = self.sites.at(SCORE_PRODUCT);
        let mut dot = Dot::<S, _> {
            sum: self.sites.at(SCORE_ACCUMULATION),
            product: |i: usize| product.mul(q[i], k[i]),
        };
        let scaling = self.sites.at(SCORE_SCALING);
        match self.attention.order.accumulate(width, &mut dot) {
            Some(sum) => {
                let root = scaling.sqrt(scaling.num(width as f64));
                scaling.mul(sum, scaling.recip(root))
            }
            None => scaling.num(0.0),
        }
    }

    /// sum_j weight_j v_j over the keys `from`, `from` + 1, ... for each number of a value.
    fn weigh(&self, weights: &[Num<S>], from: usize) -> Vec<Option<Num<S>>> {
        let width = self.shape.value_width;
        let product = self.sites.at(VALUE_PRODUCT);
        (0..width)
            .map(|column| {
                let mut dot = Dot::<S, _> {
                    sum: self.sites.at(VALUE_ACCUMULATION),
                    product: |i: usize| {
                        product.mul(weights[i], self.v[(from + i) * width + column])
                    },
                };
                self.attention.order.accumulate(weights.len(), &mut dot)
            })
            .collect()
    }
}
