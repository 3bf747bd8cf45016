//! The vocabulary of rounding: which neighbour a value goes to, and what becomes of a value past
//! the greatest finite one.
//!
//! Names are those of IEEE 754 and of the IEEE P3109 interim report (v4.0, clauses 4.2 and 4.7);
//! [`ALIASES`] has what MATLAB chop, Pychop and CPFloat call the same modes.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::nearest::nearest;

/// Which of the two neighbours in the format a value goes to. Exact values never move.
///
/// ```
/// use roundoff::{Format, Rounder, Rounding};
/// let up = Rounder::new(Format::BINARY16).with_rounding(Rounding::TowardPositive);
/// assert_eq!(up.round(1.0 + 1e-9), 1.0009765625);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearer; a tie goes to the even code (IEEE 754 roundTiesToEven).
    #[default]
    NearestTiesToEven,
    /// To the nearer; a tie goes away from zero (IEEE 754 roundTiesToAway).
    NearestTiesToAway,
    /// To the nearer; a tie goes toward zero (IEEE 754 roundTiesToZero, of augmented operations).
    NearestTiesToZero,
    /// Truncation.
    TowardZero,
    /// Up.
    TowardPositive,
    /// Down.
    TowardNegative,
    /// Toward zero, then an inexact result's last digit becomes one (von Neumann's jamming):
    /// a later rounding of the result goes where the exact value would have gone.
    ToOdd,
    /// Up or down with a probability that is the distance to the other neighbour, made with
    /// so many random bits (P3109 4.7.4; Croci et al., *Stochastic rounding*, 2022).
    Stochastic {
        /// How the kept bits of the fraction meet the random bits.
        variant: Variant,
        /// How many random bits each rounding takes.
        bits: RandomBits,
    },
    /// Up or down with probability 1/2 (CESTAC, CADNA).
    StochasticEqual,
}

/// The three ways of P3109 4.7.4 to compare a fraction v with N random bits R.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Away from zero when floor(v 2^N) + R >= 2^N. Exact when N covers the dropped digits.
    A,
    /// Away from zero when floor(v 2^(N+1)) + 2 R + 1 >= 2^(N+1): A without its bias.
    B,
    /// Away from zero when nearest-even-integer(v 2^N) + R >= 2^N.
    C,
}

/// The number of random bits of a stochastic rounding, 1 to 53.
///
/// Up to 32 bits serve hosts of 32 bits; an f64 host may want 52, every fraction bit it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RandomBits(u8);

impl RandomBits {
    /// As many as an f32 has fraction bits: no more are dropped in the normal range of any format,
    /// so that with variant A the probability of every such f32 is exact.
    pub const HOST32: Self = Self(23);
    /// As many as an f64 has fraction bits.
    pub const HOST64: Self = Self(52);

    /// # Errors
    /// [`RoundingError::Bits`] unless 1 <= bits <= 53.
    pub const fn new(bits: u8) -> Result<Self, RoundingError> {
        match bits {
            1..=53 => Ok(Self(bits)),
            _ => Err(RoundingError::Bits { bits: bits as u32 }),
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What becomes of a value past the greatest finite one (P3109 4.7.5), after rounding with an
/// unbounded exponent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Saturation {
    /// By the rounding mode and the format's family: modes toward zero give the greatest finite
    /// value; the others an infinity, a NaN where an OCP or FNUZ format has no infinity, and the
    /// greatest finite value where there is neither. See `docs/rounding.md` for the whole table.
    #[default]
    None,
    /// Everything past the greatest finite value, infinities too, becomes it.
    Finite,
    /// Finite values are clamped; infinities stay where the format has them.
    Propagate,
}

/// What is wrong with a rounding's name or numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RoundingError {
    /// Not 1 to 53 random bits.
    #[error("{bits} random bits: a stochastic rounding takes 1 to 53")]
    Bits {
        /// What was asked for.
        bits: u32,
    },
    /// No such rounding.
    #[error("unknown rounding \"{name}\": {}", help(.name))]
    Name {
        /// What was asked for.
        name: String,
    },
    /// No such saturation.
    #[error("unknown saturation \"{name}\": use one of none, finite, propagate")]
    Saturation {
        /// What was asked for.
        name: String,
    },
}

impl Rounding {
    /// Stochastic, variant A, with as many random bits as an f32 has fraction bits.
    pub const STOCHASTIC: Self = Self::Stochastic {
        variant: Variant::A,
        bits: RandomBits::HOST32,
    };

