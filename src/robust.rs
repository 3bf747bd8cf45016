//! Assertions for your own `cargo test`: does this code keep its bits in that format?
//!
//! ```
//! use roundoff::Format;
//! use roundoff::arith::Arith;
//! use roundoff::robust::Robust;
//!
//! /// The smaller root of x^2 - 2 p x + q, without cancellation.
//! fn root<A: Arith>(a: &A, p: f64, q: f64) -> A::Num {
//!     let (p, q) = (a.num(p), a.num(q));
//!     a.div(q, a.add(p, a.sqrt(a.sub(a.mul(p, p), q))))
//! }
//!
//! // In a #[test]:
//! Robust::at(Format::BFLOAT16)
//!     .keeps_bits(6)
//!     .with_confidence(0.95, 0.95)
//!     .check(|a| root(a, 50.0, 1.0));
//! ```
//!
//! The code runs once in 128 digits, which gives the reference; once in the format, rounded to
//! nearest; and as often as the [claim](confidence) needs with stochastic rounding of every
//! operation, from fixed seeds: so the same test gives the same answer each time, on every machine.
//! All of them must keep the bits.
//!
//! *Significant bits* are -log2 of the largest deviation over the largest reference, from 0 to 53:
//! they do not depend on the scale.
//!
//! * [`Robust::check`]: code over [`Arith`](crate::arith::Arith).
//! * [`Robust::check_real`]: code generic over `num_traits`, called with [`Scalar`].
//! * [`Robust::check_sites`]: a kernel with named sites.
//!
//! The first two have a sister `..._over` that takes inputs, and a failure shows the worst of them by
//! its bits. It also shows the operation that lost the bits, by file and line: the one whose result
//! keeps the fewest of its operands' bits, beside the exact numbers (A. Sanchez-Stern, P. Panchekha,
//! S. Lerner, Z. Tatlock, *Finding root causes of floating point error*, PLDI 2018). And
//! comparisons that do not go the same way in all samples.
//!
//! # How often it errs
//!
//! With probability p and confidence c, N samples are taken ([`Confidence::samples`]). Code that
//! keeps its bits with a probability below p passes with a probability of at most 1 - c, over
//! seeds. Code that keeps them with probability s fails with 1 - s^N: none where it always keeps
//! them. Of one seed the answer is always the same. `tests/robust/rates.rs` confirms both
//! rates by 10,000 checks each.

#[cfg(feature = "report")]
pub mod baseline;
pub(crate) mod bits;
mod checks;
pub mod confidence;
mod error;
mod hex;
mod judge;
mod log;
mod outcome;
mod pair;
mod probe;
mod report;
mod scalar;

use std::panic::Location;

use crate::arith::Site;
use crate::chop::Rounder;
use crate::faults::Faults;
use crate::format::Format;
use crate::rounding::{Rounding, Saturation};
use judge::Code;
use log::Log;
use probe::{Purpose, Run};

pub use confidence::{Confidence, ConfidenceError};
pub use error::RobustError;
pub use hex::Hex;
pub use log::Loss;
pub use outcome::Outcome;
pub use pair::Pair;
pub use probe::Probe;
pub use report::{Report, UnstableBranch, Worst};
pub use scalar::{Probing, Scalar};

/// An assertion in the making: which format, which bits, how sure.
#[derive(Clone, Debug)]
#[must_use = "an assertion does nothing before .check"]
pub struct Robust {
    rounder: Rounder,
    floor: Option<f64>,
    by_component: bool,
    probability: f64,
    confidence: f64,
    only_seed: Option<u64>,
    stable_branches: bool,
    faults: Option<(Faults, Option<String>)>,
    #[cfg(feature = "report")]
    baseline: Option<(String, baseline::Files)>,
}

impl Robust {
    /// In that format: to nearest, ties to even, and with stochastic rounding; probability and
    /// confidence 0.95; seeds from 0.
    pub fn at(format: Format) -> Self {
        Self {
            rounder: Rounder::new(format),
            floor: None,
            by_component: false,
            probability: 0.95,
            confidence: 0.95,
            only_seed: None,
            stable_branches: false,
            faults: None,
            #[cfg(feature = "report")]
            baseline: None,
        }
    }

    /// So many significant bits must be left, 0 to 53; fractions count.
    pub fn keeps_bits(self, floor: impl Into<f64>) -> Self {
        Self {
            floor: Some(floor.into()),
            ..self
        }
    }

    /// A run keeps the bits with `probability`, said with `confidence`: samples follow from the
    /// two ([`Confidence`]).
    pub fn with_confidence(self, probability: f64, confidence: f64) -> Self {
        Self {
            probability,
            confidence,
            ..self
        }
    }

