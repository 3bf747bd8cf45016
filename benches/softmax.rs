//! How fast softmax is: ns a value, and ratios to three-pass reloading and to a copy of the row.
//!
//! ```text
//! cargo bench --bench softmax                    everything
//! cargo bench --bench softmax -- 2^20 AVX-512    titles or rows that have all of the words
//! ```
//!
//! Each figure is the median of several rounds; in each round every candidate runs once beside the
//! others, so that what else the machine does hits all of them alike. No threshold is asserted.

use std::cell::RefCell;
use std::hint::black_box;

use fearless_simd::Level;
use rand_distr::{Distribution, StandardNormal};
use roundoff::arith::Exact;
use roundoff::kernels::softmax::native::{Method, Rows};
use roundoff::kernels::softmax::{Function, Softmax, Variant};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Threads};

mod race;

use race::{Candidate, median, turns};

/// The instruction sets there are here, the best first.
fn levels() -> Vec<(&'static str, Level)> {
    let best = Level::new();
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        let mut levels = Vec::new();
        if let Some(level) = best.as_avx512() {
            levels.push(("AVX-512", Level::Avx512(level)));
        }
        if let Some(level) = best.as_avx2() {
            levels.push(("AVX2", Level::Avx2(level)));
        }
        if let Some(level) = best.as_sse2() {
            levels.push(("none", Level::Sse2(level)));
        }
        levels
    }
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    vec![("best", best)]
}

/// The words of the command line, all of which a row must have.
fn is_wanted(text: &str) -> bool {
    std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .all(|word| text.contains(&word))
}

/// Prints one row a candidate, beside the first two, which are always run: a copy, and three-pass
/// reloading.
fn race(title: &str, values: usize, mut candidates: Vec<Candidate<'_>>) {
    let mut number = 0;
    candidates.retain(|candidate| {
        number += 1;
        number <= 2 || is_wanted(&format!("{title} {}", candidate.name))
    });
    if candidates.len() <= 2 {
        return;
    }
    let calls = ((1 << 20) / values.max(1)).clamp(1, 500);
    let rounds = if values > 1 << 23 { 7 } else { 15 };
    let times = turns(&mut candidates, rounds, calls);
    println!("\n{title}");
    println!(
        "  {:<44} {:>9} {:>9} {:>9}",
        "", "ns/value", "/reload", "/memcpy"
    );
    for (candidate, own) in candidates.iter().zip(&times) {
        let ratio = |to: &[f64]| median(own.iter().zip(to).map(|(a, b)| a / b).collect());
        println!(
            "  {:<44} {:>9.4} {:>9.2} {:>9.2}",
            candidate.name,
            median(own.clone()) / values as f64 * 1e9,
            ratio(&times[1]),
            ratio(&times[0]),
        );
    }
}

fn one_row(power: u32) {
    let count = 1usize << power;
    let mut words = Words::new(1, 0);
    let values: Vec<f32> = (0..count)
        .map(|_| StandardNormal.sample(&mut words))
        .collect();
    let values = &values;
    let result = RefCell::new(vec![0f32; count]);
    let result = &result;
    let work = |rows: Rows| -> Box<dyn FnMut() + '_> {
        Box::new(move || {
            let mut y = result.borrow_mut();
            let done = rows.apply(black_box(values), count, &mut y);
            let _ = black_box((done, &y));
        })
    };
    let rows = Rows::new(Function::Softmax).with_threads(Threads::One);
    let mut candidates = vec![
        Candidate {
            name: "memcpy".into(),
            work: Box::new(|| {
                result.borrow_mut().copy_from_slice(black_box(values));
                black_box(result);
            }),
        },
        Candidate {
            name: "three-pass-reload".into(),
            work: work(rows.with_method(Method::ThreePassReload)),
        },
    ];
    for (level_name, level) in levels() {
        // Seconds a row without fused products.
        if level_name == "none" && power > 16 {
            continue;
        }
        let rows = rows.with_level(level);
        for method in Method::ALL {
            candidates.push(Candidate {
                name: format!("{method}, {level_name}"),
                work: work(rows.with_method(*method)),
            });
        }
        candidates.push(Candidate {
            name: format!("log-softmax, {level_name}"),
            work: work(
                Rows::new(Function::LogSoftmax)
                    .with_threads(Threads::One)
                    .with_level(level),
            ),
        });
    }
    candidates.push(Candidate {
        name: "softmax, the best by size".into(),
        work: work(rows),
    });
    candidates.push(Candidate {
        name: "softmax in place, the best by size".into(),
        work: Box::new(move || {
            let done = rows.apply_in_place(&mut result.borrow_mut(), count);
            let _ = black_box(done);
        }),
    });
    for method in Method::ALL {
        candidates.push(Candidate {
            name: format!("{method}, all threads"),
            work: work(rows.with_threads(Threads::Auto).with_method(*method)),
        });
    }
    candidates.push(Candidate {
        name: "softmax, all threads".into(),
        work: work(rows.with_threads(Threads::Auto)),
    });
    race(&format!("one row of 2^{power} f32"), count, candidates);
}

/// One row with every operation rounded, beside the native one.
fn emulated() {
    let count = 1000;
    let mut words = Words::new(2, 0);
    let values: Vec<f64> = (0..count)
        .map(|_| StandardNormal.sample(&mut words))
        .collect();
    let values = &values;
    let result = RefCell::new(vec![0f64; count]);
    let result = &result;
    let native = Rows::new(Function::Softmax).with_method(Method::ThreePassReload);
    let mut candidates = vec![
        Candidate {
            name: "memcpy".into(),
            work: Box::new(|| {
                result.borrow_mut().copy_from_slice(black_box(values));
                black_box(result);
            }),
        },
        Candidate {
            name: "three-pass-reload, native".into(),
            work: Box::new(|| {
                let done = native.apply(black_box(values), count, &mut result.borrow_mut());
                let _ = black_box(done);
            }),
        },
    ];
    for (name, format) in [
        ("binary16", Format::BINARY16),
        ("bfloat16", Format::BFLOAT16),
        ("binary64", Format::BINARY64),
    ] {
        let arith = Exact::new(&Rounder::new(format));
        for variant in Variant::ALL {
            let arith = arith.clone();
            candidates.push(Candidate {
                name: format!("{variant}, {name}"),
                work: Box::new(move || {
                    let softmax = Softmax::new(*variant);
                    let done =
                        softmax.evaluate(&arith, black_box(values), &mut result.borrow_mut());
                    let _ = black_box(done);
                }),
            });
        }
    }
    race("emulated: one row of 1000 f64", count, candidates);
}

fn main() {
    println!("instruction set: {:?}", Level::new());
    emulated();
    for power in [10, 12, 14, 16, 18, 20, 22, 24, 26] {
        one_row(power);
    }
}
