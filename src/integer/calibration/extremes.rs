//! The least and the greatest value.

use fearless_simd::dispatch;

use crate::chop::Host;
use crate::instructions::level;

/// Values side by side, so that the loop becomes vectors.
const LANES: usize = 16;

/// Of all finite values of the slices; none where there are none.
pub(super) fn of<'a, T: Host>(slices: impl Iterator<Item = &'a [T]>) -> Option<(f64, f64)> {
    let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
    for values in slices {
        let (low, high) = dispatch!(level(), _simd => of_slice(values));
        least = least.min(low);
        greatest = greatest.max(high);
    }
    (least <= greatest).then_some((least, greatest))
}

#[inline(always)]
fn of_slice<T: Host>(values: &[T]) -> (f64, f64) {
    let (mut least, mut greatest) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    let mut take = |values: &[T]| {
        for ((x, least), greatest) in values.iter().zip(&mut least).zip(&mut greatest) {
            let x = x.to_f64();
            let finite = x.abs() < f64::INFINITY;
            *least = if finite & (x < *least) { x } else { *least };
            *greatest = if finite & (x > *greatest) {
                x
            } else {
                *greatest
            };
        }
    };
    let (chunks, rest) = values.as_chunks::<LANES>();
    chunks.iter().for_each(|chunk| take(chunk));
    take(rest);
    let least = least.into_iter().fold(f64::INFINITY, f64::min);
    let greatest = greatest.into_iter().fold(f64::NEG_INFINITY, f64::max);
    (least, greatest)
}
