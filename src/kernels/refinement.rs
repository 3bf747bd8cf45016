//! A x = b by LU and iterative refinement in three precisions.
//!
//! ```text
//!     factor        P A = L U;  L U x_0 = P b        u_f
//!     residual      r_i = b - A x_i                  u_r
//!     solve         L U d_i = P r_i                  u_s
//!     working       x_i+1 = x_i + d_i                u
//! ```
//!
//! E. Carson and N. J. Higham, *Accelerating the solution of linear systems by iterative refinement
//! in three precisions*, SIAM J. Sci. Comput. 40(2), A817-A847, 2018. Where kappa(A) u_f < 1, about,
//! the forward error falls by that factor a step, down to u + cond(A, x) u_r (their theorem 3.2).
//!
//! [`refine_by_gmres`] solves U^-1 L^-1 A d_i = U^-1 L^-1 P r_i by GMRES instead, with the preconditioned
//! operator at `solve` (meant to be twice the working precision): then factors that know little of
//! A^-1 are still enough, up to kappa(A) well above 1 / u_f (Carson and Higham, *A new analysis of
//! iterative refinement and its application to accurate solution of ill-conditioned sparse linear
//! systems*, SIAM J. Sci. Comput. 39(6), 2017).
//!
//! As there, r_i is scaled by a power of two before the solve, so that a narrow range does not
//! lose it.

use super::gmres;
use super::inputs::InputError;
use super::lu::{self, FactorError, Lu};
use super::sites::sites;
use crate::arith::slices::Matrix;
use crate::arith::{Arith, Sites};
use crate::kernels::Num;

sites! {
    /// The factorisation, and A rounded for it.
    FACTOR "factor"
    /// Substitutions by the factors; of GMRES products with A too.
    SOLVE "solve"
    /// b - A x.
    RESIDUAL "residual"
    /// A and b as they come, and x + d; of GMRES all that is not at `solve`.
    WORKING "working"
}

/// x_0, x_1, ... after `steps` corrections: `steps` + 1 iterates, fewer where one is not finite.
///
/// # Errors
/// [`FactorError`] where A cannot be factored, or b is not as long as it.
///
/// ```
/// use roundoff::arith::PerSite;
/// use roundoff::arith::slices::Matrix;
/// use roundoff::kernels::refinement::{SITES, refine};
/// use roundoff::{Format, Rounder};
/// let sites = PerSite::rounders(SITES)
///     .with_rounder("factor", &Rounder::new(Format::BFLOAT16))?
///     .with_rounder("residual", &Rounder::new(Format::BINARY64))?
///     .with_rounders(&Rounder::new(Format::BINARY32))
///     .build()?;
/// let a = [3.0, 1.0, 1.0, 7.0];
/// let iterates = refine(&sites, Matrix::new(&a, 2, 2)?, &[4.0, 8.0], 5)?;
/// assert_eq!(iterates[5], [1.0, 1.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn refine<S: Sites>(
    sites: &S,
    a: Matrix<'_, f64>,
    b: &[f64],
    steps: usize,
) -> Result<Vec<Vec<Num<S>>>, FactorError> {
    let solve = sites.at(SOLVE);
    iterate(sites, a, b, steps, |_, lu, r| lu::substitute(solve, lu, r))
}

/// How far GMRES reduces a residual before x is corrected: the choice of the 2017 paper for a
/// working precision of binary32.
const TOLERANCE: f64 = 1e-4;

/// The same, each correction by GMRES with the factors as preconditioner.
///
/// # Errors
/// As [`refine`].
pub fn refine_by_gmres<S: Sites>(
    sites: &S,
    a: Matrix<'_, f64>,
    b: &[f64],
    steps: usize,
) -> Result<Vec<Vec<Num<S>>>, FactorError> {
    let (solve, working) = (sites.at(SOLVE), sites.at(WORKING));
    iterate(sites, a, b, steps, |a, lu, r| {
        let apply = |v: &[Num<S>]| {
            let product = |row: &[Num<S>]| {
                let pairs = row.iter().zip(v);
                pairs.fold(solve.num(0.0), |sum, (a, v)| {
                    solve.add(sum, solve.mul(*a, *v))
                })
            };
            let av: Vec<Num<S>> = a.chunks(v.len()).map(product).collect();
            lu::substitute(solve, lu, &av)
        };
        gmres::solve(working, apply, &lu::substitute(solve, lu, r), TOLERANCE)
    })
}

/// Refinement with corrections of any kind: of A in working precision, its factors, and the scaled
/// residual.
fn iterate<S: Sites>(
    sites: &S,
    a: Matrix<'_, f64>,
    b: &[f64],
    steps: usize,
    correct: impl Fn(&[Num<S>], &Lu<Num<S>>, &[Num<S>]) -> Vec<Num<S>>,
) -> Result<Vec<Vec<Num<S>>>, FactorError> {
    let n = InputError::square(&a)?;
    InputError::check_length("right-hand side", n, b.len())?;
    let (solve, working) = (sites.at(SOLVE), sites.at(WORKING));
    let residual = sites.at(RESIDUAL);
    let rounded: Vec<Num<S>> = (0..n * n)
        .map(|at| working.num(a.get(at / n, at % n).unwrap_or(0.0)))
        .collect();
    let b: Vec<Num<S>> = b.iter().map(|b| working.num(*b)).collect();
    let lu = lu::factor(sites.at(FACTOR), a)?;
    let mut x = vec![working.num(0.0); n];
    let mut iterates = Vec::with_capacity(steps + 1);
    for _ in 0..=steps {
        // The first residual is b itself.
        let r: Vec<f64> = (0..n)
            .map(|i| {
                let sum = (0..n).fold(residual.convert(b[i]), |sum, j| {
                    residual.sub(sum, residual.mul(rounded[i * n + j], x[j]))
                });
                residual.value(sum)
            })
            .collect();
        let greatest = r.iter().fold(0.0, |greatest: f64, r| greatest.max(r.abs()));
        // 2^e <= greatest < 2^(e+1), or no scale at all.
        let exponent = match greatest > 0.0 && greatest.is_finite() {
            true => (greatest.to_bits() >> 52) as i32 - 1023,
            false => 0,
        };
        let scaled = r.iter().map(|r| solve.num(times_power(*r, -exponent)));
        let d = correct(&rounded, &lu, &scaled.collect::<Vec<_>>());
        for (x, d) in x.iter_mut().zip(d) {
            let d = working.scale(d, working.num(f64::from(exponent)));
            *x = working.add(*x, d);
        }
        let finite = x.iter().all(|x| working.value(*x).is_finite());
        if !finite {
            break;
        }
        iterates.push(x.clone());
    }
    Ok(iterates)
}

/// x 2^e, exact where the result is normal.
fn times_power(x: f64, e: i32) -> f64 {
    let half = e / 2;
    let power = |e: i32| f64::from_bits(((1023 + e) as u64) << 52);
    x * power(half) * power(e - half)
}
