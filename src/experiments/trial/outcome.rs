//! What came out of a trial, as a row.

use fearless_simd::dispatch;

use super::{Place, Prepared, Trial};
use crate::arith::Site;
use crate::experiments::catalogue::{Inputs, Theorem};
use crate::experiments::row::{Row, SCHEMA};
use crate::instructions::level;
use crate::measure::vector::{Figures, Truth};
use crate::numbers::Numbers;
use crate::random::word64;
use crate::rounding::Rounding;

impl Trial {
    /// The row of a result that is there already.
    pub fn judge(&self, place: &Place, prepared: &Prepared, result: &[f64]) -> Row {
        let mut row = self.blank(place);
        if let Ok((inputs, truth)) = &prepared.made {
            self.measure(&mut row, inputs, truth, &prepared.theorem, result);
        }
        row
    }

    /// What was tried, and nothing that came out.
    pub(super) fn blank(&self, place: &Place) -> Row {
        Row {
            format: self.format.to_string(),
            rounding: self.rounding.to_string(),
            saturation: self.saturation.to_string(),
            seed: self.seed,
            kernel: self.kernel.name().to_owned(),
            accumulator: self.accumulator.to_string(),
            sites: self.sites_text(),
            size: self.size as u64,
            condition: self.condition,
            input_seed: self.input_seed,
            input: self.input.clone(),
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device: "cpu".to_owned(),
            plan: place.plan.clone(),
            trials: place.trials,
            index: place.index,
            trial: format!("{:016x}", self.identity()),
            ..Row::default()
        }
    }

    /// Figures, bounds and the worst place of a result.
    pub(super) fn measure(
        &self,
        row: &mut Row,
        inputs: &Inputs,
        truth: &Truth,
        theorem: &Option<Theorem>,
        result: &[f64],
    ) {
        let figures = Figures::of(truth, result, self.float());
        let of_finite = |figure: f64| (figures.finite > 0).then_some(figure);
        row.bits = format!("{:016x}", hash(result));
        row.count = figures.count;
        row.finite = figures.finite;
        row.not_finite = figures.not_finite;
        row.vanished = figures.vanished;
        row.max_absolute_error = of_finite(figures.absolute);
        row.max_relative_error = of_finite(figures.componentwise);
        row.normwise = (figures.count > 0).then_some(figures.normwise);
        row.ulps = figures.ulps.and_then(of_finite);
        row.apart = figures.apart.and_then(|apart| of_finite(apart as f64));
        row.significant_bits = (figures.count > 0).then_some(figures.significant_bits);
        row.snr_db = figures.snr_db;
        row.cosine = figures.cosine;
        if let Some(backward) = self.kernel.backward(inputs, result) {
            row.residual = Some(backward.residual);
            row.backward = Some(backward.normwise);
            row.componentwise_backward = Some(backward.componentwise);
        }
        if let Some(rows) = self.kernel.rows(inputs, truth, result) {
            row.max_sum_error = rows.sum;
            row.top_changed = Some(rows.top_changed as f64);
        }
        let order = self.accumulator.order;
        let bound = |u| theorem.as_ref()?.bound(u, order);
        if let Some(bound) = self.unit().and_then(bound) {
            row.bounded = bound.figure.to_owned();
            row.bound = Some(bound.worst);
            row.probable_bound = Some(bound.probable);
        }
        if let Some(worst) = figures.worst {
            row.worst = Some(worst as f64);
            row.worst_reference = truth.high().get(worst).copied();
            row.worst_result = result.get(worst).copied();
            let x = inputs.array("x").ok().map(|x| x.values());
            row.worst_input = x
                .filter(|x| self.kernel.card().maps && x.len() == result.len())
                .and_then(|x| x.get(worst).copied());
        }
    }

    /// The largest relative error of an operation at any site: u to nearest, else 2u; none where some
    /// site's, or the inputs', numbers are no floats.
    pub fn unit(&self) -> Option<f64> {
        if self.format.shares_scales() {
            return None;
        }
        let unit = |site: &Site| match self.format_at(*site) {
            Numbers::Float(format) => Some(format.unit_roundoff()),
            _ => None,
        };
        let units: Option<Vec<f64>> = self.kernel.sites().iter().map(unit).collect();
        let unit = units?.into_iter().fold(0.0, f64::max);
        Some(match self.rounding {
            Rounding::NearestTiesToEven
            | Rounding::NearestTiesToAway
            | Rounding::NearestTiesToZero => unit,
            _ => 2.0 * unit,
        })
    }
}

/// Values side by side, in loops that become vectors.
const LANES: usize = 16;

/// 64 bits of the bits of a result; all NaNs are one. Quick between, mixed at the end: value i goes to
/// hash i mod 16.
fn hash(result: &[f64]) -> u64 {
    #[inline(always)]
    fn add(hashes: &mut [u64; LANES], part: &[f64; LANES]) {
        for (hash, x) in hashes.iter_mut().zip(part) {
            let bits = if x.is_nan() { f64::NAN } else { *x }.to_bits();
            // An odd number near 2^64 over the golden ratio (Knuth, volume 3, 6.4).
            *hash = (hash.rotate_left(23) ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
    let (parts, rest) = result.as_chunks();
    let mut last = [0.0; LANES];
    last[..rest.len()].copy_from_slice(rest);
    let mut hashes = [result.len() as u64; LANES];
    dispatch!(level(), _simd => {
        for part in parts {
            add(&mut hashes, part);
        }
    });
    add(&mut hashes, &last);
    hashes.iter().fold(0, |all, hash| word64(all, *hash, 0))
}
