//! Formats in the type: all their constants are the compiler's.

use std::cmp::Ordering;

use super::Stateless;
use super::nearest::{Carrier, Grids, Way, input_way, way};
use crate::arith::exact::Exactly;
use crate::arith::functions::Unrounded;
use crate::arith::{Arith, Binary, Ternary, Unary};
use crate::format::{Format, Overflow};
use crate::rounding::{Rounding, Saturation};

/// A format, a rounding and a saturation as a type: made by
/// [`static_format!`](crate::static_format).
pub trait StaticFormat: Copy + Default + Send + Sync + 'static {
    /// What carries the numbers: f32 for formats of up to 11 digits rounded to nearest, else f64.
    type Carrier: Carrier;
    /// The format.
    const FORMAT: Format;
    /// The rounding. A stochastic one draws by operation and operands: equal ones round alike, so
    /// that x - x is 0 and x y is y x.
    const ROUNDING: Rounding = Rounding::NearestTiesToEven;
    /// The saturation.
    const SATURATION: Saturation = Saturation::None;
    /// Is `mul_add` one rounding?
    const FUSED: bool = true;
    /// What `epsilon()` tells generic code.
    const EPSILON: f64 = Self::FORMAT.epsilon();

    #[doc(hidden)]
    fn exactly() -> &'static Exactly;
}

/// What the compiler makes of a format.
trait Constants: StaticFormat {
    const GRIDS: Grids = Grids::new(Self::FORMAT, Self::SATURATION);
    const WAY: Way = way(
        Self::Carrier::BITS,
        &Self::FORMAT,
        Self::ROUNDING,
        Self::SATURATION,
    );
    /// An input comes as an f64: rounded from there, in one step.
    const INPUT: Way = input_way(&Self::FORMAT, Self::ROUNDING, Self::SATURATION);
    /// An f32 carries no results but those that [`way`] says.
    const CARRIED: () = assert!(
        Self::Carrier::BITS == 64 || !matches!(Self::WAY, Way::Exact),
        "an f32 does not carry this format and rounding: say f64"
    );
}

impl<F: StaticFormat> Constants for F {}

impl<F: StaticFormat> Stateless for F {
    const FUSED: bool = F::FUSED;

    fn format() -> Format {
        F::FORMAT
    }

    fn epsilon() -> f64 {
        F::EPSILON
    }

    fn exact(x: Unrounded) -> F::Carrier {
        F::Carrier::of(F::exactly().exact_alike(x, 0))
    }
}

#[inline(always)]
fn rounded<F: StaticFormat>(result: F::Carrier) -> F::Carrier {
    Carrier::round(result, F::WAY, &F::GRIDS)
}

#[inline(always)]
fn rounded_sum<F: StaticFormat>(sum: F::Carrier) -> F::Carrier {
    Carrier::round_sum(sum, F::WAY, &F::GRIDS)
}

impl<F: StaticFormat> Arith for F {
    type Num = F::Carrier;

    #[inline(always)]
    fn num(&self, x: f64) -> F::Carrier {
        const { F::CARRIED };
        F::Carrier::of(match F::INPUT {
            Way::Exact => F::exactly().num_alike(x, 0),
            input => Carrier::round(x, input, &F::GRIDS),
        })
    }

    #[inline(always)]
    fn value(&self, x: F::Carrier) -> f64 {
        x.to_f64()
    }

    #[inline(always)]
    fn unary(&self, operation: Unary, x: F::Carrier) -> F::Carrier {
        match operation {
            _ if F::WAY == Way::Exact => {}
            Unary::Convert => return x,
            Unary::Negate => return rounded::<F>(x.negated()),
            Unary::Abs => return x.magnitude(),
            Unary::Sqrt => return rounded::<F>(x.root()),
            _ => {}
        }
        F::Carrier::of(F::exactly().unary_alike(operation, x.to_f64(), 0))
    }

