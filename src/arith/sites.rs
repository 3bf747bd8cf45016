//! Named operations of a kernel, each with an arithmetic of its own.

use thiserror::Error;

use super::{Arith, Exact};
use crate::chop::Rounder;

/// A named operation of a kernel: one place in its text.
///
/// A kernel has its sites as constants, numbered from 0 in the order of their list:
///
/// ```
/// use roundoff::arith::Site;
/// pub const MULTIPLY: Site = Site::new(0, "multiply");
/// pub const ACCUMULATE: Site = Site::new(1, "accumulate");
/// pub const SITES: &[Site] = &[MULTIPLY, ACCUMULATE];
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    index: usize,
    name: &'static str,
}

impl Site {
    /// The site at `index` of its kernel's list.
    pub const fn new(index: usize, name: &'static str) -> Self {
        Self { index, name }
    }

    /// Its place in the list.
    pub const fn index(self) -> usize {
        self.index
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// The arithmetic at each site of a kernel.
pub trait Sites {
    /// Of one kind everywhere, so that numbers flow between sites.
    type Arith: Arith;

    /// The arithmetic at a site.
    fn at(&self, site: Site) -> &Self::Arith;
}

/// The same arithmetic everywhere.
impl<A: Arith> Sites for A {
    type Arith = A;

    #[inline(always)]
    fn at(&self, _: Site) -> &A {
        self
    }
}

/// An arithmetic for each site.
///
/// ```
/// use roundoff::arith::{Arith, PerSite, Site, Sites};
/// const MULTIPLY: Site = Site::new(0, "multiply");
/// const ACCUMULATE: Site = Site::new(1, "accumulate");
/// fn dot<S: Sites>(sites: &S, x: &[f64], y: &[f64]) -> f64 {
///     let (multiply, accumulate) = (sites.at(MULTIPLY), sites.at(ACCUMULATE));
///     let mut sum = accumulate.num(0.0);
///     for (x, y) in x.iter().zip(y) {
///         sum = accumulate.add(sum, multiply.mul(multiply.num(*x), multiply.num(*y)));
///     }
///     accumulate.value(sum)
/// }
/// # fn with<A: Arith>(narrow: A, wide: A) -> Result<(), roundoff::arith::SiteError> {
/// let sites = PerSite::new(&[MULTIPLY, ACCUMULATE])
///     .with("multiply", narrow)?
///     .with("accumulate", wide)?
///     .build()?;
/// dot(&sites, &[1.0], &[2.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PerSite<A> {
    ariths: Vec<A>,
}

/// [`PerSite`] in the making: what it has for each site so far.
#[derive(Clone, Debug)]
pub struct PerSiteBuilder<A> {
    sites: &'static [Site],
    ariths: Vec<Option<A>>,
}

/// A site that a kernel does not have, or that has no arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SiteError {
    /// No site of that name.
    #[error("no site \"{name}\": this kernel has {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The kernel's sites.
        known: String,
    },
    /// Nothing was said for a site.
    #[error("site \"{name}\" has no arithmetic: give it one, or all sites a default")]
    Missing {
        /// The site.
        name: &'static str,
    },
    /// A list of no sites.
    #[error("this kernel has no sites: give its arithmetic itself")]
    Empty,
}

impl<A> PerSite<A> {
    /// None of the kernel's sites has an arithmetic yet. `sites` are in order, from index 0.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(sites: &'static [Site]) -> PerSiteBuilder<A> {
        PerSiteBuilder {
            sites,
            ariths: sites.iter().map(|_| None).collect(),
        }
    }

    /// The arithmetics, in the order of the sites.
    pub fn ariths(&self) -> &[A] {
        &self.ariths
    }
}

