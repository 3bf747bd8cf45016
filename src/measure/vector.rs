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

mod together;

use super::apart::Steps;
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Reference};
use crate::format::Format;
use crate::instructions::level;
use together::{BLOCK, Sums, Together};

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
    /// Values and what is left of each; where one slice is shorter, what is missing is zero, and so
    /// is what is not finite.
    pub fn new(high: Vec<f64>, mut low: Vec<f64>) -> Self {
        low.resize(high.len(), 0.0);
        for low in low.iter_mut().filter(|low| !low.is_finite()) {
            *low = 0.0;
        }
        // Numbers from 0 are in the order of their bits.
        let magnitudes = high.iter().map(|x| x.abs());
        let finite = magnitudes.map(|x| if x < f64::INFINITY { x } else { 0.0 }.to_bits());
        Self {
            magnitude: f64::from_bits(finite.max().unwrap_or(0)),
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
        let count = truth.len().min(result.len());
        let mut figures = Self {
            count: count as u64,
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
        let mut sums = Sums::new(inverse_power(magnitude));
        let steps = format.map(Steps::of);
        let level = level();
        for from in (0..count).step_by(BLOCK) {
            let here = from..count.min(from + BLOCK);
            let pairs = [&truth.high, &truth.low, result].map(|all| &all[here.clone()]);
            let block = Together::of(level, pairs, steps.as_ref(), &mut sums);
            figures.absorb(from, pairs, &block);
        }
        let [signal, noise, product, square] = sums.totals();
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

    /// Takes the pairs from a place on, and what they have.
    fn absorb(&mut self, from: usize, pairs: [&[f64]; 3], block: &Together) {
        if self.not_finite == 0 {
            let is_worse = block.absolute > self.absolute || self.worst.is_none();
            let is_lost = |(x, y): (&f64, &f64)| x.is_finite() && !y.is_finite();
            let place = match block.not_finite {
                0 if is_worse => block.place_of_worst(pairs),
                0 => None,
                _ => pairs[0].iter().zip(pairs[2]).position(is_lost),
            };
            self.worst = place.map(|place| from + place).or(self.worst);
        }
        self.finite += block.finite;
        self.not_finite += block.not_finite;
        self.vanished += block.vanished;
        self.absolute = self.absolute.max(block.absolute);
        self.componentwise = self.componentwise.max(block.componentwise);
        self.ulps = self.ulps.map(|most| most.max(block.ulps));
        self.apart = self.apart.map(|most| most.max(block.apart));
    }
}

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
