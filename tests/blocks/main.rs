//! Blocks with shared scales: against the specifications' formulas in exact rational numbers.

mod codes;
mod fixed;
#[path = "../oracle/mod.rs"]
mod floats;
mod names;
mod operations;
mod oracle;
mod paths;
mod picture;
mod rules;
mod specials;
#[path = "../weights/mod.rs"]
mod weights;
mod worked;

use oracle::{Blocks, Set};
use roundoff::block::BlockFormat;
use roundoff::random::Words;

use rand::Rng;

/// The formats with names, as their specifications write them.
pub fn formats() -> Vec<(BlockFormat, Blocks)> {
    let e8m0 = || Set::powers(-127, 127);
    let mx = |elements| Blocks {
        elements,
        scales: e8m0(),
    };
    let e4m3 = || Set::fields(4, 3, 7, 0x7f);
    let e2m1 = || Set::fields(2, 1, 1, 8);
    vec![
        (BlockFormat::MXFP8_E4M3, mx(e4m3())),
        (BlockFormat::MXFP8_E5M2, mx(Set::fields(5, 2, 15, 0x7c))),
        (BlockFormat::MXFP6_E3M2, mx(Set::fields(3, 2, 3, 32))),
        (BlockFormat::MXFP6_E2M3, mx(Set::fields(2, 3, 1, 32))),
        (BlockFormat::MXFP4, mx(e2m1())),
        (BlockFormat::MXINT8, mx(Set::integers(7))),
        (
            BlockFormat::MSFP12,
            Blocks {
                elements: Set::integers(3),
                scales: Set::powers(-127, 128),
            },
        ),
        // As NVFP4, but without the scale for the tensor.
        (
            BlockFormat::NVFP4.with_tensor_scale(false).unwrap(),
            Blocks {
                elements: e2m1(),
                scales: e4m3(),
            },
        ),
        (
            BlockFormat::NVFP4,
            Blocks {
                elements: e2m1(),
                scales: e4m3(),
            },
        ),
    ]
}

/// Values of both signs whose exponents wander by `spread`, zeros and powers of two among them.
pub fn values(count: usize, spread: u32, seed: u64) -> Vec<f32> {
    let mut words = Words::new(seed, 77);
    (0..count)
        .map(|_| {
            let bits = words.next_u32();
            let exponent = (words.next_u32() % (2 * spread + 1)) as i32 - spread as i32;
            let fraction = match bits & 15 {
                0 => return if bits & 16 == 0 { 0.0 } else { -0.0 },
                1 => 0,
                2 => bits & 0x0070_0000,
                3 => 0x7f_ffff,
                _ => bits >> 9,
            };
            let magnitude = f32::from_bits(((127 + exponent) as u32) << 23 | fraction);
            if bits & 256 == 0 {
                magnitude
            } else {
                -magnitude
            }
        })
        .collect()
}
