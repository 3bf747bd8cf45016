//! A rounder and a tensor as `src/gpu/blocks.rs` tells them to a shader: all that the CPU decides.

use super::definition::{Definition, Scale};
use super::layout::Layout;
use super::{BlockError, BlockRounder, ScaleRule};
use crate::Rounder;
use crate::chop::Host;
use crate::rounding::Rounding;

/// What the blocks of a tensor share, and where they lie.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    layout: Layout,
    /// How elements and scales are rounded; scales with a binade more than their format has.
    pub element: Rounder,
    pub scale: Rounder,
    /// The scale of the tensor, or 1.
    pub tensor: f64,
    /// The scale of all blocks, where the tensor is one; NaN where it has one.
    pub known: Option<f64>,
    /// The scale of a block of zeros.
    pub least: f64,
    /// Is a scale past the greatest one that one?
    pub clamps: bool,
}

impl Told {
    /// Values of a block along the axis; of those that share the tensor's scale any number.
    pub fn length(&self) -> usize {
        match self.known {
            Some(_) => self.layout.length.min(32),
            None => self.layout.length,
        }
    }

    /// Values along the axis.
    pub fn line(&self) -> usize {
        self.layout.lines
    }

    /// Values that lie between two along the axis.
    pub fn inner(&self) -> usize {
        self.layout.inner
    }

    /// Is every block full, or the tensor one plane, so that lines need not be told apart?
    pub fn is_plane(&self) -> bool {
        self.line().is_multiple_of(self.length()) || self.line() * self.inner() == self.layout.count
    }
}

impl BlockRounder {
    /// What a shader is told about a tensor.
    ///
    /// # Errors
    /// [`BlockError`] if the shape is not that of so many values or has no such axis, or if the one
    /// scale of a tensor is past its format.
    pub(crate) fn told<T: Host>(&self, values: &[T], shape: &[usize]) -> Result<Told, BlockError> {
        let layout = Layout::new(self.format(), shape, values.len())?;
        let shared = self.shared(&layout, values)?;
        let toward = match self.format().rule() {
            ScaleRule::RoundUp => Rounding::TowardPositive,
            _ => Rounding::NearestTiesToEven,
        };
        let element =
            Definition::element_rounder(self.format(), self.rounding(), self.saturation());
        Ok(Told {
            layout,
            element: element.with_seed(self.seed()).with_stream(self.stream()),
            scale: Definition::scale_rounder(self.format(), toward),
            tensor: shared.tensor,
            known: shared.scale.map(|scale| match scale {
                Scale::Value(scale) => scale,
                Scale::NaN => f64::NAN,
            }),
            least: self.definition.least_scale(),
            clamps: self.definition.clamps(),
        })
    }

    /// The error about the block that begins at an index, whose scale is past its format.
    pub(crate) fn past_of<T: Host>(&self, told: &Told, values: &[T], index: usize) -> BlockError {
        let layout = &told.layout;
        let rows = layout.slab(index - index % layout.inner).rows;
        let block = values[index..].iter().step_by(layout.inner).take(rows);
        let block: Vec<f64> = block.map(|x| x.to_f64()).collect();
        // No random word changes what a scale should be.
        let found = self.definition.scale(&block, told.tensor, &|_| 0);
        let wanted = found.map_or_else(|past| past.wanted, |_| f64::INFINITY);
        self.past(layout, index, wanted)
    }
}
