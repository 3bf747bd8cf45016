//! Substitution in triangular systems, one arithmetic throughout.

use crate::arith::Arith;

/// y with T y = b in place, rows from first to last: T is `n` x `n`, entry (i, j) by `entry`; ones
/// stand on the diagonal where `unit`.
pub(super) fn forward<A: Arith>(
    arith: &A,
    unit: bool,
    entry: impl Fn(usize, usize) -> A::Num,
    b: &mut [A::Num],
) {
    for i in 0..b.len() {
        row(arith, unit, &entry, b, i, 0..i);
    }
}

/// The same of an upper triangle, rows from last to first.
pub(super) fn back<A: Arith>(arith: &A, entry: impl Fn(usize, usize) -> A::Num, b: &mut [A::Num]) {
    for i in (0..b.len()).rev() {
        let n = b.len();
        row(arith, false, &entry, b, i, i + 1..n);
    }
}

fn row<A: Arith>(
    arith: &A,
    unit: bool,
    entry: &impl Fn(usize, usize) -> A::Num,
    b: &mut [A::Num],
    i: usize,
    others: std::ops::Range<usize>,
) {
    let sum = others.fold(b[i], |sum, j| arith.sub(sum, arith.mul(entry(i, j), b[j])));
    b[i] = match unit {
        true => sum,
        false => arith.div(sum, entry(i, i)),
    };
}
