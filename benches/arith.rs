//! How fast arithmetic is with every operation rounded: ns an operation, and the ratio to native.
//!
//! ```text
//! cargo bench --bench arith                everything
//! cargo bench --bench arith -- bfloat16    rows that have the word, and the native one
//! ```
//!
//! Each figure is the median of several rounds; in each round every candidate runs once beside the
//! native one, so that what else the machine does hits all of them alike. A ratio is the median of
//! the rounds' ratios. No threshold is asserted.

mod lu;

use std::hint::black_box;

use roundoff::arith::slices::{
    Accumulator, Aligned, Matrix, MatrixMut, Order, SliceHost, SumOfProducts,
};
use roundoff::arith::{Arith, Exact, Native, Traced};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding, Saturation, Threads};

use rand_distr::{Distribution, StandardNormal};

mod race;

use race::{Candidate, any_wanted, median, turns};

const ROUNDS: usize = 9;

/// Prints one row a candidate. The others are divided by the first.
fn race(title: &str, operations: usize, mut candidates: Vec<Candidate<'_>>) {
    if !any_wanted(title, &mut candidates) {
        return;
    }
    let times = turns(&mut candidates, ROUNDS, 1);
    println!("\n{title}");
    println!("  {:<60} {:>9} {:>9}", "", "ns/op", "/first");
    for (candidate, own) in candidates.iter().zip(&times) {
        let ratios = own.iter().zip(&times[0]).map(|(own, first)| own / first);
        println!(
            "  {:<60} {:>9.4} {:>9.2}",
            candidate.name,
            median(own.clone()) / operations as f64 * 1e9,
            median(ratios.collect())
        );
    }
}

fn normal<T: SliceHost>(count: usize, seed: u64, format: Format) -> Vec<T> {
    let mut words = Words::new(seed, 0);
    let mut values: Vec<T> = (0..count)
        .map(|_| T::from_f64(Distribution::<f64>::sample(&StandardNormal, &mut words)))
        .collect();
    Rounder::new(format).round_slice(&mut values);
    values
}

/// The native product, on one thread.
#[allow(unsafe_code)]
fn native(n: usize, a: &[f32], b: &[f32], c: &mut [f32]) {
    assert!(a.len() == n * n && b.len() == n * n && c.len() == n * n);
    // SAFETY: three matrices of n x n values, row after row.
    unsafe {
        let (a, b, c, row) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr(), n as isize);
        matrixmultiply::sgemm(n, n, n, 1.0, a, row, 1, b, row, 1, 0.0, c, row, 1);
    }
}

fn multiply<T: SliceHost>(sum: &SumOfProducts, n: usize, a: &[T], b: &[T], c: &mut [T]) {
    let mut work = || {
        let (a, b) = (Matrix::new(a, n, n)?, Matrix::new(b, n, n)?);
        sum.gemm(a, b, MatrixMut::new(c, n, n)?)
    };
    if let Err(error) = work() {
        panic!("{error}");
    }
}

fn products(n: usize) {
    let mut candidates = Vec::new();
    let of = |format| {
        (
            normal::<f32>(n * n, 1, format),
            normal::<f32>(n * n, 2, format),
        )
    };
    let (a, b) = of(Format::BINARY16);
    let mut c = vec![0f32; n * n];
    candidates.push(Candidate::new("native f32, matrixmultiply", move || {
        native(n, black_box(&a), black_box(&b), &mut c);
        black_box(&c);
    }));
    let one = |rounder: Rounder| SumOfProducts::new(rounder).with_threads(Threads::One);
    let mut rows: Vec<(String, Format, SumOfProducts)> = Vec::new();
    for format in [Format::BINARY16, Format::BFLOAT16] {
        for rounding in Rounding::ALL {
            let rounder = Rounder::new(format).with_rounding(rounding);
            rows.push((format!("{format} {rounding}"), format, one(rounder)));
        }
        let rounder = Rounder::new(format);
        let threads = one(rounder).with_threads(Threads::Auto);
        rows.push((format!("{format}, all threads"), format, threads));
        let stochastic = rounder.with_rounding(Rounding::STOCHASTIC);
        let threads = one(stochastic).with_threads(Threads::Auto);
        rows.push((format!("{format} stochastic, all threads"), format, threads));
        let fused = one(rounder).fused();
        rows.push((format!("{format}, fused"), format, fused));
        for order in [Order::Pairwise, Order::Blocked { k: 64 }] {
            rows.push((
                format!("{format}, {order:?}"),
                format,
                one(rounder).with_order(order),
            ));
        }
    }
    let single = Rounder::new(Format::BINARY32);
    for (name, format, product) in [
        ("ocp-e4m3", Format::OCP_E4M3, Format::OCP_E4M3),
        ("ocp-e4m3 into binary32", Format::OCP_E4M3, Format::BINARY32),
    ] {
        let rounder = Rounder::new(product).with_saturation(Saturation::Finite);
        rows.push((name.into(), format, one(rounder)));
    }
    rows.push(("binary32".into(), Format::BINARY32, one(single)));
    let up = single.with_rounding(Rounding::TowardPositive);
    rows.push(("binary32 up".into(), Format::BINARY32, one(up)));
    let exact = Accumulator::Exact { rounder: single };
    for format in [Format::OCP_E4M3, Format::BINARY16] {
        let sum = one(single).fused().with_accumulator(exact);
        rows.push((format!("{format}, exact sum"), format, sum));
    }
    let h100 = Aligned::h100(&Format::BINARY16);
    let sum = one(single).fused();
    rows.push((
        "binary16, H100".into(),
        Format::BINARY16,
        sum.with_accumulator(Accumulator::Aligned(h100)),
    ));
    for (name, format, sum) in rows {
        let (a, b) = of(format);
        let mut c = vec![0f32; n * n];
        candidates.push(Candidate::new(name, move || {
            multiply(&sum, n, black_box(&a), black_box(&b), &mut c);
            black_box(&c);
        }));
    }
    race(
        &format!("product of {n} x {n} matrices, f32 slices"),
        n * n * n,
        candidates,
    );
}

