//! Parts of a plan, for machines beside each other.

use std::fmt;
use std::str::FromStr;

use super::plan::PlanError;

/// A part of a plan: the trials whose identity has this remainder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    part: u64,
    parts: u64,
}

impl Default for Shard {
    /// Everything.
    fn default() -> Self {
        Self { part: 1, parts: 1 }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.part, self.parts))
    }
}

impl FromStr for Shard {
    type Err = PlanError;

    /// Reads `3/64`: the third of 64 parts.
    fn from_str(text: &str) -> Result<Self, PlanError> {
        let numbers = text.split_once('/').and_then(|(part, parts)| {
            Some((part.trim().parse().ok()?, parts.trim().parse().ok()?))
        });
        match numbers {
            Some((part, parts)) if (1..=parts).contains(&part) => Ok(Self { part, parts }),
            _ => Err(PlanError::Shard {
                text: text.chars().take(40).collect(),
            }),
        }
    }
}

impl Shard {
    /// Is the trial of that identity in this part?
    pub const fn has(self, identity: u64) -> bool {
        identity % self.parts == self.part - 1
    }

    /// Is it everything?
    pub const fn is_whole(self) -> bool {
        self.parts == 1
    }
}
