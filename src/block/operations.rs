//! Operations on blocks, element by element (IEEE P3109 interim report v4.0, 5).
//!
//! ```text
//!   x, y ── values, element times scale, exactly
//!     └─> x_i op y_i             the exact results, of as many digits as they have
//!           └─> scale of each block, from its greatest result
//!                 └─> result / scale, rounded once: blocks of the rounder's format
//! ```

use super::definition::{Definition, Past, Scale};
use super::layout::Layout;
use super::shared::Shared;
use super::{BlockCodes, BlockError, BlockRounder, Specials};
use crate::arith::functions::Unrounded;
use crate::arith::{Binary, Ternary, Unary, Wide, evaluate};

impl BlockRounder {
    /// A function of each value, as blocks of this rounder's format: the exact results, their scales
    /// by its rule, each quotient rounded once. A stochastic mode takes for a result the random word of
    /// its index.
    ///
    /// # Errors
    /// As [`BlockRounder::encode`].
    ///
    /// ```
    /// use roundoff::arith::Unary;
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// let rounder = BlockRounder::new(BlockFormat::MXFP4);
    /// let x = rounder.encode(&[4.0f32, 0.5], &[2])?;
    /// let mut roots = [0.0; 2];
    /// rounder.unary(Unary::Sqrt, &x)?.decode(&mut roots)?;
    /// // 0.707 lies between 0.5 and 0.75.
    /// assert_eq!(roots, [2.0, 0.75]);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn unary(&self, operation: Unary, x: &BlockCodes) -> Result<BlockCodes, BlockError> {
        let values = x.values()?.into_iter();
        let results = values.map(|x| evaluate::unary(operation, x.into()));
        self.encode_results(x.shape(), &results.collect::<Vec<_>>())
    }

    /// A function of each pair of values, as [`BlockRounder::unary`]. The two may be blocks of
    /// different formats.
    ///
    /// # Errors
    /// [`BlockError::Pair`] if the shapes differ; as [`BlockRounder::encode`].
    ///
    /// ```
    /// use roundoff::arith::Binary;
    /// use roundoff::block::{BlockFormat, BlockRounder};
    /// let x = BlockRounder::new(BlockFormat::MXFP4).encode(&[6.0f32, 0.5], &[2])?;
    /// let y = BlockRounder::new(BlockFormat::MXINT8).encode(&[1.0f32, 0.25], &[2])?;
    /// let mut sums = [0.0; 2];
    /// let rounder = BlockRounder::new(BlockFormat::MXFP8_E4M3);
    /// rounder.binary(Binary::Add, &x, &y)?.decode(&mut sums)?;
    /// assert_eq!(sums, [7.0, 0.75]);
    /// # Ok::<(), roundoff::block::BlockError>(())
    /// ```
    pub fn binary(
        &self,
        operation: Binary,
        x: &BlockCodes,
        y: &BlockCodes,
    ) -> Result<BlockCodes, BlockError> {
        let (a, b) = x.pair(y)?;
        let pairs = a.into_iter().zip(b);
        let results = pairs.map(|(a, b)| evaluate::binary(operation, a.into(), b.into()));
        self.encode_results(x.shape(), &results.collect::<Vec<_>>())
    }

    /// A function of three values each, as [`BlockRounder::binary`].
    ///
    /// # Errors
    /// As [`BlockRounder::binary`].
    pub fn ternary(
        &self,
        operation: Ternary,
        x: &BlockCodes,
        y: &BlockCodes,
        z: &BlockCodes,
    ) -> Result<BlockCodes, BlockError> {
        let ((a, b), (_, c)) = (x.pair(y)?, x.pair(z)?);
        let triples = a.into_iter().zip(b).zip(c);
        let results =
            triples.map(|((a, b), c)| evaluate::ternary(operation, a.into(), b.into(), c.into()));
        self.encode_results(x.shape(), &results.collect::<Vec<_>>())
    }

    /// Exact results as blocks.
    fn encode_results(
        &self,
        shape: &[usize],
        results: &[Unrounded],
    ) -> Result<BlockCodes, BlockError> {
        let layout = Layout::new(self.format(), shape, results.len())?;
        let shared = Shared::of_tensor(match self.fixed_tensor_scale() {
            Some(scale) => f64::from(scale),
            None => self.definition.tensor_scale(greatest(results).0),
        });
        let mut elements = vec![0.0; results.len()];
        let mut scales = Vec::new();
        let mut at = 0;
        while at < results.len() {
            let slab = layout.slab(at);
            for column in at..at + layout.inner {
                let places = (0..slab.rows).map(|i| column + i * layout.inner);
                let block: Vec<Unrounded> = places.clone().map(|i| results[i]).collect();
                let draw = |i: usize| self.random((column + i * layout.inner) as u64);
                let scale = scale_of(&self.definition, &block, shared.tensor, &draw);
                let scale = scale.map_err(|past| self.past(&layout, column, past.wanted))?;
                if let Scale::Value(scale) = scale {
                    let scale = scale * shared.tensor;
                    for i in places {
                        let random = self.random(i as u64);
                        elements[i] = self.definition.element_of(results[i], scale, random);
                    }
                }
                scales.push((column, scale));
            }
            at += slab.rows * layout.inner;
        }
        self.coded(&layout, &shared, shape, &scales, &elements)
    }
}

/// The greatest finite magnitude, and whether all are finite.
fn greatest(results: &[Unrounded]) -> (Wide, bool) {
    results
        .iter()
        .fold((Wide::ZERO, true), |(most, finite), x| match x {
            Unrounded::Exact(x) | Unrounded::Near(x) if x.abs() > most => (x.abs(), finite),
            Unrounded::Nan | Unrounded::Infinity { .. } => (most, false),
            _ => (most, finite),
        })
}

/// The scale of a block of results. A search looks at the f64s nearest to them.
fn scale_of(
    definition: &Definition,
    block: &[Unrounded],
    tensor: f64,
    draw: &impl Fn(usize) -> u64,
) -> Result<Scale, Past> {
    let (greatest, finite) = greatest(block);
    if !finite && definition.format.specials() == Specials::Block {
        return Ok(Scale::NaN);
    }
    if greatest.is_zero() {
        return Ok(Scale::Value(definition.least_scale()));
    }
    let near = |x: &Unrounded| match x {
        Unrounded::Exact(x) | Unrounded::Near(x) => x.to_f64(),
        Unrounded::Zero { .. } => 0.0,
        Unrounded::Nan | Unrounded::Infinity { .. } => f64::NAN,
    };
    let near: Vec<f64> = block.iter().map(near).collect();
    definition.scale_of(greatest, &near, tensor, draw)
}
