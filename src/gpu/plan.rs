//! A rounder as the words that a shader is told.

use super::shader::Shader;
use super::{Gpu, GpuError};
use crate::Rounder;
use crate::chop::{Carriers, Host};
use crate::gpu::pipelines::Pipeline;
use crate::random::Key;

/// How values lie in GPU memory: a word each, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// f32 words.
    Narrow,
    /// f64 words, the low half first.
    Wide,
}

impl Lane {
    /// Bytes of a value.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Narrow => 4,
            Self::Wide => 8,
        }
    }

    /// Bits of a word, and those of its fraction.
    pub const fn widths(self) -> (u32, u32) {
        match self {
            Self::Narrow => (32, 23),
            Self::Wide => (64, 52),
        }
    }

    /// Words of so many bits as words of 32.
    pub fn split(self, words: impl IntoIterator<Item = u128>) -> Vec<u32> {
        let mut halves = Vec::new();
        for word in words {
            halves.push(word as u32);
            if self == Self::Wide {
                halves.push((word >> 32) as u32);
            }
        }
        halves
    }
}

/// A rounder's plan and the random words of an array.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub lane: Lane,
    pub plan: Vec<u32>,
    seed: u64,
    stream: u64,
}

impl Told {
    /// For values of a host: narrow words where they hold the plan.
    pub fn new<T: Host>(rounder: &Rounder) -> Self {
        let narrow = match T::CARRIER {
            Carriers::F64 => None,
            _ => Self::on::<T>(rounder, Lane::Narrow),
        };
        narrow
            .or_else(|| Self::on::<T>(rounder, Lane::Wide))
            .unwrap_or_else(|| unreachable!("an f64 carries every Format"))
    }

    /// For words of so many bits; none if they do not hold the plan.
    pub fn on<T: Host>(rounder: &Rounder, lane: Lane) -> Option<Self> {
        let (width, fraction) = lane.widths();
        let words = rounder.plans::<T>().recipe.words(width, fraction)?;
        Some(Self {
            lane,
            plan: lane.split(words),
            seed: rounder.seed(),
            stream: rounder.stream(),
        })
    }

    /// The two keys of the random words from `index` on, up to the next multiple of 2^32.
    pub fn keys(&self, index: u64) -> [u32; 4] {
        let first = Key::new(self.seed, self.stream, index);
        let ([a, b], [c, d]) = (first.words(), first.other().words());
        [a, b, c, d]
    }
}

/// Values from `index` on that share their keys.
pub(crate) fn same_keys(index: u64) -> u64 {
    (1 << 32) - (index & 0xffff_ffff)
}

/// A shader with the plan in memory, and the same with the plan as constants.
#[derive(Debug)]
pub(crate) struct Pair {
    pub general: &'static Shader,
    pub special: &'static Shader,
}

impl Gpu {
    /// The pipeline for `count` more values of a plan.
    pub(crate) fn planned(
        &self,
        pair: &Pair,
        plan: &[u32],
        count: u64,
    ) -> Result<Pipeline, GpuError> {
        match self.seen(pair.special.name, plan, count) >= self.special {
            true => self.pipeline(pair.special, plan),
            false => self.pipeline(pair.general, &[]),
        }
    }
}

/// Names of the plan's constants, in the plan's order.
pub(crate) const NARROW: &[&str] = &[
    "plan_dropped",
    "plan_emin",
    "plan_bottom",
    "plan_least",
    "plan_flush",
    "plan_max",
    "plan_max_negative",
    "plan_over",
    "plan_over_negative",
    "plan_infinity",
    "plan_infinity_negative",
    "plan_zero",
    "plan_zero_negative",
    "plan_threshold",
    "plan_random",
    "plan_rule",
];

/// The same of two words each.
pub(crate) const WIDE: &[&str] = &[
    "plan_dropped",
    "plan_dropped_high",
    "plan_emin",
    "plan_emin_high",
    "plan_bottom",
    "plan_bottom_high",
    "plan_least",
    "plan_least_high",
    "plan_flush",
    "plan_flush_high",
    "plan_max",
    "plan_max_high",
    "plan_max_negative",
    "plan_max_negative_high",
    "plan_over",
    "plan_over_high",
    "plan_over_negative",
    "plan_over_negative_high",
    "plan_infinity",
    "plan_infinity_high",
    "plan_infinity_negative",
    "plan_infinity_negative_high",
    "plan_zero",
    "plan_zero_high",
    "plan_zero_negative",
    "plan_zero_negative_high",
    "plan_threshold",
    "plan_threshold_high",
    "plan_random",
    "plan_random_high",
    "plan_rule",
    "plan_rule_high",
];

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::*;
    use crate::gpu::shaders;
    use crate::plan::{host32, host64};

    /// Names and offsets of the shader's struct, and its size.
    fn layout(shader: &str, name: &str) -> (Vec<(String, usize)>, usize) {
        let text = shaders().into_iter().find(|text| text.name == shader);
        let text = text.expect("a shader of that name").text;
        let module = naga::front::wgsl::parse_str(&text).expect("WGSL");
        let mut types = module.types.iter().map(|(_, kind)| kind);
        let kind = types.find(|kind| kind.name.as_deref() == Some(name));
        let naga::TypeInner::Struct { members, span } = &kind.expect("the struct").inner else {
            panic!("{name} is no struct");
        };
        let members = members.iter().map(|member| {
            let name = member.name.clone().unwrap_or_default();
            (name, member.offset as usize)
        });
        (members.collect(), *span as usize)
    }

    macro_rules! offsets {
        ($plan:ty: $($field:ident)*) => {
            vec![$((stringify!($field).to_owned(), offset_of!($plan, $field))),*]
        };
        ($plan:ty) => {
            offsets!($plan: dropped emin bottom least flush max max_negative over over_negative
                infinity infinity_negative zero zero_negative threshold random rule)
        };
    }

    #[test]
    fn the_shaders_see_the_plan_that_rust_has() {
        for (shader, offsets, size) in [
            ("chop32", offsets!(host32::Plan), size_of::<host32::Plan>()),
            ("chop64", offsets!(host64::Plan), size_of::<host64::Plan>()),
        ] {
            let (members, span) = layout(shader, "Plan");
            assert_eq!(members, offsets, "{shader}");
            assert_eq!(span, size, "{shader}");
            // The names of the constants follow the same order.
            let names: Vec<String> = members.into_iter().map(|(name, _)| name).collect();
            let constants = match shader {
                "chop32" => NARROW.to_vec(),
                _ => WIDE.iter().copied().step_by(2).collect(),
            };
            let constants: Vec<&str> = constants.iter().map(|name| &name[5..]).collect();
            assert_eq!(constants, names);
        }
    }
}
