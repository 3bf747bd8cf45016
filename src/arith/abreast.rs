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
//!
//! What follows one after the other by its nature, a sum or a maximum of many, is in `fold`.

mod block;
mod each;
mod fold;

use super::Arith;
use super::operations::{Binary, Ternary, Unary};

pub(crate) use block::Results;
pub(super) use each::MOST;

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

/// x = operation(x, y) for each y, as [`Arith::fold`] has it.
#[inline(always)]
#[track_caller]
pub(super) fn fold<A: Arith + ?Sized>(
    arith: &A,
    operation: Binary,
    mut x: A::Num,
    y: &[A::Num],
) -> A::Num {
    for y in y {
        x = arith.binary(operation, x, *y);
    }
    x
}

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
    /// The machine has fused products: twofold arithmetic is no loss.
    pub fused: bool,
}

impl By {
    pub fn has(self, fast: Fast) -> bool {
        match fast.kind() {
            Kind::Host => self.native || self.odd,
            Kind::Near => self.quick || self.twofold(fast),
            Kind::Exact => true,
        }
    }

    /// Is it near enough in two f64s to be rounded to binary64?
    fn twofold(self, fast: Fast) -> bool {
        self.native && self.fused && fast == Fast::Exp
    }
}
