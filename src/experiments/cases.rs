//! A kernel of the catalogue on several inputs, each with its reference: what the searches ask.

use super::arithmetic::{Arithmetic, rounders};
use super::catalogue::{Inputs, Subject, SubjectError};
use crate::arith::Site;
use crate::chop::Rounder;
use crate::kernels::order::Order;
use crate::measure::vector::{Figures, Truth};

/// Values that all inputs have together at most: half a GiB.
const MOST_VALUES: usize = 1 << 26;

/// Inputs and references of a kernel.
#[derive(Clone, Debug)]
pub struct Cases {
    subject: &'static dyn Subject,
    order: Order,
    cases: Vec<(u64, Inputs, Truth)>,
}

impl Cases {
    /// Of these seeds.
    ///
    /// # Errors
    /// [`SubjectError`] where the kernel refuses size or condition, and where all inputs together
    /// have more than 2^26 values.
    ///
    /// ```
    /// use roundoff::experiments::cases::Cases;
    /// use roundoff::experiments::catalogue;
    /// use roundoff::{Format, Rounder};
    /// let sums = Cases::generate(catalogue::find("sum")?, 100, 1.0, 0..4)?;
    /// let bits = sums.bits(|_| Rounder::new(Format::BINARY16))?;
    /// assert!((5.0..12.0).contains(&bits));
    /// # Ok::<(), roundoff::experiments::SubjectError>(())
    /// ```
    pub fn generate(
        subject: &'static dyn Subject,
        size: usize,
        condition: f64,
        seeds: impl IntoIterator<Item = u64>,
    ) -> Result<Self, SubjectError> {
        let mut values = 0usize;
        let case = |seed| -> Result<_, SubjectError> {
            let inputs = subject.generate(size, condition, seed)?;
            values = counted(values, &inputs)?;
            let truth = subject.reference(&inputs)?;
            Ok((seed, inputs, truth))
        };
        Ok(Self {
            subject,
            order: Order::default(),
            cases: seeds.into_iter().map(case).collect::<Result<_, _>>()?,
        })
    }

    /// Those of another lot as well.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.cases.extend(more.cases);
        self
    }

    /// Sums in another order.
    #[must_use]
    pub fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// The kernel.
    pub fn subject(&self) -> &'static dyn Subject {
        self.subject
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.cases.len()
    }

    /// The fewest significant bits that a case keeps, 0 where it breaks down; 53 of no case.
    /// A stochastic rounder draws by the case's seed.
    ///
    /// # Errors
    /// [`SubjectError`] but for [`SubjectError::Breakdown`], which is a result.
    pub fn bits(&self, rounder: impl FnMut(Site) -> Rounder) -> Result<f64, SubjectError> {
        self.fewest(f64::NEG_INFINITY, rounder)
    }

    /// Do all cases keep so many bits?
    ///
    /// # Errors
    /// As [`Cases::bits`].
    pub fn keep(
        &self,
        floor: f64,
        rounder: impl FnMut(Site) -> Rounder,
    ) -> Result<bool, SubjectError> {
        self.fewest(floor, rounder).map(|bits| bits >= floor)
    }

    /// The fewest, or the first that are fewer than `enough`.
    fn fewest(
        &self,
        enough: f64,
        mut rounder: impl FnMut(Site) -> Rounder,
    ) -> Result<f64, SubjectError> {
        let mut fewest = f64::from(f64::MANTISSA_DIGITS);
        for (seed, inputs, truth) in &self.cases {
            let sites = rounders(self.subject.sites(), |site| {
                let rounder = rounder(site);
                rounder.with_seed(rounder.seed().wrapping_add(*seed))
            });
            let sites = sites.map_err(|error| SubjectError::Breakdown(error.to_string()))?;
            let arithmetic = Arithmetic::Exact(&sites);
            let bits = match self.subject.run(arithmetic, self.order, inputs) {
                Ok(result) => Figures::of(truth, &result, None).significant_bits,
                Err(SubjectError::Breakdown(_)) => 0.0,
                Err(error) => return Err(error),
            };
            // NaN bits: nothing is known, so nothing is kept.
            fewest = fewest.min(if bits.is_nan() { 0.0 } else { bits });
            if fewest < enough {
                break;
            }
        }
        Ok(fewest)
    }
}

/// Values so far, and those of one input more.
fn counted(values: usize, inputs: &Inputs) -> Result<usize, SubjectError> {
    let arrays = inputs.arrays().iter();
    let all = arrays.fold(values, |sum, array| {
        sum.saturating_add(array.values().len())
    });
    match all <= MOST_VALUES {
        true => Ok(all),
        false => Err(SubjectError::Array {
            array: "all inputs".to_owned(),
            problem: format!("more than {MOST_VALUES} values; take fewer inputs or a smaller size"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Array;
    use super::*;

    #[test]
    fn too_many_values_are_refused() {
        let inputs = Inputs::new(vec![Array::row("x", vec![0.0; 3])]);
        assert_eq!(counted(0, &inputs), Ok(3));
        assert_eq!(counted(MOST_VALUES - 3, &inputs), Ok(MOST_VALUES));
        let refused = counted(MOST_VALUES - 2, &inputs);
        assert!(refused.is_err_and(|error| error.to_string().contains("take fewer inputs")));
    }
}
