//! Makes the Rust side of the shaders that both languages read: `round.wgsl`, and those of
//! `shaders/arith` that have operations.
//!
//! The texts are valid in both languages but for a few words at the beginning of lines; and Rust
//! wants `pub`, and a wish to be inlined, without which no loop over them vectorises.

use std::path::Path;
use std::{env, fs, io};

/// A file for Rust, the texts that it is made of, and what stands before each `fn`.
const FILES: [(&str, &[&str], &str); 3] = [
    ("round.rs", &["shaders/round.wgsl"], "#[inline(always)]"),
    (
        "arith.rs",
        &[
            "shaders/arith/wide.wgsl",
            "shaders/arith/operations.wgsl",
            "shaders/arith/order.wgsl",
        ],
        "#[inline(always)]",
    ),
    (
        "functions.rs",
        &[
            "shaders/arith/functions/long.wgsl",
            "shaders/arith/functions/exponential.wgsl",
            "shaders/arith/functions/logarithm.wgsl",
            "shaders/arith/functions/hyperbolic.wgsl",
            "shaders/arith/functions/gamma.wgsl",
        ],
        // Long, and in no loop over vectors.
        "",
    ),
];

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    for (name, texts, inline) in FILES {
        let mut rust = String::new();
        for text in texts {
            rust += &in_rust(&fs::read_to_string(text)?, inline);
            println!("cargo::rerun-if-changed={text}");
        }
        fs::write(Path::new(&out).join(name), rust)?;
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

fn in_rust(text: &str, inline: &str) -> String {
    text.lines()
        .map(|line| {
            let code = line.trim_start();
            let indent = &line[..line.len() - code.len()];
            match code.split_once(' ') {
                Some(("fn", _)) => format!("{inline}\npub {line}\n"),
                Some(("const", _)) => format!("pub {line}\n"),
                Some(("struct", _)) => {
                    let fields = line.replace("{ ", "{ pub ").replace(", ", ", pub ");
                    format!("#[derive(Clone, Copy)]\npub {fields}\n")
                }
                Some(("var", rest)) => format!("{indent}let mut {rest}\n"),
                _ => format!("{line}\n"),
            }
        })
        .collect()
}
