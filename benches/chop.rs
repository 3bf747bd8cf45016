//! How fast arrays are rounded: ns a value, GB/s, and the ratio to a copy of the same array.
//!
//! ```text
//! cargo bench --bench chop               everything
//! cargo bench --bench chop -- binary16   formats, modes or hosts whose row has the word
//! ```
//!
//! Then the same on machines with fewer instructions, AVX2 and the architecture's baseline: the
//! benchmark runs itself again with `ROUNDOFF_INSTRUCTIONS` set, on arrays in one thread.
//!
//! Every candidate takes its turn beside `memcpy`, many short turns each. Two ratios: of the fastest
//! turns, which other work on the machine hardly touches, and the median of the ratios turn by
//! turn, which it does. No threshold is asserted.

use std::hint::black_box;

use roundoff::chop::Host;
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding, Saturation, Threads};

use rand_distr::{Distribution, StandardNormal};

mod race;

use race::{Candidate, beside_memcpy, seconds};

fn normal<T: Host>(count: usize) -> Vec<T> {
    let mut words = Words::new(1, 0);
    let normal = StandardNormal;
    (0..count)
        .map(|_| T::from_f64(Distribution::<f64>::sample(&normal, &mut words)))
        .collect()
}

fn arrays<T: Host + Default>(host: &str, count: usize, threads: Threads) {
    let values: Vec<T> = normal(count);
    let cell = std::cell::RefCell::new(vec![T::default(); count]);
    let mut candidates = vec![Candidate {
        name: "memcpy".into(),
        work: Box::new(|| {
            cell.borrow_mut().copy_from_slice(black_box(&values));
            black_box(&cell);
        }),
    }];
    let all = [
        ("binary16", Format::BINARY16, &Rounding::ALL[..]),
        ("bfloat16", Format::BFLOAT16, &Rounding::ALL[..]),
        ("ocp-e4m3", Format::OCP_E4M3, &Rounding::ALL[..]),
        (
            "ocp-e2m1",
            Format::OCP_E2M1,
            &[Rounding::NearestTiesToEven, Rounding::STOCHASTIC],
        ),
        (
            "dlfloat16",
            Format::DLFLOAT16,
            &[Rounding::NearestTiesToEven, Rounding::STOCHASTIC],
        ),
        (
            "Binary8p4se",
            p3109(),
            &[Rounding::NearestTiesToEven, Rounding::STOCHASTIC],
        ),
        // Unsigned, with a zero and without.
        (
            "Binary8p4ue",
            "Binary8p4ue".parse().unwrap_or(Format::OCP_E4M3),
            &[Rounding::NearestTiesToEven, Rounding::STOCHASTIC],
        ),
        ("ocp-e8m0", Format::OCP_E8M0, &Rounding::ALL[..]),
        (
            "binary32",
            Format::BINARY32,
            &[
                Rounding::NearestTiesToEven,
                Rounding::TowardZero,
                Rounding::STOCHASTIC,
            ],
        ),
    ];
    for (name, format, roundings) in all {
        for rounding in roundings {
            if host == "f32" && name == "binary32" {
                continue;
            }
            let rounder = Rounder::new(format)
                .with_rounding(*rounding)
                .with_saturation(Saturation::None)
                .with_threads(threads);
            candidates.push(Candidate {
                name: format!("{name} {rounding}"),
                work: Box::new({
                    let (values, cell) = (&values, &cell);
                    move || {
                        let _ = rounder.round_into(black_box(values), &mut cell.borrow_mut());
                        black_box(cell);
                    }
                }),
            });
        }
    }
    let in_place = Rounder::new(Format::BINARY16).with_threads(threads);
    candidates.push(Candidate {
        name: "in place: binary16 NearestTiesToEven".into(),
        // Its own array: what another candidate leaves may be full of NaN.
        work: Box::new({
            let mut own = values.clone();
            move || in_place.round_slice(black_box(&mut own))
        }),
    });
    // Now and then, and every other time, a NaN: such blocks are done again by the definition.
    for (name, every) in [("1%", 100), ("50%", 2)] {
        let mut mixed = values.clone();
        mixed
            .iter_mut()
            .step_by(every)
            .for_each(|x| *x = T::from_f64(f64::NAN));
        let cell = &cell;
        candidates.push(Candidate {
            name: format!("{name} NaN: binary16 NearestTiesToEven"),
            work: Box::new(move || {
                let _ = in_place.round_into(black_box(&mixed), &mut cell.borrow_mut());
            }),
        });
    }
    let threads = if threads == Threads::One {
        "1 thread"
    } else {
        "all threads"
    };
    let bytes = 2 * size_of::<T>() * count;
    beside_memcpy(
        &format!("{host}, {count} values, {threads}"),
        count,
        bytes,
        candidates,
    );
}

fn p3109() -> Format {
    "Binary8p4se".parse().unwrap_or(Format::OCP_E4M3)
}

