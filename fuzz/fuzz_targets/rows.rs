//! Any bytes as rows of an experiment: CSV, JSON lines or Parquet, by the first byte.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use roundoff::report::table::{Keep, Table};

fuzz_target!(|file: &[u8]| {
    let Some((kind, rows)) = file.split_first() else {
        return;
    };
    let kind = ["csv", "jsonl", "parquet"][usize::from(kind % 3)];
    let path = std::env::temp_dir().join(format!("rows-{}.{kind}", std::process::id()));
    fs::write(&path, rows).expect("room for a small file");
    for keep in [Keep::First(10), Keep::Columns(&["format", "value"])] {
        if let Ok(table) = Table::read(&path, keep) {
            assert!(table.len() <= table.rows_in_file());
        }
    }
});
