//! Tensors to the values of blocks.

use std::ops::Range;

use super::definition::{Definition, Scale};
use super::fast::{Blocks, Fast};
use super::worker::{Made, Make, Place, Worker, Wrong};
use crate::chop::Host;

/// Values from a slice into another, or in place.
pub(super) struct Values<'s, 't, T> {
    pub source: Option<&'s [T]>,
    pub target: &'t mut [T],
}

impl<'s, T: Host> Make<'s, T> for Values<'s, '_, T> {
    fn source(&self) -> Option<&'s [T]> {
        self.source
    }

    fn target(&self) -> &[T] {
        self.target
    }

    fn chunk(&mut self, fast: &Fast, blocks: &Blocks, made: Made<'_>, range: Range<usize>) -> bool {
        let target = &mut self.target[range];
        if let Some(target) = T::as_narrow(target) {
            return fast.values(blocks, made.marks, target);
        }
        let marked = fast.values(blocks, made.marks, made.values);
        T::from_narrow(made.values, target);
        marked
    }

    fn block(&mut self, worker: &Worker<'_>, place: Place) -> Result<(), Wrong> {
        let mut put = |i: usize, y: T| self.target[place.first + i * place.stride] = y;
        let scale = worker.each_element(place, |i, element, scale| {
            put(i, Definition::value(element, scale));
        })?;
        if scale == Scale::NaN {
            (0..worker.block_len()).for_each(|i| put(i, T::from_f64(f64::NAN)));
        }
        Ok(())
    }
}
