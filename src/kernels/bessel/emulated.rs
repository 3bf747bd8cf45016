//! log I_v(x) and log K_v(x) with every operation rounded: the expansions of the literature, each
//! once, over [`Arith`].
//!
//! | expansion | source | for |
//! |---|---|---|
//! | [`Expansion::LargeArgument`] | DLMF 10.40.1, 10.40.2 | I, K |
//! | [`Expansion::Uniform`] | DLMF 10.41.3, 10.41.4, in 1/w with w = sqrt(v^2 + x^2) | I, K |
//! | [`Expansion::Series`] | DLMF 10.25.2, terms on a logarithmic scale | I |
//! | [`Expansion::Integral`] | DLMF 10.32.9, trapezoidal rule on a logarithmic scale | K |
//! | [`Expansion::Recurrence`] | DLMF 10.29.1, from where the two before hold | I, K |
//!
//! Which serves where is a [`Rule`]: the paper's ([`PaperRule`]), one of your own (a closure), or one
//! expansion everywhere. What is a choice and no operation, such as how many terms, is made in f64.
//!
//! ```
//! use roundoff::arith::{Exact, Native};
//! use roundoff::kernels::bessel::emulated::{Expansion, Kind, PaperRule, evaluate};
//! use roundoff::kernels::bessel::log_kv;
//! use roundoff::{Format, Rounder};
//!
//! let native = evaluate(&Native, &PaperRule, Kind::K, 20.0, 50.0);
//! assert!((native - log_kv(20.0, 50.0)).abs() < 1e-13);
//!
//! let half = Exact::new(&Rounder::new(Format::BINARY16));
//! // The rule takes nine terms there. Their coefficients are past the greatest number of binary16.
//! assert!(evaluate(&half, &PaperRule, Kind::K, 20.0, 50.0).is_nan());
//! let narrow = evaluate(&half, &Expansion::Uniform { terms: 4 }, Kind::K, 20.0, 50.0);
//! assert!((narrow - native).abs() < 0.2);
//! ```

mod integral;
mod large_argument;
mod recurrence;
mod rule;
mod series;
mod sites;
mod uniform;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

#[cfg(feature = "gpu")]
pub(crate) use integral::end;
#[cfg(feature = "gpu")]
pub(crate) use recurrence::{NODES, steps};
pub use rule::{PaperRule, Rule};
#[cfg(feature = "gpu")]
pub(crate) use series::count;
pub use sites::{
    COEFFICIENT, EXPONENTIAL, INPUT, LEADING, LOGARITHM, OUTPUT, RECURRENCE, SITES, SUM, TERM,
};
#[cfg(feature = "gpu")]
pub(crate) use uniform::DEBYE;

use crate::arith::{Arith, Sites};
use crate::kernels::Num;

/// Which of the two functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// log I_v(x).
    I,
    /// log K_v(x).
    K,
}

/// A way to compute the logarithm of a Bessel function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expansion {
    /// In 1/x, for x far above v^2.
    LargeArgument {
        /// Terms after the first.
        terms: usize,
    },
    /// In 1/w, for great v or x.
    Uniform {
        /// Terms after the first.
        terms: usize,
    },
    /// The power series of I, for small x.
    Series,
    /// An integral over a real function, for K.
    Integral {
        /// Nodes of the trapezoidal rule.
        nodes: usize,
    },
    /// From orders where another expansion holds: 24 above for I, by the uniform expansion; from
    /// between -1/2 and 1/2 for K, by the integral with 64 nodes.
    Recurrence {
        /// Terms of the uniform expansion.
        terms: usize,
    },
}

impl Expansion {
    /// Is it one of this function?
    pub fn applies(self, kind: Kind) -> bool {
        match self {
            Self::Series => kind == Kind::I,
            Self::Integral { .. } => kind == Kind::K,
            _ => true,
        }
    }
}

impl fmt::Display for Expansion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LargeArgument { terms } => write!(f, "large-argument-{terms}"),
            Self::Uniform { terms } => write!(f, "uniform-{terms}"),
            Self::Series => f.write_str("series"),
            Self::Integral { nodes } => write!(f, "integral-{nodes}"),
            Self::Recurrence { terms } => write!(f, "recurrence-{terms}"),
        }
    }
}

/// A name that no expansion has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "no expansion is called \"{0}\": say large-argument-3, uniform-4, series, integral-64 or \
     recurrence-4, with a number of terms or nodes up to 1000"
)]
pub struct ExpansionError(pub String);

impl FromStr for Expansion {
    type Err = ExpansionError;

