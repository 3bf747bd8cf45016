//! How many values of the format a function is off (P3109 4.4, kappa).
//!
//! An implementation that does not round every result right declares kappa: between what it gives
//! and what is right there are at most so many steps of the format, by interval of the operand.
//!
//! ```
//! use roundoff::arith::{Exactly, Kappa, Off, Unary};
//! use roundoff::{Format, Rounder};
//! let half = Exactly::new(&Rounder::new(Format::BINARY16));
//! // A square root by way of a reciprocal that is rounded to binary16 first.
//! let kappa = Kappa::of(&half, Unary::Sqrt, &[0.0, 1.0, f64::INFINITY], |x| {
//!     half.unary(Unary::Recip, half.unary(Unary::Rsqrt, x, 0), 0)
//! })?;
//! assert_eq!(kappa.intervals()[0].kappa(), Off::Steps(1));
//! println!("{kappa}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod library;

use std::fmt;

use thiserror::Error;

pub use library::{Library, LibraryError};

use super::exact::Exactly;
use super::operations::Unary;
use crate::format::{CodeError, Format};

/// Why kappa could not be measured.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum KappaError {
    /// The operands cannot be listed.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// Not a list of intervals.
    #[error("{count} cuts, not in ascending order: intervals take at least two, such as 0,1,inf")]
    Cuts {
        /// How many there were.
        count: usize,
    },
    /// The library has no such function.
    #[error("{library} has no {operation}: it has {known}")]
    NoFunction {
        /// The library.
        library: Library,
        /// The operation.
        operation: Unary,
        /// The operations that it has.
        known: String,
    },
}

/// How far a result is from the right one, the nearer first (P3109 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Off {
    /// So many values of the format; 0 where they are the same.
    Steps(u64),
    /// One of the two is infinite, the other is not or has another sign: kappa is infinite.
    Infinite,
    /// One of the two is NaN, or what came out is no value of the format: kappa is NaN.
    Nan,
}

impl fmt::Display for Off {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(steps) => f.pad(&steps.to_string()),
            Self::Infinite => f.pad("inf"),
            Self::Nan => f.pad("NaN"),
        }
    }
}

impl Format {
    /// How many steps it is from one value to another: 0 for the same (two zeros are), 1 for
    /// neighbours; none between NaN and a number, or from what is not a value of the format.
    ///
    /// ```
    /// use roundoff::Format;
    /// assert_eq!(Format::OCP_E2M1.steps_between(-0.5, 1.0), Some(3));
    /// assert_eq!(Format::OCP_E2M1.steps_between(f64::NAN, f64::NAN), Some(0));
    /// ```
    pub fn steps_between(&self, a: f64, b: f64) -> Option<u64> {
        if a.is_nan() || b.is_nan() {
            return (a.is_nan() && b.is_nan()).then_some(0);
        }
        let (a, b) = (self.place(a)?, self.place(b)?);
        u64::try_from(a.abs_diff(b)).ok()
    }

    /// The place of a value in the order of all, zero at 0.
    fn place(&self, x: f64) -> Option<i128> {
        let first = self.index_of(self.least_positive())?;
        let magnitude = match x.abs() {
            0.0 => 0,
            f64::INFINITY => i128::from(self.index_of(self.greatest())? - first) + 2,
            // Two's complement has one negative value past the greatest magnitude.
            _ if x < 0.0 && x < -self.greatest() && x == self.lowest() => {
                i128::from(self.index_of(self.greatest())? - first) + 2
            }
            finite => i128::from(self.index_of(finite)? - first) + 1,
        };
        Some(if x < 0.0 { -magnitude } else { magnitude })
    }
}

/// Operand, what came out, what is right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// The operand; the first of several.
    pub operand: f64,
    /// What came out.
    pub got: f64,
    /// What is right.
    pub right: f64,
}

/// The operands from `from` up to, not including, `to`; the last interval includes its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    operands: u64,
    wrong: u64,
    /// The greatest distance and the first case that has it.
    worst: Option<(Off, Case)>,
}

impl Interval {
    /// The greatest distance.
    pub const fn kappa(&self) -> Off {
        match self.worst {
            Some((off, _)) => off,
            None => Off::Steps(0),
        }
    }

    /// How many operands.
    pub const fn operands(&self) -> u64 {
        self.operands
    }

    /// How many of them gave another value than the right one.
    pub const fn wrong(&self) -> u64 {
        self.wrong
    }

    /// The first case with the greatest distance, where one is wrong.
    pub const fn worst(&self) -> Option<&Case> {
        match &self.worst {
            Some((_, case)) => Some(case),
            None => None,
        }
    }
}

/// Kappa by interval of the operand. A NaN operand counts in the last interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Kappa {
    format: Format,
    intervals: Vec<Interval>,
}

