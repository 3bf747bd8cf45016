//! Operations side by side: many operands of one operation, in vectors, with the bits that they
//! have one after the other.
//!
//! A block of operands goes through three steps. Results are computed where the host can say what
//! decides the rounding; those are rounded by the definition; the rest, which is *open*, is done one
//! by one ([`exact`](super::exact)).
//!
//! | operation | what is rounded | open |
//! |---|---|---|
//! | `+ - * /` sqrt fma faa | the host's result to odd ([`odd`](super::odd)) | specials, numbers near the ends of f64's range |
//! | exp exp2 log | both ends of an interval that the result is in ([`quick`](super::quick)) | where the ends round apart |
//! | maximum, minimum, scale, integers, signs | the host's result, which is exact | specials |
//!
//! In binary64 to nearest the first kind needs no rounding: the host's operations are the format's.

use fearless_simd::{Level, dispatch};

use super::exact::Exactly;
use super::odd::Odd;
use super::operations::{Binary, Ternary, Unary};
use super::{Arith, quick};
use crate::plan::host64;

/// Operands of many operations: one number in all of them, or a number each.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a, N> {
    /// The same in all.
    Same(N),
    /// Number i in operation i.
    Each(&'a [N]),
}

impl<N: Copy> Operand<'_, N> {
    /// That of operation i; none past the end.
    #[inline(always)]
    pub fn at(&self, i: usize) -> Option<N> {
        match self {
            Self::Same(number) => Some(*number),
            Self::Each(numbers) => numbers.get(i).copied(),
        }
    }
}

/// One after the other, as [`Arith::unary_each`] has it.
#[inline(always)]
#[track_caller]
pub(super) fn unary<A: Arith + ?Sized>(arith: &A, operation: Unary, x: &mut [A::Num]) {
    for x in x {
        *x = arith.unary(operation, *x);
    }
}

/// The same of two numbers.
#[inline(always)]
#[track_caller]
pub(super) fn binary<A: Arith + ?Sized>(
    arith: &A,
    operation: Binary,
    x: &mut [A::Num],
    y: Operand<'_, A::Num>,
) {
    for (i, x) in x.iter_mut().enumerate() {
        if let Some(y) = y.at(i) {
            *x = arith.binary(operation, *x, y);
        }
    }
}

/// The same of three numbers.
#[inline(always)]
#[track_caller]
pub(super) fn ternary<A: Arith + ?Sized>(
    arith: &A,
    operation: Ternary,
    x: &mut [A::Num],
    y: Operand<'_, A::Num>,
    z: Operand<'_, A::Num>,
) {
    for (i, x) in x.iter_mut().enumerate() {
        if let (Some(y), Some(z)) = (y.at(i), z.at(i)) {
            *x = arith.ternary(operation, *x, y, z);
        }
    }
}

/// Operations of a block of [`Exactly`]: 512 bytes an operand.
pub(super) const ABREAST: usize = 64;

/// Operations that have vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fast {
    Convert,
    Negate,
    Abs,
    RoundTiesToEven,
    Sqrt,
    Exp,
    Exp2,
    Log,
    Add,
    Subtract,
    Multiply,
    Divide,
    Maximum,
    Minimum,
    Scale,
    Fma,
    Faa,
}

impl Fast {
    pub const fn of_unary(operation: Unary) -> Option<Self> {
        Some(match operation {
            Unary::Convert => Self::Convert,
            Unary::Negate => Self::Negate,
            Unary::Abs => Self::Abs,
            Unary::RoundTiesToEven => Self::RoundTiesToEven,
            Unary::Sqrt => Self::Sqrt,
            Unary::Exp => Self::Exp,
            Unary::Exp2 => Self::Exp2,
            Unary::Log => Self::Log,
            _ => return None,
        })
    }

    pub const fn of_binary(operation: Binary) -> Option<Self> {
        Some(match operation {
            Binary::Add => Self::Add,
            Binary::Subtract => Self::Subtract,
            Binary::Multiply => Self::Multiply,
            Binary::Divide => Self::Divide,
            Binary::Maximum => Self::Maximum,
            Binary::Minimum => Self::Minimum,
            Binary::Scale => Self::Scale,
            _ => return None,
        })
    }

    pub const fn of_ternary(operation: Ternary) -> Option<Self> {
        match operation {
            Ternary::Fma => Some(Self::Fma),
            Ternary::Faa => Some(Self::Faa),
            Ternary::Clamp => None,
        }
    }

    /// Of what kind it is: the rows of the table above.
    const fn kind(self) -> Kind {
        match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide => Kind::Host,
            Self::Sqrt | Self::Fma | Self::Faa => Kind::Host,
            Self::Exp | Self::Exp2 | Self::Log => Kind::Near,
            _ => Kind::Exact,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Host,
    Near,
    Exact,
}

/// How results of the host become those of the format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    /// They are, but for the bits of NaN.
    pub native: bool,
    /// Their rounding to odd says all that the mode looks at.
    pub odd: bool,
    /// The format has few enough digits for Ziv's test.
    pub quick: bool,
    /// A sum that is exactly zero is -0 (IEEE 754-2019, 6.3).
    pub down: bool,
}

