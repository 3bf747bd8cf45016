//! Any text as a format's name: what is read prints a name that reads back as the same format, and
//! every derived quantity can be asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundoff::{Format, Rounder};

fuzz_target!(|name: &str| {
    let _ = roundoff_cli::names::format(name);
    let Ok(format) = name.parse::<Format>() else {
        return;
    };
    let printed = format.to_string();
    assert_eq!(printed.parse(), Ok(format), "{printed}");
    assert!(format.greatest() > 0.0 && format.least_positive() > 0.0);
    assert!(format.count_finite() > 0);
    let _ = (
        format.next_up(1.0),
        format.next_down(1.0),
        format.encode(1.0),
    );
    let rounded = Rounder::new(format).round(1.2345f64);
    assert!(
        rounded.is_nan() || format.contains(rounded),
        "{printed}: {rounded}"
    );
});
