//! A result beside its reference, both as a whole: normwise, componentwise, in units and in values of
//! the target format, in bits.
//!
//! With x the reference and y the result, over the pairs in which both are finite:
//!
//! | figure | formula | source |
//! |---|---|---|
//! | absolute | max abs(y_i - x_i) | |
//! | normwise | max abs(y_i - x_i) / max abs(x_i) | Higham 2002, 6.2 |
//! | componentwise | max abs(y_i - x_i) / abs(x_i), x_i not zero | Higham 2002, 1.2 |
//! | ulps | max abs(y_i - x_i) / ulp(x_i), ulp(x) = 2^(max(e, emin) - p + 1), 2^e <= abs(x) < 2^(e+1) | Goldberg 1991; Muller et al. 2018, 2.3 |
//! | apart | values of the format from x_i, rounded to nearest, to y_i | |
//! | significant bits | -log2 of normwise, no less than 0, no more than 53 | |
//! | signal to noise in dB | 10 log10(sum x_i^2 / sum (y_i - x_i)^2) | |
//! | cosine | sum x_i y_i / sqrt(sum x_i^2 sum y_i^2) | |
//!
//! A result that is not finite where the reference is is counted; it makes normwise infinite and leaves
//! no significant bit. Differences are taken from a reference of 106 digits ([`Truth`]), so they are
//! right for results of 53 digits too.

use super::apart::{apart, ulp};
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Reference};
use crate::format::Format;

/// A reference: each value as the f64 nearest to it and the f64 nearest to what that leaves.
///
/// ```
/// use roundoff::measure::vector::Truth;
/// let truth = Truth::from(vec![1.0, -3.0]);
/// assert_eq!((truth.len(), truth.magnitude()), (2, 3.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    high: Vec<f64>,
    low: Vec<f64>,
    /// Of the values; asked of every result.
    magnitude: f64,
}

impl From<Vec<f64>> for Truth {
    /// Values that are f64s.
    fn from(high: Vec<f64>) -> Self {
        Self::new(high, Vec::new())
    }
}

impl Truth {
    /// Values and what is left of each; where one slice is shorter, what is missing is zero.
    pub fn new(high: Vec<f64>, mut low: Vec<f64>) -> Self {
        low.resize(high.len(), 0.0);
        let finite = high.iter().filter(|x| x.is_finite());
        Self {
            magnitude: finite.fold(0.0, |most, x| most.max(x.abs())),
            high,
            low,
        }
    }

    /// 106 digits of numbers of the reference arithmetic.
    pub fn of(numbers: &[Unrounded]) -> Self {
        let r = Reference;
        let split = |x: &Unrounded| {
            let high = r.value(*x);
            match high.is_finite() {
                true => (high, r.value(r.sub(*x, r.num(high)))),
                false => (high, 0.0),
            }
        };
        let (high, low) = numbers.iter().map(split).unzip();
        Self::new(high, low)
    }

    /// Values.
    pub fn len(&self) -> usize {
        self.high.len()
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.high.is_empty()
    }

    /// The nearest f64s.
    pub fn high(&self) -> &[f64] {
        &self.high
    }

    /// What those leave.
    pub fn low(&self) -> &[f64] {
        &self.low
    }

    /// The greatest magnitude of a finite value; 0 without one.
    pub const fn magnitude(&self) -> f64 {
        self.magnitude
    }
}

/// How far a result is from its reference; the [module](self) has the formulas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Pairs.
    pub count: u64,
    /// Pairs in which both are finite.
    pub finite: u64,
    /// Results that are infinite or NaN where the reference is finite.
    pub not_finite: u64,
    /// Results of zero where the reference is not zero.
    pub vanished: u64,
    /// The largest deviation.
    pub absolute: f64,
    /// The largest deviation over the largest reference.
    pub normwise: f64,
    /// The largest relative deviation; infinite where the reference is zero and the result is not.
    pub componentwise: f64,
    /// The largest deviation in units in the last place of the format; none without a format.
    pub ulps: Option<f64>,
    /// The largest number of values of the format between reference and result.
    pub apart: Option<u64>,
    /// -log2(normwise), from 0 to 53.
    pub significant_bits: f64,
    /// Signal to noise: infinite where nothing deviates; none without signal and noise.
    pub snr_db: Option<f64>,
    /// The cosine of the angle between the two; none where one is zero.
    pub cosine: Option<f64>,
    /// Where the deviation is largest: the first that is not finite, if there is one.
    pub worst: Option<usize>,
}

