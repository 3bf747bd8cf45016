//! Operations of an [`Exactly`] side by side.

use fearless_simd::{Level, dispatch};

use super::{By, Fast, Operand, Results};
use crate::arith::exact::Exactly;
use crate::arith::operations::{Binary, Ternary, Unary};
use crate::arith::real::nearest::Way;
use crate::native::exp::has_fused;
use crate::plan::host64;

/// Operations of a block: 1 KiB an operand.
const ABREAST: usize = 128;
/// How many at a time are enough: the room for a block is made once.
pub(in crate::arith) const MOST: usize = 8 * ABREAST;

impl Exactly {
    /// What its results are rounded by.
    pub(crate) fn by(&self, level: Level) -> By {
        By {
            native: self.is_native(),
            odd: self.sees_odd(),
            quick: self.is_quick(),
            down: self.rounds_down(),
            fused: has_fused(level),
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
        let level = crate::instructions::level();
        let by = self.by(level);
        // A few are done before a block is filled.
        let Some(fast) = fast.filter(|fast| x.len() > 4 && by.has(*fast)) else {
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
        let mut same = [[0.0; ABREAST]; N];
        for (same, other) in same[1..].iter_mut().zip(others) {
            if let Operand::Same(y) = other {
                *same = [*y; ABREAST];
            }
        }
        let mut results = Results::<ABREAST>::new();
        for (number, x) in x.chunks_mut(ABREAST).enumerate() {
            let from = number * ABREAST;
            let mut count = x.len();
            let mut operands: [&[f64]; N] = [&[]; N];
            for (n, other) in others.iter().enumerate() {
                operands[n + 1] = match other {
                    Operand::Same(_) => &same[n + 1],
                    Operand::Each(y) => y.get(from..).unwrap_or(&[]),
                };
                count = count.min(operands[n + 1].len());
            }
            let x = &mut x[..count];
            for operand in &mut operands[1..] {
                *operand = &operand[..count];
            }
            let mut all = operands;
            all[0] = x;
            results.compute(level, fast, by, all, |values| {
                self.round_block(level, values)
            });
            let (low, open) = (&results.low[..count], &results.open[..count]);
            if open.iter().fold(0, |any, open| any | open) == 0 {
                x.copy_from_slice(low);
                continue;
            }
            for (i, x) in x.iter_mut().enumerate() {
                *x = match open[i] {
                    0 => low[i],
                    _ => one(std::array::from_fn(|n| match n {
                        0 => *x,
                        n => operands[n][i],
                    })),
                };
            }
        }
    }

    /// Each rounded, in place.
    fn round_block(&self, level: Level, values: &mut [f64]) {
        // The definition's NaN.
        #[inline(always)]
        fn defined(x: f64) -> f64 {
            if x.is_nan() { f64::NAN } else { x }
        }
        let (grid, plan) = (*self.grid(), *self.plan());
        match self.way() {
            // Of any f64: what m overflows for is past the greatest value.
            Way::Plain => dispatch!(level, _simd => {
                for x in values {
                    *x = defined(grid.plain(*x));
                }
            }),
            Way::Magic => dispatch!(level, _simd => {
                for x in values {
                    *x = defined(grid.magic(*x));
                }
            }),
            Way::Shifted => dispatch!(level, _simd => {
                for x in values {
                    *x = defined(grid.shifted(*x));
                }
            }),
            Way::Native => {
                for x in values {
                    *x = defined(*x);
                }
            }
            Way::Exact => dispatch!(level, _simd => {
                for x in values {
                    *x = f64::from_bits(host64::round_word(x.to_bits(), 0, plan));
                }
            }),
        }
    }

    /// [`Exactly::unary`] of each, in a mode that takes no random words.
    pub(in crate::arith) fn unary_each(&self, operation: Unary, x: &mut [f64]) {
        self.each(Fast::of_unary(operation), x, &[], |[x]| {
            self.unary(operation, x, 0)
        });
    }

    /// The same of two numbers.
    pub(in crate::arith) fn binary_each(
        &self,
        operation: Binary,
        x: &mut [f64],
        y: Operand<'_, f64>,
    ) {
        self.each(Fast::of_binary(operation), x, &[y], |[x, y]| {
            self.binary(operation, x, y, 0)
        });
    }

    /// The same of three numbers.
    pub(in crate::arith) fn ternary_each(
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
