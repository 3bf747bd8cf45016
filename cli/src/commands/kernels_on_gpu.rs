//! Kernels on a GPU: none where that is not the place, and the CPU goes on.

use roundoff::arith::{Exact, PerSite};
use roundoff::experiments::Trial;
use roundoff::experiments::catalogue::Inputs;
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
        let matrix = Matrix::new(values, rows, columns);
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
        let mut results = vec![0f32; v.len()];
        gpu.log_bessel(sites, rule, kind, v, x, &mut results)?;
        Ok(results)
    });
    Ok(results.map_err(Failure::Gpu)?.map(doubles))
}

/// A kernel of the catalogue.
#[cfg(feature = "gpu")]
pub(super) fn trial(
    place: &Place,
    trial: &Trial,
    inputs: &Inputs,
) -> Result<Option<Vec<f64>>, Failure> {
    use roundoff::experiments::SubjectError;
    let operations = trial.kernel.operations(inputs);
    let results = place.kernel(operations, |gpu| match trial.result_on_gpu(gpu, inputs) {
        Err(SubjectError::Gpu(error)) => Err(error),
        other => Ok(other),
    });
    let results = results.map_err(Failure::Gpu)?;
    results.transpose().map_err(super::sweep::usage)
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

#[cfg(not(feature = "gpu"))]
pub(super) fn trial(_: &Place, _: &Trial, _: &Inputs) -> Result<Option<Vec<f64>>, Failure> {
    Ok(None)
}
