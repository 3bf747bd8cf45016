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

/// Beside what ratios are: the name, and the place of that candidate.
type Beside<'a> = [(&'a str, usize); 2];
/// The place of the native twin of a row.
type Twins<'a> = dyn Fn(&str) -> Option<usize> + 'a;

/// Prints one row a candidate, beside the first `always`, which are always run. A row's own place for
/// a ratio stands in `twins`, where it has one.
fn race(
    title: &str,
    values: usize,
    (always, beside, twins): (usize, Beside<'_>, &Twins<'_>),
    mut candidates: Vec<Candidate<'_>>,
) {
    let mut number = 0;
    candidates.retain(|candidate| {
        number += 1;
        number <= always || is_wanted(&format!("{title} {}", candidate.name))
    });
    if candidates.len() <= always {
        return;
    }
    let calls = ((1 << 20) / values.max(1)).clamp(1, 500);
    let rounds = if values > 1 << 23 { 7 } else { 15 };
    let times = turns(&mut candidates, rounds, calls);
    println!("\n{title}");
    let [(first, _), (second, _)] = beside;
    println!("  {:<44} {:>9} {first:>9} {second:>9}", "", "ns/value");
    for (candidate, own) in candidates.iter().zip(&times) {
        let ratio = |to: &[f64]| median(own.iter().zip(to).map(|(a, b)| a / b).collect());
        let [first, second] = beside.map(|(_, at)| at);
        let first = twins(&candidate.name).unwrap_or(first);
        println!(
            "  {:<44} {:>9.4} {:>9.2} {:>9.2}",
            candidate.name,
            median(own.clone()) / values as f64 * 1e9,
            ratio(&times[first]),
            ratio(&times[second]),
        );
    }
}

fn one_row(power: u32) {
    let title = format!("one row of 2^{power} f32");
    // No millions of random numbers for a row that nobody wants.
    let words = || std::env::args().skip(1);
    if words().any(|word| word.starts_with("2^") && !title.contains(&word))
        || words().any(|word| EMULATED.contains(&word) && !title.contains(&word))
    {
        return;
    }
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
    let beside = [("/reload", 1), ("/memcpy", 0)];
    race(&title, count, (2, beside, &|_| None), candidates);
}

const EMULATED: &str = "emulated: one row of 1000 f64";

/// The native method of an emulated variant.
fn twin(variant: Variant) -> Method {
    match variant {
        Variant::ThreePassRecompute => Method::ThreePassRecompute,
        // Whoever takes no maximum loses nothing to one who does.
        Variant::Naive | Variant::ThreePassReload => Method::ThreePassReload,
        Variant::TwoPass => Method::TwoPass,
        Variant::Online | Variant::OnlineLazy => Method::Online,
    }
}

/// One row with every operation rounded, beside the native twin of each variant, and the fastest
/// native one.
fn emulated() {
    let count = 1000;
    let mut words = Words::new(2, 0);
    let values: Vec<f64> = (0..count)
        .map(|_| StandardNormal.sample(&mut words))
        .collect();
    let values = &values;
    let result = RefCell::new(vec![0f64; count]);
    let result = &result;
    let mut candidates = Vec::new();
    let natives = [
        Method::ThreePassReload,
        Method::ThreePassRecompute,
        Method::TwoPass,
        Method::Online,
    ];
    for method in natives {
        let rows = Rows::new(Function::Softmax).with_method(method);
        candidates.push(Candidate {
            name: format!("{method}, native"),
            work: Box::new(move || {
                let done = rows.apply(black_box(values), count, &mut result.borrow_mut());
                let _ = black_box(done);
            }),
        });
    }
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
    let twins = |name: &str| {
        let variant = name.split(", ").next()?.parse().ok()?;
        natives.iter().position(|method| *method == twin(variant))
    };
    let beside = [("/twin", 0), ("/reload", 0)];
    race(EMULATED, count, (natives.len(), beside, &twins), candidates);
}

fn main() {
    println!("instruction set: {:?}", Level::new());
    emulated();
    for power in [10, 12, 14, 16, 18, 19, 20, 21, 22, 24, 26] {
        one_row(power);
    }
}
