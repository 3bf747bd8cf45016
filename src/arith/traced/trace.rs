//! The counts and the places.

use std::fmt;
use std::str::FromStr;

use super::super::operations::{Binary, OperationError, Ternary, Unary};
use super::Event;
use crate::arith::functions::Unrounded;
use crate::arith::wide::Wide;
use crate::format::Format;

/// Any operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Of one number.
    Unary(Unary),
    /// Of two.
    Binary(Binary),
    /// Of three.
    Ternary(Ternary),
    /// Which is greater.
    Compare,
}

impl Operation {
    /// How many numbers it takes.
    pub const fn arity(self) -> usize {
        match self {
            Self::Unary(_) => 1,
            Self::Binary(_) | Self::Compare => 2,
            Self::Ternary(_) => 3,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unary(operation) => operation.fmt(f),
            Self::Binary(operation) => operation.fmt(f),
            Self::Ternary(operation) => operation.fmt(f),
            Self::Compare => f.pad("Compare"),
        }
    }
}

impl FromStr for Operation {
    type Err = OperationError;

    /// Reads the standards' names (`FMA`, `ExpMinusOne`) and the methods' (`exp_minus_one`); a
    /// comparison has none.
    fn from_str(name: &str) -> Result<Self, OperationError> {
        let unary = Unary::from_str(name).map(Self::Unary);
        let binary = |_| Binary::from_str(name).map(Self::Binary);
        let ternary = |_| Ternary::from_str(name).map(Self::Ternary);
        unary.or_else(binary).or_else(ternary).map_err(|_| {
            let names = |all: &[&str]| all.join(", ");
            OperationError {
                name: name.to_owned(),
                arity: "known",
                known: [
                    names(&Unary::ALL.iter().map(|o| o.name()).collect::<Vec<_>>()),
                    names(&Binary::ALL.iter().map(|o| o.name()).collect::<Vec<_>>()),
                    names(&Ternary::ALL.iter().map(|o| o.name()).collect::<Vec<_>>()),
                ]
                .join(", "),
            }
        })
    }
}

/// One operation of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its number, from 0.
    pub number: u64,
    /// What it was.
    pub operation: Operation,
    /// Of what; the first [`Operation::arity`] count.
    pub operands: [f64; 3],
    /// What came out; NaN of a comparison.
    pub result: f64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operands = &self.operands[..self.operation.arity()];
        let operands: Vec<String> = operands.iter().map(short).collect();
        write!(
            f,
            "operation {}: {}({})",
            self.number,
            self.operation,
            operands.join(", ")
        )?;
        match self.operation {
            Operation::Compare => Ok(()),
            _ => write!(f, " = {}", short(&self.result)),
        }
    }
}

/// Digits enough to read the number back, by exponent where that is shorter.
fn short(x: &f64) -> String {
    let (plain, by_exponent) = (x.to_string(), format!("{x:e}"));
    match plain.len() <= by_exponent.len() + 4 {
        true => plain,
        false => by_exponent,
    }
}

/// How often something happened and where it did first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    count: u64,
    first: Option<Place>,
}

/// What happened in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    operations: u64,
    counts: [Count; Event::ALL.len()],
    bits_lost: u64,
    worst: Option<(u32, Place)>,
}

/// An operation, its exact result and what came out.
pub(super) struct Seen<'a> {
    pub format: &'a Format,
    pub operation: Operation,
    /// Those that it does not take are NaN.
    pub operands: [f64; 3],
    pub exact: Unrounded,
    pub result: f64,
}

impl Seen<'_> {
    fn operands(&self) -> &[f64] {
        &self.operands[..self.operation.arity()]
    }

    /// What it adds up, and how the greatest of them compares with the result.
    fn addends(&self) -> Vec<Unrounded> {
        let [x, y, z] = self.operands.map(Unrounded::from);
        match self.operation {
            Operation::Binary(Binary::Add) => vec![x, y],
            Operation::Binary(Binary::Subtract) => vec![x, y.negated_if(true)],
            Operation::Ternary(Ternary::Fma) => {
                let product = crate::arith::evaluate::binary(Binary::Multiply, x, y);
                vec![product, z]
            }
            Operation::Ternary(Ternary::Faa) => vec![x, y, z],
            _ => Vec::new(),
        }
    }

    /// Binary digits that a sum is shorter than its greatest addend: all of them if it is zero.
    fn bits_lost(&self, addends: &[Unrounded]) -> u32 {
        let exponent = |x: &Unrounded| number(*x).map(Wide::exponent);
        let Some(greatest) = addends.iter().filter_map(exponent).max() else {
            return 0;
        };
        match (exponent(&self.exact), self.exact) {
            (Some(sum), _) => u32::try_from(greatest - sum).unwrap_or(0),
            (None, Unrounded::Zero { .. }) => self.format.precision(),
            _ => 0,
        }
    }

    fn absorbs(&self, addends: &[Unrounded]) -> bool {
        let result = Unrounded::from(self.result);
        let others = |i: usize| {
            addends
                .iter()
                .enumerate()
                .any(|(j, x)| j != i && number(*x).is_some())
        };
        addends
            .iter()
            .enumerate()
            .any(|(i, x)| *x == result && number(*x).is_some() && others(i))
    }

    fn overflows(&self) -> bool {
        let Some(exact) = number(self.exact) else {
            return false;
        };
        if !self.operands().iter().all(|x| x.is_finite()) {
            return false;
        }
        let format = self.format;
        let greatest = Wide::from_f64(format.greatest());
        let step = Wide::power_of_two(format.emax() - format.precision() as i32 + 1);
        !self.result.is_finite() || exact.abs() >= greatest + step
    }
}

