//! The float types that carry values.

use fearless_simd::dispatch;
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use super::Threads;
use super::cpu::{Counter, TASK, arrays32, arrays64, over_tasks};
use super::powers::{powers32, powers64};
use crate::instructions::level;
use crate::plan::{Carrier, Recipe, host32, host64};

/// The plans of one carrier: words of 32 bits where they hold it, else of 64.
#[derive(Clone, Copy, Debug)]
pub struct Plans {
    pub(crate) recipe: Recipe,
    pub(crate) narrow: Option<host32::Plan>,
    pub(crate) wide: host64::Plan,
}

impl Plans {
    pub(crate) fn new(recipe: Recipe) -> Self {
        Self {
            recipe,
            narrow: host32::Plan::new(&recipe),
            wide: host64::Plan::new(&recipe).expect("an f64 carries every Format"),
        }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for half::f16 {}
    impl Sealed for half::bf16 {}
}

/// A float that a [`Rounder`](super::Rounder) rounds: f32, f64, `half::f16` or `half::bf16`.
///
/// Where a format reaches beyond a host, its greatest value there is the greatest of its precision
/// that the host holds.
pub trait Host:
    Copy + Send + Sync + PartialEq + std::fmt::Debug + sealed::Sealed + 'static
{
    #[doc(hidden)]
    const CARRIER: Carriers;
    #[doc(hidden)]
    fn one(self, plans: &Plans, counter: &CounterAt) -> Self;
    /// `source` rounded into `target`, which is as long; in place where there is no source.
    #[doc(hidden)]
    fn round(
        plans: &Plans,
        counter: &CounterAt,
        threads: Threads,
        source: Option<&[Self]>,
        target: &mut [Self],
    ) {
        through(plans, counter, threads, source, target);
    }
    /// A block's worth of values, rounded, as their carrier.
    #[doc(hidden)]
    fn rounded<'a>(
        passes: &Passes,
        counter: &CounterAt,
        source: &[Self],
        room: &'a mut Room,
    ) -> Carried<'a>;
    /// Back from the carrier: f32 values that the host holds exactly.
    #[doc(hidden)]
    fn from_narrow(source: &[f32], target: &mut [Self]);
    /// The slice itself where the host is f32.
    #[doc(hidden)]
    fn as_narrow(_: &mut [Self]) -> Option<&mut [f32]> {
        None
    }
    /// The same for a slice that is only read.
    #[doc(hidden)]
    fn as_narrow_ref(_: &[Self]) -> Option<&[f32]> {
        None
    }
    /// Values as f64, exactly, for slices of one length.
    #[doc(hidden)]
    fn widen(source: &[Self], target: &mut [f64]) {
        for (y, x) in target.iter_mut().zip(source) {
            *y = x.to_f64();
        }
    }
    /// The value as an f64, exactly.
    fn to_f64(self) -> f64;
    /// The value as an f32: exactly, but for an f64.
    fn to_f32(self) -> f32;
    /// The nearest of the host's values.
    fn from_f64(x: f64) -> Self;
}

/// Hosts by number.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carriers {
    F32,
    F64,
    F16,
    Bf16,
}

impl Carriers {
    pub(crate) const ALL: [Self; 4] = [Self::F32, Self::F64, Self::F16, Self::Bf16];

    pub(crate) const fn carrier(self) -> Carrier {
        let (precision, emax) = match self {
            Self::F32 => (24, 127),
            Self::F64 => (53, 1023),
            Self::F16 => (11, 15),
            Self::Bf16 => (8, 127),
        };
        Carrier { precision, emax }
    }
}

/// Where the random words of a slice begin.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct CounterAt(pub(crate) Counter);

impl CounterAt {
    /// The same words from the value at `offset` on.
    pub(crate) fn after(&self, offset: usize) -> Self {
        Self(self.0.after(offset))
    }
}

fn one64(plans: &Plans, counter: &Counter, x: f64) -> f64 {
    let random = match plans.recipe.rounding.is_stochastic() {
        true => {
            let keys = counter.keys(plans.recipe.rounding, counter.index);
            super::fast::lane64::draw(&keys, counter.index as u32, keys.long)
        }
        false => 0,
    };
    f64::from_bits(host64::round_word(x.to_bits(), random, plans.wide))
}

