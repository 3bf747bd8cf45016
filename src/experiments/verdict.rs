//! Who is at fault where bits are lost: the algorithm, the problem, or the format.
//!
//! Four figures, each in significant bits (-log2 of the largest deviation over the largest
//! reference), p the digits of the format:
//!
//! | figure | of |
//! |---|---|
//! | kept | the algorithm in the format, beside the exact result |
//! | unlimited | the same with exponents without end |
//! | inputs | the *exact* result of inputs moved by half a unit of the format, the worst of several directions |
//! | p | the format itself: storing a result loses the others |
//!
//! *Inputs* is what the condition of the problem leaves: whoever gets inputs in this format cannot
//! count on more, whatever the algorithm (Higham, *Accuracy and Stability of Numerical Algorithms*,
//! 2nd ed., 2002, section 1.6: forward error <= condition number x backward error). From the first
//! line that holds:
//!
//! | if | the fault is |
//! |---|---|
//! | kept >= floor | nobody's |
//! | p < floor | the format's precision |
//! | unlimited >= floor | the format's range |
//! | inputs < floor | the problem's condition |
//! | kept < min(p, inputs) - 3 | the algorithm: unstable, it loses far more than its inputs' rounding explains |
//! | else | the format's precision: as good as a sound algorithm gets, and a few digits short |
//!
//! Constants in the code are the algorithm's, not inputs. Beside the verdict stand the a-priori
//! bounds where the kernel has them: gamma_n = n u / (1 - n u), and the one that holds with high
//! probability, of order sqrt(n) u (N. J. Higham, T. Mary, *A new approach to probabilistic rounding
//! error analysis*, SIAM J. Sci. Comput. 41(5), 2019).
//!
//! ```
//! use roundoff::arith::Arith;
//! use roundoff::experiments::verdict::{Fault, Question};
//! use roundoff::{Format, Rounder};
//! // The smaller root of x^2 - 2 p x + q by the textbook.
//! let verdict = Question::new(&Rounder::new(Format::BINARY16))
//!     .keeping(6.0)
//!     .of_code(&[20.0, 1.0], |a, x| {
//!         let (p, q) = (a.num(x[0]), a.num(x[1]));
//!         a.sub(p, a.sqrt(a.sub(a.mul(p, p), q)))
//!     })?;
//! // Its root hardly depends on the inputs' last digits: another algorithm would keep the bits.
//! assert_eq!(verdict.fault, Fault::Algorithm);
//! # Ok::<(), roundoff::experiments::verdict::VerdictError>(())
//! ```

use std::fmt;

use thiserror::Error;

use super::arithmetic::{Arithmetic, rounders};
use super::catalogue::{Bound, Inputs, Subject, SubjectError};
use crate::arith::SiteError;
use crate::chop::Rounder;
use crate::format::Format;
use crate::kernels::order::Order;
use crate::measure::vector::Truth;
use crate::random::word;
use crate::robust::bits::normwise;
use crate::robust::{self, Outcome, Probe};
use crate::rounding::Rounding;

/// Directions in which the inputs are moved.
const DIRECTIONS: u64 = 32;
/// Bits that a sound algorithm may lose beside what its inputs' rounding loses.
const SOUND: f64 = 3.0;

/// Who is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody: the bits are kept.
    Nobody,
    /// The algorithm: another one could keep them.
    Algorithm,
    /// The problem: rounded inputs alone lose them.
    Condition,
    /// The format has too few digits.
    Precision,
    /// The format's exponents end too early.
    Range,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Nobody => "nobody",
            Self::Algorithm => "the algorithm",
            Self::Condition => "the problem's condition",
            Self::Precision => "the format's precision",
            Self::Range => "the format's range",
        })
    }
}

/// The figures and what follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Who is at fault.
    pub fault: Fault,
    /// The bits asked for.
    pub floor: f64,
    /// The format's digits.
    pub precision: u32,
    /// Bits that the algorithm keeps in the format.
    pub kept: f64,
    /// Bits that it would keep with exponents without end.
    pub unlimited: f64,
    /// Bits that the exact result keeps when its inputs move by half a unit; none without inputs.
    pub inputs: Option<f64>,
    /// What the movement is multiplied with on its way to the result: 2^(p - inputs), a lower
    /// estimate of the condition number. None without inputs.
    pub condition: Option<f64>,
    /// What the error can be at most, where the kernel knows.
    pub bound: Option<Bound>,
}