impl Kappa {
    /// Nothing measured yet. Results are values of `format`; intervals lie between the `cuts`,
    /// which ascend.
    ///
    /// # Errors
    /// [`KappaError::Cuts`] unless there are two cuts or more, in order.
    pub fn new(format: Format, cuts: &[f64]) -> Result<Self, KappaError> {
        if cuts.len() < 2 || !cuts.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err(KappaError::Cuts { count: cuts.len() });
        }
        let intervals = cuts.windows(2).map(|pair| Interval {
            from: pair[0],
            to: pair[1],
            operands: 0,
            wrong: 0,
            worst: None,
        });
        Ok(Self {
            format,
            intervals: intervals.collect(),
        })
    }

    /// A function against an operation, on every value of a format of at most 16 bits that lies
    /// between the cuts.
    ///
    /// # Errors
    /// [`KappaError`] where the format has no codes or more than 16 bits, or cuts do not ascend.
    pub fn of(
        exactly: &Exactly,
        operation: Unary,
        cuts: &[f64],
        mut function: impl FnMut(f64) -> f64,
    ) -> Result<Self, KappaError> {
        let mut kappa = Self::new(*exactly.format(), cuts)?;
        for (_, operand) in exactly.format().values()? {
            kappa.record(Case {
                operand,
                got: function(operand),
                right: exactly.unary(operation, operand, 0),
            });
        }
        Ok(kappa)
    }

    /// A library's function, its results rounded into the format as the operation's are; under a
    /// stochastic rounding by the same random word.
    ///
    /// ```
    /// use roundoff::arith::{Exactly, Kappa, Library, Off, Unary};
    /// use roundoff::{Format, Rounder, Rounding};
    /// let whole = [f64::NEG_INFINITY, f64::INFINITY];
    /// let kappa = |rounding| {
    ///     let half = Exactly::new(&Rounder::new(Format::BINARY16).with_rounding(rounding));
    ///     Kappa::of_library(&half, Unary::Exp, Library::LibmF64, &whole)
    /// };
    /// let kappa = kappa(Rounding::TowardPositive)?;
    /// // e^x of a tiny x is 1 in f64, and 1 rounds up to 1.
    /// assert_eq!(kappa.intervals()[0].kappa(), Off::Steps(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As of [`Kappa::of`]; [`KappaError::NoFunction`] where the library lacks the function.
    pub fn of_library(
        exactly: &Exactly,
        operation: Unary,
        library: Library,
        cuts: &[f64],
    ) -> Result<Self, KappaError> {
        let Some(function) = library.function(operation) else {
            let known = Unary::ALL
                .iter()
                .filter(|o| library.function(**o).is_some());
            let known: Vec<&str> = known.map(|operation| operation.name()).collect();
            return Err(KappaError::NoFunction {
                library,
                operation,
                known: known.join(", "),
            });
        };
        Self::of(exactly, operation, cuts, |x| exactly.num(function(x), 0))
    }

    /// One case more. An operand outside all intervals does not count.
    pub fn record(&mut self, case: Case) {
        let last = self.intervals.len() - 1;
        let x = case.operand;
        let within = |(i, one): (usize, &Interval)| {
            let at_the_end = i == last && (x == one.to || x.is_nan());
            at_the_end || (one.from <= x && x < one.to)
        };
        let Some(at) = self.intervals.iter().enumerate().position(within) else {
            return;
        };
        let off = self.off(case.got, case.right);
        let interval = &mut self.intervals[at];
        interval.operands += 1;
        if off == Off::Steps(0) {
            return;
        }
        interval.wrong += 1;
        if interval.worst.is_none_or(|(most, _)| most < off) {
            interval.worst = Some((off, case));
        }
    }

    fn off(&self, got: f64, right: f64) -> Off {
        match self.format.steps_between(got, right) {
            None => Off::Nan,
            Some(1..) if got.is_infinite() || right.is_infinite() => Off::Infinite,
            Some(steps) => Off::Steps(steps),
        }
    }

    /// The intervals, in order.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }
}

impl fmt::Display for Kappa {
    /// A table: interval, kappa, how many operands and how many of them wrong, the worst case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<24} {:>6} {:>10} {:>10}  worst",
            "operands", "kappa", "count", "wrong"
        )?;
        for (i, one) in self.intervals.iter().enumerate() {
            let end = if i + 1 == self.intervals.len() {
                ']'
            } else {
                ')'
            };
            let kappa = one.kappa();
            let range = format!("[{}, {}{end}", one.from, one.to);
            write!(
                f,
                "{range:<24} {kappa:>6} {:>10} {:>10}",
                one.operands, one.wrong
            )?;
            match one.worst() {
                Some(Case {
                    operand,
                    got,
                    right,
                }) => {
                    writeln!(f, "  {operand:e} gives {got:e}, {right:e} is right")?;
                }
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}