fn one32(plans: &Plans, counter: &Counter, x: f32) -> f32 {
    let Some(plan) = plans.narrow else {
        return one64(plans, counter, f64::from(x)) as f32;
    };
    let random = match plans.recipe.rounding.is_stochastic() {
        true => {
            let keys = counter.keys(plans.recipe.rounding, counter.index);
            super::fast::lane32::draw(&keys, counter.index as u32, false)
        }
        false => 0,
    };
    f32::from_bits(host32::round_word(x.to_bits(), random, plan))
}

/// Values a block: they and what becomes of them stay in the nearest cache.
pub(crate) const BLOCK: usize = 1024;

/// Room for a block of values as their carrier.
#[doc(hidden)]
#[derive(Debug)]
pub struct Room {
    pub(crate) narrow: [f32; BLOCK],
    pub(crate) wide: [f64; BLOCK],
}

impl Room {
    pub(crate) const fn new() -> Self {
        Self {
            narrow: [0.0; BLOCK],
            wide: [0.0; BLOCK],
        }
    }
}

/// Rounded values as their carrier.
#[doc(hidden)]
#[derive(Debug)]
pub enum Carried<'a> {
    Narrow(&'a mut [f32]),
    Wide(&'a mut [f64]),
}

/// Plans made ready to go over arrays.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Passes<'a> {
    narrow: Option<arrays32::Pass<'a>>,
    narrow_powers: Option<powers32::Powers>,
    wide: arrays64::Pass<'a>,
    wide_powers: Option<powers64::Powers>,
}

impl<'a> Passes<'a> {
    pub(crate) fn new(plans: &'a Plans) -> Self {
        let Plans {
            recipe,
            narrow,
            wide,
        } = plans;
        Self {
            narrow: narrow
                .as_ref()
                .map(|plan| arrays32::Pass::new(plan, recipe)),
            narrow_powers: powers32::Powers::new(recipe),
            wide: arrays64::Pass::new(wide, recipe),
            wide_powers: powers64::Powers::new(recipe),
        }
    }
}

/// Values of any host, a block at a time by way of their carrier.
fn through<T: Host>(
    plans: &Plans,
    counter: &CounterAt,
    threads: Threads,
    source: Option<&[T]>,
    target: &mut [T],
) {
    let passes = Passes::new(plans);
    over_tasks(threads, target, TASK, |at, part| {
        let mut room = Room::new();
        for (i, part) in part.chunks_mut(BLOCK).enumerate() {
            let at = at + i * BLOCK;
            let counter = counter.after(at);
            let source = match source {
                Some(source) => &source[at..at + part.len()],
                None => &*part,
            };
            match T::rounded(&passes, &counter, source, &mut room) {
                Carried::Narrow(values) => T::from_narrow(values, part),
                Carried::Wide(values) => {
                    let mut narrow = [0.0; BLOCK];
                    let narrow = &mut narrow[..values.len()];
                    narrowed(values, narrow);
                    T::from_narrow(narrow, part);
                }
            }
        }
    });
}

/// Values as f64.
pub(crate) fn widened(source: &[f32], target: &mut [f64]) {
    dispatch!(level(), _simd => {
        for (y, x) in target.iter_mut().zip(source) {
            *y = f64::from(*x);
        }
    });
}

/// Values as f32, to nearest.
pub(crate) fn narrowed(source: &[f64], target: &mut [f32]) {
    dispatch!(level(), _simd => {
        for (y, x) in target.iter_mut().zip(source) {
            *y = *x as f32;
        }
    });
}

impl Host for f64 {
    const CARRIER: Carriers = Carriers::F64;

    fn one(self, plans: &Plans, counter: &CounterAt) -> Self {
        one64(plans, &counter.0, self)
    }

    fn round(
        plans: &Plans,
        counter: &CounterAt,
        threads: Threads,
        source: Option<&[Self]>,
        target: &mut [Self],
    ) {
        let pass = arrays64::Pass::new(&plans.wide, &plans.recipe);
        match powers64::Powers::new(&plans.recipe) {
            Some(powers) => powers.round(&counter.0, threads, source, target, |counter, x, y| {
                pass.part(counter, Some(x), y);
            }),
            None => pass.round(&counter.0, threads, source, target),
        }
    }

    fn rounded<'a>(
        passes: &Passes,
        counter: &CounterAt,
        source: &[Self],
        room: &'a mut Room,
    ) -> Carried<'a> {
        let wide = &mut room.wide[..source.len()];
        let powers = passes.wide_powers.as_ref();
        if !powers.is_some_and(|powers| powers.part(&counter.0, source, wide)) {
            passes.wide.part(&counter.0, Some(source), wide);
        }
        Carried::Wide(wide)
    }

    fn from_narrow(source: &[f32], target: &mut [Self]) {
        widened(source, target);
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn to_f32(self) -> f32 {
        self as f32
    }

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x
    }
}

