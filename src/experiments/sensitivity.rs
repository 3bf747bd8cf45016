//! Which operation needs the bits: one site lowered at a time, and all but one.
//!
//! | figure | sites in the format | the others |
//! |---|---|---|
//! | alone | this one | binary64 |
//! | spared | all but this one | binary64 at this one |
//!
//! A site that keeps few bits *alone* cannot be in that format, whatever the others are. A site
//! whose widening gains bits (*spared* above *all*) is what holds the rest back; where several
//! sites lose as much, widening one of them gains nothing, and only *alone* shows it. So sites are
//! ranked by *alone*, then by *spared*.
//!
//! ```
//! use roundoff::experiments::cases::Cases;
//! use roundoff::experiments::catalogue;
//! use roundoff::experiments::sensitivity::sensitivity;
//! use roundoff::{Format, Rounder};
//! let sums = Cases::generate(catalogue::find("sum")?, 1000, 1.0, 0..4)?;
//! let found = sensitivity(&sums, &Rounder::new(Format::BFLOAT16))?;
//! // Terms of one sign: the accumulator stalls, inputs and output do not matter.
//! assert_eq!(found.sites[0].site.name(), "accumulation");
//! assert!(found.sites[0].alone < 3.0 && found.sites[0].spared > 7.0);
//! # Ok::<(), roundoff::experiments::SubjectError>(())
//! ```

use super::cases::Cases;
use super::catalogue::SubjectError;
use crate::arith::Site;
use crate::chop::Rounder;
use crate::format::Format;

/// Significant bits that the kernel keeps, the fewest of all cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// With every site in the format.
    pub all: f64,
    /// With none: binary64 throughout.
    pub none: f64,
    /// By site, the one that needs the bits most first.
    pub sites: Vec<SiteSensitivity>,
}

/// What one site does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteSensitivity {
    /// Which.
    pub site: Site,
    /// Bits kept with this site alone in the format.
    pub alone: f64,
    /// Bits kept with all sites but this one in the format.
    pub spared: f64,
}

/// Lowers one site at a time to `rounder`, and all but one.
///
/// # Errors
/// [`SubjectError`] if the kernel refuses its inputs.
pub fn sensitivity(cases: &Cases, rounder: &Rounder) -> Result<Sensitivity, SubjectError> {
    let wide = Rounder::new(Format::BINARY64);
    let lowered =
        |lower: &dyn Fn(Site) -> bool| cases.bits(|site| if lower(site) { *rounder } else { wide });
    let one = |site: &Site| {
        Ok(SiteSensitivity {
            site: *site,
            alone: lowered(&|other| other == *site)?,
            spared: lowered(&|other| other != *site)?,
        })
    };
    let sites = cases.subject().sites();
    let mut sites = sites
        .iter()
        .map(one)
        .collect::<Result<Vec<_>, SubjectError>>()?;
    sites.sort_by(|a, b| {
        a.alone
            .total_cmp(&b.alone)
            .then(b.spared.total_cmp(&a.spared))
    });
    Ok(Sensitivity {
        all: lowered(&|_| true)?,
        none: lowered(&|_| false)?,
        sites,
    })
}
