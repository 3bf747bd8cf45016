//! Any text as a baseline or a record of a test: what is read is written so that it reads back the
//! same.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use roundoff::robust::baseline::{Baseline, Record};

fuzz_target!(|text: &str| {
    let path = Path::new("roundoff.toml");
    if let Ok(baseline) = Baseline::parse(path, text) {
        let again = Baseline::parse(path, &baseline.to_toml()).expect("our own text");
        assert_eq!(again, baseline);
    }
    if let Ok(record) = Record::parse(path, text) {
        let again = Record::parse(path, &record.to_toml()).expect("our own text");
        assert_eq!(again, record);
    }
});