impl Host for f32 {
    const CARRIER: Carriers = Carriers::F32;

    fn one(self, plans: &Plans, counter: &CounterAt) -> Self {
        one32(plans, &counter.0, self)
    }

    fn round(
        plans: &Plans,
        counter: &CounterAt,
        threads: Threads,
        source: Option<&[Self]>,
        target: &mut [Self],
    ) {
        if let Some(plan) = &plans.narrow {
            let pass = arrays32::Pass::new(plan, &plans.recipe);
            return pass.round(&counter.0, threads, source, target);
        }
        let Some(powers) = powers32::Powers::new(&plans.recipe) else {
            return through(plans, counter, threads, source, target);
        };
        let wide = arrays64::Pass::new(&plans.wide, &plans.recipe);
        powers.round(&counter.0, threads, source, target, |counter, x, y| {
            let mut room = [0.0; BLOCK];
            let room = &mut room[..x.len()];
            widened(x, room);
            wide.part(counter, None, room);
            narrowed(room, y);
        });
    }

    fn rounded<'a>(
        passes: &Passes,
        counter: &CounterAt,
        source: &[Self],
        room: &'a mut Room,
    ) -> Carried<'a> {
        let Room { narrow, wide } = room;
        if let Some(pass) = &passes.narrow {
            let narrow = &mut narrow[..source.len()];
            pass.part(&counter.0, Some(source), narrow);
            return Carried::Narrow(narrow);
        }
        if let Some(powers) = &passes.narrow_powers {
            let narrow = &mut narrow[..source.len()];
            if powers.part(&counter.0, source, narrow) {
                return Carried::Narrow(narrow);
            }
        }
        let wide = &mut wide[..source.len()];
        widened(source, wide);
        passes.wide.part(&counter.0, None, wide);
        Carried::Wide(wide)
    }

    fn from_narrow(source: &[f32], target: &mut [Self]) {
        target.copy_from_slice(source);
    }

    fn as_narrow(target: &mut [Self]) -> Option<&mut [f32]> {
        Some(target)
    }

    fn as_narrow_ref(source: &[Self]) -> Option<&[f32]> {
        Some(source)
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }
}

/// A 16-bit host: exact in f32, and its rounded values exact on the way back.
macro_rules! half_host {
    ($float:ident, $carrier:ident) => {
        impl Host for $float {
            const CARRIER: Carriers = Carriers::$carrier;

            fn one(self, plans: &Plans, counter: &CounterAt) -> Self {
                $float::from_f32(one32(plans, &counter.0, $float::to_f32(self)))
            }

            fn rounded<'a>(
                passes: &Passes,
                counter: &CounterAt,
                source: &[Self],
                room: &'a mut Room,
            ) -> Carried<'a> {
                let mut values = [0.0; BLOCK];
                let values = &mut values[..source.len()];
                source.convert_to_f32_slice(values);
                f32::rounded(passes, counter, values, room)
            }

            fn from_narrow(source: &[f32], target: &mut [Self]) {
                target.convert_from_f32_slice(source);
            }

            fn widen(source: &[Self], target: &mut [f64]) {
                source.convert_to_f64_slice(target);
            }

            fn to_f64(self) -> f64 {
                f64::from($float::to_f32(self))
            }

            fn to_f32(self) -> f32 {
                $float::to_f32(self)
            }

            /// Through an f32 rounded to odd, so that the second rounding is right: `half` 2.7
            /// goes through a plain f32 and rounds some values twice.
            fn from_f64(x: f64) -> Self {
                let near = x as f32;
                let error = x - f64::from(near);
                let even = near.to_bits() & 1 == 0;
                let odd = match error != 0.0 && error.is_finite() && even && near.is_finite() {
                    true if (error > 0.0) == (near.to_bits() >> 31 == 0) => near.to_bits() + 1,
                    true if near == 0.0 => 1 | (error < 0.0) as u32 * 0x8000_0000,
                    true => near.to_bits() - 1,
                    false => near.to_bits(),
                };
                $float::from_f32(f32::from_bits(odd))
            }
        }
    };
}
half_host!(f16, F16);
half_host!(bf16, Bf16);
