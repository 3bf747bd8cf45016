//! Element by element: GELU, Newton's iterations, Horner's rule.

use super::body::{self, Body, Numbers, Run, Values, by_numbers};
use super::bounds::newton::Iteration;
use super::bounds::{newton as steps, running};
use super::products::CONDITION;
use super::{Array, Card, Choice, Inputs, Slot, Subject, SubjectError, Theorem};
use crate::arith::{Arith, Reference, Site, Sites};
use crate::kernels::Num;
use crate::kernels::gelu::{self, Gelu};
use crate::kernels::{horner, inputs, newton};
use crate::measure::vector::Truth;

pub(super) fn add(all: &mut Vec<&'static dyn Subject>) {
    all.extend(MAPS.iter().map(|map| map as &dyn Subject));
    all.push(&Horner);
}

/// A function of each element.
#[derive(Debug)]
struct Map {
    card: Card,
    function: Function,
    output: Site,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Gelu(Gelu),
    Reciprocal,
    SquareRoot,
}

const fn map(
    what: (&'static str, &'static str),
    function: Function,
    sites: &'static [Site],
    output: Site,
    condition: Option<Choice<f64>>,
) -> Map {
    Map {
        card: Card {
            condition,
            maps: true,
            ..Card::new(
                what,
                sites,
                Choice::new("numbers", 1000, [0, 1 << 26]),
                const { &[Slot::new("x", "numbers, in rows of any length")] },
            )
        },
        function,
        output,
    }
}

const DEVIATION: Option<Choice<f64>> =
    Some(Choice::new("deviation of the inputs", 2.0, [0.0, 1e300]));

static MAPS: [Map; 5] = [
    map(
        (
            "gelu-erf",
            "x times the normal distribution's probability below x",
        ),
        Function::Gelu(Gelu::Erf),
        gelu::SITES,
        gelu::OUTPUT,
        DEVIATION,
    ),
    map(
        ("gelu-tanh", "GELU by the hyperbolic tangent"),
        Function::Gelu(Gelu::Tanh),
        gelu::SITES,
        gelu::OUTPUT,
        DEVIATION,
    ),
    map(
        ("gelu-sigmoid", "GELU by the logistic function"),
        Function::Gelu(Gelu::Sigmoid),
        gelu::SITES,
        gelu::OUTPUT,
        DEVIATION,
    ),
    map(
        (
            "newton-reciprocal",
            "1 / x by six steps of Newton's iteration",
        ),
        Function::Reciprocal,
        newton::SITES,
        newton::UPDATE,
        None,
    ),
    map(
        (
            "newton-sqrt",
            "the square root of x by six steps of Heron's rule",
        ),
        Function::SquareRoot,
        newton::SITES,
        newton::UPDATE,
        None,
    ),
];

/// Steps of Newton's iteration: from an error of 1/17 more than an f64 has digits.
const STEPS: usize = 6;

/// 2^k, k the exponent of a positive normal number; 1 of anything else.
fn power_below(x: f64) -> f64 {
    match x.is_normal() && x > 0.0 {
        true => f64::from_bits(x.to_bits() & 0x7ff << 52),
        false => 1.0,
    }
}

impl Function {
    fn number<S: Sites>(self, sites: &S, x: f64) -> Num<S> {
        let last = |iterates: Vec<Num<S>>| {
            let update = sites.at(newton::UPDATE);
            iterates
                .last()
                .copied()
                .unwrap_or_else(|| update.num(f64::NAN))
        };
        let power = power_below(x);
        match self {
            Self::Gelu(gelu) => gelu.evaluate(sites, x),
            Self::Reciprocal => {
                // 48/17 - 32/17 m for m in [1/2, 1): at most 1/17 off (Muller et al. 2018, 4.7).
                let m = 0.5 * x / power;
                let start = 0.5 * (48.0 / 17.0 - 32.0 / 17.0 * m) / power;
                last(newton::reciprocal(sites, x, start, STEPS))
            }
            Self::SquareRoot => {
                // Half of 1 + m for x = m 2^2k, m in [1, 4), at most 1/4 off.
                let odd = (power.to_bits() >> 52) & 1 == 0;
                let even = if odd { 0.5 * power } else { power };
                // The root of a power of four is exact.
                let start = 0.5 * (1.0 + x / even) * even.sqrt();
                last(newton::square_root(sites, x, start, STEPS))
            }
        }
    }
}

impl Body for Map {
    fn card(&self) -> &Card {
        &self.card
    }

