//! The operations: one table an arity, from which come the enums, their names and the methods of
//! [`Arith`](super::Arith).
//!
//! A line of a table: what it is; variant, method, the name that P3109 or IEEE 754 gives it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

macro_rules! unary_table {
    ($take:ident $($with:tt)*) => {
        $take! {
            [$($with)*]
            /// x itself, rounded into this arithmetic.
            Convert convert "Convert"
            /// -x, rounded (exact where the format is symmetric).
            Negate neg "Negate"
            /// |x|.
            Abs abs "Abs"
            /// The square root.
            Sqrt sqrt "Sqrt"
            /// 1 / sqrt(x).
            Rsqrt rsqrt "RSqrt"
            /// 1 / x.
            Recip recip "Recip"
            /// The cube root.
            Cbrt cbrt "Cbrt"
            /// The greatest integer not above x.
            Floor floor "Floor"
            /// The least integer not below x.
            Ceil ceil "Ceil"
            /// x without its fraction.
            Trunc trunc "Trunc"
            /// The nearest integer, a tie to the even one (IEEE 754 roundToIntegralTiesToEven).
            RoundTiesToEven round_ties_to_even "RoundTiesToEven"
            /// e^x.
            Exp exp "Exp"
            /// 2^x.
            Exp2 exp2 "Exp2"
            /// 10^x.
            Exp10 exp10 "Exp10"
            /// e^x - 1.
            ExpMinusOne exp_minus_one "ExpMinusOne"
            /// The natural logarithm.
            Log log "Log"
            /// The logarithm to the base 2.
            Log2 log2 "Log2"
            /// The logarithm to the base 10.
            Log10 log10 "Log10"
            /// log(1 + x).
            LogOnePlus log_one_plus "LogOnePlus"
            /// log(1 + e^x).
            Softplus softplus "Softplus"
            /// sin x.
            Sin sin "Sin"
            /// cos x.
            Cos cos "Cos"
            /// tan x.
            Tan tan "Tan"
            /// sin(pi x).
            SinPi sin_pi "SinPi"
            /// cos(pi x).
            CosPi cos_pi "CosPi"
            /// tan(pi x).
            TanPi tan_pi "TanPi"
            /// arcsin x.
            ArcSin arcsin "ArcSin"
            /// arccos x.
            ArcCos arccos "ArcCos"
            /// arctan x.
            ArcTan arctan "ArcTan"
            /// arcsin(x) / pi.
            ArcSinPi arcsin_pi "ArcSinPi"
            /// arccos(x) / pi.
            ArcCosPi arccos_pi "ArcCosPi"
            /// arctan(x) / pi.
            ArcTanPi arctan_pi "ArcTanPi"
            /// sinh x.
            Sinh sinh "Sinh"
            /// cosh x.
            Cosh cosh "Cosh"
            /// tanh x.
            Tanh tanh "Tanh"
            /// arsinh x.
            ArcSinh arcsinh "ArcSinh"
            /// arcosh x.
            ArcCosh arccosh "ArcCosh"
            /// artanh x.
            ArcTanh arctanh "ArcTanh"
            /// The error function (DLMF 7.2.1).
            Erf erf "Erf"
            /// 1 - erf x.
            Erfc erfc "Erfc"
            /// log |Gamma(x)| (DLMF 5.2.1).
            LogGamma log_gamma "LogGamma"
        }
    };
}

macro_rules! binary_table {
    ($take:ident $($with:tt)*) => {
        $take! {
            [$($with)*]
            /// x + y.
            Add add "Add"
            /// x - y.
            Subtract sub "Subtract"
            /// x y.
            Multiply mul "Multiply"
            /// x / y.
            Divide div "Divide"
            /// x - y n, n the integer nearest x / y, a tie to the even one (IEEE 754 remainder).
            Remainder rem "Remainder"
            /// x - y n, n the quotient x / y without its fraction (C's fmod, Rust's %).
            Modulo modulo "Modulo"
            /// sqrt(x^2 + y^2).
            Hypot hypot "Hypot"
            /// x^y (IEEE 754 pow).
            Power pow "Power"
            /// x 2^n, n the integer part of the second number (IEEE 754 scaleB).
            Scale scale "Scale"
            /// The angle of the point (second, first): arctan(x / y) in the right quadrant.
            ArcTan2 arctan2 "ArcTan2"
            /// The same over pi.
            ArcTan2Pi arctan2_pi "ArcTan2Pi"
            /// |x| with the sign of y.
            CopySign copy_sign "CopySign"
            /// The lesser; NaN if one is.
            Minimum minimum "Minimum"
            /// The greater; NaN if one is.
            Maximum maximum "Maximum"
            /// The lesser; the number if one is NaN.
            MinimumNumber minimum_number "MinimumNumber"
            /// The greater; the number if one is NaN.
            MaximumNumber maximum_number "MaximumNumber"
            /// The one of lesser magnitude, the lesser of equal ones; NaN if one is.
            MinimumMagnitude minimum_magnitude "MinimumMagnitude"
            /// The one of greater magnitude, the greater of equal ones; NaN if one is.
            MaximumMagnitude maximum_magnitude "MaximumMagnitude"
            /// MinimumMagnitude; the number if one is NaN.
            MinimumMagnitudeNumber minimum_magnitude_number "MinimumMagnitudeNumber"
            /// MaximumMagnitude; the number if one is NaN.
            MaximumMagnitudeNumber maximum_magnitude_number "MaximumMagnitudeNumber"
            /// The lesser of the finite ones.
            MinimumFinite minimum_finite "MinimumFinite"
            /// The greater of the finite ones.
            MaximumFinite maximum_finite "MaximumFinite"
        }
    };
}

macro_rules! ternary_table {
    ($take:ident $($with:tt)*) => {
        $take! {
            [$($with)*]
            /// x y + z with one rounding.
            Fma fma "FMA"
            /// x + y + z with one rounding (fused add-add).
            Faa faa "FAA"
            /// x, but no less than y and no more than z; NaN where y > z.
            Clamp clamp "Clamp"
        }
    };
}

pub(super) use {binary_table, ternary_table, unary_table};

/// No operation of that name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown operation \"{name}\": {arity} operations are {known}")]
pub struct OperationError {
    /// What was asked for.
    pub name: String,
    /// `unary`, `binary` or `ternary`.
    pub arity: &'static str,
    /// The names there are.
    pub known: String,
}

macro_rules! enumerate {
    ([$kind:ident $arity:literal $about:literal]
     $($(#[$doc:meta])* $name:ident $method:ident $text:literal)*) => {
        #[doc = $about]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $kind {
            $($(#[$doc])* $name,)*
        }

        impl $kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name that P3109 or IEEE 754 gives it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $kind {
            type Err = OperationError;

            /// Reads the standards' names (`ExpMinusOne`) and the methods' (`exp_minus_one`).
            fn from_str(name: &str) -> Result<Self, OperationError> {
                Self::ALL
                    .iter()
                    .zip([$(stringify!($method)),*])
                    .find(|(operation, method)| {
                        operation.name().eq_ignore_ascii_case(name) || method.eq_ignore_ascii_case(name)
                    })
                    .map(|(operation, _)| *operation)
                    .ok_or_else(|| OperationError {
                        name: name.to_owned(),
                        arity: $arity,
                        known: [$($text),*].join(", "),
                    })
            }
        }
    };
}

unary_table!(enumerate Unary "unary" "Functions of one number.");
binary_table!(enumerate Binary "binary" "Functions of two numbers.");
ternary_table!(enumerate Ternary "ternary" "Functions of three numbers.");