impl By {
    fn has(self, fast: Fast) -> bool {
        match fast.kind() {
            Kind::Host => self.native || self.odd,
            Kind::Near => self.quick,
            Kind::Exact => true,
        }
    }
}

/// What a block comes to: both ends of where the results are, and which are open.
struct Results<const B: usize> {
    low: [f64; B],
    high: [f64; B],
    open: [u64; B],
}

/// A block of one operation into `out`, but for what `open` marks: that is to be done one by one.
/// `round` rounds a block. Nothing is written where the operation has no vectors.
pub(crate) fn block<const N: usize, const B: usize>(
    level: Level,
    fast: Fast,
    by: By,
    operands: &[[f64; B]; N],
    out: &mut [f64; B],
    open: &mut [u64; B],
    round: impl Fn(&[f64; B], &mut [f64; B]),
) {
    if !by.has(fast) {
        return;
    }
    let mut results = Results {
        low: [0.0; B],
        high: [0.0; B],
        open: [0; B],
    };
    dispatch!(level, _simd => compute(fast, by, operands, &mut results));
    *open = results.open;
    match fast.kind() {
        Kind::Host if by.native => *out = results.low,
        Kind::Host | Kind::Exact => round(&results.low, out),
        Kind::Near => {
            let mut high = [0.0; B];
            round(&results.low, out);
            round(&results.high, &mut high);
            for i in 0..B {
                open[i] |= u64::from(out[i].to_bits() != high[i].to_bits());
            }
        }
    }
}

/// Far from the ends of f64's range, so that errors are normal numbers; or zero.
#[inline(always)]
fn tame(x: f64) -> bool {
    let magnitude = x.abs();
    (magnitude > 1e-120) & (magnitude < 1e120) | (magnitude == 0.0)
}

/// x to an integer; ties to even; what is 2^52 or more is one.
#[inline(always)]
fn integer(x: f64) -> f64 {
    const STEPS_OF_ONE: f64 = 4_503_599_627_370_496.0;
    let magnitude = x.abs();
    let whole = (magnitude + STEPS_OF_ONE) - STEPS_OF_ONE;
    let whole = if magnitude < STEPS_OF_ONE {
        whole
    } else {
        magnitude
    };
    whole.copysign(x)
}

#[inline(always)]
fn compute<const N: usize, const B: usize>(
    fast: Fast,
    by: By,
    operands: &[[f64; B]; N],
    results: &mut Results<B>,
) {
    let Results { low, high, open } = results;
    let zeros = [0.0; B];
    let operand = |n: usize| operands.get(n).unwrap_or(&zeros);
    let (x, y, z) = (operand(0), operand(1), operand(2));
    let By { native, down, .. } = by;
    // The host's own result, or that to odd. Zeros are exact, as operands are tame; a sum's may be
    // of the other sign.
    macro_rules! host {
        (|$x:ident, $y:ident, $z:ident| $host:expr, $odd:expr) => {
            if native {
                for i in 0..B {
                    let ($x, $y, $z) = (x[i], y[i], z[i]);
                    low[i] = $host;
                    open[i] = u64::from(low[i].is_nan());
                }
            } else {
                for i in 0..B {
                    let ($x, $y, $z) = (x[i], y[i], z[i]);
                    low[i] = $odd;
                    let magnitude = low[i].abs();
                    let fine = (magnitude < f64::INFINITY) & !(down & (magnitude == 0.0));
                    open[i] = u64::from(!(fine & tame(x[i]) & tame(y[i]) & tame(z[i])));
                }
            }
        };
    }
    // Not exactly the result: both ends of where it is.
    macro_rules! near {
        (|$x:ident| $near:expr, $fine:expr) => {
            for i in 0..B {
                let $x = x[i];
                let near: f64 = $near;
                low[i] = near * (1.0 - quick::ERROR);
                high[i] = near * (1.0 + quick::ERROR);
                open[i] = u64::from($fine) ^ 1;
            }
        };
    }
    macro_rules! exact {
        (|$x:ident, $y:ident| $result:expr, $fine:expr) => {
            for i in 0..B {
                let ($x, $y) = (x[i], y[i]);
                low[i] = $result;
                open[i] = u64::from($fine) ^ 1;
            }
        };
    }
    match fast {
        Fast::Add => host!(|x, y, _z| x + y, f64::odd_add(x, y)),
        Fast::Subtract => host!(|x, y, _z| x - y, f64::odd_sub(x, y)),
        Fast::Multiply => host!(|x, y, _z| x * y, f64::odd_mul(x, y)),
        Fast::Divide => host!(|x, y, _z| x / y, f64::odd_div(x, y)),
        Fast::Sqrt => host!(|x, _y, _z| x.sqrt(), f64::odd_sqrt(x)),
        Fast::Fma => host!(|x, y, z| x.mul_add(y, z), f64::odd_fma(x, y, z)),
        // The host has no such operation: two roundings are not one.
        Fast::Faa => host!(|x, y, z| f64::NAN * (x + y + z), f64::odd_faa(x, y, z)),
        Fast::Exp => near!(|x| quick::exp(x), quick::has_exp(x)),
        Fast::Exp2 => near!(|x| quick::exp2(x), quick::has_exp2(x)),
        Fast::Log => near!(|x| quick::log(x), quick::has_log(x)),
        Fast::Convert => exact!(|x, _y| x, true),
        Fast::Negate => exact!(|x, _y| -x, true),
        Fast::Abs => exact!(|x, _y| x.abs(), true),
        Fast::RoundTiesToEven => exact!(|x, _y| integer(x), x.abs() < f64::INFINITY),
        // Zeros of both signs are equal, and are not the same.
        Fast::Maximum => exact!(
            |x, y| if x > y { x } else { y },
            (x != y) & (x.abs() + y.abs() < f64::INFINITY) | (x.to_bits() == y.to_bits())
        ),
        Fast::Minimum => exact!(
            |x, y| if x < y { x } else { y },
            (x != y) & (x.abs() + y.abs() < f64::INFINITY) | (x.to_bits() == y.to_bits())
        ),
        Fast::Scale => exact!(
            |x, y| x * quick::power_of_two(y + quick::INTEGER),
            // Integers: others are cut.
            tame(x) & (y.abs() <= 300.0) & ((y + quick::INTEGER) - quick::INTEGER == y)
        ),
    }
}

