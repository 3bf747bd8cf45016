//! Long runs against MPFR.
//!
//! ```text
//! golden           writes ../tests/data/functions.txt: hashes of MPFR's results for all binary16
//!                  and bfloat16 numbers, and for all pairs of ten-bit ones (binary16 less six digits,
//!                  which has every value of E4M3 and E5M2), which `cargo test` compares
//! golden16         writes ../tests/data/functions_16_bits.txt: the same for all numbers of P3109's
//!                  16-bit formats, on all cores; some ten minutes
//! exhaustive [F]   all binary16 and bfloat16 numbers, every failure shown
//! random N [F]     N arguments a function; the greatest errors
//! table N          the same on all cores: writes ../tests/data/functions_worst.txt, the worst
//!                  arguments with MPFR's answers, and prints the rows of docs/functions.md
//! operations N [F] N results an operation in binary16, bfloat16, tf32, binary32 and binary64, or in
//!                  the formats F, every mode
//! bessel N         log I, log K, ratios and slopes: N points a region and a border, medians, greatest errors
//! pairs N          N pairs of binary16 and of bfloat16: the functions of two numbers, every mode
//! pairs --all FUNCTION FORMAT [--shard I/N]
//!                  all pairs of a 16-bit format: pow, hypot, arctan2 or arctan2_pi, every mode; or
//!                  part I of N, from 0
//! wide N           the arithmetic below the functions: + - * / and the root, rounded to odd
//! ```

mod arguments;
mod bessel;
mod cores;
#[path = "../../tests/oracle/draw.rs"]
mod draw;
mod judge;
mod operations;
mod pairs;
mod table;
mod wide;

use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use judge::{Binary, Unary, to_64_digits};
use pairs::all::Shard;
use roundoff::arith::functions::Unrounded;
use roundoff::{Domain, Format, Signedness};

/// All numbers of the two 16-bit formats.
fn sixteen_bits() -> [(&'static str, Vec<f64>); 2] {
    let bfloat16 = |code: u32| f64::from(f32::from_bits(code << 16));
    let binary16 = |code: u32| {
        let (field, fraction) = (code >> 10 & 31, f64::from(code & 1023));
        let magnitude = match field {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1024.0 + fraction) * 2f64.powi(field as i32 - 25),
        };
        if code >> 15 == 0 {
            magnitude
        } else {
            -magnitude
        }
    };
    [
        ("binary16", (0..1 << 16).map(binary16).collect()),
        ("bfloat16", (0..1 << 16).map(bfloat16).collect()),
    ]
}

/// All binary16 numbers of five digits.
fn ten_bits() -> Vec<f64> {
    let [(_, numbers), _] = sixteen_bits();
    numbers.into_iter().step_by(1 << 6).collect()
}

