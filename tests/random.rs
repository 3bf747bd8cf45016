//! The random words are those of a random function: what chance makes even, uneven and equal.
//!
//! Each bound is five standard errors of independent words. `docs/random.md` has the long batteries.

use roundoff::random::word;

const COUNT: u64 = 1 << 22;

/// How many standard errors the counts are from even ones: Pearson's sum, which has a mean of the
/// degrees of freedom and twice them as its variance.
fn unevenness(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    let sum: f64 = counts
        .iter()
        .map(|&count| (count as f64 - expected).powi(2) / expected)
        .sum();
    let freedom = (counts.len() - 1) as f64;
    (sum - freedom) / (2.0 * freedom).sqrt()
}

/// A permutation of the indices has none.
#[test]
fn words_come_twice_as_often_as_by_chance() {
    for seed in 0..4 {
        let mut words: Vec<u32> = (0..COUNT).map(|index| word(seed, 0, index)).collect();
        words.sort_unstable();
        let again = words.windows(2).filter(|two| two[0] == two[1]).count() as f64;
        // Of n words of 2^32: n - 2^32 (1 - e^(-n / 2^32)), nearly Poisson's.
        let all = 2f64.powi(32);
        let n = COUNT as f64;
        let expected = n + all * (-n / all).exp_m1();
        let off = (again - expected) / expected.sqrt();
        println!("seed {seed}: {again} words again for {expected:.0}, {off:.2} standard errors");
        assert!(off.abs() < 5.0, "seed {seed}: {again} for {expected}");
    }
}

/// Halves of words, and the first bytes of two that are up to 2^20 apart: neither less even nor more.
#[test]
fn words_are_as_even_as_by_chance() {
    for (stream, stride) in [(0, 1), (1, 1), (2, 3), (3, 16)] {
        let words: Vec<u32> = (0..COUNT)
            .map(|index| word(42, stream, index * stride))
            .collect();
        let mut worst = 0f64;
        let mut look = |what: &str, places: &mut dyn Iterator<Item = usize>| {
            let mut counts = vec![0; 1 << 16];
            for place in places {
                counts[place] += 1;
            }
            let off = unevenness(&counts);
            worst = worst.max(off.abs());
            assert!(
                off.abs() < 5.0,
                "stream {stream}, every {stride}, {what}: {off} standard errors"
            );
        };
        look(
            "first halves",
            &mut words.iter().map(|w| (w >> 16) as usize),
        );
        look(
            "second halves",
            &mut words.iter().map(|w| (w & 0xffff) as usize),
        );
        for lag in [1, 2, 8, 16, 255, 1024, 65536] {
            let pairs = words.iter().zip(&words[lag..]);
            let bytes = pairs
                .clone()
                .map(|(a, b)| (a >> 24 << 8 | b >> 24) as usize);
            look("first bytes of two", &mut bytes.into_iter());
            let differences = pairs.map(|(a, b)| (a.wrapping_sub(*b) >> 16) as usize);
            look("differences of two", &mut differences.into_iter());
        }
        println!("stream {stream}, every {stride}: at most {worst:.2} standard errors");
    }
}
