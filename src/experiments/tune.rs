//! The fewest digits that still do.
//!
//! * [`Search::precision`]: the least precision of all sites together, exponents without end.
//! * [`Search::range`]: with that precision, the least greatest exponent and the greatest least one, each
//!   apart with the other end open.
//! * [`Search::per_site`]: a precision for each site, none of which can lose a digit by itself: delta
//!   debugging over the sites (A. Zeller, R. Hildebrandt, *Simplifying and isolating
//!   failure-inducing input*, IEEE TSE 28(2), 2002; for precisions C. Rubio-González et al.,
//!   *Precimonious*, SC 2013), with steps that are halved.
//!
//! Each ends with a confirming run on inputs that the search did not see. Errors are not monotone
//! in the precision, and a search that ran into a lucky place finds too few digits: then the
//! confirmation fails, and the result says so.
//!
//! ```
//! use roundoff::Rounding;
//! use roundoff::experiments::cases::Cases;
//! use roundoff::experiments::{catalogue, tune};
//! let softmax = catalogue::find("softmax")?;
//! let seen = Cases::generate(softmax, 64, 8.0, 0..4)?;
//! let unseen = Cases::generate(softmax, 64, 8.0, 100..104)?;
//! let search = tune::Search::new(&seen, &unseen, 6.0);
//! let found = search.precision()?.expect("53 digits keep 6 bits");
//! assert!((6..=12).contains(&found.value));
//! # Ok::<(), roundoff::experiments::SubjectError>(())
//! ```

use super::cases::Cases;
use super::catalogue::SubjectError;
use crate::arith::Site;
use crate::chop::Rounder;
use crate::format::{Format, FormatError, NAMED, NamedFormat, Subnormals};
use crate::least::{Least, least};
use crate::rounding::Rounding;

/// Digits of f64, the most that a search begins with.
const MOST: u32 = f64::MANTISSA_DIGITS;
/// Exponents of f64.
const EMIN: i32 = -1022;
const EMAX: i32 = 1023;

/// What is searched: cases to search on, others to confirm with, the bits to keep.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    seen: &'a Cases,
    unseen: &'a Cases,
    floor: f64,
    rounding: Rounding,
    subnormals: Subnormals,
}

/// The least exponent range that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The greatest exponent of the least normal value that keeps the bits.
    pub emin: i32,
    /// The least exponent of the greatest value.
    pub emax: i32,
    /// Did both ends together keep them, on inputs that the search did not see?
    pub confirmed: bool,
}

/// A precision for each site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerSitePrecision {
    /// In the order of the kernel's sites.
    pub sites: Vec<(Site, u32)>,
    /// Did they keep the bits on inputs that the search did not see?
    pub confirmed: bool,
    /// Runs over all cases that the search took.
    pub tried: u32,
}

fn format(precision: u32, emin: i32, emax: i32, subnormals: Subnormals) -> Format {
    // In range by the bounds of the searches; the widest there is otherwise.
    Format::custom(precision, emin, emax, subnormals).unwrap_or(Format::BINARY64)
}

impl<'a> Search<'a> {
    /// To nearest, with subnormals.
    pub const fn new(seen: &'a Cases, unseen: &'a Cases, floor: f64) -> Self {
        Self {
            seen,
            unseen,
            floor,
            rounding: Rounding::NearestTiesToEven,
            subnormals: Subnormals::Kept,
        }
    }

    /// With another rounding.
    #[must_use]
    pub const fn with_rounding(self, rounding: Rounding) -> Self {
        Self { rounding, ..self }
    }

    /// Trial 0 is the search's, others confirm.
    fn keep(&self, trial: u64, format: impl Fn(Site) -> Format) -> Result<bool, SubjectError> {
        let cases = if trial == 0 { self.seen } else { self.unseen };
        cases.keep(self.floor, |site| {
            Rounder::new(format(site)).with_rounding(self.rounding)
        })
    }

    /// The least precision, all sites alike; none where 53 digits are not enough.
    ///
    /// # Errors
    /// [`SubjectError`] if the kernel refuses its inputs.
    pub fn precision(&self) -> Result<Option<Least>, SubjectError> {
        least(1, MOST, |precision, trial| {
            self.keep(trial, |_| format(precision, EMIN, EMAX, self.subnormals))
        })
    }