/// A finite number that is not zero.
fn number(x: Unrounded) -> Option<Wide> {
    match x {
        Unrounded::Exact(x) | Unrounded::Near(x) => Some(x),
        _ => None,
    }
}

impl Trace {
    /// Operations, comparisons included.
    pub const fn operations(&self) -> u64 {
        self.operations
    }

    /// How often something happened.
    pub const fn count(&self, event: Event) -> u64 {
        self.counts[event as usize].count
    }

    /// Where it did first.
    pub const fn first(&self, event: Event) -> Option<&Place> {
        self.counts[event as usize].first.as_ref()
    }

    /// Binary digits lost in all cancellations together.
    pub const fn bits_lost(&self) -> u64 {
        self.bits_lost
    }

    /// The cancellation that lost the most binary digits, and how many.
    pub const fn worst_cancellation(&self) -> Option<(u32, &Place)> {
        match &self.worst {
            Some((bits, place)) => Some((*bits, place)),
            None => None,
        }
    }

    /// This run, then another.
    pub fn merge(&mut self, later: &Self) {
        let moved = |place: Place| Place {
            number: place.number + self.operations,
            ..place
        };
        for (count, other) in self.counts.iter_mut().zip(&later.counts) {
            count.count += other.count;
            count.first = count.first.or(other.first.map(moved));
        }
        if let Some((bits, place)) = later.worst
            && self.worst.is_none_or(|(most, _)| most < bits)
        {
            self.worst = Some((bits, moved(place)));
        }
        self.bits_lost += later.bits_lost;
        self.operations += later.operations;
    }

    fn happened(&mut self, event: Event, place: Place) {
        let count = &mut self.counts[event as usize];
        count.count += 1;
        count.first.get_or_insert(place);
    }

    pub(super) fn compared(&mut self, x: f64, y: f64) {
        let place = Place {
            number: self.operations,
            operation: Operation::Compare,
            operands: [x, y, f64::NAN],
            result: f64::NAN,
        };
        self.operations += 1;
        if x.is_nan() || y.is_nan() {
            self.happened(Event::NanSwallowed, place);
        }
    }

    pub(super) fn see(&mut self, seen: &Seen<'_>) {
        let place = Place {
            number: self.operations,
            operation: seen.operation,
            operands: seen.operands,
            result: seen.result,
        };
        self.operations += 1;
        let nan = seen.operands().iter().any(|x| x.is_nan());
        if nan && !seen.result.is_nan() {
            self.happened(Event::NanSwallowed, place);
        }
        if !nan && seen.result.is_nan() {
            self.happened(Event::NanBorn, place);
        }
        if seen.overflows() {
            self.happened(Event::Overflow, place);
        }
        let inexact = match seen.exact {
            Unrounded::Near(_) => true,
            Unrounded::Exact(x) => seen.result.is_nan() || number(seen.result.into()) != Some(x),
            // An infinity that a format has not; a zero.
            Unrounded::Infinity { .. } => !seen.result.is_infinite(),
            Unrounded::Zero { .. } => seen.result != 0.0,
            Unrounded::Nan => false,
        };
        if inexact {
            self.happened(Event::Inexact, place);
            let least = Wide::from_f64(seen.format.least_normal());
            if number(seen.exact).is_some_and(|x| x.abs() < least) {
                self.happened(Event::Underflow, place);
            }
        }
        let addends = seen.addends();
        if addends.is_empty() {
            return;
        }
        if inexact && seen.absorbs(&addends) {
            self.happened(Event::Absorption, place);
        }
        let bits = seen.bits_lost(&addends);
        if bits > 0 {
            self.happened(Event::Cancellation, place);
            self.bits_lost += u64::from(bits);
            if self.worst.is_none_or(|(most, _)| most < bits) {
                self.worst = Some((bits, place));
            }
        }
    }
}

impl fmt::Display for Trace {
    /// A table: what happened, how often, where first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<13} {:>12}  first", "", "count")?;
        writeln!(f, "{:<13} {:>12}", "operations", self.operations)?;
        for event in Event::ALL {
            write!(f, "{event:<13} {:>12}", self.count(*event))?;
            match self.first(*event) {
                Some(place) => writeln!(f, "  {place}")?,
                None => writeln!(f)?,
            }
        }
        if let Some((bits, place)) = &self.worst {
            let total = self.bits_lost;
            writeln!(f, "most bits cancelled: {bits} (of {total}) in {place}")?;
        }
        Ok(())
    }
}
