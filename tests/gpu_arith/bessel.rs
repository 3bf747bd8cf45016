//! log-Bessel by every expansion.

use super::support::{assert_same, gpu};
use super::{SIZES, rounder};
use roundoff::arith::{Exact, PerSite};
use roundoff::gpu::Gpu;
use roundoff::kernels::bessel::emulated::{Expansion, Kind, PaperRule, Rule, SITES, evaluate};
use roundoff::random::word;
use roundoff::{Format, Rounding};

/// The CPU's, point i with the random words from index 2^32 i on.
fn here(sites: &PerSite<Exact>, rule: &dyn Rule, kind: Kind, v: &[f64], x: &[f64]) -> Vec<f32> {
    let points = v.iter().zip(x).enumerate();
    let value = |(i, (v, x)): (usize, (&f64, &f64))| {
        for arith in sites.ariths() {
            arith.set_operations((i as u64) << 32);
        }
        evaluate(sites, rule, kind, *v, *x) as f32
    };
    points.map(value).collect()
}

fn points(gpu: &Gpu, sites: &PerSite<Exact>, rule: &dyn Rule, kind: Kind, v: &[f32], x: &[f32]) {
    let mut there = vec![7f32; v.len()];
    gpu.log_bessel(sites, rule, kind, v, x, &mut there)
        .expect("GPU");
    let exact = |x: &[f32]| -> Vec<f64> { x.iter().map(|x| f64::from(*x)).collect() };
    let here = here(sites, rule, kind, &exact(v), &exact(x));
    assert_same(&there, &here, x, || {
        let formats = sites.ariths().iter().map(|arith| arith.exactly().format());
        format!("{kind:?} in {:?}", formats.collect::<Vec<_>>())
    });
}

fn inputs(count: usize) -> (Vec<f32>, Vec<f32>) {
    let draw = |stream, n: usize| word(31, stream, n as u64) as f32 / 4_294_967_296.0;
    let v = (0..count).map(|n| draw(0, n) * 60.0).collect();
    let x = (0..count).map(|n| draw(1, n) * 200.0 + 0.25).collect();
    (v, x)
}

#[test]
fn both_kinds_by_both_expansions() {
    let Some(gpu) = gpu() else { return };
    let (mut v, mut x) = inputs(60);
    // Where there is no function, and at its ends.
    v.extend([-1.0, f32::NAN, 0.0, 0.0, f32::INFINITY, 3.0]);
    x.extend([1.0, 1.0, 2.0, 0.0, 1.0, f32::NAN]);
    for mode in [
        Rounding::NearestTiesToEven,
        Rounding::TowardPositive,
        Rounding::STOCHASTIC,
    ] {
        let of = |format| rounder(format, mode);
        let all = [
            PerSite::rounders(SITES).with_rounders(&of(Format::BFLOAT16)),
            PerSite::rounders(SITES).with_rounders(&of(Format::BINARY16)),
            PerSite::rounders(SITES)
                .with_rounder("coefficient", &of(Format::BINARY32))
                .and_then(|sites| sites.with_rounder("output", &of(Format::BINARY32)))
                .expect("sites")
                .with_rounders(&of(Format::BFLOAT16)),
        ];
        for sites in all {
            let sites = sites.build().expect("all sites");
            for kind in [Kind::I, Kind::K] {
                for expansion in [
                    Expansion::LargeArgument { terms: 0 },
                    Expansion::LargeArgument { terms: 3 },
                    Expansion::LargeArgument { terms: 20 },
                    Expansion::Uniform { terms: 4 },
                    Expansion::Uniform { terms: 13 },
                    Expansion::Uniform { terms: 100 },
                ] {
                    points(gpu, &sites, &expansion, kind, &v, &x);
                }
            }
        }
    }
}

/// The sums on a logarithmic scale, and the recurrences that begin with them.
#[test]
fn series_integrals_and_recurrences() {
    let Some(gpu) = gpu() else { return };
    let (mut v, mut x) = inputs(40);
    v.iter_mut().for_each(|v| *v *= 0.25);
    x.iter_mut().for_each(|x| *x *= 0.2);
    v.extend([0.0, 0.5, 0.49]);
    x.extend([1.0, 2.0, 40.0]);
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        for format in [Format::BFLOAT16, Format::BINARY16] {
            let sites = PerSite::rounders(SITES).with_rounders(&rounder(format, mode));
            let sites = sites.build().expect("all sites");
            for (kind, expansion) in [
                (Kind::I, Expansion::Series),
                (Kind::K, Expansion::Integral { nodes: 64 }),
                (Kind::K, Expansion::Integral { nodes: 1 }),
                (Kind::I, Expansion::Recurrence { terms: 4 }),
                (Kind::K, Expansion::Recurrence { terms: 4 }),
                // Of the other function: no value.
                (Kind::K, Expansion::Series),
            ] {
                points(gpu, &sites, &expansion, kind, &v, &x);
            }
            for kind in [Kind::I, Kind::K] {
                points(gpu, &sites, &PaperRule, kind, &v, &x);
            }
        }
    }
}