/// All threads beside one, and beside what the machine's cores give at most: a product in each of
/// them at once, which share nothing but the machine.
fn threads(n: usize) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for format in [Format::BINARY16, Format::BFLOAT16] {
        let of = |seed| normal::<f32>(n * n, seed, format);
        let (a, b) = (&of(1), &of(2));
        for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
            let rounder = Rounder::new(format).with_rounding(rounding);
            let product = |threads: Threads| {
                let sum = SumOfProducts::new(rounder).with_threads(threads);
                let mut c = vec![0f32; n * n];
                move || {
                    multiply(&sum, n, black_box(a), black_box(b), &mut c);
                    black_box(&c);
                }
            };
            let mut each: Vec<_> = (0..cores).map(|_| product(Threads::One)).collect();
            let at_once = move || {
                std::thread::scope(|scope| {
                    for work in &mut each {
                        scope.spawn(work);
                    }
                });
            };
            let mut candidates = vec![
                Candidate::new("one thread", product(Threads::One)),
                Candidate::new("all threads", product(Threads::Auto)),
                Candidate::new("at once", at_once),
            ];
            let title = format!("threads, {format} {rounding}, product of {n} x {n} matrices");
            if !any_wanted(&title, &mut candidates) {
                continue;
            }
            let times = turns(&mut candidates, 5 * ROUNDS, 1);
            let [one, all, at_once] = times.as_slice() else {
                println!("\n{title}: a row alone says nothing");
                continue;
            };
            let of_all = |share: fn(f64, f64, f64) -> f64| {
                let turns = one.iter().zip(all).zip(at_once);
                median(turns.map(|((a, b), c)| share(*a, *b, *c)).collect())
            };
            println!("\n{title}, medians of {} turns", one.len());
            let print = |what: String, times: f64| println!("  {what:<60} {times:>9.2}");
            print(
                format!("{cores} threads, times as fast as one"),
                of_all(|one, all, _| one / all),
            );
            print(
                format!("{cores} products at once, one thread each"),
                cores as f64 * of_all(|one, _, at_once| one / at_once),
            );
            print(
                "the first of the second, turn by turn".into(),
                of_all(|_, all, at_once| at_once / all) / cores as f64,
            );
        }
    }
}

