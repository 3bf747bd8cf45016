//! What kind of number a value is (IEEE 754-2019, 5.7.2 and 5.10; P3109 4.8).
//!
//! ```
//! use roundoff::Format;
//! use roundoff::arith::predicates::Class;
//! let format = Format::OCP_E4M3;
//! assert_eq!(format.class(2f64.powi(-9)), Class::PositiveSubnormal);
//! assert!(format.is_normal(-448.0));
//! assert!(format.total_order(-0.0, 0.0) && !format.total_order(0.0, -0.0));
//! ```

use std::fmt;

use crate::format::{Format, Overflow};

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident $text:literal)*) => {
        /// The kinds of numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Class {
            $($(#[$doc])* $name,)*
        }

        impl Class {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// IEEE 754's name; a NaN is quiet.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

classes! {
    /// Not a number.
    NaN "quietNaN"
    /// -infinity.
    NegativeInfinity "negativeInfinity"
    /// Negative, of the least normal magnitude or more.
    NegativeNormal "negativeNormal"
    /// Negative, below the least normal magnitude.
    NegativeSubnormal "negativeSubnormal"
    /// -0.
    NegativeZero "negativeZero"
    /// 0.
    PositiveZero "positiveZero"
    /// Positive, below the least normal value.
    PositiveSubnormal "positiveSubnormal"
    /// Positive, the least normal value or more.
    PositiveNormal "positiveNormal"
    /// Infinity.
    PositiveInfinity "positiveInfinity"
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The predicates of P3109 4.8. `x` is a value of the format; of another number the answer is
/// that for its magnitude.
impl Format {
    /// Which kind of number (Class).
    pub const fn class(&self, x: f64) -> Class {
        let normal = x.abs() >= self.least_normal();
        match (x.is_sign_negative(), normal) {
            _ if x.is_nan() => Class::NaN,
            (true, _) if x.is_infinite() => Class::NegativeInfinity,
            (false, _) if x.is_infinite() => Class::PositiveInfinity,
            (true, _) if x == 0.0 => Class::NegativeZero,
            (false, _) if x == 0.0 => Class::PositiveZero,
            (true, true) => Class::NegativeNormal,
            (true, false) => Class::NegativeSubnormal,
            (false, true) => Class::PositiveNormal,
            (false, false) => Class::PositiveSubnormal,
        }
    }

    /// Finite and of the least normal magnitude or more (IsNormal).
    pub const fn is_normal(&self, x: f64) -> bool {
        matches!(self.class(x), Class::NegativeNormal | Class::PositiveNormal)
    }

    /// Not zero and below the least normal magnitude (IsSubnormal).
    pub const fn is_subnormal(&self, x: f64) -> bool {
        matches!(
            self.class(x),
            Class::NegativeSubnormal | Class::PositiveSubnormal
        )
    }

    /// Does x come before y, or stand with it (TotalOrder)? -0 comes before 0. The one NaN comes
    /// before all numbers in a P3109 format (draft D1, 4.12.1), after them elsewhere, as a NaN
    /// without a sign does (IEEE 754-2019, 5.10, d 2).
    ///
    /// ```
    /// use roundoff::Format;
    /// let p3109: Format = "Binary8p4se".parse()?;
    /// assert!(p3109.total_order(f64::NAN, f64::NEG_INFINITY));
    /// assert!(Format::BINARY16.total_order(f64::INFINITY, f64::NAN));
    /// # Ok::<(), roundoff::FormatParseError>(())
    /// ```
    pub const fn total_order(&self, x: f64, y: f64) -> bool {
        let nan_first = matches!(self.overflow(), Overflow::P3109);
        match (x.is_nan(), y.is_nan()) {
            (true, true) => true,
            (true, false) => nan_first,
            (false, true) => !nan_first,
            (false, false) if x == y => x.is_sign_negative() || y.is_sign_positive(),
            (false, false) => x < y,
        }
    }
}

/// 0 or -0 (IsZero).
pub const fn is_zero(x: f64) -> bool {
    x == 0.0
}

/// 1 (IsOne).
pub const fn is_one(x: f64) -> bool {
    x == 1.0
}

/// NaN (IsNaN).
pub const fn is_nan(x: f64) -> bool {
    x.is_nan()
}

/// Below zero, or -0 (IsSignMinus). NaN has no sign.
pub const fn is_sign_minus(x: f64) -> bool {
    !x.is_nan() && x.is_sign_negative()
}

/// Neither infinite nor NaN (IsFinite).
pub const fn is_finite(x: f64) -> bool {
    x.is_finite()
}

/// Infinite (IsInfinite).
pub const fn is_infinite(x: f64) -> bool {
    x.is_infinite()
}