    /// One of each: what a sweep over "all modes" means. Stochastic is [`Rounding::STOCHASTIC`].
    pub const ALL: [Self; 9] = [
        Self::NearestTiesToEven,
        Self::NearestTiesToAway,
        Self::NearestTiesToZero,
        Self::TowardZero,
        Self::TowardPositive,
        Self::TowardNegative,
        Self::ToOdd,
        Self::STOCHASTIC,
        Self::StochasticEqual,
    ];

    /// Stochastic rounding with the given variant and number of random bits.
    ///
    /// # Errors
    /// [`RoundingError::Bits`] unless 1 <= bits <= 53.
    ///
    /// ```
    /// use roundoff::{Rounding, Variant};
    /// assert_eq!(Rounding::stochastic(Variant::A, 23)?, Rounding::STOCHASTIC);
    /// assert!(Rounding::stochastic(Variant::B, 0).is_err());
    /// # Ok::<(), roundoff::RoundingError>(())
    /// ```
    pub fn stochastic(variant: Variant, bits: u8) -> Result<Self, RoundingError> {
        RandomBits::new(bits).map(|bits| Self::Stochastic { variant, bits })
    }

    /// Does the result depend on random bits?
    pub const fn is_stochastic(self) -> bool {
        matches!(self, Self::Stochastic { .. } | Self::StochasticEqual)
    }

    /// Does round(-x) = -round(x) hold? Not for the two modes with a direction.
    pub const fn is_symmetric(self) -> bool {
        !matches!(self, Self::TowardPositive | Self::TowardNegative)
    }
}

/// What one tool calls one mode.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// Ours.
    pub rounding: Rounding,
    /// The short name of the command line.
    pub short: &'static str,
    /// IEEE 754-2019, clause 4.3, or P3109 4.2.
    pub standard: &'static str,
    /// MATLAB chop's `options.round`.
    pub chop: &'static str,
    /// Pychop's `rmode`: the number of `Chop`, and the words of its fixed-point and bitwise classes.
    /// (Its 0, ties to odd, is not implemented there.)
    pub pychop: &'static str,
    /// CPFloat's `optstruct.round`.
    pub cpfloat: &'static str,
}

/// What every tool calls every mode. The command `roundoff roundings` prints it.
///
/// Stochastic modes of chop, Pychop and CPFloat take as many random bits as their host's fraction.
#[rustfmt::skip]
pub const ALIASES: [Alias; 9] = [
    alias(Rounding::NearestTiesToEven, "rne", "roundTiesToEven", "1", "1, nearest, nearest_even", "CPFLOAT_RND_NE (1)"),
    alias(Rounding::NearestTiesToAway, "rna", "roundTiesToAway", "-", "8", "CPFLOAT_RND_NA (-1)"),
    alias(Rounding::NearestTiesToZero, "rnz", "roundTiesToZero", "-", "7", "CPFLOAT_RND_NZ (0)"),
    alias(Rounding::TowardZero, "rz", "roundTowardZero", "4", "4, toward_zero", "CPFLOAT_RND_TZ (4)"),
    alias(Rounding::TowardPositive, "ru", "roundTowardPositive", "2", "2, plus_inf, plus_infinity", "CPFLOAT_RND_TP (2)"),
    alias(Rounding::TowardNegative, "rd", "roundTowardNegative", "3", "3, minus_inf, minus_infinity", "CPFLOAT_RND_TN (3)"),
    alias(Rounding::ToOdd, "odd", "ToOdd (P3109)", "-", "9", "CPFLOAT_RND_OD (7)"),
    alias(Rounding::STOCHASTIC, "stochastic", "StochasticA (P3109)", "5", "5, stoc_prop, stochastic_prop", "CPFLOAT_RND_SP (5)"),
    alias(Rounding::StochasticEqual, "stochastic-equal", "-", "6", "6, stoc_equal, stochastic_equal", "CPFLOAT_RND_SE (6)"),
];

const fn alias(
    rounding: Rounding,
    short: &'static str,
    standard: &'static str,
    chop: &'static str,
    pychop: &'static str,
    cpfloat: &'static str,
) -> Alias {
    Alias {
        rounding,
        short,
        standard,
        chop,
        pychop,
        cpfloat,
    }
}

