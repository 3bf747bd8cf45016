//! A rounder as the words of one operation's place in a kernel: `Site` of `shaders/arith/site.wgsl`.

use crate::Rounder;
use crate::arith::word32::{Word32, Word32Error};
use crate::arith::{Exact, Site, Sites};
use crate::random::Key;

/// Words of a site.
pub const SITE: usize = 20;

/// The words of a site.
pub fn site(rounder: &Rounder) -> Result<[u32; SITE], Word32Error> {
    let word32 = Word32::new(rounder)?;
    let base = Key::base(rounder.seed(), rounder.stream());
    let mut words = [0; SITE];
    words[..16].copy_from_slice(&word32.words());
    words[16] = (base >> 32) as u32;
    words[17] = base as u32;
    words[18] = u32::from(word32.is_random());
    Ok(words)
}

/// Those of all sites of a kernel, in their order.
pub fn sites<S: Sites<Arith = Exact>>(sites: &S, list: &[Site]) -> Result<Vec<u32>, Word32Error> {
    let mut words = Vec::with_capacity(SITE * list.len());
    for place in list {
        words.extend(site(&sites.at(*place).rounder())?);
    }
    Ok(words)
}
