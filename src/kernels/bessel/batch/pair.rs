//! log I and log K at once: where both stem from one evaluation, it is shared.

use fearless_simd::Level;

use super::order::{Order, mostly};
use super::{BLOCK, LANES, gather, part, scalar};
#[cfg(feature = "rayon")]
use super::{PARALLEL, TASK};
use crate::chop::Threads;
use crate::kernels::bessel::quantities::{LogI, LogK};
use crate::kernels::bessel::region::{Region, classify_log, is_axis};
use crate::kernels::bessel::{axis, uniform};
use crate::native::fused::with_fma;

/// log I and log K.
pub(in crate::kernels::bessel) fn scalar_pair(v: f64, x: f64) -> (f64, f64) {
    let region = classify_log::<true>(v, x);
    if region > SHARED {
        return (scalar::<LogI<false>>(v, x), scalar::<LogK<false>>(v, x));
    }
    let pair = with_fma!(
        crate::instructions::level(),
        lanes::<1>(region, &[v], &[x]),
        plain_pair(region, v, x)
    );
    (pair.i[0], pair.k[0])
}

#[inline(never)]
fn plain_pair(region: u8, v: f64, x: f64) -> uniform::Pair<1> {
    lanes::<1>(region, &[v], &[x])
}

/// The last region in which one evaluation gives both.
const SHARED: u8 = Region::AxisSmall as u8;

#[inline(always)]
fn lanes<const L: usize>(region: u8, v: &[f64; L], x: &[f64; L]) -> uniform::Pair<L> {
    match is_axis(region) {
        true => axis::log::<L, true, true, false>(region, x),
        false => uniform::log::<L, true, true, false>(region, v, x),
    }
}

/// log I and log K into arrays as long as each other.
pub(in crate::kernels::bessel) fn array_pair(
    threads: Threads,
    v: &[f64],
    x: &[f64],
    i: &mut [f64],
    k: &mut [f64],
) {
    let level = crate::instructions::level();
    #[cfg(feature = "rayon")]
    if threads == Threads::Auto && v.len() >= PARALLEL {
        use rayon::prelude::*;
        let points = v.par_chunks(TASK).zip(x.par_chunks(TASK));
        let room = i.par_chunks_mut(TASK).zip(k.par_chunks_mut(TASK));
        points
            .zip(room)
            .for_each(|((v, x), (i, k))| part_pair(level, v, x, i, k));
        return;
    }
    let _ = threads;
    part_pair(level, v, x, i, k);
}

fn part_pair(level: Level, v: &[f64], x: &[f64], i: &mut [f64], k: &mut [f64]) {
    let points = v.chunks(BLOCK).zip(x.chunks(BLOCK));
    let room = i.chunks_mut(BLOCK).zip(k.chunks_mut(BLOCK));
    for ((v, x), (i, k)) in points.zip(room) {
        with_fma!(
            level,
            block_pair(level, v, x, i, k),
            for (((v, x), i), k) in v.iter().zip(x).zip(i).zip(k) {
                (*i, *k) = scalar_pair(*v, *x);
            }
        );
    }
}

#[inline(always)]
fn block_pair(level: Level, v: &[f64], x: &[f64], i: &mut [f64], k: &mut [f64]) {
    let mut keys = [0; BLOCK];
    for ((key, v), x) in keys.iter_mut().zip(v).zip(x) {
        *key = classify_log::<true>(*v, *x);
    }
    let keys = &keys[..v.len()];
    let mut places = [0; BLOCK];
    let most = mostly(keys, &mut places).filter(|most| most.0 <= SHARED);
    if let Some((region, 0)) = most {
        return run_pair(region, v, x, i, k);
    }
    let (mut some_v, mut some_x) = ([0.0; BLOCK], [0.0; BLOCK]);
    let (mut some_i, mut some_k) = ([0.0; BLOCK], [0.0; BLOCK]);
    if let Some((region, others)) = most {
        run_pair(region, v, x, i, k);
        let places = &places[..others];
        gather(places, v, x, &mut some_v, &mut some_x);
        let (some_v, some_x) = (&some_v[..others], &some_x[..others]);
        let (some_i, some_k) = (&mut some_i[..others], &mut some_k[..others]);
        part_pair(level, some_v, some_x, some_i, some_k);
        for ((i_value, k_value), &at) in some_i.iter().zip(some_k).zip(places) {
            (i[at as usize], k[at as usize]) = (*i_value, *k_value);
        }
        return;
    }
    let order = Order::new(keys);
    // The regions that differ for I and K go through each alone, in one piece.
    for key in 0..=SHARED + 1 {
        let places = match key <= SHARED {
            true => order.of(key),
            false => order.from(key),
        };
        let count = places.len();
        gather(places, v, x, &mut some_v, &mut some_x);
        let (some_v, some_x) = (&some_v[..count], &some_x[..count]);
        if key <= SHARED {
            run_pair(
                key,
                some_v,
                some_x,
                &mut some_i[..count],
                &mut some_k[..count],
            );
        } else {
            part::<LogI<false>>(level, some_v, some_x, &mut some_i[..count]);
            part::<LogK<false>>(level, some_v, some_x, &mut some_k[..count]);
        }
        for ((i_value, k_value), &at) in some_i.iter().zip(&some_k).zip(places) {
            (i[at as usize], k[at as usize]) = (*i_value, *k_value);
        }
    }
}

#[inline(always)]
fn run_pair(region: u8, v: &[f64], x: &[f64], i: &mut [f64], k: &mut [f64]) {
    let points = v.chunks(LANES).zip(x.chunks(LANES));
    let room = i.chunks_mut(LANES).zip(k.chunks_mut(LANES));
    for ((v, x), (i, k)) in points.zip(room) {
        let (mut some_v, mut some_x) = ([v[0]; LANES], [x[0]; LANES]);
        some_v[..v.len()].copy_from_slice(v);
        some_x[..x.len()].copy_from_slice(x);
        let pair = lanes::<LANES>(region, &some_v, &some_x);
        i.copy_from_slice(&pair.i[..i.len()]);
        k.copy_from_slice(&pair.k[..k.len()]);
    }
}
