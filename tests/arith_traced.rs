//! What tracing, sampling and sites report, on computations whose answer is known beforehand.

use roundoff::arith::{
    Arith, Event, Exact, Native, PerSite, Samples, Site, SiteError, Sites, Trace, Traced, sampled,
};
use roundoff::{Format, Rounder, Rounding, Saturation};

fn half() -> Traced<Exact> {
    Traced::new(
        Exact::new(&Rounder::new(Format::BINARY16)),
        Format::BINARY16,
    )
}

/// Events that happened, in order of [`Event::ALL`].
fn events(trace: &Trace) -> Vec<Event> {
    let happened = |event: &&Event| trace.count(**event) > 0;
    Event::ALL.iter().filter(happened).copied().collect()
}

type Operation = fn(&Traced<Exact>) -> f64;

#[test]
fn each_event_is_seen_alone() {
    let cases: [(&str, Operation, &[Event]); 12] = [
        ("exact", |a| a.add(1.0, 2.0), &[]),
        (
            "overflow",
            |a| a.mul(65504.0, 2.0),
            &[Event::Overflow, Event::Inexact],
        ),
        (
            "rounds to the greatest",
            |a| a.add(65504.0, 1.0),
            &[Event::Absorption, Event::Inexact],
        ),
        (
            "infinity is no overflow",
            |a| a.add(f64::INFINITY, 1.0),
            &[],
        ),
        (
            "underflow",
            |a| a.mul(2f64.powi(-20), 2f64.powi(-6)),
            &[Event::Underflow, Event::Inexact],
        ),
        ("exact subnormal", |a| a.mul(2f64.powi(-20), 0.5), &[]),
        (
            "born",
            |a| a.sub(f64::INFINITY, f64::INFINITY),
            &[Event::NanBorn],
        ),
        ("passed on", |a| a.add(f64::NAN, 1.0), &[]),
        (
            "swallowed",
            |a| a.minimum_number(f64::NAN, 1.0),
            &[Event::NanSwallowed],
        ),
        (
            "cancelled",
            |a| a.sub(1.0, 1.0 - 2f64.powi(-11)),
            &[Event::Cancellation],
        ),
        (
            "absorbed",
            |a| a.add(2048.0, 1.0),
            &[Event::Absorption, Event::Inexact],
        ),
        ("inexact", |a| a.div(1.0, 3.0), &[Event::Inexact]),
    ];
    for (name, run, expected) in cases {
        let arith = half();
        run(&arith);
        assert_eq!(events(&arith.trace()), expected, "{name}");
        assert_eq!(arith.trace().operations(), 1, "{name}");
    }
}

#[test]
fn a_comparison_with_nan_is_counted() {
    let arith = half();
    assert!(!arith.less(f64::NAN, 1.0));
    assert!(arith.less(0.0, 1.0));
    assert_eq!(arith.trace().count(Event::NanSwallowed), 1);
    assert_eq!(arith.trace().operations(), 2);
    let text = arith
        .trace()
        .first(Event::NanSwallowed)
        .map(ToString::to_string);
    assert_eq!(text.as_deref(), Some("operation 0: Compare(NaN, 1)"));
}

#[test]
fn cancelled_bits_are_counted() {
    let arith = half();
    // 1.5 - 1.25 = 0.25: two binary places. 1 - 1: all 11.
    arith.sub(1.5, 1.25);
    arith.sub(1.0, 1.0);
    // Through a product: 1.5 1.5 - 2.25 = 0.
    arith.fma(1.5, 1.5, -2.25);
    let trace = arith.take();
    assert_eq!(trace.count(Event::Cancellation), 3);
    assert_eq!(trace.bits_lost(), 2 + 11 + 11);
    assert_eq!(
        trace
            .worst_cancellation()
            .map(|(bits, at)| (bits, at.number)),
        Some((11, 1))
    );
    assert_eq!(arith.trace().operations(), 0);
}

#[test]
fn a_saturated_overflow_is_one() {
    let rounder = Rounder::new(Format::OCP_E4M3).with_saturation(Saturation::Finite);
    let arith = Traced::new(Exact::new(&rounder), Format::OCP_E4M3);
    assert_eq!(arith.mul(448.0, 448.0), 448.0);
    assert_eq!(events(&arith.trace()), [Event::Overflow, Event::Inexact]);
}

