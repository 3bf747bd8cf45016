//! All 2^32 f32 words: against `half`, which converts to binary16 by the processor's instruction
//! where it has one. (`src/chop/agreement.rs` has every fast way against the definition.) In release:
//!
//! ```text
//! cargo test --release --features full,proofs --test rounding proofs -- --ignored --nocapture
//! ```

use std::thread;
use std::time::Instant;

use half::{bf16, f16};
use roundoff::{Format, Rounder, Threads};

const BLOCK: usize = 1 << 16;

/// Calls `check(words, first index)` for all words, in two threads.
fn every_word(what: &str, check: impl Fn(&[f32], u64) + Sync) {
    let start = Instant::now();
    thread::scope(|scope| {
        for half in 0..2u64 {
            let check = &check;
            scope.spawn(move || {
                let mut words = vec![0.0; BLOCK];
                for block in 0..(1u64 << 31) / BLOCK as u64 {
                    let from = (half << 31) + block * BLOCK as u64;
                    for (i, word) in words.iter_mut().enumerate() {
                        *word = f32::from_bits(from as u32 + i as u32);
                    }
                    check(&words, from);
                }
            });
        }
    });
    println!(
        "{what}: 2^32 words in {:.1} s",
        start.elapsed().as_secs_f64()
    );
}

fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn against(what: &str, format: Format, theirs: impl Fn(f32) -> f32 + Sync) {
    let rounder = Rounder::new(format).with_threads(Threads::One);
    every_word(what, |words, _| {
        let mut ours = vec![0.0; BLOCK];
        rounder.round_into(words, &mut ours).expect("as long");
        for (x, y) in words.iter().zip(&ours) {
            assert!(
                same(*y, theirs(*x)),
                "{what}: {x:?} gives {y:?}, not {:?}",
                theirs(*x)
            );
        }
    });
}

#[test]
#[ignore = "minutes: all 2^32 words; run with --ignored"]
fn binary16_like_half_and_the_processor() {
    #[cfg(target_arch = "x86_64")]
    match std::arch::is_x86_feature_detected!("f16c") {
        true => println!("half converts by VCVTPS2PH"),
        false => println!("SKIPPED: no F16C here: half converts by integers alone"),
    }
    against("binary16, half", Format::BINARY16, |x| {
        f16::from_f32(x).to_f32()
    });
}

#[test]
#[ignore = "minutes: all 2^32 words; run with --ignored"]
fn binary16_like_half_in_integers() {
    against("binary16, half in integers", Format::BINARY16, |x| {
        f16::from_f32_const(x).to_f32()
    });
}

#[test]
#[ignore = "minutes: all 2^32 words; run with --ignored"]
fn bfloat16_like_half() {
    against("bfloat16, half", Format::BFLOAT16, |x| {
        bf16::from_f32(x).to_f32()
    });
}
