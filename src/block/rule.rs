//! The rules that choose a block's scale.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How the scale s of a block follows from its greatest magnitude m (over the tensor's scale, where
/// there is one), the elements' greatest value M and its exponent E.
///
/// It decides how accurate a block is: a scale too small cuts off what is greatest, one too great
/// leaves a digit unused.
///
/// ```
/// use roundoff::block::ScaleRule;
/// assert_eq!("nvidia".parse(), Ok(ScaleRule::RoundUp));
/// assert_eq!(ScaleRule::Even.to_string(), "even");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScaleRule {
    /// s = 2^(floor(log2 m) - E): OCP MX v1.0, 6.3, and Microsoft's microxcaling (`mx/mx_ops.py`). What
    /// lies between M s and 2^(E + 1) s is cut off.
    Floor,
    /// s = 2^(ceil(log2 m) - E): torchao's `CEIL`.
    Ceil,
    /// The least s with m <= M s, so that nothing is cut off: NVIDIA's recipe for MXFP8 (Mishra et
    /// al., arXiv 2506.08027; Transformer Engine's `float_to_e8m0`), torchao's `RCEIL`, and P3109's
    /// conversion with the scale projected toward positive (5).
    RoundUp,
    /// m rounded to the elements' digits, ties to even, then the floor rule: AMD's Quark, torchao's
    /// `EVEN`. A greatest value that would round up to the next power of two gets its scale.
    Even,
    /// m / M rounded to the scale's format, ties to even: NVIDIA's NVFP4 (arXiv 2509.25149).
    Nearest,
    /// Of the scales nearest to m / q, for the elements' values q in (M / 2, M] from above (64 of
    /// them at most): the one with which m comes out best; of equals the least.
    LargestExact,
    /// Of the scales nearest to j / 16 x m / M for j = 8 to 32: the one with the least sum of squared
    /// errors, computed in f64 in order; of equals the least.
    MeanSquare,
}

impl ScaleRule {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Floor,
        Self::Ceil,
        Self::RoundUp,
        Self::Even,
        Self::Nearest,
        Self::LargestExact,
        Self::MeanSquare,
    ];

    /// The name it is printed with.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Ceil => "ceil",
            Self::RoundUp => "round-up",
            Self::Even => "even",
            Self::Nearest => "nearest",
            Self::LargestExact => "largest-exact",
            Self::MeanSquare => "mean-square",
        }
    }
}

impl fmt::Display for ScaleRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No rule of that name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "unknown scale rule \"{0}\": use floor (OCP, microxcaling), ceil, round-up (NVIDIA's MXFP8, rceil), \
     even (Quark), nearest (NVFP4), largest-exact or mean-square"
)]
pub struct ScaleRuleError(pub String);

impl FromStr for ScaleRule {
    type Err = ScaleRuleError;

    /// Reads the names that [`Display`](fmt::Display) prints, and whose they are.
    fn from_str(name: &str) -> Result<Self, ScaleRuleError> {
        Ok(match name.trim().to_ascii_lowercase().as_str() {
            "floor" | "ocp" | "microxcaling" => Self::Floor,
            "ceil" => Self::Ceil,
            "round-up" | "rceil" | "nvidia" | "transformer-engine" => Self::RoundUp,
            "even" | "quark" | "amd" => Self::Even,
            "nearest" | "nvfp4" => Self::Nearest,
            "largest-exact" | "largest" => Self::LargestExact,
            "mean-square" | "mse" => Self::MeanSquare,
            _ => return Err(ScaleRuleError(name.to_owned())),
        })
    }
}