    fn from_str(name: &str) -> Result<Self, ExpansionError> {
        let wrong = || ExpansionError(name.to_owned());
        if name == "series" {
            return Ok(Self::Series);
        }
        let (family, number) = name.rsplit_once('-').ok_or_else(wrong)?;
        let terms = number
            .parse()
            .ok()
            .filter(|terms| *terms <= 1000)
            .ok_or_else(wrong)?;
        match family {
            "large-argument" => Ok(Self::LargeArgument { terms }),
            "uniform" => Ok(Self::Uniform { terms }),
            "integral" => Ok(Self::Integral { nodes: terms }),
            "recurrence" => Ok(Self::Recurrence { terms }),
            _ => Err(wrong()),
        }
    }
}

/// The logarithm by the expansion that the rule picks. NaN unless v >= 0 and x > 0 are finite, or
/// where the rule picks an expansion of the other function.
pub fn evaluate<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    kind: Kind,
    v: f64,
    x: f64,
) -> f64 {
    match evaluate_number(sites, rule, kind, v, x) {
        Some(value) => sites.at(OUTPUT).value(value),
        None => f64::NAN,
    }
}

/// The same with all the digits of the arithmetic; none where [`evaluate`] gives NaN for lack of a
/// function.
pub fn evaluate_number<S: Sites, R: Rule + ?Sized>(
    sites: &S,
    rule: &R,
    kind: Kind,
    v: f64,
    x: f64,
) -> Option<<S::Arith as Arith>::Num> {
    if !(v >= 0.0 && v.is_finite() && x > 0.0 && x.is_finite()) {
        return None;
    }
    let expansion = rule.pick(kind, v, x);
    if !expansion.applies(kind) {
        return None;
    }
    let input = sites.at(INPUT);
    let point = Point {
        sites,
        kind,
        exact: (v, x),
        v: input.num(v),
        x: input.num(x),
    };
    Some(point.by(expansion))
}

/// What w is multiplied by in the leading term of both expansions.
pub(crate) fn factor(kind: Kind) -> f64 {
    match kind {
        Kind::I => 2.0 * std::f64::consts::PI,
        Kind::K => std::f64::consts::FRAC_2_PI,
    }
}

/// A function at a point.
struct Point<'a, S: Sites> {
    sites: &'a S,
    kind: Kind,
    /// For choices: v and x before they were rounded.
    exact: (f64, f64),
    v: Num<S>,
    x: Num<S>,
}

impl<S: Sites> Point<'_, S> {
    fn by(&self, expansion: Expansion) -> Num<S> {
        match expansion {
            Expansion::LargeArgument { terms } => self.large_argument(terms),
            Expansion::Uniform { terms } => self.uniform(terms),
            Expansion::Series => self.series(),
            Expansion::Integral { nodes } => self.integral(nodes),
            Expansion::Recurrence { terms } => self.recurrence(terms),
        }
    }

    /// The same function at another order.
    fn at_order(&self, v: Num<S>, exact: f64) -> Self {
        Point {
            sites: self.sites,
            kind: self.kind,
            exact: (exact, self.exact.1),
            v,
            x: self.x,
        }
    }

    /// log(2 pi w)/2 for I, log(2 w/pi)/2 for K: what the leading term is divided by.
    fn half_log(&self, w: Num<S>) -> Num<S> {
        let leading = self.sites.at(LEADING);
        let log = leading.log(leading.mul(leading.num(factor(self.kind)), w));
        leading.mul(leading.num(0.5), log)
    }

    /// +-exponent - half log + log(sum).
    fn assemble(&self, exponent: Num<S>, half_log: Num<S>, sum: Num<S>) -> Num<S> {
        let (logarithm, output) = (self.sites.at(LOGARITHM), self.sites.at(OUTPUT));
        let exponent = match self.kind {
            Kind::I => exponent,
            Kind::K => output.neg(exponent),
        };
        output.add(output.sub(exponent, half_log), logarithm.log(sum))
    }

    /// log of the sum of e^(terms), the greatest taken out first; each term at the weight given.
    fn log_sum(&self, terms: &[Num<S>], weight: impl Fn(usize) -> f64) -> Num<S> {
        let (exponential, sum) = (self.sites.at(EXPONENTIAL), self.sites.at(SUM));
        let Some((first, rest)) = terms.split_first() else {
            return sum.num(f64::NEG_INFINITY);
        };
        let greatest = rest
            .iter()
            .fold(*first, |most, term| exponential.greater_of(most, *term));
        let mut total = sum.num(0.0);
        for (at, term) in terms.iter().enumerate() {
            let power = exponential.exp(exponential.sub(*term, greatest));
            let weight = weight(at);
            let power = match weight == 1.0 {
                true => power,
                false => sum.mul(sum.num(weight), power),
            };
            total = sum.add(total, power);
        }
        let logarithm = self.sites.at(LOGARITHM);
        self.sites.at(OUTPUT).add(greatest, logarithm.log(total))
    }
}
