//! `ndarray` views of any stride.

use ndarray::{ArrayViewMut, Dimension};

use super::host::BLOCK;
use super::{Host, Rounder};

impl Rounder {
    /// A view in place, of any shape and stride. The random word of a value is that of its
    /// position in row-major (logical) order, whatever the strides.
    ///
    /// ```
    /// use ndarray::array;
    /// use roundoff::{Format, Rounder};
    /// let mut a = array![[1.01f32, 2.02], [3.03, 4.04]];
    /// Rounder::new(Format::OCP_E5M2).round_view(a.view_mut().reversed_axes());
    /// assert_eq!(a, array![[1.0, 2.0], [3.0, 4.0]]);
    /// ```
    pub fn round_view<T: Host, D: Dimension>(&self, mut view: ArrayViewMut<'_, T, D>) {
        if let Some(values) = view.as_slice_mut() {
            return self.round_slice(values);
        }
        // Strided: gathered, rounded and scattered a block at a time.
        let mut block = Vec::with_capacity(BLOCK);
        let mut places = Vec::with_capacity(BLOCK);
        let mut index = 0u64;
        let mut values = view.iter_mut();
        loop {
            places.extend(values.by_ref().take(BLOCK));
            if places.is_empty() {
                return;
            }
            block.extend(places.iter().map(|place| **place));
            self.round_slice_at(&mut block, index);
            index = index.wrapping_add(block.len() as u64);
            for (place, rounded) in places.drain(..).zip(block.drain(..)) {
                *place = rounded;
            }
        }
    }
}
