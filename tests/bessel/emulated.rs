//! The expansions over `Arith`: right in wide arithmetic where they hold, rounded in narrow ones.

use roundoff::arith::{Exact, Native, PerSite, Reference};
use roundoff::kernels::bessel::emulated::{
    Expansion::{self, *},
    INPUT, Kind, LEADING, PaperRule, SITES, SUM, evaluate,
};
use roundoff::kernels::bessel::{log_iv, log_kv};
use roundoff::{Format, Rounder};

fn native(kind: Kind, v: f64, x: f64) -> f64 {
    match kind {
        Kind::I => log_iv(v, x),
        Kind::K => log_kv(v, x),
    }
}

/// Points at which an expansion has 16 digits and more, and for which functions.
type Case = (Expansion, &'static [Kind], &'static [(f64, f64)]);
const HOLDS: &[Case] = &[
    (
        LargeArgument { terms: 3 },
        &[Kind::I, Kind::K],
        &[(0.0, 1e6), (2.5, 9e5)],
    ),
    (
        LargeArgument { terms: 20 },
        &[Kind::I, Kind::K],
        &[(0.0, 40.0), (7.0, 90.0), (20.0, 3000.0)],
    ),
    (
        Uniform { terms: 4 },
        &[Kind::I, Kind::K],
        &[(3000.0, 1000.0), (0.5, 1e4), (0.0, 1e5)],
    ),
    (
        Uniform { terms: 20 },
        &[Kind::I, Kind::K],
        &[(0.0, 70.0), (50.0, 20.0), (40.0, 60.0), (90.0, 1e-3)],
    ),
    (
        Series,
        &[Kind::I],
        &[
            (0.0, 1.0),
            (0.3, 1e-5),
            (3.0, 12.0),
            (15.0, 20.0),
            (200.0, 30.0),
        ],
    ),
    (
        Integral { nodes: 128 },
        &[Kind::K],
        &[
            (0.0, 1.0),
            (0.3, 1e-5),
            (3.0, 12.0),
            (15.0, 20.0),
            (200.0, 30.0),
        ],
    ),
    (
        Recurrence { terms: 13 },
        &[Kind::I, Kind::K],
        &[(0.0, 1.0), (7.0, 2.0), (12.5, 9.0)],
    ),
];

/// In 128 digits: nothing but the formula's own error, and a third opinion on the native functions.
#[test]
fn expansions_hold_where_they_should() {
    for (expansion, kinds, points) in HOLDS {
        for kind in *kinds {
            for &(v, x) in *points {
                let value = evaluate(&Reference, expansion, *kind, v, x);
                let expected = native(*kind, v, x);
                // Recurrence of I begins with 13 terms at v + 24.
                let bound = if *expansion == (Recurrence { terms: 13 }) {
                    2e-14
                } else {
                    4.5e-16
                };
                let error = (value - expected).abs() / expected.abs().max(1.0);
                assert!(
                    error <= bound,
                    "{expansion} {kind:?} ({v}, {x}): {value} {expected}"
                );
            }
        }
    }
}

/// The paper's rule in binary64: its own accuracy, everywhere.
#[test]
fn the_papers_rule() {
    let axis = [
        1e-3, 0.1, 0.7, 2.0, 6.0, 15.0, 25.0, 40.0, 70.0, 130.0, 400.0, 2000.0, 9000.0,
    ];
    let mut picked = std::collections::BTreeSet::new();
    for v in axis.into_iter().chain([0.0]) {
        for x in axis {
            for kind in [Kind::I, Kind::K] {
                let value = evaluate(&Native, &PaperRule, kind, v, x);
                let expected = native(kind, v, x);
                let error = (value - expected).abs() / expected.abs().max(1.0);
                assert!(
                    error <= 3e-13,
                    "{kind:?} ({v}, {x}): {value} {expected} {error:e}"
                );
                use roundoff::kernels::bessel::emulated::Rule;
                picked.insert(PaperRule.pick(kind, v, x).to_string());
            }
        }
    }
    let all = [
        "integral-600",
        "large-argument-20",
        "large-argument-3",
        "series",
        "uniform-13",
        "uniform-4",
        "uniform-6",
        "uniform-9",
    ];
    assert_eq!(picked.into_iter().collect::<Vec<_>>(), all);
}

