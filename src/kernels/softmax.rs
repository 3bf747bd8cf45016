//! Softmax, log-softmax, log-sum-exp: four algorithms and the naive one, every operation a site.
//!
//! ```text
//! softmax(x)_i     = e^(x_i) / sum_j e^(x_j)
//! log-softmax(x)_i = x_i - log sum_j e^(x_j)
//! log-sum-exp(x)   = log sum_j e^(x_j)
//! ```
//!
//! The variants differ in how they keep e^(x_i) in range:
//!
//! | variant | passes over the row | e^(x) stands as | source |
//! |---|---|---|---|
//! | `naive` | sum, scale | itself: overflows past log of the greatest finite value | |
//! | `three-pass-recompute` | maximum, sum, scale | e^(x - m), m the maximum, computed twice | Dukhan and Ablavatski 2020, algorithm 1 |
//! | `three-pass-reload` | maximum, sum, scale | e^(x - m), written and read back | the same, algorithm 2 |
//! | `two-pass` | sum, scale | the pair (m, n), value m 2^n, n a float: no maximum needed | the same, algorithm 3 |
//! | `online` | maximum and sum together, scale | e^(x - m), m the maximum so far; the sum is rescaled when m rises | Milakov and Gimelshein 2018, algorithm 3 |
//! | `online-lazy` | the same | the same, but m may lag behind by log 256 | the rescaling of FlashAttention-4 |
//!
//! M. Dukhan and A. Ablavatski, *Two-Pass Softmax Algorithm*, arXiv 2001.04438; M. Milakov and
//! N. Gimelshein, *Online normalizer calculation for softmax*, arXiv 1805.02867.
//!
//! # Emulated
//!
//! [`Softmax::evaluate`] runs a variant over any [`Arith`](crate::arith::Arith), each operation at
//! one of the [`SITES`]. It gives what the operations give: where a format overflows, so does the
//! result.
//!
//! One thing is not an operation: an input of -infinity, which is how scores are masked, adds
//! nothing to the sum of `two-pass` and `online`, which would else make a NaN of
//! -infinity - (-infinity) before a finite input has been seen.

mod emulated;
mod errors;
pub mod native;
mod reference;
mod sites;

use thiserror::Error;

pub(crate) use emulated::LAZY;
#[cfg(feature = "gpu")]
pub(crate) use emulated::{LOG_2, LOG_2_REST, LOG2_E};
pub use errors::{RowErrors, Rows};
pub use reference::reference;
pub(crate) use reference::reference_pairs;
pub use sites::{
    ACCUMULATION, EXPONENTIAL, INPUT, LOGARITHM, MAXIMUM, OUTPUT, PAIR_EXPONENT, PAIR_MANTISSA,
    SCALING, SITES, SUBTRACTION,
};

use crate::arith::Sites;
use crate::kernels::order::Order;

macro_rules! names {
    ($(#[$about:meta])* $kind:ident $what:literal { $($(#[$doc:meta])* $variant:ident $name:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $kind {
            $($(#[$doc])* $variant,)*
        }

        impl $kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $kind {
            type Err = $crate::kernels::softmax::NameError;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let wanted = name.to_ascii_lowercase().replace('_', "-");
                Self::ALL
                    .iter()
                    .find(|one| one.name() == wanted)
                    .copied()
                    .ok_or_else(|| $crate::kernels::softmax::NameError {
                        what: $what,
                        name: name.to_owned(),
                        known: [$($name),*].join(", "),
                    })
            }
        }
    };
}

use names;

names! {
    /// An algorithm; see the [module](self) for what each does.
    Variant "softmax variant" {
        /// No maximum is subtracted.
        Naive "naive",
        /// Maximum, sum of exponentials, exponentials again.
        ThreePassRecompute "three-pass-recompute",
        /// Maximum, sum of exponentials that are kept, scaling of those.
        ThreePassReload "three-pass-reload",
        /// Exponentials as pairs: no maximum.
        #[default]
        TwoPass "two-pass",
        /// The maximum so far, the sum rescaled each time it rises.
        Online "online",
        /// Rescaled only where the maximum has risen by more than log 256.
        OnlineLazy "online-lazy",
    }
}

names! {
    /// Which function of the row.
    Function "softmax function" {
        /// e^(x_i) / sum e^(x_j).
        #[default]
        Softmax "softmax",
        /// x_i - log sum e^(x_j).
        LogSoftmax "log-softmax",
        /// log sum e^(x_j): one value a row.
        LogSumExp "log-sum-exp",
    }
}

names! {
    /// How a term is divided by the sum.
    Scaling "scaling" {
        /// 1 / sum once, then products: two roundings, as in the papers.
        #[default]
        Reciprocal "reciprocal",
        /// A quotient each: one rounding.
        Divide "divide",
    }
}

/// No variant, function or scaling of that name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown {what} \"{name}\": there are {known}")]
pub struct NameError {
    /// What kind of name.
    pub what: &'static str,
    /// What was asked for.
    pub name: String,
    /// The names there are.
    pub known: String,
}

/// Room of the wrong length.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{function} of a row of {row} values gives {wanted}, and there is room for {room}")]
pub struct RoomError {
    /// The function.
    pub function: Function,
    /// Values of the row.
    pub row: usize,
    /// Values of the result.
    pub wanted: usize,
    /// Room there is.
    pub room: usize,
}

impl Function {
    /// How many values a row of `row` values gives: as many, or one for log-sum-exp.
    pub const fn values(self, row: usize) -> usize {
        match self {
            Self::Softmax | Self::LogSoftmax => row,
            Self::LogSumExp => 1,
        }
    }

    /// Is there room?
    fn check(self, row: usize, room: usize) -> Result<(), RoomError> {
        match self.values(row) {
            wanted if wanted == room => Ok(()),
            wanted => Err(RoomError {
                function: self,
                row,
                wanted,
                room,
            }),
        }
    }
}

/// Everything but the arithmetic that decides a result: variant, function, order of the sum,
/// scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Softmax {
    /// The algorithm.
    pub variant: Variant,
    /// The function.
    pub function: Function,
    /// In which order the sum is made.
    pub order: Order,
    /// How terms are divided by it.
    pub scaling: Scaling,
}

impl Softmax {
    /// Softmax by a variant: summed sequentially, scaled by the reciprocal.
    pub fn new(variant: Variant) -> Self {
        Self {
            variant,
            ..Self::default()
        }
    }

    /// With another function.
    #[must_use]
    pub const fn with_function(self, function: Function) -> Self {
        Self { function, ..self }
    }

    /// With another order of the sum.
    #[must_use]
    pub const fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// With another scaling.
    #[must_use]
    pub const fn with_scaling(self, scaling: Scaling) -> Self {
        Self { scaling, ..self }
    }

    /// One row, every operation rounded at its site.
    ///
    /// An empty row gives an empty result, and -infinity for log-sum-exp.
    ///
    /// # Errors
    /// [`RoomError`] if `result` has not [`Function::values`] places; then nothing is written.
    pub fn evaluate<S: Sites>(
        &self,
        sites: &S,
        row: &[f64],
        result: &mut [f64],
    ) -> Result<(), RoomError> {
        self.function.check(row.len(), result.len())?;
        emulated::evaluate(self, sites, row, result);
        Ok(())
    }
}