/// FNV-1a, 64 bits, over the words' bytes.
fn hash(words: impl Iterator<Item = u128>) -> u64 {
    words
        .flat_map(u128::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

fn golden() {
    let mut text = String::from(
        "# FNV-1a of MPFR's results, to odd, 64 digits: function, format, sixteen parts of 4096 codes;\n\
         # or `pairs`, sixteen parts of 64 x 1024 pairs of binary16 codes that end in six zeros.\n\
         # Made by: cargo run --release --manifest-path proofs/Cargo.toml -- golden\n",
    );
    for function in judge::unary() {
        for (format, numbers) in sixteen_bits() {
            write!(text, "{} {format}", function.name).unwrap();
            for part in numbers.chunks(4096) {
                let words = part
                    .iter()
                    .map(|x| to_64_digits(function.truth(*x).to_odd_128()));
                write!(text, " {:016x}", hash(words)).unwrap();
            }
            text.push('\n');
        }
    }
    let numbers = ten_bits();
    for function in judge::binary() {
        write!(text, "{} pairs", function.name).unwrap();
        for part in numbers.chunks(64) {
            let words = part.iter().flat_map(|x| {
                numbers
                    .iter()
                    .map(|y| to_64_digits(function.truth(*x, *y).to_odd_128()))
            });
            write!(text, " {:016x}", hash(words)).unwrap();
        }
        text.push('\n');
    }
    std::fs::create_dir_all("tests/data").unwrap();
    std::fs::write("tests/data/functions.txt", text).unwrap();
}

/// P3109's finite formats of 16 bits, which have all values of the narrower and of the extended ones
/// of the same precision, and IEEE 754's of the same fields but the greatest binade's last value.
fn p3109() -> Vec<(String, Vec<f64>)> {
    let mut all = Vec::new();
    for precision in 1..=16 {
        for signedness in [Signedness::Signed, Signedness::Unsigned] {
            let Ok(format) = Format::p3109(16, precision, signedness, Domain::Finite) else {
                // Past the range of an f64.
                continue;
            };
            let numbers = (0..1 << 16).map(|code| format.decode(code).expect("a code"));
            all.push((format.to_string(), numbers.collect()));
        }
    }
    all
}

fn golden16() {
    let (functions, formats) = (judge::unary(), p3109());
    let next = AtomicUsize::new(0);
    let lines: Vec<OnceLock<String>> = vec![OnceLock::new(); functions.len() * formats.len()];
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(line) = lines.get(at) else { break };
            let function = &functions[at / formats.len()];
            let (format, numbers) = &formats[at % formats.len()];
            let words = numbers
                .iter()
                .map(|x| to_64_digits(function.truth(*x).to_odd_128()));
            let text = format!("{} {format} {:016x}\n", function.name, hash(words));
            print!("{text}");
            line.set(text).expect("once");
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut text = String::from(
        "# FNV-1a of MPFR's results, to odd, 64 digits: function, format, all its 65536 codes.\n\
         # Made by: cargo run --release --manifest-path proofs/Cargo.toml -- golden16\n",
    );
    text.extend(lines.iter().filter_map(OnceLock::get).map(String::as_str));
    std::fs::create_dir_all("tests/data").unwrap();
    std::fs::write("tests/data/functions_16_bits.txt", text).unwrap();
}

struct Report {
    failures: usize,
    shown: usize,
    worst: f64,
    at: (f64, f64),
    tried: usize,
}

impl Report {
    fn new() -> Self {
        Self {
            failures: 0,
            shown: 0,
            worst: f64::NEG_INFINITY,
            at: (0.0, 0.0),
            tried: 0,
        }
    }

    fn compare(&mut self, name: &str, at: (f64, f64), ours: Unrounded, truth: &judge::Truth) {
        self.tried += 1;
        let error = truth.error(ours);
        if let Some(error) = error.filter(|error| *error > self.worst) {
            (self.worst, self.at) = (error, at);
        }
        let (word, expected) = (ours.to_odd_128(), truth.to_odd_128());
        if to_64_digits(word) != to_64_digits(expected) {
            self.failures += 1;
            if self.shown < 5 {
                self.shown += 1;
                println!(
                    "  WRONG {name}({:e}, {:e}) = {word:032x}, MPFR {expected:032x}, error 2^{error:?} {ours:?}",
                    at.0, at.1
                );
            }
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name:<18} tried {:>9}  wrong {:>6}  greatest error 2^{:<8.2} at {:e}, {:e}",
            self.tried, self.failures, self.worst, self.at.0, self.at.1
        );
    }
}

fn exhaustive(chosen: &[Unary], pairs: &[Binary]) {
    for function in chosen {
        let ieee = sixteen_bits().map(|(name, numbers)| (name.to_owned(), numbers));
        for (_, numbers) in ieee.into_iter().chain(p3109()) {
            let mut report = Report::new();
            for x in numbers {
                let ours = (function.ours)(x.into());
                report.compare(function.name, (x, 0.0), ours, &function.truth(x));
            }
            report.print(function.name);
        }
    }
    let numbers = ten_bits();
    for function in pairs {
        let mut report = Report::new();
        for x in &numbers {
            for y in &numbers {
                let ours = (function.ours)((*x).into(), (*y).into());
                report.compare(function.name, (*x, *y), ours, &function.truth(*x, *y));
            }
        }
        report.print(function.name);
    }
}

fn random(count: usize, seed: u64, ones: &[Unary], twos: &[Binary]) {
    for function in ones {
        let mut report = Report::new();
        let mut arguments = arguments::Arguments::new(seed);
        for _ in 0..count {
            let x = arguments.one();
            let ours = (function.ours)(x.into());
            report.compare(function.name, (x, 0.0), ours, &function.truth(x));
        }
        report.print(function.name);
    }
    for function in twos {
        let mut report = Report::new();
        let mut arguments = arguments::Arguments::new(seed);
        for _ in 0..count {
            let (x, y) = arguments.two();
            let ours = (function.ours)(x.into(), y.into());
            report.compare(function.name, (x, y), ours, &function.truth(x, y));
        }
        report.print(function.name);
    }
}

/// `pairs --all FUNCTION FORMAT [--shard I/N]`.
fn all_pairs(words: &[String]) {
    let read = || {
        let whole = Shard { number: 0, of: 1 };
        match words {
            [_, _, name, format] => Some((name, format.parse::<Format>().ok()?, whole)),
            [_, _, name, format, flag, shard] if flag == "--shard" => {
                Some((name, format.parse().ok()?, Shard::read(shard)?))
            }
            _ => None,
        }
    };
    let Some((name, format, shard)) = read() else {
        println!("pairs --all FUNCTION FORMAT [--shard I/N], 0 <= I < N");
        std::process::exit(2);
    };
    pairs::all::prove(name, format, shard);
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    let chosen = |name: &str, i: usize| word(i).is_empty() || word(i).split(',').any(|w| w == name);
    let pick = |i: usize| {
        let mut ones = judge::unary();
        let mut twos = judge::binary();
        ones.retain(|function| chosen(function.name, i));
        twos.retain(|function| chosen(function.name, i));
        (ones, twos)
    };
    match word(0) {
        "golden" => golden(),
        "golden16" => golden16(),
        "table" => table::make(word(1).parse().unwrap_or(100_000)),
        "operations" => {
            operations::compare(word(1).parse().unwrap_or(1_000_000), |name| chosen(name, 2))
        }
        "bessel" => bessel::compare(word(1).parse().unwrap_or(100_000)),
        "pairs" if word(1) == "--all" => all_pairs(&words),
        "pairs" => pairs::compare(word(1).parse().unwrap_or(1_000_000)),
        "wide" => wide::compare(word(1).parse().unwrap_or(1_000_000)),
        "exhaustive" => {
            let (ones, twos) = pick(1);
            exhaustive(&ones, &twos);
        }
        "random" => {
            let count = word(1).parse().unwrap_or(100_000);
            let seed = word(3).parse().unwrap_or(1);
            let (ones, twos) = pick(2);
            random(count, seed, &ones, &twos);
        }
        _ => println!(
            "golden | golden16 | exhaustive [FUNCTIONS] | random COUNT [FUNCTIONS [SEED]] | table COUNT | operations COUNT [FORMATS] | bessel COUNT | pairs COUNT | pairs --all FUNCTION FORMAT [--shard I/N] | wide COUNT"
        ),
    }
}
