//! Calibrations on real weights: the table of `docs/integers.md`.
//!
//! ```text
//! cargo test --features full --test integer calibrations_on_real_weights -- --nocapture
//! ```

use roundoff::measure::Errors;

use crate::weights::weights;
use crate::*;

const CALIBRATIONS: [&str; 5] = [
    "extremes",
    "percentile:99.9",
    "percentile:99",
    "mse",
    "entropy",
];

/// Signal to noise of the weights of all layers, in dB, and the root of the mean square error times
/// 1000.
fn errors(scheme: &str) -> (f64, f64) {
    let quantizer = Quantizer::new(scheme.parse().unwrap());
    let mut errors = Errors::new();
    let (mut sum, mut count) = (0.0, 0usize);
    for (values, columns) in weights() {
        let mut rounded = values.clone();
        let shape = [values.len() / columns, columns];
        quantizer.round_tensor(&mut rounded, &shape).unwrap();
        errors.add(&values, &rounded).unwrap();
        let square = |(x, y): (&f32, &f32)| (f64::from(*x) - f64::from(*y)).powi(2);
        sum += values.iter().zip(&rounded).map(square).sum::<f64>();
        count += values.len();
    }
    let snr = errors.summary().snr_db.unwrap();
    (snr, (sum / count as f64).sqrt() * 1e3)
}

/// The search has the least error of all where one scale serves a part: to nearest, the extremes and
/// every narrower range are among what it may choose, but for a hundredth of the extremes.
#[test]
fn calibrations_on_real_weights() {
    print!("{:<18}", "");
    for name in CALIBRATIONS {
        print!("{name:>17}");
    }
    println!();
    for integer in ["int8", "uint8", "int6", "int4", "int3"] {
        for granularity in ["tensor", "channel:0", "group:32"] {
            print!("{:<18}", format!("{integer}/{granularity}"));
            let found = CALIBRATIONS.map(|name| errors(&format!("{integer}/{name}/{granularity}")));
            for (snr, _) in found {
                print!("{snr:>17.2}");
            }
            println!();
            let [_, _, _, searched, _] = found.map(|(_, error)| error);
            for (name, (_, error)) in CALIBRATIONS.iter().zip(found) {
                assert!(
                    searched <= error * 1.01,
                    "{integer}/{granularity}: mse {searched}, {name} {error}"
                );
            }
        }
    }
}
