//! Any text as a plan of an experiment: what is read can be checked and counted. Nothing runs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use roundoff::experiments::planfile;

fuzz_target!(|text: &str| {
    if let Ok(plan) = planfile::parse(text) {
        let _ = (plan.check(), plan.len());
    }
});
