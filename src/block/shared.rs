//! What all blocks of a tensor share: its scale, and the one block's where it is one.

use super::definition::{Past, Scale};
use super::fast::Fast;
use super::layout::Layout;
use super::{BlockError, BlockRounder, Length, ScaleRule, Specials};
use crate::arith::Wide;
use crate::chop::{Host, Threads};
use crate::instructions::level;

impl BlockRounder {
    /// What all blocks of a tensor share.
    pub(super) fn shared<T: Host>(
        &self,
        layout: &Layout,
        values: &[T],
    ) -> Result<Shared, BlockError> {
        let whole = self.format().length() == Length::Tensor;
        if !self.reads_all() {
            let tensor = self.fixed_tensor_scale().map_or(1.0, f64::from);
            return Ok(Shared::of_tensor(tensor));
        }
        let (greatest, finite) = greatest(self.threads(), values);
        let tensor = match self.fixed_tensor_scale() {
            Some(scale) => f64::from(scale),
            None => self.definition.tensor_scale(Wide::from_f64(greatest)),
        };
        let scale = match whole {
            false => None,
            true if !finite && self.format().specials() == Specials::Block => Some(Scale::NaN),
            true if greatest == 0.0 => Some(Scale::Value(self.definition.least_scale())),
            true => {
                // Only a search looks at the values.
                let block: Vec<f64> = match self.format().rule() == ScaleRule::MeanSquare {
                    true => values.iter().map(|x| x.to_f64()).collect(),
                    false => Vec::new(),
                };
                let draw = |i: usize| self.random(i as u64);
                let greatest = Wide::from_f64(greatest);
                let scale = self.definition.scale_of(greatest, &block, tensor, &draw);
                Some(scale.map_err(|past| self.past(layout, 0, past.wanted))?)
            }
        };
        Ok(Shared {
            scale,
            ..Shared::of_tensor(tensor)
        })
    }
}

/// The greatest finite magnitude, and whether all are finite.
fn greatest<T: Host>(threads: Threads, values: &[T]) -> (f64, bool) {
    if let Some(narrow) = T::as_narrow_ref(values) {
        let word = Fast::greatest_of(level(), threads, narrow);
        if word < 0x7f80_0000 {
            return (f64::from(f32::from_bits(word)), true);
        }
    }
    values.iter().fold((0.0, true), |(most, finite), x| {
        let x = x.to_f64().abs();
        match x.is_finite() {
            true => (f64::max(most, x), finite),
            false => (most, false),
        }
    })
}

/// What the blocks of a tensor share.
#[derive(Debug)]
pub(super) struct Shared {
    /// The tensor's scale, or 1.
    pub tensor: f64,
    /// The one block's, where the tensor is one.
    pub scale: Option<Scale>,
    /// What scales had to be, by the index of their block.
    past: std::sync::Mutex<Vec<(usize, f64)>>,
}

impl Shared {
    /// Of a tensor of blocks with a scale each.
    pub fn of_tensor(tensor: f64) -> Self {
        Self {
            tensor,
            scale: None,
            past: Default::default(),
        }
    }

    pub fn note(&self, index: usize, past: Past) {
        if let Ok(mut list) = self.past.lock() {
            list.push((index, past.wanted));
        }
    }

    pub fn wanted(&self, index: usize) -> f64 {
        let list = self.past.lock();
        let found = list
            .iter()
            .flat_map(|list| list.iter())
            .find(|(at, _)| *at == index);
        found.map_or(f64::INFINITY, |(_, wanted)| *wanted)
    }
}
