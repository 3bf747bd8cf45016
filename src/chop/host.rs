//! The float types that carry values.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use super::Rounder;
use super::cpu::{Counter, arrays32, arrays64, over_tasks};
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

/// A float that a [`Rounder`] rounds: f32, f64, `half::f16` or `half::bf16`.
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
    #[doc(hidden)]
    fn slice(rounder: &Rounder, plans: &Plans, counter: &CounterAt, values: &mut [Self]);
    #[doc(hidden)]
    fn into(
        rounder: &Rounder,
        plans: &Plans,
        counter: &CounterAt,
        source: &[Self],
        target: &mut [Self],
    );
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

fn one64(plans: &Plans, counter: &Counter, x: f64) -> f64 {
    let random = match plans.recipe.rounding.is_stochastic() {
        true => {
            let keys = counter.keys(plans.recipe.rounding, counter.index);
            super::fast::lane64::draw(&keys, counter.index as u32)
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
            super::fast::lane32::draw(&keys, counter.index as u32)
        }
        false => 0,
    };
    f32::from_bits(host32::round_word(x.to_bits(), random, plan))
}

/// Values of another type, a block at a time through f32 or f64.
fn through<T: Copy + Send, U: Copy + Default, const N: usize>(
    rounder: &Rounder,
    counter: &Counter,
    values: &mut [T],
    there: impl Fn(&[T], &mut [U]) + Sync,
    round: impl Fn(&Counter, &mut [U]) + Sync,
    back: impl Fn(&[U], &mut [T]) + Sync,
) {
    over_tasks(rounder.threads, values, counter.index, |index, _, part| {
        let mut block = [U::default(); N];
        for (i, part) in part.chunks_mut(N).enumerate() {
            let block = &mut block[..part.len()];
            there(part, block);
            let index = index.wrapping_add((i * N) as u64);
            round(&Counter { index, ..*counter }, block);
            back(block, part);
        }
    });
}

const THROUGH: usize = 1024;

/// f32 values whose plan needs 64-bit words.
fn wide32(rounder: &Rounder, plans: &Plans, counter: &Counter, values: &mut [f32]) {
    through::<f32, f64, THROUGH>(
        rounder,
        counter,
        values,
        |from, to| {
            to.iter_mut()
                .zip(from)
                .for_each(|(y, x)| *y = f64::from(*x))
        },
        |counter, block| {
            arrays64::round_in_place(
                &plans.wide,
                &plans.recipe,
                counter,
                super::Threads::One,
                block,
            );
        },
        |from, to| to.iter_mut().zip(from).for_each(|(y, x)| *y = *x as f32),
    );
}

impl Host for f64 {
    const CARRIER: Carriers = Carriers::F64;

    fn one(self, plans: &Plans, counter: &CounterAt) -> Self {
        one64(plans, &counter.0, self)
    }

    fn slice(rounder: &Rounder, plans: &Plans, counter: &CounterAt, values: &mut [Self]) {
        arrays64::round_in_place(
            &plans.wide,
            &plans.recipe,
            &counter.0,
            rounder.threads,
            values,
        );
    }

    fn into(
        rounder: &Rounder,
        plans: &Plans,
        counter: &CounterAt,
        source: &[Self],
        target: &mut [Self],
    ) {
        arrays64::round(
            &plans.wide,
            &plans.recipe,
            &counter.0,
            rounder.threads,
            source,
            target,
        );
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn to_f32(self) -> f32 {
        self as f32
    }

    fn from_f64(x: f64) -> Self {
        x
    }
}

impl Host for f32 {
    const CARRIER: Carriers = Carriers::F32;

    fn one(self, plans: &Plans, counter: &CounterAt) -> Self {
        one32(plans, &counter.0, self)
    }

    fn slice(rounder: &Rounder, plans: &Plans, counter: &CounterAt, values: &mut [Self]) {
        match &plans.narrow {
            Some(plan) => {
                arrays32::round_in_place(plan, &plans.recipe, &counter.0, rounder.threads, values);
            }
            None => wide32(rounder, plans, &counter.0, values),
        }
    }

    fn into(
        rounder: &Rounder,
        plans: &Plans,
        counter: &CounterAt,
        source: &[Self],
        target: &mut [Self],
    ) {
        match &plans.narrow {
            Some(plan) => {
                arrays32::round(
                    plan,
                    &plans.recipe,
                    &counter.0,
                    rounder.threads,
                    source,
                    target,
                );
            }
            None => {
                target.copy_from_slice(source);
                wide32(rounder, plans, &counter.0, target);
            }
        }
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }

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

            fn slice(rounder: &Rounder, plans: &Plans, counter: &CounterAt, values: &mut [Self]) {
                let single = Rounder {
                    threads: super::Threads::One,
                    ..*rounder
                };
                through::<$float, f32, THROUGH>(
                    rounder,
                    &counter.0,
                    values,
                    |from, to| from.convert_to_f32_slice(to),
                    |counter, block| f32::slice(&single, plans, &CounterAt(*counter), block),
                    |from, to| to.convert_from_f32_slice(from),
                );
            }

            fn into(
                rounder: &Rounder,
                plans: &Plans,
                counter: &CounterAt,
                source: &[Self],
                target: &mut [Self],
            ) {
                target.copy_from_slice(source);
                Self::slice(rounder, plans, counter, target);
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
