//! Makes the Rust side of `shaders/round.wgsl`.
//!
//! The text is valid in both languages; all it lacks for Rust is `pub`, and a wish to
//! be inlined, without which no loop over it vectorises.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let text = fs::read_to_string("shaders/round.wgsl")?;
    let rust = text
        .lines()
        .map(|line| match line.split(' ').next() {
            Some("fn") => format!("#[inline(always)]\npub {line}\n"),
            Some("const") => format!("pub {line}\n"),
            _ => format!("{line}\n"),
        })
        .collect::<String>();
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("round.rs"), rust)?;
    println!("cargo::rerun-if-changed=shaders/round.wgsl");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
