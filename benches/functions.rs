//! How long an elementary function takes, one number at a time: ns, and the ratio to the platform's
//! f64 function, which has half the digits and no promise.
//!
//! ```text
//! cargo bench --bench functions          everything
//! cargo bench --bench functions -- log   functions whose name has the word
//! ```
//!
//! Median of nine rounds over 4096 arguments; both run once in each round.

use std::hint::black_box;
use std::time::Instant;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use roundoff::arith::functions::{self, Unrounded};

mod race;

use race::median;

const ARGUMENTS: usize = 4096;
const ROUNDS: usize = 9;

struct Row {
    name: &'static str,
    ours: fn(f64, f64) -> u128,
    platform: Option<fn(f64, f64) -> f64>,
    range: (f64, f64),
}

fn nanoseconds<T>(x: &[(f64, f64)], f: impl Fn(f64, f64) -> T) -> f64 {
    let start = Instant::now();
    for (x, y) in x {
        black_box(f(black_box(*x), black_box(*y)));
    }
    start.elapsed().as_nanos() as f64 / x.len() as f64
}

macro_rules! rows {
    ($($name:ident $platform:expr, $low:literal $high:literal;)*) => {
        vec![$(Row {
            name: stringify!($name),
            ours: |x, _| functions::$name(x.into()).to_odd_128(),
            platform: $platform,
            range: ($low, $high),
        }),*]
    };
}

fn main() {
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let mut rows = rows! {
        exp Some(|x, _| x.exp()), -700.0 700.0;
        exp2 Some(|x, _| x.exp2()), -1000.0 1000.0;
        exp10 None, -300.0 300.0;
        exp_minus_one Some(|x, _| x.exp_m1()), -2.0 2.0;
        log Some(|x, _| x.ln()), 0.0 1000.0;
        log2 Some(|x, _| x.log2()), 0.0 1000.0;
        log10 Some(|x, _| x.log10()), 0.0 1000.0;
        log_one_plus Some(|x, _| x.ln_1p()), -1.0 1.0;
        softplus None, -20.0 20.0;
        sin Some(|x, _| x.sin()), -100.0 100.0;
        cos Some(|x, _| x.cos()), -100.0 100.0;
        tan Some(|x, _| x.tan()), -100.0 100.0;
        sin_pi None, -10.0 10.0;
        cos_pi None, -10.0 10.0;
        tan_pi None, -10.0 10.0;
        arcsin Some(|x, _| x.asin()), -1.0 1.0;
        arccos Some(|x, _| x.acos()), -1.0 1.0;
        arctan Some(|x, _| x.atan()), -10.0 10.0;
        arcsin_pi None, -1.0 1.0;
        arccos_pi None, -1.0 1.0;
        arctan_pi None, -10.0 10.0;
        sinh Some(|x, _| x.sinh()), -10.0 10.0;
        cosh Some(|x, _| x.cosh()), -10.0 10.0;
        tanh Some(|x, _| x.tanh()), -10.0 10.0;
        arcsinh Some(|x, _| x.asinh()), -10.0 10.0;
        arccosh Some(|x, _| x.acosh()), 1.0 10.0;
        arctanh Some(|x, _| x.atanh()), -1.0 1.0;
        erf None, -4.0 4.0;
        erfc None, -4.0 20.0;
        log_gamma None, 0.0 30.0;
        cbrt Some(|x, _| x.cbrt()), -1000.0 1000.0;
        sqrt Some(|x, _| x.sqrt()), 0.0 1000.0;
        rsqrt Some(|x, _| 1.0 / x.sqrt()), 0.0 1000.0;
        recip Some(|x, _| 1.0 / x), -1000.0 1000.0;
    };
    rows.push(Row {
        name: "pow",
        ours: |x, y| functions::pow(Unrounded::from(x), y.into()).to_odd_128(),
        platform: Some(f64::powf),
        range: (0.0, 30.0),
    });
    rows.push(Row {
        name: "hypot",
        ours: |x, y| functions::hypot(Unrounded::from(x), y.into()).to_odd_128(),
        platform: Some(f64::hypot),
        range: (-30.0, 30.0),
    });
    rows.push(Row {
        name: "arctan2",
        ours: |x, y| functions::arctan2(Unrounded::from(x), y.into()).to_odd_128(),
        platform: Some(f64::atan2),
        range: (-30.0, 30.0),
    });

    println!("{:<18} {:>8} {:>14}", "", "ns", "/ platform f64");
    let mut random = StdRng::seed_from_u64(1);
    for row in rows {
        if filter
            .as_ref()
            .is_some_and(|word| !row.name.contains(word.as_str()))
        {
            continue;
        }
        let (low, high) = row.range;
        let x: Vec<(f64, f64)> = (0..ARGUMENTS)
            .map(|_| {
                (
                    random.random_range(low..high),
                    random.random_range(low..high),
                )
            })
            .collect();
        let (mut ours, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let time = nanoseconds(&x, row.ours);
            ours.push(time);
            if let Some(platform) = row.platform {
                ratios.push(time / nanoseconds(&x, platform));
            }
        }
        let ratio = if ratios.is_empty() {
            String::from("-")
        } else {
            format!("{:.1}", median(ratios))
        };
        println!("{:<18} {:>8.1} {:>14}", row.name, median(ours), ratio);
    }
}
