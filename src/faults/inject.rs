//! Faults in arrays of values, by way of their codes.

use super::{Coded, FaultError, Faults, Flip};
use crate::chop::Host;
use crate::format::CodeError;

impl Faults {
    /// Values of `coded` in place; what was changed. `from`: the index of the first value.
    ///
    /// A float's own bits are those of its format: f32 values of [`Format::BINARY32`]. A value without
    /// a code is an error where it is hit; NaN has the format's one code for it.
    ///
    /// [`Format::BINARY32`]: crate::Format::BINARY32
    ///
    /// # Errors
    /// [`FaultError`] if a mask is wider than the codes, a value that is hit has no code, or the array
    /// cannot hold what becomes of it. Then nothing is changed.
    pub fn values<T: Host>(
        &self,
        coded: &(impl Coded + ?Sized),
        values: &mut [T],
        from: u64,
    ) -> Result<Vec<Flip>, FaultError> {
        self.fits(coded.width())?;
        let mut flips = Vec::new();
        let mut changed = Vec::new();
        for (i, x) in values.iter().enumerate() {
            let index = from.wrapping_add(i as u64);
            if self.is_rare() && !self.hits(index) {
                continue;
            }
            let before = code_at(coded, *x, index)?;
            let after = self.code(index, before, || coded.fields(before));
            if after != before {
                changed.push((i, held(coded, after, index)?));
                flips.push(Flip {
                    index,
                    before,
                    after,
                });
            }
        }
        for (i, value) in changed {
            values[i] = value;
        }
        Ok(flips)
    }
}

/// Faults at chosen places: (index, bits to flip), each in turn. What was changed.
///
/// ```
/// use roundoff::Format;
/// use roundoff::faults::inject;
/// let mut values = [1.0f64, 1.5];
/// let flips = inject(&Format::BINARY16, &mut values, &[(1, 1 << 15), (0, 1 << 14)])?;
/// assert_eq!(values, [f64::INFINITY, -1.5]);
/// assert_eq!(flips[0].before, 0x3e00);
/// # Ok::<(), roundoff::faults::FaultError>(())
/// ```
///
/// # Errors
/// [`FaultError`] if an index is no place of the array, bits are none of the codes', a value has no
/// code, or the array cannot hold what becomes of it. Then nothing is changed.
pub fn inject<T: Host>(
    coded: &(impl Coded + ?Sized),
    values: &mut [T],
    places: &[(u64, u64)],
) -> Result<Vec<Flip>, FaultError> {
    let mut after = values.to_vec();
    let mut flips = Vec::with_capacity(places.len());
    for (index, bits) in places {
        let (index, bits, width) = (*index, *bits, coded.width());
        if bits & !super::all(width) != 0 {
            return Err(FaultError::Bits { bits, width });
        }
        let len = values.len();
        let place = usize::try_from(index).ok().and_then(|i| after.get_mut(i));
        let place = place.ok_or(FaultError::Index { index, len })?;
        let before = code_at(coded, *place, index)?;
        let flipped = before ^ bits;
        *place = held(coded, flipped, index)?;
        flips.push(Flip {
            index,
            before,
            after: flipped,
        });
    }
    values.copy_from_slice(&after);
    Ok(flips)
}

fn code_at<T: Host>(coded: &(impl Coded + ?Sized), x: T, index: u64) -> Result<u64, FaultError> {
    let without = |source: CodeError| FaultError::Code { index, source };
    coded.code(x.to_f64()).map_err(without)
}

/// The value of a code as the array's type, which must hold it.
fn held<T: Host>(coded: &(impl Coded + ?Sized), code: u64, index: u64) -> Result<T, FaultError> {
    let value = coded.value(code);
    let held = T::from_f64(value);
    match value.is_nan() || held.to_f64() == value {
        true => Ok(held),
        false => Err(FaultError::Host { index, value }),
    }
}
