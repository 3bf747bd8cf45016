//! f64s that a kernel is given, as the f32 words that a shader has.

use crate::Rounder;
use crate::gpu::GpuError;

/// Each as an f32.
///
/// ```
/// assert_eq!(roundoff::gpu::singles(&[0.5, -0.0])?, [0.5, -0.0]);
/// assert!(roundoff::gpu::singles(&[0.1]).is_err());
/// # Ok::<(), roundoff::gpu::GpuError>(())
/// ```
///
/// # Errors
/// [`GpuError::Unsupported`] with the first that no f32 holds.
pub fn singles(values: &[f64]) -> Result<Vec<f32>, GpuError> {
    let narrow = |x: &f64| {
        let single = *x as f32;
        match f64::from(single) == *x || x.is_nan() {
            true => Ok(single),
            false => Err(GpuError::Unsupported {
                what: format!("an operand of {x:e}, which no f32 holds"),
            }),
        }
    };
    values.iter().map(narrow).collect()
}

/// Operands of a kernel that rounds each as it comes, the first with the random word at `index`. Where
/// f32s hold them they go as they are, and the shader rounds; else they are rounded here, which leaves the
/// shader nothing to change.
pub(super) fn inputs<T: Copy + Into<f64>>(
    input: &Rounder,
    values: &[T],
    index: u64,
) -> Result<Vec<f32>, GpuError> {
    let mut values: Vec<f64> = values.iter().map(|x| (*x).into()).collect();
    singles(&values).or_else(|_| {
        input.round_slice_at(&mut values, index);
        singles(&values)
    })
}
