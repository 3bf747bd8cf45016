//! How many samples a claim needs.
//!
//! N samples that all keep the bits say, with confidence c, that a run keeps them with probability
//! p or more, where p^N <= 1 - c: whatever the distribution (D. Sohier, P. de Oliveira Castro,
//! F. Févotte, B. Lathuilière, E. Petit, O. Jamond, *Confidence intervals for stochastic
//! arithmetic*, ACM TOMS 47(2), 2021, arXiv 1807.09655, section 3.2).
//!
//! | probability | confidence | samples |
//! |---|---|---|
//! | 0.90 | 0.95 | 29 |
//! | 0.95 | 0.95 | 59 |
//! | 0.99 | 0.95 | 299 |

use thiserror::Error;

use crate::measure::confidence::samples_needed;

/// The most samples that are taken of an input.
pub const MOST_SAMPLES: u64 = 1_000_000;

/// A claim about runs, and how sure it is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    probability: f64,
    confidence: f64,
    samples: u64,
}

/// No such claim can be tested.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ConfidenceError {
    /// Not between 0 and 1.
    #[error("a {what} of {value}: it must lie between 0 and 1, such as 0.95")]
    Range {
        /// Probability or confidence.
        what: &'static str,
        /// What was asked for.
        value: f64,
    },
    /// Too many samples.
    #[error(
        "a probability of {probability} with confidence {confidence} takes more than {MOST_SAMPLES} \
         samples: lower one of them"
    )]
    Samples {
        /// What was asked for.
        probability: f64,
        /// What was asked for.
        confidence: f64,
    },
}

impl Confidence {
    /// A run does it with `probability`, said with `confidence`.
    ///
    /// # Errors
    /// [`ConfidenceError`] unless both are between 0 and 1 and [`MOST_SAMPLES`] are enough.
    ///
    /// ```
    /// use roundoff::robust::Confidence;
    /// assert_eq!(Confidence::new(0.95, 0.95)?.samples(), 59);
    /// # Ok::<(), roundoff::robust::ConfidenceError>(())
    /// ```
    pub fn new(probability: f64, confidence: f64) -> Result<Self, ConfidenceError> {
        for (what, value) in [("probability", probability), ("confidence", confidence)] {
            if !(value > 0.0 && value < 1.0) {
                return Err(ConfidenceError::Range { what, value });
            }
        }
        match samples_needed(probability, confidence) {
            Some(samples) if samples <= MOST_SAMPLES => Ok(Self {
                probability,
                confidence,
                samples,
            }),
            _ => Err(ConfidenceError::Samples {
                probability,
                confidence,
            }),
        }
    }

    /// p: how probable a run that does it is claimed to be.
    pub const fn probability(&self) -> f64 {
        self.probability
    }

    /// c: how sure the claim is.
    pub const fn confidence(&self) -> f64 {
        self.confidence
    }

    /// N: the samples that must all do it.
    pub const fn samples(&self) -> u64 {
        self.samples
    }

    /// The greatest probability that N samples all do it where a run does it with less than
    /// [`Confidence::probability`]: p^N, no more than 1 - c.
    pub fn missed_alarm_rate(&self) -> f64 {
        libm::pow(self.probability, self.samples as f64)
    }

    /// The probability that not all of N samples do it where a run does it with probability
    /// `truly`: 1 - truly^N.
    ///
    /// ```
    /// use roundoff::robust::Confidence;
    /// let claim = Confidence::new(0.95, 0.95)?;
    /// // One run in 10,000 loses the bits: the check fails once in 170 seeds.
    /// assert!((claim.false_alarm_rate(0.9999) - 0.0059).abs() < 1e-4);
    /// # Ok::<(), roundoff::robust::ConfidenceError>(())
    /// ```
    pub fn false_alarm_rate(&self, truly: f64) -> f64 {
        1.0 - libm::pow(truly, self.samples as f64)
    }
}