    /// Each component of a result by its own scale, not all by the largest.
    pub fn by_component(self) -> Self {
        Self {
            by_component: true,
            ..self
        }
    }

    /// Another rounding for the one run that is not stochastic.
    pub fn with_rounding(self, rounding: Rounding) -> Self {
        let rounder = self.rounder.with_rounding(rounding);
        Self { rounder, ..self }
    }

    /// Another saturation.
    pub fn with_saturation(self, saturation: Saturation) -> Self {
        let rounder = self.rounder.with_saturation(saturation);
        Self { rounder, ..self }
    }

    /// Seeds from another number on.
    pub fn with_seed(self, seed: u64) -> Self {
        let rounder = self.rounder.with_seed(seed);
        Self { rounder, ..self }
    }

    /// The sample of that seed alone: what a failure printed.
    pub fn only_seed(self, seed: u64) -> Self {
        Self {
            only_seed: Some(seed),
            ..self
        }
    }

    /// Comparisons must go the same way in all samples.
    pub fn with_stable_branches(self) -> Self {
        Self {
            stable_branches: true,
            ..self
        }
    }

    /// Bits of results flip, in every sample, by its seed: which bits and with what probability,
    /// `faults` say. The run to nearest is not hit.
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::arith::Arith;
    /// use roundoff::faults::{Faults, Field};
    /// use roundoff::robust::Robust;
    /// // One result in a hundred has a bit of its exponent flipped: a sum does not live with that.
    /// let found = Robust::at(Format::BINARY16)
    ///     .keeps_bits(4)
    ///     .with_faults(Faults::new(0.01)?.with_field(Field::Exponent))
    ///     .try_check(|a| (0..100).fold(a.num(0.0), |sum, _| a.add(sum, a.num(0.5))));
    /// assert!(found.is_err());
    /// # Ok::<(), roundoff::faults::FaultError>(())
    /// ```
    pub fn with_faults(self, faults: Faults) -> Self {
        Self {
            faults: Some((faults, None)),
            ..self
        }
    }

    /// The same at one site of a kernel alone: for [`Robust::check_sites`].
    pub fn with_faults_at(self, site: &str, faults: Faults) -> Self {
        Self {
            faults: Some((faults, Some(site.to_owned()))),
            ..self
        }
    }

    /// Compares the digits that the test needs with those that it needed, by its name in
    /// `roundoff.toml` ([`baseline`]).
    #[cfg(feature = "report")]
    pub fn with_baseline(self, name: &str) -> Self {
        self.with_baseline_in(name, baseline::Files::of_test())
    }

    /// The same with files of another place.
    #[cfg(feature = "report")]
    pub fn with_baseline_in(self, name: &str, files: baseline::Files) -> Self {
        Self {
            baseline: Some((name.to_owned(), files)),
            ..self
        }
    }

    /// Faults at a site that no operation has would never come.
    fn check_fault_site(&self, sites: &[Site]) -> Result<(), RobustError> {
        let Some((_, Some(name))) = &self.faults else {
            return Ok(());
        };
        let names: Vec<&str> = sites.iter().map(|site| site.name()).collect();
        if names.contains(&name.as_str()) {
            return Ok(());
        }
        Err(RobustError::FaultSite {
            name: name.clone(),
            known: match names.is_empty() {
                true => "only .check_sites has sites".to_owned(),
                false => format!("this kernel has {}", names.join(", ")),
            },
        })
    }

    /// The answer: an error unless it is yes.
    fn judged(
        &self,
        at: &'static Location<'static>,
        sites: &[Site],
        rows: &[Vec<f64>],
        code: Code<'_>,
    ) -> Result<Report, RobustError> {
        self.check_fault_site(sites)?;
        let report = self.judge(at, rows, code)?;
        #[cfg(feature = "report")]
        self.compare(at, rows, code, &report)?;
        match report.passes() {
            true => Ok(report),
            false => Err(RobustError::Failed(Box::new(report))),
        }
    }
}

/// The result of code in exact arithmetic: what `experiments::verdict` compares with.
pub(crate) fn exact<T: Outcome>(
    input: &[f64],
    code: &mut impl FnMut(&Probe, &[f64]) -> T,
) -> Vec<f64> {
    let wide = Rounder::new(Format::BINARY64);
    let run = Run::new(Purpose::Reference, &wide, Log::default());
    outcome::list(&code(&Probe::new(run, ""), input))
}

/// The result of code with every operation rounded.
pub(crate) fn rounded<T: Outcome>(
    rounder: &Rounder,
    input: &[f64],
    code: &mut impl FnMut(&Probe, &[f64]) -> T,
) -> Vec<f64> {
    let run = Run::new(Purpose::Sample, rounder, Log::default());
    outcome::list(&code(&Probe::new(run, ""), input))
}
