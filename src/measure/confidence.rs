//! Significant bits of samples, with a probability and a confidence.
//!
//! Of n results X of a stochastic arithmetic and a reference x, with Z = X / x - 1 (D. Sohier et
//! al., *Confidence intervals for stochastic arithmetic*, ACM TOMS 47(2), 2021, arXiv 1807.09655):
//!
//! | | bits s, so that P(abs(Z) <= 2^-s) >= p with confidence 1 - alpha | there |
//! |---|---|---|
//! | normal | -log2(deviation) - log2(sqrt((n - 1) / chi^2) Phi^-1((p + 1) / 2)), chi^2 the quantile of alpha / 2 with n - 1 degrees of freedom | theorem 2 |
//! | distribution-free | the least -log2 abs(Z_i), where n >= log(alpha) / log(p) | 4.2 |
//! | CESTAC | log2(sqrt(n) abs(mean) / (t deviation)), t Student's quantile of 1 - alpha / 2 | J. Vignes 1993 |
//!
//! The first wants Z to be normal; the second wants nothing but independent runs, and 29, 59 or 299
//! of them for p = 0.90, 0.95 or 0.99 at 95% confidence.

use super::quantiles::{chi_squared, normal, student};
use super::vector::significant_bits;

/// How many samples a distribution-free statement takes: the least n with 1 - p^n >= confidence.
/// None unless both are between 0 and 1.
///
/// ```
/// use roundoff::measure::confidence::samples_needed;
/// assert_eq!(samples_needed(0.90, 0.95), Some(29));
/// assert_eq!(samples_needed(0.95, 0.95), Some(59));
/// assert_eq!(samples_needed(0.99, 0.95), Some(299));
/// ```
pub fn samples_needed(probability: f64, confidence: f64) -> Option<u64> {
    let inside = |x: f64| x > 0.0 && x < 1.0;
    if !inside(probability) || !inside(confidence) {
        return None;
    }
    let n = libm::log1p(-confidence) / libm::log(probability);
    (n < 1e15).then(|| n.ceil().max(1.0) as u64)
}

/// Standard deviation of results relative to their mean, of n - 1 degrees of freedom.
fn deviation(samples: &[f64], mean: f64) -> f64 {
    let squares: f64 = samples.iter().map(|x| x / mean - 1.0).map(|z| z * z).sum();
    (squares / (samples.len() - 1) as f64).sqrt()
}

fn mean(samples: &[f64]) -> f64 {
    // Over n first: no sum that overflows.
    let n = samples.len() as f64;
    samples.iter().map(|x| x / n).sum()
}

/// Bits that a result keeps with that probability and confidence, if its errors are normal. The
/// reference is the samples' mean. None of fewer than two samples, or a probability or confidence
/// not between 0 and 1; from 0 to 53.
///
/// ```
/// use roundoff::measure::confidence::normal_bits;
/// let samples = [1.0, 1.25, 0.75, 1.0];
/// let bits = normal_bits(&samples, 0.95, 0.95).expect("samples enough");
/// assert_eq!(bits, 0.0);
/// assert_eq!(normal_bits(&[1.0], 0.95, 0.95), None);
/// ```
pub fn normal_bits(samples: &[f64], probability: f64, confidence: f64) -> Option<f64> {
    let shift = normal_shift(samples.len() as u64, probability, confidence)?;
    let deviation = deviation(samples, mean(samples));
    Some(significant_bits(deviation * libm::exp2(shift)))
}

/// By how many bits [`normal_bits`] is less than -log2 of the deviation (theorem 2).
///
/// ```
/// use roundoff::measure::confidence::normal_shift;
/// let shift = normal_shift(30, 0.99, 0.95).expect("samples enough");
/// assert!((shift - 1.792).abs() < 1e-3);
/// ```
pub fn normal_shift(samples: u64, probability: f64, confidence: f64) -> Option<f64> {
    let inside = |x: f64| x > 0.0 && x < 1.0;
    if samples < 2 || !inside(probability) || !inside(confidence) {
        return None;
    }
    let freedom = samples - 1;
    let chi = chi_squared(0.5 * (1.0 - confidence), freedom);
    let spread = normal(0.5 * (probability + 1.0));
    Some(0.5 * libm::log2(freedom as f64 / chi) + libm::log2(spread))
}

/// Bits that a result keeps with that probability and confidence, whatever the distribution: all
/// samples agree with the reference so far. None where there are fewer than [`samples_needed`]; from
/// 0 to 53.
///
/// ```
/// use roundoff::measure::confidence::free_bits;
/// let mut samples = vec![1.0; 58];
/// assert_eq!(free_bits(1.0, &samples, 0.95, 0.95), None);
/// samples.push(1.0 + 1.0 / 1024.0);
/// assert_eq!(free_bits(1.0, &samples, 0.95, 0.95), Some(10.0));
/// ```
pub fn free_bits(
    reference: f64,
    samples: &[f64],
    probability: f64,
    confidence: f64,
) -> Option<f64> {
    let needed = samples_needed(probability, confidence)?;
    if (samples.len() as u64) < needed {
        return None;
    }
    let bits = samples.iter().map(|x| {
        significant_bits(match *x == reference {
            true => 0.0,
            false => ((x - reference) / reference).abs(),
        })
    });
    bits.reduce(f64::min)
}

/// CESTAC's bits of the mean of a few samples (three, as a rule) with that confidence. None of fewer
/// than two; from 0 to 53.
///
/// ```
/// use roundoff::measure::confidence::cestac_bits;
/// assert_eq!(cestac_bits(&[1.0, 1.0, 1.0], 0.95), Some(53.0));
/// let bits = cestac_bits(&[1.0, 1.001, 0.999], 0.95).expect("three samples");
/// assert!((8.6..8.7).contains(&bits), "{bits}");
/// ```
pub fn cestac_bits(samples: &[f64], confidence: f64) -> Option<f64> {
    if samples.len() < 2 || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let n = samples.len() as f64;
    let t = student(0.5 * (1.0 + confidence), samples.len() as u64 - 1);
    let relative = deviation(samples, mean(samples)) * t / n.sqrt();
    Some(significant_bits(relative))
}