    /// Normal numbers; magnitudes for Newton.
    fn generate(&self, n: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let mut x = inputs::normal(n, seed);
        x.iter_mut().for_each(|x| {
            *x = match self.function {
                Function::Gelu(_) => *x * condition,
                _ => x.abs(),
            }
        });
        Ok(Inputs::new(vec![Array::row("x", x)]))
    }

    fn values<S: Sites>(&self, run: Run<'_, S>) -> Values {
        let x = run.inputs.values("x")?.iter();
        let numbers: Vec<Num<S>> = x.map(|x| self.function.number(run.sites, *x)).collect();
        Ok(body::values(run.sites, self.output, &numbers))
    }

    /// The function itself, not its iteration; of GELU the same formula.
    fn reference(&self, inputs: &Inputs) -> Result<Truth, SubjectError> {
        let r = Reference;
        let number = |x: &f64| match self.function {
            Function::Gelu(gelu) => gelu.evaluate(&r, *x),
            Function::Reciprocal => r.recip(r.num(*x)),
            Function::SquareRoot => r.sqrt(r.num(*x)),
        };
        let x = inputs.values("x")?.iter();
        Ok(body::truth(&x.map(number).collect::<Vec<_>>()))
    }

    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let x = inputs.values("x").ok()?;
        let positive = || x.iter().all(|x| x.is_normal() && *x > 0.0);
        match self.function {
            Function::Gelu(gelu) => {
                let x = x.to_vec();
                Some(running::theorem(truth, move |arith, _| {
                    Some(x.iter().map(|x| gelu.evaluate(arith, *x)).collect())
                }))
            }
            Function::Reciprocal => positive().then(|| {
                let start = 1.0 / 17.0;
                steps::theorem(Iteration::Reciprocal, start, STEPS)
            }),
            Function::SquareRoot => {
                positive().then(|| steps::theorem(Iteration::SquareRoot, 0.25, STEPS))
            }
        }
    }
}

/// A polynomial at points.
#[derive(Debug)]
struct Horner;

const HORNER: Card = Card {
    accumulation: &[horner::SUM],
    condition: Some(CONDITION),
    ..Card::new(
        ("horner", "c_0 + c_1 x + ... + c_n x^n at points x"),
        horner::SITES,
        Choice::new("degree", 20, [0, 1 << 20]),
        &[
            Slot::new("c", "coefficients from c_0 up"),
            Slot::new("x", "points"),
        ],
    )
};

/// Points that are generated.
const POINTS: usize = 16;

impl Horner {
    fn numbers<S: Sites>(&self, run: Run<'_, S>) -> Numbers<S> {
        let (c, x) = (run.inputs.values("c")?, run.inputs.values("x")?);
        let value = |x: &f64| horner::evaluate(run.sites, c, *x);
        Ok(x.iter().map(value).collect())
    }
}

impl Body for Horner {
    fn card(&self) -> &Card {
        &HORNER
    }

    /// Normal coefficients; points in (-1, 1). Where the condition is more than 1 the first
    /// coefficient is what makes it that, but for its rounding, at one point.
    fn generate(&self, degree: usize, condition: f64, seed: u64) -> Result<Inputs, SubjectError> {
        let mut c = inputs::normal(degree + 1 + POINTS, seed);
        let x = c.split_off(degree + 1);
        let mut x: Vec<f64> = x.into_iter().map(|x| x / (1.0 + x.abs())).collect();
        if condition > 1.0 && degree > 0 {
            // In [1/2, 1), so that many terms count.
            x = vec![0.5 + 0.5 * inputs::uniform(seed, 0)];
            c[0] = 0.0;
            let value = |c: &[f64]| Reference.value(horner::evaluate(&Reference, c, x[0]));
            let (sum, size) = (
                value(&c),
                value(&c.iter().map(|c| c.abs()).collect::<Vec<_>>()),
            );
            // (size + |whole - sum|) / |whole| = condition, by which of the two is the greater.
            let whole = match condition * sum.abs() >= size {
                true => (size + sum.abs()) / (condition + 1.0),
                false => (size - sum.abs()) / (condition - 1.0),
            };
            let whole = whole.copysign(sum);
            c[0] = whole - sum;
        }
        Ok(Inputs::new(vec![Array::row("c", c), Array::row("x", x)]))
    }

    by_numbers!(horner::SUM);

    /// Higham (5.3), with a rounding of each coefficient, and of x each time it is used.
    fn theorem(&self, inputs: &Inputs, truth: &Truth) -> Option<Theorem> {
        let of = inputs.magnitudes();
        let size = body::greatest(&self.numbers(Run::reference(&of)).ok()?);
        let degree = inputs.values("c").ok()?.len();
        let factor = size / truth.magnitude();
        Some(Theorem::normwise(factor, move |_| 3 * degree + 1))
    }
}
