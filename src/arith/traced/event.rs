//! What can happen to a result.

use std::fmt;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident $text:literal)*) => {
        /// Something that loses information.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Event {
            $($(#[$doc])* $name,)*
        }

        impl Event {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// In words.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

events! {
    /// The exact result, a finite number of finite operands, is past the greatest finite value by
    /// a step or more; or nothing finite came out. Saturated or not.
    Overflow "overflow"
    /// The exact result is not zero, is below the least normal value, and what came out is not
    /// it (IEEE 754-2019, 7.5).
    Underflow "underflow"
    /// NaN from operands that are none: inf - inf, 0 / 0, sqrt(-1), an overflow of a format
    /// without infinities.
    NanBorn "NaN born"
    /// An operand is NaN and the result is none: a comparison, a minimum of numbers, pow(NaN, 0).
    NanSwallowed "NaN swallowed"
    /// A sum is at least one binary digit shorter than its greatest addend: what the addends had
    /// of rounding errors stands that much higher in it.
    Cancellation "cancellation"
    /// A sum is one of its addends though the others are not zero.
    Absorption "absorption"
    /// What came out is not the exact result.
    Inexact "inexact"
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