/// Results are values of the format of the last site, and errors shrink with its digits.
#[test]
fn narrow_formats() {
    for (expansion, v, x) in [
        (Uniform { terms: 6 }, 20.0, 50.0),
        (LargeArgument { terms: 6 }, 0.5, 60.0),
        (Recurrence { terms: 4 }, 3.0, 4.0),
    ] {
        for kind in [Kind::I, Kind::K] {
            let expected = native(kind, v, x);
            let error = |format: Format| {
                let rounder = Rounder::new(format);
                let value = evaluate(&Exact::new(&rounder), &expansion, kind, v, x);
                assert_eq!(rounder.round(value), value, "{expansion} {format}");
                (value - expected).abs() / expected.abs()
            };
            let (bfloat16, half, single) = (
                error(Format::BFLOAT16),
                error(Format::BINARY16),
                error(Format::BINARY32),
            );
            assert!(
                single < 1e-5 && half < 0.05 && bfloat16 < 0.4,
                "{expansion} {kind:?}: {bfloat16} {half} {single}"
            );
            assert!(single < half);
        }
    }
    // x^2 is past the greatest number of binary16: its uniform expansion ends there.
    let half = Exact::new(&Rounder::new(Format::BINARY16));
    assert!(!evaluate(&half, &Uniform { terms: 4 }, Kind::I, 1.0, 300.0).is_finite());
    assert!(evaluate(&half, &LargeArgument { terms: 3 }, Kind::I, 1.0, 300.0).is_finite());
}

/// One narrow site at a time: each expansion suffers from its own sites and no others.
#[test]
fn sites() {
    let at = |site: Option<&str>, expansion: Expansion, kind: Kind| {
        let exact = |format: Format| Exact::new(&Rounder::new(format));
        let mut sites = PerSite::new(SITES);
        if let Some(name) = site {
            sites = sites.with(name, exact(Format::BFLOAT16)).expect("a site");
        }
        let sites = sites
            .with_default(|_| exact(Format::BINARY64))
            .build()
            .expect("all sites");
        evaluate(&sites, &expansion, kind, 9.1, 13.3)
    };
    let moved = |expansion: Expansion, kind: Kind| -> Vec<&'static str> {
        let clean = at(None, expansion, kind);
        SITES
            .iter()
            .map(|site| site.name())
            .filter(|name| at(Some(name), expansion, kind) != clean)
            .collect()
    };
    let uniform = [
        "input",
        "leading",
        "coefficient",
        "term",
        "sum",
        "logarithm",
        "output",
    ];
    assert_eq!(moved(Uniform { terms: 9 }, Kind::I), uniform);
    assert_eq!(moved(LargeArgument { terms: 9 }, Kind::K), uniform);
    let logarithmic = ["input", "term", "exponential", "sum", "logarithm", "output"];
    assert_eq!(moved(Series, Kind::I), logarithmic);
    assert_eq!(moved(Integral { nodes: 64 }, Kind::K), logarithmic);
    assert!(moved(Recurrence { terms: 13 }, Kind::K).contains(&"recurrence"));
    assert_eq!(
        (INPUT.name(), LEADING.name(), SUM.name()),
        ("input", "leading", "sum")
    );
}

#[test]
fn names() {
    for (expansion, ..) in HOLDS {
        assert_eq!(expansion.to_string().parse(), Ok(*expansion));
    }
    for name in [
        "uniform",
        "uniform-",
        "uniform-1001",
        "series-3",
        "debye-4",
        "",
    ] {
        let error = name.parse::<Expansion>().unwrap_err().to_string();
        assert!(
            error.contains(name) && error.contains("uniform-4"),
            "{error}"
        );
    }
}

#[test]
fn no_function_there() {
    for (v, x) in [
        (-1.0, 1.0),
        (1.0, 0.0),
        (1.0, -1.0),
        (f64::NAN, 1.0),
        (1.0, f64::INFINITY),
    ] {
        assert!(evaluate(&Native, &PaperRule, Kind::I, v, x).is_nan());
    }
    assert!(evaluate(&Native, &Series, Kind::K, 1.0, 1.0).is_nan());
    assert!(evaluate(&Native, &Integral { nodes: 9 }, Kind::I, 1.0, 1.0).is_nan());
    // No nodes, no terms, many terms: no panic.
    for expansion in [
        Integral { nodes: 0 },
        Uniform { terms: 0 },
        Uniform { terms: 999 },
        LargeArgument { terms: 0 },
    ] {
        evaluate(&Native, &expansion, Kind::K, 1.0, 1.0);
    }
    evaluate(&Native, &Series, Kind::I, 1e300, 1e300);
    evaluate(&Native, &Integral { nodes: 10 }, Kind::K, 1e300, 1e-300);
    evaluate(&Native, &Recurrence { terms: 13 }, Kind::I, 1e300, 1e-300);
}
