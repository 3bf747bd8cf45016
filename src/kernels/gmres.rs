//! B d = r by the generalised minimal residual method, for refinement: no restarts, modified
//! Gram-Schmidt, Givens rotations.
//!
//! Y. Saad and M. H. Schultz, *GMRES*, SIAM J. Sci. Stat. Comput. 7(3), 1986; Saad, *Iterative
//! Methods for Sparse Linear Systems*, 2nd ed., 2003, algorithm 6.9.

use super::triangular;
use crate::arith::Arith;

/// d with norm2(r - B d) at most about `tolerance` norm2(r), or after as many steps as r has
/// values. `apply` is B; all else is in one arithmetic.
pub(super) fn solve<A: Arith>(
    arith: &A,
    apply: impl Fn(&[A::Num]) -> Vec<A::Num>,
    r: &[A::Num],
    tolerance: f64,
) -> Vec<A::Num> {
    let zero = arith.num(0.0);
    let start = norm(arith, r);
    let mut d = vec![zero; r.len()];
    if !is_divisor(arith, start) {
        return d;
    }
    let mut basis = vec![quotient(arith, r, start)];
    // Columns of R, rotations (c, s), and the rotated right-hand side.
    let mut columns: Vec<Vec<A::Num>> = Vec::new();
    let mut rotations: Vec<(A::Num, A::Num)> = Vec::new();
    let mut g = vec![start];
    while columns.len() < r.len() {
        let j = columns.len();
        let mut w = apply(&basis[j]);
        let mut h: Vec<A::Num> = Vec::with_capacity(j + 2);
        for v in &basis {
            let along = dot(arith, &w, v);
            for (w, v) in w.iter_mut().zip(v) {
                *w = arith.sub(*w, arith.mul(along, *v));
            }
            h.push(along);
        }
        let rest = norm(arith, &w);
        for (i, (c, s)) in rotations.iter().enumerate() {
            let (a, b) = (h[i], h[i + 1]);
            h[i] = arith.add(arith.mul(*c, a), arith.mul(*s, b));
            h[i + 1] = arith.sub(arith.mul(*c, b), arith.mul(*s, a));
        }
        let length = arith.sqrt(arith.add(arith.mul(h[j], h[j]), arith.mul(rest, rest)));
        if !is_divisor(arith, length) {
            break;
        }
        let (c, s) = (arith.div(h[j], length), arith.div(rest, length));
        h[j] = length;
        let last = g[j];
        g[j] = arith.mul(c, last);
        let residual = arith.neg(arith.mul(s, last));
        g.push(residual);
        rotations.push((c, s));
        columns.push(h);
        let small = arith.value(residual).abs() <= tolerance * arith.value(start);
        if small || !is_divisor(arith, rest) {
            break;
        }
        basis.push(quotient(arith, &w, rest));
    }
    let mut y = g;
    y.truncate(columns.len());
    triangular::back(arith, |i, j| columns[j][i], &mut y);
    for (v, y) in basis.iter().zip(&y) {
        for (d, v) in d.iter_mut().zip(v) {
            *d = arith.add(*d, arith.mul(*y, *v));
        }
    }
    d
}

fn is_divisor<A: Arith>(arith: &A, x: A::Num) -> bool {
    let x = arith.value(x);
    x > 0.0 && x.is_finite()
}

fn dot<A: Arith>(arith: &A, x: &[A::Num], y: &[A::Num]) -> A::Num {
    let pairs = x.iter().zip(y);
    pairs.fold(arith.num(0.0), |sum, (x, y)| {
        arith.add(sum, arith.mul(*x, *y))
    })
}

fn norm<A: Arith>(arith: &A, x: &[A::Num]) -> A::Num {
    arith.sqrt(dot(arith, x, x))
}

fn quotient<A: Arith>(arith: &A, x: &[A::Num], by: A::Num) -> Vec<A::Num> {
    x.iter().map(|x| arith.div(*x, by)).collect()
}
