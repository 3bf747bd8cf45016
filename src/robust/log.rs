//! What a run leaves behind: where bits went, and which way comparisons did.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::panic::Location;
use std::rc::Rc;

use super::bits;
use super::pair::Pair;
use crate::arith::Operation;

/// Comparisons of a run that are followed; later ones are not.
pub const MOST_COMPARISONS: usize = 1 << 18;
/// Inputs that are kept to be printed.
const MOST_INPUTS: usize = 16;

type Place = &'static Location<'static>;

/// An operation in a run that is looked into.
pub struct Seen<'a> {
    pub at: Place,
    pub site: &'static str,
    pub operation: Operation,
    pub operands: &'a [Pair],
    pub result: Pair,
}

/// A drop of more than a bit is a loss at once: a rounding of its own costs an operation up to one.
const AT_ONCE: f64 = 1.0;
/// Less than that in all is not worth a line.
const LEAST_TOTAL: f64 = 0.5;

/// An operation whose results keep fewer bits than its operands did: at once, or little by little.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// Where it stands in the source.
    pub at: Place,
    /// The kernel's name of the place; empty where it has none.
    pub site: &'static str,
    /// What it is.
    pub operation: Operation,
    /// Of what, the time that it lost the most.
    pub operands: Vec<f64>,
    /// What came out then.
    pub result: f64,
    /// Significant bits of the operand that had the fewest, then.
    pub before: f64,
    /// Significant bits of the result then.
    pub after: f64,
    /// Times that bits were lost here.
    pub times: u64,
    /// Bits lost here all times together.
    pub total: f64,
}

impl Loss {
    /// The most bits lost here at once.
    pub fn most(&self) -> f64 {
        self.before - self.after
    }

    /// Was it at once, or little by little?
    pub fn is_at_once(&self) -> bool {
        self.most() > AT_ONCE
    }
}

/// A comparison, and how it went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    at: Place,
    outcome: Option<Ordering>,
}

/// The first comparison of a run that went another way than in the run to nearest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    pub at: Place,
    pub operands: [f64; 2],
    pub number: usize,
}

/// Which way the comparisons of a run went.
#[derive(Debug, Default)]
enum Trail {
    /// Not followed.
    #[default]
    Off,
    /// Kept, for others to be compared with.
    Kept(Vec<Step>),
    /// Compared with another run's, up to the first that differs.
    Compared {
        with: Rc<[Step]>,
        number: usize,
        flip: Option<Flip>,
    },
}

#[derive(Debug, Default)]
pub struct Log {
    losses: BTreeMap<(Place, &'static str, u64), Loss>,
    inputs: Vec<(f64, Place)>,
    trail: Trail,
}

/// A number for each operation, so that they have an order.
fn order(operation: Operation) -> u64 {
    match operation {
        Operation::Unary(operation) => operation as u64,
        Operation::Binary(operation) => 1 << 8 | operation as u64,
        Operation::Ternary(operation) => 2 << 8 | operation as u64,
        Operation::Compare => 3 << 8,
    }
}

impl Log {
    /// Keeps the way of its comparisons.
    pub fn keeping() -> Self {
        Self {
            trail: Trail::Kept(Vec::new()),
            ..Self::default()
        }
    }

    /// Compares them with those of another run.
    pub fn comparing(with: Rc<[Step]>) -> Self {
        Self {
            trail: Trail::Compared {
                with,
                number: 0,
                flip: None,
            },
            ..Self::default()
        }
    }

    /// `digits`: those of the format, which an operand cannot have more of.
    pub fn operation(&mut self, seen: &Seen<'_>, digits: f64) {
        let bits = |pair: &Pair| bits::of_pair(pair, digits);
        let before = seen.operands.iter().map(bits).fold(digits, f64::min);
        let after = bits(&seen.result);
        let lost = before - after;
        if lost.is_nan() || lost <= 0.0 {
            return;
        }
        let loss = self
            .losses
            .entry((seen.at, seen.site, order(seen.operation)))
            .or_insert_with(|| Loss {
                at: seen.at,
                site: seen.site,
                operation: seen.operation,
                operands: Vec::new(),
                result: f64::NAN,
                before: 0.0,
                after: 0.0,
                times: 0,
                total: 0.0,
            });
        loss.times += 1;
        loss.total += lost;
        if lost > loss.most() {
            loss.operands = seen.operands.iter().map(Pair::value).collect();
            loss.result = seen.result.value();
            (loss.before, loss.after) = (before, after);
        }
    }

    pub fn input(&mut self, x: f64, at: Place) {
        let known = |(y, place): &(f64, Place)| y.to_bits() == x.to_bits() && *place == at;
        if self.inputs.len() < MOST_INPUTS && !self.inputs.iter().any(known) {
            self.inputs.push((x, at));
        }
    }

    pub fn compared(&mut self, at: Place, operands: [f64; 2], outcome: Option<Ordering>) {
        let step = Step { at, outcome };
        match &mut self.trail {
            Trail::Off => {}
            Trail::Kept(steps) if steps.len() < MOST_COMPARISONS => steps.push(step),
            Trail::Kept(_) => {}
            Trail::Compared { with, number, flip } => {
                if flip.is_none() && with.get(*number).is_some_and(|other| *other != step) {
                    *flip = Some(Flip {
                        at,
                        operands,
                        number: *number,
                    });
                }
                *number += 1;
            }
        }
    }

    /// Those that lost the most at once, first; then those that lost the most in all.
    pub fn losses(&mut self) -> Vec<Loss> {
        let losses = std::mem::take(&mut self.losses).into_values();
        let mut losses: Vec<Loss> = losses
            .filter(|loss| loss.is_at_once() || loss.total > LEAST_TOTAL)
            .collect();
        let weight = |loss: &Loss| match loss.is_at_once() {
            true => (true, loss.most()),
            false => (false, loss.total),
        };
        losses.sort_by(|a, b| {
            let (a, b) = (weight(a), weight(b));
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
        });
        losses
    }

    /// The first numbers that came in, each with where it did.
    pub fn inputs(&mut self) -> Vec<(f64, Place)> {
        std::mem::take(&mut self.inputs)
    }

    /// The comparisons that were kept.
    pub fn steps(&mut self) -> Rc<[Step]> {
        match std::mem::take(&mut self.trail) {
            Trail::Kept(steps) => steps.into(),
            _ => Rc::from([]),
        }
    }

    /// The first that went another way.
    pub fn flip(&self) -> Option<Flip> {
        match &self.trail {
            Trail::Compared { flip, .. } => *flip,
            _ => None,
        }
    }
}