/// No verdict.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VerdictError {
    /// Bits out of range.
    #[error("{0} bits: a verdict can be about 0 to 53")]
    Floor(f64),
    /// The kernel refuses its inputs.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// A kernel without sites.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// There is no result to compare with.
    #[error("in exact arithmetic the result is {0}: nothing to compare with")]
    Reference(&'static str),
}

/// What is asked: a format and rounding, and the bits to keep.
#[derive(Clone, Debug)]
pub struct Question {
    rounder: Rounder,
    floor: f64,
}

/// One computation: its result in an arithmetic, or exactly.
trait Computation {
    fn rounded(&mut self, rounder: &Rounder) -> Result<Vec<f64>, VerdictError>;
    fn exact(&mut self, moved: Option<&Movement<'_>>) -> Result<Truth, VerdictError>;
    fn has_inputs(&self) -> bool;
}

/// Inputs moved by half a unit of a format, up or down by random signs.
struct Movement<'a> {
    format: &'a Format,
    seed: u64,
}

impl Movement<'_> {
    /// x, half a step of the format up or down. What has no exponent stays.
    fn apply(&self, values: &mut [f64], stream: u64) {
        for (index, x) in values.iter_mut().enumerate() {
            if *x == 0.0 || !x.is_finite() {
                continue;
            }
            let exponent = libm::ilogb(*x).max(self.format.emin());
            let half = libm::scalbn(1.0, exponent - self.format.precision() as i32);
            let up = word(self.seed, stream, index as u64) & 1 == 0;
            *x += if up { half } else { -half };
        }
    }
}

impl Question {
    /// Does it keep half the format's digits?
    pub fn new(rounder: &Rounder) -> Self {
        Self {
            rounder: *rounder,
            floor: f64::from(rounder.format().precision().div_ceil(2)),
        }
    }

    /// Does it keep so many?
    #[must_use]
    pub fn keeping(self, floor: f64) -> Self {
        Self { floor, ..self }
    }

    /// Of code over [`Arith`](crate::arith::Arith), with its inputs; constants in the code are not
    /// moved.
    ///
    /// # Errors
    /// [`VerdictError`].
    pub fn of_code<T: Outcome>(
        &self,
        inputs: &[f64],
        code: impl FnMut(&Probe, &[f64]) -> T,
    ) -> Result<Verdict, VerdictError> {
        let mut computation = Code { inputs, code };
        let truth = computation.exact(None)?;
        self.judge(&mut computation, &truth, None)
    }

    /// Of a kernel of the catalogue.
    ///
    /// # Errors
    /// [`VerdictError`].
    ///
    /// ```
    /// use roundoff::experiments::catalogue;
    /// use roundoff::experiments::verdict::{Fault, Question};
    /// use roundoff::{Format, Rounder};
    /// let lu = catalogue::find("lu")?;
    /// let inputs = lu.generate(10, 1e6, 1)?;
    /// let question = Question::new(&Rounder::new(Format::BINARY16));
    /// let verdict = question.of_kernel(lu, Default::default(), &inputs)?;
    /// assert_eq!(verdict.fault, Fault::Condition);
    /// # Ok::<(), roundoff::experiments::verdict::VerdictError>(())
    /// ```
    pub fn of_kernel(
        &self,
        subject: &'static dyn Subject,
        order: Order,
        inputs: &Inputs,
    ) -> Result<Verdict, VerdictError> {
        let truth = subject.reference(inputs)?;
        // Twice the error where the rounding is not to nearest.
        let nearest = matches!(
            self.rounder.rounding(),
            Rounding::NearestTiesToEven | Rounding::NearestTiesToAway | Rounding::NearestTiesToZero
        );
        let unit = self.rounder.format().unit_roundoff() * if nearest { 1.0 } else { 2.0 };
        let theorem = subject.theorem(inputs, &truth);
        let bound = theorem.and_then(|theorem| theorem.bound(unit, order));
        let mut computation = Kernel {
            subject,
            order,
            inputs,
        };
        self.judge(&mut computation, &truth, bound)
    }

