//! Every value of every format of up to 10 bits, the midpoints between them and the neighbours of
//! all these, in every mode and saturation, against the oracle: in f32 and f64, one by one and as
//! slices.

use rand::Rng;

use crate::oracle::{Set, set, small_names};
use crate::trial::{Float, Says, try_all};

/// What a format of few values is tried with.
fn inputs<F: Float>(set: &Set) -> Vec<F> {
    let (width, _) = set.codes.expect("an encoding");
    let mut values: Vec<f64> = (0..1u64 << width)
        .map(|code| set.decode(code).abs())
        .filter(|x| x.is_finite())
        .collect();
    values.push(0.0);
    values.sort_by(f64::total_cmp);
    values.dedup();
    // Past the end: where the next values would be.
    let greatest = values[values.len() - 1];
    let step = greatest - values[values.len() - 2];
    values.extend([greatest + step, greatest + 2.0 * step, greatest * 4.0]);
    let mut tried = F::ends();
    for pair in values.windows(2) {
        // Each is exact: the values have few digits.
        for x in [pair[0], pair[0] / 2.0 + pair[1] / 2.0] {
            tried.extend(F::nearest(x).neighbours());
        }
    }
    let negative = tried.iter().map(|x| F::nearest(-x.to_f64()));
    tried.extend(negative.collect::<Vec<_>>());
    tried
}

/// In two halves, so that two cores share them.
fn every(part: usize, width: std::ops::RangeInclusive<u32>) {
    let names: Vec<_> = small_names(*width.end())
        .into_iter()
        .filter(|name| width.contains(&set(name).and_then(|s| s.codes).map_or(0, |c| c.0)))
        .collect();
    assert!(names.len() > 8);
    let count: usize = names
        .iter()
        .skip(part)
        .step_by(2)
        .map(|name| try_all::<f32>(name, inputs) + try_all::<f64>(name, inputs))
        .sum();
    println!("{} formats, {count} roundings", names.len() / 2);
}

#[test]
fn formats_up_to_8_bits() {
    every(0, 3..=8);
}

#[test]
fn formats_up_to_8_bits_the_others() {
    every(1, 3..=8);
}

#[test]
#[cfg_attr(
    not(feature = "proofs"),
    ignore = "a minute; run with the feature `proofs`"
)]
fn formats_of_9_and_10_bits() {
    every(0, 9..=10);
}

#[test]
#[cfg_attr(
    not(feature = "proofs"),
    ignore = "a minute; run with the feature `proofs`"
)]
fn formats_of_9_and_10_bits_the_others() {
    every(1, 9..=10);
}

#[test]
fn the_generator_says_what_it_is_told() {
    assert_eq!(Says(5).next_u64(), 5);
}
