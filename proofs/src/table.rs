//! The table of greatest errors, and the arguments that have them.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::arguments::Arguments;
use crate::judge::{self, Truth, to_64_digits};

/// Worst arguments kept for each row and range.
const KEPT: usize = 4;

/// One row and range: the worst first.
#[derive(Default)]
struct Worst {
    kept: Vec<(f64, String)>,
}

impl Worst {
    fn see(&mut self, error: f64, line: impl FnOnce() -> String) {
        if self.kept.len() == KEPT && self.kept[KEPT - 1].0 >= error {
            return;
        }
        let at = self.kept.partition_point(|(other, _)| *other >= error);
        let line = line();
        if self.kept.iter().all(|(_, other)| *other != line) {
            self.kept.insert(at, (error, line));
            self.kept.truncate(KEPT);
        }
    }

    /// The bound that the table states: the next whole power of two.
    fn bound(&self) -> f64 {
        self.kept.first().map_or(-200.0, |(error, _)| error.ceil())
    }
}

struct Row {
    name: String,
    tried: usize,
    wrong: usize,
    /// Results within binary64's range; past it, within binary128's.
    worst: [Worst; 2],
}

/// The rows of a function: log-gamma has one of its own for where it has zeros.
fn row(function: &str, x: f64) -> usize {
    (function == "log_gamma" && x < -2.0) as usize
}

fn line(row: &str, function: &str, x: f64, y: f64, truth: &Truth) -> String {
    let (digits, exponent) = truth.value.to_integer_exp().expect("finite");
    let bits = digits.significant_bits();
    let first = exponent + bits as i32 - 1;
    let digits: rug::Integer = digits.abs() << (192 - bits);
    let high = rug::Integer::from(&digits >> 64)
        .to_u128()
        .expect("128 bits");
    let sign = if truth.value.is_sign_negative() {
        '-'
    } else {
        '+'
    };
    format!(
        "{row} {function} {:016x} {:016x} {sign} {first} {high:032x} {:016x}",
        x.to_bits(),
        y.to_bits(),
        digits.to_u64_wrapping()
    )
}

/// Every function of a number or two, as one of two.
type Pair = Box<dyn Fn(f64, f64) -> (roundoff::arith::functions::Unrounded, Truth) + Sync + Send>;

fn functions() -> Vec<(&'static str, bool, Pair)> {
    let ones = judge::unary().into_iter().map(|f| {
        let name = f.name;
        let pair: Pair = Box::new(move |x, _| ((f.ours)(x.into()), f.truth(x)));
        (name, false, pair)
    });
    let twos = judge::binary().into_iter().map(|f| {
        let name = f.name;
        let pair: Pair = Box::new(move |x, y| ((f.ours)(x.into(), y.into()), f.truth(x, y)));
        (name, true, pair)
    });
    ones.chain(twos).collect()
}

fn measure(name: &str, two: bool, pair: &Pair, count: usize) -> Vec<Row> {
    let names: &[&str] = if name == "log_gamma" {
        &["log_gamma", "log_gamma_below_-2"]
    } else {
        &[name]
    };
    let mut rows: Vec<Row> = names
        .iter()
        .map(|name| Row {
            name: (*name).to_owned(),
            tried: 0,
            wrong: 0,
            worst: [Worst::default(), Worst::default()],
        })
        .collect();
    let mut arguments = Arguments::new(20);
    for _ in 0..count {
        let (x, y) = if two {
            arguments.two()
        } else {
            (arguments.one(), 0.0)
        };
        let (ours, truth) = pair(x, y);
        let row = &mut rows[row(name, x)];
        row.tried += 1;
        if to_64_digits(ours.to_odd_128()) != to_64_digits(truth.to_odd_128()) {
            row.wrong += 1;
            eprintln!("WRONG {name}({x:e}, {y:e})");
        }
        if let Some(error) = truth.error(ours).filter(|error| error.is_finite()) {
            let past = !(-1073..=1024).contains(&truth.value.get_exp().unwrap_or(0));
            row.worst[past as usize].see(error, || line(&row.name, name, x, y, &truth));
        }
    }
    rows
}

pub fn make(count: usize) {
    let functions = functions();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some((name, two, pair)) = functions.get(i) else {
                        break;
                    };
                    let rows = measure(name, *two, pair, count);
                    eprintln!("{name}");
                    done.lock().unwrap().push((i, rows));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(i, _)| *i);
    let mut text = format!(
        "# The worst of {count} arguments a function: row, function, two arguments' bits; MPFR's\n\
         # answer, 170 digits toward zero: sign, exponent, 128 and 64 bits of digits.\n\
         # Made by: cargo run --release --manifest-path proofs/Cargo.toml -- table {count}\n"
    );
    for row in done.iter().flat_map(|(_, rows)| rows) {
        let (inside, past) = (row.worst[0].bound(), row.worst[1].bound());
        println!(
            "| `{}` | {} | 2^{inside} | 2^{} | {} |",
            row.name,
            row.tried,
            inside.max(past),
            row.wrong
        );
        for (_, line) in row.worst.iter().flat_map(|worst| &worst.kept) {
            writeln!(text, "{line}").unwrap();
        }
    }
    std::fs::write("tests/data/functions_worst.txt", text).unwrap();
}
