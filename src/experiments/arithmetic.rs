//! An arithmetic for each site, known when the program runs.
//!
//! Kernels are generic over [`Sites`](crate::arith::Sites), the catalogue's are objects: what runs them must be one of a
//! few types. [`Any`] is any arithmetic whose numbers are f64s behind a reference: traced, faulty,
//! of blocks, your own. It costs a call through a table for each operation, so what most runs are
//! in has a way of its own: [`Exact`].
//!
//! ```
//! use roundoff::arith::{Arith, Native};
//! use roundoff::experiments::Any;
//! let any = Any(&Native);
//! assert_eq!(any.add(1.0, 2.0), 3.0);
//! ```

use std::cmp::Ordering;
use std::fmt;

use crate::arith::{Arith, Binary, Exact, PerSite, Site, SiteError, Ternary, Trace, Traced, Unary};
use crate::chop::Rounder;
use crate::numbers::{NumbersArith, Quantizer};

use super::catalogue::SubjectError;

/// Any arithmetic of f64s, behind a reference.
#[derive(Clone, Copy)]
pub struct Any<'a>(pub &'a dyn Arith<Num = f64>);

impl fmt::Debug for Any<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Any")
    }
}

impl Arith for Any<'_> {
    type Num = f64;

    fn num(&self, x: f64) -> f64 {
        self.0.num(x)
    }

    fn value(&self, x: f64) -> f64 {
        self.0.value(x)
    }

    fn unary(&self, operation: Unary, x: f64) -> f64 {
        self.0.unary(operation, x)
    }

    fn binary(&self, operation: Binary, x: f64, y: f64) -> f64 {
        self.0.binary(operation, x, y)
    }

    fn ternary(&self, operation: Ternary, x: f64, y: f64, z: f64) -> f64 {
        self.0.ternary(operation, x, y, z)
    }

    fn compare(&self, x: f64, y: f64) -> Option<Ordering> {
        self.0.compare(x, y)
    }

    fn is_nan(&self, x: f64) -> bool {
        self.0.is_nan(x)
    }
}

/// What runs a kernel of the catalogue.
#[derive(Clone, Copy, Debug)]
pub enum Arithmetic<'a> {
    /// Each operation the exact result, rounded once.
    Exact(&'a PerSite<Exact>),
    /// Anything.
    Any(&'a PerSite<Any<'a>>),
}

impl<'a> From<&'a PerSite<Exact>> for Arithmetic<'a> {
    fn from(sites: &'a PerSite<Exact>) -> Self {
        Self::Exact(sites)
    }
}

impl<'a> From<&'a PerSite<Any<'a>>> for Arithmetic<'a> {
    fn from(sites: &'a PerSite<Any<'a>>) -> Self {
        Self::Any(sites)
    }
}

/// A rounder for each site, as [`PerSite::rounders`] takes them: stochastic ones get a stream a
/// site.
///
/// # Errors
/// [`SiteError::Empty`] without sites.
///
/// ```
/// use roundoff::experiments::{Arithmetic, arithmetic, catalogue};
/// use roundoff::{Format, Rounder};
/// let sum = catalogue::find("sum")?;
/// let narrow = Rounder::new(Format::BFLOAT16);
/// let wide = Rounder::new(Format::BINARY32);
/// let sites = arithmetic::rounders(sum.sites(), |site| match site.name() {
///     "accumulation" => wide,
///     _ => narrow,
/// })?;
/// let inputs = sum.generate(1000, 1.0, 7)?;
/// let result = sum.run(Arithmetic::Exact(&sites), Default::default(), &inputs)?;
/// assert_eq!(result.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rounders(
    sites: &'static [Site],
    mut rounder: impl FnMut(Site) -> Rounder,
) -> Result<PerSite<Exact>, SiteError> {
    sites
        .iter()
        .try_fold(PerSite::rounders(sites), |builder, site| {
            builder.with_rounder(site.name(), &rounder(*site))
        })?
        .build()
}

/// Numbers of any kind at each site, posits or fixed point, say; stochastic ones get a stream a site,
/// as those of [`rounders`] do.
///
/// # Errors
/// [`SubjectError::Breakdown`] for blocks, whose numbers share a scale.
pub fn numbers(
    sites: &'static [Site],
    mut quantizer: impl FnMut(Site) -> Quantizer,
) -> Result<PerSite<NumbersArith>, SubjectError> {
    let told = |error: &dyn fmt::Display| SubjectError::Breakdown(error.to_string());
    let mut builder = PerSite::new(sites);
    for site in sites {
        let quantizer = quantizer(*site);
        let stream = quantizer.stream().wrapping_add((site.index() as u64) << 32);
        let arith = NumbersArith::new(&quantizer).map_err(|error| told(&error))?;
        builder = builder
            .with(site.name(), arith.with_stream(stream))
            .map_err(|error| told(&error))?;
    }
    builder.build().map_err(|error| told(&error))
}

/// The same, traced: what happened at each site is in [`Traced::trace`].
///
/// # Errors
/// [`SiteError::Empty`] without sites.
pub fn traced(
    sites: &'static [Site],
    rounder: impl FnMut(Site) -> Rounder,
) -> Result<PerSite<Traced<Exact>>, SiteError> {
    let exact = rounders(sites, rounder)?;
    PerSite::new(sites)
        .with_default(|site| {
            // As many arithmetics as sites, in their order.
            let exact = exact.ariths()[site.index()].clone();
            let format = *exact.exactly().format();
            Traced::new(exact, format)
        })
        .build()
}

/// Any arithmetics of a kernel's sites, by reference.
///
/// # Errors
/// [`SiteError::Empty`] without sites.
pub fn any<'a, A: Arith<Num = f64>>(
    sites: &'static [Site],
    ariths: &'a PerSite<A>,
) -> Result<PerSite<Any<'a>>, SiteError> {
    PerSite::new(sites)
        .with_default(|site| {
            let last = ariths.ariths().len() - 1;
            Any(&ariths.ariths()[site.index().min(last)])
        })
        .build()
}

/// What happened at each site of a traced run.
pub fn traces(
    sites: &'static [Site],
    ariths: &PerSite<Traced<Exact>>,
) -> Vec<(&'static str, Trace)> {
    sites
        .iter()
        .zip(ariths.ariths())
        .map(|(site, traced)| (site.name(), traced.trace().clone()))
        .collect()
}