impl PerSite<Exact> {
    /// A [`Rounder`] at each site. Those of a stochastic rounding get a stream of their own, so
    /// that equal sites do not draw equal words: their rounder's, moved by 2^32 x the site's index.
    ///
    /// ```
    /// use roundoff::arith::{PerSite, Site};
    /// use roundoff::{Format, Rounder, Rounding};
    /// const MULTIPLY: Site = Site::new(0, "multiply");
    /// const ACCUMULATE: Site = Site::new(1, "accumulate");
    /// let narrow = Rounder::new(Format::OCP_E4M3).with_rounding(Rounding::STOCHASTIC);
    /// let wide = Rounder::new(Format::BINARY32);
    /// let sites = PerSite::rounders(&[MULTIPLY, ACCUMULATE])
    ///     .with_rounder("multiply", &narrow)?
    ///     .with_rounders(&wide)
    ///     .build()?;
    /// assert_eq!(sites.ariths().len(), 2);
    /// # Ok::<(), roundoff::arith::SiteError>(())
    /// ```
    pub fn rounders(sites: &'static [Site]) -> PerSiteBuilder<Exact> {
        Self::new(sites)
    }
}

impl PerSiteBuilder<Exact> {
    /// With a rounder at the site of that name.
    ///
    /// # Errors
    /// [`SiteError::Unknown`] if the kernel has no such site.
    pub fn with_rounder(self, name: &str, rounder: &Rounder) -> Result<Self, SiteError> {
        let site = self.sites.iter().find(|site| site.name() == name).copied();
        let site = site.unwrap_or(Site::new(0, ""));
        self.with(name, at_site(rounder, site))
    }

    /// With a rounder at every site that has none yet.
    #[must_use]
    pub fn with_rounders(self, rounder: &Rounder) -> Self {
        self.with_default(|site| at_site(rounder, site))
    }
}

/// The rounder's arithmetic, in the site's stream.
fn at_site(rounder: &Rounder, site: Site) -> Exact {
    let moved = (site.index() as u64) << 32;
    Exact::new(&rounder.with_stream(rounder.stream().wrapping_add(moved)))
}

impl<A> PerSiteBuilder<A> {
    /// With an arithmetic at the site of that name.
    ///
    /// # Errors
    /// [`SiteError::Unknown`] if the kernel has no such site.
    pub fn with(mut self, name: &str, arith: A) -> Result<Self, SiteError> {
        match self.sites.iter().position(|site| site.name() == name) {
            Some(at) => {
                self.ariths[at] = Some(arith);
                Ok(self)
            }
            None => Err(SiteError::Unknown {
                name: name.to_owned(),
                known: names(self.sites),
            }),
        }
    }

    /// With an arithmetic, made from the site, at every site that has none yet: a stochastic one
    /// wants a stream of its own at each.
    #[must_use]
    pub fn with_default(mut self, mut arith: impl FnMut(Site) -> A) -> Self {
        for (slot, site) in self.ariths.iter_mut().zip(self.sites) {
            slot.get_or_insert_with(|| arith(*site));
        }
        self
    }

    /// The arithmetic of all sites.
    ///
    /// # Errors
    /// [`SiteError::Missing`] if some site has none, [`SiteError::Empty`] if there is no site.
    pub fn build(self) -> Result<PerSite<A>, SiteError> {
        if self.sites.is_empty() {
            return Err(SiteError::Empty);
        }
        self.sites
            .iter()
            .zip(self.ariths)
            .map(|(site, arith)| arith.ok_or(SiteError::Missing { name: site.name() }))
            .collect::<Result<_, _>>()
            .map(|ariths| PerSite { ariths })
    }
}

fn names(sites: &[Site]) -> String {
    let names: Vec<&str> = sites.iter().map(|site| site.name()).collect();
    names.join(", ")
}

impl<A: Arith> Sites for PerSite<A> {
    type Arith = A;

    /// A site past the list, which is another kernel's, has the last one's arithmetic.
    #[inline(always)]
    fn at(&self, site: Site) -> &A {
        &self.ariths[site.index().min(self.ariths.len() - 1)]
    }
}