    #[inline(always)]
    fn binary(&self, operation: Binary, x: F::Carrier, y: F::Carrier) -> F::Carrier {
        match operation {
            _ if F::WAY == Way::Exact => {}
            Binary::Add => return rounded_sum::<F>(x.plus(y)),
            Binary::Subtract => return rounded_sum::<F>(x.minus(y)),
            Binary::Multiply => return rounded::<F>(x.times(y)),
            // What P3109 divides by zero is NaN.
            Binary::Divide if matches!(F::FORMAT.overflow(), Overflow::P3109) => {}
            Binary::Divide => return rounded::<F>(x.over(y)),
            _ => {}
        }
        F::Carrier::of(F::exactly().binary_alike(operation, x.to_f64(), y.to_f64(), 0))
    }

    #[inline(always)]
    fn ternary(
        &self,
        operation: Ternary,
        x: F::Carrier,
        y: F::Carrier,
        z: F::Carrier,
    ) -> F::Carrier {
        F::Carrier::of(F::exactly().ternary_alike(operation, x.to_f64(), y.to_f64(), z.to_f64(), 0))
    }

    #[inline(always)]
    fn compare(&self, x: F::Carrier, y: F::Carrier) -> Option<Ordering> {
        x.partial_cmp(&y)
    }

    #[inline(always)]
    fn less(&self, x: F::Carrier, y: F::Carrier) -> bool {
        x < y
    }

    #[inline(always)]
    fn less_equal(&self, x: F::Carrier, y: F::Carrier) -> bool {
        x <= y
    }

    #[inline(always)]
    fn equal(&self, x: F::Carrier, y: F::Carrier) -> bool {
        x == y
    }
}

/// Makes a format, a rounding and a saturation a type, for [`Real`](crate::arith::real::Real).
///
/// ```
/// use roundoff::arith::real::Real;
/// use roundoff::{Format, Rounding, Saturation, static_format};
///
/// static_format! {
///     /// OCP E4M3, saturating.
///     pub E4m3: f32 = Format::OCP_E4M3, Rounding::NearestTiesToEven, Saturation::Finite;
///     /// binary16, up.
///     pub Up: f64 = Format::BINARY16, Rounding::TowardPositive;
/// }
/// assert_eq!((Real::<E4m3>::new(440.0) + Real::new(100.0)).value(), 448.0);
/// assert_eq!((Real::<Up>::new(1.0) + Real::new(1e-7)).value(), 1.0009765625);
/// ```
#[macro_export]
macro_rules! static_format {
    ($($(#[$about:meta])* $visible:vis $name:ident: $carrier:ident =
        $format:expr $(, $rounding:expr $(, $saturation:expr)?)?;)*) => { $(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        $visible struct $name;

        impl $crate::arith::real::StaticFormat for $name {
            type Carrier = $carrier;
            const FORMAT: $crate::Format = $format;
            $(
                const ROUNDING: $crate::Rounding = $rounding;
                $(const SATURATION: $crate::Saturation = $saturation;)?
            )?

            fn exactly() -> &'static $crate::arith::exact::Exactly {
                static EXACTLY: std::sync::OnceLock<$crate::arith::exact::Exactly> =
                    std::sync::OnceLock::new();
                EXACTLY.get_or_init(|| {
                    $crate::arith::exact::Exactly::new(
                        &$crate::Rounder::new(Self::FORMAT)
                            .with_rounding(Self::ROUNDING)
                            .with_saturation(Self::SATURATION),
                    )
                })
            }
        }
    )* };
}

static_format! {
    /// binary16, to nearest, ties to even.
    pub Binary16: f32 = Format::BINARY16;
    /// bfloat16, to nearest, ties to even.
    pub Bfloat16: f32 = Format::BFLOAT16;
    /// TensorFloat-32, to nearest, ties to even.
    pub Tf32: f64 = Format::TF32;
    /// OCP E4M3, to nearest, ties to even; past 448 NaN.
    pub OcpE4m3: f32 = Format::OCP_E4M3;
    /// OCP E5M2, to nearest, ties to even.
    pub OcpE5m2: f32 = Format::OCP_E5M2;
    /// binary32: an f32.
    pub Binary32: f32 = Format::BINARY32;
    /// binary64: an f64.
    pub Binary64: f64 = Format::BINARY64;
}
