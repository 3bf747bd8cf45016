//! One block of pairs: plain loops that become vectors.

use fearless_simd::{Level, dispatch};

/// Pairs summed in one fixed order before they meet the exact sums.
pub(super) const BLOCK: usize = 1024;
/// Sums side by side: value i goes to sum i mod 16.
const LANES: usize = 16;

/// Where the format's range ends, as the host sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// The least and the greatest finite value.
    pub least: f64,
    pub greatest: f64,
    /// The least positive normal value; 0 where subnormals are not asked for.
    pub least_normal: f64,
}

/// What a block has: sums in the fixed order, and counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub sum_absolute: f64,
    pub sum_relative: f64,
    pub sum_square: f64,
    pub sum_square_error: f64,
    pub max_absolute: f64,
    pub max_relative: f64,
    pub max_magnitude: f64,
    pub finite: u64,
    pub nonzero: u64,
    /// Finite references outside the range, or with a result that is not finite.
    pub outside: u64,
    pub vanished: u64,
    pub subnormal: u64,
    pub nan: u64,
    pub nan_reference: u64,
}

/// Sums pairwise: the lanes in a fixed order.
#[inline(always)]
fn total(mut lanes: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn greatest(lanes: [f64; LANES]) -> f64 {
    lanes
        .iter()
        .fold(0.0, |most, x| if *x > most { *x } else { most })
}

/// The sums and maxima. The scales, powers of two, keep squares in the range of f64.
#[inline(always)]
fn errors(x: &[f64; BLOCK], y: &[f64; BLOCK], scales: [f64; 2], tally: &mut Tally) {
    let mut absolute = [0.0; LANES];
    let mut relative = [0.0; LANES];
    let mut square = [0.0; LANES];
    let mut square_error = [0.0; LANES];
    let mut max_absolute = [0.0; LANES];
    let mut max_relative = [0.0; LANES];
    let mut max_magnitude = [0.0; LANES];
    for (x, y) in x.chunks_exact(LANES).zip(y.chunks_exact(LANES)) {
        for i in 0..LANES {
            let (x, y) = (x[i], y[i]);
            let magnitude = x.abs();
            let finite = magnitude < f64::INFINITY && y.abs() < f64::INFINITY;
            let magnitude = if finite { magnitude } else { 0.0 };
            let error = if finite { (y - x).abs() } else { 0.0 };
            // Never 0/0: a zero reference has no relative error.
            let quotient = error / magnitude;
            let ratio = if magnitude > 0.0 { quotient } else { 0.0 };
            absolute[i] += error;
            relative[i] += ratio;
            let (m, e) = (magnitude * scales[0], error * scales[1]);
            square[i] += m * m;
            square_error[i] += e * e;
            max_absolute[i] = if error > max_absolute[i] {
                error
            } else {
                max_absolute[i]
            };
            max_relative[i] = if ratio > max_relative[i] {
                ratio
            } else {
                max_relative[i]
            };
            max_magnitude[i] = if magnitude > max_magnitude[i] {
                magnitude
            } else {
                max_magnitude[i]
            };
        }
    }
    tally.sum_absolute = total(absolute);
    tally.sum_relative = total(relative);
    tally.sum_square = total(square);
    tally.sum_square_error = total(square_error);
    tally.max_absolute = greatest(max_absolute);
    tally.max_relative = greatest(max_relative);
    tally.max_magnitude = greatest(max_magnitude);
}

#[inline(always)]
fn counts(x: &[f64; BLOCK], y: &[f64; BLOCK], range: &Range, tally: &mut Tally) {
    let mut lanes = [[0u64; LANES]; 7];
    for (x, y) in x.chunks_exact(LANES).zip(y.chunks_exact(LANES)) {
        for i in 0..LANES {
            let (x, y) = (x[i], y[i]);
            let (from, to) = (x.abs() < f64::INFINITY, y.abs() < f64::INFINITY);
            let past = (x > range.greatest) | (x < range.least) | !to;
            lanes[0][i] += u64::from(from & to);
            lanes[1][i] += u64::from(from & to & (x != 0.0));
            lanes[2][i] += u64::from(from & past);
            lanes[3][i] += u64::from((x != 0.0) & (y == 0.0));
            lanes[4][i] += u64::from((y != 0.0) & (y.abs() < range.least_normal));
            lanes[5][i] += u64::from(y.is_nan());
            lanes[6][i] += u64::from(x.is_nan());
        }
    }
    let [
        finite,
        nonzero,
        outside,
        vanished,
        subnormal,
        nan,
        nan_reference,
    ] = lanes.map(|lanes| lanes.iter().sum());
    *tally = Tally {
        finite,
        nonzero,
        outside,
        vanished,
        subnormal,
        nan,
        nan_reference,
        ..*tally
    };
}

/// Everything about a block, padded with zeros to its full length; and the exponents of the powers
/// of two that the sums of squares and of squared errors are to be multiplied by.
pub(super) fn tally(
    level: Level,
    x: &[f64; BLOCK],
    y: &[f64; BLOCK],
    range: &Range,
) -> (Tally, [i32; 2]) {
    let mut tally = Tally::default();
    dispatch!(level, _simd => {
        errors(x, y, [1.0; 2], &mut tally);
        counts(x, y, range, &mut tally);
    });
    let exponents = [tally.max_magnitude, tally.max_absolute].map(scale_of);
    if exponents == [0; 2] {
        return (tally, exponents);
    }
    let scales = exponents.map(|exponent| f64::from_bits(((1023 - exponent) as u64) << 52));
    dispatch!(level, _simd => errors(x, y, scales, &mut tally));
    (tally, exponents.map(|exponent| 2 * exponent))
}

/// The exponent to scale by before squaring, where the squares would leave the range of f64: then
/// the greatest is brought near 1, and what is lost below is nothing beside it.
fn scale_of(greatest: f64) -> i32 {
    let exponent = (greatest.to_bits() >> 52 & 0x7ff) as i32 - 1023;
    match exponent {
        -300..=450 => 0,
        _ if greatest == 0.0 || greatest == f64::INFINITY => 0,
        _ => exponent.clamp(-1000, 1000),
    }
}