impl Figures {
    /// Of a result beside its reference, in a format or none; of what both have, if one is longer.
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::measure::vector::{Figures, Truth};
    /// let truth = Truth::from(vec![1.0, -4.0]);
    /// let figures = Figures::of(&truth, &[1.5, -4.0], Some(&Format::OCP_E2M1));
    /// assert_eq!((figures.normwise, figures.componentwise), (0.125, 0.5));
    /// // The values of this format from 1 to 4 are 1, 1.5, 2, 3, 4.
    /// assert_eq!((figures.ulps, figures.apart), (Some(1.0), Some(1)));
    /// assert_eq!((figures.significant_bits, figures.worst), (3.0, Some(0)));
    /// ```
    pub fn of(truth: &Truth, result: &[f64], format: Option<&Format>) -> Self {
        let magnitude = truth.magnitude();
        let mut figures = Self {
            count: 0,
            finite: 0,
            not_finite: 0,
            vanished: 0,
            absolute: 0.0,
            normwise: 0.0,
            componentwise: 0.0,
            ulps: format.map(|_| 0.0),
            apart: format.map(|_| 0),
            significant_bits: MOST_BITS,
            snr_db: None,
            cosine: None,
            worst: None,
        };
        // Squares are of numbers over a power of two that the greatest does not exceed.
        let scale = inverse_power(magnitude);
        let [mut signal, mut noise, mut product, mut square] = [0.0; 4];
        let parts = truth.high.iter().zip(&truth.low).zip(result);
        for (i, ((x, low), y)) in parts.enumerate() {
            figures.count += 1;
            if !x.is_finite() {
                continue;
            }
            if !y.is_finite() {
                if figures.not_finite == 0 {
                    figures.worst = Some(i);
                }
                figures.not_finite += 1;
                continue;
            }
            figures.finite += 1;
            let deviation = ((y - x) - low).abs();
            // Few elements are the worst so far: a product says which cannot be, and saves the rest
            // of them a quotient.
            if *x != 0.0 {
                if deviation >= figures.componentwise * x.abs() * NEARLY {
                    figures.componentwise = figures.componentwise.max(deviation / x.abs());
                }
                figures.vanished += u64::from(*y == 0.0);
            } else if deviation > 0.0 {
                figures.componentwise = f64::INFINITY;
            }
            if let Some(format) = format
                && deviation > 0.0
            {
                let unit = ulp(format, *x);
                let most = figures.ulps.get_or_insert(0.0);
                if deviation >= *most * unit {
                    *most = most.max(deviation / unit);
                }
                let most = figures.apart.get_or_insert(0);
                // Values are nearest to each other where they are least, and either number is half a
                // step at most from its own: so many steps and no more than one besides.
                let least = match (*x < 0.0) == (*y < 0.0) {
                    true => ulp(format, x.abs().min(y.abs())),
                    false => ulp(format, 0.0),
                };
                if deviation + low.abs() >= *most as f64 * least {
                    *most = apart(format, *x, *y).max(*most);
                }
            }
            if figures.not_finite == 0 && (deviation > figures.absolute || figures.worst.is_none())
            {
                figures.worst = Some(i);
            }
            figures.absolute = figures.absolute.max(deviation);
            let (x, y, d) = (x * scale, y * scale, deviation * scale);
            signal += x * x;
            noise += d * d;
            product += x * y;
            square += y * y;
        }
        figures.snr_db = match (signal == 0.0, noise == 0.0) {
            (true, true) => None,
            (_, true) => Some(f64::INFINITY),
            (true, _) => Some(f64::NEG_INFINITY),
            _ => Some(10.0 * (libm::log10(signal) - libm::log10(noise))),
        };
        let lengths = signal.sqrt() * square.sqrt();
        figures.cosine = (lengths > 0.0 && lengths.is_finite()).then(|| product / lengths);
        figures.normwise = match figures.absolute == 0.0 {
            _ if figures.not_finite > 0 => f64::INFINITY,
            true => 0.0,
            false => figures.absolute / magnitude,
        };
        figures.significant_bits = significant_bits(figures.normwise);
        figures
    }
}

/// A little below 1: more than the rounding of two products.
const NEARLY: f64 = 1.0 - 4.0 * f64::EPSILON;

/// As many bits as an f64 has digits.
const MOST_BITS: f64 = f64::MANTISSA_DIGITS as f64;

/// -log2 of a relative deviation, no less than 0 and no more than 53; 0 of NaN.
///
/// ```
/// use roundoff::measure::vector::significant_bits;
/// assert_eq!(significant_bits(2f64.powi(-10)), 10.0);
/// assert_eq!(significant_bits(0.0), 53.0);
/// assert_eq!(significant_bits(f64::INFINITY), 0.0);
/// ```
pub fn significant_bits(relative: f64) -> f64 {
    match relative {
        0.0 => MOST_BITS,
        _ if relative.is_nan() => 0.0,
        // Of 1 that is 0, not -0.
        _ => (-libm::log2(relative)).clamp(0.0, MOST_BITS) + 0.0,
    }
}

/// 2^-e for 2^e <= x < 2^(e+1), at most 2^1000; 1 of zero.
fn inverse_power(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let field = (x.to_bits() >> 52 & 0x7ff) as i64;
    f64::from_bits((2046 - field).clamp(23, 2023) as u64 * (1 << 52))
}
