//! Any text as the name of a set of numbers: floats, blocks, posits, takums, logarithmic numbers,
//! fixed point, integers. What is read prints a name that reads back as the same set, and rounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundoff::numbers::{Numbers, Quantizer};
use roundoff::rounding::Saturation;

fuzz_target!(|name: &str| {
    let _ = roundoff_cli::names::numbers(name);
    let _ = (
        roundoff_cli::names::scale_rule(name),
        roundoff_cli::names::block_length(name),
    );
    let Ok(numbers) = name.parse::<Numbers>() else {
        return;
    };
    let printed = numbers.to_string();
    assert_eq!(printed.parse(), Ok(numbers.clone()), "{printed}");
    let quantizer = Quantizer::new(numbers).with_saturation(Saturation::Finite);
    let _ = quantizer.round_slice(&mut [1.25f32, -3.0, 0.0, 1e9, -1e-9]);
});
