//! Three precisions: it converges where kappa u_f < 1, to the working precision (Carson and Higham
//! 2018, table 4.1), and does not where kappa u_f is far above 1.

use roundoff::arith::{Arith, PerSite, Reference};
use roundoff::kernels::errors::{Forward, forward};
use roundoff::kernels::inputs::{normal, randsvd};
use roundoff::kernels::lu;
use roundoff::kernels::refinement::{SITES, refine, refine_by_gmres};
use roundoff::{Format, Rounder};

use super::support::{rounded, square};

const N: usize = 16;

/// The forward errors, step by step.
fn errors(factor: Format, residual: Format, condition: f64, seed: u64) -> Vec<Forward> {
    errors_of(false, factor, residual, condition, seed)
}

/// By GMRES, with the preconditioned operator in binary64, or by the factors alone.
fn errors_of(
    by_gmres: bool,
    factor: Format,
    residual: Format,
    condition: f64,
    seed: u64,
) -> Vec<Forward> {
    let solve = if by_gmres { Format::BINARY64 } else { factor };
    let sites = PerSite::rounders(SITES)
        .with_rounder("factor", &Rounder::new(factor))
        .and_then(|sites| sites.with_rounder("solve", &Rounder::new(solve)))
        .and_then(|sites| sites.with_rounder("residual", &Rounder::new(residual)))
        .and_then(|sites| sites.with_rounders(&Rounder::new(Format::BINARY32)).build())
        .unwrap();
    let a = rounded(Format::BINARY32, randsvd(N, condition, seed).unwrap());
    let b = rounded(Format::BINARY32, normal(N, seed));
    let exact = lu::factor(&Reference, square(&a, N)).unwrap();
    let exact = lu::solve(&Reference, &exact, &b).unwrap();
    let matrix = square(&a, N);
    let iterates = match by_gmres {
        true => refine_by_gmres(&sites, matrix, &b, 12),
        false => refine(&sites, matrix, &b, 12),
    };
    iterates
        .unwrap()
        .iter()
        .map(|x| forward(&exact, x))
        .collect()
}

#[test]
fn it_converges_where_theory_says() {
    let u = Format::BINARY32.unit_roundoff();
    for (factor, condition) in [
        (Format::BINARY16, 10.0),
        (Format::BINARY16, 100.0),
        (Format::BFLOAT16, 10.0),
        (Format::TF32, 100.0),
    ] {
        for seed in 0..4 {
            let errors = errors(factor, Format::BINARY64, condition, seed);
            let (first, last) = (errors[0].normwise, errors[12].normwise);
            let what = format!("{factor} {condition} {seed}: {first} {last}");
            assert!(first > 100.0 * u, "{what}");
            assert!(last <= 2.0 * u, "{what}");
        }
    }
}

#[test]
fn it_does_not_where_the_factors_know_nothing() {
    let u = Format::BINARY32.unit_roundoff();
    let stuck = (0..4).filter(|seed| {
        let errors = errors(Format::BFLOAT16, Format::BINARY64, 1e6, *seed);
        errors.last().is_none_or(|last| last.normwise > 1000.0 * u)
    });
    assert_eq!(stuck.count(), 4);
}

#[test]
fn gmres_converges_where_the_factors_alone_do_not() {
    // kappa u_f is 39: each substitution is wrong in every digit, and yet a good preconditioner.
    let u = Format::BINARY32.unit_roundoff();
    let mut stuck = 0;
    for seed in 0..4 {
        let last = |by_gmres| {
            errors_of(by_gmres, Format::BFLOAT16, Format::BINARY64, 1e4, seed)
                .last()
                .map_or(f64::INFINITY, |last| last.normwise)
        };
        assert!(last(true) <= 2.0 * u, "{seed}: {}", last(true));
        stuck += u32::from(last(false) > 1000.0 * u);
    }
    assert!(stuck >= 3, "{stuck}");
}

#[test]
fn a_residual_in_working_precision_stops_at_kappa_u() {
    // Fixed precision: theorem 3.2 with u_r = u; the residual in binary64 gains cond(A, x).
    let u = Format::BINARY32.unit_roundoff();
    let mut gain: Vec<f64> = (0..4)
        .map(|seed| {
            let last = |residual| errors(Format::TF32, residual, 300.0, seed)[12].normwise;
            assert!(last(Format::BINARY64) <= 2.0 * u);
            last(Format::BINARY32) / last(Format::BINARY64)
        })
        .collect();
    gain.sort_by(f64::total_cmp);
    assert!(gain[1] > 3.0, "{gain:?}");
}

#[test]
fn bad_shapes_are_refused() {
    let a = [1.0; 4];
    let error = refine(&Reference, square(&a, 2), &[1.0], 3).unwrap_err();
    assert!(error.to_string().contains("needs 2"), "{error}");
    assert!(refine(&Reference, square(&a, 2), &[1.0, 1.0], 3).is_err());
    let zero = refine(&Reference, square(&[2.0], 1), &[0.0], 3).unwrap();
    assert!(zero.iter().all(|x| Reference.value(x[0]) == 0.0));
}
