//! Rounding one value to nearest, ties to even, without a call or a branch: what a scalar loop wants.
//!
//! * **Magic**: x + m - m, where m = 1.5 x 2^k is so large that its last digit is the format's step
//!   at x. The addition rounds, the subtraction is exact (Dekker 1971; Muller et al., *Handbook of
//!   Floating-Point Arithmetic*, 2018, 5.3.1). The sign comes back for -0.
//! * **Shifted**: for formats that share the carrier's exponents, half a step less one is added to
//!   the digits to drop, and one more where the last kept one is odd.
//! * **Split**: with c = (2^s + 1) x, c - (c - x) is x with s digits less, a tie to even (Veltkamp's
//!   splitting; Boldo, *Pitfalls of a full floating-point proof*, 2006). It knows no least binade,
//!   which sums do not need: a sum of values is a multiple of their lowest step, so below the least
//!   normal value it is exact already.
//!
//! ```text
//!   m:        1.1000000000000000000|0000|      its last digit and
//!   x:                     1.ffffff|dddd|      the last one that x keeps are in one place
//!   x + m:    1.1000000....1.fffff?|           the sum has no room for the dddd
//! ```
//!
//! A result of + - * / sqrt in the carrier, rounded to nearest there and again here, is the exact
//! result rounded once if the format has few enough digits (Figueroa 1995): [`carries`] says which.

use crate::chop::Carriers;
use crate::format::{Format, Subnormals};
use crate::plan::{Fate, Recipe};
use crate::rounding::{Rounding, Saturation};

/// How results of the carrier become values of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They are, the format being the carrier's own.
    Native,
    /// By a large number added and subtracted.
    Magic,
    /// The same for results of operations on values of the format, where none of them comes near the
    /// carrier's end, subnormals are kept and zeros have signs.
    Plain,
    /// By an integer addition.
    Shifted,
    /// Not that way: by exact arithmetic.
    Exact,
}

/// A float that carries the numbers: f32 or f64.
pub trait Carrier:
    Copy + PartialEq + PartialOrd + std::fmt::Debug + Send + Sync + sealed::Sealed + 'static
{
    #[doc(hidden)]
    const BITS: u32;
    /// Exact for the values that it carries.
    fn of(x: f64) -> Self;
    /// Exact.
    fn to_f64(self) -> f64;
    #[doc(hidden)]
    fn plus(self, other: Self) -> Self;
    #[doc(hidden)]
    fn minus(self, other: Self) -> Self;
    #[doc(hidden)]
    fn times(self, other: Self) -> Self;
    #[doc(hidden)]
    fn over(self, other: Self) -> Self;
    #[doc(hidden)]
    fn root(self) -> Self;
    #[doc(hidden)]
    fn magnitude(self) -> Self;
    #[doc(hidden)]
    fn negated(self) -> Self;
    #[doc(hidden)]
    fn round(self, way: Way, grids: &Grids) -> Self;
    /// The same of a sum or difference of two values of the format.
    #[doc(hidden)]
    fn round_sum(self, way: Way, grids: &Grids) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// The numbers of both carriers.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Grids {
    narrow: lane32::Grid,
    pub(super) wide: lane64::Grid,
}

impl Grids {
    #[doc(hidden)]
    pub const fn new(format: Format, saturation: Saturation) -> Self {
        let recipe = Recipe {
            format,
            rounding: Rounding::NearestTiesToEven,
            saturation,
            carrier: Carriers::F64.carrier(),
        };
        Self {
            narrow: lane32::Grid::new(&recipe),
            wide: lane64::Grid::new(&recipe),
        }
    }
}

