//! Threads, offsets, targets, and what is measured.

use crate::*;

#[test]
fn threads_offsets_and_targets_change_nothing() {
    let values: Vec<f32> = (0..300_000)
        .map(|i| (i as f32 - 150_000.0) * 0.000_123)
        .collect();
    for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        let rounder = Rounder::new("q4.4".parse().expect("a format"))
            .with_rounding(rounding)
            .with_seed(3);
        let wrapping = Wrapping::new(*rounder.format())
            .expect("fixed point")
            .with_rounding(rounding)
            .with_seed(3);
        let mut all = values.clone();
        wrapping.round_slice(&mut all);
        let mut one = values.clone();
        wrapping.with_threads(Threads::One).round_slice(&mut one);
        assert_eq!(all, one);
        let mut parts = values.clone();
        let (head, tail) = parts.split_at_mut(1237);
        wrapping.round_slice(head);
        wrapping.round_slice_at(tail, 1237);
        assert_eq!(parts, all);
        let mut into = vec![0.0; values.len()];
        wrapping.round_into(&values, &mut into).expect("as long");
        assert_eq!(into, all);
        assert!(wrapping.round_into(&values, &mut into[1..]).is_err());
    }
}

#[test]
fn measured_without_subnormals_and_with_both_ends() {
    let rounder = Rounder::new("q4.4".parse().expect("a format"));
    let values = [-8.0f32, -8.01, -9.0, 7.9375, 8.1, 0.01, 1.0];
    let mut rounded = values;
    rounder.round_slice(&mut rounded);
    let mut errors = Errors::of_rounding(&rounder);
    errors.add(&values, &rounded).expect("as long");
    let summary = errors.summary();
    // -9 and 8.1; -8.01 rounds to the end.
    assert_eq!(summary.overflowed, 2);
    assert_eq!((summary.underflowed, summary.subnormal), (1, 0));
    assert_eq!(summary.max_absolute, Some(1.0));
}