    fn judge(
        &self,
        computation: &mut impl Computation,
        truth: &Truth,
        bound: Option<Bound>,
    ) -> Result<Verdict, VerdictError> {
        if !(0.0..=f64::from(f64::MANTISSA_DIGITS)).contains(&self.floor) {
            return Err(VerdictError::Floor(self.floor));
        }
        if truth.is_empty() {
            return Err(VerdictError::Reference("empty"));
        }
        if truth.high().iter().any(|x| x.is_nan()) {
            return Err(VerdictError::Reference("NaN"));
        }
        let format = self.rounder.format();
        let precision = format.precision();
        let kept = normwise(truth, &computation.rounded(&self.rounder)?);
        let open = Format::precision_only(precision).unwrap_or(*format);
        let open = Rounder::new(open)
            .with_rounding(self.rounder.rounding())
            .with_seed(self.rounder.seed());
        let unlimited = normwise(truth, &computation.rounded(&open)?);
        let inputs = match computation.has_inputs() {
            true => Some(moved(computation, truth, format)?),
            false => None,
        };
        let digits = f64::from(precision);
        let reach = inputs.unwrap_or(digits).min(digits);
        let fault = if kept >= self.floor {
            Fault::Nobody
        } else if digits < self.floor {
            Fault::Precision
        } else if unlimited >= self.floor {
            Fault::Range
        } else if reach < self.floor {
            Fault::Condition
        } else if kept < reach - SOUND {
            Fault::Algorithm
        } else {
            Fault::Precision
        };
        Ok(Verdict {
            fault,
            floor: self.floor,
            precision,
            kept,
            unlimited,
            inputs,
            condition: inputs.map(|bits| libm::exp2(digits - bits)),
            bound,
        })
    }
}

/// The fewest bits of all directions.
fn moved(
    computation: &mut impl Computation,
    truth: &Truth,
    format: &Format,
) -> Result<f64, VerdictError> {
    let mut fewest = f64::from(f64::MANTISSA_DIGITS);
    for seed in 0..DIRECTIONS {
        let moved = match computation.exact(Some(&Movement { format, seed })) {
            Ok(moved) => normwise(truth, moved.high()),
            // So close to a breakdown that moved inputs have no result.
            Err(VerdictError::Subject(SubjectError::Breakdown(_))) => 0.0,
            Err(error) => return Err(error),
        };
        fewest = fewest.min(moved);
    }
    Ok(fewest)
}

/// Code over an arithmetic, and its inputs.
struct Code<'a, F> {
    inputs: &'a [f64],
    code: F,
}

impl<T: Outcome, F: FnMut(&Probe, &[f64]) -> T> Computation for Code<'_, F> {
    fn rounded(&mut self, rounder: &Rounder) -> Result<Vec<f64>, VerdictError> {
        Ok(robust::rounded(rounder, self.inputs, &mut self.code))
    }

    fn exact(&mut self, moved: Option<&Movement<'_>>) -> Result<Truth, VerdictError> {
        let mut inputs = self.inputs.to_vec();
        if let Some(movement) = moved {
            movement.apply(&mut inputs, 0);
        }
        Ok(Truth::from(robust::exact(&inputs, &mut self.code)))
    }

    fn has_inputs(&self) -> bool {
        !self.inputs.is_empty()
    }
}

/// A kernel of the catalogue, and its inputs.
struct Kernel<'a> {
    subject: &'static dyn Subject,
    order: Order,
    inputs: &'a Inputs,
}

impl Computation for Kernel<'_> {
    fn rounded(&mut self, rounder: &Rounder) -> Result<Vec<f64>, VerdictError> {
        let sites = rounders(self.subject.sites(), |_| *rounder)?;
        match self
            .subject
            .run(Arithmetic::Exact(&sites), self.order, self.inputs)
        {
            Ok(result) => Ok(result),
            // No result: no bit of it is kept.
            Err(SubjectError::Breakdown(_)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    fn exact(&mut self, moved: Option<&Movement<'_>>) -> Result<Truth, VerdictError> {
        let mut inputs = self.inputs.clone();
        if let Some(movement) = moved {
            let slots = self.subject.card().slots;
            for (stream, array) in inputs.arrays_mut().iter_mut().enumerate() {
                let places = |slot: &&super::catalogue::Slot| slot.name == array.name();
                if slots
                    .iter()
                    .find(places)
                    .is_some_and(|slot| !slot.structure)
                {
                    movement.apply(array.values_mut(), stream as u64);
                }
            }
        }
        Ok(self.subject.reference(&inputs)?)
    }

    fn has_inputs(&self) -> bool {
        self.subject.card().slots.iter().any(|slot| !slot.structure)
    }
}
