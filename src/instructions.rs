//! Which vector instructions the loops use. No bit of a result depends on it.
//!
//! The best ones that the machine has. The environment variable `ROUNDOFF_INSTRUCTIONS`, read once,
//! holds them down to `avx2`, `sse4.2` or `baseline` (what every machine of the architecture has):
//! so tests and benchmarks try the other machines' loops on this one. Other words change nothing.

use std::sync::OnceLock;

use fearless_simd::Level;

/// The level that every `dispatch!` of this crate should take.
pub(crate) fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| {
        let best = Level::new();
        std::env::var("ROUNDOFF_INSTRUCTIONS")
            .ok()
            .and_then(|most| at_most(best, &most))
            .unwrap_or(best)
    })
}

/// All levels that can be tried on this machine, the best first.
#[cfg(test)]
pub(crate) fn levels() -> impl Iterator<Item = Level> {
    let lower = ["avx2", "sse4.2", "baseline"];
    std::iter::once(level()).chain(lower.into_iter().filter_map(|most| at_most(level(), most)))
}

/// The level named, where the machine has it.
fn at_most(best: Level, most: &str) -> Option<Level> {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    {
        use fearless_simd::Simd;
        match most {
            "avx2" => return best.as_avx2().map(Simd::level),
            "sse4.2" => return best.as_sse4_2().map(Simd::level),
            _ => {}
        }
    }
    let _ = best;
    (most == "baseline").then(Level::baseline)
}

/// Does the machine round a float to an integer in one instruction?
pub(crate) fn rounds_floats(level: Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return level.as_sse4_2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return !level.is_fallback();
}
