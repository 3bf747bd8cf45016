//! Blocks of results: computed in vectors, rounded, and marked where neither says what they are.

use fearless_simd::{Level, dispatch};

use super::{By, Fast, Kind};
use crate::arith::odd::Odd;
use crate::arith::quick;

/// At most B results of one operation.
pub(crate) struct Results<const B: usize> {
    /// The results, where not open. On the way to them both ends of where they are.
    pub low: [f64; B],
    high: [f64; B],
    /// Not zero: to be done one by one.
    pub open: [u64; B],
}

impl<const B: usize> Results<B> {
    pub const fn new() -> Self {
        Self {
            low: [0.0; B],
            high: [0.0; B],
            open: [0; B],
        }
    }

    /// Of operands as long as the first. `round` rounds in place. False where the operation has no
    /// vectors; then nothing is computed.
    pub fn compute<const N: usize>(
        &mut self,
        level: Level,
        fast: Fast,
        by: By,
        operands: [&[f64]; N],
        round: impl Fn(&mut [f64]),
    ) -> bool {
        if !by.has(fast) {
            return false;
        }
        let count = operands[0].len();
        dispatch!(level, _simd => compute(fast, by, operands, self));
        let (low, high) = (&mut self.low[..count], &mut self.high[..count]);
        match fast.kind() {
            Kind::Host if by.native => {}
            Kind::Host | Kind::Exact => round(low),
            Kind::Near => {
                // In binary64 they are f64s already.
                if !by.native {
                    round(low);
                    round(high);
                }
                for ((low, high), open) in low.iter().zip(high).zip(&mut self.open) {
                    *open |= u64::from(low.to_bits() != high.to_bits());
                }
            }
        }
        true
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
    operands: [&[f64]; N],
    results: &mut Results<B>,
) {
    let count = operands[0].len();
    // What an operation has not is the first again: a loop that does not look at it costs nothing.
    let operand = |n: usize| &operands.get(n).unwrap_or(&operands[0])[..count];
    let (x, y, z) = (operand(0), operand(1), operand(2));
    let low = &mut results.low[..count];
    let high = &mut results.high[..count];
    let open = &mut results.open[..count];
    let By { native, down, .. } = by;
    // The host's own result, or that to odd. Zeros are exact, as operands are tame; a sum's may be
    // of the other sign.
    macro_rules! host {
        (|$x:ident, $y:ident, $z:ident| $host:expr, $odd:expr) => {
            if native {
                for i in 0..count {
                    let ($x, $y, $z) = (x[i], y[i], z[i]);
                    low[i] = $host;
                    open[i] = u64::from(low[i].is_nan());
                }
            } else {
                for i in 0..count {
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
            for i in 0..count {
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
            for i in 0..count {
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
        Fast::Exp if by.twofold(fast) => {
            for i in 0..count {
                (low[i], high[i]) = quick::twofold::exp(x[i]);
                open[i] = u64::from(quick::has_exp(x[i])) ^ 1;
            }
        }
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