macro_rules! lane {
    ($module:ident, $float:ident, $word:ident, $fraction:literal, $bias:literal) => {
        pub(in crate::arith) mod $module {
            use super::*;

            const EXPONENT: $word = <$float>::INFINITY.to_bits();

            #[derive(Clone, Copy, Debug)]
            pub struct Grid {
                /// Exponents of the least normal and of the greatest binade, in place.
                least: $word,
                most: $word,
                /// The binade whose step serves below the least one.
                below: $word,
                /// From an exponent to m's, and half a binade more.
                up: $word,
                /// Digits to drop.
                dropped: u32,
                greatest: $float,
                /// The greatest magnitude that rounds to no more than the greatest value.
                limit: $float,
                /// 2^dropped + 1.
                splitter: $float,
                past: $float,
                flush: $float,
                /// Added to the result: -0 changes nothing, 0 makes -0 a 0.
                zero: $float,
            }

            impl Grid {
                /// Of use where [`way`] says so; else of no sense, but made.
                pub const fn new(recipe: &Recipe) -> Self {
                    let format = &recipe.format;
                    let digits = format.precision() as i32;
                    let least = (format.emin() + $bias) as $word;
                    let most = (format.emax() + 1 + $bias) as $word;
                    let below = match format.subnormals() {
                        Subnormals::Rounded => least.wrapping_add(digits as $word - 1),
                        _ => least,
                    };
                    let dropped = ($fraction as i32 + 1).wrapping_sub(digits);
                    let shift = (dropped & ($word::BITS as i32 - 1)) as u32;
                    let greatest = format.greatest() as $float;
                    Self {
                        least: least.wrapping_shl($fraction),
                        most: most.wrapping_shl($fraction),
                        below: below.wrapping_shl($fraction),
                        up: (dropped as $word).wrapping_shl($fraction) + (1 << ($fraction - 1)),
                        dropped: shift,
                        greatest,
                        limit: Self::limit(greatest, shift),
                        splitter: ((1 as $word).wrapping_shl(shift) + 1) as $float,
                        past: match recipe.overflow(false) {
                            Fate::Infinity => <$float>::INFINITY,
                            Fate::NaN => <$float>::NAN,
                            Fate::Greatest | Fate::Zero => format.greatest() as $float,
                        },
                        flush: match format.subnormals() {
                            Subnormals::Flushed => format.least_normal() as $float,
                            _ => 0.0,
                        },
                        zero: if format.has_negative_zero() {
                            -0.0
                        } else {
                            0.0
                        },
                    }
                }

                /// Half a step past the greatest value is its tie with the next one: a tie to even.
                ///
                /// ```text
                ///   greatest  1.11111 1|000...0      odd: the tie goes up, to what is past the end
                ///   limit     1.11111 1|011...1
                ///   greatest  1.11100 0|000...0      even: the tie is the greatest value's still
                ///   limit     1.11100 0|100...0
                /// ```
                const fn limit(greatest: $float, dropped: u32) -> $float {
                    let bits = greatest.to_bits();
                    let half = (1 as $word).wrapping_shl(dropped) / 2;
                    let odd = bits.wrapping_shr(dropped) & 1;
                    <$float>::from_bits(bits.wrapping_add(half).wrapping_sub(odd))
                }

                #[inline(always)]
                pub fn magic(&self, x: $float) -> $float {
                    let binade = x.to_bits() & EXPONENT;
                    let binade = if binade < self.least {
                        self.below
                    } else {
                        binade
                    };
                    let binade = if binade > self.most {
                        self.most
                    } else {
                        binade
                    };
                    let m = <$float>::from_bits(binade + self.up);
                    self.ends(((x + m) - m).copysign(x))
                }

                /// [`Way::Plain`].
                #[inline(always)]
                pub fn plain(&self, x: $float) -> $float {
                    let binade = x.to_bits() & EXPONENT;
                    let binade = if binade < self.least {
                        self.least
                    } else {
                        binade
                    };
                    let m = <$float>::from_bits(binade.wrapping_add(self.up));
                    self.within(x, (x + m) - m)
                }

                /// [`Way::Plain`], of a sum or difference of two values of the format.
                #[inline(always)]
                pub fn split(&self, x: $float) -> $float {
                    let c = x * self.splitter;
                    self.within(x, c - (c - x))
                }

                /// x rounded to y, or what is past the greatest value, with the sign of x.
                #[inline(always)]
                fn within(&self, x: $float, y: $float) -> $float {
                    let magnitude = if x.abs() > self.limit { self.past } else { y };
                    magnitude.copysign(x)
                }

                #[inline(always)]
                pub fn shifted(&self, x: $float) -> $float {
                    let bits = x.to_bits();
                    let tail = (1 << self.dropped) - 1;
                    let rounded = (bits + (tail >> 1) + (bits >> self.dropped & 1)) & !tail;
                    // A NaN must not run over into an infinity or past the sign.
                    self.ends(if x.is_nan() {
                        x
                    } else {
                        <$float>::from_bits(rounded)
                    })
                }

                /// What is past the greatest value, below the least normal one, or zero.
                #[inline(always)]
                fn ends(&self, y: $float) -> $float {
                    let y = if y.abs() > self.greatest {
                        self.past.copysign(y)
                    } else {
                        y
                    };
                    let y = if y.abs() < self.flush {
                        (0.0 as $float).copysign(y)
                    } else {
                        y
                    };
                    y + self.zero
                }
            }
        }

        impl Carrier for $float {
            const BITS: u32 = $word::BITS;

            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $float
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.into()
            }

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self + other
            }

            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self - other
            }

            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self * other
            }

            #[inline(always)]
            fn over(self, other: Self) -> Self {
                self / other
            }

            #[inline(always)]
            fn root(self) -> Self {
                self.sqrt()
            }

            #[inline(always)]
            fn magnitude(self) -> Self {
                self.abs()
            }

            #[inline(always)]
            fn negated(self) -> Self {
                -self
            }

            #[inline(always)]
            fn round(self, way: Way, grids: &Grids) -> Self {
                match way {
                    Way::Native | Way::Exact => self,
                    Way::Magic => grids.$module().magic(self),
                    Way::Plain => grids.$module().plain(self),
                    Way::Shifted => grids.$module().shifted(self),
                }
            }

            #[inline(always)]
            fn round_sum(self, way: Way, grids: &Grids) -> Self {
                match way {
                    Way::Plain => grids.$module().split(self),
                    other => Carrier::round(self, other, grids),
                }
            }
        }
    };
}