impl fmt::Display for Rounding {
    /// The name that [`Rounding::from_str`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::NearestTiesToEven => "NearestTiesToEven",
            Self::NearestTiesToAway => "NearestTiesToAway",
            Self::NearestTiesToZero => "NearestTiesToZero",
            Self::TowardZero => "TowardZero",
            Self::TowardPositive => "TowardPositive",
            Self::TowardNegative => "TowardNegative",
            Self::ToOdd => "ToOdd",
            Self::StochasticEqual => "StochasticEqual",
            Self::Stochastic { variant, bits } => {
                return f.pad(&format!("Stochastic{variant:?}:{}", bits.get()));
            }
        };
        f.pad(name)
    }
}

impl FromStr for Rounding {
    type Err = RoundingError;

    /// Reads full names (`NearestTiesToEven`), the short ones (`rne`), IEEE 754's
    /// (`roundTiesToEven`), Pychop's (`plus_inf`) and CPFloat's (`NE`), whatever their case, `-`
    /// and `_`; and
    /// `stochastic`, `stochastic-b`, `stochastic-a:13`.
    fn from_str(name: &str) -> Result<Self, RoundingError> {
        let plain: String = name
            .chars()
            .filter(|c| !matches!(c, '-' | '_' | ' '))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        Ok(match plain.as_str() {
            "nearesttiestoeven" | "rne" | "roundtiestoeven" | "ne" | "nearest" | "nearesteven" => {
                Self::NearestTiesToEven
            }
            "nearesttiestoaway" | "rna" | "roundtiestoaway" | "na" => Self::NearestTiesToAway,
            "nearesttiestozero" | "rnz" | "roundtiestozero" | "nz" => Self::NearestTiesToZero,
            "towardzero" | "rz" | "roundtowardzero" | "tz" | "truncate" => Self::TowardZero,
            "towardpositive"
            | "ru"
            | "roundtowardpositive"
            | "tp"
            | "up"
            | "plusinf"
            | "plusinfinity" => Self::TowardPositive,
            "towardnegative"
            | "rd"
            | "roundtowardnegative"
            | "tn"
            | "down"
            | "minusinf"
            | "minusinfinity" => Self::TowardNegative,
            "toodd" | "odd" | "od" | "ro" => Self::ToOdd,
            "stochasticequal" | "se" | "stocequal" | "cestac" => Self::StochasticEqual,
            "stochastic" | "sr" | "sp" | "stocprop" | "stochasticprop" => Self::STOCHASTIC,
            other => return stochastic_name(other, name),
        })
    }
}

/// The nearest name, or what names there are.
fn help(name: &str) -> String {
    let long: Vec<String> = ALIASES
        .iter()
        .map(|alias| alias.rounding.to_string())
        .collect();
    let other = ALIASES
        .iter()
        .flat_map(|alias| [alias.short, alias.standard]);
    match nearest(name, other.chain(long.iter().map(String::as_str))) {
        Some(near) => format!("did you mean {near}? `roundoff roundings` lists the names"),
        None => "use one of rne, rna, rnz, rz, ru, rd, odd, stochastic, stochastic-equal, or \
                 stochastic-a:23 (variant and random bits)"
            .to_owned(),
    }
}

/// `stochastica`, `stochasticb:13`: a variant and, perhaps, a number of bits.
fn stochastic_name(plain: &str, name: &str) -> Result<Rounding, RoundingError> {
    let unknown = || RoundingError::Name {
        name: name.to_owned(),
    };
    let rest = plain.strip_prefix("stochastic").ok_or_else(unknown)?;
    let (variant, bits) = rest.split_once(':').unwrap_or((rest, "23"));
    let variant = match variant {
        "a" | "" => Variant::A,
        "b" => Variant::B,
        "c" => Variant::C,
        _ => return Err(unknown()),
    };
    let bits: u32 = bits.parse().map_err(|_| unknown())?;
    Rounding::stochastic(variant, u8::try_from(bits).unwrap_or(u8::MAX))
        .map_err(|_| RoundingError::Bits { bits })
}

impl fmt::Display for Saturation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "None",
            Self::Finite => "Finite",
            Self::Propagate => "Propagate",
        })
    }
}

impl FromStr for Saturation {
    type Err = RoundingError;

    /// Reads `none`, `finite`, `propagate`, and P3109's `SatNone`, `SatFinite`, `SatPropagate`.
    fn from_str(name: &str) -> Result<Self, RoundingError> {
        match name.to_ascii_lowercase().as_str() {
            "none" | "satnone" => Ok(Self::None),
            "finite" | "satfinite" => Ok(Self::Finite),
            "propagate" | "satpropagate" => Ok(Self::Propagate),
            _ => Err(RoundingError::Saturation {
                name: name.to_owned(),
            }),
        }
    }
}
