//! Random words as raw bytes on standard output, for dieharder or another battery:
//!
//! ```text
//! cargo run --release --example random_words -- 42 streams | dieharder -a -g 200
//! ```
//!
//! The second argument says in which order: `indices` of one stream (the default), `streams` (word
//! 0, 1, ... of 1024 streams in turn), `seeds` (word 0 of one seed after the other).

use std::io::{self, Write};

use roundoff::random::word;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let seed: u64 = arguments.next().and_then(|s| s.parse().ok()).unwrap_or(0);
    let order = arguments.next().unwrap_or_else(|| "indices".to_owned());
    let mut output = io::stdout().lock();
    let mut buffer = Vec::with_capacity(1 << 16);
    for i in 0u64.. {
        let word = match order.as_str() {
            "streams" => word(seed, i % 1024, i / 1024),
            "seeds" => word(seed.wrapping_add(i), 0, 0),
            _ => word(seed, 0, i),
        };
        buffer.extend_from_slice(&word.to_le_bytes());
        if buffer.len() == buffer.capacity() {
            match output.write_all(&buffer) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                other => other?,
            }
            buffer.clear();
        }
    }
    Ok(())
}