lane!(lane32, f32, u32, 23, 127);
lane!(lane64, f64, u64, 52, 1023);

impl Grids {
    #[inline(always)]
    fn lane32(&self) -> &lane32::Grid {
        &self.narrow
    }

    #[inline(always)]
    fn lane64(&self) -> &lane64::Grid {
        &self.wide
    }
}

/// How a carrier of so many bits serves: [`Way::Exact`] where rounding twice could show.
#[doc(hidden)]
pub const fn way(bits: u32, format: &Format, rounding: Rounding, saturation: Saturation) -> Way {
    // The two's complement of fixed point is not symmetric.
    let symmetric = format.is_signed() && !format.fixed;
    if !matches!(rounding, Rounding::NearestTiesToEven) || !symmetric || !format.has_zero() {
        return Way::Exact;
    }
    // An infinity stays where a finite value past the greatest one is clamped: one comparison does
    // not tell them apart.
    if matches!(saturation, Saturation::Propagate) && format.has_infinities() {
        return Way::Exact;
    }
    // Digits, least normal exponent, greatest exponent of the carrier.
    let (digits, least, most) = match bits {
        32 => (24, -126, 127),
        _ => (53, -1022, 1023),
    };
    let precision = format.precision() as i32;
    let (emin, emax) = (format.emin(), format.emax());
    if precision == digits && emin == least && emax == most {
        let own = matches!(saturation, Saturation::None)
            && matches!(format.subnormals(), Subnormals::Kept)
            && format.has_infinities();
        return if own { Way::Native } else { Way::Exact };
    }
    // DLFloat16's least normal value is not the first of its binade.
    if precision < 2 || !format.starts_a_binade() || emin < least || emax > most {
        return Way::Exact;
    }
    // Figueroa: 2 p + 2 digits in the carrier. Below the carrier's least normal value it has fewer:
    // there a product of two p-digit numbers, 2 p digits, must be exact.
    let lowest = least - digits + 1;
    let step = emin - precision + 1;
    if 2 * precision + 2 > digits || step - lowest < 2 * precision {
        return Way::Exact;
    }
    if emin == least && matches!(format.subnormals(), Subnormals::Kept) {
        return Way::Shifted;
    }
    // m stays below the carrier's end: for the greatest binade, or for all products and quotients.
    let up = digits - precision + 1;
    let product = 2 * emax + 2;
    let quotient = emax + 1 - step;
    let kept = matches!(format.subnormals(), Subnormals::Kept) && format.has_negative_zero();
    if kept && product + up < most && quotient + up < most {
        return Way::Plain;
    }
    if emax + up < most {
        return Way::Magic;
    }
    Way::Exact
}

/// How inputs, which may be any f64, become values of the format.
#[doc(hidden)]
pub const fn input_way(format: &Format, rounding: Rounding, saturation: Saturation) -> Way {
    match way(64, format, rounding, saturation) {
        Way::Plain => Way::Magic,
        other => other,
    }
}