#[test]
fn traces_add_up() {
    let (one, two) = (half(), half());
    one.add(1.0, 1.0);
    two.add(1.0, 1.0);
    two.div(1.0, 3.0);
    two.sub(1.5, 1.25);
    let mut all = one.take();
    all.merge(&two.trace());
    assert_eq!(all.operations(), 4);
    assert_eq!(all.first(Event::Inexact).map(|place| place.number), Some(2));
    assert_eq!(
        all.worst_cancellation().map(|(_, place)| place.number),
        Some(3)
    );
    let table = all.to_string();
    assert!(
        table.contains("operation 2: Divide(1, 3) = 0.333251953125"),
        "{table}"
    );
}

#[test]
fn tracing_changes_no_bit() {
    let rounder = Rounder::new(Format::BFLOAT16).with_rounding(Rounding::STOCHASTIC);
    let (plain, traced) = (
        Exact::new(&rounder),
        Traced::new(Exact::new(&rounder), Format::BFLOAT16),
    );
    fn run<A: Arith<Num = f64>>(arith: &A) -> f64 {
        (1..1000).fold(arith.num(0.0), |sum, i| {
            let x = arith.num(f64::from(i));
            arith.add(sum, arith.exp(arith.neg(arith.div(x, arith.num(100.0)))))
        })
    }
    assert_eq!(run(&plain), run(&traced));
}

#[test]
fn native_is_traced_too() {
    let native = Traced::new(Native, Format::BINARY64);
    native.add(1.0, 1e-20);
    assert_eq!(events(&native.trace()), [Event::Absorption, Event::Inexact]);
}

#[test]
fn significant_bits_of_known_samples() {
    // Mean 8, deviation 1/2: log2 16.
    let samples = Samples::new(&[7.5, 8.5, 8.0 - 0.125f64.sqrt(), 8.0 + 0.125f64.sqrt()]);
    assert_eq!(samples.mean(), 8.0);
    let bits = samples.significant_bits().expect("four samples");
    assert!((bits - 4.0).abs() < 1e-12, "{samples:?}");
    assert_eq!(Samples::new(&[3.0; 5]).significant_bits(), Some(53.0));
    assert_eq!(Samples::new(&[3.0]).significant_bits(), None);
    assert_eq!(Samples::new(&[1.0, f64::NAN]).significant_bits(), Some(0.0));
    assert!(Samples::new(&[]).mean().is_nan());
    // Nothing overflows on the way.
    assert_eq!(Samples::new(&[1e308, 1e308]).mean(), 1e308);
}

#[test]
fn runs_replay_from_their_seed() {
    let rounder = Rounder::new(Format::BINARY16)
        .with_rounding(Rounding::STOCHASTIC)
        .with_seed(3);
    let run = |arith: &Exact| (1..50).fold(0.0, |sum, i| arith.add(sum, 1.0 / f64::from(i)));
    let all = sampled(&rounder, 4, run);
    assert_eq!(all, sampled(&rounder, 4, run));
    assert_eq!(all[2], run(&Exact::new(&rounder.with_seed(5))));
    assert!(all.iter().any(|x| *x != all[0]));
}

#[test]
fn sites_draw_from_streams_of_their_own() {
    const FIRST: Site = Site::new(0, "first");
    const SECOND: Site = Site::new(1, "second");
    const SITES: &[Site] = &[FIRST, SECOND];
    let rounder = Rounder::new(Format::BINARY16).with_rounding(Rounding::STOCHASTIC);
    let sites = PerSite::rounders(SITES)
        .with_rounders(&rounder)
        .build()
        .expect("both have one");
    let draw = |site| -> Vec<f64> {
        (0..64)
            .map(|_| sites.at(site).add(1.0, 2f64.powi(-11)))
            .collect()
    };
    assert_ne!(draw(FIRST), draw(SECOND));
    let missing = PerSite::rounders(SITES)
        .with_rounder("first", &rounder)
        .map(|b| b.build());
    assert!(matches!(
        missing,
        Ok(Err(SiteError::Missing { name: "second" }))
    ));
    let unknown = PerSite::rounders(SITES).with_rounder("third", &rounder);
    assert!(unknown.is_err_and(|e| e.to_string().contains("first, second")));
}
