//! How fast fixed point and integers are rounded: ns a value, and the ratio to a copy of the same
//! array, side by side in one run.
//!
//! ```text
//! cargo bench --bench integers            2^24 f32 values, one thread
//! cargo bench --bench integers -- int8    rows that have the word
//! ```
//!
//! Every candidate takes its turn beside `memcpy`, many turns each; the ratio is the median of the
//! ratios turn by turn, and that of the fastest turns. No threshold is asserted.

use std::cell::RefCell;
use std::hint::black_box;

use rand_distr::{Distribution, StandardNormal};
use roundoff::fixed::Wrapping;
use roundoff::integer::{Calibration, Granularity, Integer, IntegerQuantizer};
use roundoff::kernels::integer::{LayerNorm, ShiftGelu, Shiftmax};
use roundoff::random::Words;
use roundoff::{Format, Rounder, Rounding, Threads};

mod race;

use race::{Candidate, beside_memcpy_in};

/// Rows of 4096 values.
const ROW: usize = 1 << 12;
const COUNT: usize = 1 << 24;

fn chop() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = Words::new(1, 0);
    let values: Vec<f32> = (0..COUNT)
        .map(|_| Distribution::<f32>::sample(&StandardNormal, &mut words))
        .collect();
    let room = RefCell::new(vec![0f32; COUNT]);
    let codes = RefCell::new(vec![0i8; COUNT]);
    let (values, room, codes) = (&values, &room, &codes);
    let mut candidates: Vec<Candidate<'_>> = vec![Candidate::new("memcpy", move || {
        room.borrow_mut().copy_from_slice(black_box(values));
        black_box(room);
    })];
    for name in ["q4.4", "q8.8", "uq4.4", "q1.3"] {
        for rounding in [
            Rounding::NearestTiesToEven,
            Rounding::TowardZero,
            Rounding::STOCHASTIC,
        ] {
            let rounder = Rounder::new(name.parse::<Format>()?)
                .with_rounding(rounding)
                .with_threads(Threads::One);
            candidates.push(Candidate::new(format!("{name} {rounding}"), move || {
                let done = rounder.round_into(black_box(values), &mut room.borrow_mut());
                black_box(done).expect("as long");
            }));
        }
    }
    let wrapping = Wrapping::new("q1.3".parse()?)?.with_threads(Threads::One);
    candidates.push(Candidate::new("q1.3 wrapping", move || {
        let done = wrapping.round_into(black_box(values), &mut room.borrow_mut());
        black_box(done).expect("as long");
    }));
    let granularities = [
        Granularity::Tensor,
        Granularity::Channel { axis: 0 },
        Granularity::Channel { axis: 1 },
        Granularity::Group { length: 128 },
    ];
    let shape = [COUNT / ROW, ROW];
    for granularity in granularities {
        for integer in [Integer::INT8, Integer::UINT8, Integer::INT4] {
            for rounding in [Rounding::NearestTiesToEven, Rounding::TowardZero] {
                let quantizer = IntegerQuantizer::calibrated(
                    integer,
                    Calibration::Extremes,
                    granularity,
                    &shape,
                    values,
                )?
                .with_rounding(rounding)
                .with_threads(Threads::One);
                candidates.push(Candidate::new(
                    format!("{integer} {granularity} {rounding}"),
                    move || {
                        let done = quantizer.round_into(black_box(values), &mut room.borrow_mut());
                        black_box(done).expect("as long");
                    },
                ));
            }
        }
    }
    let quantizer = IntegerQuantizer::calibrated(
        Integer::INT8,
        Calibration::Extremes,
        Granularity::Tensor,
        &shape,
        values,
    )?
    .with_threads(Threads::One);
    let stochastic = quantizer.clone().with_rounding(Rounding::STOCHASTIC);
    candidates.push(Candidate::new("int8 tensor Stochastic", move || {
        let done = stochastic.round_into(black_box(values), &mut room.borrow_mut());
        black_box(done).expect("as long");
    }));
    candidates.push(Candidate::new("int8 tensor codes", move || {
        let done = quantizer.encode(black_box(values), &mut codes.borrow_mut());
        black_box(done).expect("no NaN");
    }));
    for name in ["extremes", "percentile:99.9", "mse", "entropy"] {
        let calibration: Calibration = name.parse()?;
        candidates.push(Candidate::new(
            format!("calibration of int8 by {name}"),
            move || {
                black_box(calibration.affine(Integer::INT8, black_box(values))).expect("values");
            },
        ));
    }
    beside_memcpy_in(
        "2^24 f32 values, one thread",
        COUNT,
        8 * COUNT,
        candidates,
        (7, 1),
    );
    Ok(())
}

fn kernels() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = Words::new(2, 0);
    let row: Vec<i32> = (0..ROW)
        .map(|_| {
            let x: f64 = StandardNormal.sample(&mut words);
            (x * 32.0) as i32
        })
        .collect();
    let row = &row;
    let (softmax, gelu) = (
        Shiftmax::new(1.0 / 32.0, 8)?,
        ShiftGelu::new(1.0 / 32.0, 8)?,
    );
    let norm = LayerNorm::new(ROW, &[], &[])?;
    let candidates: Vec<Candidate<'_>> = vec![
        Candidate::new("copy", move || drop(black_box(black_box(row).to_vec()))),
        Candidate::new("Shiftmax", move || {
            drop(black_box(softmax.evaluate(black_box(row))))
        }),
        Candidate::new("ShiftGELU", move || {
            drop(black_box(gelu.evaluate(black_box(row))))
        }),
        Candidate::new("I-LayerNorm", move || {
            drop(black_box(norm.evaluate(black_box(row))))
        }),
    ];
    beside_memcpy_in("rows of 4096 codes", ROW, 8 * ROW, candidates, (2001, 1));
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    chop()?;
    kernels()
}
