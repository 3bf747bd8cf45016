//! Loops for machines that fuse multiply and add, and one plain text for those that do not.

/// `fast` compiled for the widest instruction set with fused multiply-add; where the machine has
/// none, `plain`.
///
/// `f64::mul_add` is exact everywhere, so both give the same bits; but without the instruction it
/// is a call, which no loop vectorises over: lanes would only make the program larger.
macro_rules! with_fma {
    ($level:expr, $fast:expr, $plain:expr) => {{
        let level: fearless_simd::Level = $level;
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        let done = if let Some(simd) = level.as_avx512() {
            Some(fearless_simd::Simd::vectorize(
                simd,
                #[inline(always)]
                || $fast,
            ))
        } else if let Some(simd) = level.as_avx2() {
            Some(fearless_simd::Simd::vectorize(
                simd,
                #[inline(always)]
                || $fast,
            ))
        } else {
            None
        };
        #[cfg(target_arch = "aarch64")]
        let done = level.as_neon().map(|simd| {
            fearless_simd::Simd::vectorize(
                simd,
                #[inline(always)]
                || $fast,
            )
        });
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
        let done = {
            let _ = level;
            None
        };
        match done {
            Some(done) => done,
            None => $plain,
        }
    }};
}
pub(crate) use with_fma;
