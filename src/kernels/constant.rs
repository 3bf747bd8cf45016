//! A constant that has more digits than an f64, rounded once.

use crate::arith::Arith;

/// high + low rounded into the arithmetic once: in formats of up to 51 digits, and of 53 and more.
///
/// `high` is the f64 nearest the constant, `low` what is left of it; where `low` is itself not
/// exact, its last digit is odd.
pub(super) fn constant<A: Arith>(arith: &A, high: f64, low: f64) -> A::Num {
    let nearest = arith.num(high);
    if low == 0.0 || !high.is_finite() {
        return nearest;
    }
    // Does the arithmetic hold 53 digits? The low half then counts.
    let probe = 1.0 + f64::EPSILON;
    if arith.value(arith.num(probe)) == probe {
        return arith.add(nearest, arith.num(low));
    }
    arith.num(odd(high, low))
}

/// high + low to odd, where |low| is at most half a step of `high`: the neighbour on `low`'s side
/// where the last digit of `high` is even.
pub(super) fn odd(high: f64, low: f64) -> f64 {
    if low == 0.0 || !high.is_finite() || high.to_bits() & 1 == 1 {
        return high;
    }
    if (low > 0.0) == (high >= 0.0) {
        f64::from_bits(high.to_bits() + 1)
    } else {
        f64::from_bits(high.to_bits() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::{Exact, Native, Reference};
    use crate::{Format, Rounder};

    #[test]
    fn a_tie_is_broken_by_what_an_f64_does_not_hold() {
        let tie = 1.0 + 2f64.powi(-11);
        let half = Exact::new(&Rounder::new(Format::BINARY16));
        assert_eq!(constant(&half, tie, 0.0), 1.0);
        assert_eq!(constant(&half, tie, 1e-30), 1.0 + 2f64.powi(-10));
        assert_eq!(constant(&half, tie, -1e-30), 1.0);
        assert_eq!(constant(&Native, tie, -1e-30), tie);
        // 101 digits, of which the reference holds every one.
        let tiny = 2f64.powi(-100);
        let both = constant(&Reference, 1.0, tiny);
        let rest = Reference.sub(both, Reference.num(1.0));
        assert_eq!(Reference.value(rest), tiny);
    }
}
