//! Candidates take turns beside a yardstick, which is the first of them. Figures are ratios to it:
//! of the fastest turns, which other work on the machine hardly touches, and the median of the
//! ratios turn by turn, which it does.

// Each benchmark takes what it needs.
#![allow(dead_code)]

use std::time::Instant;

/// What is timed, and what its row is called.
pub struct Candidate<'a> {
    pub name: String,
    pub work: Box<dyn FnMut() + 'a>,
}

impl<'a> Candidate<'a> {
    pub fn new(name: impl Into<String>, work: impl FnMut() + 'a) -> Self {
        Self {
            name: name.into(),
            work: Box::new(work),
        }
    }
}

/// Seconds of one call, the mean over enough calls to be measurable.
pub fn seconds(calls: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed().as_secs_f64() / calls as f64
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn fastest(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Drops all but the first candidate and those whose row has the word of the command line; false if
/// only the first is left.
pub fn any_wanted(title: &str, candidates: &mut Vec<Candidate<'_>>) -> bool {
    if let Some(word) = std::env::args().skip(1).find(|word| !word.starts_with('-')) {
        let mut first = true;
        candidates.retain(|candidate| {
            std::mem::take(&mut first) || format!("{title} {}", candidate.name).contains(&word)
        });
    }
    candidates.len() > 1
}

/// Seconds of a call of each candidate, in each of so many rounds of so many calls.
pub fn turns(candidates: &mut [Candidate<'_>], rounds: usize, calls: usize) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); candidates.len()];
    for _ in 0..rounds {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            times.push(seconds(calls, &mut candidate.work));
        }
    }
    times
}

/// Prints one row a candidate. The first is `memcpy` of as many values. In cache a turn takes a tenth
/// of a millisecond, outside one call.
pub fn beside_memcpy(title: &str, values: usize, bytes: usize, candidates: Vec<Candidate<'_>>) {
    let calls = ((1 << 18) / values.max(1)).max(1);
    let rounds = if values > 1 << 20 { 15 } else { 60 };
    beside_memcpy_in(title, values, bytes, candidates, (rounds, calls));
}

/// The same in so many rounds of so many calls.
pub fn beside_memcpy_in(
    title: &str,
    values: usize,
    bytes: usize,
    mut candidates: Vec<Candidate<'_>>,
    (rounds, calls): (usize, usize),
) {
    if !any_wanted(title, &mut candidates) {
        return;
    }
    let times = turns(&mut candidates, rounds, calls);
    println!("\n{title}");
    println!(
        "  {:<48} {:>9} {:>9} {:>9} {:>9}",
        "", "ns/value", "GB/s", "/memcpy", "median"
    );
    for (candidate, own) in candidates.iter().zip(&times) {
        let time = fastest(own);
        let ratios = own.iter().zip(&times[0]).map(|(own, copy)| own / copy);
        println!(
            "  {:<48} {:>9.4} {:>9.1} {:>9.2} {:>9.2}",
            candidate.name,
            time / values as f64 * 1e9,
            bytes as f64 / time / 1e9,
            time / fastest(&times[0]),
            median(ratios.collect())
        );
    }
}