    /// The least range of exponents with that precision; none where even f64's does not do.
    ///
    /// # Errors
    /// [`SubjectError`] if the kernel refuses its inputs.
    pub fn range(&self, precision: u32) -> Result<Option<Range>, SubjectError> {
        let with = |emin, emax| format(precision, emin, emax, self.subnormals);
        // Steps from the wide end: a positive number each, greater is wider.
        let top = |emax: u32| with(EMIN, emax as i32 + EMIN);
        let top = least(0, (EMAX - EMIN) as u32, |emax, _| {
            self.keep(0, |_| top(emax))
        })?;
        let bottom = |depth: u32| with(EMAX - depth as i32, EMAX);
        let bottom = least(0, (EMAX - EMIN) as u32, |depth, _| {
            self.keep(0, |_| bottom(depth))
        })?;
        let (Some(top), Some(bottom)) = (top, bottom) else {
            return Ok(None);
        };
        let (emax, emin) = (top.value as i32 + EMIN, EMAX - bottom.value as i32);
        // A range that ends where it begins has one binade.
        let emin = emin.min(emax);
        let both = |_| with(emin, emax);
        Ok(Some(Range {
            emin,
            emax,
            confirmed: self.keep(0, both)? && self.keep(1, both)?,
        }))
    }

    /// A precision for each site, from `start` digits everywhere downward; none where those do not
    /// keep the bits.
    ///
    /// # Errors
    /// [`SubjectError`] if the kernel refuses its inputs.
    pub fn per_site(&self, start: u32) -> Result<Option<PerSitePrecision>, SubjectError> {
        let sites = self.seen.subject().sites();
        let mut descent = Descent {
            search: self,
            digits: vec![start.clamp(1, MOST); sites.len()],
            tried: 0,
        };
        if !descent.keeps(0)? {
            return Ok(None);
        }
        let mut step = start.clamp(1, MOST) / 2;
        while step > 0 {
            let all: Vec<usize> = (0..sites.len()).collect();
            // As long as something goes down: what others gave up may let it.
            while descent.lower(&all, step)? {}
            step /= 2;
        }
        let confirmed = descent.keeps(1)?;
        Ok(Some(PerSitePrecision {
            sites: sites.iter().copied().zip(descent.digits).collect(),
            confirmed,
            tried: descent.tried,
        }))
    }
}

/// Digits on their way down.
struct Descent<'a> {
    search: &'a Search<'a>,
    digits: Vec<u32>,
    tried: u32,
}

impl Descent<'_> {
    fn keeps(&mut self, trial: u64) -> Result<bool, SubjectError> {
        self.tried += 1;
        let search = self.search;
        let digits = |site: Site| self.digits.get(site.index()).copied().unwrap_or(MOST);
        search.keep(trial, |site| {
            format(digits(site), EMIN, EMAX, search.subnormals)
        })
    }

    /// Takes `step` digits off all of `sites` together, or else off each half of them; true if
    /// anything went down.
    fn lower(&mut self, sites: &[usize], step: u32) -> Result<bool, SubjectError> {
        let can: Vec<usize> = sites
            .iter()
            .copied()
            .filter(|at| self.digits.get(*at).is_some_and(|digits| *digits > step))
            .collect();
        if can.is_empty() {
            return Ok(false);
        }
        let before = self.digits.clone();
        for at in &can {
            if let Some(digits) = self.digits.get_mut(*at) {
                *digits -= step;
            }
        }
        if self.keeps(0)? {
            return Ok(true);
        }
        self.digits = before;
        if can.len() == 1 {
            return Ok(false);
        }
        let (left, right) = can.split_at(can.len() / 2);
        let left = self.lower(left, step)?;
        Ok(self.lower(right, step)? || left)
    }
}

/// The named formats that have the precision and the range, those of the fewest bits first.
pub fn named(precision: u32, range: Option<Range>) -> Vec<&'static NamedFormat> {
    let enough = |named: &&NamedFormat| {
        let format = &named.format;
        format.is_signed()
            && format.precision() >= precision
            && range.is_none_or(|range| format.emin() <= range.emin && format.emax() >= range.emax)
    };
    let mut found: Vec<&NamedFormat> = NAMED.iter().filter(enough).collect();
    found.sort_by_key(|named| named.format.width().unwrap_or(u32::MAX));
    found
}

/// The format of a precision and a range.
///
/// # Errors
/// [`FormatError`] out of f64's range.
pub fn custom(precision: u32, range: Range) -> Result<Format, FormatError> {
    Format::custom(precision, range.emin, range.emax, Subnormals::Kept)
}