impl Exactly {
    /// What its results are rounded by.
    pub(crate) fn by(&self) -> By {
        By {
            native: self.is_native(),
            odd: self.sees_odd(),
            quick: self.is_quick(),
            down: self.rounds_down(),
        }
    }

    /// x = operation(x, others) in a mode that takes no random words.
    fn each<const N: usize>(
        &self,
        fast: Option<Fast>,
        x: &mut [f64],
        others: &[Operand<'_, f64>],
        one: impl Fn([f64; N]) -> f64,
    ) {
        // A few are done before a block is filled.
        let fast = fast.filter(|fast| x.len() > 4 && self.by().has(*fast));
        let Some(fast) = fast else {
            for (i, x) in x.iter_mut().enumerate() {
                let mut operands = [*x; N];
                let mut all = true;
                for (operand, other) in operands[1..].iter_mut().zip(others) {
                    match other.at(i) {
                        Some(y) => *operand = y,
                        None => all = false,
                    }
                }
                if all {
                    *x = one(operands);
                }
            }
            return;
        };
        let level = crate::instructions::level();
        let round = |values: &[f64; ABREAST], out: &mut [f64; ABREAST]| {
            dispatch!(level, _simd => self.round_block(values, out));
        };
        for (number, x) in x.chunks_mut(ABREAST).enumerate() {
            let from = number * ABREAST;
            let mut operands = [[0.0; ABREAST]; N];
            operands[0][..x.len()].copy_from_slice(x);
            let mut count = x.len();
            for (block, other) in operands[1..].iter_mut().zip(others) {
                match other {
                    Operand::Same(y) => *block = [*y; ABREAST],
                    Operand::Each(y) => {
                        let y = y.get(from..).unwrap_or(&[]);
                        count = count.min(y.len());
                        block[..count].copy_from_slice(&y[..count]);
                    }
                }
            }
            let (mut out, mut open) = ([0.0; ABREAST], [0; ABREAST]);
            let by = self.by();
            block(level, fast, by, &operands, &mut out, &mut open, round);
            x[..count].copy_from_slice(&out[..count]);
            if open[..count].iter().fold(0, |any, open| any | open) != 0 {
                for (i, x) in x[..count].iter_mut().enumerate() {
                    if open[i] != 0 {
                        *x = one(std::array::from_fn(|n| operands[n][i]));
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn round_block(&self, values: &[f64; ABREAST], out: &mut [f64; ABREAST]) {
        let plan = *self.plan();
        for (y, x) in out.iter_mut().zip(values) {
            *y = f64::from_bits(host64::round_word(x.to_bits(), 0, plan));
        }
    }

    /// [`Exactly::unary`] of each, in a mode that takes no random words.
    pub(super) fn unary_each(&self, operation: Unary, x: &mut [f64]) {
        self.each(Fast::of_unary(operation), x, &[], |[x]| {
            self.unary(operation, x, 0)
        });
    }

    /// The same of two numbers.
    pub(super) fn binary_each(&self, operation: Binary, x: &mut [f64], y: Operand<'_, f64>) {
        self.each(Fast::of_binary(operation), x, &[y], |[x, y]| {
            self.binary(operation, x, y, 0)
        });
    }

    /// The same of three numbers.
    pub(super) fn ternary_each(
        &self,
        operation: Ternary,
        x: &mut [f64],
        y: Operand<'_, f64>,
        z: Operand<'_, f64>,
    ) {
        self.each(Fast::of_ternary(operation), x, &[y, z], |[x, y, z]| {
            self.ternary(operation, x, y, z, 0)
        });
    }
}
