//! The functions, each as: its region at a point, its values in a region, its limits.

use super::ratio::{COMPLEMENT, SLOPE};
use super::region::{Region, classify, classify_log, is_axis};
use super::{axis, limits, ratio, small, uniform};

/// One function of (v, x), by regions.
pub(super) trait Kernel {
    /// The key of its region.
    fn classify(v: f64, x: f64) -> u8;
    /// Values at L points of one region; no special ones.
    fn lanes<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> [f64; L];
    /// Where an argument is zero, negative, infinite or NaN.
    fn special(v: f64, x: f64) -> f64;
}

/// log I, or with `SCALED` log(e^-x I).
pub(super) struct LogI<const SCALED: bool>;

impl<const SCALED: bool> Kernel for LogI<SCALED> {
    #[inline(always)]
    fn classify(v: f64, x: f64) -> u8 {
        classify_log::<false>(v, x)
    }

    #[inline(always)]
    fn lanes<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> [f64; L] {
        if is_axis(region) {
            axis::log::<L, true, false, SCALED>(region, x).i
        } else if region <= Region::RingLast as u8 {
            uniform::log::<L, true, false, SCALED>(region, v, x).i
        } else {
            small::log_i::<L, SCALED>(v, x)
        }
    }

    fn special(v: f64, x: f64) -> f64 {
        limits::log_iv::<SCALED>(v, x)
    }
}

/// log K, or with `SCALED` log(e^x K).
pub(super) struct LogK<const SCALED: bool>;

impl<const SCALED: bool> Kernel for LogK<SCALED> {
    #[inline(always)]
    fn classify(v: f64, x: f64) -> u8 {
        classify_log::<true>(v, x)
    }

    #[inline(always)]
    fn lanes<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> [f64; L] {
        if is_axis(region) {
            axis::log::<L, false, true, SCALED>(region, x).k
        } else if region <= Region::RingLast as u8 {
            uniform::log::<L, false, true, SCALED>(region, v, x).k
        } else {
            small::log_k::<L, SCALED>(region, v, x)
        }
    }

    fn special(v: f64, x: f64) -> f64 {
        limits::log_kv::<SCALED>(v, x)
    }
}

/// I_(v+1)/I_v, I_v'/I_v = I_(v+1)/I_v + v/x (DLMF 10.29.2), or 1 - I_(v+1)/I_v.
pub(super) struct RatioI<const WHICH: u8>;

impl<const WHICH: u8> Kernel for RatioI<WHICH> {
    #[inline(always)]
    fn classify(v: f64, x: f64) -> u8 {
        classify::<false>(v, x)
    }

    #[inline(always)]
    fn lanes<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> [f64; L] {
        ratio::i::<L, WHICH>(region, v, x)
    }

    fn special(v: f64, x: f64) -> f64 {
        match WHICH {
            COMPLEMENT => 1.0 - limits::ratio_i::<false>(v, x),
            SLOPE => limits::ratio_i::<true>(v, x),
            _ => limits::ratio_i::<false>(v, x),
        }
    }
}

/// K_(v+1)/K_v, or K_v'/K_v = v/x - K_(v+1)/K_v (DLMF 10.29.2).
pub(super) struct RatioK<const WHICH: u8>;

impl<const WHICH: u8> Kernel for RatioK<WHICH> {
    #[inline(always)]
    fn classify(v: f64, x: f64) -> u8 {
        classify::<true>(v, x)
    }

    #[inline(always)]
    fn lanes<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> [f64; L] {
        ratio::k::<L, WHICH>(region, v, x)
    }

    fn special(v: f64, x: f64) -> f64 {
        match WHICH {
            SLOPE => limits::ratio_k::<true>(v, x),
            _ => limits::ratio_k::<false>(v, x),
        }
    }
}
