//! Pairs side by side: plain loops that become vectors.

// Loops over lanes index several arrays alike, which is what vectorises.
#![allow(clippy::needless_range_loop)]

use fearless_simd::{Level, dispatch};

use crate::measure::apart::Steps;

/// Pairs that are looked at together.
pub(super) const BLOCK: usize = 128;
/// Sums side by side: pair i goes to sum i mod 16.
const LANES: usize = 16;

/// Sums of squares and products, in one fixed order.
pub(super) struct Sums {
    /// A power of two, which keeps the squares in the range of f64.
    scale: f64,
    /// Of x^2, (y - x)^2, x y, y^2.
    sums: [[f64; LANES]; 4],
}

impl Sums {
    pub fn new(scale: f64) -> Self {
        Self {
            scale,
            sums: [[0.0; LANES]; 4],
        }
    }

    pub fn totals(&self) -> [f64; 4] {
        self.sums.map(|lanes| lanes.iter().sum())
    }

    /// Pairs that are not both finite are zeros here.
    #[inline(always)]
    fn add(&mut self, x: &[f64; BLOCK], off: &[f64; BLOCK], y: &[f64; BLOCK]) {
        let scale = self.scale;
        let [signal, noise, product, square] = &mut self.sums;
        for from in (0..BLOCK).step_by(LANES) {
            for i in 0..LANES {
                let (x, y) = (x[from + i] * scale, y[from + i] * scale);
                let d = off[from + i] * scale;
                signal[i] += x * x;
                noise[i] += d * d;
                product[i] += x * y;
                square[i] += y * y;
            }
        }
    }
}

/// What a block of pairs has.
pub(super) struct Together {
    pub finite: u64,
    pub not_finite: u64,
    pub vanished: u64,
    pub absolute: f64,
    pub componentwise: f64,
    /// 0 without a format, as the next.
    pub ulps: f64,
    pub apart: u64,
}

/// What y is off x + low, both finite.
#[inline(always)]
fn deviation(x: f64, low: f64, y: f64) -> f64 {
    ((y - x) - low).abs()
}

impl Together {
    /// References, what they leave, and results: as many of each, [`BLOCK`] at most.
    pub fn of(level: Level, pairs: [&[f64]; 3], steps: Option<&Steps>, sums: &mut Sums) -> Self {
        if let [Ok(x), Ok(low), Ok(y)] = pairs.map(<&[f64; BLOCK]>::try_from) {
            return dispatch!(level, _simd => Self::full([x, low, y], steps, sums));
        }
        // What fills the block up is a pair of zeros, which changes no sum and no maximum.
        let mut full = [[0.0; BLOCK]; 3];
        for (full, part) in full.iter_mut().zip(pairs) {
            full[..part.len()].copy_from_slice(part);
        }
        let mut block = dispatch!(level, _simd => Self::full(full.each_ref(), steps, sums));
        block.finite -= (BLOCK - pairs[0].len()) as u64;
        block
    }

    #[inline(always)]
    fn full([x, low, y]: [&[f64; BLOCK]; 3], steps: Option<&Steps>, sums: &mut Sums) -> Self {
        // Of a pair that is not finite zeros.
        let [mut off, mut from, mut to] = [[0.0; BLOCK]; 3];
        let (mut all, mut lost, mut vanished) = (0, 0, 0);
        for i in 0..BLOCK {
            let (there, here) = (x[i].abs() < f64::INFINITY, y[i].abs() < f64::INFINITY);
            let finite = there & here;
            all += u64::from(finite);
            lost += u64::from(there & !here);
            off[i] = if finite {
                deviation(x[i], low[i], y[i])
            } else {
                0.0
            };
            from[i] = if finite { x[i] } else { 0.0 };
            to[i] = if finite { y[i] } else { 0.0 };
            vanished += u64::from((from[i] != 0.0) & (to[i] == 0.0) & finite);
        }
        let (mut absolute, mut componentwise) = (0, 0);
        for i in 0..BLOCK {
            let d = off[i];
            // Infinite of zero that became another number; never 0/0.
            let quotient = if d > 0.0 { d / from[i].abs() } else { 0.0 };
            // Numbers from 0 are in the order of their bits.
            absolute = d.to_bits().max(absolute);
            componentwise = quotient.to_bits().max(componentwise);
        }
        let (mut ulps, mut apart) = (0, 0);
        if let Some(steps) = steps {
            for i in 0..BLOCK {
                let d = off[i];
                ulps = (d / steps.unit(from[i])).to_bits().max(ulps);
                let far = steps.apart(from[i], to[i]);
                apart = if d > 0.0 { far } else { 0 }.max(apart);
            }
        }
        sums.add(&from, &off, &to);
        Self {
            finite: all,
            not_finite: lost,
            vanished,
            absolute: f64::from_bits(absolute),
            componentwise: f64::from_bits(componentwise),
            ulps: f64::from_bits(ulps),
            apart,
        }
    }

    /// The first of these pairs that deviates most.
    pub fn place_of_worst(&self, [x, low, y]: [&[f64]; 3]) -> Option<usize> {
        let mut pairs = x.iter().zip(low).zip(y);
        pairs.position(|((x, low), y)| {
            x.is_finite() && y.is_finite() && deviation(*x, *low, *y) == self.absolute
        })
    }
}
