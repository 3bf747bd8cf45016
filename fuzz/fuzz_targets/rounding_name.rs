//! Any text as the name of a rounding or a saturation: what is read prints a name that reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundoff::{Format, Rounder, Rounding, Saturation};

fuzz_target!(|name: &str| {
    let _ = roundoff_cli::names::rounding(name);
    if let Ok(rounding) = name.parse::<Rounding>() {
        assert_eq!(rounding.to_string().parse(), Ok(rounding));
        let rounder = Rounder::new(Format::OCP_E2M1).with_rounding(rounding);
        assert!([1.0, 1.5].contains(&rounder.round(1.2f32)));
    }
    if let Ok(saturation) = name.parse::<Saturation>() {
        assert_eq!(saturation.to_string().parse(), Ok(saturation));
    }
});
