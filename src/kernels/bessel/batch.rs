//! Arrays: blocks sorted by region, lanes, threads.
//!
//! A block is classified in one loop. If nearly all of it lies in one region, all lanes run in order
//! and the few others once more, gathered; otherwise lanes are gathered region by region. What a lane
//! gives does not depend on its neighbours.

use fearless_simd::Level;

use super::quantities::Kernel;
use super::region::Region;
use crate::chop::Threads;
use crate::native::fused::with_fma;

mod order;
mod pair;

use order::{Order, mostly};
pub(super) use pair::{array_pair, scalar_pair};

/// Values a block holds: buffers stay in a near cache, and steps that are not full are few.
const BLOCK: usize = 2048;
/// Lanes of a step: enough that one's latency hides behind the others.
const LANES: usize = 32;
/// Values a task of a thread takes, and from how many on threads pay.
#[cfg(feature = "rayon")]
const TASK: usize = 1 << 12;
#[cfg(feature = "rayon")]
const PARALLEL: usize = 1 << 13;

/// One value.
pub(super) fn scalar<F: Kernel>(v: f64, x: f64) -> f64 {
    let region = F::classify(v, x);
    if region == Region::Special as u8 {
        return F::special(v, x);
    }
    with_fma!(
        crate::instructions::level(),
        F::lanes::<1>(region, &[v], &[x])[0],
        plain::<F>(region, v, x)
    )
}

/// Arrays as long as each other.
pub(super) fn array<F: Kernel>(threads: Threads, v: &[f64], x: &[f64], target: &mut [f64]) {
    let level = crate::instructions::level();
    #[cfg(feature = "rayon")]
    if threads == Threads::Auto && target.len() >= PARALLEL {
        use rayon::prelude::*;
        let parts = v.par_chunks(TASK).zip(x.par_chunks(TASK));
        parts
            .zip(target.par_chunks_mut(TASK))
            .for_each(|((v, x), target)| part::<F>(level, v, x, target));
        return;
    }
    let _ = threads;
    part::<F>(level, v, x, target);
}

fn part<F: Kernel>(level: Level, v: &[f64], x: &[f64], target: &mut [f64]) {
    with_fma!(
        level,
        for ((v, x), target) in v
            .chunks(BLOCK)
            .zip(x.chunks(BLOCK))
            .zip(target.chunks_mut(BLOCK))
        {
            block::<F>(level, v, x, target);
        },
        for ((v, x), target) in v.iter().zip(x).zip(target.iter_mut()) {
            let region = F::classify(*v, *x);
            *target = match region == Region::Special as u8 {
                true => F::special(*v, *x),
                false => plain::<F>(region, *v, *x),
            };
        }
    )
}

/// One value without fused instructions.
#[inline(never)]
fn plain<F: Kernel>(region: u8, v: f64, x: f64) -> f64 {
    F::lanes::<1>(region, &[v], &[x])[0]
}

#[inline(always)]
fn block<F: Kernel>(level: Level, v: &[f64], x: &[f64], target: &mut [f64]) {
    let mut keys = [0; BLOCK];
    for ((key, v), x) in keys.iter_mut().zip(v).zip(x) {
        *key = F::classify(*v, *x);
    }
    let keys = &keys[..v.len()];
    let mut places = [0; BLOCK];
    let most = mostly(keys, &mut places).filter(|most| most.0 != Region::Special as u8);
    if let Some((region, 0)) = most {
        return run::<F>(region, v, x, target);
    }
    let (mut some_v, mut some_x, mut values) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
    if let Some((region, others)) = most {
        run::<F>(region, v, x, target);
        let places = &places[..others];
        gather(places, v, x, &mut some_v, &mut some_x);
        part::<F>(
            level,
            &some_v[..others],
            &some_x[..others],
            &mut values[..others],
        );
        for (value, &at) in values.iter().zip(places) {
            target[at as usize] = *value;
        }
        return;
    }
    let order = Order::new(keys);
    for region in Region::ALL {
        let places = order.of(region as u8);
        if region == Region::Special {
            special::<F>(places, v, x, target);
            continue;
        }
        let count = places.len();
        gather(places, v, x, &mut some_v, &mut some_x);
        run::<F>(
            region as u8,
            &some_v[..count],
            &some_x[..count],
            &mut values[..count],
        );
        for (value, &at) in values.iter().zip(places) {
            target[at as usize] = *value;
        }
    }
}

/// Points of some places, one after another.
#[inline(always)]
fn gather(places: &[u16], v: &[f64], x: &[f64], to_v: &mut [f64], to_x: &mut [f64]) {
    for ((to_v, to_x), &at) in to_v.iter_mut().zip(to_x).zip(places) {
        (*to_v, *to_x) = (v[at as usize], x[at as usize]);
    }
}

#[cold]
#[inline(never)]
fn special<F: Kernel>(places: &[u16], v: &[f64], x: &[f64], target: &mut [f64]) {
    for &at in places {
        let at = at as usize;
        target[at] = F::special(v[at], x[at]);
    }
}

/// Points of one region, so many lanes at a time. Empty lanes repeat the first.
#[inline(always)]
fn run<F: Kernel>(region: u8, v: &[f64], x: &[f64], target: &mut [f64]) {
    let points = v.chunks(LANES).zip(x.chunks(LANES));
    for ((v, x), target) in points.zip(target.chunks_mut(LANES)) {
        let (mut some_v, mut some_x) = ([v[0]; LANES], [x[0]; LANES]);
        some_v[..v.len()].copy_from_slice(v);
        some_x[..x.len()].copy_from_slice(x);
        let values = F::lanes::<LANES>(region, &some_v, &some_x);
        target.copy_from_slice(&values[..target.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::bessel::Quantity;
    use crate::kernels::bessel::quantities::{LogI, LogK, RatioI, RatioK};
    use crate::kernels::bessel::ratio::{RATIO, SLOPE};

    /// What a machine without fused multiply-add computes, where that is a call: the same bits.
    #[test]
    fn the_plain_text_gives_the_same_bits() {
        let mut words = crate::random::Words::new(1, 0);
        let mut uniform = || rand::Rng::next_u64(&mut words) as f64 / 2f64.powi(64);
        for round in 0..2000 {
            let scale = 2f64.powi(round % 12 - 4);
            let (v, x) = (scale * uniform(), scale * uniform());
            let pairs = [
                (
                    Quantity::LogI,
                    plain::<LogI<false>>(LogI::<false>::classify(v, x), v, x),
                ),
                (
                    Quantity::LogK,
                    plain::<LogK<false>>(LogK::<false>::classify(v, x), v, x),
                ),
                (
                    Quantity::LogIScaled,
                    plain::<LogI<true>>(LogI::<true>::classify(v, x), v, x),
                ),
                (
                    Quantity::LogKScaled,
                    plain::<LogK<true>>(LogK::<true>::classify(v, x), v, x),
                ),
                (
                    Quantity::RatioI,
                    plain::<RatioI<RATIO>>(RatioI::<RATIO>::classify(v, x), v, x),
                ),
                (
                    Quantity::SlopeK,
                    plain::<RatioK<SLOPE>>(RatioK::<SLOPE>::classify(v, x), v, x),
                ),
            ];
            for (quantity, value) in pairs {
                assert_eq!(
                    quantity.at(v, x).to_bits(),
                    value.to_bits(),
                    "{quantity} ({v}, {x})"
                );
            }
        }
    }
}
