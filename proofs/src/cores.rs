//! Work shared between all cores.

use std::thread;

/// How much of `count` each core does, rounded up, and how many cores there are.
pub fn shares(count: u64) -> (u64, u64) {
    let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
    (count.div_ceil(cores), cores)
}

/// `part` on each core, told which; the sums of what was tried and what was wrong.
pub fn tally(cores: u64, part: impl Fn(u64) -> (u64, u64) + Sync) -> (u64, u64) {
    thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = (0..cores)
            .map(|core| scope.spawn(move || part(core)))
            .collect();
        parts.into_iter().fold((0, 0), |sum, part| {
            let (tried, wrong) = part.join().expect("no panic");
            (sum.0 + tried, sum.1 + wrong)
        })
    })
}