/// Codes from f32, and back.
fn codes(count: usize) {
    let values: Vec<f32> = normal(count);
    let mut copy = vec![0f32; count];
    let mut bytes = vec![0u8; count];
    let mut words = vec![0u16; count];
    let mut packed = vec![0u8; count / 2];
    let mut sixes = vec![0u8; count / 4 * 3];
    let (sixes_coded, fours_coded) = (vec![0x5au8; count / 4 * 3], vec![0x5au8; count / 2]);
    let (mut decoded_sixes, mut decoded_fours) = (vec![0f32; count], vec![0f32; count]);
    let e2m3 = Rounder::new(Format::OCP_E2M3).with_threads(Threads::One);
    let (e4m3, half, e2m1) = (
        Rounder::new(Format::OCP_E4M3).with_threads(Threads::One),
        Rounder::new(Format::BINARY16).with_threads(Threads::One),
        Rounder::new(Format::OCP_E2M1).with_threads(Threads::One),
    );
    let e4m3_codes: Vec<u8> = (0..count).map(|i| (i % 120) as u8).collect();
    let half_codes: Vec<u16> = (0..count).map(|i| (i % 30000) as u16).collect();
    let mut decoded = vec![0f32; count];
    let mut decoded_too = vec![0f32; count];
    let values = &values;
    let candidates = vec![
        Candidate {
            name: "memcpy".into(),
            work: Box::new(|| {
                copy.copy_from_slice(black_box(values));
                black_box(&copy);
            }),
        },
        Candidate {
            name: "encode ocp-e4m3 to u8".into(),
            work: Box::new(|| drop(black_box(e4m3.encode(black_box(values), &mut bytes)))),
        },
        Candidate {
            name: "encode binary16 to u16".into(),
            work: Box::new(|| drop(black_box(half.encode(black_box(values), &mut words)))),
        },
        Candidate {
            name: "encode ocp-e2m1 to packed u4".into(),
            work: Box::new(|| {
                drop(black_box(
                    e2m1.encode_packed_into(black_box(values), &mut packed),
                ))
            }),
        },
        Candidate {
            name: "encode ocp-e2m3 to packed 6-bit".into(),
            work: Box::new(|| {
                drop(black_box(
                    e2m3.encode_packed_into(black_box(values), &mut sixes),
                ))
            }),
        },
        Candidate {
            name: "decode ocp-e2m3 from packed 6-bit".into(),
            work: Box::new(|| {
                drop(black_box(
                    Format::OCP_E2M3.decode_packed(black_box(&sixes_coded), &mut decoded_sixes),
                ))
            }),
        },
        Candidate {
            name: "decode ocp-e2m1 from packed u4".into(),
            work: Box::new(|| {
                drop(black_box(
                    Format::OCP_E2M1.decode_packed(black_box(&fours_coded), &mut decoded_fours),
                ))
            }),
        },
        Candidate {
            name: "decode ocp-e4m3 from u8".into(),
            work: Box::new(|| {
                drop(black_box(
                    Format::OCP_E4M3.decode_slice(black_box(&e4m3_codes), &mut decoded),
                ))
            }),
        },
        Candidate {
            name: "decode binary16 from u16".into(),
            work: Box::new(|| {
                drop(black_box(
                    Format::BINARY16.decode_slice(black_box(&half_codes), &mut decoded_too),
                ))
            }),
        },
    ];
    beside_memcpy(
        &format!("codes of f32, {count} values, encoding in 1 thread, decoding in all"),
        count,
        8 * count,
        candidates,
    );
}

/// What a call costs before the first value.
fn small() {
    let rounder = Rounder::new(Format::BINARY16);
    let stochastic = rounder.with_rounding(Rounding::STOCHASTIC);
    let fastest = |work: &mut dyn FnMut()| {
        let turn = |_| seconds(10_000, &mut *work);
        (0..60).map(turn).fold(f64::INFINITY, f64::min) * 1e9
    };
    println!("\nsmall things, ns a call");
    let row = |name: &str, work: &mut dyn FnMut()| println!("  {name:<44} {:>9.1}", fastest(work));
    row("Rounder::new", &mut || {
        let _ = black_box(Rounder::new(black_box(Format::BINARY16)));
    });
    row("round one f32", &mut || {
        let _ = black_box(rounder.round(black_box(1.3f32)));
    });
    row("round one f64", &mut || {
        let _ = black_box(rounder.round(black_box(1.3f64)));
    });
    row("round one f32 stochastic", &mut || {
        let _ = black_box(stochastic.round(black_box(1.3f32)));
    });
    for count in [1, 16, 100, 256] {
        let mut values = vec![1.3f32; count];
        row(&format!("round a slice of {count} f32"), &mut || {
            rounder.round_slice(black_box(&mut values));
        });
    }
}

fn main() {
    const VARIABLE: &str = "ROUNDOFF_INSTRUCTIONS";
    let held = std::env::var(VARIABLE).ok();
    println!(
        "instructions: {}",
        held.clone()
            .unwrap_or(format!("{:?}", fearless_simd::Level::new()))
    );
    for count in [1 << 12, 1 << 24] {
        arrays::<f32>("f32", count, Threads::One);
        arrays::<f64>("f64", count, Threads::One);
        codes(count);
        if held.is_none() {
            arrays::<half::f16>("f16", count, Threads::One);
            arrays::<half::bf16>("bf16", count, Threads::One);
            arrays::<f32>("f32", count, Threads::Auto);
            arrays::<f64>("f64", count, Threads::Auto);
        }
    }
    if held.is_some() {
        return;
    }
    // Around the size from which threads take part.
    for count in [1 << 17, 1 << 18, 1 << 19] {
        arrays::<f32>("f32", count, Threads::One);
        arrays::<f32>("f32", count, Threads::Auto);
    }
    small();
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    for most in ["avx2", "baseline"] {
        let again = std::process::Command::new(&program)
            .args(std::env::args().skip(1))
            .env(VARIABLE, most)
            .status();
        if let Err(error) = again {
            println!("{most}: skipped, {error}");
        }
    }
}
