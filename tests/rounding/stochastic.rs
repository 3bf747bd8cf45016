//! Stochastic rounding in the mean: away from zero with the probability that it promises.

use roundoff::{Format, Rounder, Rounding};

use crate::trial::VARIANTS;

/// Draws a fraction: 10^8 with the feature `proofs`.
const DRAWS: usize = if cfg!(feature = "proofs") {
    100_000_000
} else {
    1_000_000
};

/// How often a value is rounded away from zero, of DRAWS times.
fn share(rounder: &Rounder, x: f32) -> f64 {
    const BLOCK: usize = 1 << 16;
    let (mut up, mut values) = (0usize, vec![0.0f32; BLOCK]);
    for from in (0..DRAWS).step_by(BLOCK) {
        let values = &mut values[..BLOCK.min(DRAWS - from)];
        values.fill(x);
        rounder.round_slice_at(values, from as u64);
        up += values.iter().filter(|y| y.abs() > x.abs()).count();
    }
    up as f64 / DRAWS as f64
}

/// Within 5 standard errors.
fn near(share: f64, probability: f64, what: &str) {
    let error = (probability * (1.0 - probability) / DRAWS as f64).sqrt();
    let away = (share - probability).abs() / error;
    println!("{what}: {share} for {probability}, {away:.2} standard errors");
    assert!(
        away <= 5.0,
        "{what}: {share} for {probability}, {away:.2} standard errors"
    );
}

#[test]
fn away_with_the_probability_of_the_fraction() {
    // 1.fraction steps of 2^-10 each: binary16 drops the 13 last digits of an f32.
    for fraction in [1.0 / 8.0, 1.0 / 3.0, 1.0 / 2.0, 0.9] {
        let x = (1.0 + fraction / 1024.0) as f32;
        let exact = (f64::from(x) - 1.0) * 1024.0;
        let rounder = Rounder::new(Format::BINARY16)
            .with_rounding(Rounding::STOCHASTIC)
            .with_seed(1);
        for sign in [1.0, -1.0] {
            near(
                share(&rounder, sign * x),
                exact,
                &format!("A, 23 bits, {sign} {fraction}"),
            );
        }
        let equal = rounder.with_rounding(Rounding::StochasticEqual);
        near(share(&equal, x), 0.5, &format!("equal, {fraction}"));
    }
}

/// With few bits the probability is that of P3109 4.7.4, counted over all R.
#[test]
fn away_with_the_probability_of_few_bits() {
    for variant in VARIANTS {
        for n in [1u8, 3, 5] {
            let rounding = Rounding::stochastic(variant, n).expect("1 to 53 bits");
            let set = crate::oracle::set("binary16").expect("a set");
            let x = (1.0 + 0.3 / 1024.0) as f32;
            let up = (0..1u64 << n).filter(|r| {
                let exact = crate::oracle::Exact::of(f64::from(x));
                crate::oracle::project(exact, &set, rounding, roundoff::Saturation::None, *r) > 1.0
            });
            let probability = up.count() as f64 / f64::from(1u32 << n);
            let rounder = Rounder::new(Format::BINARY16)
                .with_rounding(rounding)
                .with_seed(2);
            let got = share(&rounder, x);
            match probability {
                0.0 | 1.0 => assert_eq!(got, probability, "{rounding}"),
                _ => near(got, probability, &rounding.to_string()),
            }
        }
    }
}

#[test]
fn exact_values_never_move() {
    let mut modes = vec![Rounding::StochasticEqual];
    for variant in VARIANTS {
        modes.extend([3, 23].map(|n| Rounding::stochastic(variant, n).expect("1 to 53 bits")));
    }
    for rounding in modes {
        let rounder = Rounder::new(Format::BINARY16).with_rounding(rounding);
        for x in [1.0f32, -1.5, 65504.0, 2f32.powi(-24), 0.0] {
            let mut values = vec![x; 1 << 16];
            for from in (0..DRAWS).step_by(1 << 16) {
                rounder.round_slice_at(&mut values, from as u64);
                // What moved would stay where it went.
                let moved = values.iter().filter(|y| y.to_bits() != x.to_bits());
                assert_eq!(moved.count(), 0, "{rounding} {x} from {from} on");
            }
        }
    }
}