/// CPFloat's way: arrays computed in double, then rounded; k in the outer loop of a product.
fn beside_arrays(n: usize) {
    let half = Rounder::new(Format::BINARY16).with_threads(Threads::One);
    let sum = SumOfProducts::new(half).with_threads(Threads::One);
    let (a, b) = (
        normal::<f64>(n * n, 1, Format::BINARY16),
        normal::<f64>(n * n, 2, Format::BINARY16),
    );
    let (mut c, mut d) = (vec![0f64; n * n], vec![0f64; n * n]);
    let mut row = vec![0f64; n];
    let arrays = || {
        c.fill(0.0);
        for i in 0..n {
            let c = &mut c[i * n..(i + 1) * n];
            for k in 0..n {
                let a = a[i * n + k];
                for (row, b) in row.iter_mut().zip(&b[k * n..(k + 1) * n]) {
                    *row = a * b;
                }
                half.round_slice(&mut row);
                for (c, row) in c.iter_mut().zip(&row) {
                    *c += row;
                }
                half.round_slice(c);
            }
        }
        black_box(&c);
    };
    let candidates = vec![
        Candidate::new("ours", || {
            multiply(&sum, n, black_box(&a), black_box(&b), &mut d);
            black_box(&d);
        }),
        Candidate::new("arrays in f64, then rounded by our own loops", arrays),
    ];
    race(
        &format!("binary16 product of {n} x {n} matrices, f64 slices"),
        n * n * n,
        candidates,
    );

    let count = 1 << 16;
    let (x, y) = (
        normal::<f64>(count, 3, Format::BINARY16),
        normal::<f64>(count, 4, Format::BINARY16),
    );
    let mut terms = vec![0f64; count];
    let dot = |sum: &SumOfProducts| match sum.dot(black_box(&x), black_box(&y)) {
        Ok(result) => black_box(result),
        Err(error) => panic!("{error}"),
    };
    let candidates = vec![
        Candidate::new("ours", || {
            dot(&sum);
        }),
        Candidate::new("ours, pairwise", || {
            dot(&sum.with_order(Order::Pairwise));
        }),
        Candidate::new("native f64 loop", || {
            black_box(x.iter().zip(&y).fold(0.0, |sum, (x, y)| sum + x * y));
        }),
        Candidate::new(
            "arrays in f64, then rounded; the sum value by value",
            || {
                for ((term, x), y) in terms.iter_mut().zip(black_box(&x)).zip(&y) {
                    *term = x * y;
                }
                half.round_slice(&mut terms);
                let sum = terms.iter().fold(0.0, |sum, term| half.round(sum + term));
                black_box(sum);
            },
        ),
    ];
    race(
        &format!("binary16 dot product of {count} values"),
        count,
        candidates,
    );
}

/// Naive loops over a scalar, beside native ones.
fn factorisations() {
    let a = lu::matrix();
    let a = &a;
    let row = |name: &str, work: fn(&[f64]) -> f64| {
        Candidate::new(name, move || {
            black_box(work(black_box(a)));
        })
    };
    let mut candidates = vec![
        row("native f64", lu::native),
        row("native f64, widest vectors", lu::native_dispatched),
        row("Real, binary16", lu::binary16),
        row("Real, bfloat16", lu::bfloat16),
        row("Real, ocp-e4m3", lu::ocp_e4m3),
    ];
    for format in [Format::BINARY16, Format::BFLOAT16, Format::BINARY32] {
        candidates.push(Candidate::new(
            format!("at run time, {format}"),
            move || {
                black_box(lu::at_run_time(format, black_box(a)));
            },
        ));
    }
    for rounding in [Rounding::NearestTiesToEven, Rounding::STOCHASTIC] {
        candidates.push(Candidate::new(
            format!("Exact, binary16 {rounding}"),
            move || {
                black_box(lu::exact(Format::BINARY16, rounding, black_box(a)));
            },
        ));
    }
    race(
        &format!("LU of a {0} x {0} matrix, naive loops", lu::ORDER),
        lu::OPERATIONS,
        candidates,
    );
}

/// A chain of sums and products, one after another: what one operation costs alone.
fn chain<A: Arith<Num = f64>>(arith: &A, x: &[f64]) -> f64 {
    x.iter().fold(arith.num(1.0), |sum, x| {
        arith.add(arith.mul(sum, arith.num(0.5)), *x)
    })
}

fn single_operations(count: usize) {
    let x = normal::<f64>(count, 5, Format::BINARY16);
    let half = Rounder::new(Format::BINARY16);
    let exact = |rounding| Exact::new(&half.with_rounding(rounding));
    let x = &x;
    let run = |arith: Exact| {
        move || {
            black_box(chain(&arith, black_box(x)));
        }
    };
    race(
        "x/2 + y, one after another, scalar (3 operations each)",
        3 * count,
        vec![
            Candidate::new("Native", move || {
                black_box(chain(&Native, black_box(x)));
            }),
            Candidate::new(
                "Exact, binary16 to nearest",
                run(exact(Rounding::NearestTiesToEven)),
            ),
            Candidate::new("Exact, binary16 up", run(exact(Rounding::TowardPositive))),
            Candidate::new(
                "Exact, binary16 stochastic",
                run(exact(Rounding::STOCHASTIC)),
            ),
            Candidate::new(
                "Exact, binary64 up (in 128 digits)",
                run(Exact::new(
                    &Rounder::new(Format::BINARY64).with_rounding(Rounding::TowardPositive),
                )),
            ),
            Candidate::new("Traced<Exact>, binary16 to nearest", {
                let traced = Traced::new(exact(Rounding::NearestTiesToEven), Format::BINARY16);
                move || {
                    black_box(chain(&traced, black_box(x)));
                }
            }),
        ],
    );
}

fn main() {
    println!("instruction set: {:?}", fearless_simd::Level::new());
    factorisations();
    products(512);
    threads(512);
    beside_arrays(256);
    single_operations(100_000);
}
