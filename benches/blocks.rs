//! How fast arrays are rounded to blocks: ns a value, GB/s, and the ratio to a copy of the same array.
//!
//! ```text
//! cargo bench --bench blocks               everything
//! cargo bench --bench blocks -- nvfp4      rows that have the word
//! ```
//!
//! Every candidate takes its turn beside `memcpy`, many short turns each. Two ratios: of the fastest
//! turns, which other work on the machine hardly touches, and the median of the ratios turn by
//! turn, which it does. `memcpy` over a candidate is 0.8 where the ratio is 1.25. No threshold is
//! asserted. With `ROUNDOFF_INSTRUCTIONS=avx2` set, the same on machines with fewer instructions.

use std::cell::RefCell;
use std::hint::black_box;

use rand_distr::{Distribution, StandardNormal};
use roundoff::block::{BlockFormat, BlockRounder, ScaleRule};
use roundoff::integer::{Calibration, Granularity, Integer, IntegerQuantizer};
use roundoff::numbers::Quantizer;
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding, Threads};

mod race;

use race::{Candidate, beside_memcpy};

fn main() {
    for (count, name) in [(1 << 12, "2^12"), (1 << 24, "2^24")] {
        let mut words = Words::new(1, 0);
        let normal = StandardNormal;
        let values: Vec<f32> = (0..count)
            .map(|_| Distribution::<f64>::sample(&normal, &mut words) as f32)
            .collect();
        let target = RefCell::new(vec![0f32; count]);
        let (values, target) = (&values, &target);
        for threads in [Threads::One, Threads::Auto] {
            if threads == Threads::Auto && count < 1 << 20 {
                continue;
            }
            let mut candidates = vec![Candidate {
                name: "memcpy".into(),
                work: Box::new(|| {
                    target.borrow_mut().copy_from_slice(black_box(values));
                    black_box(target);
                }),
            }];
            if threads == Threads::One {
                candidates.push(Candidate::new("the greatest magnitude, read once", || {
                    black_box(greatest(black_box(values)));
                }));
            }
            for (format, rounding) in rows() {
                let rounder = BlockRounder::new(format)
                    .with_rounding(rounding)
                    .with_threads(threads);
                candidates.push(chop(
                    format!("{format} {rounding}"),
                    rounder,
                    values,
                    target,
                ));
            }
            let found = BlockRounder::new(BlockFormat::NVFP4).encode(values, &[count]);
            if let Ok(known) = found.and_then(|codes| {
                BlockRounder::new(BlockFormat::NVFP4).with_tensor_scale(codes.tensor_scale())
            }) {
                let rounder = known.with_threads(threads);
                let name = "nvfp4, tensor scale given".to_owned();
                candidates.push(chop(name, rounder, values, target));
            }
            for format in [
                BlockFormat::MXFP8_E4M3,
                BlockFormat::MXFP6_E3M2,
                BlockFormat::MXFP4,
                BlockFormat::NVFP4,
            ] {
                let rounder = BlockRounder::new(format).with_threads(threads);
                candidates.extend(codes(rounder, values));
            }
            candidates.extend(others(threads, values, target));
            beside_memcpy(
                &format!("f32 x {name}, threads {threads:?}"),
                count,
                8 * count,
                candidates,
            );
        }
    }
}

/// What a tensor's scale costs where nothing else is done.
fn greatest(values: &[f32]) -> f32 {
    let mut most = [0f32; 16];
    for row in values.as_chunks::<16>().0 {
        for (most, x) in most.iter_mut().zip(row) {
            let x = x.abs();
            *most = if x > *most { x } else { *most };
        }
    }
    most.into_iter().fold(0.0, f32::max)
}

/// Numbers without blocks, in the same run; `--bench integers` and `--bench posits` have more.
fn others<'a>(
    threads: Threads,
    values: &'a [f32],
    target: &'a RefCell<Vec<f32>>,
) -> Vec<Candidate<'a>> {
    let format: Format = "q4.4".parse().expect("a name");
    let fixed = Rounder::new(format).with_threads(threads);
    let (integer, one) = (Integer::INT8, Granularity::Tensor);
    let shape = [values.len()];
    let integers =
        IntegerQuantizer::calibrated(integer, Calibration::Extremes, one, &shape, values)
            .expect("values")
            .with_threads(threads);
    let posits = Quantizer::new("posit16".parse().expect("a name")).with_threads(threads);
    vec![
        Candidate::new("q4.4", move || {
            let done = fixed.round_into(black_box(values), &mut target.borrow_mut());
            black_box(done).expect("as long");
        }),
        Candidate::new("int8", move || {
            let done = integers.round_into(black_box(values), &mut target.borrow_mut());
            black_box(done).expect("as long");
        }),
        Candidate::new("posit16", move || {
            let done = posits.round_into(black_box(values), &mut target.borrow_mut());
            black_box(done).expect("as long");
        }),
    ]
}

/// To codes: in the place of those before, and in new memory.
fn codes(rounder: BlockRounder, values: &[f32]) -> [Candidate<'_>; 2] {
    let (format, shape) = (*rounder.format(), [values.len()]);
    let mut room = rounder.encode(&[0f32; 0], &[0]).expect("no values");
    let again = rounder.clone();
    [
        Candidate::new(format!("{format}, codes"), move || {
            let done = again.encode_into(black_box(values), &shape, &mut room);
            black_box(done).expect("finite");
            black_box(&room);
        }),
        Candidate::new(format!("{format}, codes in new memory"), move || {
            let _ = black_box(rounder.encode(black_box(values), &shape));
        }),
    ]
}

fn rows() -> Vec<(BlockFormat, Rounding)> {
    let nearest = Rounding::NearestTiesToEven;
    let mut rows: Vec<(BlockFormat, Rounding)> = [
        BlockFormat::MXFP8_E4M3,
        BlockFormat::MXFP8_E5M2,
        BlockFormat::MXFP6_E3M2,
        BlockFormat::MXFP4,
        BlockFormat::MXINT8,
        BlockFormat::MXFP8_E4M3.with_rule(ScaleRule::RoundUp),
        BlockFormat::MXFP4.with_rule(ScaleRule::Even),
        BlockFormat::NVFP4,
    ]
    .map(|format| (format, nearest))
    .into();
    rows.push((BlockFormat::MXFP4, Rounding::STOCHASTIC));
    rows.push((BlockFormat::NVFP4, Rounding::STOCHASTIC));
    rows.push((BlockFormat::MXFP8_E4M3, Rounding::TowardPositive));
    rows
}

fn chop<'a>(
    name: String,
    rounder: BlockRounder,
    values: &'a [f32],
    target: &'a RefCell<Vec<f32>>,
) -> Candidate<'a> {
    Candidate {
        name,
        work: Box::new(move || {
            let mut target = target.borrow_mut();
            let shape = [values.len()];
            let _ = rounder.round_tensor_into(black_box(values), &mut target, &shape);
            black_box(&*target);
        }),
    }
}
