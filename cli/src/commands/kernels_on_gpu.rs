//! Kernels on a GPU: none where that is not the place, and the CPU goes on.

use roundoff::arith::{Exact, PerSite};
use roundoff::kernels::bessel::emulated::{Kind, Rule};
use roundoff::kernels::softmax::Softmax;

use crate::failure::Failure;
use crate::place::Place;

/// Softmax of rows of so many values, by `PerSite`'s roundings; results row after row.
#[cfg(feature = "gpu")]
pub(super) fn softmax(
    place: &Place,
    softmax: &Softmax,
    sites: &PerSite<Exact>,
    values: &[f64],
    columns: usize,
) -> Result<Option<Vec<f64>>, Failure> {
    use roundoff::arith::slices::Matrix;
    use roundoff::gpu::GpuError;
    let rows = values.len().checked_div(columns).unwrap_or(0);
    // Some five operations a value.
    let results = place.kernel(5 * values.len() as u64, |gpu| {
        let words = singles(values)?;
        let matrix = Matrix::new(&words, rows, columns);
        let matrix = matrix.map_err(|error| GpuError::Slice(error.into()))?;
        let mut results = vec![0f32; rows * softmax.function.values(columns)];
        gpu.softmax(softmax, sites, matrix, &mut results)?;
        Ok(results)
    });
    Ok(results.map_err(Failure::Gpu)?.map(doubles))
}

/// The logarithms at the points.
#[cfg(feature = "gpu")]
pub(super) fn log_bessel(
    place: &Place,
    sites: &PerSite<Exact>,
    rule: &dyn Rule,
    kind: Kind,
    v: &[f64],
    x: &[f64],
) -> Result<Option<Vec<f64>>, Failure> {
    // Some forty operations a point.
    let results = place.kernel(40 * v.len() as u64, |gpu| {
        let (v, x) = (singles(v)?, singles(x)?);
        let mut results = vec![0f32; v.len()];
        gpu.log_bessel(sites, rule, kind, &v, &x, &mut results)?;
        Ok(results)
    });
    Ok(results.map_err(Failure::Gpu)?.map(doubles))
}

/// Operands as f32 words hold them.
#[cfg(feature = "gpu")]
fn singles(values: &[f64]) -> Result<Vec<f32>, roundoff::gpu::GpuError> {
    let narrow = |x: &f64| {
        let single = *x as f32;
        match f64::from(single) == *x || x.is_nan() {
            true => Ok(single),
            false => Err(roundoff::gpu::GpuError::Unsupported {
                what: format!("an operand of {x:e}, which no f32 holds"),
            }),
        }
    };
    values.iter().map(narrow).collect()
}

#[cfg(feature = "gpu")]
fn doubles(values: Vec<f32>) -> Vec<f64> {
    values.into_iter().map(f64::from).collect()
}

#[cfg(not(feature = "gpu"))]
pub(super) fn softmax(
    _: &Place,
    _: &Softmax,
    _: &PerSite<Exact>,
    _: &[f64],
    _: usize,
) -> Result<Option<Vec<f64>>, Failure> {
    Ok(None)
}

#[cfg(not(feature = "gpu"))]
pub(super) fn log_bessel(
    _: &Place,
    _: &PerSite<Exact>,
    _: &dyn Rule,
    _: Kind,
    _: &[f64],
    _: &[f64],
) -> Result<Option<Vec<f64>>, Failure> {
    Ok(None)
}