/// f64s that no f32 holds are rounded first, with the random words of their place; the rule sees them before.
#[test]
fn points_of_more_digits_than_an_f32() {
    let Some(gpu) = gpu() else { return };
    let v: Vec<f64> = (0..40).map(|n| f64::from(n % 13) * 1.1).collect();
    let x: Vec<f64> = (0..40).map(|n| f64::from(n) * 1.3 + 0.1).collect();
    for mode in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let sites = PerSite::rounders(SITES)
            .with_rounders(&rounder(Format::BFLOAT16, mode))
            .build()
            .expect("all sites");
        for kind in [Kind::I, Kind::K] {
            let mut there = vec![7f32; v.len()];
            gpu.log_bessel(&sites, &PaperRule, kind, &v, &x, &mut there)
                .expect("GPU");
            let here = here(&sites, &PaperRule, kind, &v, &x);
            assert_same(&there, &here, &[], || format!("{kind:?} {mode}"));
        }
    }
}

/// Formats so wide that functions are computed, by every expansion; and of several kinds.
#[test]
fn wide_formats_by_every_expansion() {
    let Some(gpu) = gpu() else { return };
    let (mut v, mut x) = inputs(24);
    v.iter_mut().step_by(2).for_each(|v| *v *= 0.1);
    x.iter_mut().step_by(3).for_each(|x| *x *= 0.1);
    // log Gamma beside its zeros, in all its parts, and of a large number.
    v.extend([0.0, 1e-6, 0.5, 1.0, 0.999, 1.25, 3.0, 900.0, 1e-30]);
    x.extend([1.0, 2.0, 40.0, 1e-3, 0.1, 0.5, 1e-20, 3.0, 1.0]);
    for (mode, mixed) in [
        (Rounding::NearestTiesToEven, false),
        (Rounding::TowardPositive, true),
        (Rounding::STOCHASTIC, false),
    ] {
        let of = |format| rounder(format, mode);
        let sites = match mixed {
            false => PerSite::rounders(SITES).with_rounders(&of(Format::BINARY32)),
            true => PerSite::rounders(SITES)
                .with_rounder("exponential", &of(Format::BFLOAT16))
                .and_then(|sites| sites.with_rounder("sum", &of(Format::PXR24)))
                .expect("sites")
                .with_rounders(&of(Format::TF32)),
        };
        let sites = sites.build().expect("all sites");
        for (kind, expansion) in [
            (Kind::I, Expansion::LargeArgument { terms: 6 }),
            (Kind::K, Expansion::Uniform { terms: 6 }),
            (Kind::I, Expansion::Series),
            (Kind::K, Expansion::Integral { nodes: 64 }),
            (Kind::I, Expansion::Recurrence { terms: 4 }),
            (Kind::K, Expansion::Recurrence { terms: 4 }),
        ] {
            points(gpu, &sites, &expansion, kind, &v, &x);
        }
    }
}

#[test]
fn a_rule_of_ones_own_and_all_sizes() {
    let Some(gpu) = gpu() else { return };
    let rule = |_: Kind, v: f64, x: f64| match x > v * v {
        true => Expansion::LargeArgument { terms: 5 },
        false => Expansion::Uniform { terms: 6 },
    };
    let sites = PerSite::rounders(SITES)
        .with_rounders(&rounder(Format::BFLOAT16, Rounding::STOCHASTIC))
        .build()
        .expect("all sites");
    for size in SIZES {
        let (v, x) = inputs(size);
        points(gpu, &sites, &rule, Kind::K, &v, &x);
    }
}

/// Two shapes of the grid and two chunks: the same stochastic result.
#[test]
fn grids_and_chunks_change_no_bit() {
    let Some(gpu) = gpu() else { return };
    let sites = PerSite::rounders(SITES)
        .with_rounders(&rounder(Format::BINARY16, Rounding::STOCHASTIC))
        .build()
        .expect("all sites");
    let (mut v, x) = inputs(200);
    v.iter_mut().for_each(|v| *v *= 0.2);
    for (row, chunk) in [(1, 256), (2, 1 << 12)] {
        let gpu = gpu.clone().with_row(row).with_chunk(chunk);
        for kind in [Kind::I, Kind::K] {
            points(&gpu, &sites, &PaperRule, kind, &v, &x);
        }
    }
}
