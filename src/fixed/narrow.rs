//! Wrapping of f32s in one pass, by vectors.
//!
//! ```text
//!   x ──> x 2^f ──> integer by the mode ──> times 2^-f ──> remainder modulo 2^i
//!         exact                             exact          exact
//! ```
//!
//! From 2^23 steps on a float is a whole number of them, and no mode moves it.

use fearless_simd::dispatch;

use super::Wrapping;
use crate::chop::cpu::Counter;
use crate::chop::fast::lane32::{Instruction, Mode, Numbers};
use crate::chop::fast::{Keys, with_mode};
use crate::format::scaled;
use crate::instructions::{level, rounds_floats};
use crate::random::Weyl;
use crate::rounding::Rounding;

/// Steps from which a float is a whole number of them.
const WHOLE: f32 = (1u32 << 23) as f32;

/// The numbers of the loop.
#[derive(Clone, Copy)]
struct Steps {
    numbers: Numbers,
    step: f32,
    per_step: f32,
    whole: f32,
}

impl Steps {
    /// None where some product might not be exact, or random bits are more than a fraction holds.
    fn new(wrapping: &Wrapping) -> Option<Self> {
        let bits = match wrapping.rounding() {
            Rounding::Stochastic { bits, .. } => bits.get(),
            _ => 0,
        };
        let fraction_bits = wrapping.point.fraction_bits;
        if !wrapping.narrow_remainders || fraction_bits < 0 || bits > 23 || !rounds_floats(level())
        {
            return None;
        }
        let plans = wrapping.narrow.plans::<f32>();
        let step = scaled(1, -fraction_bits) as f32;
        Some(Self {
            numbers: Numbers::new(plans.narrow.as_ref()?, &plans.recipe),
            step,
            per_step: 1.0 / step,
            whole: WHOLE * step,
        })
    }

    /// The multiple of the step that the mode takes.
    #[inline(always)]
    fn rounded<M: Mode>(&self, x: f32, random: u32) -> f32 {
        let integer = M::integer::<Instruction>(x * self.per_step, random, &self.numbers);
        // NaN stays as it is.
        if x.abs() < self.whole {
            integer * self.step
        } else {
            x
        }
    }
}

impl Wrapping {
    /// In place where there is no source; false where this way does not serve. The first value's
    /// random word is the counter's.
    pub(super) fn narrow_pass(
        &self,
        counter: Counter,
        source: Option<&[f32]>,
        target: &mut [f32],
    ) -> bool {
        let Some(steps) = Steps::new(self) else {
            return false;
        };
        for (index, range) in counter.parts(target.len()) {
            let source = source.map(|source| &source[range.clone()]);
            let target = &mut target[range];
            let from = (counter.keys(self.rounding(), index), index as u32);
            with_mode!(self.rounding(), |mode| self
                .pass(mode, steps, from, source, target));
        }
        true
    }

    /// Values whose random words have one key, from an index on.
    #[inline(never)]
    fn pass<M: Mode>(
        &self,
        _: M,
        steps: Steps,
        (keys, from): (Keys, u32),
        source: Option<&[f32]>,
        target: &mut [f32],
    ) {
        // By value: stores to the target cannot change it.
        let way = *self;
        dispatch!(level(), _simd => match source {
            Some(source) => {
                let pairs = target.iter_mut().zip(source).map(|(y, x)| (*x, y));
                way.pairs::<M>(steps, keys, from, pairs);
            }
            None => way.pairs::<M>(steps, keys, from, target.iter_mut().map(|y| (*y, y))),
        });
    }

    #[inline(always)]
    fn pairs<'a, M: Mode>(
        self,
        steps: Steps,
        keys: Keys,
        from: u32,
        pairs: impl Iterator<Item = (f32, &'a mut f32)>,
    ) {
        const ONE: Weyl = Weyl::steps(1);
        let mut at = keys.first.at(from);
        for (x, y) in pairs {
            let random = if M::RANDOM { at.word() } else { 0 };
            *y = self.narrow_remainder(steps.rounded::<M>(x, random));
            at = at.then(ONE);
        }
    }
}
