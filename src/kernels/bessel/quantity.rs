//! Which function: by name, at a point, over arrays.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::batch::{array, scalar};
use super::quantities::{LogI, LogK, RatioI, RatioK};
use super::ratio::{RATIO, SLOPE};
use crate::chop::Threads;

/// Slices that should have the same length.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{orders} orders, {arguments} arguments and room for {room} values: make the slices as long as each other"
)]
pub struct ShapeError {
    /// Orders v there are.
    pub orders: usize,
    /// Arguments x there are.
    pub arguments: usize,
    /// Room there is.
    pub room: usize,
}

impl ShapeError {
    pub(super) fn check(orders: usize, arguments: usize, room: usize) -> Result<(), Self> {
        match orders == arguments && arguments == room {
            true => Ok(()),
            false => Err(Self {
                orders,
                arguments,
                room,
            }),
        }
    }
}

/// A name that no quantity has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no Bessel quantity is called `{0}`: choose from {names}", names = Quantity::ALL.map(|quantity| quantity.name()).join(", "))]
pub struct QuantityError(pub String);

/// A function of the order v and the argument x.
///
/// ```
/// use roundoff::kernels::bessel::{Quantity, log_iv};
/// let quantity: Quantity = "log-iv".parse()?;
/// assert_eq!(quantity.at(2.0, 3.0), log_iv(2.0, 3.0));
/// # Ok::<(), roundoff::kernels::bessel::QuantityError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// log I_v(x).
    LogI,
    /// log K_v(x).
    LogK,
    /// log(e^-x I_v(x)).
    LogIScaled,
    /// log(e^x K_v(x)).
    LogKScaled,
    /// I_(v+1)(x) / I_v(x).
    RatioI,
    /// K_(v+1)(x) / K_v(x).
    RatioK,
    /// I_v'(x) / I_v(x).
    SlopeI,
    /// K_v'(x) / K_v(x).
    SlopeK,
}

/// The type that computes a quantity, in an expression.
macro_rules! with_kernel {
    ($quantity:expr, $kernel:ident => $expression:expr) => {
        match $quantity {
            Quantity::LogI => {
                type $kernel = LogI<false>;
                $expression
            }
            Quantity::LogK => {
                type $kernel = LogK<false>;
                $expression
            }
            Quantity::LogIScaled => {
                type $kernel = LogI<true>;
                $expression
            }
            Quantity::LogKScaled => {
                type $kernel = LogK<true>;
                $expression
            }
            Quantity::RatioI => {
                type $kernel = RatioI<RATIO>;
                $expression
            }
            Quantity::RatioK => {
                type $kernel = RatioK<RATIO>;
                $expression
            }
            Quantity::SlopeI => {
                type $kernel = RatioI<SLOPE>;
                $expression
            }
            Quantity::SlopeK => {
                type $kernel = RatioK<SLOPE>;
                $expression
            }
        }
    };
}

impl Quantity {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LogI,
        Self::LogK,
        Self::LogIScaled,
        Self::LogKScaled,
        Self::RatioI,
        Self::RatioK,
        Self::SlopeI,
        Self::SlopeK,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogI => "log-iv",
            Self::LogK => "log-kv",
            Self::LogIScaled => "log-iv-scaled",
            Self::LogKScaled => "log-kv-scaled",
            Self::RatioI => "ratio-iv",
            Self::RatioK => "ratio-kv",
            Self::SlopeI => "slope-iv",
            Self::SlopeK => "slope-kv",
        }
    }

    /// Its value at a point.
    pub fn at(self, v: f64, x: f64) -> f64 {
        with_kernel!(self, Kernel => scalar::<Kernel>(v, x))
    }

    /// Its value at a point in binary32: the f64 value, rounded, so within 0.5001 ulp.
    ///
    /// ```
    /// use roundoff::kernels::bessel::Quantity;
    /// assert_eq!(Quantity::LogK.at_f32(1000.0, 1.0), 6597.6743);
    /// ```
    pub fn at_f32(self, v: f32, x: f32) -> f32 {
        self.at(f64::from(v), f64::from(x)) as f32
    }

    /// Its values at (v\[i\], x\[i\]), the same bits as [`Quantity::at`], with as many threads as
    /// pay or one.
    ///
    /// # Errors
    /// [`ShapeError`] if the slices are not as long as each other; then nothing is written.
    pub fn evaluate(
        self,
        threads: Threads,
        v: &[f64],
        x: &[f64],
        target: &mut [f64],
    ) -> Result<(), ShapeError> {
        ShapeError::check(v.len(), x.len(), target.len())?;
        with_kernel!(self, Kernel => array::<Kernel>(threads, v, x, target));
        Ok(())
    }

    /// The same in binary32, the same bits as [`Quantity::at_f32`].
    ///
    /// # Errors
    /// [`ShapeError`] if the slices are not as long as each other; then nothing is written.
    pub fn evaluate_f32(
        self,
        threads: Threads,
        v: &[f32],
        x: &[f32],
        target: &mut [f32],
    ) -> Result<(), ShapeError> {
        ShapeError::check(v.len(), x.len(), target.len())?;
        let part = |v: &[f32], x: &[f32], target: &mut [f32]| {
            let mut wide = [[0.0; WIDENED]; 3];
            let parts = v.chunks(WIDENED).zip(x.chunks(WIDENED));
            for ((v, x), target) in parts.zip(target.chunks_mut(WIDENED)) {
                let [wide_v, wide_x, values] = &mut wide;
                for ((to_v, to_x), (v, x)) in wide_v
                    .iter_mut()
                    .zip(wide_x.iter_mut())
                    .zip(v.iter().zip(x))
                {
                    (*to_v, *to_x) = (f64::from(*v), f64::from(*x));
                }
                let count = target.len();
                let (v, x, values) = (&wide_v[..count], &wide_x[..count], &mut values[..count]);
                with_kernel!(self, Kernel => array::<Kernel>(Threads::One, v, x, values));
                for (target, value) in target.iter_mut().zip(values) {
                    *target = *value as f32;
                }
            }
        };
        #[cfg(feature = "rayon")]
        if threads == Threads::Auto && target.len() >= 4 * WIDENED {
            use rayon::prelude::*;
            let parts = v.par_chunks(WIDENED).zip(x.par_chunks(WIDENED));
            parts
                .zip(target.par_chunks_mut(WIDENED))
                .for_each(|((v, x), target)| part(v, x, target));
            return Ok(());
        }
        let _ = threads;
        part(v, x, target);
        Ok(())
    }
}

/// Values widened to f64 at a time.
const WIDENED: usize = 2048;

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(name: &str) -> Result<Self, QuantityError> {
        Self::ALL
            .into_iter()
            .find(|quantity| quantity.name() == name)
            .ok_or_else(|| QuantityError(name.to_owned()))
    }
}
