//! The assertions: by what the code is written over, with inputs or without, as a panic or a value.

use std::panic::Location;
use std::rc::Rc;

use super::outcome::{self, Outcome};
use super::probe::{Probe, Run};
use super::report::Report;
use super::scalar::{self, Scalar};
use super::{Robust, RobustError};
use crate::arith::{PerSite, Site};

impl Robust {
    /// Asserts it of code over [`Arith`](crate::arith::Arith).
    ///
    /// # Panics
    /// If it does not hold, or cannot be decided: with a [`RobustError`] in words.
    #[track_caller]
    pub fn check<T: Outcome>(&self, code: impl FnMut(&Probe) -> T) {
        assert_kept(self.try_check(code));
    }

    /// [`Robust::check`] as a value.
    ///
    /// # Errors
    /// [`RobustError`].
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::arith::Arith;
    /// use roundoff::robust::Robust;
    /// let report = Robust::at(Format::BINARY16)
    ///     .keeps_bits(10)
    ///     .try_check(|a| a.div(a.num(1.0), a.num(3.0)))?;
    /// assert!(report.worst.bits >= 10.0);
    /// # Ok::<(), roundoff::robust::RobustError>(())
    /// ```
    #[track_caller]
    pub fn try_check<T: Outcome>(
        &self,
        mut code: impl FnMut(&Probe) -> T,
    ) -> Result<Report, RobustError> {
        let mut run = over_arith(|probe, _| code(probe));
        self.judged(Location::caller(), &[], &[Vec::new()], &mut run)
    }

    /// The same for each of several inputs, all of which must keep the bits.
    ///
    /// # Panics
    /// As [`Robust::check`].
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::arith::Arith;
    /// use roundoff::robust::Robust;
    /// Robust::at(Format::BINARY16)
    ///     .keeps_bits(9)
    ///     .check_over([[3.0, 4.0], [5.0, 12.0]], |a, x| a.hypot(a.num(x[0]), a.num(x[1])));
    /// ```
    #[track_caller]
    pub fn check_over<T: Outcome>(
        &self,
        inputs: impl IntoIterator<Item: AsRef<[f64]>>,
        code: impl FnMut(&Probe, &[f64]) -> T,
    ) {
        assert_kept(self.try_check_over(inputs, code));
    }

    /// [`Robust::check_over`] as a value.
    ///
    /// # Errors
    /// [`RobustError`].
    #[track_caller]
    pub fn try_check_over<T: Outcome>(
        &self,
        inputs: impl IntoIterator<Item: AsRef<[f64]>>,
        code: impl FnMut(&Probe, &[f64]) -> T,
    ) -> Result<Report, RobustError> {
        self.judged(
            Location::caller(),
            &[],
            &rows(inputs),
            &mut over_arith(code),
        )
    }

    /// Asserts it of code that is generic over `num_traits`.
    ///
    /// # Panics
    /// As [`Robust::check`].
    ///
    /// ```
    /// use num_traits::Float;
    /// use roundoff::Format;
    /// use roundoff::robust::{Robust, Scalar};
    ///
    /// fn norm<T: Float>(x: &[T]) -> T {
    ///     x.iter().fold(T::zero(), |sum, x| sum + *x * *x).sqrt()
    /// }
    /// Robust::at(Format::BFLOAT16)
    ///     .keeps_bits(5)
    ///     .check_real(|| norm(&[Scalar::new(0.1), Scalar::new(0.2)]));
    /// ```
    #[track_caller]
    pub fn check_real<T: Outcome>(&self, code: impl FnMut() -> T) {
        assert_kept(self.try_check_real(code));
    }

    /// [`Robust::check_real`] as a value.
    ///
    /// # Errors
    /// [`RobustError`].
    #[track_caller]
    pub fn try_check_real<T: Outcome>(
        &self,
        mut code: impl FnMut() -> T,
    ) -> Result<Report, RobustError> {
        let mut run = over_real(|_| code());
        self.judged(Location::caller(), &[], &[Vec::new()], &mut run)
    }

    /// The same for each of several inputs, which come rounded into the format.
    ///
    /// # Panics
    /// As [`Robust::check`].
    #[track_caller]
    pub fn check_real_over<T: Outcome>(
        &self,
        inputs: impl IntoIterator<Item: AsRef<[f64]>>,
        code: impl FnMut(&[Scalar]) -> T,
    ) {
        assert_kept(self.try_check_real_over(inputs, code));
    }

    /// [`Robust::check_real_over`] as a value.
    ///
    /// # Errors
    /// [`RobustError`].
    #[track_caller]
    pub fn try_check_real_over<T: Outcome>(
        &self,
        inputs: impl IntoIterator<Item: AsRef<[f64]>>,
        mut code: impl FnMut(&[Scalar]) -> T,
    ) -> Result<Report, RobustError> {
        let mut run = over_real(|row| {
            let numbers: Vec<Scalar> = row.iter().map(|x| Scalar::new(*x)).collect();
            code(&numbers)
        });
        self.judged(Location::caller(), &[], &rows(inputs), &mut run)
    }

    /// Asserts it of a kernel with named sites, whose names a failure shows.
    ///
    /// # Panics
    /// As [`Robust::check`].
    ///
    /// ```
    /// use roundoff::Format;
    /// use roundoff::kernels::summation::{SITES, Summation};
    /// use roundoff::robust::Robust;
    /// let terms = [0.1; 100];
    /// Robust::at(Format::BINARY16)
    ///     .keeps_bits(8)
    ///     .check_sites(SITES, |sites| Summation::Kahan.sum(sites, &terms));
    /// ```
    #[track_caller]
    pub fn check_sites<T: Outcome>(
        &self,
        sites: &'static [Site],
        code: impl FnMut(&PerSite<Probe>) -> T,
    ) {
        assert_kept(self.try_check_sites(sites, code));
    }

    /// [`Robust::check_sites`] as a value.
    ///
    /// # Errors
    /// [`RobustError`].
    #[track_caller]
    pub fn try_check_sites<T: Outcome>(
        &self,
        sites: &'static [Site],
        mut code: impl FnMut(&PerSite<Probe>) -> T,
    ) -> Result<Report, RobustError> {
        if sites.is_empty() {
            return Err(RobustError::NoSites);
        }
        let mut run = |run: Rc<Run>, _: &[f64]| {
            let probe = |site: Site| Probe::new(Rc::clone(&run), site.name());
            match PerSite::new(sites).with_default(probe).build() {
                Ok(sites) => outcome::list(&code(&sites)),
                // There is a site, and each has a probe.
                Err(_) => Vec::new(),
            }
        };
        self.judged(Location::caller(), sites, &[Vec::new()], &mut run)
    }
}

fn rows(inputs: impl IntoIterator<Item: AsRef<[f64]>>) -> Vec<Vec<f64>> {
    inputs
        .into_iter()
        .map(|row| row.as_ref().to_vec())
        .collect()
}

fn over_arith<T: Outcome>(
    mut code: impl FnMut(&Probe, &[f64]) -> T,
) -> impl FnMut(Rc<Run>, &[f64]) -> Vec<f64> {
    move |run, row| outcome::list(&code(&Probe::new(run, ""), row))
}

fn over_real<T: Outcome>(
    mut code: impl FnMut(&[f64]) -> T,
) -> impl FnMut(Rc<Run>, &[f64]) -> Vec<f64> {
    move |run, row| scalar::with_run(run, || outcome::list(&code(row)))
}

#[track_caller]
fn assert_kept(found: Result<Report, RobustError>) {
    if let Err(error) = found {
        panic!("{error}");
    }
}
